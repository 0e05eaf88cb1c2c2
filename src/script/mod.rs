//! Floor scripts: routing tested like code (feature `script`).
//!
//! A script is a text with virtual time, inputs, and the outputs expected of the engine. Operators can read it, users
//! keep it beside their floor file, `cordboard test FLOOR SCRIPT…` runs it, and so do this crate's own tests.
//!
//! ```text
//! title a missed call goes to the foreman
//! floor hotel.toml
//! signed-in li gao
//!
//! 0s     arrive anna reservations
//! 0s     > offer anna li
//! 0s     ring li
//! 18s    > missed li
//! # Nobody of the operators has answered within three rings.
//! 18s    > rung anna 1 overflowed
//! 18s    > offer anna gao
//! 20s    answer gao
//! 20s    > connect anna gao
//! ```
//!
//! # The language
//!
//! One thing a line. Words are parted by blanks, `"…"` makes one of several, `#` begins a comment. First come the
//! directives:
//!
//! | directive | meaning |
//! | --- | --- |
//! | `title SENTENCE` | what the script shows; required |
//! | `floor FILE` | the floor it runs on, relative to the script; stands before one given from outside |
//! | `floor <<` … `>>` | the floor itself, in TOML, on the lines between |
//! | `covers ID…` | the requirements and promises it serves |
//! | `signed-in AGENT…`, `signed-in nobody` | who is signed in and ready at the start; left out: everybody |
//! | `show TOPIC…` | more outputs to list: `targets`, `agents`, `slots`, `visits`, `progress`, `ignored`, `echoes`, `all` |
//!
//! Then lines `TIME VERB …`, which hand something in, and `TIME > OUTPUT …`, which list what is expected. A time is
//! written `18s`, `1m30s`, `250ms` or `18.000000001s`, counts from the start of the script, and never goes back. `until
//! TIME` may stand at the end.
//!
//! **Everything shown between two inputs must be listed, in order, and nothing else may come.** Before an input, every
//! timer due before it fires; one due at the same instant fires after it, so that an answer on the last instant counts.
//! An output listed for a later instant makes time run up to it, timers of that instant included; `tick` does so as an
//! input.
//! The run ends with the last listed output, or at `until`.
//!
//! ## Verbs
//!
//! | reports of the switch | |
//! | --- | --- |
//! | `arrive CALL QUEUE [from NUMBER] [to NUMBER] [need EXPRESSION]` | a call comes; the script names it |
//! | `gone CALL` | the caller hangs up |
//! | `ring AGENT`, `answer AGENT` | the agent's phone rings, is answered |
//! | `busy`, `decline`, `no-answer`, `unreachable`, `vanish` `AGENT` | it will not be answered |
//! | `connected CALL [AGENT]`, `connect-failed CALL [AGENT] caller\|agent\|line` | caller and agent are joined, or could not be |
//! | `held CALL [AGENT]`, `unheld CALL [AGENT]` | the caller is on hold, is back |
//! | `hangup AGENT`, `leg-lost AGENT` | the agent puts the phone down; the line to the agent breaks |
//! | `renew CALL` | the call is still alive |
//! | `endpoint AGENT registered\|unregistered\|in-use` | the state of the agent's phone |
//!
//! Where an agent has several contacts, the call follows: `ring li anna`. Where there is no such live offer any more, the
//! latest one ever made is meant: that is how a script is late. Where there never was one, the script fails, with a
//! report.
//!
//! | requests | |
//! | --- | --- |
//! | `sign-in`, `sign-out`, `ready` `AGENT` | |
//! | `not-ready AGENT REASON` | |
//! | `wrap-up-done AGENT [CALL]` | |
//! | `hold CALL`, `unhold CALL`, `end CALL` | the agent wants the caller on hold, back, or ends the call |
//!
//! A request is made by the agent concerned, or by whom `by AGENT` at its end says. `tick` hands in nothing but the
//! time. `#7` in the place of a name is the thing numbered 7, whether there is one or not.
//!
//! ## Outputs
//!
//! After `>` stands what the engine says. Nobody needs to know it by heart: [`Script::bless`] (`cordboard test --bless`)
//! writes it, and a script that expects something else is told what came. `LEG` is an agent; where the agent may have
//! several contacts at once, the call follows. Outputs of the topic `routing` are always shown, the others where `show`
//! asks for them.
//!
//! | output | topic | meaning |
//! | --- | --- | --- |
//! | `offer CALL AGENT` | routing | the agent's phone is to ring for the call |
//! | `connect CALL AGENT` | routing | the agent has answered: the two are to be joined |
//! | `missed LEG` | routing | it rang to the end of the ring limit |
//! | `never-rang LEG` | routing | no report that it rings came in time |
//! | `declined LEG` | routing | the agent turned it down |
//! | `busy LEG` | routing | the phone was busy |
//! | `unreachable LEG` | routing | the phone could not be reached |
//! | `cancelled LEG WHY` | routing | the ringing was taken back: `caller-gone`, `answered-elsewhere`, `withdrawn`, `higher-class` … |
//! | `connect-failed LEG` | routing | caller and agent could not be joined; the call has its place again |
//! | `rung CALL NUMBER EFFECT` | routing | a rung of the ladder is climbed, counted from 1: `notified`, `relaxed`, `escalated`, `overflowed`, `disconnected` |
//! | `rung-passed CALL NUMBER WHY` | routing | a rung is passed over: `nobody-signed-in`, `queue-full` … |
//! | `starving CALL` | routing | the call goes first, for it has waited as long as its class's starvation bound |
//! | `overflow CALL QUEUE` | routing | the call moves to the other queue |
//! | `reject CALL WHY` | routing | the call is turned away on its arrival: `queue-full`, `floor-full` … |
//! | `divert CALL NUMBER` | routing | the call goes to a telephone number |
//! | `disconnect CALL REASON` | routing | the call is ended, for the reason the floor gives |
//! | `ended CALL OUTCOME` | routing | the call is over: `completed by caller\|agent\|switch`, `abandoned`, `timed-out`, `lost` |
//! | `notify WHOM CALL` | routing | somebody is told about the call |
//! | `hold CALL` | routing | the caller is to be put on hold |
//! | `unhold CALL` | routing | the caller is to be taken back |
//! | `hold-reminder CALL LENGTH` | routing | the caller has been on hold for so long |
//! | `hold-limit CALL` | routing | the caller is on hold for longer than the limit |
//! | `lease-expired CALL` | routing | no sign of life: the call counts as lost |
//! | `end-leg LEG` | routing | the line to the agent is to be ended |
//! | `refused WHAT` | routing | a request makes no sense now: what was expected, and what is |
//! | `pending AGENT PRESENCE` | routing | the break or the sign-out begins when the agent is free |
//! | `target-passed CALL` | targets | the answer target has passed |
//! | `presence AGENT PRESENCE` | agents | `ready`, `not-ready REASON`, `signed-out` |
//! | `endpoint AGENT STATE` | agents | `registered`, `unregistered`, `in-use` |
//! | `wrapped-up LEG after LENGTH` | agents | the work after the call is over |
//! | `slot AGENT NUMBER STATE` | slots | a contact slot, counted from 1: `free`, `ringing`, `connecting`, `talking`, `holding`, `wrap-up` |
//! | `queued CALL QUEUE CLASS` | visits | the call's stay in a queue begins |
//! | `left CALL QUEUE EXIT after LENGTH` | visits | the stay is over: `served AGENT in-target\|late`, `abandoned`, `timed-out` … |
//! | `rung-deferred CALL NUMBER` | visits | a rung is due and waits for the ringing to end |
//! | `arrived CALL [TIER]` | progress | the call is known, and the tier of a VIP |
//! | `queue CALL QUEUE` | progress | the call is to be told that it waits there |
//! | `rang LEG` | progress | the phone rings |
//! | `answered CALL AGENT after LENGTH` | progress | the agent has answered |
//! | `talking CALL AGENT` | progress | the two are joined |
//! | `on-hold CALL` | progress | the caller is on hold |
//! | `off-hold CALL after LENGTH` | progress | the caller is back, or has gone |
//! | `leg-ended LEG by WHOM, talk LENGTH, hold LENGTH` | progress | the agent's part of the call is over |
//! | `ignored WHAT` | ignored | a report about what is over, or never was |
//! | `offered CALL AGENT` | echoes | the fact beside `offer` |
//! | `stop-ringing LEG WHY` | echoes | the command beside `missed`, `cancelled` … |
//! | `end-call CALL` | echoes | the command beside `ended` |
//! | `outcome CALL OUTCOME` | echoes | the fact beside `disconnect`, `divert`, `reject` |

