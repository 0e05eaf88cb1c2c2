//! A script on a floor: the engine, driven through its public interface in virtual time.
//!
//! How time goes. Before an input, every timer due *before* it fires, instant by instant; a timer of the very same
//! instant fires after it, as in life. Expectations pull time forward: where the script lists an output for a later
//! instant than the input's, timers fire up to that instant, itself included. So `18s > missed li` is reached without an
//! input at 18 s, and an input at 18 s written below it comes after that miss. At the input's own instant timers fire
//! only for as long as fewer outputs have come than are listed. The run ends with the last expectation, or at `until`.

use std::sync::Arc;

use super::book::Book;
use super::error::Unexpected;
use super::inputs::{Cannot, Missing};
use super::parse::shows;
use super::report::{Failure, Mismatch, Moment, Trouble};
use super::say::{Topic, form};
use super::verbs::{Deed, Name};
use super::{Scene, Script};
use crate::engine::{Actor, Engine, Envelope, Input, Output};
use crate::floor::Plan;
use crate::ids::AgentId;
use crate::time::Time;

/// More steps than any script needs; one that needs more is running in circles (G12).
const STEPS_MAX: usize = 100_000;
/// The seed of scripted engines: choices drawn by chance are the same on every machine.
const SEED: u64 = 1;

impl Script {
    /// Runs the script on a floor. After every step the engine's promises are checked; at the end, that the same inputs
    /// give the same outputs again, and that a copy taken half-way ends the same (G7).
    pub fn run(&self, plan: &Arc<Plan>) -> Result<(), Failure> {
        let mut run = Run::new(self, plan)?;
        for place in 0..self.scenes.len() {
            let came = run.scene(place)?;
            run.compare(place, &came)?;
        }
        run.replay()
    }

    /// What comes after each scene's input, whatever the script expects.
    pub(super) fn what_comes(&self, plan: &Arc<Plan>) -> Result<Vec<Vec<Said>>, Failure> {
        let mut run = Run::new(self, plan)?;
        let came = (0..self.scenes.len()).map(|place| run.scene(place)).collect::<Result<_, _>>()?;
        run.replay()?;
        Ok(came)
    }
}

/// An output as scripts write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) at: Time,
    pub(super) text: String,
    pub(super) shown: bool,
}

/// A script that is being run.
pub(super) struct Run<'a> {
    pub(super) script: &'a Script,
    engine: Engine,
    pub(super) book: Book,
    steps: Vec<Step>,
    /// How many of them sign people in before the script begins.
    signed_in: usize,
    outputs: Vec<Output>,
    /// Where the present scene's steps and outputs begin.
    start: Start,
    /// What the engine answers where the present scene asks, and before which output it stands.
    answer: Option<(usize, Said)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Start {
    step: usize,
    output: usize,
}

/// What the engine was given.
#[derive(Clone, Debug)]
enum Step {
    Input(Envelope),
    Timeout(Time),
}

impl Step {
    fn at(&self) -> Time {
        match self {
            Self::Input(envelope) => envelope.at,
            Self::Timeout(at) => *at,
        }
    }

    fn give(&self, engine: &mut Engine, out: &mut Vec<Output>) {
        match self {
            Self::Input(envelope) => engine.handle(envelope.clone(), out),
            Self::Timeout(at) => engine.handle_timeout(*at, out),
        }
    }
}

impl<'a> Run<'a> {
    fn new(script: &'a Script, plan: &Arc<Plan>) -> Result<Self, Failure> {
        let engine = Engine::new(plan.clone(), SEED);
        let book = Book::new(plan.clone());
        let (steps, outputs, start) = (Vec::new(), Vec::new(), Start::default());
        let mut run = Self { script, engine, book, steps, signed_in: 0, outputs, start, answer: None };
        for agent in run.present()? {
            for input in [Input::SignIn { agent }, Input::Ready { agent }] {
                run.give(Step::Input(Envelope { at: Time::ZERO, actor: Actor::Agent(agent), input }));
            }
        }
        run.signed_in = run.steps.len();
        run.check()?;
        Ok(run)
    }

    /// Who is signed in and ready when the script begins: everybody, unless it says otherwise.
    fn present(&self) -> Result<Vec<AgentId>, Failure> {
        let Some(names) = &self.script.signed_in else {
            return Ok((0..self.book.plan().agents().len() as u32).map(AgentId).collect());
        };
        let find = |(line, name): &(usize, Name)| self.book.find_agent(name).map_err(|wrong| self.wrong(*line, wrong));
        names.iter().map(find).collect()
    }

