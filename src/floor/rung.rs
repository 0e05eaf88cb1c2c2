//! A rung of a ladder as the floor describes it: when, on what condition, and what it does (E2).

use serde::{Deserialize, Serialize};

use super::Length;

/// One rung of a ladder: what happens to a call that has not been answered by then.
///
/// No time is lost on people who are away. A rung that adds people is passed if none of them, of those who can take the
/// call and could not before, is signed in; a rung that sets a new need is passed if nobody signed in meets it. The next
/// rung then follows without delay, whatever its [`after`](Self::after), and is judged in the same way. A rung that is
/// passed has done what it says all the same: whoever signs in later may take the call, its class and credit hold, and
/// who is to be told is told. A rung that would move the call to a queue that is full, or once more than the floor allows
/// ([`Limits::moves`](super::Limits::moves)), is passed too; the call stays.
///
/// Rungs that change the class or credit, notify, or offer the caller something, and no more, always take their time.
///
/// A rung whose [condition](Condition) keeps it from being taken does nothing at all, and takes its time like any other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rung {
    /// When, at the latest: counted from the rung before, for the first from the visit's start. After a rung that is
    /// passed there is no wait.
    pub after: Length,
    /// Only if all of this holds when the rung is due. Otherwise the rung does nothing, nor is what it would have done
    /// part of any later rung; the next counts from here. At most 8 rungs of a ladder may have a condition, change what
    /// the call needs, and stand before others that change it.
    #[serde(rename = "if")]
    pub only_if: Option<Condition>,
    /// Not if all of this holds when the rung is due.
    pub unless: Option<Condition>,
    /// What, in order. An exit (`to_queue`, `to_queue_reset`, `to_number`, `disconnect`, `message`) must be the last, and
    /// nothing may come after a rung that always leaves.
    #[serde(rename = "do")]
    pub actions: Vec<RungAction>,
    /// Whether a rung that replaces the need or leaves the queue withdraws a phone that rings. Default: it waits for
    /// the ringing to end.
    pub now: bool,
}

/// A condition of a rung: everything it names must hold; it must name something. What only sometimes holds counts as
/// holding where the floor is checked for circles: a call must not be able to go round in no time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    /// Nobody is signed in who could take the call as it is now.
    pub nobody_signed_in: bool,
    /// At least so many calls are in the queue, this one included: 1 to 10,000,000.
    pub length: Option<u32>,
    /// The call has been waiting for at least so long, in other queues too unless its age was reset: up to a week.
    pub waited: Option<Length>,
    /// The time of day, in the floor's [zone](super::Floor::zone), is from the first to before the second, over midnight
    /// if the second is earlier: `22:00-06:00`. The latest end is `24:00`; the two are never equal. Does not hold as long as nobody has told the engine the time of day.
    pub hours: Option<String>,
    /// The day of the week, in the floor's zone: any of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`. Does not hold
    /// as long as nobody has told the engine the date.
    pub days: Vec<String>,
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
    /// Leave to record a message.
    Message,
    /// Offer the caller to leave a message; who does not want to waits on. See [`Queue::keys`](super::Queue::keys).
    OfferMessage,
    /// Offer the caller to be called back; who does not want to waits on. See [`Queue::keys`](super::Queue::keys).
    OfferCallback,
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
