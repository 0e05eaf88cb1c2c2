//! What the observer makes of each fact about a visit.

use super::*;

impl Observer {
    pub(super) fn visit_fact(&mut self, cause: Cause<'_>, fact: &Fact) {
        let at = self.at;
        match *fact {
            Fact::VisitStarted { visit, call, queue, class, tier, aged_from, cause: brought } => {
                self.visit_started(cause, visit, Began { call, queue, class, tier, aged_from, brought });
            }
            Fact::AwaitsAgent { visit, agent, .. } => {
                let plan = self.plan.clone();
                let seen = self.visit(visit);
                if let Some((awaited, _)) = seen.awaits {
                    // It goes on in the same place, for what is left of the time.
                    return assert_eq!((awaited, seen.started), (agent, at));
                }
                let rules = &plan.queues()[seen.queue.index()].rules;
                let limit = match seen.cause {
                    VisitCause::Transferred { .. } | VisitCause::Consult { .. } => Some(rules.transfer_limit),
                    VisitCause::TakenOver { by } => {
                        assert_eq!(by, agent);
                        Some(rules.transfer_limit)
                    }
                    VisitCause::Returned { to } => {
                        assert_eq!(to, agent);
                        rules.transfer_return
                    }
                    _ => rules.preferred_wait,
                };
                assert_eq!(seen.started, at, "it waits for one agent from its start");
                seen.awaits = Some((agent, at + limit.expect("it may wait for one agent")));
                let complaint = false;
                seen.way = Way::of(&plan, seen.queue, seen.tier, seen.cause, true, complaint);
                seen.rung_due = seen.way.due(&plan, 0, at);
                let comes = matches!(seen.cause, VisitCause::TakenOver { .. });
                assert!(comes || self.is_awaitable(agent), "nobody waits for agent {agent}, who will not be ready");
            }
            Fact::AwaitsAnybody { visit, .. } => {
                let ended = self.batch.offer_ended_of.contains(&self.visits[&visit].call);
                let (agent, until) = self.visits[&visit].awaits.expect("it waited for one agent");
                let gone = self.batch.presence_changed.contains(&agent) && !self.is_awaitable(agent);
                assert!(at == until || ended || gone, "it waits for agent {agent} until {until}");
                let plan = self.plan.clone();
                let seen = self.visit(visit);
                seen.awaits = None;
                if let Way::None = seen.way {
                    // From now on it waits like any other.
                    seen.way = Way::of(&plan, seen.queue, seen.tier, seen.cause, false, false);
                    seen.rung_due = seen.way.due(&plan, 0, at);
                }
            }
            Fact::RankChanged { visit, class, .. } => {
                let seen = self.visit(visit);
                assert!(seen.joining.is_none());
                if let Cause::Input(Input::ChangeRank { class: Some(_), .. }) = cause {
                    (seen.class, seen.class_since) = (class, at);
                }
                assert_eq!(seen.class, class);
            }
            Fact::TargetPassed { visit, .. } => {
                let visit = self.visit(visit);
                assert!(!visit.target_passed, "the target passes once");
                assert!(visit.joining.is_none(), "the target does not pass for a call that has been answered");
                let due = visit.target.expect("the visit has a target");
                visit.target_passed = true;
                let call = visit.call;
                let late = at > due && self.batch.offer_ended_of.contains(&call);
                assert!(at == due || late, "G8: the target passes at {due}, not at {at}");
            }
            Fact::RungReached { visit, rung, .. } => self.rung(visit, rung, None),
            Fact::RungPassed { visit, rung, why, .. } => self.rung(visit, rung, Some(why)),
            Fact::RungDeferred { visit, .. } => {
                let visit = self.visit(visit);
                assert!(!visit.ringing.is_empty() || visit.joining.is_some(), "it waits for something");
            }
            Fact::StarvationBoundUsed { visit, .. } => {
                let plan = self.plan.clone();
                let visit = self.visit(visit);
                let bound = plan.classes()[visit.class.index()].starvation_bound;
                let due = (visit.entered + bound.expect("the class has a bound")).max(visit.class_since);
                assert!(!visit.starving, "a bound is used once");
                assert_eq!(at, due, "G8: the bound is used when it is reached");
                visit.starving = true;
            }
            Fact::VisitEnded { visit, call, queue, class, exit, wait, in_target, started, tier, cause: brought } => {
                let seen = self.visits.remove(&visit).expect("G4: a visit ends once");
                assert_eq!((seen.call, seen.queue, seen.class), (call, queue, class));
                assert_eq!((seen.started, seen.tier, seen.cause), (started, tier, brought));
                self.visit_ended(visit, seen, exit, wait, in_target);
            }
            Fact::TransferReturned { call, by } => {
                let seen = &self.calls[&call];
                assert!(seen.visit.is_none() && self.server(call).is_none(), "it is with nobody");
                let taken = seen.exit == Some(VisitExit::NotTaken) || self.batch.dial_ended_of.contains(&call);
                assert!(taken, "A3: it comes back when nobody has taken it");
                assert!(by.index() < self.slots.len());
            }
            _ => unreachable!("not about a visit: {fact:?}"),
        }
    }

