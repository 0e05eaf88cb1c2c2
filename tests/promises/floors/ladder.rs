//! Random ladders, their conditions, and what their rungs do.

use super::*;

#[derive(Clone, Debug)]
pub(super) struct RawRung {
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

pub(super) fn ladder() -> BoxedStrategy<Vec<RawRung>> {
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

pub(super) fn named_ladder(rungs: Vec<RawRung>, names: &Names) -> Vec<Rung> {
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
