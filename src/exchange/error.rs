//! The bounds of an exchange, as answers.

use super::handle::Ticket;

/// What there is no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Full {
    /// The log holds as many undecided or uncheckpointed inputs as it may. Who is told so has helped already; to call
    /// again helps more.
    #[error("the log is full: too much is submitted that has not been decided yet")]
    Log,
    /// The log holds as much as it may that a reader has not acknowledged.
    #[error("the log is full: a reader has acknowledged nothing since position {acknowledged}")]
    Reader {
        /// Everything before this has been acknowledged.
        acknowledged: u64,
    },
    /// There are as many handles as there may be.
    #[error("there are {most} handles already")]
    Handles {
        /// So many.
        most: u32,
    },
    /// There are as many readers as there may be.
    #[error("there are {most} readers already")]
    Readers {
        /// So many.
        most: u32,
    },
}

/// An input that was not taken, and why. Nothing has come of it.
#[derive(Debug, thiserror::Error)]
#[error("the input was not taken: {why}")]
pub struct NotTaken<I: core::fmt::Debug> {
    /// The input.
    pub input: Box<I>,
    /// Why.
    #[source]
    pub why: Full,
    /// Of a batch: where the one before it stands, if any was taken.
    pub before: Option<Ticket>,
}

/// The reader was too slow: what it would read next is over. [`Reader::resync`](super::Reader::resync) goes on from the
/// last checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reader at position {position} was too slow: the log begins after that")]
pub struct Lagged {
    /// Where the reader stands.
    pub position: u64,
}
