//! The watch: a running simulation, and what a board needs to know of it besides what the engine can be asked.
//!
//! It knows what any host knows: the outputs. [`Watch::go_on`] brings it on in slices so small that whoever watches can
//! stop between them.

use std::collections::BTreeMap;
use std::sync::Arc;

use cordboard::engine::{Engine, Event, Fact, Output, VisitCause};
use cordboard::floor::Problems;
use cordboard::sim::{Failure, Scenario, Simulation};
use cordboard::stats::{Tally, TallyOptions};
use cordboard::{CallId, Plan, QueueId, Span, TierId, Time, VisitId};

use super::news::News;
use super::text;

/// A slice of simulated time is made longer or shorter so that about so many outputs come in it.
const OUTPUTS_IN_A_SLICE: u64 = 1_000;
const SLICE_MIN: Span = Span::from_millis(1);
const SLICE_MAX: Span = Span::from_secs(600);

/// A running simulation.
#[derive(Debug)]
pub(super) struct Watch {
    simulation: Simulation,
    plan: Arc<Plan>,
    title: String,
    agent_name: usize,
    seen: Seen,
    now: Time,
    slice: Span,
    ended: bool,
}

/// What the outputs have said.
#[derive(Debug)]
struct Seen {
    tally: Tally,
    news: News,
    /// Of every visit that has not ended, in order of their beginnings.
    visits: BTreeMap<VisitId, Visit>,
    outputs: u64,
}

/// A call that waits, or is rung for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub(super) call: CallId,
    pub(super) queue: QueueId,
    pub(super) tier: Option<TierId>,
    pub(super) started: Time,
    pub(super) cause: VisitCause,
}

impl Watch {
    /// A simulation of this scenario on this floor, at its first instant. Errors: what is wrong with the scenario.
    pub(super) fn new(plan: Arc<Plan>, scenario: &Scenario, seed: u64) -> Result<Self, Problems> {
        let simulation = Simulation::new(plan.clone(), scenario, seed)?;
        let options = TallyOptions { work_until: simulation.horizon(), ..TallyOptions::default() };
        let seen =
            Seen { tally: Tally::new(&plan, options), news: News::default(), visits: BTreeMap::new(), outputs: 0 };
        let title = [&plan.floor().name, &scenario.name].map(String::as_str);
        let title = title.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(": ");
        let agent_name = plan.agents().iter().map(|agent| text::width(&agent.name)).max().unwrap_or(0);
        Ok(Self { simulation, plan, title, agent_name, seen, now: Time::ZERO, slice: SLICE_MIN, ended: false })
    }

    /// Goes on to this instant, or until `enough` says so, which is asked after every slice.
    pub(super) fn go_on(&mut self, until: Time, enough: &mut impl FnMut() -> bool) -> Result<(), Failure> {
        while self.now < until && !self.ended {
            let end = until.min(self.now + self.slice);
            let before = self.seen.outputs;
            self.ended = self.simulation.run_until(end, &mut |output| self.seen.note(output))?;
            // The end may have come before the slice's.
            self.now = if self.ended { self.now.max(self.simulation.engine().now()) } else { end };
            self.slice = match self.seen.outputs - before {
                0..OUTPUTS_IN_A_SLICE => self.slice.times(2).min(SLICE_MAX),
                _ => Span::from_nanos(self.slice.as_nanos() / 2).max(SLICE_MIN),
            };
            if enough() {
                break;
            }
        }
        Ok(())
    }

    /// The floor's name and the scenario's.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// How many columns the longest of the agents' names takes.
    pub(super) fn agent_name(&self) -> usize {
        self.agent_name
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn engine(&self) -> &Engine {
        self.simulation.engine()
    }

    pub(super) fn tally(&self) -> &Tally {
        &self.seen.tally
    }

    pub(super) fn news(&self) -> &News {
        &self.seen.news
    }

    /// The visits that have not ended, the longest first.
    pub(super) fn visits(&self) -> impl ExactSizeIterator<Item = &Visit> {
        self.seen.visits.values()
    }

    /// How far it has come.
    pub(super) fn now(&self) -> Time {
        self.now
    }

    /// When calls stop arriving.
    pub(super) fn horizon(&self) -> Time {
        self.simulation.horizon()
    }

    /// Whether the last call has ended and everybody has gone home.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }
}

impl Seen {
    fn note(&mut self, output: &Output) {
        self.outputs += 1;
        self.tally.fold(output);
        let Event::Fact(fact) = &output.event else { return };
        match *fact {
            Fact::VisitStarted { visit, call, queue, tier, cause, .. } => {
                self.visits.insert(visit, Visit { call, queue, tier, started: output.at, cause });
            }
            Fact::VisitEnded { visit, .. } => {
                self.visits.remove(&visit);
            }
            _ => {}
        }
        self.news.note(output.at, fact);
    }
}
