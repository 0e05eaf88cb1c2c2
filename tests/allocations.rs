//! Once it is warm, the engine allocates nothing, whatever happens: it was handed its inputs, and it hands out outputs in
//! a vector that is used again.
//!
//! The hotel works the same day again and again: the same draws from a fixed seed, from when everybody signs in until
//! everybody has gone. Calls are answered, missed, declined, abandoned, held, transferred and escalated. The last day has
//! nothing in hand that an earlier day has not had.

use std::collections::BTreeMap;

use cordboard::engine::{
    Actor, Arrival, Command, DialFailure, EndedBy, Engine, Envelope, Event, Fact, Input, MonitorMode, OfferFailure,
    Output, Target,
};
use cordboard::floor::Masked;
use cordboard::{
    AgentId, CallId, ClassId, DialId, DispositionId, ExtensionId, FollowUpId, OfferId, Plan, QueueId, ReasonId, Span,
    Time,
};

/// Days of warming up, and steps in a day.
const WARM_UP: u64 = 8;
const STEPS: u32 = 80_000;
/// Of the draws of a day.
const SEED: u64 = 5;

/// What is asked of the engine besides calls, breaks and work after calls.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Habits {
    /// Hold, transfer, consult, conference; supervisors listen in and take over.
    Usual,
    /// Callers complain or accept to be called back, too.
    Memorable,
}

/// A generator with a fixed seed: SplitMix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * below as u128) >> 64) as usize
    }

    /// Any of these.
    fn any<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.below(of.len())]) }
    }
}

/// The people of the hotel, its telephone server, and the engine.
struct Hotel {
    engine: Engine,
    draw: Draw,
    out: Vec<Output>,
    now: Time,
    next_call: u64,
    calls: Vec<CallId>,
    /// Legs with their agent and call, ringing or talking.
    legs: Vec<(OfferId, AgentId, CallId)>,
    dials: Vec<DialId>,
    follow_ups: Vec<FollowUpId>,
    /// Commands that the telephone server has yet to carry out.
    reports: Vec<Input>,
    measured: bool,
    /// By name of the input: in how many steps something was allocated, and how often.
    allocated: BTreeMap<String, (u64, u64)>,
    /// By name of the fact: how many there were while it was measured.
    seen: BTreeMap<String, u64>,
}

fn name(value: &impl core::fmt::Debug) -> String {
    format!("{value:?}").split([' ', '(', '{']).next().unwrap_or_default().into()
}

impl Hotel {
    fn open() -> Self {
        let plan = Plan::load("examples/floors/hotel.toml").unwrap();
        Self {
            engine: Engine::new(plan.into(), 1),
            draw: Draw(SEED),
            out: Vec::new(),
            now: Time::ZERO,
            next_call: 0,
            calls: Vec::new(),
            legs: Vec::new(),
            dials: Vec::new(),
            follow_ups: Vec::new(),
            reports: Vec::new(),
            measured: false,
            allocated: BTreeMap::new(),
            seen: BTreeMap::new(),
        }
    }

    fn agents(&self) -> Vec<AgentId> {
        (0..self.engine.plan().agents().len() as u32).map(AgentId).collect()
    }

    // --- the engine, watched ---

    fn tell(&mut self, actor: Actor, input: Input) {
        let what = if self.measured { name(&input) } else { String::new() };
        let envelope = Envelope { at: self.now, actor, input };
        self.step(&what, |engine, out| engine.handle(envelope, out));
    }

    fn step(&mut self, what: &str, step: impl FnOnce(&mut Engine, &mut Vec<Output>)) {
        let (engine, out) = (&mut self.engine, &mut self.out);
        let count = allocation_counter::measure(|| step(engine, out)).count_total;
        if self.measured && count > 0 {
            let (steps, allocations) = self.allocated.entry(what.into()).or_default();
            *steps += 1;
            *allocations += count;
        }
        let out = core::mem::take(&mut self.out);
        out.iter().for_each(|output| self.read(&output.event));
        self.out = out;
        self.out.clear();
    }

