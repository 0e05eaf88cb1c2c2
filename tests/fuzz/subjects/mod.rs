//! What is fuzzed. A subject takes any bytes at all, does with them what a host would, and panics where a promise is not
//! kept.
//!
//! The targets in `fuzz/fuzz_targets` call it, of whose crate this is the library, and `tests/fuzz/main.rs` with the
//! corpus. It speaks to cordboard as everybody does, from outside.

#![allow(unreachable_pub, reason = "the fuzz crate's library and a module of a test")]

mod draw;
mod floor;
mod inputs;
mod need;
mod problems;
mod scenario;
mod script;
mod shift;

pub use floor::{floor_json, floor_toml};
pub use inputs::inputs;
pub use need::need;
pub use scenario::scenario;
pub use script::script;

/// What is done with bytes; it panics where something does not hold.
pub type Subject = fn(&[u8]);

/// All subjects by name: that of the target, and of the folder of its corpus.
pub const SUBJECTS: [(&str, Subject); 6] = [
    ("floor_json", floor_json),
    ("floor_toml", floor_toml),
    ("inputs", inputs),
    ("need", need),
    ("scenario", scenario),
    ("script", script),
];
