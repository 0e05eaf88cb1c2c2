//! Draining and closing: what is refused, what is left, and that nothing goes on.

use std::time::Duration;

use cordboard::CallId;
use cordboard::engine::{Actor, Arrival, CallbackTerms, EndedBy};
use cordboard::live::{NotTaken, Undone};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use crate::floor::{GUESTS, LI, at_work, centre, desks, next_offer};

#[tokio::test(start_paused = true)]
async fn a_centre_that_drains_ends_the_calls_it_has_and_takes_no_other() {
    let centre = centre();
    let (lines, host, _) = desks(&centre);
    let mut commands = centre.commands().unwrap();
    at_work(&centre, LI).await;
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    lines.arrive(Arrival::new(CallId(2), GUESTS)).await.unwrap();
    let offer = next_offer(&mut commands).await.offer;
    lines.accept(offer).await.unwrap();
    lines.connected(offer).await.unwrap();
    let talk = tokio::spawn({
        let lines = lines.clone();
        async move {
            sleep(Duration::from_secs(40)).await;
            let refused = lines.arrive(Arrival::new(CallId(3), GUESTS)).await.unwrap_err();
            assert_eq!(refused, Undone::NotTaken(NotTaken::Draining));
            let refused = host.accept_callback(CallId(2), CallbackTerms::default()).now().unwrap_err();
            assert_eq!(refused, NotTaken::Draining);
            lines.leg_ended(offer, EndedBy::Agent).await.unwrap();
            lines.caller_gone(CallId(2)).await.unwrap();
        }
    });
    let begun = Instant::now();
    let drained = centre.drain(Duration::from_secs(3600)).await.unwrap();
    assert!(drained.is_empty(), "{drained:?}");
    assert_eq!(begun.elapsed(), Duration::from_secs(40));
    talk.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn when_the_time_to_drain_is_up_it_says_what_is_left() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    for call in 0..3 {
        lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap();
    }
    let begun = Instant::now();
    let drained = centre.drain(Duration::from_secs(30)).await.unwrap();
    assert_eq!((drained.left.calls, drained.left.visits), (3, 3));
    assert_eq!(begun.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_closed_centre_leaves_no_task_and_says_that_it_is_closed() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let (mut commands, mut facts) = (centre.commands().unwrap(), centre.facts().unwrap());
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let waiting = tokio::spawn(async move {
        let mut heard = 0;
        while let Ok(Some(_)) = facts.next().await {
            heard += 1;
        }
        heard
    });
    centre.shutdown().await;
    assert!(waiting.await.unwrap() > 0, "what has been decided is told to the end");
    assert_eq!(commands.next().await.unwrap().call, Some(CallId(1)));
    assert_eq!(commands.next().await, None);
    assert_eq!(lines.caller_gone(CallId(1)).now().unwrap_err(), NotTaken::Closed);
    assert_eq!(lines.caller_gone(CallId(1)).await.unwrap_err(), Undone::NotTaken(NotTaken::Closed));
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_centre_that_is_dropped_in_the_middle_of_a_call_leaves_no_task_either() {
    let centre = centre();
    let desk = centre.desk(Actor::Switch);
    desk.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let drained = tokio::time::timeout(Duration::from_secs(1), centre.drain(Duration::from_secs(60))).await;
    assert!(drained.is_err(), "the call is alive");
    drop(centre);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
    assert_eq!(desk.renew_lease(CallId(1)).now().unwrap_err(), NotTaken::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_desk_that_is_gone_in_the_middle_of_a_call_leaves_the_call_to_its_timers() {
    let centre = centre();
    let mut commands = centre.commands().unwrap();
    at_work(&centre, LI).await;
    {
        let lines = centre.desk(Actor::Switch);
        lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
        let offer = next_offer(&mut commands).await.offer;
        lines.accept(offer).await.unwrap();
        lines.connected(offer).await.unwrap();
    }
    drop(commands);
    // Nobody says that the call is alive: its lease ends it after an hour.
    let drained = centre.drain(Duration::from_secs(2 * 3600)).await.unwrap();
    assert!(drained.is_empty(), "{drained:?}");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(centre.engine().unwrap().in_progress().timers, 0);
}
