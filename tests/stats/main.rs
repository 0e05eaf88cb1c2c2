//! The tally: every figure by its definition, of hand-made facts, of days worked out by hand, and of simulated days.

mod day;
mod figures;
mod hall;
#[cfg(feature = "sim")]
mod simulation;
mod story;
mod sums;
mod tallies;
mod waiting;
#[cfg(all(feature = "sim", feature = "json"))]
mod warm_up;
