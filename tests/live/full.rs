//! A full log is an answer.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cordboard::CallId;
use cordboard::engine::{Arrival, Command, Fact, SeenCall};
use cordboard::exchange::Full;
use cordboard::live::{CannotDo, Commanded, Live, NotTaken, Options, Switch, SwitchOptions, Undone};
use tokio::time::{Instant, sleep};

use crate::floor::{GUESTS, LI, at_work, desks, plan};

/// A small centre whose log is full of commands that nobody has acknowledged; and the next call.
pub(crate) fn full() -> (Live, u64) {
    full_for(Options::default().room_within)
}

/// The same, where those who wait for room do so for so long.
pub(crate) fn full_for(room_within: Duration) -> (Live, u64) {
    let mut options = Options::small();
    options.room_within = room_within;
    let centre = Live::start(plan(), options).unwrap();
    let call = fill(&centre, 0);
    (centre, call)
}

/// Calls come, from this one on, until the log is full; and the next call.
fn fill(centre: &Live, first: u64) -> u64 {
    let (lines, ..) = desks(centre);
    for call in first.. {
        match lines.arrive(Arrival::new(CallId(call), GUESTS)).now() {
            Ok(_) => assert!(call < 5000, "the log is bounded"),
            Err(refused) => {
                assert!(matches!(refused, NotTaken::Full(Full::Reader { .. })), "{refused}");
                return call;
            }
        }
    }
    unreachable!("calls do not run out")
}

#[tokio::test(start_paused = true)]
async fn who_finds_the_log_full_is_told_why_after_a_while() {
    let (centre, call) = full();
    let (lines, ..) = desks(&centre);
    let begun = Instant::now();
    let refused = lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap_err();
    assert!(matches!(refused, Undone::NotTaken(NotTaken::Full(Full::Reader { .. }))), "{refused}");
    let waited = begun.elapsed();
    assert!(waited >= Duration::from_secs(2) && waited < Duration::from_millis(2010), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_goes_on_as_soon_as_the_switch_has_acknowledged() {
    let (centre, call) = full();
    let (lines, ..) = desks(&centre);
    let waiting = tokio::spawn({
        let lines = lines.clone();
        async move { lines.arrive(Arrival::new(CallId(call), GUESTS)).await }
    });
    sleep(Duration::from_secs(1)).await;
    assert!(!waiting.is_finished());
    let mut commands = centre.commands().unwrap();
    while let Some(commanded) = commands.next_now() {
        commands.acknowledge(commanded.key);
    }
    waiting.await.unwrap().unwrap();
    assert_eq!(centre.engine().unwrap().in_progress().calls as u64, call + 1);
}

#[tokio::test(start_paused = true)]
async fn timers_stand_still_while_the_log_is_full_and_go_on_after() {
    let (centre, _) = full();
    sleep(Duration::from_secs(5000)).await;
    let mut commands = centre.commands().unwrap();
    let mut ended = 0;
    // The wait limit has passed for everybody; room comes with each acknowledgement.
    for _ in 0..200 {
        while let Some(commanded) = commands.next_now() {
            commands.acknowledge(commanded.key);
            ended += 1;
        }
        sleep(Duration::from_millis(5)).await;
    }
    at_work(&centre, LI).await;
    assert!(ended > 500, "{ended}");
    assert!(
        centre.desk(cordboard::engine::Actor::Host).now() - centre.engine().unwrap().now()
            < cordboard::Span::from_secs(1)
    );
}

#[test]
fn whoever_waits_for_room_may_do_so_in_any_executor() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let (centre, call) = {
        let _in = runtime.enter();
        full()
    };
    let (lines, ..) = desks(&centre);
    let mut waiting = lines.arrive(Arrival::new(CallId(call), GUESTS)).into_future();
    let mut context = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending(), "there is no room");
    let attached = centre.attach(Deaf, SwitchOptions::default()).unwrap();
    loop {
        match waiting.as_mut().poll(&mut context) {
            Poll::Ready(done) => break drop(done.unwrap()),
            Poll::Pending => std::thread::yield_now(),
        }
    }
    runtime.block_on(attached.detach());
    runtime.block_on(centre.shutdown());
}

/// A switch that does nothing.
pub(crate) struct Deaf;

impl Switch for Deaf {
    async fn carry_out(&self, _: &Commanded) -> Result<(), CannotDo> {
        Ok(())
    }
}

/// A switch that can ring no phone, and says who is on its lines.
struct Helpless(Vec<SeenCall>);

impl Switch for Helpless {
    async fn carry_out(&self, commanded: &Commanded) -> Result<(), CannotDo> {
        match commanded.command {
            Command::OfferCall(_) => Err(CannotDo::ever("no such phone")),
            _ => Ok(()),
        }
    }

    async fn snapshot(&self) -> Result<Option<Vec<SeenCall>>, CannotDo> {
        Ok(Some(self.0.clone()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_comes_to_a_full_log_and_gives_commands_up_makes_room_all_the_same() {
    let centre = Live::start(plan(), Options::small()).unwrap();
    let (lines, ..) = desks(&centre);
    at_work(&centre, LI).await;
    // The phone that is given up is rung for a call whose other commands come behind.
    let first = Arrival::new(CallId(0), GUESTS);
    lines.arrive(first.clone()).await.unwrap();
    lines.caller_gone(CallId(0)).await.unwrap();
    let mut facts = centre.facts().unwrap();
    let call = fill(&centre, 1);
    let arrived = lines.now();
    let seen = SeenCall { arrived, arrival: Arrival { call: CallId(1), ..first }, legs: Vec::new() };
    let _attached = centre.attach(Helpless(vec![seen]), SwitchOptions::default()).unwrap();
    sleep(Duration::from_secs(10)).await;
    lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap();
    let mut agreed = false;
    loop {
        match facts.next_now() {
            Ok(Some(told)) => agreed |= matches!(told.fact, Fact::Reconciled { known: 1, .. }),
            Ok(None) => break,
            Err(missed) => agreed |= missed.checkpoint.machine.in_progress().calls < 100,
        }
    }
    assert!(agreed, "and is asked who is on its lines");
}
