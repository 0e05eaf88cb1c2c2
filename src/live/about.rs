//! What a command is about: which call a leg or a telephone belongs to, as long as it stands.

use std::collections::BTreeMap;

use crate::engine::{Command, Fact};
use crate::ids::{CallId, DialId, OfferId};

/// Which call a leg or a dialled telephone belongs to.
#[derive(Debug, Default)]
pub(super) struct About {
    offers: BTreeMap<OfferId, CallId>,
    dials: BTreeMap<DialId, CallId>,
    /// What has ended in this step: commands of the step may still speak of it.
    ended_offers: Vec<OfferId>,
    ended_dials: Vec<DialId>,
}

impl About {
    pub(super) fn learn(&mut self, fact: &Fact) {
        match *fact {
            Fact::Offered { offer, call, .. } | Fact::MonitorStarted { offer, call, .. } => {
                self.offers.insert(offer, call);
            }
            Fact::OfferEnded { offer, .. } | Fact::LegEnded { offer, .. } | Fact::MonitorEnded { offer, .. } => {
                self.ended_offers.push(offer);
            }
            Fact::DialEnded { dial, .. } => self.ended_dials.push(dial),
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

    /// The step is over.
    pub(super) fn forget(&mut self) {
        for offer in self.ended_offers.drain(..) {
            self.offers.remove(&offer);
        }
        for dial in self.ended_dials.drain(..) {
            self.dials.remove(&dial);
        }
    }

    /// How many legs and telephones are known.
    pub(super) fn len(&self) -> usize {
        self.offers.len() + self.dials.len()
    }
}
