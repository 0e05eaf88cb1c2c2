//! `cordboard compare` as a user runs it.

use crate::files::Files;

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

fn files(test: &str) -> Files {
    let files = Files::new(&format!("compare-{test}"), FLOOR, SCENARIO);
    files.write("slow.toml", FLOOR.replace("\"30s\"", "\"10m\""));
    files
}

#[test]
fn compare_prints_figures_differences_and_hours_within_a_hundred_columns() {
    let files = files("tables");
    let text = files.text("compare", &["--replications", "3", "--seed", "5"]);
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
    assert_eq!(text, files.text("compare", &["--replications", "3", "--seed", "5"]), "the same seed, the same text");
}

#[test]
fn compare_takes_more_floors_and_names_them() {
    let files = files("floors");
    let text = files.text("compare", &["--replications", "2", "--hours", "12", "--floor", "slow.toml"]);
    for part in ["A  floor.toml: two by day\n", "D  slow.toml: two by day\n", "F  slow.toml: the same again\n"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(text.contains(", 12 h simulated"), "{text}");
}

#[test]
fn compare_prints_json_for_programs() {
    let files = files("json");
    let text = files.text("compare", &["--replications", "2", "--json"]);
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
    let files = files("wrong");
    files.write("scenario.toml", SCENARIO.replace("the same again", "three by day"));
    let output = files.run("compare", &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("scenario.toml:18: alternatives[1].name: alternative `three by day` again"), "{said}");
    assert_eq!(files.run("compare", &["--replications", "1"]).status.code(), Some(2));
}

#[test]
fn compare_draws_the_service_level_of_each_alternative_and_by_hour() {
    let files = files("bars");
    let text = files.text("compare", &["--replications", "3"]);
    let section = |text: &str, title: &str| -> String {
        text.split("\n\n").find(|section| section.starts_with(title)).unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    let whole = section(&text, "Service level of the whole centre");
    for letter in ["A ", "B ", "C "] {
        let line = whole.lines().find(|line| line.starts_with(letter)).unwrap_or_else(|| panic!("{whole}"));
        let percent: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        let full = line.chars().filter(|sign| *sign == '█').count() as f64;
        assert!((percent / 2.5 - full).abs() <= 1.0, "{line}");
    }
    let hours = section(&text, "Service level by hour of day, drawn");
    assert!(hours.lines().any(|line| line.starts_with("09:00") && line.contains('█')), "{hours}");
    let plain = files.text("compare", &["--replications", "3", "--plain"]);
    assert!(plain.contains("###") && !plain.contains('█'), "{plain}");
}
