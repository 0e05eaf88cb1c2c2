//! How facts are counted: the fold over the engine's outputs.

mod legs;
mod visits;

use self::visits::{VisitEnd, VisitStart};
use super::counts::{CallCounts, WorkCounts};
use super::live::{LiveFollowUp, LiveLeg};
use super::tally::{Origin, Tally};
use crate::engine::{
    Actor, DialEnd, DialPurpose, EndedBy, Event, Fact, FollowUpCause, FollowUpEnd, LegRole, OfferEnd, Outcome, Output,
    RefusedCall, SlotState, VisitCause,
};
use crate::floor::RungEffect;
use crate::ids::{AgentId, CallId};
use crate::time::Time;

impl Tally {
    /// Takes one output of the engine; outputs come in the engine's order. What is not about figures is passed over,
    /// and so are ids that the plan does not have.
    pub fn fold(&mut self, output: &Output) {
        let Event::Fact(fact) = &output.event else { return };
        let at = output.at;
        self.go_on(at);
        let actor = match output.actor {
            Some(Actor::Agent(agent)) => Some(agent),
            _ => None,
        };
        match *fact {
            Fact::CallArrived { call, tier, .. } => {
                self.call(call, tier, at);
            }
            Fact::VisitStarted { visit, call, queue, tier, cause, .. } => {
                self.visit_started(VisitStart { visit, call, queue, tier, cause }, at);
            }
            Fact::VisitEnded { visit, call, queue, tier, exit, wait, in_target, started, cause, .. } => {
                let known = self.call(call, tier, started);
                let (live, arrived) = (known.leave(visit), known.arrived);
                let counts = self.shape.counts(arrived);
                let origin = Origin { queue: Some(queue), tier, hour: self.clock.bucket_of(started), counts };
                self.visit_ended(VisitEnd { call, live, origin, cause, exit, wait, in_target }, actor, at);
            }
            Fact::CallEnded { call, tier, outcome, queue, lasted } => {
                let arrived = Time::from_nanos(at.since(Time::ZERO + lasted).as_nanos());
                let (tier, arrived) = {
                    let call = self.call(call, tier, arrived);
                    (call.tier, call.arrived)
                };
                let counts = self.shape.counts(arrived);
                self.calls.remove(call);
                self.ended = Some((call, counts));
                self.call_row(tier, arrived, |row| {
                    row.lasted += lasted;
                    *outcome_of(row, outcome) += 1;
                });
                match outcome {
                    Outcome::CallbackFulfilled => self.apart(queue, counts).callbacks.fulfilled += 1,
                    Outcome::CallbackFailed => self.apart(queue, counts).callbacks.failed += 1,
                    Outcome::MessageTaken => self.apart(queue, counts).follow_ups.messages += 1,
                    _ => {}
                }
            }

            Fact::AwaitsAgent { call, agent, .. } => self.awaits(call, agent, at),
            Fact::AwaitsAnybody { visit, call, queue } => {
                let live = self.calls.get_mut(call).and_then(|call| call.visit.as_mut());
                if live.and_then(|live| live.awaits.take()).is_some() {
                    self.visit(visit, call, queue, at, |row| row.agent_awaited_given_up += 1);
                }
            }
            Fact::RankChanged { visit, call, queue, .. } => {
                self.visit(visit, call, queue, at, |row| row.rank_changes += 1);
                self.agent_if(actor, at, |row| row.rank_changes += 1);
            }
            Fact::TargetPassed { visit, call, queue } => {
                self.visit(visit, call, queue, at, |row| row.targets_passed += 1);
            }
            Fact::StarvationBoundUsed { visit, call, queue } => {
                self.visit(visit, call, queue, at, |row| row.starvation_bound_used += 1);
            }
            Fact::RungPassed { visit, call, queue, .. } => {
                self.visit(visit, call, queue, at, |row| row.rungs_passed += 1);
            }
            Fact::RungReached { visit, call, queue, rung, effect } => {
                let live = self.calls.get_mut(call).and_then(|call| call.visit.as_mut());
                if let Some(live) = live.filter(|live| live.visit == visit) {
                    live.rungs = rung.saturating_add(1);
                }
                self.visit(visit, call, queue, at, |row| {
                    *match effect {
                        RungEffect::Notified => &mut row.notifications,
                        RungEffect::Relaxed => &mut row.relaxations,
                        RungEffect::Overflowed => &mut row.overflows,
                        RungEffect::Escalated => &mut row.escalations,
                        RungEffect::Disconnected => &mut row.disconnections,
                    } += 1;
                });
            }

            Fact::Offered { offer, visit, call, queue, agent, .. } => {
                let present = self.calls.get(call).and_then(|call| call.visit).filter(|live| live.visit == visit);
                let origin = present.map_or_else(|| self.origin(call, Some(queue), at), |live| live.origin);
                let asked = present.is_some_and(|live| matches!(live.cause, VisitCause::Consult { .. }));
                self.legs.insert(offer, LiveLeg { asked, ..LiveLeg::new(agent, origin) });
                if !asked {
                    self.visit_row(origin, |row| row.offers += 1);
                }
                self.agent(agent, at, |row| row.offers += 1);
            }
            Fact::OfferEnded { offer, call, queue, agent, how, .. } => {
                let leg = self.leg(offer, agent, call, queue, at);
                self.legs.remove(offer);
                if !leg.asked {
                    self.visit_row(leg.origin, |row| match how {
                        OfferEnd::Missed => row.missed += 1,
                        OfferEnd::NeverRang => row.never_rang += 1,
                        OfferEnd::Declined => row.declined += 1,
                        OfferEnd::Busy => row.busy += 1,
                        OfferEnd::Unreachable => row.unreachable += 1,
                        OfferEnd::Cancelled(_) => row.cancelled += 1,
                        OfferEnd::ConnectFailed => row.connect_failed += 1,
                    });
                }
                self.agent(agent, at, |row| match how {
                    OfferEnd::Missed => row.missed += 1,
                    OfferEnd::NeverRang => row.never_rang += 1,
                    OfferEnd::Declined => row.declined += 1,
                    OfferEnd::Busy => row.busy += 1,
                    OfferEnd::Unreachable => row.unreachable += 1,
                    OfferEnd::Cancelled(_) | OfferEnd::ConnectFailed => {}
                });
            }
            Fact::Connected { offer, call, queue, agent, role } => {
                let leg = self.leg(offer, agent, call, queue, at);
                let leg = LiveLeg { slot: leg.slot.or_else(|| self.work.last_slot(agent)), ..leg };
                match role {
                    LegRole::Serve => self.serves(offer, leg, call, at),
                    LegRole::Consult => self.is_consulted(offer, leg, call, at),
                    LegRole::Monitor => {}
                }
            }
            Fact::HoldStarted { call, agent } => {
                self.visit_row(self.origin(call, None, at), |row| row.holds += 1);
                self.agent(agent, at, |row| row.holds += 1);
            }
            Fact::HoldReminder { call, .. } => {
                self.visit_row(self.origin(call, None, at), |row| row.hold_reminders += 1);
            }
            Fact::HoldLimitPassed { call, .. } => {
                self.visit_row(self.origin(call, None, at), |row| row.hold_limits_passed += 1);
            }
            Fact::LeaseExpired { call, .. } => {
                self.visit_row(self.origin(call, None, at), |row| row.leases_expired += 1);
            }
            Fact::LegEnded { offer, call, queue, agent, talk, hold, consult, .. } => {
                self.leg_ended(offer, call, queue, agent, [talk, hold, consult], at);
            }
            Fact::WrapUpEnded { agent, queue, disposition: Some(disposition), .. } => {
                let known = self.shape.dispositions.len();
                let counts = self.work.wraps_up(agent).map_or(self.shape.counts(at), |origin| origin.counts);
                let dispositions = &mut self.apart(Some(queue), counts).dispositions;
                dispositions.resize(known, 0);
                dispositions.get_mut(disposition.index()).into_iter().for_each(|count| *count += 1);
            }

            Fact::Dialled { dial, call, purpose, .. } => {
                let live = self.calls.get_mut(call).map(|call| {
                    call.dial = Some((dial, purpose));
                    call.agent
                });
                let by = actor.or(live.flatten());
                let transfers = &mut self.apart_of(call, at).transfers;
                match purpose {
                    DialPurpose::Transfer => {
                        transfers.transfers += 1;
                        transfers.to_telephones += 1;
                        self.agent_if(by, at, |row| row.transfers += 1);
                    }
                    DialPurpose::Consult => {
                        transfers.consults += 1;
                        transfers.consults_of_telephones += 1;
                        self.agent_if(by, at, |row| row.consults += 1);
                    }
                    DialPurpose::CallBack { .. } => {}
                }
            }
            Fact::DialAnswered { dial, call } => {
                let dialled = self.calls.get(call).and_then(|call| call.dial).filter(|(known, _)| *known == dial);
                match dialled.map(|(_, purpose)| purpose) {
                    Some(DialPurpose::Consult) => self.apart_of(call, at).transfers.consults_answered += 1,
                    Some(DialPurpose::CallBack { .. }) => self.apart_of(call, at).callbacks.reached += 1,
                    Some(DialPurpose::Transfer) | None => {}
                }
            }
            Fact::DialEnded { call, how: DialEnd::HandedOn, .. } => self.apart_of(call, at).transfers.handed_out += 1,
            Fact::TransferReturned { call, by } => {
                self.apart_of(call, at).transfers.returned += 1;
                self.agent(by, at, |row| row.transfers_returned += 1);
            }
            Fact::TransferCompleted { call, by } => {
                self.apart_of(call, at).transfers.completed += 1;
                self.agent(by, at, |row| row.transfers_completed += 1);
                self.joined(call, at);
            }
            Fact::ConferenceStarted { call, by } => {
                self.apart_of(call, at).transfers.conferences += 1;
                self.agent(by, at, |row| row.conferences += 1);
                self.joined(call, at);
            }
            // Said again when he goes on in another way.
            Fact::MonitorStarted { offer, call, supervisor, .. } if self.legs.get(offer).is_none() => {
                let leg = LiveLeg::new(supervisor, self.origin(call, None, at));
                self.legs.insert(offer, LiveLeg { role: Some(LegRole::Monitor), ..leg });
                self.agent(supervisor, at, |row| row.monitored += 1);
            }
            Fact::MonitorEnded { offer, .. } => drop(self.legs.remove(offer)),

            Fact::CallbackPromised { call, .. } => match self.calls.get_mut(call) {
                // It is promised before it joins its queue.
                Some(call) if call.origin.is_none() => call.promised = true,
                _ => self.apart_of(call, at).callbacks.promised += 1,
            },
            Fact::CallbackAttempted { call, kept, .. } => {
                let callbacks = &mut self.apart_of(call, at).callbacks;
                callbacks.attempts += 1;
                callbacks.kept += u64::from(kept == Some(true));
            }
            Fact::CallbackOverdue { call } => self.apart_of(call, at).callbacks.missed += 1,
            Fact::ComplaintRecorded { call, against } => {
                self.apart_of(call, at).follow_ups.complaints += 1;
                self.agent_if(against, at, |row| row.complaints += 1);
            }
            Fact::FollowUpAdded { follow_up, call, queue, cause } => {
                let counts = self.lately_counts(call, at);
                self.follow_ups.insert(follow_up, LiveFollowUp { queue, since: at, counts });
                let list = &mut self.apart(queue, counts).follow_ups;
                match cause {
                    FollowUpCause::Unanswered(_) => list.unanswered += 1,
                    FollowUpCause::Complaint { .. } => list.complaints_listed += 1,
                }
            }
            Fact::FollowUpClosed { follow_up, ref how, stood, .. } => {
                let Some(entry) = self.follow_ups.remove(&follow_up) else { return };
                let list = &mut self.apart(entry.queue, entry.counts).follow_ups;
                list.stood += stood;
                list.stood_longest += stood;
                match how {
                    FollowUpEnd::Answered { .. } => list.answered += 1,
                    FollowUpEnd::Dismissed { .. } => list.dismissed += 1,
                }
            }
            Fact::FollowUpsFull { call, queue, .. } => {
                let counts = self.lately_counts(call, at);
                self.apart(queue, counts).follow_ups.not_listed += 1;
            }

            Fact::ApprovalAsked { agent, .. } => self.agent(agent, at, |row| row.breaks_asked += 1),
            Fact::ApprovalEnded { agent, approved, .. } => self.agent(agent, at, |row| match approved {
                Some(true) => row.breaks_approved += 1,
                Some(false) => row.breaks_refused += 1,
                None => {}
            }),
            Fact::SlotChanged { agent, slot, from, to, lasted } => {
                let wrapped_up = self.work.slot_changed(&self.shape, &self.clock, agent, slot, (from, to), at);
                if let (SlotState::WrapUp, Some(origin)) = (from, wrapped_up) {
                    self.visit_row(origin, |row| row.wrap_up += lasted);
                }
            }
            Fact::PresenceChanged { agent, from, to, .. } => {
                self.work.presence_changed(&self.shape, &self.clock, agent, (from, to), at);
            }
            Fact::EndpointChanged { agent, state } => {
                self.work.endpoint_changed(&self.shape, &self.clock, agent, state, at);
            }
            _ => {}
        }
    }

