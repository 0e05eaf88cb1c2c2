//! A change to a floor or its scenario, as data; and what it would come to.

use core::fmt;
use core::str::FromStr;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::agents::{Copies, without, work_beside};
use crate::floor::{Agent, Floor, Length, Plan, Problems};
use crate::sim::compare::CompareError;
use crate::sim::scenario::Scenario;
use crate::sim::{Alternative, Comparison, Moment, Runs};

/// The most agents one change may add.
const AGENTS_MAX: i32 = 1_000;
/// The largest factor.
const FACTOR_MAX: f64 = 1_000.0;
/// How long calls last where a scenario does not say it.
const TALK: &str = "3m";

/// A change to a floor or its scenario.
///
/// As text: `2 spanish` (so many more agents of the team, or with the skill, or like the agent of this name; with a minus
/// so many fewer at work), `agents.spanish=2` (the same), `volume=1.2`, `volume.QUEUE=1.2` (so many times the calls),
/// `handle_time=0.9`, `patience=2` (of all queues, or with `.QUEUE` of one; recorded ones too), `target=20s` (of all
/// queues), and `floor.PATH=VALUE` or `scenario.PATH=VALUE` for any field, with list entries by their name or place:
/// `floor.queues.guests.rules.choice=best-skilled`, `scenario.hours=48`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// More agents, at work whenever those are whom they are like; or fewer.
    Agents {
        /// How many; below zero so many of them do not come to work, the last ones first.
        count: i32,
        /// Like whom: a team, a skill, or an agent, by name. Of several they are copied one after the other.
        like: String,
    },
    /// So many times the calls.
    Volume {
        /// From 0 to 1,000.
        factor: f64,
        /// In one queue only.
        queue: Option<String>,
    },
    /// Talk, hold and wrap-up so many times as long.
    HandleTime {
        /// Above 0, to 1,000.
        factor: f64,
        /// In one queue only.
        queue: Option<String>,
    },
    /// Patience so many times as long.
    Patience {
        /// Above 0, to 1,000.
        factor: f64,
        /// In one queue only.
        queue: Option<String>,
    },
    /// Another answer target for all queues.
    Target(Length),
    /// Any field of the floor.
    Floor {
        /// Its path.
        path: String,
        /// Its new value, as TOML writes it; what is no TOML is a text.
        value: String,
    },
    /// Any field of the scenario.
    Scenario {
        /// Its path.
        path: String,
        /// Its new value.
        value: String,
    },
}

