//! A switch that is silent: what the log holds then, how soon it is full, and what that takes of memory. The numbers of
//! the guide (`src/live/embedding.md`, "Sizing the log") come from here:
//! `cargo test --features live --test live silent -- --nocapture`

use std::time::Duration;

use cordboard::CallId;
use cordboard::engine::Arrival;
use cordboard::exchange::Full;
use cordboard::live::{CannotDo, Commanded, Live, NotTaken, Options, Switch, SwitchOptions};
use tokio::time::{Instant, sleep};

use crate::floor::{GUESTS, LI, WANG, at_work, desks, plan};

/// A switch that never answers.
struct Silent;

impl Switch for Silent {
    async fn carry_out(&self, _: &Commanded) -> Result<(), CannotDo> {
        std::future::pending().await
    }
}

fn centre(log_max: usize) -> Live {
    let mut options = Options::default();
    options.exchange.log_max = log_max;
    Live::start(plan(), options).unwrap()
}

/// So many calls come per second, each of which hangs up after a minute, until the log is full or the time is up. How
/// long it took, and with how many inputs.
async fn calls_come(centre: &Live, per_second: u64, most: Duration) -> (Option<Duration>, u64) {
    let (lines, ..) = desks(centre);
    at_work(centre, LI).await;
    at_work(centre, WANG).await;
    let (begun, before) = (Instant::now(), centre.exchange().decided());
    let mut full = None;
    for call in 0.. {
        let taken = lines.arrive(Arrival::new(CallId(call), GUESTS)).now().and_then(|_| {
            match call.checked_sub(60 * per_second) {
                Some(gone) => lines.caller_gone(CallId(gone)).now().map(drop),
                None => Ok(()),
            }
        });
        if let Err(refused) = taken {
            assert!(matches!(refused, NotTaken::Full(Full::Reader { .. })), "{refused}");
            full = Some(begun.elapsed());
            break;
        }
        if begun.elapsed() >= most {
            break;
        }
        sleep(Duration::from_secs(1) / per_second as u32).await;
    }
    (full, centre.exchange().decided() - before)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

#[test]
fn a_log_lasts_as_long_as_its_size_divided_by_the_inputs_of_a_second() {
    let runtime = runtime();
    let hour = Duration::from_secs(3600);
    // What comes in a second, from ten minutes.
    let inputs = |per_second| {
        let (full, inputs) = runtime.block_on(async { calls_come(&centre(1 << 16), per_second, hour / 6).await });
        assert_eq!(full, None);
        inputs as f64 / 600.0
    };
    for (per_second, log_max) in [(1, 1 << 12), (5, 1 << 14), (5, 1 << 16)] {
        let each = inputs(per_second);
        let mut found = None;
        let centre = runtime.block_on(async { centre(log_max) });
        let memory =
            allocation_counter::measure(|| found = Some(runtime.block_on(calls_come(&centre, per_second, 24 * hour))));
        let (lasted, held) = found.unwrap();
        let (lasted, expected) = (lasted.unwrap().as_secs_f64(), log_max as f64 / each);
        let bytes = memory.bytes_current as f64 / held as f64;
        println!(
            "{per_second} calls/s are {each:.1} inputs/s: {log_max} inputs last {lasted:.0} s, {expected:.0} s expected; \
             {bytes:.0} bytes for each"
        );
        assert!((lasted / expected - 1.0).abs() < 0.1);
        assert!(bytes < 1200.0);
        runtime.block_on(centre.shutdown());
    }
}

#[test]
fn a_silent_switch_that_is_attached_has_its_commands_given_up_faster_than_the_log_fills() {
    let runtime = runtime();
    runtime.block_on(async {
        let centre = centre(1 << 12);
        let _attached = centre.attach(Silent, SwitchOptions::default()).unwrap();
        let (full, inputs) = calls_come(&centre, 1, Duration::from_secs(6 * 3600)).await;
        println!("{inputs} inputs in 6 h, {:?}", centre.exchange().figures());
        assert_eq!(full, None);
        assert!(inputs > 5 << 12);
    });
}
