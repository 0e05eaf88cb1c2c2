//! Random floors: small, with short limits that often fall on the same instant, and with everything a floor can have.

mod ladder;
mod queue;

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use cordboard::floor::{
    Absence, Agent, Choice, Class, Condition, Entry, Extension, Key, KeyAction, Length, Limits, Lower, OrderLevel,
    Queue, Reserve, Rules, Rung, RungAction, Team, Tier, WrapUp,
};
use cordboard::{Floor, Plan};

use ladder::{RawRung, ladder, named_ladder};
use queue::queue;

const SKILLS: [&str; 3] = ["a", "b", "c"];
const NEEDS: [&str; 10] = [
    "any",
    "a",
    "a >= 3",
    "b >= 2 or c",
    "not a",
    "a and b",
    "b = 1..3",
    "team t0",
    "role supervisor",
    "c >= 5 and not b",
];
const ROLES: [&str; 4] = ["operator", "foreman", "supervisor", "manager"];
const REASONS: [&str; 2] = ["lunch", "coffee"];
pub(crate) const KEYS: [char; 4] = ['1', '2', '*', '#'];

/// A floor that compiles.
pub(crate) fn floors() -> BoxedStrategy<Floor> {
    let people = (vec(order(), 1..=3), vec(agent(), 1..=8));
    let rules = (base_rules(), limits(), house());
    let calls = (vec(queue(), 1..=4), classes(), vec(tier(), 0..=2));
    (people, rules, calls)
        .prop_map(|((teams, agents), (rules, limits, house), (queues, classes, tiers))| {
            let mut floor = Floor { rules, limits, classes, ..house };
            floor.ring_cadence = Some(Length::secs(1));
            floor.skills = SKILLS.map(String::from).to_vec();
            floor.reasons = REASONS.map(String::from).to_vec();
            floor.dispositions = vec!["booked".into(), "asked".into()];
            let names = Names { teams: teams.len(), queues: queues.len(), classes: class_names(&floor) };
            let team = |(i, order): (usize, RawOrder)| Team { name: format!("t{i}"), order: order.named(&names) };
            floor.teams = teams.into_iter().enumerate().map(team).collect();
            floor.agents = agents.into_iter().enumerate().map(|(i, agent)| agent.named(i, &names)).collect();
            floor.queues = queues.into_iter().enumerate().map(|(i, queue)| queue.named(i, &names)).collect();
            floor.tiers = tiers.into_iter().enumerate().map(|(i, tier)| tier.named(i, &names)).collect();
            let entry = |tier: usize| Entry {
                number: number_of_tier(tier).as_str().into(),
                name: "somebody".into(),
                tier: Some(format!("tier{tier}")),
                ..Entry::default()
            };
            floor.directory = (0..floor.tiers.len()).map(entry).collect();
            floor
        })
        .boxed()
}

/// What belongs to the house as a whole.
fn house() -> BoxedStrategy<Floor> {
    let zone = option::of(select(vec!["UTC", "Asia/Shanghai", "America/New_York"]));
    let supervision = option::of(select(ROLES.to_vec()));
    let approval = vec(prop::bool::weighted(0.4), REASONS.len());
    let places = (option::weighted(0.2, 1..=6u32), option::weighted(0.2, 0..=4u32));
    (zone, supervision, approval, 0..=2usize, places)
        .prop_map(|(zone, supervision, approval, extensions, (trunks, waiting_limit))| Floor {
            trunks,
            waiting_limit,
            zone: zone.map(String::from),
            supervision: supervision.map(String::from),
            approval: REASONS
                .iter()
                .zip(approval)
                .filter(|(_, asked)| *asked)
                .map(|(name, _)| (*name).into())
                .collect(),
            extensions: (0..extensions)
                .map(|room| Extension { name: format!("room{room}"), number: format!("70{room}") })
                .collect(),
            ..Floor::default()
        })
        .boxed()
}

/// The number from which a caller of this tier calls.
pub(crate) fn number_of_tier(tier: usize) -> String {
    format!("+{tier}")
}

/// The floor as the engine runs it.
pub(crate) fn plan(floor: &Floor) -> Arc<Plan> {
    Arc::new(floor.clone().compile().unwrap_or_else(|problems| panic!("the floor should compile: {problems:?}")))
}

/// What names there are, for parts drawn before it was known.
struct Names {
    teams: usize,
    queues: usize,
    classes: Vec<String>,
}

impl Names {
    fn team(&self, draw: u8) -> String {
        format!("t{}", usize::from(draw) % self.teams)
    }

    fn queue(&self, draw: u8) -> String {
        format!("q{}", usize::from(draw) % self.queues)
    }

    fn class(&self, draw: u8) -> String {
        self.classes[usize::from(draw) % self.classes.len()].clone()
    }
}

