//! Headline figures: the few that one floor or roster is compared with another by.

use core::cmp::Ordering;

use super::{CallFigures, Figures, VisitFigures, WorkFigures};

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// A number of things.
    Count,
    /// A share, from 0 to 1.
    Share,
    /// A pure number.
    Ratio,
    /// Seconds.
    Seconds,
    /// Hours.
    Hours,
}

/// A headline figure.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Headline {
    /// What it is, for people; each name stands once in a list.
    pub name: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Whether more of it is better (`Greater`) or less (`Less`); `None` where that depends.
    pub better: Option<Ordering>,
    /// The figure; `None` where it is not defined.
    pub value: Option<f64>,
}

impl Figures {
    /// The headline figures of the whole centre: always the same, in the same order, whatever the floor.
    ///
    /// Calls, answered, answer rate and abandonment are about calls; service level (answered within the target, of all
    /// visits, `in_target_of_offered`), speed of answer, waits and handle time about visits; the rest about agents. Desk
    /// hours are the hours for which agents were signed in.
    pub fn headline(&self) -> Vec<Headline> {
        headline(&self.calls.into(), &self.visits, Some(&self.work))
    }

    /// The same by hour of day: when the hour begins, as `08:00`, and its figures. Quiet hours are there too.
    pub fn headline_by_hour(&self) -> Vec<(&str, Vec<Headline>)> {
        let hour = |hour: &super::HourFigures| headline(&hour.calls.into(), &hour.visits, Some(&hour.work));
        self.hours.iter().map(|of| (of.from.as_str(), hour(of))).collect()
    }

    /// The same by queue, in the floor's order, with its visits in place of calls. Agents belong to no queue: what is
    /// about them is not defined here.
    pub fn headline_by_queue(&self) -> Vec<(&str, Vec<Headline>)> {
        let queue = |visits: &VisitFigures| headline(&(*visits).into(), visits, None);
        self.queues.iter().map(|of| (of.name.as_str(), queue(&of.visits))).collect()
    }
}

/// How many came and were answered.
struct Answered {
    offered: u64,
    answered: u64,
    answer_rate: Option<f64>,
    abandonment_rate: Option<f64>,
}

impl From<CallFigures> for Answered {
    fn from(calls: CallFigures) -> Self {
        let CallFigures { offered, answered, answer_rate, abandonment_rate, .. } = calls;
        Self { offered, answered, answer_rate, abandonment_rate }
    }
}

impl From<VisitFigures> for Answered {
    fn from(visits: VisitFigures) -> Self {
        let VisitFigures { offered, answered, answer_rate, abandonment_rate, .. } = visits;
        Self { offered, answered, answer_rate, abandonment_rate }
    }
}

fn headline(calls: &Answered, visits: &VisitFigures, work: Option<&WorkFigures>) -> Vec<Headline> {
    use Ordering::{Greater, Less};
    use Unit::{Count, Hours, Seconds, Share};

    let desk_hours = work.map(|work| work.staffed_s / 3600.0);
    let per_hour = work.zip(desk_hours.filter(|hours| *hours > 0.0)).map(|(work, hours)| work.calls as f64 / hours);
    let figures = [
        ("calls", Count, None, Some(calls.offered as f64)),
        ("answered", Count, Some(Greater), Some(calls.answered as f64)),
        ("answer rate", Share, Some(Greater), calls.answer_rate),
        ("service level", Share, Some(Greater), visits.in_target_of_offered),
        ("abandonment", Share, Some(Less), calls.abandonment_rate),
        ("speed of answer", Seconds, Some(Less), visits.speed_of_answer_mean_s),
        ("wait p50", Seconds, Some(Less), visits.speed_of_answer_p50_s),
        ("wait p90", Seconds, Some(Less), visits.speed_of_answer_p90_s),
        ("longest wait", Seconds, Some(Less), visits.longest_wait_s),
        ("handle time", Seconds, None, visits.handle_time_mean_s),
        ("occupancy", Share, None, work.and_then(|work| work.occupancy)),
        ("desk hours", Hours, None, desk_hours),
        ("calls per desk hour", Count, None, per_hour),
    ];
    let named = figures.into_iter().map(|(name, unit, better, value)| Headline { name, unit, better, value });
    named.collect()
}