    /// What the people and the telephone server learn.
    fn read(&mut self, event: &Event) {
        match event {
            Event::Command(command) => self.obey(command),
            Event::Fact(fact) => {
                if self.measured {
                    *self.seen.entry(name(fact)).or_default() += 1;
                }
                match fact {
                    Fact::CallEnded { call, .. } => self.calls.retain(|of| of != call),
                    Fact::OfferEnded { offer, .. } | Fact::LegEnded { offer, .. } => {
                        self.legs.retain(|(of, ..)| of != offer);
                    }
                    Fact::DialEnded { dial, .. } => self.dials.retain(|of| of != dial),
                    Fact::FollowUpAdded { follow_up, .. } => self.follow_ups.push(*follow_up),
                    Fact::FollowUpClosed { follow_up, .. } => self.follow_ups.retain(|of| of != follow_up),
                    _ => {}
                }
            }
        }
    }

    fn obey(&mut self, command: &Command) {
        let report = match command {
            Command::OfferCall(offer) => {
                self.legs.push((offer.offer, offer.agent, offer.call));
                Input::LegRinging { offer: offer.offer }
            }
            Command::Connect { offer, .. } | Command::Consult { offer, .. } => Input::Connected { offer: *offer },
            Command::Monitor { offer, .. } => Input::Connected { offer: *offer },
            Command::Hold { offer, .. } => Input::HoldChanged { offer: *offer, held: true },
            Command::Unhold { offer, .. } => Input::HoldChanged { offer: *offer, held: false },
            Command::Dial { dial, .. } => {
                self.dials.push(*dial);
                Input::DialRinging { dial: *dial }
            }
            _ => return,
        };
        self.reports.push(report);
    }

    // --- what happens ---

    /// Works a day on which up to so many calls are in hand at once, then sends everybody home.
    fn day(&mut self, busy: usize, habits: Habits) {
        self.draw = Draw(SEED);
        for agent in self.agents() {
            self.tell(Actor::Agent(agent), Input::SignIn { agent });
            self.tell(Actor::Agent(agent), Input::Ready { agent });
        }
        for _ in 0..STEPS {
            let millis = 1 + self.draw.below(2_000) as u64;
            self.pass_time(millis);
            match self.reports.pop() {
                Some(report) => self.tell(Actor::Switch, report),
                None => self.something_happens(busy, habits),
            }
        }
        while let Some(call) = self.calls.first().copied() {
            self.reports.clear();
            self.tell(Actor::Switch, Input::CallerGone { call });
            self.tell(Actor::Host, Input::CancelCallback { call });
            self.pass_time(1_000);
        }
        while let Some(follow_up) = self.follow_ups.first().copied() {
            self.tell(Actor::Host, Input::CloseFollowUp { follow_up, reason: "seen to".into() });
        }
        for agent in self.agents() {
            self.tell(
                Actor::Agent(agent),
                Input::WrapUpDone { agent, call: None, disposition: Some(DispositionId(0)) },
            );
            self.tell(Actor::Agent(agent), Input::SignOut { agent });
        }
        self.pass_time(3_600_000);
    }

    fn pass_time(&mut self, millis: u64) {
        let until = self.now + Span::from_millis(millis);
        while let Some(due) = self.engine.next_timeout().filter(|due| *due <= until) {
            self.now = due;
            self.step("(a timer)", |engine, out| engine.handle_timeout(due, out));
        }
        self.now = until;
    }

