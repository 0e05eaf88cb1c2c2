//! An attached switch: the task that has commands carried out, acknowledges them, tries them again, and reports what the
//! switch says it cannot do as what that means.

use core::future::pending;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::commands::{Commanded, Commands};
use super::desk::Desk;
use super::error::{CommandsTaken, NotTaken, Undone};
use super::hub::Hub;
use super::kinds;
use super::lanes::{Lane, Lanes};
use super::meters::ByKind;
use super::race::{First, race};
use super::switch::{Switch, SwitchOptions, given_up, lets_go};
use crate::engine::{Actor, Input, Snapshot};
use crate::ids::CallId;

/// A log that is full is left alone for so long at least, before a snapshot goes there again.
const ROOM_AGAIN: Duration = Duration::from_millis(20);
/// And for so long at most.
const ROOM_MOST: Duration = Duration::from_secs(1);

/// A switch that is attached to a centre. Commands of one call are carried out in order, those of different calls at
/// the same time.
///
/// One that fails or stays silent is tried again, with the same key. When it is given up it is acknowledged. Where the
/// switch has said that it cannot, it is reported as what it means: a phone or a supervisor that was to be rung, or a
/// telephone that was to be dialled, as unreachable; two who were to be joined as not joined. Any other is logged, and no
/// more. Other commands do not wait for such a report, nor does [`detach`](Self::detach).
///
/// Where the switch was silent, or has panicked, even once, nobody knows whether it has done it, so nothing is reported: the
/// phone may ring, the two may talk. The engine has a limit for each that does not ring, is not answered or is not joined
/// (`no_ring_limit`, `ring_limit`, `connect_limit`, `transfer_limit`), and when that has passed it commands that whatever
/// stands at the switch be ended. [`ConnectDial`](crate::engine::Command::ConnectDial) has no such limit: whoever hears
/// nothing hangs up.
///
/// Dropped, it stops soon, where it is: what was not acknowledged is there for the next, who is told
/// [`CommandsTaken`] until it has stopped; [`detach`](Self::detach) waits for it. It ends by itself when the centre is
/// closed and everything has been dealt with.
#[derive(Debug)]
pub struct Attached {
    task: JoinHandle<()>,
    signals: Arc<Signals>,
}

/// What is wanted of the task.
#[derive(Debug, Default)]
struct Signals {
    stop: Notify,
    reconcile: Notify,
}

impl Attached {
    pub(super) fn new(hub: &Arc<Hub>, switch: impl Switch, options: SwitchOptions) -> Result<Self, CommandsTaken> {
        let commands = Commands::take(hub)?;
        let signals = Arc::new(Signals::default());
        let runner = Runner {
            desk: Desk::new(hub, Actor::Switch),
            switch: Arc::new(switch),
            commands,
            lanes: Lanes::default(),
            jobs: JoinSet::new(),
            running: Vec::new(),
            tries: ByKind::new("cordboard_command_tries_total", "kind"),
            given_up: ByKind::new("cordboard_commands_given_up_total", "kind"),
            options,
        };
        let task = hub.runtime.spawn(runner.run(Arc::clone(&signals)));
        Ok(Self { task, signals })
    }

    /// The switch was away, and is back: it is asked what is on its lines, and both agree again.
    pub fn reconcile(&self) {
        self.signals.reconcile.notify_one();
    }

