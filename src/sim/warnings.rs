//! What is allowed in a scenario and looks unintended.

use core::fmt;
use std::collections::BTreeSet;

use super::scenario::{Arrivals, Bursts, Inflow, Rate, Rates};
use super::{Distribution, Scenario};
use crate::floor::{Exit, LadderPlan, Plan, WrapUpPlan};
use crate::ids::{AgentId, NeedId, QueueId, TierId};
use crate::time::Span;

/// Something in a scenario that is allowed on this floor and looks unintended.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Warning {
    /// There is no shift: nobody ever signs in.
    NoShift,
    /// No queue has arrivals: no call ever comes.
    NoCalls,
    /// Calls arrive at a queue and nobody who ever signs in may take them, not even at the last rung, and no rung takes
    /// them to anybody else.
    NobodyAtWork {
        /// The queue.
        queue: String,
    },
    /// Agents would work after calls of this queue, but its floor allows no work after calls.
    NoWrapUp {
        /// The queue.
        queue: String,
        /// The mean of what the scenario says; the longest where its tiers or teams differ.
        mean: Span,
    },
    /// Calls of this queue are recorded, but none from the scenario's beginning on.
    NoneRecorded {
        /// The queue.
        queue: String,
    },
    /// Recorded calls of this queue come after the scenario's end, and never arrive.
    RecordedLater {
        /// The queue.
        queue: String,
        /// How many.
        calls: usize,
        /// Of how many.
        of: usize,
    },
    /// The floor cuts the work after calls of this queue below its mean.
    WrapUpCut {
        /// The queue.
        queue: String,
        /// The mean of what the scenario says; the longest where its tiers or teams differ.
        mean: Span,
        /// What the floor allows.
        limit: Span,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoShift => f.write_str("the scenario has no shift, so nobody ever signs in"),
            Self::NoCalls => f.write_str("no queue of the scenario has arrivals, so no call ever comes"),
            Self::NoneRecorded { queue } => {
                write!(f, "queue `{queue}`: none of its recorded calls come after the scenario's beginning")
            }
            Self::NobodyAtWork { queue } => {
                write!(f, "calls arrive at queue `{queue}`, and nobody in any shift may take them")
            }
            Self::RecordedLater { queue, calls, of } => {
                write!(f, "queue `{queue}`: {calls} of {of} recorded calls come after the scenario's end")
            }
            Self::NoWrapUp { queue, mean } => write!(
                f,
                "queue `{queue}`: the scenario's wrap_up, {mean} on average, never happens, for the floor allows none"
            ),
            Self::WrapUpCut { queue, mean, limit } => {
                write!(f, "queue `{queue}`: the floor ends the scenario's wrap_up, {mean} on average, after {limit}")
            }
        }
    }
}

impl Scenario {
    /// What is allowed in this scenario and looks unintended on this floor. Names that the plan does not have are passed
    /// over: they are problems, which [`Simulation::new`](super::Simulation::new) reports.
    pub fn warnings(&self, plan: &Plan) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let present = self.ever_present(plan);
        if self.shifts.is_empty() {
            warnings.push(Warning::NoShift);
        }
        let empty =
            self.queues.iter().filter(|inflow| inflow.arrivals.recorded.as_deref().is_some_and(<[_]>::is_empty));
        let unheard: Vec<Warning> = empty.map(|of| Warning::NoneRecorded { queue: of.queue.clone() }).collect();
        if unheard.is_empty() && !self.queues.iter().any(|inflow| arrives(&inflow.arrivals)) {
            warnings.push(Warning::NoCalls);
        }
        warnings.extend(unheard);
        for inflow in self.queues.iter().filter(|inflow| arrives(&inflow.arrivals)) {
            let Some(id) = plan.queue(&inflow.queue) else { continue };
            if !self.shifts.is_empty() && !anybody(plan, &present, id, &mut BTreeSet::new()) {
                warnings.push(Warning::NobodyAtWork { queue: inflow.queue.clone() });
            }
            warnings.extend(self.recorded_later(plan, inflow));
            warnings.extend(self.wrap_up(plan, id, inflow));
        }
        warnings
    }

    /// Everybody who stands in a shift.
    fn ever_present(&self, plan: &Plan) -> Vec<AgentId> {
        let named: BTreeSet<AgentId> =
            self.shifts.iter().flat_map(|shift| &shift.agents).filter_map(|name| plan.agent(name)).collect();
        let teams: BTreeSet<_> =
            self.shifts.iter().flat_map(|shift| &shift.teams).filter_map(|name| plan.team(name)).collect();
        let agents = plan.agents().iter().zip(0..);
        let present = agents.filter(|(agent, id)| teams.contains(&agent.team) || named.contains(&AgentId(*id)));
        present.map(|(_, id)| AgentId(id)).collect()
    }

    fn recorded_later(&self, plan: &Plan, inflow: &Inflow) -> Option<Warning> {
        let end = Span::from_secs_f64(self.hours.unwrap_or(24.0) * 3_600.0);
        let recorded = inflow.arrivals.recorded.as_ref()?;
        let calls = recorded.iter().filter(|call| call.at.to_span(plan.ring()) >= end).count();
        let (queue, of) = (inflow.queue.clone(), recorded.len());
        (calls > 0).then_some(Warning::RecordedLater { queue, calls, of })
    }

    fn wrap_up(&self, plan: &Plan, id: QueueId, inflow: &Inflow) -> Option<Warning> {
        let tiers = inflow.tiers.values().filter(|tier| tier.share > 0.0).map(|tier| &tier.calls.wrap_up);
        let teams = inflow.teams.values().map(|team| &team.wrap_up);
        let others = inflow.calls.wrap_up.as_ref().or(self.calls.wrap_up.as_ref());
        let all = tiers.chain(teams).flatten().chain(others);
        let mean = all.map(|wrap_up| wrap_up.mean(plan.ring())).max()?;
        let queue = inflow.queue.clone();
        match plan.queues().get(id.index())?.rules.wrap_up {
            WrapUpPlan::None if !mean.is_zero() => Some(Warning::NoWrapUp { queue, mean }),
            WrapUpPlan::Timed(limit) if limit < mean => Some(Warning::WrapUpCut { queue, mean, limit }),
            _ => None,
        }
    }
}

