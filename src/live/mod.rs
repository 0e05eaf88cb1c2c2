//! The running centre: the engine alive in a tokio runtime. Timers fire by themselves, any number of tasks and threads
//! speak to it, commands and facts come as streams, a telephony server is attached, and it drains and shuts down.
//!
#![cfg_attr(feature = "toml", doc = "```")]
#![cfg_attr(not(feature = "toml"), doc = "```ignore")]
//! use std::time::Duration;
//!
//! use cordboard::engine::{Actor, Arrival, Command};
//! use cordboard::live::{Live, Options};
//! use cordboard::{CallId, Plan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let plan = Plan::load("examples/floors/hotel.toml")?;
//! let (li, guests) = (plan.agent("li").ok_or("no li")?, plan.queue("guests").ok_or("no guests")?);
//! let centre = Live::start(plan, Options::default())?;
//! let mut commands = centre.commands()?;
//! let (desk, lines) = (centre.desk(Actor::Agent(li)), centre.desk(Actor::Switch)); // clone them, send them
//! desk.sign_in(li).await?; // waits for its decision: a refusal is an error
//! desk.ready(li).await?;
//! lines.arrive(Arrival::new(CallId(1), guests)).now()?; // waits for nothing, in a runtime or not
//! while let Some(commanded) = commands.next().await {
//!     commands.acknowledge(commanded.key); // once it is carried out
//!     if let Command::OfferCall(offer) = commanded.command {
//!         lines.ringing(offer.offer).await?;
//!         break;
//!     }
//! }
//! let drained = centre.drain(Duration::from_millis(1)).await?; // no new calls; this one is not over yet
//! assert_eq!(drained.left.calls, 1);
//! centre.shutdown().await;
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # The parts
//!
//! | part | is |
//! | --- | --- |
//! | [`Live`] | the centre: whoever drops it shuts it down |
//! | [`Desk`] | from where somebody speaks: a verb for each input. Clone it and send it anywhere |
//! | [`Request`] | what a verb gives: await it for what was [`Done`], or say it [`now`](Request::now) |
//! | [`Commands`] | the one stream of commands, kept until they are acknowledged |
//! | [`Facts`] | a stream of facts, for any number of subscribers |
//! | [`Switch`] | a telephony server, [attached](Live::attach): commands carried out, acknowledged, tried again |
//!
//! How SIP, Asterisk, FreeSWITCH and WebRTC map onto commands and reports, field by field: [`embedding`].
//!
//! Two tasks run by themselves until the centre is closed: the driver, who has the time and the clock on the wall, and
//! the observer, who tells logs and meters. Both end, and so does every stream, when [`Live`] is shut down or dropped;
//! desks that are left then say [`NotTaken::Closed`].
//!
//! What the embedder gives (the clock on the wall, the recorder of meters, the subscriber of logs) is called so that a
//! panic of it costs one reading, one figure (or one meter, where it panics while that is made) or one line, is counted,
//! and ends neither task. Should one of the two end all the same, [`Live::ended`] says so to whoever waits for it,
//! [`Live::health`] to whoever asks, and the log.
//!
//! # Time
//!
//! Engine time counts from the start on tokio's clock, which is monotonic. Timers fire in the engine at their very
//! instant (G8): facts have that instant on them, however late the driver wakes. He wakes as late as any sleep of tokio's:
//! at the millisecond after it, and later where the machine is busy; `cordboard_timer_lateness_seconds` says how late, and
//! `tests/live/timers.rs` measures it beside tokio's own. Calendars go by the clock on the wall, which is told to the
//! engine at the start and every [`Options::anchor_every`]; where it jumps, the engine follows, and nothing but the hour of
//! day changes by it.
//!
//! # Locks
//!
//! Dispatch takes none (G14): who says something borrows a handle of the exchange by one swap, and decides. Waking
//! tasks comes after the decision, and is [`Notify`](tokio::sync::Notify)'s, which locks its list of sleepers for as
//! long as it takes to walk it. The line of those who wait for room in a full log is a
//! [`Semaphore`](tokio::sync::Semaphore), which does the same.
//!
//! # Logs
//!
//! | event | level |
//! | --- | --- |
//! | a span `input` for each decided input: `kind`, `position`, how many `outputs` | debug |
//! | a refusal; draining | info |
//! | a timer that fires late, a full log, a subscriber that was too slow, a clock that has jumped | warn |
//! | a command that is tried again or given up | warn |
//! | an input that is quarantined; a switch, or something else the embedder has given, that panicked | error |
//! | a task of the centre's own that panicked | error |
//!
//! # Metrics
//!
//! All have the label `floor`, the floor's name. Install the recorder before the centre starts: what is labelled by
//! `kind`, `outcome` or `how` looks for it when the first of its kind is counted, everything else at the start.
//!
//! | metric | kind, unit | labels |
//! | --- | --- | --- |
//! | `cordboard_inputs_total` | counter, inputs decided | `kind` |
//! | `cordboard_commands_total` | counter, commands | `kind` |
//! | `cordboard_refusals_total` | counter, requests refused | `kind` of the input |
//! | `cordboard_quarantined_total` | counter, inputs | |
//! | `cordboard_calls_arrived_total` | counter, calls | |
//! | `cordboard_calls_ended_total` | counter, calls | `outcome` |
//! | `cordboard_offers_total`, `cordboard_answers_total`, `cordboard_misses_total` | counters, offers | `queue` |
//! | `cordboard_offers_ended_total` | counter, offers that came to no conversation | `how` |
//! | `cordboard_abandoned_total` | counter, calls | `queue`, the last |
//! | `cordboard_answer_wait_seconds` | histogram, seconds from joining the queue to the answer | `queue` |
//! | `cordboard_waiting_calls` | gauge, calls in the queue, rung or not | `queue` |
//! | `cordboard_longest_wait_seconds` | gauge, seconds, looked at each second | `queue` |
//! | `cordboard_calls` | gauge, calls alive | |
//! | `cordboard_agents` | gauge, agents | `presence`: `signed_out`, `not_ready`, `ready` |
//! | `cordboard_slots` | gauge, contact slots | `state`: `free`, `ringing`, … |
//! | `cordboard_decision_seconds` | histogram, seconds from saying to the decision | |
//! | `cordboard_timer_lateness_seconds` | histogram, seconds | |
//! | `cordboard_lagged_total` | counter, times that a subscriber or the observer was too slow | |
//! | `cordboard_clock_jumps_total` | counter, jumps of the clock on the wall | |
//! | `cordboard_command_seconds` | histogram, seconds from taking up a command to its acknowledgement | |
//! | `cordboard_command_tries_total` | counter, tries that failed | `kind` |
//! | `cordboard_commands_given_up_total` | counter, commands | `kind` |

