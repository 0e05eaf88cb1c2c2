//! What logs and meters are told of a day, and that callers are not in it.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cordboard::CallId;
use cordboard::engine::{Arrival, EndedBy};
use cordboard::live::Undone;
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use parking_lot::Mutex;
use tokio::time::sleep;
use tracing::span::{Attributes, Id, Record};

use crate::floor::{GUESTS, LI, at_work, centre, desks, next_offer};

/// Keeps everything by name and labels.
#[derive(Default)]
pub(crate) struct Meters(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

/// Counts what is recorded.
struct Recorded(Arc<AtomicU64>);

impl HistogramFn for Recorded {
    fn record(&self, _: f64) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Meters {
    /// The names and labels of all.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.lock().keys().cloned().collect()
    }

    fn meter(&self, key: &Key) -> Arc<AtomicU64> {
        let mut name = key.name().to_owned();
        key.labels().for_each(|label| write!(name, " {}={}", label.key(), label.value()).unwrap());
        Arc::clone(self.0.lock().entry(name).or_default())
    }

    fn count(&self, name: &str) -> u64 {
        self.0.lock().get(name).map_or(0, |meter| meter.load(Ordering::Relaxed))
    }

    fn gauge(&self, name: &str) -> f64 {
        f64::from_bits(self.count(name))
    }
}

impl Recorder for Meters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.meter(key))
    }
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.meter(key))
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(Recorded(self.meter(key))))
    }
}

/// Keeps every event and span as a line.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<String>>);

impl Log {
    /// All lines.
    pub(crate) fn text(&self) -> String {
        self.0.lock().clone()
    }

    fn line(&self, metadata: &tracing::Metadata<'_>, fields: impl FnOnce(&mut Fields)) {
        let mut line = Fields(format!("{} {}", metadata.level(), metadata.name()));
        fields(&mut line);
        writeln!(self.0.lock(), "{}", line.0).unwrap();
    }
}

/// Hears everything and keeps nothing.
struct Deaf;

impl tracing::Subscriber for Deaf {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("cordboard")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Log {
    /// Keeps what is said on this thread as long as the guard is there.
    pub(crate) fn listen(&self) -> tracing::subscriber::DefaultGuard {
        // Else another test, on whose thread nobody listens, may have it noted for all that nobody does.
        let _ = tracing::subscriber::set_global_default(Deaf);
        tracing::subscriber::set_default(self.clone())
    }
}

struct Fields(String);

impl tracing::field::Visit for Fields {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("cordboard")
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.line(span.metadata(), |line| span.record(line));
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        self.line(event.metadata(), |line| event.record(line));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test(start_paused = true)]
async fn logs_and_meters_tell_of_a_call_and_nothing_of_its_caller() {
    let (meters, log) = (Meters::default(), Log::default());
    let _metrics = metrics::set_default_local_recorder(&meters);
    let _tracing = log.listen();
    let centre = centre();
    let (lines, _, li) = desks(&centre);
    let mut commands = centre.commands().unwrap();
    assert!(matches!(li.ready(LI).await, Err(Undone::Refused { .. })));
    let secret = "5550987654";
    for call in 1..=3 {
        let arrival = Arrival { from: Some(secret.into()), ..Arrival::new(CallId(call), GUESTS) };
        lines.arrive(arrival).await.unwrap();
    }
    sleep(Duration::from_secs(30)).await;
    assert_eq!(meters.gauge("cordboard_waiting_calls floor=house queue=guests"), 3.0);
    let longest = meters.gauge("cordboard_longest_wait_seconds floor=house queue=guests");
    assert!((29.0..=30.0).contains(&longest), "{longest}, and looked at each second");
    at_work(&centre, LI).await;
    let offer = next_offer(&mut commands).await.offer;
    lines.ringing(offer).await.unwrap();
    sleep(Duration::from_secs(19)).await; // missed
    let offer = next_offer(&mut commands).await.offer;
    lines.accept(offer).await.unwrap();
    lines.connected(offer).await.unwrap();
    sleep(Duration::from_millis(10)).await;
    assert_eq!(meters.gauge("cordboard_slots floor=house state=talking"), 1.0);
    lines.leg_ended(offer, EndedBy::Agent).await.unwrap();
    lines.caller_gone(CallId(3)).await.unwrap();
    sleep(Duration::from_millis(10)).await;
    let counts = [
        ("cordboard_inputs_total floor=house kind=call_arrived", 3),
        ("cordboard_commands_total floor=house kind=connect", 1),
        ("cordboard_refusals_total floor=house kind=ready", 1),
        ("cordboard_calls_arrived_total floor=house", 3),
        ("cordboard_calls_ended_total floor=house outcome=completed", 1),
        ("cordboard_abandoned_total floor=house queue=guests", 1),
        ("cordboard_answers_total floor=house queue=guests", 1),
        ("cordboard_misses_total floor=house queue=guests", 1),
        ("cordboard_answer_wait_seconds floor=house queue=guests", 1),
        ("cordboard_quarantined_total floor=house", 0),
    ];
    for (name, count) in counts {
        assert_eq!(meters.count(name), count, "{name}");
    }
    assert_eq!(meters.gauge("cordboard_calls floor=house"), 1.0);
    assert_eq!(meters.gauge("cordboard_agents floor=house presence=ready"), 1.0);
    assert_eq!(meters.gauge("cordboard_agents floor=house presence=signed_out"), 1.0);
    assert!(meters.count("cordboard_decision_seconds floor=house") > 8);
    assert!(meters.count("cordboard_timer_lateness_seconds floor=house") > 0);
    // Nobody waits any more, and nothing else happens.
    for call in 1..=2 {
        lines.caller_gone(CallId(call)).await.unwrap();
    }
    sleep(Duration::from_secs(5)).await;
    assert_eq!(meters.gauge("cordboard_longest_wait_seconds floor=house queue=guests"), 0.0);
    centre.drain(Duration::from_millis(1)).await.unwrap();
    let log = log.0.lock();
    assert!(log.contains("DEBUG input kind=\"call_arrived\" position="), "{log}");
    assert!(log.lines().any(|line| line.starts_with("INFO") && line.contains("AgentNotIn")), "{log}");
    assert!(log.contains("draining"), "{log}");
    assert!(!log.contains(secret) && !meters.0.lock().keys().any(|name| name.contains(secret)));
}

/// The table in the module's documentation names every meter there is.
#[tokio::test(start_paused = true)]
async fn the_documentation_names_every_meter() {
    let meters = Meters::default();
    let _metrics = metrics::set_default_local_recorder(&meters);
    let centre = centre();
    let (lines, ..) = desks(&centre);
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    let table = include_str!("../../src/live/mod.rs");
    for name in meters.0.lock().keys() {
        let name = name.split(' ').next().unwrap_or_default();
        assert!(table.contains(&format!("`{name}`")), "{name}");
    }
}
