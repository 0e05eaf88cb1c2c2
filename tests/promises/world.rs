//! The world around one engine: turns steps into inputs, fires timers, and has every output watched.

use std::sync::Arc;

use cordboard::engine::{Actor, Arrival, Engine, Envelope, Event, Fact, Input, Output, Presence, SlotState};
use cordboard::{AgentId, CallId, OfferId, Plan, QueueId, ReasonId, Span, Time};

use crate::floors::{number_of_tier, plan};
use crate::model::Model;
use crate::observer::{Observer, Stage};
use crate::steps::{Aim, Case, Gap, Op, Pick, Step, Who};

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
    next_call: u64,
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
            assert_eq!(state(&before), state(&self.engine), "G6: {envelope:?} should change nothing");
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
            model.watch(cause, envelope.actor, self.engine.now(), outputs);
        }
        self.observer.watch(cause, self.engine.now(), outputs);
        self.engine.check_invariants().unwrap_or_else(|violation| panic!("{violation}"));
        self.observer.compare(&self.engine);
        let says = |output: &Output| matches!(output.event, Event::Fact(Fact::Refused(_) | Fact::Ignored { .. }));
        outputs.iter().any(says)
    }

    /// The end of the day: no more faults. Calls that nothing would end are hung up, wrap-ups are ended, timers run.
    pub(crate) fn drain(&mut self) {
        let floor = self.engine.plan().clone();
        let endless = |queue: QueueId| floor.queues()[queue.index()].rules.wait_limit.is_none();
        let mut rounds = 0;
        while self.engine.next_timeout().is_some() || self.engine.live().calls > 0 {
            rounds += 1;
            assert!(rounds < 100_000, "G5: {:?} are still alive", self.engine.live());
            let waiting = self.observer.calls.iter().find(|(_, call)| endless(call.queue) && call.leg.is_none());
            if let Some((&call, _)) = waiting {
                self.say(Actor::Switch, Input::CallerGone { call });
                continue;
            }
            let due = self.engine.next_timeout().expect("G5: something should end every live call");
            self.fire(due);
        }
        let live = self.engine.live();
        assert_eq!((live.calls, live.visits, live.offers, live.timers), (0, 0, 0, 0), "G5: everything drains");
        self.observer.check_all_over(&self.engine);
    }

    /// Every caller hangs up.
    pub(crate) fn hang_up_everywhere(&mut self) {
        let calls: Vec<CallId> = self.observer.calls.keys().copied().collect();
        calls.into_iter().for_each(|call| self.say(Actor::Switch, Input::CallerGone { call }));
        let live = self.engine.live();
        assert_eq!((live.calls, live.visits, live.offers), (0, 0, 0), "G5: nobody is left");
        self.observer.check_all_over(&self.engine);
    }

    // --- from picks to ids ---

    fn right_actor(&self, input: &Input) -> Actor {
        let of_call = |call: &CallId| {
            let leg = self.observer.calls.get(call).and_then(|call| call.leg);
            leg.map_or(Actor::Host, |leg| Actor::Agent(self.observer.offers[&leg].agent))
        };
        match input {
            Input::SignIn { agent }
            | Input::SignOut { agent }
            | Input::Ready { agent }
            | Input::NotReady { agent, .. }
            | Input::WrapUpDone { agent, .. } => Actor::Agent(*agent),
            Input::Hold { call } | Input::Unhold { call } | Input::HangUp { call } => of_call(call),
            _ => Actor::Switch,
        }
    }

    fn input(&mut self, op: &Op) -> Input {
        use Stage::{Accepted, Held, Made, Ringing, Talking};
        let agent = |agent: u8| AgentId(if agent == 8 { u32::MAX } else { agent.into() });
        match op {
            Op::Arrive { queue, tier, need, again } => {
                let call = match again {
                    Some(pick) => self.call(*pick, &[]),
                    None => {
                        self.next_call += 1;
                        // Not in order, so that ties between ids are not ties in time.
                        CallId(self.next_call ^ 5)
                    }
                };
                let from = tier.map(|tier| number_of_tier(tier.into()).as_str().into());
                let need = need.clone().map(Arc::new);
                Input::CallArrived(Arrival { from, need, ..Arrival::new(call, QueueId((*queue).into())) })
            }
            Op::CallerGone(pick) => Input::CallerGone { call: self.call(*pick, &[]) },
            Op::Ringing(pick) => Input::LegRinging { offer: self.offer(*pick, &[Made]) },
            Op::Accepted(pick) => Input::OfferAccepted { offer: self.offer(*pick, &[Made, Ringing]) },
            Op::Failed(pick, why) => Input::OfferFailed { offer: self.offer(*pick, &[Made, Ringing]), why: *why },
            Op::Connected(pick) => Input::Connected { offer: self.offer(*pick, &[Accepted]) },
            Op::ConnectFailed(pick, why) => Input::ConnectFailed { offer: self.offer(*pick, &[Accepted]), why: *why },
            Op::HoldChanged(pick, held) => {
                let stage = if *held { Talking } else { Held };
                Input::HoldChanged { offer: self.offer(*pick, &[stage]), held: *held }
            }
            Op::LegEnded(pick, by) => Input::LegEnded { offer: self.offer(*pick, &[Accepted, Talking, Held]), by: *by },
            Op::LeaseRenewed(pick) => Input::LeaseRenewed { call: self.call(*pick, &[Talking, Held]) },
            Op::Endpoint(of, state) => Input::EndpointState { agent: agent(*of), state: *state },
            Op::SignIn(of) => Input::SignIn { agent: self.agent_apt(*of, |presence| presence == Presence::SignedOut) },
            Op::SignOut(of) => Input::SignOut { agent: agent(*of) },
            Op::Ready(of) => {
                let idle = |presence| !matches!(presence, Presence::SignedOut | Presence::Ready);
                Input::Ready { agent: self.agent_apt(*of, idle) }
            }
            Op::NotReady(of, reason) => Input::NotReady { agent: agent(*of), reason: ReasonId((*reason).into()) },
            Op::WrapUpDone(of, call) => {
                let wraps =
                    |agent: &AgentId| self.observer.slots[agent.index()].iter().any(|slot| slot.0 == SlotState::WrapUp);
                let wrapping: Vec<AgentId> = self.agents().filter(wraps).collect();
                let who = if *of < 6 { nth(&wrapping, (*of).into()) } else { None };
                let call = call.map(|pick| self.call(pick, &[]));
                Input::WrapUpDone { agent: who.unwrap_or(agent(*of)), call }
            }
            Op::Hold(pick) => Input::Hold { call: self.call(*pick, &[Talking]) },
            Op::Unhold(pick) => Input::Unhold { call: self.call(*pick, &[Held]) },
            Op::HangUp(pick) => Input::HangUp { call: self.call(*pick, &[Talking, Held]) },
            Op::Tick => Input::Tick,
        }
    }

    fn agents(&self) -> impl Iterator<Item = AgentId> + use<> {
        (0..self.observer.slots.len() as u32).map(AgentId)
    }

    /// Mostly one in whose presence it makes sense, sometimes whoever it is.
    fn agent_apt(&self, draw: u8, apt: impl Fn(Presence) -> bool) -> AgentId {
        let apt: Vec<AgentId> = self.agents().filter(|agent| apt(self.observer.presences[agent.index()].0)).collect();
        let chosen = if draw < 7 { nth(&apt, draw.into()) } else { None };
        chosen.unwrap_or(AgentId(if draw == 8 { u32::MAX } else { draw.into() }))
    }

    fn offer(&self, pick: Pick, stages: &[Stage]) -> OfferId {
        let live = self.observer.offers.iter();
        let apt: Vec<OfferId> = live.clone().filter(|(_, o)| stages.contains(&o.stage)).map(|(id, _)| *id).collect();
        let live: Vec<OfferId> = live.map(|(id, _)| *id).collect();
        let ever: Vec<OfferId> = self.observer.offers_ever.iter().copied().collect();
        let garbage = OfferId::from_bits(u64::from(pick.draw).wrapping_mul(0x1_0000_0001_0003) % (1 << 34));
        choose(pick, &apt, &live, &ever).unwrap_or(garbage)
    }

    /// A call; apt is one with a leg in such a stage, or any live one if no stage is named.
    fn call(&self, pick: Pick, stages: &[Stage]) -> CallId {
        let stage = |call: &CallId| {
            let leg = self.observer.calls[call].leg;
            leg.map(|leg| self.observer.offers[&leg].stage)
        };
        let live: Vec<CallId> = self.observer.calls.keys().copied().collect();
        let fits = |call: &CallId| stages.is_empty() || stage(call).is_some_and(|stage| stages.contains(&stage));
        let apt: Vec<CallId> = live.iter().copied().filter(fits).collect();
        let ever: Vec<CallId> = (0..=self.next_call).map(CallId).collect();
        choose(pick, &apt, &live, &ever).unwrap_or(CallId(u64::MAX - u64::from(pick.draw)))
    }
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

fn choose<T: Copy>(pick: Pick, apt: &[T], live: &[T], ever: &[T]) -> Option<T> {
    let nth = |list: &[T]| nth(list, pick.draw.into());
    match pick.aim {
        Aim::Apt => nth(apt).or_else(|| nth(live)),
        Aim::Live => nth(live).or_else(|| nth(ever)),
        Aim::Ever => nth(ever),
        Aim::Garbage => None,
    }
}

fn nth<T: Copy>(list: &[T], draw: usize) -> Option<T> {
    list.get(draw.checked_rem(list.len())?).copied()
}
