//! Timers fire by themselves, each at its instant, and the clock on the wall is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use cordboard::engine::{Arrival, Command, Fact, Input, OfferEnd};
use cordboard::exchange::Keep;
use cordboard::live::{Facts, Live, Options, WallClock};
use cordboard::{CallId, QueueId, Span, Time};
use tokio::time::sleep;

use crate::floor::{GUESTS, LI, WANG, at_work, centre, desks, next, next_offer, plan};

/// The instant of the first fact of this kind.
async fn when(facts: &mut Facts, is: impl Fn(&Fact) -> bool) -> Time {
    loop {
        let told = facts.next().await.unwrap().unwrap();
        if is(&told.fact) {
            return told.at;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_nobody_answers_is_given_up_after_three_rings_and_the_next_is_rung() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let (mut commands, mut facts) = (centre.commands().unwrap(), centre.facts().unwrap());
    at_work(&centre, LI).await;
    at_work(&centre, WANG).await;
    sleep(Duration::from_nanos(1_234_567)).await;
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let offer = next_offer(&mut commands).await;
    let rang = lines.ringing(offer.offer).await.unwrap().at;
    let missed = when(&mut facts, |fact| matches!(fact, Fact::OfferEnded { how: OfferEnd::Missed, .. })).await;
    assert_eq!(missed, rang + Span::from_secs(18), "to the nanosecond");
    let late = lines.now() - missed;
    assert!(late <= Span::from_millis(1), "the driver woke {late:?} late");
    assert_eq!(next_offer(&mut commands).await.agent, if offer.agent == LI { WANG } else { LI });
}

#[tokio::test(start_paused = true)]
async fn hold_and_the_work_after_a_call_end_by_themselves() {
    let centre = centre();
    let (lines, _, li) = desks(&centre);
    let (mut commands, mut facts) = (centre.commands().unwrap(), centre.facts().unwrap());
    at_work(&centre, LI).await;
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let offer = next_offer(&mut commands).await.offer;
    lines.accept(offer).await.unwrap();
    lines.connected(offer).await.unwrap();
    li.hold(CallId(1)).await.unwrap();
    let held = lines.hold_changed(offer, true).await.unwrap().at;
    let back = when(&mut facts, |fact| matches!(fact, Fact::HoldLimitPassed { .. })).await;
    assert_eq!(back, held + Span::from_secs(60));
    while !matches!(next(&mut commands).await, Command::Unhold { .. }) {}
    lines.hold_changed(offer, false).await.unwrap();
    let gone = lines.caller_gone(CallId(1)).await.unwrap().at;
    let ready = when(&mut facts, |fact| matches!(fact, Fact::WrapUpEnded { .. })).await;
    assert_eq!(ready, gone + Span::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_timer_that_somebodys_input_brings_forward_wakes_the_driver() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let (mut commands, mut facts) = (centre.commands().unwrap(), centre.facts().unwrap());
    // The next timer is an hour ahead.
    lines.arrive(Arrival::new(CallId(1), QueueId(1))).await.unwrap();
    sleep(Duration::from_secs(1000)).await;
    at_work(&centre, LI).await;
    let offer = next_offer(&mut commands).await.offer;
    let rang = lines.ringing(offer).now().unwrap();
    let missed = when(&mut facts, |fact| matches!(fact, Fact::OfferEnded { .. })).await;
    assert_eq!((missed, rang.position > 0), (Time::from_secs(1018), true));
    assert!(lines.now() - missed <= Span::from_millis(1));
}

#[tokio::test(start_paused = true)]
async fn the_clock_on_the_wall_is_told_at_once_and_again_and_believed_when_it_jumps() {
    let jumped = Arc::new(AtomicU64::new(0));
    let wall = {
        let (begun, jumped) = (tokio::time::Instant::now(), Arc::clone(&jumped));
        let day = SystemTime::UNIX_EPOCH + Duration::from_secs(20_000 * 86_400);
        WallClock::new(move || day + begun.elapsed() + Duration::from_secs(jumped.load(Ordering::Relaxed)))
    };
    let mut options = Options::default();
    options.wall_clock = wall;
    options.anchor_every = Duration::from_secs(300);
    let centre = Live::start(plan(), options).unwrap();
    let mut log = centre.exchange().reader(Keep::WhileItKeepsUp).unwrap();
    let mut anchors = move || {
        let mut told = Vec::new();
        while let Some(decided) = log.next().unwrap() {
            if let Some(Input::Anchor { utc }) = decided.input().map(|envelope| &envelope.input) {
                told.push((decided.at().as_secs_f64().round(), *utc / 1_000_000_000 - 20_000 * 86_400));
            }
        }
        told
    };
    assert_eq!(anchors(), [(0.0, 0)]);
    sleep(Duration::from_secs(601)).await;
    assert_eq!(anchors(), [(300.0, 300), (600.0, 600)]);
    jumped.store(3600, Ordering::Relaxed);
    sleep(Duration::from_secs(300)).await;
    assert_eq!(anchors(), [(900.0, 4500)]);
}
