//! The world around an engine: the switch, the callers and the people on the floor.
//!
//! It sees of the engine what any host sees, its outputs, and speaks to it in inputs. What it knows of calls and agents
//! it knows from facts, so it follows the engine wherever that goes; a request that is refused changes nothing here
//! either. Whatever it begins goes on by an event of its own, so that nothing waits for what may never come.

mod callers;
mod people;
mod switch;
mod talk;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::rngs::ChaCha8Rng;

use super::agenda::{Agenda, Turn};
use super::caller::{Caller, Leg};
use super::callers::Source;
use super::desk::Desk;
use super::faults::Gremlin;
use super::roster::Duty;
use super::setting::{InflowSetting, Setting};
use super::streams::{Purpose, stream};
use crate::alive::Alive;
use crate::engine::{Actor, DialPurpose, Event, Fact, Input, LegRole, Output, Presence, VisitCause, VisitExit};
use crate::floor::Plan;
use crate::ids::{AgentId, CallId, DialId, FollowUpId, OfferId, QueueId};
use crate::time::{Span, Time};
use callers::Again;
use people::People;
use switch::{Line, Ring};

/// After this, what could not be done is tried again.
const RETRY: Span = Span::from_secs(30);
/// Calls that do not arrive by themselves are numbered from here, so that those that do have the same numbers on every
/// floor.
const FURTHER_CALLS: u64 = 1 << 48;

/// The switch, the callers and the people on the floor.
#[derive(Debug)]
pub(crate) struct World {
    plan: Arc<Plan>,
    setting: Arc<Setting>,
    agenda: Agenda<Happening>,
    sources: Vec<Source>,
    callers: Alive<CallId, Caller>,
    /// Whose patience is still to be entered in the agenda, unless they are answered in the instant that has come.
    fresh: Vec<Fresh>,
    rings: Alive<OfferId, Ring>,
    lines: BTreeMap<DialId, Line>,
    desks: Vec<Desk>,
    people: People,
    gremlin: Gremlin,
    /// What becomes of the follow-up list.
    follow_up: ChaCha8Rng,
    next_call: u64,
    next_further_call: u64,
    /// How many of those have come.
    further_calls: u64,
    /// A caller whom somebody is asked to call back from the follow-up list; not known to be accepted yet.
    called_back: Option<(CallId, Caller)>,
    /// Room for the agents in calls to come.
    spare_legs: Vec<Vec<Leg>>,
    /// Calls that ended in the outputs now being read; forgotten after them.
    ended: Vec<CallId>,
    /// Calls an agent has left in the outputs now being read.
    left: Vec<CallId>,
    /// Nobody works any more: only what is begun is finished.
    closed: bool,
}

/// When the patience ends of a caller who has just begun to wait.
#[derive(Clone, Copy, Debug)]
struct Fresh {
    at: Time,
    turn: Turn,
    call: CallId,
    wait: u32,
}

/// Something still to happen. What has become void by then does nothing.
#[derive(Clone, Debug)]
enum Happening {
    /// The engine learns the time of day.
    Begins,
    /// The next call of this source arrives.
    Arrive { source: usize },
    /// A caller calls once more.
    ArrivesAgain(Box<Again>),
    /// The caller has waited long enough, this time.
    PatienceEnds { call: CallId, wait: u32 },
    /// The caller presses a key, if still waiting that time.
    Presses { call: CallId, wait: u32, key: char },
    /// The caller accepts to be called back.
    AcceptsCallback { call: CallId, wait: u32 },
    /// The caller has left a message, or hung up instead.
    MessageEnds { call: CallId, left: bool },
    /// An entry of the follow-up list is dealt with.
    FollowsUp { follow_up: FollowUpId, queue: Option<QueueId>, calls: bool },

    /// The phone starts to ring, or turns out not to.
    Rings { offer: OfferId },
    /// The agent does something about it.
    Replies { offer: OfferId },
    /// An answer comes to an offer that is over.
    RepliesLate { offer: OfferId },
    /// A telephone outside the desks starts to ring, or turns out to be engaged.
    DialRings { dial: DialId },
    /// Somebody answers it.
    DialReplies { dial: DialId },
    /// Somebody answers it when it is over.
    DialRepliesLate { dial: DialId },
    /// A report comes again.
    Repeats(Box<Input>),
    /// The agent hears the caller, or whom else he is to be joined with.
    Joins { call: CallId, offer: OfferId },
    /// The switch sees that the call is still there.
    Renews { call: CallId, every: Span },

