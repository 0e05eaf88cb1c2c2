//! People are people: they come late or not at all, take the breaks they have a right to, and their phones fail; as often
//! as the scenario says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use cordboard::engine::{EndedBy, Endpoint, Event, Fact, NotReady, Outcome, Output, Presence};
use cordboard::sim::{Scenario, Simulation};
use cordboard::{AgentId, Plan, Span, Time};

const DAY_SECS: u64 = 24 * 3_600;

fn plan(agents: u32) -> Arc<Plan> {
    let mut floor = String::from(
        "reasons = [\"break\", \"meal\"]\nteams = [{ name = \"desk\" }]\nqueues = [{ name = \"line\" }]\n",
    );
    for agent in 0..agents {
        write!(floor, "[[agents]]\nname = \"a{agent}\"\nteam = \"desk\"\n").unwrap();
    }
    Arc::new(Plan::from_toml(&floor).unwrap())
}

fn facts(plan: &Arc<Plan>, scenario: &str, seed: u64, mut each: impl FnMut(Time, &Fact)) {
    let scenario = Scenario::from_toml(scenario, plan).unwrap();
    let mut observer = |output: &Output| {
        if let Event::Fact(fact) = &output.event {
            each(output.at, fact);
        }
    };
    Simulation::new(plan.clone(), &scenario, seed).unwrap().run(&mut observer).unwrap();
}

/// When each agent signed in, in seconds after 08:00, by agent and day.
fn comings(scenario: &str, seed: u64) -> BTreeMap<(AgentId, u64), f64> {
    let mut comings = BTreeMap::new();
    facts(&plan(20), scenario, seed, |at, fact| {
        if let Fact::PresenceChanged { agent, from: Presence::SignedOut, .. } = *fact {
            let day = at.as_nanos() / 1_000_000_000 / DAY_SECS;
            let late = at.as_secs_f64() - (day * DAY_SECS + 8 * 3_600) as f64;
            assert!(comings.insert((agent, day), late).is_none(), "{agent} twice on day {day}");
        }
    });
    comings
}

const WEEKS: &str = "hours = 1200\nshifts = [{ teams = [\"desk\"], from = \"08:00\", to = \"12:00\" }]\n";

#[test]
fn as_many_come_late_and_stay_away_as_the_scenario_says_and_the_others_come_in_time() {
    let scenario =
        format!("{WEEKS}agents = {{ absent = 0.1, late = {{ share = 0.2, by = {{ exponential = \"10m\" }} }} }}");
    let comings = comings(&scenario, 1);
    // 50 days of 20 agents.
    let came = comings.len() as f64 / 1_000.0;
    assert!((came - 0.9).abs() < 4.0 * (0.09f64 / 1_000.0).sqrt(), "{came}");
    let late: Vec<f64> = comings.values().copied().filter(|late| *late > 0.0).collect();
    let share = late.len() as f64 / comings.len() as f64;
    assert!((share - 0.2).abs() < 4.0 * (0.16f64 / 900.0).sqrt(), "{share}");
    let mean = late.iter().sum::<f64>() / late.len() as f64;
    assert!((mean - 600.0).abs() < 4.0 * 600.0 / (late.len() as f64).sqrt(), "{mean}");
    assert!(comings.values().all(|late| (0.0..4.0 * 3_600.0).contains(late)));
}

#[test]
fn who_would_come_after_the_shift_does_not_come() {
    let scenario = format!("{WEEKS}agents = {{ late = {{ share = 1.0, by = {{ fixed = \"5h\" }} }} }}");
    assert_eq!(comings(&scenario, 1), BTreeMap::new());
}

#[test]
fn the_same_people_are_late_on_the_same_days_whatever_else_happens() {
    let people = "late = { share = 0.2, by = { exponential = \"10m\" } }";
    let calm = comings(&format!("{WEEKS}agents = {{ {people} }}"), 3);
    let busy = format!(
        "{WEEKS}agents = {{ {people}, missed = 0.3, phone_failures = {{ every = \"2h\", repair = {{ fixed = \"5m\" }} }} }}\n\
         queues = [{{ queue = \"line\", arrivals = {{ per_hour = 30 }} }}]\ncalls = {{ patience = {{ fixed = \"1m\" }} }}"
    );
    assert_eq!(calm, comings(&busy, 3));
    // And with others who stay away, those who come are late as before.
    let fewer = comings(&format!("{WEEKS}agents = {{ {people}, absent = 0.1 }}"), 3);
    assert!(fewer.len() < calm.len() && fewer.iter().all(|(key, late)| calm[key] == *late));
}

/// D2: six breaks a shift, one of 15 minutes and five of 10.
const ALLOWANCE: &str = r#"
    hours = 24
    [[shifts]]
    teams = ["desk"]
    from = "08:00"
    to = "16:00"
    allowance = { breaks = ["10m", "10m", "15m", "10m", "10m", "10m"], reason = "break", margin = "MARGIN" }
"#;

