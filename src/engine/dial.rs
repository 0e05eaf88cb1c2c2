//! A telephone outside the desks that is dialled for a call: an extension or a number to which a caller is handed on or
//! which an agent consults (A3), or the caller himself who is called back.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::slab::Link;
use super::timer::{Kind, TimerId};
use super::{Command, DialEnd, DialFailure, DialPurpose, EndedBy, Fact, LegRole, Outcome, Subject, Target};
use crate::floor::Masked;
use crate::ids::{AgentId, DialId};
use crate::time::Time;

#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Dial {
    pub(super) call: u32,
    pub(super) purpose: DialPurpose,
    pub(super) stage: DialStage,
    dialled: Time,
    /// How long it may ring.
    pub(super) limit: Option<TimerId>,
    /// How long it may talk without a sign of life.
    pub(super) lease: Option<TimerId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum DialStage {
    /// Dialled; not known to ring yet.
    Made,
    Ringing,
    /// Somebody has answered, and talks with the agent who consults him, or is the caller who is called back.
    Talking,
    /// Talks with the caller, in a conference.
    Joined,
}

impl Engine {
    pub(super) fn dial(&mut self, call: u32, purpose: DialPurpose, number: Masked, target: Option<Target>) {
        let stage = DialStage::Made;
        let slot = self.dials.insert(Dial { call, purpose, stage, dialled: self.now, limit: None, lease: None });
        self.calls[call].dial = Link::to(slot);
        self.set_dial_limit(slot);
        let (dial, call) = (self.dial_id(slot), self.calls[call].id);
        self.fact(|| Fact::Dialled { dial, call, purpose, target });
        self.command(|| Command::Dial { dial, call, number, purpose });
    }

    /// Five rings, unless the floor says otherwise (A3); from the dialling, and anew from the report that it rings.
    fn set_dial_limit(&mut self, dial: u32) {
        let state = &mut self.dials[dial];
        let span = self.plan.queues()[self.calls[state.call].queue.index()].rules.transfer_limit;
        self.timers.cancel(&mut state.limit);
        state.limit = self.timers.set(self.now, span, Kind::Dial, dial);
    }

    // --- reports ---

    pub(super) fn dial_ringing(&mut self, id: DialId) {
        match self.live_dial(id, &[DialStage::Made]) {
            Some(dial) => {
                self.dials[dial].stage = DialStage::Ringing;
                self.set_dial_limit(dial);
            }
            None => self.ignore_dial(id),
        }
    }

    pub(super) fn dial_answered(&mut self, id: DialId) {
        let Some(slot) = self.live_dial(id, &[DialStage::Made, DialStage::Ringing]) else {
            self.ignore_dial(id);
            if !self.dials.holds(id.slot(), id.generation()) {
                // Nobody wants it any more, but the switch has somebody on the line: that line must not stay.
                self.command(|| Command::EndDial { dial: id });
            }
            return;
        };
        self.timers.cancel(&mut self.dials[slot].limit);
        let Dial { call, purpose, .. } = self.dials[slot];
        let call_id = self.calls[call].id;
        self.fact(|| Fact::DialAnswered { dial: id, call: call_id });
        match purpose {
            DialPurpose::Transfer if self.serving(call).is_some() => {
                // Another agent has the caller too: all talk together.
                (self.dials[slot].purpose, self.dials[slot].stage) = (DialPurpose::Consult, DialStage::Joined);
                self.set_dial_lease(slot);
                self.command(|| Command::Conference { call: call_id });
            }
            DialPurpose::Transfer => self.hand_on(call),
            DialPurpose::Consult => {
                self.dials[slot].stage = DialStage::Talking;
                self.set_dial_lease(slot);
                let with = self.serving(call).map(|leg| self.offer_id(leg));
                self.command(|| Command::ConnectDial { call: call_id, dial: id, with });
            }
            DialPurpose::CallBack { .. } => {
                self.dials[slot].stage = DialStage::Talking;
                self.caller_reached(call, slot);
            }
        }
    }

    pub(super) fn dial_failed(&mut self, id: DialId, why: DialFailure) {
        match self.live_dial(id, &[DialStage::Made, DialStage::Ringing]) {
            Some(dial) => self.not_answered(dial, DialEnd::Failed(why)),
            None => self.ignore_dial(id),
        }
    }

    pub(super) fn dial_ended(&mut self, id: DialId) {
        if !self.dials.holds(id.slot(), id.generation()) {
            return self.ignore_dial(id);
        }
        match self.dials[id.slot()].stage {
            DialStage::Made | DialStage::Ringing => self.dial_failed(id, DialFailure::NoAnswer),
            DialStage::Talking | DialStage::Joined => self.hung_up(id.slot()),
        }
    }

    // --- timers ---

    pub(super) fn dial_limit_due(&mut self, dial: u32) {
        self.dials[dial].limit = None;
        let command = Command::EndDial { dial: self.dial_id(dial) };
        self.command(|| command);
        self.not_answered(dial, DialEnd::LimitPassed);
    }

    pub(super) fn dial_lease_due(&mut self, dial: u32) {
        self.dials[dial].lease = None;
        let command = Command::EndDial { dial: self.dial_id(dial) };
        self.command(|| command);
        self.hung_up(dial);
    }