    /// Something happens in the talk of this leg.
    Talks { call: CallId, offer: OfferId, turn: u32 },
    /// The agent comes back to the caller.
    Unholds { call: CallId, offer: OfferId, turn: u32 },
    /// The switch has put the caller on hold or brought it back.
    HoldChanges { call: CallId, offer: OfferId, held: bool },
    /// The agent and whom he consults have said everything.
    ConsultEnds { call: CallId, offer: OfferId, turn: u32 },
    /// The agent waits no longer for whom he wanted to consult.
    GivesUp { call: CallId, offer: OfferId, turn: u32 },

    /// The agent has finished the work after the call.
    WrapUpEnds { agent: AgentId, call: CallId },
    /// The agent is back from a break or a miss, unless something else has changed since.
    ComesBack { agent: AgentId, change: u64 },
    /// A duty of the roster.
    Duty(Duty),
    /// An agent who is late comes to work.
    ComesLate { agent: AgentId, turn: u64 },
    /// The phone fails, if its agent works.
    PhoneFails { agent: AgentId },
    /// Somebody decides about a break that an agent asks for.
    Decides { agent: AgentId, asked: u64, approves: bool },
    /// A supervisor listens to some call.
    Listens { supervisor: AgentId },
    /// A supervisor who listens does so in another way, or no more.
    ListensOn { call: CallId, offer: OfferId, supervisor: AgentId, ends: bool },
    /// A supervisor moves some call.
    Moves { supervisor: AgentId },
    /// The phone vanishes while this call is connected.
    Vanishes { agent: AgentId, call: CallId },
    /// The phone is back.
    Reappears { agent: AgentId },
}

impl World {
    pub(crate) fn new(plan: Arc<Plan>, setting: Arc<Setting>, seed: u64) -> Self {
        let name = |queue: QueueId| plan.queues().get(queue.index()).map_or("", |queue| &*queue.name);
        let source = |inflow: &InflowSetting| Source::new(inflow, &setting.ways, name(inflow.queue), seed);
        let mut world = Self {
            agenda: Agenda::new(),
            sources: setting.inflows.iter().map(source).collect(),
            callers: Alive::default(),
            fresh: Vec::new(),
            rings: Alive::default(),
            lines: BTreeMap::new(),
            desks: plan.agents().iter().map(|agent| Desk::new(seed, &agent.name)).collect(),
            people: People::new(&plan, &setting.agents, seed),
            gremlin: Gremlin::new(&setting.faults, &plan, seed),
            follow_up: stream(seed, Purpose::FollowUp, ""),
            next_call: 0,
            next_further_call: FURTHER_CALLS,
            further_calls: 0,
            called_back: None,
            spare_legs: Vec::new(),
            ended: Vec::new(),
            left: Vec::new(),
            closed: false,
            plan,
            setting,
        };
        world.agenda.push(Time::ZERO, Happening::Begins);
        let setting = world.setting.clone();
        for duty in &setting.duties {
            let at = duty.at.map_or(Time::ZERO, |at| Time::ZERO + at);
            world.agenda.push(at, Happening::Duty(*duty));
        }
        for source in 0..world.sources.len() {
            world.expect_arrival(Time::ZERO, source);
        }
        world.expect_supervision();
        world.expect_failures();
        world
    }

    /// When something happens next.
    pub(crate) fn next(&self) -> Option<Time> {
        self.agenda.next()
    }

    /// How many calls have arrived, or been made for somebody on the follow-up list.
    pub(crate) fn calls(&self) -> u64 {
        self.next_call + self.further_calls
    }

    /// How many things are still to happen, void ones included: what bounds the memory a simulation takes.
    pub(crate) fn pending(&self) -> usize {
        self.agenda.len() + self.fresh.len()
    }

