//! Floors: what they may say, what is wrong with them, and how they route.

mod chain;
mod conditions;
mod ladders;
mod orders;
mod places;
mod problems;
mod rules;
#[cfg(feature = "script")]
mod scripts;
mod snapshot;
