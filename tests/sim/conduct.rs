//! What people do with calls beside talking: as often as the scenario says, with nothing else changed by it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cordboard::engine::{
    DialEnd, DialPurpose, Event, Fact, MonitorMode, NotReady, Outcome, Output, Presence, Refusal, VisitCause, VisitExit,
};
use cordboard::sim::{Scenario, Simulation};
use cordboard::{AgentId, CallId, Plan, Span, Time};

const FLOOR: &str = r#"
    reasons = ["meal", "notes"]
    approval = ["meal"]
    dispositions = ["solved", "open"]
    extensions = [{ name = "kitchen", number = "601" }]
    teams = [{ name = "desk" }, { name = "office" }]
    agents = [
        { name = "li", team = "desk" }, { name = "wang", team = "desk" }, { name = "zhang", team = "desk" },
        { name = "gao", team = "office", role = "foreman" }, { name = "guo", team = "office", role = "supervisor" },
    ]
    queues = [
        { name = "line", teams = ["desk"], rules = { RULES }, ladder = [LADDER], keys = [{ key = "2", do = "message" }] },
        { name = "other", teams = ["desk"] },
    ]
"#;

const SCENARIO: &str = r#"
    hours = 240
    queues = [{ queue = "line", arrivals = { per_hour = 10 } }]
    [calls]
    talk = { exponential = "90s" }
    hold = { share = 0.2, length = { exponential = "30s" } }
    answer = { uniform = ["2s", "9s"] }
    ended_by_agent = 0.4
    CALLS
    [switch]
    ring_delay = { uniform = ["300ms", "800ms"] }
    connect_delay = { uniform = ["100ms", "300ms"] }
    [[shifts]]
    teams = ["desk", "office"]
    from = "00:00"
    to = "24:00"
    MORE
"#;

/// A floor with these rules and this ladder, under a scenario with these calls and more.
#[derive(Clone, Copy, Default)]
struct House<'a> {
    rules: &'a str,
    ladder: &'a str,
    calls: &'a str,
    more: &'a str,
}

impl House<'_> {
    fn facts(self) -> Vec<(Time, Fact)> {
        let plan = Plan::from_toml(&FLOOR.replace("RULES", self.rules).replace("LADDER", self.ladder)).unwrap();
        let text = SCENARIO.replace("CALLS", self.calls).replace("MORE", self.more);
        let scenario = Scenario::from_toml(&text, &plan).unwrap();
        let mut facts = Vec::new();
        let mut observer = |output: &Output| {
            if let Event::Fact(fact) = &output.event {
                facts.push((output.at, fact.clone()));
            }
        };
        let mut simulation = Simulation::new(Arc::new(plan), &scenario, 1).unwrap().checked();
        simulation.run(&mut observer).unwrap_or_else(|failure| panic!("{failure}"));
        facts
    }

    /// How often something was said, per call that arrived by itself.
    fn share(self, of: impl Fn(&Fact) -> bool) -> f64 {
        let facts = self.facts();
        let calls = facts.iter().filter(|(_, fact)| matches!(fact, Fact::CallArrived { prior_call: None, .. })).count();
        facts.iter().filter(|(_, fact)| of(fact)).count() as f64 / calls as f64
    }
}

fn about(share: f64, expected: f64) {
    assert!((share - expected).abs() < 0.25 * expected, "{share} instead of about {expected}");
}

#[test]
fn so_many_calls_go_up_as_agents_cannot_answer() {
    let house = House { calls: "cannot_answer = 0.2", ..House::default() };
    about(house.share(|fact| matches!(fact, Fact::VisitStarted { cause: VisitCause::Escalated { .. }, .. })), 0.2);
    // Whoever is above takes them, and nobody else.
    let office = [AgentId(3), AgentId(4)];
    for (_, fact) in house.facts() {
        if let Fact::VisitEnded { cause: VisitCause::Escalated { .. }, exit: VisitExit::Served { agent }, .. } = fact {
            assert!(office.contains(&agent), "{agent}");
        }
    }
}

#[test]
fn so_many_callers_complain_and_every_complaint_is_on_the_list() {
    let house = House { calls: "complaints = 0.15", ..House::default() };
    about(house.share(|fact| matches!(fact, Fact::ComplaintRecorded { against: Some(_), .. })), 0.15);
}

