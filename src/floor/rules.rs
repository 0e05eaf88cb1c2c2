//! The rules of a queue as the floor describes them: how agents are chosen, and every time limit.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Length, WrapUp};

/// Rules of a queue; what it leaves out is taken from the floor's, and then from [`defaults`](super::defaults).
/// A length of `0s` means never or none; [`defaults`](super::defaults) tells where it is allowed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// How an agent is chosen for a call.
    pub choice: Option<Choice>,
    /// Within this, counted from the visit's start, a call should be answered (F2).
    pub target: Option<Length>,
    /// How long a phone may ring, counted from the switch's report that it rings, before the call is missed (A1).
    pub ring_limit: Option<Length>,
    /// How long an offer may go without a report that the phone rings.
    pub no_ring_limit: Option<Length>,
    /// How long joining an answered call may take.
    pub connect_limit: Option<Length>,
    /// After this many misses in a row the agent becomes not ready; 0 for never.
    pub misses: Option<u16>,
    /// How long a call is not offered again to an agent who did not take it.
    pub cool_down: Option<Length>,
    /// How long an agent is left alone after a miss (where the agent stays ready).
    pub delay_missed: Option<Length>,
    /// How long an agent is left alone after declining.
    pub delay_declined: Option<Length>,
    /// How long an agent is left alone after the phone was busy.
    pub delay_busy: Option<Length>,
    /// How long an agent is left alone after the phone could not be reached or did not ring.
    pub delay_unreachable: Option<Length>,
    /// Work after the call before the next may come.
    pub wrap_up: Option<WrapUp>,
    /// Each time a caller has been on hold this long, the agent is reminded (A4): at least 1 s, or 0 for never.
    pub hold_reminder: Option<Length>,
    /// A caller on hold this long is brought back to the agent (A4).
    pub hold_limit: Option<Length>,
    /// How long a connected call may go without a sign of life from the host before it counts as lost.
    pub lease: Option<Length>,
    /// After a call the agent goes on a break with this reason, by name, once the work after it is done. An empty name
    /// takes back what the floor's rules say.
    pub after_call: Option<String>,
    /// Where the choice is ring-all: how many phones ring for one call at most, 1 to 100.
    pub ring_all_max: Option<u16>,
    /// Where the choice is ring-all: whether agents who become free later are rung too. Default: the set is fixed.
    pub ring_all_joins: Option<bool>,
    /// For how long a caller is remembered with the agent who served him last, and goes back to that agent (A5).
    pub sticky: Option<Length>,
    /// How long a call waits for the agent it should go to, the one it names or the last one, before anybody else may
    /// take it (A5). There is no waiting for somebody who is not ready.
    pub preferred_wait: Option<Length>,
    /// How long a transferred call may wait for, and ring at, an agent, an extension or a number before it comes back to
    /// who sent it (A3).
    pub transfer_limit: Option<Length>,
    /// How long a transferred call that has come back waits for who sent it.
    pub transfer_return: Option<Length>,
    /// Whether a transferred call that nobody took, its sender included, is then led to leave a message (A3).
    /// Otherwise it waits in the queue like any other.
    pub transfer_message: Option<bool>,
    /// Whether a call that is transferred into this queue counts as one that has just come. Default: it keeps its age.
    pub transfer_resets_age: Option<bool>,
    /// On the way up the chain of command (E1): how long each role has before the next above may take the call too.
    pub escalation_step: Option<Length>,
    /// On the way up the chain of command: whether the agent stays with the caller until somebody has taken over.
    /// Default: the caller is held in the queue, and the agent is free.
    pub escalation_stays: Option<bool>,
    /// The role to which a complaint goes at least, by name (E4); never to a role below the next above the agent's, which
    /// is the default. The lowest role takes back what the floor's rules say.
    pub complaint_role: Option<String>,
    /// How often a promised callback is tried, 1 to 100.
    pub callback_attempts: Option<u16>,
    /// How long after one attempt the next may come.
    pub callback_gap: Option<Length>,
    /// What a waiting caller is promised who wants to be called back and names no time himself: within this (A4).
    pub callback_within: Option<Length>,
    /// How long a caller may take to leave a message.
    pub message_limit: Option<Length>,
    /// A call is refused at the door when everybody who could serve it is signed out or absent in one of these ways; an
    /// empty list counts the signed-out alone. Default: a call may always join. A queue may say it otherwise than the
    /// floor's rules, but not take it back.
    pub refuse_when_empty: Option<Vec<Absence>>,
    /// A waiting call leaves when everybody who could serve it is signed out or absent in one of these ways, but not
    /// while a phone rings for it. Default: it stays. As above, not to be taken back.
    pub leave_when_empty: Option<Vec<Absence>>,
    /// How many calls may be in the queue, not answered yet; whoever would have to wait beyond that is refused, and
    /// whoever finds somebody free is not. 0 for no limit. For all queues together:
    /// [`Floor::waiting_limit`](super::Floor::waiting_limit).
    pub length_limit: Option<u32>,
    /// How long a call may wait before it leaves.
    pub wait_limit: Option<Length>,
    /// Whether the wait limit lets a phone that rings ring to its end. Default: it cuts the ring.
    pub wait_limit_spares_ring: Option<bool>,
}

/// How an agent is chosen for a call among those who are free and fit; every tie ends in the agent's id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Choice {
    /// Whoever has been able to take a call for the longest time.
    #[default]
    LongestIdle,
    /// The highest sum of levels over the skills the need names, then the longest idle.
    BestSkilled,
    /// The lowest sum of levels over the skills the need names, then the longest idle: the experts are spared.
    LeastSkilled,
    /// Whoever has taken the fewest calls since signing in, then the longest idle.
    FewestCalls,
    /// Whoever has spent the smallest share of the time since signing in with contacts (rung, talking, holding, wrapping
    /// up), then the longest idle.
    LeastOccupied,
    /// The next in the floor's order of agents after the one this queue has rung last.
    RoundRobin,
    /// The first in the floor's order of agents.
    Linear,
    /// Any of them, by chance, drawn from the engine's seed.
    Random,
    /// Any of them, by chance, each with his [`weight`](super::Agent::weight).
    WeightedRandom,
    /// All of them at once, up to a [limit](Rules::ring_all_max); the first to answer has the call.
    RingAll,
}

/// As floors write it.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LongestIdle => "longest-idle",
            Self::BestSkilled => "best-skilled",
            Self::LeastSkilled => "least-skilled",
            Self::FewestCalls => "fewest-calls",
            Self::LeastOccupied => "least-occupied",
            Self::RoundRobin => "round-robin",
            Self::Linear => "linear",
            Self::Random => "random",
            Self::WeightedRandom => "weighted-random",
            Self::RingAll => "ring-all",
        })
    }
}

impl Choice {
    /// All names, as floors write them.
    pub(crate) const NAMES: &str = "longest-idle, best-skilled, least-skilled, fewest-calls, least-occupied, \
                                    round-robin, linear, random, weighted-random or ring-all";
}

/// In what way somebody who is signed in may all the same count as not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Absence {
    /// Not ready: on a break, say.
    NotReady,
    /// The phone cannot be reached.
    Unreachable,
    /// Every contact slot in use, or the phone on a call of its own.
    Busy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_written_as_it_reads() {
        let names: Vec<&str> = Choice::NAMES.split([',', ' ']).filter(|name| name.len() > 2).collect();
        assert_eq!(names.len(), 10);
        for name in names {
            let choice: Choice = serde_json::from_str(&format!("\"{name}\"")).unwrap();
            assert_eq!(choice.to_string(), name);
        }
    }
}
