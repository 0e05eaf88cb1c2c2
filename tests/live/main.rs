//! The running centre, in tokio's paused time: what happens in hours takes no time, and timers fire exactly.

mod attached;
mod away;
mod calls;
mod chaos;
mod commands;
mod facts;
mod floor;
mod full;
mod health;
mod nonsense;
mod phones;
mod privacy;
mod room;
mod silent;
mod stages;
mod threads;
mod timers;
mod watched;
