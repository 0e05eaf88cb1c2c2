//! A simulated switch: what it was asked for, and what it could report of that. It reports when it is drawn to, so early
//! or late or never, and sometimes twice.

use std::collections::VecDeque;

use cordboard::engine::{Command, Event, Input, Output};

use crate::steps::Report;

/// So much it remembers.
const MEMORY: usize = 64;
/// So many are the latest.
const LATEST: usize = 6;

#[derive(Default)]
pub(crate) struct Switch {
    owed: VecDeque<Input>,
}

impl Switch {
    pub(crate) fn hear(&mut self, output: &Output) {
        let Event::Command(command) = &output.event else { return };
        match *command {
            Command::OfferCall(ref offered) => {
                let offer = offered.offer;
                self.owe(Input::OfferAccepted { offer });
                self.owe(Input::LegRinging { offer });
            }
            Command::Connect { offer, .. } | Command::Consult { offer, .. } => self.owe(Input::Connected { offer }),
            Command::Monitor { offer, .. } => {
                self.owe(Input::Connected { offer });
                self.owe(Input::OfferAccepted { offer });
                self.owe(Input::LegRinging { offer });
            }
            Command::Hold { offer, .. } => self.owe(Input::HoldChanged { offer, held: true }),
            Command::Unhold { offer, .. } => self.owe(Input::HoldChanged { offer, held: false }),
            Command::Dial { dial, .. } => {
                self.owe(Input::DialAnswered { dial });
                self.owe(Input::DialRinging { dial });
            }
            Command::TakeMessage { call, .. } => self.owe(Input::MessageTaken { call }),
            Command::EndDial { dial } => self.owe(Input::DialEnded { dial }),
            Command::EndLeg { offer } => {
                self.owe(Input::LegEnded { offer, by: cordboard::engine::EndedBy::Switch });
            }
            Command::OfferMessage { call, .. } | Command::OfferCallback { call, .. } => {
                self.owe(Input::KeyPressed { call, key: '1' });
            }
            _ => {}
        }
    }

    fn owe(&mut self, report: Input) {
        if self.owed.len() == MEMORY {
            self.owed.pop_front();
        }
        self.owed.push_back(report);
    }

    pub(crate) fn report(&mut self, report: Report) -> Option<Input> {
        let within = if report.latest { self.owed.len().min(LATEST) } else { self.owed.len() };
        let from_end = usize::from(report.draw).checked_rem(within)?;
        let place = self.owed.len() - 1 - from_end;
        if report.twice { self.owed.get(place).cloned() } else { self.owed.remove(place) }
    }
}
