//! The floor: a contact centre as data.
//!
//! A [`Floor`] says who works here, which queues there are and how calls climb when nobody answers. It comes from TOML
//! or JSON, or is built in Rust by a host that keeps its configuration elsewhere. [`Floor::compile`] checks it as a
//! whole, reports every [`Problem`] at once, and gives the [`Plan`] that the engine runs from.
//!
//! What a floor leaves out is filled from one table: [`defaults`]. How needs are written stands at [`Plan::parse_need`],
//! lengths at [`Length`], ladders at [`Rung`], and their conditions at [`Condition`].
//!
//! # A floor in TOML
//!
#![cfg_attr(feature = "toml", doc = "```")]
#![cfg_attr(not(feature = "toml"), doc = "```ignore")]
//! # fn main() -> Result<(), cordboard::floor::Problems> {
//! let plan = cordboard::Plan::from_toml(
//!     r#"
//!     name = "Small hotel"
//!     zone = "Asia/Shanghai" # for times of day
//!     reasons = ["break", "long break"]
//!     approval = ["long break"] # by a supervisor: from the second role of the chain up
//!     dispositions = ["booked", "thinks it over"]
//!     skills = ["booking", "english"]
//!     trunks = 30 # callers on a line at once; the next is refused
//!     waiting_limit = 12 # callers in all queues together who find nobody free
//!     teams = [{ name = "operators", order = ["reservations", "reception"] }, { name = "foremen" }]
//!     agents = [
//!         { name = "li", team = "operators", skills = { booking = 6, english = 7 } },
//!         { name = "wang", team = "operators", skills = { booking = 2 } },
//!         { name = "gao", team = "foremen", role = "foreman", skills = { booking = 9, english = 3 } },
//!     ]
//!     extensions = [{ name = "kitchen", number = "2201" }] # calls may be transferred there
//!
//!     [rules] # for every queue that does not set its own
//!     ring_limit = "3 rings"
//!     wrap_up = "5s"
//!     sticky = "24h" # who calls again goes back to the same agent
//!     complaint_role = "foreman"
//!
//!     [[queues]]
//!     name = "reservations"
//!     need = "booking >= 3 or english >= 5"
//!     teams = ["operators"]
//!     prefer = ["english >= 7"] # of those who are free
//!     reserve = [{ team = "operators", keep = 1 }] # the last one idle is for other queues
//!     rules = { wrap_up = "disposition", wait_limit = "10m" }
//!     keys = [{ key = "1", do = "callback" }, { key = "2", do = { to_queue = "reception" } }]
//!     ladder = [
//!         { after = "3 rings", do = [{ add_role = "foreman" }, { notify = "foreman's desk" }] },
//!         { after = "3 rings", if = { hours = "22:00-06:00" }, do = ["offer_callback"] },
//!         { after = "3 rings", do = [{ lower = { skill = "booking", by = 2 } }, { class = "vip" }] },
//!         { after = "1m", if = { nobody_signed_in = true }, do = [{ to_number = "9" }], now = true },
//!         { after = "1m", do = ["message"] },
//!     ]
//!
//!     [[queues]]
//!     name = "reception"
//!     teams = ["operators"]
//!     rules = { choice = "ring-all", wrap_up = { fixed = "10s" } } # `timed` may be ended early
//!
//!     [[tiers]]
//!     name = "gold"
//!     class = "vip"
//!     ladder = [{ after = "1 ring", do = [{ widen = "role foreman" }] }]
//!
//!     [[directory]]
//!     number = "7001"
//!     name = "Ms Example"
//!     tier = "gold"
//!     "#,
//! )?;
//! assert_eq!(plan.describe().warnings, []);
//! # Ok(())
//! # }
//! ```
//!
//! A whole house is in `examples/floors/hotel.toml`.

mod calendar;
mod catalogue;
mod compile;
pub mod defaults;
mod describe;
#[cfg(any(feature = "toml", feature = "json"))]
mod document;
mod ladder;
pub(crate) mod lanes;
mod length;
mod limits;
#[cfg(any(feature = "toml", feature = "json"))]
mod load;
mod masked;
mod need;
mod need_text;
mod plan;
mod problem;
mod queue;
mod rules;
mod rung;
#[cfg(any(feature = "toml", feature = "json"))]
mod shape;
mod wrap_up;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use calendar::{Absences, Calendar, Days, Hours};
pub(crate) use catalogue::{CATALOGUE_MAX, Catalogue, CatalogueFull, Interned};
pub use describe::{
    Description, GroupDescription, KeyDescription, LadderDescription, OrderDescription, People, QueueDescription,
    RoleDescription, RungDescription, RungPlace, Warning,
};
#[cfg(feature = "sim")]
pub(crate) use document::read_toml;
pub use length::{Length, LengthError};
pub use limits::Limits;
#[cfg(feature = "sim")]
pub(crate) use load::read as read_file;
pub use masked::Masked;
pub use need::Need;
pub use need_text::{NeedError, NeedErrorKind};
pub use plan::{
    AgentPlan, ClassPlan, ConditionPlan, EntryPlan, EscalationPlan, Exit, ExtensionPlan, KeyPlan, LadderId, LadderPlan,
    Plan, Profile, QueuePlan, ReservePlan, RulesPlan, RungEffect, RungPlan, TierPlan, WrapUpPlan,
};
#[cfg(feature = "sim")]
pub(crate) use problem::Hints;
pub use problem::{FieldPath, Problem, ProblemKind, Problems};
#[cfg(feature = "script")]
pub(crate) use problem::{Meant, nearest};
pub use queue::{Key, KeyAction, Queue, Reserve};
pub use rules::{Absence, Choice, Rules};
pub use rung::{Condition, Lower, Rung, RungAction};
pub use wrap_up::WrapUp;

