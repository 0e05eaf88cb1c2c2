//! Transfers and conferences: an agent hands a caller on, blind or after a word with whoever is to have him; and the way
//! up the chain of command (E1, E4).

use super::Engine;
use super::dial::DialStage;
use super::offer::{Offer, OfferStage};
use super::visit::Stay;
use super::{
    Actor, CallState, Command, DialEnd, DialPurpose, EndedBy, ExpectedPresence, Fact, FollowUpCause, LegRole, Refusal,
    Target, VisitCause, VisitExit,
};
use crate::floor::{EscalationPlan, Masked};
use crate::ids::{AgentId, CallId, ExtensionId, ProfileId};

impl Engine {
    /// Blind: the agent's leg ends at once.
    pub(super) fn transfer(&mut self, id: CallId, to: Target, actor: Actor) -> Result<(), Refusal> {
        let (call, leg) = self.unasked(id, actor)?;
        let Offer { agent: by, queue: from, .. } = self.offers[leg];
        let mut stay = Stay::new(from, self.calls[call].aged_from, VisitCause::Transferred { by });
        match &to {
            Target::Queue(queue) => {
                if queue.index() >= self.plan.queues().len() {
                    return Err(Refusal::UnknownQueue { got: *queue });
                }
                self.check_move(call, *queue).map_err(|_| Refusal::CannotMove { call: id, to: *queue })?;
                stay.queue = *queue;
            }
            Target::Agent(agent) => {
                self.check_target(call, *agent)?;
                stay.awaits = Some((*agent, self.plan.queues()[from.index()].rules.transfer_limit));
            }
            Target::Extension(_) | Target::Number(_) => {
                let (number, extension) = self.telephone(&to)?;
                self.release_leg(leg, EndedBy::Transfer, true);
                self.end_listening(call);
                let state = self.calls.particulars_mut(call);
                (state.sent_by, state.extension) = (Some(by), extension);
                self.dial(call, DialPurpose::Transfer, number, Some(to));
                return Ok(());
            }
        }
        self.forget_extension(call);
        self.release_leg(leg, EndedBy::Transfer, true);
        self.end_listening(call);
        if let Target::Queue(queue) = to {
            // Not back to him at once.
            self.cool_down(call, by, from);
            self.calls[call].moves += 1;
            if self.plan.queues()[queue.index()].rules.transfer_resets_age {
                self.sequence += 1;
                self.calls[call].sequence = self.sequence;
                stay.aged_from = self.now;
            }
        }
        let visit = self.start_visit(call, stay);
        if stay.awaits.is_none() {
            self.await_next_rung(visit);
        }
        Ok(())
    }

    pub(super) fn consult(&mut self, id: CallId, to: Target, actor: Actor) -> Result<(), Refusal> {
        let (call, leg) = self.unasked(id, actor)?;
        let Offer { agent: by, queue: from, stage, .. } = self.offers[leg];
        let mut stay = Stay::new(from, self.calls[call].aged_from, VisitCause::Consult { by });
        let telephone = match &to {
            Target::Queue(queue) => {
                if queue.index() >= self.plan.queues().len() {
                    return Err(Refusal::UnknownQueue { got: *queue });
                }
                stay.queue = *queue;
                None
            }
            Target::Agent(agent) => {
                self.check_target(call, *agent)?;
                stay.awaits = Some((*agent, self.plan.queues()[from.index()].rules.transfer_limit));
                None
            }
            Target::Extension(_) | Target::Number(_) => Some(self.telephone(&to)?),
        };
        self.calls.particulars_mut(call).consulted_by = Some(by);
        if stage == OfferStage::Talking {
            let command = Command::Hold { call: id, offer: self.offer_id(leg) };
            self.command(|| command);
        }
        match telephone {
            Some((number, extension)) => {
                self.calls.particulars_mut(call).extension = extension;
                self.dial(call, DialPurpose::Consult, number, Some(to));
            }
            None => {
                let visit = self.start_visit(call, stay);
                if stay.awaits.is_none() {
                    self.await_next_rung(visit);
                }
            }
        }
        Ok(())
    }

    pub(super) fn complete_transfer(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let (call, leg) = self.own_leg(id, actor, CallState::Talking)?;
        self.expect_consulted(call)?;
        let leg = self.consulter(call, leg, actor)?;
        self.leave_call(leg, EndedBy::Transfer, super::Outcome::Completed(EndedBy::Transfer), true);
        Ok(())
    }

