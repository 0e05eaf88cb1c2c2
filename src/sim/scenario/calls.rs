//! What calls bring, and what is done about them beside talking.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::Distribution;
use crate::floor::{Length, Masked};

/// What calls bring. Each field left out is taken from the next wider place: a tier in a queue, then the agent's team in
/// the queue ([`TeamCalls`]), then the queue, then the scenario, then the default.
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
    /// Callers who call again because nobody had them. Default: none.
    pub retry: Option<Retry>,
}

/// How the agents of one team treat the calls of one queue. Each field left out is as for the others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TeamCalls {
    /// How long the agent lets the phone ring before answering or declining.
    pub answer: Option<Distribution>,
    /// How long caller and agent talk, hold apart.
    pub talk: Option<Distribution>,
    /// Whether the agent puts the caller on hold.
    pub hold: Option<Hold>,
    /// How long the agent works after the call, as far as the floor's wrap-up allows.
    pub wrap_up: Option<Distribution>,
}

/// Callers who were turned away or gave up and call again, from the same number. Such a call brings its own talk and
/// patience, and may be followed by yet another; it counts beside the arrivals. What has been retried is not followed by
/// a call of [`Again`] too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Share, 0 to 1, of the calls that were refused at the door. Default 0.
    #[serde(default)]
    pub refused: f64,
    /// Share, 0 to 1, of the calls whose callers hung up before anybody had them. Default 0.
    #[serde(default)]
    pub abandoned: f64,
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
