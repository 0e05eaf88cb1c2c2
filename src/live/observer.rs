//! The observer: the task that reads the whole log behind the decisions, and tells logs and meters of it. It never
//! holds anybody up; where it is too slow it leaves decisions out and says so.
//!
//! What it logs has ids, names of the floor's and kinds in it, and nothing about callers (G13).

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::census::Census;
use super::hub::Hub;
use super::kinds;
use super::meter::Gauge;
use super::meters::{ByKind, Meters};
use crate::engine::{Engine, Event, Fact, OfferEnd, Outcome, Output, VisitExit};
use crate::exchange::{Decided, Full, Keep, Lagged, Reader};
use crate::ids::QueueId;
use crate::time::Time;

/// How often the longest waits are looked at while somebody waits.
const SAMPLE: Duration = Duration::from_secs(1);
/// So many decisions are read before others get their turn.
const PIECE: usize = 256;

/// What reads the log for logs and meters.
pub(super) struct Observer {
    hub: Arc<Hub>,
    reader: Reader<Engine>,
    census: Census,
    sampled: Time,
    /// Somebody waited then.
    waited: bool,
    inputs: ByKind,
    commands: ByKind,
    refusals: ByKind,
    outcomes: ByKind,
    offer_ends: ByKind,
}

impl Observer {
    pub(super) fn new(hub: &Arc<Hub>) -> Result<Self, Full> {
        let mut reader = hub.exchange.reader(Keep::WhileItKeepsUp)?;
        let census = Census::of(&reader.resync().machine);
        let observer = Self {
            hub: Arc::clone(hub),
            reader,
            census,
            sampled: Time::ZERO,
            waited: false,
            inputs: ByKind::new("cordboard_inputs_total", "kind"),
            commands: ByKind::new("cordboard_commands_total", "kind"),
            refusals: ByKind::new("cordboard_refusals_total", "kind"),
            outcomes: ByKind::new("cordboard_calls_ended_total", "outcome"),
            offer_ends: ByKind::new("cordboard_offers_ended_total", "how"),
        };
        observer.show_all();
        Ok(observer)
    }

    /// Runs until the centre is closed and everything has been read.
    pub(super) async fn observe(mut self) {
        let hub = Arc::clone(&self.hub);
        loop {
            let news = hub.news.notified();
            let closed = hub.is_closed();
            if self.read() {
                tokio::task::yield_now().await;
                continue;
            }
            self.sample();
            if closed {
                return;
            }
            // Once more after the last has gone, so that the figure does not stand still at his wait.
            if self.waited || self.census.is_anybody_waiting() {
                let _ = timeout(SAMPLE, news).await;
            } else {
                news.await;
            }
        }
    }

    /// Reads a piece. Whether something may be left.
    fn read(&mut self) -> bool {
        for _ in 0..PIECE {
            match self.reader.next() {
                Ok(None) => return false,
                Ok(Some(decided)) => {
                    let meters = &self.hub.meters;
                    if let Some(envelope) = decided.input() {
                        let kind = kinds::of_input(&envelope.input);
                        self.inputs.count(meters, kind);
                        log(&self.hub, &decided, kind);
                        if decided.outputs().iter().any(|output| matches!(output.event, Event::Fact(Fact::Refused(_))))
                        {
                            self.refusals.count(meters, kind);
                        }
                    }
                    if decided.is_quarantined() {
                        meters.quarantined.increment(1);
                    }
                    for Output { at, event, .. } in decided.outputs() {
                        match event {
                            Event::Command(command) => self.commands.count(meters, kinds::of_command(command)),
                            Event::Fact(fact) => {
                                self.census.count(*at, fact);
                                measure(meters, &self.census, fact);
                                match fact {
                                    Fact::CallEnded { outcome, .. } => {
                                        self.outcomes.count(meters, kinds::of_outcome(*outcome));
                                    }
                                    Fact::OfferEnded { how, .. } => {
                                        self.offer_ends.count(meters, kinds::of_offer_end(*how));
                                    }
                                    _ => {}
                                }
                            }
                        }
                    }
                }
                Err(Lagged { position: from }) => {
                    let checkpoint = self.reader.resync();
                    self.hub.meters.lagged.increment(1);
                    let to = checkpoint.position;
                    self.hub.log(|| tracing::warn!(from, to, "the observer was too slow: figures leave some out"));
                    self.census = Census::of(&checkpoint.machine);
                    self.show_all();
                }
            }
        }
        true
    }

