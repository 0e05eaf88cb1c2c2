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
use super::parse::shows;
use super::report::{Failure, Mismatch, Moment, Trouble};
use super::say::form;
use super::verbs::{AgentDeed, Arrive, CallDeed, Deed, JoinedDeed, LegDeed, Name};
use super::{Scene, Script};
use crate::engine::{Actor, Arrival, Engine, Envelope, Input, Output, SlotState};
use crate::floor::Plan;
use crate::ids::{AgentId, CallId, OfferId};
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

/// Why a deed cannot be handed in.
enum Cannot {
    /// A name in it is wrong.
    Name(Unexpected),
    /// It is about an offer that was never made.
    NoOffer(Missing),
}

impl From<Unexpected> for Cannot {
    fn from(wrong: Unexpected) -> Self {
        Self::Name(wrong)
    }
}

/// Whose offer was never made; of the two, what the script named.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Missing {
    pub(super) call: Option<CallId>,
    pub(super) agent: Option<AgentId>,
}

impl<'a> Run<'a> {
    fn new(script: &'a Script, plan: &Arc<Plan>) -> Result<Self, Failure> {
        let engine = Engine::new(plan.clone(), SEED);
        let book = Book::new(plan.clone());
        let (steps, outputs, start) = (Vec::new(), Vec::new(), Start::default());
        let mut run = Self { script, engine, book, steps, signed_in: 0, outputs, start };
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
        let envelope = self.envelope(scene.at, &scene.deed).map_err(|cannot| match cannot {
            Cannot::Name(wrong) => self.wrong(scene.line, wrong),
            Cannot::NoOffer(missing) => self.no_offer(place, scene, missing),
        })?;
        self.start = Start { step: self.steps.len(), output: self.outputs.len() };
        self.step(Step::Input(envelope))?;
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
        let (engine, steps, outputs) = (self.engine.clone(), self.steps.len(), self.outputs.len());
        let mut shown = self.shown_since(self.start.output);
        while shown < listed
            && let Some(due) = due(&self.engine)
        {
            let start = self.outputs.len();
            self.step(Step::Timeout(due))?;
            shown += self.shown_since(start);
        }
        if self.shown_since(outputs) == 0 {
            // The book needs no taking back: an offer would have been shown.
            self.engine = engine;
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
        self.outputs.iter().skip(start).map(|output| {
            let text = self.book.say(&output.event);
            let shown = form(&text).is_none_or(|form| shows(&self.script.topics, form.topic));
            Said { at: output.at, text, shown }
        })
    }

    fn compare(&self, place: usize, came: &[Said]) -> Result<(), Failure> {
        let Some(scene) = self.script.scenes.get(place) else { return Ok(()) };
        let shown = came.iter().filter(|said| said.shown);
        let same = shown.clone().count() == scene.expected.len()
            && shown.zip(&scene.expected).all(|(said, expected)| said.at == expected.at && said.text == expected.text);
        if same { Ok(()) } else { Err(Failure::Mismatch(Box::new(Mismatch::new(self.script, scene, came, self)))) }
    }

    /// The scene as it was at an instant. `output`, counted from the scene's first, is the last to have come, where the
    /// instant is that of an output; else everything of the instant has happened.
    pub(super) fn moment(&self, at: Time, output: Option<usize>) -> Moment {
        let mut engine = Engine::new(self.book.plan().clone(), SEED);
        let mut outputs = Vec::new();
        for (place, step) in self.steps.iter().enumerate() {
            let enough = output.is_some_and(|output| outputs.len() > self.start.output + output);
            // The scene's own input is always part of it.
            if place > self.start.step && (enough || step.at() > at) {
                break;
            }
            step.give(&mut engine, &mut outputs);
        }
        Moment { at, engine, outputs, scene_start: self.start.output }
    }

    /// The scene before has come true, but its input is about an offer that nobody ever got.
    fn no_offer(&self, place: usize, scene: &Scene, missing: Missing) -> Failure {
        let before = place.checked_sub(1).and_then(|place| self.script.scenes.get(place));
        let (engine, outputs) = (self.engine.clone(), self.outputs.clone());
        let moment = Moment { at: scene.at, engine, outputs, scene_start: self.start.output };
        Failure::Mismatch(Box::new(Mismatch::no_offer(self, scene, before, missing, &moment)))
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

    // --- from deeds to inputs ---

    fn envelope(&mut self, at: Time, deed: &Deed) -> Result<Envelope, Cannot> {
        let (actor, input) = match deed {
            Deed::Arrive(arrive) => (Actor::Switch, Input::CallArrived(self.arrival(arrive)?)),
            Deed::Call { call, what, by } => {
                let call = self.book.find_call(call)?;
                let actor = self.call_actor(call, *what, by.as_deref())?;
                (actor, call_input(call, *what))
            }
            Deed::Joined { call: name, agent, what } => {
                let call = self.book.find_call(name)?;
                let agent = agent.as_deref().map(|agent| self.book.find_agent(agent)).transpose()?;
                let offer = match self.book.find_leg(&self.engine, call, agent) {
                    Some(offer) => offer,
                    // A number is there to speak of what never was.
                    None if name.starts_with('#') => OfferId::from_bits(u64::MAX),
                    None => return Err(Cannot::NoOffer(Missing { call: Some(call), agent })),
                };
                (Actor::Switch, joined_input(offer, *what))
            }
            Deed::Leg { agent, call, what } => {
                let agent = self.book.find_agent(agent)?;
                let call = call.as_deref().map(|call| self.book.find_call(call)).transpose()?;
                (Actor::Switch, self.leg_input(agent, call, *what)?)
            }
            Deed::Agent { agent, what, by } => {
                let agent = self.book.find_agent(agent)?;
                let actor = match (what, by) {
                    (AgentDeed::Endpoint(_), _) => Actor::Switch,
                    (_, Some(by)) => Actor::Agent(self.book.find_agent(by)?),
                    (_, None) => Actor::Agent(agent),
                };
                (actor, self.agent_input(agent, what)?)
            }
            Deed::Tick => (Actor::Host, Input::Tick),
        };
        Ok(Envelope { at, actor, input })
    }

    fn arrival(&mut self, arrive: &Arrive) -> Result<Arrival, Unexpected> {
        let mut arrival = Arrival::new(self.book.name_call(&arrive.call)?, self.book.find_queue(&arrive.queue)?);
        arrival.from = arrive.from.as_deref().map(Into::into);
        arrival.to = arrive.to.as_deref().map(Into::into);
        if let Some(text) = &arrive.need {
            let need = self.book.plan().parse_need(text);
            let need = need.map_err(|error| Unexpected::new("a need that fits this floor", error.to_string()))?;
            arrival.need = Some(Arc::new(need));
        }
        Ok(arrival)
    }

    /// Who says it: for a request, the agent named after `by`, else the one the call is with.
    fn call_actor(&self, call: CallId, what: CallDeed, by: Option<&str>) -> Result<Actor, Unexpected> {
        if let Some(by) = by {
            return self.book.find_agent(by).map(Actor::Agent);
        }
        let with = self.engine.call(call).and_then(|call| call.agent);
        Ok(match what {
            CallDeed::Hold | CallDeed::Unhold | CallDeed::End => with.map_or(Actor::Host, Actor::Agent),
            _ => Actor::Switch,
        })
    }

    fn leg_input(&self, agent: AgentId, call: Option<CallId>, what: LegDeed) -> Result<Input, Cannot> {
        let states: &[SlotState] = match what {
            LegDeed::Ring | LegDeed::Answer | LegDeed::Fail(_) => &[SlotState::Ringing],
            LegDeed::End(_) => &[SlotState::Connecting, SlotState::Talking, SlotState::Holding],
        };
        let offer = self.book.find_offer(&self.engine, agent, call, states)?;
        let offer = offer.ok_or(Cannot::NoOffer(Missing { call, agent: Some(agent) }))?;
        Ok(match what {
            LegDeed::Ring => Input::LegRinging { offer },
            LegDeed::Answer => Input::OfferAccepted { offer },
            LegDeed::Fail(why) => Input::OfferFailed { offer, why },
            LegDeed::End(by) => Input::LegEnded { offer, by },
        })
    }

    fn agent_input(&self, agent: AgentId, what: &AgentDeed) -> Result<Input, Unexpected> {
        Ok(match what {
            AgentDeed::SignIn => Input::SignIn { agent },
            AgentDeed::SignOut => Input::SignOut { agent },
            AgentDeed::Ready => Input::Ready { agent },
            AgentDeed::NotReady(reason) => Input::NotReady { agent, reason: self.book.find_reason(reason)? },
            AgentDeed::WrapUpDone(call) => {
                let call = call.as_deref().map(|call| self.book.find_call(call)).transpose()?;
                Input::WrapUpDone { agent, call }
            }
            AgentDeed::Endpoint(state) => Input::EndpointState { agent, state: *state },
        })
    }
}

fn joined_input(offer: OfferId, what: JoinedDeed) -> Input {
    match what {
        JoinedDeed::Connected => Input::Connected { offer },
        JoinedDeed::ConnectFailed(why) => Input::ConnectFailed { offer, why },
        JoinedDeed::HoldChanged(held) => Input::HoldChanged { offer, held },
    }
}

fn call_input(call: CallId, what: CallDeed) -> Input {
    match what {
        CallDeed::Gone => Input::CallerGone { call },
        CallDeed::Renew => Input::LeaseRenewed { call },
        CallDeed::Hold => Input::Hold { call },
        CallDeed::Unhold => Input::Unhold { call },
        CallDeed::End => Input::HangUp { call },
    }
}
