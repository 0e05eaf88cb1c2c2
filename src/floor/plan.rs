//! The plan: a floor that has been checked, with every name resolved, every length in nanoseconds and every need
//! interned. Immutable; engines share it behind an `Arc`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::catalogue::Catalogue;
use super::{Choice, Floor, Masked, Need};
use crate::ids::{AgentId, ClassId, EntryId, NeedId, ProfileId, QueueId, ReasonId, RoleId, SkillId, TeamId, TierId};
use crate::time::Span;

/// A checked floor, ready to run. Made by [`Floor::compile`]; serialised as the floor it came from.
#[derive(Debug)]
pub struct Plan {
    pub(crate) floor: Floor,
    pub(crate) ring: Span,
    pub(crate) agents: Vec<AgentPlan>,
    pub(crate) queues: Vec<QueuePlan>,
    pub(crate) ladders: Vec<LadderPlan>,
    pub(crate) classes: Vec<ClassPlan>,
    pub(crate) tiers: Vec<TierPlan>,
    pub(crate) directory: Vec<EntryPlan>,
    pub(crate) by_number: BTreeMap<Masked, EntryId>,
    pub(crate) names: Names,
    pub(crate) catalogue: Arc<Catalogue>,
}

/// Every name on the floor with the id it stands for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) agents: BTreeMap<String, AgentId>,
    pub(crate) queues: BTreeMap<String, QueueId>,
    pub(crate) teams: BTreeMap<String, TeamId>,
    pub(crate) roles: BTreeMap<String, RoleId>,
    pub(crate) skills: BTreeMap<String, SkillId>,
    pub(crate) classes: BTreeMap<String, ClassId>,
    pub(crate) tiers: BTreeMap<String, TierId>,
    pub(crate) reasons: BTreeMap<String, ReasonId>,
}

/// An agent, checked.
#[derive(Clone, Debug)]
pub struct AgentPlan {
    /// The name.
    pub name: Arc<str>,
    /// The team.
    pub team: TeamId,
    /// The role.
    pub role: RoleId,
    /// How many contacts at once, at least 1.
    pub capacity: u8,
    /// Where the phone is.
    pub endpoint: Arc<str>,
    /// The static facts that decide what this agent may take.
    pub profile: ProfileId,
}

/// All the static facts that decide what an agent may take. Agents with equal facts share one profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Profile {
    /// Level of each skill by [`SkillId`]; 0 where the agent lacks it. As long as the floor's list of skills.
    pub levels: Box<[u8]>,
    /// The team.
    pub team: TeamId,
    /// The role.
    pub role: RoleId,
}

/// A queue, checked.
#[derive(Clone, Debug)]
pub struct QueuePlan {
    /// The name.
    pub name: Arc<str>,
    /// What its calls need at first.
    pub need: NeedId,
    /// The class of its calls.
    pub class: ClassId,
    /// Their age advantage.
    pub credit: Span,
    /// Its rules, complete.
    pub rules: RulesPlan,
    /// Its own ladder.
    pub ladder: LadderId,
    /// For each tier, by [`TierId`], the ladder that calls of that tier climb here.
    pub tier_ladders: Box<[LadderId]>,
}

/// A ladder, by place in the plan's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LadderId(pub u32);

/// [`Rules`](super::Rules) with nothing left out. `None` means never.
#[derive(Clone, Debug, PartialEq)]
pub struct RulesPlan {
    /// How an agent is chosen.
    pub choice: Choice,
    /// The answer target.
    pub target: Span,
    /// The ring limit.
    pub ring_limit: Span,
    /// The limit for offers that never ring.
    pub no_ring_limit: Span,
    /// The limit for joining an answered call.
    pub connect_limit: Span,
    /// Misses in a row before not ready; `None` for never.
    pub misses: Option<u16>,
    /// How long a pair of call and agent is kept apart after an offer that was not taken.
    pub cool_down: Option<Span>,
    /// How long an agent is left alone after a miss.
    pub delay_missed: Option<Span>,
    /// … after declining.
    pub delay_declined: Option<Span>,
    /// … after the phone was busy.
    pub delay_busy: Option<Span>,
    /// … after the phone was unreachable or did not ring.
    pub delay_unreachable: Option<Span>,
    /// Work after the call.
    pub wrap_up: WrapUpPlan,
    /// Hold reminder.
    pub hold_reminder: Option<Span>,
    /// Hold limit.
    pub hold_limit: Option<Span>,
    /// The lease of a connected call.
    pub lease: Span,
    /// How many calls may wait.
    pub length_limit: Option<u32>,
    /// How long a call may wait.
    pub wait_limit: Option<Span>,
    /// Whether the wait limit lets a ringing phone ring to its end.
    pub wait_limit_spares_ring: bool,
}

/// Work after the call, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrapUpPlan {
    /// None: the agent is free at once.
    None,
    /// At most this long, never zero.
    Timed(Span),
    /// Until the agent says so.
    UntilDone,
}

/// A ladder, checked: for one queue and one tier of caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LadderPlan {
    /// The rungs in order.
    pub rungs: Vec<RungPlan>,
}

/// A rung, checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RungPlan {
    /// When, at the latest, counted from the rung before or the visit's start; at once after a rung that was passed.
    pub after: Span,
    /// Whether it withdraws ringing phones instead of waiting for them, where it replaces or leaves.
    pub now: bool,
    /// What the call needs from this rung on, everything before included; `None` if this rung leaves it alone.
    pub need: Option<NeedId>,
    /// Whether whoever could take the call before still can: then a ringing phone is left alone and another is added.
    pub widens: bool,
    /// The call's class from now on, also in other queues, unless it has an earlier one there.
    pub class: Option<ClassId>,
    /// The call's age advantage from now on, also in other queues, unless it has a greater one there.
    pub credit: Option<Span>,
    /// Whom to tell.
    pub notify: Box<[Arc<str>]>,
    /// How the call leaves the queue, if it does.
    pub exit: Option<Exit>,
    /// What figures call this rung.
    pub effect: RungEffect,
}

