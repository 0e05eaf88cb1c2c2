//! Random floors: small, with short limits that often fall on the same instant, and with everything a floor can have.

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

// --- queues ---

#[derive(Clone, Debug)]
struct RawQueue {
    need: Option<&'static str>,
    teams: Vec<u8>,
    class: Option<u8>,
    credit: Option<Length>,
    rules: Rules,
    ladder: Vec<RawRung>,
    ladder_for_all: bool,
    prefer: Vec<&'static str>,
    reserve: Vec<(u8, u32)>,
    keys: Vec<(char, RawKey)>,
}

#[derive(Clone, Debug)]
enum RawKey {
    ToQueue(u8),
    ToNumber,
    Message,
    Callback,
    Disconnect,
}

fn queue() -> BoxedStrategy<RawQueue> {
    let need = option::of(select(NEEDS.to_vec()));
    let credit = option::weighted(0.3, length());
    let ladder = (ladder(), prop::bool::weighted(0.2));
    let prefer = prop_oneof![2 => Just(Vec::new()), 1 => subsequence(NEEDS.to_vec(), 1..=3).prop_shuffle()];
    let key = prop_oneof![
        2 => any::<u8>().prop_map(RawKey::ToQueue),
        1 => Just(RawKey::ToNumber),
        2 => Just(RawKey::Message),
        3 => Just(RawKey::Callback),
        1 => Just(RawKey::Disconnect),
    ];
    let keys = prop::collection::btree_map(select(KEYS.to_vec()), key, 0..=3);
    let reserve = prop_oneof![3 => Just(Vec::new()), 1 => vec((any::<u8>(), 1..=2u32), 1..=2)];
    (need, vec(any::<u8>(), 0..=2), option::of(any::<u8>()), credit, rules(), ladder, (prefer, reserve, keys))
        .prop_map(|(need, teams, class, credit, rules, (ladder, ladder_for_all), (prefer, reserve, keys))| RawQueue {
            need,
            teams,
            class,
            credit,
            rules,
            ladder,
            ladder_for_all,
            prefer,
            reserve,
            keys: keys.into_iter().collect(),
        })
        .boxed()
}

impl RawQueue {
    fn named(self, index: usize, names: &Names) -> Queue {
        let teams = distinct(self.teams.iter().map(|team| names.team(*team)).collect());
        let mut reserve: Vec<Reserve> = Vec::new();
        for (team, keep) in self.reserve {
            let team = names.team(team);
            if reserve.iter().all(|known| known.team != team) {
                reserve.push(Reserve { team, keep });
            }
        }
        let action = |key| match key {
            RawKey::ToQueue(queue) => KeyAction::ToQueue(names.queue(queue)),
            RawKey::ToNumber => KeyAction::ToNumber("+200".into()),
            RawKey::Message => KeyAction::Message,
            RawKey::Callback => KeyAction::Callback,
            RawKey::Disconnect => KeyAction::Disconnect("wished".into()),
        };
        Queue {
            name: format!("q{index}"),
            need: self.need.map(String::from),
            teams,
            class: self.class.map(|class| names.class(class)),
            credit: self.credit,
            rules: self.rules,
            ladder: named_ladder(self.ladder, names),
            ladder_for_all: self.ladder_for_all,
            prefer: self.prefer.iter().map(|need| (*need).into()).collect(),
            reserve,
            keys: self.keys.into_iter().map(|(key, leads)| Key { key, action: action(leads) }).collect(),
        }
    }
}

// --- ladders ---

#[derive(Clone, Debug)]
struct RawRung {
    after: Length,
    only_if: Option<Condition>,
    unless: Option<Condition>,
    actions: Vec<RawAction>,
    now: bool,
}

