//! How agents' legs are counted: whose talk with the caller, hold and consult are where.

use super::super::live::LiveLeg;
use super::super::tally::Tally;
use crate::engine::LegRole;
use crate::ids::{AgentId, CallId, OfferId, QueueId};
use crate::time::{Span, Time};

impl Tally {
    /// An agent's leg is with the caller from now on.
    pub(super) fn serves(&mut self, offer: OfferId, leg: LiveLeg, call: CallId, at: Time) {
        let LiveLeg { agent, slot, .. } = leg;
        let (origin, asked) = match leg.role {
            Some(LegRole::Serve) => return,
            Some(LegRole::Consult) => (leg.origin, true),
            // He was rung for a consult, or has listened, and takes the call: he is with the caller in its latest visit.
            Some(LegRole::Monitor) => (self.origin(call, leg.origin.queue, at), false),
            None if leg.asked => (self.origin(call, leg.origin.queue, at), false),
            None => (leg.origin, false),
        };
        if leg.role == Some(LegRole::Consult) {
            self.work.set_consulted(&self.shape, &self.clock, agent, slot, false, at);
        }
        self.legs.insert(offer, LiveLeg { role: Some(LegRole::Serve), origin, asked, ..leg });
        if let Some(call) = self.calls.get_mut(call) {
            call.agent = Some(agent);
        }
        self.agent(agent, at, |row| row.calls += 1);
        if self.work.counts(at) && agent.index() < self.shape.agents.len() {
            *self.apart(origin.queue, true).taken.entry(agent).or_default() += 1;
        }
    }

    /// An agent's leg is with a colleague from now on.
    pub(super) fn is_consulted(&mut self, offer: OfferId, leg: LiveLeg, call: CallId, at: Time) {
        self.legs.insert(offer, LiveLeg { role: Some(LegRole::Consult), asked: true, ..leg });
        if let Some(call) = self.calls.get_mut(call) {
            call.consulted = Some(offer);
        }
        self.apart(leg.origin.queue, leg.origin.counts).transfers.consults_answered += 1;
        self.work.set_consulted(&self.shape, &self.clock, leg.agent, leg.slot, true, at);
        self.agent(leg.agent, at, |row| row.consulted += 1);
    }

    /// Whoever was consulted talks with the caller from now on.
    pub(super) fn joined(&mut self, call: CallId, at: Time) {
        let consulted = self.calls.get_mut(call).and_then(|call| call.consulted.take());
        if let Some((offer, leg)) = consulted.and_then(|offer| Some((offer, *self.legs.get(offer)?))) {
            self.serves(offer, leg, call, at);
        }
    }

    pub(super) fn leg_ended(
        &mut self,
        offer: OfferId,
        call: CallId,
        queue: QueueId,
        agent: AgentId,
        [talk, hold, consult]: [Span; 3],
        at: Time,
    ) {
        let leg = self.leg(offer, agent, call, queue, at);
        let with_caller = !talk.is_zero() || !hold.is_zero();
        if with_caller && leg.role == Some(LegRole::Consult) {
            self.serves(offer, leg, call, at);
        }
        self.legs.remove(offer);
        if let Some(call) = self.calls.get_mut(call) {
            call.consulted.take_if(|consulted| *consulted == offer);
        }
        let consulted = leg.asked || !consult.is_zero();
        if consulted {
            let transfers = &mut self.apart(leg.origin.queue, leg.origin.counts).transfers;
            transfers.consult_legs += 1;
            transfers.consult += consult;
        }
        if with_caller || leg.role == Some(LegRole::Serve) || (leg.role.is_none() && !consulted) {
            self.visit_row(leg.origin, |row| {
                row.handled += 1;
                row.talk += talk;
                row.hold += hold;
            });
            self.agent(agent, at, |row| row.handled += 1);
            self.work.leg_ended(agent, leg.origin);
        }
    }
}
