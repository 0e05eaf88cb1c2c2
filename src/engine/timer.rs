//! Timers: every deadline the engine can have, and the order in which those of one instant fire (G8).
//!
//! A floor knows few different lengths, and time only goes forward; so the timers of one length fall due in the order
//! in which they were set. Each length has its own [`Line`], and a tournament among the lines' first timers finds the
//! next one. Setting and firing cost the logarithm of the number of *lengths*, whatever the number of timers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::line::Line;
use crate::ids::{AgentId, CallId};
use crate::time::{Span, Time};

/// What falls due. At one instant, earlier kinds fire first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Kind {
    /// When an offered phone should have rung by now.
    NoRing,
    /// When a ringing phone should have been answered by now.
    Ring,
    /// When an answered call should have been connected by now.
    Connect,
    /// When a telephone outside the desks should have been answered by now.
    Dial,
    /// When a caller has taken too long to leave a message.
    Message,
    /// When the agent is to be reminded of a caller on hold.
    HoldReminder,
    /// When a caller has been on hold for too long.
    HoldLimit,
    /// When the work after a call is over.
    WrapUp,
    /// When an agent who was left alone after a decline or the like may be rung again.
    Delay,
    /// When a call may be offered again to an agent who did not take it.
    CoolDown,
    /// When a connected call without a sign of life is lost.
    Lease,
    /// When the answer target has passed.
    Target,
    /// When a promised callback is overdue.
    Overdue,
    /// When a call has waited so long that it goes before other classes.
    Starvation,
    /// When a call has waited long enough for one agent alone.
    Await,
    /// When an agent may be rung for a call that was not to come before.
    NotBefore,
    /// When the next rung of the ladder is due.
    Rung,
    /// When a call has waited for as long as it may.
    WaitLimit,
}

/// A timer. The order of the fields is the order of firing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Timer {
    pub(super) due: Time,
    pub(super) kind: Kind,
    /// The call it is about; the greatest id for timers that are about an agent only.
    pub(super) call: CallId,
    /// The agent it is about; the greatest id for timers that are about a call only.
    pub(super) agent: AgentId,
    /// Where the engine keeps what falls due: a slot of the kind's own slab or list.
    pub(super) slot: u32,
}

impl Timer {
    pub(super) const NO_CALL: CallId = CallId(u64::MAX);
    pub(super) const NO_AGENT: AgentId = AgentId(u32::MAX);
}

/// A timer that is set, as its owner remembers it to cancel it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Armed {
    pub(super) timer: Timer,
    line: u32,
}

/// At most so many lengths get a line of their own; the timers of all others share one line, where a timer may have
/// to be put in between.
const LINES_MAX: usize = 4096;
const SHARED: u32 = 0;
/// No line: a leaf of the tournament that has none.
const NOBODY: u32 = u32::MAX;

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Timers {
    lines: Vec<Line<Timer>>,
    #[serde(with = "crate::pairs")]
    line_of: BTreeMap<Span, u32>,
    /// A tournament among the lines: node `n` holds the winner of nodes `2n` and `2n + 1`; the leaves are the lines.
    winners: Vec<u32>,
    live: usize,
}

impl Default for Timers {
    fn default() -> Self {
        Self { lines: vec![Line::default()], line_of: BTreeMap::new(), winners: vec![NOBODY, SHARED], live: 0 }
    }
}

impl Timers {
    /// Sets a timer `span` from now. At the end of time nothing falls due any more, so nothing is set.
    pub(super) fn set(
        &mut self,
        now: Time,
        span: Span,
        kind: Kind,
        call: CallId,
        agent: AgentId,
        slot: u32,
    ) -> Option<Armed> {
        let line = self.line_of(span);
        self.set_in(line, Timer { due: now + span, kind, call, agent, slot })
    }

    /// Sets a timer whose length is unlike any other's, so that it gets no line of its own.
    pub(super) fn set_once(&mut self, timer: Timer) -> Option<Armed> {
        self.set_in(SHARED, timer)
    }

