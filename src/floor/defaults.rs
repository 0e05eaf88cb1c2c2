//! What a floor leaves out: every default, its range and its reason, in one place.
//!
//! The same table is [`table`] and `cordboard check --defaults`; a test holds it to the constants.
//!
//! | field | default | range | why |
//! | --- | --- | --- | --- |
//! | `zone` | UTC | an IANA name | a floor that names no zone has no place on the map |
//! | `ring_cadence` | 6s | 100ms to 1m | A1: half a minute is five rings |
//! | `chain` | operator, foreman, supervisor, manager | 1 to 64 roles, lowest first | E1: the chain of command |
//! | `supervision` | foreman | a role of the chain | E8: the second role, or the only one |
//! | `approval` | none | reasons of the floor | D2, D3: a floor says which breaks are not its agents' own |
//! | `classes` | emergency, vip, normal | 1 to 64 classes, first served first | emergencies, then VIPs (E3), then all others |
//! | `limits.calls` | 1000000 | 1 to 10000000 | what one engine is built for |
//! | `limits.moves` | 32 | 1 to 1000 | more is a circle of queues |
//! | `limits.follow_ups` | 100000 | 0 for none, or 1 to 10000000 | A2: what could not be answered is known |
//! | `limits.remembered` | 100000 | 0 for none, or 1 to 10000000 | A5: who served a caller last is known |
//! | `trunks` | none | 1 to 10000000 | A2: no call is turned away |
//! | `waiting_limit` | none | 0 to 10000000 | A2: no call is turned away |
//! | `teams.order` | none | at most 64 levels, each a queue or several | first come, first served (G3) |
//! | `agents.role` | operator | a role of the chain | the lowest role of the chain |
//! | `agents.order` | the team's | at most 64 levels, each a queue or several | a team works alike |
//! | `agents.capacity` | 1 | 1 to 100 | one telephone, one call |
//! | `agents.weight` | 1 | 1 to 100 | everybody the same share |
//! | `agents.endpoint` | the agent's name | 1 to 100 characters | the switch often knows agents by name |
//! | `queues.need` | any | a need | anybody may serve a queue that asks for nothing |
//! | `queues.teams` | all | teams of the floor | a queue that names no team is everybody's |
//! | `queues.prefer` | none | at most 64 needs | the choice decides among all who may serve |
//! | `queues.reserve` | none | each team once, 1 to 100000 | whoever is free takes whatever fits (G2) |
//! | `queues.class` | normal | a class of the floor | the last class |
//! | `queues.credit` | 0s | 0s for none, or 1ms to 168h | first come, first served (G3) |
//! | `queues.keys` | none | each of 0 to 9, *, # once | who waits leaves by hanging up |
//! | `tiers.class` | the queue's | a class of the floor | a tier may exist for its ladder alone |
//! | `tiers.credit` | the queue's | 0s for none, or 1ms to 168h | a tier may exist for its ladder alone |
//! | `classes.starvation_bound` | 0s | 0s for never, or 1ms to 168h | classes are strict unless one says otherwise |
//! | `rules.choice` | longest-idle | longest-idle, best-skilled, least-skilled, fewest-calls, least-occupied, round-robin, linear, random, weighted-random or ring-all | A7: load is spread fairly |
//! | `rules.target` | 3 rings | 1ms to 24h | F2: answered within three rings |
//! | `rules.ring_limit` | 3 rings | 1ms to 24h | A1: answered within three rings |
//! | `rules.no_ring_limit` | 10s | 1ms to 24h | a phone that does not ring by then will not |
//! | `rules.connect_limit` | 10s | 1ms to 24h | both ends have answered; joining them is quick |
//! | `rules.misses` | 1 | 0 for never, or 1 to 1000 | who misses a call is not at the desk |
//! | `rules.cool_down` | 30s | 0s for never, or 1ms to 24h | others come first before the same phone rings again |
//! | `rules.delay_missed` | 0s | 0s for none, or 1ms to 24h | one miss already makes not ready |
//! | `rules.delay_declined` | 5s | 0s for none, or 1ms to 24h | time to finish what was more urgent |
//! | `rules.delay_busy` | 10s | 0s for none, or 1ms to 24h | the phone is in use outside our sight |
//! | `rules.delay_unreachable` | 30s | 0s for none, or 1ms to 24h | a phone that dropped out takes time to return |
//! | `rules.wrap_up` | 0s | 0s for none, or 1ms to 24h; fixed, 1ms to 24h; until_done; disposition | a switchboard operator is free at once |
//! | `rules.hold_reminder` | 1m | 0s for never, or 1s to 24h | A4: keep holds short and come back |
//! | `rules.hold_limit` | 5m | 0s for never, or 1ms to 24h | A4: longer lookups are called back |
//! | `rules.lease` | 4h | 1ms to 168h | G5: longer than any call, so only lost ones end by it |
//! | `rules.after_call` | none | a reason of the floor, or empty for none | ready for the next call |
//! | `rules.ring_all_max` | 10 | 1 to 100 | more phones ringing at once disturb more than they help |
//! | `rules.ring_all_joins` | false | true, false | whoever rings, rings from the start |
//! | `rules.sticky` | 0s | 0s for never, or 1ms to 168h | A5: a floor says how long a matter stays with who took it |
//! | `rules.preferred_wait` | 5 rings | 0s for never, or 1ms to 24h | A5: half a minute for the right voice |
//! | `rules.transfer_limit` | 5 rings | 1ms to 24h | A3: five rings, then it comes back |
//! | `rules.transfer_return` | 3 rings | 0s for never, or 1ms to 24h | A3: to who sent it, like any call |
//! | `rules.transfer_message` | true | true, false | A3: then a message is offered |
//! | `rules.transfer_resets_age` | false | true, false | nobody waits twice |
//! | `rules.escalation_step` | 3 rings | 1ms to 24h | E1: each role answers within three rings too |
//! | `rules.escalation_stays` | false | true, false | the agent is there for the next caller |
//! | `rules.complaint_role` | the next role | a role of the chain | E4: a complaint goes up |
//! | `rules.callback_attempts` | 3 | 1 to 100 | A4: who does not answer may be back soon |
//! | `rules.callback_gap` | 10m | 1ms to 24h | A4: time to come back to the telephone |
//! | `rules.callback_within` | 1h | 0s for never, or 1ms to 24h | A4: a promise names a definite time |
//! | `rules.message_limit` | 3m | 1ms to 24h | S1: who, when and for whom does not take longer |
//! | `rules.refuse_when_empty` | never | any of not_ready, unreachable, busy; or an empty list | A2: no call is turned away |
//! | `rules.leave_when_empty` | never | any of not_ready, unreachable, busy; or an empty list | somebody may yet come |
//! | `rules.length_limit` | 0 | 0 for none, or 1 to 10000000 | A2: no call is turned away |
//! | `rules.wait_limit` | 1h | 0s for never, or 1ms to 168h | nobody waits longer; a hang-up report was lost |
//! | `rules.wait_limit_spares_ring` | false | true, false | a limit is a limit |
//! | `ladder.after` | 0s | 0s for at once, or 1ms to 168h | a rung that names no time comes at once |
//! | `ladder.if` | always | a condition | a rung is there to be taken |
//! | `ladder.unless` | never | a condition | a rung is there to be taken |

