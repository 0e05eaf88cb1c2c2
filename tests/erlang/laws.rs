//! What must hold for the calculator's figures whatever the numbers, and at sizes no table reaches.

use cordboard::erlang::{
    AGENTS_MAX, Error, Goal, LOAD_MAX, Patience, Queue, ServiceLevel, Steady, Traffic, blocking, lines_for, load_for,
    priority_waits,
};
use proptest::prelude::*;

const LEVELS: [ServiceLevel; 5] = [
    ServiceLevel::Offered,
    ServiceLevel::Answered,
    ServiceLevel::WithoutShortAbandoned,
    ServiceLevel::AnsweredOrAbandoned,
    ServiceLevel::Virtual,
];

fn steady(load: f64, agents: u32, patience: Patience) -> Result<Steady, Error> {
    Queue::new(Traffic::new(load * 20.0, 180.0)?, agents)?.with_patience(patience)?.steady()
}

fn close(got: f64, expected: f64, relative: f64) -> bool {
    (got - expected).abs() <= relative * expected.abs()
}

#[test]
fn ten_thousand_agents_are_no_harder_than_ten() {
    // Worked out with 50 digits from the chain of states.
    assert!(close(blocking(1e4, 10_000).unwrap(), 0.007_936_563_248_805_672, 1e-9));
    assert!(close(blocking(9e3, 10_000).unwrap(), 2.091_619_794_419_289_3e-26, 1e-9));
    let endless = |load| steady(load, 10_000, Patience::Never).unwrap().waits;
    assert!(close(endless(9_900.0), 0.222_776_928_864_148_24, 1e-9));
    assert!(close(endless(9_999.0), 0.987_556_252_434_485_8, 1e-9));
    // Load, agents, patience and time in seconds; waits, abandons, mean wait, answered within, virtual wait beyond.
    let rows = [
        (
            1e4,
            10_000,
            360.0,
            20.0,
            [
                0.586_887_076_589_445_3,
                0.003_304_926_604_576_764,
                1.189_773_577_647_635_2,
                0.996_695_073_395_419_3,
                4.171_989_432_986_26e-15,
            ],
        ),
        (
            10_100.0,
            10_000,
            90.0,
            2.0,
            [
                0.725_715_830_075_026_7,
                0.011_340_888_195_298_647,
                1.020_679_937_576_878_2,
                0.808_627_498_751_811,
                0.185_529_906_101_087_02,
            ],
        ),
        (
            7_500.0,
            10_000,
            360.0,
            20.0,
            [
                3.560_778_655_761_003e-166,
                7.111_619_731_753_443e-170,
                2.560_183_103_431_239_6e-167,
                1.0,
                9.539_238_431_343_315e-297,
            ],
        ),
    ];
    for (load, agents, mean_s, t, expected) in rows {
        let steady = steady(load, agents, Patience::Exponential { mean_s }).unwrap();
        let virtual_longer = steady.virtual_longer(t);
        let got = [steady.waits, steady.abandoned, steady.mean_wait_s, steady.answered_within(t), virtual_longer];
        for (got, expected) in got.into_iter().zip(expected) {
            assert!(close(got, expected, 1e-9), "{load} {agents}: {got}, {expected}");
        }
    }
    // Twice as much work as the agents can do: half of it goes.
    let crowded = steady(1e4, 5_000, Patience::Exponential { mean_s: 180.0 }).unwrap();
    assert!(close(crowded.abandoned, 0.5, 1e-12) && close(crowded.mean_wait_s, 90.0, 1e-12) && crowded.waits == 1.0);
}

#[test]
fn what_is_out_of_range_is_told_and_never_a_panic() {
    let bad = [f64::NAN, f64::INFINITY, -1.0, 0.0];
    for value in bad {
        assert!(matches!(Traffic::new(value, 180.0), Err(Error::OutOfRange { .. })), "{value}");
        assert!(matches!(Traffic::new(20.0, value), Err(Error::OutOfRange { .. })), "{value}");
        let queue = Queue::new(Traffic::new(20.0, 180.0).unwrap(), 2).unwrap();
        for patience in [
            Patience::Exponential { mean_s: value },
            Patience::Fixed { secs: value },
            Patience::Uniform { from_s: 3.0, to_s: value },
            Patience::Gamma { mean_s: 60.0, cv: value },
            Patience::Lognormal { mean_s: value, cv: 1.0 },
            Patience::Weibull { mean_s: 60.0, shape: value },
        ] {
            assert!(matches!(queue.clone().with_patience(patience), Err(Error::OutOfRange { .. })), "{patience:?}");
        }
        assert!(load_for(5, value).is_err() && lines_for(value, 0.01).is_err() == (value != 0.0));
    }
    let traffic = Traffic::new(200.0, 180.0).unwrap();
    assert!(Queue::new(traffic, 0).is_err() && Queue::new(traffic, AGENTS_MAX + 1).is_err());
    assert!(Queue::new(traffic, 5).unwrap().with_lines(4).is_err());
    assert_eq!(steady(10.0, 10, Patience::Never).unwrap_err(), Error::Unstable { load: 10.0, agents: 10.0 });
    let fixed = Queue::new(traffic, 5).unwrap().with_patience(Patience::Fixed { secs: 9.0 }).unwrap();
    assert_eq!(fixed.with_lines(9).unwrap().steady().unwrap_err(), Error::NoClosedForm);
    assert!(traffic.agents_for(&Patience::Never, Goal::Abandonment { at_most: 1.0 }).is_err());
    assert!(Traffic::new(LOAD_MAX * 20.0, 180.0).is_ok() && Traffic::new(LOAD_MAX * 20.1, 180.0).is_err());
    assert!(priority_waits(&[], 180.0, 3).is_err() && priority_waits(&[60.0, f64::NAN], 180.0, 9).is_err());
}