    fn set_dial_lease(&mut self, dial: u32) {
        let state = &mut self.dials[dial];
        let span = self.plan.queues()[self.calls[state.call].queue.index()].rules.lease;
        self.timers.cancel(&mut state.lease);
        state.lease = self.timers.set(self.now, span, Kind::DialLease, dial);
    }

    /// A sign of life of the call; whether it concerns a telephone.
    pub(super) fn renew_dial(&mut self, call: u32) -> bool {
        let dial = self.calls[call].dial.get().filter(|dial| self.dials[*dial].lease.is_some());
        dial.inspect(|dial| self.set_dial_lease(*dial)).is_some()
    }

    // --- what becomes of it ---

    /// It rang in vain.
    fn not_answered(&mut self, slot: u32, how: DialEnd) {
        let Dial { call, purpose, .. } = self.dials[slot];
        self.end_dial(slot, how);
        match purpose {
            DialPurpose::Transfer => {
                if let Some(by) =
                    self.calls.known_particulars_mut(call).and_then(|particulars| particulars.sent_by.take())
                {
                    self.come_back(call, by);
                }
            }
            // The agent, who has the caller on hold, sees it.
            DialPurpose::Consult => self.forget_extension(call),
            DialPurpose::CallBack { .. } => {
                let joining = self.calls[call].visit.get().and_then(|visit| self.visits[visit].joining.get());
                joining.into_iter().for_each(|leg| self.let_go(leg));
                self.callback_not_reached(call);
            }
        }
    }

    /// Whoever had answered is gone.
    fn hung_up(&mut self, slot: u32) {
        let Dial { call, purpose, .. } = self.dials[slot];
        if let DialPurpose::CallBack { .. } = purpose {
            // It is the caller's own line.
            return self.caller_gone(self.calls[call].id);
        }
        self.end_dial(slot, DialEnd::Ended);
        self.end_if_nobody_is_left(call, EndedBy::Switch, Outcome::Lost);
    }

    /// The caller goes to the telephone that was dialled, and leaves the floor.
    pub(super) fn hand_on(&mut self, call: u32) {
        let Some(slot) = self.calls[call].dial.get() else { return };
        let (dial, id) = (self.dial_id(slot), self.calls[call].id);
        self.command(|| Command::ConnectDial { call: id, dial, with: None });
        self.end_dial(slot, DialEnd::HandedOn);
        self.end_call(call, EndedBy::Transfer, Outcome::TransferredOut);
    }

    /// The agent who consulted a telephone has left: the caller is handed on to it, when it answers at the latest.
    pub(super) fn hand_to_dialled(&mut self, call: u32, by: AgentId) {
        let Some(slot) = self.calls[call].dial.get() else { return };
        self.calls.particulars_mut(call).sent_by = Some(by);
        match self.dials[slot].stage {
            DialStage::Made | DialStage::Ringing => self.dials[slot].purpose = DialPurpose::Transfer,
            DialStage::Talking | DialStage::Joined => {
                let fact = Fact::TransferCompleted { call: self.calls[call].id, by };
                self.fact(|| fact);
                self.hand_on(call);
            }
        }
    }

    /// Nobody wants the telephone any more that is dialled for this call, or the call is over: the caller's own line
    /// ends with it.
    #[inline]
    pub(super) fn drop_dial(&mut self, call: u32) {
        if let Some(slot) = self.calls[call].dial.get() {
            let command = Command::EndDial { dial: self.dial_id(slot) };
            self.command(|| command);
            let answered = matches!(self.dials[slot].stage, DialStage::Talking | DialStage::Joined);
            self.end_dial(slot, if answered { DialEnd::Ended } else { DialEnd::Cancelled });
        }
    }

    /// The telephone has nothing to do with the call any more.
    pub(super) fn end_dial(&mut self, slot: u32, how: DialEnd) {
        let dial = self.dial_id(slot);
        let Dial { call, purpose, dialled, mut limit, mut lease, .. } = self.dials.remove(slot);
        self.timers.cancel(&mut limit);
        self.timers.cancel(&mut lease);
        let state = &mut self.calls[call];
        if state.dial == Some(slot) {
            state.dial = Link::NONE;
        }
        let call = state.id;
        let fact = Fact::DialEnded { dial, call, purpose, how, lasted: self.now - dialled };
        self.fact(|| fact);
    }

    // --- small things ---

    /// Whether somebody is consulted, or asked to come for that: the caller is on hold for a reason.
    pub(super) fn is_consulting(&self, call: u32) -> bool {
        let visit = self.calls[call].visit.get().is_some_and(|visit| !self.visits[visit].counts());
        let dial = self.calls[call].dial.get().is_some_and(|dial| {
            self.dials[dial].purpose == DialPurpose::Consult && self.dials[dial].stage != DialStage::Joined
        });
        visit || dial || self.leg_with_role(call, LegRole::Consult).is_some()
    }

    pub(super) fn dial_id(&self, dial: u32) -> DialId {
        DialId::new(dial, self.dials.generation(dial))
    }

    fn live_dial(&self, id: DialId, stages: &[DialStage]) -> Option<u32> {
        let live = self.dials.holds(id.slot(), id.generation());
        live.then(|| id.slot()).filter(|dial| stages.contains(&self.dials[*dial].stage))
    }

    fn ignore_dial(&mut self, id: DialId) {
        self.fact(|| Fact::Ignored { subject: Subject::Dial(id) });
    }
}
