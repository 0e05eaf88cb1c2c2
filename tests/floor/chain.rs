//! The chain of command (E1, E4, E8): where a call goes that an agent cannot answer, where a complaint goes, and who
//! has the rights of a supervisor.
use cordboard::floor::{EscalationPlan, Plan, RungEffect, Warning};
use cordboard::{ReasonId, RoleId, Span};

const PEOPLE: &str = r#"
chain = ["operator", "foreman", "supervisor", "manager"]
teams = [{ name = "t" }]
agents = [
    { name = "li", team = "t" },
    { name = "gao", team = "t", role = "foreman" },
    { name = "lin", team = "t", role = "supervisor" },
    { name = "song", team = "t", role = "manager" },
]
"#;

fn plan(text: &str) -> Plan {
    Plan::from_toml(&format!("{PEOPLE}{text}")).unwrap_or_else(|problems| panic!("{problems}"))
}

/// When, in seconds from the start, who can take a call that goes this way up.
fn way(plan: &Plan, way: Option<EscalationPlan>) -> Vec<(u64, Vec<&str>)> {
    let Some(way) = way else { return Vec::new() };
    let who = |need| {
        let fits = plan.agents().iter().filter(|agent| plan.fits(plan.agent(&agent.name).unwrap(), need));
        fits.map(|agent| &*agent.name).collect::<Vec<_>>()
    };
    assert_eq!(who(way.need), Vec::<&str>::new(), "nobody before the first rung");
    let mut at = Span::ZERO;
    let rungs = &plan.ladder_at(way.ladder).unwrap().rungs;
    assert!(rungs.iter().all(|rung| rung.widens && rung.effect == RungEffect::Escalated));
    let step = |rung: &cordboard::floor::RungPlan| {
        at += rung.after;
        (at.as_nanos() / 1_000_000_000, who(rung.need.unwrap()))
    };
    rungs.iter().map(step).collect()
}

fn queue(plan: &Plan, index: usize) -> &cordboard::floor::QueuePlan {
    &plan.queues()[index]
}

#[test]
fn what_an_operator_cannot_answer_goes_up_role_by_role() {
    let plan = plan("queues = [{ name = 'q', rules = { escalation_step = '20s' } }]");
    let up = |role: usize| way(&plan, queue(&plan, 0).escalation[role]);
    assert_eq!(up(0), [(0, vec!["gao"]), (20, vec!["gao", "lin"]), (40, vec!["gao", "lin", "song"])]);
    assert_eq!(up(1), [(0, vec!["lin"]), (20, vec!["lin", "song"])]);
    assert_eq!(up(2), [(0, vec!["song"])]);
    assert_eq!((queue(&plan, 0).escalation[3], queue(&plan, 0).escalation.len()), (None, 4));
}

#[test]
fn a_complaint_goes_to_its_role_at_least_and_never_to_the_agents_equals() {
    let plan = plan(
        "rules = { complaint_role = 'supervisor' }
         queues = [{ name = 'q' }, { name = 'r', rules = { complaint_role = 'operator' } }]",
    );
    let to = |index: usize, role: usize| {
        way(&plan, queue(&plan, index).complaint[role]).first().map_or(Vec::new(), |(_, who)| who.clone())
    };
    assert_eq!([0, 1, 2, 3].map(|role| to(0, role)), [vec!["lin"], vec!["lin"], vec!["song"], vec![]]);
    assert_eq!([0, 1, 2, 3].map(|role| to(1, role)), [vec!["gao"], vec!["lin"], vec!["song"], vec![]]);
    // What is no complaint goes to the next role all the same.
    assert_eq!(way(&plan, queue(&plan, 0).escalation[0])[0], (0, vec!["gao"]));
}

#[test]
fn the_highest_role_takes_complaints_of_everybody_below_it() {
    let plan = plan("queues = [{ name = 'q', rules = { complaint_role = 'manager' } }]");
    let complaint = &queue(&plan, 0).complaint;
    assert_eq!(way(&plan, complaint[0]), [(0, vec!["song"])]);
    assert!(complaint[0] == complaint[1] && complaint[1] == complaint[2] && complaint[3].is_none());
}

