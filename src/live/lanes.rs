//! Lanes: commands about one call go one behind the other, those about different calls side by side.

use std::collections::{BTreeMap, VecDeque};

use super::commands::Commanded;
use crate::engine::OutputKey;
use crate::ids::CallId;

/// What goes one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    Call(CallId),
    /// A command about no call goes by itself.
    Alone(OutputKey),
}

/// Commands in hand.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// Behind the one that is being carried out, or is ready to be.
    behind: BTreeMap<Lane, VecDeque<Commanded>>,
    ready: VecDeque<(Lane, Commanded)>,
    in_hand: usize,
}

impl Lanes {
    /// A command has come.
    pub(super) fn take(&mut self, commanded: Commanded) {
        self.in_hand += 1;
        let lane = commanded.call.map_or(Lane::Alone(commanded.key), Lane::Call);
        match self.behind.get_mut(&lane) {
            Some(behind) => behind.push_back(commanded),
            None => {
                self.behind.insert(lane, VecDeque::new());
                self.ready.push_back((lane, commanded));
            }
        }
    }

    /// The next that may be carried out now.
    pub(super) fn next(&mut self) -> Option<(Lane, Commanded)> {
        self.ready.pop_front()
    }

    /// The one of this lane has been dealt with.
    pub(super) fn done(&mut self, lane: Lane) {
        self.in_hand -= 1;
        match self.behind.get_mut(&lane).and_then(VecDeque::pop_front) {
            Some(next) => self.ready.push_back((lane, next)),
            None => {
                self.behind.remove(&lane);
            }
        }
    }

    /// Those that wait to be carried out, in no order.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Commanded> {
        self.behind.values().flatten().chain(self.ready.iter().map(|(_, commanded)| commanded))
    }

    /// How many have come and have not been dealt with.
    pub(super) fn in_hand(&self) -> usize {
        self.in_hand
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Command;
    use crate::time::Time;

    fn commanded(position: u64, call: u64) -> Commanded {
        let (key, call) = (OutputKey { position, index: 0 }, CallId(call));
        Commanded { key, at: Time::ZERO, call: Some(call), command: Command::Conference { call } }
    }

    #[test]
    fn a_calls_second_command_waits_for_its_first_and_another_calls_does_not() {
        let mut lanes = Lanes::default();
        for (position, call) in [(0, 1), (1, 1), (2, 2)] {
            lanes.take(commanded(position, call));
        }
        let next = |lanes: &mut Lanes| lanes.next().map(|(_, commanded)| commanded.key.position);
        assert_eq!([next(&mut lanes), next(&mut lanes), next(&mut lanes)], [Some(0), Some(2), None]);
        lanes.done(Lane::Call(CallId(1)));
        assert_eq!([next(&mut lanes), next(&mut lanes)], [Some(1), None]);
        lanes.done(Lane::Call(CallId(1)));
        lanes.done(Lane::Call(CallId(2)));
        assert_eq!((lanes.in_hand(), lanes.behind.len()), (0, 0));
    }
}
