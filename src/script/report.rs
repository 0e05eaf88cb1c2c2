//! Why a script failed: what was expected, what came, at which virtual second, and what decided it.

use core::fmt::{self, Write};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::book::Book;
use super::error::ScriptError;
use super::run::{Run, Said};
use super::say::{call_state, slot_state};
use super::words::Words;
use super::{Expected, Scene, Script};
use crate::engine::{AgentView, CallState, Endpoint, Event, Fact, Key, Output, SlotState, Violation, Why};
use crate::floor::Problems;
use crate::ids::{AgentId, CallId};
use crate::time::Time;

/// Why a script failed. Its display is the whole report, over several lines where there is more to say.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The script cannot be understood, or names what this floor does not have.
    #[error("{0}")]
    Script(#[from] ScriptError),
    /// The script's floor cannot be had.
    #[error("{file}:{line}: {trouble}")]
    Floor {
        /// The script.
        file: Arc<str>,
        /// The line that names the floor.
        line: usize,
        /// What is the matter with it.
        trouble: FloorTrouble,
    },
    /// The engine did not say what the script lists.
    #[error("{0}")]
    Mismatch(Box<Mismatch>),
    /// The engine broke a promise.
    #[error("{file}: {title}\n  {trouble}")]
    Trouble {
        /// The script.
        file: Arc<str>,
        /// Its title.
        title: Arc<str>,
        /// Which.
        trouble: Trouble,
    },
}

/// Why a script has no floor to run on.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FloorTrouble {
    /// The script names none and none was given.
    #[error("no floor: name one in the script with `floor FILE`, or give one")]
    None,
    /// The floor is wrong.
    #[error("the floor is wrong:\n{0}")]
    Wrong(Problems),
}

/// A bug in the engine that a script brought to light.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// A promise is broken.
    #[error("{0}")]
    Broken(Violation),
    /// The same inputs gave other outputs, or another state, the second time (G7).
    #[error("the same inputs did not give the same outputs and state again (G7)")]
    NotAgain,
    /// A copy taken half-way ended otherwise (G7).
    #[error("a copy of the engine taken half-way did not end the same (G7)")]
    NotByCopy,
    /// The script never comes to its end.
    #[error("the script takes more than {steps_max} steps")]
    TooLong {
        /// The limit.
        steps_max: usize,
    },
}

/// What was expected and what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The script.
    pub file: Arc<str>,
    /// The line of the first difference.
    pub line: usize,
    /// The script's title.
    pub title: Arc<str>,
    /// The virtual instant of the first difference.
    pub at: Time,
    /// The output expected there; `None` if none was.
    pub expected: Option<String>,
    /// The output that came instead; `None` if none came.
    pub got: Option<String>,
    /// Everything that was said since the last input, and the deciding facts.
    pub details: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nothing = "nothing (more)";
        writeln!(f, "{}:{}: {}", self.file, self.line, self.title)?;
        writeln!(f, "  at {} expected: {}", self.at, self.expected.as_deref().unwrap_or(nothing))?;
        writeln!(
            f,
            "  {:>width$}got: {}",
            "",
            self.got.as_deref().unwrap_or(nothing),
            width = self.at.to_string().len() + 9
        )?;
        f.write_str(self.details.trim_end())
    }
}

impl Mismatch {
    pub(super) fn new(script: &Script, scene: &Scene, came: &[Said], run: &Run<'_>) -> Self {
        let shown: Vec<&Said> = came.iter().filter(|said| said.shown).collect();
        let equal = equal_parts(&scene.expected, &shown);
        let (expected, got) = (scene.expected.get(equal.head), shown.get(equal.head).copied());
        let at = match (expected, got) {
            (Some(expected), Some(got)) => expected.at.min(got.at),
            (Some(expected), None) => expected.at,
            (None, Some(got)) => got.at,
            (None, None) => scene.at,
        };
        let line = expected.or(scene.expected.last()).map_or(scene.line, |expected| expected.line);
        let mut details = String::new();
        // Writing into a string cannot fail.
        let _ = Details { script, scene, came, run, equal }.write(&mut details, &shown);
        Self {
            file: script.name.clone(),
            line,
            title: script.title.clone(),
            at,
            expected: expected.map(|expected| format!("{} > {}", expected.at, expected.text)),
            got: got.map(|said| format!("{} > {}", said.at, said.text)),
            details,
        }
    }
}