#[test]
fn in_a_chain_of_one_role_nothing_goes_up_and_everybody_is_a_supervisor() {
    let plan = Plan::from_toml("chain = ['operator']\nqueues = [{ name = 'q' }]").unwrap();
    assert_eq!((&*plan.queues()[0].escalation, &*plan.queues()[0].complaint), (&[None][..], &[None][..]));
    assert_eq!(plan.supervision(), RoleId(0));
}

#[test]
fn supervisors_are_from_the_second_role_up_unless_the_floor_says_otherwise() {
    assert_eq!(plan("").supervision(), RoleId(1));
    assert_eq!(plan("supervision = 'manager'").supervision(), RoleId(3));
    assert_eq!(plan("supervision = 'operator'").supervision(), RoleId(0));
}

#[test]
fn only_the_breaks_that_the_floor_names_need_approval() {
    let plan = plan("reasons = ['break', 'meal', 'busy']\napproval = ['busy', 'meal']");
    let needs = |name| plan.needs_approval(plan.reason(name).unwrap());
    assert_eq!(["break", "meal", "busy"].map(needs), [false, true, true]);
    assert!(!plan.needs_approval(ReasonId(3)));
}

#[test]
fn the_longest_chain_in_the_most_queues_is_shared() {
    let chain = |roles: usize| (0..roles).map(|i| format!("'role {i}'")).collect::<Vec<_>>().join(",");
    let queues = |count: usize, steps: usize| {
        let queue = |i: usize| format!("{{ name = 'q{i}', rules = {{ escalation_step = '{}s' }} }}", i % steps + 1);
        (0..count).map(queue).collect::<Vec<_>>().join(",")
    };
    let read = |roles, count, steps| {
        Plan::from_toml(&format!("chain = [{}]\nqueues = [{}]", chain(roles), queues(count, steps)))
    };
    let plan = read(64, 4096, 1).unwrap();
    assert_eq!(plan.queues()[0].escalation, plan.queues()[4095].escalation);
    assert_eq!(plan.ladder_at(plan.queues()[0].escalation[0].unwrap().ladder).unwrap().rungs.len(), 63);
    assert!(read(4, 4096, 4096).is_ok());
    let problems = read(64, 4096, 4096).unwrap_err().to_string();
    assert_eq!(
        problems,
        "line 2: queues: found more rungs in all ladders and chains of command, each way up a ladder counted; \
         expected at most 1000000"
    );
}

#[test]
fn the_description_tells_who_a_call_goes_up_to() {
    let description = plan(
        r#"
        reasons = ["break", "busy"]
        approval = ["busy"]
        supervision = "supervisor"
        [[queues]]
        name = "q"
        rules = { complaint_role = "manager", escalation_stays = true }
        "#,
    )
    .describe();
    assert_eq!(description.warnings, []);
    assert_eq!(
        description.to_string(),
        "A floor: 4 agents, 1 queue, 0 known callers; a ring lasts 6s
Supervisors, from role supervisor up: 2: lin, song
Breaks that need approval: busy

queue q, class normal
  needs     any
  served by 4: li, gao, lin, song
  goes up   foreman at once (1: gao), supervisor after 18s (1: lin), manager after 36s (1: song);
            the agent stays until then
  complaint manager at once (1: song)
"
    );
}

#[test]
fn roles_that_nobody_has_are_no_step_on_the_way_up() {
    let plan = Plan::from_toml(
        r#"
        reasons = ["busy"]
        approval = ["busy"]
        supervision = "director"
        chain = ["operator", "foreman", "supervisor", "manager", "director"]
        teams = [{ name = "t" }]
        agents = [{ name = "li", team = "t" }, { name = "song", team = "t", role = "manager" }]
        [[queues]]
        name = "q"
        rules = { complaint_role = "director" }
        "#,
    );
    let description = plan.unwrap().describe();
    assert!(description.to_string().contains("\n  goes up   manager at once (1: song)\n  complaint nobody\n"));
    assert_eq!(
        description.warnings.iter().map(Warning::to_string).collect::<Vec<_>>(),
        [
            "queue `q`: complaints are to go to role `director`, but nobody has it or one above it",
            "some breaks need approval, but nobody has the rights of a supervisor",
        ]
    );
}
