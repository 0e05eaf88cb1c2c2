//! The setting: a scenario checked against a plan, with every name resolved and every distribution ready to be drawn
//! from. Every problem of the scenario is found here, at once.

use std::sync::Arc;

use super::distribution::{Distribution, Sampler};
use super::roster::{self, Duty};
use super::scenario::{Arrivals, Calls, Faults, Hold, Inflow, NeedShare, Rate, Scenario, TierShare};
use crate::floor::{FieldPath, Hints, Length, Masked, Need, NeedError, Plan, Problem, ProblemKind, Problems};
use crate::ids::QueueId;
use crate::time::{Span, Time};

/// The longest a scenario may last, in hours.
pub const HOURS_MAX: f64 = 1_000_000.0;
/// The highest rate of arrival in one queue, in calls per hour or per minute.
pub const RATE_MAX: f64 = 10_000_000.0;

const HOUR: Span = Span::from_secs(3_600);

/// A scenario, checked.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// No call arrives at or after this.
    pub(crate) horizon: Time,
    /// How long the floor goes on after it at most.
    pub(crate) drain: Span,
    pub(crate) inflows: Vec<InflowSetting>,
    pub(crate) agents: AgentSetting,
    pub(crate) ring_delay: Sampler,
    pub(crate) connect_delay: Sampler,
    pub(crate) duties: Vec<Duty>,
    pub(crate) faults: Faults,
    pub(crate) back_after_vanishing: Sampler,
}

/// What arrives at one queue, checked.
#[derive(Clone, Debug)]
pub(crate) struct InflowSetting {
    pub(crate) queue: QueueId,
    /// Calls per second by hour of day.
    pub(crate) rates: Box<[f64; 24]>,
    /// Running sums of shares, with the numbers and the ways of the tier's callers.
    pub(crate) tiers: Vec<(f64, Vec<Masked>, CallSetting)>,
    /// Running sums of shares.
    pub(crate) needs: Vec<(f64, Arc<Need>)>,
    pub(crate) calls: CallSetting,
}

/// What calls bring, complete.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallSetting {
    pub(crate) patience: Sampler,
    pub(crate) talk: Sampler,
    pub(crate) hold_share: f64,
    pub(crate) hold_length: Sampler,
    pub(crate) wrap_up: Sampler,
    pub(crate) ended_by_agent: f64,
    pub(crate) answer: Sampler,
}

/// How agents behave, checked: running sums of shares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentSetting {
    pub(crate) missed: f64,
    pub(crate) declined: f64,
    pub(crate) busy: f64,
    pub(crate) unreachable: f64,
    pub(crate) back_after_miss: Sampler,
}

impl Setting {
    /// Checks the scenario as a whole.
    pub(crate) fn new(plan: &Plan, scenario: &Scenario) -> Result<Self, Problems> {
        let mut check = Check { plan, problems: Vec::new(), hints: Hints::default() };
        let root = FieldPath::default();

        let hours = scenario.hours.unwrap_or(24.0);
        if !(hours > 0.0 && hours <= HOURS_MAX) {
            check.out_of_range(&root.field("hours"), hours, "above 0, at most 1,000,000 hours");
        }
        let three_minutes = Distribution::Exponential(Length::secs(180));
        let widest = CallSetting {
            patience: Sampler::Never,
            talk: check.sampler(&root.field("calls").field("talk"), three_minutes),
            hold_share: 0.0,
            hold_length: Sampler::ZERO,
            wrap_up: Sampler::ZERO,
            ended_by_agent: 0.0,
            answer: Sampler::ZERO,
        };
        let wide = check.calls(&root.field("calls"), &scenario.calls, widest);
        let agents = check.agents(&root.field("agents"), scenario);
        let inflows = check.inflows(&root.field("queues"), &scenario.queues, wide);
        let duties = roster::duties(&mut check, &root.field("shifts"), &scenario.shifts);

        let switch = root.field("switch");
        let faults = root.field("faults");
        let shares = [
            ("lost_hangups", scenario.faults.lost_hangups),
            ("vanishing_agents", scenario.faults.vanishing_agents),
            ("duplicates", scenario.faults.duplicates),
            ("late_answers", scenario.faults.late_answers),
            ("nonsense", scenario.faults.nonsense),
        ];
        for (field, share) in shares {
            check.share(&faults.field(field), share);
        }
        let ten_minutes = Distribution::Exponential(Length::secs(600));
        let back_after_vanishing = scenario.faults.back_after_vanishing.unwrap_or(ten_minutes);
        let setting = Self {
            horizon: Time::ZERO + Span::from_secs_f64(hours * 3_600.0),
            drain: scenario.drain.map_or(HOUR.times(24), |drain| drain.to_span(plan.ring())),
            inflows,
            agents,
            ring_delay: check.optional(&switch.field("ring_delay"), scenario.switch.ring_delay, Sampler::ZERO),
            connect_delay: check.optional(&switch.field("connect_delay"), scenario.switch.connect_delay, Sampler::ZERO),
            duties,
            faults: scenario.faults.clone(),
            back_after_vanishing: check.sampler(&faults.field("back_after_vanishing"), back_after_vanishing),
        };
        match Problems::new(check.problems) {
            Some(problems) => Err(problems),
            None => Ok(setting),
        }
    }
}

