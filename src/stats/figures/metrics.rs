//! Every figure as a number with its name.

use super::{
    CallbackFigures, CallerFigures, DispositionFigures, Figures, FollowUpFigures, GroupFigures, QueueFigures,
    TransferFigures, WaitFigures,
};

/// A figure's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricName {
    /// What it is about: `calls`, `visits`, `transfers`, `work`, `vips/calls`, `tiers/NAME/visits`, `queues/NAME`,
    /// `waiting`, `waits/20s`, `queues/NAME/transfers`, `queues/NAME/hours/08:00`, `hours/08:00/calls`, `teams/NAME`, `roles/NAME`, …
    pub section: String,
    /// Which field of the section's figures.
    pub figure: &'static str,
}

impl core::fmt::Display for MetricName {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}/{}", self.section, self.figure)
    }
}

impl Figures {
    /// Every figure as a number with its name, single agents and flows apart; always in the same order for the same floor.
    pub fn metrics(&self) -> impl Iterator<Item = (MetricName, Option<f64>)> {
        let mut metrics = Metrics(Vec::new());
        metrics.push("calls", self.calls.each());
        metrics.push("visits", self.visits.each());
        metrics.push_apart("", &self.transfers, &self.callbacks, &self.follow_ups, &self.dispositions);
        metrics.push("work", self.work.each());
        metrics.push("waiting", self.waiting.each());
        metrics.push_waits("", &self.waits);
        for queue in &self.queues {
            let section = format!("queues/{}", queue.name);
            metrics.push(&section, queue.visits.each());
            metrics.push(&format!("{section}/waiting"), queue.waiting.each());
            metrics.push_waits(&format!("{section}/"), &queue.waits);
            let QueueFigures { transfers, callbacks, follow_ups, dispositions, .. } = queue;
            metrics.push_apart(&format!("{section}/"), transfers, callbacks, follow_ups, dispositions);
            metrics.push(&format!("{section}/calls_per_hour_per_agent"), queue.calls_per_hour_per_agent.each());
            metrics.push(&format!("{section}/occupancy_per_agent"), queue.occupancy_per_agent.each());
            for hour in &queue.hours {
                metrics.push(&format!("{section}/hours/{}", hour.from), hour.visits.each());
                metrics.push(&format!("{section}/hours/{}/waiting", hour.from), hour.waiting.each());
            }
        }
        for (section, callers) in [("vips", &self.vips), ("others", &self.others)] {
            metrics.push_callers(section, callers);
        }
        for tier in &self.tiers {
            metrics.push_callers(&format!("tiers/{}", tier.name), tier);
        }
        for hour in &self.hours {
            metrics.push(&format!("hours/{}/calls", hour.from), hour.calls.each());
            metrics.push(&format!("hours/{}/visits", hour.from), hour.visits.each());
            metrics.push(&format!("hours/{}/waiting", hour.from), hour.waiting.each());
            metrics.push(&format!("hours/{}/work", hour.from), hour.work.each());
        }
        for (kind, groups) in [("teams", &self.teams), ("roles", &self.roles)] {
            for group in groups {
                metrics.push_group(&format!("{kind}/{}", group.name), group);
            }
        }
        metrics.0.into_iter()
    }
}

struct Metrics(Vec<(MetricName, Option<f64>)>);

impl Metrics {
    fn push(&mut self, section: &str, figures: impl Iterator<Item = (&'static str, Option<f64>)>) {
        let name = |figure| MetricName { section: section.to_owned(), figure };
        self.0.extend(figures.map(|(figure, value)| (name(figure), value)));
    }

    fn push_apart(
        &mut self,
        prefix: &str,
        transfers: &TransferFigures,
        callbacks: &CallbackFigures,
        follow_ups: &FollowUpFigures,
        dispositions: &[DispositionFigures],
    ) {
        self.push(&format!("{prefix}transfers"), transfers.each());
        self.push(&format!("{prefix}callbacks"), callbacks.each());
        self.push(&format!("{prefix}follow_ups"), follow_ups.each());
        for DispositionFigures { disposition, count } in dispositions {
            let count = [("count", Some(*count as f64))];
            self.push(&format!("{prefix}dispositions/{disposition}"), count.into_iter());
        }
    }

    fn push_callers(&mut self, section: &str, callers: &CallerFigures) {
        self.push(&format!("{section}/calls"), callers.calls.each());
        self.push(&format!("{section}/visits"), callers.visits.each());
        self.push_waits(&format!("{section}/"), &callers.waits);
    }

    fn push_waits(&mut self, prefix: &str, waits: &[WaitFigures]) {
        for WaitFigures { within_s, visits } in waits {
            self.push(&format!("{prefix}waits/{within_s}s"), visits.each());
        }
    }

    fn push_group(&mut self, section: &str, group: &GroupFigures) {
        self.push(section, group.work.each());
        for reason in &group.not_ready {
            let time = [("time_s", Some(reason.time_s))];
            self.push(&format!("{section}/not_ready/{}", reason.reason), time.into_iter());
        }
        let spreads = [
            ("calls", group.calls_per_agent),
            ("calls_per_hour", group.calls_per_hour_per_agent),
            ("occupancy", group.occupancy_per_agent),
        ];
        for (what, spread) in spreads {
            self.push(&format!("{section}/{what}_per_agent"), spread.each());
        }
        for hour in &group.hours {
            self.push(&format!("{section}/hours/{}", hour.from), hour.work.each());
        }
    }
}
