//! An offer: an agent's phone that rings for a call. When he answers and the two are joined, it goes on as his leg
//! (`leg.rs`).

use serde::{Deserialize, Serialize};

use super::Engine;
use super::OfferFailure;
use super::idle::Chosen;
use super::slab::Link;
use super::timer::{Kind, TimerId};
use super::{
    CancelReason, Command, ConnectFailure, EndedBy, Fact, Key, LegRole, MonitorMode, OfferCall, OfferEnd, OfferPurpose,
    SlotState, Subject, VisitCause, Why,
};
use crate::floor::Choice;
use crate::ids::{AgentId, OfferId, QueueId};
use crate::time::{Span, Time};

#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Offer {
    pub(super) call: u32,
    pub(super) queue: QueueId,
    pub(super) agent: AgentId,
    /// The agent's contact slot it is in.
    pub(super) slot: u32,
    pub(super) role: LegRole,
    /// How a supervisor takes part.
    pub(super) mode: MonitorMode,
    pub(super) stage: OfferStage,
    /// When this stage began.
    pub(super) since: Time,
    pub(super) made: Time,
    /// When the phone began to ring.
    pub(super) rang: Option<Time>,
    /// When the agent answered; before that, when the offer was made.
    pub(super) answered: Time,
    pub(super) talk: Span,
    pub(super) hold: Span,
    pub(super) consult: Span,
    /// The next of the offers that ring for the same call, or of the legs in it.
    pub(super) next: Option<u32>,
    /// Its neighbours among the phones that ring, which an earlier class may withdraw.
    pub(super) rings_before: Link,
    pub(super) rings_after: Link,
    /// The stage's own limit: no ring, ring, connect, hold limit.
    pub(super) limit: Option<TimerId>,
    pub(super) reminder: Option<TimerId>,
    pub(super) lease: Option<TimerId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum OfferStage {
    /// Made; the phone does not ring yet.
    Made,
    /// The phone rings.
    Ringing,
    /// Answered, being joined.
    Accepted,
    /// The agent talks, or listens in.
    Talking,
    /// The caller is on hold.
    Held,
}

impl Engine {
    pub(super) fn make_offer(&mut self, visit: u32, chosen: Chosen) {
        let Chosen { agent, candidates, preference, key, runner_up } = chosen;
        let Some(slot) = self.free_slot(agent) else { return };
        self.stop_seeking(visit);
        let (call, queue, next, cause) = {
            let visit = &self.visits[visit];
            (visit.call, visit.queue, visit.offers.get(), visit.cause)
        };
        let rules = &self.plan.queues()[queue.index()].rules;
        let (no_ring_limit, ring_limit) = (rules.no_ring_limit, rules.ring_limit);
        if rules.choice == Choice::RoundRobin && key != Key::ByName {
            self.cursors[queue.index()] = Some(agent);
        }
        let offer = self.new_offer(call, queue, agent, slot, LegRole::Serve);
        self.offers[offer].next = next;
        self.visits[visit].offers = Link::to(offer);
        self.offers[offer].limit = self.set_offer_timer(offer, no_ring_limit, Kind::NoRing);
        self.list_ringing(offer);
        self.set_slot(slot, SlotState::Ringing, Some(offer));
        self.refresh(agent);

        let id = self.offer_id(offer);
        let rank_since = self.rank(visit).since;
        let purpose = match cause {
            VisitCause::Consult { by } => OfferPurpose::Consult { by },
            _ if self.is_caller_away(call) => OfferPurpose::CallBack,
            _ => OfferPurpose::Serve,
        };
        let (call, particulars, visit) = (&self.calls[call], self.calls.particulars(call), &self.visits[visit]);
        let level = if self.plan.lanes.have_orders() { self.level(visit.queue, agent) } else { 0 };
        let why = Why { class: visit.class, rank_since, candidates, preference, level, key, runner_up };
        let fact = Fact::Offered { offer: id, visit: visit.id, call: call.id, queue, agent, why };
        let command = Command::OfferCall(OfferCall {
            offer: id,
            call: call.id,
            queue,
            agent,
            endpoint: self.plan.agents()[agent.index()].endpoint.clone(),
            ring_limit,
            from: call.from.clone(),
            to: particulars.to.clone(),
            entry: call.entry,
            attributes: particulars.attributes.clone(),
            purpose,
            complaint: particulars.complaints.is_some(),
        });
        self.fact(|| fact);
        self.command(|| command);
    }

    pub(super) fn new_offer(&mut self, call: u32, queue: QueueId, agent: AgentId, slot: u32, role: LegRole) -> u32 {
        self.offers.insert(Offer {
            call,
            queue,
            agent,
            slot,
            role,
            mode: MonitorMode::Listen,
            stage: OfferStage::Made,
            since: self.now,
            made: self.now,
            rang: None,
            answered: self.now,
            talk: Span::ZERO,
            hold: Span::ZERO,
            consult: Span::ZERO,
            next: None,
            rings_before: Link::NONE,
            rings_after: Link::NONE,
            limit: None,
            reminder: None,
            lease: None,
        })
    }

