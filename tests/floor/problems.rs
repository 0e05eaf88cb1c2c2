//! What a floor file with mistakes is told: every mistake at once, at its line, and never a panic.
use cordboard::floor::{Floor, Plan, ProblemKind};
use proptest::prelude::*;

/// A floor with a mistake on nearly every line.
const BROKEN: &str = r#"name = "Broken"
ring_cadence = "1 ring"
skills = ["english", "booking", "english"]
reason = ["break"]
teams = [{ name = "operators" }, { nmae = "foremen" }]
classes = [{ name = "normal", starvation_bound = "2000h" }]

[limits]
calls = 0
moves = 4.5

[rules]
choice = "longest-idel"
ring_limit = "3 rungs"
lease = "0s"
wrap_up = { timed = "48h" }

[[agents]]
name = "li"
team = "operator"
skills = { englsih = 5, booking = 11, english = 300 }

[[agents]]
name = "li"
team = "operators"
role = "forman"
capacity = 0

[[agents]]
team = 7
skills = "english"

[[queues]]
name = "outside"
need = "englsih >= 3 and (team operatrs or booking > 10)"
teams = ["operators", "operators", "night"]
class = "vip"

[[queues.ladder]]
after = "3 rings"
do = [{ to_queue = "guests" }, { add_role = "boss" }]

[[queues.ladder]]
after = "10 rings"
do = []

[[queues]]
name = "guests"
need = "english >= "

[[queues.ladder]]
do = [{ to_queue = "lobby" }]

[[queues]]
name = "lobby"

[[queues.ladder]]
do = [{ notify = "porter" }, { to_queue = "guests" }]

[[queues]]
name = "bar"

[[queues.ladder]]
do = [{ lower = { skill = "booking" } }, { ring = "all" }, "notify", { lower = { skill = "boking", by = 10 } }]

[[tiers]]
name = "vip"
class = "VIP"

[[tiers.ladder]]
do = [{ to_queue_reset = "lobby" }]

[[directory]]
number = "555 0142"
name = "Adele Moreau"
tier = "vp"

[[directory]]
number = "555 0142"
room = 1801
"#;

const REPORT: &str = r#"line 2: ring_cadence: found `1 ring`; expected plain time, 100ms to 1m
line 3: skills[2]: `english` again, first at skills[0]; expected a name of its own
line 4: reason: no field `reason`; did you mean `reasons`?
line 5: teams[1].name: found no name; expected a name
line 5: teams[1].nmae: no field `nmae`; did you mean `name`?
line 6: classes[0].starvation_bound (normal): found `2000h`; expected 0s for never, or 1ms to 168h
line 9: limits.calls: found 0; expected 1 to 10000000
line 10: limits.moves: found a fraction; expected a whole number from 1 to 1000
line 13: rules.choice: found `longest-idel`; did you mean `longest-idle`?
line 14: rules.ring_limit: found `3 rungs`; expected a length such as `3 rings`, `90s` or `1m30s`
line 15: rules.lease: found `0s`; expected 1ms to 168h
line 16: rules.wrap_up: found `48h`; expected 0s for none, or 1ms to 24h
line 20: agents[0].team (li): no team `operator`; did you mean `operators`?
line 21: agents[0].skills.booking (li): found 11; expected 1 to 10
line 21: agents[0].skills.english (li): found `300`; expected a whole number from 1 to 10
line 21: agents[0].skills.englsih (li): no skill `englsih`; did you mean `english`?
line 24: agents[1].name (li): `li` again, first at agents[0]; expected a name of its own
line 26: agents[1].role (li): no role `forman`; did you mean `foreman`?
line 27: agents[1].capacity (li): found 0; expected 1 to 100
line 29: agents[2].name: found no name; expected a name
line 30: agents[2].team: found `7`; expected text in quotes
line 31: agents[2].skills: found `"english"`; expected a table
line 35: queues[0].need (outside): at character 1: no skill `englsih`; did you mean `english`?
line 35: queues[0].need (outside): at character 24: no team `operatrs`; did you mean `operators`?
line 35: queues[0].need (outside): at character 46: found `> 10`; expected a comparison that a level from 1 to 10 can meet
line 36: queues[0].teams[1] (outside): the same team again; expected each team once
line 36: queues[0].teams[2] (outside): no team `night`; expected `operators`
line 37: queues[0].class (outside): no class `vip`; expected `normal`
line 41: queues[0].ladder[0].do[0] (outside): found an exit before other actions; expected an exit only as the last
line 41: queues[0].ladder[0].do[1].add_role (outside): no role `boss`; expected `foreman`, `manager`, `operator`, `supervisor`
line 43: queues[0].ladder[1] (outside): found a rung after the call has left at queues[0].ladder[0]; expected nothing after an exit
line 45: queues[0].ladder[1].do (outside): found no action; expected at least one
line 49: queues[1].need (guests): at character 12: found the end; expected a level from 1 to 10
line 57: queues[2].ladder[0] (lobby): found a circle that comes back to `guests` in no time; expected some time before the call goes round again
line 64: queues[3].ladder[0].do[0].lower.by (bar): found no `by`; expected `skill` and `by`
line 64: queues[3].ladder[0].do[1].ring (bar): no field `ring`; expected one of `widen`, `need`, `lower`, `add_team`, `add_role`, `class`, `credit`, `to_queue`, `to_queue_reset`, `to_number`, `disconnect`, `notify`
line 64: queues[3].ladder[0].do[2] (bar): found `"notify"`; expected `{ notify = … }`
line 64: queues[3].ladder[0].do[3].lower.by (bar): found 10; expected 1 to 9
line 64: queues[3].ladder[0].do[3].lower.skill (bar): no skill `boking`; did you mean `booking`?
line 68: tiers[0].class (vip): no class `VIP`; expected `normal`
line 70: tiers[0].ladder[0] (vip): found an exit to a queue at once, which this ladder would repeat there without end; expected some time before the call moves
line 76: directory[0].tier: no such tier; did you mean `vip`?
line 79: directory[1].number: the same number as directory[0]; expected each number once
line 80: directory[1].room: found something else; expected text in quotes"#;

