//! Why a script failed: what was expected, what came, at which virtual second, and what decided it.

use core::fmt::{self, Write};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::book::Book;
use super::error::ScriptError;
use super::inputs::{Lacked, Missing};
use super::run::{Run, Said};
use super::terms::{call_state, leg_role, slot_state};
use super::words::Words;
use super::{Expected, Scene, Script};
use crate::engine::{AgentView, CallState, Endpoint, Engine, Event, Fact, Output, SlotState, Violation};
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
    /// The engine did not say what the script lists, or made no offer where the script reports on one.
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
    /// What may help, where something is known that may.
    pub hint: Option<String>,
    /// Everything that was said since the last input up to that instant, the deciding facts, and the state then.
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
        if let Some(hint) = &self.hint {
            writeln!(f, "  hint: {hint}")?;
        }
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
        let places = came.iter().enumerate().filter(|(_, said)| said.shown).map(|(place, _)| place);
        let last = places.zip(&shown).nth(equal.head).filter(|(_, got)| got.at == at).map(|(place, _)| place);
        let moment = run.moment(at, last);
        let details = Details { script, scene: Some(scene), came, book: &run.book, equal, moment: &moment };
        let details = details.text(&Missing::default());
        Self {
            file: script.name.clone(),
            line,
            title: script.title.clone(),
            at,
            expected: expected.map(|expected| format!("{} > {}", expected.at, expected.text)),
            got: got.map(|said| format!("{} > {}", said.at, said.text)),
            hint: None,
            details,
        }
    }

    /// An input about something that there never was; `before` is the scene before it.
    pub(super) fn missing(
        run: &Run<'_>,
        scene: &Scene,
        before: Option<&Scene>,
        missing: Missing,
        moment: &Moment,
    ) -> Self {
        let (script, book, at) = (run.script, &run.book, scene.at);
        let call = missing.call.map_or_else(|| "a call".to_owned(), |call| book.call(call));
        let (what, such) = match missing.what {
            Lacked::Offer => {
                let to = missing.agent.map_or_else(|| "somebody".to_owned(), |agent| book.agent(agent));
                (format!("an offer of {call} to {to}"), "offer")
            }
            Lacked::Dial => (format!("a telephone dialled for {call}"), "telephone"),
            Lacked::FollowUp => (format!("{call} on the follow-up list"), "entry"),
        };
        let came = run.said();
        let shown: Vec<&Said> = came.iter().filter(|said| said.shown).collect();
        let equal = equal_parts(before.map_or(&[], |before| &before.expected), &shown);
        let details = Details { script, scene: before, came: &came, book, equal, moment }.text(&missing);
        let due = moment.engine.next_timeout().filter(|due| *due == at);
        Self {
            file: script.name.clone(),
            line: scene.line,
            title: script.title.clone(),
            at,
            expected: Some(format!("{what} before `{}`", script.deed(scene.line))),
            got: Some(format!("no such {such} so far")),
            hint: due.map(|at| {
                format!("timers of {at} fire after this input: list their outputs first, or put `{at} tick` before it")
            }),
            details,
        }
    }
}

/// A scene as it was at an instant.
pub(super) struct Moment {
    pub(super) at: Time,
    pub(super) engine: Engine,
    /// Everything that had been said by then.
    pub(super) outputs: Vec<Output>,
    /// Where those of the scene begin.
    pub(super) scene_start: usize,
    /// How many lines had come in the scene by then.
    pub(super) came: usize,
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
    /// `None` before the first input.
    scene: Option<&'a Scene>,
    came: &'a [Said],
    book: &'a Book,
    equal: EqualParts,
    moment: &'a Moment,
}

