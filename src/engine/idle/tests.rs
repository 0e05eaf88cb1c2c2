use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::bits::Bits;
use crate::engine::Key;
use crate::floor::{Agent, Floor, Queue, Rules, Team};
use crate::ids::NeedId;
use crate::mix::mix;

const CHOICES: [Choice; 10] = [
    Choice::LongestIdle,
    Choice::BestSkilled,
    Choice::LeastSkilled,
    Choice::FewestCalls,
    Choice::LeastOccupied,
    Choice::RoundRobin,
    Choice::Linear,
    Choice::Random,
    Choice::WeightedRandom,
    Choice::RingAll,
];

/// Agents of these levels of English, Japanese and weights; a queue for each choice, then one that needs English 3.
fn plan(agents: &[(u8, u8, u8)]) -> Arc<Plan> {
    let agent = |(id, (english, japanese, weight)): (usize, &(u8, u8, u8))| Agent {
        name: format!("agent {id}"),
        team: "operators".into(),
        skills: [("english", *english), ("japanese", *japanese)]
            .into_iter()
            .filter(|(_, level)| *level > 0)
            .map(|(skill, level)| (skill.into(), level))
            .collect(),
        weight: Some(*weight),
        ..Agent::default()
    };
    let queue = |choice: &Choice| Queue {
        name: format!("{choice:?}"),
        need: Some("english or japanese or any".into()),
        rules: Rules { choice: Some(*choice), ..Rules::default() },
        ..Queue::default()
    };
    let narrow = Queue { name: "narrow".into(), need: Some("english >= 3".into()), ..Queue::default() };
    let floor = Floor {
        skills: vec!["english".into(), "japanese".into()],
        teams: vec![Team { name: "operators".into(), ..Team::default() }],
        agents: agents.iter().enumerate().map(agent).collect(),
        queues: CHOICES.iter().map(queue).chain([narrow]).collect(),
        ..Floor::default()
    };
    floor.compile().unwrap().into()
}

fn profile(plan: &Plan, agent: u32) -> ProfileId {
    plan.agents()[agent as usize].profile
}

fn at(since: u64) -> Standing {
    Standing { since: Time::from_secs(since), ..Standing::default() }
}

/// The idle agents, all of whom meet the need of the first queue, with these standings.
fn idle(plan: &Plan, standings: &[Standing]) -> Idle {
    let mut idle = Idle::new(plan);
    for (agent, standing) in (0..).zip(standings) {
        idle.insert(profile(plan, agent), *standing, AgentId(agent));
    }
    idle
}

/// By profile, the group it is in, as sets of profiles.
fn grouped(of: &[u8]) -> Vec<Bits> {
    let mut groups = vec![Bits::default(); 3];
    of.iter().enumerate().for_each(|(profile, group)| groups[usize::from(*group)].insert(profile));
    groups
}

fn request(plan: &Plan, choice: Choice) -> Request<'_> {
    Request {
        choice,
        groups: &[],
        fits: plan.catalogue.profiles_of(plan.queues()[0].need),
        skills: plan.catalogue.skills_of(plan.queues()[0].need),
        cursor: None,
        max: 10,
    }
}

fn choose(plan: &Plan, idle: &Idle, request: &Request<'_>, held: &[u32]) -> Vec<Chosen> {
    let mut chosen = Vec::new();
    idle.choose(request, &plan.catalogue, |agent| held.contains(&agent.0), draws(1), &mut chosen);
    chosen
}

fn first(plan: &Plan, idle: &Idle, choice: Choice, held: &[u32]) -> Chosen {
    choose(plan, idle, &request(plan, choice), held)[0]
}

/// Numbers drawn from a seed, as the engine draws them.
fn draws(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = mix(seed);
    move |below| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        ((u128::from(mix(state)) * u128::from(below)) >> 64) as u64
    }
}

/// How often each agent was chosen in so many draws.
fn chosen_by_chance(plan: &Plan, idle: &Idle, choice: Choice, held: &[u32], times: u32) -> BTreeMap<u32, u32> {
    let mut draw = draws(20_240_607);
    let mut counts = BTreeMap::new();
    let mut chosen = Vec::new();
    for _ in 0..times {
        idle.choose(&request(plan, choice), &plan.catalogue, |a| held.contains(&a.0), &mut draw, &mut chosen);
        *counts.entry(chosen[0].agent.0).or_default() += 1;
    }
    counts
}

