//! A queue as the floor describes it, and the keys its callers may press.

use serde::{Deserialize, Serialize};

use super::{Length, Rules, Rung};

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
    /// In which order groups of agents are tried, each as an expression: whoever meets the first comes before everybody
    /// else, whatever the [`choice`](Rules::choice), then whoever meets the second, and so on; then all others who may
    /// serve. It decides between agents who are free; nobody waits for a better one. At most 64.
    pub prefer: Vec<String>,
    /// Teams of which so many are kept for other queues: this queue's calls ring agents of the team only while more of
    /// them than that are idle, whoever has just become free included. Whoever asks for one agent alone is not held by
    /// it. Default: none.
    pub reserve: Vec<Reserve>,
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
    /// What a caller who waits here may choose by pressing a key, each key once. A rung that offers the caller a message
    /// or a callback says so to the caller, and no more: which key accepts it is told here.
    pub keys: Vec<Key>,
}

/// How many of a team a queue leaves to others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserve {
    /// The team, by name.
    pub team: String,
    /// How many of it stay idle for others, 1 to 100,000. Idle is who can be rung.
    pub keep: u32,
}

/// A key that a waiting caller may press to leave the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Which: one of `0` to `9`, `*` and `#`.
    pub key: char,
    /// Where it leads.
    #[serde(rename = "do")]
    pub action: KeyAction,
}

impl Key {
    /// The keys of a telephone.
    pub(crate) const ALL: &str = "0123456789*#";
}

/// Where a key leads a caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyAction {
    /// To another queue; the call keeps its age.
    ToQueue(String),
    /// To a telephone number.
    ToNumber(String),
    /// To leave a message.
    Message,
    /// To be called back, with the place kept; see [`Rules::callback_attempts`].
    Callback,
    /// To the end of the call, with this reason.
    Disconnect(String),
}