#[test]
fn every_mistake_in_a_floor_file_is_reported_at_once_with_its_line() {
    let problems = Plan::from_toml(BROKEN).unwrap_err();
    assert_eq!(problems.to_string(), REPORT);
}

#[test]
fn a_file_is_named_in_every_problem_and_other_files_are_refused() {
    let folder = std::env::temp_dir().join(format!("cordboard-floor-problems-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        (Plan::load(&path).map(|plan| plan.queues().len()).map_err(|problems| problems.to_string()), path)
    };
    let (result, path) = file("good.toml", b"queues = [{ name = 'q' }]");
    assert_eq!(result, Ok(1), "{}", path.display());
    let (result, path) = file("bad.toml", b"queues = [\n  { name = '' },\n]\n");
    assert_eq!(result, Err(format!("{}:2: queues[0].name: found no name; expected a name", path.display())));
    let (result, path) = file("floor.yaml", b"queues: []");
    let expected = format!("{}: the name of a floor file ends in `.toml` or `.json`", path.display());
    assert_eq!(result, Err(expected));
    let (result, _) = file("floor.json", b"{}");
    let without = result.err().map(|problems| problems.contains("floors in JSON need the feature `json`"));
    assert_eq!(without, if cfg!(feature = "json") { None } else { Some(true) });
    let (result, _) = file("binary.toml", &[0xff, 0xfe, 0x00]);
    assert!(result.unwrap_err().contains("cannot be read"), "a binary file is no floor");
    let missing = Plan::load(folder.join("missing.toml")).unwrap_err();
    assert_eq!(missing.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::Unreadable]);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_scenario_that_is_handed_in_as_a_floor_is_recognised() {
    let scenario = Plan::from_toml(include_str!("../../examples/floors/hotel.scenario.toml")).unwrap_err().to_string();
    assert!(
        scenario.starts_with("line 7: this looks like a scenario, as it has `hours`; expected a floor"),
        "{scenario}"
    );
    let misspelt = Plan::from_toml("calls = 5\nteams = [{ name = 'a' }]").unwrap_err().to_string();
    assert!(misspelt.starts_with("line 1: calls: no field `calls`"), "{misspelt}");
}

#[cfg(feature = "json")]
#[test]
fn mistakes_in_json_have_their_lines_too() {
    let text = "{\n  \"skills\": [\"english\"],\n  \"teams\": [{\"name\": \"a\"}],\n  \"agents\": [\n    {\"name\": \"li\",\n     \
                \"team\": \"b\",\n     \"skills\": {\"english\": 3.5}}\n  ],\n  \"queue\": []\n}";
    assert_eq!(
        Plan::from_json(text).unwrap_err().to_string(),
        "line 6: agents[0].team (li): no team `b`; did you mean `a`?\n\
         line 7: agents[0].skills.english (li): found a fraction; expected a whole number from 1 to 10\n\
         line 9: queue: no field `queue`; did you mean `queues`?"
            .replace("; did you mean `a`?", "; expected `a`")
    );
    let twice = Plan::from_json("{\"name\": \"a\",\n\"name\": \"b\"}").unwrap_err();
    assert_eq!(twice.to_string(), "line 1: duplicate key");
    let broken = Plan::from_json("{\"name\": \"a\"\n\"queues\": []}").unwrap_err();
    assert_eq!(broken.to_string(), "line 2: expected `,` or `}`");
    let deep = Plan::from_json(&"[".repeat(100_000)).unwrap_err();
    assert_eq!(deep.len(), 1);
    let deep = format!("{{\"name\": {}{}}}", "[".repeat(50), "]".repeat(50));
    assert_eq!(Plan::from_json(&deep).unwrap_err().to_string(), "line 1: nested deeper than any floor");
}

#[test]
fn syntax_mistakes_are_reported_with_their_lines() {
    let problems = Plan::from_toml("name = \"a\"\nskills = [\"x\"\nteams = []\nring_cadence = 6 s\n").unwrap_err();
    assert!(problems.iter().all(|problem| problem.kind == ProblemKind::Syntax));
    assert!(problems.iter().all(|problem| problem.line.is_some()));
}

#[test]
fn nothing_a_caller_is_known_by_is_shown_in_a_report() {
    let entry = "[[directory]]\nnumber = \"SECRET\"\nname = \"SECRET\"\nroom = \"SECRET\"\n";
    let long = format!("[[directory]]\nnumber = \"{}\"\n", "SECRET".repeat(100));
    let text = format!("{entry}{entry}{long}[[directory]]\nnumber = [\"SECRET\"]\nroom = {{ SECRET = 'SECRET' }}\n");
    let report = Plan::from_toml(&text).unwrap_err();
    assert_eq!(report.len(), 4, "{report}");
    assert!(!format!("{report} {report:?}").contains("SECRET"), "{report}");

    let entry = "directory = [{ \"+SECRET\" = 1, nmuber = \"SECRET\" }, { number = \"1\", tier = \"+SECRET\" }]";
    let report = Plan::from_toml(entry).unwrap_err();
    assert!(!format!("{report} {report:?}").contains("SECRET"), "{report}");
    let fields = "one of `number`, `name`, `title`, `honorific`, `room`, `tier`";
    assert_eq!(
        report.to_string(),
        format!(
            "line 1: directory[0].\"***\": no such field; expected {fields}\n\
             line 1: directory[0].\"***\": no such field; did you mean `number`?\n\
             line 1: directory[0].number: found no number; expected the number the caller calls from\n\
             line 1: directory[1].tier: no such tier; expected none, as the floor has no tier"
        )
    );
}

#[test]
fn one_list_that_cannot_be_read_does_not_make_all_that_names_it_look_wrong() {
    let text = "skills = \"english\"\nteams = [{ name = \"a\" }]\n\
                agents = [{ name = \"li\", team = \"a\", skills = { english = 5 } }]\n";
    assert_eq!(Plan::from_toml(text).unwrap_err().to_string(), "line 1: skills: found `\"english\"`; expected a list");
}

#[test]
fn hostile_files_are_refused_quickly_and_without_a_panic() {
    let deep = format!("name = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let dotted = format!("{}x = 1", "a.".repeat(100_000));
    let inline = format!("name = {}", "{ a = ".repeat(50_000));
    let huge_number = format!("limits = {{ calls = {} }}", "9".repeat(100_000));
    let huge_need = format!("queues = [{{ name = 'q', need = '{}' }}]", "(".repeat(1_000_000));
    let huge_name = format!("skills = ['{}', '{}']", "x".repeat(1_000_000), "y".repeat(1_000_000));
    let too_large = format!("name = '{}'", "x".repeat(17 << 20));
    for text in [deep, dotted, inline, huge_number, huge_need, huge_name, too_large] {
        let problems = Plan::from_toml(&text).unwrap_err();
        assert!(problems.to_string().len() < 1000, "a report stays readable");
    }
}

#[test]
fn files_full_of_mistakes_are_refused_quickly() {
    let many = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    let teams = many(4096, &|i| format!("{{ name = '{i}' }}"));
    let all = many(4096, &|i| format!("'{i}'"));
    let serving_all = many(300, &|i| format!("{{ name = 'q{i}', teams = [{all}] }}"));
    let lowering = many(100_000, &|_| "{ do = [{ lower = { by = 1 } }] }".into());
    for (text, kept, more) in [
        (format!("agents = [{{ name = 'li', skills = {{ {} }} }}]", many(500_000, &|i| format!("s{i} = 1"))), 2, 0),
        (format!("teams = [{teams}]\nqueues = [{serving_all}]"), 300, 0),
        (format!("queues = [{{ name = 'q', ladder = [{lowering}] }}]"), 1000, 99_000),
    ] {
        let problems = Plan::from_toml(&text).unwrap_err();
        assert_eq!((problems.len(), problems.iter().count(), problems.more()), (kept, kept, more));
        let last = problems.to_string().lines().last().unwrap().to_owned();
        assert_eq!(last == format!("… and {more} more"), more > 0, "{last}");
    }
}

#[test]
fn files_full_of_unknown_names_are_refused_without_a_hint_for_each() {
    let many = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    let name = |letter: char, i: usize| format!("{letter}{i:04}{}", "x".repeat(55));
    let skills = many(1024, &|i| format!("'{}'", name('s', i)));
    let teams = many(4096, &|i| format!("{{ name = '{}' }}", name('s', i)));
    let agents = many(4096, &|i| format!("{{ name = 'a{i}', team = '{}' }}", name('y', i)));
    let need = (0..15).map(|i| name('y', i)).collect::<Vec<_>>().join(" or ");
    let queues = many(60, &|i| format!("{{ name = 'q{i}', need = '{need}' }}"));
    for text in [format!("teams = [{teams}]\nagents = [{agents}]"), format!("skills = [{skills}]\nqueues = [{queues}]")]
    {
        let problems = Plan::from_toml(&text).unwrap_err();
        assert!(problems.iter().any(|problem| problem.near.is_some()));
        assert!(problems.iter().filter(|problem| problem.near.is_some()).count() < 100);
        assert!(problems.len() >= 900);
    }
}

#[test]
fn more_than_a_floor_may_hold_is_refused_list_by_list() {
    let many = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",\n");
    let text = [
        format!("chain = [{}]", many(65, &|i| format!("'{i}'"))),
        format!("skills = [{}]", many(1025, &|i| format!("'{i}'"))),
        format!("classes = [{}]", many(65, &|i| format!("{{ name = '{i}' }}"))),
        format!("teams = [{}]", many(4097, &|i| format!("{{ name = '{i}' }}"))),
        format!("queues = [{}]", many(4097, &|i| format!("{{ name = '{i}' }}"))),
        format!("tiers = [{}]", many(257, &|i| format!("{{ name = '{i}' }}"))),
        format!("reasons = [{}]", many(1025, &|i| format!("'{i}'"))),
        format!("agents = [{}]", many(100_001, &|i| format!("{{ name = '{i}', team = '1' }}"))),
    ];
    let report = Plan::from_toml(&text.join("\n")).unwrap_err();
    let lists: Vec<String> = report.iter().map(|problem| problem.path.to_string()).collect();
    assert_eq!(lists, ["chain", "skills", "classes", "teams", "queues", "tiers", "reasons", "agents"]);
    assert!(report.iter().all(|problem| problem.kind == ProblemKind::TooMany));

    let rung = "{ after = '1s', do = [{ notify = 'x' }] }";
    let ladder = many(65, &|_| rung.into());
    let actions = many(17, &|_| "{ notify = 'x' }".into());
    let text = format!(
        "queues = [{{ name = 'a', ladder = [{ladder}] }}, {{ name = 'b', ladder = [{{ do = [{actions}] }}] }}]"
    );
    let report = Plan::from_toml(&text).unwrap_err();
    let lists: Vec<String> = report.iter().map(|problem| problem.path.to_string()).collect();
    assert_eq!(lists, ["queues[0].ladder", "queues[1].ladder[0].do"]);
}

#[test]
fn more_needs_and_profiles_than_the_catalogue_holds_are_refused() {
    let skills: Vec<String> = (0..600).map(|i| format!("'s{i}'")).collect();
    let agents: Vec<String> = (0..5000)
        .map(|i| format!("{{ name = 'a{i}', team = 't', skills = {{ s{} = {}, s599 = 1 }} }}", i % 500, i / 500 + 1))
        .collect();
    let queues: Vec<String> = (0..500)
        .map(|i| {
            let rungs: Vec<String> =
                (0..10).map(|r| format!("{{ after = '1s', do = [{{ widen = 's{} >= {}' }}] }}", i, 10 - r)).collect();
            format!("{{ name = 'q{i}', need = 's{} and s599', ladder = [{}] }}", i, rungs.join(", "))
        })
        .collect();
    let text = format!(
        "teams = [{{ name = 't' }}]\nskills = [{}]\nagents = [{}]\nqueues = [{}]\n",
        skills.join(","),
        agents.join(","),
        queues.join(",")
    );
    let report = Plan::from_toml(&text).unwrap_err();
    let lists: Vec<String> = report.iter().map(|problem| problem.path.to_string()).collect();
    assert_eq!(lists, ["agents", "queues"], "{report}");
}

/// The broken floor, the hotel, and pieces of both.
fn seeds() -> impl Strategy<Value = String> {
    prop_oneof![Just(BROKEN.to_owned()), Just(include_str!("../../examples/floors/hotel.toml").to_owned())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_damaged_floor_file_makes_the_reader_panic(
        seed in seeds(),
        damages in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..6, ".{0,8}"), 1..12),
    ) {
        let mut lines: Vec<String> = seed.lines().map(str::to_owned).collect();
        for (at, other, damage, text) in damages {
            let (at, other) = (at.index(lines.len()), other.index(lines.len()));
            match damage {
                0 => drop(lines.remove(at)),
                1 => lines.swap(at, other),
                2 => lines.insert(at, lines[other].clone()),
                3 => lines[at].push_str(&text),
                4 => {
                    let cut = lines[at].char_indices().map(|(offset, _)| offset).nth(other % 40).unwrap_or(0);
                    lines[at].truncate(cut);
                }
                _ => lines[at] = lines[at].replace(['"', '3', 'e'], &text),
            }
            if lines.is_empty() {
                lines.push(text);
            }
        }
        let text = lines.join("\n");
        match Plan::from_toml(&text) {
            Ok(plan) => drop(plan.describe().to_string()),
            Err(problems) => {
                prop_assert!(problems.iter().all(|problem| problem.line.is_some()));
                prop_assert_eq!(problems.to_string().lines().count(), problems.len());
            }
        }
    }

    #[test]
    fn a_floor_without_problems_of_shape_is_the_same_from_toml_and_from_rust(lines in proptest::collection::vec(0usize..500, 0..6)) {
        let hotel: Vec<&str> = include_str!("../../examples/floors/hotel.toml").lines().collect();
        let text: Vec<&str> = hotel.iter().enumerate().filter(|(i, _)| !lines.contains(i)).map(|(_, line)| *line).collect();
        let text = text.join("\n");
        if let Ok(floor) = Floor::from_toml(&text) {
            let kinds = |result: Result<Plan, cordboard::floor::Problems>| {
                let mut all: Vec<_> = result.err().iter().flatten().map(|p| (p.path.clone(), p.kind)).collect();
                all.sort();
                all
            };
            prop_assert_eq!(kinds(floor.compile()), kinds(Plan::from_toml(&text)));
        }
    }
}