    fn something_happens(&mut self, busy: usize, habits: Habits) {
        let leg = self.draw.any(&self.legs);
        let call = self.draw.any(&self.calls);
        let agents = self.agents();
        let agent = agents[self.draw.below(agents.len())];
        match (self.draw.below(64), leg, call) {
            (0..=9, ..) if self.calls.len() < busy => self.call_comes(),
            (10..=21, Some((offer, ..)), _) => self.tell(Actor::Switch, Input::OfferAccepted { offer }),
            (22, Some((offer, ..)), _) => {
                let why = [OfferFailure::Declined, OfferFailure::Busy, OfferFailure::Unreachable];
                let why = why[self.draw.below(why.len())];
                self.tell(Actor::Switch, Input::OfferFailed { offer, why });
            }
            (23..=27, Some((offer, ..)), _) => {
                let by = if self.draw.below(2) == 0 { EndedBy::Caller } else { EndedBy::Agent };
                self.tell(Actor::Switch, Input::LegEnded { offer, by });
            }
            (28 | 29, _, Some(call)) => self.tell(Actor::Switch, Input::CallerGone { call }),
            (30..=35, ..) => self.tell(Actor::Agent(agent), Input::Ready { agent }),
            (36, ..) => {
                let reason = ReasonId(self.draw.below(5) as u16);
                self.tell(Actor::Agent(agent), Input::NotReady { agent, reason });
                self.tell(Actor::Host, Input::ApproveBreak { agent });
            }
            (37..=39, ..) => {
                let disposition = Some(DispositionId(0));
                self.tell(Actor::Agent(agent), Input::WrapUpDone { agent, call: None, disposition });
            }
            (40 | 41, Some((_, agent, call)), _) => self.tell(Actor::Agent(agent), Input::Hold { call }),
            (42 | 43, Some((_, agent, call)), _) => self.tell(Actor::Agent(agent), Input::Unhold { call }),
            (44 | 45, Some((_, by, call)), _) => {
                let to = self.target(agent);
                self.tell(Actor::Agent(by), Input::Transfer { call, to });
            }
            (46 | 47, Some((_, by, call)), _) => {
                let to = self.target(agent);
                self.tell(Actor::Agent(by), Input::Consult { call, to });
            }
            // Few consult, so all are asked.
            (48 | 49, ..) => {
                for (_, by, call) in self.legs.clone() {
                    let done = match self.draw.below(3) {
                        0 => Input::CompleteTransfer { call },
                        1 => Input::Conference { call },
                        _ => Input::CancelTransfer { call },
                    };
                    self.tell(Actor::Agent(by), done);
                }
            }
            (51, Some((_, by, call)), _) => self.tell(Actor::Agent(by), Input::CannotAnswer { call }),
            (52, Some((.., call)), _) => {
                let supervisor = agents[agents.len() - 1 - self.draw.below(7)];
                self.tell(Actor::Agent(supervisor), Input::Monitor { supervisor, call, mode: MonitorMode::Listen });
            }
            (53, Some((_, supervisor, call)), _) => {
                self.tell(Actor::Agent(supervisor), Input::TakeOver { supervisor, call });
                self.tell(Actor::Agent(supervisor), Input::EndMonitor { supervisor, call });
            }
            (54, _, Some(call)) => {
                let to = QueueId(self.draw.below(4) as u32);
                self.tell(Actor::Host, Input::MoveCall { call, to });
            }
            (55, _, Some(call)) => {
                let class = Some(ClassId(self.draw.below(3) as u8));
                self.tell(Actor::Host, Input::ChangeRank { call, class, credit: None });
            }
            (56, _, Some(call)) => self.tell(Actor::Switch, Input::LeaseRenewed { call }),
            (57 | 58, ..) => {
                if let Some(dial) = self.draw.any(&self.dials) {
                    let why = DialFailure::Busy;
                    let report = match self.draw.below(3) {
                        0 => Input::DialFailed { dial, why },
                        1 => Input::DialAnswered { dial },
                        _ => Input::DialEnded { dial },
                    };
                    self.tell(Actor::Switch, report);
                }
            }
            (59, ..) => {
                if let Some(follow_up) = self.draw.any(&self.follow_ups) {
                    self.tell(Actor::Host, Input::CloseFollowUp { follow_up, reason: "seen to".into() });
                }
            }
            (60, Some((_, by, call)), _) if habits == Habits::Memorable => {
                self.tell(Actor::Agent(by), Input::Complaint { call });
            }
            (61, _, Some(call)) if habits == Habits::Memorable => {
                self.tell(Actor::Host, Input::AcceptCallback { call, terms: Default::default() });
            }
            (62, _, Some(call)) => self.tell(Actor::Switch, Input::MessageTaken { call }),
            (63, ..) => {
                let other = agents[self.draw.below(agents.len())];
                self.tell(Actor::Agent(agent), Input::SignOut { agent });
                self.tell(Actor::Host, Input::SignIn { agent: other });
            }
            _ => {}
        }
    }

