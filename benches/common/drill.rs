//! The drill: the same operations on the same drawn workload, whoever distributes the calls.
//!
//! A *house* is a site in one of two states, in which it is kept for as long as it is measured: *busy*, with every agent
//! away and so many calls waiting in the queues, or *idle*, with every agent free and so many calls waiting in the
//! backlog. An operation is done in batches: what it starts from is set up beforehand and not measured, nor is what
//! brings the house back to its state.

use std::collections::VecDeque;
use std::rc::Rc;

use super::draw::Draw;
use super::site::Drawn;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A call comes and finds nobody free.
    ArriveWait,
    /// A waiting caller, any of them, hangs up.
    Abandon,
    /// An agent comes back from a break and is rung for a call that waits.
    ReadyOffer,
    /// The first rung of a waiting call falls due.
    RungDue,
    /// A call comes and an agent is rung for it.
    ArriveOffer,
    /// A call comes, rings, is answered and connected, ends, and the agent finishes the work after it.
    FullLife,
}

/// Agents with a free telephone, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Busy,
    Idle,
}

impl Operation {
    /// In the order in which a house goes through them. Rungs first, as long as the calls stand in the order and at the
    /// distance in which they came: these move the time, and whatever else happens takes next to none.
    pub const ALL: [Self; 6] =
        [Self::RungDue, Self::ArriveWait, Self::Abandon, Self::ReadyOffer, Self::ArriveOffer, Self::FullLife];

    pub fn name(self) -> &'static str {
        match self {
            Self::ArriveWait => "arrive-wait",
            Self::Abandon => "abandon",
            Self::ReadyOffer => "ready-offer",
            Self::RungDue => "rung-due",
            Self::ArriveOffer => "arrive-offer",
            Self::FullLife => "full-life",
        }
    }

    /// Whether it takes a call out of those that wait.
    pub fn takes_from_waiting(self) -> bool {
        matches!(self, Self::RungDue | Self::Abandon | Self::ReadyOffer)
    }

    /// The state of the house in which it is measured.
    pub fn state(self) -> State {
        match self {
            Self::ArriveWait | Self::Abandon | Self::ReadyOffer | Self::RungDue => State::Busy,
            Self::ArriveOffer | Self::FullLife => State::Idle,
        }
    }
}

/// Whoever distributes calls: the engine behind its host, or a baseline. Calls are numbered from 0 in order of coming.
pub trait Distributor {
    /// What tells it of a call, made beforehand: it is the host's work.
    type Arrival;
    /// Everybody is here, and nobody is free.
    fn new(drawn: &Rc<Drawn>) -> Self;
    fn arrival(&mut self, call: u64, queue: u16, from: String) -> Self::Arrival;
    /// A call comes; who is rung for it.
    fn arrive(&mut self, arrival: Self::Arrival) -> Option<u32>;
    /// An agent becomes free; for which call he is rung.
    fn ready(&mut self, agent: u32) -> Option<u64>;
    /// A waiting caller hangs up.
    fn abandon(&mut self, call: u64);
    /// The agent has finished the work after the call, and is free again, unless he wants a break.
    fn done(&mut self, agent: u32);
    /// The agent wants a break after the call in hand.
    fn wants_break(&mut self, agent: u32);

    // What a baseline knows nothing of.

    /// The next rung falls due; for which call.
    fn rung_due(&mut self) -> Option<u64> {
        None
    }

    /// The phone rings.
    fn rings(&mut self, _agent: u32) {}

    /// The agent answers.
    fn answers(&mut self, _agent: u32) {}

    /// The two are joined.
    fn joined(&mut self, _agent: u32) {}

    /// The caller hangs up.
    fn ends(&mut self, _agent: u32) {}

    /// How long it takes from one thing that happens to the next; nanoseconds.
    fn set_pace(&mut self, _nanos: u64) {}

    /// What the people of the house do about lists that would grow for ever.
    fn tidy(&mut self) {}
}

/// A house that can be measured, whoever distributes its calls.
pub trait Measured {
    /// Brings the house back to its state, then sets up the next batch.
    fn prepare(&mut self, operation: Operation);
    /// Does the operation as often as [`batch`](Self::batch) says.
    fn run(&mut self, operation: Operation);
    fn batch(&self) -> u32;
    /// Who was rung for which call in the last batch, in order.
    fn offered(&self) -> &[(u64, u32)];
}