    pub(super) fn conference(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let (call, leg) = self.own_leg(id, actor, CallState::Talking)?;
        self.expect_consulted(call)?;
        let leg = self.consulter(call, leg, actor)?;
        let by = self.offers[leg].agent;
        self.fact(|| Fact::ConferenceStarted { call: id, by });
        self.command(|| Command::Conference { call: id });
        if let Some(consulted) = self.leg_with_role(call, LegRole::Consult) {
            self.promote(consulted);
        } else if let Some(dial) = self.calls[call].dial.get() {
            self.dials[dial].stage = DialStage::Joined;
        }
        Ok(())
    }

    pub(super) fn cancel_transfer(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let (call, leg) = self.own_leg(id, actor, CallState::Talking)?;
        let escalated = |cause| matches!(cause, VisitCause::Escalated { .. });
        let asked = self.calls[call].visit.get().map(|visit| self.visits[visit].cause);
        if self.calls.particulars(call).complaints.is_some() && asked.is_some_and(escalated) {
            return Err(Refusal::ComplaintStands { call: id });
        }
        if !self.is_consulting(call) && !asked.is_some_and(escalated) {
            return Err(Refusal::NobodyConsulted { call: id });
        }
        let consulting = self.is_consulting(call);
        let leg = if consulting { self.consulter(call, leg, actor)? } else { leg };
        self.call_off_consultation(call);
        // Also where the switch has not said yet that it has put the caller on hold.
        if consulting || self.offers[leg].stage == OfferStage::Held {
            let command = Command::Unhold { call: id, offer: self.offer_id(leg) };
            self.command(|| command);
        }
        Ok(())
    }

    /// Lets go whoever was asked to come to a call that an agent has.
    pub(super) fn call_off_consultation(&mut self, call: u32) {
        self.leave(call, VisitExit::CalledOff);
        if let Some(consulted) = self.leg_with_role(call, LegRole::Consult) {
            self.release_leg(consulted, EndedBy::Transfer, true);
        }
        let joined = |dial| self.dials[dial].stage == DialStage::Joined;
        if let Some(dial) = self.calls[call].dial.get().filter(|dial| !joined(*dial)) {
            let command = Command::EndDial { dial: self.dial_id(dial) };
            self.command(|| command);
            self.end_dial(dial, DialEnd::Cancelled);
        }
    }

    /// The agent who consulted has left: the caller goes to whoever was consulted, or waits for them, unless other agents
    /// have him.
    pub(super) fn consulter_left(&mut self, call: u32, by: AgentId) {
        let others = self.serving(call).is_some();
        if self.leg_with_role(call, LegRole::Consult).is_some() {
            self.hand_to_consulted(call, by);
        } else if let Some(dial) = self.calls[call].dial.get() {
            match self.dials[dial].stage {
                DialStage::Talking if others => {
                    self.dials[dial].stage = DialStage::Joined;
                    let command = Command::Conference { call: self.calls[call].id };
                    self.command(|| command);
                }
                _ if others => self.drop_dial(call),
                _ => self.hand_to_dialled(call, by),
            }
        } else if others {
            self.leave(call, VisitExit::CalledOff);
        } else if let Some(visit) = self.calls[call].visit.get() {
            self.turn_visit_into(visit, VisitExit::CalledOff, VisitCause::Transferred { by });
            if let Some(leg) = self.visits[visit].joining.get() {
                // He has answered: he is joined with the caller instead.
                let (id, agent) = (self.calls[call].id, self.offers[leg].agent);
                let command = Command::Connect { call: id, offer: self.offer_id(leg), agent };
                self.command(|| command);
            }
        }
    }

    /// The caller goes to the one consulted.
    fn hand_to_consulted(&mut self, call: u32, by: AgentId) {
        let Some(leg) = self.leg_with_role(call, LegRole::Consult) else { return };
        let (id, agent) = (self.calls[call].id, self.offers[leg].agent);
        self.fact(|| Fact::TransferCompleted { call: id, by });
        self.promote(leg);
        let command = match self.serving_beside(call, leg) {
            Some(_) => Command::Conference { call: id },
            None => Command::Connect { call: id, offer: self.offer_id(leg), agent },
        };
        self.command(|| command);
    }