    fn visit_started(&mut self, cause: Cause<'_>, visit: VisitId, began: Began) {
        let at = self.at;
        let Began { call, queue, class, tier, aged_from, brought } = began;
        self.counts.visits_started += 1;
        assert!(self.last_visit.is_none_or(|last| last < visit), "G4: visits are numbered in order");
        self.last_visit = Some(visit);
        let consult = matches!(brought, VisitCause::Consult { .. });
        let served = self.server(call);
        let known = self.call(call);
        assert!(known.visit.is_none() && known.dial.is_none(), "G4: a call is in one place");
        assert!(known.at_message.is_none(), "who leaves a message waits no more");
        assert!(known.arrived <= aged_from && aged_from <= at, "an age begins when the call has come");
        assert!(aged_from == known.aged_from || aged_from == at, "an age is kept or reset");
        known.visit = Some(visit);
        if !consult {
            (known.queue, known.aged_from) = (queue, aged_from);
        }
        match brought {
            VisitCause::Consult { by } => assert_eq!(served.map(|leg| self.offers[&leg].call), Some(call), "{by} asks"),
            VisitCause::Escalated { from } => {
                let rules = self.rules(queue);
                let has = self.calls[&call].legs.iter().any(|leg| self.offers[leg].agent == from);
                assert!(!has || rules.escalation_stays, "E1: agent {from} is free");
            }
            VisitCause::TakenOver { .. } => assert!(served.is_some(), "E8: he takes the caller from somebody"),
            _ => assert!(served.is_none(), "who waits has no agent: {brought:?}"),
        }
        let turned = self.batch.left.remove(&call).filter(|(exit, _)| {
            matches!((exit, brought), (VisitExit::Callback, VisitCause::Callback))
                || matches!((exit, brought), (VisitExit::CalledOff, VisitCause::Transferred { .. }))
        });
        // While an agent has the caller, nothing ends the search for another.
        let on_the_line = !consult && served.is_none() && !self.is_away(call);
        let rules = self.rules(queue);
        let (target, wait_limit) = (at + rules.target + NANO, rules.wait_limit.map(|limit| at + limit));
        let seen = match turned {
            Some((_, before)) => {
                assert_eq!(
                    (before.queue, before.class, aged_from),
                    (queue, class, self.calls[&call].aged_from),
                    "the place is kept"
                );
                for offer in before.ringing.iter().chain(&before.joining).copied().collect::<Vec<_>>() {
                    self.offer(offer).visit = Some(visit);
                }
                Visit {
                    cause: brought,
                    started: at,
                    target: None,
                    wait_limit: None,
                    queued: false,
                    target_passed: false,
                    ..before
                }
            }
            None => {
                let complaint = !matches!(cause, Cause::Input(Input::CannotAnswer { .. }));
                let way = Way::of(&self.plan, queue, tier, brought, false, complaint);
                let rung_due = way.due(&self.plan, 0, at);
                Visit {
                    call,
                    queue,
                    tier,
                    cause: brought,
                    class,
                    class_since: at,
                    started: at,
                    entered: at,
                    target: None,
                    wait_limit: None,
                    awaits: None,
                    queued: false,
                    ringing: BTreeSet::new(),
                    joining: None,
                    target_passed: false,
                    starving: false,
                    way,
                    rungs: 0,
                    rung_due,
                }
            }
        };
        let seen = Visit {
            target: Some(target).filter(|_| on_the_line),
            wait_limit: wait_limit.filter(|_| on_the_line),
            ..seen
        };
        assert!(self.visits.insert(visit, seen).is_none());
    }

    fn visit_ended(&mut self, visit: VisitId, seen: Visit, exit: VisitExit, wait: Span, in_target: bool) {
        let at = self.at;
        self.counts.visits_ended += 1;
        let (call, queue) = (seen.call, seen.queue);
        let may_go_on = matches!(exit, VisitExit::CalledOff);
        assert!(seen.ringing.is_empty() || may_go_on, "nobody is rung for a visit that is over");
        let answered = seen.joining.map(|leg| self.offers[&leg].accepted).filter(|_| !may_go_on);
        assert_eq!(answered.is_some(), matches!(exit, VisitExit::Served { .. }), "{exit:?}");
        if let (VisitExit::Served { agent }, Some(leg)) = (exit, seen.joining) {
            assert_eq!(self.offers[&leg].agent, agent);
        }
        assert_eq!(wait, answered.unwrap_or(at) - seen.started);
        let target = self.rules(queue).target;
        assert_eq!(in_target, answered.is_some() && wait <= target);
        assert!(!(in_target && seen.target_passed), "answered in time, so the target has not passed");
        let returned = self.batch.offer_ended_of.contains(&call);
        let passed = seen.target.is_some_and(|due| at > due) && answered.is_none();
        assert!(!passed || seen.target_passed || returned, "the target has passed and nobody said so");
        self.check_exit(&seen, exit);
        let known = self.call(call);
        assert_eq!(known.visit.take(), Some(visit));
        known.exit = Some(exit);
        if let Some(leg) = seen.joining.filter(|_| answered.is_some()) {
            // He is in the call now, behind those who came before.
            known.legs.push(leg);
        }
        self.batch.left.insert(call, (exit, seen));
    }

