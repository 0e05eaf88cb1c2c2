//! Counts the bytes the engine takes: per waiting call, per agent, and idle.
//!
//! ```sh
//! cargo bench --bench memory             # a million waiting calls
//! cargo bench --bench memory -- --quick  # a hundred thousand
//! cargo bench --bench memory -- --check  # against `benches/memory.txt`, as CI does
//! cargo bench --bench memory -- --accept # writes that file anew
//! ```
//!
//! The allocator counts what is asked of it and not given back; what it needs itself is not in it. Growing vectors double
//! their room, so a figure per call depends on where the number of calls falls between two doublings: the figure shown
//! is that of so many calls, the room for more included. The plan is shared by all engines of a floor and is counted
//! apart.

mod common;

use std::process::ExitCode;
use std::sync::Arc;

use common::committed::{Figure, Judged, Report};
use common::draw::Draw;
use common::site::{Drawn, KNOWN_CALLERS, Site, known_caller};
use cordboard::engine::{Actor, Arrival, Attributes, Engine, Envelope, Input, Output};
use cordboard::floor::{Masked, Need};
use cordboard::{AgentId, CallId, QueueId, SkillId, Time};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/memory.txt");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let calls: u64 = if arguments.iter().any(|argument| argument == "--quick") { 100_000 } else { 1_000_000 };
    let mut report = Report::default();
    let mut found = |name: &str, bytes: i64, at_most: Option<i64>| {
        println!("{bytes:>9} bytes  {name}");
        let (name, is) = (name.to_string(), bytes as f64);
        report.figures.push(Figure::bytes(name.clone(), is));
        report.aims.extend(at_most.map(|at_most| Judged { name, is, at_most: at_most as f64 }));
    };

    let usual = Site::new(1_000, 16, 25).draw();
    let bytes = per_call(&usual, calls, |number| Arrival { from: Some(number), ..plain() });
    found(&format!("a waiting call with the caller's number, of {calls}"), bytes, Some(256));
    let dear = |number| Arrival {
        from: Some(number),
        to: Some("+86 21 5550 0000".into()),
        attributes: Some(Attributes::from([7; 64])),
        need: Some(Arc::new(Need::skill(SkillId(3), 2))),
        ..plain()
    };
    let bytes = per_call(&usual, calls, dear);
    found(&format!("with the number called, 64 bytes of data and a need of its own, of {calls}"), bytes, None);

    let many = Site::new(100_000, 16, 25).draw();
    let (engine, bytes) = counted(|| staffed(&many));
    drop(engine);
    found("an agent who is ready, of 100000", bytes / many.site.agents as i64, Some(512));
    found("the plan of that floor, per agent", plan_of(&many) / many.site.agents as i64, None);
    let few = Site::new(10, 16, 25).draw();
    let (engine, bytes) = counted(|| Box::new(staffed(&few)));
    drop(engine);
    found("an idle engine with ten agents", bytes, Some(64 * 1024));
    found("the plan of that floor", plan_of(&few), None);

    println!();
    report.print_aims();
    println!();
    if report.settle(COMMITTED, &arguments) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What this made, and the bytes it still holds.
fn counted<T>(make: impl FnOnce() -> T) -> (T, i64) {
    let mut made = None;
    let info = allocation_counter::measure(|| made = Some(make()));
    (made.expect("it was made"), info.bytes_current)
}

fn plain() -> Arrival {
    Arrival::new(CallId(0), QueueId(0))
}

/// Bytes per call, of so many that wait.
fn per_call(drawn: &Drawn, calls: u64, arrival: impl Fn(Masked) -> Arrival) -> i64 {
    let mut engine = Engine::new(drawn.plan.clone(), 1);
    let mut out = Vec::with_capacity(64);
    let mut draw = Draw::new(3);
    let ((), bytes) = counted(|| {
        for call in 0..calls {
            let number = match draw.below(10) {
                0 => known_caller(draw.below(KNOWN_CALLERS)),
                _ => format!("+86 138 {:08}", draw.below(100_000_000)),
            };
            let queue = QueueId(draw.below(drawn.queues) as u32);
            let arrival = Arrival { call: CallId(call), queue, ..arrival(number.as_str().into()) };
            // All within the time before the first rung.
            tell(&mut engine, &mut out, Time::from_nanos(call), Actor::Switch, Input::CallArrived(arrival));
        }
    });
    assert_eq!(
        (0..drawn.queues).map(|queue| u64::from(engine.queue_length(QueueId(queue as u32)))).sum::<u64>(),
        calls
    );
    bytes / calls as i64
}

/// An engine with everybody signed in and ready.
fn staffed(drawn: &Drawn) -> Engine {
    let mut engine = Engine::new(drawn.plan.clone(), 1);
    let mut out = Vec::new();
    for agent in (0..drawn.site.agents as u32).map(AgentId) {
        let at = Time::from_nanos(u64::from(agent.0));
        tell(&mut engine, &mut out, at, Actor::Agent(agent), Input::SignIn { agent });
        tell(&mut engine, &mut out, at, Actor::Agent(agent), Input::Ready { agent });
    }
    engine
}

/// Bytes of a plan like this one's.
fn plan_of(drawn: &Drawn) -> i64 {
    let floor = drawn.plan.floor();
    counted(|| Box::new(floor.clone().compile().expect("it compiled before"))).1
}

fn tell(engine: &mut Engine, out: &mut Vec<Output>, at: Time, actor: Actor, input: Input) {
    engine.handle(Envelope { at, actor, input }, out);
    out.clear();
}
