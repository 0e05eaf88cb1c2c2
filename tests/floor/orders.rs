//! Orders of queues, and what queues leave of teams to others: what is read, what is refused, what is told.
use cordboard::Plan;
use cordboard::floor::{Floor, Warning};

fn read(teams: &str, agents: &str, queues: &str) -> Result<Plan, String> {
    let text = format!("teams = [{teams}]\nagents = [{agents}]\nqueues = [{queues}]\n");
    Plan::from_toml(&text).map_err(|problems| problems.to_string())
}

const QUEUES: &str = r#"{ name = "desk" }, { name = "sales" }, { name = "support" }, { name = "billing" }"#;

/// By agent, the level of each queue.
fn levels(plan: &Plan) -> Vec<Vec<u8>> {
    let of_agent = |agent: &str| {
        let profile = plan.agents()[plan.agent(agent).expect(agent).index()].profile;
        let profile = plan.profile(profile).expect("a profile of the plan's");
        ["desk", "sales", "support", "billing"].map(|queue| profile.level(plan.queue(queue).expect(queue))).to_vec()
    };
    ["li", "wang", "zhao"].map(of_agent).to_vec()
}

#[test]
fn an_order_puts_queues_at_levels_and_those_that_are_not_named_last() {
    let plan = read(
        r#"{ name = "front", order = ["sales", ["support", "billing"]] }, { name = "back" }"#,
        r#"{ name = "li", team = "front" }, { name = "wang", team = "front", order = [["billing"], "desk"] },
           { name = "zhao", team = "back" }"#,
        QUEUES,
    );
    assert_eq!(levels(&plan.unwrap()), [[2, 0, 1, 1], [1, 2, 2, 0], [0, 0, 0, 0]]);
}

#[test]
fn an_agent_without_an_order_of_his_own_has_the_teams_and_an_empty_one_takes_it_away() {
    let plan = read(
        r#"{ name = "front", order = ["sales"] }"#,
        r#"{ name = "li", team = "front" }, { name = "wang", team = "front", order = [] },
           { name = "zhao", team = "front", order = [["desk", "sales", "support", "billing"]] }"#,
        QUEUES,
    );
    let plan = plan.unwrap();
    assert_eq!(levels(&plan), [[1, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]]);
    // Who takes all queues alike has no order, and the same profile as everybody who has none.
    let profile = |agent: &str| plan.agents()[plan.agent(agent).unwrap().index()].profile;
    assert_eq!(profile("wang"), profile("zhao"));
    assert_ne!(profile("li"), profile("wang"));
}

#[test]
fn orders_and_reserves_name_what_there_is_and_each_once() {
    let problems = read(
        r#"{ name = "front", order = ["sales", ["desk", "sales"], "suport", 7] }"#,
        r#"{ name = "li", team = "front", order = "sales" }"#,
        r#"{ name = "desk", reserve = [{ team = "front", keep = 0 }, { team = "front", keep = 1 }, { team = "frnt", keep = 2 }] },
           { name = "sales", reserve = [{ team = "front" }] }, { name = "support", reserve = [{ team = "front", keep = "1" }] }"#,
    );
    assert_eq!(
        problems.unwrap_err(),
        "line 1: teams[0].order[1][1] (front): the same queue again; expected each queue once
line 1: teams[0].order[2] (front): no queue `suport`; did you mean `support`?
line 1: teams[0].order[3] (front): found `7`; expected text in quotes, or a list of such
line 2: agents[0].order (li): found `\"sales\"`; expected a list
line 3: queues[0].reserve[0].keep (desk): found 0; expected 1 to 100000
line 3: queues[0].reserve[1].team (desk): the same team again; expected each team once
line 3: queues[0].reserve[2].team (desk): no team `frnt`; did you mean `front`?
line 4: queues[1].reserve[0].keep (sales): found no `keep`; expected `team` and `keep`
line 4: queues[2].reserve[0].keep (support): found `\"1\"`; expected a whole number from 1 to 100000"
    );
    let many: Vec<String> = (0..65).map(|queue| format!("{{ name = \"q{queue}\" }}")).collect();
    let order: Vec<String> = (0..65).map(|queue| format!("\"q{queue}\"")).collect();
    let team = format!("{{ name = \"front\", order = [{}] }}", order.join(", "));
    assert_eq!(
        read(&team, r#"{ name = "li", team = "front" }"#, &many.join(", ")).unwrap_err(),
        "line 1: teams[0].order (front): found 65; expected at most 64"
    );
}

#[test]
fn the_description_tells_orders_and_what_is_left_to_others() {
    let plan = read(
        r#"{ name = "front", order = ["sales", ["support", "billing"]] }, { name = "back" }"#,
        r#"{ name = "li", team = "front" }, { name = "wang", team = "front", order = [] },
           { name = "zhao", team = "back", order = ["desk"] }"#,
        r#"{ name = "desk", reserve = [{ team = "front", keep = 1 }, { team = "back", keep = 1 }] },
           { name = "sales" }, { name = "support" }, { name = "billing" }"#,
    );
    let description = plan.unwrap().describe();
    let text = description.to_string();
    let told = "Order of team front: sales, then support and billing, then all others
Order of agent wang: all queues alike
Order of agent zhao: desk, then all others
";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("\n  leaves    1 of team front, 1 of team back idle for other queues\n"), "{text}");
    let keeps = Warning::KeepsAll { queue: "desk".into(), team: "back".into(), keep: 1 };
    assert_eq!(description.warnings, [keeps]);
    assert_eq!(
        description.warnings[0].to_string(),
        "queue `desk`: leaves 1 of team `back` to others, which has no more: it never rings there"
    );
}

#[test]
fn a_floor_with_orders_and_reserves_reads_back_from_what_it_was_written_as() {
    let plan = read(
        r#"{ name = "front", order = ["sales", ["desk", "billing"]] }"#,
        r#"{ name = "li", team = "front", order = [["desk", "sales"]] }"#,
        r#"{ name = "desk", reserve = [{ team = "front", keep = 3 }] }, { name = "sales" }, { name = "billing" }"#,
    );
    let floor = plan.unwrap().floor().clone();
    let text = serde_json::to_string(&floor).unwrap();
    assert_eq!(serde_json::from_str::<Floor>(&text).unwrap(), floor);
    assert!(text.contains(r#""order":["sales",["desk","billing"]]"#), "{text}");
}
