//! Rosters, scenarios and floors side by side: the same calls to all, so that only what differs makes a difference.

use std::collections::BTreeMap;
use std::sync::Arc;

use cordboard::engine::{Event, Fact, Output};
use cordboard::sim::compare::{CompareError, Compared, Row};
use cordboard::sim::{Alternative, Comparison, Scenario, Simulation, compare, replicate};
use cordboard::stats::{Tally, TallyOptions};
use cordboard::{CallId, Plan, Time};

use crate::desk::{FLOOR, desk};

const SCENARIO: &str = r#"
    name = "two by day"
    hours = 48
    [calls]
    patience = { exponential = "1m" }
    wrap_up = { uniform = ["10s", "30s"] }
    [[queues]]
    queue = "line"
    arrivals = { per_hour = 25 }
    [[shifts]]
    agents = ["li", "wang"]
    from = "08:00"
    to = "20:00"
    [[alternatives]]
    name = "three by day"
    shifts = [{ teams = ["desk"], from = "08:00", to = "20:00" }]
    [[alternatives]]
    name = "the same again"
    shifts = [{ agents = ["li", "wang"], from = "08:00", to = "20:00" }]
"#;

fn comparison(replications: u32) -> Comparison {
    let (plan, scenario) = desk(SCENARIO);
    compare(&Alternative::rosters(&plan, &scenario), 3, replications, &|| ()).unwrap()
}

#[test]
fn every_roster_of_a_scenario_is_an_alternative_under_its_name() {
    let comparison = comparison(2);
    let names: Vec<&str> = comparison.alternatives.iter().map(|alternative| &*alternative.name).collect();
    assert_eq!(names, ["two by day", "three by day", "the same again"]);
    assert_eq!((comparison.seed, comparison.replications), (3, 2));
    for alternative in &comparison.alternatives {
        assert_eq!(alternative.simulated_s, 48.0 * 3_600.0);
        assert_eq!(alternative.hours.len(), 24);
        assert_eq!(alternative.queues.len(), 1);
    }
}

#[test]
fn a_comparison_of_what_is_the_same_finds_no_difference_at_all() {
    let comparison = comparison(5);
    let same = comparison.get("the same again").unwrap();
    let rows = same.hours.iter().chain(&same.queues).flat_map(|row| &row.figures);
    for figure in same.total.iter().chain(rows) {
        let difference = figure.difference.unwrap();
        assert!(difference.mean.is_none_or(|mean| mean == 0.0), "{}: {difference:?}", figure.name);
        assert!(difference.half_width.is_none_or(|half| half == 0.0), "{}: {difference:?}", figure.name);
    }
    let first = comparison.get("two by day").unwrap();
    assert!(first.total.iter().all(|figure| figure.difference.is_none()), "{first:?}");
    assert_eq!(first.total[0].value, same.total[0].value);
}

#[test]
fn a_better_roster_is_found_better_by_much_less_than_the_luck_of_the_day() {
    let comparison = comparison(5);
    let three = comparison.get("three by day").unwrap();
    let rate = three.get("answer rate").unwrap();
    let difference = rate.difference.unwrap();
    let (mean, half) = (difference.mean.unwrap(), difference.half_width.unwrap());
    assert!(mean - half > 0.0, "{difference:?}");
    assert_eq!(rate.better, Some(core::cmp::Ordering::Greater));
    // By night nobody is there in either.
    let night = three.hours.iter().find(|row| row.name == "03:00").and_then(|row| row.get("answer rate")).unwrap();
    assert_eq!(night.difference.unwrap().mean, Some(0.0));
    let calls = three.get("calls").unwrap();
    assert_eq!(calls.difference.unwrap().mean, Some(0.0), "the same calls come");
    assert!(calls.value.half_width.unwrap() > 0.0, "other calls in every replication");
}

/// The answer rate of each replication, by another way than the comparison's.
fn rates(plan: &Arc<Plan>, scenario: &Scenario, count: u32) -> Vec<f64> {
    let rate = |_, mut simulation: Simulation| {
        let mut tally = Tally::new(plan, TallyOptions::default());
        let run = simulation.run(&mut |output| tally.fold(output)).unwrap();
        tally.figures(run.ended).calls.answer_rate.unwrap()
    };
    replicate(plan, scenario, 3, count, rate).unwrap()
}

#[test]
fn a_difference_is_that_of_each_replication_by_itself() {
    let (plan, scenario) = desk(SCENARIO);
    let rosters: Vec<Scenario> = scenario.each_roster().collect();
    let (two, three) = (rates(&plan, &rosters[0], 4), rates(&plan, &rosters[1], 4));
    let differences: Vec<f64> = three.iter().zip(&two).map(|(three, two)| three - two).collect();
    let mean = differences.iter().sum::<f64>() / 4.0;
    let variance = differences.iter().map(|difference| (difference - mean).powi(2)).sum::<f64>() / 3.0;
    let half = (variance / 4.0).sqrt() * 3.182_446_305_3; // t(3)

    let comparison = comparison(4);
    let got = comparison.get("three by day").and_then(|three| three.get("answer rate")).unwrap().difference.unwrap();
    assert!((got.mean.unwrap() - mean).abs() < 1e-12, "{got:?}, {mean}");
    assert!((got.half_width.unwrap() - half).abs() < 1e-8, "{got:?}, {half}");
    assert_eq!(got.n, 4);
}

