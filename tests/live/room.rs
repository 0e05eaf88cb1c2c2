//! A full log and many who wait for room: they get in as room comes, in the order in which they came, and until then
//! nobody disturbs them.

use std::future::{IntoFuture, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use cordboard::CallId;
use cordboard::engine::Arrival;
use cordboard::live::{Commands, Desk, Live, NotTaken, Undone};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::floor::{GUESTS, desks};
use crate::full::{full, full_for};

/// How often somebody who waits was looked after.
type Polls = Arc<AtomicU64>;

/// Says that so many calls are gone, one behind the other, each from a task of its own; where each came to stand.
fn wait(lines: &Desk, calls: u64, polls: &Polls) -> Vec<JoinHandle<Result<u64, Undone>>> {
    let waits = |call| {
        let (lines, polls) = (lines.clone(), Arc::clone(polls));
        tokio::spawn(async move {
            let mut request = pin!(lines.caller_gone(CallId(call)).into_future());
            let done = poll_fn(|context| {
                polls.fetch_add(1, Ordering::Relaxed);
                request.as_mut().poll(context)
            });
            Ok(done.await?.position)
        })
    };
    (0..calls).map(waits).collect()
}

/// The switch carries out what there is.
fn carry_out(commands: &mut Commands) {
    while let Some(commanded) = commands.next_now() {
        commands.acknowledge(commanded.key);
    }
}

/// The switch carries out what comes, from now on.
fn goes_on(centre: &Live) -> JoinHandle<()> {
    let mut commands = centre.commands().unwrap();
    tokio::spawn(async move {
        while let Some(commanded) = commands.next().await {
            commands.acknowledge(commanded.key);
        }
    })
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_who_wait_are_left_alone_until_there_is_room_and_get_in_as_they_came() {
    let (centre, _) = full_for(Duration::from_secs(3600));
    let (lines, ..) = desks(&centre);
    let polls = Polls::default();
    let waiting = wait(&lines, 10_000, &polls);
    sleep(Duration::from_secs(10)).await;
    assert!(waiting.iter().all(|waits| !waits.is_finished()));
    assert_eq!(polls.load(Ordering::Relaxed), 10_000, "each has said what it wants, and sleeps");
    let switch = goes_on(&centre);
    let mut positions = Vec::new();
    for waits in waiting {
        positions.push(waits.await.unwrap().unwrap());
    }
    assert!(positions.is_sorted(), "in the order in which they came");
    let polls = polls.load(Ordering::Relaxed);
    assert!(
        polls <= 25_000,
        "ten thousand were looked after {polls} times: when they came, and when it was their turn"
    );
    switch.abort();
}

#[tokio::test(start_paused = true)]
async fn who_comes_while_others_wait_for_room_stands_behind_them() {
    let (centre, _) = full_for(Duration::from_secs(3600));
    let (lines, ..) = desks(&centre);
    let polls = Polls::default();
    let mut waiting = wait(&lines, 50, &polls);
    sleep(Duration::from_millis(10)).await;
    carry_out(&mut centre.commands().unwrap());
    // There is room now, and nobody of those who wait has been told.
    waiting.extend(wait(&lines, 50, &polls));
    let mut positions = Vec::new();
    for waits in waiting {
        positions.push(waits.await.unwrap().unwrap());
    }
    assert!(positions.is_sorted(), "{positions:?}");
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_before_or_after_it_was_his_turn_takes_nobodys_place() {
    let (centre, _) = full_for(Duration::from_secs(3600));
    let (lines, ..) = desks(&centre);
    let mut waiting = wait(&lines, 2000, &Polls::default());
    sleep(Duration::from_millis(10)).await;
    waiting.iter().step_by(3).for_each(JoinHandle::abort);
    sleep(Duration::from_millis(10)).await;
    let mut commands = centre.commands().unwrap();
    carry_out(&mut commands);
    // The driver, who was woken first, lets some go on; then a third of all is gone before its turn is seen.
    tokio::task::yield_now().await;
    waiting.iter().skip(1).step_by(3).for_each(JoinHandle::abort);
    let (mut positions, begun) = (Vec::new(), Instant::now());
    for (number, waits) in waiting.drain(..).enumerate() {
        match waits.await {
            Ok(done) => positions.push(done.unwrap()),
            Err(gone) => assert!(gone.is_cancelled() && number % 3 != 2, "{number}: {gone}"),
        }
        carry_out(&mut commands);
    }
    assert!(positions.len() >= 666 && positions.is_sorted(), "{}", positions.len());
    assert!(begun.elapsed() < Duration::from_millis(100), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn who_sleeps_when_it_is_his_turn_holds_up_nobody() {
    let (centre, _) = full_for(Duration::from_secs(3600));
    let (lines, ..) = desks(&centre);
    // A thousand that were begun and that nobody looks after.
    let mut context = Context::from_waker(Waker::noop());
    let mut asleep: Vec<_> = (0..1000).map(|call| lines.caller_gone(CallId(call)).into_future()).collect();
    assert!(asleep.iter_mut().all(|request| request.as_mut().poll(&mut context).is_pending()));
    let waiting = wait(&lines, 1000, &Polls::default());
    let begun = Instant::now();
    let switch = goes_on(&centre);
    for waits in waiting {
        waits.await.unwrap().unwrap();
    }
    assert!(begun.elapsed() < Duration::from_millis(100), "{:?}", begun.elapsed());
    // Whoever comes now waits for nobody.
    lines.caller_gone(CallId(1)).await.unwrap();
    for request in asleep {
        request.await.unwrap();
    }
    assert!(begun.elapsed() < Duration::from_millis(100), "{:?}", begun.elapsed());
    switch.abort();
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_room_is_told_that_the_centre_is_closed() {
    let (centre, _) = full_for(Duration::from_secs(3600));
    let (lines, ..) = desks(&centre);
    let waiting = wait(&lines, 100, &Polls::default());
    sleep(Duration::from_secs(1)).await;
    let begun = Instant::now();
    centre.shutdown().await;
    for waits in waiting {
        assert_eq!(waits.await.unwrap().unwrap_err(), Undone::NotTaken(NotTaken::Closed));
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_room_hears_at_once_that_no_more_are_let_in() {
    let (centre, call) = full_for(Duration::from_secs(3600));
    let (lines, ..) = desks(&centre);
    let begun = Instant::now();
    let arrives = |call| {
        let lines = lines.clone();
        let arrives = async move { lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap_err() };
        tokio::spawn(async move { (arrives.await, begun.elapsed()) })
    };
    let waits = arrives(call);
    let goes = wait(&lines, 1, &Polls::default()).remove(0);
    sleep(Duration::from_millis(10)).await;
    centre.drain(Duration::from_millis(5)).await.unwrap();
    let comes = arrives(call + 1);
    for (arrives, within) in [(waits, 10), (comes, 20)] {
        let (refused, waited) = arrives.await.unwrap();
        assert_eq!(refused, Undone::NotTaken(NotTaken::Draining));
        assert!(waited <= Duration::from_millis(within), "{waited:?}");
    }
    assert!(!goes.is_finished(), "what ends a call is still let in, once there is room");
    let _switch = goes_on(&centre);
    goes.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn nobody_is_passed_who_found_the_room_taken_when_it_was_his_turn() {
    let (centre, mut call) = full_for(Duration::from_secs(60));
    let (lines, ..) = desks(&centre);
    let mut first = Box::pin({
        let lines = lines.clone();
        async move { lines.caller_gone(CallId(0)).await }
    });
    let mut context = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut context).is_pending(), "the log is full");
    let mut commands = centre.commands().unwrap();
    let mut acknowledge = |count| {
        for _ in 0..count {
            let Some(commanded) = commands.next_now() else { return };
            commands.acknowledge(commanded.key);
        }
    };
    acknowledge(150);
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    // The driver has let him go on; before he does, what is said at once takes the room.
    while lines.arrive(Arrival::new(CallId(call), GUESTS)).now().is_ok() {
        call += 1;
    }
    assert!(first.as_mut().poll(&mut context).is_pending(), "there is no room any more");
    let first = tokio::spawn(first);
    sleep(Duration::from_millis(5)).await;
    let behind = wait(&lines, 2000, &Polls::default());
    sleep(Duration::from_millis(10)).await;
    let mut acknowledged = 0;
    while !first.is_finished() {
        assert!(acknowledged < 400, "room was given to those behind");
        acknowledge(20);
        acknowledged += 20;
        sleep(Duration::from_micros(10_300)).await;
    }
    let position = first.await.unwrap().unwrap().position;
    drop(commands);
    let _switch = goes_on(&centre);
    for waits in behind {
        assert!(waits.await.unwrap().unwrap() > position);
    }
}

#[tokio::test(start_paused = true)]
async fn who_has_waited_for_room_long_enough_leaves_his_place_to_the_others() {
    let (centre, _) = full();
    let (lines, ..) = desks(&centre);
    let early = wait(&lines, 500, &Polls::default());
    sleep(Duration::from_secs(1)).await;
    let late = wait(&lines, 500, &Polls::default());
    sleep(Duration::from_millis(1500)).await;
    let _switch = goes_on(&centre);
    for waits in early {
        assert!(matches!(waits.await.unwrap(), Err(Undone::NotTaken(NotTaken::Full(_)))), "2 s are over");
    }
    for waits in late {
        waits.await.unwrap().unwrap();
    }
}

#[test]
fn on_several_threads_all_get_in_and_those_who_give_up_lose_nothing_for_the_others() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_time().build().unwrap();
    runtime.block_on(async {
        let (centre, _) = full_for(Duration::from_secs(60));
        let (lines, ..) = desks(&centre);
        let waiting = wait(&lines, 4000, &Polls::default());
        let switch = goes_on(&centre);
        waiting.iter().step_by(5).for_each(JoinHandle::abort);
        for (number, waits) in waiting.into_iter().enumerate() {
            match waits.await {
                // Passed: it is in the log, and was decided before he looked.
                Ok(done) => assert!(matches!(done, Ok(_) | Err(Undone::Passed { .. })), "{number}: {done:?}"),
                Err(gone) => assert!(gone.is_cancelled() && number % 5 == 0, "{number}: {gone}"),
            }
        }
        switch.abort();
        centre.shutdown().await;
    });
}