    /// Whether a visit may end in this way.
    fn check_exit(&self, seen: &Visit, exit: VisitExit) {
        let at = self.at;
        let consult = matches!(seen.cause, VisitCause::Consult { .. });
        let away = self.is_away(seen.call);
        let rules = self.rules(seen.queue);
        match exit {
            VisitExit::Served { .. } | VisitExit::Overflowed { .. } => {}
            VisitExit::Abandoned => assert!(!away, "who is not on the line cannot hang up"),
            VisitExit::TimedOut => {
                let due = seen.wait_limit.expect("it has a limit");
                let deferred = at > due && self.batch.offer_ended_of.contains(&seen.call);
                assert!(at == due || deferred, "G8: it may wait until {due}");
            }
            VisitExit::Diverted | VisitExit::Disconnected | VisitExit::LeftByKey { .. } => {
                assert!(!away && !consult, "{exit:?}");
            }
            VisitExit::Message => {
                let returned = matches!(seen.cause, VisitCause::Returned { .. });
                assert!(!away && !consult);
                assert!(!returned || rules.transfer_message || seen.awaits.is_none());
            }
            VisitExit::Refused(_) => assert_eq!(at, seen.started),
            VisitExit::NobodyThere => assert!(!away && !consult && rules.leave_when_empty.is_some()),
            VisitExit::Moved { .. } | VisitExit::Withdrawn => {}
            VisitExit::Callback => assert!(away && !consult, "he is promised to be called back"),
            VisitExit::CallbackFailed => {
                let promise = self.calls[&seen.call].promise.as_ref().expect("it was promised");
                assert!(away && !promise.again, "after {} attempts", promise.attempts);
            }
            VisitExit::NotTaken => {
                let (agent, until) = seen.awaits.expect("it waited for one agent");
                let gone = self.batch.presence_changed.contains(&agent) && !self.is_awaitable(agent);
                let ended = self.batch.offer_ended_of.contains(&seen.call);
                assert!(at == until || ended || gone, "A3: agent {agent} has until {until}");
            }
            VisitExit::CalledOff => {}
            other => panic!("an unknown exit: {other:?}"),
        }
    }

    /// Whether a call may wait for this agent alone.
    pub(super) fn is_awaitable(&self, agent: AgentId) -> bool {
        self.presences[agent.index()].0 == Presence::Ready && self.pending[agent.index()].is_none()
    }

    fn rung(&mut self, id: VisitId, rung: u16, passed: Option<Passed>) {
        let at = self.at;
        let plan = self.plan.clone();
        let waited = self.batch.offer_ended_of.contains(&self.visits[&id].call);
        let visit = self.visit(id);
        assert_eq!(visit.rungs, rung, "rungs come one after another");
        assert!(visit.joining.is_none(), "an answered call does not climb");
        let deferred = at > visit.rung_due && waited;
        assert!(at == visit.rung_due || deferred, "G8: rung {rung} is due at {}, not at {at}", visit.rung_due);
        let taken = visit.way.rung(&plan, rung).expect("there is such a rung");
        if passed == Some(Passed::Condition) {
            visit.way = visit.way.without(&plan, rung);
        }
        visit.rungs += 1;
        let next = visit.way.due(&plan, visit.rungs, at);
        // After one that brings nobody no time is lost; one whose condition does not hold takes its time.
        let at_once =
            passed.is_some_and(|why| why != Passed::Condition) && visit.way.rung(&plan, visit.rungs).is_some();
        visit.rung_due = if at_once { at } else { next };
        let undone =
            matches!(passed, Some(Passed::MovesLimit | Passed::QueueFull | Passed::Condition | Passed::CallerAway));
        let exits = taken.planned().is_some_and(|rung| rung.exit.is_some());
        let consult = matches!(visit.cause, VisitCause::Consult { .. });
        if let (Some(class), false) = (taken.class(), undone || exits || consult) {
            (visit.class, visit.class_since) = (class, at);
        }
        if let (Some(Passed::Condition), Some(rung)) = (passed, taken.planned()) {
            assert!(rung.only_if.is_some() || rung.unless.is_some(), "it has no condition");
        }
        let call = visit.call;
        if passed == Some(Passed::CallerAway) {
            assert!(self.is_away(call) || self.server(call).is_some(), "the caller waits on the line");
        }
    }
}

/// How a visit began.
struct Began {
    call: CallId,
    queue: QueueId,
    class: ClassId,
    tier: Option<TierId>,
    aged_from: Time,
    brought: VisitCause,
}
