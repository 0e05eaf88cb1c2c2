//! A desk of three, which several tests run under their own scenarios.

use std::sync::Arc;

use cordboard::Plan;
use cordboard::sim::Scenario;

pub(crate) const FLOOR: &str = r#"
    rules = { wrap_up = { timed = "30s" } }
    teams = [{ name = "desk" }]
    agents = [{ name = "li", team = "desk" }, { name = "wang", team = "desk" }, { name = "zhou", team = "desk" }]
    queues = [{ name = "line" }]
"#;

/// The desk, and a scenario for it.
pub(crate) fn desk(scenario: &str) -> (Arc<Plan>, Scenario) {
    let plan = Plan::from_toml(FLOOR).unwrap();
    let scenario = Scenario::from_toml(scenario, &plan).unwrap();
    (plan.into(), scenario)
}