#[test]
fn so_many_calls_are_handed_on_and_telephones_answer_as_often_as_they_do() {
    let house = House {
        calls: r#"transfers = [
            { share = 0.2, to = { extension = "kitchen" } },
            { share = 0.1, to = { queue = "other" } },
            { share = 0.1, to = { team = "desk" } },
        ]"#,
        more: "[telephones]\nanswered = 0.5\nbusy = 0.2\nanswer = { uniform = [\"2s\", \"9s\"] }",
        ..House::default()
    };
    let dialled = |fact: &Fact| matches!(fact, Fact::Dialled { purpose: DialPurpose::Transfer, .. });
    about(house.share(dialled), 0.2);
    about(house.share(|fact| matches!(fact, Fact::CallEnded { outcome: Outcome::TransferredOut, .. })), 0.1);
    about(house.share(|fact| matches!(fact, Fact::DialEnded { how: DialEnd::Failed(_), .. })), 0.04);
    about(house.share(|fact| matches!(fact, Fact::DialEnded { how: DialEnd::LimitPassed, .. })), 0.06);
    about(house.share(|fact| matches!(fact, Fact::VisitStarted { cause: VisitCause::Transferred { .. }, .. })), 0.2);
}

#[test]
fn so_many_consultations_end_with_the_caller_handed_on_in_conference_or_where_he_was() {
    let house = House {
        calls: "transfers = [{ share = 0.5, to = { team = \"desk\" }, consult = true }]\n\
                consults = { length = { fixed = \"20s\" }, conference = 0.4, back = 0.2 }",
        ..House::default()
    };
    let consulted = house.share(|fact| {
        matches!(fact, Fact::VisitEnded { cause: VisitCause::Consult { .. }, exit: VisitExit::Served { .. }, .. })
    });
    assert!(consulted > 0.3, "{consulted}");
    about(house.share(|fact| matches!(fact, Fact::ConferenceStarted { .. })), 0.4 * consulted);
    let facts = house.facts();
    let consults: Vec<Span> = facts
        .iter()
        .filter_map(|(_, fact)| match fact {
            Fact::LegEnded { consult, .. } if !consult.is_zero() => Some(*consult),
            _ => None,
        })
        .collect();
    assert!(consults.len() > 500);
    // Unless the colleague hangs up earlier, or is told goodbye later.
    let exactly = consults.iter().filter(|consult| **consult == Span::from_secs(20)).count();
    assert!(exactly * 10 > consults.len() * 9, "{exactly} of {}", consults.len());
}

/// With whom each caller talked, call by call.
fn served(facts: &[(Time, Fact)]) -> BTreeMap<CallId, AgentId> {
    let served = facts.iter().filter_map(|(_, fact)| match fact {
        Fact::Connected { call, agent, .. } => Some((*call, *agent)),
        _ => None,
    });
    served.collect()
}

#[test]
fn who_calls_again_comes_back_to_the_same_agent_where_the_queue_is_sticky() {
    let again = "again = { share = 0.5, after = { exponential = \"10m\" } }";
    let back_to_the_same = |rules: &str| {
        let facts = House { calls: again, rules, ..House::default() }.facts();
        let served = served(&facts);
        let mut again: Vec<bool> = Vec::new();
        for (_, fact) in &facts {
            if let Fact::CallArrived { call, prior_call: Some(prior), .. } = fact {
                again.extend(served.get(call).zip(served.get(prior)).map(|(now, then)| now == then));
            }
        }
        // Half of all calls are followed by another, and half of those again.
        let first = facts.iter().filter(|(_, fact)| matches!(fact, Fact::CallArrived { prior_call: None, .. })).count();
        about(again.len() as f64 / first as f64, 1.0);
        again.iter().filter(|same| **same).count() as f64 / again.len() as f64
    };
    assert!(back_to_the_same("sticky = \"1h\", preferred_wait = \"5m\"") > 0.95);
    assert!(back_to_the_same("") < 0.5);
}

#[test]
fn so_many_calls_ask_for_one_agent_and_get_him() {
    let house = House {
        calls: "preferred = { share = 0.3, agents = [\"zhang\"] }",
        rules: "preferred_wait = \"30m\", choice = \"linear\"",
        ..House::default()
    };
    let zhang = house.share(|fact| matches!(fact, Fact::Connected { agent: AgentId(2), .. }));
    assert!((0.25..0.4).contains(&zhang), "{zhang}");
}

