//! The world around one engine: turns steps into inputs, fires timers, and has every output watched.

use std::sync::Arc;

use cordboard::engine::{Actor, Engine, Envelope, Event, Fact, Input, Output};
use cordboard::{AgentId, Plan, Span, Time};

use crate::floors::plan;
use crate::model::Model;
use crate::observer::Observer;
use crate::steps::{Case, Gap, Step, Who};
use crate::switch::Switch;

/// What made the engine speak.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cause<'a> {
    /// Timers due at one instant.
    Timers,
    /// An input.
    Input(&'a Input),
}

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) observer: Observer,
    /// Until the end of time is near, where ranks are cut off.
    model: Option<Model>,
    pub(crate) switch: Switch,
    pub(crate) next_call: u64,
    /// Everything that was handed in, time-outs as ticks.
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) outputs: Vec<Output>,
    trace: bool,
}

impl World {
    pub(crate) fn new(case: &Case) -> Self {
        Self::with_plan(plan(&case.floor), case.seed)
    }

    pub(crate) fn with_plan(plan: Arc<Plan>, seed: u64) -> Self {
        Self {
            observer: Observer::new(plan.clone()),
            model: Some(Model::new(plan.clone())),
            engine: Engine::new(plan, seed),
            switch: Switch::default(),
            next_call: 0,
            envelopes: Vec::new(),
            outputs: Vec::new(),
            trace: std::env::var_os("CORDBOARD_TRACE").is_some(),
        }
    }

    /// Everything that happens in this case, watched.
    pub(crate) fn run(case: &Case) -> Self {
        let mut world = Self::new(case);
        if case.staffed {
            for agent in 0..case.floor.agents.len() as u32 {
                world.say(Actor::Agent(AgentId(agent)), Input::SignIn { agent: AgentId(agent) });
                world.say(Actor::Agent(AgentId(agent)), Input::Ready { agent: AgentId(agent) });
            }
        }
        case.steps.iter().for_each(|step| world.step(step));
        world
    }

    pub(crate) fn step(&mut self, step: &Step) {
        if let Gap::End(_) = step.gap {
            // Who waits to be called back, without any limit, would be waited for all the way to the end of time.
            while let Some(call) = self.observer.calls.keys().copied().find(|call| self.observer.is_away(*call)) {
                self.say(Actor::Host, Input::CancelCallback { call });
            }
        }
        let now = self.engine.now();
        let timer = self.engine.next_timeout().unwrap_or(now);
        let at = match step.gap {
            Gap::None => now,
            Gap::Millis(millis) => now + Span::from_millis(millis.into()),
            Gap::ToTimer => timer,
            Gap::PastTimer => timer + Span::from_nanos(1),
            Gap::Back(millis) => Time::from_nanos(now.as_nanos().saturating_sub(u64::from(millis) * 1_000_000)),
            Gap::End(nanos) => Time::from_nanos(u64::MAX - u64::from(nanos)),
        };
        let input = self.input(&step.op);
        let actor = match step.actor {
            Who::Right => self.right_actor(&input),
            Who::Host => Actor::Host,
            Who::Switch => Actor::Switch,
            Who::Agent(agent) => Actor::Agent(AgentId(agent.into())),
            Who::Supervisor(draw) => self.supervisor(draw),
        };
        self.hand_in(Envelope { at, actor, input });
    }

    /// Hands in an input now.
    pub(crate) fn say(&mut self, actor: Actor, input: Input) {
        self.hand_in(Envelope { at: self.engine.now(), actor, input });
    }

    /// Hands in an input, the timers before it first, each instant by itself.
    pub(crate) fn hand_in(&mut self, envelope: Envelope) {
        let at = envelope.at.max(self.engine.now());
        let tick = envelope.input == Input::Tick;
        let mut at_once = 0;
        while let Some(due) = self.engine.next_timeout()
            && (due < at || (tick && due <= at))
        {
            at_once = if due > self.engine.now() { 0 } else { at_once + 1 };
            assert!(at_once < 100, "G12: the instant {due} does not end");
            self.fire(due);
        }
        let before = self.engine.clone();
        let first = self.outputs.len();
        let mut out = Vec::new();
        self.engine.handle(envelope.clone(), &mut out);
        self.envelopes.push(envelope.clone());
        self.outputs.append(&mut out);
        assert_eq!(self.engine.now(), at, "the engine is where the input is");
        let cause = if tick { Cause::Timers } else { Cause::Input(&envelope.input) };
        let nothing_changes = self.watch(first, cause, &envelope);
        if nothing_changes {
            let changed = changed(&before, &self.engine);
            assert!(changed.is_empty(), "G6: {envelope:?} should change nothing: {changed:?}");
        }
    }

