//! The steady state of a queue: every figure of it.

use serde::Serialize;

use super::limited::Limited;
use super::loss::{between, erlang_b};
use super::unlimited::Unlimited;
use super::{Error, Patience, Queue};

/// What counts as good service within a time T, and of what. Where lines are limited, a blocked call is offered and not
/// answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceLevel {
    /// Answered within T, of all offered: blocked and abandoned calls count against it. The default.
    #[default]
    Offered,
    /// Answered within T, of those answered.
    Answered,
    /// Answered within T, of those offered less those who hung up within T.
    WithoutShortAbandoned,
    /// Answered within T or hung up within T, of all offered.
    AnsweredOrAbandoned,
    /// The virtual wait is at most T: what a caller of endless patience would find.
    Virtual,
}

/// A queue long after it began. See the [module](super) for the conventions.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Steady {
    /// Share of the offered calls that are blocked.
    pub blocked: f64,
    /// Share of the calls that joined which had to wait.
    pub waits: f64,
    /// Share of the calls that joined whose caller hung up.
    pub abandoned: f64,
    /// Mean wait of all calls that joined, abandoned ones counted until the hang-up, in seconds.
    pub mean_wait_s: f64,
    /// Mean wait of answered calls (speed of answer, ASA), in seconds.
    pub speed_of_answer_s: f64,
    /// Mean wait of abandoned calls, in seconds; `None` where nobody hangs up.
    pub abandoned_wait_s: Option<f64>,
    /// Calls waiting, on average.
    pub queue_length: f64,
    /// Share of the agents' time in which they are busy.
    pub occupancy: f64,
    law: Law,
}

#[derive(Clone, Debug)]
enum Law {
    /// Erlang C: who waits does so exponentially, at this rate per second.
    Endless {
        rate: f64,
    },
    Unlimited {
        law: Unlimited,
        patience: Patience,
    },
    Limited(Limited),
}

impl Steady {
    pub(super) fn of(queue: &Queue) -> Result<Self, Error> {
        match queue.lines {
            Some(lines) => Limited::of(queue, lines).map(|law| Self::limited(queue, law)).ok_or(Error::NoClosedForm),
            None if queue.patience == Patience::Never => Self::endless(queue),
            None => Ok(Self::unlimited(queue)),
        }
    }

    fn endless(queue: &Queue) -> Result<Self, Error> {
        let (load, agents) = (queue.traffic.load(), f64::from(queue.agents));
        if load >= agents {
            return Err(Error::Unstable { load, agents });
        }
        let lost = erlang_b(load, queue.agents);
        let occupancy = load / agents;
        let waits = lost / (1.0 - occupancy + occupancy * lost);
        let rate = (agents - load) / queue.traffic.handle_s();
        Ok(Self {
            blocked: 0.0,
            waits,
            abandoned: 0.0,
            mean_wait_s: waits / rate,
            speed_of_answer_s: waits / rate,
            abandoned_wait_s: None,
            queue_length: queue.traffic.rate() * waits / rate,
            occupancy,
            law: Law::Endless { rate },
        })
    }

    fn unlimited(queue: &Queue) -> Self {
        let law = Unlimited::of(queue);
        let patience = queue.patience;
        let mean = |g: &dyn Fn(f64) -> f64| law.mean_up_to(f64::INFINITY, &g);
        let abandoned = mean(&|x| patience.after(x).gone);
        let lost = mean(&|x| patience.after(x).lost);
        let served = mean(&|x| x * patience.after(x).left);
        let mean_wait_s = lost + served;
        Self {
            blocked: 0.0,
            waits: law.waits,
            abandoned,
            mean_wait_s,
            speed_of_answer_s: served / (1.0 - abandoned),
            abandoned_wait_s: (abandoned > 0.0).then(|| lost / abandoned),
            queue_length: queue.traffic.rate() * mean_wait_s,
            occupancy: queue.traffic.load() * (1.0 - abandoned) / f64::from(queue.agents),
            law: Law::Unlimited { law, patience },
        }
    }

