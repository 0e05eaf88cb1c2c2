//! What the observer makes of each fact: calls, telephones, follow-up, agents. Visits and legs have files of their own.

use super::*;

impl Observer {
    pub(super) fn fact(&mut self, cause: Cause<'_>, fact: &Fact) {
        let at = self.at;
        match *fact {
            Fact::Refused(_) | Fact::Ignored { .. } => {}
            Fact::Reconciled { known, vanished, entered, left_alone } => {
                let expected = self.batch.to_agree.take().expect("it was asked to agree with the switch");
                assert_eq!(expected, [known, vanished, entered, left_alone], "known, vanished, entered, left alone");
            }
            Fact::CallArrived { call, prior_call, .. } => {
                self.counts.calls_arrived += 1;
                let follow_up = match cause {
                    Cause::Input(Input::CallBack { follow_up, .. }) => Some(*follow_up),
                    _ => None,
                };
                let came = match cause {
                    Cause::Input(Input::Snapshot(Snapshot { calls, .. })) => {
                        let of_call = calls.iter().find(|seen| seen.arrival.call == call);
                        of_call.expect("the switch has it").arrived.min(at)
                    }
                    _ => at,
                };
                let seen = Call {
                    arrived: came,
                    visit: None,
                    legs: Vec::new(),
                    dial: None,
                    queue: QueueId(0),
                    exit: None,
                    at_message: None,
                    promise: None,
                    complaints: follow_up.into_iter().filter_map(|entry| self.follow_ups[&entry].against()).collect(),
                    prior_call,
                    follow_up,
                    aged_from: came,
                    served_before: None,
                };
                assert!(self.calls.insert(call, seen).is_none(), "G4: call {call} is live already");
            }
            Fact::CallEnded { call, outcome, lasted, queue, .. } => self.call_ended(call, outcome, lasted, queue),
            Fact::ComplaintRecorded { call, against } => {
                assert!(self.batch.complained, "a complaint is recorded once per agent");
                self.batch.complained = false;
                if let Some(call) = self.calls.get_mut(&call) {
                    call.complaints.insert(against);
                }
                self.batch.owed.push((call, FollowUpCause::Complaint { against }));
            }
            Fact::MessageStarted { call, .. } => {
                let known = self.call(call);
                assert!(known.visit.is_none() && known.legs.is_empty() && known.dial.is_none());
                known.at_message = Some(at);
                self.batch.awaits_command = Some(Expected::Message(call));
            }
            Fact::CallbackPromised { call, not_before, due } => {
                let known = self.call(call);
                let kept = |promise: &Promise| promise.reached;
                assert!(known.promise.as_ref().is_none_or(kept), "a promise is made once");
                let not_before = not_before.unwrap_or(at);
                known.promise = Some(Promise {
                    promised: at,
                    due,
                    not_before,
                    attempts: 0,
                    again: true,
                    overdue: false,
                    line: None,
                    reached: false,
                });
            }
            Fact::CallbackAttempted { call, attempt, kept } => {
                assert!(self.call(call).visit.is_some(), "it waits to be called back");
                assert!(self.is_away(call), "who is on the line is not called");
                let promise = self.call(call).promise.as_mut().expect("it was promised");
                promise.attempts += 1;
                assert!(attempt == promise.attempts && promise.again, "attempt {attempt} is one too many");
                assert_eq!(kept, promise.due.filter(|_| attempt == 1).map(|due| at <= due), "the promise is judged");
            }
            Fact::CallbackOverdue { call } => {
                let promise = self.call(call).promise.as_mut().expect("it was promised");
                let due = (promise.due.expect("for a time") + NANO).max(promise.promised);
                assert_eq!((at, promise.attempts, promise.overdue), (due, 0, false), "G8: a promise is broken once");
                promise.overdue = true;
            }
            Fact::Dialled { dial, call, purpose, ref target } => self.dialled(dial, call, purpose, target.is_some()),
            Fact::DialAnswered { dial, call } => {
                let known = self.dial(dial);
                assert!(matches!(known.stage, DialStage::Made | DialStage::Ringing) && known.call == call);
                (known.stage, known.since) = (DialStage::Talking, at);
                if let DialPurpose::CallBack { .. } = known.purpose {
                    self.call(call).dial = None;
                    let promise = self.call(call).promise.as_mut().expect("it was promised");
                    (promise.line, promise.reached) = (Some(dial), true);
                }
            }
            Fact::DialEnded { dial, call, purpose, how, lasted } => {
                self.dial_ended(cause, dial, call, purpose, how, lasted)
            }
            Fact::FollowUpAdded { follow_up, call, cause, .. } => {
                assert!(self.last_follow_up.is_none_or(|last| last < follow_up), "entries are numbered in order");
                self.last_follow_up = Some(follow_up);
                self.pay(call, cause);
                let limit = self.plan.floor().limits.follow_ups() as usize;
                self.follow_ups.insert(follow_up, FollowUp { call, cause, since: at });
                assert!(self.follow_ups.len() <= limit, "G12: the list holds {limit}");
            }
            Fact::FollowUpsFull { call, cause, .. } => {
                self.pay(call, cause);
                assert_eq!(self.follow_ups.len(), self.plan.floor().limits.follow_ups() as usize);
            }
            Fact::FollowUpClosed { follow_up, call, ref how, stood } => {
                self.follow_up_closed(cause, follow_up, call, how, stood)
            }
            Fact::ApprovalAsked { agent, reason } => {
                assert!(self.plan.needs_approval(reason), "no approval is needed");
                assert_eq!(self.asked[agent.index()].replace(reason), None, "one break at a time");
            }
            Fact::ApprovalEnded { agent, reason, approved } => {
                assert_eq!(self.asked[agent.index()].take(), Some(reason));
                let decided = matches!(cause, Cause::Input(Input::ApproveBreak { .. } | Input::RefuseBreak { .. }));
                assert_eq!(approved.is_some(), decided);
            }
            Fact::SlotChanged { agent, slot, from, to, lasted } => {
                let state = &mut self.slots[agent.index()][usize::from(slot)];
                assert_eq!(*state, (from, state.1), "G10: slot {slot} of agent {agent}");
                assert_eq!(lasted, at - state.1, "G10: slot {slot} of agent {agent}");
                assert_ne!(from, to, "a change changes something");
                *state = (to, at);
                self.times[agent.index()][usize::from(slot)] += lasted;
                let all_free = self.slots[agent.index()].iter().all(|(state, _)| *state == SlotState::Free);
                if all_free && self.pending[agent.index()] == Some(self.presences[agent.index()].0) {
                    // It is what he has anyway.
                    self.pending[agent.index()] = None;
                }
            }
            Fact::PresenceChanged { agent, from, to, lasted } => {
                let state = &mut self.presences[agent.index()];
                assert_eq!((from, lasted), (state.0, at - state.1), "G10: agent {agent}");
                assert_ne!(from, to, "a change changes something");
                *state = (to, at);
                self.pending[agent.index()] = None;
                self.batch.presence_changed.insert(agent);
            }
            Fact::PresencePending { agent, to } => {
                let pending = Some(to).filter(|to| *to != Presence::Ready);
                assert_ne!(self.pending[agent.index()], pending, "a change changes something");
                self.pending[agent.index()] = pending;
                self.batch.presence_changed.insert(agent);
            }
            Fact::EndpointChanged { agent, state } => {
                let known = core::mem::replace(&mut self.endpoints[agent.index()], state);
                assert_ne!(known, state, "a change changes something");
            }
            Fact::VisitStarted { .. }
            | Fact::AwaitsAgent { .. }
            | Fact::AwaitsAnybody { .. }
            | Fact::RankChanged { .. }
            | Fact::TargetPassed { .. }
            | Fact::RungReached { .. }
            | Fact::RungPassed { .. }
            | Fact::RungDeferred { .. }
            | Fact::StarvationBoundUsed { .. }
            | Fact::VisitEnded { .. }
            | Fact::TransferReturned { .. } => self.visit_fact(cause, fact),
            _ => self.leg_fact(cause, fact),
        }
    }