/// Collects problems.
pub(crate) struct Check<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) problems: Vec<Problem>,
    hints: Hints,
}

impl Check<'_> {
    pub(crate) fn report(&mut self, kind: ProblemKind, at: &FieldPath, found: String, expected: &str) {
        self.problems.push(Problem::new(kind, at.clone(), found, expected));
    }

    fn out_of_range(&mut self, at: &FieldPath, found: f64, expected: &str) {
        self.report(ProblemKind::OutOfRange, at, format!("`{found}`"), expected);
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
        let problem = Problem::new(ProblemKind::UnknownName, at.clone(), format!("no {kind} `{name}`"), expected);
        self.problems.push(problem.near(self.hints.nearest(name, known)));
    }

    fn share(&mut self, at: &FieldPath, share: f64) {
        if !(0.0..=1.0).contains(&share) {
            self.out_of_range(at, share, "a share from 0 to 1");
        }
    }

    /// The shares of one list may not add up to more than everything. Each counts as far as it is a share.
    fn sum(&mut self, at: &FieldPath, sum: f64) {
        const ROUNDING: f64 = 1e-9;
        if sum > 1.0 + ROUNDING {
            self.out_of_range(at, sum, "shares that add up to at most 1");
        }
    }

    fn sampler(&mut self, at: &FieldPath, distribution: Distribution) -> Sampler {
        if distribution == Distribution::Never {
            self.report(ProblemKind::OutOfRange, at, "`never`".into(), "a distribution of a length of time");
        }
        self.sampler_or_never(at, distribution)
    }

    fn sampler_or_never(&mut self, at: &FieldPath, distribution: Distribution) -> Sampler {
        distribution.sampler(self.plan.ring()).unwrap_or_else(|unusable| {
            self.report(ProblemKind::OutOfRange, at, format!("`{}`", unusable.got), unusable.expected);
            Sampler::ZERO
        })
    }

    fn optional(&mut self, at: &FieldPath, distribution: Option<Distribution>, default: Sampler) -> Sampler {
        distribution.map_or(default, |distribution| self.sampler(at, distribution))
    }

    fn calls(&mut self, at: &FieldPath, calls: &Calls, wider: CallSetting) -> CallSetting {
        let Calls { patience, talk, hold, wrap_up, ended_by_agent, answer } = calls;
        let (hold_share, hold_length) = match hold {
            None => (wider.hold_share, wider.hold_length),
            Some(Hold { share, length }) => {
                self.share(&at.field("hold").field("share"), *share);
                (*share, self.sampler(&at.field("hold").field("length"), *length))
            }
        };
        if let Some(share) = *ended_by_agent {
            self.share(&at.field("ended_by_agent"), share);
        }
        let patience = patience.map(|patience| self.sampler_or_never(&at.field("patience"), patience));
        CallSetting {
            patience: patience.unwrap_or(wider.patience),
            talk: self.optional(&at.field("talk"), *talk, wider.talk),
            hold_share,
            hold_length,
            wrap_up: self.optional(&at.field("wrap_up"), *wrap_up, wider.wrap_up),
            ended_by_agent: ended_by_agent.unwrap_or(wider.ended_by_agent),
            answer: self.optional(&at.field("answer"), *answer, wider.answer),
        }
    }

    fn agents(&mut self, at: &FieldPath, scenario: &Scenario) -> AgentSetting {
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
        let back_after_miss = self.sampler(&at.field("back_after_miss"), agents.back_after_miss.unwrap_or(one_minute));
        AgentSetting { missed, declined, busy, unreachable, back_after_miss }
    }

    fn inflows(&mut self, at: &FieldPath, inflows: &[Inflow], wide: CallSetting) -> Vec<InflowSetting> {
        let mut settings: Vec<InflowSetting> = Vec::new();
        for (index, inflow) in inflows.iter().enumerate() {
            let at = at.index(index);
            let queue = self.plan.queue(&inflow.queue);
            if queue.is_none() {
                let known = self.plan.queues().iter().map(|queue| &*queue.name);
                self.unknown(&at.field("queue"), "queue", &inflow.queue, known);
            } else if settings.iter().any(|other| Some(other.queue) == queue) {
                let found = format!("queue `{}` again", inflow.queue);
                self.report(ProblemKind::Duplicate, &at.field("queue"), found, "each queue at most once");
            }
            let rates = self.rates(&at.field("arrivals"), &inflow.arrivals);
            let calls = self.calls(&at.field("calls"), &inflow.calls, wide);
            let tiers = self.tiers(&at.field("tiers"), inflow, calls);
            let needs = self.needs(&at.field("needs"), &inflow.needs);
            if let Some(queue) = queue {
                settings.push(InflowSetting { queue, rates, tiers, needs, calls });
            }
        }
        settings
    }

    fn rates(&mut self, at: &FieldPath, arrivals: &Arrivals) -> Box<[f64; 24]> {
        let (at, rate, secs) = match arrivals {
            Arrivals::PerHour(rate) => (at.field("per_hour"), rate, 3_600.0),
            Arrivals::PerMinute(rate) => (at.field("per_minute"), rate, 60.0),
        };
        let mut by_hour = Box::new([0.0; 24]);
        let take = |check: &mut Self, at: &FieldPath, rate: f64| {
            if !(0.0..=RATE_MAX).contains(&rate) {
                check.out_of_range(at, rate, "a rate from 0 to 10,000,000");
            }
            rate / secs
        };
        match rate {
            Rate::Constant(rate) => by_hour.fill(take(self, &at, *rate)),
            Rate::ByHour(rates) => {
                if rates.len() != by_hour.len() {
                    let found = format!("{} rates", rates.len());
                    self.report(ProblemKind::OutOfRange, &at, found, "24 rates, one for each hour of the day");
                }
                for (hour, (rate, place)) in rates.iter().zip(by_hour.iter_mut()).enumerate() {
                    *place = take(self, &at.index(hour), *rate);
                }
            }
        }
        by_hour
    }

    fn tiers(&mut self, at: &FieldPath, inflow: &Inflow, wider: CallSetting) -> Vec<(f64, Vec<Masked>, CallSetting)> {
        let mut sum = 0.0;
        let mut tiers = Vec::new();
        for (name, TierShare { share, calls }) in &inflow.tiers {
            let at = at.field(name);
            self.share(&at.field("share"), *share);
            sum += share.clamp(0.0, 1.0);
            let calls = self.calls(&at.field("calls"), calls, wider);
            if self.plan.tier(name).is_none() {
                self.unknown(&at, "tier", name, self.plan.tiers().iter().map(|tier| &*tier.name));
                continue;
            }
            let directory = &self.plan.floor().directory;
            let callers = directory.iter().filter(|entry| entry.tier.as_ref() == Some(name));
            let numbers: Vec<Masked> = callers.map(|entry| entry.number.clone()).collect();
            if numbers.is_empty() {
                let found = format!("nobody in the directory is of tier `{name}`");
                self.report(ProblemKind::Missing, &at, found, "at least one caller of this tier in the directory");
            }
            tiers.push((sum, numbers, calls));
        }
        self.sum(at, sum);
        tiers
    }

    fn needs(&mut self, at: &FieldPath, shares: &[NeedShare]) -> Vec<(f64, Arc<Need>)> {
        let mut sum = 0.0;
        let mut needs = Vec::new();
        for (index, NeedShare { share, need }) in shares.iter().enumerate() {
            let at = at.index(index);
            self.share(&at.field("share"), *share);
            sum += share.clamp(0.0, 1.0);
            match self.plan.parse_need_with(need, &mut self.hints) {
                Ok(need) => needs.push((sum, Arc::new(need))),
                Err(NeedError { at: place, found, expected, near, .. }) => {
                    let found = format!("at character {place}: {found}");
                    let problem = Problem::new(ProblemKind::BadNeed, at.field("need"), found, expected);
                    self.problems.push(problem.near(near.as_deref()));
                }
            }
        }
        self.sum(at, sum);
        needs
    }
}