use core::fmt;

use super::limits::{AGENTS_MAX, ORDER_LEVELS_MAX, PREFER_MAX};
use super::{Choice, Class, Length, WrapUp};
use crate::time::Span;

/// The length of one ring: half a minute is five rings (A1).
pub const RING_CADENCE: Length = Length::secs(6);
/// The chain of command, lowest role first (E1).
pub const CHAIN: [&str; 4] = ["operator", "foreman", "supervisor", "manager"];
/// The name of the class of emergencies, which may withdraw ringing offers of lower classes.
pub const CLASS_EMERGENCY: &str = "emergency";
/// The name of the class of VIPs.
pub const CLASS_VIP: &str = "vip";
/// The name of the class of everybody else.
pub const CLASS_NORMAL: &str = "normal";
/// How an agent is chosen.
pub const CHOICE: Choice = Choice::LongestIdle;
/// The answer target (F2).
pub const TARGET: Length = Length::rings(3);
/// The ring limit (A1).
pub const RING_LIMIT: Length = Length::rings(3);
/// The limit for an offer that never rings.
pub const NO_RING_LIMIT: Length = Length::secs(10);
/// The limit for joining an answered call.
pub const CONNECT_LIMIT: Length = Length::secs(10);
/// Misses in a row before an agent becomes not ready.
pub const MISSES: u16 = 1;
/// How long a pair of call and agent is kept apart after an offer that was not taken.
pub const COOL_DOWN: Length = Length::secs(30);
/// How long an agent who missed a call is left alone.
pub const DELAY_MISSED: Length = Length::ZERO;
/// How long an agent who declined is left alone.
pub const DELAY_DECLINED: Length = Length::secs(5);
/// How long an agent whose phone was busy is left alone.
pub const DELAY_BUSY: Length = Length::secs(10);
/// How long an agent whose phone could not be reached is left alone.
pub const DELAY_UNREACHABLE: Length = Length::secs(30);
/// Work after the call.
pub const WRAP_UP: WrapUp = WrapUp::Timed(Length::ZERO);
/// The hold reminder (A4).
pub const HOLD_REMINDER: Length = Length::secs(60);
/// The hold limit (A4).
pub const HOLD_LIMIT: Length = Length::secs(300);
/// The lease of a connected call.
pub const LEASE: Length = Length::secs(4 * 3600);
/// How many calls may wait in a queue; 0 for as many as the engine holds.
pub const LENGTH_LIMIT: u32 = 0;
/// How long a call may wait.
pub const WAIT_LIMIT: Length = Length::secs(3600);
/// Whether the wait limit lets a ringing phone ring to its end.
pub const WAIT_LIMIT_SPARES_RING: bool = false;
/// How many contacts an agent takes at once.
pub const CAPACITY: u8 = 1;
/// The age advantage of a queue's calls.
pub const CREDIT: Length = Length::ZERO;
/// How many calls may be alive at once.
pub const CALLS: u32 = 1_000_000;
/// How many times a call may be moved from queue to queue.
pub const MOVES: u16 = 32;
/// How many entries the follow-up list holds.
pub const FOLLOW_UPS: u32 = 100_000;
/// How many callers are remembered with their last agent.
pub const REMEMBERED: u32 = 100_000;
/// An agent's weight for choices by weighted chance.
pub const WEIGHT: u8 = 1;
/// How many phones ring-all rings at most.
pub const RING_ALL_MAX: u16 = 10;
/// Whether ring-all rings those who become free later too.
pub const RING_ALL_JOINS: bool = false;
/// For how long a caller is remembered with the agent who served him last.
pub const STICKY: Length = Length::ZERO;
/// How long a call waits for the agent it should go to (A5).
pub const PREFERRED_WAIT: Length = Length::rings(5);
/// How long a transferred call may wait and ring before it comes back (A3).
pub const TRANSFER_LIMIT: Length = Length::rings(5);
/// How long a call that has come back waits for who sent it.
pub const TRANSFER_RETURN: Length = Length::rings(3);
/// Whether it is then led to leave a message (A3).
pub const TRANSFER_MESSAGE: bool = true;
/// Whether a call that is transferred counts as one that has just come.
pub const TRANSFER_RESETS_AGE: bool = false;
/// How long each role has on the way up the chain of command (E1).
pub const ESCALATION_STEP: Length = Length::rings(3);
/// Whether the agent stays with a caller who goes up the chain of command.
pub const ESCALATION_STAYS: bool = false;
/// How often a callback is tried.
pub const CALLBACK_ATTEMPTS: u16 = 3;
/// How long after one attempt the next may come.
pub const CALLBACK_GAP: Length = Length::secs(600);
/// Within which time a caller is promised to be called back (A4).
pub const CALLBACK_WITHIN: Length = Length::secs(3600);
/// How long a caller may take to leave a message.
pub const MESSAGE_LIMIT: Length = Length::secs(180);

