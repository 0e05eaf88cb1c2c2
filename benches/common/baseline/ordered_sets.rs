//! Per-skill ordered sets by idle time, and first-in-first-out queues.

#![expect(clippy::disallowed_types, reason = "what one would reach for; hashed with fixed keys, and never walked")]

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::BuildHasherDefault;
use std::rc::Rc;

use crate::common::drill::Distributor;
use crate::common::site::Drawn;

struct Call {
    queue: u16,
    arrived: u64,
    agent: Option<u32>,
}

struct Agent {
    queues: Box<[u16]>,
    /// Since when he is free, if he is.
    idle_since: Option<u64>,
    call: Option<u64>,
    wants_break: bool,
}

pub struct OrderedSets {
    clock: u64,
    agents: Vec<Agent>,
    calls: HashMap<u64, Call, BuildHasherDefault<DefaultHasher>>,
    /// By queue: who is free for it, longest first.
    idle: Vec<BTreeSet<(u64, u32)>>,
    /// By queue: who waits there, longest first.
    waiting: Vec<VecDeque<(u64, u64)>>,
}

impl Distributor for OrderedSets {
    type Arrival = (u64, u16);

    fn new(drawn: &Rc<Drawn>) -> Self {
        let queues = drawn.queues + 1;
        let agent =
            |agent| Agent { queues: drawn.serves(agent).into(), idle_since: None, call: None, wants_break: false };
        Self {
            clock: 0,
            agents: (0..drawn.profile_of.len() as u32).map(agent).collect(),
            calls: HashMap::default(),
            idle: vec![BTreeSet::new(); queues],
            waiting: vec![VecDeque::new(); queues],
        }
    }

    fn arrival(&mut self, call: u64, queue: u16, _from: String) -> (u64, u16) {
        (call, queue)
    }

    fn arrive(&mut self, (id, queue): (u64, u16)) -> Option<u32> {
        self.clock += 1;
        let mut call = Call { queue, arrived: self.clock, agent: None };
        let found = self.idle[usize::from(queue)].first().copied();
        match found {
            Some(longest) => {
                let agent = &mut self.agents[longest.1 as usize];
                for queue in &agent.queues {
                    self.idle[usize::from(*queue)].remove(&longest);
                }
                agent.idle_since = None;
                agent.call = Some(id);
                call.agent = Some(longest.1);
            }
            None => self.waiting[usize::from(queue)].push_back((call.arrived, id)),
        }
        self.calls.insert(id, call);
        found.map(|(_, agent)| agent)
    }

    fn ready(&mut self, id: u32) -> Option<u64> {
        self.clock += 1;
        let agent = &mut self.agents[id as usize];
        let head = |queue: &u16| self.waiting[usize::from(*queue)].front().map(|(arrived, _)| (*arrived, *queue));
        if let Some((_, queue)) = agent.queues.iter().filter_map(head).min() {
            let (_, call) = self.waiting[usize::from(queue)].pop_front()?;
            agent.call = Some(call);
            self.calls.get_mut(&call)?.agent = Some(id);
            return Some(call);
        }
        agent.idle_since = Some(self.clock);
        for queue in &agent.queues {
            self.idle[usize::from(*queue)].insert((self.clock, id));
        }
        None
    }

    fn abandon(&mut self, call: u64) {
        let Some(Call { queue, arrived, .. }) = self.calls.remove(&call) else { return };
        let waiting = &mut self.waiting[usize::from(queue)];
        if let Ok(place) = waiting.binary_search(&(arrived, call)) {
            waiting.remove(place);
        }
    }

    fn ends(&mut self, agent: u32) {
        if let Some(call) = self.agents[agent as usize].call.take() {
            self.calls.remove(&call);
        }
    }

    fn done(&mut self, agent: u32) {
        if !core::mem::take(&mut self.agents[agent as usize].wants_break) {
            let nothing = self.ready(agent);
            assert!(nothing.is_none());
        }
    }

    fn wants_break(&mut self, agent: u32) {
        self.agents[agent as usize].wants_break = true;
    }
}
