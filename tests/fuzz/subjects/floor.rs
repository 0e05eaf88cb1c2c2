//! Floor files: whatever is in them is told line by line, or an engine runs from it.

use std::str;
use std::sync::Arc;

use cordboard::engine::{Actor, Arrival, Engine, Envelope, Event, Fact, Input, Output};
use cordboard::floor::Problems;
use cordboard::{AgentId, CallId, Floor, Plan, QueueId, Time};

use super::problems::are_told_well;

/// So many agents begin work, and so many queues get a call.
const AGENTS: usize = 100;
const QUEUES: usize = 20;
/// So many timers fire before the callers hang up.
const TIMERS: usize = 200;

/// A floor in TOML.
pub fn floor_toml(bytes: &[u8]) {
    floor(bytes, Floor::from_toml, Plan::from_toml);
}

/// A floor in JSON.
pub fn floor_json(bytes: &[u8]) {
    floor(bytes, Floor::from_json, Plan::from_json);
}

fn floor(bytes: &[u8], read: fn(&str) -> Result<Floor, Problems>, check: fn(&str) -> Result<Plan, Problems>) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let (floor, plan) = (read(text), check(text));
    if let Err(problems) = &floor {
        are_told_well(problems, text);
    }
    match plan {
        Err(problems) => {
            are_told_well(&problems, text);
            let compiles = floor.is_ok_and(|floor| floor.compile().is_ok());
            assert!(!compiles, "the floor by itself has nothing wrong with it:\n{problems}");
        }
        Ok(plan) => {
            assert_eq!(floor.as_ref(), Ok(plan.floor()), "a plan knows its floor");
            reads_back(&plan);
            takes_calls(plan.into());
        }
    }
}

/// A floor that is written as JSON reads back as the same.
fn reads_back(plan: &Plan) {
    let text = serde_json::to_string(plan.floor()).expect("a floor can be written as JSON");
    let again = Plan::from_json(&text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    assert_eq!(plan.floor(), again.floor(), "{text}");
    let (description, again) = (plan.describe(), again.describe());
    assert_eq!(description.to_string(), again.to_string(), "{text}");
    assert_eq!(description.warnings, again.warnings, "{text}");
}

/// Everybody begins work, calls come, time passes, the callers hang up.
fn takes_calls(plan: Arc<Plan>) {
    let mut engine = Engine::new(plan.clone(), 1);
    for agent in (0..plan.agents().len().min(AGENTS) as u32).map(AgentId) {
        tell(&mut engine, Input::SignIn { agent });
        tell(&mut engine, Input::Ready { agent });
    }
    // One queue more than there are.
    let queues = 0..=plan.queues().len().min(QUEUES) as u32;
    for queue in queues.clone() {
        let call = CallId(queue.into());
        let said = tell(&mut engine, Input::CallArrived(Arrival::new(call, QueueId(queue))));
        let ended = said.iter().any(|output| matches!(output.event, Event::Fact(Fact::CallEnded { .. })));
        assert!(!said.is_empty() && ended == engine.call(call).is_none(), "call {call} is neither here nor refused");
    }
    let mut out = Vec::new();
    for _ in 0..TIMERS {
        let Some(due) = engine.next_timeout() else { break };
        engine.handle_timeout(due, &mut out);
        engine.check_invariants().unwrap_or_else(|violation| panic!("{violation}"));
    }
    for call in queues.map(|queue| CallId(queue.into())) {
        tell(&mut engine, Input::CallerGone { call });
    }
    assert_eq!(engine.in_progress().calls, 0, "every caller has hung up");
}

fn tell(engine: &mut Engine, input: Input) -> Vec<Output> {
    let mut out = Vec::new();
    engine.handle(Envelope { at: Time::ZERO, actor: Actor::Host, input }, &mut out);
    engine.check_invariants().unwrap_or_else(|violation| panic!("{violation}"));
    out
}