/// Why a change cannot be made, or not be tried.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// A text that is no change.
    #[error(
        "`{0}` is no change, expected one such as `2 spanish`, `volume=1.2`, `handle_time=0.9`, `patience=2`, \
         `target=20s`, `floor.PATH=VALUE` or `scenario.PATH=VALUE`"
    )]
    Malformed(String),
    /// A number that is not in its range.
    #[error("{what} is {got}, expected {expected}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// Its range.
        expected: &'static str,
        /// What came.
        got: String,
    },
    /// A name that is nobody's.
    #[error("there is no {what} `{name}`{}", others(.known))]
    Unknown {
        /// What should have this name.
        what: &'static str,
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// Arrivals that are counted, not expected: they cannot be multiplied.
    #[error("the calls of queue `{0}` are recorded and cannot be multiplied")]
    Recorded(String),
    /// A value that does not fit in its place.
    #[error("{path}: {message}")]
    Misfit {
        /// The place.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// The floor does not hold together any more.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// It could not be run.
    #[error(transparent)]
    Compare(#[from] CompareError),
}

/// Runs a scenario on its floor as it is, and with all these changes together; the same calls come to both (common random
/// numbers). The first alternative is the plan as it is, the second the changed one. `go_on` hears from every simulation,
/// from any thread; once it says no, all of them stop, and those replications count that both have ended by then.
///
/// # Errors
///
/// See [`ChangeError`].
pub fn what_if(
    plan: &Arc<Plan>,
    scenario: &Scenario,
    changes: &[Change],
    runs: &Runs,
    seed: u64,
    go_on: &(impl Fn(&Moment) -> bool + Sync),
) -> Result<Comparison, ChangeError> {
    let (mut changed_plan, mut changed) = (plan.clone(), scenario.clone());
    for change in changes {
        (changed_plan, changed) = change.apply(&changed_plan, &changed)?;
    }
    let name = changes.iter().map(Change::to_string).collect::<Vec<_>>().join(", ");
    let alternatives = [
        Alternative { name: "as it is".into(), plan: plan.clone(), scenario: scenario.clone() },
        Alternative { name, plan: changed_plan, scenario: changed },
    ];
    Ok(runs.compare(&alternatives, seed, go_on)?)
}

impl Change {
    /// The change of this knob to this value, both as text: `volume` and `1.2`.
    ///
    /// # Errors
    ///
    /// A knob there is not, a value it does not have.
    pub fn of(knob: &str, value: &str) -> Result<Self, ChangeError> {
        let malformed = || ChangeError::Malformed(format!("{knob}={value}"));
        let (name, rest) = knob.split_once('.').map_or((knob, None), |(name, rest)| (name, Some(rest)));
        let queue = rest.map(str::to_owned);
        let factor = || {
            let factor = value.trim().parse::<f64>().map_err(|_| malformed())?;
            let expected = "above 0, at most 1,000; calls also 0 times";
            let fits = (factor > 0.0 || (factor == 0.0 && name == "volume")) && factor <= FACTOR_MAX;
            let out = ChangeError::OutOfRange { what: "the factor", expected, got: value.into() };
            if fits { Ok(factor) } else { Err(out) }
        };
        match (name, rest) {
            ("volume", _) => Ok(Self::Volume { factor: factor()?, queue }),
            ("handle_time", _) => Ok(Self::HandleTime { factor: factor()?, queue }),
            ("patience", _) => Ok(Self::Patience { factor: factor()?, queue }),
            ("target", None) => value.parse().map(Self::Target).map_err(|_| malformed()),
            ("agents", Some(like)) => {
                let count = value.trim().parse::<i32>().map_err(|_| malformed())?;
                let expected = "from -1,000 to 1,000";
                let out = ChangeError::OutOfRange { what: "the number of agents", expected, got: value.into() };
                let fits = (-AGENTS_MAX..=AGENTS_MAX).contains(&count);
                if fits { Ok(Self::Agents { count, like: like.into() }) } else { Err(out) }
            }
            ("floor", Some(path)) => Ok(Self::Floor { path: path.into(), value: value.into() }),
            ("scenario", Some(path)) => Ok(Self::Scenario { path: path.into(), value: value.into() }),
            _ => Err(malformed()),
        }
    }

    /// The floor and the scenario after it. That the scenario still fits the floor is checked when it is run.
    ///
    /// # Errors
    ///
    /// See [`ChangeError`].
    pub fn apply(&self, plan: &Arc<Plan>, scenario: &Scenario) -> Result<(Arc<Plan>, Scenario), ChangeError> {
        match self {
            Self::Agents { count, like } => agents(plan, scenario, *count, like),
            Self::Target(within) => {
                let mut floor = plan.floor().clone();
                floor.queues.iter_mut().for_each(|queue| queue.rules.target = Some(*within));
                Ok((Arc::new(floor.compile()?), scenario.clone()))
            }
            Self::Floor { path, value } => {
                let floor: Floor = with_field(plan.floor(), path, value)?;
                Ok((Arc::new(floor.compile()?), scenario.clone()))
            }
            Self::Scenario { path, value } => Ok((plan.clone(), with_field(scenario, path, value)?)),
            Self::Volume { factor, queue } => {
                let volume = |queues: &mut Vec<Value>| multiply_calls(queues, queue.as_deref(), *factor);
                Ok((plan.clone(), with_queues(scenario, queue.as_deref(), volume)?))
            }
            Self::HandleTime { factor, queue } => {
                let scenario = stretched(scenario, queue.as_deref(), &["talk", "wrap_up", "hold"], *factor)?;
                Ok((plan.clone(), scenario))
            }
            Self::Patience { factor, queue } => {
                // Who is known to have waited is patient for longer than that, so many times.
                Ok((plan.clone(), stretched(scenario, queue.as_deref(), &["patience", "waited"], *factor)?))
            }
        }
    }
}

impl FromStr for Change {
    type Err = ChangeError;

    fn from_str(text: &str) -> Result<Self, ChangeError> {
        let text = text.trim();
        if let Some((knob, value)) = text.split_once('=') {
            return Self::of(knob.trim(), value.trim());
        }
        match text.split_once(char::is_whitespace) {
            Some((count, like)) => Self::of(&format!("agents.{}", like.trim()), count),
            None => Err(ChangeError::Malformed(text.into())),
        }
    }
}

/// As it reads back.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |queue: &Option<String>| queue.as_ref().map_or_else(String::new, |queue| format!(".{queue}"));
        match self {
            Self::Agents { count, like } => write!(f, "{count} {like}"),
            Self::Volume { factor, queue } => write!(f, "volume{}={factor}", of(queue)),
            Self::HandleTime { factor, queue } => write!(f, "handle_time{}={factor}", of(queue)),
            Self::Patience { factor, queue } => write!(f, "patience{}={factor}", of(queue)),
            Self::Target(within) => write!(f, "target={within}"),
            Self::Floor { path, value } => write!(f, "floor.{path}={value}"),
            Self::Scenario { path, value } => write!(f, "scenario.{path}={value}"),
        }
    }
}