    // --- the end of a call ---

    fn call_ended(&mut self, call: CallId, outcome: Outcome, lasted: Span, queue: Option<QueueId>) {
        let at = self.at;
        self.counts.calls_ended += 1;
        let away = self.is_away(call);
        let seen = self.calls.remove(&call).expect("G4: a call ends once");
        assert!(seen.visit.is_none(), "G4: its visit has ended");
        assert!(self.offers.values().all(|offer| offer.call != call), "G1: no offer outlives its call");
        assert!(self.dials.values().all(|dial| dial.call != call), "G1: no line outlives its call");
        assert_eq!(lasted, at - seen.arrived);
        assert!(queue.is_none_or(|queue| queue == seen.queue));
        let served = self.batch.served.get(&call).copied();
        let expired = self.batch.lease_expired.contains(&call);
        let dialled = self.batch.dial_ended_of.contains(&call);
        let fits = match (outcome, seen.exit) {
            (Outcome::Completed(by), _) => served == Some(by) && seen.promise.is_none(),
            (Outcome::CallbackFulfilled, _) => served.is_some() && seen.promise.is_some(),
            (Outcome::Lost, _) => expired,
            (Outcome::TransferredOut, _) => self.batch.handed_on.contains(&call),
            (Outcome::MessageTaken, _) => seen.at_message.is_some(),
            (Outcome::Abandoned, exit) => exit == Some(VisitExit::Abandoned) || seen.at_message.is_some() || dialled,
            (Outcome::TimedOut, exit) => exit == Some(VisitExit::TimedOut) || seen.at_message.is_some(),
            (Outcome::Diverted, exit) => matches!(exit, Some(VisitExit::Diverted | VisitExit::LeftByKey { .. })),
            (Outcome::LeftByKey, exit) => matches!(exit, Some(VisitExit::LeftByKey { .. })),
            (Outcome::Disconnected, exit) => exit == Some(VisitExit::Disconnected),
            (Outcome::NobodyThere, exit) => exit == Some(VisitExit::NobodyThere) && !away,
            (Outcome::Withdrawn, exit) => exit == Some(VisitExit::Withdrawn),
            (Outcome::CallbackFailed, exit) => exit == Some(VisitExit::CallbackFailed),
            (Outcome::Refused(why), Some(VisitExit::Refused(said))) => why == said,
            (Outcome::Refused(_), exit) => exit.is_none(),
            other => panic!("{other:?}"),
        };
        assert!(fits, "G4: {outcome:?} after {:?}, served {served:?}", seen.exit);
        if let (Some(from), Outcome::TimedOut) = (seen.at_message, outcome) {
            assert_eq!(at, from + self.rules(seen.queue).message_limit, "G8: a message ends in time");
        }
        let told = match outcome {
            Outcome::Completed(EndedBy::Caller) | Outcome::Abandoned | Outcome::TransferredOut => None,
            Outcome::CallbackFulfilled if served == Some(EndedBy::Caller) => None,
            Outcome::Refused(_) => Some(Told::Reject),
            Outcome::Diverted => Some(Told::Divert),
            _ if away => None,
            outcome => Some(Told::End(outcome)),
        };
        assert_eq!(self.batch.calls_told.get(&call).copied(), told, "the switch is told of {outcome:?}");
        // Who was to be called back from the list stands there still.
        let stands = seen.follow_up.is_some_and(|entry| self.follow_ups.contains_key(&entry));
        if outcome.is_unanswered() && !stands {
            self.batch.owed.push((call, FollowUpCause::Unanswered(outcome)));
        }
    }

