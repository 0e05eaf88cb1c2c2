//! Flows: from which queue, after which rung, to whom or where. One count for each way a visit has ended.

#![expect(clippy::disallowed_types, reason = "hashed by a fixed function, and sorted before it is shown")]

use core::hash::{Hash, Hasher};

use hashbrown::HashMap;

use super::figures::FlowFigures;
use super::live::FixedHash;
use super::shape::Shape;
use crate::engine::VisitExit;
use crate::ids::{AgentId, QueueId, TeamId, TierId};

/// Visits by their way. Memory is bounded by the ways there are on a floor; only those that have been taken are kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Flows(HashMap<Flow, u64, FixedHash>);

/// A way through a queue. Their order is that of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Flow {
    queue: QueueId,
    tier: Option<TierId>,
    /// How many rungs were reached at most: 0 if none was.
    rung: u16,
    exit: Exit,
}

/// How a visit ended: the exits of [`VisitFigures`](super::VisitFigures), and where they led.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    Answered(TeamId),
    Abandoned,
    TimedOut,
    Overflowed(QueueId),
    Diverted,
    Disconnected,
    Refused,
    NobodyThere,
    LeftByKey,
    Moved(QueueId),
    Withdrawn,
    ToMessage,
    ToCallback,
    NotTaken,
    CalledOff,
    CallbackFailed,
}

impl Flows {
    /// Counts a visit that has ended.
    pub(super) fn count(
        &mut self,
        shape: &Shape,
        (queue, tier): (QueueId, Option<TierId>),
        rung: u16,
        exit: VisitExit,
    ) {
        if let Some(exit) = Exit::of(shape, exit) {
            let flow = Flow { queue, tier, rung, exit };
            // Nearly all go a way that was taken before.
            match self.0.get_mut(&flow) {
                Some(visits) => *visits += 1,
                None => drop(self.0.insert(flow, 1)),
            }
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        other.0.iter().for_each(|(flow, visits)| *self.0.entry(*flow).or_default() += visits);
    }

    /// All ways that were taken, in order.
    pub(super) fn figures(&self, shape: &Shape) -> Vec<FlowFigures> {
        let mut flows: Vec<(&Flow, &u64)> = self.0.iter().collect();
        flows.sort_unstable();
        let queue = |queue: QueueId| Some(shape.queues.get(queue.index())?.name.to_string());
        let figures = flows.into_iter().filter_map(|(flow, visits)| {
            Some(FlowFigures {
                queue: queue(flow.queue)?,
                tier: flow.tier.and_then(|tier| shape.tiers.get(tier.index())).map(|name| name.to_string()),
                rung: flow.rung,
                exit: flow.exit.name().to_owned(),
                team: match flow.exit {
                    Exit::Answered(team) => shape.teams.get(team.index()).cloned(),
                    _ => None,
                },
                to: match flow.exit {
                    Exit::Overflowed(to) | Exit::Moved(to) => queue(to),
                    _ => None,
                },
                visits: *visits,
            })
        });
        figures.collect()
    }
}

impl Exit {
    /// `None` if nobody knows who took the call.
    fn of(shape: &Shape, exit: VisitExit) -> Option<Self> {
        let team = |agent: AgentId| Some(shape.agents.get(agent.index())?.team);
        Some(match exit {
            VisitExit::Served { agent } => Self::Answered(team(agent)?),
            VisitExit::Abandoned => Self::Abandoned,
            VisitExit::TimedOut => Self::TimedOut,
            VisitExit::Overflowed { to } => Self::Overflowed(to),
            VisitExit::Diverted => Self::Diverted,
            VisitExit::Disconnected => Self::Disconnected,
            VisitExit::Refused(_) => Self::Refused,
            VisitExit::NobodyThere => Self::NobodyThere,
            VisitExit::LeftByKey { .. } => Self::LeftByKey,
            VisitExit::Moved { to } => Self::Moved(to),
            VisitExit::Withdrawn => Self::Withdrawn,
            VisitExit::Message => Self::ToMessage,
            VisitExit::Callback => Self::ToCallback,
            VisitExit::NotTaken => Self::NotTaken,
            VisitExit::CalledOff => Self::CalledOff,
            VisitExit::CallbackFailed => Self::CallbackFailed,
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Answered(_) => "answered",
            Self::Abandoned => "abandoned",
            Self::TimedOut => "timed_out",
            Self::Overflowed(_) => "overflowed",
            Self::Diverted => "diverted",
            Self::Disconnected => "disconnected",
            Self::Refused => "refused",
            Self::NobodyThere => "nobody_there",
            Self::LeftByKey => "left_by_key",
            Self::Moved(_) => "moved",
            Self::Withdrawn => "withdrawn",
            Self::ToMessage => "to_message",
            Self::ToCallback => "to_callback",
            Self::NotTaken => "not_taken",
            Self::CalledOff => "called_off",
            Self::CallbackFailed => "callback_failed",
        }
    }

    /// Which exit, and where it led.
    const fn words(self) -> (u64, u64) {
        match self {
            Self::Answered(team) => (0, team.0 as u64),
            Self::Abandoned => (1, 0),
            Self::TimedOut => (2, 0),
            Self::Overflowed(to) => (3, to.0 as u64),
            Self::Diverted => (4, 0),
            Self::Disconnected => (5, 0),
            Self::Refused => (6, 0),
            Self::NobodyThere => (7, 0),
            Self::LeftByKey => (8, 0),
            Self::Moved(to) => (9, to.0 as u64),
            Self::Withdrawn => (10, 0),
            Self::ToMessage => (11, 0),
            Self::ToCallback => (12, 0),
            Self::NotTaken => (13, 0),
            Self::CalledOff => (14, 0),
            Self::CallbackFailed => (15, 0),
        }
    }
}

impl Hash for Flow {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (exit, to) = self.exit.words();
        let tier = self.tier.map_or(0, |tier| u64::from(tier.0) + 1);
        state.write_u64(u64::from(self.queue.0) << 32 | to);
        state.write_u64(tier << 32 | u64::from(self.rung) << 16 | exit);
    }
}