fn class_names(floor: &Floor) -> Vec<String> {
    if floor.classes.is_empty() {
        return ["emergency", "vip", "normal"].map(String::from).to_vec();
    }
    floor.classes.iter().map(|class| class.name.clone()).collect()
}

fn length() -> impl Strategy<Value = Length> + Clone {
    prop_oneof![
        6 => select(vec![1u64, 2, 3, 3, 3, 4, 6, 10]).prop_map(Length::secs),
        1 => (1..=4u32).prop_map(Length::rings),
        1 => (1..5000u64).prop_map(Length::millis),
    ]
}

fn length_or_zero() -> impl Strategy<Value = Length> + Clone {
    prop_oneof![1 => Just(Length::ZERO), 3 => length()]
}

// --- people ---

#[derive(Clone, Debug)]
struct RawAgent {
    team: u8,
    role: Option<&'static str>,
    levels: [u8; 3],
    order: Option<RawOrder>,
    capacity: Option<u8>,
    weight: Option<u8>,
}

fn agent() -> BoxedStrategy<RawAgent> {
    let level = select(vec![0u8, 0, 1, 1, 3, 5, 10]);
    let role = option::weighted(0.4, select(ROLES.to_vec()));
    let capacity = prop_oneof![2 => Just(None), 1 => (1..=3u8).prop_map(Some)];
    let weight = option::of(select(vec![1u8, 2, 5, 100]));
    let order = option::weighted(0.2, order());
    (any::<u8>(), role, [level.clone(), level.clone(), level], order, capacity, weight)
        .prop_map(|(team, role, levels, order, capacity, weight)| RawAgent {
            team,
            role,
            levels,
            order,
            capacity,
            weight,
        })
        .boxed()
}

/// By queue, the level at which it is named, if it is.
#[derive(Clone, Debug)]
struct RawOrder([Option<u8>; 4]);

fn order() -> BoxedStrategy<RawOrder> {
    let level = || option::of(0..3u8);
    let some = [level(), level(), level(), level()].prop_map(RawOrder);
    prop_oneof![1 => Just(RawOrder([None; 4])), 1 => some].boxed()
}

impl RawOrder {
    fn named(self, names: &Names) -> Vec<OrderLevel> {
        let at = |level: u8| -> Vec<String> {
            let queues = self.0.iter().take(names.queues).zip(0..);
            queues.filter(|(of, _)| **of == Some(level)).map(|(_, queue)| names.queue(queue)).collect()
        };
        let named = |queues: Vec<String>| match queues.as_slice() {
            [] => None,
            [queue] => Some(OrderLevel::Queue(queue.clone())),
            _ => Some(OrderLevel::Alike(queues)),
        };
        (0..3).map(at).filter_map(named).collect()
    }
}

impl RawAgent {
    fn named(self, index: usize, names: &Names) -> Agent {
        let skills = SKILLS.iter().zip(self.levels).filter(|(_, level)| *level > 0);
        Agent {
            name: format!("agent{index}"),
            team: names.team(self.team),
            role: self.role.map(String::from),
            skills: skills.map(|(skill, level)| (skill.to_string(), level)).collect(),
            order: self.order.map(|order| order.named(names)),
            capacity: self.capacity,
            weight: self.weight,
            endpoint: None,
        }
    }
}

// --- rules ---

fn choice() -> impl Strategy<Value = Choice> {
    select(vec![
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
    ])
}

fn wrap_up() -> impl Strategy<Value = WrapUp> {
    prop_oneof![
        3 => length_or_zero().prop_map(WrapUp::Timed),
        1 => length().prop_map(WrapUp::Fixed),
        1 => Just(WrapUp::UntilDone),
        1 => Just(WrapUp::Disposition),
    ]
}

fn limits() -> impl Strategy<Value = Limits> {
    let calls = option::weighted(0.3, 1..=12u32);
    let moves = option::weighted(0.5, 1..=4u16);
    let follow_ups = option::weighted(0.3, 0..=6u32);
    let remembered = option::weighted(0.3, 0..=2u32);
    (calls, moves, follow_ups, remembered).prop_map(|(calls, moves, follow_ups, remembered)| Limits {
        calls,
        moves,
        follow_ups,
        remembered,
    })
}

/// The floor's own rules: everything is short.
fn base_rules() -> BoxedStrategy<Rules> {
    let long = select(vec![6u64, 10, 20, 30]).prop_map(Length::secs);
    let wait = prop_oneof![9 => long.clone(), 1 => Just(Length::ZERO)];
    (rules(), long, wait)
        .prop_map(|(rules, lease, wait_limit)| Rules {
            lease: rules.lease.or(Some(lease)),
            wait_limit: rules.wait_limit.or(Some(wait_limit)),
            ..rules
        })
        .boxed()
}