fn arrives(arrivals: &Arrivals) -> bool {
    let any = |rate: &Rate| match rate {
        Rate::Constant(rate) => *rate > 0.0,
        Rate::ByInterval(rates) => rates.iter().any(|rate| *rate > 0.0),
    };
    let Arrivals { per_hour, per_minute, every: _, overdispersed: _, bursts, recorded } = arrivals;
    let rates = [per_hour, per_minute].into_iter().flatten().any(|rates| match rates {
        Rates::EveryDay(rate) => any(rate),
        Rates::ByDay(week) => week.days().into_iter().flatten().any(any),
    });
    let plays = recorded.as_ref().is_some_and(|calls| !calls.is_empty());
    rates || plays || bursts.as_ref().is_some_and(|Bursts { per_hour, .. }| *per_hour > 0.0)
}

/// Whether any of these agents may take calls of this queue, or they leave it for somebody who may or for a number.
fn anybody(plan: &Plan, present: &[AgentId], id: QueueId, seen: &mut BTreeSet<QueueId>) -> bool {
    let Some(queue) = plan.queues().get(id.index()) else { return false };
    if !seen.insert(id) {
        return false;
    }
    let fits = |need: NeedId| present.iter().any(|agent| plan.fits(*agent, need));
    let tiers = (0..plan.tiers().len()).map(|tier| Some(TierId(tier as u16)));
    let ladders: Vec<&LadderPlan> = [None].into_iter().chain(tiers).filter_map(|tier| plan.ladder(id, tier)).collect();
    let rungs = || ladders.iter().flat_map(|ladder| &ladder.rungs);
    fits(queue.need)
        || rungs().any(|rung| rung.need.is_some_and(fits))
        || rungs().any(|rung| match &rung.exit {
            Some(Exit::ToQueue { queue, .. }) => anybody(plan, present, *queue, seen),
            Some(_) => true,
            None => false,
        })
}

impl Distribution {
    /// The mean; of "never", no time.
    fn mean(&self, ring: Span) -> Span {
        match self {
            Self::Never => Span::ZERO,
            Self::Fixed(mean) | Self::Exponential(mean) => mean.to_span(ring),
            Self::Uniform(from, to) => {
                let (from, to) = (from.to_span(ring).as_nanos(), to.to_span(ring).as_nanos());
                Span::from_nanos(from.midpoint(to))
            }
            Self::Lognormal(lognormal) => lognormal.mean.to_span(ring),
            Self::Gamma(gamma) => gamma.mean.to_span(ring),
            Self::Weibull(weibull) => weibull.mean.to_span(ring),
            Self::Erlang(erlang) => erlang.mean.to_span(ring),
            Self::Hyperexponential(mixture) => mixture.mean.to_span(ring),
            Self::Empirical(lengths) => {
                let sum: u128 = lengths.iter().map(|length| u128::from(length.to_span(ring).as_nanos())).sum();
                Span::from_nanos(sum.checked_div(lengths.len() as u128).unwrap_or(0) as u64)
            }
        }
    }
}
