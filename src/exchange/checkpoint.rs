//! A checkpoint: the machine as it was at a position of the log, for all to read and for whoever takes over.

use super::sync::{Arc, Root};
use crate::time::Time;

/// The machine as it was at one position. It never changes; ask it what you like for as long as you like.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checkpoint<M> {
    /// Everything before this position has been applied, and nothing from it on.
    pub position: u64,
    /// The stamp of the last entry before it.
    pub at: Time,
    /// The machine.
    pub machine: M,
}

/// The last checkpoint. It never goes back.
pub(super) struct Last<M>(Root<Checkpoint<M>>);

impl<M> Last<M> {
    pub(super) fn new(first: Checkpoint<M>) -> Self {
        Self(Root::new(Arc::new(first)))
    }

    pub(super) fn load(&self) -> Arc<Checkpoint<M>> {
        self.0.load()
    }

    /// Publishes a checkpoint, and gives the one before; unless there is one that is as far or further.
    pub(super) fn publish(&self, checkpoint: &Arc<Checkpoint<M>>) -> Option<Arc<Checkpoint<M>>> {
        loop {
            let last = self.0.load();
            if last.position >= checkpoint.position {
                return None;
            }
            // Whoever was faster has brought it further: each turn here is somebody's progress.
            if self.0.replace(&last, Arc::clone(checkpoint)) {
                return Some(last);
            }
        }
    }
}