    /// Lets the next thing happen; `inputs` gets what the engine is told about it.
    pub(crate) fn happen(&mut self, inputs: &mut Vec<(Actor, Input)>) {
        let Some((at, happening)) = self.agenda.pop() else { return };
        self.called_back = None;
        match happening {
            Happening::Begins => inputs.push((Actor::Host, Input::Anchor { utc: self.setting.begins })),
            Happening::Arrive { source } => self.arrive(at, source, inputs),
            Happening::ArrivesAgain(again) => self.arrive_again(at, *again, inputs),
            Happening::PatienceEnds { call, wait } => self.end_patience(call, wait, inputs),
            Happening::Presses { call, wait, key } => {
                if self.callers.get(call).is_some_and(|caller| caller.waits == wait && caller.waits()) {
                    inputs.push((Actor::Switch, Input::KeyPressed { call, key }));
                }
            }
            Happening::AcceptsCallback { call, wait } => self.accept_callback(at, call, wait, inputs),
            Happening::MessageEnds { call, left } => self.end_message(call, left, inputs),
            Happening::FollowsUp { follow_up, queue, calls } => self.follow_up(follow_up, queue, calls, inputs),

            Happening::Rings { offer } => self.ring(at, offer, inputs),
            Happening::Replies { offer } => self.reply(offer, inputs),
            Happening::RepliesLate { offer } => inputs.push((Actor::Switch, Input::OfferAccepted { offer })),
            Happening::DialRings { dial } => self.ring_line(at, dial, inputs),
            Happening::DialReplies { dial } => self.answer_line(dial, inputs),
            Happening::DialRepliesLate { dial } => inputs.push((Actor::Switch, Input::DialAnswered { dial })),
            Happening::Repeats(input) => {
                // A switch that has ended a call does not report it as new.
                let over = |call| !self.callers.contains(call);
                if !matches!(&*input, Input::CallArrived(arrival) if over(arrival.call)) {
                    inputs.push((Actor::Switch, *input));
                }
                return self.enter_patience();
            }
            Happening::Joins { call, offer } => self.join(call, offer, inputs),
            Happening::Renews { call, every } => self.renew(at, call, every, inputs),

            Happening::Talks { call, offer, turn } => self.talk(at, call, offer, turn, inputs),
            Happening::Unholds { call, offer, turn } => self.unhold(at, call, offer, turn, inputs),
            Happening::HoldChanges { call, offer, held } => {
                if self.callers.contains(call) {
                    inputs.push((Actor::Switch, Input::HoldChanged { offer, held }));
                }
            }
            Happening::ConsultEnds { call, offer, turn } => self.end_consult(at, call, offer, turn, inputs),
            Happening::GivesUp { call, offer, turn } => self.give_up_consult(at, call, offer, turn, inputs),

            Happening::WrapUpEnds { agent, call } => self.end_wrap_up(agent, call, inputs),
            Happening::ComesBack { agent, change } => self.come_back(agent, change, inputs),
            Happening::Duty(duty) => self.do_duty(at, duty, inputs),
            Happening::ComesLate { agent, turn } => self.come_late(agent, turn, inputs),
            Happening::PhoneFails { agent } => self.fail_phone(at, agent, inputs),
            Happening::Decides { agent, asked, approves } => self.decide(at, agent, asked, approves, inputs),
            Happening::Listens { supervisor } => self.listen(at, supervisor, inputs),
            Happening::ListensOn { call, offer, supervisor, ends } => {
                self.listen_on(at, call, offer, supervisor, ends, inputs);
            }
            Happening::Moves { supervisor } => self.move_some_call(at, supervisor, inputs),
            Happening::Vanishes { agent, call } => {
                let inside = |caller: &Caller| caller.legs.iter().any(|leg| leg.agent == agent);
                if self.callers.get(call).is_some_and(inside) {
                    self.vanish(at, agent, inputs);
                }
            }
            Happening::Reappears { agent } => self.reappear(at, agent, inputs),
        }
        if !self.gremlin.is_idle() {
            for (late, input) in self.gremlin.spoil(inputs, self.next_call) {
                self.agenda.push(at + late, Happening::Repeats(Box::new(input)));
            }
        }
        if inputs.is_empty() {
            self.enter_patience();
        }
    }

