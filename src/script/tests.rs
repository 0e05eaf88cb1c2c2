//! The language, its errors and reports, blessing, and the rule that what is blessed passes: on a small floor of its
//! own. What the engine does on floors is shown by the scripts under `tests/floors`.

mod any;

use std::sync::Arc;

use super::*;

const FLOOR: &str = r#"
name = "two"
skills = ["english"]
reasons = ["lunch", "errand"]
approval = ["errand"]
dispositions = ["resolved", "open"]
extensions = [{ name = "pool", number = "7100" }]
teams = [{ name = "front" }, { name = "duty" }]
agents = [
    { name = "li", team = "front", skills = { english = 3 } },
    { name = "wang", team = "front", capacity = 2 },
    { name = "sun", team = "duty", role = "manager" },
]
rules = { hold_reminder = "20s", lease = "90s", wait_limit = "70s" }
directory = [{ number = "8888", name = "Mr Ferrier", tier = "gold" }]

[[tiers]]
name = "gold"
class = "vip"
ladder = [{ after = "1 ring", do = [{ add_role = "manager" }] }]

[[queues]]
name = "desk"
teams = ["front"]
ladder = [{ after = "20s", do = [{ to_queue = "booking" }] }]
keys = [{ key = "1", do = "callback" }, { key = "*", do = { to_queue = "booking" } }]

[[queues]]
name = "booking"
rules = { wrap_up = { timed = "5s" }, misses = 0 }
ladder = [{ after = "10s", do = [{ notify = "duty room" }] }, { after = "15s", do = [{ to_queue = "desk" }], now = true }]

[[queues]]
name = "alarm"
class = "emergency"
"#;

fn plan() -> Arc<Plan> {
    Arc::new(Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}")))
}

fn parse(text: &str) -> Result<Script, String> {
    Script::parse("x.script", text).map_err(|error| error.to_string())
}

fn run(text: &str) -> Result<(), String> {
    parse(text)?.run(&plan()).map_err(|failure| failure.to_string())
}

