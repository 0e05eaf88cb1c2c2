//! `cordboard staff`, `what-if` and `sweep` as a planner runs them.

use serde_json::json;

use crate::files::{Files, cells};

pub(crate) const FLOOR: &str = r#"
    name = "Small office"
    skills = ["spanish"]
    teams = [{ name = "desk" }]
    agents = [{ name = "li", team = "desk", skills = { spanish = 3 } }, { name = "wang", team = "desk" }]
    queues = [{ name = "外线" }]
    rules = { target = "20s" }
"#;

pub(crate) const SCENARIO: &str = r#"
    name = "Morning"
    calls = { patience = { exponential = "1m" } }
    shifts = [{ teams = ["desk"], from = "08:00", to = "12:00" }]
    [[queues]]
    queue = "外线"
    arrivals = { per_hour = [0,0,0,0,0,0,0,0, 30,50,50,30, 0,0,0,0,0,0,0,0,0,0,0,0] }
"#;

fn files(test: &str) -> Files {
    Files::new(test, FLOOR, SCENARIO)
}

#[test]
fn staff_prints_requirement_cover_and_shifts_and_writes_them_to_be_pasted() {
    let files = files("staff");
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

    let shifts = files.read("shifts.toml");
    assert!(shifts.contains("# not on the floor yet: li 2") && shifts.contains("[[shifts]]"), "{shifts}");
}

#[test]
fn staff_says_by_its_exit_status_that_the_goal_is_missed_and_why_it_cannot_be_met_at_all() {
    let files = files("staff-missed");
    let calm = files.text("staff", &["--no-simulate", "--own-shifts"]);
    assert!(calm.contains("Not checked by simulation.") && !calm.contains("simulated"), "{calm}");
    let uncovered = files.failure(1, "staff", &["--lengths", "1h", "--starts", "13h"]);
    assert!(uncovered.contains("nobody can be at work at 08:00"), "{uncovered}");
}

#[test]
fn staff_says_the_goal_as_it_was_asked_for() {
    let files = files("staff-goal");
    for (arguments, said) in [
        (&["--target", "92.5%"][..], "Goal: 92.5 % of calls answered within its queue's target, in every 30 min\n"),
        (&["--target", "0.56", "--within", "30s"], "Goal: 56 % of calls answered within 30s, in every 30 min\n"),
        (&["--of", "answered"], "Goal: 80 % of the calls that are answered, answered within its queue's target"),
        (&["--of", "answered-or-abandoned"], "Goal: 80 % of calls answered or hung up within its queue's target"),
    ] {
        let text = files.text("staff", &[arguments, &["--no-simulate", "--own-shifts"]].concat());
        assert!(text.contains(said), "{said} in\n{text}");
    }
}

#[test]
fn staff_says_in_its_json_what_was_asked_for() {
    let files = files("staff-asked");
    let goal = ["--target", "92.5%", "--within", "30s", "--of", "answered-or-abandoned", "--interval", "15m"];
    let least = ["--minimum", "2", "--peak-minimum", "3", "--team", "desk", "--shrinkage", "10%"];
    let runs = ["--lengths", "4h", "--replications", "3", "--rounds", "0", "--seed", "7"];
    let output = files.run("staff", &[&goal[..], &least, &runs, &["--json"]].concat());
    let staffing: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for (field, value) in [
        ("floor", json!("Small office")),
        ("scenario", json!("Morning")),
        ("interval_s", json!(900.0)),
        ("share", json!(0.925)),
        ("of", json!("answered_or_abandoned")),
        ("within_s", json!(30.0)),
        ("shrinkage", json!(0.1)),
        ("minimum", json!(2)),
        ("peak_minimum", json!(3)),
        ("teams", json!(["desk"])),
        ("seed", json!(7)),
        ("replications_asked", json!(3)),
        ("replications", json!(3)),
        ("rounds_asked", json!(0)),
        ("rounds", json!(1)),
    ] {
        assert_eq!(staffing[field], value, "{field}");
    }
    let text = files.run("staff", &[&goal[..], &least, &runs].concat()).stdout;
    assert!(String::from_utf8(text).unwrap().contains("with 3 replications each from seed 7.\n"));
    let unchecked = files.json("staff", &["--lengths", "4h", "--no-simulate"]);
    for field in ["within_s", "seed", "replications_asked", "rounds_asked", "met"] {
        assert!(unchecked.as_object().unwrap()[field].is_null(), "{field}");
    }
    assert_eq!((&unchecked["of"], &unchecked["teams"]), (&json!("offered"), &json!([])));
}

#[test]
fn what_if_says_how_much_instead_of_how_much() {
    let files = files("what-if");
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
    assert!(files.text("what-if", &["--add", "-1 desk", "--replications", "2"]).contains("What if: -1 desk"));
}

