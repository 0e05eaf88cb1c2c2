//! The exchange with real threads: whatever they do, the log through a plain engine gives the same.

mod day;
mod replay;
