//! A floor, staffed: the requirement, the cover and the roster as data.

use std::sync::Arc;

use serde::Serialize;

use crate::erlang::ServiceLevel;
use crate::floor::Plan;
use crate::sim::Ended;
use crate::sim::scenario::Scenario;
use crate::stats::Estimate;

/// Version of the layout of a [`Staffing`] as data.
pub(super) const SCHEMA: u32 = 1;

/// A floor, staffed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Staffing {
    /// Version of this layout: 1.
    pub schema: u32,
    /// The floor's name.
    pub floor: String,
    /// The scenario's name.
    pub scenario: String,
    /// Length of an interval, in seconds.
    pub interval_s: f64,
    /// The share that should be answered in time, from 0 to 1.
    pub share: f64,
    /// Of which calls it is the share.
    pub of: ServiceLevel,
    /// Within what time, in seconds; `None` for each queue's answer target.
    pub within_s: Option<f64>,
    /// The share of the paid time in which people are away, from 0 to below 1.
    pub shrinkage: f64,
    /// At least so many in each interval in which calls are expected.
    pub minimum: u32,
    /// At least so many at the peak.
    pub peak_minimum: u32,
    /// The teams whose people are planned; none for everybody who takes calls as they come.
    pub teams: Vec<String>,
    /// Whether days differ. Then each interval of the day is that of the day on which most calls are expected in it, and
    /// what the simulation says of it is about that day.
    pub days_differ: bool,
    /// The seed of the first replication; `None` if the roster was not to be run.
    pub seed: Option<u64>,
    /// How many replications of each roster were asked for; `None` if it was not to be run.
    pub replications_asked: Option<u32>,
    /// How often at most people were to be added; `None` if the roster was not to be run.
    pub rounds_asked: Option<u32>,
    /// Queues that share people, each with its roster.
    pub pools: Vec<PoolStaffing>,
    /// How often a roster was run; 0 if none was checked.
    pub rounds: u32,
    /// In how many replications the last one was; 0 if none was checked, or if it was stopped before the first had ended.
    pub replications: u32,
    /// Why it was not run more often: [`Ended::Stopped`] if somebody has stopped it. Then this is the roster as far as
    /// people had been added by then, with what the replications show that had ended; without pools if there was none.
    pub ended: Ended,
    /// Whether no interval is known to miss the goal: none whose whole 95 % interval lies below it. `None` if it was not
    /// checked, or not to the end.
    pub met: Option<bool>,
    /// The floor as it was checked: with everybody who was hired, and the time asked for as its targets.
    #[serde(skip)]
    pub plan: Arc<Plan>,
    /// The scenario with the roster: whole shifts, nobody away.
    #[serde(skip)]
    pub rostered: Scenario,
}

/// A pool of queues, staffed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PoolStaffing {
    /// The queues.
    pub queues: Vec<String>,
    /// Every interval of the day, midnight first.
    pub intervals: Vec<PlannedInterval>,
    /// The shifts, the earliest first.
    pub shifts: Vec<PlannedShift>,
    /// All hours paid for in a day.
    pub paid_hours: f64,
    /// No roster of these shifts that covers the requirement has fewer paid hours than this.
    pub least_hours: f64,
    /// Whether this one is proven to have the fewest.
    pub proven_least: bool,
    /// How many people work in a day.
    pub people: u32,
    /// Who of them is not on the floor yet, and stands in for somebody to be hired: copies of those who are.
    pub hired: Vec<String>,
}

/// One interval of the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PlannedInterval {
    /// When it begins: `08:30`.
    pub from: String,
    /// Expected calls.
    pub calls: f64,
    /// How long one keeps an agent busy, in seconds, on average.
    pub handle_s: f64,
    /// The load, in erlangs.
    pub load: f64,
    /// How many agents must be at their desks: by the formula, or the minimum where that is more.
    pub required: u32,
    /// How many more the simulation has shown to be needed.
    pub raised: u32,
    /// How many must be on shift, so that with those who are away enough are left.
    pub scheduled: u32,
    /// How many are on shift.
    pub cover: u32,
    /// The share answered in time by the formula with those who are on shift and not away; `None` where it is not
    /// defined.
    pub expected_level: Option<f64>,
    /// The share answered in time by the simulation, `None` where there was none; its mean is `None` where no call came.
    pub simulated_level: Option<Estimate>,
}

/// A shift, and who works it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PlannedShift {
    /// When it begins: `08:30`.
    pub from: String,
    /// When it ends: `24:00` at the latest, or on the next day.
    pub to: String,
    /// Its length, in hours.
    pub hours: f64,
    /// Who works it.
    pub agents: Vec<String>,
}

impl Staffing {
    /// The shifts as TOML, to be put into a scenario in the place of those of the people planned; and before them, as
    /// comments, who of them is not on the floor yet.
    pub fn shifts_toml(&self) -> String {
        let mut text = String::new();
        for pool in &self.pools {
            text += &format!("# {}: {} paid hours a day\n", pool.queues.join(", "), pool.paid_hours);
            for name in &pool.hired {
                text += &format!("# not on the floor yet: {name}\n");
            }
            for PlannedShift { from, to, agents, .. } in &pool.shifts {
                let quoted = |text: &str| toml::Value::from(text).to_string();
                let names: Vec<String> = agents.iter().map(|name| quoted(name)).collect();
                text += &format!(
                    "\n[[shifts]]\nname = {}\nagents = [{}]\nfrom = {}\nto = {}\n",
                    quoted(&format!("{from} to {to}")),
                    names.join(", "),
                    quoted(from),
                    quoted(to)
                );
            }
            text.push('\n');
        }
        text
    }
}
