//! The part of the check that knows numbers and lengths: their ranges, and what stands in for those left out.

use super::Checker;
use crate::floor::defaults::{self, LengthRange};
use crate::floor::plan::{RulesPlan, WrapUpPlan};
use crate::floor::problem::{FieldPath, ProblemKind};
use crate::floor::{Absences, Length, Rules, WrapUp};
use crate::ids::RoleId;
use crate::time::Span;

impl Checker<'_> {
    pub(super) fn length(&mut self, path: &FieldPath, length: Length, range: LengthRange) -> Span {
        let span = length.to_span(self.ring);
        if !range.contains(span) {
            self.problem(ProblemKind::OutOfRange, path, format!("found `{length}`"), range.to_string());
        }
        span
    }

    pub(super) fn number(&mut self, path: &FieldPath, number: impl Into<u64>, min: u64, max: impl Into<u64>) {
        let (number, max) = (number.into(), max.into());
        if !(min..=max).contains(&number) {
            self.problem(ProblemKind::OutOfRange, path, format!("found {number}"), format!("{min} to {max}"));
        }
    }

    pub(super) fn limits(&mut self, path: &FieldPath) {
        let limits = self.floor.limits;
        self.number(&path.field("calls"), limits.calls(), 1, defaults::CALLS_MAX);
        self.number(&path.field("moves"), limits.moves(), 1, defaults::MOVES_MAX);
        self.number(&path.field("follow_ups"), limits.follow_ups(), 0, defaults::FOLLOW_UPS_MAX);
        self.number(&path.field("remembered"), limits.remembered(), 0, defaults::REMEMBERED_MAX);
    }

    /// How many callers may come in.
    pub(super) fn places(&mut self, root: &FieldPath) {
        if let Some(trunks) = self.floor.trunks {
            self.number(&root.field("trunks"), trunks, 1, defaults::TRUNKS_MAX);
        }
        if let Some(limit) = self.floor.waiting_limit {
            self.number(&root.field("waiting_limit"), limit, 0, defaults::LENGTH_LIMIT_MAX);
        }
    }

    /// Rules with nothing left out: what is not set comes from `above`, and without that from the defaults.
    pub(super) fn rules(&mut self, path: &FieldPath, rules: &Rules, above: Option<&RulesPlan>) -> RulesPlan {
        let mut length = |name: &str, set: Option<Length>, above: Option<Span>, default: Length, range: LengthRange| {
            match (set, above) {
                (Some(set), _) => self.length(&path.field(name), set, range),
                (None, Some(above)) => above,
                // Rings in a default follow the floor's cadence and are in range at every one.
                (None, None) => default.to_span(self.ring),
            }
        };
        macro_rules! length {
            ($field:ident, $default:ident, $range:ident) => {
                length(
                    stringify!($field),
                    rules.$field,
                    above.map(|rules| rules.$field),
                    defaults::$default,
                    defaults::$range,
                )
            };
        }
        // No time at all stands for never.
        macro_rules! optional {
            ($field:ident, $default:ident, $range:ident) => {{
                let above = above.map(|rules| rules.$field.unwrap_or(Span::ZERO));
                let span = length(stringify!($field), rules.$field, above, defaults::$default, defaults::$range);
                (!span.is_zero()).then_some(span)
            }};
        }
        let target = length!(target, TARGET, DAY);
        let ring_limit = length!(ring_limit, RING_LIMIT, DAY);
        let no_ring_limit = length!(no_ring_limit, NO_RING_LIMIT, DAY);
        let connect_limit = length!(connect_limit, CONNECT_LIMIT, DAY);
        let cool_down = optional!(cool_down, COOL_DOWN, DAY_OR_NEVER);
        let delay_missed = optional!(delay_missed, DELAY_MISSED, DAY_OR_NONE);
        let delay_declined = optional!(delay_declined, DELAY_DECLINED, DAY_OR_NONE);
        let delay_busy = optional!(delay_busy, DELAY_BUSY, DAY_OR_NONE);
        let delay_unreachable = optional!(delay_unreachable, DELAY_UNREACHABLE, DAY_OR_NONE);
        let hold_reminder = optional!(hold_reminder, HOLD_REMINDER, REPEATED_OR_NEVER);
        let hold_limit = optional!(hold_limit, HOLD_LIMIT, DAY_OR_NEVER);
        let lease = length!(lease, LEASE, WEEK);
        let wait_limit = optional!(wait_limit, WAIT_LIMIT, WEEK_OR_NEVER);
        let sticky = optional!(sticky, STICKY, WEEK_OR_NEVER);
        let preferred_wait = optional!(preferred_wait, PREFERRED_WAIT, DAY_OR_NEVER);
        let transfer_limit = length!(transfer_limit, TRANSFER_LIMIT, DAY);
        let transfer_return = optional!(transfer_return, TRANSFER_RETURN, DAY_OR_NEVER);
        let escalation_step = length!(escalation_step, ESCALATION_STEP, DAY);
        let callback_gap = length!(callback_gap, CALLBACK_GAP, DAY);
        let callback_within = optional!(callback_within, CALLBACK_WITHIN, DAY_OR_NEVER);
        let message_limit = length!(message_limit, MESSAGE_LIMIT, DAY);
        macro_rules! number {
            ($field:ident, $default:ident, $min:literal, $max:ident, $above:expr) => {{
                if let Some(number) = rules.$field {
                    self.number(&path.field(stringify!($field)), number, $min, defaults::$max);
                }
                rules.$field.or(above.map($above)).unwrap_or(defaults::$default)
            }};
        }
        let misses = number!(misses, MISSES, 0, MISSES_MAX, |above| above.misses.unwrap_or(0));
        let ring_all_max = number!(ring_all_max, RING_ALL_MAX, 1, RING_ALL_MOST, |above| above.ring_all_max);
        let callback_attempts =
            number!(callback_attempts, CALLBACK_ATTEMPTS, 1, CALLBACK_ATTEMPTS_MAX, |above| above.callback_attempts);
        let length_limit =
            number!(length_limit, LENGTH_LIMIT, 0, LENGTH_LIMIT_MAX, |above| above.length_limit.unwrap_or(0));
        macro_rules! either {
            ($field:ident, $default:ident) => {
                rules.$field.or(above.map(|above| above.$field)).unwrap_or(defaults::$default)
            };
        }
        let wrap_up = match (rules.wrap_up, above) {
            (Some(wrap_up), _) => self.wrap_up(&path.field("wrap_up"), wrap_up),
            (None, Some(above)) => above.wrap_up,
            (None, None) => self.wrap_up(&path.field("wrap_up"), defaults::WRAP_UP),
        };
        let after_call = match rules.after_call.as_deref() {
            Some("") => None,
            Some(reason) => self.find(&path.field("after_call"), "reason", reason, |names| &names.reasons),
            None => above.and_then(|above| above.after_call),
        };
        let complaint_role = match &rules.complaint_role {
            Some(role) => self.find(&path.field("complaint_role"), "role", role, |names| &names.roles),
            None => above.map(|above| above.complaint_role),
        };
        macro_rules! absences {
            ($field:ident) => {
                rules.$field.as_deref().map(Absences::of).or(above.and_then(|above| above.$field))
            };
        }
        RulesPlan {
            choice: either!(choice, CHOICE),
            target,
            ring_limit,
            no_ring_limit,
            connect_limit,
            misses: (misses > 0).then_some(misses),
            cool_down,
            delay_missed,
            delay_declined,
            delay_busy,
            delay_unreachable,
            wrap_up,
            hold_reminder,
            hold_limit,
            lease,
            after_call,
            ring_all_max,
            ring_all_joins: either!(ring_all_joins, RING_ALL_JOINS),
            sticky,
            preferred_wait,
            transfer_limit,
            transfer_return,
            transfer_message: either!(transfer_message, TRANSFER_MESSAGE),
            transfer_resets_age: either!(transfer_resets_age, TRANSFER_RESETS_AGE),
            escalation_step,
            escalation_stays: either!(escalation_stays, ESCALATION_STAYS),
            complaint_role: complaint_role.unwrap_or(RoleId(0)),
            callback_attempts,
            callback_gap,
            callback_within,
            message_limit,
            refuse_when_empty: absences!(refuse_when_empty),
            leave_when_empty: absences!(leave_when_empty),
            length_limit: (length_limit > 0).then_some(length_limit),
            wait_limit,
            wait_limit_spares_ring: either!(wait_limit_spares_ring, WAIT_LIMIT_SPARES_RING),
        }
    }

    fn wrap_up(&mut self, path: &FieldPath, wrap_up: WrapUp) -> WrapUpPlan {
        match wrap_up {
            WrapUp::UntilDone => WrapUpPlan::UntilDone,
            WrapUp::Disposition => {
                if self.floor.dispositions.is_empty() {
                    let found = "found `disposition` on a floor that has none";
                    self.problem(ProblemKind::Missing, path, found, "at least one in the floor's `dispositions`");
                }
                WrapUpPlan::Disposition
            }
            WrapUp::Fixed(length) => WrapUpPlan::Fixed(self.length(path, length, defaults::DAY)),
            WrapUp::Timed(length) => match self.length(path, length, defaults::DAY_OR_NONE) {
                Span::ZERO => WrapUpPlan::None,
                span => WrapUpPlan::Timed(span),
            },
        }
    }
}
