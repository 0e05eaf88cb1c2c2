//! The scenario: what happens on a floor, as data. Who calls and when, how long people wait and talk, who is at work.
//!
//! A floor says how calls are treated; a scenario says which calls come and how people behave. What a scenario leaves
//! out does not happen: nobody hangs up, holds, misses, declines or transfers, no supervisor listens, no phone takes time
//! to ring, and there is no work after a call. It comes from TOML or is built in Rust, and is checked against a plan as a
//! whole: every problem is reported at once.
//!
//! A scenario begins at midnight in the floor's zone, on a Monday, 1 January 2024, unless it says when. Its days are of
//! 24 hours.
//!
//! A scenario may begin with a floor that is not empty: what comes in its `warm_up` is simulated and left out of the
//! figures.
//!
//! # Example
//!
//! ```toml
//! name = "A quiet day"
//! hours = 24
//!
//! [calls]
//! patience = { exponential = "4m" }
//! talk = { lognormal = { mean = "90s", cv = 0.8 } }
//! answer = { uniform = ["2s", "9s"] }
//!
//! [agents]
//! missed = 0.02
//!
//! [[queues]]
//! queue = "outside"
//! arrivals = { per_hour = 20 }
//!
//! [[shifts]]
//! teams = ["operators"]
//! from = "07:00"
//! to = "19:00"
//! ```
//!
//! Teams may take longer or shorter for the calls of a queue than others do:
//!
//! ```toml
//! [queues.teams.trainees]
//! talk = { lognormal = { mean = "4m", cv = 0.8 } }
//! ```
//!
//! [`fields`] has every field in one table, with its range and default; [`recording`] says how calls that were recorded
//! are played again.
//!
//! What people do with calls beside talking, as far as [`Calls`] and [`Supervisors`] say so:
//!
//! ```toml
//! [calls]
//! cannot_answer = 0.03                 # up the chain of command (E1)
//! complaints = 0.01                    # recorded, and up (E4)
//! transfers = [
//!     { share = 0.2, to = { extension = "accounts" } },
//!     { share = 0.1, to = { team = "foremen" }, consult = true },
//! ]
//! callback = { share = 0.5, due = "2h", reached = 0.7 }
//! message = { share = 0.3, length = { uniform = ["10s", "40s"] } }
//! retry = { refused = 0.9, abandoned = 0.5, after = { exponential = "5m" } }
//!
//! [telephones]
//! answered = 0.6
//! answer = { uniform = ["4s", "20s"] }
//!
//! [supervisors]
//! listen = { per_hour = 3, length = { exponential = "2m" }, barge = 0.1, take_over = 0.02 }
//! ```

mod arrivals;
mod calls;
pub mod fields;
mod inflow;
mod people;
pub mod recording;
mod roster;

use serde::{Deserialize, Serialize};

pub use arrivals::{Arrivals, BurstSize, Bursts, Overdispersion, Rate, Rates, Week};
pub use calls::{
    Again, Callback, Calls, Consults, Hold, KeyShare, Message, Preferred, Retry, TeamCalls, Transfer, TransferTo,
};
pub use inflow::{Inflow, NeedShare, TierShare};
pub use people::{Agents, Approval, Late, Listen, Moves, PhoneFailures, Supervisors};
pub use recording::RecordedCall;
pub use roster::{Allowance, Break, Roster, Shift};

use super::Distribution;
use crate::floor::Length;

