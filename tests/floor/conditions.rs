//! Rungs with conditions, what the caller is offered, and the keys he may press.
use cordboard::engine::{Actor, Arrival, Engine, Envelope, Event, Fact, Input, Passed};
use cordboard::floor::{Exit, KeyPlan, LadderId, Plan, RungEffect, RungPlan, Warning};
use cordboard::{CallId, QueueId, Span, Time};

const PEOPLE: &str = r#"
zone = "Asia/Shanghai"
teams = [{ name = "day" }, { name = "night" }, { name = "weekend" }]
agents = [
    { name = "li", team = "day" },
    { name = "wu", team = "night" },
    { name = "bai", team = "weekend" },
    { name = "gao", team = "day", role = "foreman" },
]
"#;

fn read(text: &str) -> Result<Plan, String> {
    Plan::from_toml(&format!("{PEOPLE}{text}")).map_err(|problems| problems.to_string())
}

fn plan(text: &str) -> Plan {
    read(text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Who can take a call once it has been on every rung of its ladder but those that are skipped, by number.
fn servers<'p>(plan: &'p Plan, skipped: &[usize]) -> Vec<&'p str> {
    let queue = &plan.queues()[0];
    let (mut ladder, mut need): (LadderId, _) = (queue.ladder, queue.need);
    for number in 0..plan.ladder_at(ladder).unwrap().rungs.len() {
        let rung: &RungPlan = &plan.ladder_at(ladder).unwrap().rungs[number];
        if skipped.contains(&number) {
            assert!(rung.only_if.is_some() || rung.unless.is_some(), "rung {number} is always taken");
            ladder = rung.otherwise.unwrap_or(ladder);
        } else {
            need = rung.need.unwrap_or(need);
        }
    }
    let fits = plan.agents().iter().filter(|agent| plan.fits(plan.agent(&agent.name).unwrap(), need));
    fits.map(|agent| &*agent.name).collect()
}

const SHIFTS: &str = r#"
[[queues]]
name = "q"
need = "team day and role manager"
ladder = [
    { after = "1s", if = { hours = "22:00-06:00" }, do = [{ widen = "team night" }] },
    { after = "1s", if = { days = ["sat", "sun"] }, do = [{ widen = "team weekend" }, { notify = "porter" }] },
    { after = "1s", do = [{ widen = "role foreman" }] },
]
"#;

#[test]
fn what_a_rung_would_have_done_is_no_part_of_the_rungs_after_it() {
    let plan = plan(SHIFTS);
    assert_eq!(servers(&plan, &[]), ["wu", "bai", "gao"]);
    assert_eq!(servers(&plan, &[0]), ["bai", "gao"]);
    assert_eq!(servers(&plan, &[1]), ["wu", "gao"]);
    assert_eq!(servers(&plan, &[0, 1]), ["gao"]);
}

#[test]
fn a_call_that_comes_by_day_is_not_rung_through_to_the_night_shift() {
    let rung_for = |utc: Option<i64>| {
        let plan = plan(SHIFTS);
        let mut engine = Engine::new(plan.into(), 1);
        let mut out = Vec::new();
        let mut tell = |input| engine.handle(Envelope { at: Time::ZERO, actor: Actor::Host, input }, &mut out);
        for agent in 0..4 {
            tell(Input::SignIn { agent: cordboard::AgentId(agent) });
        }
        if let Some(utc) = utc {
            tell(Input::Anchor { utc });
        }
        tell(Input::CallArrived(Arrival::new(CallId(1), QueueId(0))));
        engine.handle_timeout(Time::from_secs(3), &mut out);
        let passed = out.iter().filter_map(|output| match output.event {
            Event::Fact(Fact::RungPassed { rung, why: Passed::Condition, .. }) => Some(rung),
            _ => None,
        });
        let passed: Vec<u16> = passed.collect();
        // Whoever may take the call by now is rung for it once he is ready.
        let mut rung = Vec::new();
        for agent in [1, 2, 3].map(cordboard::AgentId) {
            let mut engine = engine.clone();
            let mut out = Vec::new();
            let input = Input::Ready { agent };
            engine.handle(Envelope { at: Time::from_secs(3), actor: Actor::Host, input }, &mut out);
            let offered = |event: &Event| matches!(event, Event::Fact(Fact::Offered { .. }));
            if out.iter().any(|output| offered(&output.event)) {
                rung.push(engine.plan().agents()[agent.index()].name.to_string());
            }
        }
        (passed, rung)
    };
    let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    let hour = 3_600_000_000_000;
    // 2026-01-04 18:30 UTC is Monday, half past two in the night, in Shanghai; ten hours earlier it is Sunday afternoon.
    let night = 1_767_551_400_000_000_000;
    assert_eq!(rung_for(Some(night)), (vec![1], names(&["wu", "gao"])));
    assert_eq!(rung_for(Some(night - 10 * hour)), (vec![0], names(&["bai", "gao"])));
    assert_eq!(rung_for(Some(night + 10 * hour)), (vec![0, 1], names(&["gao"])));
    assert_eq!(rung_for(None), (vec![0, 1], names(&["gao"])));
}