    // --- telephones ---

    fn dialled(&mut self, dial: DialId, call: CallId, purpose: DialPurpose, targeted: bool) {
        let at = self.at;
        self.counts.dialled += 1;
        assert!(self.dials_ever.insert(dial), "a line's number is never used twice");
        let calls_back = matches!(purpose, DialPurpose::CallBack { .. });
        assert_eq!(targeted, !calls_back);
        let sent_by = match self.batch.actor {
            Some(Actor::Agent(agent)) => Some(agent),
            _ => None,
        };
        let known = self.call(call);
        assert_eq!(known.dial.replace(dial), None, "one telephone at a time");
        match purpose {
            DialPurpose::CallBack { attempt } => {
                assert_eq!(known.promise.as_ref().map(|promise| promise.attempts), Some(attempt));
            }
            DialPurpose::Transfer => assert!(self.server(call).is_none(), "whoever hands him on is free"),
            DialPurpose::Consult => assert!(self.server(call).is_some(), "somebody consults"),
            other => panic!("an unknown purpose: {other:?}"),
        }
        let seen = Dial { call, purpose, stage: DialStage::Made, dialled: at, since: at, commanded: false, sent_by };
        self.dials.insert(dial, seen);
        self.batch.awaits_command = Some(Expected::Dial(dial));
    }

