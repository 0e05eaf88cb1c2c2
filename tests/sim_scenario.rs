//! What is wrong with a scenario is said all at once, each at its line.

#![cfg(feature = "sim")]

use cordboard::sim::{Scenario, Warning};
use cordboard::{Plan, Span};

fn plan() -> Plan {
    let floor = r#"
        skills = ["french"]
        reasons = ["lunch"]
        teams = [{ name = "desk" }]
        agents = [{ name = "li", team = "desk" }, { name = "wang", team = "desk" }]
        queues = [{ name = "line" }, { name = "bookings" }]
        tiers = [{ name = "vip" }, { name = "patron" }]
        directory = [{ number = "8801", name = "Adele Moreau", tier = "vip" }]
    "#;
    Plan::from_toml(floor).unwrap()
}

fn problems(text: &str) -> String {
    Scenario::from_toml(text, &plan()).unwrap_err().to_string()
}

#[test]
fn every_mistake_is_reported_at_its_line_with_what_was_expected() {
    let text = r#"hours = "24"
patiance = 3
[calls]
patience = { exponential = "3x" }
talk = { lognorm = { mean = "3m" } }
answer = { uniform = ["9s", "3s"] }
hold = { share = 0.1 }
[agents]
missed = 0.7
declined = 0.7
[[queues]]
queue = "lin"
arrivals = { per_hour = [1, 2, "x"] }
needs = [{ share = 2.0, need = "frnch" }]
tiers = { patron = { share = 0.1 }, vipp = { share = 0.1 } }
[[queues]]
queue = "bookings"
arrivals = { per_minute = -1 }
[[queues]]
queue = "bookings"
arrivals = { per_hour = [1, 2] }
[[shifts]]
teams = ["desc", 3]
agents = ["li"]
from = "7:00"
to = "24:00"
[[shifts]]
teams = ["desk"]
agents = ["wan"]
from = "08:00"
to = "12:00"
breaks = [{ at = "11:50", length = "10m", stagger = "10m", reason = "lnch" }]
[[shifts]]
agents = ["wang"]
from = "11:00"
to = "13:00"
breaks = [{ at = "12:50", length = "15m", reason = "lunch" }]
"#;
    let expected = r#"line 1: hours: invalid type: string "24"; expected a number
line 2: patiance: no field `patiance`; expected one of `name`, `hours`, `drain`, `calls`, `agents`, `switch`, `queues`, `shifts`, `faults`
line 4: calls.patience.exponential: `3x` is no length; expected one such as `3 rings`, `1.5 rings`, `90s`, `1m30s` or `500ms`
line 5: calls.talk.lognorm: unknown variant `lognorm`; did you mean `lognormal`?
line 6: calls.answer: `9s and 3s`; expected the shorter length first
line 7: calls.hold: no `length`; expected a value
line 8: agents: `1.4`; expected shares that add up to at most 1
line 12: queues[0].queue: no queue `lin`; did you mean `line`?
line 13: queues[0].arrivals: no rate; expected a number or a list of 24 numbers
line 14: queues[0].needs[0].need: at character 1: no skill `frnch`; did you mean `french`?
line 14: queues[0].needs[0].share: `2`; expected a share from 0 to 1
line 15: queues[0].tiers.patron: nobody in the directory is of tier `patron`; expected at least one caller of this tier in the directory
line 15: queues[0].tiers.vipp: no tier `vipp`; did you mean `vip`?
line 18: queues[1].arrivals.per_minute: `-1`; expected a rate from 0 to 10,000,000
line 20: queues[2].queue: queue `bookings` again; expected each queue at most once
line 21: queues[2].arrivals.per_hour: 2 rates; expected 24 rates, one for each hour of the day
line 23: shifts[0].teams[0]: no team `desc`; did you mean `desk`?
line 23: shifts[0].teams[1]: invalid type: integer `3`; expected a string
line 25: shifts[0].from: `7:00`; expected a time of day such as `07:00` or `23:30:00`
line 29: shifts[1].agents[0]: no agent `wan`; did you mean `wang`?
line 32: shifts[1].breaks[0].reason: no reason `lnch`; did you mean `lunch`?
line 33: shifts[2]: agent `wang` already works part of this time in another shift; expected shifts of one agent that do not overlap
line 37: shifts[2].breaks[0].at: `12:50`, so the last of 1 agents is back after the shift; expected breaks within the shift
"#;
    let got = problems(text);
    let lines = |text: &str| text.trim_end().lines().map(str::to_owned).collect::<Vec<_>>();
    for (got, expected) in lines(&got).iter().zip(lines(expected)) {
        assert_eq!(*got, expected);
    }
    assert_eq!(lines(&got).len(), lines(expected).len(), "{got}");
}

