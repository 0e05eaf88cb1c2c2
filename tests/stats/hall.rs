//! A floor at work, told what happens, with a tally that hears everything.

use std::sync::Arc;

use cordboard::engine::{Actor, Arrival, Command, Envelope, Event, Fact, Input, Output};
use cordboard::stats::{AgentState, Figures, Tally, TallyOptions};
use cordboard::{AgentId, CallId, DialId, Engine, FollowUpId, OfferId, Plan, QueueId, Time};

use crate::sums::{adds_up, agrees};

const FLOOR: &str = r#"
name = "Test"
ring_cadence = "6s"
reasons = ["break"]
approval = ["break"]
dispositions = ["booked", "nothing"]

[rules]
choice = "linear"
wrap_up = "10s"
cool_down = "0s"
preferred_wait = "20s"
transfer_limit = "30s"
transfer_return = "20s"
callback_attempts = 2
callback_gap = "60s"

[[teams]]
name = "desk"
[[teams]]
name = "lead"

[[agents]]
name = "li"
team = "desk"
[[agents]]
name = "wang"
team = "desk"
[[agents]]
name = "zhao"
team = "lead"
role = "foreman"

[[extensions]]
name = "spa"
number = "55"

[[queues]]
name = "outside"
teams = ["desk"]
[[queues.keys]]
key = "9"
do = { to_queue = "guests" }

[[queues]]
name = "guests"
teams = ["desk"]
[queues.rules]
wrap_up = "disposition"
"#;

pub(crate) const LI: AgentId = AgentId(0);
pub(crate) const WANG: AgentId = AgentId(1);
pub(crate) const ZHAO: AgentId = AgentId(2);
pub(crate) const OUTSIDE: QueueId = QueueId(0);
pub(crate) const GUESTS: QueueId = QueueId(1);

/// The floor at work: an engine, and a tally that hears everything.
pub(crate) struct Hall {
    pub(crate) engine: Engine,
    pub(crate) tally: Tally,
    pub(crate) outputs: Vec<Output>,
    pub(crate) now: u64,
}

impl Hall {
    pub(crate) fn new() -> Self {
        let plan = Arc::new(Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}")));
        let tally = Tally::new(&plan, TallyOptions::default());
        Self { engine: Engine::new(plan, 1), tally, outputs: Vec::new(), now: 0 }
    }

    /// Li, Wang and Zhao at work from the start.
    pub(crate) fn staffed() -> Self {
        let mut hall = Self::new();
        for agent in [LI, WANG, ZHAO] {
            hall.tell(agent, Input::SignIn { agent }).tell(agent, Input::Ready { agent });
        }
        hall
    }

    /// Lets time pass; timers due at this instant fire with what is told later.
    pub(crate) fn at(&mut self, secs: u64) -> &mut Self {
        self.now = secs;
        let now = Time::from_secs(secs);
        let mut out = Vec::new();
        while let Some(due) = self.engine.next_timeout().filter(|due| *due < now) {
            self.engine.handle_timeout(due, &mut out);
        }
        self.hear(out);
        self
    }

    pub(crate) fn hear(&mut self, out: Vec<Output>) {
        for output in out {
            if let Event::Fact(Fact::Refused(_) | Fact::Ignored { .. }) = output.event {
                panic!("{output:?}");
            }
            self.tally.fold(&output);
            self.outputs.push(output);
        }
    }

    pub(crate) fn input(&mut self, actor: Actor, input: Input) -> &mut Self {
        let mut out = Vec::new();
        self.engine.handle(Envelope { at: Time::from_secs(self.now), actor, input }, &mut out);
        self.hear(out);
        self
    }

    pub(crate) fn tell(&mut self, agent: AgentId, input: Input) -> &mut Self {
        self.input(Actor::Agent(agent), input)
    }

    pub(crate) fn report(&mut self, input: Input) -> &mut Self {
        self.input(Actor::Switch, input)
    }

    pub(crate) fn arrive(&mut self, call: u64, queue: QueueId) -> &mut Self {
        self.report(Input::CallArrived(Arrival::new(CallId(call), queue)))
    }

    pub(crate) fn hang_up(&mut self, call: u64) -> &mut Self {
        self.report(Input::CallerGone { call: CallId(call) })
    }

    pub(crate) fn last<T>(&self, what: impl Fn(&Event) -> Option<T>) -> T {
        self.outputs.iter().rev().find_map(|output| what(&output.event)).expect("it has been said")
    }

    /// The latest offer to an agent, or his ear on a call.
    pub(crate) fn offer(&self, whose: AgentId) -> OfferId {
        self.last(|event| match event {
            Event::Fact(Fact::Offered { offer, agent, .. }) if *agent == whose => Some(*offer),
            Event::Command(Command::Monitor { offer, supervisor, .. }) if *supervisor == whose => Some(*offer),
            _ => None,
        })
    }

    pub(crate) fn dial(&self) -> DialId {
        self.last(|event| match event {
            Event::Fact(Fact::Dialled { dial, .. }) => Some(*dial),
            _ => None,
        })
    }

    pub(crate) fn follow_up(&self, of: u64) -> FollowUpId {
        self.last(|event| match event {
            Event::Fact(Fact::FollowUpAdded { follow_up, call, .. }) if *call == CallId(of) => Some(*follow_up),
            _ => None,
        })
    }

    /// An agent picks up, and is joined at once.
    pub(crate) fn answer(&mut self, agent: AgentId) -> &mut Self {
        let offer = self.offer(agent);
        self.report(Input::OfferAccepted { offer }).report(Input::Connected { offer })
    }

    pub(crate) fn hold(&mut self, agent: AgentId, held: bool) -> &mut Self {
        let offer = self.offer(agent);
        self.report(Input::HoldChanged { offer, held })
    }

    /// The figures; once nobody has anything in hand, agents' time is exactly what the engine said of it.
    pub(crate) fn figures(&self) -> Figures {
        let now = Time::from_secs(self.now);
        let figures = self.tally.figures(now);
        adds_up(&figures);
        if self.tally.glance(now).agents.iter().all(|agent| agent.state <= AgentState::Idle) {
            agrees(&figures, &self.outputs);
        }
        figures
    }
}
