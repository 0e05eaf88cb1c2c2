//! `cordboard staff`, `what-if` and `sweep` as a planner runs them.

#![cfg(feature = "cli")]

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

const FLOOR: &str = r#"
    name = "Small office"
    skills = ["spanish"]
    teams = [{ name = "desk" }]
    agents = [{ name = "li", team = "desk", skills = { spanish = 3 } }, { name = "wang", team = "desk" }]
    queues = [{ name = "外线" }]
    rules = { target = "20s" }
"#;

const SCENARIO: &str = r#"
    name = "Morning"
    calls = { patience = { exponential = "1m" } }
    shifts = [{ teams = ["desk"], from = "08:00", to = "12:00" }]
    [[queues]]
    queue = "外线"
    arrivals = { per_hour = [0,0,0,0,0,0,0,0, 30,50,50,30, 0,0,0,0,0,0,0,0,0,0,0,0] }
"#;

/// A directory of its own with both files, gone when dropped.
struct Files(PathBuf);

impl Files {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("cordboard-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("floor.toml"), FLOOR).unwrap();
        std::fs::write(folder.join("scenario.toml"), SCENARIO).unwrap();
        Self(folder)
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Output {
        let mut cordboard = Command::new(env!("CARGO_BIN_EXE_cordboard"));
        let cordboard = cordboard.current_dir(&self.0).env("LC_ALL", "C.UTF-8").env_remove("NO_COLOR");
        let cordboard = cordboard.args([command, "floor.toml", "scenario.toml"]);
        cordboard.args(arguments).output().unwrap()
    }

    fn text(&self, command: &str, arguments: &[&str]) -> String {
        let output = self.run(command, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, command: &str, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(command, &[arguments, &["--json"]].concat())).unwrap()
    }

    fn error(&self, command: &str, arguments: &[&str]) -> String {
        let output = self.run(command, arguments);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn staff_prints_requirement_cover_and_shifts_and_writes_them_to_be_pasted() {
    let files = Files::new("staff");
    let some = ["--lengths", "4h", "--replications", "5"];
    let text = files.text("staff", &[&some[..], &["--write", "shifts.toml"]].concat());
    assert!(text.contains("Goal: 80 % of calls answered within its queue's target, in every 30 min"), "{text}");
    assert!(text.contains("Requirement and cover by interval") && text.contains('█'), "{text}");
    assert!(
        text.contains("proven the least for these shifts") && text.contains("No interval is known to miss"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");

    let staffing = files.json("staff", &some);
    let pool = &staffing["pools"][0];
    let intervals = pool["intervals"].as_array().unwrap();
    assert_eq!((intervals.len(), &intervals[17]["from"], &intervals[18]["calls"]), (48, &"08:30".into(), &25.0.into()));
    assert_eq!(staffing["met"], true);
    let people = pool["people"].as_u64().unwrap();
    assert!(people > 2 && pool["hired"].as_array().unwrap().len() as u64 == people - 2);

    let shifts = std::fs::read_to_string(files.0.join("shifts.toml")).unwrap();
    assert!(shifts.contains("# not on the floor yet: li 2") && shifts.contains("[[shifts]]"), "{shifts}");
}

#[test]
fn staff_says_by_its_exit_status_that_the_goal_is_missed_and_why_it_cannot_be_met_at_all() {
    let files = Files::new("staff-missed");
    let calm = files.text("staff", &["--no-simulate", "--own-shifts"]);
    assert!(calm.contains("Not checked by simulation.") && !calm.contains("simulated"), "{calm}");
    let uncovered = files.error("staff", &["--lengths", "1h", "--starts", "13h"]);
    assert!(uncovered.contains("nobody can be at work at 08:00"), "{uncovered}");
    for (arguments, expected) in [
        (["--target", "110%"], "a share such as 80% or 0.8, below 100%"),
        (["--interval", "7m"], "whole minutes, a whole part of a day"),
        (["--team", "x"], "there is no team `x` on this floor"),
    ] {
        let error = files.error("staff", &arguments);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn what_if_says_how_much_instead_of_how_much() {
    let files = Files::new("what-if");
    let some = ["--add", "2 spanish", "--set", "handle_time=0.9", "--replications", "5"];
    let text = files.text("what-if", &some);
    assert!(text.contains("What if: 2 spanish, handle_time=0.9"), "{text}");
    let sentence = text.lines().find(|line| line.starts_with("Service level: ")).unwrap();
    assert!(sentence.contains(" ± ") && sentence.contains(" % instead of "), "{sentence}");
    let comparison = files.json("what-if", &some);
    let level = |place: usize| -> f64 {
        let figures = comparison["alternatives"][place]["total"].as_array().unwrap();
        let level = figures.iter().find(|figure| figure["name"] == "service level").unwrap();
        level["value"]["mean"].as_f64().unwrap()
    };
    assert!(level(1) > level(0) + 0.2, "{} {}", level(0), level(1));
    assert!(sentence.contains(&format!("Service level: {:.1} ±", level(1) * 100.0)), "{sentence}");
    assert!(files.error("what-if", &[]).contains("expected --add or --set"));
    assert!(files.error("what-if", &["--add", "2 dutch"]).contains("no agent, team or skill with agents `dutch`"));
    assert!(files.text("what-if", &["--add", "-1 desk", "--replications", "2"]).contains("What if: -1 desk"));
}

#[test]
fn sweep_draws_a_bar_for_each_value_and_prints_the_same_as_csv_and_json() {
    let files = Files::new("sweep");
    let some = ["--set", "agents.desk=0..3", "--replications", "4"];
    let text = files.text("sweep", &some);
    assert_eq!(text.lines().filter(|line| line.contains('█')).count(), 4, "{text}");
    let json = files.json("sweep", &some);
    let csv = files.text("sweep", &[&some[..], &["--csv", "-"]].concat());
    let points = json["points"].as_array().unwrap();
    assert_eq!((json["knob"].as_str(), points.len()), (Some("agents.desk"), 4));
    for point in points {
        for figure in point["compared"]["total"].as_array().unwrap() {
            let name = figure["name"].as_str().unwrap();
            let start = format!("{},total,,,{name},", point["value"].as_str().unwrap());
            let line = csv.lines().find_map(|line| line.strip_prefix(&start)).unwrap();
            let mean = line.split(',').nth(1).unwrap().parse::<f64>().ok();
            // The last digit is the reader's.
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs();
            let other = figure["value"]["mean"].as_f64();
            assert!(mean.zip(other).map_or(mean == other, |(a, b)| close(a, b)), "{start} {mean:?} {other:?}");
        }
    }
    assert!(files.error("sweep", &["--set", "volume"]).contains("is no sweep"));
    assert!(files.error("sweep", &["--set", "volume=1", "--figure", "x"]).contains("expected one of calls, answered"));
}
