//! What must be true after each step, and at the end of the day.

use super::*;

impl Observer {
    /// What a step has begun to say is said.
    pub(super) fn check_batch(&self, cause: Cause<'_>, outputs: &[Output]) {
        assert_eq!(self.batch.awaits_command, None);
        let owed = self.plan.floor().limits.follow_ups() > 0 && !self.batch.owed.is_empty();
        assert!(!owed, "A2, E4: not on the follow-up list: {:?}", self.batch.owed);
        assert!(!self.batch.complained, "E4: a complaint is lost: {outputs:?}");
        for (call, agent) in &self.batch.connected {
            let Some(known) = self.calls.get(call) else { continue };
            // A caller who has the number of an earlier one may come, and be turned away, after that in the same step.
            let came_since =
                |entry: &FollowUp| matches!(cause, Cause::Input(Input::Snapshot(_))) && entry.since == self.at;
            let answers = |entry: &FollowUp| {
                let unanswered = matches!(entry.cause, FollowUpCause::Unanswered(_));
                known.prior_call == Some(entry.call) && unanswered && !came_since(entry)
            };
            let open: Vec<_> = self.follow_ups.iter().filter(|(_, entry)| answers(entry)).map(|(id, _)| *id).collect();
            let first = known.served_before.is_none_or(|before| before == self.at);
            assert!(!first || open.is_empty(), "A2: agent {agent} talks with him, and he is on the list: {open:?}");
        }
        for (call, (exit, left)) in &self.batch.left {
            let rings =
                left.ringing.iter().chain(left.joining.as_ref().filter(|_| !matches!(exit, VisitExit::Served { .. })));
            let still = rings.filter(|offer| self.offers.contains_key(offer)).count();
            assert_eq!(still, 0, "somebody is rung for call {call}, for which nobody is sought: {cause:?}");
        }
    }

    pub(super) fn check_all(&self, cause: Cause<'_>) {
        let now = self.at;
        // The timers of this instant have fired, or come after this input.
        let overdue = |due: Time| match cause {
            Cause::Timers => due <= now && due < Time::MAX,
            Cause::Input(_) => due < now,
        };
        for (id, offer) in &self.offers {
            let rules = self.rules(offer.queue);
            let dials = offer.visit.is_some_and(|visit| {
                self.visits.get(&visit).is_some_and(|visit| visit.joining == Some(*id) && self.is_away(visit.call))
            });
            let due = match offer.stage {
                Stage::Made => offer.since + rules.no_ring_limit,
                Stage::Ringing => offer.since + rules.ring_limit,
                // The telephone that is dialled for it has its own limit.
                Stage::Accepted if dials => Time::MAX,
                Stage::Accepted => offer.since + rules.connect_limit,
                Stage::Talking | Stage::Held => offer.lease_from + rules.lease,
            };
            assert!(!overdue(due), "G8: offer {id} is {:?} beyond {due}", offer.stage);
            assert!(offer.commanded, "every offered phone is rung");
            assert!(self.calls.contains_key(&offer.call));
            if offer.stage == Stage::Held {
                let every = rules.hold_reminder.map(|every| offer.reminded + every);
                assert!(!every.is_some_and(overdue), "G8: a reminder is missing");
                let limit = rules.hold_limit.map(|limit| offer.since + limit);
                assert!(offer.hold_limit_said || !limit.is_some_and(overdue), "G8: held for too long");
            }
            let joined = match offer.stage {
                Stage::Made | Stage::Ringing => false,
                Stage::Accepted => !dials,
                Stage::Talking | Stage::Held => true,
            };
            assert!(offer.role == LegRole::Monitor || offer.joined == joined, "{id} is {:?}", offer.stage);
            let dialled = self.calls[&offer.call].dial;
            assert!(!dials || dialled.is_some(), "G5: agent {} waits for nothing", offer.agent);
        }
        for (id, dial) in &self.dials {
            let call = &self.calls[&dial.call];
            let rules = self.rules(call.queue);
            let own_line = call.promise.as_ref().is_some_and(|promise| promise.line == Some(*id));
            assert!(dial.commanded && (call.dial == Some(*id)) != own_line);
            let due = match dial.stage {
                DialStage::Made | DialStage::Ringing => dial.since + rules.transfer_limit,
                DialStage::Talking if own_line => Time::MAX,
                DialStage::Talking | DialStage::Joined => dial.since + rules.lease,
            };
            assert!(!overdue(due), "G8: telephone {id} is {:?} beyond {due}", dial.stage);
        }
        self.visits.iter().for_each(|(id, visit)| self.check_visit(*id, visit, overdue));
        self.calls.iter().for_each(|(id, call)| self.check_call(*id, call, overdue));
        for (agent, wraps) in self.wraps.iter().enumerate() {
            for wrap in wraps {
                let limit = self.rules(wrap.queue).wrap_up.limit();
                let over = limit.is_some_and(|limit| overdue(wrap.since + limit));
                assert!(!over, "G8: agent {agent} wraps up for too long");
            }
            let states =
                |wanted: &[SlotState]| self.slots[agent].iter().filter(|(state, _)| wanted.contains(state)).count();
            let offers = |wanted: &[Stage]| {
                let own = |offer: &&Offer| offer.agent.index() == agent && offer.role != LegRole::Monitor;
                self.offers.values().filter(own).filter(|offer| wanted.contains(&offer.stage)).count()
            };
            let ears = self.offers.values().filter(|o| o.agent.index() == agent && o.role == LegRole::Monitor).count();
            assert_eq!(states(&[SlotState::Ringing]), offers(&[Stage::Made, Stage::Ringing]), "G1: agent {agent}");
            assert_eq!(states(&[SlotState::Connecting]), offers(&[Stage::Accepted]), "G1: agent {agent}");
            assert_eq!(states(&[SlotState::Talking]), offers(&[Stage::Talking]), "G1: agent {agent}");
            assert_eq!(states(&[SlotState::Holding]), offers(&[Stage::Held]), "G1: agent {agent}");
            assert_eq!(states(&[SlotState::Monitoring]), ears, "G1: agent {agent}");
            assert_eq!(states(&[SlotState::WrapUp]), wraps.len(), "G1: agent {agent}");
            let free = self.slots[agent].iter().all(|(state, _)| *state == SlotState::Free);
            let waits = self.pending[agent].filter(|_| free);
            assert_eq!(waits, None, "what is pending takes effect when the hands of agent {agent} are empty");
        }
    }