/// The classes of a floor that names none.
pub fn classes() -> Vec<Class> {
    let class = |name: &str, withdraws_ringing| Class { name: name.into(), withdraws_ringing, ..Class::default() };
    vec![class(CLASS_EMERGENCY, true), class(CLASS_VIP, false), class(CLASS_NORMAL, false)]
}

/// Which lengths a field may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LengthRange {
    min: Span,
    max: Span,
    zero: Option<&'static str>,
}

const MIN: Span = Span::from_millis(1);
const HOUR: u64 = 3600;

/// The ring cadence: from faster than any country's to slower than any.
pub(crate) const CADENCES: LengthRange =
    LengthRange { min: Span::from_millis(100), max: Span::from_secs(60), zero: None };
/// Up to a day.
pub(crate) const DAY: LengthRange = LengthRange { min: MIN, max: Span::from_secs(24 * HOUR), zero: None };
/// Up to a day, or never.
pub(crate) const DAY_OR_NEVER: LengthRange = LengthRange { zero: Some("never"), ..DAY };
/// From a second up to a day, or never: what is repeated must not flood the host.
pub(crate) const REPEATED_OR_NEVER: LengthRange = LengthRange { min: Span::from_secs(1), ..DAY_OR_NEVER };
/// Up to a day, or none.
pub(crate) const DAY_OR_NONE: LengthRange = LengthRange { zero: Some("none"), ..DAY };
/// Up to a week.
pub(crate) const WEEK: LengthRange = LengthRange { min: MIN, max: Span::from_secs(7 * 24 * HOUR), zero: None };
/// Up to a week, or never.
pub(crate) const WEEK_OR_NEVER: LengthRange = LengthRange { zero: Some("never"), ..WEEK };
/// Up to a week, or none.
pub(crate) const WEEK_OR_NONE: LengthRange = LengthRange { zero: Some("none"), ..WEEK };
/// Up to a week, or at once.
pub(crate) const WEEK_OR_AT_ONCE: LengthRange = LengthRange { zero: Some("at once"), ..WEEK };