    /// Takes note of what the engine has put out.
    pub(crate) fn read(&mut self, outputs: &[Output]) {
        for output in outputs {
            match &output.event {
                Event::Command(command) => self.obey(output.at, command),
                Event::Fact(fact) => self.note(output.at, fact),
            }
        }
        for call in self.ended.drain(..) {
            if let Some(Caller { mut legs, .. }) = self.callers.remove(call) {
                legs.clear();
                self.spare_legs.push(legs);
            }
        }
        if let Some(last) = outputs.last() {
            self.wait_again(last.at);
        }
        self.enter_patience();
    }

    /// Everybody goes home; what is begun is still finished.
    pub(crate) fn close(&mut self, inputs: &mut Vec<(Actor, Input)>) {
        self.closed = true;
        for (index, desk) in self.desks.iter().enumerate() {
            let agent = AgentId(index as u32);
            if desk.presence != Presence::SignedOut {
                inputs.push((Actor::Agent(agent), Input::SignOut { agent }));
            }
        }
    }

    // --- facts ---

    fn note(&mut self, at: Time, fact: &Fact) {
        match *fact {
            Fact::CallArrived { call, .. } => {
                if let Some((_, caller)) = self.called_back.take_if(|(called, _)| *called == call) {
                    self.further_calls += 1;
                    self.callers.insert(call, caller);
                }
            }
            Fact::Answered { offer, call, queue, agent, .. } => {
                self.take_up(call, offer, agent);
                self.keep_alive(at, call, queue, agent);
            }
            Fact::Connected { offer, call, agent, role, .. } => match role {
                LegRole::Serve => self.serve(at, call, offer, agent),
                LegRole::Consult | LegRole::Monitor => self.consult_begins(at, call, Some((offer, agent))),
            },
            Fact::DialAnswered { dial, call } if self.is_consulted(dial) => self.consult_begins(at, call, None),
            Fact::OfferEnded { offer, call, .. } => {
                self.rings.remove(offer);
                if let Some(caller) = self.callers.get_mut(call) {
                    caller.remove_leg(offer);
                }
            }
            Fact::VisitEnded { exit: VisitExit::Served { .. }, .. } => {}
            Fact::VisitEnded { call, cause: VisitCause::Consult { by }, .. } => self.consult_fails(at, call, Some(by)),
            Fact::DialEnded { dial, call, purpose, .. } => {
                self.lines.remove(&dial);
                if purpose == DialPurpose::Consult {
                    self.consult_fails(at, call, None);
                }
            }
            Fact::HoldStarted { call, agent } => self.hold_started(at, call, agent),
            Fact::HoldEnded { call, agent, .. } => self.hold_ended(at, call, agent),
            Fact::LegEnded { offer, call, queue, agent, .. } => self.leave(at, call, offer, queue, agent),
            Fact::MonitorStarted { offer, call, supervisor, .. } => self.monitor_started(at, call, offer, supervisor),
            Fact::MonitorEnded { offer, call, .. } => {
                if let Some(caller) = self.callers.get_mut(call) {
                    caller.remove_leg(offer);
                }
            }
            Fact::CallbackPromised { call, .. } => self.set_aside(call),
            Fact::MessageStarted { call, .. } => self.set_aside(call),
            Fact::FollowUpAdded { follow_up, queue, .. } => self.expect_follow_up(at, follow_up, queue),
            Fact::WrapUpEnded { agent, call, .. } => {
                if let Some(desk) = self.desks.get_mut(agent.index()) {
                    desk.wrapping_up.remove(&call);
                }
            }
            Fact::ApprovalAsked { agent, .. } => self.break_asked(at, agent),
            Fact::ApprovalEnded { agent, approved, .. } => {
                if let Some(desk) = self.desks.get_mut(agent.index()) {
                    desk.asks = None;
                    desk.rest = desk.rest.filter(|_| approved == Some(true));
                }
            }
            Fact::PresenceChanged { agent, to, .. } => self.presence_changed(at, agent, to),
            Fact::CallEnded { call, outcome, .. } => self.end_call(at, call, outcome),
            _ => {}
        }
    }
}
