//! Ctrl-C: every command that runs simulations says how far it has come, and shows what is known when it is stopped.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::files::{Files, cells, cordboard};
use crate::runs::files;

/// Runs it and waits until it says how far it has come.
fn begun(mut command: Command) -> Child {
    let mut child = command.arg("--progress").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    let mut said =
        lines.by_ref().map_while(Result::ok).inspect(|line| assert!(line.starts_with("progress: "), "{line}"));
    assert!(said.any(|line| line.contains(" %, about ")), "it never came so far");
    child
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// What it prints after Ctrl-C; the status is that of an interrupted program.
fn stopped(command: impl Fn() -> Command) -> String {
    // On a busy machine Ctrl-C may come before anything has ended, and then nothing is shown.
    for _ in 0..20 {
        let child = begun(command());
        interrupt(&child);
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(130), "{text}");
        if !text.is_empty() {
            return text;
        }
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("stopped before "), "{said}");
    }
    panic!("never was anything shown");
}

fn shown(files: &Files, what: &str, arguments: &[&str]) -> String {
    stopped(|| files.command(what, arguments))
}

#[test]
fn ctrl_c_shows_the_figures_of_one_long_run_so_far() {
    let files = files("one");
    let text = shown(&files, "simulate", &["--hours", "900000"]);
    let line = text.lines().nth(1).unwrap();
    assert!(line.starts_with("seed 1, stopped after ") && line.contains(" h of the first replication, "), "{line}");
    assert!(text.contains("Answered within the target"), "{text}");
    let json = shown(&files, "simulate", &["--hours", "900000", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let run = &json["run"];
    assert_eq!((&run["ended"], &run["replications"]), (&"stopped".into(), &0.into()));
    assert!(run["simulated_s"].as_f64() < Some(900_000.0 * 3_600.0) && json["calls"]["offered"].as_u64() > Some(0));
}

#[test]
fn ctrl_c_shows_the_replications_that_have_ended() {
    let files = files("several");
    for what in ["simulate", "compare"] {
        let text = shown(&files, what, &["--replications", "10000", "--hours", "8"]);
        let line = text.lines().find(|line| line.starts_with("stopped after ")).unwrap_or_else(|| panic!("{text}"));
        assert!(line.ends_with(" of at most 10000 replications"), "{line}");
        let count: u32 = line.split_whitespace().nth(2).unwrap().parse().unwrap();
        assert!((1..10_000).contains(&count), "{line}");
    }
    let json = shown(&files, "simulate", &["--until", "0.001%", "--hours", "8", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["run"]["ended"], &json["run"]["until"]), (&"stopped".into(), &"0.001%".into()));
    assert_eq!(json["run"]["replications"], json["replications"]);
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let files = files("twice");
    let mut child = begun(files.command("simulate", &["--replications", "10000", "--hours", "8", "--json"]));
    interrupt(&child);
    // It has heard the first: it shows what is known, which is more than a pipe holds that nobody empties.
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let json = [&first[..], &output.stdout].concat();
    assert!(json.starts_with(b"{") && serde_json::from_slice::<Value>(&json).is_err());
}

#[test]
fn ctrl_c_shows_the_replications_of_a_change_and_of_a_sweep_that_all_sides_have_ended() {
    let files = files("planned");
    let many = ["--replications", "10000", "--hours", "8"];
    for (what, knob) in [("what-if", "volume=1.2"), ("sweep", "volume=1,1.2,1.4")] {
        let arguments = [&["--set", knob][..], &many].concat();
        let text = shown(&files, what, &arguments);
        let line = text.lines().find(|line| line.starts_with("stopped after ")).unwrap_or_else(|| panic!("{text}"));
        assert!(line.ends_with(" of at most 10000 replications"), "{line}");
        assert!(text.contains("service level"), "{text}");
        let json = shown(&files, what, &[&arguments[..], &["--json"]].concat());
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["ended"], "stopped");
        assert!((1..10_000).contains(&json["replications"].as_u64().unwrap()), "{what}");
        let rows = cells(&shown(&files, what, &[&arguments[..], &["--csv", "-"]].concat()));
        assert!(rows.len() > 20, "{what}");
    }
}

#[test]
fn ctrl_c_shows_the_roster_so_far_and_that_it_is_not_checked_to_the_end() {
    let files = files("staffed");
    files.write("scenario.toml", crate::planning::SCENARIO.replace("calls =", "hours = 96\n    calls ="));
    files.write("floor.toml", crate::planning::FLOOR);
    let many = ["--lengths", "4h", "--replications", "1000"];
    let text = shown(&files, "staff", &many);
    assert!(text.contains("\nShifts\n"), "{text}");
    let line = text.lines().find(|line| line.starts_with("Stopped ")).unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains(" of 1000 replications with this roster") || line.contains("before the first"), "{line}");
    assert!(!text.contains("is known to miss") && !text.contains("The goal is missed"), "{text}");
    let json: Value = serde_json::from_str(&shown(&files, "staff", &[&many[..], &["--json"]].concat())).unwrap();
    assert_eq!((&json["ended"], &json["met"]), (&"stopped".into(), &Value::Null));
    assert!(json["replications"].as_u64() < Some(1_000) && !json["pools"][0]["shifts"].as_array().unwrap().is_empty());
}

#[test]
fn ctrl_c_is_heard_while_shifts_are_worked_out() {
    let files = files("worked-out");
    let by_hour = "[9,5,3,3,2,5,9,20, 30,50,50,30, 40,60,70,50,40,30,20,20,15,15,12,10]";
    let (before, _) = crate::planning::SCENARIO.split_once("[0,0").unwrap();
    files.write("scenario.toml", format!("{before}{by_hour} }}"));
    files.write("floor.toml", crate::planning::FLOOR);
    // A shift of each length begins at each minute: the first roster takes far longer than anybody waits.
    let many = ["--interval", "1m", "--lengths", "2h,3h,4h,5h,6h,7h,8h,9h", "--starts", "1m", "--progress"];
    for more in ["--no-simulate", "--replications=2"] {
        let mut command = files.command("staff", &many);
        let mut child = command.arg(more).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        assert_eq!(said.next().as_deref(), Some("progress: working out shifts"));
        interrupt(&child);
        assert_eq!(
            said.filter(|line| !line.starts_with("progress: ")).collect::<Vec<_>>(),
            ["stopped before there was a roster"]
        );
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(130), 0));
    }
}

#[test]
fn ctrl_c_shows_the_studies_that_have_ended() {
    let command = |arguments: &[&str]| {
        let mut command = cordboard(&std::env::temp_dir());
        command.args(["validate", "--case", "MK05", "MK07"]).args(arguments);
        command
    };
    let mut child = command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // The whole first study stands there before the second has ended, which takes minutes.
    let mut text: String = lines.by_ref().take(2).map(|line| line + "\n").collect();
    assert!(text.starts_with("case ") && !text.contains("MK07"), "{text}");
    interrupt(&child);
    text.extend(lines.map(|line| line + "\n"));
    assert_eq!(child.wait().unwrap().code(), Some(130), "{text}");
    assert!(text.contains("\nstopped after 1 of 2 studies\n"), "{text}");
    let json: Value = serde_json::from_str(&stopped(|| command(&["--json"]))).unwrap();
    assert_eq!((&json["summary"]["ended"], &json["summary"]["studies_in_all"]), (&"stopped".into(), &2.into()));
}
