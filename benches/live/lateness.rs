//! How late timers fire in a centre in which nothing else happens.

use std::time::{Duration, Instant};

use cordboard::engine::{Actor, Arrival, Fact};
use cordboard::live::{Live, Options};
use cordboard::{CallId, Plan, QueueId};

use crate::report::Report;
use crate::times::Times;

/// Nobody is there, so each call ends by its wait limit.
const FLOOR: &str = "queues = [{ name = 'line' }]\nrules = { wait_limit = '17ms' }\nlimits = { follow_ups = 10 }";

pub(crate) fn measure(report: &mut Report, quick: bool) {
    let calls = if quick { 200 } else { 3_000 };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build().expect("there are threads");
    let times = runtime.block_on(late(calls));
    report.title("Timers of an idle centre");
    report.line(&format!("from the instant at which a wait limit is due to whoever hears of it: {times}"));
    report.judge(times.judge("lateness p99, ms", 0.99, 2.0));
}

async fn late(calls: u64) -> Times {
    let plan = Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}"));
    let centre = Live::start(plan, Options::default()).expect("a runtime runs");
    let (lines, mut facts) = (centre.desk(Actor::Switch), centre.facts().expect("there is room for a reader"));
    let times = Times::default();
    for call in (0..calls).map(CallId) {
        // Both clocks are monotonic: how far they are apart is known to the time that a look takes.
        let (engine, here) = (lines.now(), Instant::now());
        lines.arrive(Arrival::new(call, QueueId(0))).await.expect("it is taken");
        loop {
            let told = facts.next().await.expect("it keeps up").expect("the centre is open");
            if matches!(told.fact, Fact::CallEnded { .. }) {
                let due = here + Duration::from_nanos((told.at - engine).as_nanos());
                times.record(Instant::now().saturating_duration_since(due));
                break;
            }
        }
    }
    centre.shutdown().await;
    times
}