    /// Whether its task has ended: as a rule for the centre is closed. Where it has panicked, which is a bug in the centre,
    /// nobody carries commands out until a switch is attached again.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Takes up no more commands, waits for those that are being carried out, and gives the stream back. That takes as long
    /// as the switch takes with them: at most [`tries`](SwitchOptions::tries) times its
    /// [`patience`](SwitchOptions::patience) and [`pause`](SwitchOptions::pause).
    pub async fn detach(mut self) {
        self.signals.stop.notify_one();
        // One that panicked has ended, too.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Runner<S> {
    desk: Desk,
    switch: Arc<S>,
    options: SwitchOptions,
    commands: Commands,
    lanes: Lanes,
    jobs: JoinSet<Job>,
    running: Vec<(Id, Running)>,
    tries: ByKind,
    given_up: ByKind,
}

/// What a job works on.
struct Running {
    lane: Lane,
    commanded: Arc<Commanded>,
    begun: Instant,
}

/// What has come of a job.
enum Job {
    /// Carried out, after so many tries that failed.
    Done(u32),
    /// Given up after so many; and whether the switch has said each time that it cannot. Of one that was silent nobody
    /// knows whether it has done it.
    GivenUp(u32, bool),
}

impl<S: Switch> Runner<S> {
    async fn run(mut self, signals: Arc<Signals>) {
        // When to ask what is on the lines; `None` once that is settled.
        let (mut stopping, mut ask_at) = (false, Some(Instant::now()));
        loop {
            if !stopping && ask_at.is_some_and(|at| at <= Instant::now()) {
                let settled = self.reconcile().await;
                ask_at = (!settled).then(|| Instant::now() + self.options.pause.clamp(ROOM_AGAIN, ROOM_MOST));
            }
            if !stopping {
                self.take_up();
            }
            if stopping && self.jobs.is_empty() {
                return;
            }
            let more = !stopping && self.lanes.in_hand() < self.options.in_hand.max(self.options.at_once);
            let Self { jobs, commands, .. } = &mut self;
            let ended = async {
                match jobs.join_next_with_id().await {
                    Some(ended) => ended,
                    None => pending().await,
                }
            };
            let next = async { if more { commands.next().await } else { pending().await } };
            let stopped = async { if stopping { pending().await } else { signals.stop.notified().await } };
            let back = async {
                match ask_at {
                    Some(at) if !stopping => race(signals.reconcile.notified(), sleep_until(at)).await,
                    _ => {
                        signals.reconcile.notified().await;
                        First::One(())
                    }
                }
            };
            // What is rare comes first, so that a busy switch hears it too.
            match race(race(stopped, back), race(ended, next)).await {
                First::One(First::One(())) => stopping = true,
                First::One(First::Other(_)) => ask_at = Some(Instant::now()),
                First::Other(First::One(ended)) => self.end(ended),
                First::Other(First::Other(Some(commanded))) => self.lanes.take(commanded),
                First::Other(First::Other(None)) => {
                    // The centre is closed; what is in hand is carried out, if the switch can.
                    self.finish().await;
                    return;
                }
            }
        }
    }

    /// Asks the switch what is on its lines, and has the engine agree with it. Whether that is settled; it is not where
    /// the log is full, for which there is room once commands have been carried out.
    async fn reconcile(&mut self) -> bool {
        let hub = Arc::clone(&self.desk.hub);
        for tried in 1..=self.options.tries.max(1) {
            let (switch, taken) = (Arc::clone(&self.switch), self.desk.now());
            // A task of its own, for it may panic; nobody waits for it once it is dropped.
            let mut asked = JoinSet::new();
            asked.spawn(async move { switch.snapshot().await });
            match timeout(self.options.patience, asked.join_next()).await {
                Ok(Some(Ok(Ok(None)))) | Ok(None) => return true,
                Ok(Some(Ok(Ok(Some(mut calls))))) => {
                    // Who is still on a line only because the switch has not been told yet that it is over has no call.
                    let ended = self.ended_lines();
                    calls.retain(|seen| !ended.contains(&seen.arrival.call));
                    // It waits for no room: that comes with commands, which wait for this.
                    let said = self.desk.snapshot(Snapshot { taken, calls: calls.into() }).now();
                    return !matches!(said, Err(NotTaken::Full(_)));
                }
                Ok(Some(Ok(Err(cannot)))) => {
                    hub.log(|| tracing::warn!(tried, why = %cannot, "the switch cannot say what is on its lines"));
                }
                // What it said then may be about a caller.
                Ok(Some(Err(_))) => {
                    hub.log(|| tracing::error!("the switch's task has panicked"));
                    return true;
                }
                Err(_) => hub.log(|| tracing::warn!(tried, "the switch is silent about what is on its lines")),
            }
            sleep(self.options.pause).await;
        }
        true
    }