#[test]
fn everything_a_condition_names_is_in_the_plan() {
    let plan = plan(
        r#"
        [[queues]]
        name = "q"
        ladder = [{ if = { nobody_signed_in = true, length = 3, waited = "2 rings", hours = "22:00-06:00", days = ["mon"] }, unless = { length = 5 }, do = [{ notify = "x" }] }]
        "#,
    );
    let rung = &plan.ladder_at(plan.queues()[0].ladder).unwrap().rungs[0];
    let (only_if, unless) = (rung.only_if.unwrap(), rung.unless.unwrap());
    assert_eq!((only_if.nobody_signed_in, only_if.length, only_if.waited), (true, Some(3), Some(Span::from_secs(12))));
    assert_eq!(
        only_if.to_string(),
        "nobody is signed in and 3 or more are in the queue and the wait is 12s or more and 22:00-06:00 and mon"
    );
    assert_eq!((unless.length, unless.hours, unless.days, unless.waited), (Some(5), None, None, None));
    // Nothing after it depends on whether it was taken.
    assert_eq!(rung.otherwise, None);
}

#[test]
fn after_an_exit_that_is_sometimes_taken_there_may_be_other_rungs() {
    let exits = |condition: &str| {
        read(&format!(
            "queues = [{{ name = 'q', ladder = [{{ {condition} do = ['message'] }}, {{ do = [{{ notify = 'x' }}] }}] }}]"
        ))
    };
    assert!(exits("if = { nobody_signed_in = true },").is_ok());
    assert!(exits("unless = { length = 2 },").is_ok());
    assert!(exits("").unwrap_err().contains("found a rung after the call has left at queues[0].ladder[0]"));
}

#[test]
fn queues_that_may_hand_a_call_round_in_no_time_are_refused_keys_apart() {
    let round = |back: &str| {
        read(&format!(
            r#"
            [[queues]]
            name = "a"
            ladder = [{{ if = {{ length = 9 }}, do = [{{ to_queue = "c" }}] }}, {{ if = {{ length = 5 }}, do = [{{ to_queue = "b" }}] }}]
            [[queues]]
            name = "b"
            {back}
            [[queues]]
            name = "c"
            "#
        ))
    };
    let problem = "queues[1].ladder[0] (b): found a circle that comes back to `a` in no time";
    assert!(round("ladder = [{ unless = { length = 2 }, do = [{ to_queue = 'a' }] }]").unwrap_err().contains(problem));
    assert!(round("ladder = [{ after = '1s', do = [{ to_queue = 'a' }] }]").is_ok());
    assert!(round("keys = [{ key = '1', do = { to_queue = 'a' } }]").is_ok());
    // Both ways to the same queue are no circle.
    assert!(round("ladder = [{ do = [{ to_queue = 'c' }] }]").is_ok());
}

#[test]
fn a_tier_that_may_leave_for_a_queue_at_once_is_refused_too() {
    let text = "tiers = [{ name = 't', ladder = [{ if = { length = 2 }, do = [{ to_queue = 'q' }] }] }]\nqueues = [{ name = 'q' }]";
    assert!(read(text).unwrap_err().contains("which this ladder would repeat there without end"));
}

#[test]
fn rungs_that_only_sometimes_change_the_need_are_bounded() {
    let rungs = |count: usize| {
        let rung = |i| format!("{{ after = '1s', if = {{ length = {} }}, do = [{{ add_role = 'manager' }}] }},", i + 1);
        let rungs: String = (0..count).map(rung).collect();
        read(&format!(
            "queues = [{{ name = 'q', teams = ['day'], ladder = [{rungs} {{ do = [{{ add_team = 'night' }}] }}] }}]"
        ))
    };
    assert_eq!(servers(&rungs(8).unwrap(), &[0, 1, 2, 3, 4, 5, 6, 7]), ["li", "wu", "gao"]);
    assert!(rungs(9).unwrap_err().contains(
        "queues[0].ladder (q): found 9 rungs that only sometimes change the need before others do; expected at most 8"
    ));
}

#[test]
fn ladders_with_many_ways_up_are_bounded_over_the_whole_floor() {
    let rung = |i: usize| format!("{{ after = '1s', if = {{ length = {i} }}, do = [{{ widen = 's{i}' }}] }}");
    let rungs: Vec<String> = (1..=9).map(rung).collect();
    let rungs = rungs.join(",").replace("if = { length = 9 }, ", "");
    let queues: Vec<String> = (0..4000)
        .map(|i| format!("{{ name = 'q{i}', need = 's0 >= {}', teams = ['t{}'] }}", i % 10 + 1, i / 10))
        .collect();
    let skills: Vec<String> = (0..10).map(|i| format!("'s{i}'")).collect();
    let teams: Vec<String> = (0..400).map(|i| format!("{{ name = 't{i}' }}")).collect();
    let text = format!(
        "skills = [{}]\nteams = [{}]\ntiers = [{{ name = 'v', ladder = [{rungs}] }}]\nqueues = [{}]",
        skills.join(","),
        teams.join(","),
        queues.join(",")
    );
    let problems = Plan::from_toml(&text).unwrap_err().to_string();
    assert!(problems.contains("line 4: queues: found more"), "{problems}");
}

