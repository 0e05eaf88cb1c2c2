//! The check: collects every problem of a scenario, and knows what fits everywhere: shares, lengths of time, names.

use super::distribution::{Distribution, Sampler};
use crate::floor::{FieldPath, Hints, Plan, Problem, ProblemKind};
use crate::ids::{AgentId, QueueId};

/// Collects problems.
pub(crate) struct Check<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) problems: Vec<Problem>,
    pub(crate) hints: Hints,
    /// On which day of the week the scenario begins, from 0 for Monday.
    pub(crate) first_day: u64,
}

impl<'a> Check<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self { plan, problems: Vec::new(), hints: Hints::default(), first_day: 0 }
    }

    pub(crate) fn report(&mut self, kind: ProblemKind, at: &FieldPath, found: String, expected: &str) {
        self.problems.push(Problem::new(kind, at.clone(), found, expected));
    }

    pub(crate) fn out_of_range(&mut self, at: &FieldPath, found: f64, expected: &str) {
        self.report(ProblemKind::OutOfRange, at, format!("`{}`", number(found)), expected);
    }

    /// A text that people will see in their terminals.
    pub(crate) fn title(&mut self, at: &FieldPath, text: &str) {
        if text.chars().any(char::is_control) {
            self.report(ProblemKind::BadName, at, format!("`{}`", text.escape_debug()), "no control characters");
        }
    }

    /// A name that the floor does not have.
    pub(crate) fn unknown<'n>(
        &mut self,
        at: &FieldPath,
        kind: &str,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) {
        let mut expected: Vec<&str> = known.clone().take(20).collect();
        expected.sort_unstable();
        let expected = match expected.as_slice() {
            [] => format!("none, for the floor has no {kind}"),
            names => format!("one of {}", names.join(", ")),
        };
        let found = format!("no {kind} `{}`", name.escape_debug());
        let problem = Problem::new(ProblemKind::UnknownName, at.clone(), found, expected);
        self.problems.push(problem.near(self.hints.nearest(name, known)));
    }

    pub(crate) fn share(&mut self, at: &FieldPath, share: f64) {
        if !(0.0..=1.0).contains(&share) {
            self.out_of_range(at, share, "a share from 0 to 1");
        }
    }

    /// The shares of one list may not add up to more than everything. Each counts as far as it is a share.
    pub(crate) fn sum(&mut self, at: &FieldPath, sum: f64) {
        const ROUNDING: f64 = 1e-9;
        if sum > 1.0 + ROUNDING {
            self.out_of_range(at, (sum * 1e9).round() / 1e9, "shares that add up to at most 1");
        }
    }

    pub(crate) fn sampler(&mut self, at: &FieldPath, distribution: &Distribution) -> Sampler {
        if *distribution == Distribution::Never {
            self.report(ProblemKind::OutOfRange, at, "`never`".into(), "a distribution of a length of time");
        }
        self.sampler_or_never(at, distribution)
    }

    pub(crate) fn sampler_or_never(&mut self, at: &FieldPath, distribution: &Distribution) -> Sampler {
        distribution.sampler(self.plan.ring()).unwrap_or_else(|unusable| {
            self.report(ProblemKind::OutOfRange, at, format!("`{}`", unusable.got), unusable.expected);
            Sampler::ZERO
        })
    }

    pub(crate) fn optional(
        &mut self,
        at: &FieldPath,
        distribution: Option<&Distribution>,
        default: Sampler,
    ) -> Sampler {
        distribution.map_or(default, |distribution| self.sampler(at, distribution))
    }

    /// The agent of this name.
    pub(crate) fn agent(&mut self, at: &FieldPath, name: &str) -> Option<AgentId> {
        let plan = self.plan;
        let agent = plan.agent(name);
        if agent.is_none() {
            self.unknown(at, "agent", name, plan.agents().iter().map(|agent| &*agent.name));
        }
        agent
    }

    /// The queue of this name.
    pub(crate) fn queue(&mut self, at: &FieldPath, name: &str) -> Option<QueueId> {
        let plan = self.plan;
        let queue = plan.queue(name);
        if queue.is_none() {
            self.unknown(at, "queue", name, plan.queues().iter().map(|queue| &*queue.name));
        }
        queue
    }
}

/// A number as it was written: what is very large or very small has an exponent rather than hundreds of digits.
pub(super) fn number(value: f64) -> String {
    let plain = value == 0.0 || !value.is_finite() || (1e-6..1e15).contains(&value.abs());
    if plain { value.to_string() } else { format!("{value:e}") }
}
