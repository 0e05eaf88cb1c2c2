//! Many centres: thousands of small ones in a process, each with its own engine, tasks and clock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cordboard::engine::{Actor, Arrival, Command, EndedBy};
use cordboard::live::{Live, Options};
use cordboard::{AgentId, CallId, Plan, QueueId};
use tokio::time::sleep;

use crate::process;
use crate::report::Report;
use crate::times::Times;

const FLOOR: &str = r#"
name = "Small"
rules = { wrap_up = "until_done", wait_limit = "1h" }
limits = { follow_ups = 10 }
queues = [{ name = "line" }, { name = "sales" }]
teams = [{ name = "desks" }]
agents = [
    { name = "a", team = "desks" }, { name = "b", team = "desks" }, { name = "c", team = "desks" },
    { name = "d", team = "desks" }, { name = "e", team = "desks" }, { name = "f", team = "desks" },
    { name = "g", team = "desks" }, { name = "h", team = "desks" }, { name = "i", team = "desks" },
    { name = "j", team = "desks" },
]
"#;

pub(crate) fn measure(report: &mut Report, quick: bool) {
    let (centres, secs) = if quick { (1_000, 3) } else { (10_000, 20) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build().expect("there are threads");
    report.title(&format!("{centres} small centres in one process"));
    runtime.block_on(many(report, centres, Duration::from_secs(secs)));
}

async fn many(report: &mut Report, count: usize, length: Duration) {
    let plan = Arc::new(Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}")));
    let before = process::memory();
    let start = || Live::start(Arc::clone(&plan), Options::small()).expect("a runtime runs");
    let centres: Vec<Live> = (0..count).map(|_| start()).collect();
    let each = |before: u64| process::memory().saturating_sub(before) as f64 / 1024.0 / count as f64;
    let idle = each(before);

    let processor = process::processor();
    sleep(length).await;
    let resting = 100.0 * (process::processor() - processor).as_secs_f64() / length.as_secs_f64();
    report.line(&format!("idle: {idle:.0} KiB each, {resting:.1} % of a processor for all"));

    let times = Arc::new(Times::default());
    let processor = process::processor();
    let days: Vec<_> = centres
        .into_iter()
        .enumerate()
        .map(|(place, centre)| tokio::spawn(day(centre, place, count, length, Arc::clone(&times))))
        .collect();
    let mut calls = 0;
    for day in days {
        calls += day.await.expect("no centre panics");
    }
    let busy = 100.0 * (process::processor() - processor).as_secs_f64() / length.as_secs_f64();
    report.line(&format!("{calls} calls: {:.0} KiB each, {busy:.0} % of a processor for all", each(before)));
    report.line(&format!("from a free agent to his next phone: {times}"));
    report.judge(times.judge("the same with many centres, p99.9, ms", 0.999, 1.0));
}

/// One agent serves two callers, so that the second waits for him; the centres begin one after another.
async fn day(centre: Live, place: usize, of: usize, length: Duration, times: Arc<Times>) -> u64 {
    sleep(length.mul_f64(place as f64 / of as f64)).await;
    let li = AgentId(0);
    let (lines, own) = (centre.desk(Actor::Switch), centre.desk(Actor::Agent(li)));
    let mut commands = centre.commands().expect("nobody has it");
    own.sign_in(li).await.expect("he is signed out");
    own.ready(li).await.expect("he is signed in");
    for call in [CallId(1), CallId(2)] {
        lines.arrive(Arrival::new(call, QueueId(0))).await.expect("it is taken");
    }
    let (mut free, mut served) = (None::<Instant>, 0);
    while served < 2 {
        let commanded = commands.next().await.expect("the centre is open");
        commands.acknowledge(commanded.key);
        match commanded.command {
            Command::OfferCall(offer) => {
                if let Some(free) = free.take() {
                    times.record(free.elapsed());
                }
                lines.accept(offer.offer).await.expect("it is taken");
            }
            Command::Connect { offer, .. } => {
                lines.connected(offer).await.expect("it is taken");
                sleep(Duration::from_millis(20)).await;
                lines.leg_ended(offer, EndedBy::Caller).await.expect("it is taken");
                served += 1;
                free = Some(Instant::now());
                own.wrap_up_done(li, None, None).await.expect("he works after a call");
            }
            _ => {}
        }
    }
    drop(commands);
    let drained = centre.drain(Duration::from_secs(60)).await.expect("there is room for a reader");
    assert!(drained.is_empty(), "calls are lost: {drained:?}");
    centre.shutdown().await;
    served
}