/// How much of two lists is equal at their heads and at their tails.
#[derive(Clone, Copy, Debug)]
pub(super) struct EqualParts {
    pub(super) head: usize,
    pub(super) tail: usize,
}

pub(super) fn equal_parts(expected: &[Expected], shown: &[&Said]) -> EqualParts {
    let equal = |(expected, said): &(&Expected, &&Said)| expected.at == said.at && expected.text == said.text;
    let head = expected.iter().zip(shown).take_while(equal).count();
    let (expected, shown) = (expected.get(head..).unwrap_or_default(), shown.get(head..).unwrap_or_default());
    let tail = expected.iter().rev().zip(shown.iter().rev()).take_while(equal).count();
    EqualParts { head, tail }
}

struct Details<'a> {
    script: &'a Script,
    scene: &'a Scene,
    came: &'a [Said],
    run: &'a Run<'a>,
    equal: EqualParts,
}

impl Details<'_> {
    /// More lines than this say nothing more to a reader.
    const LINES_MAX: usize = 60;

    fn write(&self, out: &mut String, shown: &[&Said]) -> fmt::Result {
        let input = self.script.line(self.scene.line).trim();
        writeln!(out, "  since line {}, `{input}`:", self.scene.line)?;
        let differing = self.scene.expected.len() - self.equal.head - self.equal.tail;
        let missing = self.scene.expected.iter().skip(self.equal.head).take(differing);
        for expected in missing.clone().take(Self::LINES_MAX) {
            writeln!(out, "  - {:<6} > {}", expected.at.to_string(), expected.text)?;
        }
        let last_equal = shown.len() - self.equal.tail;
        let mut place = 0;
        for said in self.came.iter().take(Self::LINES_MAX) {
            let sign = match said.shown {
                false => ' ',
                true if (self.equal.head..last_equal).contains(&place) => '+',
                true => '=',
            };
            place += usize::from(said.shown);
            let mark = if said.shown { '>' } else { '\u{b7}' };
            writeln!(out, "  {sign} {:<6} {mark} {}", said.at.to_string(), said.text)?;
        }
        if self.came.len() > Self::LINES_MAX {
            writeln!(out, "    … and {} more", self.came.len() - Self::LINES_MAX)?;
        }
        let surplus = shown.get(self.equal.head..last_equal).unwrap_or_default().iter().map(|said| &*said.text);
        let concerned = Concerned::by(&self.run.book, missing.map(|expected| &*expected.text).chain(surplus));
        self.write_why(out, &concerned)?;
        self.write_state(out, &concerned)
    }

    /// The deciding facts of the offers concerned: those of this scene; for a call that got none in it, its last.
    fn write_why(&self, out: &mut String, concerned: &Concerned) -> fmt::Result {
        let offered = |output: &&Output| match &output.event {
            Event::Fact(Fact::Offered { call, agent, .. }) => {
                concerned.calls.contains(call) || concerned.agents.contains(agent)
            }
            _ => false,
        };
        let (before, scene) = self.run.outputs.split_at(self.run.scene_start);
        let mut offers: Vec<&Output> = scene.iter().filter(offered).take(Self::LINES_MAX).collect();
        if offers.is_empty() {
            offers.extend(before.iter().rev().find(offered));
        }
        for (place, output) in offers.iter().enumerate() {
            if place == 0 {
                writeln!(out, "  why:")?;
            }
            let Event::Fact(Fact::Offered { call, agent, why, .. }) = &output.event else { continue };
            let book = &self.run.book;
            let (call, agent) = (book.call(*call), book.agent(*agent));
            writeln!(out, "    {:<6} {call} was offered to {agent}: {}", output.at.to_string(), decided(book, why))?;
        }
        Ok(())
    }

    fn write_state(&self, out: &mut String, concerned: &Concerned) -> fmt::Result {
        let engine = &self.run.engine;
        writeln!(out, "  state at {}:", engine.now())?;
        for call in &concerned.calls {
            writeln!(out, "    {}", self.call_state(*call))?;
        }
        for agent in &concerned.agents {
            if let Some(view) = engine.agent(*agent) {
                writeln!(out, "    {}", self.agent_state(*agent, &view))?;
            }
            let waiting = |call: &&CallId| engine.call(**call).is_some_and(|view| view.state == CallState::Waiting);
            for call in concerned.calls.iter().filter(waiting) {
                if let Some(misfit) = self.misfit(*agent, *call) {
                    writeln!(out, "      {misfit}")?;
                }
            }
        }
        Ok(())
    }

    fn call_state(&self, call: CallId) -> String {
        let (book, name) = (&self.run.book, self.run.book.call(call));
        let Some(view) = self.run.engine.call(call) else { return format!("{name}: not alive") };
        let mut text = format!("{name}: {} in {}", call_state(view.state), book.queue(view.queue));
        if let Some(agent) = view.agent {
            text += &format!(", with {}", book.agent(agent));
        }
        text + &format!(", arrived at {}", view.arrived)
    }

    fn agent_state(&self, agent: AgentId, view: &AgentView) -> String {
        let book = &self.run.book;
        let mut text = format!("{}: {} since {}", book.agent(agent), book.presence(view.presence), view.since);
        for slot in self.run.engine.slots(agent) {
            text += &match slot.call.filter(|_| slot.state != SlotState::Free) {
                Some(call) => format!("; {} ({}) since {}", slot_state(slot.state), book.call(call), slot.since),
                None => format!("; {} since {}", slot_state(slot.state), slot.since),
            };
        }
        if let Some(pending) = view.pending {
            text += &format!("; {} pending", book.presence(pending));
        }
        match view.endpoint {
            Endpoint::Registered => {}
            Endpoint::Unregistered => text += "; phone not registered",
            Endpoint::InUse => text += "; phone in use",
        }
        if let Some(until) = view.delayed_until {
            text += &format!("; left alone until {until}");
        }
        if view.misses > 0 {
            text += &format!("; misses in a row: {}", view.misses);
        }
        text
    }

    fn misfit(&self, agent: AgentId, call: CallId) -> Option<String> {
        let (plan, book) = (self.run.book.plan(), &self.run.book);
        let queue = self.run.engine.call(call)?.queue;
        let need = plan.queues().get(queue.index())?.need;
        (!plan.fits(agent, need)).then(|| format!("does not meet what {} needs at first", book.queue(queue)))
    }
}