    /// Looks at the longest waits, once in a while.
    fn sample(&mut self) {
        let now = self.hub.clock.now();
        if u128::from((now - self.sampled).as_nanos()) < SAMPLE.as_nanos() {
            return;
        }
        self.sampled = now;
        self.waited = self.census.is_anybody_waiting();
        for (index, queue) in self.hub.meters.queues.iter().enumerate() {
            queue.longest_wait.set(self.census.longest_wait(QueueId(index as u32), now).as_secs_f64());
        }
    }

    fn show_all(&self) {
        let Self { hub, census, .. } = self;
        for (index, queue) in hub.meters.queues.iter().enumerate() {
            queue.waiting.set(census.waiting(QueueId(index as u32)) as f64);
        }
        hub.meters.calls.set(census.calls as f64);
        show(&hub.meters.presences, &census.presences);
        show(&hub.meters.slots, &census.slots);
    }
}

fn show(gauges: &[Gauge], counts: &[usize]) {
    gauges.iter().zip(counts).for_each(|(gauge, count)| gauge.set(*count as f64));
}

/// A span for each input, and what matters in it. The subscriber is called once at a time: should it panic twice within
/// one unwinding, which an entered span would have it do, the process would end.
fn log(hub: &Hub, decided: &Decided<'_, Engine>, kind: &'static str) {
    let (position, outputs) = (decided.position(), decided.outputs().len());
    let mut span = tracing::Span::none();
    hub.log(|| span = tracing::debug_span!("input", kind, position, outputs));
    if decided.is_quarantined() {
        hub.log(|| tracing::error!(parent: &span, kind, position, "the step of an input panicked: it is quarantined"));
    }
    for output in decided.outputs() {
        if let Event::Fact(Fact::Refused(refusal)) = &output.event {
            hub.log(|| tracing::info!(parent: &span, kind, position, actor = ?output.actor, ?refusal, "refused"));
        }
    }
    hub.log(move || drop(span));
}

/// What one fact means for the meters.
fn measure(meters: &Meters, census: &Census, fact: &Fact) {
    let of = |queue: QueueId| meters.queues.get(queue.index());
    match *fact {
        Fact::CallArrived { .. } => {
            meters.arrived.increment(1);
            meters.calls.set(census.calls as f64);
        }
        Fact::CallEnded { outcome, queue, .. } => {
            meters.calls.set(census.calls as f64);
            if let (Outcome::Abandoned, Some(queue)) = (outcome, queue.and_then(of)) {
                queue.abandoned.increment(1);
            }
        }
        Fact::VisitStarted { queue, .. } => {
            if let Some(meters) = of(queue) {
                meters.waiting.set(census.waiting(queue) as f64);
            }
        }
        Fact::VisitEnded { queue, exit, wait, .. } => {
            if let Some(meters) = of(queue) {
                meters.waiting.set(census.waiting(queue) as f64);
                if matches!(exit, VisitExit::Served { .. }) {
                    meters.wait.record(wait.as_secs_f64());
                }
            }
        }
        Fact::Offered { queue, .. } => {
            if let Some(meters) = of(queue) {
                meters.offers.increment(1);
            }
        }
        Fact::Answered { queue, .. } => {
            if let Some(meters) = of(queue) {
                meters.answers.increment(1);
            }
        }
        Fact::OfferEnded { queue, how: OfferEnd::Missed, .. } => {
            if let Some(meters) = of(queue) {
                meters.misses.increment(1);
            }
        }
        Fact::PresenceChanged { .. } => show(&meters.presences, &census.presences),
        Fact::SlotChanged { .. } => show(&meters.slots, &census.slots),
        _ => {}
    }
}