    /// The calls whose callers the switch is to let go, and has not yet.
    fn ended_lines(&mut self) -> BTreeSet<CallId> {
        let Self { commands, lanes, running, .. } = self;
        let running = running.iter().map(|(_, running)| &*running.commanded);
        let all = running.chain(lanes.waiting()).chain(commands.undelivered());
        all.filter(|commanded| lets_go(&commanded.command)).filter_map(|commanded| commanded.call).collect()
    }

    async fn finish(&mut self) {
        loop {
            self.take_up();
            match self.jobs.join_next_with_id().await {
                Some(ended) => self.end(ended),
                None => return,
            }
        }
    }

    /// Starts as many commands as may be carried out at the same time.
    fn take_up(&mut self) {
        while self.jobs.len() < self.options.at_once.max(1) {
            let Some((lane, commanded)) = self.lanes.next() else { return };
            let commanded = Arc::new(commanded);
            let hub = Arc::clone(&self.desk.hub);
            let job = carry_out(hub, Arc::clone(&self.switch), Arc::clone(&commanded), self.options.clone());
            let id = self.jobs.spawn(job).id();
            self.running.push((id, Running { lane, commanded, begun: Instant::now() }));
        }
    }

    /// A job has ended.
    fn end(&mut self, ended: Result<(Id, Job), JoinError>) {
        let id = match &ended {
            Ok((id, _)) => *id,
            Err(failed) => failed.id(),
        };
        let Some(index) = self.running.iter().position(|(running, _)| *running == id) else { return };
        let (_, running) = self.running.swap_remove(index);
        let kind = kinds::of_command(&running.commanded.command);
        let hub = &self.desk.hub;
        let job = ended.map_or_else(
            |_| {
                // What it said then may be about a caller.
                hub.log(|| tracing::error!(kind, key = ?running.commanded.key, "the switch's task has panicked"));
                Job::GivenUp(1, false)
            },
            |(_, job)| job,
        );
        let meters = &hub.meters;
        let (Job::Done(failed) | Job::GivenUp(failed, _)) = job;
        (0..failed).for_each(|_| self.tries.count(meters, kind));
        self.commands.acknowledge(running.commanded.key);
        self.lanes.done(running.lane);
        meters.command.record(running.begun.elapsed().as_secs_f64());
        let Job::GivenUp(_, refused) = job else { return };
        self.given_up.count(meters, kind);
        hub.log(|| tracing::warn!(kind, key = ?running.commanded.key, "a command is given up"));
        if !refused {
            return;
        }
        let reports = given_up(&running.commanded.command);
        // Nothing here waits for it: else a full log would wait for commands, those for the report, and it for room.
        hub.runtime.spawn(report(self.desk.clone(), reports, self.options.pause));
    }
}

/// Has a command carried out, and tries again.
async fn carry_out<S: Switch>(hub: Arc<Hub>, switch: Arc<S>, commanded: Arc<Commanded>, options: SwitchOptions) -> Job {
    let kind = kinds::of_command(&commanded.command);
    let mut refused = true;
    for tried in 1..=options.tries.max(1) {
        let again = match timeout(options.patience, switch.carry_out(&commanded)).await {
            Ok(Ok(())) => return Job::Done(tried - 1),
            Ok(Err(cannot)) => {
                let key = commanded.key;
                hub.log(|| tracing::warn!(kind, ?key, tried, why = %cannot, "the switch cannot do it"));
                cannot.is_worth_trying_again()
            }
            Err(_) => {
                hub.log(|| tracing::warn!(kind, key = ?commanded.key, tried, "the switch is silent"));
                refused = false;
                true
            }
        };
        if !again {
            return Job::GivenUp(tried, refused);
        }
        if tried < options.tries {
            sleep(options.pause).await;
        }
    }
    Job::GivenUp(options.tries.max(1), refused)
}

/// Reports what was given up, however long the log is full.
async fn report(desk: Desk, reports: [Option<Input>; 2], pause: Duration) {
    for report in reports.into_iter().flatten() {
        loop {
            match desk.say(report.clone()).await {
                Err(Undone::NotTaken(NotTaken::Full(_))) => sleep(pause.clamp(ROOM_AGAIN, ROOM_MOST)).await,
                // It meant nothing: the next may.
                Ok(done) if done.is_ignored() => break,
                _ => return,
            }
        }
    }
}