#[test]
fn a_queue_that_only_one_floor_has_is_compared_with_nothing() {
    let (plan, scenario) = desk(SCENARIO);
    let other = FLOOR.replace("{ name = \"line\" }]", "{ name = \"line\" }, { name = \"complaints\" }]");
    let other = Arc::new(Plan::from_toml(&other).unwrap());
    let alternatives = [(&plan, "one queue"), (&other, "two queues")].map(|(plan, name)| Alternative {
        name: name.into(),
        plan: plan.clone(),
        scenario: scenario.clone(),
    });
    let comparison = compare(&alternatives, 1, 2, &|| ()).unwrap();
    let queue = |alternative: &Compared, name: &str| -> Option<Row> {
        alternative.queues.iter().find(|row| row.name == name).cloned()
    };
    let two = comparison.get("two queues").unwrap();
    let line = queue(two, "line").unwrap();
    assert!(line.get("service level").unwrap().difference.is_some());
    let complaints = queue(two, "complaints").unwrap();
    assert!(complaints.figures.iter().all(|figure| figure.difference.is_none()), "{complaints:?}");
}

#[test]
fn an_alternative_that_cannot_be_run_is_named() {
    let (plan, scenario) = desk(SCENARIO);
    let elsewhere = Arc::new(Plan::from_toml("queues = [{ name = \"counter\" }]").unwrap());
    let alternatives = [("here", plan), ("elsewhere", elsewhere)].map(|(name, plan)| Alternative {
        name: name.into(),
        plan,
        scenario: scenario.clone(),
    });
    match compare(&alternatives, 1, 2, &|| ()) {
        Err(CompareError::Problems { name, problems }) => {
            assert_eq!(name, "elsewhere");
            assert!(problems.to_string().contains("no queue `line`"), "{problems}");
        }
        other => panic!("{other:?}"),
    }
}

fn arrivals(plan: &Arc<Plan>, scenario: &Scenario, hours: f64) -> BTreeMap<CallId, Time> {
    let scenario = Scenario { hours: Some(hours), ..scenario.clone() };
    let mut arrivals = BTreeMap::new();
    let mut observer = |output: &Output| {
        if let Event::Fact(Fact::CallArrived { call, .. }) = output.event {
            arrivals.insert(call, output.at);
        }
    };
    Simulation::new(plan.clone(), &scenario, 7).unwrap().run(&mut observer).unwrap();
    arrivals
}

fn hotline() -> (Arc<Plan>, Scenario) {
    let plan = Arc::new(Plan::load("examples/floors/hotline.toml").unwrap());
    let scenario = Scenario::load("examples/floors/hotline.scenario.toml", &plan).unwrap();
    (plan, scenario)
}

#[test]
fn each_roster_of_the_hotline_gets_the_same_calls() {
    let (plan, scenario) = hotline();
    let rosters: Vec<Scenario> = scenario.each_roster().collect();
    assert_eq!(rosters.len(), 3);
    let all: Vec<_> = rosters.iter().map(|roster| arrivals(&plan, roster, 14.0 * 24.0)).collect();
    assert!(all[0].len() > 4_000, "{} calls", all[0].len());
    assert!(all.iter().all(|other| *other == all[0]));
}

#[test]
fn the_hotline_has_its_desk_hours_at_least_one_desk_in_every_hour_and_three_at_the_peak() {
    let (plan, scenario) = hotline();
    let scenario = Scenario { hours: Some(14.0 * 24.0), ..scenario };
    let comparison = compare(&Alternative::rosters(&plan, &scenario), 1, 2, &|| ()).unwrap();
    let desks = |place: usize| -> Vec<f64> {
        let hours = comparison.alternatives[place].hours.iter();
        hours.map(|row| row.get("desk hours").unwrap().value.mean.unwrap() / 14.0).collect()
    };
    // Who is in a call when the shift ends stays to its end, so a little is added.
    for (place, desk_hours, least, most) in [(0, 24.0, 1.0, 1.0), (1, 48.0, 2.0, 2.0), (2, 48.0, 1.0, 3.0)] {
        let desks = desks(place);
        let sum: f64 = desks.iter().sum();
        assert!((desk_hours..desk_hours + 0.3).contains(&sum), "{place}: {sum}");
        assert!(desks.iter().all(|desks| (least - 1e-9..most + 0.1).contains(desks)), "{place}: {desks:?}");
        assert!(desks.iter().any(|desks| (most..most + 0.1).contains(desks)), "{place}: {desks:?}");
    }
    let rate = |place: usize| comparison.alternatives[place].get("answer rate").unwrap();
    for place in [1, 2] {
        let difference = rate(place).difference.unwrap();
        assert!(difference.mean.unwrap() > 3.0 * difference.half_width.unwrap(), "{difference:?}");
    }
}

#[test]
fn nobody_at_the_hotline_works_more_than_forty_hours_a_week_or_rests_less_than_twelve() {
    let (_, scenario) = hotline();
    for roster in scenario.each_roster() {
        let mut weeks: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
        for shift in &roster.shifts {
            let hour = |text: &str| text[..2].parse::<u64>().unwrap();
            for day in &shift.days {
                let day =
                    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|name| name == day).unwrap();
                let work = (day as u64 * 24 + hour(&shift.from), day as u64 * 24 + hour(&shift.to));
                shift.agents.iter().for_each(|agent| weeks.entry(agent.clone()).or_default().push(work));
            }
        }
        for (agent, mut week) in weeks {
            week.sort_unstable();
            let hours: u64 = week.iter().map(|(from, to)| to - from).sum();
            assert!(hours <= 40, "{}: {agent} works {hours} h", roster.name);
            let next_week = week.first().map(|(from, to)| (from + 7 * 24, to + 7 * 24));
            for (one, other) in week.iter().zip(week.iter().skip(1).chain(&next_week)) {
                let divided = one.0 / 24 == other.0 / 24;
                assert!(divided || other.0 - one.1 >= 12, "{}: {agent} from {one:?} to {other:?}", roster.name);
            }
        }
    }
}
