//! Files that a scenario names: recorded calls come again exactly as they were, lengths are those that were measured, and
//! what is wrong in a file is said at its line.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use cordboard::engine::{Event, Fact, Outcome, Output};
use cordboard::sim::{Alternative, Scenario, Simulation, Warning, compare};
use cordboard::{CallId, EntryId, Plan, QueueId, Span, Time};

/// A directory of its own for the files of one test.
fn directory(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sim_recorded").join(test);
    fs::create_dir_all(&directory).unwrap();
    for (name, text) in files {
        fs::write(directory.join(name), text).unwrap();
    }
    directory
}

fn plan() -> Arc<Plan> {
    let floor = r#"
        zone = "Asia/Shanghai"
        rules = { wrap_up = { timed = "1h" } }
        skills = ["english"]
        teams = [{ name = "desk" }]
        agents = [
            { name = "li", team = "desk", skills = { english = 5 } }, { name = "wang", team = "desk" },
            { name = "zhang", team = "desk" }, { name = "chen", team = "desk" },
        ]
        queues = [{ name = "sales" }, { name = "service" }]
        tiers = [{ name = "vip" }]
        directory = [{ number = "8801", name = "Adele Moreau", tier = "vip" }, { number = "8802", name = "Flower shop" }]
    "#;
    Arc::new(Plan::from_toml(floor).unwrap())
}

/// What was seen of a call.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    arrived: Time,
    entry: Option<EntryId>,
    queue: Option<QueueId>,
    talk: Option<Span>,
    hold: Option<Span>,
    wrap_up: Option<Span>,
    gave_up: Option<Span>,
}

fn seen(plan: &Arc<Plan>, scenario: &Scenario, seed: u64) -> Vec<Seen> {
    let mut calls: BTreeMap<CallId, Seen> = BTreeMap::new();
    let mut observer = |output: &Output| {
        let Event::Fact(fact) = &output.event else { return };
        match *fact {
            Fact::CallArrived { call, entry, .. } => {
                calls.insert(call, Seen { arrived: output.at, entry, ..Seen::default() });
            }
            Fact::VisitStarted { call, queue, .. } => calls.get_mut(&call).unwrap().queue = Some(queue),
            Fact::LegEnded { call, talk, hold, .. } => {
                let seen = calls.get_mut(&call).unwrap();
                (seen.talk, seen.hold) = (Some(talk), Some(hold));
            }
            Fact::WrapUpEnded { call, lasted, .. } => calls.get_mut(&call).unwrap().wrap_up = Some(lasted),
            Fact::CallEnded { call, outcome: Outcome::Abandoned, lasted, .. } => {
                calls.get_mut(&call).unwrap().gave_up = Some(lasted);
            }
            _ => {}
        }
    };
    Simulation::new(plan.clone(), scenario, seed).unwrap().checked().run(&mut observer).unwrap();
    calls.into_values().collect()
}

const SCENARIO: &str = r#"
    calls = { talk = { exponential = "3m" }, patience = { exponential = "4m" } }
    shifts = [{ teams = ["desk"], from = "08:00", to = "12:00" }]
    queues = [{ queue = "sales", arrivals = SALES }, { queue = "service", arrivals = SERVICE }]
"#;

fn scenario(sales: &str, service: &str) -> String {
    SCENARIO.replace("SALES", sales).replace("SERVICE", service)
}

const RECORDS: &str = "\
time,queue,from,talk,hold,wrap_up,patience,remark
1999-01-05 08:00:00,sales,8801,60,,7,,first
1999-01-05T08:00:30.5+08:00,SRV,,1m30s,12,0,,by another clock
1999-01-05 08:00:10,sales,8802,45.25,0,,,not in order
1999-01-05 13:00:00,sales,,,,,153,nobody is there
1999-01-06 09:00:00,SRV,,20,,,,a day later
";

