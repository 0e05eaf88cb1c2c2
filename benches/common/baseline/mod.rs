//! Baselines: what an engineer writes in an afternoon when all that is asked for is who is rung for which call. They have
//! no timers, ladders, classes, presence, refusals, outputs or wrap-up; the question is what all that costs.

pub mod ordered_sets;
