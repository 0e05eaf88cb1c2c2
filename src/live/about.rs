//! What a command is about: which call a leg or a telephone belongs to, as long as it stands.

use std::collections::{BTreeMap, VecDeque};

use crate::engine::{Command, Fact};
use crate::ids::{CallId, DialId, OfferId};

/// Which call a leg or a dialled telephone belongs to.
#[derive(Debug, Default)]
pub(super) struct About {
    offers: BTreeMap<OfferId, CallId>,
    dials: BTreeMap<DialId, CallId>,
    /// What has ended, with the position of the step in the log: its commands, which may come again, still speak of it.
    ended_offers: VecDeque<(u64, OfferId)>,
    ended_dials: VecDeque<(u64, DialId)>,
}

impl About {
    pub(super) fn learn(&mut self, position: u64, fact: &Fact) {
        match *fact {
            Fact::Offered { offer, call, .. } | Fact::MonitorStarted { offer, call, .. } => {
                self.offers.insert(offer, call);
            }
            Fact::OfferEnded { offer, .. } | Fact::LegEnded { offer, .. } | Fact::MonitorEnded { offer, .. } => {
                self.ended_offers.push_back((position, offer));
            }
            Fact::DialEnded { dial, .. } => self.ended_dials.push_back((position, dial)),
            _ => {}
        }
    }

    /// The call that a command is about.
    pub(super) fn call(&mut self, command: &Command) -> Option<CallId> {
        match *command {
            Command::OfferCall(ref offer) => {
                self.offers.insert(offer.offer, offer.call);
                Some(offer.call)
            }
            Command::Monitor { offer, call, .. } => {
                self.offers.insert(offer, call);
                Some(call)
            }
            Command::Dial { dial, call, .. } => {
                self.dials.insert(dial, call);
                Some(call)
            }
            Command::EndLeg { offer } => self.offers.get(&offer).copied(),
            Command::EndDial { dial } => self.dials.get(&dial).copied(),
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

    /// Everything that has not been forgotten comes again, ends too.
    pub(super) fn rewind(&mut self) {
        self.ended_offers.clear();
        self.ended_dials.clear();
    }

    /// How many legs and telephones are known.
    pub(super) fn len(&self) -> usize {
        self.offers.len() + self.dials.len()
    }
}
