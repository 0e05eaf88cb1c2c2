//! Why: the facts that decided an offer, in data and as one would say them.

use core::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::floor::{Choice, Plan};
use crate::ids::{AgentId, ClassId, QueueId};
use crate::time::Time;

/// The facts that decided an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Why {
    /// The call's class.
    pub class: ClassId,
    /// The instant the call counts as waiting since, its credit included; nanoseconds, negative for before the start.
    pub rank_since: i64,
    /// How many agents were free and fit, those kept from this call by a cool-down included; counted up to
    /// [`CANDIDATES_MAX`](Self::CANDIDATES_MAX), which stands for as many or more.
    pub candidates: u32,
    /// Among whom the winner was tried, by the queue's order of preference; 0 for the first.
    pub preference: u8,
    /// At which level of the winner's order of queues the call stood, 0 for the first; 0 where he has no order.
    pub level: u8,
    /// The winner's deciding key: see [`Key`].
    pub key: Key,
    /// Who would have been next, and by which key; nobody where the choice was by chance.
    pub runner_up: Option<(AgentId, Key)>,
}

/// The key by which the winner was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Key {
    /// Longest idle: since then.
    IdleSince(Time),
    /// Best or least skilled: this sum of levels, idle since then.
    Skill {
        /// The sum of levels.
        score: u32,
        /// Idle since.
        idle_since: Time,
    },
    /// Fewest calls: so many since signing in, idle since then.
    Calls {
        /// Calls taken.
        calls: u64,
        /// Idle since.
        idle_since: Time,
    },
    /// Least occupied: this share of the time since signing in, idle since then.
    Occupancy {
        /// In millionths.
        millionths: u64,
        /// Idle since.
        idle_since: Time,
    },
    /// Linear or round robin: this place in the floor's order.
    Place(u32),
    /// The agent it was meant for: preferred, or asked by name.
    ByName,
    /// Random: by chance.
    Chance,
}

impl Why {
    /// Candidates are counted so far and no further: a hundred or a thousand make no difference to whoever reads it, and
    /// counting them all would look at every profile that fits.
    pub const CANDIDATES_MAX: u32 = 100;

    /// One line that says why this agent was rung for a call of this queue: `li, idle for longest of 3 (since 10s); next
    /// wang (since 40s); class normal, counting as waiting since 38s`. Names agents and the class, never the caller
    /// (G13). Ids that are not this plan's are shown as numbers.
    pub fn text(&self, plan: &Plan, queue: QueueId, agent: AgentId) -> String {
        let queue = plan.queues().get(queue.index());
        let choice = queue.map(|queue| queue.rules.choice);
        let mut text = agent_name(plan, agent);
        // Writing to a string does not fail.
        let _ = match (self.key, self.candidates) {
            (Key::ByName, _) => write!(text, ", whom the call is meant for"),
            (key, 1) => write!(text, ", the only one free{}", key.text()),
            (key, many) => {
                let many = if many < Self::CANDIDATES_MAX { many.to_string() } else { format!("{many} or more") };
                let among = match queue.and_then(|queue| queue.preference.as_ref()) {
                    None => many,
                    Some(_) => format!("group {} among {many}", u16::from(self.preference) + 1),
                };
                write!(text, ", {} of {among}{}", key.word(choice), key.text())
            }
        };
        let profile = plan.agents().get(agent.index()).and_then(|agent| plan.profile(agent.profile));
        if profile.is_some_and(|profile| !profile.order.is_empty()) {
            let _ = write!(text, ", at level {} of the agent's order", u16::from(self.level) + 1);
        }
        if let Some((next, key)) = self.runner_up {
            let _ = write!(text, "; next {}{}", agent_name(plan, next), key.text());
        }
        let class =
            plan.classes().get(self.class.index()).map_or_else(|| self.class.to_string(), |c| c.name.to_string());
        let (sign, since) = (if self.rank_since < 0 { "-" } else { "" }, self.rank_since.unsigned_abs());
        let _ = write!(text, "; class {class}, counting as waiting since {sign}{}", Time::from_nanos(since));
        text
    }
}

impl Key {
    /// What the winner is, by the queue's way of choosing; where that is not known, by the key alone.
    fn word(self, choice: Option<Choice>) -> &'static str {
        match (self, choice) {
            // Of those who are rung at once each is.
            (Self::IdleSince(_), Some(Choice::RingAll)) => "among the longest idle",
            (Self::IdleSince(_), _) => "idle for longest",
            (Self::Skill { .. }, Some(Choice::LeastSkilled)) => "least skilled",
            (Self::Skill { .. }, Some(Choice::BestSkilled)) => "best skilled",
            (Self::Skill { .. }, _) => "by skill the first",
            (Self::Calls { .. }, _) => "fewest calls",
            (Self::Occupancy { .. }, _) => "least occupied",
            (Self::Place(_), Some(Choice::RoundRobin)) => "next in turn",
            (Self::Place(_), _) => "first in order",
            (Self::Chance, Some(Choice::WeightedRandom)) => "by weighted chance one",
            (Self::Chance, _) => "by chance one",
            (Self::ByName, _) => "meant for him, one",
        }
    }

    /// The key itself, in brackets; nothing where there is none.
    fn text(self) -> String {
        match self {
            Self::IdleSince(since) => format!(" (since {since})"),
            Self::Skill { score, idle_since } => format!(" (levels {score} in sum, idle since {idle_since})"),
            Self::Calls { calls: 1, idle_since } => format!(" (1 call, idle since {idle_since})"),
            Self::Calls { calls, idle_since } => format!(" ({calls} calls, idle since {idle_since})"),
            Self::Occupancy { millionths, idle_since } => {
                let (percent, tenth) = (millionths / 10_000, millionths / 1_000 % 10);
                format!(" ({percent}.{tenth} % occupied, idle since {idle_since})")
            }
            Self::Place(place) => format!(" (place {})", u64::from(place) + 1),
            Self::ByName | Self::Chance => String::new(),
        }
    }
}

