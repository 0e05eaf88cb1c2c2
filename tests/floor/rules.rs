//! Rules and people of a floor: what a queue takes from the floor, what each field may hold, and what is said of the
//! rest.
use cordboard::floor::{Absence, Choice, Floor, Plan, RulesPlan, Warning, WrapUp, WrapUpPlan};
use cordboard::{ExtensionId, RoleId, Span};

fn plan(text: &str) -> Plan {
    Plan::from_toml(text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn rules(plan: &Plan, queue: usize) -> &RulesPlan {
    &plan.queues()[queue].rules
}

/// Every rule that has come with supervisors, transfers and callbacks, with a value that is not the default.
const ALL: &str = r#"
choice = "ring-all"
wrap_up = { fixed = "7s" }
after_call = "rest"
ring_all_max = 3
ring_all_joins = true
sticky = "1h"
preferred_wait = "0s"
transfer_limit = "4 rings"
transfer_return = "0s"
transfer_message = false
transfer_resets_age = true
escalation_step = "9s"
escalation_stays = true
complaint_role = "manager"
callback_attempts = 5
callback_gap = "5m"
message_limit = "1m"
refuse_when_empty = ["not_ready"]
leave_when_empty = []
"#;

fn assert_all(rules: &RulesPlan) {
    let secs = Span::from_secs;
    assert_eq!((rules.choice, rules.wrap_up), (Choice::RingAll, WrapUpPlan::Fixed(secs(7))));
    assert_eq!((rules.after_call.map(|reason| reason.0), rules.sticky), (Some(1), Some(secs(3600))));
    assert_eq!((rules.ring_all_max, rules.ring_all_joins), (3, true));
    assert_eq!((rules.preferred_wait, rules.transfer_limit, rules.transfer_return), (None, secs(24), None));
    assert_eq!((rules.transfer_message, rules.transfer_resets_age), (false, true));
    assert_eq!((rules.escalation_step, rules.escalation_stays, rules.complaint_role), (secs(9), true, RoleId(3)));
    assert_eq!((rules.callback_attempts, rules.callback_gap, rules.message_limit), (5, secs(300), secs(60)));
    let absences = rules.refuse_when_empty.unwrap();
    assert!(absences.contains(Absence::NotReady) && !absences.contains(Absence::Busy));
    assert!(!rules.leave_when_empty.unwrap().contains(Absence::NotReady));
}

#[test]
fn a_queue_takes_from_the_floor_every_rule_that_it_leaves_out() {
    let floor = plan(&format!("reasons = ['break', 'rest']\nqueues = [{{ name = 'q' }}]\n[rules]\n{ALL}"));
    assert_all(rules(&floor, 0));
    let queue = plan(&format!("reasons = ['break', 'rest']\n[[queues]]\nname = 'q'\n[queues.rules]\n{ALL}"));
    assert_all(rules(&queue, 0));
}

#[test]
fn a_queues_own_rules_stand_before_the_floors() {
    let plan = plan(&format!(
        "reasons = ['break', 'rest']\ndispositions = ['sold']\n[rules]\n{ALL}\n[[queues]]\nname = 'q'\n[queues.rules]\n{}",
        r#"
        choice = "longest-idle"
        wrap_up = "disposition"
        after_call = ""
        ring_all_max = 10
        ring_all_joins = false
        sticky = "0s"
        preferred_wait = "5 rings"
        transfer_limit = "5 rings"
        transfer_return = "3 rings"
        transfer_message = true
        transfer_resets_age = false
        escalation_step = "3 rings"
        escalation_stays = false
        complaint_role = "operator"
        callback_attempts = 3
        callback_gap = "10m"
        message_limit = "3m"
        "#
    ));
    let defaults = Plan::from_toml("queues = [{ name = 'q' }]").unwrap();
    let mut own = rules(&plan, 0).clone();
    assert_eq!(own.wrap_up, WrapUpPlan::Disposition);
    assert!(own.refuse_when_empty.is_some() && own.leave_when_empty.is_some());
    own.wrap_up = WrapUpPlan::None;
    (own.refuse_when_empty, own.leave_when_empty) = (None, None);
    assert_eq!(own, *rules(&defaults, 0));
}

#[test]
fn work_after_the_call_is_written_in_four_ways() {
    for (text, wrap_up) in [
        ("'20s'", WrapUpPlan::Timed(Span::from_secs(20))),
        ("{ timed = '20s' }", WrapUpPlan::Timed(Span::from_secs(20))),
        ("{ fixed = '20s' }", WrapUpPlan::Fixed(Span::from_secs(20))),
        ("'fixed 20s'", WrapUpPlan::Fixed(Span::from_secs(20))),
        ("'until_done'", WrapUpPlan::UntilDone),
        ("'disposition'", WrapUpPlan::Disposition),
        ("'0s'", WrapUpPlan::None),
    ] {
        let text = format!("dispositions = ['sold']\nrules = {{ wrap_up = {text} }}\nqueues = [{{ name = 'q' }}]");
        let plan = plan(&text);
        assert_eq!(rules(&plan, 0).wrap_up, wrap_up, "{text}");
        // The floor that a plan gives back is the one it came from.
        let again = toml::to_string(plan.floor()).unwrap();
        assert_eq!(Floor::from_toml(&again).as_ref(), Ok(plan.floor()), "{again}");
    }
    assert_eq!(WrapUpPlan::Fixed(Span::from_secs(20)).limit(), Some(Span::from_secs(20)));
    assert_eq!(WrapUpPlan::Disposition.limit(), None);
    assert_eq!("disposition".parse(), Ok(WrapUp::Disposition));
}

const PEOPLE: &str = r#"
skills = ["english", "booking"]
teams = [{ name = "t" }, { name = "u" }]
agents = [
    { name = "li", team = "t", skills = { english = 5 }, weight = 100 },
    { name = "wang", team = "t", skills = { english = 2, booking = 4 } },
    { name = "gao", team = "u" },
    { name = "lin", team = "t", skills = { english = 5 } },
]
"#;

/// Each agent's group in the first queue, first tried first.
fn groups(plan: &Plan) -> Option<Vec<u8>> {
    let preference = plan.queues()[0].preference.as_ref()?;
    Some(plan.agents().iter().map(|agent| preference[agent.profile.index()]).collect())
}

#[test]
fn agents_are_tried_in_the_order_of_the_first_group_they_are_in() {
    let read = |prefer: &str| plan(&format!("{PEOPLE}queues = [{{ name = 'q', prefer = [{prefer}] }}]"));
    assert_eq!(groups(&read("'english >= 5', 'english'")), Some(vec![0, 1, 2, 0]));
    assert_eq!(groups(&read("'booking', 'team t'")), Some(vec![1, 0, 2, 1]));
    assert_eq!(groups(&read("")), None);
    // Where everybody is in one group there is nothing to choose.
    assert_eq!((groups(&read("'any', 'english'")), groups(&read("'not any'"))), (None, None));
    let most: Vec<String> = (0..64).map(|i| format!("'english = {} or booking = {}'", i / 8 + 1, i % 8 + 1)).collect();
    assert!(groups(&read(&most.join(","))).is_some());
}

#[test]
fn agents_of_different_weight_are_told_apart() {
    let plan = plan(PEOPLE);
    let [li, _, _, lin] = plan.agents() else { panic!("four agents") };
    assert_ne!(li.profile, lin.profile);
}

#[test]
fn extensions_and_dispositions_are_found_by_name() {
    let plan = plan(
        "dispositions = ['sold', 'lost']
         extensions = [{ name = 'kitchen', number = '2201' }, { name = 'spa', number = '2202' }]",
    );
    assert_eq!((plan.extension("spa"), plan.extension("bar")), (Some(ExtensionId(1)), None));
    assert_eq!((&*plan.extensions()[1].name, &*plan.extensions()[1].number), ("spa", "2202"));
    assert_eq!(plan.disposition("lost").map(|lost| lost.0), Some(1));
}

#[test]
fn a_bound_of_nothing_means_no_list_at_all() {
    let limits = plan("limits = { follow_ups = 0, remembered = 0 }").floor().limits;
    assert_eq!((limits.follow_ups(), limits.remembered()), (0, 0));
    let limits = plan("").floor().limits;
    assert_eq!((limits.follow_ups(), limits.remembered()), (100_000, 100_000));
}

#[test]
fn a_plan_that_is_written_down_reads_back_as_the_same_floor() {
    let plan = plan(&format!(
        "zone = 'Europe/Berlin'\nreasons = ['break', 'rest']\napproval = ['rest']\n{PEOPLE}extensions = [{{ name = 'x', \
         number = '1' }}]\n[[queues]]\nname = 'q'\nprefer = ['english']\nkeys = [{{ key = '*', do = 'callback' }}]\n\
         ladder = [{{ if = {{ days = ['mon'] }}, do = ['offer_callback', {{ notify = 'x' }}] }}]\n[queues.rules]\n{ALL}"
    ));
    let json = serde_json::to_string(&plan).unwrap();
    let again: Plan = serde_json::from_str(&json).unwrap();
    assert_eq!((again.floor(), &again.queues()[0].rules), (plan.floor(), &plan.queues()[0].rules));
}

/// A floor with one mistake, and the whole of what is said about it.
const MISTAKES: &[(&str, &str)] = &[
    ("zone = 'Asia/Shanghia'", "zone: no time zone `Asia/Shanghia`; did you mean `Asia/Shanghai`?"),
    ("zone = ''", "zone: no time zone ``; expected an IANA name: `Asia/Shanghai`"),
    ("zone = 8", "zone: found `8`; expected text in quotes"),
    ("supervision = 'forman'", "supervision: no role `forman`; did you mean `foreman`?"),
    ("approval = ['break']", "approval[0]: no reason `break`; expected none, as the floor has no reason"),
    (
        "reasons = ['break']\napproval = ['break', 'break']",
        "approval[1]: the same reason again; expected each reason once",
    ),
    ("reasons = ['break']\napproval = ['brake', 1]", "approval[1]: found `1`; expected text in quotes"),
    (
        "dispositions = ['sold', 'sold']",
        "dispositions[1]: `sold` again, first at dispositions[0]; expected a name of its own",
    ),
    ("dispositions = ['']", "dispositions[0]: found no name; expected a name"),
    ("limits = { follow_ups = 10000001 }", "limits.follow_ups: found 10000001; expected 0 to 10000000"),
    ("limits = { remembered = -1 }", "limits.remembered: found `-1`; expected a whole number from 0 to 10000000"),
    ("extensions = [{ number = '1' }]", "extensions[0].name: found no name; expected a name"),
    ("extensions = [{ name = 'spa' }]", "extensions[0].number (spa): found nothing; expected a text"),
    (
        "extensions = [{ name = 'a', number = '1' }, { name = 'b', number = '1' }]",
        "extensions[1].number (b): the same number as extensions[0]; expected each number once",
    ),
    (
        "extensions = [{ name = 'a', number = '1' }, { name = 'a', number = '2' }]",
        "extensions[1].name (a): `a` again, first at extensions[0]; expected a name of its own",
    ),
    (
        "teams = [{ name = 't' }]\nagents = [{ name = 'li', team = 't', weight = 0 }]",
        "agents[0].weight (li): found 0; expected 1 to 100",
    ),
    (
        "teams = [{ name = 't' }]\nagents = [{ name = 'li', team = 't', weight = 256 }]",
        "agents[0].weight (li): found `256`; expected a whole number from 1 to 100",
    ),
    ("rules = { choice = 'ring_all' }", "rules.choice: found `ring_all`; did you mean `ring-all`?"),
    (
        "rules = { wrap_up = 'fix 20s' }",
        "rules.wrap_up: found `\"fix 20s\"`; expected a length such as `\"20s\"`, one of `until_done`, `disposition`, or a \
         table of one of `timed`, `fixed`",
    ),
    ("rules = { wrap_up = { fixed = '0s' } }", "rules.wrap_up: found `0s`; expected 1ms to 24h"),
    ("rules = { wrap_up = { fix = '1s' } }", "rules.wrap_up.fix: no field `fix`; expected one of `timed`, `fixed`"),
    (
        "rules = { wrap_up = 'disposition' }",
        "rules.wrap_up: found `disposition` on a floor that has none; expected at least one in the floor's `dispositions`",
    ),
    ("reasons = ['break']\nrules = { after_call = 'brake' }", "rules.after_call: no reason `brake`; expected `break`"),
    ("rules = { ring_all_max = 0 }", "rules.ring_all_max: found 0; expected 1 to 100"),
    ("rules = { ring_all_max = 101 }", "rules.ring_all_max: found 101; expected 1 to 100"),
    ("rules = { ring_all_joins = 1 }", "rules.ring_all_joins: found `1`; expected true or false"),
    ("rules = { sticky = '169h' }", "rules.sticky: found `169h`; expected 0s for never, or 1ms to 168h"),
    ("rules = { preferred_wait = '25h' }", "rules.preferred_wait: found `25h`; expected 0s for never, or 1ms to 24h"),
    ("rules = { transfer_limit = '0s' }", "rules.transfer_limit: found `0s`; expected 1ms to 24h"),
    ("rules = { transfer_return = '25h' }", "rules.transfer_return: found `25h`; expected 0s for never, or 1ms to 24h"),
    ("rules = { transfer_message = 'no' }", "rules.transfer_message: found `\"no\"`; expected true or false"),
    ("rules = { transfer_resets_age = 0 }", "rules.transfer_resets_age: found `0`; expected true or false"),
    ("rules = { escalation_step = '0 rings' }", "rules.escalation_step: found `0 rings`; expected 1ms to 24h"),
    ("rules = { escalation_stays = [] }", "rules.escalation_stays: found a list; expected true or false"),
    ("rules = { complaint_role = 'manger' }", "rules.complaint_role: no role `manger`; did you mean `manager`?"),
    ("rules = { callback_attempts = 0 }", "rules.callback_attempts: found 0; expected 1 to 100"),
    ("rules = { callback_attempts = 101 }", "rules.callback_attempts: found 101; expected 1 to 100"),
    ("rules = { callback_gap = '0s' }", "rules.callback_gap: found `0s`; expected 1ms to 24h"),
    (
        "rules = { message_limit = '2d' }",
        "rules.message_limit: found `2d`; expected a length such as `3 rings`, `90s` or `1m30s`",
    ),
    (
        "rules = { refuse_when_empty = ['not_redy', 'busy'] }",
        "rules.refuse_when_empty[0]: found `not_redy`; did you mean `not_ready`?",
    ),
    ("rules = { leave_when_empty = 'busy' }", "rules.leave_when_empty: found `\"busy\"`; expected a list"),
    (
        "queues = [{ name = 'q', prefer = ['english'] }]",
        "queues[0].prefer[0] (q): at character 1: no skill `english`; expected a skill of this floor",
    ),
    (
        "skills = ['x']\nqueues = [{ name = 'q', prefer = ['x', 'x >= 1'] }]",
        "queues[0].prefer[1] (q): the same people again; expected each group once",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = '10', do = 'message' }] }]",
        "queues[0].keys[0].key (q): found `\"10\"`; expected one of `0` to `9`, `*`, `#`, in quotes",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = 'a', do = 'message' }] }]",
        "queues[0].keys[0].key (q): found `a`; expected one of `0` to `9`, `*`, `#`",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = 1, do = 'message' }] }]",
        "queues[0].keys[0].key (q): found `1`; expected one of `0` to `9`, `*`, `#`, in quotes",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = '1', do = 'message' }, { key = '1', do = 'callback' }] }]",
        "queues[0].keys[1].key (q): `1` again; expected each key once",
    ),
    (
        "queues = [{ name = 'q', keys = [{ do = 'message' }] }]",
        "queues[0].keys[0].key (q): found no `key`; expected `key` and `do`",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = '1' }] }]",
        "queues[0].keys[0].do (q): found no `do`; expected `key` and `do`",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = '1', do = 'mesage' }] }]",
        "queues[0].keys[0].do (q): found `\"mesage\"`; did you mean `message`?",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = '1', do = { callback = true } }] }]",
        "queues[0].keys[0].do (q): found `callback` with a value; expected `\"callback\"` alone",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = '1', do = { to_queue = 'p' } }] }]",
        "queues[0].keys[0].do.to_queue (q): no queue `p`; expected `q`",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = '1', do = { to_number = '' } }] }]",
        "queues[0].keys[0].do.to_number (q): found nothing; expected a text",
    ),
    (
        "queues = [{ name = 'q', keys = [{ key = '1', do = { disconnect = ' x' } }] }]",
        "queues[0].keys[0].do.disconnect (q): found ` x`; expected no space around it",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ if = {}, do = ['message'] }] }]",
        "queues[0].ladder[0].if (q): found no condition; expected at least one of `nobody_signed_in`, `length`, `waited`, `hours`, `days`",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ unless = { nobody_signed_in = false }, do = ['message'] }] }]",
        "queues[0].ladder[0].unless (q): found no condition; expected at least one of `nobody_signed_in`, `length`, `waited`, `hours`, `days`",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ if = 'night', do = ['message'] }] }]",
        "queues[0].ladder[0].if (q): found `\"night\"`; expected a table",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ if = { length = 0 }, do = ['message'] }] }]",
        "queues[0].ladder[0].if.length (q): found 0; expected 1 to 10000000",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ if = { waited = '0s' }, do = ['message'] }] }]",
        "queues[0].ladder[0].if.waited (q): found `0s`; expected 1ms to 168h",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ if = { hours = '22-6' }, do = ['message'] }] }]",
        "queues[0].ladder[0].if.hours (q): found `22-6`; expected two times such as `22:00-06:00`",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ if = { days = ['mun'] }, do = ['message'] }] }]",
        "queues[0].ladder[0].if.days[0] (q): no day `mun`; did you mean `mon`?",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ if = { days = ['sat', 'sat'] }, do = ['message'] }] }]",
        "queues[0].ladder[0].if.days[1] (q): `sat` again; expected each day once",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ do = ['mesage'] }] }]",
        "queues[0].ladder[0].do[0] (q): found `\"mesage\"`; did you mean `message`?",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ do = [{ offer_message = '1' }] }] }]",
        "queues[0].ladder[0].do[0] (q): found `offer_message` with a value; expected `\"offer_message\"` alone",
    ),
    (
        "queues = [{ name = 'q', ladder = [{ do = ['message', 'offer_message'] }] }]",
        "queues[0].ladder[0].do[0] (q): found an exit before other actions; expected an exit only as the last",
    ),
];