    /// Fires the timers of one instant.
    fn fire(&mut self, due: Time) {
        let first = self.outputs.len();
        let mut out = Vec::new();
        self.engine.handle_timeout(due, &mut out);
        assert_eq!(self.engine.now(), due.max(self.engine.now()));
        let envelope = Envelope { at: due, actor: Actor::Host, input: Input::Tick };
        self.envelopes.push(envelope.clone());
        self.outputs.append(&mut out);
        self.watch(first, Cause::Timers, &envelope);
    }

    /// Has the outputs from `first` on watched; whether they say that nothing has changed.
    fn watch(&mut self, first: usize, cause: Cause<'_>, envelope: &Envelope) -> bool {
        let outputs = &self.outputs[first..];
        if self.trace {
            println!("{} {:?} {:?}", self.engine.now(), envelope.actor, envelope.input);
            outputs.iter().for_each(|output| println!("    {} {:?}", output.at, output.event));
        }
        if self.engine.now() > Time::from_nanos(i64::MAX as u64) {
            self.model = None;
        }
        if let Some(model) = &mut self.model {
            model.watch(cause, self.engine.now(), outputs);
        }
        self.observer.watch(cause, envelope.actor, self.engine.now(), outputs);
        outputs.iter().for_each(|output| self.switch.hear(output));
        self.engine.check_invariants().unwrap_or_else(|violation| panic!("{violation}"));
        self.observer.compare(&self.engine);
        let says = |output: &Output| matches!(output.event, Event::Fact(Fact::Refused(_) | Fact::Ignored { .. }));
        outputs.iter().any(says)
    }

    /// The end of the day: no more faults. Calls that nothing would end are hung up or taken back, timers run.
    pub(crate) fn drain(&mut self) {
        let mut rounds = 0;
        while self.engine.next_timeout().is_some() || self.engine.in_progress().calls > 0 {
            rounds += 1;
            assert!(rounds < 100_000, "G5: {:?} are still alive", self.engine.in_progress());
            let endless = self.observer.calls.keys().copied().find(|call| self.observer.waits_for_ever(*call));
            if let Some(call) = endless {
                let away = self.observer.is_away(call);
                let input = if away { Input::CancelCallback { call } } else { Input::CallerGone { call } };
                self.say(Actor::Host, input);
                continue;
            }
            let due = self.engine.next_timeout().expect("G5: something should end every live call");
            self.fire(due);
        }
        self.check_all_over();
    }

    /// Every caller hangs up, and nobody is called back any more.
    pub(crate) fn hang_up_everywhere(&mut self) {
        while let Some(call) = self.observer.calls.keys().next().copied() {
            let away = self.observer.is_away(call);
            let input = if away { Input::CancelCallback { call } } else { Input::CallerGone { call } };
            self.say(Actor::Host, input);
            assert!(!self.observer.calls.contains_key(&call), "G5: call {call} is left");
        }
        self.observer.check_all_over(&self.engine);
    }

    fn check_all_over(&self) {
        let live = self.engine.in_progress();
        let left = (live.calls, live.visits, live.offers, live.dials, live.timers);
        assert_eq!(left, (0, 0, 0, 0, 0), "G5: everything drains");
        self.observer.check_all_over(&self.engine);
    }
}

/// The fields in which the states of two engines differ.
fn changed(before: &Engine, after: &Engine) -> Vec<(String, [serde_json::Value; 2])> {
    let (before, after) = (state(before), state(after));
    let fields = before.as_object().expect("an engine is a map of fields").iter();
    let changed = fields.filter(|(name, value)| after.get(name) != Some(value));
    changed.map(|(name, value)| (name.clone(), [value.clone(), after[name].clone()])).collect()
}

/// The whole state but the clock and the number of inputs.
pub(crate) fn state(engine: &Engine) -> serde_json::Value {
    let mut state = serde_json::to_value(engine).expect("an engine can be written as JSON");
    let fields = state.as_object_mut().expect("an engine is a map of fields");
    for field in ["plan", "now", "position"] {
        fields.remove(field).expect("the field is there");
    }
    state
}
