//! A story told in hand-made facts, in the order in which the engine tells them, about a floor of three agents.

use cordboard::engine::{
    EndedBy, Event, Fact, Key, LegRole, NotReady, OfferEnd, Outcome, Output, OutputKey, Presence, SlotState,
    VisitCause, VisitExit, Why,
};
use cordboard::stats::{Figures, Tally, TallyOptions};
use cordboard::{AgentId, CallId, ClassId, OfferId, Plan, QueueId, Span, TierId, Time, VisitId};

const FLOOR: &str = r#"
name = "Test"
reasons = ["break"]
ring_cadence = "6s"

[[teams]]
name = "desk"
[[teams]]
name = "night"

[[agents]]
name = "li"
team = "desk"
[[agents]]
name = "wang"
team = "desk"
capacity = 2
[[agents]]
name = "zhao"
team = "night"
role = "foreman"

[[queues]]
name = "outside"
[queues.rules]
target = "3 rings"

[[queues]]
name = "guests"

[[tiers]]
name = "gold"
[[tiers]]
name = "silver"
"#;

pub(crate) const LI: AgentId = AgentId(0);
pub(crate) const WANG: AgentId = AgentId(1);
pub(crate) const ZHAO: AgentId = AgentId(2);
pub(crate) const OUTSIDE: QueueId = QueueId(0);
pub(crate) const GUESTS: QueueId = QueueId(1);
pub(crate) const GOLD: Option<TierId> = Some(TierId(0));
pub(crate) const TARGET: Span = Span::from_secs(18);

pub(crate) fn plan() -> Plan {
    Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Tells facts in the order in which the engine does.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) outputs: Vec<Output>,
    pub(crate) now: Time,
    pub(crate) visits: u64,
    pub(crate) offers: u64,
    pub(crate) ready: Vec<Time>,
}

/// A live call.
#[derive(Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) call: CallId,
    pub(crate) visit: VisitId,
    pub(crate) queue: QueueId,
    pub(crate) tier: Option<TierId>,
    pub(crate) arrived: Time,
    pub(crate) started: Time,
    pub(crate) cause: VisitCause,
}

/// A phone rung for it.
#[derive(Clone, Copy)]
pub(crate) struct Phone {
    pub(crate) offer: OfferId,
    pub(crate) agent: AgentId,
    pub(crate) slot: u8,
    pub(crate) since: Time,
}

impl Story {
    pub(crate) fn new() -> Self {
        Self { outputs: Vec::new(), now: Time::ZERO, visits: 0, offers: 0, ready: vec![Time::ZERO; 3] }
    }

    pub(crate) fn at(&mut self, secs: u64) -> &mut Self {
        self.now = Time::from_secs(secs);
        self
    }

    pub(crate) fn fact(&mut self, fact: Fact) {
        let key = OutputKey { position: self.outputs.len() as u64, index: 0 };
        self.outputs.push(Output { at: self.now, key, actor: None, event: Event::Fact(fact) });
    }

    pub(crate) fn presence(&mut self, agent: AgentId, from: Presence, to: Presence) {
        let lasted = self.now - self.ready[agent.index()];
        self.ready[agent.index()] = self.now;
        self.fact(Fact::PresenceChanged { agent, from, to, lasted });
    }

    pub(crate) fn sign_in(&mut self, agent: AgentId) {
        self.presence(agent, Presence::SignedOut, Presence::NotReady(NotReady::SignedIn));
    }

    pub(crate) fn ready(&mut self, agent: AgentId) {
        self.presence(agent, Presence::NotReady(NotReady::SignedIn), Presence::Ready);
    }

    pub(crate) fn slot(&mut self, phone: Phone, from: SlotState, to: SlotState) -> Phone {
        let Phone { agent, slot, since, .. } = phone;
        self.fact(Fact::SlotChanged { agent, slot, from, to, lasted: self.now - since });
        Phone { since: self.now, ..phone }
    }

    pub(crate) fn arrive(&mut self, queue: QueueId, tier: Option<TierId>) -> Caller {
        let call = CallId(1000 + self.visits);
        self.fact(Fact::CallArrived { call, entry: None, tier, prior_call: None });
        self.join(call, queue, tier, self.now, VisitCause::Arrived)
    }

    pub(crate) fn join(
        &mut self,
        call: CallId,
        queue: QueueId,
        tier: Option<TierId>,
        arrived: Time,
        cause: VisitCause,
    ) -> Caller {
        self.visits += 1;
        let visit = VisitId(self.visits);
        self.fact(Fact::VisitStarted { visit, call, queue, class: ClassId(2), tier, aged_from: self.now, cause });
        Caller { call, visit, queue, tier, arrived, started: self.now, cause }
    }

