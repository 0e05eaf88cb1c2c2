//! The floor: a contact centre as data.
//!
//! A [`Floor`] says who works here, which queues there are and how calls climb when nobody answers. It comes from TOML
//! or JSON, or is built in Rust by a host that keeps its configuration elsewhere. [`Floor::compile`] checks it as a
//! whole, reports every [`Problem`] at once, and gives the [`Plan`] that the engine runs from.
//!
//! What a floor leaves out is filled from one table: [`defaults`]. How needs are written stands at [`Plan::parse_need`],
//! lengths at [`Length`].
//!
//! # A floor in TOML
//!
#![cfg_attr(feature = "toml", doc = "```")]
#![cfg_attr(not(feature = "toml"), doc = "```ignore")]
//! # fn main() -> Result<(), cordboard::floor::Problems> {
//! let plan = cordboard::Plan::from_toml(
//!     r#"
//!     name = "Small hotel"
//!     skills = ["booking", "english"]
//!     teams = [{ name = "operators" }, { name = "foremen" }]
//!     agents = [
//!         { name = "li", team = "operators", skills = { booking = 6, english = 7 } },
//!         { name = "wang", team = "operators", skills = { booking = 2 } },
//!         { name = "gao", team = "foremen", role = "foreman", skills = { booking = 9, english = 3 } },
//!     ]
//!
//!     [rules] # for every queue that does not set its own
//!     ring_limit = "3 rings"
//!     wrap_up = "5s"
//!
//!     [[queues]]
//!     name = "reservations"
//!     need = "booking >= 3 or english >= 5"
//!     teams = ["operators"]
//!     rules = { wrap_up = { timed = "20s" }, wait_limit = "10m" } # `timed` may be left out
//!     ladder = [
//!         { after = "3 rings", do = [{ add_role = "foreman" }, { notify = "foreman's desk" }] },
//!         { after = "3 rings", do = [{ lower = { skill = "booking", by = 2 } }, { class = "vip" }] },
//!         { after = "1m", do = [{ to_number = "9" }], now = true },
//!     ]
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

mod catalogue;
mod compile;
pub mod defaults;
mod describe;
#[cfg(any(feature = "toml", feature = "json"))]
mod document;
mod ladder;
mod length;
mod limits;
#[cfg(any(feature = "toml", feature = "json"))]
mod load;
mod masked;
mod need;
mod need_text;
mod plan;
mod problem;
#[cfg(any(feature = "toml", feature = "json"))]
mod shape;
mod wrap_up;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[cfg(test)]
pub(crate) use catalogue::CATALOGUE_MAX;
pub(crate) use catalogue::{Catalogue, CatalogueFull};
pub use describe::{Description, LadderDescription, People, QueueDescription, RungDescription, RungPlace, Warning};
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
    AgentPlan, ClassPlan, EntryPlan, Exit, LadderId, LadderPlan, Plan, Profile, QueuePlan, RulesPlan, RungEffect,
    RungPlan, TierPlan, WrapUpPlan,
};
#[cfg(feature = "sim")]
pub(crate) use problem::Hints;
#[cfg(feature = "script")]
pub(crate) use problem::nearest;
pub use problem::{FieldPath, Problem, ProblemKind, Problems};
pub use wrap_up::WrapUp;

/// A contact centre, described. Every list is in order, and the order is what ids count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Floor {
    /// What people call this place.
    pub name: String,
    /// How often a phone rings: the length of one ring, the unit of `"3 rings"` (A1). Default 6 s.
    pub ring_cadence: Option<Length>,
    /// The chain of command, lowest role first (E1). Default `operator`, `foreman`, `supervisor`, `manager`.
    pub chain: Vec<String>,
    /// The skills that needs may ask for.
    pub skills: Vec<String>,
    /// The reasons an agent may give for not being ready.
    pub reasons: Vec<String>,
    /// The classes of calls, first served first. Default `emergency`, `vip`, `normal`.
    pub classes: Vec<Class>,
    /// Rules for every queue that does not set its own.
    pub rules: Rules,
    /// Bounds on what this floor may hold.
    pub limits: Limits,
    /// The teams.
    pub teams: Vec<Team>,
    /// The people who answer, supervisors included.
    pub agents: Vec<Agent>,
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
    /// How many contacts at once, 1 to 100. Default 1.
    pub capacity: Option<u8>,
    /// Where the agent's phone is, passed to the switch unchanged. Default: the agent's name.
    pub endpoint: Option<String>,
}