/// More people, or fewer.
fn agents(plan: &Arc<Plan>, scenario: &Scenario, count: i32, like: &str) -> Result<(Arc<Plan>, Scenario), ChangeError> {
    let (mut floor, mut scenario) = (plan.floor().clone(), scenario.clone());
    let by =
        |fits: &dyn Fn(&Agent) -> bool| -> Vec<Agent> { floor.agents.iter().filter(|a| fits(a)).cloned().collect() };
    let ways = [by(&|a| a.name == like), by(&|a| a.team == like), by(&|a| a.skills.contains_key(like))];
    let models = ways.into_iter().find(|found| !found.is_empty()).ok_or_else(|| {
        let teams = floor.teams.iter().map(|team| team.name.clone());
        let known = teams.chain(floor.skills.iter().cloned()).collect();
        ChangeError::Unknown { what: "agent, team or skill with agents", name: like.into(), known }
    })?;
    let many = count.unsigned_abs() as usize;
    if count < 0 {
        if many > models.len() {
            let got = count.to_string();
            return Err(ChangeError::OutOfRange {
                what: "the number of agents",
                expected: "no more than there are",
                got,
            });
        }
        let gone: BTreeSet<String> = models.iter().rev().take(many).map(|agent| agent.name.clone()).collect();
        for roster in
            core::iter::once(&mut scenario.shifts).chain(scenario.alternatives.iter_mut().map(|r| &mut r.shifts))
        {
            *roster = roster.iter().filter_map(|shift| without(&floor, shift, &gone)).collect();
        }
        return Ok((plan.clone(), scenario));
    }
    let mut copies = Copies::on(&floor);
    for original in models.iter().cycle().take(many) {
        let copy = copies.add(&mut floor, original);
        work_beside(&mut scenario, &original.name, &copy);
    }
    Ok((Arc::new(floor.compile()?), scenario))
}

/// A document with another value in the place of one.
fn with_field<T: Serialize + DeserializeOwned>(document: &T, path: &str, value: &str) -> Result<T, ChangeError> {
    let misfit = |message: String| ChangeError::Misfit { path: path.to_owned(), message };
    let mut tree = tree(document)?;
    let value = toml::from_str::<Table>(&format!("value = {value}"))
        .ok()
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(value.to_owned()));
    let (last, before) = path.rsplit_once('.').map_or((path, None), |(before, last)| (last, Some(before)));
    let mut place = &mut tree;
    for step in before.into_iter().flat_map(|before| before.split('.')) {
        place = match place {
            // A table that was left out.
            Value::Table(table) => table.entry(step).or_insert_with(|| Value::Table(Table::new())),
            Value::Array(list) => entry(list, step)?,
            _ => return Err(misfit(format!("there is nothing inside of what stands before `{step}`"))),
        };
    }
    match place {
        Value::Table(table) => drop(table.insert(last.to_owned(), value)),
        Value::Array(list) => *entry(list, last)? = value,
        _ => return Err(misfit(format!("there is nothing inside of what stands before `{last}`"))),
    }
    T::deserialize(tree).map_err(|error| misfit(error.message().trim().replace('\n', ", ")))
}

fn tree(document: &impl Serialize) -> Result<Value, ChangeError> {
    Value::try_from(document)
        .map_err(|error| ChangeError::Misfit { path: "the document".into(), message: error.to_string() })
}

/// An entry of a list, by its name or its place from 0.
fn entry<'a>(list: &'a mut [Value], step: &str) -> Result<&'a mut Value, ChangeError> {
    const NAMES: [&str; 4] = ["name", "queue", "number", "key"];
    let name = |entry: &Value| NAMES.iter().find_map(|name| entry.get(name)?.as_str()).map(str::to_owned);
    let known: Vec<String> = list.iter().filter_map(name).collect();
    let place = list.iter().position(|entry| name(entry).as_deref() == Some(step)).or_else(|| step.parse().ok());
    let unknown = ChangeError::Unknown { what: "entry", name: step.to_owned(), known };
    place.and_then(|place| list.get_mut(place)).ok_or(unknown)
}

/// The scenario after something was done to what arrives in its queues, or in one of them.
fn with_queues(
    scenario: &Scenario,
    queue: Option<&str>,
    change: impl FnOnce(&mut Vec<Value>) -> Result<(), ChangeError>,
) -> Result<Scenario, ChangeError> {
    if let Some(name) = queue.filter(|name| scenario.queues.iter().all(|inflow| inflow.queue != *name)) {
        let known = scenario.queues.iter().map(|inflow| inflow.queue.clone()).collect();
        return Err(ChangeError::Unknown { what: "queue in the scenario", name: name.into(), known });
    }
    let mut tree = tree(scenario)?;
    if let Some(Value::Array(queues)) = tree.get_mut("queues") {
        change(queues)?;
    }
    let misfit = |error: toml::de::Error| ChangeError::Misfit { path: "queues".into(), message: error.to_string() };
    Scenario::deserialize(tree).map_err(misfit)
}