    /// Hands in a scene's input and lets time run to the next; gives what came.
    fn scene(&mut self, place: usize) -> Result<Vec<Said>, Failure> {
        let scenes = &self.script.scenes;
        let Some(scene) = scenes.get(place) else { return Ok(Vec::new()) };
        let next = scenes.get(place + 1).map(|scene| scene.at);
        let input = self.book.input(&self.engine, &scene.deed).map_err(|cannot| match cannot {
            Cannot::Name(wrong) => self.wrong(scene.line, wrong),
            Cannot::Missing(missing) => self.missing(place, scene, missing),
        })?;
        let (actor, input) = input;
        let envelope = Envelope { at: scene.at, actor, input };
        self.start = Start { step: self.steps.len(), output: self.outputs.len() };
        self.step(Step::Input(envelope))?;
        self.answer = self.answer_to(&scene.deed, scene.at).map(|said| (self.outputs.len(), said));
        if let Some(next) = next {
            self.fire(|due| due < next)?;
        }
        if let Some(last) = scene.expected.last() {
            let listed = if last.at > scene.at { usize::MAX } else { scene.expected.len() };
            self.pull(last.at, listed)?;
        }
        if let (None, Some(until)) = (next, self.script.until) {
            self.fire(|due| due <= until)?;
        }
        Ok(self.said())
    }

    /// Fires timers for as long as the next one is wanted.
    fn fire(&mut self, wanted: impl Fn(Time) -> bool) -> Result<(), Failure> {
        while let Some(due) = self.engine.next_timeout().filter(|due| wanted(*due)) {
            self.step(Step::Timeout(due))?;
        }
        Ok(())
    }

    /// Fires timers up to an instant, itself included, as long as fewer outputs are shown than are listed. If that shows
    /// nothing, it is taken back: an expectation that no longer comes true must leave no trace for what follows.
    fn pull(&mut self, to: Time, listed: usize) -> Result<(), Failure> {
        let due = |engine: &Engine| engine.next_timeout().filter(|due| *due <= to);
        if due(&self.engine).is_none() {
            return Ok(());
        }
        let (engine, book) = (self.engine.clone(), self.book.clone());
        let (steps, outputs) = (self.steps.len(), self.outputs.len());
        let mut shown = self.shown_since(self.start.output);
        while shown < listed
            && let Some(due) = due(&self.engine)
        {
            let start = self.outputs.len();
            self.step(Step::Timeout(due))?;
            shown += self.shown_since(start);
        }
        if self.shown_since(outputs) == 0 {
            (self.engine, self.book) = (engine, book);
            self.steps.truncate(steps);
            self.outputs.truncate(outputs);
        }
        Ok(())
    }

    fn step(&mut self, step: Step) -> Result<(), Failure> {
        self.give(step);
        if self.steps.len() > self.signed_in + STEPS_MAX {
            return Err(self.trouble(Trouble::TooLong { steps_max: STEPS_MAX }));
        }
        self.check()
    }

    fn give(&mut self, step: Step) {
        let start = self.outputs.len();
        step.give(&mut self.engine, &mut self.outputs);
        self.book.note(&self.outputs[start..]);
        self.steps.push(step);
    }

    fn check(&self) -> Result<(), Failure> {
        self.engine.check_invariants().map_err(|violation| self.trouble(Trouble::Broken(violation)))
    }

    /// What came since the scene's input, its own outputs included.
    pub(super) fn said(&self) -> Vec<Said> {
        self.say_since(self.start.output).collect()
    }

    fn shown_since(&self, start: usize) -> usize {
        self.say_since(start).filter(|said| said.shown).count()
    }