mod about;
mod anchor;
mod attached;
mod census;
mod clock;
mod commands;
mod desk;
mod drain;
mod driver;
pub mod embedding;
mod error;
mod facts;
mod follower;
mod health;
mod hub;
mod kinds;
mod lanes;
mod meter;
mod meters;
mod observer;
mod options;
mod race;
mod request;
mod room;
mod switch;
mod verbs;

use core::fmt;
use core::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime;
use tokio::task::JoinHandle;

pub use attached::Attached;
pub use commands::{Commanded, Commands};
pub use desk::Desk;
pub use drain::Drained;
pub use error::{CommandsTaken, NotStarted, NotTaken, Undone};
pub use facts::{Facts, Resynced, Told};
pub use health::{Health, Task};
pub use options::{Options, WallClock};
pub use request::{Done, Request};
pub use switch::{CannotDo, Switch, SwitchOptions};

use crate::engine::{Actor, Engine};
use crate::exchange::{Exchange, Full, Keep};
use crate::floor::Plan;
use anchor::Anchors;
use commands::Kept;
use follower::Follower;
use hub::{Hub, Stage};
use observer::Observer;

/// A running centre. See the [module](self). Dropped, it is shut down, and its tasks end by themselves.
pub struct Live {
    hub: Arc<Hub>,
    tasks: Vec<JoinHandle<()>>,
}

