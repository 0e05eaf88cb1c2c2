//! A counter, a gauge and a histogram of the embedder's recorder: a panic of it leaves one figure out and ends nothing.

use std::sync::Arc;

use super::health::Panics;

/// By which panics of the recorder are known.
const RECORDER: &str = "recorder";

/// Makes meters in the recorder that is installed.
#[derive(Clone)]
pub(super) struct Maker(pub(super) Arc<Panics>);

impl Maker {
    pub(super) fn counter(&self, make: impl FnOnce() -> metrics::Counter) -> Counter {
        Counter(self.0.guard(RECORDER, make).unwrap_or_else(metrics::Counter::noop), Arc::clone(&self.0))
    }

    pub(super) fn gauge(&self, make: impl FnOnce() -> metrics::Gauge) -> Gauge {
        Gauge(self.0.guard(RECORDER, make).unwrap_or_else(metrics::Gauge::noop), Arc::clone(&self.0))
    }

    pub(super) fn histogram(&self, make: impl FnOnce() -> metrics::Histogram) -> Histogram {
        Histogram(self.0.guard(RECORDER, make).unwrap_or_else(metrics::Histogram::noop), Arc::clone(&self.0))
    }
}

/// Counts.
pub(super) struct Counter(metrics::Counter, Arc<Panics>);

impl Counter {
    pub(super) fn increment(&self, more: u64) {
        self.1.guard(RECORDER, || self.0.increment(more));
    }
}

/// Shows how much there is.
pub(super) struct Gauge(metrics::Gauge, Arc<Panics>);

impl Gauge {
    pub(super) fn set(&self, value: f64) {
        self.1.guard(RECORDER, || self.0.set(value));
    }
}

/// Keeps how values are spread.
pub(super) struct Histogram(metrics::Histogram, Arc<Panics>);

impl Histogram {
    pub(super) fn record(&self, value: f64) {
        self.1.guard(RECORDER, || self.0.record(value));
    }
}
