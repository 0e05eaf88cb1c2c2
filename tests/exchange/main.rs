//! The exchange with real threads: whatever they do, the log through a plain engine gives the same.

mod bounds;
#[cfg(feature = "crossbeam")]
mod channel;
mod day;
mod freeze;
mod quarantine;
mod replay;
mod tally;
mod words;
