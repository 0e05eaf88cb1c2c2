//! Whatever stands in a script: it is understood or told what is wrong with it, and what is blessed passes.

use proptest::prelude::*;

use super::super::*;
use super::plan;

/// Any line of the language, on a small floor.
fn line() -> impl Strategy<Value = String> {
    let call = prop::sample::select(vec!["anna", "bert", "carl", "#9"]);
    let name = prop::sample::select(vec!["li", "wang", "sun", "#7"]);
    let agent = prop::sample::select(vec!["li", "wang", "sun", "wang anna", "li bert", "#7"]);
    let by = prop::sample::select(vec!["", "", " by host", " by sun", " by li"]);
    let terms = prop::sample::select(vec!["", " at 7001", " not-before 30s due 40s", " due 9s"]);
    let queue = prop::sample::select(vec![
        "desk",
        "booking",
        "alarm",
        "desk from 8888",
        "booking need english >= 2",
        "desk preferred wang prior anna",
        "booking from 7001 callback due 30s",
        "#5",
    ]);
    const REPORTS: &[&str] = &[
        "gone",
        "connected",
        "connected",
        "held",
        "unheld",
        "renew",
        "connect-failed CALL line",
        "key CALL 1",
        "key CALL *",
        "message-taken",
        "dial-ringing",
        "dial-answered",
        "dial-failed CALL busy",
        "dial-ended",
    ];
    const ASKED_OF_CALLS: &[&str] = &[
        "hold",
        "unhold",
        "end",
        "cannot-answer",
        "complaint",
        "transfer CALL queue booking",
        "transfer CALL agent wang",
        "transfer CALL extension pool",
        "consult CALL agent sun",
        "consult CALL queue booking",
        "consult CALL number 5550",
        "complete",
        "conference",
        "cancel-transfer",
        "move CALL booking",
        "withdraw",
        "class CALL vip",
        "credit CALL 30s",
        "cancel-callback",
        "dismiss CALL settled",
        "listen sun CALL",
        "barge sun CALL",
        "end-monitor sun CALL",
        "take-over sun CALL",
    ];
    const LEGS: &[&str] =
        &["ring", "answer", "answer", "busy", "decline", "no-answer", "unreachable", "vanish", "hangup", "leg-lost"];
    const ASKED_OF_AGENTS: &[&str] = &[
        "sign-in",
        "sign-out",
        "ready",
        "ready-once",
        "wrap-up-done",
        "approve",
        "refuse",
        "not-ready AGENT lunch",
        "not-ready AGENT errand",
        "ready-once AGENT lunch",
    ];
    let with = |verb: &str, place: &str, name: &str| match verb.contains(place) {
        true => verb.replace(place, name),
        false => format!("{verb} {name}"),
    };
    prop_oneof![
        3 => (call.clone(), queue).prop_map(|(call, queue)| format!("arrive {call} {queue}")),
        4 => (prop::sample::select(REPORTS), call.clone()).prop_map(move |(verb, call)| with(verb, "CALL", call)),
        4 => (prop::sample::select(ASKED_OF_CALLS), call.clone(), by.clone())
            .prop_map(move |(verb, call, by)| with(verb, "CALL", call) + by),
        7 => (prop::sample::select(LEGS), agent).prop_map(|(verb, agent)| format!("{verb} {agent}")),
        4 => (prop::sample::select(ASKED_OF_AGENTS), name, by.clone())
            .prop_map(move |(verb, name, by)| with(verb, "AGENT", name) + by),
        1 => (call.clone(), terms.clone(), by).prop_map(|(call, terms, by)| format!("accept-callback {call}{terms}{by}")),
        1 => (call.clone(), call, terms).prop_map(|(old, new, terms)| format!("call-back {old} as {new}{terms}")),
        2 => Just("> missed li".to_owned()),
        1 => prop::sample::select(vec!["tick", "why anna", "why bert", "anchor 2026-11-22T08:00Z", "endpoint li unregistered", "endpoint li registered"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn any_text_is_a_script_or_an_error(text in "(?s).{0,400}") {
        let _ = Script::parse("x.script", &text);
    }

    #[test]
    fn any_line_is_a_script_or_an_error(
        lines in prop::collection::vec("[0-9]{0,2}(s|ms|m)? [a-z>#\"-]{0,8} [a-z#0-9\"]{0,5}( [a-z#\"]{0,6}){0,2}", 0..20),
    ) {
        if let Ok(script) = Script::parse("x.script", &format!("title x\n{}", lines.join("\n"))) {
            let _ = script.run(&plan());
        }
    }

    #[test]
    fn what_has_been_blessed_passes_and_blessing_it_again_changes_nothing(
        steps in prop::collection::vec((0u64..12, any::<bool>(), line()), 1..40),
        end in 0u64..60,
    ) {
        let plan = plan();
        let mut text = "title x\nshow all\n".to_owned();
        let mut now = 0;
        for (wait, same, line) in steps {
            now += if same { 0 } else { wait };
            // Lines that name what is not there, or an offer that is not there yet, cannot be blessed: leave them out.
            let longer = format!("{text}{now}s {line}\n");
            match Script::parse("x.script", &longer).map(|script| script.bless(&plan)) {
                Ok(Ok(_)) => text = longer,
                Ok(Err(Failure::Script(_) | Failure::Mismatch(_))) | Err(_) => {}
                Ok(Err(failure)) => prop_assert!(false, "{failure}\n{longer}"),
            }
        }
        text += &format!("until {}s\n", now + end);
        let Ok(script) = Script::parse("x.script", &text) else { return Ok(()) };
        let blessed = script.bless(&plan).unwrap_or_else(|failure| panic!("{failure}"));
        let again = Script::parse("x.script", &blessed).unwrap_or_else(|error| panic!("{error}\n{blessed}"));
        if let Err(failure) = again.run(&plan) {
            prop_assert!(false, "{failure}\n{blessed}");
        }
        prop_assert_eq!(again.bless(&plan).unwrap_or_else(|failure| panic!("{failure}")), blessed);
    }
}
