//! How agents behave, checked: what becomes of offers, when they are back, how they come to work, how their phones fail.

use super::check::Check;
use super::distribution::{Distribution, Sampler};
use super::scenario::{Agents, Late, PhoneFailures, Scenario};
use crate::floor::{FieldPath, Length, ProblemKind};
use crate::time::Span;

/// How agents behave, checked: running sums of shares.
#[derive(Clone, Debug)]
pub(crate) struct AgentSetting {
    pub(crate) missed: f64,
    pub(crate) declined: f64,
    pub(crate) busy: f64,
    pub(crate) unreachable: f64,
    pub(crate) back_after_miss: Sampler,
    pub(crate) back_after_call: Sampler,
    pub(crate) attendance: Option<AttendanceSetting>,
    /// Failures of each phone per second, and how long they last.
    pub(crate) failures: Option<(f64, Sampler)>,
}

/// How agents come to work, checked; `None` where everybody comes in time.
#[derive(Clone, Debug)]
pub(crate) struct AttendanceSetting {
    pub(crate) absent: f64,
    pub(crate) late: f64,
    pub(crate) late_by: Sampler,
}

impl Check<'_> {
    /// The agents of a scenario.
    pub(super) fn agents(&mut self, at: &FieldPath, scenario: &Scenario) -> AgentSetting {
        let agents = &scenario.agents;
        let shares = [
            ("missed", agents.missed),
            ("declined", agents.declined),
            ("busy", agents.busy),
            ("unreachable", agents.unreachable),
        ];
        let mut sum = 0.0;
        let [missed, declined, busy, unreachable] = shares.map(|(field, share)| {
            self.share(&at.field(field), share);
            sum += share.clamp(0.0, 1.0);
            sum
        });
        self.sum(at, sum);
        let one_minute = Distribution::Fixed(Length::secs(60));
        let back_after_miss =
            self.sampler(&at.field("back_after_miss"), agents.back_after_miss.as_ref().unwrap_or(&one_minute));
        let back_after_call =
            self.sampler(&at.field("back_after_call"), agents.back_after_call.as_ref().unwrap_or(&one_minute));
        let attendance = self.attendance(at, agents);
        let failures = agents.phone_failures.as_ref().map(|PhoneFailures { every, repair }| {
            let at = at.field("phone_failures");
            let mean = every.to_span(self.plan.ring());
            if mean < Span::from_secs(60) {
                self.report(ProblemKind::OutOfRange, &at.field("every"), format!("`{every}`"), "at least 1m");
            }
            (1.0 / mean.as_secs_f64(), self.sampler(&at.field("repair"), repair))
        });
        AgentSetting { missed, declined, busy, unreachable, back_after_miss, back_after_call, attendance, failures }
    }

    fn attendance(&mut self, at: &FieldPath, agents: &Agents) -> Option<AttendanceSetting> {
        self.share(&at.field("absent"), agents.absent);
        let late = agents.late.as_ref().map(|Late { share, by }| {
            let at = at.field("late");
            self.share(&at.field("share"), *share);
            (*share, self.sampler(&at.field("by"), by))
        });
        let (late, late_by) = late.unwrap_or((0.0, Sampler::ZERO));
        (agents.absent > 0.0 || late > 0.0).then_some(AttendanceSetting { absent: agents.absent, late, late_by })
    }
}
