//! A switch that was away, or is attached anew: it is asked what is on its lines, and engine and switch agree again.

use std::sync::Arc;
use std::time::Duration;

use cordboard::CallId;
use cordboard::engine::{Actor, Arrival, Command, Fact, Outcome, SeenCall};
use cordboard::live::{CannotDo, Commanded, Facts, Switch, SwitchOptions};
use parking_lot::Mutex;
use tokio::time::sleep;

use crate::floor::{GUESTS, LI, at_work, centre, desks};

/// What is on the lines, once it answers at all.
#[derive(Default)]
struct Lines {
    calls: Mutex<Vec<SeenCall>>,
    /// So often it cannot say, or says nothing.
    cannot: Mutex<Vec<bool>>,
    asked: Mutex<u32>,
}

impl Switch for Lines {
    async fn carry_out(&self, _: &Commanded) -> Result<(), CannotDo> {
        Ok(())
    }

    async fn snapshot(&self) -> Result<Option<Vec<SeenCall>>, CannotDo> {
        *self.asked.lock() += 1;
        let cannot = self.cannot.lock().pop();
        match cannot {
            Some(true) => std::future::pending().await,
            Some(false) => Err(CannotDo::now("it starts")),
            None => Ok(Some(self.calls.lock().clone())),
        }
    }
}

fn seen(call: u64, arrived: cordboard::Time) -> SeenCall {
    SeenCall { arrived, arrival: Arrival::new(CallId(call), GUESTS), legs: Vec::new() }
}