/// The calls and agents that some outputs speak of.
#[derive(Default)]
struct Concerned {
    calls: BTreeSet<CallId>,
    agents: BTreeSet<AgentId>,
}

impl Concerned {
    fn by<'a>(book: &Book, texts: impl Iterator<Item = &'a str>) -> Self {
        let mut concerned = Self::default();
        for text in texts {
            let Ok(mut words) = Words::of(text) else { continue };
            while let Some(word) = words.take() {
                concerned.calls.extend(book.find_call(word));
                concerned.agents.extend(book.find_agent(word));
            }
        }
        concerned
    }
}

/// The deciding facts of an offer, as one would say them.
fn decided(book: &Book, why: &Why) -> String {
    let (sign, since) = (if why.rank_since < 0 { "-" } else { "" }, Time::from_nanos(why.rank_since.unsigned_abs()));
    let mut text = format!("class {}, counting as waiting since {sign}{since}", book.class(why.class));
    text += &match why.candidates {
        1 => "; the only candidate".to_owned(),
        many => format!("; of {many} candidates"),
    };
    text += &match why.key {
        Key::IdleSince(since) => format!(", idle since {since}"),
        Key::Skill { score, idle_since } => format!(", levels {score} in sum, idle since {idle_since}"),
        Key::Place(place) => format!(", place {place} on the floor"),
        Key::Chance => ", by chance".to_owned(),
    };
    match why.runner_up {
        Some(next) => text + &format!("; next would have been {}", book.agent(next)),
        None => text,
    }
}
