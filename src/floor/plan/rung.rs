//! Ladders and their rungs, checked.

use core::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::{Days, Hours, Length};
use crate::ids::{ClassId, NeedId, QueueId};
use crate::time::Span;

/// A ladder, by place in the plan's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LadderId(pub u32);

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
    /// Taken only if this holds when it is due.
    pub only_if: Option<ConditionPlan>,
    /// Not taken if this holds when it is due.
    pub unless: Option<ConditionPlan>,
    /// Where it is not taken: the ladder on which the call goes on, before the rung of the next number, and which does
    /// not include what this rung would have done. `None`: this one, as nothing further up differs.
    pub otherwise: Option<LadderId>,
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
    /// Whether the caller is offered to leave a message.
    pub offers_message: bool,
    /// Whether the caller is offered to be called back.
    pub offers_callback: bool,
    /// How the call leaves the queue, if it does.
    pub exit: Option<Exit>,
    /// What figures call this rung.
    pub effect: RungEffect,
}

impl RungPlan {
    /// A rung that does nothing yet; nobody loses a call by it.
    pub(crate) fn new(after: Span, effect: RungEffect) -> Self {
        Self {
            after,
            now: false,
            only_if: None,
            unless: None,
            otherwise: None,
            need: None,
            widens: true,
            class: None,
            credit: None,
            notify: Box::default(),
            offers_message: false,
            offers_callback: false,
            exit: None,
            effect,
        }
    }
}

/// A condition of a rung, checked: everything it names must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConditionPlan {
    /// Nobody is signed in who could take the call.
    pub nobody_signed_in: bool,
    /// At least so many calls in the queue.
    pub length: Option<u32>,
    /// The call has been waiting for at least so long.
    pub waited: Option<Span>,
    /// The time of day.
    pub hours: Option<Hours>,
    /// The day of the week.
    pub days: Option<Days>,
}

/// In words: `nobody is signed in and 22:00-06:00 and mon, tue`.
impl fmt::Display for ConditionPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { nobody_signed_in, length, waited, hours, days } = self;
        let mut parts = Vec::new();
        if *nobody_signed_in {
            parts.push("nobody is signed in".to_owned());
        }
        parts.extend(length.map(|length| format!("{length} or more are in the queue")));
        parts.extend(waited.map(|waited| format!("the wait is {} or more", Length::Span(waited))));
        parts.extend(hours.map(|hours| hours.to_string()));
        parts.extend(days.map(|days| days.to_string()));
        f.write_str(&parts.join(" and "))
    }
}

impl ConditionPlan {
    /// Whether the other holds wherever this one does. Where that is not certain: no.
    pub(crate) fn implies(&self, other: &Self) -> bool {
        fn at_least<T: Ord>(this: Option<T>, other: Option<T>) -> bool {
            other.is_none() || this >= other
        }
        self.nobody_signed_in >= other.nobody_signed_in
            && at_least(self.length, other.length)
            && at_least(self.waited, other.waited)
            && other.hours.is_none_or(|hours| self.hours.is_some_and(|own| own.is_within(hours)))
            && other.days.is_none_or(|days| self.days.is_some_and(|own| own.is_within(days)))
    }
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
    /// To leave a message.
    Message,
}

/// What figures call a rung: the strongest of what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RungEffect {
    /// Someone was told, or the caller was offered something; nothing else.
    Notified,
    /// The need was relaxed: `widen`, `need`, `lower`.
    Relaxed,
    /// The call went over to other people: `add_team`, `to_queue`, `to_number` (E2).
    Overflowed,
    /// The call went up: `add_role`, `class`, `credit` (E1, E3).
    Escalated,
    /// The call was ended, or led to leave a message.
    Disconnected,
}
