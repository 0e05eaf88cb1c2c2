//! Remembered callers (A5): who served whom last, so that a returning caller can go back to the same agent.

use core::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::copies::copies;
use super::hash::StateHasher;
use super::index::Index;
use super::slab::{Link, Slab};
use crate::floor::Masked;
use crate::ids::AgentId;
use crate::time::{Span, Time};

/// At most as many callers as the floor says; who was served longest ago is forgotten first.
#[derive(Debug, Hash, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub(super) struct Remembered {
    callers: Slab<Caller>,
    /// Who was served longest ago, and who was served last.
    first: Link,
    last: Link,
    by_number: Index,
}

copies!(Remembered { callers, first, last, by_number });

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
struct Caller {
    number: Masked,
    agent: AgentId,
    at: Time,
    /// Who was served before him, and who after.
    before: Link,
    after: Link,
}

/// What is written of it.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    callers: Slab<Caller>,
    first: Link,
    last: Link,
}

fn hash(number: &Masked) -> u64 {
    let mut hasher = StateHasher::default();
    number.hash(&mut hasher);
    hasher.finish()
}

impl Remembered {
    /// The agent who served this caller last, if that was within the window.
    pub(super) fn last_agent(&self, caller: &Masked, window: Span, now: Time) -> Option<AgentId> {
        let caller = &self.callers[self.find(caller)?];
        (now - caller.at <= window).then_some(caller.agent)
    }

    pub(super) fn remember(&mut self, caller: Masked, agent: AgentId, at: Time, max: u32) {
        if let Some(known) = self.find(&caller) {
            self.forget(known);
        }
        let (before, number) = (self.last, hash(&caller));
        let slot = self.callers.insert(Caller { number: caller, agent, at, before, after: Link::NONE });
        *self.after(before) = Link::to(slot);
        self.last = Link::to(slot);
        self.index(number, slot);
        while self.callers.len() > max as usize
            && let Some(first) = self.first.get()
        {
            self.forget(first);
        }
    }

    fn forget(&mut self, slot: u32) {
        self.by_number.remove(hash(&self.callers[slot].number), slot);
        let Caller { before, after, .. } = self.callers.remove(slot);
        *self.after(before) = after;
        match after.get() {
            Some(after) => self.callers[after].before = before,
            None => self.last = before,
        }
    }

    /// Where it is kept who was served after this one, or first of all.
    fn after(&mut self, before: Link) -> &mut Link {
        match before.get() {
            Some(before) => &mut self.callers[before].after,
            None => &mut self.first,
        }
    }

    fn find(&self, caller: &Masked) -> Option<u32> {
        self.by_number.find(hash(caller), |slot| self.callers[slot].number == *caller)
    }

    fn index(&mut self, number: u64, slot: u32) {
        self.by_number.insert(number, slot, |slot| hash(&self.callers[slot].number));
    }
}

impl Default for Remembered {
    fn default() -> Self {
        Self { callers: Slab::default(), first: Link::NONE, last: Link::NONE, by_number: Index::default() }
    }
}

impl From<Remembered> for Stored {
    fn from(Remembered { callers, first, last, .. }: Remembered) -> Self {
        Self { callers, first, last }
    }
}

impl From<Stored> for Remembered {
    fn from(Stored { callers, first, last }: Stored) -> Self {
        let mut remembered = Self { callers, first, last, by_number: Index::default() };
        let numbers: Vec<_> = remembered.callers.iter().map(|(slot, caller)| (hash(&caller.number), slot)).collect();
        numbers.into_iter().for_each(|(number, slot)| remembered.index(number, slot));
        remembered
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
        }
        assert_eq!(remembered.callers.len(), 1);
        assert_eq!(remembered.callers.iter().last().map(|(slot, _)| slot), Some(0));
    }
}
