//! Rosters, scenarios and floors side by side: the same calls to all, so that only what differs makes a difference.

#![cfg(feature = "sim")]

use std::collections::BTreeMap;
use std::sync::Arc;

use cordboard::engine::{Event, Fact, Output};
use cordboard::sim::compare::{CompareError, Compared, Row};
use cordboard::sim::{Alternative, Comparison, Scenario, Simulation, compare, replicate};
use cordboard::stats::{Tally, TallyOptions};
use cordboard::{CallId, Plan, Time};

const FLOOR: &str = r#"
    rules = { wrap_up = { timed = "30s" } }
    teams = [{ name = "desk" }]
    agents = [{ name = "li", team = "desk" }, { name = "wang", team = "desk" }, { name = "zhou", team = "desk" }]
    queues = [{ name = "line" }]
"#;

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

fn floor() -> (Arc<Plan>, Scenario) {
    let plan = Plan::from_toml(FLOOR).unwrap();
    let scenario = Scenario::from_toml(SCENARIO, &plan).unwrap();
    (plan.into(), scenario)
}

fn comparison(replications: u32) -> Comparison {
    let (plan, scenario) = floor();
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
    let (plan, scenario) = floor();
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
    let (plan, scenario) = floor();
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
    let (plan, scenario) = floor();
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

#[cfg(feature = "cli")]
mod command {
    use std::path::PathBuf;
    use std::process::{Command, Output};

    use super::{FLOOR, SCENARIO};

    /// A directory of its own with floors and scenario, gone when dropped.
    struct Files(PathBuf);

    impl Files {
        fn new(test: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("cordboard-compare-{test}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("floor.toml"), FLOOR).unwrap();
            std::fs::write(folder.join("slow.toml"), FLOOR.replace("\"30s\"", "\"10m\"")).unwrap();
            std::fs::write(folder.join("scenario.toml"), SCENARIO).unwrap();
            Self(folder)
        }

        fn run(&self, arguments: &[&str]) -> Output {
            let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard"));
            command.current_dir(&self.0).args(["compare", "floor.toml", "scenario.toml"]).args(arguments);
            command.output().unwrap()
        }

        fn text(&self, arguments: &[&str]) -> String {
            let output = self.run(arguments);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        }
    }

    impl Drop for Files {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn compare_prints_figures_differences_and_hours_within_a_hundred_columns() {
        let files = Files::new("tables");
        let text = files.text(&["--replications", "3", "--seed", "5"]);
        assert!(text.starts_with("3 replications of each from seed 5, 48 h simulated; the same calls come to all\n"));
        for part in ["A  two by day\n", "B  three by day\n", "C  the same again\n", "B − A", "C − A", "Desks signed in"]
        {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        // The same as the first: the difference is none, and said to be none.
        let rates: Vec<&str> = text.lines().filter(|line| line.starts_with("answer rate")).collect();
        assert!(rates.len() == 2 && rates[1].ends_with("(0.0 ± 0.0 pp)"), "{text}");
        assert!(text.lines().filter(|line| line.starts_with("08:00")).count() >= 3, "{text}");
        assert_eq!(text, files.text(&["--replications", "3", "--seed", "5"]), "the same seed, the same text");
    }

    #[test]
    fn compare_takes_more_floors_and_names_them() {
        let files = Files::new("floors");
        let text = files.text(&["--replications", "2", "--hours", "12", "--floor", "slow.toml"]);
        for part in ["A  floor.toml: two by day\n", "D  slow.toml: two by day\n", "F  slow.toml: the same again\n"] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(text.contains(", 12 h simulated"), "{text}");
    }

    #[test]
    fn compare_prints_json_for_programs() {
        let files = Files::new("json");
        let text = files.text(&["--replications", "2", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&json["schema"], &json["replications"], &json["seed"]), (&1.into(), &2.into(), &1.into()));
        let alternatives = json["alternatives"].as_array().unwrap();
        assert_eq!(alternatives.len(), 3);
        let rate = |place: usize| {
            let total = alternatives[place]["total"].as_array().unwrap();
            total.iter().find(|figure| figure["name"] == "answer rate").unwrap().clone()
        };
        assert!(rate(0)["difference"].is_null());
        assert_eq!(rate(2)["difference"]["mean"], 0.0);
        assert!(rate(1)["difference"]["mean"].as_f64() > Some(0.0));
        assert_eq!(alternatives[1]["hours"].as_array().unwrap().len(), 24);
    }

    #[test]
    fn compare_says_what_is_wrong_and_fails() {
        let files = Files::new("wrong");
        std::fs::write(files.0.join("scenario.toml"), SCENARIO.replace("the same again", "three by day")).unwrap();
        let output = files.run(&[]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1));
        assert!(said.contains("scenario.toml:18: alternatives[1].name: alternative `three by day` again"), "{said}");
        assert_eq!(files.run(&["--replications", "1"]).status.code(), Some(2));
    }
}
