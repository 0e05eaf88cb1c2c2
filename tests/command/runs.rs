//! What `cordboard simulate` and `cordboard compare` have in common, as a user runs them: precision, CSV, bars,
//! and what is said of bad command lines and outputs.

use crate::files::{Files, cells};

const FLOOR: &str = r#"
name = "Small office"
[[teams]]
name = "desk, front"
[[agents]]
name = "li"
team = "desk, front"
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
teams = ["desk, front"]
from = "00:00"
to = "24:00"
[[alternatives]]
name = "Nobody before two"
shifts = [{ teams = ["desk, front"], from = "02:00", to = "24:00" }]
"#;

pub(crate) fn files(test: &str) -> Files {
    Files::new(&format!("runs-{test}"), FLOOR, SCENARIO)
}

#[test]
fn csv_has_every_figure_in_a_line_of_its_own_and_says_what_the_json_says() {
    let files = files("csv");
    let rows = cells(&files.text("simulate", &["--replications", "3", "--csv", "-"]));
    assert_eq!(rows[0], ["section", "name", "interval", "figure", "unit", "mean", "half_width", "n"]);
    assert!(rows.iter().all(|row| row.len() == 8));
    let json: serde_json::Value =
        serde_json::from_str(&files.text("simulate", &["--replications", "3", "--json"])).unwrap();
    let sections = json["sections"].as_array().unwrap();
    let count: usize = sections.iter().map(|section| section["figures"].as_object().unwrap().len()).sum();
    assert_eq!(rows.len() - 1, count);
    for (place, path, unit) in [
        (["calls", "", "", "offered"], "calls", "count"),
        (["calls", "", "02:00", "answer_rate"], "hours/02:00/calls", "share"),
        (["queues", "外线", "", "speed_of_answer_mean_s"], "queues/外线", "s"),
        (["queues", "外线", "01:00", "offered"], "queues/外线/hours/01:00", "count"),
        (["queues/transfers", "外线", "", "transfers"], "queues/外线/transfers", "count"),
        (["teams", "desk, front", "", "occupancy"], "teams/desk, front", "share"),
        (["teams/calls_per_agent", "desk, front", "", "variation"], "teams/desk, front/calls_per_agent", "ratio"),
        (["waiting", "", "", "mean"], "waiting", "count"),
        (["waits/20s", "", "", "answered_rate"], "waits/20s", "share"),
    ] {
        let found: Vec<_> = rows.iter().filter(|row| row[..4] == place).collect();
        let [row] = found[..] else { panic!("{place:?}: {found:?}") };
        assert_eq!(row[4], unit);
        let section = sections.iter().find(|section| section["name"] == path).unwrap();
        let figure = &section["figures"][place[3]];
        for (cell, value) in [(&row[5], "mean"), (&row[6], "half_width"), (&row[7], "n")] {
            // To the last digits, which readers of JSON may round in their own way.
            match (cell.parse::<f64>().ok(), figure[value].as_f64()) {
                (Some(cell), Some(value)) => assert!((cell - value).abs() <= 1e-12 * value.abs(), "{place:?}: {cell}"),
                (cell, value) => assert_eq!(cell, value, "{place:?}"),
            }
        }
    }
}

#[test]
fn csv_goes_to_a_file_beside_the_tables_and_takes_the_place_of_what_was_there() {
    let files = files("file");
    files.write("figures.csv", "old ".repeat(1_000_000));
    let text = files.text("simulate", &["--csv", "figures.csv"]);
    assert!(text.contains("Answered within the target"), "{text}");
    let written = files.read("figures.csv");
    assert_eq!(written, files.text("simulate", &["--csv", "-"]));
    let one = cells(&written).into_iter().find(|row| row[3] == "offered").unwrap();
    assert_eq!((one[6].as_str(), one[7].as_str()), ("", "1"), "one replication has no interval");
}

#[test]
fn csv_of_a_comparison_names_the_alternatives_and_their_differences() {
    let files = files("compared");
    let rows = cells(&files.text("compare", &["--replications", "3", "--csv", "-"]));
    assert_eq!((rows[0][0].as_str(), rows[0][9].as_str(), rows[0].len()), ("alternative", "difference", 12));
    let find = |place: [&str; 5]| rows.iter().find(|row| row[..5] == place).unwrap_or_else(|| panic!("{place:?}"));
    let first = find(["Morning", "total", "", "", "answer rate"]);
    assert_eq!((first[5].as_str(), first[9].as_str()), ("share", ""));
    let other = find(["Nobody before two", "total", "", "", "answer rate"]);
    let number = |cell: &str| cell.parse::<f64>().unwrap();
    assert!(number(&other[9]) < -0.2 && number(&other[10]) > 0.0 && other[11] == "3", "{other:?}");
    assert!((number(&other[6]) - number(&first[6]) - number(&other[9])).abs() < 1e-9);
    find(["Morning", "total", "", "03:00", "desk hours"]);
    find(["Nobody before two", "queues", "外线", "", "service level"]);
}

#[test]
fn simulate_runs_until_it_is_precise_and_says_when_it_is_not() {
    let files = files("until");
    let text = files.text("simulate", &["--until", "answer rate 2pp"]);
    let line = text.lines().find(|line| line.starts_with("precise to answer rate 2pp after ")).unwrap();
    let count: u32 = line.split_whitespace().rev().nth(1).unwrap().parse().unwrap();
    assert!(count >= 10 && count.is_multiple_of(10), "{line}");
    assert!(text.contains(&format!("\n{count} replications from seed 1, 4 h each, ")), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&files.text("simulate", &["--until", "0.01%", "--replications", "12", "--json"])).unwrap();
    let run = &json["run"];
    assert_eq!(
        (&run["ended"], &run["replications"], &run["until"]),
        (&"not_precise".into(), &12.into(), &"0.01%".into())
    );
    let text = files.text("compare", &["--until", "0.01%", "--replications", "12"]);
    assert!(text.contains("\nnot precise to 0.01% after 12 replications, as many as may be\n"), "{text}");
}

