//! The follow-up list (A2): every call that ended unanswered stands on it, and every complaint (E4), until somebody has
//! talked with the caller again or has dismissed the entry with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Engine;
use super::call::Particulars;
use super::{Actor, Fact, FollowUpCause, FollowUpEnd, Refusal};
use crate::floor::Masked;
use crate::ids::{AgentId, CallId, FollowUpId, QueueId};
use crate::time::Time;

/// How long a reason may be, in characters (G12).
const REASON_MAX: usize = 200;

/// An entry of the list.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct FollowUp {
    pub(super) call: CallId,
    pub(super) queue: Option<QueueId>,
    pub(super) from: Option<Masked>,
    pub(super) cause: FollowUpCause,
    pub(super) since: Time,
    /// The call in which the caller is called back.
    pub(super) calling: Option<CallId>,
}

#[derive(Clone, Debug, Default, Hash, Serialize, Deserialize)]
pub(super) struct FollowUps {
    #[serde(with = "crate::pairs")]
    entries: BTreeMap<FollowUpId, FollowUp>,
    by_call: BTreeSet<(CallId, FollowUpId)>,
    /// How many there have ever been.
    numbered: u64,
}

impl FollowUps {
    pub(super) fn get(&self, id: FollowUpId) -> Option<&FollowUp> {
        self.entries.get(&id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (FollowUpId, &FollowUp)> {
        self.entries.iter().map(|(id, entry)| (*id, entry))
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entries of this call.
    fn of(&self, call: CallId) -> impl Iterator<Item = FollowUpId> {
        self.by_call.range((call, FollowUpId(0))..=(call, FollowUpId(u64::MAX))).map(|(_, id)| *id)
    }

    /// Whether this call stands on the list for this cause.
    pub(super) fn has(&self, call: CallId, cause: FollowUpCause) -> bool {
        self.of(call).any(|id| self.entries.get(&id).is_some_and(|entry| entry.cause == cause))
    }

    /// Against whom a complaint is recorded, if this entry is one.
    pub(super) fn complaint(&self, id: FollowUpId) -> Option<Option<AgentId>> {
        match self.entries.get(&id)?.cause {
            FollowUpCause::Complaint { against } => Some(against),
            FollowUpCause::Unanswered(_) => None,
        }
    }

    pub(super) fn set_calling(&mut self, id: FollowUpId, call: CallId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.calling = Some(call);
        }
    }

    fn add(&mut self, entry: FollowUp) -> FollowUpId {
        self.numbered += 1;
        let id = FollowUpId(self.numbered);
        self.by_call.insert((entry.call, id));
        self.entries.insert(id, entry);
        id
    }

    fn remove(&mut self, id: FollowUpId) -> Option<FollowUp> {
        let entry = self.entries.remove(&id)?;
        self.by_call.remove(&(entry.call, id));
        Some(entry)
    }
}

impl Engine {
    /// A call is to be followed up.
    pub(super) fn follow_up(
        &mut self,
        call: CallId,
        queue: Option<QueueId>,
        from: Option<Masked>,
        cause: FollowUpCause,
    ) {
        let limit = self.plan.floor().limits.follow_ups() as usize;
        if limit == 0 {
            return;
        }
        if self.follow_ups.len() >= limit {
            return self.fact(|| Fact::FollowUpsFull { call, queue, cause });
        }
        let follow_up = self.follow_ups.add(FollowUp { call, queue, from, cause, since: self.now, calling: None });
        self.fact(|| Fact::FollowUpAdded { follow_up, call, queue, cause });
    }

    /// An agent has the caller: what this call follows up is done. A complaint is, if this is the call back for it.
    pub(super) fn follow_ups_answered(&mut self, call: u32, agent: AgentId) {
        let id = self.calls[call].id;
        let Particulars { prior_call, follow_up, .. } = *self.calls.particulars(call);
        let unanswered = |entry: &FollowUpId| {
            let entry = self.follow_ups.get(*entry);
            entry.is_some_and(|entry| matches!(entry.cause, FollowUpCause::Unanswered(_)))
        };
        // A complaint is not settled by a talk with the one against whom it is recorded (E4).
        let settles = |entry: &FollowUpId| {
            let own = FollowUpCause::Complaint { against: Some(agent) };
            self.follow_ups.get(*entry).is_some_and(|entry| entry.cause != own)
        };
        let follow_up = follow_up.filter(settles);
        if let Some(particulars) = self.calls.known_particulars_mut(call) {
            particulars.prior_call = None;
            particulars.follow_up = particulars.follow_up.filter(|_| follow_up.is_none());
        }
        let prior = prior_call.into_iter().flat_map(|prior| self.follow_ups.of(prior)).filter(unanswered);
        let mut done: Vec<FollowUpId> = prior.chain(follow_up).collect();
        done.sort_unstable();
        done.dedup();
        for entry in done {
            self.close(entry, FollowUpEnd::Answered { call: id });
        }
    }

    pub(super) fn close_follow_up(&mut self, id: FollowUpId, reason: Arc<str>, actor: Actor) -> Result<(), Refusal> {
        let entry = self.follow_ups.get(id).ok_or(Refusal::UnknownFollowUp { got: id })?;
        if let (Actor::Agent(actor), FollowUpCause::Complaint { against: Some(against) }) = (actor, entry.cause)
            && actor == against
        {
            return Err(Refusal::OwnComplaint { follow_up: id, actor });
        }
        let characters = reason.chars().count();
        if reason.trim().is_empty() || characters > REASON_MAX {
            let got = u32::try_from(characters).unwrap_or(u32::MAX);
            return Err(Refusal::ReasonExpected { follow_up: id, expected: REASON_MAX as u32, got });
        }
        self.close(id, FollowUpEnd::Dismissed { reason });
        Ok(())
    }

    fn close(&mut self, id: FollowUpId, how: FollowUpEnd) {
        if let Some(FollowUp { call, since, .. }) = self.follow_ups.remove(id) {
            let fact = Fact::FollowUpClosed { follow_up: id, call, how, stood: self.now - since };
            self.fact(|| fact);
        }
    }
}
