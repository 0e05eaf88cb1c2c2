//! Scenarios: whatever is in them is told line by line, or they begin, and begin the same again.

use std::str;
use std::sync::{Arc, LazyLock};

use cordboard::Plan;
use cordboard::engine::Output;
use cordboard::sim::{Failure, Scenario, Simulation};

use super::problems::are_told_well;
use super::shift::HOUSE;

static PLAN: LazyLock<Arc<Plan>> =
    LazyLock::new(|| Plan::from_toml(HOUSE).unwrap_or_else(|problems| panic!("{problems}")).into());

/// So many outputs are compared; of a day that goes on, the rest is left.
const OUTPUTS: usize = 20_000;

/// A scenario in TOML, for the house.
pub fn scenario(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match Scenario::from_toml(text, &PLAN) {
        Err(problems) => are_told_well(&problems, text),
        Ok(scenario) => {
            let rosters: Vec<Scenario> = scenario.each_roster().take(3).collect();
            let each = if rosters.is_empty() { vec![scenario] } else { rosters };
            for scenario in &each {
                assert!(begins(scenario) == begins(scenario), "the same seed, another day");
            }
        }
    }
}

/// The first few thousand steps.
fn begins(scenario: &Scenario) -> (Vec<Output>, u64) {
    let simulation = Simulation::new(PLAN.clone(), scenario, 7);
    let mut simulation = simulation.unwrap_or_else(|problems| panic!("nothing was wrong: {problems}"));
    let mut outputs = Vec::new();
    let mut hear = |output: &Output| {
        if outputs.len() < OUTPUTS {
            outputs.push(output.clone());
        }
    };
    match simulation.run_while(&mut hear, &mut |_| false) {
        Ok(_) | Err(Failure::Leftover { .. } | Failure::Stuck { .. }) => {}
        Err(failure) => panic!("{failure}"),
    }
    simulation.engine().check_invariants().unwrap_or_else(|violation| panic!("{violation}"));
    (outputs, simulation.engine().state_hash())
}