fn is_of(inflow: &Value, queue: Option<&str>) -> bool {
    queue.is_none_or(|queue| inflow.get("queue").and_then(Value::as_str) == Some(queue))
}

/// Every rate of arrival, that of bursts too, so many times as high.
fn multiply_calls(queues: &mut [Value], queue: Option<&str>, factor: f64) -> Result<(), ChangeError> {
    for inflow in queues.iter_mut().filter(|inflow| is_of(inflow, queue)) {
        let name = inflow.get("queue").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(Value::Table(arrivals)) = inflow.get_mut("arrivals") else { continue };
        if arrivals.contains_key("recorded") || arrivals.contains_key("queue_log") {
            return Err(ChangeError::Recorded(name));
        }
        for field in ["per_hour", "per_minute"] {
            arrivals.get_mut(field).into_iter().for_each(|rates| multiply(rates, factor));
        }
        let bursts = arrivals.get_mut("bursts").and_then(|bursts| bursts.get_mut("per_hour"));
        bursts.into_iter().for_each(|rate| multiply(rate, factor));
    }
    Ok(())
}

fn multiply(rates: &mut Value, factor: f64) {
    match rates {
        Value::Integer(rate) => *rates = Value::Float(*rate as f64 * factor),
        Value::Float(rate) => *rate *= factor,
        Value::Array(list) => list.iter_mut().for_each(|rate| multiply(rate, factor)),
        Value::Table(table) => table.iter_mut().for_each(|(_, rate)| multiply(rate, factor)),
        _ => {}
    }
}

/// Lengths of calls, in all queues or in one, so many times as long.
fn stretched(scenario: &Scenario, queue: Option<&str>, fields: &[&str], factor: f64) -> Result<Scenario, ChangeError> {
    let mut wide = match tree(&scenario.calls)? {
        Value::Table(table) => table,
        _ => Table::new(),
    };
    if fields.contains(&"talk") {
        let talk = Table::from_iter([("exponential".to_owned(), Value::from(TALK))]);
        wide.entry("talk").or_insert(Value::Table(talk));
    }
    let changed = with_queues(scenario, queue, |queues| {
        for inflow in queues.iter_mut().filter(|inflow| is_of(inflow, queue)) {
            let Value::Table(inflow) = inflow else { continue };
            let calls = inflow.entry("calls").or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(calls) = calls {
                for field in fields {
                    // What is taken from the scenario is the queue's own from now on.
                    if let (None, Some(value)) = (calls.get(*field), wide.get(*field)) {
                        calls.insert((*field).to_owned(), value.clone());
                    }
                }
            }
            for part in ["calls", "tiers", "teams"] {
                inflow.get_mut(part).into_iter().for_each(|part| stretch_fields(part, fields, factor));
            }
            let recorded = inflow.get_mut("arrivals").and_then(|arrivals| arrivals.get_mut("recorded"));
            if let Some(Value::Array(calls)) = recorded {
                calls.iter_mut().for_each(|call| stretch_fields(call, fields, factor));
            }
        }
        Ok(())
    })?;
    Ok(changed)
}

/// Every length below one of these fields, however deep it stands.
fn stretch_fields(value: &mut Value, fields: &[&str], factor: f64) {
    let Value::Table(table) = value else { return };
    for (name, value) in table.iter_mut() {
        if fields.contains(&name.as_str()) { stretch(value, factor) } else { stretch_fields(value, fields, factor) }
    }
}

fn stretch(value: &mut Value, factor: f64) {
    match value {
        Value::String(text) => {
            if let Ok(length) = text.parse::<Length>() {
                *text = times(length, factor).to_string();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| stretch(value, factor)),
        Value::Table(table) => table.iter_mut().for_each(|(_, value)| stretch(value, factor)),
        _ => {}
    }
}

/// A length so many times as long: to the microsecond, or to the thousandth of a ring.
fn times(length: Length, factor: f64) -> Length {
    match length {
        // `as` saturates.
        Length::MilliRings(thousandths) => Length::MilliRings((f64::from(thousandths) * factor).round() as u32),
        Length::Span(span) => {
            let micros = (span.as_nanos() as f64 * factor / 1e3).round() as u64;
            Length::Span(crate::time::Span::from_nanos(micros.saturating_mul(1_000)))
        }
    }
}

pub(super) fn others(known: &[String]) -> String {
    let some: Vec<&str> = known.iter().take(20).map(String::as_str).collect();
    if some.is_empty() { String::new() } else { format!(", expected one of {}", some.join(", ")) }
}