/// A contact centre, described. Every list is in order, and the order is what ids count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Floor {
    /// What people call this place.
    pub name: String,
    /// The time zone of every time of day on this floor, by its IANA name: `Asia/Shanghai`. Default: UTC.
    pub zone: Option<String>,
    /// How often a phone rings: the length of one ring, the unit of `"3 rings"` (A1). Default 6 s.
    pub ring_cadence: Option<Length>,
    /// The chain of command, lowest role first (E1). Default `operator`, `foreman`, `supervisor`, `manager`.
    pub chain: Vec<String>,
    /// The lowest role with the rights of a supervisor (E8): to listen in, move calls, set the state of agents below
    /// it in the chain, and approve breaks. Default: the second role of the chain, or the only one.
    pub supervision: Option<String>,
    /// The skills that needs may ask for.
    pub skills: Vec<String>,
    /// The reasons an agent may give for not being ready.
    pub reasons: Vec<String>,
    /// Those among the reasons for which an agent needs a supervisor's approval first (D2, D3). Default: none.
    pub approval: Vec<String>,
    /// What may have come of a call, for agents to choose from in the work after it ([`WrapUp::Disposition`]).
    pub dispositions: Vec<String>,
    /// The classes of calls, first served first. Default `emergency`, `vip`, `normal`.
    pub classes: Vec<Class>,
    /// Rules for every queue that does not set its own.
    pub rules: Rules,
    /// Bounds on what this floor may hold.
    pub limits: Limits,
    /// How many callers may be on a line at once, whatever is done with them: waiting, rung for, talking, on hold,
    /// leaving a message, being handed on; the next is refused, even if somebody is free. Who waits to be called back is
    /// on no line. 1 to 10,000,000. Default: no limit.
    pub trunks: Option<u32>,
    /// How many callers may be in all queues together, not answered yet; whoever would have to wait beyond that is
    /// refused, and whoever finds somebody free is not. Who waits to be called back takes no place. 0 to 10,000,000, 0
    /// where nobody is to wait. Default: no limit. For each queue: [`Rules::length_limit`].
    pub waiting_limit: Option<u32>,
    /// The teams.
    pub teams: Vec<Team>,
    /// The people who answer, supervisors included.
    pub agents: Vec<Agent>,
    /// Known telephones that are no agents, to which calls may be transferred (A3).
    pub extensions: Vec<Extension>,
    /// The queues.
    pub queues: Vec<Queue>,
    /// The VIP tiers.
    pub tiers: Vec<Tier>,
    /// Known callers (E3, S5).
    pub directory: Vec<Entry>,
}

/// A class of calls: strict precedence over every class after it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Whether a call of this class that finds nobody free may take the phone of an agent who is being rung, not yet
    /// talking, for a call of a lower class. Default: no.
    pub withdraws_ringing: bool,
    /// After this wait in one queue a call of this class is served before every class that may not withdraw ringing
    /// phones; so an alarm stays first. Counted anew in the next queue. Default: never.
    pub starvation_bound: Option<Length>,
}

/// A team of agents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// In which order its members take waiting calls: an agent who is free takes the calls of the first queue before all
    /// others, then those of the second, and so on; those of queues that are not named come last. Among equals the
    /// earliest by class and age is taken first. It stands behind three things: calls of the leading classes that may
    /// withdraw ringing phones come before all, and so does who has waited beyond a starvation bound; a call that waits
    /// for one agent alone has no place in it. At most 64 levels. Default: all queues are alike.
    pub order: Vec<OrderLevel>,
}

/// One level of an order of queues: a queue by name, or several that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OrderLevel {
    /// This queue.
    Queue(String),
    /// These queues.
    Alike(Vec<String>),
}

/// Somebody who answers calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Agent {
    /// The agent's name on this floor, unique.
    pub name: String,
    /// The agent's team, by name.
    pub team: String,
    /// The agent's role in the chain of command. Default: the lowest.
    pub role: Option<String>,
    /// Skills with levels from 1 to 10 (A6).
    pub skills: BTreeMap<String, u8>,
    /// In which order the agent takes waiting calls, instead of the team's: see [`Team::order`]. An empty list takes the
    /// team's away.
    pub order: Option<Vec<OrderLevel>>,
    /// How many contacts at once, 1 to 100. Default 1.
    pub capacity: Option<u8>,
    /// This agent's share of the calls of queues that choose by weighted chance, against the others': 1 to 100.
    /// Default 1.
    pub weight: Option<u8>,
    /// Where the agent's phone is, passed to the switch unchanged. Default: the agent's name.
    pub endpoint: Option<String>,
}

/// A known telephone that is no agent: a room, an office, a branch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Extension {
    /// What people call it, unique among extensions.
    pub name: String,
    /// Its number, unique too, passed to the switch unchanged.
    pub number: String,
}

/// A tier of VIPs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// The class of its calls. Default: the queue's. An earlier class of the queue stands.
    pub class: Option<String>,
    /// The age advantage of its calls. Default: the queue's.
    pub credit: Option<Length>,
    /// Takes the place of the ladder of every queue, also of what that ladder notifies; an empty list takes it away.
    pub ladder: Option<Vec<Rung>>,
}

/// A known caller.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Entry {
    /// The number the caller calls from, as the switch reports it.
    pub number: Masked,
    /// Name.
    pub name: Masked,
    /// Job title, if known.
    pub title: Option<Masked>,
    /// How to address the caller: Mr, Ms, 女士, …
    pub honorific: Option<Masked>,
    /// The guest's room, if any.
    pub room: Option<Masked>,
    /// The caller's VIP tier, if any.
    pub tier: Option<String>,
}