#[test]
fn the_same_calls_are_said_to_come_only_where_as_many_do() {
    let files = files("same-calls");
    let text = |what: &str, set: &str| files.text(what, &["--replications", "2", "--set", set]);
    for (what, set, same) in [
        ("what-if", "patience=2", "; the same calls come to both\n"),
        ("what-if", "volume=2", "; chance is the same, the number of calls is not\n"),
        ("sweep", "patience=1,2", "; the same calls come to all\n"),
        ("sweep", "volume=1,2", "; chance is the same, the number of calls is not\n"),
    ] {
        let text = text(what, set);
        assert!(text.starts_with("Small office: Morning\n") && text.contains(same), "{what} {set}: {text}");
    }
    files.write("floor.toml", FLOOR.replace("name = \"Small office\"", ""));
    files.write("scenario.toml", SCENARIO.replace("name = \"Morning\"", ""));
    let unnamed = text("what-if", "patience=2");
    assert!(unnamed.starts_with("A floor without a name: a scenario without a name\n"), "{unnamed}");
}

#[test]
fn what_is_not_simulated_equally_long_is_said_to_be_so() {
    let files = files("spans");
    files.write("longer.toml", format!("hours = 48\n{SCENARIO}"));
    let other = "not all are simulated equally long: their rates can be compared, what is counted cannot\n";
    let text = |what: &str, more: &[&str]| files.text(what, &[&["--replications", "2"], more].concat());
    let longer = text("what-if", &["--set", "scenario.hours=48"]);
    assert!(longer.contains(&format!("\n24 h simulated as it is, 48 h with the change; {other}")), "{longer}");
    let swept = text("sweep", &["--set", "scenario.hours=24,48"]);
    assert!(swept.contains(&format!("\n{other}")), "{swept}");
    let compared = text("compare", &["longer.toml"]);
    assert!(
        compared.contains(&format!("\n{other}")) && compared.contains("B  Morning, 48 h simulated\n"),
        "{compared}"
    );
    for (what, more) in [("what-if", &["--set", "volume=2"][..]), ("sweep", &["--set", "volume=1,2"]), ("compare", &[])]
    {
        let same = text(what, more);
        assert!(same.contains(", 24 h simulated; ") && !same.contains(other), "{same}");
    }
}

#[test]
fn sweep_draws_a_bar_for_each_value_and_prints_the_same_as_csv_and_json() {
    let files = files("sweep");
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
}

#[test]
fn planning_prints_csv_that_says_what_the_json_says() {
    let files = files("planned-csv");
    let some = ["--lengths", "4h", "--replications", "5"];
    let staffing = files.json("staff", &some);
    let rows = cells(&files.text("staff", &[&some[..], &["--csv", "-"]].concat()));
    assert_eq!(rows[0], ["section", "name", "interval", "figure", "unit", "mean", "half_width", "n"]);
    let find = |place: [&str; 4]| rows.iter().find(|row| row[..4] == place).unwrap_or_else(|| panic!("{place:?}"));
    let interval = &staffing["pools"][0]["intervals"][18];
    assert_eq!(find(["intervals", "外线", "09:00", "calls"])[5].parse::<f64>().ok(), interval["calls"].as_f64());
    assert_eq!(find(["intervals", "外线", "09:00", "required"])[5].parse::<u64>().ok(), interval["required"].as_u64());
    let simulated = find(["intervals", "外线", "09:00", "simulated_level"]);
    assert_eq!((simulated[4].as_str(), simulated[7].as_str()), ("share", "5"));
    assert!(
        (simulated[5].parse::<f64>().unwrap() - interval["simulated_level"]["mean"].as_f64().unwrap()).abs() < 1e-12
    );
    assert_eq!(find(["shifts", "外线", "08:00-12:00", "agents"])[4], "count");

    let some = ["--set", "volume=1.2", "--replications", "4"];
    let rows = cells(&files.text("what-if", &[&some[..], &["--csv", "-"]].concat()));
    assert_eq!((rows[0][0].as_str(), rows[0][9].as_str()), ("alternative", "difference"));
    let calls = rows.iter().find(|row| row[..5] == ["volume=1.2", "total", "", "", "calls"]).unwrap();
    let comparison = files.json("what-if", &some);
    let more = comparison["alternatives"][1]["total"][0]["difference"]["mean"].as_f64().unwrap();
    assert!((calls[9].parse::<f64>().unwrap() - more).abs() < 1e-9, "{calls:?}");
}

#[test]
fn what_if_and_sweep_run_until_they_are_precise() {
    let files = files("planned-until");
    for (what, knob) in [("what-if", "volume=1.2"), ("sweep", "volume=1,1.2")] {
        let json = files.json(what, &["--set", knob, "--until", "answer rate 5pp"]);
        assert_eq!(json["ended"], "precise", "{what}");
        let text = files.text(what, &["--set", knob, "--until", "0.01%", "--replications", "12"]);
        assert!(text.contains("\nnot precise to 0.01% after 12 replications, as many as may be\n"), "{text}");
    }
}