/// How many operations make a batch in a house with so many agents: few of them, so that somebody is left for each; a
/// power of two, so that batches of rungs come out even (see [`Operation::ALL`]).
pub fn batch(agents: usize) -> usize {
    1 << (agents / 32).clamp(1, 8).ilog2()
}

/// Over this time the calls have come that wait when the measuring begins: less than it takes to the first rung.
const FILLED_WITHIN_NANOS: u64 = 10_000_000_000;

/// A house, and what happens in it.
pub struct Drill<D: Distributor> {
    distributor: D,
    drawn: Rc<Drawn>,
    draw: Draw,
    state: State,
    /// How many calls are kept waiting.
    kept: usize,
    batch: usize,
    /// Queues in which a call of a batch surely finds somebody.
    queues: Vec<u16>,
    /// By call: whether it waits.
    waits: Vec<bool>,
    waiting: usize,
    /// By call: its queue.
    queue_of: Vec<u16>,
    /// Queues in which one waits less than before. The next calls go there, so that none runs dry.
    vacated: Vec<u16>,
    /// Calls before this one do not wait any more.
    first: u64,
    /// The agents in the order in which they come back from breaks, and whose turn it is.
    turns: Vec<u32>,
    turn: usize,
    /// What the next batch is made of.
    arrivals: VecDeque<D::Arrival>,
    subjects: Vec<u64>,
    /// The calls that have climbed a rung in the last batch.
    climbed: Vec<u64>,
    /// Who was rung for which call in the last batch.
    offered: Vec<(u64, u32)>,
    /// Whether those conversations are over already.
    over: bool,
}

impl<D: Distributor> Drill<D> {
    /// A house of this site, in this state, with so many calls waiting.
    pub fn new(drawn: &Rc<Drawn>, state: State, waiting: usize) -> Self {
        let agents = drawn.profile_of.len();
        let batch = batch(agents);
        let mut draw = Draw::new(11);
        let mut turns: Vec<u32> = (0..agents as u32).collect();
        draw.shuffle(&mut turns);
        let mut drill = Self {
            distributor: D::new(drawn),
            drawn: drawn.clone(),
            draw,
            state,
            kept: waiting,
            batch,
            queues: drawn.queues_with(batch),
            waits: Vec::new(),
            waiting: 0,
            queue_of: Vec::new(),
            vacated: Vec::new(),
            first: 0,
            turns,
            turn: 0,
            arrivals: VecDeque::with_capacity(batch),
            subjects: Vec::with_capacity(batch),
            climbed: Vec::with_capacity(batch),
            offered: Vec::with_capacity(batch),
            over: true,
        };
        assert!(!drill.queues.is_empty(), "somebody is there for some queue");
        drill.distributor.set_pace(1);
        if state == State::Idle {
            for at in 0..agents {
                let nothing = drill.distributor.ready(drill.turns[at]);
                assert_eq!(nothing, None);
            }
        }
        drill.distributor.set_pace(FILLED_WITHIN_NANOS / waiting.max(1) as u64);
        drill.fill();
        drill.distributor.set_pace(1);
        drill
    }

    pub fn distributor(&self) -> &D {
        &self.distributor
    }

    /// A call about to come, for a drawn queue.
    fn next_arrival(&mut self, queue: u16) -> D::Arrival {
        let call = self.waits.len() as u64;
        self.waits.push(false);
        self.queue_of.push(queue);
        // One in ten is in the directory.
        let from = match self.draw.below(10) {
            0 => super::site::known_caller(self.draw.below(super::site::KNOWN_CALLERS)),
            _ => format!("+86 138 {:08}", self.draw.below(100_000_000)),
        };
        self.distributor.arrival(call, queue, from)
    }

    fn drawn_queue(&mut self) -> u16 {
        self.queues[self.draw.below(self.queues.len())]
    }

    /// Calls come until as many wait as should.
    fn fill(&mut self) {
        while self.waiting < self.kept {
            let queue = match self.state {
                State::Idle => self.drawn.backlog(),
                State::Busy => self.vacated.pop().unwrap_or_else(|| self.drawn_queue()),
            };
            let arrival = self.next_arrival(queue);
            let nobody = self.distributor.arrive(arrival);
            assert_eq!(nobody, None, "nobody is free");
            self.now_waits(self.waits.len() as u64 - 1);
        }
    }

    fn now_waits(&mut self, call: u64) {
        self.waits[call as usize] = true;
        self.waiting += 1;
    }

