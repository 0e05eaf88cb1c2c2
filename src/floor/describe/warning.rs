//! What is allowed on a floor and looks unintended.

use core::fmt;

use serde::Serialize;

use super::{seconds, seconds_if_any};
use crate::floor::Length;
use crate::time::Span;

/// Something on a floor that is allowed and looks unintended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Warning {
    /// There is no queue, so no call can come in.
    NoQueue,
    /// There is no agent, so no call can be answered.
    NoAgent,
    /// Nobody can serve this queue, not even at its last rung, and no rung takes its calls elsewhere.
    NobodyServes {
        /// The queue.
        queue: String,
    },
    /// Nobody can serve this queue until a rung is reached.
    NobodyAtFirst {
        /// The queue.
        queue: String,
        /// When the first who can are added, from the visit's start; `None` if calls leave before.
        #[serde(rename = "until_s", serialize_with = "seconds_if_any")]
        until: Option<Span>,
    },
    /// A rung is meant to add people and adds nobody.
    NobodyNew {
        /// Where.
        rung: RungPlace,
    },
    /// A rung changes nothing: what it says held already.
    NoEffect {
        /// Where.
        rung: RungPlace,
    },
    /// A rung comes after the time a call may wait; it is reached only where rungs before it are passed.
    Unreachable {
        /// Where.
        rung: RungPlace,
        /// The wait limit.
        #[serde(rename = "wait_limit_s", serialize_with = "seconds")]
        wait_limit: Span,
    },
    /// After this rung nobody can serve the call any more, and it does not leave.
    NobodyLeft {
        /// Where.
        rung: RungPlace,
    },
    /// The queue leaves as many of a team to others as the team has: its calls never ring there.
    KeepsAll {
        /// The queue.
        queue: String,
        /// The team.
        team: String,
        /// How many it leaves.
        keep: u32,
    },
    /// A rung whose conditions cannot hold together, or ask for more waiting calls than the queue may hold.
    NeverTaken {
        /// Where.
        rung: RungPlace,
    },
    /// A rung offers the caller something, and no key of the queue accepts it; the host may still do so.
    NoKeyForOffer {
        /// Where.
        rung: RungPlace,
        /// What it offers: a message or a callback.
        offer: &'static str,
    },
    /// A group that is to be tried first is empty, those in groups before it left out.
    NobodyPreferred {
        /// The queue.
        queue: String,
        /// The group, as the floor writes it.
        need: String,
    },
    /// Complaints are to go to a role, and nobody has it or one above it.
    NobodyForComplaints {
        /// The queue.
        queue: String,
        /// The role.
        role: String,
    },
    /// Callers are to go back to their last agent, but none is remembered: `limits.remembered` is 0.
    NobodyRemembered {
        /// The queue.
        queue: String,
    },
    /// Some reasons need approval, and no agent has the rights of a supervisor.
    NobodyApproves,
    /// Some rung goes by the time of day or the day of the week, and the floor names no zone.
    NoZone,
    /// A phone may ring longer than a call may wait.
    RingsLongerThanItWaits {
        /// The queue.
        queue: String,
        /// The ring limit.
        #[serde(rename = "ring_limit_s", serialize_with = "seconds")]
        ring_limit: Span,
        /// The wait limit.
        #[serde(rename = "wait_limit_s", serialize_with = "seconds")]
        wait_limit: Span,
    },
    /// The hold limit comes before the first reminder.
    HoldLimitBeforeReminder {
        /// The queue.
        queue: String,
    },
    /// An agent who can serve no queue, not even at a last rung.
    ServesNothing {
        /// The agent.
        agent: String,
    },
    /// A skill that nobody has.
    SkillOfNobody {
        /// The skill.
        skill: String,
    },
    /// A team without members.
    EmptyTeam {
        /// The team.
        team: String,
    },
    /// A class that no queue, tier or rung puts calls in.
    UnusedClass {
        /// The class.
        class: String,
    },
}

/// A rung of a ladder in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RungPlace {
    /// The queue.
    pub queue: String,
    /// The tier whose ladder it is; `None` for the queue's own.
    pub tier: Option<String>,
    /// Which rung, from 1.
    pub rung: usize,
}

impl fmt::Display for RungPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "queue `{}`, ", self.queue)?;
        if let Some(tier) = &self.tier {
            write!(f, "tier `{tier}`, ")?;
        }
        write!(f, "rung {}", self.rung)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |span: &Span| Length::Span(*span);
        match self {
            Self::NoQueue => f.write_str("there is no queue, so no call can come in"),
            Self::NoAgent => f.write_str("there is no agent, so no call can be answered"),
            Self::NobodyServes { queue } => {
                write!(f, "queue `{queue}`: nobody can serve it, not even at its last rung")
            }
            Self::NobodyAtFirst { queue, until: Some(until) } => {
                write!(f, "queue `{queue}`: nobody can serve it for the first {}", text(until))
            }
            Self::NobodyAtFirst { queue, until: None } => {
                write!(f, "queue `{queue}`: nobody can serve it, its calls only pass through")
            }
            Self::NobodyNew { rung } => write!(f, "{rung}: nobody joins who could not serve before"),
            Self::NoEffect { rung } => write!(f, "{rung}: changes nothing"),
            Self::Unreachable { rung, wait_limit } => {
                let unless = if rung.rung > 1 { ", unless rungs before it are passed" } else { "" };
                write!(f, "{rung}: never reached, as calls wait at most {}{unless}", text(wait_limit))
            }
            Self::NobodyLeft { rung } => write!(f, "{rung}: nobody can serve the call from here on"),
            Self::NeverTaken { rung } => write!(f, "{rung}: never taken, as its conditions cannot hold"),
            Self::NoKeyForOffer { rung, offer } => {
                write!(f, "{rung}: offers {offer}, but no key of the queue accepts it")
            }
            Self::NobodyPreferred { queue, need } => {
                write!(f, "queue `{queue}`: nobody is there to be tried for `{need}`, those tried before left out")
            }
            Self::KeepsAll { queue, team, keep } => {
                write!(
                    f,
                    "queue `{queue}`: leaves {keep} of team `{team}` to others, which has no more: it never rings there"
                )
            }
            Self::NobodyForComplaints { queue, role } => {
                write!(f, "queue `{queue}`: complaints are to go to role `{role}`, but nobody has it or one above it")
            }
            Self::NobodyRemembered { queue } => {
                write!(f, "queue `{queue}`: callers are to go back to their last agent, but `limits.remembered` is 0")
            }
            Self::NobodyApproves => f.write_str("some breaks need approval, but nobody has the rights of a supervisor"),
            Self::NoZone => f.write_str("some rungs go by the time of day, but the floor names no zone; UTC is taken"),
            Self::RingsLongerThanItWaits { queue, ring_limit, wait_limit } => write!(
                f,
                "queue `{queue}`: a phone may ring {} but a call waits at most {}",
                text(ring_limit),
                text(wait_limit)
            ),
            Self::HoldLimitBeforeReminder { queue } => {
                write!(f, "queue `{queue}`: the hold limit comes before the first hold reminder")
            }
            Self::ServesNothing { agent } => write!(f, "agent `{agent}` can serve no queue, not even at a last rung"),
            Self::SkillOfNobody { skill } => write!(f, "skill `{skill}`: nobody has it"),
            Self::EmptyTeam { team } => write!(f, "team `{team}`: nobody is in it"),
            Self::UnusedClass { class } => write!(f, "class `{class}`: no queue, tier or rung puts calls in it"),
        }
    }
}