    fn dial_ended(
        &mut self,
        cause: Cause<'_>,
        id: DialId,
        call: CallId,
        purpose: DialPurpose,
        how: DialEnd,
        lasted: Span,
    ) {
        let at = self.at;
        self.counts.dials_ended += 1;
        let seen = self.dials.remove(&id).expect("a line ends once");
        assert_eq!((seen.call, seen.purpose, lasted), (call, purpose, at - seen.dialled));
        let told = self.batch.dials_told_to_end.contains(&id);
        let rings = matches!(seen.stage, DialStage::Made | DialStage::Ringing);
        let reported = match cause {
            Cause::Input(Input::DialFailed { dial, .. } | Input::DialEnded { dial }) => *dial == id,
            _ => false,
        };
        let rules = self.rules(self.calls[&call].queue).clone();
        let own_line = self.calls[&call].promise.as_ref().is_some_and(|promise| promise.line == Some(id));
        let fits = match how {
            DialEnd::HandedOn => !rings && !told && purpose != DialPurpose::CallBack { attempt: 0 },
            DialEnd::Failed(_) => rings && reported && !told,
            DialEnd::LimitPassed => rings && told && at == seen.since + rules.transfer_limit,
            DialEnd::Cancelled => told,
            DialEnd::Ended if own_line => true,
            DialEnd::Ended => !rings && (reported || told),
            other => panic!("an unknown end: {other:?}"),
        };
        assert!(fits, "G8: a line at {:?} ended {how:?}, told to: {told}, reported: {reported}", seen.stage);
        if how == DialEnd::HandedOn {
            self.batch.handed_on.insert(call);
        }
        if purpose == DialPurpose::Transfer {
            self.batch.dial_ended_of.insert(call);
        }
        if let (DialEnd::Ended, true) = (how, !own_line && told && at == seen.since + rules.lease) {
            self.batch.lease_expired.insert(call);
        }
        let known = self.call(call);
        if known.dial == Some(id) {
            known.dial = None;
        }
        if let (DialPurpose::CallBack { .. }, true, Some(promise)) = (purpose, rings, &mut known.promise) {
            promise.not_before = at + rules.callback_gap;
            promise.again = promise.attempts < rules.callback_attempts;
        }
    }

    // --- follow-up ---

    fn pay(&mut self, call: CallId, cause: FollowUpCause) {
        let owed = self.batch.owed.iter().position(|owed| *owed == (call, cause));
        self.batch.owed.remove(owed.expect("nothing is put on the list without a cause"));
    }

    fn follow_up_closed(&mut self, cause: Cause<'_>, id: FollowUpId, call: CallId, how: &FollowUpEnd, stood: Span) {
        let at = self.at;
        let entry = self.follow_ups.remove(&id).expect("an entry is closed once");
        assert_eq!((entry.call, at - entry.since), (call, stood));
        let against = entry.against().flatten();
        match how {
            FollowUpEnd::Answered { call: by } => {
                let agent = *self.batch.connected.get(by).expect("somebody has just talked with the caller");
                let later = &self.calls[by];
                assert!(later.prior_call == Some(call) || later.follow_up == Some(id), "it is about something else");
                assert!(
                    against.is_none_or(|against| against != agent),
                    "E4: nobody closes a complaint against himself"
                );
            }
            FollowUpEnd::Dismissed { reason } => {
                assert!(matches!(cause, Cause::Input(Input::CloseFollowUp { follow_up, .. }) if *follow_up == id));
                assert!(!reason.trim().is_empty(), "with a reason");
                let by = match self.batch.actor {
                    Some(Actor::Agent(agent)) => Some(agent),
                    _ => None,
                };
                assert!(against.is_none() || against != by, "E4: nobody closes a complaint against himself");
            }
            other => panic!("an unknown end: {other:?}"),
        }
    }
}
