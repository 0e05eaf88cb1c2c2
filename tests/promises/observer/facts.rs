//! What the observer makes of each fact.

use super::*;

impl Observer {
    pub(super) fn fact(&mut self, cause: Cause<'_>, fact: &Fact) {
        let at = self.at;
        match *fact {
            Fact::Refused(_) | Fact::Ignored { .. } => {}
            Fact::CallArrived { call, .. } => {
                self.counts.calls_arrived += 1;
                let seen = Call { arrived: at, visit: None, leg: None, queue: QueueId(0), exit: None };
                assert!(self.calls.insert(call, seen).is_none(), "G4: call {call} is live already");
            }
            Fact::VisitStarted { visit, call, queue, class, tier, aged_from } => {
                self.counts.visits_started += 1;
                assert!(self.last_visit.is_none_or(|last| last < visit), "G4: visits are numbered in order");
                self.last_visit = Some(visit);
                let known = self.call(call);
                assert!(known.visit.is_none() && known.leg.is_none(), "G4: a call is in one place");
                assert!(known.arrived <= aged_from && aged_from <= at, "an age begins when the call has come");
                known.visit = Some(visit);
                known.queue = queue;
                let rung_due = rung_due_at(self.plan.ladder(queue, tier), 0, at);
                let seen = Visit {
                    call,
                    queue,
                    tier,
                    class,
                    class_since: at,
                    started: at,
                    queued: false,
                    ringing: BTreeSet::new(),
                    joining: None,
                    target_passed: false,
                    starving: false,
                    rungs: 0,
                    rung_due,
                };
                assert!(self.visits.insert(visit, seen).is_none());
            }
            Fact::TargetPassed { visit, .. } => {
                let due = self.target_due(visit);
                let returned = self.batch.offer_ended_of.contains(&visit);
                let visit = self.visit(visit);
                assert!(!visit.target_passed, "the target passes once");
                assert!(visit.joining.is_none(), "the target does not pass for a call that has been answered");
                let late = at > due && returned;
                assert!(at == due || late, "G8: the target passes at {due}, not at {at}");
                visit.target_passed = true;
            }
            Fact::RungReached { visit, rung, .. } => self.rung(visit, rung, None),
            Fact::RungPassed { visit, rung, why, .. } => self.rung(visit, rung, Some(why)),
            Fact::RungDeferred { visit, .. } => {
                assert!(
                    !self.visit(visit).ringing.is_empty() || self.visit(visit).joining.is_some(),
                    "it waits for something"
                );
            }
            Fact::StarvationBoundUsed { visit, .. } => {
                let plan = self.plan.clone();
                let visit = self.visit(visit);
                let bound = plan.classes()[visit.class.index()].starvation_bound;
                let due = (visit.started + bound.expect("the class has a bound")).max(visit.class_since);
                assert!(!visit.starving, "a bound is used once");
                assert_eq!(at, due, "G8: the bound is used when it is reached");
                visit.starving = true;
            }
            Fact::VisitEnded { visit, call, queue, class, exit, wait, in_target, started, tier } => {
                self.counts.visits_ended += 1;
                let due = self.target_due(visit);
                let seen = self.visits.remove(&visit).expect("G4: a visit ends once");
                assert_eq!((seen.call, seen.queue, seen.class), (call, queue, class));
                assert_eq!((seen.started, seen.tier), (started, tier));
                assert!(seen.ringing.is_empty(), "nobody is rung for a visit that is over");
                assert_eq!(seen.queued, !matches!(exit, VisitExit::Refused(_)), "who waits has been told so");
                let answered = seen.joining.map(|leg| self.offers[&leg].accepted);
                assert_eq!(answered.is_some(), matches!(exit, VisitExit::Served { .. }), "{exit:?}");
                if let (VisitExit::Served { agent }, Some(leg)) = (exit, seen.joining) {
                    assert_eq!(self.offers[&leg].agent, agent);
                }
                assert_eq!(wait, answered.unwrap_or(at) - started);
                let target = self.rules(queue).target;
                assert_eq!(in_target, answered.is_some() && wait <= target);
                assert!(!(in_target && seen.target_passed), "answered in time, so the target has not passed");
                let known = self.call(call);
                assert_eq!(known.visit.take(), Some(visit));
                known.exit = Some(exit);
                known.leg = seen.joining;
                if seen.joining.is_none() && !self.batch.offer_ended_of.contains(&visit) {
                    assert!(seen.target_passed || at <= due, "the target has passed at {due} and nobody said so");
                }
            }
            Fact::CallEnded { call, outcome, lasted, .. } => {
                self.counts.calls_ended += 1;
                let seen = self.calls.remove(&call).expect("G4: a call ends once");
                assert!(seen.visit.is_none(), "G4: its visit has ended");
                assert!(self.offers.values().all(|offer| offer.call != call), "G1: no offer outlives its call");
                assert_eq!(lasted, at - seen.arrived);
                let fits = match (outcome, seen.exit) {
                    (Outcome::Completed(_) | Outcome::Lost, exit) => matches!(exit, Some(VisitExit::Served { .. })),
                    (Outcome::Abandoned, exit) => exit == Some(VisitExit::Abandoned),
                    (Outcome::TimedOut, exit) => exit == Some(VisitExit::TimedOut),
                    (Outcome::Diverted, exit) => exit == Some(VisitExit::Diverted),
                    (Outcome::Disconnected, exit) => exit == Some(VisitExit::Disconnected),
                    (Outcome::Refused(why), Some(VisitExit::Refused(said))) => why == said,
                    (Outcome::Refused(_), exit) => exit.is_none(),
                    other => panic!("{other:?}"),
                };
                assert!(fits, "G4: {outcome:?} after {:?}", seen.exit);
                let told = match outcome {
                    Outcome::Completed(EndedBy::Caller) | Outcome::Abandoned => None,
                    Outcome::Refused(_) => Some(Told::Reject),
                    Outcome::Diverted => Some(Told::Divert),
                    outcome => Some(Told::End(outcome)),
                };
                assert_eq!(self.batch.calls_told.get(&call).copied(), told, "the switch is told of {outcome:?}");
            }
            Fact::Offered { offer, visit, call, queue, agent, .. } => {
                self.counts.offered += 1;
                assert!(self.offers_ever.insert(offer), "an offer's number is never used twice");
                let place = self.visit(visit);
                assert_eq!((place.call, place.queue), (call, queue));
                assert!(place.joining.is_none(), "G1: an answered call is not offered");
                place.ringing.insert(offer);
                let again = self.offers.values().any(|other| other.agent == agent && other.call == call);
                assert!(!again, "one phone is not rung twice for one call");
                let seen = Offer {
                    visit,
                    call,
                    queue,
                    agent,
                    stage: Stage::Made,
                    since: at,
                    rang: None,
                    accepted: at,
                    connected: at,
                    lease_from: at,
                    hold: Span::ZERO,
                    reminded: at,
                    commanded: false,
                    joined: false,
                };
                self.offers.insert(offer, seen);
            }
            Fact::Rang { offer, agent } => {
                let seen = self.offer(offer);
                assert_eq!((seen.stage, seen.agent), (Stage::Made, agent));
                seen.stage = Stage::Ringing;
                seen.since = at;
                seen.rang = Some(at);
            }
            Fact::Answered { offer, visit, call, agent, wait, rang, .. } => {
                let seen = self.offer(offer);
                assert!(matches!(seen.stage, Stage::Made | Stage::Ringing), "G1: answered once");
                assert_eq!((seen.visit, seen.call, seen.agent), (visit, call, agent));
                assert_eq!(rang, seen.rang.map_or(Span::ZERO, |rang| at - rang));
                seen.stage = Stage::Accepted;
                seen.since = at;
                seen.accepted = at;
                let visit = self.visit(visit);
                assert_eq!(wait, at - visit.started);
                assert!(visit.joining.replace(offer).is_none(), "G1: no call has two winners");
                visit.ringing.remove(&offer);
                self.call(call).leg = Some(offer);
            }
            Fact::Connected { offer, call, agent } => {
                let served =
                    self.call(call).exit == Some(VisitExit::Served { agent }) && self.call(call).visit.is_none();
                assert!(served, "who talks has been served");
                let seen = self.offer(offer);
                assert_eq!((seen.stage, seen.call, seen.agent), (Stage::Accepted, call, agent));
                assert!(seen.joined, "the switch was asked to connect them");
                seen.stage = Stage::Talking;
                seen.since = at;
                seen.connected = at;
                seen.lease_from = at;
            }
            Fact::OfferEnded { offer, call, agent, how, rang, .. } => {
                self.offer_ended(cause, offer, call, agent, how, rang)
            }
            Fact::HoldStarted { call, agent } => {
                let leg = self.leg(call, agent);
                assert_eq!(leg.stage, Stage::Talking);
                leg.stage = Stage::Held;
                leg.since = at;
                leg.reminded = at;
            }
            Fact::HoldEnded { call, agent, held } => {
                let leg = self.leg(call, agent);
                assert_eq!((leg.stage, held), (Stage::Held, at - leg.since));
                leg.hold += held;
                leg.stage = Stage::Talking;
                leg.since = at;
            }
            Fact::HoldReminder { call, agent, held } => {
                let queue = self.leg(call, agent).queue;
                let every = self.rules(queue).hold_reminder.expect("the queue has reminders");
                let leg = self.leg(call, agent);
                assert_eq!((leg.stage, held), (Stage::Held, at - leg.since));
                assert_eq!(at, leg.reminded + every, "G8: reminders come in time");
                leg.reminded = at;
            }
            Fact::HoldLimitPassed { call, agent } => {
                let queue = self.leg(call, agent).queue;
                let limit = self.rules(queue).hold_limit.expect("the queue has a hold limit");
                let leg = self.leg(call, agent);
                assert_eq!((leg.stage, at), (Stage::Held, leg.since + limit));
            }
            Fact::LeaseExpired { call, agent } => {
                let queue = self.leg(call, agent).queue;
                let lease = self.rules(queue).lease;
                assert_eq!(at, self.leg(call, agent).lease_from + lease, "G8: a lease ends in time");
                self.batch.lease_expired.insert(call);
            }
            Fact::LegEnded { offer, call, queue, agent, talk, hold, by } => {
                let seen = self.offers.remove(&offer).expect("a leg ends once");
                self.counts.offers_ended += 1;
                assert_eq!((seen.call, seen.queue, seen.agent), (call, queue, agent));
                assert!(matches!(seen.stage, Stage::Talking | Stage::Held), "{:?}", seen.stage);
                let held = if seen.stage == Stage::Held { seen.hold + (at - seen.since) } else { seen.hold };
                assert_eq!((talk.as_nanos() + hold.as_nanos(), hold), ((at - seen.connected).as_nanos(), held), "G10");
                let reported =
                    matches!(cause, Cause::Input(Input::LegEnded { offer: of, by: who }) if *of == offer && *who == by);
                let told = self.batch.legs_told_to_end.contains(&offer);
                assert!(reported != told, "the agent's leg is over, or it is told to end");
                if self.rules(queue).wrap_up != WrapUpPlan::None {
                    self.wraps[agent.index()].push(WrapUp { call, queue, since: at });
                }
                self.call(call).leg = None;
            }
            Fact::WrapUpEnded { agent, call, queue, lasted } => {
                let place = |wrap: &WrapUp| wrap.call == call && wrap.queue == queue && at - wrap.since == lasted;
                let wraps = &mut self.wraps[agent.index()];
                let place = wraps.iter().position(place).expect("a wrap-up that ends has begun");
                wraps.remove(place);
                if let WrapUpPlan::Timed(limit) = self.rules(queue).wrap_up {
                    assert!(lasted <= limit, "G8: a wrap-up ends in time");
                }
            }
            Fact::SlotChanged { agent, slot, from, to, lasted } => {
                let state = &mut self.slots[agent.index()][usize::from(slot)];
                assert_eq!(*state, (from, state.1), "G10: slot {slot} of agent {agent}");
                assert_eq!(lasted, at - state.1, "G10: slot {slot} of agent {agent}");
                assert_ne!(from, to, "a change changes something");
                *state = (to, at);
                self.times[agent.index()][usize::from(slot)] += lasted;
            }
            Fact::PresenceChanged { agent, from, to, lasted } => {
                let state = &mut self.presences[agent.index()];
                assert_eq!((from, lasted), (state.0, at - state.1), "G10: agent {agent}");
                assert_ne!(from, to, "a change changes something");
                *state = (to, at);
            }
            Fact::PresencePending { .. } => {}
            Fact::EndpointChanged { agent, state } => {
                let known = core::mem::replace(&mut self.endpoints[agent.index()], state);
                assert_ne!(known, state, "a change changes something");
            }
            _ => panic!("an unknown fact: {fact:?}"),
        }
    }

