//! Remembered callers (A5): who served whom last, so that a returning caller can go back to the same agent.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::floor::Masked;
use crate::ids::AgentId;
use crate::time::{Span, Time};

/// At most as many callers as the floor says; who was served longest ago is forgotten first.
#[derive(Clone, Debug, Default, Hash, Serialize, Deserialize)]
pub(super) struct Remembered {
    #[serde(with = "crate::pairs")]
    callers: BTreeMap<Masked, Last>,
    /// In order of serving; what a later one has replaced is passed over.
    order: VecDeque<(u64, Masked)>,
    served: u64,
}

#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
struct Last {
    agent: AgentId,
    at: Time,
    number: u64,
}

impl Remembered {
    /// The agent who served this caller last, if that was within the window.
    pub(super) fn last_agent(&self, caller: &Masked, window: Span, now: Time) -> Option<AgentId> {
        self.callers.get(caller).filter(|last| now - last.at <= window).map(|last| last.agent)
    }

    pub(super) fn remember(&mut self, caller: Masked, agent: AgentId, at: Time, max: u32) {
        self.served += 1;
        self.callers.insert(caller.clone(), Last { agent, at, number: self.served });
        self.order.push_back((self.served, caller));
        // What was replaced takes no more room than what stands.
        while self.callers.len() > max as usize || self.order.len() > 2 * self.callers.len() + 16 {
            let Some((number, caller)) = self.order.pop_front() else { return };
            match self.callers.get(&caller) {
                Some(last) if last.number != number => {}
                _ if self.callers.len() > max as usize => {
                    self.callers.remove(&caller);
                }
                // The first in the order stands: the rest of it is swept.
                _ => {
                    self.order.push_front((number, caller));
                    self.order
                        .retain(|(number, caller)| self.callers.get(caller).is_some_and(|last| last.number == *number));
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_served_longest_ago_is_forgotten_first() {
        let mut remembered = Remembered::default();
        let window = Span::from_secs(3600);
        let name = |caller: u32| Masked::from(caller.to_string());
        for caller in 0..5 {
            remembered.remember(name(caller), AgentId(caller), Time::from_secs(u64::from(caller)), 3);
        }
        remembered.remember(name(2), AgentId(9), Time::from_secs(5), 3);
        remembered.remember(name(7), AgentId(7), Time::from_secs(6), 3);
        let last = |caller: u32| remembered.last_agent(&name(caller), window, Time::from_secs(6));
        assert_eq!(
            [0, 1, 2, 3, 4, 7].map(last),
            [None, None, Some(AgentId(9)), None, Some(AgentId(4)), Some(AgentId(7))]
        );
        assert_eq!(remembered.last_agent(&name(7), window, Time::from_secs(3607)), None);
    }

    #[test]
    fn a_caller_who_comes_again_and_again_takes_no_more_room() {
        let mut remembered = Remembered::default();
        for turn in 0..10_000 {
            remembered.remember(Masked::from("7001"), AgentId(1), Time::from_secs(turn), 1000);
            assert!(remembered.order.len() <= 20);
        }
        assert_eq!(remembered.callers.len(), 1);
    }
}
