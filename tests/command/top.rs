//! `cordboard top` as a user runs it without a terminal.

use std::process::{Command, Output};

const FLOORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/floors");

fn top(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard"));
    command.current_dir(FLOORS).args(["top", "hotel.toml", "hotel.scenario.toml"]).args(arguments);
    command.output().unwrap()
}

#[test]
fn without_a_terminal_it_says_so_and_leaves_with_status_2() {
    let output = top(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("standard output is no terminal") && message.contains("--frames"), "{message}");
}

#[test]
fn frames_are_printed_as_text_the_same_for_the_same_seed() {
    let arguments = ["--from", "08:00", "--speed", "600", "--frames", "3", "--seed", "5"];
    let output = top(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.stdout, top(&arguments).stdout);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains('\u{1b}'), "no terminal's language in a log");
    let lines: Vec<&str> = text.lines().collect();
    let frames: Vec<&[&str]> = lines.chunks(25).collect();
    assert_eq!(frames.len(), 3);
    for (frame, clock) in frames.iter().zip(["08:00:00", "08:10:00", "08:20:00"]) {
        assert!(
            frame[0].starts_with("Hotel switchboard") && frame[0].ends_with(&format!("{clock}  x600")),
            "{}",
            frame[0]
        );
        for queue in ["outside", "guests", "reservations", "alarm", "all"] {
            assert!(frame.iter().any(|line| line.starts_with(&format!("{queue} "))), "{queue} in {frame:#?}");
        }
    }
    assert_ne!(text, String::from_utf8(top(&["--from", "08:00", "--speed", "600", "--frames", "3"]).stdout).unwrap());
}

#[test]
fn frames_stop_when_the_day_has_ended() {
    let output = top(&["--from", "23:59", "--speed", "3600", "--frames", "1000"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("ended\n").count(), 1, "{text}");
    assert!(text.matches("Hotel switchboard").count() < 10);
}

#[test]
fn a_beginning_after_the_end_is_refused_with_both_times() {
    let output = top(&["--from", "25:30", "--frames", "1"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("24 h") && message.contains("25.50 h"), "{message}");
}
