//! `cordboard simulate` as a user runs it.

use std::io::Read as _;
use std::process::Stdio;

use cordboard::stats::{Figures, Summary};

use crate::files::Files;

const FLOOR: &str = r#"
name = "Small office"
[[teams]]
name = "desk"
[[agents]]
name = "li"
team = "desk"
[[queues]]
name = "外线"
"#;

const SCENARIO: &str = r#"
name = "Morning"
hours = 4
[calls]
patience = { exponential = "1m" }
[[queues]]
queue = "外线"
arrivals = { per_hour = 30 }
[[shifts]]
teams = ["desk"]
from = "00:00"
to = "04:00"
"#;

fn files(test: &str) -> Files {
    Files::new(&format!("simulate-{test}"), FLOOR, SCENARIO)
}

#[test]
fn the_table_names_what_was_simulated_and_is_the_same_for_the_same_seed() {
    let files = files("table");
    let text = files.text("simulate", &["--seed", "5"]);
    assert!(text.starts_with("Small office: Morning\nseed 5, 4 h simulated, "), "{text}");
    assert!(text.contains("\n外线 ") && text.contains("\ndesk "), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
    assert_eq!(text, files.text("simulate", &["--seed", "5"]));
    assert_ne!(text, files.text("simulate", &["--seed", "6"]));
    assert!(files.run("simulate", &["--seed", "5"]).stderr.is_empty(), "nothing looks unintended");
}

#[test]
fn json_is_the_figures_and_says_the_same_as_the_table() {
    let files = files("json");
    let json = files.text("simulate", &["--seed", "5", "--json", "--hours", "2"]);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&value["schema"], &value["run"]["seed"]), (&1.into(), &5.into()));
    assert_eq!(value["run"]["simulated_s"], 7200.0);
    let figures: Figures = serde_json::from_str(&json).unwrap();
    assert_eq!(figures.queues[0].name, "外线");
    assert!(figures.calls.offered > 0 && figures.calls.live == 0);
    let table = files.text("simulate", &["--seed", "5", "--hours", "2"]);
    assert!(table.contains(&format!(", {} calls,", figures.calls.offered)), "{table}");
}

#[test]
fn replications_give_means_with_intervals() {
    let files = files("replications");
    let json = files.text("simulate", &["--replications", "5", "--json"]);
    let summary: Summary = serde_json::from_str(&json).unwrap();
    let offered = summary.get("calls", "offered").unwrap();
    assert_eq!((summary.replications, offered.n), (5, 5));
    assert!((60.0..180.0).contains(&offered.mean.unwrap()), "{offered:?}");
    assert!(offered.half_width.unwrap() > 0.0);
    let mean = format!("{:.1} ± {:.1}", offered.mean.unwrap(), offered.half_width.unwrap());
    let table = files.text("simulate", &["--replications", "5"]);
    assert!(table.contains(&mean), "{mean} in {table}");
}

#[test]
fn what_is_wrong_with_the_files_is_said_with_status_1_and_with_the_command_line_with_2() {
    let files = files("errors");
    files.write("scenario.toml", SCENARIO.replace("teams = [\"desk\"]", "teams = [\"desk2\"]"));
    let output = files.run("simulate", &[]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("scenario.toml") && message.contains("desk2"), "{message}");
    assert!(output.stdout.is_empty());
    for wrong in [&["--hours", "0"], &["--hours", "NaN"], &["--replications", "0"], &["--seed", "x"]] {
        assert_eq!(files.run("simulate", wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn what_looks_unintended_is_said_and_simulated() {
    let files = files("warnings");
    let wrap_up = "[calls]\nwrap_up = { fixed = \"20s\" }";
    files.write("scenario.toml", SCENARIO.replace("[calls]", wrap_up));
    files.write("floor.toml", format!("skills = [\"french\"]\n{FLOOR}"));
    let output = files.run("simulate", &[]);
    assert!(output.status.success() && !output.stdout.is_empty());
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 2, "{message}");
    assert!(lines[0].starts_with("warning: ") && lines[0].contains("french"), "{message}");
    assert!(lines[1].starts_with("warning: queue `外线`: ") && lines[1].contains("20s"), "{message}");
}

#[test]
fn the_two_files_in_the_wrong_order_are_told_apart() {
    let files = files("order");
    let output = files.other(&["simulate", "scenario.toml", "floor.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(message, "`floor.toml` is a floor: the floor comes first, then the scenario\n");
}

#[test]
fn agents_are_counted_to_the_end_of_the_simulated_span_and_no_further() {
    let files = files("span");
    // Who talks for an hour is still in a call at the end.
    files.write("scenario.toml", SCENARIO.replace("[calls]", "[calls]\ntalk = { fixed = \"1h\" }"));
    let figures: Figures = serde_json::from_str(&files.text("simulate", &["--hours", "2.5", "--json"])).unwrap();
    assert!(figures.until_s > 9_100.0, "{}", figures.until_s);
    assert_eq!(figures.work.staffed_s, 9_000.0);
    let hours: Vec<f64> = figures.teams[0].hours.iter().map(|hour| hour.work.staffed_s).take(4).collect();
    assert_eq!(hours, [3_600.0, 3_600.0, 1_800.0, 0.0]);
    assert_eq!(figures.calls.live, 0);
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let files = files("pipe");
    let mut child =
        files.command("simulate", &["--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut message = String::new();
    child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    assert_eq!((child.wait().unwrap().code(), message.as_str()), (Some(0), ""));
}

#[test]
fn figures_and_page_do_not_go_into_one_file() {
    let files = files("one-file");
    let message = files.failure(2, "simulate", &["--csv", "figures", "--html", "figures"]);
    assert!(message.contains("`--csv` and `--html` would both write to `figures`, expected two files"), "{message}");
    assert!(!files.path("figures").exists());
}

#[test]
fn a_warm_up_is_left_out_of_the_figures_and_named() {
    let files = files("warm-up");
    let figures: Figures = serde_json::from_str(&files.text("simulate", &["--warm-up", "90m", "--json"])).unwrap();
    assert_eq!((figures.from_s, figures.work.staffed_s), (5_400.0, 9_000.0));
    assert_eq!(figures.hours[0].calls.offered, 0);
    assert!(figures.hours[1].calls.offered > 0 && figures.calls.live == 0);
    let text = files.text("simulate", &["--warm-up", "90m"]);
    assert!(text.contains("\nthe first 1.5 h are warm-up: calls that came in them are left out\n"), "{text}");
    let output = files.run("simulate", &["--warm-up", "4h"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && message.contains("less than the scenario's 4 h"), "{message}");
    assert_eq!(files.run("simulate", &["--warm-up", "soon"]).status.code(), Some(2));
}
