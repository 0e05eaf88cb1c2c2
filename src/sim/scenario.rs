//! The scenario: what happens on a floor, as data. Who calls and when, how long people wait and talk, who is at work.
//!
//! A floor says how calls are treated; a scenario says which calls come and how people behave. What a scenario leaves
//! out does not happen: nobody hangs up, holds, misses, declines or transfers, no supervisor listens, no phone takes time
//! to ring, and there is no work after a call. It comes from TOML or is built in Rust, and is checked against a plan as a
//! whole: every problem is reported at once.
//!
//! A scenario begins on a Monday, 1 January 2024, at midnight in the floor's zone. Its days are of 24 hours.
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
//!
//! [telephones]
//! answered = 0.6
//! answer = { uniform = ["4s", "20s"] }
//!
//! [supervisors]
//! listen = { per_hour = 3, length = { exponential = "2m" }, barge = 0.1, take_over = 0.02 }
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Distribution;
use crate::floor::{Length, Masked};

/// What happens on a floor. See the [module](self).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// What people call it.
    pub name: String,
    /// For how many hours calls arrive, from midnight on; above 0, at most 1,000,000. Days repeat. Default 24.
    pub hours: Option<f64>,
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

/// What calls bring. Each field left out is taken from the next wider place: a tier in a queue, then the queue, then
/// the scenario, then the default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Calls {
    /// How long a caller waits, counted from arrival, before hanging up; `"never"` allowed. Default: never hangs up.
    pub patience: Option<Distribution>,
    /// How long caller and agent talk, hold apart. Default: exponential, mean 3 min.
    pub talk: Option<Distribution>,
    /// Whether the agent puts the caller on hold, once per call. Default: never.
    pub hold: Option<Hold>,
    /// How long the agent works after the call, as far as the floor's wrap-up allows. Default: not at all.
    pub wrap_up: Option<Distribution>,
    /// Share of calls ended by the agent, 0 to 1; the caller ends the others. Default 0.
    pub ended_by_agent: Option<f64>,
    /// How long the agent lets the phone ring before answering or declining. Default: not at all.
    pub answer: Option<Distribution>,
    /// Share of calls that the agent cannot answer, 0 to 1; they go up the chain of command (E1). Default 0.
    pub cannot_answer: Option<f64>,
    /// Share of calls whose caller complains, 0 to 1 (E4). Default 0.
    pub complaints: Option<f64>,
    /// Calls that the agent hands on, or about which he consults somebody. The shares add up to at most 1.
    pub transfers: Option<Vec<Transfer>>,
    /// How long consultations last and what comes of them.
    pub consults: Option<Consults>,
    /// Calls that ask for one agent (A5). Default: none.
    pub preferred: Option<Preferred>,
    /// Keys that callers press while they wait. The shares add up to at most 1.
    pub keys: Option<Vec<KeyShare>>,
    /// Callers who want to be called back when they are offered it. Default: none.
    pub callback: Option<Callback>,
    /// Callers who leave a message when they are offered it, or led to it. Default: none; who is led to it hangs up.
    pub message: Option<Message>,
    /// What agents say came of calls, in the work after them: shares by the floor's names, which add up to at most 1.
    /// In all other cases they say nothing; where the floor insists, its first disposition.
    pub dispositions: Option<BTreeMap<String, f64>>,
    /// Callers who call once more. Default: none.
    pub again: Option<Again>,
}

/// Handing a caller on, or asking somebody else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transfer {
    /// Share of calls, 0 to 1. It happens at a time uniform over the talk.
    pub share: f64,
    /// To whom; there is no default.
    pub to: Option<TransferTo>,
    /// Whether the agent consults them first, with the caller on hold. Default: the caller is handed on at once.
    pub consult: bool,
}

/// To whom a caller is handed on, or who is consulted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferTo {
    /// Whoever serves this queue, by name.
    Queue(String),
    /// This agent, by name.
    Agent(String),
    /// Any agent of this team, by name, who takes calls then, all alike; it does not happen if none does.
    Team(String),
    /// This extension, by name.
    Extension(String),
    /// This number.
    Number(Masked),
}

/// Consultations. Who has answered talks with the agent; then the caller is handed on, unless the shares say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Consults {
    /// How long the two talk. Default: exponential, mean 30 s.
    pub length: Option<Distribution>,
    /// How long the agent waits for somebody to answer before he goes back to the caller. Default: fixed, 1 min.
    pub patience: Option<Distribution>,
    /// Share of consultations after which the three talk together, 0 to 1. Default 0.
    pub conference: f64,
    /// Share of consultations after which the agent goes on with the caller alone, 0 to 1. Default 0.
    pub back: f64,
}

/// Calls that ask for one agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Preferred {
    /// Share of calls, 0 to 1.
    pub share: f64,
    /// For whom, by name, all alike.
    pub agents: Vec<String>,
}

/// Callers who press a key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyShare {
    /// Which: one of `0` to `9`, `*` and `#`; there is no default.
    pub key: char,
    /// Share of calls, 0 to 1.
    pub share: f64,
    /// After how long a wait, if nobody has had the call by then. Default: at once.
    pub after: Option<Distribution>,
}

/// Callers who want to be called back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Callback {
    /// Share of calls whose caller accepts when it is offered, 0 to 1.
    pub share: f64,
    /// Within what time they are promised to be called. Default: no promise.
    pub due: Option<Length>,
    /// Share of attempts that reach the caller, 0 to 1; the others ring until the floor gives up. Default 1.
    pub reached: Option<f64>,
    /// How long the caller lets it ring. Default: not at all.
    pub answer: Option<Distribution>,
}

/// Callers who leave a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Share of calls whose caller would, 0 to 1.
    pub share: f64,
    /// How long it is.
    pub length: Distribution,
}