    /// Whether a call counts that is alive, or the one that ended last.
    fn lately_counts(&self, call: CallId, at: Time) -> bool {
        match self.ended {
            Some((ended, counts)) if ended == call => counts,
            _ => self.call_counts(call, at),
        }
    }

    fn agent_if(&mut self, agent: Option<AgentId>, at: Time, count: impl Fn(&mut WorkCounts)) {
        if let Some(agent) = agent {
            self.agent(agent, at, count);
        }
    }
}

fn outcome_of(row: &mut CallCounts, outcome: Outcome) -> &mut u64 {
    match outcome {
        Outcome::Completed(EndedBy::Caller) => &mut row.completed_by_caller,
        Outcome::Completed(EndedBy::Agent) => &mut row.completed_by_agent,
        Outcome::Completed(EndedBy::Switch) => &mut row.completed_by_switch,
        Outcome::Completed(EndedBy::Transfer) | Outcome::TransferredOut => &mut row.transferred_out,
        Outcome::CallbackFulfilled => &mut row.callback_fulfilled,
        Outcome::Abandoned => &mut row.abandoned,
        Outcome::TimedOut => &mut row.timed_out,
        Outcome::NobodyThere => &mut row.nobody_there,
        Outcome::LeftByKey => &mut row.left_by_key,
        Outcome::Diverted => &mut row.diverted,
        Outcome::MessageTaken => &mut row.message_taken,
        Outcome::CallbackFailed => &mut row.callback_failed,
        Outcome::Disconnected => &mut row.disconnected,
        Outcome::Withdrawn => &mut row.withdrawn,
        Outcome::Refused(RefusedCall::UnknownQueue) => &mut row.refused_unknown_queue,
        Outcome::Refused(RefusedCall::QueueFull) => &mut row.refused_queue_full,
        Outcome::Refused(RefusedCall::FloorFull) => &mut row.refused_floor_full,
        Outcome::Refused(RefusedCall::TrunksFull) => &mut row.refused_trunks_full,
        Outcome::Refused(RefusedCall::WaitingFull) => &mut row.refused_waiting_full,
        Outcome::Refused(RefusedCall::NobodyThere) => &mut row.refused_nobody_there,
        Outcome::Refused(RefusedCall::NeedsFull) => &mut row.refused_needs_full,
        Outcome::Lost => &mut row.lost,
    }
}
