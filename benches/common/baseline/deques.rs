//! Bare deques, of waiting calls per need and of free agents per profile; who leaves from the middle stays where he is
//! and is passed over when his turn comes.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::common::drill::Distributor;
use crate::common::site::Drawn;

pub struct Deques {
    clock: u64,
    drawn: Rc<Drawn>,
    /// By queue: the profiles that serve it.
    profiles_of: Vec<Vec<u16>>,
    /// By call: whether it waits.
    waits: Vec<bool>,
    /// By queue: when calls came, and which.
    waiting: Vec<VecDeque<(u64, u64)>>,
    /// By profile: since when agents are free, and who. All leave from the front.
    idle: Vec<VecDeque<(u64, u32)>>,
    /// By agent.
    wants_break: Vec<bool>,
}

impl Distributor for Deques {
    type Arrival = (u64, u16);

    fn new(drawn: &Rc<Drawn>) -> Self {
        let mut profiles_of = vec![Vec::new(); drawn.queues + 1];
        for (queues, profile) in drawn.queues_of.iter().zip(0..) {
            queues.iter().for_each(|queue| profiles_of[usize::from(*queue)].push(profile));
        }
        Self {
            clock: 0,
            drawn: drawn.clone(),
            profiles_of,
            waits: Vec::new(),
            waiting: vec![VecDeque::new(); drawn.queues + 1],
            idle: vec![VecDeque::new(); drawn.queues_of.len()],
            wants_break: vec![false; drawn.profile_of.len()],
        }
    }

    fn arrival(&mut self, call: u64, queue: u16, _from: String) -> (u64, u16) {
        // Room for it, so that what is measured never has to grow this.
        self.waits.resize(call as usize + 1, false);
        (call, queue)
    }

    fn arrive(&mut self, (call, queue): (u64, u16)) -> Option<u32> {
        self.clock += 1;
        let head = |profile: &u16| self.idle[usize::from(*profile)].front().map(|(since, _)| (*since, *profile));
        let first = self.profiles_of[usize::from(queue)].iter().filter_map(head).min();
        match first {
            Some((_, profile)) => self.idle[usize::from(profile)].pop_front().map(|(_, agent)| agent),
            None => {
                self.waits[call as usize] = true;
                self.waiting[usize::from(queue)].push_back((self.clock, call));
                None
            }
        }
    }

    fn ready(&mut self, agent: u32) -> Option<u64> {
        self.clock += 1;
        let mut first = None;
        for queue in self.drawn.serves(agent) {
            let waiting = &mut self.waiting[usize::from(*queue)];
            while waiting.front().is_some_and(|(_, call)| !self.waits[*call as usize]) {
                waiting.pop_front();
            }
            if let Some((came, _)) = waiting.front() {
                first = first.into_iter().chain([(*came, *queue)]).min();
            }
        }
        if let Some((_, queue)) = first {
            let (_, call) = self.waiting[usize::from(queue)].pop_front()?;
            self.waits[call as usize] = false;
            return Some(call);
        }
        let profile = self.drawn.profile_of[agent as usize];
        self.idle[usize::from(profile)].push_back((self.clock, agent));
        None
    }

    fn abandon(&mut self, call: u64) {
        self.waits[call as usize] = false;
    }

    fn done(&mut self, agent: u32) {
        if !core::mem::take(&mut self.wants_break[agent as usize]) {
            let nothing = self.ready(agent);
            assert!(nothing.is_none());
        }
    }

    fn wants_break(&mut self, agent: u32) {
        self.wants_break[agent as usize] = true;
    }
}