/// Misses in a row that a floor may allow at most.
pub(crate) const MISSES_MAX: u16 = 1000;
/// Contacts at once that an agent may have at most.
pub(crate) const CAPACITY_MAX: u8 = 100;
/// Trunks that a floor may be limited to at most.
pub(crate) const TRUNKS_MAX: u32 = 10_000_000;
/// Waiting calls that a queue or a floor may be limited to at most.
pub(crate) const LENGTH_LIMIT_MAX: u32 = 10_000_000;
/// Entries that the follow-up list of a floor may hold at most.
pub(crate) const FOLLOW_UPS_MAX: u32 = 10_000_000;
/// Callers that a floor may have remembered at most.
pub(crate) const REMEMBERED_MAX: u32 = 10_000_000;
/// The heaviest weight of an agent.
pub(crate) const WEIGHT_MAX: u8 = 100;
/// Phones that ring-all may ring for one call at most.
pub(crate) const RING_ALL_MOST: u16 = 100;
/// Attempts that a callback may be given at most.
pub(crate) const CALLBACK_ATTEMPTS_MAX: u16 = 100;
/// Live calls that a floor may allow at most.
pub(crate) const CALLS_MAX: u32 = 10_000_000;
/// Moves of a call that a floor may allow at most.
pub(crate) const MOVES_MAX: u16 = 1000;