/// Callers who call once more, from the same number. Such a call brings its own talk and patience, and may be followed
/// by yet another; it counts beside the arrivals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Again {
    /// Share of calls, 0 to 1, whatever became of them.
    pub share: f64,
    /// How long after the end of the call; not if no calls arrive any more by then.
    pub after: Distribution,
}

/// Holding a caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Share of calls that are put on hold, 0 to 1. It happens at a time uniform over the talk.
    pub share: f64,
    /// For how long; the floor's hold limit may end it earlier.
    pub length: Distribution,
}

/// How agents behave when their phones ring. The shares are per offer and add up to at most 1; in all other cases the
/// agent answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Agents {
    /// Share of offers that ring unheard, 0 to 1. Default 0.
    pub missed: f64,
    /// Share of offers that the agent declines, 0 to 1. Default 0.
    pub declined: f64,
    /// Share of offers whose phone is busy, 0 to 1. Default 0.
    pub busy: f64,
    /// Share of offers whose phone cannot be reached, 0 to 1. Default 0.
    pub unreachable: f64,
    /// How long until an agent whom misses made not ready takes calls again. Default: fixed, 1 min.
    pub back_after_miss: Option<Distribution>,
    /// How long a break lasts on which the floor sends an agent after a call. Default: fixed, 1 min.
    pub back_after_call: Option<Distribution>,
}

/// What supervisors do: whoever has the rights of one (E8) and is signed in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Supervisors {
    /// Listening in. Default: never.
    pub listen: Option<Listen>,
    /// Moving waiting calls to another queue. Default: never.
    pub moves: Option<Moves>,
    /// Breaks that need approval. Default: approved at once by the first of them who is there.
    pub approval: Approval,
}

/// Listening in on calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// How often each of them listens to some call or other, per hour; 0 to 10,000,000.
    pub per_hour: f64,
    /// For how long.
    pub length: Distribution,
    /// Share of times, 0 to 1, in which he speaks with the agent from half of it on. Default 0.
    #[serde(default)]
    pub whisper: f64,
    /// Share of times, 0 to 1, in which he speaks with both from half of it on. Default 0.
    #[serde(default)]
    pub barge: f64,
    /// Share of times, 0 to 1, in which he takes the caller over at the end. Default 0.
    #[serde(default)]
    pub take_over: f64,
}

/// Moving waiting calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moves {
    /// How often each of them moves some waiting call or other, per hour; 0 to 10,000,000.
    pub per_hour: f64,
    /// To which queues, by name, all alike.
    pub to: Vec<String>,
}

/// Deciding about breaks that need approval (D2, D3).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approval {
    /// How long it takes. Default: no time.
    pub after: Option<Distribution>,
    /// Share of breaks that are refused, 0 to 1. Default 0.
    pub refused: f64,
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

/// What arrives at one queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inflow {
    /// Which queue, by name; each at most once.
    pub queue: String,
    /// How many calls arrive, as a Poisson process.
    pub arrivals: Arrivals,
    /// By name of a VIP tier: how many of its callers are among them. The others stand in no directory.
    pub tiers: BTreeMap<String, TierShare>,
    /// Calls with a need of their own beyond the queue's. The shares add up to at most 1.
    pub needs: Vec<NeedShare>,
    /// What differs here from the scenario's `calls`.
    pub calls: Calls,
}

/// Rates of arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// Calls per hour.
    PerHour(Rate),
    /// Calls per minute.
    PerMinute(Rate),
}

impl Default for Arrivals {
    fn default() -> Self {
        Self::PerHour(Rate::Constant(0.0))
    }
}

/// One rate, or one by hour of day; each from 0 to 10,000,000.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "no rate, expected a number or a list of 24 numbers")]
pub enum Rate {
    /// The same all day.
    Constant(f64),
    /// 24 rates; the first holds from midnight to one o'clock.
    ByHour(Vec<f64>),
}

/// Callers of a VIP tier in a queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TierShare {
    /// Share of the queue's calls, 0 to 1. Each is from a caller of the directory's with this tier, all alike.
    pub share: f64,
    /// What differs from the queue's `calls`.
    pub calls: Calls,
}

/// Calls with a need of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NeedShare {
    /// Share of the queue's calls, 0 to 1.
    pub share: f64,
    /// What they need, as an expression: `english >= 3`.
    pub need: String,
}

/// Another roster for the same scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Roster {
    /// What people call it; each name once.
    pub name: String,
    /// Who is at work when, in place of the scenario's own shifts.
    pub shifts: Vec<Shift>,
}

/// A shift: who is signed in from when to when. The shifts of one agent may touch but not overlap.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shift {
    /// What people call it.
    pub name: String,
    /// Everybody in these teams, by name, in the floor's order.
    pub teams: Vec<String>,
    /// And these agents, by name, in this order.
    pub agents: Vec<String>,
    /// On these days of the week: any of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`; the scenario begins on a
    /// Monday. A shift over midnight belongs to the day on which it begins. Default: every day.
    pub days: Vec<String>,
    /// From this time of day, `"HH:MM"` or `"HH:MM:SS"`.
    pub from: String,
    /// To this time of day, up to `"24:00"`; not after `from` means the next day. Who is in a call stays until it and
    /// the work after it are done.
    pub to: String,
    /// Breaks within the shift.
    pub breaks: Vec<Break>,
}

/// A break of everybody in a shift.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Break {
    /// When the first agent of the shift takes it: a time of day, `"HH:MM"` or `"HH:MM:SS"`.
    pub at: String,
    /// So much later than the one before takes each following agent it, so that not all go at once. Default: none.
    pub stagger: Length,
    /// How long it lasts; it starts when no call is in hand.
    pub length: Length,
    /// The reason, by the floor's name.
    pub reason: String,
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