    fn call_comes(&mut self) {
        let call = CallId(self.next_call);
        self.next_call += 1;
        self.calls.push(call);
        // Guests, some of them VIPs, and callers from outside.
        let from = match self.draw.below(4) {
            0 => "8801".into(),
            1 => "7002".into(),
            _ => format!("+86 138 {:08}", self.draw.below(100_000_000)),
        };
        let queue = QueueId([0, 0, 0, 1, 1, 1, 2, 2, 2, 3][self.draw.below(10)]);
        let from = Some(Masked::from(from));
        self.tell(Actor::Switch, Input::CallArrived(Arrival { from, ..Arrival::new(call, queue) }));
    }

    fn target(&mut self, agent: AgentId) -> Target {
        match self.draw.below(4) {
            0 => Target::Agent(agent),
            1 => Target::Extension(ExtensionId(self.draw.below(4) as u32)),
            2 => Target::Number("+86 21 5550 0100".into()),
            _ => Target::Queue(QueueId(self.draw.below(3) as u32)),
        }
    }

    /// Warms up, then works the same day once more, and nothing may be allocated.
    fn works_without_allocating(habits: Habits) -> Self {
        let mut hotel = Self::open();
        for _ in 0..WARM_UP {
            hotel.day(60, habits);
        }
        hotel.measured = true;
        hotel.day(60, habits);
        let allocated: Vec<String> = { hotel.allocated.iter() }
            .map(|(input, (steps, allocations))| format!("{input}: {allocations} allocations in {steps} steps"))
            .collect();
        assert!(allocated.is_empty(), "allocated while warm:\n{}", allocated.join("\n"));
        hotel
    }

    /// That day had enough of all of these.
    fn has_seen(&self, facts: &[&str]) {
        for fact in facts {
            let times = self.seen.get(*fact).copied().unwrap_or(0);
            assert!(times >= 5, "{fact} happened {times} times");
        }
    }
}

const USUAL: [&str; 28] = [
    "CallArrived",
    "VisitStarted",
    "RankChanged",
    "RungReached",
    "RungPassed",
    "TargetPassed",
    "VisitEnded",
    "CallEnded",
    "Offered",
    "Rang",
    "Answered",
    "OfferEnded",
    "HoldStarted",
    "HoldEnded",
    "LegEnded",
    "WrapUpEnded",
    "Dialled",
    "DialAnswered",
    "DialEnded",
    "TransferReturned",
    "TransferCompleted",
    "ConferenceStarted",
    "MonitorStarted",
    "FollowUpAdded",
    "FollowUpClosed",
    "SlotChanged",
    "PresenceChanged",
    "PresencePending",
];

#[test]
fn a_warm_switchboard_takes_no_more_memory_for_any_step_of_its_day() {
    Hotel::works_without_allocating(Habits::Usual).has_seen(&USUAL);
}

#[test]
fn complaints_and_promised_callbacks_take_no_more_memory_either() {
    Hotel::works_without_allocating(Habits::Memorable).has_seen(&["ComplaintRecorded", "CallbackPromised"]);
}