    fn check_visit(&self, id: VisitId, visit: &Visit, overdue: impl Fn(Time) -> bool) {
        let joining = visit.joining.is_some();
        let ringing = !visit.ringing.is_empty();
        assert_eq!(self.calls[&visit.call].visit, Some(id));
        assert!(!ringing || !joining, "G1: the others stop ringing");
        let passed = visit.target_passed || joining || !visit.target.is_some_and(&overdue);
        assert!(passed, "G8: the target of visit {id} has passed and nobody said so");
        let spared = joining || (self.rules(visit.queue).wait_limit_spares_ring && ringing);
        assert!(!visit.wait_limit.is_some_and(&overdue) || spared, "G8: visit {id} waits beyond its limit");
        let bound = self.plan.classes()[visit.class.index()].starvation_bound;
        let starves = bound.is_some_and(|bound| overdue((visit.entered + bound).max(visit.class_since)));
        assert!(visit.starving || !starves, "G8: visit {id} starves");
        assert!(joining || ringing || !overdue(visit.rung_due), "G8: visit {id} does not climb");
        let waits = self.waits_on_the_line(visit) && !joining;
        assert!(!waits || visit.queued, "the caller of visit {id} waits, and the switch was not told");
        if let Some((agent, until)) = visit.awaits {
            let transferred = matches!(visit.cause, VisitCause::Transferred { .. } | VisitCause::Consult { .. });
            let may_go_on = joining || (ringing && !transferred);
            assert!(may_go_on || !overdue(until), "A3, A5: visit {id} waits for agent {agent} beyond {until}");
            let sought = joining || ringing;
            assert!(sought || self.is_awaitable(agent), "A5: visit {id} waits for agent {agent}, who is not ready");
        }
    }

    fn check_call(&self, id: CallId, call: &Call, overdue: impl Fn(Time) -> bool) {
        let dialled = call.dial.is_some();
        let served = self.server(id).is_some();
        let alive = call.visit.is_some() || served || dialled || call.at_message.is_some();
        assert!(alive, "G5: nobody has call {id}, and nobody is sought for it");
        assert!(call.at_message.is_none() || (call.visit.is_none() && call.legs.is_empty() && !dialled), "one place");
        let limit = call.at_message.map(|from| from + self.rules(call.queue).message_limit);
        assert!(!limit.is_some_and(&overdue), "G8: the caller of {id} takes too long for a message");
        // Nobody is consulted behind the back of a caller who has no agent, and nobody listens to silence.
        let consulted = self.leg_in(id, LegRole::Consult).is_some();
        let consults = call.cause(self).is_some_and(|cause| matches!(cause, VisitCause::Consult { .. }));
        assert!(served || !(consulted || consults), "call {id}: somebody is consulted by nobody");
        if let Some(dial) = call.dial.map(|dial| &self.dials[&dial]) {
            match dial.purpose {
                DialPurpose::Consult => assert!(served, "call {id}: a telephone is consulted by nobody"),
                DialPurpose::Transfer => assert!(!served && call.visit.is_none()),
                DialPurpose::CallBack { .. } => assert!(self.is_away(id) && call.is_joining(self)),
                other => panic!("an unknown purpose: {other:?}"),
            }
        }
        if let Some(promise) = call.promise.as_ref().filter(|promise| !promise.reached && promise.attempts == 0) {
            let due = promise.due.map(|due| (due + NANO).max(promise.promised));
            assert!(promise.overdue || !due.is_some_and(&overdue), "G8: a promise to the caller of {id} is broken");
        }
    }