impl Details<'_> {
    /// More lines than this say nothing more to a reader.
    const LINES_MAX: usize = 60;

    fn text(&self, missing: &Missing) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = self.write(&mut text, missing);
        text
    }

    fn write(&self, out: &mut String, about: &Missing) -> fmt::Result {
        match self.scene {
            Some(scene) => writeln!(out, "  since line {}, `{}`:", scene.line, self.script.line(scene.line).trim())?,
            None => writeln!(out, "  since the start:")?,
        }
        let listed = self.scene.map_or(&[][..], |scene| &scene.expected);
        let end = listed.len() - self.equal.tail;
        let missing = listed.get(self.equal.head..end).unwrap_or_default();
        let missing = missing.iter().filter(|expected| expected.at <= self.moment.at);
        for expected in missing.clone().take(Self::LINES_MAX) {
            writeln!(out, "  - {:<6} > {}", expected.at.to_string(), expected.text)?;
        }
        let last_equal = self.came.iter().filter(|said| said.shown).count() - self.equal.tail;
        let came = self.came.iter().take(self.moment.came);
        let mut surplus = Vec::new();
        let mut place = 0;
        for (number, said) in came.clone().enumerate() {
            let sign = match said.shown {
                false => ' ',
                true if (self.equal.head..last_equal).contains(&place) => '+',
                true => '=',
            };
            place += usize::from(said.shown);
            if sign == '+' {
                surplus.push(&*said.text);
            }
            let mark = if said.shown { '>' } else { '\u{b7}' };
            if number < Self::LINES_MAX {
                writeln!(out, "  {sign} {:<6} {mark} {}", said.at.to_string(), said.text)?;
            }
        }
        if came.len() > Self::LINES_MAX {
            writeln!(out, "    … and {} more", came.len() - Self::LINES_MAX)?;
        }
        let mut concerned = Concerned::by(self.book, missing.map(|expected| &*expected.text).chain(surplus));
        concerned.calls.extend(about.call);
        concerned.agents.extend(about.agent);
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
        let (before, scene) = self.moment.outputs.split_at(self.moment.scene_start);
        let mut offers: Vec<&Output> = scene.iter().filter(offered).take(Self::LINES_MAX).collect();
        if offers.is_empty() {
            offers.extend(before.iter().rev().find(offered));
        }
        for (place, output) in offers.iter().enumerate() {
            if place == 0 {
                writeln!(out, "  why:")?;
            }
            writeln!(out, "    {:<6} {}", output.at.to_string(), self.book.say(&output.event))?;
        }
        Ok(())
    }

    fn write_state(&self, out: &mut String, concerned: &Concerned) -> fmt::Result {
        let engine = &self.moment.engine;
        writeln!(out, "  state at {}:", self.moment.at)?;
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
        let (book, name) = (self.book, self.book.call(call));
        let Some(view) = self.moment.engine.call(call) else { return format!("{name}: not alive") };
        let mut text = format!("{name}: {} in {}", call_state(view.state), book.queue(view.queue));
        if let Some(agent) = view.agent {
            text += &format!(", with {}", book.agent(agent));
        }
        if let Some(agent) = view.awaits {
            text += &format!(", awaits {}", book.agent(agent));
        }
        for leg in self.moment.engine.legs(call).skip(1) {
            text += &format!(", {} {}", leg_role(leg.role), book.agent(leg.agent));
        }
        if view.caller_away {
            text += ", caller not on the line";
        }
        if view.complaint {
            text += ", complaint";
        }
        text + &format!(", arrived at {}", view.arrived)
    }

    fn agent_state(&self, agent: AgentId, view: &AgentView) -> String {
        let book = self.book;
        let mut text = format!("{}: {} since {}", book.agent(agent), book.presence(view.presence), view.since);
        for slot in self.moment.engine.slots(agent) {
            text += &match slot.call.filter(|_| slot.state != SlotState::Free) {
                Some(call) => format!("; {} ({}) since {}", slot_state(slot.state), book.call(call), slot.since),
                None => format!("; {} since {}", slot_state(slot.state), slot.since),
            };
        }
        if let Some(pending) = view.pending {
            text += &format!("; {} pending", book.presence(pending));
        }
        if let Some(reason) = view.asked {
            text += &format!("; {} asked", book.reason(reason));
        }
        if let Some(then) = view.once {
            text += &format!("; {} after the next call", book.presence(then));
        }
        match view.endpoint {
            Endpoint::Registered => {}
            Endpoint::Unregistered => text += "; endpoint unregistered",
            Endpoint::InUse => text += "; endpoint in-use",
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
        let (plan, book) = (self.book.plan(), self.book);
        let queue = self.moment.engine.call(call)?.queue;
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
