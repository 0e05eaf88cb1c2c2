//! A small live centre: the hotel's switchboard in a tokio runtime, with a toy telephony server, three agents and a few
//! callers, from the first ring to the end of the day.
//!
//! ```text
//!   callers ──► arrive, caller gone ──┐                           ┌──► facts ──► the board
//!                                     ├──► desks ─► Live ─────────┤
//!   Phones ───► ringing, accepted ────┘      ▲                    └──► commands
//!      ▲                                     │                            │
//!      │                                  timers                          │
//!      └─────────────────────── Live::attach ◄────────────────────────────┘
//! ```
//!
//! `cargo run --features live --example tokio_desk`

use std::error::Error;
use std::time::Duration;

use cordboard::engine::{Actor, Arrival, Command, EndedBy, Fact, Outcome};
use cordboard::live::{CannotDo, Commanded, Desk, Facts, Live, NotTaken, Options, Switch, SwitchOptions, Told, Undone};
use cordboard::{CallId, OfferId, Plan, QueueId};
use tokio::time::sleep;

const CALLS: u64 = 60;

/// A telephony server that has the phones in itself. A real one speaks to a PBX here, and hears from it elsewhere.
struct Phones {
    desk: Desk,
}

impl Switch for Phones {
    async fn carry_out(&self, commanded: &Commanded) -> Result<(), CannotDo> {
        match commanded.command {
            Command::OfferCall(ref offered) => {
                tokio::spawn(ring(self.desk.clone(), offered.offer));
            }
            Command::Connect { call, offer, .. } => {
                tokio::spawn(talk(self.desk.clone(), call, offer));
            }
            // Music, announcements and hanging up: nobody here would hear it.
            _ => {}
        }
        Ok(())
    }
}

/// A phone rings and is answered. Should the caller be gone by then, the report does no harm.
async fn ring(desk: Desk, offer: OfferId) -> Result<(), Undone> {
    desk.ringing(offer).await?;
    sleep(Duration::from_millis(2)).await;
    desk.accept(offer).await?;
    Ok(())
}

/// The two talk; every third caller is put through before he has hung up.
async fn talk(desk: Desk, call: CallId, offer: OfferId) -> Result<(), Undone> {
    desk.connected(offer).await?;
    sleep(Duration::from_millis(5)).await;
    desk.leg_ended(offer, if call.0.is_multiple_of(3) { EndedBy::Agent } else { EndedBy::Caller }).await?;
    Ok(())
}

/// Somebody calls, and every tenth hangs up at once.
async fn bring_calls(lines: Desk, queue: QueueId) -> Result<(), Undone> {
    for call in (1..=CALLS).map(CallId) {
        lines.arrive(Arrival::new(call, queue)).await?;
        if call.0.is_multiple_of(10) {
            lines.caller_gone(call).await?;
        }
        sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

async fn day() -> Result<(), Box<dyn Error>> {
    let plan = Plan::load(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/floors/hotel.toml"))?;
    let guests = plan.queue("guests").ok_or("the floor has guests")?;
    let agents: Vec<_> = ["li", "wang", "zhao"].iter().filter_map(|name| plan.agent(name)).collect();

    let centre = Live::start(plan, Options::default())?;
    let mut facts = centre.facts()?;
    let switch = centre.attach(Phones { desk: centre.desk(Actor::Switch) }, SwitchOptions::default())?;

    for agent in agents.iter().copied() {
        let desk = centre.desk(Actor::Agent(agent));
        // Who is not signed in is told so.
        assert!(matches!(desk.ready(agent).await, Err(Undone::Refused { .. })));
        desk.sign_in(agent).await?;
        desk.ready(agent).await?;
    }

    // The board hears what happens, and stops nobody.
    let board = tokio::spawn(async move {
        let (mut ended, mut abandoned) = (0, 0);
        while let Some(told) = next(&mut facts).await {
            match told.fact {
                Fact::CallEnded { outcome: Outcome::Abandoned, .. } => abandoned += 1,
                Fact::CallEnded { .. } => ended += 1,
                Fact::LegEnded { agent, call, .. } => {
                    println!("{}: {agent} has finished call {call}", told.at.as_secs_f64())
                }
                _ => {}
            }
        }
        (ended, abandoned)
    });
    let notes = tokio::spawn(no_notes(centre.desk(Actor::Host), centre.facts()?));

    let lines = centre.desk(Actor::Switch);
    bring_calls(lines.clone(), guests).await?;

    // The end of the day: nobody new, and those who are there are served.
    let drained = centre.drain(Duration::from_secs(30)).await?;
    assert!(drained.is_empty(), "{drained:?}");
    assert_eq!(lines.arrive(Arrival::new(CallId(999), guests)).now(), Err(NotTaken::Draining));
    switch.detach().await;
    assert_eq!(centre.commands()?.next_now(), None, "every command was carried out");
    assert_eq!(centre.exchange().figures().quarantined, 0);
    centre.shutdown().await;

    let (ended, abandoned) = board.await?;
    notes.await?;
    println!("{ended} calls were served, {abandoned} callers hung up first");
    assert_eq!((ended + abandoned, abandoned), (CALLS, CALLS / 10), "each call ends once");
    Ok(())
}

/// The next fact. Whoever was too slow goes on; a board that must be exact begins anew from the checkpoint he is given.
async fn next(facts: &mut Facts) -> Option<Told> {
    loop {
        match facts.next().await {
            Ok(told) => return told,
            Err(missed) => eprintln!("{missed}"),
        }
    }
}

/// The floor gives five seconds for a note on the pad; nobody here needs them.
async fn no_notes(desk: Desk, mut facts: Facts) {
    while let Some(told) = next(&mut facts).await {
        if let Fact::LegEnded { agent, call, .. } = told.fact {
            // Where the time is over already, that is refused, and as well.
            let _ = desk.wrap_up_done(agent, Some(call), None).await;
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(day())
}
