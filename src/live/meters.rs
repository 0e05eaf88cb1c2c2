//! The meters of a running centre, in whatever recorder of the `metrics` crate is installed before the centre starts.
//! Their table is in the [module's documentation](super#metrics). Labels are names of the floor's and kinds, never
//! caller data.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

use metrics::{Label, SharedString, counter, gauge, histogram};

use super::health::Panics;
use super::kinds;
use super::meter::{Counter, Gauge, Histogram, Maker};
use crate::floor::Plan;
use crate::time::Span;

/// Every meter that is not of one kind among many.
pub(super) struct Meters {
    floor: Label,
    maker: Maker,
    pub(super) queues: Vec<QueueMeters>,
    pub(super) calls: Gauge,
    pub(super) arrived: Counter,
    pub(super) presences: [Gauge; 3],
    pub(super) slots: [Gauge; 7],
    pub(super) quarantined: Counter,
    pub(super) lagged: Counter,
    pub(super) clock_jumps: Counter,
    decision: Histogram,
    timer: Histogram,
    pub(super) command: Histogram,
}

/// The meters of one queue.
pub(super) struct QueueMeters {
    pub(super) offers: Counter,
    pub(super) answers: Counter,
    pub(super) misses: Counter,
    pub(super) abandoned: Counter,
    pub(super) wait: Histogram,
    pub(super) waiting: Gauge,
    pub(super) longest_wait: Gauge,
}

impl Meters {
    pub(super) fn new(plan: &Plan, panics: &Arc<Panics>) -> Self {
        let maker = Maker(Arc::clone(panics));
        let floor = Label::new("floor", plan.floor().name.clone());
        let own = |labels: &[(&'static str, &'static str)]| -> Vec<Label> {
            let more = labels.iter().map(|(key, value)| Label::from_static_parts(key, value));
            core::iter::once(floor.clone()).chain(more).collect()
        };
        let queue = |name: &str| {
            let labels = vec![floor.clone(), Label::new("queue", SharedString::from(name.to_owned()))];
            QueueMeters {
                offers: maker.counter(|| counter!("cordboard_offers_total", labels.clone())),
                answers: maker.counter(|| counter!("cordboard_answers_total", labels.clone())),
                misses: maker.counter(|| counter!("cordboard_misses_total", labels.clone())),
                abandoned: maker.counter(|| counter!("cordboard_abandoned_total", labels.clone())),
                wait: maker.histogram(|| histogram!("cordboard_answer_wait_seconds", labels.clone())),
                waiting: maker.gauge(|| gauge!("cordboard_waiting_calls", labels.clone())),
                longest_wait: maker.gauge(|| gauge!("cordboard_longest_wait_seconds", labels)),
            }
        };
        Self {
            queues: plan.queues().iter().map(|plan| queue(&plan.name)).collect(),
            calls: maker.gauge(|| gauge!("cordboard_calls", own(&[]))),
            arrived: maker.counter(|| counter!("cordboard_calls_arrived_total", own(&[]))),
            presences: kinds::PRESENCES.map(|presence| {
                let labels = own(&[("presence", presence)]);
                maker.gauge(|| gauge!("cordboard_agents", labels))
            }),
            slots: kinds::SLOTS.map(|state| {
                let labels = own(&[("state", state)]);
                maker.gauge(|| gauge!("cordboard_slots", labels))
            }),
            quarantined: maker.counter(|| counter!("cordboard_quarantined_total", own(&[]))),
            lagged: maker.counter(|| counter!("cordboard_lagged_total", own(&[]))),
            clock_jumps: maker.counter(|| counter!("cordboard_clock_jumps_total", own(&[]))),
            decision: maker.histogram(|| histogram!("cordboard_decision_seconds", own(&[]))),
            timer: maker.histogram(|| histogram!("cordboard_timer_lateness_seconds", own(&[]))),
            command: maker.histogram(|| histogram!("cordboard_command_seconds", own(&[]))),
            floor,
            maker,
        }
    }

    /// A request was decided so long after it was said.
    pub(super) fn decision(&self, lasted: Span) {
        self.decision.record(lasted.as_secs_f64());
    }

    /// A timer has fired so late.
    pub(super) fn timer(&self, late: Span) {
        self.timer.record(late.as_secs_f64());
    }

    /// A counter of one kind among many.
    pub(super) fn by(&self, name: &'static str, label: &'static str, kind: &'static str) -> Counter {
        self.maker.counter(|| counter!(name, vec![self.floor.clone(), Label::from_static_parts(label, kind)]))
    }
}

impl fmt::Debug for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meters").finish_non_exhaustive()
    }
}

/// Counters of one name, by kind; each is looked up in the recorder once.
pub(super) struct ByKind {
    name: &'static str,
    label: &'static str,
    counters: BTreeMap<&'static str, Counter>,
}

impl ByKind {
    pub(super) fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label, counters: BTreeMap::new() }
    }

    pub(super) fn count(&mut self, meters: &Meters, kind: &'static str) {
        let Self { name, label, counters } = self;
        counters.entry(kind).or_insert_with(|| meters.by(name, label, kind)).increment(1);
    }
}
