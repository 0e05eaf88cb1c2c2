//! What a call needs at each rung of a ladder, and what is said about a floor that was understood.
use cordboard::floor::{Exit, Floor, LadderPlan, Plan, RungEffect, Warning, WrapUpPlan};
use cordboard::{ClassId, QueueId, Span, TierId};

const PEOPLE: &str = r#"
skills = ["english", "booking"]
teams = [{ name = "operators" }, { name = "foremen" }, { name = "duty" }]
agents = [
    { name = "li", team = "operators", skills = { english = 5, booking = 2 } },
    { name = "wang", team = "operators", skills = { english = 2, booking = 4 } },
    { name = "gao", team = "foremen", role = "foreman", skills = { english = 8, booking = 1 } },
    { name = "song", team = "duty", role = "manager", skills = { english = 9 } },
]
"#;

fn plan(text: &str) -> Plan {
    Plan::from_toml(&format!("{PEOPLE}{text}")).unwrap_or_else(|problems| panic!("{problems}"))
}

fn ladder(plan: &Plan) -> &LadderPlan {
    plan.ladder(QueueId(0), None).unwrap()
}

/// What calls of the first queue need at the start and after each rung; `-` where a rung leaves it alone.
fn needs(plan: &Plan) -> Vec<String> {
    let start = plan.queues()[0].need;
    let text = |need| plan.need_text(plan.need(need).unwrap());
    let rungs = ladder(plan).rungs.iter().map(|rung| rung.need.map_or("-".into(), text));
    std::iter::once(text(start)).chain(rungs).collect()
}

/// Who can serve the first queue from each rung on.
fn servers(plan: &Plan) -> Vec<Vec<&str>> {
    let mut need = plan.queues()[0].need;
    let mut all = Vec::new();
    let rungs = ladder(plan).rungs.iter().map(|rung| rung.need);
    for next in std::iter::once(None).chain(rungs) {
        need = next.unwrap_or(need);
        let agents = plan.agents().iter().filter(|agent| plan.fits(plan.agent(&agent.name).unwrap(), need));
        all.push(agents.map(|agent| &*agent.name).collect());
    }
    all
}

#[test]
fn each_rung_adds_people_to_those_before() {
    let plan = plan(
        r#"
        [[queues]]
        name = "q"
        need = "english >= 3"
        teams = ["operators"]
        ladder = [
            { after = "3 rings", do = [{ add_team = "foremen" }] },
            { after = "3 rings", do = [{ add_role = "manager" }] },
            { after = "1 ring", do = [{ widen = "booking >= 4" }] },
        ]
        "#,
    );
    assert_eq!(
        needs(&plan),
        [
            "english >= 3 and team operators",
            "english >= 3 and (team operators or team foremen)",
            "english >= 3 and (team operators or team foremen or role manager)",
            "english >= 3 and (team operators or team foremen or role manager) or booking >= 4",
        ]
    );
    assert_eq!(
        servers(&plan),
        [vec!["li"], vec!["li", "gao"], vec!["li", "gao", "song"], vec!["li", "wang", "gao", "song"]]
    );
    let rungs = &ladder(&plan).rungs;
    assert!(rungs.iter().all(|rung| rung.widens && rung.exit.is_none()));
    assert_eq!(rungs.iter().map(|rung| rung.after).collect::<Vec<_>>(), [18, 18, 6].map(Span::from_secs));
    assert_eq!(
        rungs.iter().map(|rung| rung.effect).collect::<Vec<_>>(),
        [RungEffect::Overflowed, RungEffect::Escalated, RungEffect::Relaxed]
    );
}

#[test]
fn a_new_need_replaces_the_old_one_and_its_alternatives_but_keeps_the_people() {
    let plan = plan(
        r#"
        [[queues]]
        name = "q"
        need = "booking >= 3"
        teams = ["operators"]
        ladder = [
            { after = "1s", do = [{ widen = "english >= 9" }, { add_team = "foremen" }] },
            { after = "1s", do = [{ need = "english >= 5" }], now = true },
            { after = "1s", do = [{ lower = { skill = "english", by = 9 } }] },
        ]
        "#,
    );
    assert_eq!(
        needs(&plan),
        [
            "booking >= 3 and team operators",
            "booking >= 3 and (team operators or team foremen) or english >= 9",
            "english >= 5 and (team operators or team foremen)",
            "english and (team operators or team foremen)",
        ]
    );
    let widens: Vec<bool> = ladder(&plan).rungs.iter().map(|rung| rung.widens).collect();
    assert_eq!(widens, [true, false, true]);
    assert!(ladder(&plan).rungs[1].now);
}

