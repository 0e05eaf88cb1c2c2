//! What a floor leaves out: every default, its range and its reason, in one place.
//!
//! The same table is [`table`] and `cordboard check --defaults`; a test holds it to the constants.
//!
//! | field | default | range | why |
//! | --- | --- | --- | --- |
//! | `ring_cadence` | 6s | 100ms to 1m | A1: half a minute is five rings |
//! | `chain` | operator, foreman, supervisor, manager | 1 to 64 roles, lowest first | E1: the chain of command |
//! | `classes` | emergency, vip, normal | 1 to 64 classes, first served first | emergencies, then VIPs (E3), then all others |
//! | `limits.calls` | 1000000 | 1 to 10000000 | what one engine is built for |
//! | `limits.moves` | 32 | 1 to 1000 | more is a circle of queues |
//! | `agents.role` | operator | a role of the chain | the lowest role of the chain |
//! | `agents.capacity` | 1 | 1 to 100 | one telephone, one call |
//! | `agents.endpoint` | the agent's name | 1 to 100 characters | the switch often knows agents by name |
//! | `queues.need` | any | a need | anybody may serve a queue that asks for nothing |
//! | `queues.teams` | all | teams of the floor | a queue that names no team is everybody's |
//! | `queues.class` | normal | a class of the floor | the last class |
//! | `queues.credit` | 0s | 0s for none, or 1ms to 168h | first come, first served (G3) |
//! | `tiers.class` | the queue's | a class of the floor | a tier may exist for its ladder alone |
//! | `tiers.credit` | the queue's | 0s for none, or 1ms to 168h | a tier may exist for its ladder alone |
//! | `classes.starvation_bound` | 0s | 0s for never, or 1ms to 168h | classes are strict unless one says otherwise |
//! | `rules.choice` | longest-idle | longest-idle, best-skilled, linear, random | A7: load is spread fairly |
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
//! | `rules.wrap_up` | 0s | 0s for none, or 1ms to 24h, or until_done | a switchboard operator is free at once |
//! | `rules.hold_reminder` | 1m | 0s for never, or 1s to 24h | A4: keep holds short and come back |
//! | `rules.hold_limit` | 5m | 0s for never, or 1ms to 24h | A4: longer lookups are called back |
//! | `rules.lease` | 4h | 1ms to 168h | G5: longer than any call, so only lost ones end by it |
//! | `rules.length_limit` | 0 | 0 for none, or 1 to 10000000 | A2: no call is turned away |
//! | `rules.wait_limit` | 1h | 0s for never, or 1ms to 168h | nobody waits longer; a hang-up report was lost |
//! | `rules.wait_limit_spares_ring` | false | true, false | a limit is a limit |
//! | `ladder.after` | 0s | 0s for at once, or 1ms to 168h | a rung that names no time comes at once |

use core::fmt;

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
/// Waiting calls that a queue may be limited to at most.
pub(crate) const LENGTH_LIMIT_MAX: u32 = 10_000_000;
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
        row("ring_cadence", &RING_CADENCE, &CADENCES, "A1: half a minute is five rings"),
        row("chain", &CHAIN.join(", "), &"1 to 64 roles, lowest first", "E1: the chain of command"),
        row(
            "classes",
            &classes,
            &"1 to 64 classes, first served first",
            "emergencies, then VIPs (E3), then all others",
        ),
        row("limits.calls", &CALLS, &format_args!("1 to {CALLS_MAX}"), "what one engine is built for"),
        row("limits.moves", &MOVES, &format_args!("1 to {MOVES_MAX}"), "more is a circle of queues"),
        row("agents.role", &CHAIN[0], &"a role of the chain", "the lowest role of the chain"),
        row("agents.capacity", &CAPACITY, &format_args!("1 to {CAPACITY_MAX}"), "one telephone, one call"),
        row("agents.endpoint", &"the agent's name", &"1 to 100 characters", "the switch often knows agents by name"),
        row("queues.need", &"any", &"a need", "anybody may serve a queue that asks for nothing"),
        row("queues.teams", &"all", &"teams of the floor", "a queue that names no team is everybody's"),
        row("queues.class", &CLASS_NORMAL, &"a class of the floor", "the last class"),
        row("queues.credit", &CREDIT, &WEEK_OR_NONE, "first come, first served (G3)"),
        row("tiers.class", &"the queue's", &"a class of the floor", "a tier may exist for its ladder alone"),
        row("tiers.credit", &"the queue's", &WEEK_OR_NONE, "a tier may exist for its ladder alone"),
        row("classes.starvation_bound", &Length::ZERO, &WEEK_OR_NEVER, "classes are strict unless one says otherwise"),
        row(
            "rules.choice",
            &"longest-idle",
            &"longest-idle, best-skilled, linear, random",
            "A7: load is spread fairly",
        ),
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
            &format_args!("{DAY_OR_NONE}, or {}", WrapUp::UntilDone),
            "a switchboard operator is free at once",
        ),
        row("rules.hold_reminder", &HOLD_REMINDER, &REPEATED_OR_NEVER, "A4: keep holds short and come back"),
        row("rules.hold_limit", &HOLD_LIMIT, &DAY_OR_NEVER, "A4: longer lookups are called back"),
        row("rules.lease", &LEASE, &WEEK, "G5: longer than any call, so only lost ones end by it"),
        row(
            "rules.length_limit",
            &LENGTH_LIMIT,
            &format_args!("0 for none, or 1 to {LENGTH_LIMIT_MAX}"),
            "A2: no call is turned away",
        ),
        row("rules.wait_limit", &WAIT_LIMIT, &WEEK_OR_NEVER, "nobody waits longer; a hang-up report was lost"),
        row("rules.wait_limit_spares_ring", &WAIT_LIMIT_SPARES_RING, &"true, false", "a limit is a limit"),
        row("ladder.after", &Length::ZERO, &WEEK_OR_AT_ONCE, "a rung that names no time comes at once"),
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
            (WAIT_LIMIT, WEEK_OR_NEVER),
        ] {
            assert!(range.contains(length.to_span(ring)), "{length} in {range}");
        }
    }
}