#[test]
fn calls_go_round_in_turn_whoever_has_been_idle_longest() {
    // S5: A, B, C, A; each comes back with the shortest idle time.
    let plan = plan(&[(1, 0, 1), (2, 0, 1), (1, 0, 1)]);
    let mut idle = idle(&plan, &[at(30), at(20), at(10)]);
    let mut cursor = None;
    let mut order = Vec::new();
    for now in 100..104 {
        let chosen = choose(&plan, &idle, &Request { cursor, ..request(&plan, Choice::RoundRobin) }, &[])[0];
        idle.remove(profile(&plan, chosen.agent.0), chosen.agent);
        idle.insert(profile(&plan, chosen.agent.0), at(now), chosen.agent);
        order.push((chosen.agent.0, chosen.runner_up.unwrap().0.0));
        assert_eq!(chosen.key, Key::Place(chosen.agent.0));
        cursor = Some(chosen.agent);
    }
    assert_eq!(order, [(0, 1), (1, 2), (2, 0), (0, 1)]);
}

#[test]
fn the_turn_passes_over_whoever_is_busy_or_kept_from_the_call() {
    let plan = plan(&[(1, 0, 1); 5]);
    let mut idle = idle(&plan, &[at(0); 5]);
    idle.remove(profile(&plan, 2), AgentId(2));
    let after_b = Request { cursor: Some(AgentId(1)), ..request(&plan, Choice::RoundRobin) };
    assert_eq!(choose(&plan, &idle, &after_b, &[3])[0].agent, AgentId(4));
    assert_eq!(choose(&plan, &idle, &after_b, &[3, 4])[0].agent, AgentId(0));
    // Only who has just been rung is left: he again (S9).
    assert_eq!(choose(&plan, &idle, &after_b, &[0, 3, 4])[0].agent, AgentId(1));
}

#[test]
fn the_fewest_calls_decide_then_the_longest_idle() {
    // S4: completed 3, 1, 2.
    let plan = plan(&[(1, 0, 1); 4]);
    let calls = |calls, since| Standing { calls, ..at(since) };
    let idle = idle(&plan, &[calls(3, 0), calls(1, 8), calls(2, 0), calls(1, 9)]);
    let chosen = first(&plan, &idle, Choice::FewestCalls, &[]);
    let key = |calls, since| Key::Calls { calls, idle_since: Time::from_secs(since) };
    assert_eq!((chosen.agent, chosen.key), (AgentId(1), key(1, 8)));
    assert_eq!(chosen.runner_up, Some((AgentId(3), key(1, 9))));
    assert_eq!(first(&plan, &idle, Choice::FewestCalls, &[1, 3]).agent, AgentId(2));
}

#[test]
fn the_least_occupied_is_rung_though_another_has_been_idle_longer() {
    // S14: A idle 60 s, 90 % occupied; B idle 10 s, 50 %.
    let plan = plan(&[(1, 0, 1); 2]);
    let idle = idle(&plan, &[Standing { occupancy: 900_000, ..at(40) }, Standing { occupancy: 500_000, ..at(90) }]);
    let chosen = first(&plan, &idle, Choice::LeastOccupied, &[]);
    assert_eq!(chosen.agent, AgentId(1));
    assert_eq!(chosen.key, Key::Occupancy { millionths: 500_000, idle_since: Time::from_secs(90) });
    assert_eq!(first(&plan, &idle, Choice::LongestIdle, &[]).agent, AgentId(0));
}

#[test]
fn the_most_skilled_and_the_least_skilled_are_told_by_the_sum_of_levels() {
    // S15: levels 5 + 7 and 9 + 2.
    let plan = plan(&[(5, 7, 1), (9, 2, 1)]);
    let idle = idle(&plan, &[at(0), at(0)]);
    let best = first(&plan, &idle, Choice::BestSkilled, &[]);
    assert_eq!((best.agent, best.key), (AgentId(0), Key::Skill { score: 12, idle_since: Time::ZERO }));
    let least = first(&plan, &idle, Choice::LeastSkilled, &[]);
    assert_eq!((least.agent, least.key), (AgentId(1), Key::Skill { score: 11, idle_since: Time::ZERO }));
    assert_eq!(least.runner_up, Some((AgentId(0), best.key)));
}

#[test]
fn ring_all_rings_the_free_of_the_best_group_and_says_who_was_left_out() {
    // S2: A and B of the first group ring together, C of the second does not.
    let plan = plan(&[(5, 0, 1), (5, 0, 1), (1, 0, 1)]);
    let idle = idle(&plan, &[at(2), at(1), at(0)]);
    let mut groups = vec![0; plan.catalogue.profiles()];
    groups[profile(&plan, 2).index()] = 1;
    let groups = grouped(&groups);
    let all = Request { groups: &groups, ..request(&plan, Choice::RingAll) };
    let agents = |chosen: Vec<Chosen>| chosen.iter().map(|chosen| chosen.agent.0).collect::<Vec<_>>();
    let rung = choose(&plan, &idle, &all, &[]);
    let next = Some((AgentId(2), Key::IdleSince(Time::ZERO)));
    assert!(rung.iter().all(|chosen| chosen.candidates == 3 && chosen.preference == 0 && chosen.runner_up == next));
    assert_eq!(agents(rung), [1, 0]);
    assert_eq!(agents(choose(&plan, &idle, &Request { max: 1, ..all }, &[])), [1]);
    assert!(choose(&plan, &idle, &Request { max: 0, ..all }, &[]).is_empty());
    assert_eq!(choose(&plan, &idle, &all, &[0, 1])[0].preference, 1);
}

