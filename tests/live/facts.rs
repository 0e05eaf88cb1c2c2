//! Subscribers to the facts: each hears everything, and one that sleeps is told what he has missed.

use std::sync::Arc;

use cordboard::CallId;
use cordboard::engine::{Arrival, Fact};
use cordboard::live::{Live, Options};

use crate::floor::{GUESTS, LI, at_work, centre, desks, plan};

#[tokio::test(start_paused = true)]
async fn every_subscriber_hears_everything_in_order() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let mut subscribers: Vec<_> = (0..3).map(|_| centre.facts().unwrap()).collect();
    at_work(&centre, LI).await;
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let mut heard = Vec::new();
    for facts in &mut subscribers {
        let all: Vec<_> = std::iter::from_fn(|| facts.next_now().unwrap()).collect();
        assert!(all.is_sorted_by_key(|told| told.key));
        heard.push(all);
    }
    assert!(heard[0].iter().any(|told| matches!(told.fact, Fact::Offered { .. })));
    assert!(heard.windows(2).all(|two| two[0] == two[1]));
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_begins_with_an_engine_and_keeps_it_only_until_he_reads() {
    let mut options = Options::small();
    options.exchange.lag_max = 64;
    let centre = Live::start(plan(), options).unwrap();
    let (lines, ..) = desks(&centre);
    let mut commands = centre.commands().unwrap();
    let mut arrive = async |calls: core::ops::Range<u64>| {
        for call in calls {
            lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap();
            while let Some(commanded) = commands.next_now() {
                commands.acknowledge(commanded.key);
            }
        }
    };
    arrive(0..100).await;
    let (mut reads, mut sleeps) = (centre.facts().unwrap(), centre.facts().unwrap());
    let engine = Arc::downgrade(&centre.exchange().checkpoint());
    let begun = reads.begun().unwrap();
    let (mut calls, at) = (begun.machine.in_progress().calls, begun.position);
    assert!(calls > 50, "{calls}");
    while let Some(told) = reads.next_now().unwrap() {
        assert!(told.position >= at);
        calls += usize::from(matches!(told.fact, Fact::CallArrived { .. }));
    }
    assert_eq!((calls, reads.begun().is_none()), (100, true), "with that engine, the facts say everything");
    arrive(100..2000).await;
    assert!(engine.upgrade().is_some(), "it is there for who has not begun to read");
    assert!(sleeps.next_now().is_err() && sleeps.begun().is_none(), "he has missed what came after it");
    assert!(engine.upgrade().is_none(), "nobody keeps it any more");
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_who_sleeps_stops_nobody_and_goes_on_from_how_things_stand() {
    let mut options = Options::small();
    options.exchange.lag_max = 64;
    let centre = Live::start(plan(), options).unwrap();
    let (lines, ..) = desks(&centre);
    let (mut sleeper, mut commands) = (centre.facts().unwrap(), centre.commands().unwrap());
    let mut arrive = async |calls: core::ops::Range<u64>| {
        for call in calls {
            lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap();
            while let Some(commanded) = commands.next_now() {
                commands.acknowledge(commanded.key);
            }
        }
    };
    arrive(0..3000).await;
    let missed = sleeper.next().await.unwrap_err();
    let engine = &missed.checkpoint.machine;
    let (known, at) = (engine.in_progress().calls, missed.checkpoint.position);
    assert!(known > 2000 && missed.from < at, "{known} calls at {at}");
    arrive(3000..3010).await;
    let mut calls = known;
    while let Some(told) = sleeper.next_now().expect("he keeps up now") {
        assert!(told.position >= at);
        calls += usize::from(matches!(told.fact, Fact::CallArrived { .. }));
    }
    assert_eq!(calls, 3010, "with the checkpoint, the facts say everything");
}
