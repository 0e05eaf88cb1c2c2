//! Sizes and numbers at the edge: huge instants, full catalogues, large credits, many contacts at once.

use std::sync::Arc;

use cordboard::engine::{
    Actor, Arrival, Command, Engine, Envelope, Event, Fact, Input, OfferFailure, Outcome, Output, RefusedCall,
    SlotState,
};
use cordboard::floor::{Agent, Length, Need, Queue, Rules, Rung, RungAction, Team};
use cordboard::{AgentId, CallId, Floor, OfferId, Plan, QueueId, Span, TeamId, Time};

use crate::floors::plan;
use crate::world::{World, state};

/// One team, these agents by capacity, these queues.
fn floor(capacities: &[u8], queues: Vec<Queue>) -> Floor {
    let agent = |(index, capacity): (usize, &u8)| Agent {
        name: format!("agent{index}"),
        team: "team".into(),
        capacity: Some(*capacity),
        ..Agent::default()
    };
    Floor {
        teams: vec![Team { name: "team".into(), ..Team::default() }],
        agents: capacities.iter().enumerate().map(agent).collect(),
        queues,
        ..Floor::default()
    }
}

fn queue(name: &str) -> Queue {
    Queue { name: name.into(), ..Queue::default() }
}

fn arrive(call: u64, queue: u32) -> Input {
    Input::CallArrived(Arrival::new(CallId(call), QueueId(queue)))
}

fn start_work(world: &mut World, agent: u32) {
    let agent = AgentId(agent);
    world.say(Actor::Agent(agent), Input::SignIn { agent });
    world.say(Actor::Agent(agent), Input::Ready { agent });
}

fn facts(outputs: &[Output]) -> impl Iterator<Item = &Fact> {
    outputs.iter().filter_map(|output| if let Event::Fact(fact) = &output.event { Some(fact) } else { None })
}

fn offered(outputs: &[Output]) -> Vec<(OfferId, CallId)> {
    let offered = facts(outputs).filter_map(|fact| match fact {
        Fact::Offered { offer, call, .. } => Some((*offer, *call)),
        _ => None,
    });
    offered.collect()
}

// --- a huge instant ---

const CROWD: u64 = 5_000;

/// Everybody came at once, climbs at ten seconds and leaves at twenty.
fn crowd() -> (Arc<Plan>, Engine) {
    let ladder = vec![Rung {
        after: Length::secs(10),
        actions: vec![RungAction::Notify("the foreman".into())],
        ..Rung::default()
    }];
    let rules = Rules { wait_limit: Some(Length::secs(20)), target: Some(Length::secs(60)), ..Rules::default() };
    let plan = plan(&floor(&[1], vec![Queue { ladder, rules, ..queue("queue") }]));
    let mut engine = Engine::new(plan.clone(), 1);
    let mut out = Vec::new();
    for call in 0..CROWD {
        engine.handle(Envelope { at: Time::ZERO, actor: Actor::Switch, input: arrive(call, 0) }, &mut out);
    }
    (plan, engine)
}

fn at_once(engine: &mut Engine, at: Time) -> Vec<Output> {
    let mut out = Vec::new();
    let after = at + Span::from_nanos(1);
    let input = Input::LeaseRenewed { call: CallId(u64::MAX) };
    engine.handle(Envelope { at: after, actor: Actor::Switch, input }, &mut out);
    assert!(matches!(out.pop(), Some(Output { event: Event::Fact(Fact::Ignored { .. }), .. })));
    out
}

fn events(outputs: &[Output]) -> Vec<(Time, &Event)> {
    outputs.iter().map(|output| (output.at, &output.event)).collect()
}

// G12: one call of the engine does a bounded piece.
#[test]
fn five_thousand_callers_whose_patience_ends_at_once_leave_piece_by_piece() {
    let (_, mut engine) = crowd();
    let mut reference = engine.clone();
    for at in [Time::from_secs(10), Time::from_secs(20)] {
        let mut all = Vec::new();
        let mut pieces = 0;
        assert_eq!(engine.next_timeout(), Some(at));
        while engine.next_timeout() == Some(at) {
            let mut out = Vec::new();
            engine.handle_timeout(at, &mut out);
            assert!(out.len() <= 8 * 1024, "a piece of {} outputs", out.len());
            assert_eq!(engine.now(), at);
            all.append(&mut out);
            pieces += 1;
        }
        assert!((5..20).contains(&pieces), "{pieces} pieces");
        let reference = at_once(&mut reference, at);
        assert_eq!(events(&all), events(&reference));
        engine.check_invariants().unwrap();
    }
    let ended = engine.in_progress();
    assert_eq!((ended.calls, ended.visits, ended.timers), (0, 0, 0));
}