fn rules() -> BoxedStrategy<Rules> {
    let rings = (option::of(length()), option::of(length()), option::of(length()), option::of(length()));
    let misses = (option::of(select(vec![0u16, 1, 2, 3])), option::of(length_or_zero()));
    let delay = || option::of(length_or_zero());
    let delays = (delay(), delay(), delay(), delay());
    let reminder = option::of(select(vec![0u64, 1, 2, 3, 6, 10]).prop_map(Length::secs));
    let talk = (option::of(wrap_up()), reminder, delay(), option::weighted(0.2, length()));
    let limits = (
        option::weighted(0.2, select(vec![0u32, 1, 2, 3])),
        option::weighted(0.4, select(vec![3u64, 6, 10, 20]).prop_map(Length::secs)),
        option::of(any::<bool>()),
    );
    (option::of(choice()), rings, misses, delays, talk, limits, wider_rules())
        .prop_map(
            |(
                choice,
                (target, ring_limit, no_ring_limit, connect_limit),
                (misses, cool_down),
                (delay_missed, delay_declined, delay_busy, delay_unreachable),
                (wrap_up, hold_reminder, hold_limit, lease),
                (length_limit, wait_limit, wait_limit_spares_ring),
                wider,
            )| Rules {
                choice,
                target,
                ring_limit,
                no_ring_limit,
                connect_limit,
                misses,
                cool_down,
                delay_missed,
                delay_declined,
                delay_busy,
                delay_unreachable,
                wrap_up,
                hold_reminder,
                hold_limit,
                lease,
                length_limit,
                wait_limit,
                wait_limit_spares_ring,
                ..wider
            },
        )
        .boxed()
}

/// The rules about handing on, going up, calling back and being there.
fn wider_rules() -> BoxedStrategy<Rules> {
    let some = || option::weighted(0.4, length());
    let some_or_none = || option::weighted(0.4, length_or_zero());
    let absences = || {
        let absence = select(vec![Absence::NotReady, Absence::Unreachable, Absence::Busy]);
        option::weighted(0.12, vec(absence, 0..=2).prop_map(distinct))
    };
    let after = option::weighted(0.15, select(REASONS.to_vec()));
    let ring_all = (option::of(1..=4u16), option::of(any::<bool>()));
    let agents = (some_or_none(), some_or_none());
    let transfer = (some(), some_or_none(), option::of(any::<bool>()), option::of(any::<bool>()));
    let escalation = (some(), option::of(any::<bool>()), option::weighted(0.3, select(ROLES.to_vec())));
    let callback = (option::of(1..=3u16), some(), some_or_none(), some());
    (after, ring_all, agents, transfer, escalation, callback, (absences(), absences()))
        .prop_map(
            |(
                after_call,
                (ring_all_max, ring_all_joins),
                (sticky, preferred_wait),
                (transfer_limit, transfer_return, transfer_message, transfer_resets_age),
                (escalation_step, escalation_stays, complaint_role),
                (callback_attempts, callback_gap, callback_within, message_limit),
                (refuse_when_empty, leave_when_empty),
            )| Rules {
                after_call: after_call.map(String::from),
                ring_all_max,
                ring_all_joins,
                sticky,
                preferred_wait,
                transfer_limit,
                transfer_return,
                transfer_message,
                transfer_resets_age,
                escalation_step,
                escalation_stays,
                complaint_role: complaint_role.map(String::from),
                callback_attempts,
                callback_gap,
                callback_within,
                message_limit,
                refuse_when_empty,
                leave_when_empty,
                ..Rules::default()
            },
        )
        .boxed()
}

fn distinct<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list.dedup();
    list
}

// --- classes and tiers ---

fn classes() -> impl Strategy<Value = Vec<Class>> {
    let class = (any::<bool>(), option::weighted(0.4, length()));
    let own = vec(class, 1..=4).prop_map(|classes| {
        let named = |(i, (withdraws_ringing, starvation_bound))| Class {
            name: format!("class{i}"),
            withdraws_ringing,
            starvation_bound,
        };
        classes.into_iter().enumerate().map(named).collect()
    });
    prop_oneof![1 => Just(Vec::new()), 2 => own]
}

#[derive(Clone, Debug)]
struct RawTier {
    class: Option<u8>,
    credit: Option<Length>,
    ladder: Option<Vec<RawRung>>,
}

fn tier() -> BoxedStrategy<RawTier> {
    (option::of(any::<u8>()), option::of(length_or_zero()), option::of(ladder()))
        .prop_map(|(class, credit, ladder)| RawTier { class, credit, ladder })
        .boxed()
}

impl RawTier {
    fn named(self, index: usize, names: &Names) -> Tier {
        Tier {
            name: format!("tier{index}"),
            class: self.class.map(|class| names.class(class)),
            credit: self.credit,
            ladder: self.ladder.map(|ladder| named_ladder(ladder, names)),
        }
    }
}