#[test]
fn by_weighted_chance_three_to_one_is_three_to_one() {
    // S8, with weights instead of penalties.
    let plan = plan(&[(1, 0, 3), (1, 0, 1)]);
    let idle = idle(&plan, &[at(0), at(0)]);
    let counts = chosen_by_chance(&plan, &idle, Choice::WeightedRandom, &[], 10_000);
    assert!((7_350..=7_650).contains(&counts[&0]), "{counts:?}");
    let even = chosen_by_chance(&plan, &idle, Choice::Random, &[], 10_000);
    assert!((4_850..=5_150).contains(&even[&0]), "{even:?}");
}

#[test]
fn who_has_left_from_between_and_who_is_held_does_not_shift_the_chances_of_the_others() {
    // Two in three of the first weight have left; of the second all but three are held.
    let agents: Vec<_> = (0..30).map(|_| (1, 0, 100)).chain((0..23).map(|_| (1, 0, 7))).collect();
    let plan = plan(&agents);
    let mut idle = idle(&plan, &vec![at(0); agents.len()]);
    (1..29).for_each(|agent| idle.remove(profile(&plan, agent), AgentId(agent)));
    let held: Vec<u32> = (30..50).chain([0]).collect();
    let counts = chosen_by_chance(&plan, &idle, Choice::WeightedRandom, &held, 20_000);
    // Left are one of weight 100 and three of weight 7: of 20,000 some 16,529 and 1,157 each.
    assert!((16_250..=16_800).contains(&counts[&29]), "{counts:?}");
    assert!((50..53).all(|agent| (1_050..=1_270).contains(&counts[&agent])), "{counts:?}");
    assert_eq!(counts.len(), 4);
}

#[test]
fn chance_finds_the_one_who_is_left_among_a_thousand() {
    let plan = plan(&[(1, 0, 1); 1_000]);
    let idle = idle(&plan, &vec![at(0); 1_000]);
    let held: Vec<u32> = (0..1_000).filter(|agent| *agent != 613).collect();
    assert_eq!(first(&plan, &idle, Choice::WeightedRandom, &held).agent, AgentId(613));
    let two: Vec<u32> = held.iter().copied().filter(|agent| *agent != 14).collect();
    let counts = chosen_by_chance(&plan, &idle, Choice::Random, &two, 400);
    assert!((160..=240).contains(&counts[&14]) && counts[&14] + counts[&613] == 400, "{counts:?}");
}

#[test]
fn an_order_is_kept_only_where_a_queue_chooses_by_it() {
    let all = plan(&[(1, 0, 1)]);
    assert_eq!(Idle::new(&all).orders.len(), 3);
    let mut floor = all.floor().clone();
    floor.queues.retain(|queue| queue.rules.choice != Some(Choice::LeastOccupied));
    floor.queues.retain(|queue| queue.rules.choice != Some(Choice::Linear));
    let kept: Vec<By> = Idle::new(&floor.compile().unwrap()).orders.iter().map(|order| order.by).collect();
    assert_eq!(kept, [By::Place, By::Calls]);
}

// --- against a naive choice ---

/// The keys of a choice, as one would sort a list by.
fn naive_key(plan: &Plan, request: &Request<'_>, agent: AgentId, standing: Standing) -> (u64, Time, AgentId) {
    let levels: u64 = plan.floor().agents[agent.index()].skills.values().map(|level| u64::from(*level)).sum();
    let english = plan.floor().agents[agent.index()].skills.get("english").map_or(0, |level| u64::from(*level));
    let score = if request.skills.len() > 1 { levels } else { english };
    let places = plan.agents().len() as u64;
    match request.choice {
        Choice::BestSkilled => (1_000 - score, standing.since, agent),
        Choice::LeastSkilled => (score, standing.since, agent),
        Choice::FewestCalls => (standing.calls.into(), standing.since, agent),
        Choice::LeastOccupied => (standing.occupancy.into(), standing.since, agent),
        Choice::Linear => (0, Time::ZERO, agent),
        Choice::RoundRobin => {
            let behind = request.cursor.map_or(0, |cursor| u64::from(cursor.0) + 1) % places;
            ((u64::from(agent.0) + places - behind) % places, Time::ZERO, agent)
        }
        _ => (0, standing.since, agent),
    }
}

