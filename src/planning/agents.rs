//! More people on a floor: copies of those who are there.

use std::collections::{BTreeMap, BTreeSet};

use crate::floor::{Agent, Floor};
use crate::sim::scenario::{Scenario, Shift};

/// Copies of agents, each under a name that nobody else has.
pub(super) struct Copies {
    taken: BTreeSet<String>,
    /// The last number behind each original's name.
    numbers: BTreeMap<String, u64>,
}

impl Copies {
    /// None yet; the names of this floor are taken.
    pub(super) fn on(floor: &Floor) -> Self {
        let taken = floor.agents.iter().map(|agent| agent.name.clone()).collect();
        Self { taken, numbers: BTreeMap::new() }
    }

    /// A copy of this agent, who joins the floor at its end under a name of his own. His phone is his own, too.
    pub(super) fn add(&mut self, floor: &mut Floor, original: &Agent) -> String {
        let number = self.numbers.entry(original.name.clone()).or_insert(1);
        let name = loop {
            *number += 1;
            let name = format!("{} {number}", original.name);
            if self.taken.insert(name.clone()) {
                break name;
            }
        };
        floor.agents.push(Agent { name: name.clone(), endpoint: None, ..original.clone() });
        name
    }
}

/// Puts a copy into every shift in which the original stands by name; in those of his team he is anyway.
pub(super) fn work_beside(scenario: &mut Scenario, original: &str, copy: &str) {
    let rosters = scenario.alternatives.iter_mut().map(|roster| &mut roster.shifts);
    for shift in core::iter::once(&mut scenario.shifts).chain(rosters).flatten() {
        if shift.agents.iter().any(|agent| agent == original) {
            shift.agents.push(copy.to_owned());
        }
    }
}

/// Takes these people out of a shift: teams become names. `None` if nobody is left.
pub(super) fn without(floor: &Floor, shift: &Shift, people: &BTreeSet<String>) -> Option<Shift> {
    let of_teams = floor.agents.iter().filter(|agent| shift.teams.contains(&agent.team)).map(|agent| &agent.name);
    let all: Vec<&String> = of_teams.chain(&shift.agents).collect();
    if !all.iter().any(|name| people.contains(*name)) {
        return Some(shift.clone());
    }
    let mut seen = BTreeSet::new();
    let agents: Vec<String> =
        all.into_iter().filter(|name| !people.contains(*name) && seen.insert(*name)).cloned().collect();
    (!agents.is_empty()).then(|| Shift { teams: Vec::new(), agents, ..shift.clone() })
}