    /// What the engine shows is what it has said.
    pub(crate) fn compare(&self, engine: &Engine) {
        let live = engine.in_progress();
        assert_eq!((live.calls, live.visits), (self.calls.len(), self.visits.len()));
        assert_eq!((live.offers, live.dials), (self.offers.len(), self.dials.len()));
        for (id, seen) in &self.calls {
            let view = engine.call(*id).expect("a call that has not ended is shown");
            let server = self.server(*id).map(|leg| &self.offers[&leg]);
            let state = match server.map(|leg| leg.stage) {
                Some(Stage::Held) => CallState::Held,
                Some(_) => CallState::Talking,
                None if seen.at_message.is_some() => CallState::AtMessage,
                None if seen.is_joining(self) => CallState::Connecting,
                None if seen.is_rung(self) => CallState::Ringing,
                None if seen.visit.is_some() => CallState::Waiting,
                None => CallState::Dialled,
            };
            assert_eq!((view.state, view.visit), (state, seen.visit), "call {id}");
            assert_eq!((view.arrived, view.queue), (seen.arrived, seen.queue), "call {id}");
            assert_eq!(
                (view.caller_away, view.complaint),
                (self.is_away(*id), !seen.complaints.is_empty()),
                "call {id}"
            );
            assert_eq!(view.dial, seen.dial, "call {id}");
            let visit = seen.visit.map(|visit| &self.visits[&visit]);
            assert_eq!(view.awaits, visit.and_then(|visit| visit.awaits).map(|(agent, _)| agent), "call {id}");
            let offers: BTreeSet<OfferId> = engine.offers(*id).map(|offer| offer.offer).collect();
            let rung =
                visit.map_or_else(BTreeSet::new, |visit| visit.ringing.iter().chain(&visit.joining).copied().collect());
            assert_eq!(offers, rung, "call {id}");
            let legs: Vec<_> = engine.legs(*id).map(|leg| (leg.offer, leg.agent, leg.role)).collect();
            let of = |leg: &OfferId| (*leg, self.offers[leg].agent, self.offers[leg].role);
            assert_eq!(legs, seen.legs.iter().map(of).collect::<Vec<_>>(), "call {id}");
        }
        let away: Vec<CallId> = self.calls.keys().copied().filter(|call| self.is_away(*call)).collect();
        let mut owed: Vec<CallId> = engine.callbacks().map(|callback| callback.call).collect();
        owed.sort();
        assert_eq!(owed, away, "who is owed a callback");
        let list: Vec<_> = engine.follow_ups().map(|entry| (entry.follow_up, entry.call, entry.cause)).collect();
        let entries = self.follow_ups.iter().map(|(id, entry)| (*id, entry.call, entry.cause));
        assert_eq!(list, entries.collect::<Vec<_>>(), "A2: the follow-up list");
        let asked = self.asked.iter().zip(0..).filter_map(|(reason, agent)| Some((AgentId(agent), (*reason)?)));
        assert_eq!(engine.approvals_asked().collect::<Vec<_>>(), asked.collect::<Vec<_>>());
        for (agent, slots) in self.slots.iter().enumerate() {
            let agent = AgentId(agent as u32);
            let shown: Vec<_> = engine.slots(agent).map(|slot| (slot.state, slot.since)).collect();
            assert_eq!(&shown, slots, "agent {agent}");
            let offers: Vec<OfferId> = engine.slots(agent).filter_map(|slot| slot.offer).collect();
            let distinct: BTreeSet<OfferId> = offers.iter().copied().collect();
            assert_eq!(offers.len(), distinct.len(), "G1: one offer, one slot");
            let view = engine.agent(agent).expect("the agent is shown");
            assert_eq!((view.presence, view.since), self.presences[agent.index()]);
            assert_eq!(view.pending, self.pending[agent.index()], "agent {agent}");
            assert_eq!(view.endpoint, self.endpoints[agent.index()]);
            for (slot, (_, since)) in slots.iter().enumerate() {
                let counted = self.times[agent.index()][slot].as_nanos() + (engine.now() - *since).as_nanos();
                assert_eq!(counted, engine.now().as_nanos(), "G10: every instant of a slot is in one state");
            }
        }
        for queue in 0..self.plan.queues().len() as u32 {
            let counts = |visit: &&Visit| !matches!(visit.cause, VisitCause::Consult { .. });
            let length = self.visits.values().filter(counts).filter(|visit| visit.queue == QueueId(queue)).count();
            assert_eq!(engine.queue_length(QueueId(queue)), length as u32);
        }
    }

    /// Each call has ended once, each visit, each offer and each telephone too.
    pub(crate) fn check_all_over(&self, engine: &Engine) {
        self.compare(engine);
        assert_eq!(self.counts.calls_arrived, self.counts.calls_ended, "G4");
        assert_eq!(self.counts.visits_started, self.counts.visits_ended, "G4");
        assert_eq!(self.counts.offered, self.counts.offers_ended, "G4");
        assert_eq!(self.counts.offered - self.counts.ears_that_talk, self.offers_ever.len() as u64);
        assert_eq!(self.counts.dialled, self.counts.dials_ended, "G4");
        let in_use = |state: &(SlotState, Time)| !matches!(state.0, SlotState::Free | SlotState::WrapUp);
        assert!(!self.slots.iter().flatten().any(in_use), "G5: nobody is left in a conversation");
    }
}