impl LengthRange {
    pub(crate) fn contains(&self, span: Span) -> bool {
        (self.min..=self.max).contains(&span) || (self.zero.is_some() && span.is_zero())
    }
}

impl fmt::Display for LengthRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(zero) = self.zero {
            write!(f, "0s for {zero}, or ")?;
        }
        write!(f, "{} to {}", Length::Span(self.min), Length::Span(self.max))
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Default {
    /// The field of the floor.
    pub field: &'static str,
    /// What it is where the floor leaves it out.
    pub default: String,
    /// What it may be.
    pub range: String,
    /// Why.
    pub why: &'static str,
}

/// Every default, in the order of the floor's fields.
pub fn table() -> Vec<Default> {
    let row = |field, default: &dyn fmt::Display, range: &dyn fmt::Display, why| Default {
        field,
        default: default.to_string(),
        range: range.to_string(),
        why,
    };
    let classes = classes().into_iter().map(|class| class.name).collect::<Vec<_>>().join(", ");
    vec![
        row("zone", &"UTC", &"an IANA name", "a floor that names no zone has no place on the map"),
        row("ring_cadence", &RING_CADENCE, &CADENCES, "A1: half a minute is five rings"),
        row("chain", &CHAIN.join(", "), &"1 to 64 roles, lowest first", "E1: the chain of command"),
        row("supervision", &CHAIN[1], &"a role of the chain", "E8: the second role, or the only one"),
        row("approval", &"none", &"reasons of the floor", "D2, D3: a floor says which breaks are not its agents' own"),
        row(
            "classes",
            &classes,
            &"1 to 64 classes, first served first",
            "emergencies, then VIPs (E3), then all others",
        ),
        row("limits.calls", &CALLS, &format_args!("1 to {CALLS_MAX}"), "what one engine is built for"),
        row("limits.moves", &MOVES, &format_args!("1 to {MOVES_MAX}"), "more is a circle of queues"),
        row(
            "limits.follow_ups",
            &FOLLOW_UPS,
            &format_args!("0 for none, or 1 to {FOLLOW_UPS_MAX}"),
            "A2: what could not be answered is known",
        ),
        row(
            "limits.remembered",
            &REMEMBERED,
            &format_args!("0 for none, or 1 to {REMEMBERED_MAX}"),
            "A5: who served a caller last is known",
        ),
        row("trunks", &"none", &format_args!("1 to {TRUNKS_MAX}"), "A2: no call is turned away"),
        row("waiting_limit", &"none", &format_args!("0 to {LENGTH_LIMIT_MAX}"), "A2: no call is turned away"),
        row(
            "teams.order",
            &"none",
            &format_args!("at most {ORDER_LEVELS_MAX} levels, each a queue or several"),
            "first come, first served (G3)",
        ),
        row("agents.role", &CHAIN[0], &"a role of the chain", "the lowest role of the chain"),
        row(
            "agents.order",
            &"the team's",
            &format_args!("at most {ORDER_LEVELS_MAX} levels, each a queue or several"),
            "a team works alike",
        ),
        row("agents.capacity", &CAPACITY, &format_args!("1 to {CAPACITY_MAX}"), "one telephone, one call"),
        row("agents.weight", &WEIGHT, &format_args!("1 to {WEIGHT_MAX}"), "everybody the same share"),
        row("agents.endpoint", &"the agent's name", &"1 to 100 characters", "the switch often knows agents by name"),
        row("queues.need", &"any", &"a need", "anybody may serve a queue that asks for nothing"),
        row("queues.teams", &"all", &"teams of the floor", "a queue that names no team is everybody's"),
        row(
            "queues.prefer",
            &"none",
            &format_args!("at most {PREFER_MAX} needs"),
            "the choice decides among all who may serve",
        ),
        row(
            "queues.reserve",
            &"none",
            &format_args!("each team once, 1 to {AGENTS_MAX}"),
            "whoever is free takes whatever fits (G2)",
        ),
        row("queues.class", &CLASS_NORMAL, &"a class of the floor", "the last class"),
        row("queues.credit", &CREDIT, &WEEK_OR_NONE, "first come, first served (G3)"),
        row("queues.keys", &"none", &"each of 0 to 9, *, # once", "who waits leaves by hanging up"),
        row("tiers.class", &"the queue's", &"a class of the floor", "a tier may exist for its ladder alone"),
        row("tiers.credit", &"the queue's", &WEEK_OR_NONE, "a tier may exist for its ladder alone"),
        row("classes.starvation_bound", &Length::ZERO, &WEEK_OR_NEVER, "classes are strict unless one says otherwise"),
        row("rules.choice", &CHOICE, &Choice::NAMES, "A7: load is spread fairly"),
        row("rules.target", &TARGET, &DAY, "F2: answered within three rings"),
        row("rules.ring_limit", &RING_LIMIT, &DAY, "A1: answered within three rings"),
        row("rules.no_ring_limit", &NO_RING_LIMIT, &DAY, "a phone that does not ring by then will not"),
        row("rules.connect_limit", &CONNECT_LIMIT, &DAY, "both ends have answered; joining them is quick"),
        row(
            "rules.misses",
            &MISSES,
            &format_args!("0 for never, or 1 to {MISSES_MAX}"),
            "who misses a call is not at the desk",
        ),
        row("rules.cool_down", &COOL_DOWN, &DAY_OR_NEVER, "others come first before the same phone rings again"),
        row("rules.delay_missed", &DELAY_MISSED, &DAY_OR_NONE, "one miss already makes not ready"),
        row("rules.delay_declined", &DELAY_DECLINED, &DAY_OR_NONE, "time to finish what was more urgent"),
        row("rules.delay_busy", &DELAY_BUSY, &DAY_OR_NONE, "the phone is in use outside our sight"),
        row(
            "rules.delay_unreachable",
            &DELAY_UNREACHABLE,
            &DAY_OR_NONE,
            "a phone that dropped out takes time to return",
        ),
        row(
            "rules.wrap_up",
            &WRAP_UP,
            &format_args!("{DAY_OR_NONE}; fixed, {DAY}; {}; {}", WrapUp::UntilDone, WrapUp::Disposition),
            "a switchboard operator is free at once",
        ),
        row("rules.hold_reminder", &HOLD_REMINDER, &REPEATED_OR_NEVER, "A4: keep holds short and come back"),
        row("rules.hold_limit", &HOLD_LIMIT, &DAY_OR_NEVER, "A4: longer lookups are called back"),
        row("rules.lease", &LEASE, &WEEK, "G5: longer than any call, so only lost ones end by it"),
        row("rules.after_call", &"none", &"a reason of the floor, or empty for none", "ready for the next call"),
        row(
            "rules.ring_all_max",
            &RING_ALL_MAX,
            &format_args!("1 to {RING_ALL_MOST}"),
            "more phones ringing at once disturb more than they help",
        ),
        row("rules.ring_all_joins", &RING_ALL_JOINS, &"true, false", "whoever rings, rings from the start"),
        row("rules.sticky", &STICKY, &WEEK_OR_NEVER, "A5: a floor says how long a matter stays with who took it"),
        row("rules.preferred_wait", &PREFERRED_WAIT, &DAY_OR_NEVER, "A5: half a minute for the right voice"),
        row("rules.transfer_limit", &TRANSFER_LIMIT, &DAY, "A3: five rings, then it comes back"),
        row("rules.transfer_return", &TRANSFER_RETURN, &DAY_OR_NEVER, "A3: to who sent it, like any call"),
        row("rules.transfer_message", &TRANSFER_MESSAGE, &"true, false", "A3: then a message is offered"),
        row("rules.transfer_resets_age", &TRANSFER_RESETS_AGE, &"true, false", "nobody waits twice"),
        row("rules.escalation_step", &ESCALATION_STEP, &DAY, "E1: each role answers within three rings too"),
        row("rules.escalation_stays", &ESCALATION_STAYS, &"true, false", "the agent is there for the next caller"),
        row("rules.complaint_role", &"the next role", &"a role of the chain", "E4: a complaint goes up"),
        row(
            "rules.callback_attempts",
            &CALLBACK_ATTEMPTS,
            &format_args!("1 to {CALLBACK_ATTEMPTS_MAX}"),
            "A4: who does not answer may be back soon",
        ),
        row("rules.callback_gap", &CALLBACK_GAP, &DAY, "A4: time to come back to the telephone"),
        row("rules.callback_within", &CALLBACK_WITHIN, &DAY_OR_NEVER, "A4: a promise names a definite time"),
        row("rules.message_limit", &MESSAGE_LIMIT, &DAY, "S1: who, when and for whom does not take longer"),
        row(
            "rules.refuse_when_empty",
            &"never",
            &"any of not_ready, unreachable, busy; or an empty list",
            "A2: no call is turned away",
        ),
        row(
            "rules.leave_when_empty",
            &"never",
            &"any of not_ready, unreachable, busy; or an empty list",
            "somebody may yet come",
        ),
        row(
            "rules.length_limit",
            &LENGTH_LIMIT,
            &format_args!("0 for none, or 1 to {LENGTH_LIMIT_MAX}"),
            "A2: no call is turned away",
        ),
        row("rules.wait_limit", &WAIT_LIMIT, &WEEK_OR_NEVER, "nobody waits longer; a hang-up report was lost"),
        row("rules.wait_limit_spares_ring", &WAIT_LIMIT_SPARES_RING, &"true, false", "a limit is a limit"),
        row("ladder.after", &Length::ZERO, &WEEK_OR_AT_ONCE, "a rung that names no time comes at once"),
        row("ladder.if", &"always", &"a condition", "a rung is there to be taken"),
        row("ladder.unless", &"never", &"a condition", "a rung is there to be taken"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_table_is_the_one_in_the_docs() {
        let documented: Vec<&str> =
            include_str!("defaults.rs").lines().filter_map(|line| line.strip_prefix("//! | ")).skip(2).collect();
        let rows: Vec<String> = table()
            .iter()
            .map(|row| format!("`{}` | {} | {} | {} |", row.field, row.default, row.range, row.why))
            .collect();
        let expected: String = rows.iter().map(|row| format!("//! | {row}\n")).collect();
        assert_eq!(documented, rows, "the header should read:\n{expected}");
    }

    #[test]
    fn every_default_length_is_in_its_own_range() {
        let ring = RING_CADENCE.to_span(Span::ZERO);
        for (length, range) in [
            (RING_CADENCE, CADENCES),
            (TARGET, DAY),
            (RING_LIMIT, DAY),
            (NO_RING_LIMIT, DAY),
            (CONNECT_LIMIT, DAY),
            (COOL_DOWN, DAY_OR_NEVER),
            (DELAY_MISSED, DAY_OR_NONE),
            (DELAY_DECLINED, DAY_OR_NONE),
            (DELAY_BUSY, DAY_OR_NONE),
            (DELAY_UNREACHABLE, DAY_OR_NONE),
            (HOLD_REMINDER, REPEATED_OR_NEVER),
            (HOLD_LIMIT, DAY_OR_NEVER),
            (LEASE, WEEK),
            (STICKY, WEEK_OR_NEVER),
            (PREFERRED_WAIT, DAY_OR_NEVER),
            (TRANSFER_LIMIT, DAY),
            (TRANSFER_RETURN, DAY_OR_NEVER),
            (ESCALATION_STEP, DAY),
            (CALLBACK_GAP, DAY),
            (MESSAGE_LIMIT, DAY),
            (WAIT_LIMIT, WEEK_OR_NEVER),
        ] {
            assert!(range.contains(length.to_span(ring)), "{length} in {range}");
        }
    }
}