    /// Takes a timer back.
    pub(super) fn cancel(&mut self, armed: Option<Armed>) {
        if let Some(armed) = armed {
            self.remove(armed.line, &armed.timer);
        }
    }

    /// The timer that fires next.
    pub(super) fn first(&self) -> Option<Timer> {
        self.first_of(self.winners[1])
    }

    /// Takes out the timer that fires next.
    pub(super) fn pop(&mut self) -> Option<Timer> {
        let line = self.winners[1];
        let timer = self.first_of(line)?;
        self.remove(line, &timer);
        Some(timer)
    }

    pub(super) fn len(&self) -> usize {
        self.live
    }

    fn set_in(&mut self, line: u32, timer: Timer) -> Option<Armed> {
        if timer.due == Time::MAX {
            return None;
        }
        self.lines[line as usize].insert(timer, 0);
        self.live += 1;
        if self.lines[line as usize].first() == Some((timer, 0)) {
            self.replay(line);
        }
        Some(Armed { timer, line })
    }

    fn remove(&mut self, line: u32, timer: &Timer) {
        let was_first = self.lines[line as usize].first() == Some((*timer, 0));
        if self.lines[line as usize].remove(*timer, 0, u32::MAX) {
            self.live -= 1;
            if was_first {
                self.replay(line);
            }
        }
    }

    fn line_of(&mut self, span: Span) -> u32 {
        if let Some(&line) = self.line_of.get(&span) {
            return line;
        }
        if self.lines.len() >= LINES_MAX {
            return SHARED;
        }
        let line = self.lines.len() as u32;
        self.line_of.insert(span, line);
        self.lines.push(Line::default());
        if self.lines.len() > self.winners.len() / 2 {
            self.winners = vec![NOBODY; 2 * self.lines.len().next_power_of_two()];
            (0..=line).for_each(|line| self.replay(line));
        }
        line
    }

    /// Plays the matches of one line again, from its leaf to the root.
    fn replay(&mut self, line: u32) {
        let leaves = self.winners.len() / 2;
        let mut node = leaves + line as usize;
        self.winners[node] = line;
        while node > 1 {
            node /= 2;
            self.winners[node] = self.earlier(self.winners[2 * node], self.winners[2 * node + 1]);
        }
    }

    fn first_of(&self, line: u32) -> Option<Timer> {
        self.lines.get(line as usize)?.first().map(|(timer, _)| timer)
    }

    fn earlier(&self, a: u32, b: u32) -> u32 {
        match (self.first_of(a), self.first_of(b)) {
            (Some(x), Some(y)) => {
                if y < x {
                    b
                } else {
                    a
                }
            }
            (None, Some(_)) => b,
            (_, None) => a,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn timers_fire_in_the_order_of_an_ordered_set(
            steps in proptest::collection::vec((0u8..4, 0u64..40, 0u64..5, 0usize..20), 0..300),
        ) {
            let mut timers = Timers::default();
            let mut model = BTreeSet::new();
            let mut armed = Vec::new();
            let mut now = Time::ZERO;
            for (slot, (what, span, call, pick)) in (0..).zip(steps) {
                match what {
                    0 | 1 => {
                        let kind = if what == 0 { Kind::Ring } else { Kind::Lease };
                        let set = timers.set(now, Span::from_nanos(span), kind, CallId(call), Timer::NO_AGENT, slot);
                        model.insert(set.unwrap().timer);
                        armed.push(set);
                    }
                    2 if !armed.is_empty() => {
                        let taken = armed.swap_remove(pick % armed.len());
                        timers.cancel(taken);
                        model.remove(&taken.unwrap().timer);
                    }
                    _ => {
                        let fired = timers.pop();
                        prop_assert_eq!(fired, model.pop_first());
                        now = fired.map_or(now, |timer| timer.due.max(now));
                    }
                }
                prop_assert_eq!(timers.first(), model.first().copied());
                prop_assert_eq!(timers.len(), model.len());
            }
        }
    }
}