#[test]
fn recorded_calls_come_at_their_own_times_and_are_treated_as_they_were() {
    let service = "{ recorded = { file = \"records.csv\", queue = \"SRV\" } }";
    let text = scenario("{ recorded = \"records.csv\" }", service);
    let directory = directory("exact", &[("records.csv", RECORDS), ("scenario.toml", &text)]);
    let plan = plan();
    let scenario = Scenario::load(directory.join("scenario.toml"), &plan).unwrap();
    assert_eq!((scenario.begins.as_deref(), scenario.hours), (Some("1999-01-05"), Some(48.0)));
    assert_eq!(scenario.warnings(&plan), []);
    // What was read is part of the scenario, so it can be written out and needs its files no more.
    assert_eq!(Scenario::from_toml(&toml::to_string(&scenario).unwrap(), &plan).unwrap(), scenario);

    let seen = seen(&plan, &scenario, 1);
    let secs = |secs: f64| Span::from_secs_f64(secs);
    let time = |hours: u64, after: f64| Time::from_secs(hours * 3_600) + secs(after);
    let (sales, service) = (plan.queue("sales"), plan.queue("service"));
    let arrived: Vec<_> = seen.iter().map(|call| (call.arrived, call.queue, call.entry)).collect();
    let entry = |place| Some(EntryId(place));
    assert_eq!(
        arrived,
        [
            (time(8, 0.0), sales, entry(0)),
            (time(8, 10.0), sales, entry(1)),
            (time(8, 30.5), service, None),
            (time(13, 0.0), sales, None),
            (time(33, 0.0), service, None),
        ]
    );
    assert_eq!((seen[0].talk, seen[0].wrap_up), (Some(secs(60.0)), Some(secs(7.0))));
    assert_eq!((seen[1].talk, seen[1].hold), (Some(secs(45.25)), Some(Span::ZERO)));
    assert_eq!((seen[2].talk, seen[2].hold, seen[2].wrap_up), (Some(secs(90.0)), Some(secs(12.0)), Some(Span::ZERO)));
    assert_eq!((seen[3].talk, seen[3].gave_up), (None, Some(secs(153.0))));
    assert_eq!(seen[4].talk, Some(secs(20.0)));
}

#[test]
fn a_scenario_that_says_when_it_begins_leaves_out_what_was_before_and_warns_of_what_comes_after() {
    let text = format!("begins = \"1999-01-06\"\nhours = 9\n{}", scenario("{ recorded = \"records.csv\" }", "{}"));
    let records = RECORDS.replace("SRV", "sales");
    let directory = directory("begins", &[("records.csv", &records), ("scenario.toml", &text)]);
    let plan = plan();
    let scenario = Scenario::load(directory.join("scenario.toml"), &plan).unwrap();
    let recorded = scenario.queues[0].arrivals.recorded.as_ref().unwrap();
    assert_eq!(recorded.len(), 1);
    assert_eq!(seen(&plan, &scenario, 1), []);
    assert_eq!(scenario.warnings(&plan), [Warning::RecordedLater { queue: "sales".into(), calls: 1, of: 1 }]);
    fs::write(directory.join("scenario.toml"), text.replace("1999-01-06", "2001-01-06")).unwrap();
    let later = Scenario::load(directory.join("scenario.toml"), &plan).unwrap();
    assert_eq!(later.warnings(&plan), [Warning::NoneRecorded { queue: "sales".into() }]);
}

#[test]
fn seconds_count_from_the_scenarios_start_and_other_separators_are_seen() {
    let plan = plan();
    for (name, separator) in [("semicolon", ";"), ("tab", "\t")] {
        let records = "time,talk\n28800,30\n28801.5,40\n".replace(',', separator);
        let text = scenario("{ recorded = \"records.csv\" }", "{ recorded = \"records.csv\" }");
        let directory = directory(name, &[("records.csv", &records), ("scenario.toml", &text)]);
        let scenario = Scenario::load(directory.join("scenario.toml"), &plan).unwrap();
        assert_eq!((scenario.begins.as_deref(), scenario.hours), (None, Some(24.0)));
        // Without names of queues each of them has all the calls.
        let talks: Vec<_> = seen(&plan, &scenario, 1).iter().map(|call| (call.arrived, call.talk)).collect();
        let (first, second) = (Time::from_secs(28_800), Time::from_secs(28_800) + Span::from_millis(1_500));
        let (short, long) = (Some(Span::from_secs(30)), Some(Span::from_secs(40)));
        assert_eq!(talks, [(first, short), (first, short), (second, long), (second, long)], "{name}");
    }
}

#[test]
fn callers_of_a_tier_and_needs_are_recorded_too() {
    let records = "time,tier,need,talk\n28800,vip,,\n28801,,english >= 3,\n28802,vip,english >= 3,9\n";
    let tiers = "{ recorded = \"records.csv\" }, tiers = { vip = { calls = { talk = { fixed = \"77s\" } } } }";
    let text = scenario(tiers, "{}");
    let directory = directory("tiers", &[("records.csv", records), ("scenario.toml", &text)]);
    let plan = plan();
    let scenario = Scenario::load(directory.join("scenario.toml"), &plan).unwrap();
    let seen = seen(&plan, &scenario, 1);
    assert_eq!(seen.iter().map(|call| call.entry).collect::<Vec<_>>(), [Some(EntryId(0)), None, Some(EntryId(0))]);
    assert_eq!(seen[0].talk, Some(Span::from_secs(77)));
    // Only one speaks English: the third waits for the second to end, or gives up.
    let end = seen[1].arrived + seen[1].talk.unwrap();
    assert!(seen[2].gave_up.is_none_or(|waited| seen[2].arrived + waited <= end));
    assert!(seen[2].talk.is_none_or(|talk| talk == Span::from_secs(9)));
}