    fn say_since(&self, start: usize) -> impl Iterator<Item = Said> + '_ {
        let answer =
            |place: usize| self.answer.iter().filter(move |(before, _)| *before == place).map(|(_, said)| said);
        let said = (start..).zip(&self.outputs[start..]).map(|(place, output)| {
            let mut text = self.book.say(&output.event);
            let shown = form(&text).is_none_or(|form| shows(&self.script.topics, form.topic));
            if let Some(actor) = output.actor.filter(|_| shows(&self.script.topics, Topic::Actors)) {
                text += &self.book.by(actor);
            }
            (place, Said { at: output.at, text, shown })
        });
        let said = said.flat_map(move |(place, said)| answer(place).cloned().chain([said]));
        said.chain(answer(self.outputs.len()).cloned())
    }

    /// What the engine answers, where the deed is to ask it.
    fn answer_to(&self, deed: &Deed, at: Time) -> Option<Said> {
        let Deed::Why(call) = deed else { return None };
        let call = self.book.find_call(call).ok()?;
        let why = self.engine.why_waiting(call).map(|why| why.text(self.book.plan()));
        let why = why.unwrap_or_else(|| "does not wait".to_owned());
        Some(Said { at, text: format!("why {} {why}", self.book.call(call)), shown: true })
    }

    fn compare(&self, place: usize, came: &[Said]) -> Result<(), Failure> {
        let Some(scene) = self.script.scenes.get(place) else { return Ok(()) };
        let shown = came.iter().filter(|said| said.shown);
        let same = shown.clone().count() == scene.expected.len()
            && shown.zip(&scene.expected).all(|(said, expected)| said.at == expected.at && said.text == expected.text);
        if same { Ok(()) } else { Err(Failure::Mismatch(Box::new(Mismatch::new(self.script, scene, came, self)))) }
    }

    /// The scene as it was at an instant. `last`, counted from the scene's first, is the last line to have come, where
    /// the instant is that of a line; else everything of the instant has happened.
    pub(super) fn moment(&self, at: Time, last: Option<usize>) -> Moment {
        let mut engine = Engine::new(self.book.plan().clone(), SEED);
        let mut outputs = Vec::new();
        let last = last.map(|last| last.saturating_sub(self.answers(last)));
        for (place, step) in self.steps.iter().enumerate() {
            let enough = last.is_some_and(|last| outputs.len() > self.start.output + last);
            // The scene's own input is always part of it.
            if place > self.start.step && (enough || step.at() > at) {
                break;
            }
            step.give(&mut engine, &mut outputs);
        }
        let came = outputs.len() - self.start.output;
        Moment { at, engine, came: came + self.answers(came), outputs, scene_start: self.start.output }
    }

    /// How many answers stand before this place in the scene, or in it.
    fn answers(&self, place: usize) -> usize {
        self.answer.iter().filter(|(before, _)| before - self.start.output <= place).count()
    }

    /// The scene before has come true, but this one's input is about what there never was.
    fn missing(&self, place: usize, scene: &Scene, missing: Missing) -> Failure {
        let before = place.checked_sub(1).and_then(|place| self.script.scenes.get(place));
        let (engine, outputs) = (self.engine.clone(), self.outputs.clone());
        let came = self.said().len();
        let moment = Moment { at: scene.at, engine, outputs, scene_start: self.start.output, came };
        Failure::Mismatch(Box::new(Mismatch::missing(self, scene, before, missing, &moment)))
    }

    /// Gives everything to a new engine, and from half-way on to a copy of it as well.
    fn replay(&self) -> Result<(), Failure> {
        let mut again = Engine::new(self.book.plan().clone(), SEED);
        let (mut outputs, mut copy) = (Vec::new(), None);
        for (place, step) in self.steps.iter().enumerate() {
            if place == self.steps.len() / 2 {
                copy = Some((again.clone(), outputs.clone()));
            }
            step.give(&mut again, &mut outputs);
            if let Some((engine, outputs)) = &mut copy {
                step.give(engine, outputs);
            }
        }
        let same = |engine: &Engine, outputs: &[Output]| {
            engine.state_hash() == self.engine.state_hash() && outputs == self.outputs
        };
        if !same(&again, &outputs) {
            return Err(self.trouble(Trouble::NotAgain));
        }
        if copy.is_some_and(|(engine, outputs)| !same(&engine, &outputs)) {
            return Err(self.trouble(Trouble::NotByCopy));
        }
        Ok(())
    }

    fn wrong(&self, line: usize, wrong: Unexpected) -> Failure {
        Failure::Script(wrong.at(&self.script.name, line))
    }

    fn trouble(&self, trouble: Trouble) -> Failure {
        Failure::Trouble { file: self.script.name.clone(), title: self.script.title.clone(), trouble }
    }
}
