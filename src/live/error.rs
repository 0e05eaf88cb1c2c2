//! What can keep a running centre from doing what it is asked.

use crate::engine::Refusal;
use crate::exchange::Full;
use crate::time::Time;

/// A centre could not be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotStarted {
    /// There is no tokio runtime here to run it.
    #[error("a running centre needs a tokio runtime, and none runs here")]
    NoRuntime,
    /// The exchange's own bounds leave no room for what the centre itself needs.
    #[error("the centre has no room for itself: {0}")]
    Full(#[from] Full),
    /// The clock on the wall could not be read.
    #[error("a centre begins with the time of day, and the wall clock it was given has panicked")]
    WallClock,
}

/// A request that did not get into the log. Nothing has come of it, and nothing will.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotTaken {
    /// There was no room for it; an awaited request has waited for as long as
    /// [`Options::room_within`](super::Options::room_within) says.
    #[error("not taken: {0}")]
    Full(#[from] Full),
    /// The centre takes no new call and no request for a callback any more.
    #[error("not taken: the centre is draining, and takes no new calls")]
    Draining,
    /// The centre has been shut down.
    #[error("not taken: the centre is closed")]
    Closed,
}

/// Why nothing came of an awaited request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undone {
    /// It did not get into the log.
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    /// The engine refused it; nothing has changed.
    #[error("refused: {refusal:?}")]
    Refused {
        /// Where it stands in the log.
        position: u64,
        /// The instant of the refusal.
        at: Time,
        /// What was expected and what came.
        refusal: Refusal,
    },
    /// Its step panicked, which is a bug in the engine; nothing has changed, and the centre goes on.
    #[error("the engine could not take the input at position {position}: it is quarantined")]
    Quarantined {
        /// Where it stands in the log.
        position: u64,
    },
    /// It has been decided, but the log had gone on before anybody looked: what was decided is not known here. The
    /// streams have it.
    #[error("the log has gone on beyond position {position} before its decision was read")]
    Passed {
        /// Where it stood in the log.
        position: u64,
    },
}

/// Somebody else has the stream of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stream of commands is somebody else's; it is to be had again when he drops it")]
pub struct CommandsTaken;
