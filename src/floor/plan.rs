//! The plan: a floor that has been checked, with every name resolved, every length in nanoseconds and every need
//! interned. Immutable; engines share it behind an `Arc`.

mod rules;
mod rung;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::rules::{RulesPlan, WrapUpPlan};
pub use self::rung::{ConditionPlan, Exit, LadderId, LadderPlan, RungEffect, RungPlan};
use super::catalogue::Catalogue;
use super::lanes::Lanes;
use super::{Calendar, Floor, Masked, Need, defaults};
use crate::bits::Bits;
use crate::ids::{
    AgentId, ClassId, DispositionId, EntryId, ExtensionId, NeedId, ProfileId, QueueId, ReasonId, RoleId, SkillId,
    TeamId, TierId,
};
use crate::time::Span;

/// A checked floor, ready to run. Made by [`Floor::compile`]; serialised as the floor it came from.
#[derive(Debug)]
pub struct Plan {
    pub(crate) floor: Floor,
    pub(crate) ring: Span,
    pub(crate) calendar: Calendar,
    /// The lowest role with the rights of a supervisor.
    pub(crate) supervision: RoleId,
    /// By [`ReasonId`]: whether an agent needs approval for it.
    pub(crate) approval: Box<[bool]>,
    pub(crate) extensions: Vec<ExtensionPlan>,
    pub(crate) agents: Vec<AgentPlan>,
    pub(crate) queues: Vec<QueuePlan>,
    pub(crate) ladders: Vec<LadderPlan>,
    pub(crate) classes: Vec<ClassPlan>,
    pub(crate) tiers: Vec<TierPlan>,
    pub(crate) directory: Vec<EntryPlan>,
    pub(crate) by_number: BTreeMap<Masked, EntryId>,
    pub(crate) names: Names,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) lanes: Lanes,
    /// Calls of this precedence and those before stand before every order of queues.
    pub(crate) before_orders: u16,
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
    pub(crate) dispositions: BTreeMap<String, DispositionId>,
    pub(crate) extensions: BTreeMap<String, ExtensionId>,
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
    /// Weight for choices by weighted chance.
    pub weight: u8,
    /// By [`QueueId`]: at which level of the order of queues its calls come, 0 first; empty where all are alike.
    pub order: Arc<[u8]>,
}

/// An extension, checked.
#[derive(Clone, Debug)]
pub struct ExtensionPlan {
    /// The name.
    pub name: Arc<str>,
    /// The number.
    pub number: Arc<str>,
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
    /// By [`ProfileId`]: among whom its agents are tried, 0 for the first; `None` where all are alike.
    pub preference: Option<Box<[u8]>>,
    /// The same by group, the best first: the profiles in it; empty where all are alike.
    pub(crate) groups: Box<[Bits]>,
    /// By [`RoleId`]: where a call goes that an agent of that role cannot answer; `None` from the highest.
    pub escalation: Box<[Option<EscalationPlan>]>,
    /// By [`RoleId`]: where a complaint goes from an agent of that role; `None` from the highest.
    pub complaint: Box<[Option<EscalationPlan>]>,
    /// Of which teams it leaves how many to others.
    pub reserve: Box<[ReservePlan]>,
    /// What keys its callers may press.
    pub keys: BTreeMap<char, KeyPlan>,
}

/// How many of a team a queue leaves to others, checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReservePlan {
    /// Which team.
    pub team: TeamId,
    /// The queue's calls ring its members only while more than so many of them are idle.
    pub keep: u32,
}

/// Where a call goes up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscalationPlan {
    /// What it needs at first: nobody, until the first rung.
    pub need: NeedId,
    /// The way up: the first rung, at once, brings the next role; each later one brings the next above too.
    pub ladder: LadderId,
}

/// Where a key leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlan {
    /// Out of the queue.
    Exit(Exit),
    /// To being called back, with the place kept.
    Callback,
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

    /// The calendar of times of day and days of the week on this floor.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The lowest role with the rights of a supervisor (E8).
    pub fn supervision(&self) -> RoleId {
        self.supervision
    }

    /// Whether an agent needs approval for a break with this reason; `false` for ids that are not this plan's.
    pub fn needs_approval(&self, reason: ReasonId) -> bool {
        self.approval.get(reason.index()).copied().unwrap_or(false)
    }

    /// The extensions, by [`ExtensionId`].
    pub fn extensions(&self) -> &[ExtensionPlan] {
        &self.extensions
    }

    /// The extension of this name.
    pub fn extension(&self, name: &str) -> Option<ExtensionId> {
        self.names.extensions.get(name).copied()
    }

    /// The disposition of this name.
    pub fn disposition(&self, name: &str) -> Option<DispositionId> {
        self.names.dispositions.get(name).copied()
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
        self.ladder_at(id)
    }

    /// The ladder of this id, such as [`RungPlan::otherwise`] names; `None` if it is not this plan's.
    pub fn ladder_at(&self, id: LadderId) -> Option<&LadderPlan> {
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

    /// How many roles the chain of command has.
    pub(crate) fn roles(&self) -> usize {
        self.names.roles.len()
    }

    /// The name of this role.
    pub(crate) fn role_name(&self, role: RoleId) -> &str {
        let named = self.floor.chain.get(role.index()).map(String::as_str);
        named.or_else(|| defaults::CHAIN.get(role.index()).copied()).unwrap_or_default()
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

    /// The facts behind a profile; `None` if it is not this plan's.
    pub fn profile(&self, id: ProfileId) -> Option<&Profile> {
        self.catalogue.profile_if_known(id)
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