#[test]
fn callers_are_called_back_as_often_as_they_want_it_and_are_reached_as_often_as_they_are() {
    let house = House {
        rules: "callback_attempts = 2, callback_gap = \"5m\"",
        ladder: "{ after = \"0s\", do = [\"offer_callback\"] }",
        calls: "callback = { share = 0.5, due = \"1h\", reached = 0.7, answer = { fixed = \"6s\" } }",
        ..House::default()
    };
    let promised = house.share(|fact| matches!(fact, Fact::CallbackPromised { .. }));
    about(promised, 0.5);
    about(
        house.share(|fact| matches!(fact, Fact::CallEnded { outcome: Outcome::CallbackFulfilled, .. })),
        0.91 * promised,
    );
    let failed = house.share(|fact| matches!(fact, Fact::CallEnded { outcome: Outcome::CallbackFailed, .. }));
    assert!((0.06..0.13).contains(&(failed / promised)), "{failed} of {promised}");
    assert_eq!(house.share(|fact| matches!(fact, Fact::CallbackOverdue { .. })), 0.0);
}

#[test]
fn callers_leave_a_message_by_the_key_when_it_is_offered_and_others_wait_on() {
    let house = House {
        ladder: "{ after = \"0s\", do = [\"offer_message\"] }",
        calls: "message = { share = 0.25, length = { uniform = [\"5s\", \"30s\"] } }",
        ..House::default()
    };
    about(house.share(|fact| matches!(fact, Fact::CallEnded { outcome: Outcome::MessageTaken, .. })), 0.25);
    about(house.share(|fact| matches!(fact, Fact::CallEnded { outcome: Outcome::Completed(_), .. })), 0.75);
}

#[test]
fn who_is_led_to_a_message_and_leaves_none_hangs_up() {
    let house = House {
        ladder: "{ after = \"0s\", do = [\"message\"] }",
        calls: "message = { share = 0.6, length = { fixed = \"10s\" } }",
        ..House::default()
    };
    about(house.share(|fact| matches!(fact, Fact::CallEnded { outcome: Outcome::MessageTaken, .. })), 0.6);
    about(house.share(|fact| matches!(fact, Fact::CallEnded { outcome: Outcome::Abandoned, .. })), 0.4);
}

#[test]
fn keys_are_pressed_by_so_many_of_those_who_still_wait() {
    let house = House {
        calls: "keys = [{ key = \"2\", share = 0.3, after = { fixed = \"1s\" } }]\n\
                message = { share = 1.0, length = { fixed = \"10s\" } }",
        ..House::default()
    };
    about(house.share(|fact| matches!(fact, Fact::VisitEnded { exit: VisitExit::LeftByKey { key: '2' }, .. })), 0.3);
}

#[test]
fn work_that_must_be_named_is_named_though_the_scenario_names_nothing() {
    let house = House { rules: "wrap_up = \"disposition\"", ..House::default() };
    about(house.share(|fact| matches!(fact, Fact::WrapUpEnded { disposition: Some(_), .. })), 1.0);
    let house = House { calls: "dispositions = { open = 0.3 }", ..house };
    let open = |fact: &Fact| matches!(fact, Fact::WrapUpEnded { disposition: Some(disposition), .. } if disposition.index() == 1);
    about(house.share(open), 0.3);
}

#[test]
fn a_break_after_each_call_ends_when_the_scenario_says() {
    let house = House {
        rules: "after_call = \"notes\"",
        more: "[agents]\nback_after_call = { fixed = \"45s\" }",
        ..House::default()
    };
    let away = house
        .facts()
        .iter()
        .filter_map(|(_, fact)| match fact {
            Fact::PresenceChanged {
                from: Presence::NotReady(NotReady::Reason(_)),
                to: Presence::Ready,
                lasted,
                ..
            } => Some(*lasted),
            _ => None,
        })
        .collect::<Vec<_>>();
    assert!(away.len() > 1_000 && away.iter().all(|lasted| *lasted == Span::from_secs(45)), "{}", away.len());
}

#[test]
fn supervisors_listen_and_take_over_as_often_as_they_do_and_are_free_again() {
    let house = House {
        more: "[supervisors]\nlisten = { per_hour = 4, length = { fixed = \"10s\" }, whisper = 0.5, take_over = 0.2 }",
        ..House::default()
    };
    let facts = house.facts();
    let count = |of: fn(&Fact) -> bool| facts.iter().filter(|(_, fact)| of(fact)).count();
    let listened = count(|fact| matches!(fact, Fact::MonitorStarted { mode: MonitorMode::Listen, .. }));
    // Two of them, four times an hour, whenever anybody talks.
    assert!((200..2_000).contains(&listened), "{listened}");
    assert_eq!(listened, count(|fact| matches!(fact, Fact::MonitorEnded { .. })));
    let whispered = count(|fact| matches!(fact, Fact::MonitorStarted { mode: MonitorMode::Whisper, .. }));
    about(whispered as f64 / listened as f64, 0.5);
    let taken = count(|fact| matches!(fact, Fact::VisitStarted { cause: VisitCause::TakenOver { .. }, .. }));
    about(taken as f64 / listened as f64, 0.2);
}