#[test]
fn everybody_has_the_breaks_of_the_rule_spread_over_the_shift_and_few_are_away_at_once() {
    for (agents, margin) in [(1, 0), (2, 0), (8, 0), (20, 30)] {
        let mut breaks: BTreeMap<AgentId, Vec<(Time, Span)>> = BTreeMap::new();
        let scenario = ALLOWANCE.replace("MARGIN", &format!("{margin}m"));
        facts(&plan(agents), &scenario, 1, |at, fact| {
            if let Fact::PresenceChanged { agent, from: Presence::NotReady(NotReady::Reason(_)), lasted, .. } = *fact {
                let began = Time::from_nanos(at.as_nanos() - lasted.as_nanos());
                breaks.entry(agent).or_default().push((began, lasted));
            }
        });
        assert_eq!(breaks.len(), agents as usize);
        let minutes = |minutes: u64| Span::from_secs(60 * minutes);
        let (from, to) = (Time::ZERO + minutes(480 + margin), Time::ZERO + minutes(960 - margin));
        for own in breaks.values() {
            let lengths: Vec<Span> = own.iter().map(|(_, length)| *length).collect();
            assert_eq!(lengths, [10, 10, 15, 10, 10, 10].map(minutes));
            assert!(own.iter().all(|(began, length)| *began >= from && *began + *length <= to));
            // A part of the shift is 80 or 70 minutes: about as much is from one break to the next.
            let part = minutes((480 - 2 * margin) / 6);
            let gaps = own.windows(2).map(|pair| pair[1].0 - pair[0].0);
            assert!(gaps.into_iter().all(|gap| gap.as_secs_f64() >= part.as_secs_f64() - 300.0));
        }
        // As many are away at once as must be, if all are to go in their part, and one more.
        let all: Vec<(Time, Span)> = breaks.into_values().flatten().collect();
        let away = |at: Time| all.iter().filter(|(began, length)| *began <= at && at < *began + *length).count();
        let most = all.iter().map(|(began, _)| away(*began)).max().unwrap();
        let needed = (f64::from(agents) * 15.0 / ((480 - 2 * margin) as f64 / 6.0)).ceil() as usize;
        assert!(most <= needed + 1, "{agents} agents: {most} away at once, {needed} needed");
    }
}

#[test]
fn phones_fail_once_in_so_many_hours_of_work_and_their_calls_break_off() {
    let scenario = r#"
        hours = 2400
        agents = { phone_failures = { every = "40h", repair = { exponential = "30m" } } }
        calls = { talk = { exponential = "10m" }, patience = { fixed = "20m" } }
        shifts = [{ teams = ["desk"], from = "08:00", to = "18:00" }]
        queues = [{ queue = "line", arrivals = { per_hour = [
            0, 0, 0, 0, 0, 0, 0, 0, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 0, 0, 0, 0, 0, 0,
        ] } }]
    "#;
    let (mut failed, mut away, mut broken) = (Vec::new(), BTreeMap::new(), 0u32);
    let mut repaired = Vec::new();
    facts(&plan(20), scenario, 1, |at, fact| match *fact {
        Fact::EndpointChanged { agent, state: Endpoint::Unregistered } => {
            failed.push(at);
            away.insert(agent, at);
        }
        Fact::EndpointChanged { agent, .. } => repaired.push((at - away[&agent]).as_secs_f64()),
        Fact::CallEnded { outcome: Outcome::Completed(EndedBy::Switch), .. } => broken += 1,
        Fact::CallEnded { outcome, .. } => {
            assert!(matches!(outcome, Outcome::Completed(_) | Outcome::Abandoned), "{outcome:?}")
        }
        _ => {}
    });
    // 100 days of 20 agents and 10 hours, less the time under repair: one in eighty.
    let expected = 20_000.0 / 40.0;
    assert!((failed.len() as f64 - expected).abs() < 4.0 * expected.sqrt(), "{} failures", failed.len());
    let hour = |at: &Time| at.as_nanos() / 3_600_000_000_000 % 24;
    // Who has a call after six is still at work.
    assert!(failed.iter().all(|at| (8..=18).contains(&hour(at))));
    let mean = repaired.iter().sum::<f64>() / repaired.len() as f64;
    assert!((mean - 1_800.0).abs() < 4.0 * 1_800.0 / expected.sqrt(), "{mean}");
    // Half of the time an agent is in a call.
    assert!((150..400).contains(&broken), "{broken}");
}

#[test]
fn a_week_at_the_hotel_with_everything_that_happens_in_one_ends_with_every_call() {
    let plan = Arc::new(Plan::load("examples/floors/hotel.toml").unwrap());
    let scenario = Scenario::load("examples/floors/hotel.week.scenario.toml", &plan).unwrap();
    let recorded = scenario.queues[2].arrivals.recorded.as_ref().unwrap().len();
    let (mut arrived, mut ended, mut again, mut reservations) = (0u64, 0u64, 0, 0);
    let queue = plan.queue("reservations").unwrap();
    let mut observer = |output: &Output| match &output.event {
        Event::Fact(Fact::CallArrived { prior_call, .. }) => {
            arrived += 1;
            again += u32::from(prior_call.is_some());
        }
        Event::Fact(Fact::VisitStarted { call, queue: joined, .. })
            if *joined == queue && call.0 < 1 << 48 && output.at < Time::from_secs(DAY_SECS) =>
        {
            reservations += 1;
        }
        Event::Fact(Fact::CallEnded { .. }) => ended += 1,
        _ => {}
    };
    let run = Simulation::new(plan.clone(), &scenario, 1).unwrap().checked().run(&mut observer).unwrap();
    assert_eq!((arrived, ended), (run.calls, run.calls));
    assert_eq!(reservations, recorded);
    assert!(run.calls > 10_000 && again > 100, "{run:?}, {again} again");
}