#[test]
fn broken_toml_is_reported_at_its_line_and_reads_no_further() {
    let got = problems("hours = 24\n[calls\ntalk = 3\n");
    assert!(got.starts_with("line 2: "), "{got}");
}

#[test]
fn whatever_stands_in_a_scenario_is_never_a_panic() {
    for text in [
        "queues = 3",
        "queues = [3]",
        "queues = [[[]]]",
        "calls = 3",
        "calls = { talk = [] }",
        "calls = { talk = {} }",
        "calls = { talk = { uniform = [] } }",
        "calls = { talk = { uniform = [\"1s\", \"2s\", \"3s\"] } }",
        "calls = { talk = { fixed = \"1s\", exponential = \"1s\" } }",
        "calls = { talk = \"never\" }",
        "hours = nan",
        "hours = -1",
        "hours = 1e300",
        "shifts = [{ teams = [\"desk\"], from = \"99:99\", to = \"-1:00\" }]",
        "shifts = [{ from = \"00:00\", to = \"24:00\" }]",
        "shifts = [{ teams = [\"desk\"], from = \"00:00\", to = \"24:00\",\
         breaks = [{ at = \"01:00\", length = \"1m\", stagger = \"5124095h\", reason = \"lunch\" }] }]",
        "faults = { nonsense = 2 }",
        "calls = { wrap_up = { erlang = { mean = \"1s\", k = 0 } } }",
        "queues = [{ queue = \"line\", arrivals = { per_hour = inf } }]",
    ] {
        let problems = Scenario::from_toml(text, &plan()).expect_err(text);
        assert!(problems.iter().all(|problem| problem.line.is_some()), "{text}: {problems}");
    }
}

#[test]
fn a_scenario_written_out_reads_back_the_same() {
    let plan = Plan::load("examples/floors/hotel.toml").unwrap();
    let scenario = Scenario::load("examples/floors/hotel.scenario.toml", &plan).unwrap();
    let text = toml::to_string(&scenario).unwrap();
    assert_eq!(Scenario::from_toml(&text, &plan).unwrap(), scenario);
}

#[test]
fn what_a_scenario_asks_for_in_vain_is_warned_of() {
    let floor = r#"
        skills = ["french"]
        teams = [{ name = "desk" }, { name = "night" }]
        agents = [{ name = "li", team = "desk" }, { name = "wang", team = "night", skills = { french = 5 } }]
        queues = [
            { name = "line" },
            { name = "french", need = "french", rules = { wrap_up = { timed = "20s" } } },
            { name = "away", need = "french", ladder = [{ after = "9s", do = [{ to_queue = "line" }] }] },
            { name = "quiet", need = "french" },
        ]
    "#;
    let plan = Plan::from_toml(floor).unwrap();
    let warnings = |shifts: &str, wrap_up: &str| {
        let text = format!(
            "calls = {{ {wrap_up} }}\nshifts = [{shifts}]\nqueues = [\
             {{ queue = \"line\", arrivals = {{ per_hour = 1 }} }}, {{ queue = \"french\", arrivals = {{ per_minute = 1 }} }},\
             {{ queue = \"away\", arrivals = {{ per_hour = 1 }}, calls = {{ wrap_up = {{ fixed = \"0s\" }} }} }},\
             {{ queue = \"quiet\", arrivals = {{ per_hour = 0 }} }}]"
        );
        Scenario::from_toml(&text, &plan).unwrap().warnings(&plan)
    };
    let shift = |team: &str| format!("{{ teams = [\"{team}\"], from = \"08:00\", to = \"12:00\" }}");
    let everybody = format!("{}, {}", shift("desk"), shift("night"));
    let wrap_up = "wrap_up = { uniform = [\"10s\", \"40s\"] }";
    let (mean, limit) = (Span::from_secs(25), Span::from_secs(20));

    assert_eq!(warnings(&everybody, ""), []);
    assert_eq!(warnings("", ""), [Warning::NoShift]);
    assert_eq!(warnings(&shift("desk"), ""), [Warning::NobodyAtWork { queue: "french".into() }]);
    assert_eq!(
        warnings(&everybody, wrap_up),
        [Warning::NoWrapUp { queue: "line".into(), mean }, Warning::WrapUpCut { queue: "french".into(), mean, limit }]
    );
    let said = warnings(&everybody, wrap_up)[1].to_string();
    assert_eq!(said, "queue `french`: the floor ends the scenario's wrap_up, 25s on average, after 20s");
    assert_eq!(warnings(&everybody, "wrap_up = { fixed = \"20s\" }").len(), 1);
}

#[test]
fn nothing_at_the_hotel_is_warned_of() {
    let plan = Plan::load("examples/floors/hotel.toml").unwrap();
    let scenario = Scenario::load("examples/floors/hotel.scenario.toml", &plan).unwrap();
    assert_eq!(scenario.warnings(&plan), []);
    assert_eq!(plan.describe().warnings, []);
}
