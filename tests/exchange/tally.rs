//! A machine small enough to see through: it adds up what it is told, and says so. What is applied twice, left out or out
//! of order shows in every sum after it.

use cordboard::Time;
use cordboard::exchange::Machine;

/// A number with the stamp of whoever says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Say {
    pub(crate) at: Time,
    pub(crate) number: u64,
}

/// A number at which the tally panics.
pub(crate) const POISON: u64 = u64::MAX;

/// An instant at which a tick panics.
pub(crate) const UNLUCKY: Time = Time::from_secs(13);

/// What has been said so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) sum: u64,
    pub(crate) count: u64,
    pub(crate) due: Option<Time>,
}

/// A number, and the sum with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) at: Time,
    pub(crate) number: u64,
    pub(crate) sum: u64,
}

impl Machine for Tally {
    type Input = Say;
    type Output = Sum;
    type Query = u64;
    type Answer = u64;

    fn stamp(input: &Say) -> Time {
        input.at
    }

    fn apply(&mut self, at: Time, input: &Say, out: &mut Vec<Sum>) {
        self.count += 1;
        // Broken half-way, as a panic would leave it.
        assert!(input.number != POISON, "poison, as planted");
        self.sum = self.sum.wrapping_mul(31).wrapping_add(input.number);
        self.due = input.number.is_multiple_of(2).then(|| at + cordboard::Span::from_secs(1));
        out.push(Sum { at, number: input.number, sum: self.sum });
    }

    fn answer(&self, more: &u64) -> u64 {
        self.count + more
    }

    fn tick(at: Time) -> Say {
        Say { at, number: if at == UNLUCKY { POISON } else { 1 } }
    }

    fn next_timeout(&self) -> Option<Time> {
        self.due
    }

    fn copy_cost(&self) -> u64 {
        0
    }
}
