//! What is wrong with a scenario is said all at once, each at its line.

use cordboard::sim::{Scenario, Warning};
use cordboard::{Plan, Span};

fn plan() -> Plan {
    let floor = r#"
        skills = ["french"]
        reasons = ["lunch"]
        dispositions = ["solved"]
        extensions = [{ name = "kitchen", number = "601" }]
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
    let expected = r#"line 1: hours: `"24"`; expected a number
line 2: patiance: no field `patiance`; expected one of `name`, `begins`, `hours`, `warm_up`, `drain`, `calls`, `agents`, `supervisors`, `switch`, `telephones`, `follow_up`, `queues`, `shifts`, `alternatives`, `faults`
line 4: calls.patience.exponential: `3x` is no length; expected one such as `3 rings`, `1.5 rings`, `90s`, `1m30s` or `500ms`
line 5: calls.talk.lognorm: `lognorm`; did you mean `lognormal`?
line 6: calls.answer: `9s and 3s`; expected the shorter length first
line 7: calls.hold: no `length`; expected a value
line 8: agents: `1.4`; expected shares that add up to at most 1
line 12: queues[0].queue: no queue `lin`; did you mean `line`?
line 13: queues[0].arrivals.per_hour[2]: `"x"`; expected a number
line 14: queues[0].needs[0].need: at character 1: no skill `frnch`; did you mean `french`?
line 14: queues[0].needs[0].share: `2`; expected a share from 0 to 1
line 15: queues[0].tiers.patron: nobody in the directory is of tier `patron`; expected at least one caller of this tier in the directory
line 15: queues[0].tiers.vipp: no tier `vipp`; did you mean `vip`?
line 18: queues[1].arrivals.per_minute: `-1`; expected a rate from 0 to 10,000,000
line 20: queues[2].queue: queue `bookings` again; expected each queue at most once
line 21: queues[2].arrivals.per_hour: 2 rates; expected 24 rates, one for each interval of the day
line 23: shifts[0].teams[0]: no team `desc`; did you mean `desk`?
line 23: shifts[0].teams[1]: `3`; expected text in quotes
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
fn mistakes_in_what_people_do_with_calls_are_reported_at_their_lines_too() {
    let text = r##"hours = 24
[calls]
cannot_answer = 1.5
complaints = -0.1
transfers = [
    { share = 0.1, to = { queue = "lines" } },
    { share = 0.1, to = { team = "desks" } },
    { share = 0.1, to = { agent = "lee" } },
    { share = 0.1, to = { extension = "kitchn" } },
    { share = 0.1, to = { nobody = "at all" } },
]
consults = { conference = 0.8, back = 0.3 }
preferred = { share = 0.1, agents = [] }
keys = [{ key = "x", share = 0.1, after = "never" }]
callback = { share = 0.2, reached = 2 }
message = { share = 0.2 }
dispositions = { solvd = 0.5 }
[supervisors]
listen = { per_hour = -1, length = { fixed = "1m" }, barge = 0.7, whisper = 0.7 }
moves = { per_hour = 1, to = ["lin"] }
[telephones]
answered = 0.9
busy = 0.2
[follow_up]
closed = 1.2
[[shifts]]
teams = ["desk"]
days = ["mon", "tues"]
from = "08:00"
to = "12:00"
[[alternatives]]
shifts = [{ teams = ["dask"], from = "08:00", to = "12:00" }]
[[alternatives]]
name = "long"
[[alternatives]]
name = "long"
"##;
    let expected = r#"line 3: calls.cannot_answer: `1.5`; expected a share from 0 to 1
line 4: calls.complaints: `-0.1`; expected a share from 0 to 1
line 6: calls.transfers[0].to.queue: no queue `lines`; did you mean `line`?
line 7: calls.transfers[1].to.team: no team `desks`; did you mean `desk`?
line 8: calls.transfers[2].to.agent: no agent `lee`; expected one of li, wang
line 9: calls.transfers[3].to.extension: no extension `kitchn`; did you mean `kitchen`?
line 10: calls.transfers[4].to.nobody: `nobody`; expected one of `queue`, `agent`, `team`, `extension`, `number`
line 12: calls.consults: `1.1`; expected shares that add up to at most 1
line 13: calls.preferred: nobody; expected agents
line 14: calls.keys[0].key: `x`; expected one of `0` to `9`, `*` and `#`
line 14: calls.keys[0].after: `never`; expected a distribution of a length of time
line 15: calls.callback.reached: `2`; expected a share from 0 to 1
line 16: calls.message: no `length`; expected a value
line 17: calls.dispositions.solvd: no disposition `solvd`; did you mean `solved`?
line 19: supervisors.listen: `1.4`; expected shares that add up to at most 1
line 19: supervisors.listen.per_hour: `-1`; expected a rate from 0 to 10,000,000
line 20: supervisors.moves.to[0]: no queue `lin`; did you mean `line`?
line 21: telephones: `1.1`; expected shares that add up to at most 1
line 25: follow_up.closed: `1.2`; expected a share from 0 to 1
line 28: shifts[0].days[1]: no day `tues`; did you mean `tue`?
line 31: alternatives[0]: no `name`; expected a name for each alternative
line 32: alternatives[0].shifts[0].teams[0]: no team `dask`; did you mean `desk`?
line 36: alternatives[2].name: alternative `long` again; expected each name once
"#;
    let got = problems(text);
    let got: Vec<&str> = got.trim_end().lines().collect();
    for expected in expected.lines() {
        assert!(got.contains(&expected), "{expected}\nin\n{}", got.join("\n"));
    }
    assert_eq!(got.len(), expected.lines().count(), "{}", got.join("\n"));
}

#[test]
fn mistakes_about_demand_and_people_are_reported_at_their_lines_too() {
    let text = r##"begins = "2024-1-1"
hours = 24
[calls]
talk = { gamma = { mean = "3m", cv = 101 } }
wrap_up = { weibull = { mean = "3m", shape = 0 } }
answer = { hyperexponential = { mean = "3m", cv = 0.5 } }
patience = { empirical = [] }
retry = { refused = 1.5, abandoned = -1, after = "never" }
[agents]
absent = 2
late = { share = 0.1, by = { exponential = "0s" } }
phone_failures = { every = "10s", repair = { fixed = "1m" } }
[[queues]]
queue = "line"
[queues.arrivals]
every = "7m"
per_hour = { weekdays = 3, mon = [1, 2], tus = 4 }
overdispersed = { cv = -1, shared = "weather" }
bursts = { per_hour = 20_000, calls = { geometric = 0.5 } }
[queues.teams.dask]
talk = { fixed = "1m" }
[[queues]]
queue = "bookings"
[queues.arrivals]
per_hour = 3
per_minute = "x"
overdispersed = { cv = 0.1, every = "1s", shared = "weather" }
recorded = [{ at = "2s", tier = "vipp" }, { at = "1s", need = "frnch" }]
[[shifts]]
teams = ["desk"]
from = "08:00"
to = "12:00"
allowance = { breaks = ["0s", "10m", "2h"], reason = "lnch" }
[[shifts]]
teams = ["desk"]
from = "13:00"
to = "14:00"
allowance = { breaks = ["5m"], reason = "lunch", margin = "30m" }
"##;
    let expected = r#"line 1: begins: `2024-1-1`; expected a day from 1970 to 2199, such as `2024-01-01`
line 4: calls.talk: `101`; expected a coefficient of variation from 0 to 100
line 5: calls.wrap_up: `0`; expected a shape from 0.1 to 100
line 6: calls.answer: `0.5`; expected a coefficient of variation from 1 to 100
line 7: calls.patience: `0 lengths`; expected 1 to 100,000 lengths
line 8: calls.retry.abandoned: `-1`; expected a share from 0 to 1
line 8: calls.retry.after: `never`; expected a distribution of a length of time
line 8: calls.retry.refused: `1.5`; expected a share from 0 to 1
line 10: agents.absent: `2`; expected a share from 0 to 1
line 11: agents.late.by: `no time`; expected a mean longer than no time
line 12: agents.phone_failures.every: `10s`; expected at least 1m
line 16: queues[0].arrivals.every: `7m`; expected from 1m to 24h, a whole part of a day
line 17: queues[0].arrivals.per_hour.mon: 2 rates; expected 24 rates, one for each interval of the day
line 17: queues[0].arrivals.per_hour.tus: no field `tus`; did you mean `tue`?
line 18: queues[0].arrivals.overdispersed.cv: `-1`; expected a coefficient of variation from 0 to 10
line 19: queues[0].arrivals.bursts.calls.geometric: `0.5`; expected 1 to 100,000 calls
line 19: queues[0].arrivals.bursts.per_hour: `20000`; expected a rate from 0 to 10,000
line 20: queues[0].teams.dask: no team `dask`; did you mean `desk`?
line 26: queues[1].arrivals.per_minute: `"x"`; expected a number, a list of numbers, or one of them by day of the week
line 27: queues[1].arrivals.overdispersed.every: `1s`; expected at least 1m
line 27: queues[1].arrivals.overdispersed.shared: `weather` with another `cv` or `every` in a queue before; expected the same in all queues that share it
line 28: queues[1].arrivals.recorded[0].tier: no tier `vipp`; did you mean `vip`?
line 28: queues[1].arrivals.recorded[1].at: earlier than the call before; expected calls in order of time
line 28: queues[1].arrivals.recorded[1].need: at character 1: no skill `frnch`; did you mean `french`?
line 33: shifts[0].allowance.breaks[0]: `0s`; expected a break longer than no time and not longer than 1h20m
line 33: shifts[0].allowance.breaks[2]: `2h`; expected a break longer than no time and not longer than 1h20m
line 33: shifts[0].allowance.reason: no reason `lnch`; did you mean `lunch`?
line 38: shifts[1].allowance.margin: `30m`; expected less than half of the shift
"#;
    let got = problems(text);
    let got: Vec<&str> = got.trim_end().lines().collect();
    for expected in expected.lines() {
        assert!(got.contains(&expected), "{expected}\nin\n{}", got.join("\n"));
    }
    assert_eq!(got.len(), expected.lines().count(), "{}", got.join("\n"));
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

    let plan = self::plan();
    let text = r#"
        [calls]
        cannot_answer = 0.1
        transfers = [{ share = 0.1, to = { number = "5550100" }, consult = true }, { share = 0.1, to = { team = "desk" } }]
        consults = { back = 0.3 }
        preferred = { share = 0.1, agents = ["li"] }
        keys = [{ key = "1", share = 0.1, after = { fixed = "9s" } }]
        callback = { share = 0.2, due = "2h" }
        message = { share = 0.2, length = { fixed = "9s" } }
        dispositions = { solved = 0.5 }
        again = { share = 0.1, after = { exponential = "1h" } }
        retry = { refused = 0.9, after = { gamma = { mean = "5m", cv = 0.5 } } }
        [agents]
        absent = 0.1
        late = { share = 0.1, by = { weibull = { mean = "5m", shape = 0.7 } } }
        phone_failures = { every = "100h", repair = { hyperexponential = { mean = "1h", cv = 2 } } }
        [supervisors]
        listen = { per_hour = 1, length = { fixed = "1m" } }
        moves = { per_hour = 1, to = ["line"] }
        approval = { refused = 0.1 }
        [telephones]
        answered = 0.5
        [follow_up]
        called_back = 0.5
        [[alternatives]]
        name = "mondays"
        shifts = [{ teams = ["desk"], days = ["mon"], from = "08:00", to = "12:00" }]
        [[shifts]]
        teams = ["desk"]
        from = "08:00"
        to = "16:00"
        allowance = { breaks = ["10m", "15m"], reason = "lunch", margin = "30m" }
        [[queues]]
        queue = "line"
        teams = { desk = { talk = { empirical = ["10s", "1m5s"] } } }
        [queues.arrivals]
        every = "12h"
        per_hour = { weekdays = [1, 2.5], sat = 3 }
        overdispersed = { cv = 0.2, shared = "weather" }
        bursts = { per_hour = 0.1, calls = { geometric = 20 }, after = { uniform = ["0s", "5m"] } }
        recorded = [{ at = "1h", from = "8801", talk = "20s", waited = "9s" }, { at = "2h", need = "french >= 2" }]
    "#;
    let scenario = Scenario::from_toml(text, &plan).unwrap();
    assert_eq!(Scenario::from_toml(&toml::to_string(&scenario).unwrap(), &plan).unwrap(), scenario);
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
    assert_eq!(Scenario::default().warnings(&plan), [Warning::NoShift, Warning::NoCalls]);
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
fn what_would_fill_or_colour_the_terminal_is_said_in_short_and_in_plain_text() {
    let said = problems("hours = 1e300\n");
    assert!(said.contains("hours: `1e300`; expected above 0, at most 1,000,000 hours"), "{said}");
    let said = problems("calls = { talk = { gamma = { mean = \"1m\", cv = 1e300 } } }\n");
    assert!(said.contains("calls.talk: `1e300`; expected a coefficient of variation from 0 to 100"), "{said}");
    let said = problems("agents = { missed = 1, declined = 0.001, busy = 0.015 }\n");
    assert!(said.contains("agents: `1.016`; expected shares that add up to at most 1"), "{said}");
    for text in [
        "name = \"\\u001b[31mred\"\n",
        "[[alternatives]]\nname = \"\\u001b[31mred\"\n",
        "[[queues]]\nqueue = \"\\u001b[31mred\"\n",
    ] {
        let said = problems(text);
        assert!(said.contains("\\u{1b}[31mred") && !said.contains('\u{1b}'), "{said:?}");
    }
}

#[test]
fn nothing_at_the_hotel_is_warned_of() {
    let plan = Plan::load("examples/floors/hotel.toml").unwrap();
    for scenario in ["examples/floors/hotel.scenario.toml", "examples/floors/hotel.week.scenario.toml"] {
        let scenario = Scenario::load(scenario, &plan).unwrap();
        assert_eq!(scenario.warnings(&plan), []);
    }
    assert_eq!(plan.describe().warnings, []);
}

#[test]
fn what_is_no_value_of_a_field_is_shown_as_it_was_written() {
    let text = r#"begins = 2024-01-01
[calls]
patience = "2m"
talk = { fixed = "1h", exponential = "2m" }
answer = 9
wrap_up = { uniform = ["3m"] }
[[queues]]
queue = "line"
arrivals = 30
[[shifts]]
teams = "desk"
from = 08:00:00
to = "16:00"
"#;
    let distribution = "expected a distribution, as `{ exponential = \"2m\" }`, or `\"never\"`";
    let expected = [
        "line 1: begins: `2024-01-01`; expected text in quotes".to_owned(),
        format!("line 3: calls.patience: `2m`; {distribution}"),
        "line 4: calls.talk: `{ fixed = \"1h\", exponential = \"2m\" }`; expected a table with one field".to_owned(),
        "line 5: calls.answer: `9`; expected a name in quotes, or a table with one field".to_owned(),
        "line 6: calls.wrap_up.uniform: `[\"3m\"]`; expected a list of two".to_owned(),
        "line 9: queues[0].arrivals: `30`; expected a table".to_owned(),
        "line 11: shifts[0].teams: `\"desk\"`; expected a list".to_owned(),
        "line 12: shifts[0].from: `08:00:00`; expected text in quotes".to_owned(),
    ];
    let got = problems(text);
    assert_eq!(got.trim_end().lines().collect::<Vec<_>>(), expected, "{got}");
    // Not what would break the line or colour it, nor what is long.
    let long = format!("hours = \"{}\"", "x".repeat(61));
    for text in ["hours = \"\u{85}\u{9b}31m\"", "hours = [\n1]", &long] {
        assert_eq!(problems(text), "line 1: hours: something else; expected a number", "{text:?}");
    }
    let key = problems("calls = { patience = \"\\u001b[31m\" }");
    assert!(key.starts_with("line 1: calls.patience: `\\u{1b}[31m`; expected a distribution"), "{key}");
}

#[test]
fn breaks_of_one_agent_that_overlap_are_reported() {
    let shift = |breaks: &str| {
        let text = format!("shifts = [{{ agents = [\"li\"], from = \"22:00\", to = \"06:00\", {breaks} }}]");
        Scenario::from_toml(&text, &plan()).map(drop).map_err(|problems| problems.to_string())
    };
    let lunch = |at: &str, length: &str| format!("{{ at = \"{at}\", length = \"{length}\", reason = \"lunch\" }}");
    let both = |one: String, other: String| format!("breaks = [{one}, {other}]");
    let problems = shift(&both(lunch("23:50", "20m"), lunch("00:00", "1h"))).unwrap_err();
    let said = "agent `li` has a break from 23:50:00 to 00:10:00 and the next at 00:00:00; expected breaks of one agent \
                that do not overlap";
    assert!(problems.contains(said), "{problems}");
    assert_eq!(shift(&both(lunch("23:50", "10m"), lunch("00:00", "1h"))), Ok(()), "they touch");
    let allowance = "allowance = { breaks = [\"10m\"], reason = \"lunch\" }";
    let problems = shift(&format!("breaks = [{}], {allowance}", lunch("02:00", "1h"))).unwrap_err();
    assert!(problems.contains("that do not overlap"), "the allowance's is in the middle of the shift: {problems}");
}