    fn limited(queue: &Queue, law: Limited) -> Self {
        let rate = queue.traffic.rate();
        let joined = law.free + law.waits();
        let answered = law.free + law.answered();
        let mean_wait_s = law.waiting / (rate * joined);
        let patient = queue.patience == Patience::Never;
        let abandoned = if patient { 0.0 } else { mean_wait_s / queue.patience.mean_s() };
        let speed_of_answer_s = law.answered_wait() / answered;
        let abandoned_wait = || (mean_wait_s - speed_of_answer_s * (1.0 - abandoned)) / abandoned;
        Self {
            blocked: law.blocked,
            waits: law.waits() / joined,
            abandoned,
            mean_wait_s,
            speed_of_answer_s,
            abandoned_wait_s: (abandoned > 0.0).then(abandoned_wait),
            queue_length: law.waiting,
            occupancy: queue.traffic.load() * answered / f64::from(queue.agents),
            law: Law::Limited(law),
        }
    }

    /// Share of the offered calls that are answered within `t` seconds.
    pub fn answered_within(&self, t: f64) -> f64 {
        let t = t.max(0.0);
        match &self.law {
            Law::Endless { .. } => 1.0 - self.waits_longer(t),
            Law::Unlimited { law, patience } => 1.0 - law.waits + law.mean_up_to(t, &|x| patience.after(x).left),
            Law::Limited(law) => law.free + law.answered() - law.answered_after(t),
        }
    }

    /// Share of the offered calls whose callers hang up within `t` seconds.
    pub fn abandoned_within(&self, t: f64) -> f64 {
        let t = t.max(0.0);
        match &self.law {
            Law::Endless { .. } => 0.0,
            Law::Unlimited { law, patience } => {
                law.mean_up_to(t, &|x| patience.after(x).gone) + patience.after(t).gone * law.longer(t)
            }
            Law::Limited(_) => ((1.0 - self.blocked) * (1.0 - self.waits_longer(t)) - self.answered_within(t)).max(0.0),
        }
    }

    /// Share of the calls that joined which wait longer than `t` seconds, whether they are answered then or hang up.
    pub fn waits_longer(&self, t: f64) -> f64 {
        let t = t.max(0.0);
        match &self.law {
            Law::Endless { rate } => self.waits * (-rate * t).exp(),
            Law::Unlimited { law, patience } => patience.after(t).left * law.longer(t),
            Law::Limited(law) => law.longer(t) * law.stay(t) / (1.0 - law.blocked),
        }
    }

    /// Share of the offered calls that are answered.
    pub fn answered(&self) -> f64 {
        (1.0 - self.blocked) * (1.0 - self.abandoned)
    }

    /// Share of the offered calls that join and whose virtual wait is longer than `t` seconds.
    pub fn virtual_longer(&self, t: f64) -> f64 {
        match &self.law {
            Law::Endless { .. } => self.waits_longer(t),
            Law::Unlimited { law, .. } => law.longer(t),
            Law::Limited(law) => law.longer(t.max(0.0)),
        }
    }

    /// The service level within `t` seconds by this definition; `None` where it would divide nothing by nothing.
    pub fn service_level(&self, t: f64, of: ServiceLevel) -> Option<f64> {
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| (part / whole).clamp(0.0, 1.0));
        match of {
            ServiceLevel::Offered => Some(self.answered_within(t)),
            ServiceLevel::Answered => share(self.answered_within(t), self.answered()),
            ServiceLevel::WithoutShortAbandoned => share(self.answered_within(t), 1.0 - self.abandoned_within(t)),
            ServiceLevel::AnsweredOrAbandoned => Some((1.0 - self.blocked) * (1.0 - self.waits_longer(t))),
            ServiceLevel::Virtual => Some(1.0 - self.blocked - self.virtual_longer(t)),
        }
    }

    /// The wait, in seconds, that this share (0 to 1) of the calls that joined do not exceed; `None` for another share.
    pub fn wait_quantile_s(&self, share: f64) -> Option<f64> {
        if !(0.0..1.0).contains(&share) {
            return None;
        }
        let above = 1.0 - share;
        if self.waits <= above {
            return Some(0.0);
        }
        if let Law::Endless { rate } = self.law {
            return Some((self.waits / above).ln() / rate);
        }
        let mut high = self.mean_wait_s;
        while self.waits_longer(high) > above && high < f64::MAX / 4.0 {
            high *= 2.0;
        }
        let mut low = 0.0;
        while let Some(middle) = between(low, high) {
            if self.waits_longer(middle) > above {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }

    /// Variance of the wait, in seconds squared, where nobody hangs up and no line is missing (Erlang C); else `None`.
    pub fn wait_variance(&self) -> Option<f64> {
        let Law::Endless { rate } = self.law else { return None };
        Some(self.waits * (2.0 - self.waits) / (rate * rate))
    }
}
