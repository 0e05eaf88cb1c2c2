//! How many replications there are: as many as asked for, until figures are precise, or until somebody stops them.

use core::ops::ControlFlow;
use std::sync::Arc;

use cordboard::sim::{
    Alternative, Ended, Moment, REPLICATIONS_LEAST, Replicated, Runs, RunsError, Scenario, Until, replicate_while,
};
use cordboard::stats::Estimate;
use cordboard::{Plan, Span, Time};

use crate::desk::desk;

const SCENARIO: &str = r#"
    name = "two"
    hours = 24
    [calls]
    patience = { exponential = "1m" }
    wrap_up = { uniform = ["10s", "30s"] }
    [[queues]]
    queue = "line"
    arrivals = { per_hour = 25 }
    [[shifts]]
    agents = ["li", "wang"]
    from = "00:00"
    to = "24:00"
    [[alternatives]]
    name = "three"
    shifts = [{ teams = ["desk"], from = "00:00", to = "24:00" }]
"#;

/// Days long enough to be stopped in.
fn long() -> (Arc<Plan>, Scenario) {
    let (plan, scenario) = desk(SCENARIO);
    (plan, Scenario { hours: Some(480.0), ..scenario })
}

fn until(text: &str) -> Runs {
    Runs::until(text.parse::<Until>().unwrap())
}

fn level(replicated: &Replicated) -> Estimate {
    replicated.summary.get("visits", "in_target_of_offered").unwrap()
}

#[test]
fn replications_end_at_the_first_tenth_at_which_the_figure_is_precise() {
    let (plan, scenario) = desk(SCENARIO);
    let run = |runs: Runs| runs.simulate(&plan, &scenario, 7, &|_| true).unwrap();
    let precise = run(until("service level 0.5pp"));
    let n = precise.replications;
    assert_eq!(precise.ended, Ended::Precise);
    assert!(n > REPLICATIONS_LEAST && n.is_multiple_of(10), "{n}");
    assert!(level(&precise).half_width <= Some(0.005), "{:?}", level(&precise));

    let fixed = run(Runs::new(n));
    assert_eq!((fixed.ended, &fixed.summary, &fixed.first), (Ended::Count, &precise.summary, &precise.first));
    let before = run(Runs::new(n - 10));
    assert!(level(&before).half_width > Some(0.005), "{:?}", level(&before));
    assert_eq!(run(until("service level 0.5pp")), precise, "the same seed ends after the same replications");
}

#[test]
fn a_share_is_asked_of_all_steady_figures_and_ten_replications_are_the_least() {
    let (plan, scenario) = desk(SCENARIO);
    let replicated = until("60%").simulate(&plan, &scenario, 1, &|_| true).unwrap();
    assert_eq!((replicated.ended, replicated.replications), (Ended::Precise, REPLICATIONS_LEAST));
    let replicated = until("10%").simulate(&plan, &scenario, 1, &|_| true).unwrap();
    assert_eq!(replicated.ended, Ended::Precise);
    for (section, figure) in [
        ("calls", "answer_rate"),
        ("visits", "in_target_of_offered"),
        ("visits", "speed_of_answer_mean_s"),
        ("work", "occupancy"),
    ] {
        let estimate = replicated.summary.get(section, figure).unwrap();
        assert!(estimate.half_width.unwrap() <= 0.1 * estimate.mean.unwrap(), "{figure}: {estimate:?}");
    }
}

#[test]
fn a_precision_out_of_reach_is_said_not_to_be_reached() {
    let (plan, scenario) = desk(SCENARIO);
    let replicated = until("0.001%").at_most(23).simulate(&plan, &scenario, 1, &|_| true).unwrap();
    assert_eq!((replicated.ended, replicated.replications), (Ended::NotPrecise, 23));
    assert_eq!(until("1%").at_most(3).most(), REPLICATIONS_LEAST);
    assert_eq!(Runs::new(0).most(), 1);
}

#[test]
fn who_stops_gets_the_replications_that_have_ended() {
    let (plan, scenario) = long();
    let stopped = Runs::new(40).simulate(&plan, &scenario, 1, &|moment| moment.replication < 5).unwrap();
    let five = Runs::new(5).simulate(&plan, &scenario, 1, &|_| true).unwrap();
    assert_eq!((stopped.ended, stopped.replications), (Ended::Stopped, 5));
    assert_eq!((stopped.summary, stopped.calls), (five.summary, five.calls));
}

#[test]
fn who_says_no_at_the_end_of_a_replication_has_it_counted() {
    let (plan, scenario) = desk(SCENARIO);
    let scenario = Scenario { hours: Some(8.0), ..scenario };
    let go_on = |moment: &Moment| moment.replication < 2 || moment.at < moment.horizon;
    let stopped = Runs::new(100_000).simulate(&plan, &scenario, 1, &go_on).unwrap();
    assert_eq!(stopped.ended, Ended::Stopped);
    assert!((3..100_000).contains(&stopped.replications), "{}", stopped.replications);
}

#[test]
fn who_stops_the_first_replication_gets_its_figures_so_far() {
    let (plan, scenario) = long();
    let day = Time::ZERO + Span::from_secs(86_400);
    for runs in [Runs::new(1), Runs::new(3)] {
        let stopped = runs.simulate(&plan, &scenario, 1, &|moment| moment.at < day).unwrap();
        assert_eq!((stopped.ended, stopped.replications), (Ended::Stopped, 0));
        assert_eq!((stopped.first.until_s, stopped.horizon), (stopped.ended_at.as_secs_f64(), stopped.ended_at));
        assert!((86_400.0..20.0 * 86_400.0).contains(&stopped.first.until_s), "{}", stopped.first.until_s);
        let work = stopped.first.work;
        assert!((work.staffed_s - 2.0 * stopped.first.until_s).abs() < 1e-3, "{work:?}");
        let calls = stopped.first.calls.offered;
        assert!(calls > 300 && stopped.calls == calls, "{calls}");
        assert_eq!(stopped.summary.get("calls", "offered").unwrap().mean, Some(calls as f64));
    }
}