#[test]
fn who_is_known_to_have_waited_gives_up_later_and_as_late_as_the_rest_of_the_distribution_says() {
    let records: String = (0..4_000).map(|call| format!("{},120\n", 43_200 + call)).collect();
    let text = scenario("{ recorded = \"records.csv\" }", "{}");
    let directory =
        directory("waited", &[("records.csv", &format!("time,waited\n{records}")), ("scenario.toml", &text)]);
    let plan = plan();
    let scenario = Scenario::load(directory.join("scenario.toml"), &plan).unwrap();
    // In the afternoon nobody is there, so all of them give up.
    let waited: Vec<f64> = seen(&plan, &scenario, 1).iter().map(|call| call.gave_up.unwrap().as_secs_f64()).collect();
    assert_eq!(waited.len(), 4_000);
    assert!(waited.iter().all(|waited| *waited > 120.0));
    // Without memory: 4 min more on average.
    let mean = waited.iter().sum::<f64>() / 4_000.0;
    assert!((mean - 360.0).abs() < 4.0 * 240.0 / 4_000f64.sqrt(), "{mean}");
}

#[test]
fn what_is_not_recorded_is_drawn_alike_whoever_is_at_work() {
    let records: String = (0..500).map(|call| format!("{},{}\n", 28_800 + 20 * call, call % 7)).collect();
    let text =
        scenario("{ recorded = \"records.csv\" }", "{}").replace("talk = ", "wrap_up = { fixed = \"9s\" }, talk = ");
    let text = format!(
        "{text}\n[[alternatives]]\nname = \"one\"\nshifts = [{{ agents = [\"li\"], from = \"08:00\", to = \"12:00\" }}]"
    );
    let directory = directory("alike", &[("records.csv", &format!("time,hold\n{records}")), ("scenario.toml", &text)]);
    let plan = plan();
    let scenario = Scenario::load(directory.join("scenario.toml"), &plan).unwrap();
    let both: Vec<Vec<Seen>> = scenario.each_roster().map(|scenario| seen(&plan, &scenario, 2)).collect();
    let talked = both[0].iter().zip(&both[1]).filter(|(all, one)| all.talk.is_some() && one.talk.is_some());
    assert!(talked.clone().count() > 30);
    assert!(talked.clone().all(|(all, one)| (all.talk, all.hold) == (one.talk, one.hold)));
    let comparison = compare(&Alternative::rosters(&plan, &scenario), 2, 3, &|| ()).unwrap();
    let arrived = |name| comparison.get(name).unwrap().get("calls").map(|figure| figure.value.mean);
    assert_eq!(arrived(""), arrived("one"));
}

const QUEUE_LOG: &str = "\
915494400|NONE|NONE|NONE|QUEUESTART|
915494460|915494460.1|sales|NONE|ENTERQUEUE||5550100|1
915494461|915494460.1|sales|SIP/1|RINGNOANSWER|1000
915494465|915494460.1|sales|SIP/2|CONNECT|5|915494461.2|3
915494470|915494470.3|sales|NONE|ENTERQUEUE||8802|2
915494475|915494475.4|helpdesk|NONE|ENTERQUEUE|||1
915494500|915494470.3|sales|NONE|ABANDON|2|2|30
915494505|915494460.1|sales|SIP/2|COMPLETECALLER|5|40|1
915494510|915494510.5|sales|NONE|ENTERQUEUE||5550101|1
915494520|915494475.4|helpdesk|NONE|EXITWITHTIMEOUT|1|1|45
915494530|915494510.5|sales|SIP/1|CONNECT|20|915494520.2|3
915494590|915494510.5|sales|SIP/1|BLINDTRANSFER|601|default|20|60|1
915494600|915494600.6|sales|NONE|ENTERQUEUE||5550102|1
915494700|915494700.7|sales|NONE|ENTERQUEUE||5550103|1
915494705|915494700.7|sales|SIP/1|CONNECT|5|915494700.8|3
915495305|915494700.7|sales|SIP/1|ATTENDEDTRANSFER|BRIDGE|b1|5|600|1
";

