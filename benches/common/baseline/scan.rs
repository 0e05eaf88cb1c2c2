//! A linear scan: over all agents when a call comes, over all waiting calls when an agent is free.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::common::drill::Distributor;
use crate::common::site::Drawn;

struct Agent {
    /// By queue: whether he serves it.
    serves: Rc<[bool]>,
    /// Since when he is free, if he is.
    idle_since: Option<u64>,
    wants_break: bool,
}

pub struct Scan {
    clock: u64,
    agents: Vec<Agent>,
    /// Calls with their queue, in order of coming.
    waiting: VecDeque<(u64, u16)>,
}

impl Distributor for Scan {
    type Arrival = (u64, u16);

    fn new(drawn: &Rc<Drawn>) -> Self {
        let serves = |queues: &Vec<u16>| {
            let mut serves = vec![false; drawn.queues + 1];
            queues.iter().for_each(|queue| serves[usize::from(*queue)] = true);
            Rc::from(serves)
        };
        let profiles: Vec<Rc<[bool]>> = drawn.queues_of.iter().map(serves).collect();
        let agent = |profile: &u16| Agent {
            serves: profiles[usize::from(*profile)].clone(),
            idle_since: None,
            wants_break: false,
        };
        Self { clock: 0, agents: drawn.profile_of.iter().map(agent).collect(), waiting: VecDeque::new() }
    }

    fn arrival(&mut self, call: u64, queue: u16, _from: String) -> (u64, u16) {
        (call, queue)
    }

    fn arrive(&mut self, (call, queue): (u64, u16)) -> Option<u32> {
        self.clock += 1;
        let idle = |(agent, id): (&Agent, u32)| {
            let since = agent.idle_since?;
            agent.serves[usize::from(queue)].then_some((since, id))
        };
        let longest = self.agents.iter().zip(0..).filter_map(idle).min();
        match longest {
            Some((_, agent)) => {
                self.agents[agent as usize].idle_since = None;
                Some(agent)
            }
            None => {
                self.waiting.push_back((call, queue));
                None
            }
        }
    }

    fn ready(&mut self, agent: u32) -> Option<u64> {
        self.clock += 1;
        let agent = &mut self.agents[agent as usize];
        match self.waiting.iter().position(|(_, queue)| agent.serves[usize::from(*queue)]) {
            Some(place) => self.waiting.remove(place).map(|(call, _)| call),
            None => {
                agent.idle_since = Some(self.clock);
                None
            }
        }
    }

    fn abandon(&mut self, call: u64) {
        if let Some(place) = self.waiting.iter().position(|(waiting, _)| *waiting == call) {
            self.waiting.remove(place);
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
