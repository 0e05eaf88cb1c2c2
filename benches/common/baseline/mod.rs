//! Baselines: what an engineer writes in an afternoon when all that is asked for is who is rung for which call. They have
//! no timers, ladders, classes, presence, refusals, outputs or wrap-up; the question is what all that costs.
//!
//! All of them ring whoever has been free for the longest time, and serve first who came first, as the engine does on
//! these floors; [`agree`] holds them to it.

pub mod deques;
pub mod ordered_sets;
pub mod scan;

use std::rc::Rc;

use super::drill::{Drill, Measured, Operation, State};
use super::host::Host;
use super::site::Site;

/// Panics unless everybody rings the same agents for the same calls, whatever happens.
pub fn agree() {
    for site in [Site::new(100, 16, 25), Site::new(300, 16, 5), Site::new(200, 64, 25)] {
        let drawn = Rc::new(site.draw());
        for (state, waiting) in [(State::Busy, 200), (State::Idle, 50)] {
            let mut houses: [Box<dyn Measured>; 4] = [
                Box::new(Drill::<Host>::new(&drawn, state, waiting)),
                Box::new(Drill::<scan::Scan>::new(&drawn, state, waiting)),
                Box::new(Drill::<ordered_sets::OrderedSets>::new(&drawn, state, waiting)),
                Box::new(Drill::<deques::Deques>::new(&drawn, state, waiting)),
            ];
            let operations: Vec<Operation> = { Operation::ALL.into_iter() }
                .filter(|operation| operation.state() == state && *operation != Operation::RungDue)
                .collect();
            for round in 0..400 {
                let operation = operations[round % operations.len()];
                for house in &mut houses {
                    house.prepare(operation);
                    house.run(operation);
                }
                let (engine, baselines) = houses.split_first().expect("the engine is one of them");
                for (baseline, name) in baselines.iter().zip(["scan", "ordered sets", "deques"]) {
                    assert_eq!(engine.offered(), baseline.offered(), "{name}, {operation:?}, {site:?}");
                }
            }
        }
    }
}
