//! The part of the check that knows numbers and lengths: their ranges, and what stands in for those left out.

use super::Checker;
use crate::floor::defaults::{self, LengthRange};
use crate::floor::plan::{RulesPlan, WrapUpPlan};
use crate::floor::problem::{FieldPath, ProblemKind};
use crate::floor::{Length, Rules, WrapUp};
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
        if let Some(misses) = rules.misses {
            self.number(&path.field("misses"), misses, 0, defaults::MISSES_MAX);
        }
        if let Some(limit) = rules.length_limit {
            self.number(&path.field("length_limit"), limit, 0, defaults::LENGTH_LIMIT_MAX);
        }
        let misses = rules.misses.or(above.map(|r| r.misses.unwrap_or(0))).unwrap_or(defaults::MISSES);
        let length_limit =
            rules.length_limit.or(above.map(|r| r.length_limit.unwrap_or(0))).unwrap_or(defaults::LENGTH_LIMIT);
        let wrap_up = match (rules.wrap_up, above) {
            (Some(wrap_up), _) => self.wrap_up(&path.field("wrap_up"), wrap_up),
            (None, Some(above)) => above.wrap_up,
            (None, None) => self.wrap_up(&path.field("wrap_up"), defaults::WRAP_UP),
        };
        RulesPlan {
            choice: rules.choice.or(above.map(|r| r.choice)).unwrap_or(defaults::CHOICE),
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
            length_limit: (length_limit > 0).then_some(length_limit),
            wait_limit,
            wait_limit_spares_ring: rules
                .wait_limit_spares_ring
                .or(above.map(|r| r.wait_limit_spares_ring))
                .unwrap_or(defaults::WAIT_LIMIT_SPARES_RING),
        }
    }

    fn wrap_up(&mut self, path: &FieldPath, wrap_up: WrapUp) -> WrapUpPlan {
        match wrap_up {
            WrapUp::UntilDone => WrapUpPlan::UntilDone,
            WrapUp::Timed(length) => match self.length(path, length, defaults::DAY_OR_NONE) {
                Span::ZERO => WrapUpPlan::None,
                span => WrapUpPlan::Timed(span),
            },
        }
    }
}