#[test]
fn a_patience_of_any_kind_that_is_memoryless_is_erlangs() {
    let exponential = steady(10.5, 9, Patience::Exponential { mean_s: 300.0 }).unwrap();
    for same in [Patience::Gamma { mean_s: 300.0, cv: 1.0 }, Patience::Weibull { mean_s: 300.0, shape: 1.0 }] {
        let other = steady(10.5, 9, same).unwrap();
        for (got, expected) in [
            (other.waits, exponential.waits),
            (other.abandoned, exponential.abandoned),
            (other.mean_wait_s, exponential.mean_wait_s),
            (other.speed_of_answer_s, exponential.speed_of_answer_s),
            (other.answered_within(20.0), exponential.answered_within(20.0)),
            (other.abandoned_within(20.0), exponential.abandoned_within(20.0)),
        ] {
            assert!(close(got, expected, 1e-11), "{same:?}: {got}, {expected}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn more_agents_never_serve_worse(load in 0.1f64..300.0, extra in 1u32..20, mean_s in 5.0f64..2_000.0, t in 0.0f64..120.0) {
        let agents = (load.ceil() as u32).saturating_sub(10).max(1) + extra;
        let patience = Patience::Exponential { mean_s };
        let (few, more) = (steady(load, agents, patience).unwrap(), steady(load, agents + 1, patience).unwrap());
        for level in LEVELS {
            let (few, more) = (few.service_level(t, level), more.service_level(t, level));
            prop_assert!(more.unwrap() >= few.unwrap() - 1e-12, "{level:?}: {few:?}, {more:?}");
        }
        prop_assert!(more.abandoned <= few.abandoned && more.mean_wait_s <= few.mean_wait_s);
        prop_assert!(more.waits <= few.waits && blocking(load, agents + 1).unwrap() <= blocking(load, agents).unwrap());
    }

    #[test]
    fn who_may_wait_waits_at_least_as_often_as_others_are_turned_away(busy in 0.01f64..0.999, agents in 1u32..2_000) {
        let load = busy * f64::from(agents);
        let (b, c) = (blocking(load, agents).unwrap(), steady(load, agents, Patience::Never).unwrap().waits);
        prop_assert!((0.0..=1.0).contains(&c) && c >= b, "B {b}, C {c}");
    }

    #[test]
    fn with_ever_more_patience_erlang_a_becomes_erlang_c(busy in 0.05f64..0.95, agents in 1u32..400, t in 0.0f64..60.0) {
        let load = busy * f64::from(agents);
        let c = steady(load, agents, Patience::Never).unwrap();
        let mut before = f64::INFINITY;
        for mean_s in [1e4, 1e6, 1e8] {
            let a = steady(load, agents, Patience::Exponential { mean_s }).unwrap();
            let off = (a.waits - c.waits).abs().max((a.answered_within(t) - c.answered_within(t)).abs());
            prop_assert!(a.waits <= c.waits * (1.0 + 1e-12) && (off < before || off < 1e-10), "{off} after {before}");
            before = off;
        }
        prop_assert!(before < 1e-4, "{before}");
    }

    #[test]
    fn with_ever_more_lines_a_limit_of_lines_is_none(busy in 0.05f64..1.1, agents in 1u32..100, mean_s in 20.0f64..500.0) {
        let load = busy * f64::from(agents);
        let patience = Patience::Exponential { mean_s };
        let open = steady(load, agents, patience).unwrap();
        let traffic = Traffic::new(load * 20.0, 180.0).unwrap();
        let limited = Queue::new(traffic, agents).unwrap().with_patience(patience).unwrap();
        let limited = limited.with_lines(agents + 3_000).unwrap().steady().unwrap();
        for (got, expected) in [
            (limited.waits, open.waits),
            (limited.abandoned, open.abandoned),
            (limited.mean_wait_s, open.mean_wait_s),
            (limited.speed_of_answer_s, open.speed_of_answer_s),
            (limited.answered_within(15.0), open.answered_within(15.0)),
            (limited.waits_longer(15.0), open.waits_longer(15.0)),
        ] {
            prop_assert!(close(got, expected, 1e-9) || (got - expected).abs() < 1e-12, "{got}, {expected}");
        }
    }

    #[test]
    fn the_shares_of_all_calls_add_up(load in 0.1f64..50.0, agents in 1u32..50, mean_s in 5.0f64..500.0, t in 0.0f64..200.0, kind in 0u8..5) {
        let patience = match kind {
            0 => Patience::Exponential { mean_s },
            1 => Patience::Fixed { secs: mean_s },
            2 => Patience::Uniform { from_s: mean_s / 3.0, to_s: mean_s },
            3 => Patience::Lognormal { mean_s, cv: 1.2 },
            _ => Patience::Weibull { mean_s, shape: 0.7 },
        };
        let steady = steady(load, agents, patience).unwrap();
        let sum = steady.answered_within(t) + steady.abandoned_within(t) + steady.waits_longer(t);
        prop_assert!((sum - 1.0).abs() < 1e-10, "{patience:?}: {sum}");
        // Agents are busy with what is answered: what is not abandoned.
        prop_assert!((0.0..1.0 + 1e-12).contains(&steady.occupancy));
        let waited = steady.abandoned * steady.abandoned_wait_s.unwrap_or(0.0)
            + (1.0 - steady.abandoned) * steady.speed_of_answer_s;
        prop_assert!(close(waited, steady.mean_wait_s, 1e-9), "{waited}, {}", steady.mean_wait_s);
        let median = steady.wait_quantile_s(0.5).unwrap();
        prop_assert!(steady.waits_longer(median) <= 0.5 + 1e-9);
    }

    #[test]
    fn the_agents_for_a_goal_are_the_fewest(load in 0.05f64..400.0, share in 0.3f64..0.99, t in 0.0f64..90.0, mean_s in 10.0f64..1e4, of in 0usize..5, which in 0u8..4) {
        let goal = match which {
            0 => Goal::ServiceLevel { share, within_s: t, of: LEVELS[of] },
            1 => Goal::Abandonment { at_most: 1.0 - share },
            2 => Goal::MeanWait { at_most_s: 0.1 + t },
            _ => Goal::Occupancy { at_most: share },
        };
        for patience in [Patience::Exponential { mean_s }, Patience::Never] {
            let traffic = Traffic::new(load * 20.0, 180.0).unwrap();
            let agents = traffic.agents_for(&patience, goal).unwrap();
            let met = |agents| steady(load, agents, patience).is_ok_and(|steady| goal.is_met(&steady));
            prop_assert!(met(agents), "{goal:?} {patience:?} {agents}");
            prop_assert!(agents == 1 || !met(agents - 1), "{goal:?} {patience:?} {agents}");
        }
    }

    #[test]
    fn lines_and_load_for_a_share_blocked_are_the_inverse(load in 0.01f64..5_000.0, share in 1e-6f64..0.9) {
        let lines = lines_for(load, share).unwrap();
        prop_assert!(blocking(load, lines).unwrap() <= share);
        prop_assert!(lines == 0 || blocking(load, lines - 1).unwrap() > share);
        let most = load_for(lines.max(1), share).unwrap();
        prop_assert!(most >= load * (1.0 - 1e-12) || lines == 0);
        prop_assert!(close(blocking(most, lines.max(1)).unwrap(), share, 1e-9));
    }

    #[test]
    fn the_calls_that_agents_can_take_are_the_most(agents in 1u32..200, share in 0.5f64..0.95, mean_s in 10.0f64..1e3) {
        let goal = Goal::ServiceLevel { share, within_s: 20.0, of: ServiceLevel::Offered };
        for patience in [Patience::Never, Patience::Exponential { mean_s }] {
            let calls = Traffic::calls_for(agents, 180.0, &patience, goal).unwrap();
            let needed = |calls| Traffic::new(calls, 180.0).unwrap().agents_for(&patience, goal).unwrap();
            prop_assert_eq!(needed(calls * (1.0 - 1e-9)), agents);
            prop_assert_eq!(needed(calls * (1.0 + 1e-9)), agents + 1);
        }
    }

    #[test]
    fn the_classes_together_wait_as_one_queue_does(first in 1.0f64..90.0, second in 1.0f64..90.0, agents in 10u32..30) {
        let waits = priority_waits(&[first, second], 180.0, agents).unwrap();
        let mean = (first * waits[0] + second * waits[1]) / (first + second);
        let one = steady((first + second) / 20.0, agents, Patience::Never).unwrap();
        prop_assert!(waits[0] <= waits[1] && close(mean, one.mean_wait_s, 1e-10), "{waits:?}, {}", one.mean_wait_s);
    }
}