    pub(crate) fn leave(&mut self, caller: Caller, exit: VisitExit) {
        let wait = self.now - caller.started;
        let in_target = matches!(exit, VisitExit::Served { .. }) && wait <= TARGET;
        let Caller { call, visit, queue, tier, started, cause, .. } = caller;
        self.fact(Fact::VisitEnded {
            visit,
            call,
            queue,
            class: ClassId(2),
            tier,
            exit,
            wait,
            in_target,
            started,
            cause,
        });
    }

    pub(crate) fn end(&mut self, caller: Caller, outcome: Outcome) {
        let Caller { call, queue, tier, arrived, .. } = caller;
        self.fact(Fact::CallEnded { call, tier, outcome, queue: Some(queue), lasted: self.now - arrived });
    }

    pub(crate) fn abandon(&mut self, caller: Caller) {
        self.leave(caller, VisitExit::Abandoned);
        self.end(caller, Outcome::Abandoned);
    }

    pub(crate) fn ring(&mut self, caller: Caller, agent: AgentId, slot: u8) -> Phone {
        let Caller { call, visit, queue, .. } = caller;
        self.offers += 1;
        let offer = OfferId::from_bits(self.offers);
        let why = Why {
            class: ClassId(2),
            rank_since: 0,
            candidates: 1,
            preference: 0,
            level: 0,
            key: Key::Place(0),
            runner_up: None,
        };
        let phone = Phone { offer, agent, slot, since: self.now };
        self.slot(phone, SlotState::Free, SlotState::Ringing);
        self.fact(Fact::Offered { offer, visit, call, queue, agent, why });
        self.fact(Fact::Rang { offer, agent });
        phone
    }

    pub(crate) fn stop_ringing(&mut self, caller: Caller, phone: Phone, how: OfferEnd) {
        let Caller { call, queue, .. } = caller;
        let Phone { offer, agent, since, .. } = phone;
        self.fact(Fact::OfferEnded { offer, call, queue, agent, how, rang: self.now - since });
        self.slot(phone, SlotState::Ringing, SlotState::Free);
    }

    /// Answered and joined at once.
    pub(crate) fn answer(&mut self, caller: Caller, phone: Phone) -> Phone {
        let phone = self.slot(phone, SlotState::Ringing, SlotState::Connecting);
        let Phone { offer, agent, .. } = phone;
        self.leave(caller, VisitExit::Served { agent });
        let phone = self.slot(phone, SlotState::Connecting, SlotState::Talking);
        self.fact(Fact::Connected { offer, call: caller.call, queue: caller.queue, agent, role: LegRole::Serve });
        phone
    }

    /// The caller hangs up; `held` of the time since the answer was hold.
    pub(crate) fn hang_up(&mut self, caller: Caller, phone: Phone, held: u64) -> Phone {
        let Phone { offer, agent, since, .. } = phone;
        let Caller { call, queue, .. } = caller;
        let hold = Span::from_secs(held);
        let talk = Span::from_nanos((self.now - since).as_nanos() - hold.as_nanos());
        let by = EndedBy::Caller;
        self.fact(Fact::LegEnded { offer, call, queue, agent, by, talk, hold, consult: Span::ZERO });
        self.end(caller, Outcome::Completed(by));
        self.slot(phone, SlotState::Talking, SlotState::WrapUp)
    }

    pub(crate) fn wrapped_up(&mut self, caller: Caller, phone: Phone) {
        let Phone { agent, since, .. } = phone;
        let Caller { call, queue, .. } = caller;
        self.fact(Fact::WrapUpEnded { agent, call, queue, lasted: self.now - since, disposition: None });
        self.slot(phone, SlotState::WrapUp, SlotState::Free);
    }

    pub(crate) fn tally(&self) -> Tally {
        let mut tally = Tally::new(&plan(), TallyOptions::default());
        self.outputs.iter().for_each(|output| tally.fold(output));
        tally
    }

    pub(crate) fn figures(&self) -> Figures {
        self.tally().figures(self.now)
    }
}

/// Serves a call that arrived at `at` after `wait` seconds, with a minute's talk.
pub(crate) fn serve(story: &mut Story, at: u64, wait: u64) {
    let caller = story.at(at).arrive(OUTSIDE, None);
    let phone = story.at(at + wait).ring(caller, LI, 0);
    let phone = story.answer(caller, phone);
    let phone = story.at(at + wait + 60).hang_up(caller, phone, 0);
    story.wrapped_up(caller, phone);
}