    // --- up the chain of command ---

    pub(super) fn cannot_answer(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let (call, leg) = self.unasked(id, actor)?;
        let agent = self.offers[leg].agent;
        let got = self.plan.agents()[agent.index()].role;
        let way = self.plan.queues()[self.calls[call].queue.index()].escalation.get(got.index()).copied().flatten();
        let way = way.ok_or(Refusal::NobodyAbove { agent, got })?;
        if !self.is_somebody_above(call, way) {
            return Err(Refusal::NobodySignedIn { call: id });
        }
        self.go_up(call, leg, way);
        Ok(())
    }

    /// A complaint is recorded, whatever else becomes of the call, also by the agent who still has the work after it;
    /// a live call goes up, if an agent has it above whom somebody is there, and it is not on its way already.
    pub(super) fn complaint(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let Some(call) = self.calls.find(id) else { return self.late_complaint(id, actor) };
        let leg = match (actor, self.own_leg(id, actor, CallState::Talking)) {
            (_, Ok((_, leg))) => Some(leg),
            (Actor::Agent(_), Err(refusal)) if self.may_supervise(actor).is_err() => return Err(refusal),
            // Who listens in hears it too.
            _ => self.serving(call),
        };
        let asked = self.calls[call].visit.get().map(|visit| &self.visits[visit]);
        // Who could not answer had the caller.
        let from = asked.and_then(|visit| match visit.cause {
            VisitCause::Escalated { from } if visit.joining.is_none() => Some(from),
            _ => None,
        });
        let against = leg.map(|leg| self.offers[leg].agent).or(from);
        let is_new = !self.calls.is_complained_of(call, against);
        if is_new {
            self.calls.complain(call, against);
            let (queue, from) = (self.calls[call].queue, self.calls[call].from.clone());
            self.fact(|| Fact::ComplaintRecorded { call: id, against });
            self.follow_up(id, Some(queue), from, FollowUpCause::Complaint { against });
        }
        match (leg, from) {
            (Some(leg), _) => self.complaint_goes_up(call, leg),
            (None, Some(from)) if is_new => self.complaint_goes_further(call, from),
            (None, _) => {}
        }
        Ok(())
    }

    /// A call whose caller complains goes up from the agent who has it, if anybody is there above him.
    pub(super) fn complaint_goes_up(&mut self, call: u32, leg: u32) {
        let role = self.plan.agents()[self.offers[leg].agent.index()].role;
        let way = self.plan.queues()[self.calls[call].queue.index()].complaint.get(role.index()).copied().flatten();
        let on_its_way = self.calls[call].visit.get().is_some_and(|visit| self.visits[visit].counts());
        if let Some(way) = way
            && !on_its_way
            && self.calls.particulars(call).complaints.is_some()
            && self.is_somebody_above(call, way)
        {
            self.call_off_consultation(call);
            self.go_up(call, leg, way);
        }
    }

    /// A call that is on its way up already takes the way of complaints from now on.
    fn complaint_goes_further(&mut self, call: u32, from: AgentId) {
        let role = self.plan.agents()[from.index()].role;
        let (queue, aged_from) = (self.calls[call].queue, self.calls[call].aged_from);
        let way = self.plan.queues()[queue.index()].complaint.get(role.index()).copied().flatten();
        if let Some(way) = way.filter(|way| self.is_somebody_above(call, *way)) {
            self.leave(call, VisitExit::CalledOff);
            let stay = Stay { way: Some(way), ..Stay::new(queue, aged_from, VisitCause::Escalated { from }) };
            let visit = self.start_visit(call, stay);
            self.await_next_rung(visit);
        }
    }

    /// The call is over, but the agent's work after it is not.
    fn late_complaint(&mut self, id: CallId, actor: Actor) -> Result<(), Refusal> {
        let unknown = Refusal::UnknownCall { got: id };
        let Actor::Agent(agent) = actor else { return Err(unknown) };
        let mut slots = self.agents[agent.index()].slots();
        let queue = slots.find_map(|slot| self.slots[slot as usize].wrapping.filter(|(of, _)| *of == id));
        let (_, queue) = queue.ok_or(unknown)?;
        let cause = FollowUpCause::Complaint { against: Some(agent) };
        if !self.follow_ups.has(id, cause) {
            self.fact(|| Fact::ComplaintRecorded { call: id, against: Some(agent) });
            self.follow_up(id, Some(queue), None, cause);
        }
        Ok(())
    }

