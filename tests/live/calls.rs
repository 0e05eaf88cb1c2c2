//! One call from the first ring to the last word, and what the desk is told on the way.

use cordboard::engine::{Actor, Arrival, Command, EndedBy, Fact, Input, Outcome, Refusal, SeenCall, Snapshot};
use cordboard::live::Undone;
use cordboard::{AgentId, CallId};

use crate::floor::{GUESTS, LI, at_work, centre, desks, next, next_offer};

#[tokio::test(start_paused = true)]
async fn a_caller_is_served_from_the_first_ring_to_the_last_word() {
    let centre = centre();
    let (lines, _, li) = desks(&centre);
    let (mut commands, mut facts) = (centre.commands().unwrap(), centre.facts().unwrap());
    at_work(&centre, LI).await;
    let call = CallId(1);
    let done = lines.arrive(Arrival::new(call, GUESTS)).await.unwrap();
    assert!(done.commands().any(|command| matches!(command, Command::OfferCall(_))), "li is free: {done:?}");
    let offer = next_offer(&mut commands).await.offer;
    lines.ringing(offer).await.unwrap();
    lines.accept(offer).await.unwrap();
    assert!(matches!(next(&mut commands).await, Command::Connect { .. }));
    lines.connected(offer).await.unwrap();
    li.hold(call).await.unwrap();
    assert!(matches!(next(&mut commands).await, Command::Hold { .. }));
    lines.hold_changed(offer, true).await.unwrap();
    li.unhold(call).await.unwrap();
    lines.hold_changed(offer, false).await.unwrap();
    lines.leg_ended(offer, EndedBy::Agent).await.unwrap();
    let outcome = loop {
        if let Fact::CallEnded { outcome, .. } = facts.next().await.unwrap().unwrap().fact {
            break outcome;
        }
    };
    assert_eq!(outcome, Outcome::Completed(EndedBy::Agent));
    assert!(lines.leg_ended(offer, EndedBy::Agent).await.unwrap().is_ignored(), "it has ended");
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_says_what_was_expected_and_what_came() {
    let centre = centre();
    let (_, host, li) = desks(&centre);
    let refused = li.ready(LI).await.unwrap_err();
    assert!(matches!(refused, Undone::Refused { refusal: Refusal::AgentNotIn { agent: LI, .. }, .. }), "{refused}");
    let refused = host.submit(Actor::Host, Input::SignIn { agent: AgentId(9) }).await.unwrap_err();
    assert!(matches!(refused, Undone::Refused { refusal: Refusal::UnknownAgent { got: AgentId(9) }, .. }), "{refused}");
    // Said without waiting, it stands in the log, and the streams have the refusal.
    let mut facts = centre.facts().unwrap();
    let ticket = li.ready(LI).now().unwrap();
    let told = loop {
        let told = facts.next().await.unwrap().unwrap();
        if told.position == ticket.position {
            break told;
        }
    };
    assert!(matches!(told.fact, Fact::Refused(Refusal::AgentNotIn { .. })), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_desk_says_nothing_before_it_is_awaited() {
    let centre = centre();
    let (_, _, li) = desks(&centre);
    let before = centre.exchange().decided();
    drop(li.sign_in(LI));
    assert_eq!(centre.exchange().decided(), before);
}

#[tokio::test(start_paused = true)]
async fn an_adapter_that_was_away_says_who_is_still_there() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    for call in 1..=3 {
        lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap();
    }
    let arrival = Arrival::new(CallId(2), GUESTS);
    let calls = [SeenCall { arrived: lines.now(), arrival, legs: Vec::new() }].into();
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    let done = lines.snapshot(Snapshot { taken: lines.now(), calls }).await.unwrap();
    assert!(done.facts().any(|fact| matches!(fact, Fact::Reconciled { known: 1, vanished: 2, .. })), "{done:?}");
    assert_eq!(centre.engine().unwrap().in_progress().calls, 1);
}

#[test]
fn a_thousand_desks_speak_from_threads_outside_the_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let centre = {
        let _in = runtime.enter();
        centre()
    };
    let desks: Vec<_> = (0..1000).map(|_| centre.desk(Actor::Switch)).collect();
    std::thread::scope(|scope| {
        for (desks, first) in desks.chunks(250).zip(0u64..) {
            scope.spawn(move || {
                for (desk, call) in desks.iter().zip(0u64..) {
                    desk.arrive(Arrival::new(CallId(1000 * first + call), GUESTS)).now().unwrap();
                }
            });
        }
    });
    // What is said at once has its place, and may be decided a moment later; this stands behind all of it.
    runtime.block_on(async { desks[0].tick().await }).unwrap();
    let engine = centre.engine().unwrap();
    let handles = centre.exchange().figures().handles;
    assert_eq!(engine.in_progress().calls, 1000);
    assert!(handles <= 8, "{handles} handles for a thousand desks");
    runtime.block_on(centre.shutdown());
}

#[test]
fn without_a_runtime_no_centre_starts() {
    use cordboard::live::{Live, NotStarted, Options};
    let refused = Live::start(crate::floor::plan(), Options::default()).unwrap_err();
    assert_eq!(refused, NotStarted::NoRuntime);
}