/// The agent's name; the number of one who is not this plan's.
pub(super) fn agent_name(plan: &Plan, agent: AgentId) -> String {
    plan.agents().get(agent.index()).map_or_else(|| format!("agent {agent}"), |agent| agent.name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::{Agent, Floor, Queue, Rules, Team};

    fn plan(choice: Choice) -> Plan {
        let agent = |name: &str| Agent { name: name.into(), team: "operators".into(), ..Agent::default() };
        let floor = Floor {
            teams: vec![Team { name: "operators".into(), ..Team::default() }],
            agents: ["li", "wang"].map(agent).into(),
            queues: vec![Queue {
                name: "guests".into(),
                rules: Rules { choice: Some(choice), ..Rules::default() },
                ..Queue::default()
            }],
            ..Floor::default()
        };
        floor.compile().unwrap()
    }

    fn why(key: Key, candidates: u32, next: Option<Key>) -> Why {
        let runner_up = next.map(|key| (AgentId(1), key));
        Why { class: ClassId(1), rank_since: -20_000_000_000, candidates, preference: 1, level: 0, key, runner_up }
    }

    fn said(choice: Choice, why: Why) -> String {
        let text = why.text(&plan(choice), QueueId(0), AgentId(0));
        let ending = "; class vip, counting as waiting since -20s";
        text.strip_suffix(ending).unwrap_or_else(|| panic!("{text}")).to_owned()
    }

    #[test]
    fn an_offer_says_in_a_line_by_which_key_it_was_decided_and_who_would_have_been_next() {
        let at = Time::from_secs;
        let idle = why(Key::IdleSince(at(10)), 3, Some(Key::IdleSince(at(40))));
        assert_eq!(said(Choice::LongestIdle, idle), "li, idle for longest of 3 (since 10s); next wang (since 40s)");
        assert_eq!(said(Choice::RingAll, idle), "li, among the longest idle of 3 (since 10s); next wang (since 40s)");
        let skill = |score| Key::Skill { score, idle_since: at(5) };
        assert_eq!(
            said(Choice::LeastSkilled, why(skill(11), 2, Some(skill(12)))),
            "li, least skilled of 2 (levels 11 in sum, idle since 5s); next wang (levels 12 in sum, idle since 5s)"
        );
        let calls = |calls| Key::Calls { calls, idle_since: at(5) };
        assert_eq!(
            said(Choice::FewestCalls, why(calls(1), 2, Some(calls(2)))),
            "li, fewest calls of 2 (1 call, idle since 5s); next wang (2 calls, idle since 5s)"
        );
        let occupied = Key::Occupancy { millionths: 62_540, idle_since: at(5) };
        assert_eq!(
            said(Choice::LeastOccupied, why(occupied, 1, None)),
            "li, the only one free (6.2 % occupied, idle since 5s)"
        );
        assert_eq!(
            said(Choice::RoundRobin, why(Key::Place(0), 2, Some(Key::Place(1)))),
            "li, next in turn of 2 (place 1); next wang (place 2)"
        );
        assert_eq!(said(Choice::Linear, why(Key::Place(0), 2, None)), "li, first in order of 2 (place 1)");
        assert_eq!(said(Choice::Random, why(Key::Chance, 2, None)), "li, by chance one of 2");
        assert_eq!(said(Choice::Random, why(Key::Chance, 1, None)), "li, the only one free");
        let counted = why(Key::Chance, Why::CANDIDATES_MAX, None);
        assert_eq!(said(Choice::Random, counted), "li, by chance one of 100 or more");
        assert_eq!(said(Choice::Linear, why(Key::ByName, 1, None)), "li, whom the call is meant for");
    }

    #[test]
    fn where_some_are_preferred_an_offer_says_in_which_group_it_was_decided() {
        let mut plan = plan(Choice::Linear);
        plan.queues[0].preference = Some([1].into());
        let text = why(Key::Place(0), 5, None).text(&plan, QueueId(0), AgentId(0));
        assert!(text.starts_with("li, first in order of group 2 among 5 (place 1);"), "{text}");
        let unknown = why(Key::Place(0), 5, None).text(&plan, QueueId(9), AgentId(9));
        assert!(unknown.starts_with("agent 9, first in order of 5 (place 1);"), "{unknown}");
    }
}
