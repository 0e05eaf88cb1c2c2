//! How many callers a floor lets in: its trunks and its waiting places.
use cordboard::Plan;

const HOUSE: &str = r#"
teams = [{ name = "front" }]
agents = [{ name = "li", team = "front" }]
queues = [{ name = "desk" }]
"#;

fn read(places: &str) -> Result<Plan, String> {
    Plan::from_toml(&(places.to_owned() + HOUSE)).map_err(|problems| problems.to_string())
}

#[test]
fn a_floor_that_says_nothing_limits_neither_trunks_nor_waiting_places() {
    let plan = read("").unwrap();
    assert_eq!((plan.floor().trunks, plan.floor().waiting_limit), (None, None));
    let description = plan.describe();
    assert_eq!((description.trunks, description.waiting_limit), (None, None));
}

#[test]
fn a_floor_needs_a_trunk_but_no_waiting_place() {
    let places = |text: &str| read(text).map(|plan| (plan.floor().trunks, plan.floor().waiting_limit));
    assert_eq!(places("trunks = 1\nwaiting_limit = 0"), Ok((Some(1), Some(0))));
    assert_eq!(places("trunks = 10000000\nwaiting_limit = 10000000"), Ok((Some(10_000_000), Some(10_000_000))));
    assert_eq!(
        places("trunks = 0\nwaiting_limit = 10000001"),
        Err("line 1: trunks: found 0; expected 1 to 10000000\n\
             line 2: waiting_limit: found 10000001; expected 0 to 10000000"
            .into())
    );
    assert_eq!(
        places("trunks = \"many\"\nwaiting_limit = -1"),
        Err("line 1: trunks: found `\"many\"`; expected a whole number from 1 to 10000000\n\
             line 2: waiting_limit: found `-1`; expected a whole number from 0 to 10000000"
            .into())
    );
}

#[test]
fn the_description_tells_how_many_callers_are_let_in() {
    let text = read("trunks = 40\nwaiting_limit = 12").unwrap().describe().to_string();
    assert!(text.contains("\nAt most 40 callers on a line at once.\nAt most 12 callers in all queues together.\n"));
    let text = read("trunks = 1\nwaiting_limit = 0").unwrap().describe().to_string();
    assert!(text.contains("\nAt most 1 caller on a line at once.\nNobody waits: who finds nobody free is refused.\n"));
}