#[test]
fn a_queue_log_of_asterisk_comes_again_as_it_was() {
    let text =
        scenario("{ queue_log = \"queue_log\" }", "{ queue_log = { file = \"queue_log\", queue = \"helpdesk\" } }");
    let directory = directory("queue_log", &[("queue_log", QUEUE_LOG), ("scenario.toml", &text)]);
    let plan = plan();
    let scenario = Scenario::load(directory.join("scenario.toml"), &plan).unwrap();
    // 915494400 is 5 January 1999, 08:00 in Shanghai.
    assert_eq!((scenario.begins.as_deref(), scenario.hours), (Some("1999-01-05"), Some(24.0)));
    let secs = |secs: u64| Some(Span::from_secs(secs).into());
    let recorded = scenario.queues[0].arrivals.recorded.as_ref().unwrap();
    let taken: Vec<_> = recorded.iter().map(|call| (call.talk, call.patience, call.waited)).collect();
    assert_eq!(
        taken,
        [
            (secs(40), None, secs(5)),
            (None, secs(30), None),
            (secs(60), None, secs(20)),
            (None, None, None),
            (secs(600), None, secs(5))
        ]
    );
    let helpdesk = scenario.queues[1].arrivals.recorded.as_ref().unwrap();
    assert_eq!(helpdesk.iter().map(|call| call.waited).collect::<Vec<_>>(), [secs(45)]);
    let arrived: Vec<u64> =
        seen(&plan, &scenario, 1).iter().map(|call| call.arrived.as_nanos() / 1_000_000_000).collect();
    assert_eq!(arrived, [60, 70, 75, 110, 200, 300].map(|secs| 8 * 3_600 + secs));
    assert_eq!(seen(&plan, &scenario, 1)[1].entry, Some(EntryId(1)));
}

#[test]
fn lengths_of_a_file_are_drawn_and_no_others() {
    let text = r#"
        calls = { talk = { empirical = "lengths/talks.txt" } }
        shifts = [{ teams = ["desk"], from = "00:00", to = "24:00" }]
        queues = [{ queue = "sales", arrivals = { per_hour = 40 } }]
    "#;
    let directory = directory("lengths", &[("scenario.toml", text)]);
    fs::create_dir_all(directory.join("lengths")).unwrap();
    fs::write(directory.join("lengths/talks.txt"), "# measured in May\n20\n\n  1m10s\n2 rings\n20.5\n").unwrap();
    let plan = plan();
    let scenario = Scenario::load(directory.join("scenario.toml"), &plan).unwrap();
    let mut talks = BTreeMap::new();
    for call in seen(&plan, &scenario, 1) {
        *talks.entry(call.talk.unwrap()).or_insert(0) += 1;
    }
    assert_eq!(talks.keys().map(|talk| talk.as_secs_f64()).collect::<Vec<_>>(), [12.0, 20.0, 20.5, 70.0]);
    assert!(talks.values().all(|times| *times > 180), "{talks:?}");
}