#[test]
fn breaks_that_need_approval_begin_when_they_are_approved_and_not_when_they_are_refused() {
    let shifts = "breaks = [{ at = \"12:00\", length = \"20m\", reason = \"meal\" }]";
    let breaks = |supervisors: &str| {
        let more = format!("{shifts}\n[supervisors]\n{supervisors}");
        let facts = House { more: &more, ..House::default() }.facts();
        let asked = facts.iter().filter(|(_, fact)| matches!(fact, Fact::ApprovalAsked { .. })).count();
        let decided: Vec<(Time, bool)> = facts
            .iter()
            .filter_map(|(at, fact)| match fact {
                Fact::ApprovalEnded { approved: Some(approved), .. } => Some((*at, *approved)),
                _ => None,
            })
            .collect();
        let meals = facts.iter().filter(|(_, fact)| {
            matches!(fact, Fact::PresenceChanged { from: Presence::NotReady(NotReady::Reason(_)), lasted, .. }
                if *lasted == Span::from_secs(20 * 60))
        });
        (asked, decided, meals.count())
    };
    // Five people on ten days; nobody stands above the supervisor, who asks in vain.
    let (asked, decided, meals) = breaks("approval = { after = { fixed = \"90s\" } }");
    assert_eq!((asked, decided.len(), meals), (50 - 9, 40, 40));
    assert!(decided.iter().all(|(at, approved)| *approved && at.as_nanos() % 86_400_000_000_000 == 43_290_000_000_000));
    let (asked, decided, meals) = breaks("approval = { refused = 1.0 }");
    assert_eq!((asked, decided.len(), meals), (50 - 9, 40, 0));
    assert!(decided.iter().all(|(_, approved)| !approved));
}

#[test]
fn the_follow_up_list_is_called_back_and_closed_in_shares() {
    let house = House {
        ladder: "{ after = \"0s\", do = [{ disconnect = \"closed\" }] }",
        more: "[follow_up]\ncalled_back = 0.5\nclosed = 0.3\nafter = { fixed = \"10m\" }",
        ..House::default()
    };
    let facts = house.facts();
    let first = facts.iter().filter(|(_, fact)| matches!(fact, Fact::CallArrived { prior_call: None, .. })).count();
    let called = facts.iter().filter(|(_, fact)| matches!(fact, Fact::CallArrived { prior_call: Some(_), .. })).count();
    about(called as f64 / first as f64, 0.5);
    let answered =
        facts.iter().filter(|(_, fact)| matches!(fact, Fact::CallEnded { outcome: Outcome::CallbackFulfilled, .. }));
    assert_eq!(answered.count(), called);
}

#[test]
fn a_scenario_begins_on_a_monday_at_midnight_in_the_floors_zone() {
    for (zone, condition, expected) in [
        ("Asia/Shanghai", "hours = \"00:00-12:00\"", 0.5),
        ("America/New_York", "hours = \"00:00-12:00\"", 0.5),
        ("Asia/Shanghai", "days = [\"mon\", \"tue\"]", 2.0 / 7.0),
    ] {
        let floor = format!(
            "zone = \"{zone}\"\nteams = [{{ name = \"desk\" }}]\nagents = [{{ name = \"li\", team = \"desk\" }}]\n\
             [[queues]]\nname = \"line\"\n\
             ladder = [{{ after = \"0s\", if = {{ {condition} }}, do = [{{ to_number = \"9\" }}] }}]"
        );
        let plan = Plan::from_toml(&floor).unwrap();
        let text = "hours = 168\nqueues = [{ queue = \"line\", arrivals = { per_hour = 20 } }]\n\
                    shifts = [{ teams = [\"desk\"], from = \"00:00\", to = \"24:00\" }]";
        let scenario = Scenario::from_toml(text, &plan).unwrap();
        let (mut diverted, mut all, mut latest) = (0, 0, Time::ZERO);
        let mut observer = |output: &Output| {
            if let Event::Fact(Fact::VisitEnded { exit, started, .. }) = output.event {
                all += 1;
                if exit == VisitExit::Diverted {
                    (diverted, latest) = (diverted + 1, started);
                }
            }
        };
        Simulation::new(Arc::new(plan), &scenario, 1).unwrap().run(&mut observer).unwrap();
        about(f64::from(diverted) / f64::from(all), expected);
        let end = if expected == 0.5 { 6 * 24 + 12 } else { 2 * 24 };
        assert!(latest < Time::from_secs(end * 3_600), "{zone}, {condition}: {latest}");
    }
}