mod bless;
mod book;
mod error;
mod parse;
mod report;
mod run;
mod say;
#[cfg(test)]
mod tests;
mod verbs;
mod words;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

pub use error::ScriptError;
pub use report::{Failure, FloorTrouble, Mismatch, Trouble};

use crate::floor::Plan;
use crate::time::Time;

/// A script, read and ready to run.
#[derive(Clone, Debug)]
pub struct Script {
    name: Arc<str>,
    title: Arc<str>,
    floor: Option<FloorSource>,
    covers: Vec<String>,
    /// Who is signed in at the start, with the lines that say so; `None` for everybody.
    signed_in: Option<Vec<(usize, verbs::Name)>>,
    topics: BTreeSet<say::Topic>,
    scenes: Vec<Scene>,
    until: Option<Time>,
    text: Arc<str>,
}

/// Where a script has its floor from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FloorSource {
    /// A file, named relative to the script.
    File {
        /// Its path.
        path: String,
        /// The line that names it.
        line: usize,
    },
    /// The script itself.
    Inline {
        /// The floor, in TOML.
        text: String,
        /// The line it begins on.
        line: usize,
    },
}

/// An input and what is listed after it.
#[derive(Clone, Debug)]
struct Scene {
    line: usize,
    at: Time,
    deed: verbs::Deed,
    expected: Vec<Expected>,
}

