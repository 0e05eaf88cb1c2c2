//! What must be true after each step, and at the end of the day.

use super::*;

impl Observer {
    pub(super) fn check_all(&self, cause: Cause<'_>) {
        let now = self.at;
        // The timers of this instant have fired, or come after this input.
        let overdue = |due: Time| match cause {
            Cause::Timers => due <= now && due < Time::MAX,
            Cause::Input(_) => due < now,
        };
        for (id, offer) in &self.offers {
            let rules = self.rules(offer.queue);
            let due = match offer.stage {
                Stage::Made => offer.since + rules.no_ring_limit,
                Stage::Ringing => offer.since + rules.ring_limit,
                Stage::Accepted => offer.since + rules.connect_limit,
                Stage::Talking | Stage::Held => offer.lease_from + rules.lease,
            };
            assert!(!overdue(due), "G8: offer {id} is {:?} beyond {due}", offer.stage);
            assert!(offer.commanded, "every offered phone is rung");
            if let (Stage::Held, Some(every)) = (offer.stage, rules.hold_reminder) {
                assert!(!overdue(offer.reminded + every), "G8: a reminder is missing");
            }
            assert_eq!(offer.joined, !matches!(offer.stage, Stage::Made | Stage::Ringing));
        }
        for (id, visit) in &self.visits {
            let rules = self.rules(visit.queue);
            let joining = visit.joining.is_some();
            assert!(visit.ringing.is_empty() || !joining, "G1: the others stop ringing");
            let passed = visit.target_passed || joining || !overdue(visit.started + rules.target + NANO);
            assert!(passed, "G8: the target of visit {id} has passed and nobody said so");
            let spared = joining || (rules.wait_limit_spares_ring && !visit.ringing.is_empty());
            let over = rules.wait_limit.is_some_and(|limit| overdue(visit.started + limit));
            assert!(!over || spared, "G8: visit {id} waits beyond its limit");
            let bound = self.plan.classes()[visit.class.index()].starvation_bound;
            let starves = bound.is_some_and(|bound| overdue((visit.started + bound).max(visit.class_since)));
            assert!(visit.starving || !starves, "G8: visit {id} starves");
            let waits = joining || !visit.ringing.is_empty() || !overdue(visit.rung_due);
            assert!(waits, "G8: visit {id} does not climb");
        }
        for (agent, wraps) in self.wraps.iter().enumerate() {
            for wrap in wraps {
                if let WrapUpPlan::Timed(limit) = self.rules(wrap.queue).wrap_up {
                    assert!(!overdue(wrap.since + limit), "G8: agent {agent} wraps up for too long");
                }
            }
            let states =
                |wanted: &[SlotState]| self.slots[agent].iter().filter(|(state, _)| wanted.contains(state)).count();
            let offers = |wanted: &[Stage]| {
                let of = |offer: &&Offer| offer.agent.index() == agent && wanted.contains(&offer.stage);
                self.offers.values().filter(of).count()
            };
            assert_eq!(states(&[SlotState::Ringing]), offers(&[Stage::Made, Stage::Ringing]), "G1: agent {agent}");
            assert_eq!(states(&[SlotState::Connecting]), offers(&[Stage::Accepted]), "G1: agent {agent}");
            assert_eq!(states(&[SlotState::Talking]), offers(&[Stage::Talking]), "G1: agent {agent}");
            assert_eq!(states(&[SlotState::Holding]), offers(&[Stage::Held]), "G1: agent {agent}");
            assert_eq!(states(&[SlotState::WrapUp]), wraps.len(), "G1: agent {agent}");
        }
    }

    /// What the engine shows is what it has said.
    pub(crate) fn compare(&self, engine: &Engine) {
        let live = engine.live();
        assert_eq!((live.calls, live.visits), (self.calls.len(), self.visits.len()));
        assert_eq!(live.offers, self.offers.len());
        for (id, seen) in &self.calls {
            let view = engine.call(*id).expect("a call that has not ended is shown");
            let stage = seen.leg.map(|leg| self.offers[&leg].stage);
            let rung = seen.visit.is_some_and(|visit| !self.visits[&visit].ringing.is_empty());
            let state = match stage {
                Some(Stage::Accepted) => CallState::Connecting,
                Some(Stage::Talking) => CallState::Talking,
                Some(Stage::Held) => CallState::Held,
                _ if rung => CallState::Ringing,
                _ => CallState::Waiting,
            };
            let agent = seen.leg.map(|leg| self.offers[&leg].agent);
            assert_eq!((view.state, view.visit, view.agent), (state, seen.visit, agent));
            assert_eq!((view.arrived, view.queue), (seen.arrived, seen.queue));
            let offers: BTreeSet<OfferId> = engine.offers(*id).map(|offer| offer.offer).collect();
            let of_call = self.offers.iter().filter(|(_, offer)| offer.call == *id).map(|(id, _)| *id);
            assert_eq!(offers, of_call.collect());
        }
        for (agent, slots) in self.slots.iter().enumerate() {
            let agent = AgentId(agent as u32);
            let shown: Vec<_> = engine.slots(agent).map(|slot| (slot.state, slot.since)).collect();
            assert_eq!(&shown, slots, "agent {agent}");
            let offers: Vec<OfferId> = engine.slots(agent).filter_map(|slot| slot.offer).collect();
            let distinct: BTreeSet<OfferId> = offers.iter().copied().collect();
            assert_eq!(offers.len(), distinct.len(), "G1: one offer, one slot");
            let view = engine.agent(agent).expect("the agent is shown");
            assert_eq!((view.presence, view.since), self.presences[agent.index()]);
            assert_eq!(view.endpoint, self.endpoints[agent.index()]);
            for (slot, (_, since)) in slots.iter().enumerate() {
                let counted = self.times[agent.index()][slot].as_nanos() + (engine.now() - *since).as_nanos();
                assert_eq!(counted, engine.now().as_nanos(), "G10: every instant of a slot is in one state");
            }
        }
        for queue in 0..self.plan.queues().len() as u32 {
            let length = self.visits.values().filter(|visit| visit.queue == QueueId(queue)).count();
            assert_eq!(engine.queue_length(QueueId(queue)), length as u32);
        }
    }

    /// Each call has ended once, each visit and each offer too.
    pub(crate) fn check_all_over(&self, engine: &Engine) {
        self.compare(engine);
        assert_eq!(self.counts.calls_arrived, self.counts.calls_ended, "G4");
        assert_eq!(self.counts.visits_started, self.counts.visits_ended, "G4");
        assert_eq!(self.counts.offered, self.counts.offers_ended, "G4");
        assert_eq!(self.counts.offered, self.offers_ever.len() as u64);
        let in_use = |state: &(SlotState, Time)| !matches!(state.0, SlotState::Free | SlotState::WrapUp);
        assert!(!self.slots.iter().flatten().any(in_use), "G5: nobody is left in a conversation");
    }
}