#[test]
fn adding_people_where_everybody_may_serve_shuts_nobody_out() {
    let plan =
        plan("queues = [{ name = 'q', need = 'english', ladder = [{ after = '1s', do = [{ add_team = 'duty' }] }] }]");
    assert_eq!(needs(&plan), ["english", "-"]);
    let warnings: Vec<String> = plan.describe().warnings.iter().map(Warning::to_string).collect();
    assert_eq!(warnings, ["queue `q`, rung 1: changes nothing"]);
}

#[test]
fn a_tiers_ladder_takes_the_place_of_the_queues_for_its_callers() {
    let plan = plan(
        r#"
        queues = [
            { name = "a", teams = ["operators"], ladder = [{ after = "1s", do = [{ add_team = "foremen" }] }] },
            { name = "b", teams = ["foremen"], class = "vip" },
            { name = "c", teams = ["operators"], ladder = [{ after = "1s", do = [{ add_team = "foremen" }] }] },
        ]
        tiers = [
            { name = "gold", ladder = [{ after = "1 ring", do = [{ add_role = "manager" }] }] },
            { name = "silver", class = "vip", credit = "10s" },
            { name = "calm", ladder = [] },
        ]
        "#,
    );
    let text = |queue, tier| {
        let ladder = plan.ladder(QueueId(queue), Some(TierId(tier))).unwrap();
        let need = |rung: &cordboard::floor::RungPlan| plan.need_text(plan.need(rung.need.unwrap()).unwrap());
        ladder.rungs.iter().map(need).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(text(0, 0), "team operators or role manager");
    assert_eq!(text(1, 0), "team foremen or role manager");
    assert_eq!(text(0, 1), "team operators or team foremen");
    assert_eq!(text(1, 1), "");
    assert_eq!(text(0, 2), "");
    let queues = plan.queues();
    assert_eq!(queues[0].tier_ladders[1], queues[0].ladder, "a tier without a ladder climbs the queue's");
    assert_eq!((queues[0].ladder, queues[0].tier_ladders[0]), (queues[2].ladder, queues[2].tier_ladders[0]));
    assert_eq!(queues[1].ladder, queues[0].tier_ladders[2], "empty ladders are one");
    assert_eq!((queues[0].class, queues[1].class), (ClassId(2), ClassId(1)));
    assert_eq!(plan.tiers()[1].credit, Some(Span::from_secs(10)));
    assert!(plan.ladder(QueueId(9), None).is_none() && plan.ladder(QueueId(0), Some(TierId(9))).is_none());
}

#[test]
fn exits_class_credit_and_notices_are_understood() {
    let plan = plan(
        r#"
        queues = [
            { name = "a", ladder = [
                { do = [{ notify = "porter" }] },
                { after = "1s", do = [{ class = "vip" }, { credit = "1m" }] },
                { after = "1s", do = [{ notify = "desk" }, { to_queue_reset = "b" }] },
            ] },
            { name = "b", ladder = [{ after = "1s", do = [{ to_number = "+86 21 5550 0100" }] }] },
            { name = "c", ladder = [{ after = "1s", do = [{ to_queue = "a" }] }] },
            { name = "d", ladder = [{ after = "1s", do = [{ disconnect = "busy" }] }] },
        ]
        "#,
    );
    let rungs = &ladder(&plan).rungs;
    assert_eq!((rungs[0].after, &*rungs[0].notify[0], rungs[0].effect), (Span::ZERO, "porter", RungEffect::Notified));
    assert_eq!((rungs[1].class, rungs[1].credit), (Some(ClassId(1)), Some(Span::from_secs(60))));
    assert_eq!(rungs[1].effect, RungEffect::Escalated);
    let exit = |queue: u32| plan.ladder(QueueId(queue), None).unwrap().rungs.last().unwrap();
    assert_eq!(exit(0).exit, Some(Exit::ToQueue { queue: QueueId(1), reset_age: true }));
    assert_eq!(exit(0).effect, RungEffect::Overflowed);
    assert_eq!(exit(1).exit, Some(Exit::ToNumber("+86 21 5550 0100".into())));
    assert_eq!(exit(2).exit, Some(Exit::ToQueue { queue: QueueId(0), reset_age: false }));
    assert_eq!(
        (exit(3).exit.clone(), exit(3).effect),
        (Some(Exit::Disconnect("busy".into())), RungEffect::Disconnected)
    );
}

#[test]
fn a_queue_takes_what_it_leaves_out_from_the_floor_and_then_from_the_defaults() {
    let plan = plan(
        r#"
        ring_cadence = "3s"
        rules = { ring_limit = "4 rings", hold_limit = "0s", misses = 0, wrap_up = "until_done", length_limit = 5 }
        queues = [
            { name = "a" },
            { name = "b", rules = { ring_limit = "20s", misses = 2, wrap_up = { timed = "0s" }, length_limit = 0 } },
            { name = "c", rules = { wrap_up = "1m30s" } },
        ]
        "#,
    );
    let (a, b) = (&plan.queues()[0].rules, &plan.queues()[1].rules);
    assert_eq!((a.ring_limit, b.ring_limit), (Span::from_secs(12), Span::from_secs(20)));
    assert_eq!((a.target, b.target), (Span::from_secs(9), Span::from_secs(9)));
    assert_eq!((a.hold_limit, b.hold_limit), (None, None));
    assert_eq!((a.misses, b.misses), (None, Some(2)));
    assert_eq!((a.wrap_up, b.wrap_up), (WrapUpPlan::UntilDone, WrapUpPlan::None));
    assert_eq!(plan.queues()[2].rules.wrap_up, WrapUpPlan::Timed(Span::from_secs(90)));
    assert_eq!((a.length_limit, b.length_limit), (Some(5), None));
    assert_eq!(a.hold_reminder, Some(Span::from_secs(60)));
}

#[test]
fn a_floor_that_says_nothing_compiles_and_reads_back() {
    let plan = Floor::default().compile().unwrap();
    assert_eq!(plan.ring(), Span::from_secs(6));
    assert_eq!(plan.classes().iter().map(|class| &*class.name).collect::<Vec<_>>(), ["emergency", "vip", "normal"]);
    assert_eq!(plan.role("manager").map(|role| role.index()), Some(3));
    assert_eq!(plan.describe().warnings, [Warning::NoQueue, Warning::NoAgent]);
}

#[test]
fn circles_of_queues_that_take_no_time_are_refused_and_others_are_not() {
    let queues = |second: &str| {
        format!(
            "queues = [{{ name = 'a', ladder = [{{ do = [{{ to_queue = 'b' }}] }}] }}, \
             {{ name = 'b', ladder = [{{ after = '{second}', do = [{{ to_queue = 'c' }}] }}] }}, \
             {{ name = 'c', ladder = [{{ do = [{{ notify = 'x' }}] }}, {{ do = [{{ to_queue = 'b' }}] }}] }}]"
        )
    };
    assert!(Plan::from_toml(&queues("1s")).is_ok());
    let problems = Plan::from_toml(&queues("0s")).unwrap_err();
    assert_eq!(problems.iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>(), ["queues[2].ladder[1]"]);
}

#[test]
fn a_ladder_whose_need_grows_too_large_is_refused_where_it_does() {
    let terms: Vec<String> =
        (0..60).map(|i| format!("english = {} and booking = {}", i % 10 + 1, i / 10 + 1)).collect();
    let rungs: Vec<String> = (0..3)
        .flat_map(|third| terms.chunks(20).map(move |chunk| (third, chunk.join(" or "))))
        .map(|(third, text)| {
            format!(
                "{{ after = '1s', do = [{{ widen = 'not ({text}) and role {}' }}] }}",
                ["operator", "foreman", "manager"][third]
            )
        })
        .collect();
    let text = format!("{PEOPLE}queues = [{{ name = 'q', need = 'english > 9', ladder = [{}] }}]", rungs.join(", "));
    let problems = Plan::from_toml(&text).unwrap_err();
    assert_eq!(
        problems.iter().map(|problem| problem.to_string()).collect::<Vec<_>>(),
        ["line 10: queues[0].ladder[6] (q): found more terms in the need after this rung; expected at most 256"]
    );
}

#[test]
fn equal_queues_share_their_ladders_and_the_terms_of_all_ladders_are_bounded() {
    let many = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    let skills = many(256, &|i| format!("'s{i}'"));
    let widen = |i: usize| (0..4).map(|j| format!("s{}", 4 * i + j)).collect::<Vec<_>>().join(" or ");
    let rungs = many(60, &|i| format!("{{ after = '1s', do = [{{ widen = '{}' }}] }}", widen(i)));
    let equal = many(4096, &|i| format!("{{ name = 'q{i}', need = 's255' }}"));
    let plan = Plan::from_toml(&format!(
        "skills = [{skills}]\ntiers = [{{ name = 'v', ladder = [{rungs}] }}]\nqueues = [{equal}]"
    ));
    let plan = plan.unwrap();
    let ladders = |queue| (plan.ladder(QueueId(queue), None), plan.ladder(QueueId(queue), Some(TierId(0))));
    assert_eq!(ladders(0), ladders(4095));
    assert_eq!(ladders(0).1.map(|ladder| ladder.rungs.len()), Some(60));

    // Different at the start, these come to equal needs at the first rung, so that the catalogue does not end it.
    let different = many(1000, &|i| format!("{{ name = 'q{i}', need = 's{} = {}' }}", i % 250, i / 250 + 1));
    let tiers = many(16, &|i| {
        format!("{{ name = 'v{i}', ladder = [{{ after = '{}s', do = [{{ need = 's0' }}] }}, {rungs}] }}", i + 1)
    });
    let problems = Plan::from_toml(&format!("skills = [{skills}]\ntiers = [{tiers}]\nqueues = [{different}]"));
    assert_eq!(
        problems.unwrap_err().to_string(),
        "line 3: queues: found more terms in the needs of all ladders together; expected at most 4000000"
    );
}

#[test]
fn what_looks_unintended_is_said() {
    let plan = plan(
        r#"
        classes = [{ name = "emergency" }, { name = "normal" }]
        rules = { hold_limit = "10s" }
        [[queues]]
        name = "a"
        need = "booking >= 9"
        rules = { wait_limit = "10s", ring_limit = "3 rings", hold_limit = "2m" }
        ladder = [{ after = "5s", do = [{ lower = { skill = "booking", by = 1 } }] }, { after = "10s", do = [{ widen = "booking >= 4" }] }]
        [[queues]]
        name = "b"
        teams = ["operators"]
        rules = { hold_limit = "0s" }
        ladder = [{ after = "5s", do = [{ need = "english >= 10" }] }]
        [[queues]]
        name = "c"
        need = "not any"
        "#,
    );
    let warnings: Vec<String> = plan.describe().warnings.iter().map(Warning::to_string).collect();
    assert_eq!(
        warnings,
        [
            "queue `a`, rung 1: nobody joins who could not serve before",
            "queue `a`, rung 2: never reached, as calls wait at most 10s, unless rungs before it are passed",
            "queue `a`: nobody can serve it for the first 15s",
            "queue `a`: a phone may ring 18s but a call waits at most 10s",
            "queue `b`, rung 1: nobody can serve the call from here on",
            "queue `c`: nobody can serve it, not even at its last rung",
            "queue `c`: the hold limit comes before the first hold reminder",
            "class `emergency`: no queue, tier or rung puts calls in it",
        ]
    );
}

#[test]
fn the_description_tells_who_can_serve_and_who_joins_when() {
    let plan = plan(
        r#"
        name = "Small house"
        tiers = [{ name = "gold", ladder = [{ do = [{ add_role = "manager" }, { notify = "duty" }] }] }]
        [[queues]]
        name = "front"
        teams = ["operators"]
        ladder = [{ after = "3 rings", do = [{ add_team = "foremen" }] }, { after = "1m", do = [{ to_number = "0" }] }]
        "#,
    );
    assert_eq!(
        plan.describe().to_string(),
        "Small house: 4 agents, 1 queue, 0 known callers; a ring lasts 6s
Supervisors, from role foreman up: 2: gao, song
Times are at the latest: a rung none of whose people is signed in is passed at once.

queue front, class normal
  needs     team operators
  served by 2: li, wang
  goes up   foreman at once (1: gao), manager after 18s (1: song)
        18s +1: gao
      1m18s to number 0
  tier gold
         0s +1: song; notifies duty
"
    );
}

#[test]
fn a_description_fits_a_hundred_columns() {
    let agents: Vec<String> =
        (0..50).map(|i| format!("{{ name = 'somebody with quite a long name {i}', team = 'operators' }}")).collect();
    let text = format!(
        "skills = ['s']\nteams = [{{ name = 'operators' }}]\nagents = [{}]\n\
         queues = [{{ name = 'q', teams = ['operators'], need = '{}' }}]",
        agents.join(", "),
        vec!["not s >= 3"; 20].join(" or s and "),
    );
    let description = Plan::from_toml(&text).unwrap().describe();
    assert_eq!((description.queues[0].served_by.count, description.queues[0].served_by.names.len()), (50, 8));
    let longest = description.to_string().lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(100), "{description}");
}

#[test]
fn the_example_hotel_is_clean() {
    let plan = Plan::from_toml(include_str!("../../examples/floors/hotel.toml")).unwrap();
    assert_eq!(plan.describe().warnings, []);
    assert_eq!(plan.entry(&"7001".into()).and_then(|id| plan.directory()[id.index()].tier), plan.tier("management"));
}
