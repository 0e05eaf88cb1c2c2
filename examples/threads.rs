//! The engine shared by threads: two bring what the switch reports, one passes the time, one carries the commands out, and
//! no lock stands between them.
//!
//! ```text
//!   lines 1 ──┐                              ┌──► switch: rings phones, and reports what becomes of it
//!   lines 2 ──┼──► submit ─► exchange ─► reader
//!   clock  ───┘      ▲                       │
//!                    └──── answers ◄─────────┘
//! ```
//!
//! `cargo run --features exchange --example threads`

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cordboard::engine::{Actor, Arrival, Command, EndedBy, Engine, Envelope, Event, Fact, Input};
use cordboard::exchange::{Exchange, Handle, Keep, Options};
use cordboard::{CallId, Plan, QueueId, Time};

const CALLS: u64 = 200;

/// The one clock of all threads.
#[derive(Clone, Copy)]
struct Clock(Instant);

impl Clock {
    fn now(self) -> Time {
        Time::from_nanos(self.0.elapsed().as_nanos() as u64)
    }
}

/// Submits, and tries again while there is no room.
fn tell(handle: &mut Handle<Engine>, clock: Clock, actor: Actor, input: Input) {
    let mut envelope = Envelope { at: clock.now(), actor, input };
    while let Err(refused) = handle.submit(envelope) {
        envelope = *refused.input;
        thread::yield_now();
    }
}

fn bring_calls(mut handle: Handle<Engine>, clock: Clock, queue: QueueId, first: u64) {
    for call in (first..CALLS).step_by(2) {
        tell(&mut handle, clock, Actor::Switch, Input::CallArrived(Arrival::new(CallId(call), queue)));
        #[expect(clippy::disallowed_methods, reason = "callers come one after another")]
        thread::sleep(Duration::from_micros(500));
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan::load(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/floors/hotel.toml"))?;
    let guests = plan.queue("guests").ok_or("the floor has guests")?;
    let agents: Vec<_> = ["li", "wang", "zhao"].iter().filter_map(|name| plan.agent(name)).collect();
    let exchange = Exchange::new(plan.into(), Options::default());
    // It is made first, so that it misses nothing, and lives here, so that it outlives whoever may panic.
    let mut commands = exchange.reader(Keep::UntilAcknowledged)?;
    #[expect(clippy::disallowed_methods, reason = "a host has a clock")]
    let clock = Clock(Instant::now());

    let mut desk = exchange.handle()?;
    for agent in agents.iter().copied() {
        tell(&mut desk, clock, Actor::Agent(agent), Input::SignIn { agent });
        tell(&mut desk, clock, Actor::Agent(agent), Input::Ready { agent });
    }

    let (lines, mut time, mut switch) =
        ([exchange.handle()?, exchange.handle()?], exchange.handle()?, exchange.handle()?);
    let over = AtomicBool::new(false);
    let ended = thread::scope(|scope| {
        for (handle, first) in lines.into_iter().zip(0..) {
            scope.spawn(move || bring_calls(handle, clock, guests, first));
        }
        // Somebody else's input may bring the next timeout forward, so the time is looked at every millisecond.
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                while time.tick(clock.now()).is_ok_and(|left| left) {}
                #[expect(clippy::disallowed_methods, reason = "time passes")]
                thread::sleep(Duration::from_millis(1));
            }
        });
        let mut ended = 0;
        while ended < CALLS {
            let mut reports = Vec::new();
            while let Ok(Some(decided)) = commands.next() {
                for output in decided.outputs() {
                    match &output.event {
                        Event::Command(Command::OfferCall(offer)) => {
                            reports.push(Input::LegRinging { offer: offer.offer });
                            reports.push(Input::OfferAccepted { offer: offer.offer });
                        }
                        Event::Command(Command::Connect { offer, call, agent }) => {
                            let (offer, agent, call) = (*offer, *agent, *call);
                            reports.push(Input::Connected { offer });
                            // Every third agent is through before the caller is.
                            let by = if call.0 % 3 == 0 { EndedBy::Agent } else { EndedBy::Caller };
                            reports.push(Input::LegEnded { offer, by });
                            reports.push(Input::WrapUpDone { agent, call: Some(call), disposition: None });
                        }
                        Event::Fact(Fact::CallEnded { .. }) => ended += 1,
                        _ => {}
                    }
                }
            }
            reports.drain(..).for_each(|report| tell(&mut switch, clock, Actor::Switch, report));
            // The switch has taken them: they need not be kept.
            commands.acknowledge(commands.position());
            // Whatever is left to decide, this thread can help with.
            switch.poll(clock.now());
            thread::yield_now();
        }
        over.store(true, Ordering::Relaxed);
        ended
    });

    let figures = exchange.figures();
    println!("{ended} calls ended; {} inputs decided, {} take-overs", figures.decided, figures.take_overs);
    assert_eq!(ended, CALLS, "each call ends once");
    let engine = &exchange.checkpoint().machine;
    assert!(engine.now() <= clock.now());
    assert_eq!(figures.quarantined, 0);
    Ok(())
}
