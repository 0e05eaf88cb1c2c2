//! The centre that is watched: a simulated day, its tally, and what a board needs to know besides.
//!
//! For whoever puts a wallboard over an engine of his own: hand the engine's outputs to [`Seen::note`], the rest stays
//! as it is. It promises that nothing it keeps grows with time: only visits of VIPs that have not ended, and who is wanted
//! for calls that still wait.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use cordboard::engine::{Command, Engine, Event, Fact, Output, VisitCause};
use cordboard::sim::{Failure, Scenario, Simulation};
use cordboard::stats::Tally;
use cordboard::{CallId, Plan, QueueId, Span, TierId, Time, VisitId};

use crate::board::{Alarm, Board};

/// A simulated contact centre, one day after another.
#[derive(Debug)]
pub(crate) struct Centre {
    plan: Arc<Plan>,
    scenario: Scenario,
    /// The day's chance: the next day has the next.
    seed: u64,
    pub(crate) day: u32,
    simulation: Simulation,
    pub(crate) seen: Seen,
    pub(crate) now: Time,
    /// Since when each alarm stands, by what it says.
    alarms: BTreeMap<String, Time>,
    /// How many boards there have been.
    pub(crate) readings: u64,
}

/// What the outputs have said.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) tally: Tally,
    /// VIPs who wait, the longest first.
    pub(crate) vips: BTreeMap<VisitId, Vip>,
    /// Who is wanted, and where, for calls that still wait.
    pub(crate) wanted: BTreeMap<(CallId, Arc<str>), QueueId>,
}

/// A VIP who waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vip {
    pub(crate) call: CallId,
    pub(crate) tier: TierId,
    pub(crate) queue: QueueId,
    pub(crate) started: Time,
}

impl Centre {
    /// The hotel on a weekday, at midnight.
    pub(crate) fn open(seed: u64) -> Result<Self, Box<dyn Error>> {
        let plan = Arc::new(Plan::load(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/floors/hotel.toml"))?);
        let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/floors/hotel.scenario.toml");
        let scenario = Scenario::load(scenario, &plan)?;
        let simulation = Simulation::new(plan.clone(), &scenario, seed)?;
        let mut centre = Self {
            seen: Seen::nothing(&plan, &simulation),
            plan,
            scenario,
            seed,
            day: 1,
            simulation,
            now: Time::ZERO,
            alarms: BTreeMap::new(),
            readings: 0,
        };
        // Whoever works at midnight is there from the first instant.
        centre.run_to(Time::ZERO)?;
        Ok(centre)
    }

    /// Lets so much time pass. When the last call of a day has ended and everybody has gone home, the next day begins.
    pub(crate) fn go_on(&mut self, length: Span) -> Result<(), Box<dyn Error>> {
        if self.run_to(self.now + length)? {
            self.seed = self.seed.wrapping_add(1);
            self.day += 1;
            self.simulation = Simulation::new(self.plan.clone(), &self.scenario, self.seed)?;
            self.seen = Seen::nothing(&self.plan, &self.simulation);
            self.alarms.clear();
            self.run_to(Time::ZERO)?;
        }
        Ok(())
    }

    /// Whether the day is over.
    fn run_to(&mut self, until: Time) -> Result<bool, Failure> {
        self.now = until;
        self.simulation.run_until(until, &mut |output| self.seen.note(output))
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.simulation.engine()
    }

    /// What there is to show now.
    pub(crate) fn board(&mut self, speed: u32, goal: f64) -> Board {
        self.readings += 1;
        let mut board = Board::of(self, speed, goal);
        let (now, before) = (self.now, std::mem::take(&mut self.alarms));
        for Alarm { what, since, .. } in &mut board.alarms {
            let began = before.get(what).copied().unwrap_or(now);
            *since = crate::board::clock(began);
            self.alarms.insert(what.clone(), began);
        }
        board
    }
}

impl Seen {
    fn nothing(plan: &Plan, simulation: &Simulation) -> Self {
        let tally = Tally::new(plan, simulation.tally_options());
        Self { tally, vips: BTreeMap::new(), wanted: BTreeMap::new() }
    }

    /// Takes in one output of the engine.
    fn note(&mut self, output: &Output) {
        self.tally.fold(output);
        match &output.event {
            Event::Command(Command::Notify { whom, call, queue }) => {
                self.wanted.insert((*call, whom.clone()), *queue);
            }
            Event::Fact(Fact::VisitStarted { visit, call, queue, tier: Some(tier), cause, .. })
                // Who is asked for by a colleague, or is at home, does not wait on the line.
                if !matches!(cause, VisitCause::Consult { .. } | VisitCause::Callback) =>
            {
                self.vips.insert(*visit, Vip { call: *call, tier: *tier, queue: *queue, started: output.at });
            }
            Event::Fact(Fact::VisitEnded { visit, call, .. }) => {
                self.vips.remove(visit);
                self.wanted.retain(|(about, _), _| about != call);
            }
            _ => {}
        }
    }
}