#[derive(Clone, Debug)]
enum RawAction {
    Widen(&'static str),
    Need(&'static str),
    Lower(&'static str, u8),
    AddTeam(u8),
    AddRole(&'static str),
    Class(u8),
    Credit(Length),
    Notify,
    ToQueue(u8, bool),
    ToNumber,
    Disconnect,
    Message,
    OfferMessage,
    OfferCallback,
}

fn condition() -> BoxedStrategy<Condition> {
    let day = select(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
    let hours = select(vec!["22:00-06:00", "00:00-12:00", "08:00-24:00", "11:59-12:01"]);
    (
        prop::bool::weighted(0.4),
        option::weighted(0.4, 1..=3u32),
        option::weighted(0.3, length()),
        option::weighted(0.2, hours),
        prop_oneof![4 => Just(Vec::new()), 1 => vec(day, 1..=4).prop_map(distinct)],
    )
        .prop_map(|(nobody_signed_in, length, waited, hours, days)| Condition {
            // It must name something.
            nobody_signed_in: nobody_signed_in
                || (length.is_none() && waited.is_none() && hours.is_none() && days.is_empty()),
            length,
            waited,
            hours: hours.map(String::from),
            days: days.into_iter().map(String::from).collect(),
        })
        .boxed()
}

fn ladder() -> BoxedStrategy<Vec<RawRung>> {
    let change = || {
        prop_oneof![
            select(NEEDS.to_vec()).prop_map(RawAction::Widen),
            select(NEEDS.to_vec()).prop_map(RawAction::Need),
            (select(SKILLS.to_vec()), 1..=9u8).prop_map(|(skill, by)| RawAction::Lower(skill, by)),
            any::<u8>().prop_map(RawAction::AddTeam),
            select(ROLES.to_vec()).prop_map(RawAction::AddRole),
            any::<u8>().prop_map(RawAction::Class),
            length_or_zero().prop_map(RawAction::Credit),
            Just(RawAction::Notify),
            Just(RawAction::OfferMessage),
            Just(RawAction::OfferCallback),
        ]
    };
    let conditions = || (option::weighted(0.2, condition()), option::weighted(0.15, condition()));
    let exit = prop_oneof![
        3 => (any::<u8>(), any::<bool>()).prop_map(|(queue, reset)| RawAction::ToQueue(queue, reset)),
        1 => Just(RawAction::ToNumber),
        1 => Just(RawAction::Disconnect),
        1 => Just(RawAction::Message),
    ];
    let rung = (length_or_zero(), vec(change(), 1..=2), any::<bool>(), conditions())
        .prop_map(|(after, actions, now, (only_if, unless))| RawRung { after, only_if, unless, actions, now });
    let last = (length(), vec(change(), 0..=1), exit, any::<bool>(), conditions()).prop_map(
        |(after, mut actions, exit, now, (only_if, unless))| {
            actions.push(exit);
            // Some time passes before a call moves, so no circle of queues hands it round for ever in no time.
            RawRung { after, only_if, unless, actions, now }
        },
    );
    (vec(rung, 0..=3), option::of(last))
        .prop_map(|(mut rungs, last)| {
            rungs.extend(last);
            rungs
        })
        .boxed()
}

fn named_ladder(rungs: Vec<RawRung>, names: &Names) -> Vec<Rung> {
    let named = |rung: RawRung| Rung {
        after: rung.after,
        only_if: rung.only_if,
        unless: rung.unless,
        actions: rung.actions.into_iter().map(|action| action.named(names)).collect(),
        now: rung.now,
    };
    rungs.into_iter().map(named).collect()
}

impl RawAction {
    fn named(self, names: &Names) -> RungAction {
        match self {
            Self::Widen(need) => RungAction::Widen(need.into()),
            Self::Need(need) => RungAction::Need(need.into()),
            Self::Lower(skill, by) => RungAction::Lower(Lower { skill: skill.into(), by }),
            Self::AddTeam(team) => RungAction::AddTeam(names.team(team)),
            Self::AddRole(role) => RungAction::AddRole(role.into()),
            Self::Class(class) => RungAction::Class(names.class(class)),
            Self::Credit(credit) => RungAction::Credit(credit),
            Self::Notify => RungAction::Notify("desk".into()),
            Self::ToQueue(queue, false) => RungAction::ToQueue(names.queue(queue)),
            Self::ToQueue(queue, true) => RungAction::ToQueueReset(names.queue(queue)),
            Self::ToNumber => RungAction::ToNumber("+100".into()),
            Self::Disconnect => RungAction::Disconnect("closed".into()),
            Self::Message => RungAction::Message,
            Self::OfferMessage => RungAction::OfferMessage,
            Self::OfferCallback => RungAction::OfferCallback,
        }
    }
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