#[test]
fn shifts_of_single_days_come_again_every_week() {
    let plan = Plan::from_toml(
        "teams = [{ name = 'desk' }]\nagents = [{ name = 'li', team = 'desk' }]\nqueues = [{ name = 'line' }]",
    );
    let plan = Arc::new(plan.unwrap());
    let text = "hours = 504\nshifts = [\
                { teams = ['desk'], days = ['mon', 'thu'], from = '08:00', to = '16:00' },\
                { teams = ['desk'], days = ['sun'], from = '22:00', to = '06:00' }]";
    let scenario = Scenario::from_toml(text, &plan).unwrap();
    let mut ready = Vec::new();
    let mut observer = |output: &Output| {
        if let Event::Fact(Fact::PresenceChanged { from: Presence::Ready, lasted, .. }) = output.event {
            ready.push((output.at.as_nanos() / 3_600_000_000_000, lasted.as_nanos() / 3_600_000_000_000));
        }
    };
    Simulation::new(plan, &scenario, 1).unwrap().run(&mut observer).unwrap();
    // To six in the morning on Mondays, to four in the afternoon on Mondays and Thursdays; the last night is cut short.
    let week =
        |week: u64| [(6, if week == 0 { 6 } else { 8 }), (16, 8), (3 * 24 + 16, 8)].map(|(at, h)| (week * 168 + at, h));
    let mut expected: Vec<(u64, u64)> = (0..3).flat_map(week).collect();
    expected.push((504, 2));
    assert_eq!(ready, expected);
}

/// What each call that nothing was done about brought: when it came, how long it talked and held.
type Seen = BTreeMap<CallId, (Time, Option<(Span, Span)>)>;

fn seen(facts: &[(Time, Fact)]) -> (Seen, BTreeSet<CallId>) {
    let (mut seen, mut touched) = (Seen::new(), BTreeSet::new());
    for (at, fact) in facts {
        match fact {
            Fact::CallArrived { call, prior_call: None, .. } => {
                seen.insert(*call, (*at, None));
            }
            Fact::LegEnded { call, talk, hold, .. } => {
                let (_, talked) = seen.entry(*call).or_insert((*at, None));
                if talked.replace((*talk, *hold)).is_some() {
                    touched.insert(*call);
                }
            }
            Fact::VisitStarted { call, cause, .. } if *cause != VisitCause::Arrived => {
                touched.insert(*call);
            }
            Fact::Dialled { call, .. } => {
                touched.insert(*call);
            }
            _ => {}
        }
    }
    (seen, touched)
}

#[test]
fn what_is_done_with_some_calls_changes_nothing_that_the_others_bring() {
    let (plain, none) = seen(&House::default().facts());
    assert!(none.is_empty() && plain.len() > 2_000);
    let house = House {
        calls: "cannot_answer = 0.05\ntransfers = [{ share = 0.1, to = { extension = \"kitchen\" } }, \
                { share = 0.1, to = { team = \"desk\" }, consult = true }]",
        ..House::default()
    };
    let (busy, touched) = seen(&house.facts());
    assert!(touched.len() > 300, "{}", touched.len());
    assert_eq!(plain.len(), busy.len());
    for (call, brought) in &busy {
        assert_eq!(brought.0, plain[call].0, "call {call} comes at the same time");
        if !touched.contains(call) {
            assert_eq!(brought, &plain[call], "call {call} talks and holds as long");
        }
    }
}

#[test]
fn a_request_that_is_refused_changes_nothing_for_the_caller() {
    // Nobody stands above those who are there.
    let house = House { calls: "cannot_answer = 1.0", ..House::default() };
    let text = SCENARIO.replace("CALLS", house.calls).replace("MORE", "").replace("\"desk\", \"office\"", "\"desk\"");
    let plan = Arc::new(Plan::from_toml(&FLOOR.replace("RULES", "").replace("LADDER", "")).unwrap());
    let scenario = Scenario::from_toml(&text, &plan).unwrap();
    let mut facts = Vec::new();
    let mut observer = |output: &Output| {
        if let Event::Fact(fact) = &output.event {
            facts.push((output.at, fact.clone()));
        }
    };
    Simulation::new(plan, &scenario, 1).unwrap().run(&mut observer).unwrap();
    let refused =
        |fact: &Fact| matches!(fact, Fact::Refused(Refusal::NobodyAbove { .. } | Refusal::NobodySignedIn { .. }));
    assert!(facts.iter().filter(|(_, fact)| refused(fact)).count() > 2_000);
    let (seen_here, touched) = seen(&facts);
    assert!(touched.is_empty());
    assert_eq!(seen_here, seen(&House::default().facts()).0);
}