#[test]
fn progress_adds_up_to_every_simulation_and_knows_about_how_many_there_will_be() {
    let (plan, scenario) = desk(SCENARIO);
    let seen = std::sync::atomic::AtomicU64::new(0);
    let most = std::sync::atomic::AtomicU32::new(0);
    let relaxed = std::sync::atomic::Ordering::Relaxed;
    let hear = |moment: &Moment| {
        assert!(moment.since <= moment.at && moment.at <= moment.horizon, "{moment:?}");
        seen.fetch_add(moment.at.since(moment.since).as_nanos() / 1_000_000, relaxed);
        most.fetch_max(moment.expected, relaxed);
        true
    };
    let replicated = Runs::new(4).simulate(&plan, &scenario, 1, &hear).unwrap();
    assert_eq!((replicated.replications, most.load(relaxed)), (4, 4));
    // To the millisecond of each piece.
    let hours = seen.load(relaxed) as f64 / 3_600_000.0;
    assert!((95.9..=96.0).contains(&hours), "{hours}");
    let replicated = until("service level 0.5pp").simulate(&plan, &scenario, 7, &hear).unwrap();
    let expected = most.load(relaxed);
    assert!((replicated.replications..10 * replicated.replications).contains(&expected), "{expected}");
}

#[test]
fn a_comparison_ends_when_its_differences_are_precise() {
    let (plan, scenario) = desk(SCENARIO);
    let rosters = Alternative::rosters(&plan, &scenario);
    let comparison = until("answer rate 2pp").compare(&rosters, 1, &|_| true).unwrap();
    let n = comparison.replications;
    assert_eq!(comparison.ended, Ended::Precise);
    let three = comparison.get("three").and_then(|three| three.get("answer rate")).unwrap();
    assert!(three.difference.unwrap().half_width <= Some(0.02), "{three:?}");
    assert_eq!(three.difference.unwrap().n, n);
    assert_eq!(Runs::new(n).compare(&rosters, 1, &|_| true).unwrap().alternatives, comparison.alternatives);
    let comparison = until("20%").compare(&rosters, 1, &|_| true).unwrap();
    for alternative in &comparison.alternatives {
        let value = alternative.get("service level").unwrap().value;
        assert!(value.half_width.unwrap() <= 0.2 * value.mean.unwrap(), "{value:?}");
    }
}

#[test]
fn of_a_roster_that_is_compared_with_none_its_own_figure_is_precise() {
    let (plan, scenario) = desk(SCENARIO);
    let mut rosters = Alternative::rosters(&plan, &scenario);
    rosters.truncate(1);
    let never = until("calls 0.001").at_most(20).compare(&rosters, 1, &|_| true).unwrap();
    assert_eq!((never.ended, never.replications), (Ended::NotPrecise, 20));
    let at_once = until("calls 100000").compare(&rosters, 1, &|_| true).unwrap();
    assert_eq!((at_once.ended, at_once.replications), (Ended::Precise, REPLICATIONS_LEAST));
}

#[test]
fn a_stopped_comparison_has_the_replications_that_all_alternatives_have_ended() {
    let (plan, scenario) = long();
    let rosters = Alternative::rosters(&plan, &scenario);
    let go_on = |moment: &Moment| (moment.replication, moment.alternative) < (3, 1);
    let stopped = Runs::new(20).compare(&rosters, 1, &go_on).unwrap();
    assert_eq!((stopped.ended, stopped.replications), (Ended::Stopped, 3));
    assert_eq!(stopped.alternatives, Runs::new(3).compare(&rosters, 1, &|_| true).unwrap().alternatives);
    let none = Runs::new(20).compare(&rosters, 1, &|_| false).unwrap();
    assert_eq!((none.ended, none.replications), (Ended::Stopped, 0));
    assert!(none.alternatives.iter().all(|of| of.total.is_empty() && of.simulated_s == 480.0 * 3_600.0));
}

#[test]
fn results_come_in_order_and_no_more_once_there_are_enough() {
    let (plan, scenario) = desk(SCENARIO);
    let mut taken = Vec::new();
    let take = |number, ()| {
        taken.push(number);
        if number == 6 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    replicate_while(&plan, &scenario, 1, 1_000_000, |_, _| (), take).unwrap();
    assert_eq!(taken, [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_simulation_that_fails_is_named() {
    let (plan, scenario) = desk(SCENARIO);
    let text = SCENARIO.replace("hours = 24", "hours = 24\n drain = \"1s\"").replace("\"1m\"", "\"10h\"");
    let stuck =
        Scenario::from_toml(&text.replace("{ uniform = [\"10s\", \"30s\"] }", "{ fixed = \"30s\" }"), &plan).unwrap();
    match Runs::new(3).simulate(&plan, &stuck, 1, &|_| true) {
        Err(RunsError::Failed { replication, failure }) => {
            assert!(replication < 3, "{replication}");
            assert!(failure.to_string().contains("there are still"), "{failure}");
            assert!(failure.to_string().contains("the scenario's `drain` is too short"), "{failure}");
        }
        other => panic!("{other:?}"),
    }
    let elsewhere = Arc::new(Plan::from_toml("queues = [{ name = \"counter\" }]").unwrap());
    match Runs::new(3).simulate(&elsewhere, &scenario, 1, &|_| true) {
        Err(RunsError::Problems(problems)) => assert!(problems.to_string().contains("no queue `line`"), "{problems}"),
        other => panic!("{other:?}"),
    }
}
