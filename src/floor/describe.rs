//! What was understood of a floor: for each queue and each tier of caller, who can serve from the start and who joins
//! at each rung; and what looks unintended.
//!
//! Names of agents are shown, callers never (G13). Everything is static: who is signed in is not known here.

mod print;
mod walk;
mod warning;

use serde::{Serialize, Serializer};

use self::walk::Describer;
pub use self::warning::{RungPlace, Warning};
use super::{Agent, Choice, Floor, OrderLevel, Plan, Reserve};
use crate::ids::QueueId;
use crate::time::Span;

/// What was understood of a floor. Displays in lines of at most 100 columns, where names are not overlong. Serialises
/// lengths as seconds, in fields whose names end in `_s`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Description {
    /// The floor's name.
    pub name: String,
    /// The zone of all times of day, where the floor names one; otherwise UTC.
    pub zone: Option<String>,
    /// The length of one ring.
    #[serde(rename = "ring_s", serialize_with = "seconds")]
    pub ring: Span,
    /// How many agents.
    pub agents: usize,
    /// The lowest role with the rights of a supervisor.
    pub supervision: String,
    /// Who has them.
    pub supervisors: People,
    /// The reasons for which agents need approval.
    pub approval: Vec<String>,
    /// How many callers may be on a line at once, where that is limited.
    pub trunks: Option<u32>,
    /// How many callers may wait at once, where that is limited.
    pub waiting_limit: Option<u32>,
    /// How many extensions.
    pub extensions: usize,
    /// How many known callers.
    pub directory: usize,
    /// The orders in which agents take the calls of queues: each team's, then those of agents who have their own.
    pub orders: Vec<OrderDescription>,
    /// The queues.
    pub queues: Vec<QueueDescription>,
    /// What looks unintended.
    pub warnings: Vec<Warning>,
}

/// Who serves a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QueueDescription {
    /// The queue's name.
    pub name: String,
    /// The name of its calls' class.
    pub class: String,
    /// What its calls need at first, as text.
    pub need: String,
    /// Who can serve it from the start.
    pub served_by: People,
    /// How an agent is chosen.
    pub choice: Choice,
    /// The groups that are tried before all others, first tried first.
    pub prefer: Vec<GroupDescription>,
    /// Of which teams it leaves how many to other queues.
    pub reserve: Vec<Reserve>,
    /// Work after the call, in words; `None`: the agent is free at once.
    pub wrap_up: Option<String>,
    /// The reason of the break after each call.
    pub after_call: Option<String>,
    /// What keys callers may press, and where they lead, in words.
    pub keys: Vec<KeyDescription>,
    /// Who is there for a call that an agent of the lowest role cannot answer, role by role; from a higher role it goes
    /// to those above that one, the first at once.
    pub escalation: Vec<RoleDescription>,
    /// The same for a complaint.
    pub complaint: Vec<RoleDescription>,
    /// Whether the agent stays with the caller until somebody has taken over.
    pub agent_stays: bool,
    /// Its own ladder, then those of tiers that have their own.
    pub ladders: Vec<LadderDescription>,
}

/// An order in which agents take the calls of queues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrderDescription {
    /// Whose: `team front`, `agent li`.
    pub of: String,
    /// The queues it names, level by level.
    pub levels: Vec<OrderLevel>,
}

/// A group of agents that is tried before others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GroupDescription {
    /// What they meet, as text.
    pub need: String,
    /// Those who do and are in no group before, whatever queues they can serve.
    pub people: People,
}

/// A key that callers may press.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyDescription {
    /// Which.
    pub key: char,
    /// Where it leads, in words.
    pub leads: String,
}

/// A role on the way up the chain of command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RoleDescription {
    /// The role.
    pub role: String,
    /// When, at the latest, those below having had their time: sooner where nobody of a role is signed in.
    #[serde(rename = "at_s", serialize_with = "seconds")]
    pub at: Span,
    /// Who has it.
    pub people: People,
}

/// A ladder in one queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LadderDescription {
    /// The tier whose ladder it is; `None` for the queue's own.
    pub tier: Option<String>,
    /// Its rungs.
    pub rungs: Vec<RungDescription>,
}

/// What a rung does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RungDescription {
    /// When, at the latest, counted from the visit's start: sooner where rungs before it are passed. Only a ringing phone
    /// can put off a rung that replaces the need or leaves.
    #[serde(rename = "at_s", serialize_with = "seconds")]
    pub at: Span,
    /// On what condition it is taken, in words.
    pub only_if: Option<String>,
    /// On what condition it is not taken, in words.
    pub unless: Option<String>,
    /// Who can serve from this rung on and could not before; rungs before it that have a condition are counted as taken.
    pub joined_by: People,
    /// How many can serve from this rung on.
    pub served_by: usize,
    /// What else it does, in words.
    pub also: Vec<String>,
}

/// Some agents: how many, and the first of them by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct People {
    /// How many.
    pub count: usize,
    /// The first eight by name, in the floor's order.
    pub names: Vec<String>,
}

impl Plan {
    /// What was understood of the floor, with warnings. Takes a look at everything; nothing for a busy engine.
    pub fn describe(&self) -> Description {
        let mut describer = Describer::new(self);
        let queues = self.queues.iter().enumerate().map(|(index, queue)| describer.queue(QueueId(index as u32), queue));
        let queues = queues.collect();
        let supervisors = describer.supervisors();
        describer.floor(&supervisors);
        Description {
            name: self.floor.name.clone(),
            zone: self.floor.zone.clone(),
            ring: self.ring,
            agents: self.agents.len(),
            supervision: self.role_name(self.supervision).to_owned(),
            supervisors,
            approval: self.floor.approval.clone(),
            trunks: self.floor.trunks,
            waiting_limit: self.floor.waiting_limit,
            extensions: self.extensions.len(),
            directory: self.directory.len(),
            orders: orders(&self.floor),
            queues,
            warnings: describer.warnings,
        }
    }
}

fn orders(floor: &Floor) -> Vec<OrderDescription> {
    let described = |of: String, levels: &[OrderLevel]| OrderDescription { of, levels: levels.to_vec() };
    let teams = floor.teams.iter().filter(|team| !team.order.is_empty());
    let teams = teams.map(|team| described(format!("team {}", team.name), &team.order));
    let own = |agent: &Agent| Some(described(format!("agent {}", agent.name), agent.order.as_ref()?));
    teams.chain(floor.agents.iter().filter_map(own)).collect()
}

fn seconds<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(span.as_secs_f64())
}

fn seconds_if_any<S: Serializer>(span: &Option<Span>, serializer: S) -> Result<S::Ok, S::Error> {
    span.map(Span::as_secs_f64).serialize(serializer)
}