// Section "steps": an input in between finds the instant finished.
#[test]
fn what_comes_in_the_middle_of_a_huge_instant_waits_until_it_is_over() {
    let (_, mut engine) = crowd();
    let at = Time::from_secs(20);
    let mut out = Vec::new();
    while engine.next_timeout() < Some(at) {
        engine.handle_timeout(Time::from_secs(10), &mut out);
    }
    engine.handle_timeout(at, &mut out);
    assert_eq!(engine.next_timeout(), Some(at), "the instant is not over");
    out.clear();
    engine.handle(Envelope { at, actor: Actor::Switch, input: arrive(CROWD, 0) }, &mut out);
    let arrived = facts(&out).position(|fact| matches!(fact, Fact::CallArrived { .. })).expect("it arrived");
    let last = facts(&out)
        .collect::<Vec<_>>()
        .iter()
        .rposition(|fact| matches!(fact, Fact::CallEnded { outcome: Outcome::TimedOut, .. }));
    assert!(last.is_some_and(|last| last < arrived), "first all leave, then one comes");
    assert_eq!(engine.in_progress().calls, 1);
    engine.check_invariants().unwrap();
}

// G2, G7: the pieces of a matching too large for one.
#[test]
fn three_thousand_phones_that_may_ring_again_at_once_are_all_rung() {
    const AGENTS: u32 = 30;
    let rules = Rules {
        misses: Some(0),
        cool_down: Some(Length::ZERO),
        delay_unreachable: Some(Length::secs(5)),
        no_ring_limit: Some(Length::secs(10)),
        ..Rules::default()
    };
    let plan = plan(&floor(&[100; AGENTS as usize], vec![Queue { rules, ..queue("queue") }]));
    let mut engine = Engine::new(plan, 1);
    let mut out = Vec::new();
    let mut say = |input, engine: &mut Engine| {
        engine.handle(Envelope { at: Time::ZERO, actor: Actor::Host, input }, &mut out);
    };
    for agent in (0..AGENTS).map(AgentId) {
        say(Input::SignIn { agent }, &mut engine);
        say(Input::Ready { agent }, &mut engine);
    }
    (0..3_000).for_each(|call| say(arrive(call, 0), &mut engine));
    assert_eq!(engine.in_progress().offers, 3_000);
    // No phone rings; each agent is left alone for five seconds, and then all are rung at one instant.
    let at = Time::from_secs(10);
    while engine.next_timeout() == Some(at) {
        engine.handle_timeout(at, &mut out);
    }
    assert_eq!(engine.in_progress().offers, 0);
    let mut reference = engine.clone();
    let at = Time::from_secs(15);
    let (mut pieces, mut all) = (0, Vec::new());
    assert_eq!(engine.next_timeout(), Some(at));
    while engine.next_timeout() == Some(at) {
        engine.handle_timeout(at, &mut all);
        pieces += 1;
    }
    assert!(pieces > 1);
    assert_eq!(engine.in_progress().offers, 3_000);
    engine.check_invariants().unwrap();
    assert_eq!(events(&all), events(&at_once(&mut reference, at)));
}

// --- numbers ---

// G1
#[test]
fn an_agent_with_a_hundred_contacts_is_rung_for_a_hundred_calls_and_no_more() {
    let mut world = World::with_plan(plan(&floor(&[100], vec![queue("queue")])), 1);
    start_work(&mut world, 0);
    (0..150).for_each(|call| world.say(Actor::Switch, arrive(call, 0)));
    let rung = offered(&world.outputs);
    assert_eq!(rung.len(), 100);
    assert!(rung.iter().map(|(_, call)| call.0).eq(0..100), "first come, first served (G3)");
    for (offer, _) in rung {
        world.say(Actor::Switch, Input::LegRinging { offer });
        world.say(Actor::Switch, Input::OfferAccepted { offer });
        world.say(Actor::Switch, Input::Connected { offer });
    }
    let busy = |slot: &cordboard::engine::SlotView| slot.state == SlotState::Talking;
    assert_eq!(world.engine.slots(AgentId(0)).filter(busy).count(), 100);
    world.say(Actor::Switch, Input::CallerGone { call: CallId(7) });
    assert_eq!(offered(&world.outputs).last().map(|(_, call)| *call), Some(CallId(100)));
    world.drain();
}

// G2, G9: a phone that falls silent beside others that ring may be the next one to ring.
#[test]
fn a_call_that_looks_for_one_more_phone_may_ring_the_one_that_has_just_missed_it() {
    let team = |name: &str| Team { name: name.into(), ..Team::default() };
    let agent = |name: &str, capacity| Agent {
        name: name.into(),
        team: name.into(),
        capacity: Some(capacity),
        ..Agent::default()
    };
    let rung = |team: &str| Rung {
        after: Length::secs(1),
        actions: vec![RungAction::AddTeam(team.into())],
        ..Rung::default()
    };
    let rules =
        Rules { misses: Some(0), cool_down: Some(Length::ZERO), delay_missed: Some(Length::ZERO), ..Rules::default() };
    let ladder = vec![rung("second"), rung("third")];
    let floor = Floor {
        teams: ["first", "second", "third"].map(team).to_vec(),
        agents: vec![agent("first", 2), agent("second", 1), agent("third", 1)],
        queues: vec![Queue { teams: vec!["first".into()], rules, ladder, ..queue("queue") }],
        ..Floor::default()
    };
    let mut world = World::with_plan(plan(&floor), 1);
    start_work(&mut world, 0);
    start_work(&mut world, 1);
    world.say(Actor::Host, Input::SignIn { agent: AgentId(2) });
    world.say(Actor::Switch, arrive(1, 0));
    let (first, call) = offered(&world.outputs)[0];
    // The second is rung too; the third is at work but not ready, so the call looks for anybody who may come.
    world.hand_in(Envelope { at: Time::from_secs(2), actor: Actor::Host, input: Input::Tick });
    assert_eq!(offered(&world.outputs).len(), 2);
    world.say(Actor::Switch, Input::OfferFailed { offer: first, why: OfferFailure::NoAnswer });
    assert_eq!(world.engine.offers(call).filter(|offer| offer.agent == AgentId(0)).count(), 1);
    world.drain();
}

