//! What the benches share: the floors they draw, what happens on them, and who distributes the calls there.
#![allow(dead_code, unreachable_pub, reason = "each bench is a program of its own and uses a part of this")]

pub mod baseline;
pub mod cases;
pub mod committed;
pub mod draw;
pub mod drill;
pub mod host;
pub mod site;
