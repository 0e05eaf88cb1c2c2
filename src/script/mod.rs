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
//! | `show TOPIC…` | more outputs to list: `targets`, `agents`, `slots`, `visits`, `progress`, `follow-up`, `why`, `ignored`, `echoes`, `all`; and `actors` |
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
//! | `arrive CALL QUEUE [from NUMBER] [to NUMBER] [preferred AGENT] [prior CALL] [callback TERMS] [need EXPRESSION]` | a call comes; the script names it |
//! | `gone CALL` | the caller hangs up |
//! | `key CALL KEY` | the caller presses a key: `1`, `*`, `"#"` |
//! | `message-taken CALL` | the caller has left a message |
//! | `ring AGENT`, `answer AGENT` | the agent's phone rings, is answered |
//! | `busy`, `decline`, `no-answer`, `unreachable`, `vanish` `AGENT` | it will not be answered |
//! | `connected CALL [AGENT]`, `connect-failed CALL [AGENT] caller\|agent\|line` | caller and agent are joined, or could not be |
//! | `held CALL [AGENT]`, `unheld CALL [AGENT]` | the caller is on hold, is back |
//! | `hangup AGENT`, `leg-lost AGENT` | the agent puts the phone down; the line to the agent breaks |
//! | `dial-ringing CALL`, `dial-answered CALL`, `dial-ended CALL` | the telephone that was dialled for the call rings, is answered, is put down |
//! | `dial-failed CALL busy\|no-answer\|unreachable` | it will not be answered |
//! | `renew CALL` | the call is still alive |
//! | `endpoint AGENT registered\|unregistered\|in-use` | the state of the agent's phone |
//!
//! Where an agent has several contacts, the call follows: `ring li anna`. Where there is no such live offer any more, the
//! latest one ever made is meant: that is how a script is late. Where there never was one, the script fails, with a
//! report. The same holds for telephones that were dialled and for entries of the follow-up list.
//!
//! | requests | made by | |
//! | --- | --- | --- |
//! | `sign-in`, `sign-out`, `ready` `AGENT` | the agent | |
//! | `ready-once AGENT [REASON]` | the agent | one call more, then the break, or home |
//! | `not-ready AGENT REASON` | the agent | |
//! | `wrap-up-done AGENT [CALL] [as DISPOSITION]` | the agent | |
//! | `approve AGENT`, `refuse AGENT` | the host | the break the agent has asked for |
//! | `hold CALL`, `unhold CALL`, `end CALL` | the agent with the call | wants the caller on hold, back, or leaves the call |
//! | `cannot-answer CALL`, `complaint CALL` | the agent with the call | the call goes up the chain of command |
//! | `transfer CALL queue\|agent\|extension\|number NAME` | the agent with the call | hands the caller on |
//! | `consult CALL queue\|agent\|extension\|number NAME` | the agent with the call | asks somebody to come to the telephone |
//! | `complete CALL`, `conference CALL`, `cancel-transfer CALL` | the agent with the call | hands the caller over, talks with both, or wants nobody any more |
//! | `listen`, `whisper`, `barge`, `end-monitor`, `take-over` `AGENT CALL` | that agent | a supervisor's part in a call |
//! | `move CALL QUEUE`, `withdraw CALL`, `class CALL CLASS`, `credit CALL LENGTH` | the host | a waiting call goes elsewhere, is ended, gets another rank |
//! | `accept-callback CALL TERMS`, `cancel-callback CALL` | the host | the caller wants to be called back, or no more |
//! | `call-back CALL as CALL TERMS` | the host | a call of the follow-up list is called back, as a new call |
//! | `dismiss CALL REASON` | the host | it is taken off the follow-up list |
//!
//! `by AGENT` or `by host` at the end of a request says who else makes it. `TERMS` are `[at NUMBER] [not-before TIME]
//! [due TIME]`. `anchor INSTANT` tells the time of day: `anchor 2026-11-22T08:00Z`. `tick` hands in nothing but the time;
//! so does `why CALL`, and then asks why the call waits. `#7` in the place of a name is the thing numbered 7, whether there
//! is one or not; after `dismiss` and `call-back`, the entry of the follow-up list.
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
//! | `offer CALL AGENT [PURPOSE]` | routing | the agent's phone is to ring for the call; `PURPOSE` is `consult by AGENT` or `call-back`, and `complaint` stands last where the caller has complained |
//! | `connect CALL AGENT` | routing | the agent has answered: the two are to be joined |
//! | `missed LEG` | routing | it rang to the end of the ring limit |
//! | `never-rang LEG` | routing | no report that it rings came in time |
//! | `declined LEG` | routing | the agent turned it down |
//! | `busy LEG` | routing | the phone was busy |
//! | `unreachable LEG` | routing | the phone could not be reached |
//! | `cancelled LEG WHY` | routing | the ringing was taken back: `caller-gone`, `answered-elsewhere`, `withdrawn`, `higher-class` … |
//! | `connect-failed LEG` | routing | caller and agent could not be joined; the call has its place again |
//! | `awaits CALL AGENT` | routing | the call waits for this agent alone |
//! | `awaits-anybody CALL` | routing | it waits for anybody again who can take it |
//! | `ranked CALL CLASS CREDIT` | routing | somebody has given the call this class and this age advantage |
//! | `rung CALL NUMBER EFFECT` | routing | a rung of the ladder is climbed, counted from 1: `notified`, `relaxed`, `escalated`, `overflowed`, `disconnected` |
//! | `rung-passed CALL NUMBER WHY` | routing | a rung is passed over: `nobody-signed-in`, `queue-full`, `condition` … |
//! | `starving CALL` | routing | the call goes first, for it has waited as long as its class's starvation bound |
//! | `overflow CALL QUEUE` | routing | the call moves to the other queue |
//! | `by-key CALL KEY` | routing | the caller leaves the queue by a key |
//! | `moved CALL QUEUE` | routing | somebody moves the call to the other queue |
//! | `reject CALL WHY` | routing | the call is turned away on its arrival: `queue-full`, `trunks-full` … |
//! | `divert CALL NUMBER` | routing | the call goes to a telephone number |
//! | `disconnect CALL REASON` | routing | the call is ended, for the reason the floor gives |
//! | `offer-message CALL` | routing | the caller is to be offered to leave a message |
//! | `offer-callback CALL` | routing | the caller is to be offered to be called back |
//! | `take-message CALL [EXTENSION]` | routing | the caller's message is to be recorded, for whom where it is an extension |
//! | `ended CALL OUTCOME` | routing | the call is over: `completed by caller\|agent\|switch`, `abandoned`, `timed-out`, `transferred-out`, `message-taken`, `callback-fulfilled` … |
//! | `notify WHOM CALL` | routing | somebody is told about the call |
//! | `hold CALL` | routing | the caller is to be put on hold |
//! | `unhold CALL` | routing | the caller is to be taken back |
//! | `hold-reminder CALL LENGTH` | routing | the caller has been on hold for so long |
//! | `hold-limit CALL` | routing | the caller is on hold for longer than the limit |
//! | `lease-expired CALL` | routing | no sign of life: the call counts as lost |
//! | `end-leg LEG` | routing | the line to the agent is to be ended |
//! | `complaint CALL [against AGENT]` | routing | a complaint is recorded, against the agent who had the call |
//! | `returned CALL AGENT` | routing | a transfer came to nothing: the call goes back to who sent it |
//! | `consult CALL AGENT with AGENT` | routing | the first of the two, who has answered, is to be joined with the other, who consults |
//! | `conference CALL` | routing | all in the call are to be joined |
//! | `dial CALL NUMBER PURPOSE` | routing | a telephone is to be dialled: `transfer`, `consult`, `call-back ATTEMPT` |
//! | `connect-dial CALL [with AGENT]` | routing | it is to be joined with the caller, or with the agent |
//! | `end-dial CALL` | routing | it is to be put down |
//! | `dial-ended CALL HOW` | routing | it has nothing to do with the call any more: `handed-on`, `busy`, `no-answer`, `unreachable`, `limit`, `cancelled`, `ended` |
//! | `monitor CALL AGENT MODE` | routing | the supervisor's phone is to be connected: `listen`, `whisper`, `barge` |
//! | `promised CALL [not-before TIME] [due TIME]` | routing | the caller is promised to be called back |
//! | `attempt CALL NUMBER [kept\|broken]` | routing | the caller is being called back; the first time tells whether the promise was kept |
//! | `overdue CALL` | routing | the time that was promised has passed |
//! | `why CALL REASON` | routing | the answer to `why` |
//! | `refused WHAT` | routing | a request makes no sense now: what was expected, and what is |
//! | `pending AGENT PRESENCE` | routing | the break or the sign-out begins when the agent is free |
//! | `approval AGENT REASON HOW` | routing | a break: `asked`, `approved`, `refused`, `taken-back` |
//! | `target-passed CALL` | targets | the answer target has passed |
//! | `presence AGENT PRESENCE` | agents | `ready`, `not-ready REASON`, `signed-out` |
//! | `endpoint AGENT STATE` | agents | `registered`, `unregistered`, `in-use` |
//! | `wrapped-up LEG after LENGTH [as DISPOSITION]` | agents | the work after the call is over |
//! | `slot AGENT NUMBER STATE` | slots | a contact slot, counted from 1: `free`, `ringing`, `connecting`, `talking`, `holding`, `monitoring`, `wrap-up` |
//! | `queued CALL QUEUE CLASS [CAUSE]` | visits | the call's stay in a queue begins; `CAUSE` where it neither arrived nor climbed there: `moved`, `transferred by AGENT` … |
//! | `left CALL QUEUE EXIT after LENGTH` | visits | the stay is over: `served AGENT in-target\|late`, `abandoned`, `timed-out` … |
//! | `rung-deferred CALL NUMBER` | visits | a rung is due and waits for the ringing to end |
//! | `arrived CALL [TIER]` | progress | the call is known, and the tier of a VIP |
//! | `queue CALL QUEUE` | progress | the call is to be told that it waits there |
//! | `rang LEG` | progress | the phone rings |
//! | `answered CALL AGENT after LENGTH` | progress | the agent has answered |
//! | `talking CALL AGENT [consult\|monitor]` | progress | the agent is joined with the caller, or with a colleague who consults |
//! | `on-hold CALL` | progress | the caller is on hold |
//! | `off-hold CALL after LENGTH` | progress | the caller is back, or has gone |
//! | `leg-ended LEG by WHOM, talk LENGTH, hold LENGTH [consult LENGTH]` | progress | the agent's part of the call is over |
//! | `dial-answered CALL` | progress | the telephone that was dialled is answered |
//! | `handed-over CALL by AGENT` | progress | who was consulted has the caller now |
//! | `monitoring CALL AGENT MODE` | progress | a supervisor takes part in the call |
//! | `monitor-ended CALL AGENT after LENGTH` | progress | he takes part no more |
//! | `follow-up CALL CAUSE` | follow-up | the call stands on the follow-up list: how it ended, or `complaint against AGENT` |
//! | `follow-up-closed CALL HOW after LENGTH` | follow-up | an entry leaves it: `answered CALL`, `dismissed REASON` |
//! | `follow-ups-full CALL CAUSE` | follow-up | the list has no room for the call |
//! | `offered CALL REASON` | why | beside `offer`: who is rung, and what decided it |
//! | `ignored WHAT` | ignored | a report about what is over, or never was |
//! | `stop-ringing LEG WHY` | echoes | the command beside `missed`, `cancelled` … |
//! | `end-call CALL` | echoes | the command beside `ended` |
//! | `outcome CALL OUTCOME` | echoes | the fact beside `disconnect`, `divert`, `reject` |
//! | `at-message CALL` | echoes | the fact beside `take-message` |
//! | `in-conference CALL by AGENT` | echoes | the fact beside `conference` |
//! | `confirm-callback CALL` | echoes | the command beside `promised` |
//! | `dialled CALL PURPOSE [TARGET]` | echoes | the fact beside `dial` |
//!
//! `show actors` puts behind each output whose input it follows from, `(by li)`, `(by host)` or `(by switch)`, and nothing
//! where time alone brought it.

mod bless;
mod book;
mod error;
mod inputs;
mod parse;
mod report;
mod run;
mod say;
mod terms;
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