    pub(super) fn leg_ringing(&mut self, id: OfferId) {
        let Some(offer) = self.offer_in(id, &[OfferStage::Made]) else { return self.ignore_offer(id) };
        let Offer { agent, queue, role, .. } = self.offers[offer];
        let ring_limit = self.plan.queues()[queue.index()].rules.ring_limit;
        self.set_stage(offer, OfferStage::Ringing);
        self.offers[offer].rang = Some(self.now);
        self.offers[offer].limit = self.set_offer_timer(offer, ring_limit, Kind::Ring);
        if role != LegRole::Monitor {
            self.fact(|| Fact::Rang { offer: id, agent });
        }
    }

    pub(super) fn offer_accepted(&mut self, id: OfferId) {
        let Some(offer) = self.live_offer(id) else {
            // The offer is over, but the switch has an agent on the line: that leg must not stay.
            self.ignore_offer(id);
            return self.command(|| Command::EndLeg { offer: id });
        };
        if !matches!(self.offers[offer].stage, OfferStage::Made | OfferStage::Ringing) {
            return self.ignore_offer(id);
        }
        if self.offers[offer].role == LegRole::Monitor {
            return self.monitor_accepted(offer);
        }
        let call = self.offers[offer].call;
        let Some(visit) = self.calls[call].visit.get() else { return };
        self.unlink(visit, offer);
        self.answer(visit, offer);
    }

    /// An agent has answered, whose offer stands in no list any more: the two are to be joined.
    pub(super) fn answer(&mut self, visit: u32, offer: u32) {
        let Offer { call, agent, queue, slot, .. } = self.offers[offer];
        let id = self.offer_id(offer);
        self.stop_seeking(visit);
        let rang = self.rang_for(offer);
        self.set_stage(offer, OfferStage::Accepted);
        self.unlist_ringing(offer);
        self.offers[offer].answered = self.now;
        self.visits[visit].joining = Link::to(offer);
        self.agents[agent.index()].misses = 0;
        self.set_slot(slot, SlotState::Connecting, Some(offer));
        let wait = self.now - self.visits[visit].started;
        let (call_id, visit_id) = (self.calls[call].id, self.visits[visit].id);
        self.fact(|| Fact::Answered { offer: id, visit: visit_id, call: call_id, queue, agent, wait, rang });
        if self.is_caller_away(call) {
            // The telephone that is dialled has its own limit.
            self.dial_caller(call);
        } else {
            let connect_limit = self.plan.queues()[queue.index()].rules.connect_limit;
            self.offers[offer].limit = self.set_offer_timer(offer, connect_limit, Kind::Connect);
            let consulting = match self.visits[visit].cause {
                VisitCause::Consult { by } => self.leg_of_agent(call, by),
                _ => None,
            };
            match consulting.map(|with| self.offer_id(with)) {
                Some(with) => self.command(|| Command::Consult { call: call_id, offer: id, with }),
                None => self.command(|| Command::Connect { call: call_id, offer: id, agent }),
            }
        }
        self.cancel_offers(call, CancelReason::AnsweredElsewhere);
    }

    pub(super) fn offer_failed(&mut self, id: OfferId, why: OfferFailure) {
        let Some(offer) = self.offer_in(id, &[OfferStage::Made, OfferStage::Ringing]) else {
            return self.ignore_offer(id);
        };
        let how = match why {
            OfferFailure::Busy => OfferEnd::Busy,
            OfferFailure::NoAnswer => OfferEnd::Missed,
            OfferFailure::Declined => OfferEnd::Declined,
            OfferFailure::Unreachable | OfferFailure::Gone => OfferEnd::Unreachable,
        };
        self.fail_offer(offer, how);
    }

    /// A limit of a made, ringing or accepted offer has passed.
    pub(super) fn offer_limit_due(&mut self, offer: u32, kind: Kind) {
        self.offers[offer].limit = None;
        if self.offers[offer].role == LegRole::Monitor {
            return self.release_leg(offer, EndedBy::Switch, true);
        }
        let (how, why) = match kind {
            Kind::NoRing => (OfferEnd::NeverRang, CancelReason::Unreachable),
            Kind::Ring => (OfferEnd::Missed, CancelReason::NoAnswer),
            _ => return self.joining_failed(offer, ConnectFailure::Failed),
        };
        self.say_cancelled(offer, why);
        self.fail_offer(offer, how);
    }

    /// An agent's phone can not be reached any more: whatever rings there has failed.
    pub(super) fn fail_ringing_offers_of(&mut self, agent: AgentId) {
        for slot in self.agents[agent.index()].slots() {
            let Some(offer) = self.slots[slot as usize].offer else { continue };
            if !matches!(self.offers[offer].stage, OfferStage::Made | OfferStage::Ringing) {
                continue;
            }
            if self.offers[offer].role == LegRole::Monitor {
                self.release_leg(offer, EndedBy::Switch, true);
            } else {
                self.say_cancelled(offer, CancelReason::Unreachable);
                self.fail_offer(offer, OfferEnd::Unreachable);
            }
        }
    }