    fn waits_no_more(&mut self, call: u64) {
        assert!(core::mem::replace(&mut self.waits[call as usize], false), "call {call} waits");
        self.waiting -= 1;
        self.vacated.push(self.queue_of[call as usize]);
    }

    /// The call that has waited longest.
    fn longest_waiting(&mut self) -> u64 {
        while !self.waits[self.first as usize] {
            self.first += 1;
        }
        self.first
    }

    /// Any call that waits.
    fn any_waiting(&mut self) -> u64 {
        let first = self.longest_waiting();
        loop {
            let call = first + self.draw.below(self.waits.len() - first as usize) as u64;
            if self.waits[call as usize] {
                return call;
            }
        }
    }

    /// Ends what the last batch began, and has as many calls wait as should.
    fn restore(&mut self) {
        for (call, agent) in core::mem::take(&mut self.offered) {
            if self.waits[call as usize] {
                self.waits_no_more(call);
            }
            if self.over {
                continue;
            }
            if self.state == State::Busy {
                self.distributor.wants_break(agent);
            }
            self.distributor.rings(agent);
            self.distributor.answers(agent);
            self.distributor.joined(agent);
            self.distributor.ends(agent);
            self.distributor.done(agent);
        }
        for call in core::mem::take(&mut self.climbed) {
            self.distributor.abandon(call);
            self.waits_no_more(call);
        }
        while self.waiting > self.kept {
            let call = self.longest_waiting();
            self.distributor.abandon(call);
            self.waits_no_more(call);
        }
        self.fill();
        self.vacated.clear();
        self.distributor.tidy();
    }
}

impl<D: Distributor> Measured for Drill<D> {
    fn prepare(&mut self, operation: Operation) {
        self.restore();
        self.over = operation == Operation::FullLife;
        self.subjects.clear();
        for _ in 0..self.batch {
            match operation {
                Operation::ArriveWait | Operation::ArriveOffer | Operation::FullLife => {
                    let queue = self.drawn_queue();
                    self.subjects.push(self.waits.len() as u64);
                    let arrival = self.next_arrival(queue);
                    self.arrivals.push_back(arrival);
                }
                Operation::Abandon => {
                    let call = self.any_waiting();
                    self.waits_no_more(call);
                    self.subjects.push(call);
                }
                Operation::ReadyOffer => {
                    self.subjects.push(u64::from(self.turns[self.turn]));
                    self.turn = (self.turn + 1) % self.turns.len();
                }
                Operation::RungDue => {}
            }
        }
        if operation == Operation::ArriveWait {
            (0..self.batch).for_each(|at| self.now_waits(self.subjects[at]));
        }
    }

    fn run(&mut self, operation: Operation) {
        match operation {
            Operation::ArriveWait => {
                while let Some(arrival) = self.arrivals.pop_front() {
                    let nobody = self.distributor.arrive(arrival);
                    assert!(nobody.is_none());
                }
            }
            Operation::Abandon => self.subjects.iter().for_each(|call| self.distributor.abandon(*call)),
            Operation::ReadyOffer => {
                for agent in &self.subjects {
                    let agent = *agent as u32;
                    let call = self.distributor.ready(agent).expect("a call waits for everybody");
                    self.offered.push((call, agent));
                }
            }
            Operation::RungDue => {
                for _ in 0..self.batch {
                    let call = self.distributor.rung_due().expect("a rung is due");
                    self.climbed.push(call);
                }
            }
            Operation::ArriveOffer | Operation::FullLife => {
                for call in &self.subjects {
                    let arrival = self.arrivals.pop_front().expect("as many arrivals as calls");
                    let agent = self.distributor.arrive(arrival).expect("somebody is free for every call");
                    self.offered.push((*call, agent));
                }
                if operation == Operation::FullLife {
                    // As in life, one conversation does not wait for the end of another.
                    let offered = &self.offered;
                    offered.iter().for_each(|(_, agent)| self.distributor.rings(*agent));
                    offered.iter().for_each(|(_, agent)| self.distributor.answers(*agent));
                    offered.iter().for_each(|(_, agent)| self.distributor.joined(*agent));
                    offered.iter().for_each(|(_, agent)| self.distributor.ends(*agent));
                    offered.iter().for_each(|(_, agent)| self.distributor.done(*agent));
                }
            }
        }
    }

    fn batch(&self) -> u32 {
        self.batch as u32
    }

    fn offered(&self) -> &[(u64, u32)] {
        &self.offered
    }
}
