//! Cordboard is an automatic call distributor (ACD) engine: it decides which agent is rung for which call, when a call
//! goes on to the foreman, and who waits.
//!
//! It is one deterministic state machine and nothing else: no thread, no clock, no socket, no lock, no randomness of
//! its own. The same plan, seed and inputs give the same outputs, byte for byte; so the very same engine runs live
//! under a telephony server, in simulation, in tests with virtual time, and in replay.
//!
//! # Embedding it
//!
#![cfg_attr(feature = "toml", doc = "```")]
#![cfg_attr(not(feature = "toml"), doc = "```ignore")]
//! use cordboard::engine::{Actor, Arrival, Engine, Envelope, Input};
//! use cordboard::{CallId, Plan, Time};
//! # use cordboard::engine::{Command, Event};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let plan = Plan::load("examples/floors/hotel.toml")?; // or build a `Floor` in Rust and `compile` it
//! let (li, guests) = (plan.agent("li").ok_or("no li")?, plan.queue("guests").ok_or("no guests")?);
//! let mut engine = Engine::new(plan.into(), 1); // 1: the seed
//! let mut out = Vec::new();
//! let mut tell = |at, input| engine.handle(Envelope { at, actor: Actor::Host, input }, &mut out);
//! tell(Time::ZERO, Input::SignIn { agent: li });
//! tell(Time::ZERO, Input::Ready { agent: li });
//! tell(Time::from_secs(9), Input::CallArrived(Arrival::new(CallId(1), guests)));
//! // Carry out every command in `out` (ring li's phone), report what becomes of it, and hand in the time:
//! while let Some(at) = engine.next_timeout().filter(|at| *at <= Time::from_secs(27)) {
//!     engine.handle_timeout(at, &mut out);
//! }
//! # assert!(out.iter().any(|output| matches!(&output.event, Event::Command(Command::OfferCall(_)))));
//! # assert!(out.iter().any(|output| matches!(&output.event, Event::Command(Command::CancelOffer { .. }))));
//! # Ok(())
//! # }
//! ```
//!
//! The loop of a host is always this: hand in what happens with [`Engine::handle`], hand in the time at
//! [`Engine::next_timeout`] with [`Engine::handle_timeout`], carry out every [`Command`](engine::Command), and report
//! the result as an input. Commands may be carried out twice without harm; reports may come late, twice or not at all; and
//! where one of the two was away, a [`Snapshot`](engine::Snapshot) of the switch's lines has them agree again.
//!
//! # The rooms
//!
//! A room knows only those before it.
//!
//! | room | holds | feature |
//! | --- | --- | --- |
//! | [`floor`] | the contact centre as data, checked and compiled to a [`Plan`] | (`toml`, `json` for text) |
//! | [`engine`] | the state machine | |
//! | `exchange` | the engine shared by any number of threads, without a lock | `exchange` |
//! | `live` | the running centre in a tokio runtime: timers, desks, streams, a switch attached | `live` |
//! | `stats` | the tally: figures folded from outputs | `stats` |
//! | `script` | floor scripts: routing tested like code | `script` |
//! | `erlang` | the calculator: Erlang B, C, A and their inverses | `erlang` |
//! | `sim` | the seeded simulation of a floor | `sim` |
//! | `planning` | how many people are needed when; what a change would come to | `planning` |
//! | `report` | simulations and comparisons as a page of HTML | `report` |
//! | (binary) | `cordboard check`, `test`, `simulate`, `compare`, `staff`, `what-if`, `sweep`; `top` | `cli`; `top` |
//!
//! # Following one call through the code
//!
//! In one sitting, in this order, each file from its top:
//!
//! 1. `engine/mod.rs`: [`Engine::handle`] takes [`CallArrived`](engine::Input::CallArrived); what a step is.
//! 2. `engine/call.rs`, `call_arrived`: the door, and the call as the engine keeps it.
//! 3. `engine/visit.rs`, `start_visit` and `seek`: it stands in a line.
//! 4. `engine/matching.rs`, `match_all`, and `engine/idle.rs`, `choose`: who is rung for it, and why he.
//! 5. `engine/offer.rs`, `make_offer` to `answer`: the phone rings, and is answered or not.
//! 6. `engine/call.rs`, `join`, and `engine/leg.rs`: they talk, hold, hang up; the work after it.
//! 7. `engine/call.rs`, `end_call`, and `engine/follow_up.rs`: the one outcome, and what is left to do.
//!
//! Then what may come between: `engine/ladder.rs`, when nobody answers; `engine/transfer.rs`, when he cannot;
//! `engine/supervision.rs`, when somebody steps in.
//!
//! # What is promised
//!
//! Numbered, so that tests and comments can speak of them.
//!
//! - **G1** No contact slot holds two offers; no call has two winners.
//! - **G2** After each step no waiting call stands beside a free agent who fits it, unless a named rule holds the two
//!   apart: a cool-down after an offer that was not taken, that the agent is already rung for that call or in it, that
//!   the call waits for one agent alone, or that its queue leaves as many of his team to other queues as are idle. A call
//!   for which enough phones ring, which is about to leave once the ringing ends, or which is to be called back later does
//!   not wait in this sense.
//! - **G3** Equals are served first come, first served. For an agent with an order of queues, equals are calls of queues
//!   at the same level.
//! - **G4** One outcome per call, one exit per visit.
//! - **G5** Nobody is stuck: every slot in use, every telephone that is dialled and every message has a live timer or
//!   lease. Work after a call that lasts until the agent says so, or says what came of it, is the one exception.
//! - **G6** Late, early and duplicate reports are harmless.
//! - **G7** The same plan, seed and inputs give the same outputs.
//! - **G8** Timers fire exactly at their instant, and those of one instant in a fixed order.
//! - **G9** A call keeps its place when an offer fails.
//! - **G10** Times in state add up exactly.
//! - **G12** Everything is bounded; full is an answer.
//! - **G13** Caller data is masked in `Debug` and `Display`.
//! - **G14** Between threads there is no lock, and no stalled thread stops dispatch (feature `exchange`).
//!
//! (G11, about changed plans, is not kept yet: there is one plan per engine.)
//!
//! # Time
//!
//! [`Time`] and [`Span`] are integer nanoseconds counted from the engine's own start. The caller gives the time with
//! each input; a stamp before the latest is lifted to it.

#[cfg(feature = "stats")]
mod alive;
mod bits;
pub mod engine;
#[cfg(feature = "erlang")]
pub mod erlang;
#[cfg(feature = "exchange")]
pub mod exchange;
pub mod floor;
mod ids;
#[cfg(feature = "live")]
pub mod live;
mod mix;
mod pairs;
#[cfg(feature = "planning")]
pub mod planning;
#[cfg(feature = "report")]
pub mod report;
#[cfg(feature = "script")]
pub mod script;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(feature = "stats")]
pub mod stats;
mod time;

pub use engine::Engine;
pub use floor::{Floor, Plan};
pub use ids::*;
pub use time::{Span, Time};