impl Live {
    /// Starts a centre for this plan in the runtime that runs here: everybody signed out, no call. When it returns the
    /// engine knows the time of day.
    ///
    /// # Errors
    /// [`NotStarted`].
    ///
    /// # Panics
    /// As tokio does where the runtime was built without its timer (`enable_time`).
    pub fn start(plan: impl Into<Arc<Plan>>, options: Options) -> Result<Self, NotStarted> {
        let runtime = runtime::Handle::try_current().map_err(|_| NotStarted::NoRuntime)?;
        // Panics here where it would in the driver.
        drop(tokio::time::sleep(Duration::ZERO));
        let hub = Arc::new(Hub::new(runtime, plan.into(), options));
        // Made before anything is said, so they miss nothing.
        hub.commands.put(Box::new(Kept::new(hub.exchange.reader(Keep::UntilAcknowledged)?)));
        let observer = Observer::new(&hub)?;
        let mut handle = hub.exchange.handle()?;
        let mut anchors = Anchors::new(hub.options.anchor_span());
        anchors.tell(&hub, &mut handle, hub.clock.now())?;
        if !anchors.is_told() {
            return Err(NotStarted::WallClock);
        }
        let driver = driver::drive(Arc::clone(&hub), handle, anchors);
        let tasks = vec![
            hub.runtime.spawn(hub.vitals.driver().run(driver)),
            hub.runtime.spawn(hub.vitals.observer().run(observer.observe())),
        ];
        Ok(Self { hub, tasks })
    }

    /// A desk from which somebody speaks: an agent, the host or the switch.
    pub fn desk(&self, actor: Actor) -> Desk {
        Desk::new(&self.hub, actor)
    }

    /// The stream of commands, from the first that was not acknowledged.
    ///
    /// # Errors
    /// [`CommandsTaken`], as long as somebody has it.
    pub fn commands(&self) -> Result<Commands, CommandsTaken> {
        Commands::take(&self.hub)
    }

    /// A subscription to the facts, from the last checkpoint on.
    ///
    /// # Errors
    /// [`Full::Readers`].
    pub fn facts(&self) -> Result<Facts, Full> {
        Facts::new(&self.hub)
    }

    /// Attaches a telephony server: it has the stream of commands from now on.
    ///
    /// # Errors
    /// [`CommandsTaken`], as long as somebody has it.
    pub fn attach(&self, switch: impl Switch, options: SwitchOptions) -> Result<Attached, CommandsTaken> {
        Attached::new(&self.hub, switch, options)
    }

    /// A copy of the engine after everything that has been decided: ask it what you like. It costs what a copy costs,
    /// and deciding again what came since the last checkpoint; boards that look often follow the [facts](Self::facts).
    ///
    /// # Errors
    /// [`Full::Readers`].
    pub fn engine(&self) -> Result<Engine, Full> {
        let mut follower = Follower::new(&self.hub)?;
        follower.catch_up();
        Ok(follower.into_engine())
    }

    /// The exchange beneath: figures, checkpoints, readers of one's own. What is submitted there by a handle of one's
    /// own is not held up by draining, and wakes nobody before something is said at a desk.
    pub fn exchange(&self) -> &Exchange {
        &self.hub.exchange
    }

    /// Whether its own tasks run, and how those have ended that do not.
    pub fn health(&self) -> Health {
        self.hub.vitals.health()
    }

    /// Waits, in whatever executor, until one of its own tasks has ended, and says how: for a supervisor to watch. As a
    /// rule that is because it was shut down or dropped ([`Task::Closed`]).
    pub fn ended(&self) -> impl Future<Output = Health> + Send + use<> {
        let vitals = Arc::clone(&self.hub.vitals);
        async move { vitals.ended().await }
    }

    /// Takes no new call and no [`accept_callback`](Desk::accept_callback) from now on ([`NotTaken::Draining`]), waits until
    /// no call is alive, for so long at most, and says what is left. Everything else goes on as before: calls that a
    /// snapshot of the switch brings are there already, and are taken; a key with which the floor lets callers ask for a
    /// callback still promises one, and that is among what is left.
    ///
    /// # Errors
    /// [`Full::Readers`]; the door is closed all the same.
    pub async fn drain(&self, within: Duration) -> Result<Drained, Full> {
        drain::drain(&self.hub, within).await
    }

    /// Ends the centre: nothing is taken any more ([`NotTaken::Closed`]), streams end after what has been decided, and
    /// no task is left when this returns but those of switches that are [attached](Attached), which end by themselves.
    pub async fn shutdown(mut self) {
        self.hub.enter(Stage::Closed);
        for task in core::mem::take(&mut self.tasks) {
            // One that panicked has ended, too.
            let _ = task.await;
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.hub.enter(Stage::Closed);
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("stage", &self.hub.stage()).finish_non_exhaustive()
    }
}