/// How a rung takes a call out of its queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Exit {
    /// To another queue.
    ToQueue {
        /// Which.
        queue: QueueId,
        /// Whether the call counts as just come there.
        reset_age: bool,
    },
    /// To a telephone number.
    ToNumber(Arc<str>),
    /// Ended, with this reason.
    Disconnect(Arc<str>),
}

/// What figures call a rung: the strongest of what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RungEffect {
    /// Someone was told, nothing else.
    Notified,
    /// The need was relaxed: `widen`, `need`, `lower`.
    Relaxed,
    /// The call went over to other people: `add_team`, `to_queue`, `to_number` (E2).
    Overflowed,
    /// The call went up: `add_role`, `class`, `credit` (E1, E3).
    Escalated,
    /// The call was ended.
    Disconnected,
}

/// A class of calls, checked.
#[derive(Clone, Debug)]
pub struct ClassPlan {
    /// The name.
    pub name: Arc<str>,
    /// Whether it may withdraw ringing offers of lower classes.
    pub withdraws_ringing: bool,
    /// The wait in one queue after which its calls stand before every class that may not withdraw ringing phones.
    pub starvation_bound: Option<Span>,
}

/// A VIP tier, checked.
#[derive(Clone, Debug)]
pub struct TierPlan {
    /// The name.
    pub name: Arc<str>,
    /// The class of its calls, where it sets one.
    pub class: Option<ClassId>,
    /// The age advantage of its calls, where it sets one.
    pub credit: Option<Span>,
}

/// A known caller, checked.
#[derive(Clone, Debug)]
pub struct EntryPlan {
    /// Name.
    pub name: Masked,
    /// Job title.
    pub title: Option<Masked>,
    /// How to address the caller.
    pub honorific: Option<Masked>,
    /// The guest's room.
    pub room: Option<Masked>,
    /// VIP tier.
    pub tier: Option<TierId>,
}

impl Plan {
    /// The floor this plan was made from.
    pub fn floor(&self) -> &Floor {
        &self.floor
    }

    /// The length of one ring.
    pub fn ring(&self) -> Span {
        self.ring
    }

    /// The agents, by [`AgentId`].
    pub fn agents(&self) -> &[AgentPlan] {
        &self.agents
    }

    /// The queues, by [`QueueId`].
    pub fn queues(&self) -> &[QueuePlan] {
        &self.queues
    }

    /// The classes, by [`ClassId`].
    pub fn classes(&self) -> &[ClassPlan] {
        &self.classes
    }

    /// The VIP tiers, by [`TierId`].
    pub fn tiers(&self) -> &[TierPlan] {
        &self.tiers
    }

    /// The directory, by [`EntryId`].
    pub fn directory(&self) -> &[EntryPlan] {
        &self.directory
    }

    /// The ladder that calls of this tier climb in this queue; `None` if the ids are not this plan's.
    pub fn ladder(&self, queue: QueueId, tier: Option<TierId>) -> Option<&LadderPlan> {
        let queue = self.queues.get(queue.index())?;
        let id = match tier {
            None => queue.ladder,
            Some(tier) => *queue.tier_ladders.get(tier.index())?,
        };
        self.ladders.get(id.0 as usize)
    }

    /// The agent of this name.
    pub fn agent(&self, name: &str) -> Option<AgentId> {
        self.names.agents.get(name).copied()
    }

    /// The queue of this name.
    pub fn queue(&self, name: &str) -> Option<QueueId> {
        self.names.queues.get(name).copied()
    }

    /// The team of this name.
    pub fn team(&self, name: &str) -> Option<TeamId> {
        self.names.teams.get(name).copied()
    }

    /// The role of this name.
    pub fn role(&self, name: &str) -> Option<RoleId> {
        self.names.roles.get(name).copied()
    }

    /// The skill of this name.
    pub fn skill(&self, name: &str) -> Option<SkillId> {
        self.names.skills.get(name).copied()
    }

    /// The class of this name.
    pub fn class(&self, name: &str) -> Option<ClassId> {
        self.names.classes.get(name).copied()
    }

    /// The tier of this name.
    pub fn tier(&self, name: &str) -> Option<TierId> {
        self.names.tiers.get(name).copied()
    }

    /// The not-ready reason of this name.
    pub fn reason(&self, name: &str) -> Option<ReasonId> {
        self.names.reasons.get(name).copied()
    }

    /// The directory entry of the caller who calls from this number (E3).
    pub fn entry(&self, number: &Masked) -> Option<EntryId> {
        self.by_number.get(number).copied()
    }

    /// The need that a visit's need id stands for, among those the plan itself uses.
    pub fn need(&self, id: NeedId) -> Option<&Need> {
        self.catalogue.need(id)
    }

    /// Whether this agent meets this need; `false` for ids that are not this plan's.
    pub fn fits(&self, agent: AgentId, need: NeedId) -> bool {
        self.agents.get(agent.index()).is_some_and(|agent| self.catalogue.fits(need, agent.profile))
    }
}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.floor.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Plan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Floor::deserialize(deserializer)?.compile().map_err(serde::de::Error::custom)
    }
}
