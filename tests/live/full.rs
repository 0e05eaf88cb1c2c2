//! A full log is an answer.

use std::time::Duration;

use cordboard::CallId;
use cordboard::engine::Arrival;
use cordboard::exchange::Full;
use cordboard::live::{Live, NotTaken, Options, Undone};
use tokio::time::{Instant, sleep};

use crate::floor::{GUESTS, LI, at_work, desks, plan};

/// A small centre whose log is full of commands that nobody has acknowledged; and the next call.
fn full() -> (Live, u64) {
    let centre = Live::start(plan(), Options::small()).unwrap();
    let (lines, ..) = desks(&centre);
    for call in 0.. {
        match lines.arrive(Arrival::new(CallId(call), GUESTS)).now() {
            Ok(_) => assert!(call < 5000, "the log is bounded"),
            Err(refused) => {
                assert!(matches!(refused, NotTaken::Full(Full::Reader { .. })), "{refused}");
                return (centre, call);
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
    assert_eq!(centre.engine().unwrap().live().calls as u64, call + 1);
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