#[test]
fn what_is_wrong_in_a_file_is_said_at_its_line_and_all_at_once() {
    let records =
        "time,queue,talk,patiance\n08:00,sales,12,1\n28800,sales,12x,1\n28801,sales\n2024-01-01 08:00:00,sales,,\n";
    let log = "915494460|1.1|helpdesk\nyesterday|1.2|helpdesk|NONE|ENTERQUEUE||5550100|1\n";
    let text = "calls = { talk = { empirical = \"talks.txt\" }, wrap_up = { empirical = \"absent.txt\" } }
queues = [
    { queue = \"sales\", arrivals = { recorded = \"records.csv\" } },
    { queue = \"service\", arrivals = { queue_log = \"queue_log\" } },
]
hours = \"x\"
";
    let files = [("records.csv", records), ("queue_log", log), ("talks.txt", "20\ntwo\n-1\n"), ("scenario.toml", text)];
    let directory = directory("problems", &files);
    let plan = plan();
    let problems = Scenario::load(directory.join("scenario.toml"), &plan).unwrap_err().to_string();
    let got: Vec<String> =
        problems.lines().map(|line| line.replace(&format!("{}/", directory.display()), "")).collect();
    let expected = [
        "records.csv:1: queues[0].arrivals.recorded: no column `patiance`; expected `patience`, or a name less like it",
        "records.csv:2: queues[0].arrivals.recorded.time: `08:00`; expected seconds, or date and time such as `2024-01-31 08:00:00`",
        "records.csv:3: queues[0].arrivals.recorded.talk: `12x`; expected seconds, or a length such as `2m33s`",
        "records.csv:4: queues[0].arrivals.recorded: 2 columns; expected 4, as in the first line",
        "records.csv:5: queues[0].arrivals.recorded.time: `2024-01-01 08:00:00` is a date, unlike others before; expected dates everywhere or nowhere",
        "queue_log:1: queues[1].arrivals.queue_log: `915494460|1.1|helpdesk`; expected `time|call|queue|agent|event|data…`",
        "queue_log:2: queues[1].arrivals.queue_log: `yesterday`; expected seconds since 1970",
        "talks.txt:2: calls.talk.empirical: `two`; expected seconds, or a length such as `2m33s`",
        "talks.txt:3: calls.talk.empirical: `-1`; expected seconds, or a length such as `2m33s`",
        "scenario.toml:6: hours: `\"x\"`; expected a number",
    ];
    for expected in expected {
        assert!(got.iter().any(|line| line == expected), "{expected}\nin\n{}", got.join("\n"));
    }
    let absent =
        |line: &String| line.starts_with("scenario.toml:1: calls.wrap_up.empirical: `absent.txt` cannot be opened: ");
    assert!(got.iter().any(absent), "{}", got.join("\n"));
    assert_eq!(got.len(), expected.len() + 1, "{}", got.join("\n"));
}

#[test]
fn seconds_since_1970_are_not_taken_for_seconds_from_the_start() {
    let text = scenario("{ recorded = \"records.csv\" }", "{}");
    for (name, time) in [("epoch", "1704096000"), ("epoch-milliseconds", "1704096000123")] {
        let records = format!("time,talk\n60,12\n{time},12\n");
        let directory = directory(name, &[("records.csv", &records), ("scenario.toml", &text)]);
        let problems = Scenario::load(directory.join("scenario.toml"), &plan()).unwrap_err().to_string();
        let said = format!("records.csv:3: queues[0].arrivals.recorded.time: `{time}`, more than ten years of seconds");
        assert!(problems.contains(&said), "{problems}");
    }
}

#[test]
fn lines_that_end_as_windows_ends_them_are_counted_too() {
    let records = "time,talk\r\n28800,12\r\n28801,12x\r\n28802\r\n";
    let text = scenario("{ recorded = \"records.csv\" }", "{}");
    let directory = directory("returns", &[("records.csv", records), ("scenario.toml", &text)]);
    let problems = Scenario::load(directory.join("scenario.toml"), &plan()).unwrap_err().to_string();
    for line in
        ["records.csv:3: queues[0].arrivals.recorded.talk: `12x`", "records.csv:4: queues[0].arrivals.recorded: 1 c"]
    {
        assert!(problems.contains(line), "{line} in\n{problems}");
    }
}

#[test]
fn a_queue_that_no_file_knows_is_met_with_the_nearest_name_and_a_text_alone_may_name_no_files() {
    let text = scenario("{ recorded = { file = \"records.csv\", queue = \"saless\" } }", "{}");
    let directory = directory("unknown", &[("records.csv", RECORDS), ("scenario.toml", &text)]);
    let plan = plan();
    let problems = Scenario::load(directory.join("scenario.toml"), &plan).unwrap_err().to_string();
    assert!(problems.contains("no call of queue `saless` in `records.csv`; did you mean `sales`?"), "{problems}");
    let problems = Scenario::from_toml(&text, &plan).unwrap_err().to_string();
    assert!(
        problems.contains("queues[0].arrivals.recorded: the file `records.csv`; expected what it holds"),
        "{problems}"
    );
    for wrong in ["3", "{}", "{ file = 3 }", "{ file = \"records.csv\", cue = \"x\" }", "true"] {
        let text = scenario(&format!("{{ recorded = {wrong} }}"), "{}");
        let problems = Scenario::from_toml(&text, &plan).expect_err(wrong).to_string();
        assert!(problems.contains("queues[0].arrivals.recorded: no file"), "{wrong}: {problems}");
    }
}

#[test]
fn a_queue_is_given_the_calls_of_one_file() {
    let text = scenario("{ recorded = \"records.csv\", queue_log = \"queue_log\" }", "{}");
    let files = [("records.csv", RECORDS), ("queue_log", QUEUE_LOG), ("scenario.toml", &text)];
    let directory = directory("both", &files);
    let problems = Scenario::load(directory.join("scenario.toml"), &plan()).unwrap_err().to_string();
    let said = "queues[0].arrivals.queue_log: a `queue_log` beside `recorded` calls; expected one of the two";
    assert!(problems.contains(said), "{problems}");
}