#[test]
fn each_mistake_is_told_once_and_where_it_is() {
    for (text, expected) in MISTAKES {
        let problems = Plan::from_toml(text).map(|_| ()).unwrap_err();
        let told: Vec<String> = problems
            .iter()
            .map(|problem| problem.to_string().split_once(": ").map_or(String::new(), |(_, told)| told.to_owned()))
            .collect();
        let wrong_too = text.contains("'brake', 1");
        assert!(told.contains(&(*expected).to_owned()), "{text}\n{told:#?}");
        assert_eq!(told.len(), 1 + usize::from(wrong_too), "{text}\n{told:#?}");
    }
}

#[test]
fn more_groups_than_a_queue_may_prefer_are_refused() {
    let prefer: Vec<String> = (0..65).map(|i| format!("'x = {} or y = {}'", i / 8 + 1, i % 8 + 1)).collect();
    let text = format!("skills = ['x', 'y']\nqueues = [{{ name = 'q', prefer = [{}] }}]", prefer.join(","));
    assert_eq!(
        Plan::from_toml(&text).unwrap_err().to_string(),
        "line 2: queues[0].prefer (q): found 65; expected at most 64"
    );
}

#[test]
fn the_description_tells_how_agents_are_chosen_and_what_follows_a_call() {
    let plan = plan(&format!(
        "{PEOPLE}reasons = ['rest']\n[[queues]]\nname = 'q'\nprefer = ['english >= 5', 'booking']\n\
         rules = {{ choice = 'weighted-random', wrap_up = {{ fixed = '20s' }}, after_call = 'rest' }}\n\
         [[queues]]\nname = 'r'\nrules = {{ wrap_up = 'until_done', choice = 'ring-all' }}"
    ));
    let text = plan.describe().to_string();
    for line in [
        "  chosen    english >= 5 (2: li, lin) first, then booking (1: wang), then all others; by\n            weighted-random",
        "  wrap-up   exactly 20s, then a break: rest",
        "  chosen    by ring-all",
        "  wrap-up   until the agent is done",
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}\n{text}");
    }
}