/// A listed output.
#[derive(Clone, Debug)]
struct Expected {
    line: usize,
    at: Time,
    text: String,
}

impl Script {
    /// How long a script may be, in bytes (G12).
    pub const BYTES_MAX: usize = 1 << 20;
    /// How many lines a script may have (G12).
    pub const LINES_MAX: usize = 10_000;

    /// What the script was named when it was parsed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The script as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it shows, in one sentence.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The ids of the requirements and promises it serves.
    pub fn covers(&self) -> impl Iterator<Item = &str> {
        self.covers.iter().map(String::as_str)
    }

    /// The floor it brings along, if any.
    pub fn floor(&self) -> Option<&FloorSource> {
        self.floor.as_ref()
    }

    /// The plan to run it on: of its own floor if it has one, else the one given.
    pub fn plan(&self, given: Option<&Arc<Plan>>) -> Result<Arc<Plan>, Failure> {
        let fail = |line, trouble| Failure::Floor { file: self.name.clone(), line, trouble };
        match (&self.floor, given) {
            (None, Some(plan)) => Ok(plan.clone()),
            (None, None) => Err(fail(1, FloorTrouble::None)),
            (Some(FloorSource::File { path, line }), _) => {
                let path = Path::new(&*self.name).parent().unwrap_or(Path::new("")).join(path);
                Plan::load(&path).map(Arc::new).map_err(|problems| fail(*line, FloorTrouble::Wrong(problems)))
            }
            (Some(FloorSource::Inline { text, line }), _) => {
                // Blank lines above it give every problem the line it has in the script.
                let text = "\n".repeat(line.saturating_sub(1)) + text;
                Plan::from_toml(&text).map(Arc::new).map_err(|problems| fail(*line, FloorTrouble::Wrong(problems)))
            }
        }
    }

    /// What a timed line says after its time.
    fn deed(&self, line: usize) -> &str {
        self.line(line).trim().split_once(char::is_whitespace).map_or("", |(_, deed)| deed.trim_start())
    }

    /// The text of a line, counted from 1.
    fn line(&self, number: usize) -> &str {
        self.text.lines().nth(number.saturating_sub(1)).unwrap_or_default()
    }
}
