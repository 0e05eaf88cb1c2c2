//! The engine's promises (G1 to G14), held against random floors and random inputs, sensible or not.
//!
//! Everything is drawn from a fixed seed, so every run tests the same. `CORDBOARD_CASES=20000` tests more,
//! `CORDBOARD_SEED=7` other ones, `CORDBOARD_TRACE=1` prints every input with its outputs. What fails is shrunk, unless
//! `CORDBOARD_SHRINK=0` forbids it, and printed as a floor and its steps.

mod aim;
mod edges;
mod floors;
mod model;
mod observer;
mod replay;
mod steps;
mod switch;
mod way;
mod world;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use cordboard::floor::Length;
use steps::{Case, cases, late_steps};
use world::World;

/// As many cases as asked for, or `usual`.
fn config(usual: u32) -> Config {
    #[expect(clippy::disallowed_methods, reason = "how long and where to search; the default is the same everywhere")]
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    Config {
        cases: number("CORDBOARD_CASES").map_or(usual, |cases| cases as u32),
        rng_seed: RngSeed::Fixed(number("CORDBOARD_SEED").unwrap_or(10_000)),
        failure_persistence: None,
        max_shrink_iters: number("CORDBOARD_SHRINK").map_or(20_000, |most| most as u32),
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(800))]

    // G1 to G6, G8 to G10: the observer and the model say after each step whether they hold.
    #[test]
    fn whatever_happens_every_call_is_served_in_its_turn_and_the_day_ends_with_nobody_left(case in cases(1..120)) {
        World::run(&case).drain();
    }
}

proptest! {
    #![proptest_config(config(300))]

    // G6, G12: no stamp is too late, and the timers before it end what they can.
    #[test]
    fn a_clock_that_jumps_to_the_end_of_time_harms_nothing(case in cases(1..40), late in late_steps()) {
        // A call that waits for ever would be offered for ever on the way there.
        let mut floor = case.floor.clone();
        floor.rules.wait_limit = Some(Length::secs(30));
        let case = Case { floor, ..case };
        let mut world = World::run(&case);
        late.iter().for_each(|step| world.step(step));
        world.hang_up_everywhere();
    }
}