#[test]
fn bars_show_hours_waits_and_teams_and_are_plain_where_that_is_asked_for() {
    let files = files("bars");
    let text = files.text("simulate", &["--replications", "3"]);
    let section = |text: &str, title: &str, row: &str| -> String {
        let section = text.split("\n\n").find(|section| section.starts_with(title)).unwrap_or_else(|| panic!("{text}"));
        section.lines().find(|line| line.starts_with(row)).unwrap_or_else(|| panic!("{row} in {section}")).to_owned()
    };
    for (title, row) in [("Service level by hour", "03:00"), ("How soon visits", "20 s"), ("Occupancy by team", "desk")]
    {
        let line = section(&text, title, row);
        let percent: f64 = line.split_whitespace().filter_map(|word| word.parse().ok()).rev().nth(1).unwrap();
        let full = line.chars().filter(|sign| *sign == '█').count() as f64;
        assert!((percent / 2.5 - full).abs() <= 1.0, "{line}");
        assert!(line.contains(" ± "), "{line}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let plain = files.text("simulate", &["--replications", "3", "--plain"]);
    let level = section(&plain, "Service level by hour", "03:00");
    assert!(level.contains("####") && !plain.contains('█'), "{level}");
    for (name, value) in [("NO_COLOR", "1"), ("LC_ALL", "C")] {
        let output = files.command("simulate", &["--replications", "3"]).env(name, value).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), plain);
    }
}

#[test]
fn bad_command_lines_are_told_with_status_2() {
    let files = files("bad");
    for (arguments, said) in [
        (&["--until", "0%"][..], "a precision of `0%`, expected more than 0 and at most 100%"),
        (&["--until", "NaN%"], "`NaN%` is no precision"),
        (&["--until", "inf%"], "`inf%` is no precision"),
        (&["--until", "service level 1s"], "is not counted in `s`"),
        (&["--until", "1%", "--replications", "9"], "expected at least 10"),
        (&["--replications", "0"], "0 is not in"),
        (&["--replications", "-2"], "-2 is not in"),
        (&["--replications", "10001"], "10001 is not in"),
        (&["--replications", "99999999999999999999"], "too large"),
        (&["--hours", "1e300"], "at most 1000000 hours"),
        (&["--hours", "inf"], "at most 1000000 hours"),
        (&["--hours", "-1"], "more than 0 and at most 1000000 hours"),
        (&["--warm-up", "1 parsec"], "1 parsec"),
        (
            &["--html", "scenario.toml"],
            "`--html` would write over `scenario.toml`, which is read; expected another file",
        ),
        (&["--seed", "-3"], "expected a whole number from 0 to"),
        (&["--seed", "18446744073709551616"], "to 18446744073709551615"),
        (&["--json", "--csv", "-"], "only one can print to standard output"),
    ] {
        for what in ["simulate", "compare"] {
            let message = files.failure(2, what, arguments);
            assert!(message.contains(said), "{what} {arguments:?}: {message}");
        }
    }
}

#[test]
fn files_that_cannot_be_read_or_written_are_named_with_the_reason() {
    let files = files("unwritable");
    for what in ["simulate", "compare"] {
        let message = files.failure(1, what, &["--csv", "."]);
        assert!(message.starts_with("cannot write `.`: "), "{message}");
        let message = files.failure(1, what, &["--csv", "nowhere/figures.csv"]);
        assert!(message.starts_with("cannot write `nowhere/figures.csv`: "), "{message}");
        let command = |floor: &str, scenario: &str| {
            let output = files.other(&[what, floor, scenario]);
            assert_eq!(output.status.code(), Some(1));
            String::from_utf8(output.stderr).unwrap()
        };
        assert!(command(".", "scenario.toml").contains("."), "a directory");
        assert!(command("floor.toml", "none.toml").contains("none.toml"), "no file");
        files.write("noise.toml", [0u8, 159, 146, 150]);
        assert!(command("floor.toml", "noise.toml").contains("noise.toml"), "no text");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_fails() {
    let files = files("full");
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for what in ["simulate", "compare"] {
        // What can be shown is shown all the same.
        let usual = files.text(what, &[]);
        for arguments in [&["--csv", "/dev/full"][..], &["--html", "/dev/full"]] {
            let output = files.run(what, arguments);
            let message = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{message}");
            assert_eq!(message.lines().count(), 1, "{message}");
            assert!(message.starts_with("cannot write `/dev/full`: No space left"), "{message}");
            assert_eq!(String::from_utf8(output.stdout).unwrap(), usual, "{arguments:?}");
        }
        let output = files.run(what, &["--csv", "/dev/full", "--html", "/dev/full", "--json"]);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), message.lines().count()), (Some(1), 2), "{message}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), files.text(what, &["--json"]));
        for arguments in [&[][..], &["--json"], &["--csv", "-"]] {
            let output = files.command(what, arguments).stdout(full()).output().unwrap();
            let message = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{message}");
            assert!(message.starts_with("cannot write the figures: No space left"), "{message}");
        }
    }
}
