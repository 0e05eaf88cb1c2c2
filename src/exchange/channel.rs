//! Delivery into a crossbeam channel, for those who would rather wait at a channel than read by a cursor. It stands
//! behind dispatch: what a channel does among its own sides stops nobody who submits.

use crossbeam_channel::{Sender, TrySendError};

use super::error::Lagged;
use super::machine::Machine;
use super::probe::Probe;
use super::readers::Reader;
use crate::time::Time;

/// What was decided at one position, to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery<O> {
    /// Where it stands in the log.
    pub position: u64,
    /// The stamp the log has given it.
    pub at: Time,
    /// What the machine said, in order.
    pub outputs: Vec<O>,
    /// The step panicked: the input has changed nothing.
    pub quarantined: bool,
}

/// How a delivery has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// There is nothing more for now.
    All,
    /// The channel is full; what is left stays in the log and is delivered by the next call.
    Full,
    /// Nobody receives any more.
    Disconnected,
}

impl<M: Machine, P: Probe> Reader<M, P>
where
    M::Output: Clone,
{
    /// Sends every decision that is made and not read yet, position by position; leaves out those that say nothing and
    /// were not quarantined. Never waits. It acknowledges no delivery: who receives tells whoever has this reader when he
    /// is done with a [position](Delivery::position), and [`acknowledge`](Self::acknowledge) is for the position after it.
    /// What was left out is acknowledged with the delivery before it.
    ///
    /// # Errors
    /// [`Lagged`], as [`next`](Self::next).
    pub fn deliver(&mut self, channel: &Sender<Delivery<M::Output>>) -> Result<Delivered, Lagged> {
        loop {
            let position = self.position();
            let Some(decided) = self.next()? else {
                self.acknowledge_silence();
                return Ok(Delivered::All);
            };
            let quarantined = decided.is_quarantined();
            if decided.outputs().is_empty() && !quarantined {
                continue;
            }
            let delivery = Delivery { position, at: decided.at(), outputs: decided.outputs().to_vec(), quarantined };
            let left = match channel.try_send(delivery) {
                Ok(()) => {
                    self.note_delivered();
                    continue;
                }
                Err(TrySendError::Full(_)) => Delivered::Full,
                Err(TrySendError::Disconnected(_)) => Delivered::Disconnected,
            };
            self.step_back();
            return Ok(left);
        }
    }
}
