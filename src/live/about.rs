//! What a command is about: which call a leg or a telephone belongs to, as long as it stands.

use std::collections::{BTreeMap, VecDeque};

use crate::engine::{Command, Fact};
use crate::ids::{CallId, DialId, OfferId};

/// Which call a leg or a dialled telephone belongs to.
#[derive(Debug, Default)]
pub(super) struct About {
    /// With the position of the step that has told of it.
    offers: BTreeMap<OfferId, (CallId, u64)>,
    dials: BTreeMap<DialId, (CallId, u64)>,
    /// What has ended, with the position of the step in the log: its commands, which may come again, still speak of it.
    ended_offers: VecDeque<(u64, OfferId)>,
    ended_dials: VecDeque<(u64, DialId)>,
}

impl About {
    pub(super) fn learn(&mut self, position: u64, fact: &Fact) {
        match *fact {
            Fact::Offered { offer, call, .. } | Fact::MonitorStarted { offer, call, .. } => {
                self.offers.entry(offer).or_insert((call, position));
            }
            Fact::OfferEnded { offer, .. } | Fact::LegEnded { offer, .. } | Fact::MonitorEnded { offer, .. } => {
                self.ended_offers.push_back((position, offer));
            }
            Fact::DialEnded { dial, .. } => self.ended_dials.push_back((position, dial)),
            _ => {}
        }
    }

    /// The call that a command is about, which stands at this position.
    pub(super) fn call(&mut self, position: u64, command: &Command) -> Option<CallId> {
        match *command {
            Command::OfferCall(ref offer) => {
                self.offers.entry(offer.offer).or_insert((offer.call, position));
                Some(offer.call)
            }
            Command::Monitor { offer, call, .. } => {
                self.offers.entry(offer).or_insert((call, position));
                Some(call)
            }
            Command::Dial { dial, call, .. } => {
                self.dials.entry(dial).or_insert((call, position));
                Some(call)
            }
            Command::EndLeg { offer } => self.offers.get(&offer).map(|(call, _)| *call),
            Command::EndDial { dial } => self.dials.get(&dial).map(|(call, _)| *call),
            Command::Queue { call, .. }
            | Command::CancelOffer { call, .. }
            | Command::Connect { call, .. }
            | Command::RejectCall { call, .. }
            | Command::Hold { call, .. }
            | Command::Unhold { call, .. }
            | Command::Divert { call, .. }
            | Command::Consult { call, .. }
            | Command::Conference { call }
            | Command::ConnectDial { call, .. }
            | Command::OfferMessage { call, .. }
            | Command::OfferCallback { call, .. }
            | Command::ConfirmCallback { call, .. }
            | Command::TakeMessage { call, .. }
            | Command::EndCall { call, .. }
            | Command::Notify { call, .. } => Some(call),
        }
    }

    /// No step before this position comes again.
    pub(super) fn forget(&mut self, before: u64) {
        while let Some((position, offer)) = self.ended_offers.front()
            && *position < before
        {
            self.offers.remove(offer);
            self.ended_offers.pop_front();
        }
        while let Some((position, dial)) = self.ended_dials.front()
            && *position < before
        {
            self.dials.remove(dial);
            self.ended_dials.pop_front();
        }
    }

    /// Everything from this position on comes again: beginnings, which nothing before them speaks of, and ends.
    pub(super) fn rewind(&mut self, to: u64) {
        self.offers.retain(|_, (_, told)| *told < to);
        self.dials.retain(|_, (_, told)| *told < to);
        self.ended_offers.retain(|(position, _)| *position < to);
        self.ended_dials.retain(|(position, _)| *position < to);
    }

    /// How many legs and telephones are known.
    pub(super) fn len(&self) -> usize {
        self.offers.len() + self.dials.len()
    }
}
