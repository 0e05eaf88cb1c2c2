//! Reconciling: the switch says which callers are on its lines, after it or the engine was away, and both agree again.
//!
//! One step, in this order. Callers who are on no line any more have gone, the earliest first, with what that means for
//! each: a hang-up in the queue, the end of a talk. Of calls that both know, legs that have ended, phones that were
//! answered and callers who were put on hold meanwhile are taken in as if they were reported now; everything else of them
//! stays, their places too. Callers nobody knew join their queues by the time at which they came; who talks with somebody
//! the engine knows nothing of is left alone. Legs that belong to nothing are ended. Then matching, once, for all.
//!
//! What only has to do with ringing is left to the limits that every offer has.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Engine;
use super::offer::{Offer, OfferStage};
use super::{Arrival, Command, EndedBy, Fact};
use crate::bits::Bits;
use crate::ids::{CallId, OfferId};
use crate::time::Time;

/// Every caller on the switch's lines, so that switch and engine agree again after one of them was away. Afterwards it is
/// as if everything had been reported that was not.
///
/// Callers the engine knows and the switch has no more have gone. Calls that both know keep their places, and the engine
/// follows what became of their legs. Callers only the switch knows join their queues, in their places by the time at which
/// they came; their time in the queue counts from now. Who talks with an agent in a call that the engine does not know is
/// left alone: report that agent's telephone as [in use](super::Endpoint::InUse).
///
/// What the switch reports goes in before the snapshot if it had happened when that was taken, and after it if not; so a
/// call that has ended since does not come back.
///
/// # Bounds
/// A snapshot is a report, and is never refused. What it brings is bounded by the floor: once the callers who went are
/// gone, as many of those nobody knew enter as [`Limits::calls`](crate::floor::Limits::calls), the floor's trunks and the
/// queues' limits leave room for, the earliest first. Each of the others is turned away by itself, like a call that comes
/// to a full floor: [`Command::RejectCall`], and [`Fact::CallEnded`] with [`Outcome::Refused`](super::Outcome::Refused). So
/// nobody is passed over, and the engine holds no more than without it.
///
/// The step itself takes time and memory for what the switch lists: about each call six outputs at most besides those of
/// its legs and of phones that are rung, about each leg that belongs to nothing one. A switch lists as many calls as it
/// has lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When it was taken. Calls that came later are not spoken of.
    pub taken: Time,
    /// The calls; those that came in the same instant in order of coming. Of several with one number the first counts.
    pub calls: Arc<[SeenCall]>,
}

/// A call as the switch has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeenCall {
    /// When it came.
    pub arrived: Time,
    /// As it came; of a call that the engine knows, only its number counts. A callback is none any more: he is on the line.
    pub arrival: Arrival,
    /// The agents' legs in it.
    pub legs: Vec<SeenLeg>,
}

/// An agent's leg as the switch has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeenLeg {
    /// The offer it grew from.
    pub offer: OfferId,
    /// What it does.
    pub state: LegSeen,
}

/// What an agent's leg does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LegSeen {
    /// It rings.
    Ringing,
    /// It is joined with the caller, with the colleague who consults it, or listens.
    Talking,
    /// The caller is on hold.
    Held,
}

