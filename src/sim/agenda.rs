//! The agenda: what is still to happen in a simulation, in order of time, and at equal times in order of entry.
//!
//! Most of what happens makes something else happen at once, so that what is entered for the instant that has come waits
//! in a line beside the heap: whatever the heap holds for the same instant was entered before it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::time::Time;

/// What is still to happen. Cancelled entries are not taken out; whoever pops one finds that it is void.
#[derive(Debug)]
pub(crate) struct Agenda<E> {
    heap: BinaryHeap<Reverse<Entry>>,
    /// The events that the heap names, so that it has little to move.
    events: Vec<Option<E>>,
    free: Vec<u32>,
    /// The instant that has come, and what else happens in it.
    now: Time,
    at_once: VecDeque<E>,
    sequence: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    at: Time,
    sequence: u64,
    event: u32,
}

/// A place in the order of entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn(u64);

impl<E> Agenda<E> {
    pub(crate) fn new() -> Self {
        Self {
            heap: BinaryHeap::new(),
            events: Vec::new(),
            free: Vec::new(),
            now: Time::ZERO,
            at_once: VecDeque::new(),
            sequence: 0,
        }
    }

    pub(crate) fn push(&mut self, at: Time, event: E) {
        if at == self.now {
            self.at_once.push_back(event);
        } else {
            let turn = self.turn();
            self.push_in_turn(at, turn, event);
        }
    }

    /// A place in the order of entry, for something that may be entered later in this instant.
    pub(crate) fn turn(&mut self) -> Turn {
        self.sequence += 1;
        Turn(self.sequence)
    }

    /// Enters something for a later instant, as if at its turn.
    pub(crate) fn push_in_turn(&mut self, at: Time, Turn(sequence): Turn, event: E) {
        let event = match self.free.pop() {
            Some(slot) => {
                self.events[slot as usize] = Some(event);
                slot
            }
            None => {
                self.events.push(Some(event));
                self.events.len() as u32 - 1
            }
        };
        self.heap.push(Reverse(Entry { at, sequence, event }));
    }

    /// When the next event is.
    pub(crate) fn next(&self) -> Option<Time> {
        let first = self.heap.peek().map(|Reverse(entry)| entry.at);
        if self.at_once.is_empty() { first } else { Some(first.map_or(self.now, |first| first.min(self.now))) }
    }

    pub(crate) fn pop(&mut self) -> Option<(Time, E)> {
        let waits = !self.at_once.is_empty();
        let first = self.heap.peek().map(|Reverse(entry)| entry.at);
        if waits && first.is_none_or(|first| first > self.now) {
            return self.at_once.pop_front().map(|event| (self.now, event));
        }
        let Reverse(Entry { at, event, .. }) = self.heap.pop()?;
        if !waits {
            self.now = at;
        }
        self.free.push(event);
        self.events.get_mut(event as usize)?.take().map(|event| (at, event))
    }

    /// Whether anything else has been entered for the instant that has come.
    pub(crate) fn is_at_once(&self) -> bool {
        !self.at_once.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.heap.len() + self.at_once.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn events_of_one_instant_happen_in_the_order_they_were_entered() {
        let mut agenda = Agenda::new();
        for (secs, event) in [(2, 'c'), (1, 'a'), (2, 'd'), (1, 'b'), (2, 'e')] {
            agenda.push(Time::from_secs(secs), event);
        }
        let order: String = std::iter::from_fn(|| agenda.pop()).map(|(_, event)| event).collect();
        assert_eq!(order, "abcde");
    }

    proptest! {
        /// What happens at an instant enters more, for that instant or later.
        #[test]
        fn events_happen_in_order_of_time_and_entry(entered in proptest::collection::vec(0u64..4, 1..200)) {
            let (mut agenda, mut sorted) = (Agenda::new(), Vec::new());
            let mut now = 0;
            for (number, after) in entered.into_iter().enumerate() {
                agenda.push(Time::from_secs(now + after), number);
                sorted.push((now + after, number));
                if number % 3 != 0 {
                    sorted.sort_unstable();
                    let (at, first) = sorted.remove(0);
                    prop_assert_eq!(agenda.next(), Some(Time::from_secs(at)));
                    prop_assert_eq!(agenda.pop(), Some((Time::from_secs(at), first)));
                    now = at;
                }
                prop_assert_eq!(agenda.len(), sorted.len());
            }
        }
    }
}
