//! The engine behind a host: what a telephony server would report is handed in, the outputs are read and dropped.
//!
//! The outputs go into one vector that is used again and again. Reading them for the offer, and dropping them, is counted
//! as part of each step: no host gets around it.

use std::rc::Rc;

use cordboard::engine::{Actor, Arrival, Command, EndedBy, Engine, Envelope, Event, Fact, Input, Output};
use cordboard::floor::Masked;
use cordboard::{AgentId, CallId, OfferId, QueueId, ReasonId, Time};

use super::drill::Distributor;
use super::site::Drawn;

pub struct Host {
    pub engine: Engine,
    out: Vec<Output>,
    now: Time,
    pace: u64,
    /// By agent: the offer or leg in hand.
    legs: Vec<OfferId>,
}

/// What is looked for among the outputs of one step.
#[derive(Default)]
struct Told {
    offered: Option<(CallId, AgentId)>,
    rung: Option<CallId>,
}

impl Host {
    fn tell(&mut self, actor: Actor, input: Input) {
        let told = self.step(actor, input);
        debug_assert!(told.rung.is_none());
    }

    fn step(&mut self, actor: Actor, input: Input) -> Told {
        self.now = Time::from_nanos(self.now.as_nanos() + self.pace);
        self.engine.handle(Envelope { at: self.now, actor, input }, &mut self.out);
        self.read()
    }

    fn read(&mut self) -> Told {
        let mut told = Told::default();
        for output in &self.out {
            match &output.event {
                Event::Command(Command::OfferCall(offer)) => {
                    self.legs[offer.agent.index()] = offer.offer;
                    told.offered = Some((offer.call, offer.agent));
                }
                Event::Fact(Fact::RungReached { call, rung, .. }) => {
                    assert!(*rung == 0 && told.rung.is_none(), "one first rung at a time");
                    told.rung = Some(*call);
                }
                Event::Fact(Fact::Refused(refusal)) => panic!("{refusal:?}"),
                Event::Fact(Fact::Ignored { subject }) => panic!("{subject:?}"),
                _ => {}
            }
        }
        self.out.clear();
        told
    }

    fn leg(&self, agent: u32) -> OfferId {
        self.legs[agent as usize]
    }
}

impl Distributor for Host {
    type Arrival = Arrival;

    fn new(drawn: &Rc<Drawn>) -> Self {
        let engine = Engine::new(drawn.plan.clone(), 1);
        let agents = drawn.plan.agents().len();
        let legs = vec![OfferId::from_bits(u64::MAX); agents];
        let mut host = Self { engine, out: Vec::new(), now: Time::ZERO, pace: 1, legs };
        for agent in (0..agents as u32).map(AgentId) {
            host.tell(Actor::Agent(agent), Input::SignIn { agent });
        }
        host
    }

    fn arrival(&mut self, call: u64, queue: u16, from: String) -> Arrival {
        let from = Some(Masked::from(from));
        Arrival { from, ..Arrival::new(CallId(call), QueueId(u32::from(queue))) }
    }

    fn arrive(&mut self, arrival: Arrival) -> Option<u32> {
        self.step(Actor::Switch, Input::CallArrived(arrival)).offered.map(|(_, agent)| agent.0)
    }

    fn ready(&mut self, agent: u32) -> Option<u64> {
        let agent = AgentId(agent);
        self.step(Actor::Agent(agent), Input::Ready { agent }).offered.map(|(call, _)| call.0)
    }

    fn abandon(&mut self, call: u64) {
        self.tell(Actor::Switch, Input::CallerGone { call: CallId(call) });
    }

    fn rung_due(&mut self) -> Option<u64> {
        self.now = self.engine.next_timeout()?;
        self.engine.handle_timeout(self.now, &mut self.out);
        self.read().rung.map(|call| call.0)
    }

    fn rings(&mut self, agent: u32) {
        let offer = self.leg(agent);
        self.tell(Actor::Switch, Input::LegRinging { offer });
    }

    fn answers(&mut self, agent: u32) {
        let offer = self.leg(agent);
        self.tell(Actor::Switch, Input::OfferAccepted { offer });
    }

    fn joined(&mut self, agent: u32) {
        let offer = self.leg(agent);
        self.tell(Actor::Switch, Input::Connected { offer });
    }

    fn ends(&mut self, agent: u32) {
        let offer = self.leg(agent);
        self.tell(Actor::Switch, Input::LegEnded { offer, by: EndedBy::Caller });
    }

    fn done(&mut self, agent: u32) {
        let agent = AgentId(agent);
        self.tell(Actor::Agent(agent), Input::WrapUpDone { agent, call: None, disposition: None });
    }

    fn wants_break(&mut self, agent: u32) {
        let agent = AgentId(agent);
        self.tell(Actor::Agent(agent), Input::NotReady { agent, reason: ReasonId(0) });
    }

    fn set_pace(&mut self, nanos: u64) {
        self.pace = nanos;
    }

    fn tidy(&mut self) {
        // Somebody calls back whoever hung up.
        let entries: Vec<_> = self.engine.follow_ups().map(|entry| entry.follow_up).collect();
        for follow_up in entries {
            self.tell(Actor::Host, Input::CloseFollowUp { follow_up, reason: "called back".into() });
        }
    }
}