#[test]
fn bars_of_planning_are_plain_where_that_is_asked_for() {
    let files = files("planned-plain");
    for (what, arguments) in [("staff", ["--lengths", "4h"]), ("sweep", ["--set", "volume=1,1.2"])] {
        let few = [&arguments[..], &["--replications", "2"]].concat();
        let (blocks, plain) = (files.text(what, &few), files.text(what, &[&few[..], &["--plain"]].concat()));
        assert!(blocks.contains('█') && !blocks.contains("###"), "{blocks}");
        assert!(plain.contains("###") && !plain.contains(['█', '▒', '□']), "{plain}");
    }
}

#[test]
fn bad_command_lines_say_what_was_expected_and_what_came() {
    let files = files("planned-bad");
    for (status, what, arguments, said) in [
        (2, "what-if", &[][..], &["no change was given, expected --add or --set"][..]),
        (2, "what-if", &["--add", "two spanish"], &["`agents.spanish=two` is no change", "expected one such as"]),
        (2, "what-if", &["--set", "speed=2"], &["`speed=2` is no change, expected one such as `2 spanish`"]),
        (2, "what-if", &["--set", "volume=-1"], &["the factor is -1, expected above 0, at most 1,000"]),
        (2, "what-if", &["--set", "volume=2", "--replications", "1"], &["'1'", "1 is not in 2..=10000"]),
        (2, "what-if", &["--set", "volume=2", "--csv", "-", "--html", "-"], &["only one can print"]),
        (1, "what-if", &["--add", "2 dutch"], &["`dutch`, expected one of desk, spanish"]),
        (1, "what-if", &["--set", "volume.x=2"], &["no queue in the scenario `x`, expected one of 外线"]),
        (1, "what-if", &["--set", "scenario.hours=x"], &["hours: invalid type: string \"x\", expected f64"]),
        (2, "sweep", &[], &["required", "--set"]),
        (2, "sweep", &["--set", "volume"], &["`volume` is no sweep, expected one such as `volume=0.8..1.2..0.1`"]),
        (2, "sweep", &["--set", "volume=2..1"], &["`volume=2..1` is no sweep"]),
        (2, "sweep", &["--set", "volume=0..1..0.001"], &["got 1001 values, expected 1 to 100"]),
        (2, "sweep", &["--set", "volume=1", "--figure", "x"], &["no figure `x`, expected one of calls, answered"]),
        (2, "sweep", &["--set", "volume=1", "--json", "--csv", "-"], &["only one can print"]),
        (1, "sweep", &["--set", "volume=1,x"], &["value `x`: `volume=x` is no change, expected one such as"]),
        (2, "staff", &["--target", "110%"], &["'110%'", "expected a share such as 80% or 0.8, below 100%"]),
        (2, "staff", &["--target", "0%"], &["'0%'", "expected more than 0%"]),
        (2, "staff", &["--within", "soon"], &["'soon'", "expected a length of time such as 30m or 20s"]),
        (2, "staff", &["--lengths", "30s"], &["'30s'", "expected whole minutes, at most 24h"]),
        (2, "staff", &["--starts", "25h"], &["'25h'", "expected whole minutes, at most 24h"]),
        (2, "staff", &["--own-shifts", "--lengths", "2h"], &["'--own-shifts' cannot be used with '--lengths"]),
        (2, "staff", &["--write", "-", "--json"], &["only one can print"]),
        (2, "staff", &["--interval", "7m"], &["'7m'", "expected whole minutes, a whole part of a day"]),
        (2, "staff", &["--interval", "90s"], &["'90s'", "expected whole minutes, a whole part of a day"]),
        (2, "staff", &["--interval", "48h"], &["'48h'", "expected whole minutes, a whole part of a day"]),
        (2, "staff", &["--write", "./scenario.toml"], &["`--write` would write over `./scenario.toml`, which is read"]),
        (2, "sweep", &["--set", "volume=1", "--csv", "floor.toml"], &["`--csv` would write over `floor.toml`"]),
        (1, "staff", &["--team", "x"], &["there is no team `x` on this floor, expected one of desk"]),
        (1, "staff", &["--write", "nowhere/shifts.toml"], &["cannot write `nowhere/shifts.toml`: "]),
    ] {
        let message = files.failure(status, what, arguments);
        for part in said {
            assert!(message.contains(part), "{what} {arguments:?}: {message}");
        }
    }
    let output = files.other(&["staff", "scenario.toml", "floor.toml"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message, "`floor.toml` is a floor: the floor comes first, then the scenario\n");
}
