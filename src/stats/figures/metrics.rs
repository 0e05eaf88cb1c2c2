//! Every figure as a number with its name.

use super::{
    CallbackFigures, CallerFigures, DispositionFigures, Figures, FollowUpFigures, GroupFigures, Measured, QueueFigures,
    TransferFigures, Unit, WaitFigures,
};

/// A figure's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricName {
    /// What it is about: `calls`, `visits`, `transfers`, `work`, `vips/calls`, `tiers/NAME/visits`, `queues/NAME`,
    /// `waiting`, `waits/20s`, `queues/NAME/transfers`, `queues/NAME/hours/08:00`, `hours/08:00/calls`, `teams/NAME`,
    /// `roles/NAME`, …
    pub section: String,
    /// Which field of the section's figures.
    pub figure: &'static str,
}

/// A figure as a number, with its place in a table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// All of its place: the `section` of its [`MetricName`].
    pub path: String,
    /// What it is about, whomever and whenever: `calls`, `work`, `queues`, `queues/transfers`, `teams`, `vips/calls`, …
    pub section: String,
    /// Which queue, tier, team or role; empty of all.
    pub name: String,
    /// When the hour of day begins (or other bucket), `08:00`; empty of the whole time.
    pub interval: String,
    /// Which field of the section's figures.
    pub figure: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// The figure; `None` where it is not defined.
    pub value: Option<f64>,
}

impl core::fmt::Display for MetricName {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}/{}", self.section, self.figure)
    }
}

impl Figures {
    /// Every figure as a number with its name, single agents and flows apart; always in the same order for the same
    /// floor.
    pub fn metrics(&self) -> impl Iterator<Item = (MetricName, Option<f64>)> {
        self.each_metric().map(|Metric { path, figure, value, .. }| (MetricName { section: path, figure }, value))
    }

    /// The same, each with its place in a table.
    pub fn each_metric(&self) -> impl Iterator<Item = Metric> {
        let mut metrics = Metrics(Vec::new());
        let all = Cut::default();
        metrics.push(all, "calls", self.calls.measured());
        metrics.push(all, "visits", self.visits.measured());
        metrics.push_apart(all, &self.transfers, &self.callbacks, &self.follow_ups, &self.dispositions);
        metrics.push(all, "work", self.work.measured());
        metrics.push(all, "waiting", self.waiting.measured());
        metrics.push_waits(all, &self.waits);
        for queue in &self.queues {
            metrics.push_queue(Cut { kind: "queues", name: &queue.name, hour: "" }, queue);
        }
        for (kind, callers) in [("vips", &self.vips), ("others", &self.others)] {
            metrics.push_callers(Cut { kind, name: "", hour: "" }, callers);
        }
        for tier in &self.tiers {
            metrics.push_callers(Cut { kind: "tiers", name: &tier.name, hour: "" }, tier);
        }
        for hour in &self.hours {
            let cut = all.at(&hour.from);
            metrics.push(cut, "calls", hour.calls.measured());
            metrics.push(cut, "visits", hour.visits.measured());
            metrics.push(cut, "waiting", hour.waiting.measured());
            metrics.push(cut, "work", hour.work.measured());
        }
        for (kind, groups) in [("teams", &self.teams), ("roles", &self.roles)] {
            for group in groups {
                metrics.push_group(Cut { kind, name: &group.name, hour: "" }, group);
            }
        }
        metrics.0.into_iter()
    }
}

/// Whose figures, and of when.
#[derive(Clone, Copy, Default)]
struct Cut<'a> {
    kind: &'a str,
    name: &'a str,
    hour: &'a str,
}

impl<'a> Cut<'a> {
    fn at(self, hour: &'a str) -> Self {
        Self { hour, ..self }
    }

    /// The place of a part of these figures, as a path and as a section.
    fn place(self, part: &str) -> (String, String) {
        let hours = if self.hour.is_empty() { "" } else { "hours" };
        (join([self.kind, self.name, hours, self.hour, part]), join([self.kind, part]))
    }
}

/// What is not empty, with slashes between.
fn join<const N: usize>(parts: [&str; N]) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("/")
}

struct Metrics(Vec<Metric>);

impl Metrics {
    fn push(&mut self, cut: Cut<'_>, part: &str, figures: impl Iterator<Item = Measured>) {
        let (path, section) = cut.place(part);
        let metric = |(figure, unit, value)| Metric {
            path: path.clone(),
            section: section.clone(),
            name: cut.name.to_owned(),
            interval: cut.hour.to_owned(),
            figure,
            unit,
            value,
        };
        self.0.extend(figures.map(metric));
    }

    fn push_queue(&mut self, cut: Cut<'_>, queue: &QueueFigures) {
        let QueueFigures { transfers, callbacks, follow_ups, dispositions, .. } = queue;
        self.push(cut, "", queue.visits.measured());
        self.push(cut, "waiting", queue.waiting.measured());
        self.push_waits(cut, &queue.waits);
        self.push_apart(cut, transfers, callbacks, follow_ups, dispositions);
        self.push(cut, "calls_per_hour_per_agent", queue.calls_per_hour_per_agent.measured(Unit::Count));
        self.push(cut, "occupancy_per_agent", queue.occupancy_per_agent.measured(Unit::Share));
        for hour in &queue.hours {
            self.push(cut.at(&hour.from), "", hour.visits.measured());
            self.push(cut.at(&hour.from), "waiting", hour.waiting.measured());
        }
    }

    fn push_apart(
        &mut self,
        cut: Cut<'_>,
        transfers: &TransferFigures,
        callbacks: &CallbackFigures,
        follow_ups: &FollowUpFigures,
        dispositions: &[DispositionFigures],
    ) {
        self.push(cut, "transfers", transfers.measured());
        self.push(cut, "callbacks", callbacks.measured());
        self.push(cut, "follow_ups", follow_ups.measured());
        for DispositionFigures { disposition, count } in dispositions {
            let count = [("count", Unit::Count, Some(*count as f64))];
            self.push(cut, &format!("dispositions/{disposition}"), count.into_iter());
        }
    }

    fn push_callers(&mut self, cut: Cut<'_>, callers: &CallerFigures) {
        self.push(cut, "calls", callers.calls.measured());
        self.push(cut, "visits", callers.visits.measured());
        self.push_waits(cut, &callers.waits);
    }

    fn push_waits(&mut self, cut: Cut<'_>, waits: &[WaitFigures]) {
        for WaitFigures { within_s, visits } in waits {
            self.push(cut, &format!("waits/{within_s}s"), visits.measured());
        }
    }

    fn push_group(&mut self, cut: Cut<'_>, group: &GroupFigures) {
        self.push(cut, "", group.work.measured());
        for reason in &group.not_ready {
            let time = [("time_s", Unit::Seconds, Some(reason.time_s))];
            self.push(cut, &format!("not_ready/{}", reason.reason), time.into_iter());
        }
        self.push(cut, "calls_per_agent", group.calls_per_agent.measured(Unit::Count));
        self.push(cut, "calls_per_hour_per_agent", group.calls_per_hour_per_agent.measured(Unit::Count));
        self.push(cut, "occupancy_per_agent", group.occupancy_per_agent.measured(Unit::Share));
        for hour in &group.hours {
            self.push(cut.at(&hour.from), "", hour.work.measured());
        }
    }
}