/// Known, vanished, entered: what agreeing came to, and which calls have ended before.
async fn agreed(facts: &mut Facts) -> ([u32; 3], Vec<(CallId, Outcome)>) {
    let mut ended = Vec::new();
    loop {
        match facts.next().await.unwrap().unwrap().fact {
            Fact::CallEnded { call, outcome, .. } => ended.push((call, outcome)),
            Fact::Reconciled { known, vanished, entered, .. } => return ([known, vanished, entered], ended),
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_switch_is_asked_for_its_lines_when_it_is_attached_and_again_when_it_is_back() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let mut facts = centre.facts().unwrap();
    let gone = lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap().at;
    lines.arrive(Arrival::new(CallId(2), GUESTS)).await.unwrap();
    sleep(Duration::from_secs(5)).await;

    let switch = Arc::new(Lines::default());
    switch.calls.lock().extend([seen(2, gone), seen(3, gone)]);
    let attached = centre.attach(Arc::clone(&switch), SwitchOptions::default()).unwrap();
    assert_eq!(agreed(&mut facts).await, ([1, 1, 1], vec![(CallId(1), Outcome::Abandoned)]));

    // Both hang up while it is away.
    switch.calls.lock().clear();
    attached.reconcile();
    let both = [2, 3].map(|call| (CallId(call), Outcome::Abandoned));
    let (counts, mut ended) = agreed(&mut facts).await;
    ended.sort_by_key(|(call, _)| *call);
    assert_eq!((counts, ended), ([0, 2, 0], both.to_vec()));
    assert_eq!(*switch.asked.lock(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_cannot_say_what_is_on_its_lines_is_asked_again_and_then_left_alone() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let mut facts = centre.facts().unwrap();
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let switch = Arc::new(Lines::default());
    switch.cannot.lock().extend([false, true]);
    let attached = centre.attach(Arc::clone(&switch), SwitchOptions::default()).unwrap();
    let (counts, _) = agreed(&mut facts).await;
    assert_eq!(
        (counts, *switch.asked.lock()),
        ([0, 1, 0], 3),
        "silent, then not ready, then it says that nobody is there"
    );

    switch.cannot.lock().extend([false; 3]);
    attached.reconcile();
    lines.arrive(Arrival::new(CallId(2), GUESTS)).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(*switch.asked.lock(), 6);
    let engine = centre.engine().unwrap();
    assert!(engine.call(CallId(2)).is_some(), "nothing is taken for gone");
    attached.detach().await;
    assert_eq!(centre.commands().unwrap().next_now(), None, "commands were carried out all the same");
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_does_not_say_what_is_on_its_lines_is_none_the_worse_for_it() {
    struct Mute;
    impl Switch for Mute {
        async fn carry_out(&self, _: &Commanded) -> Result<(), CannotDo> {
            Ok(())
        }
    }
    let centre = centre();
    let (lines, ..) = desks(&centre);
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let _attached = centre.attach(Mute, SwitchOptions::default()).unwrap();
    sleep(Duration::from_secs(1)).await;
    assert!(centre.engine().unwrap().call(CallId(1)).is_some());
}

/// A switch with one caller on a line, until it is told to let him go. It takes a second to say who is there.
struct OneLine {
    up: Mutex<bool>,
    queue: cordboard::QueueId,
}

impl Switch for OneLine {
    async fn carry_out(&self, commanded: &Commanded) -> Result<(), CannotDo> {
        if let Command::EndCall { .. } = commanded.command {
            *self.up.lock() = false;
        }
        Ok(())
    }

    async fn snapshot(&self) -> Result<Option<Vec<SeenCall>>, CannotDo> {
        let arrival = Arrival::new(CallId(1), self.queue);
        let seen = SeenCall { arrived: cordboard::Time::ZERO, arrival, legs: Vec::new() };
        let lines = if *self.up.lock() { vec![seen] } else { Vec::new() };
        sleep(Duration::from_secs(1)).await;
        Ok(Some(lines))
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_call_has_ended_while_the_switch_was_away_does_not_come_back() {
    let centre = centre();
    let (lines, host, _) = desks(&centre);
    let mut facts = centre.facts().unwrap();
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    host.withdraw_call(CallId(1)).await.unwrap();
    let switch = Arc::new(OneLine { up: Mutex::new(true), queue: GUESTS });
    let attached = centre.attach(Arc::clone(&switch), SwitchOptions::default()).unwrap();
    let once = vec![(CallId(1), Outcome::Withdrawn)];
    assert_eq!(agreed(&mut facts).await, ([0, 0, 0], once), "his line is up, for nobody has let him go yet");
    sleep(Duration::from_secs(5)).await;
    assert!(!*switch.up.lock() && centre.engine().unwrap().call(CallId(1)).is_none());
    drop(attached);
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_call_ends_while_the_switch_says_who_is_there_does_not_come_back() {
    let centre = centre();
    let (lines, host, _) = desks(&centre);
    let mut facts = centre.facts().unwrap();
    let switch = Arc::new(OneLine { up: Mutex::new(true), queue: GUESTS });
    let attached = centre.attach(Arc::clone(&switch), SwitchOptions::default()).unwrap();
    assert_eq!(agreed(&mut facts).await.0, [0, 0, 1], "nobody knew of him");
    attached.reconcile();
    sleep(Duration::from_millis(500)).await;
    host.withdraw_call(CallId(1)).await.unwrap();
    assert_eq!(agreed(&mut facts).await, ([0, 0, 0], vec![(CallId(1), Outcome::Withdrawn)]));
    sleep(Duration::from_secs(5)).await;
    assert!(!*switch.up.lock() && centre.engine().unwrap().call(CallId(1)).is_none());
    drop(lines);
}

/// Everything works and is reported, but the answer to one kind of command never comes.
struct Mute {
    desk: cordboard::live::Desk,
    /// To joining, or else to ringing.
    joining: bool,
    did: Mutex<Vec<Command>>,
}

impl Switch for Mute {
    async fn carry_out(&self, commanded: &Commanded) -> Result<(), CannotDo> {
        let command = &commanded.command;
        let first = !self.did.lock().contains(command);
        if first {
            self.did.lock().push(command.clone());
        }
        match *command {
            Command::OfferCall(ref offer) => {
                if first {
                    self.desk.ringing(offer.offer).await.unwrap();
                }
                if !self.joining {
                    return std::future::pending().await;
                }
                if first {
                    self.desk.accept(offer.offer).await.unwrap();
                }
            }
            Command::Connect { offer, .. } => {
                if first {
                    self.desk.connected(offer).await.unwrap();
                }
                return std::future::pending().await;
            }
            _ => {}
        }
        Ok(())
    }
}

async fn mute(joining: bool, seconds: u64) -> (cordboard::live::Live, Arc<Mute>) {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    at_work(&centre, LI).await;
    let switch = Arc::new(Mute { desk: centre.desk(Actor::Switch), joining, did: Mutex::default() });
    let attached = centre.attach(Arc::clone(&switch), SwitchOptions::default()).unwrap();
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    sleep(Duration::from_secs(seconds)).await;
    attached.detach().await;
    (centre, switch)
}

#[tokio::test(start_paused = true)]
async fn two_who_talk_are_not_parted_for_the_switch_did_not_say_that_it_has_joined_them() {
    let (centre, _switch) = mute(true, 60).await;
    let engine = centre.engine().unwrap();
    assert_eq!(engine.call(CallId(1)).unwrap().agent, Some(LI));
    assert_eq!(engine.in_progress().calls, 1);
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_rings_though_the_switch_did_not_say_so_is_stopped_when_its_time_is_over() {
    let (_centre, switch) = mute(false, 30).await;
    let did = switch.did.lock();
    let offered = did.iter().any(|command| matches!(command, Command::OfferCall(_)));
    let stopped = did.iter().any(|command| matches!(command, Command::CancelOffer { .. }));
    assert!(offered && stopped, "{did:?}");
}