fn bless(text: &str) -> String {
    parse(text).unwrap().bless(&plan()).unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn a_script_that_comes_true_passes() {
    let text = "title x\n0s arrive anna desk\n0s > offer anna li\n0s ring li\n18s > missed li\n18s > offer anna wang\n";
    assert_eq!(run(text), Ok(()));
}

#[test]
fn what_is_wrong_in_a_script_is_told_with_its_line_and_a_near_word() {
    for (text, told) in [
        ("", "x.script:1: expected a `title`: one sentence about what this script shows, got no title"),
        ("title x", "x.script:1: expected something that happens, such as `0s arrive anna desk`, got nothing"),
        ("titel x", "x.script:1: expected a time, such as `18s`, or a directive, got `titel`; did you mean `title`?"),
        ("title x\ntitle y", "x.script:2: expected `title` once, got it a second time"),
        ("\"\r\" x", "x.script:1: expected a time, such as `18s`, or a directive, got `\\r`"),
        ("ring li", "x.script:1: expected a time before the verb, such as `18s`, got `ring`"),
        ("title x\n1s ringg li", "x.script:2: expected a verb or `>`, got `ringg`; did you mean `ring`?"),
        ("title x\n1s tick now", "x.script:2: expected the end of the line, got `now`"),
        ("title x\n1 tick", "x.script:2: expected a time, such as `18s`, `1m30s` or `250ms`, got `1`"),
        ("title x\n2s tick\n1s tick", "x.script:3: expected a time at or after 2s, got `1s`"),
        (
            "title x\n1s > offer anna li",
            "x.script:2: expected an input before the first expectation, got an expectation",
        ),
        ("title x\n1s tick\n1s > ofer a b", "x.script:3: expected an output, got `ofer`; did you mean `offer`?"),
        ("title x\n1s tick\n1s >", "x.script:3: expected an output after `>`, got the end of the line"),
        (
            "title x\n1s tick\n1s > target-passed anna",
            "x.script:3: expected `show targets` at the top, for `target-passed` to be shown, got no such line",
        ),
        (
            "title x\n1s tick\nshow all",
            "x.script:3: expected a time, such as `18s`, or `until` (directives stand before the first time), got `show`",
        ),
        ("title x\nuntil 1s\n1s tick", "x.script:3: expected nothing after `until`, got `1s tick`"),
        ("title x\nfloor <<\nname = 1\n", "x.script:3: expected `>>` after the floor, got the end of the script"),
        ("title \"x", "x.script:1: expected `\"` at the end of what is quoted, got the end of the line"),
        ("title x\n1s arrive a", "x.script:2: expected a queue, got the end of the line"),
        (
            "title x\n1s arrive a desk fom 7",
            "x.script:2: expected `from` or `to` or `preferred` or `prior` or `callback` or `need`, each once, got `fom`; did you mean `from`?",
        ),
        (
            "title x\n1s endpoint li in_use",
            "x.script:2: expected `registered` or `unregistered` or `in-use`, got `in_use`; did you mean `in-use`?",
        ),
        ("title x\n1s key a 12", "x.script:2: expected a key, such as `1` or `\"#\"`, got `12`"),
        // What follows is a comment.
        ("title x\n1s key a #", "x.script:2: expected a key, such as `1` or `\"#\"`, got the end of the line"),
        ("title x\n1s anchor tomorrow", "x.script:2: expected an instant, such as `2026-11-22T08:00Z`, got `tomorrow`"),
        (
            "title x\n1s transfer a quue desk",
            "x.script:2: expected `queue` or `agent` or `extension` or `number`, got `quue`; did you mean `queue`?",
        ),
        ("title x\n1s transfer a queue", "x.script:2: expected whom, got the end of the line"),
        (
            "title x\n1s transfer a queue desk bye",
            "x.script:2: expected `by` or the end of the line, got `bye`; did you mean `by`?",
        ),
        (
            "title x\n1s accept-callback a due 7001",
            "x.script:2: expected a time, such as `18s`, `1m30s` or `250ms`, got `7001`",
        ),
        ("title x\n1s call-back a b", "x.script:2: expected `as` and a name for the new call, got `b`"),
        ("title x\n1s call-back a", "x.script:2: expected `as` and a name for the new call, got the end of the line"),
        (
            "title x\n1s dismiss a",
            "x.script:2: expected a reason, in quotes if it is several words, got the end of the line",
        ),
        ("title x\n1s listen li", "x.script:2: expected a call, got the end of the line"),
        ("title x\n1s ready li by", "x.script:2: expected an agent or `host`, got the end of the line"),
        (
            "title x\n1s arrive a desk from 7 from 8",
            "x.script:2: expected `from` or `to` or `preferred` or `prior` or `callback` or `need`, each once, got `from`",
        ),
        // These show only on a floor.
        ("title x\n1s arrive anna dsk", "x.script:2: expected a queue of this floor, got `dsk`; did you mean `desk`?"),
        ("title x\n1s ring lii", "x.script:2: expected an agent of this floor, got `lii`; did you mean `li`?"),
        ("title x\nsigned-in lo\n1s tick", "x.script:2: expected an agent of this floor, got `lo`; did you mean `li`?"),
        ("title x\n1s tick\n1s > offer", "x.script:3: expected `offer CALL AGENT [PURPOSE]`, got `offer` alone"),
        ("title x\n1s gone anna", "x.script:2: expected a call that has arrived, got `anna`"),
        (
            "title x\n1s not-ready li lunhc",
            "x.script:2: expected a reason of this floor, got `lunhc`; did you mean `lunch`?",
        ),
        (
            "title x\n1s wrap-up-done li as solved",
            "x.script:2: expected a disposition of this floor, got `solved`; did you mean `resolved`?",
        ),
        (
            "title x\n1s arrive anna desk prior ana",
            "x.script:2: expected a call that has arrived, got `ana`; did you mean `anna`?",
        ),
        (
            "title x\n1s arrive a desk\n1s > offer a li\n2s transfer a extension pol",
            "x.script:4: expected an extension of this floor, got `pol`; did you mean `pool`?",
        ),
        (
            "title x\n1s arrive a desk\n1s > offer a li\n2s class a norml",
            "x.script:4: expected a class of this floor, got `norml`; did you mean `normal`?",
        ),
        (
            "title x\n1s ready #5000000000",
            "x.script:2: expected a number that such a thing can have, got `#5000000000`",
        ),
    ] {
        assert_eq!(run(text), Err(told.to_owned()), "{text}");
    }
}

#[test]
fn an_agent_with_two_calls_must_be_told_which() {
    let text = "title x\nsigned-in wang\n0s arrive anna booking\n0s > offer anna wang\n0s arrive bert booking\n0s > offer bert wang\n1s ring wang\n";
    let told = "x.script:7: expected the call to be named as well, got wang for anna and bert";
    assert_eq!(run(text), Err(told.to_owned()));
    assert_eq!(run(&text.replace("ring wang", "ring wang bert")), Ok(()));
}

#[test]
fn a_failure_says_what_was_expected_what_came_when_and_why() {
    let text = "title li is rung\n0s arrive anna booking\n0s > offer anna wang\n";
    let Err(Failure::Mismatch(mismatch)) = parse(text).unwrap().run(&plan()) else { panic!("it passes") };
    assert_eq!((mismatch.line, mismatch.at), (3, Time::ZERO));
    assert_eq!(mismatch.expected.as_deref(), Some("0s > offer anna wang"));
    assert_eq!(mismatch.got.as_deref(), Some("0s > offer anna li"));
    let report = mismatch.to_string();
    for line in [
        "x.script:3: li is rung",
        "  at 0s expected: 0s > offer anna wang",
        "             got: 0s > offer anna li",
        "  since line 2, `0s arrive anna booking`:",
        "  - 0s     > offer anna wang",
        "  + 0s     > offer anna li",
        "    0s     offered anna li, idle for longest of 3 (since 0s); next wang (since 0s); class normal, counting as waiting since 0s",
        "    anna: ringing in booking, arrived at 0s",
        "    li: ready since 0s; ringing (anna) since 0s",
        "    wang: ready since 0s; free since 0s; free since 0s",
    ] {
        assert!(report.lines().any(|other| other == line), "no line `{line}` in\n{report}");
    }
}

#[test]
fn an_input_about_an_offer_that_was_never_made_is_reported_like_any_mismatch() {
    let text = "\
title the foreman answers
signed-in li sun
0s     arrive anna desk from 8888
0s     > offer anna li
0s     ring li
6s     ring sun
";
    let report = run(text).unwrap_err();
    for line in [
        "x.script:6: the foreman answers",
        "  at 6s expected: an offer of a call to sun before `ring sun`",
        "             got: no such offer so far",
        "  hint: timers of 6s fire after this input: list their outputs first, or put `6s tick` before it",
        "  since line 5, `0s     ring li`:",
        "  state at 6s:",
        "    sun: ready since 0s; free since 0s",
    ] {
        assert!(report.lines().any(|other| other == line), "no line `{line}` in\n{report}");
    }
    let blessed = parse(text).unwrap().bless(&plan()).unwrap_err().to_string();
    assert_eq!(blessed, report);
    let listed = text.replace("6s     ring", "6s     > rung anna 1 escalated\n6s     > offer anna sun\n6s     ring");
    assert_eq!(run(&listed), Ok(()));
    let ticked = text.replace("6s     ring", "6s     tick\n6s     ring");
    assert_eq!(run(&bless(&ticked)), Ok(()));
    // A number may speak of what never was.
    let text =
        "title x\n0s connected #9\n0s > end-leg nobody\n1s arrive anna desk\n1s > offer anna li\n2s held anna wang";
    let report = run(text).unwrap_err();
    assert!(report.contains("x.script:6: x\n  at 2s expected: an offer of anna to wang before `held anna wang`\n"));
    assert!(report.contains("    anna: ringing in desk, arrived at 1s") && !report.contains("hint"), "{report}");
}

#[test]
fn an_input_about_a_telephone_or_an_entry_that_never_was_is_reported_as_well() {
    let text = "title x\n0s arrive anna desk\n0s > offer anna li\n1s dial-answered anna";
    let report = run(text).unwrap_err();
    for line in [
        "x.script:4: x",
        "  at 1s expected: a telephone dialled for anna before `dial-answered anna`",
        "             got: no such telephone so far",
        "    anna: ringing in desk, arrived at 0s",
    ] {
        assert!(report.lines().any(|other| other == line), "no line `{line}` in\n{report}");
    }
    let report = run(&text.replace("dial-answered anna", "dismiss anna \"she came by\"")).unwrap_err();
    assert!(report.contains("expected: anna on the follow-up list before `dismiss anna \"she came by\"`"), "{report}");
    assert!(report.contains("got: no such entry so far"), "{report}");
    // Numbers may speak of what never was.
    let text = "title x\nshow ignored\n0s dial-ringing #9\n0s > ignored dial unknown\n1s dismiss #7 \"no reason\"\n1s > refused unknown-follow-up #7\n";
    assert_eq!(run(text), Ok(()));
}

#[test]
fn who_has_caused_an_output_is_shown_on_demand() {
    let text = "\
title x
show actors
signed-in li
0s     arrive anna desk
0s     > offer anna li (by switch)
1s     not-ready li lunch
1s     > pending li not-ready lunch (by li)
2s     ready li by host
2s     > pending li ready (by host)
3s     not-ready li lunch by sun
3s     > pending li not-ready lunch (by sun)
10s    > never-rang li
";
    assert_eq!(run(text), Ok(()));
    let silent = text.replace("show actors\n", "");
    assert!(run(&silent).is_err());
    assert_eq!(
        bless(&silent),
        silent.replace(" (by switch)", "").replace(" (by li)", "").replace(" (by host)", "").replace(" (by sun)", "")
    );
}

#[test]
fn a_script_may_ask_why_a_call_waits() {
    let text = "\
title x
signed-in li
0s     arrive anna desk
0s     > offer anna li
1s     arrive bert desk
5s     why bert
5s     > why bert waits 4s for team front: 1 rung for others, 1 signed out; rung 1 at 21s
10s    > never-rang li
11s    why #9
11s    > why #9 does not wait
";
    assert_eq!(run(text), Ok(()));
    let wrong = text.replace("5s     > why bert waits 4s", "5s     > why bert waits 5s");
    let report = run(&wrong).unwrap_err();
    assert!(report.contains("\n  at 5s expected: 5s > why bert waits 5s for team front"), "{report}");
    assert!(report.contains("\n  + 5s     > why bert waits 4s for team front"), "{report}");
    // What has not come by then is not shown.
    assert!(!report.contains("never-rang"), "{report}");
    assert_eq!(bless(&wrong), text);
}

#[test]
fn a_failure_shows_the_state_and_the_outputs_of_its_own_instant_not_later_ones() {
    let rest = "0s arrive anna desk\n0s > offer anna li\n0s ring li\n3s > missed li\n18s > missed li\n22s tick\n";
    let report = run(&format!("title x\nsigned-in li\n{rest}")).unwrap_err();
    let told: Vec<&str> = report.lines().collect();
    assert_eq!(
        told,
        [
            "x.script:6: x",
            "  at 3s expected: 3s > missed li",
            "             got: 18s > missed li",
            "  since line 5, `0s ring li`:",
            "  - 3s     > missed li",
            "    0s     \u{b7} rang li",
            "  why:",
            "    0s     offered anna li, the only one free (since 0s); class normal, counting as waiting since 0s",
            "  state at 3s:",
            "    li: ready since 0s; ringing (anna) since 0s",
        ],
        "{report}"
    );
    // Two things of one instant, in two steps: the first of them is wrong.
    let text = "title x\n0s arrive anna booking\n0s > offer anna li\n0s ring li\n9s > missed li\n10s > notify \"duty room\" anna\n15s > overflow anna desk\nuntil 20s";
    let report = run(text).unwrap_err();
    assert!(report.contains("  state at 9s:\n    li: ready since 0s; ringing (anna) since 0s"), "{report}");
    assert!(!report.contains("10s    "), "{report}");
}

#[test]
fn blessing_writes_a_time_as_the_input_does() {
    let text = "title x\nsigned-in li\n1m40s  arrive anna desk\n1m40s  ring li\n1m58s  > missed wang\n";
    let blessed =
        "title x\nsigned-in li\n1m40s  arrive anna desk\n1m40s  > offer anna li\n1m40s  ring li\n1m58s  > missed li\n";
    assert_eq!(bless(text), blessed);
}

/// The rows of the documentation's table of outputs.
fn documented_outputs() -> Vec<String> {
    let lines = include_str!("mod.rs").lines().filter_map(|line| line.strip_prefix("//! "));
    let rows = lines.skip_while(|line| *line != "| output | topic | meaning |").skip(2);
    rows.take_while(|line| line.starts_with('|')).map(str::to_owned).collect()
}

#[test]
fn every_output_is_documented_with_its_arguments_and_its_topic() {
    let topic = |topic| say::TOPICS.iter().find(|(_, other)| *other == topic).map_or("routing", |(name, _)| *name);
    let escaped = |arguments: &str| arguments.replace('|', "\\|");
    let form = |form: &say::Form| format!("| `{} {}` | {} |", form.word, escaped(form.arguments), topic(form.topic));
    let rows = documented_outputs();
    assert_eq!(rows.len(), say::OUTPUTS.len());
    for (row, form) in rows.iter().zip(say::OUTPUTS.iter().map(form)) {
        assert!(row.strip_prefix(&form).is_some_and(|meaning| meaning.len() > 10), "{row} does not begin with {form}");
    }
}

#[test]
fn every_verb_is_documented() {
    let docs: String = include_str!("mod.rs").lines().take_while(|line| *line != "//! ## Outputs").collect();
    let missing: Vec<_> =
        verbs::names().filter(|verb| !["`", " "].iter().any(|end| docs.contains(&format!("`{verb}{end}")))).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn an_output_that_does_not_come_and_one_too_many_both_fail() {
    let text = "title x\n0s arrive anna desk\n0s > offer anna li\n9s > missed li\n";
    assert!(
        run(text)
            .unwrap_err()
            .starts_with("x.script:4: x\n  at 9s expected: 9s > missed li\n             got: nothing")
    );
    let text = "title x\n0s arrive anna desk\n1s tick\n";
    assert!(run(text).unwrap_err().starts_with("x.script:2: x\n  at 0s expected: nothing"));
}

#[test]
fn an_input_at_the_instant_of_a_listed_timer_comes_after_it_and_before_it_otherwise() {
    let ringing = "title x\nsigned-in li\n0s arrive anna desk\n0s > offer anna li\n0s ring li\n";
    assert_eq!(run(&format!("{ringing}18s answer li\n18s > connect anna li\n")), Ok(()));
    assert_eq!(run(&format!("{ringing}18s > missed li\n18s answer li\n18s > end-leg li\n")), Ok(()));
}

#[test]
fn blessing_rewrites_expectations_and_nothing_else() {
    let text = "\
# Above.
title   x   # kept
show targets

0s       arrive anna desk   # kept
0s       > offer anna wang  # who?
0s       ring li
# Between.
17s      > missed li
17.5s    > cancelled li withdrawn
18s      > offer anna sun   # surplus
  # Below.
19s      gone anna
until    20s
";
    let blessed = "\
# Above.
title   x   # kept
show targets

0s       arrive anna desk   # kept
0s       > offer anna li  # who?
0s       ring li
# Between.
18s      > missed li
18s      > offer anna wang
18.000000001s > target-passed anna  # surplus
  # Below.
19s      gone anna
19s      > cancelled wang anna caller-gone
19s      > ended anna abandoned
until    20s
";
    assert_eq!(bless(text), blessed);
    assert_eq!(bless(blessed), blessed);
    assert_eq!(run(blessed), Ok(()));
    assert_eq!(bless(&text.replace('\n', "\r\n")), blessed.replace('\n', "\r\n"));
}

#[test]
fn an_expectation_that_no_longer_comes_true_leaves_no_trace() {
    // At 20 s something was once expected before bert; now only a hidden timer fires there.
    let text = "title x\n0s arrive anna booking\n0s ring li\n0.5s answer li\n1s connected anna\n15s gone anna\n20s > missed li\n20s arrive bert desk\n";
    let blessed = bless(text);
    assert_eq!(bless(&blessed), blessed);
    assert_eq!(run(&blessed), Ok(()));
}

#[test]
fn an_inline_floor_shows_its_mistakes_at_the_scripts_own_lines() {
    let script = parse("title x\nfloor <<\nname = \"x\"\nqueus = []\n>>\n0s tick\n").unwrap();
    let failure = script.plan(None).unwrap_err().to_string();
    assert!(failure.starts_with("x.script:3: the floor is wrong:\n"), "{failure}");
    assert!(failure.contains("line 4: "), "{failure}");
}

#[test]
fn a_script_without_a_floor_says_so() {
    let failure = parse("title x\n0s tick").unwrap().plan(None).unwrap_err().to_string();
    assert!(failure.starts_with("x.script:1: no floor"), "{failure}");
}

#[test]
fn scripts_are_bounded() {
    let long = format!("title x\n{}", "0s tick\n".repeat(Script::LINES_MAX));
    assert_eq!(parse(&long).unwrap_err(), "x.script:10001: expected at most 10000 lines, got one more");
    let large = "#".repeat(Script::BYTES_MAX + 1);
    assert!(
        parse(&large).unwrap_err().starts_with("x.script:1: expected a script of at most 1048576 bytes, got 1048577")
    );
}

#[test]
fn a_script_that_never_comes_to_its_end_is_stopped() {
    let floor = FLOOR.replace("\"20s\", lease = \"90s\"", "\"1s\", hold_limit = \"0s\", lease = \"100h\"");
    let plan = Arc::new(Plan::from_toml(&floor).unwrap());
    let text = "title x\n0s arrive anna desk\n0s answer li\n0s connected anna\n0s held anna\nuntil 100h\n";
    let failure = parse(text).unwrap().bless(&plan).unwrap_err();
    assert!(matches!(failure, Failure::Trouble { trouble: Trouble::TooLong { .. }, .. }), "{failure}");
}
