//! Floor scripts: routing tested like code (feature `script`).
//!
//! A script is a text with virtual time, inputs, and the outputs expected of the engine. Operators can read it, users
//! keep it beside their floor file, `cordboard test FLOOR SCRIPT…` runs it, and so do this crate's own tests.
//!
//! ```text
//! title a missed call goes back to its place
//! floor hotel.toml
//! 0s     arrive anna reservations
//! 0s     > offer anna li
//! 0s     ring li
//! 18s    > missed li
//! 18s    > offer anna wang
//! 20s    answer wang
//! 20s    > connect anna wang
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
//! latest one ever made is meant: that is how a script is late.
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
//! After `>` stands what the engine says, such as `offer CALL AGENT` or `ended CALL abandoned`. Nobody needs to know them
//! by heart: [`Script::bless`] (`cordboard test --bless`) writes them, and a script that expects something else is told
//! what came.

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

    /// The text of a line, counted from 1.
    fn line(&self, number: usize) -> &str {
        self.text.lines().nth(number.saturating_sub(1)).unwrap_or_default()
    }
}