// G3: credit counts as age, however young the engine is.
#[test]
fn a_credit_of_a_week_in_the_first_second_stands_before_everybody_without_one() {
    let credited = Queue { credit: Some(Length::secs(7 * 24 * 3600)), ..queue("credited") };
    let mut world = World::with_plan(plan(&floor(&[1], vec![queue("plain"), credited])), 1);
    world.say(Actor::Switch, arrive(1, 0));
    world.hand_in(Envelope { at: Time::from_secs(1), actor: Actor::Switch, input: arrive(2, 1) });
    world.hand_in(Envelope { at: Time::from_secs(2), actor: Actor::Switch, input: arrive(3, 1) });
    start_work(&mut world, 0);
    let (offer, call) = offered(&world.outputs)[0];
    assert_eq!(call, CallId(2));
    world.say(Actor::Switch, Input::LegEnded { offer, by: cordboard::engine::EndedBy::Switch });
    world.drain();
}

// G6: the last stamp there is stops the clock, not the engine.
#[test]
fn at_the_last_instant_there_is_calls_still_come_are_answered_and_end() {
    let mut world = World::with_plan(plan(&floor(&[1], vec![queue("queue")])), 1);
    start_work(&mut world, 0);
    world.hand_in(Envelope { at: Time::MAX, actor: Actor::Switch, input: arrive(1, 0) });
    let (offer, call) = offered(&world.outputs)[0];
    world.say(Actor::Switch, Input::OfferAccepted { offer });
    world.say(Actor::Switch, Input::Connected { offer });
    world.say(Actor::Host, Input::Tick);
    world.say(Actor::Switch, arrive(2, 0));
    world.say(Actor::Agent(AgentId(0)), Input::HangUp { call });
    assert_eq!(offered(&world.outputs).len(), 2);
    world.hang_up_everywhere();
}

// --- full is an answer ---

// G12
#[test]
fn a_need_too_many_is_turned_away_at_the_door_until_another_call_ends() {
    let plan = plan(&floor(&[1], vec![queue("queue")]));
    let mut engine = Engine::new(plan, 1);
    let arrive = |call: u64| {
        let need = Some(Arc::new(Need::Team(TeamId(1 + call as u16))));
        let input = Input::CallArrived(Arrival { need, ..Arrival::new(CallId(call), QueueId(0)) });
        Envelope { at: Time::ZERO, actor: Actor::Switch, input }
    };
    let mut refused = None;
    for call in 0..5_000 {
        let mut out = Vec::new();
        engine.handle(arrive(call), &mut out);
        let told = |output: &Output| {
            let Event::Command(Command::RejectCall { cause, .. }) = &output.event else { return false };
            *cause == RefusedCall::NeedsFull
        };
        if out.iter().any(told) {
            refused = Some(call);
            break;
        }
        assert_eq!(engine.in_progress().calls as u64, call + 1);
    }
    let refused = refused.expect("needs are bounded");
    assert!(refused > 1_000, "room for {refused} needs");
    engine.check_invariants().unwrap();
    // Somebody leaves, and there is room for another.
    for gone in 0..4 {
        let mut out = Vec::new();
        let input = Input::CallerGone { call: CallId(gone) };
        engine.handle(Envelope { at: Time::ZERO, actor: Actor::Switch, input }, &mut out);
        assert!(facts(&out).any(|fact| matches!(fact, Fact::CallEnded { outcome: Outcome::Abandoned, .. })));
    }
    let before = engine.in_progress().calls;
    engine.handle(arrive(refused), &mut Vec::new());
    assert_eq!(engine.in_progress().calls, before + 1);
    engine.check_invariants().unwrap();
    // And what is taken in is still told apart: nobody here is in any of those teams.
    let mut out = Vec::new();
    for input in [Input::SignIn { agent: AgentId(0) }, Input::Ready { agent: AgentId(0) }] {
        engine.handle(Envelope { at: Time::ZERO, actor: Actor::Host, input }, &mut out);
    }
    assert!(offered(&out).is_empty());
    let input = Input::CallArrived(Arrival::new(CallId(u64::MAX), QueueId(0)));
    engine.handle(Envelope { at: Time::ZERO, actor: Actor::Host, input }, &mut out);
    assert_eq!(offered(&out).len(), 1);
    let read: Engine = serde_json::from_value(serde_json::to_value(&engine).unwrap()).unwrap();
    assert_eq!(state(&read), state(&engine));
}