/// All whom the call may have, the first chosen first.
fn naive(
    plan: &Plan,
    listed: &BTreeMap<u32, Standing>,
    request: &Request<'_>,
    held: &BTreeSet<u32>,
) -> Vec<(u8, AgentId)> {
    let in_group = |agent: u32, group: &Bits| group.contains(profile(plan, agent).index());
    let group = |agent: u32| request.groups.iter().position(|group| in_group(agent, group)).unwrap_or(0) as u8;
    let mut free: Vec<_> = listed
        .iter()
        .filter(|(agent, _)| request.fits.contains(profile(plan, **agent).index()) && !held.contains(agent))
        .map(|(agent, standing)| (group(*agent), naive_key(plan, request, AgentId(*agent), *standing)))
        .collect();
    free.sort_unstable();
    free.into_iter().map(|(group, (_, _, agent))| (group, agent)).collect()
}

type Case = (Choice, NeedId, Option<AgentId>, usize, BTreeSet<u32>, Option<Vec<u8>>);

fn agree(plan: &Plan, idle: &Idle, listed: &BTreeMap<u32, Standing>, case: &Case) -> Result<(), TestCaseError> {
    let (choice, need, cursor, max, held, groups) = case;
    let groups = groups.as_deref().map(|groups| grouped(&groups[..plan.catalogue.profiles()])).unwrap_or_default();
    let request = Request {
        choice: *choice,
        groups: &groups,
        fits: plan.catalogue.profiles_of(*need),
        skills: plan.catalogue.skills_of(*need),
        cursor: *cursor,
        max: *max,
    };
    let expected = naive(plan, listed, &request, held);
    let mut chosen = Vec::new();
    idle.choose(&request, &plan.catalogue, |agent| held.contains(&agent.0), draws(held.len() as u64), &mut chosen);
    prop_assert_eq!(chosen.is_empty(), expected.is_empty());
    let Some(&(best, agent)) = expected.first() else { return Ok(()) };
    let candidates = listed.keys().filter(|agent| plan.fits(AgentId(**agent), *need)).count();
    prop_assert!(chosen.iter().all(|chosen| chosen.candidates as usize == candidates));
    match choice {
        Choice::Random | Choice::WeightedRandom => {
            prop_assert!(expected.contains(&(best, chosen[0].agent)));
            prop_assert_eq!((chosen[0].preference, chosen[0].runner_up), (best, None));
        }
        Choice::RingAll => {
            let rung = expected.iter().filter(|(group, _)| *group == best).count().min(*max);
            prop_assert!(chosen.iter().map(|chosen| (chosen.preference, chosen.agent)).eq(expected[..rung].to_vec()));
            let next = expected.get(rung).map(|(_, agent)| *agent);
            prop_assert!(chosen.iter().all(|chosen| chosen.runner_up.map(|(agent, _)| agent) == next));
        }
        _ => {
            prop_assert_eq!((chosen[0].agent, chosen[0].preference, chosen.len()), (agent, best, 1));
            let next = expected.get(1).map(|(_, agent)| *agent);
            prop_assert_eq!(chosen[0].runner_up.map(|(agent, _)| agent), next);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_choice_is_that_of_a_sorted_list(
        agents in proptest::collection::vec((0u8..5, 0u8..3, 1u8..4), 1..24),
        steps in proptest::collection::vec((0u32..24, 0u64..6, 0u32..4, 0u32..4), 0..80),
        cases in proptest::collection::vec(
            (
                proptest::sample::select(CHOICES.to_vec()),
                any::<bool>(),
                proptest::option::of(0u32..24),
                1usize..5,
                proptest::collection::btree_set(0u32..24, 0..10),
                proptest::option::of(proptest::collection::vec(0u8..3, 40)),
            ),
            1..20,
        ),
    ) {
        let plan = plan(&agents);
        let mut idle = Idle::new(&plan);
        let mut listed = BTreeMap::new();
        for (agent, since, calls, occupancy) in steps {
            let agent = agent % agents.len() as u32;
            let standing = Standing { since: Time::from_secs(since), calls, occupancy };
            match listed.remove(&agent) {
                Some(_) => idle.remove(profile(&plan, agent), AgentId(agent)),
                None => {
                    listed.insert(agent, standing);
                    idle.insert(profile(&plan, agent), standing, AgentId(agent));
                }
            }
            prop_assert!(idle.orders_agree());
        }
        let mut kept: Vec<(u32, Standing)> = idle.iter().map(|(agent, standing)| (agent.0, standing)).collect();
        kept.sort_unstable_by_key(|(agent, _)| *agent);
        prop_assert!(kept.into_iter().eq(listed.clone()));
        for (choice, narrow, cursor, max, held, groups) in cases {
            let need = plan.queues()[if narrow { CHOICES.len() } else { 0 }].need;
            let cursor = cursor.map(|cursor| AgentId(cursor % agents.len() as u32));
            agree(&plan, &idle, &listed, &(choice, need, cursor, max, held, groups))?;
        }
    }
}