#[test]
fn a_waiting_caller_may_be_offered_a_message_or_a_callback_and_led_to_the_message() {
    let plan = plan(
        r##"
        [[queues]]
        name = "q"
        ladder = [
            { after = "3 rings", do = ["offer_callback", "offer_message", { notify = "desk" }] },
            { after = "3 rings", do = [{ class = "vip" }, "message"] },
        ]
        keys = [
            { key = "1", do = "callback" },
            { key = "2", do = "message" },
            { key = "*", do = { to_queue = "r" } },
            { key = "#", do = { disconnect = "he pressed the hash key" } },
            { key = "0", do = { to_number = "9" } },
        ]
        [[queues]]
        name = "r"
        "##,
    );
    let queue = &plan.queues()[0];
    let [offers, leaves] = &*plan.ladder_at(queue.ladder).unwrap().rungs else { panic!("two rungs") };
    assert_eq!((offers.offers_callback, offers.offers_message, &offers.exit), (true, true, &None));
    assert_eq!((offers.effect, leaves.effect), (RungEffect::Notified, RungEffect::Disconnected));
    assert_eq!((leaves.offers_callback, &leaves.exit), (false, &Some(Exit::Message)));
    let keys: Vec<(char, KeyPlan)> = queue.keys.iter().map(|(key, leads)| (*key, leads.clone())).collect();
    assert_eq!(
        keys,
        [
            ('#', KeyPlan::Exit(Exit::Disconnect("he pressed the hash key".into()))),
            ('*', KeyPlan::Exit(Exit::ToQueue { queue: QueueId(1), reset_age: false })),
            ('0', KeyPlan::Exit(Exit::ToNumber("9".into()))),
            ('1', KeyPlan::Callback),
            ('2', KeyPlan::Exit(Exit::Message)),
        ]
    );
    assert_eq!(plan.describe().warnings, []);
}

#[test]
fn the_description_tells_conditions_offers_and_keys() {
    let description = plan(
        r##"
        name = "House"
        [[queues]]
        name = "q"
        teams = ["day", "weekend"]
        keys = [{ key = "1", do = "callback" }, { key = "#", do = { to_number = "9" } }]
        ladder = [
            { after = "3 rings", if = { hours = "22:00-06:00", days = ["fri", "sat"] }, do = [{ add_team = "night" }] },
            { after = "3 rings", unless = { length = 5 }, do = ["offer_callback"] },
            { after = "3 rings", if = { waited = "1m" }, unless = { nobody_signed_in = true }, do = ["message"] },
        ]
        "##,
    )
    .describe();
    assert_eq!(description.warnings, []);
    assert_eq!(
        description.to_string(),
        "House: 4 agents, 1 queue, 0 known callers; a ring lasts 6s
Supervisors, from role foreman up: 1: gao
Times of day are those of Asia/Shanghai.
Times are at the latest: a rung none of whose people is signed in is passed at once.

queue q, class normal
  needs     team day or team weekend
  served by 3: li, bai, gao
  key #     to number 9
  key 1     to be called back
  goes up   foreman at once (1: gao)
        18s if 22:00-06:00 and fri, sat: +1: wu
        36s unless 5 or more are in the queue: offers to call back
        54s if the wait is 1m or more, unless nobody is signed in: to leave a message
"
    );
}

#[test]
fn conditions_that_cannot_hold_and_offers_that_nobody_can_accept_are_said() {
    let plan = Plan::from_toml(
        r#"
        [[queues]]
        name = "q"
        rules = { length_limit = 10 }
        ladder = [
            { if = { length = 11 }, do = [{ notify = "a" }] },
            { if = { length = 10 }, unless = { length = 9 }, do = [{ notify = "b" }] },
            { if = { hours = "23:00-05:00", days = ["sat"] }, unless = { hours = "22:00-06:00" }, do = [{ notify = "c" }] },
            { if = { length = 10 }, unless = { length = 9, waited = "1s" }, do = [{ notify = "d" }] },
            { do = ["offer_message", "offer_callback"] },
        ]
        "#,
    );
    let warnings: Vec<String> = plan.unwrap().describe().warnings.iter().map(Warning::to_string).collect();
    assert_eq!(
        warnings,
        [
            "queue `q`, rung 1: never taken, as its conditions cannot hold",
            "queue `q`, rung 2: never taken, as its conditions cannot hold",
            "queue `q`, rung 3: never taken, as its conditions cannot hold",
            "queue `q`, rung 5: offers a message, but no key of the queue accepts it",
            "queue `q`, rung 5: offers a callback, but no key of the queue accepts it",
            "queue `q`: nobody can serve it, not even at its last rung",
            "there is no agent, so no call can be answered",
            "some rungs go by the time of day, but the floor names no zone; UTC is taken",
        ]
    );
}
