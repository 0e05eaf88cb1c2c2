//! The running centre, in tokio's paused time: what happens in hours takes no time, and timers fire exactly.

mod calls;
mod commands;
mod facts;
mod floor;
mod full;
mod stages;
mod timers;