    /// Whether anybody is signed in whom this way up would bring to the call.
    fn is_somebody_above(&self, call: u32, way: EscalationPlan) -> bool {
        let rungs = &self.plan.ladders[way.ladder.0 as usize].rungs;
        let Some(need) = rungs.iter().rev().find_map(|rung| rung.need) else { return false };
        let (needs, own) = (&self.needs, self.calls.particulars(call).own_need.as_deref());
        let meets_own = |profile: usize| own.is_none_or(|own| own.met_by(needs.profile(ProfileId(profile as u16))));
        needs.profiles_of(need).both(self.staff.signed_in()).any(meets_own)
    }

    fn go_up(&mut self, call: u32, leg: u32, way: EscalationPlan) {
        let from = self.offers[leg].agent;
        let (queue, aged_from) = (self.calls[call].queue, self.calls[call].aged_from);
        if !self.plan.queues()[queue.index()].rules.escalation_stays {
            self.release_leg(leg, EndedBy::Transfer, true);
            self.end_listening(call);
        }
        let stay = Stay { way: Some(way), ..Stay::new(queue, aged_from, VisitCause::Escalated { from }) };
        let visit = self.start_visit(call, stay);
        self.await_next_rung(visit);
    }

    // --- checks ---

    /// The actor's leg in a call for which nobody else has been asked to come.
    fn unasked(&self, id: CallId, actor: Actor) -> Result<(u32, u32), Refusal> {
        let (call, leg) = self.own_leg(id, actor, CallState::Talking)?;
        if self.calls[call].visit.is_some() || self.calls[call].dial.is_some() || self.is_consulting(call) {
            return Err(Refusal::AlreadyAsked { call: id });
        }
        Ok((call, leg))
    }

    /// The leg of who consults: the host speaks for him, and nobody else of those in the call.
    fn consulter(&self, call: u32, leg: u32, actor: Actor) -> Result<u32, Refusal> {
        let by = self.calls.particulars(call).consulted_by;
        match actor {
            Actor::Agent(agent) if by != Some(agent) => Err(Refusal::NobodyConsulted { call: self.calls[call].id }),
            Actor::Agent(_) => Ok(leg),
            Actor::Host | Actor::Switch => Ok(by.and_then(|by| self.leg_of_agent(call, by)).unwrap_or(leg)),
        }
    }

    fn expect_consulted(&self, call: u32) -> Result<(), Refusal> {
        let talks = |dial: u32| self.dials[dial].stage == DialStage::Talking;
        if self.leg_with_role(call, LegRole::Consult).is_some() || self.calls[call].dial.get().is_some_and(talks) {
            return Ok(());
        }
        Err(Refusal::NobodyConsulted { call: self.calls[call].id })
    }

    /// Whether this agent may be asked to come to the call.
    fn check_target(&self, call: u32, agent: AgentId) -> Result<(), Refusal> {
        let Some(state) = self.agents.get(agent.index()) else { return Err(Refusal::UnknownAgent { got: agent }) };
        if self.leg_of_agent(call, agent).is_some() {
            return Err(Refusal::AlreadyInCall { agent, call: self.calls[call].id });
        }
        if !self.is_awaitable(agent) {
            let expected = ExpectedPresence::Ready;
            return Err(Refusal::AgentNotIn { agent, expected, got: state.pending.unwrap_or(state.presence) });
        }
        Ok(())
    }

    /// The caller is to be put through to no extension any more.
    pub(super) fn forget_extension(&mut self, call: u32) {
        if let Some(particulars) = self.calls.known_particulars_mut(call) {
            particulars.extension = None;
        }
    }

    /// The number of an extension, or the number itself.
    fn telephone(&self, to: &Target) -> Result<(Masked, Option<ExtensionId>), Refusal> {
        match to {
            Target::Extension(id) => {
                let extension = self.plan.extensions().get(id.index());
                let extension = extension.ok_or(Refusal::UnknownExtension { got: *id })?;
                Ok((Masked::from(extension.number.clone()), Some(*id)))
            }
            Target::Number(number) => Ok((number.clone(), None)),
            Target::Queue(_) | Target::Agent(_) => Ok((Masked::default(), None)),
        }
    }
}
