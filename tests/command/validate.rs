//! `cordboard validate` as a user runs it: the engine held against what mathematics knows of queues.

use std::process::{Command, Output};

use serde_json::Value;

use crate::files::cells;

fn validate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cordboard")).arg("validate").args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_quick_set_agrees_with_mathematics() {
    let output = validate(&["--quick", "--json"]);
    let (text, problems) = (text(&output), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}\n{problems}");
    let report: Value = serde_json::from_str(&text).unwrap();
    let rows = report["rows"].as_array().unwrap();
    assert!(rows.len() >= 30, "only {} figures", rows.len());
    // With the first seed already, and nothing left out.
    for row in rows {
        assert_eq!((&row["verdict"], &row["seed"]), (&"pass".into(), &11.into()), "{row}");
    }
}

#[test]
fn the_same_seed_prints_the_same_figures_and_another_seed_others() {
    let run = |seed| text(&validate(&["--case", "MK05", "--seed", seed]));
    let first = run("3");
    assert!(first.contains("p_block"), "{first}");
    assert_eq!(run("3"), first);
    assert_ne!(run("4"), first);
}

#[test]
fn every_case_is_listed_with_what_becomes_of_it() {
    let text = text(&validate(&["--list"]));
    let count = |what: &str| text.lines().filter(|line| line.contains(what)).count();
    assert_eq!(text.lines().count(), 214, "a line for each of 212 cases, an empty one and the sum");
    assert!(count(" run ") > 150 && count("PUB-BR1-220") == 1, "{text}");
    // All of them or none.
    for other in [&["--list", "--quick"][..], &["--list", "--json"], &["--show", "--csv", "-"]] {
        assert_eq!(validate(other).status.code(), Some(2), "{other:?}");
    }
}

#[test]
fn whoever_asks_for_a_case_that_is_not_run_is_told_where_it_says_why() {
    let output = validate(&["--case", "PUB-BR1-220"]);
    let problems = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(problems.contains("`cordboard validate --list` says which are"), "{problems}");
}

#[test]
fn the_floor_and_the_scenario_of_a_case_can_be_seen() {
    let text = text(&validate(&["--case", "MK04", "--show"]));
    assert!(text.contains("rules.length_limit = 2") && text.contains("arrivals = { per_hour = 60.0 }"), "{text}");
}

#[test]
fn csv_has_a_line_for_each_figure_and_says_what_the_json_says() {
    let rows = cells(&text(&validate(&["--case", "MK05", "--csv", "-"])));
    assert_eq!(rows[0], ["case", "metric", "exact", "simulated", "half_width", "z", "verdict", "seed"]);
    let json: Value = serde_json::from_str(&text(&validate(&["--case", "MK05", "--json"]))).unwrap();
    let figures = json["rows"].as_array().unwrap();
    assert_eq!((rows.len() - 1, &json["summary"]["ended"]), (figures.len(), &"count".into()));
    for (row, figure) in rows.iter().skip(1).zip(figures) {
        assert_eq!((row[1].as_str(), row[6].as_str()), (figure["metric"].as_str().unwrap(), "pass"));
        let (cell, value) = (row[3].parse::<f64>().unwrap(), figure["simulated"].as_f64().unwrap());
        assert!((cell - value).abs() <= 1e-12 * value.abs(), "{row:?}");
    }
}
