//! `cordboard simulate` as a user runs it.

#![cfg(feature = "cli")]

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use cordboard::stats::{Figures, Summary};

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

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard"));
        command.current_dir(&self.0).args(["simulate", "floor.toml", "scenario.toml"]).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_table_names_what_was_simulated_and_is_the_same_for_the_same_seed() {
    let files = Files::new("table");
    let text = files.text(&["--seed", "5"]);
    assert!(text.starts_with("Small office: Morning\nseed 5, 4 h simulated, "), "{text}");
    assert!(text.contains("\n外线 ") && text.contains("\ndesk "), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
    assert_eq!(text, files.text(&["--seed", "5"]));
    assert_ne!(text, files.text(&["--seed", "6"]));
}

#[test]
fn json_is_the_figures_and_says_the_same_as_the_table() {
    let files = Files::new("json");
    let json = files.text(&["--seed", "5", "--json", "--hours", "2"]);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&value["schema"], &value["run"]["seed"]), (&1.into(), &5.into()));
    assert_eq!(value["run"]["simulated_s"], 7200.0);
    let figures: Figures = serde_json::from_str(&json).unwrap();
    assert_eq!(figures.queues[0].name, "外线");
    assert!(figures.calls.offered > 0 && figures.calls.live == 0);
    let table = files.text(&["--seed", "5", "--hours", "2"]);
    assert!(table.contains(&format!(", {} calls,", figures.calls.offered)), "{table}");
}

#[test]
fn replications_give_means_with_intervals() {
    let files = Files::new("replications");
    let json = files.text(&["--replications", "5", "--json"]);
    let summary: Summary = serde_json::from_str(&json).unwrap();
    let offered = summary.get("calls", "offered").unwrap();
    assert_eq!((summary.replications, offered.n), (5, 5));
    assert!((60.0..180.0).contains(&offered.mean.unwrap()), "{offered:?}");
    assert!(offered.half_width.unwrap() > 0.0);
    let mean = format!("{:.1} ± {:.1}", offered.mean.unwrap(), offered.half_width.unwrap());
    let table = files.text(&["--replications", "5"]);
    assert!(table.contains(&mean), "{mean} in {table}");
}

#[test]
fn what_is_wrong_with_the_files_is_said_with_status_1_and_with_the_command_line_with_2() {
    let files = Files::new("errors");
    std::fs::write(files.0.join("scenario.toml"), SCENARIO.replace("teams = [\"desk\"]", "teams = [\"desk2\"]"))
        .unwrap();
    let output = files.run(&[]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("scenario.toml") && message.contains("desk2"), "{message}");
    assert!(output.stdout.is_empty());
    for wrong in [&["--hours", "0"], &["--hours", "NaN"], &["--replications", "0"], &["--seed", "x"]] {
        assert_eq!(files.run(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn what_looks_unintended_is_said_and_simulated() {
    let files = Files::new("warnings");
    let wrap_up = "[calls]\nwrap_up = { fixed = \"20s\" }";
    std::fs::write(files.0.join("scenario.toml"), SCENARIO.replace("[calls]", wrap_up)).unwrap();
    std::fs::write(files.0.join("floor.toml"), format!("skills = [\"french\"]\n{FLOOR}")).unwrap();
    let output = files.run(&[]);
    assert!(output.status.success() && !output.stdout.is_empty());
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 2, "{message}");
    assert!(lines[0].starts_with("warning: ") && lines[0].contains("french"), "{message}");
    assert!(lines[1].starts_with("warning: queue `外线`: ") && lines[1].contains("20s"), "{message}");
}

#[test]
fn the_two_files_in_the_wrong_order_are_told_apart() {
    let files = Files::new("order");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard"));
    let output = command.current_dir(&files.0).args(["simulate", "scenario.toml", "floor.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(message, "`floor.toml` is a floor: the floor comes first, then the scenario\n");
}

#[test]
fn agents_are_counted_to_the_end_of_the_simulated_span_and_no_further() {
    let files = Files::new("span");
    // Who talks for an hour is still in a call at the end.
    std::fs::write(files.0.join("scenario.toml"), SCENARIO.replace("[calls]", "[calls]\ntalk = { fixed = \"1h\" }"))
        .unwrap();
    let figures: Figures = serde_json::from_str(&files.text(&["--hours", "2.5", "--json"])).unwrap();
    assert!(figures.until_s > 9_100.0, "{}", figures.until_s);
    assert_eq!(figures.work.staffed_s, 9_000.0);
    let hours: Vec<f64> = figures.teams[0].hours.iter().map(|hour| hour.work.staffed_s).take(4).collect();
    assert_eq!(hours, [3_600.0, 3_600.0, 1_800.0, 0.0]);
    assert_eq!(figures.calls.live, 0);
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let files = Files::new("pipe");
    let mut child = files.command(&["--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut message = String::new();
    child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    assert_eq!((child.wait().unwrap().code(), message.as_str()), (Some(0), ""));
}

#[test]
fn a_warm_up_is_left_out_of_the_figures_and_named() {
    let files = Files::new("warm-up");
    let figures: Figures = serde_json::from_str(&files.text(&["--warm-up", "90m", "--json"])).unwrap();
    assert_eq!((figures.from_s, figures.work.staffed_s), (5_400.0, 9_000.0));
    assert_eq!(figures.hours[0].calls.offered, 0);
    assert!(figures.hours[1].calls.offered > 0 && figures.calls.live == 0);
    let text = files.text(&["--warm-up", "90m"]);
    assert!(text.contains("\nthe first 1.5 h are warm-up: calls that came in them are left out\n"), "{text}");
    let output = files.run(&["--warm-up", "4h"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && message.contains("less than the scenario's 4 h"), "{message}");
    assert_eq!(files.run(&["--warm-up", "soon"]).status.code(), Some(2));
}
