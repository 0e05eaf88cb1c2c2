//! An attached switch: in order for each call, tried again with the same key, and what it cannot do is reported.

use std::sync::Arc;
use std::time::Duration;

use cordboard::CallId;
use cordboard::engine::{Actor, Arrival, Command, Fact, OfferEnd, OutputKey};
use cordboard::live::{CannotDo, Commanded, Facts, Switch, SwitchOptions};
use parking_lot::Mutex;
use tokio::time::{Instant, sleep};

use crate::floor::{GUESTS, LI, at_work, centre, desks};
use crate::watched::Log;

/// A switch that does what it is told to, and remembers what it was asked for, and when.
struct Told {
    does: fn(&Commanded, u32) -> Result<Duration, CannotDo>,
    asked: Mutex<Vec<(OutputKey, Duration)>>,
    ended: Mutex<Vec<OutputKey>>,
    begun: Instant,
}

impl Told {
    fn new(does: fn(&Commanded, u32) -> Result<Duration, CannotDo>) -> Arc<Self> {
        Arc::new(Self { does, asked: Mutex::default(), ended: Mutex::default(), begun: Instant::now() })
    }
}

impl Switch for Told {
    async fn carry_out(&self, commanded: &Commanded) -> Result<(), CannotDo> {
        let before = self.asked.lock().iter().filter(|(key, _)| *key == commanded.key).count() as u32;
        self.asked.lock().push((commanded.key, self.begun.elapsed()));
        sleep((self.does)(commanded, before)?).await;
        self.ended.lock().push(commanded.key);
        Ok(())
    }
}

async fn offer_end(facts: &mut Facts) -> OfferEnd {
    loop {
        if let Fact::OfferEnded { how, .. } = facts.next().await.unwrap().unwrap().fact {
            return how;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_calls_commands_are_carried_out_in_order_and_different_calls_at_the_same_time() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let switch = Told::new(|_, _| Ok(Duration::from_secs(1)));
    let _attached = centre.attach(Arc::clone(&switch), SwitchOptions::default()).unwrap();
    for call in 0..10 {
        lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap();
        lines.submit(Actor::Host, cordboard::engine::Input::WithdrawCall { call: CallId(call) }).await.unwrap();
    }
    sleep(Duration::from_millis(2500)).await;
    let asked: Vec<Duration> = switch.asked.lock().iter().map(|(_, at)| *at).collect();
    let second = |at: &&Duration| at.as_millis() >= 1000;
    assert_eq!(asked.len(), 20, "{asked:?}");
    assert_eq!(asked.iter().filter(second).count(), 10, "each second command waits for the first: {asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_command_that_fails_or_is_met_with_silence_is_tried_again_with_the_same_key() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let switch = Told::new(|_, before| match before {
        0 => Err(CannotDo::now("all lines are taken")),
        1 => Ok(Duration::from_secs(3600)),
        _ => Ok(Duration::ZERO),
    });
    let attached = centre.attach(Arc::clone(&switch), SwitchOptions::default()).unwrap();
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    sleep(Duration::from_secs(10)).await;
    let asked = switch.asked.lock().clone();
    let at: Vec<u128> = asked.iter().map(|(_, at)| at.as_millis()).collect();
    assert!(asked.iter().all(|(key, _)| *key == asked[0].0));
    assert!(at.len() == 3 && (250..260).contains(&at[1]) && (2500..2520).contains(&at[2]), "{at:?}");
    attached.detach().await;
    assert_eq!(centre.commands().unwrap().next_now(), None, "it is acknowledged");
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_the_switch_cannot_ring_counts_as_unreachable_and_one_of_which_it_says_nothing_as_silent() {
    type Does = fn(&Commanded, u32) -> Result<Duration, CannotDo>;
    let cannot: Does = |commanded, _| match commanded.command {
        Command::OfferCall(_) => Err(CannotDo::ever("no such phone")),
        _ => Ok(Duration::ZERO),
    };
    let panics: Does = |commanded, _| match commanded.command {
        Command::OfferCall(_) => panic!("a bug in the adapter"),
        _ => Ok(Duration::ZERO),
    };
    let is_silent: Does = |commanded, _| match commanded.command {
        Command::OfferCall(_) => Ok(Duration::from_secs(3600)),
        _ => Ok(Duration::ZERO),
    };
    // Nobody knows whether it rings: the engine's `no_ring_limit` decides.
    let never = (OfferEnd::NeverRang, 10.0);
    for (does, (how, secs)) in [(cannot, (OfferEnd::Unreachable, 0.0)), (panics, never), (is_silent, never)] {
        let centre = centre();
        let (lines, ..) = desks(&centre);
        let mut facts = centre.facts().unwrap();
        let _attached = centre.attach(Told::new(does), SwitchOptions::default()).unwrap();
        at_work(&centre, LI).await;
        let arrived = lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap().at;
        assert_eq!(offer_end(&mut facts).await, how);
        let after = (lines.now() - arrived).as_secs_f64();
        assert!((secs..secs + 0.1).contains(&after), "{how:?} after {after} s");
    }
}

#[tokio::test(start_paused = true)]
async fn who_drops_the_switch_leaves_its_commands_to_the_next() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let slow = Told::new(|_, _| Ok(Duration::from_secs(1)));
    let attached = centre.attach(Arc::clone(&slow), SwitchOptions::default()).unwrap();
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    sleep(Duration::from_millis(500)).await;
    drop(attached);
    sleep(Duration::from_millis(1)).await;
    let next = Told::new(|_, _| Ok(Duration::ZERO));
    let _attached = centre.attach(Arc::clone(&next), SwitchOptions::default()).unwrap();
    sleep(Duration::from_millis(100)).await;
    assert_eq!((slow.ended.lock().len(), next.ended.lock().len()), (0, 1));
    assert_eq!(slow.asked.lock()[0].0, next.ended.lock()[0], "with the same key");
}

#[tokio::test(start_paused = true)]
async fn a_switch_ends_with_its_centre() {
    let centre = centre();
    let _attached = centre.attach(Told::new(|_, _| Ok(Duration::ZERO)), SwitchOptions::default()).unwrap();
    centre.shutdown().await;
    sleep(Duration::from_millis(1)).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_a_switch_says_in_its_panic_is_not_logged() {
    let log = Log::default();
    let _tracing = log.listen();
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let switch = Told::new(|_, _| panic!("nobody at 5553334444"));
    let _attached = centre.attach(switch, SwitchOptions::default()).unwrap();
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    let text = log.text();
    assert!(text.contains("has panicked") && !text.contains("5553334444"), "{text}");
}