    fn fail_offer(&mut self, offer: u32, how: OfferEnd) {
        if self.offers[offer].role == LegRole::Monitor {
            return self.release_leg(offer, EndedBy::Switch, false);
        }
        let call = self.offers[offer].call;
        self.end_offer(offer, how);
        self.return_to_place(call, true);
    }

    /// Takes back every phone that rings for this call; no fault of the agents'.
    pub(super) fn cancel_offers(&mut self, call: u32, why: CancelReason) {
        while let Some(offer) = self.calls[call].visit.get().and_then(|visit| self.visits[visit].offers.get()) {
            self.cancel_offer(offer, why);
        }
    }

    pub(super) fn cancel_offer(&mut self, offer: u32, why: CancelReason) {
        self.say_cancelled(offer, why);
        self.end_offer(offer, OfferEnd::Cancelled(why));
    }

    /// Ends an offer that has not become a conversation, with what follows for the agent; the call is the caller's.
    pub(super) fn end_offer(&mut self, offer: u32, how: OfferEnd) {
        let rang = self.rang_for(offer);
        let id = self.offer_id(offer);
        self.unlist_ringing(offer);
        let mut ended = self.offers.remove(offer);
        for timer in [&mut ended.limit, &mut ended.reminder, &mut ended.lease] {
            self.timers.cancel(timer);
        }
        let Offer { call, queue, agent, slot, .. } = ended;
        if let Some(visit) = self.calls[call].visit.get() {
            let state = &mut self.visits[visit];
            if state.joining == Some(offer) {
                state.joining = Link::NONE;
            } else if state.offers == Some(offer) {
                state.offers = ended.next.into();
            } else {
                self.unlink_after_removal(visit, offer, ended.next);
            }
            if !matches!(how, OfferEnd::Cancelled(_)) {
                // Also where the switch was at fault: another agent's line is the better next try.
                self.cool_down(call, agent, queue);
            }
            if self.visits[visit].looks {
                // One phone less is being rung for it, so this agent may be rung for it again.
                self.dirty_visits.push(visit);
            }
        }
        let fact = Fact::OfferEnded { offer: id, call: self.calls[call].id, queue, agent, how, rang };
        self.fact(|| fact);
        self.set_slot(slot, SlotState::Free, None);
        self.blame(agent, queue, how);
        self.settle(agent);
    }

    // --- small things ---

    pub(super) fn offer_id(&self, offer: u32) -> OfferId {
        OfferId::new(offer, self.offers.generation(offer))
    }

    pub(super) fn live_offer(&self, id: OfferId) -> Option<u32> {
        self.offers.holds(id.slot(), id.generation()).then(|| id.slot())
    }

    pub(super) fn offer_in(&self, id: OfferId, stages: &[OfferStage]) -> Option<u32> {
        self.live_offer(id).filter(|offer| stages.contains(&self.offers[*offer].stage))
    }

    pub(super) fn ignore_offer(&mut self, id: OfferId) {
        self.fact(|| Fact::Ignored { subject: Subject::Offer(id) });
    }

    fn say_cancelled(&mut self, offer: u32, why: CancelReason) {
        let Offer { call, agent, .. } = self.offers[offer];
        let (offer, call) = (self.offer_id(offer), self.calls[call].id);
        self.command(|| Command::CancelOffer { offer, agent, call, why });
    }

    fn rang_for(&self, offer: u32) -> Span {
        let Offer { rang, stage, answered, .. } = self.offers[offer];
        let until = if stage == OfferStage::Accepted { answered } else { self.now };
        rang.map_or(Span::ZERO, |rang| until - rang)
    }

    /// Ends one stage, its time and its limits, and begins another.
    pub(super) fn set_stage(&mut self, offer: u32, stage: OfferStage) {
        let now = self.now;
        let offer = &mut self.offers[offer];
        let lasted = now - offer.since;
        match (offer.stage, offer.role) {
            (OfferStage::Talking, LegRole::Serve) => offer.talk += lasted,
            (OfferStage::Talking, LegRole::Consult) => offer.consult += lasted,
            (OfferStage::Held, _) => offer.hold += lasted,
            (OfferStage::Talking, LegRole::Monitor) => {}
            (OfferStage::Made | OfferStage::Ringing | OfferStage::Accepted, _) => {}
        }
        offer.stage = stage;
        offer.since = now;
        self.timers.cancel(&mut offer.limit);
        self.timers.cancel(&mut offer.reminder);
    }

    pub(super) fn set_offer_timer(&mut self, offer: u32, span: Span, kind: Kind) -> Option<TimerId> {
        self.timers.set(self.now, span, kind, offer)
    }

    /// Takes an offer out of its visit's list.
    fn unlink(&mut self, visit: u32, offer: u32) {
        let next = self.offers[offer].next.take();
        if self.visits[visit].offers == Some(offer) {
            self.visits[visit].offers = next.into();
        } else {
            self.unlink_after_removal(visit, offer, next);
        }
    }

    fn unlink_after_removal(&mut self, visit: u32, offer: u32, next: Option<u32>) {
        let mut before = self.visits[visit].offers.get();
        while let Some(link) = before {
            before = self.offers[link].next;
            if before == Some(offer) {
                self.offers[link].next = next;
                return;
            }
        }
    }
}