/// A queue of waiting calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// What its calls need of an agent, as an expression: `booking >= 3 and (english >= 2 or japanese)`.
    /// Default: nothing.
    pub need: Option<String>,
    /// The teams that serve it from the start; empty for all.
    pub teams: Vec<String>,
    /// The class of its calls. Default: the last.
    pub class: Option<String>,
    /// The age advantage of its calls over others of their class. Default: none.
    pub credit: Option<Length>,
    /// The rules that differ from the floor's.
    pub rules: Rules,
    /// What happens to a call that is not answered, rung by rung (E2). Rungs come at the latest at the times they name:
    /// a rung none of whose people is signed in is passed at once; see [`Rung`].
    pub ladder: Vec<Rung>,
    /// Whether VIPs climb this ladder too, instead of their tier's: for alarms. Default: no.
    pub ladder_for_all: bool,
}

/// Rules of a queue; what it leaves out is taken from the floor's, and then from [`defaults`].
/// A length of `0s` means never or none; [`defaults`] tells where it is allowed.
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
    /// How many calls may wait; the next is refused. 0 for no limit.
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
    /// The first in the floor's order of agents.
    Linear,
    /// Any of them, by chance, drawn from the engine's seed.
    Random,
}

/// One rung of a ladder: what happens to a call that has not been answered by then.
///
/// No time is lost on people who are away. A rung that adds people is passed if none of them, of those who can take the
/// call and could not before, is signed in; a rung that sets a new need is passed if nobody signed in meets it. The next
/// rung then follows without delay, whatever its [`after`](Self::after), and is judged in the same way. A rung that is
/// passed has done what it says all the same: whoever signs in later may take the call, its class and credit hold, and
/// who is to be told is told. A rung that would move the call to a queue that is full, or once more than the floor allows
/// ([`Limits::moves`]), is passed too; the call stays.
///
/// Rungs that change the class or credit or notify, and no more, always take their time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rung {
    /// When, at the latest: counted from the rung before, for the first from the visit's start. After a rung that is
    /// passed there is no wait.
    pub after: Length,
    /// What, in order. An exit must be the last.
    #[serde(rename = "do")]
    pub actions: Vec<RungAction>,
    /// Whether a rung that replaces the need or leaves the queue withdraws a phone that rings. Default: it waits for
    /// the ringing to end.
    pub now: bool,
}

/// What a rung does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RungAction {
    /// Anyone who meets this expression may take the call too, of whatever team or role. What the call itself needs
    /// beside the queue ([`Arrival`](crate::engine::Arrival)) still holds: nobody gets a Japanese caller without
    /// Japanese.
    Widen(String),
    /// Only who meets this expression may take the call from now on; teams and roles added before stay added, and what
    /// the call itself needs still holds.
    Need(String),
    /// Ask for less of a skill.
    Lower(Lower),
    /// The people of this team may take the call too.
    AddTeam(String),
    /// The people of this role and of every role above it may take the call too.
    AddRole(String),
    /// The call's class from now on. Where the call moves to another queue it keeps it, unless the class it would have
    /// there is an earlier one.
    Class(String),
    /// The call's age advantage from now on. Where the call moves to another queue it keeps it, unless the advantage it
    /// would have there is greater.
    Credit(Length),
    /// Leave for another queue; the call keeps its age.
    ToQueue(String),
    /// Leave for another queue as one that has just come.
    ToQueueReset(String),
    /// Leave for a telephone number.
    ToNumber(String),
    /// End the call, with this reason.
    Disconnect(String),
    /// Tell someone; nothing changes for the call.
    Notify(String),
}

/// Ask for less of a skill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lower {
    /// The skill.
    pub skill: String,
    /// By how many levels; a level asked for never falls below 1.
    pub by: u8,
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