/// What happens on a floor. See the [module](self).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// What people call it.
    pub name: String,
    /// On which day it begins, at midnight in the floor's zone: `"YYYY-MM-DD"`. Shifts and rates by day of the week follow
    /// it. Default `"2024-01-01"`, a Monday; where a file of recorded calls with dates is read, the day of the first.
    pub begins: Option<String>,
    /// For how many hours calls arrive, from midnight on; above 0, at most 1,000,000. Days repeat. Default 24; where a
    /// file of recorded calls is read, to the end of the day of the last one.
    pub hours: Option<f64>,
    /// How long the floor warms up: calls that arrive in it are simulated and left out of the figures, and so is what
    /// agents do in it. Shorter than the scenario. Default: no warm-up.
    pub warm_up: Option<Length>,
    /// For how long at most the floor goes on after the last arrival until every call has ended. Default 24 h.
    pub drain: Option<Length>,
    /// What calls bring, unless their queue or tier says otherwise.
    pub calls: Calls,
    /// How agents behave.
    pub agents: Agents,
    /// What supervisors do.
    pub supervisors: Supervisors,
    /// How the switch behaves.
    pub switch: Switch,
    /// How telephones outside the desks behave: extensions and numbers to which calls are transferred (A3).
    pub telephones: Telephones,
    /// What becomes of the follow-up list (A2).
    pub follow_up: FollowUp,
    /// What arrives where, and what is special about it.
    pub queues: Vec<Inflow>,
    /// Who is at work when. Nobody who stands in no shift ever signs in.
    pub shifts: Vec<Shift>,
    /// Other rosters for the same calls, to be compared with this one: see [`each_roster`](Self::each_roster).
    pub alternatives: Vec<Roster>,
    /// What goes wrong. Default: nothing.
    pub faults: Faults,
}

/// How telephones outside the desks behave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telephones {
    /// Share of times in which somebody answers, 0 to 1. Default 1. Where nobody does, it rings until the floor gives up.
    pub answered: Option<f64>,
    /// Share of times in which it is engaged, 0 to 1 less `answered`. Default 0.
    pub busy: f64,
    /// How long it rings before somebody answers. Default: not at all.
    pub answer: Option<Distribution>,
}

/// What becomes of the follow-up list. The shares add up to at most 1; the other entries stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FollowUp {
    /// Share of entries whose caller is called back, 0 to 1. Default 0.
    pub called_back: f64,
    /// Share of entries that are closed without a call, 0 to 1. Default 0.
    pub closed: f64,
    /// How long after the entry; not if no calls arrive any more by then. Default: no time.
    pub after: Option<Distribution>,
}

/// How the switch behaves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switch {
    /// From the offer to the first ring. Default: none.
    pub ring_delay: Option<Distribution>,
    /// From the answer to caller and agent hearing each other. Default: none.
    pub connect_delay: Option<Distribution>,
}

/// What goes wrong: probabilities from 0 to 1, all 0 by default. The engine must get over every one of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Per hang-up: nobody ever reports it.
    pub lost_hangups: f64,
    /// Per ringing phone, and per connected call at some time in it: the phone vanishes and reports nothing more until
    /// it is back.
    pub vanishing_agents: f64,
    /// How long a vanished phone stays away. Default: exponential, mean 10 min.
    pub back_after_vanishing: Option<Distribution>,
    /// Per report of the switch: it comes twice, at once or, where it is about a step of one leg, up to 5 s later.
    pub duplicates: f64,
    /// Per withdrawn offer, or telephone that is no longer wanted: an answer to it still comes, up to 2 s late.
    pub late_answers: f64,
    /// Per input: one more, about calls, offers or agents that never were, or not in a state for it.
    pub nonsense: f64,
}

impl Scenario {
    /// This scenario with each of its rosters: as it is, then with the shifts of each alternative, under its name.
    pub fn each_roster(&self) -> impl Iterator<Item = Self> + '_ {
        let own = Self { alternatives: Vec::new(), ..self.clone() };
        let others = self.alternatives.iter().map(|alternative| Self {
            name: alternative.name.clone(),
            shifts: alternative.shifts.clone(),
            alternatives: Vec::new(),
            ..self.clone()
        });
        core::iter::once(own).chain(others)
    }
}

impl Faults {
    /// Whether nothing ever goes wrong.
    pub fn none(&self) -> bool {
        let Self { lost_hangups, vanishing_agents, back_after_vanishing: _, duplicates, late_answers, nonsense } = self;
        [lost_hangups, vanishing_agents, duplicates, late_answers, nonsense].iter().all(|share| **share == 0.0)
    }
}