    fn rung(&mut self, id: VisitId, rung: u16, passed: Option<Passed>) {
        let at = self.at;
        let plan = self.plan.clone();
        let waited = self.batch.offer_ended_of.contains(&id);
        let visit = self.visit(id);
        assert_eq!(visit.rungs, rung, "rungs come one after another");
        assert!(visit.joining.is_none(), "an answered call does not climb");
        let deferred = at > visit.rung_due && waited;
        assert!(at == visit.rung_due || deferred, "G8: rung {rung} is due at {}, not at {at}", visit.rung_due);
        let ladder = plan.ladder(visit.queue, visit.tier);
        let taken = &ladder.expect("it has a ladder").rungs[usize::from(rung)];
        visit.rungs += 1;
        let more = ladder.is_some_and(|ladder| ladder.rungs.len() > usize::from(visit.rungs));
        visit.rung_due = if passed.is_some() && more { at } else { rung_due_at(ladder, visit.rungs, at) };
        let leaves_things = matches!(passed, Some(Passed::MovesLimit | Passed::QueueFull));
        if let (Some(class), false) = (taken.class, leaves_things || taken.exit.is_some()) {
            visit.class = class;
            visit.class_since = at;
        }
    }

    fn offer_ended(&mut self, cause: Cause<'_>, id: OfferId, call: CallId, agent: AgentId, how: OfferEnd, rang: Span) {
        let at = self.at;
        self.counts.offers_ended += 1;
        let seen = self.offers.remove(&id).expect("an offer ends once");
        assert_eq!((seen.call, seen.agent), (call, agent));
        assert!(seen.commanded, "the phone was rung");
        let until = if seen.stage == Stage::Accepted { seen.accepted } else { at };
        assert_eq!(rang, seen.rang.map_or(Span::ZERO, |rang| until - rang));
        let rules = self.plan.queues()[seen.queue.index()].rules.clone();
        let cancelled = self.batch.cancelled.get(&id).copied();
        let reported = match cause {
            Cause::Input(Input::OfferFailed { offer, .. } | Input::LegEnded { offer, .. }) => *offer == id,
            Cause::Input(Input::ConnectFailed { offer, why: ConnectFailure::AgentGone }) => *offer == id,
            _ => false,
        };
        match seen.stage {
            Stage::Made | Stage::Ringing => {
                assert!(reported != cancelled.is_some(), "a phone stops by itself, or is told to: {how:?}");
            }
            Stage::Accepted => {
                let told = self.batch.legs_told_to_end.contains(&id);
                assert!(reported || told, "a leg is over, or is told to end: {how:?}");
            }
            Stage::Talking | Stage::Held => panic!("a conversation is no offer any more"),
        }
        match how {
            OfferEnd::Missed if !reported => {
                assert_eq!(cancelled, Some(CancelReason::NoAnswer));
                assert_eq!(at, seen.rang.expect("it rang") + rules.ring_limit, "G8: missed in time");
            }
            OfferEnd::NeverRang => {
                assert_eq!(cancelled, Some(CancelReason::Unreachable));
                assert_eq!((seen.stage, at), (Stage::Made, seen.since + rules.no_ring_limit), "G8: given up in time");
            }
            OfferEnd::Unreachable if !reported => assert_eq!(cancelled, Some(CancelReason::Unreachable)),
            OfferEnd::Cancelled(why) => assert_eq!(cancelled, Some(why)),
            OfferEnd::ConnectFailed => assert_eq!(seen.stage, Stage::Accepted),
            _ => {}
        }
        self.batch.offer_ended_of.insert(seen.visit);
        let visit = self.visit(seen.visit);
        if visit.joining == Some(id) {
            visit.joining = None;
            self.call(call).leg = None;
        } else {
            assert!(visit.ringing.remove(&id));
        }
    }
}