#[test]
fn preferences_and_memories_that_come_to_nothing_are_said() {
    let plan = plan(&format!(
        "{PEOPLE}limits = {{ remembered = 0 }}\n[[queues]]\nname = 'q'\nprefer = ['english', 'booking', 'english > 9']\n\
         rules = {{ sticky = '1h' }}"
    ));
    assert_eq!(
        plan.describe().warnings.iter().map(Warning::to_string).collect::<Vec<_>>(),
        [
            "queue `q`: callers are to go back to their last agent, but `limits.remembered` is 0",
            "queue `q`: nobody is there to be tried for `booking`, those tried before left out",
            "queue `q`: nobody is there to be tried for `english > 9`, those tried before left out",
        ]
    );
}

#[test]
fn an_operator_who_can_serve_nothing_is_named_but_nobody_to_whom_calls_go_up() {
    let plan = plan(
        "teams = [{ name = 't' }, { name = 'u' }]
         agents = [{ name = 'li', team = 't' }, { name = 'wu', team = 'u' }, { name = 'gao', team = 'u', role = 'foreman' }]
         queues = [{ name = 'q', teams = ['t'] }]",
    );
    let warnings: Vec<String> = plan.describe().warnings.iter().map(Warning::to_string).collect();
    assert_eq!(warnings, ["agent `wu` can serve no queue, not even at a last rung"]);
}