impl Engine {
    pub(super) fn reconcile(&mut self, snapshot: &Snapshot) {
        let taken = snapshot.taken.min(self.now);
        let (mut on_a_line, mut known, mut unknown) = (Bits::default(), Vec::new(), Vec::new());
        let mut told = BTreeSet::new();
        for seen in &*snapshot.calls {
            if !told.insert(seen.arrival.call) {
                continue;
            }
            match self.calls.find(seen.arrival.call) {
                Some(call) => {
                    on_a_line.insert(call as usize);
                    known.push(seen);
                }
                None => unknown.push(seen),
            }
        }
        let vanished = self.vanished(&on_a_line, taken);
        vanished.iter().for_each(|call| self.caller_gone(*call));
        for seen in &known {
            self.agree(seen, taken);
        }
        // As they came; of those that came at once, as they are told.
        unknown.sort_by_key(|seen| seen.arrived);
        let (mut entered, mut left_alone) = (0, 0);
        for seen in unknown {
            if seen.legs.iter().any(|leg| leg.state != LegSeen::Ringing) {
                left_alone += 1;
            } else {
                seen.legs.iter().for_each(|leg| self.end_stray(leg.offer));
                let arrival = Arrival { callback: None, ..seen.arrival.clone() };
                self.call_came(arrival, seen.arrived.min(self.now), None);
                entered += 1;
            }
        }
        let (known, vanished) = (known.len() as u32, vanished.len() as u32);
        self.fact(|| Fact::Reconciled { known, vanished, entered, left_alone });
    }

    /// Calls that should have been seen, for their callers were on a line when the snapshot was taken: in order of coming.
    fn vanished(&self, on_a_line: &Bits, taken: Time) -> Vec<CallId> {
        let calls = self.calls.iter().filter(|(slot, call)| {
            !on_a_line.contains(*slot as usize) && call.arrived <= taken && !self.is_caller_away(*slot)
        });
        let mut vanished: Vec<(u64, CallId)> = calls.map(|(_, call)| (call.sequence, call.id)).collect();
        vanished.sort_unstable();
        vanished.into_iter().map(|(_, call)| call).collect()
    }

    /// Takes in what became of the legs of a call that both knew.
    fn agree(&mut self, seen: &SeenCall, taken: Time) {
        let id = seen.arrival.call;
        for SeenLeg { offer, state } in seen.legs.iter().copied() {
            let of_this_call = |leg: &u32| self.calls[self.offers[*leg].call].id == id;
            match self.live_offer(offer).filter(of_this_call) {
                Some(leg) => self.take_in(leg, offer, state, taken),
                None => self.end_stray(offer),
            }
        }
        while let Some(leg) = self.missing_leg(seen, taken) {
            self.leg_ended(leg, EndedBy::Switch);
        }
    }

    /// A leg that stood in a call when the snapshot was taken, and is not seen there.
    fn missing_leg(&self, seen: &SeenCall, taken: Time) -> Option<OfferId> {
        let call = self.calls.find(seen.arrival.call)?;
        let stood = |leg: &u32| {
            let Offer { stage, since, .. } = self.offers[*leg];
            matches!(stage, OfferStage::Talking | OfferStage::Held) && since <= taken
        };
        let mut legs = self.legs_in(call).filter(stood).map(|leg| self.offer_id(leg));
        legs.find(|leg| seen.legs.iter().all(|seen| seen.offer != *leg))
    }

    /// Brings a leg to where the switch has it; never back, and not where it has gone on since.
    fn take_in(&mut self, leg: u32, offer: OfferId, state: LegSeen, taken: Time) {
        let is = |engine: &Self, stages: &[OfferStage]| engine.offer_in(offer, stages).is_some();
        if self.offers[leg].since > taken {
            return;
        }
        if is(self, &[OfferStage::Made]) {
            self.leg_ringing(offer);
        }
        if state == LegSeen::Ringing {
            return;
        }
        if is(self, &[OfferStage::Ringing]) {
            self.offer_accepted(offer);
        }
        // Who is to be called back has to be reached first.
        if is(self, &[OfferStage::Accepted]) && !self.is_caller_away(self.offers[leg].call) {
            self.connected(offer);
        }
        let held = state == LegSeen::Held;
        if is(self, &[if held { OfferStage::Talking } else { OfferStage::Held }]) {
            self.hold_changed(offer, held);
        }
    }

    /// A leg at the switch that belongs to nothing.
    fn end_stray(&mut self, offer: OfferId) {
        if self.live_offer(offer).is_none() {
            self.command(|| Command::EndLeg { offer });
        }
    }
}
