//! Simulated days: they repeat exactly, they end empty, and the calls of a seed are the same on every floor.

use std::collections::BTreeMap;
use std::sync::Arc;

use cordboard::engine::{Event, Fact, NotReady, Outcome, Output, Presence};
use cordboard::sim::{Failure, Scenario, Simulation, replicate};
use cordboard::{CallId, Floor, Plan, Span, Time};

fn hotel() -> Arc<Plan> {
    Arc::new(Plan::load("examples/floors/hotel.toml").unwrap())
}

fn weekday(plan: &Plan) -> Scenario {
    Scenario::load("examples/floors/hotel.scenario.toml", plan).unwrap()
}

/// A whole run as bytes.
fn bytes(mut simulation: Simulation) -> String {
    let mut bytes = String::new();
    simulation.run(&mut |output| bytes.push_str(&serde_json::to_string(output).unwrap())).unwrap();
    bytes
}

fn facts(plan: Arc<Plan>, scenario: &Scenario, seed: u64, mut each: impl FnMut(Time, &Fact)) {
    let mut observer = |output: &Output| {
        if let Event::Fact(fact) = &output.event {
            each(output.at, fact);
        }
    };
    Simulation::new(plan, scenario, seed).unwrap().run(&mut observer).unwrap();
}

#[test]
fn the_same_seed_gives_the_same_day_byte_for_byte_and_another_seed_another_day() {
    let plan = hotel();
    let scenario = weekday(&plan);
    let day = |seed| bytes(Simulation::new(plan.clone(), &scenario, seed).unwrap());
    let first = day(1);
    assert!(first == day(1));
    assert!(first != day(2));
}

#[test]
fn days_run_in_pieces_are_the_same_days() {
    let plan = hotel();
    let scenario = Scenario { hours: Some(96.0), ..weekday(&plan) };
    let (mut whole, mut pieces, mut stops) = (Vec::new(), Vec::new(), 0);
    let run = Simulation::new(plan.clone(), &scenario, 1).unwrap().run(&mut |output| whole.push(output.key)).unwrap();
    let mut simulation = Simulation::new(plan, &scenario, 1).unwrap();
    let in_pieces = loop {
        // Stopped whenever it asks.
        let run = simulation.run_while(&mut |output| pieces.push(output.key), &mut |_| false).unwrap();
        match run {
            Some(run) => break run,
            None => stops += 1,
        }
    };
    assert_eq!(run, in_pieces);
    assert!(stops > 3, "{stops}");
    assert!(whole == pieces);
}

#[test]
fn a_weekday_at_the_hotel_ends_with_everybody_served_or_gone_and_nobody_at_fault() {
    let plan = hotel();
    let scenario = weekday(&plan);
    let mut simulation = Simulation::new(plan, &scenario, 1).unwrap().checked();
    let (mut arrived, mut ended, mut served) = (0, 0, 0);
    let run = simulation
        .run(&mut |output| match output.event {
            Event::Fact(Fact::Refused(refusal)) => panic!("{}: {refusal:?}", output.at),
            Event::Fact(Fact::Ignored { subject }) => panic!("{}: {subject:?}", output.at),
            Event::Fact(Fact::CallArrived { .. }) => arrived += 1,
            Event::Fact(Fact::CallEnded { outcome, .. }) => {
                ended += 1;
                served += u64::from(matches!(outcome, Outcome::Completed(_)));
            }
            _ => {}
        })
        .unwrap();
    assert_eq!((arrived, ended), (run.calls, run.calls));
    assert!((2_000..3_000).contains(&run.calls), "{run:?}");
    let rate = served as f64 / run.calls as f64;
    assert!((0.90..0.99).contains(&rate), "an answer rate of {rate} makes no example");
    assert!(run.ended >= run.horizon && run.ended < run.horizon + Span::from_secs(3_600), "{run:?}");
    let everybody_home = (0..simulation.engine().plan().agents().len() as u32)
        .filter_map(|agent| simulation.engine().agent(cordboard::AgentId(agent)))
        .all(|agent| agent.presence == Presence::SignedOut);
    assert!(everybody_home);
}

#[test]
fn a_break_lasts_its_time_from_when_the_last_call_is_done() {
    let plan = hotel();
    let mut breaks = BTreeMap::new();
    facts(plan.clone(), &weekday(&plan), 1, |_, fact| {
        if let Fact::PresenceChanged { from: Presence::NotReady(NotReady::Reason(_)), lasted, .. } = fact {
            *breaks.entry(lasted.as_nanos() / 60_000_000_000).or_insert(0) += 1;
            assert!(lasted.as_nanos().is_multiple_of(60_000_000_000), "{lasted}");
        }
    });
    // Operators: 5 early and 6 late with 10, 15 and 10 min, 3 at night with 30; the others as the scenario says.
    assert_eq!(breaks, BTreeMap::from([(10, 22), (15, 11), (30, 5), (45, 2)]));
}

/// What can be seen from outside of what a call brought.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    arrived: Time,
    entry: Option<cordboard::EntryId>,
    talk: Option<Span>,
    gave_up: Option<Span>,
}

fn seen(plan: Arc<Plan>, scenario: &Scenario) -> BTreeMap<CallId, Seen> {
    let mut calls: BTreeMap<CallId, Seen> = BTreeMap::new();
    facts(plan, scenario, 5, |at, fact| match *fact {
        Fact::CallArrived { call, entry, .. } => {
            calls.insert(call, Seen { arrived: at, entry, ..Seen::default() });
        }
        Fact::LegEnded { call, talk, .. } => calls.get_mut(&call).unwrap().talk = Some(talk),
        Fact::CallEnded { call, outcome: Outcome::Abandoned, lasted, .. } => {
            calls.get_mut(&call).unwrap().gave_up = Some(lasted);
        }
        _ => {}
    });
    calls
}

#[test]
fn another_roster_gets_the_same_calls() {
    let plan = hotel();
    let scenario = weekday(&plan);
    let mut short = scenario.clone();
    short.shifts[0].agents.truncate(2);
    short.agents.missed = 0.1;
    let (full, short) = (seen(plan.clone(), &scenario), seen(plan, &short));

    assert_eq!(full.len(), short.len());
    let (mut talked, mut gave_up) = (0, 0);
    for ((call, one), (other_call, other)) in full.iter().zip(&short) {
        assert_eq!((call, one.arrived, one.entry), (other_call, other.arrived, other.entry));
        if let (Some(one), Some(other)) = (one.talk, other.talk) {
            assert_eq!(one, other, "call {call} talks as long");
            talked += 1;
        }
        if let (Some(one), Some(other)) = (one.gave_up, other.gave_up) {
            assert_eq!(one, other, "call {call} waits as long");
            gave_up += 1;
        }
    }
    assert!(talked > 1_000 && gave_up > 20, "{talked} talked and {gave_up} gave up on both floors");
    assert!(
        full.values().filter(|call| call.talk.is_some()).count() > short.values().filter(|c| c.talk.is_some()).count()
    );
}

/// All that is said about one queue, its agents and its calls: by names, for numbers depend on what else there is.
fn said_of_reservations(floor: &str, scenario: &str) -> (Vec<String>, u64) {
    let plan = Arc::new(Plan::from_toml(floor).unwrap());
    let scenario = Scenario::from_toml(scenario, &plan).unwrap();
    let mine = plan.queue("reservations").unwrap();
    let name = |agent: cordboard::AgentId| plan.agents()[agent.index()].name.to_string();
    let mut said = Vec::new();
    let mut observer = |output: &Output| {
        let Event::Fact(fact) = &output.event else { return };
        said.extend(match *fact {
            Fact::VisitStarted { queue, tier, .. } if queue == mine => Some(format!("{} came {tier:?}", output.at)),
            Fact::Offered { queue, agent, .. } if queue == mine => Some(format!("{} rings {}", output.at, name(agent))),
            Fact::Answered { queue, agent, wait, rang, .. } if queue == mine => {
                Some(format!("{} answers {} {wait} {rang}", output.at, name(agent)))
            }
            Fact::OfferEnded { queue, agent, how, .. } if queue == mine => {
                Some(format!("{} offer ends {} {how:?}", output.at, name(agent)))
            }
            Fact::VisitEnded { queue, wait, .. } if queue == mine => Some(format!("{} visit ends {wait}", output.at)),
            Fact::LegEnded { queue, talk, hold, by, .. } if queue == mine => {
                Some(format!("{} leg ends {talk} {hold} {by:?}", output.at))
            }
            Fact::WrapUpEnded { queue, lasted, .. } if queue == mine => {
                Some(format!("{} wrap-up ends {lasted}", output.at))
            }
            _ => None,
        });
    };
    let run = Simulation::new(plan.clone(), &scenario, 9).unwrap().run(&mut observer).unwrap();
    (said, run.calls)
}

#[test]
fn a_queue_added_in_front_changes_nothing_for_the_others() {
    let floor = |teams: &str, agents: &str, queues: &str| {
        format!(
            "rules = {{ wrap_up = {{ timed = \"30s\" }} }}\nskills = [\"english\"]\n\
             teams = [{teams}{{ name = \"desk\" }}]\n\
             agents = [{agents}{{ name = \"li\", team = \"desk\" }}, {{ name = \"wang\", team = \"desk\" }}]\n\
             queues = [{queues}{{ name = \"reservations\", teams = [\"desk\"] }}]"
        )
    };
    let scenario = |queues: &str, shifts: &str| {
        format!(
            "agents = {{ missed = 0.1, declined = 0.1 }}\n\
             switch = {{ ring_delay = {{ exponential = \"1s\" }}, connect_delay = {{ exponential = \"1s\" }} }}\n\
             queues = [{queues}{{ queue = \"reservations\", arrivals = {{ per_hour = 25 }} }}]\n\
             shifts = [{shifts}{{ teams = [\"desk\"], from = \"00:00\", to = \"24:00\" }}]\n\
             [calls]\npatience = {{ exponential = \"2m\" }}\nanswer = {{ exponential = \"6s\" }}\n\
             wrap_up = {{ exponential = \"10s\" }}\nended_by_agent = 0.3\n\
             hold = {{ share = 0.2, length = {{ exponential = \"30s\" }} }}"
        )
    };
    let (alone, calls) = said_of_reservations(&floor("", "", ""), &scenario("", ""));
    let (with_another, more_calls) = said_of_reservations(
        &floor(
            "{ name = \"night\" }, ",
            "{ name = \"ada\", team = \"night\" }, ",
            "{ name = \"outside\", teams = [\"night\"] }, ",
        ),
        &scenario(
            "{ queue = \"outside\", arrivals = { per_hour = 40 } }, ",
            "{ teams = [\"night\"], from = \"00:00\", to = \"24:00\" }, ",
        ),
    );
    assert!(calls > 400 && more_calls > calls + 700, "{calls} and {more_calls} calls");
    assert!(alone.len() > 2_000, "{} lines", alone.len());
    for (one, other) in alone.iter().zip(&with_another) {
        assert_eq!(one, other);
    }
    assert_eq!(alone.len(), with_another.len());
}

#[test]
fn replications_do_not_depend_on_how_many_run_at_once() {
    let plan = hotel();
    let mut scenario = weekday(&plan);
    scenario.hours = Some(8.0);
    let hash = |_, mut simulation: Simulation| {
        simulation.run(&mut |_| {}).unwrap();
        simulation.engine().state_hash()
    };
    let one = replicate(&plan, &scenario, 3, 1, hash).unwrap();
    let six = replicate(&plan, &scenario, 3, 6, hash).unwrap();
    let three = replicate(&plan, &scenario, 3, 3, hash).unwrap();
    assert_eq!(one, six[..1]);
    assert_eq!(three, six[..3]);
    assert_eq!(one[0], hash(0, Simulation::new(plan, &scenario, 3).unwrap()), "the first is the single run");
    let different: std::collections::BTreeSet<u64> = six.iter().copied().collect();
    assert_eq!(different.len(), 6);
}

#[test]
fn calls_arrive_at_the_rate_of_their_hour() {
    const DAYS: u64 = 300;
    let plan = hotel();
    let rates: [f64; 24] = std::array::from_fn(|hour| ((hour * 7) % 24) as f64 * 2.5);
    let scenario = format!(
        "hours = {}\nqueues = [{{ queue = \"guests\", arrivals = {{ per_hour = {rates:?} }} }}]\n\
         calls = {{ patience = {{ fixed = \"0s\" }} }}",
        24 * DAYS
    );
    let scenario = Scenario::from_toml(&scenario, &plan).unwrap();
    let mut counts = [0u32; 24];
    facts(plan, &scenario, 1, |at, fact| {
        if let Fact::CallArrived { .. } = fact {
            counts[(at.as_nanos() / 3_600_000_000_000 % 24) as usize] += 1;
        }
    });
    let mut chi_square = 0.0;
    for (hour, (count, rate)) in counts.iter().zip(rates).enumerate() {
        let expected = rate * DAYS as f64;
        let off = f64::from(*count) - expected;
        assert!(off.abs() <= 4.0 * expected.sqrt(), "{count} calls in hour {hour}, where {expected} are expected");
        chi_square += if expected > 0.0 { off * off / expected } else { 0.0 };
    }
    // 23 hours with arrivals: mean 23, standard deviation √46; too small would be as wrong as too large.
    assert!((23.0 - chi_square).abs() < 4.0 * 46f64.sqrt(), "{chi_square}");
}

/// One agent and one queue, with rules of their own.
fn small(rules: &str) -> Arc<Plan> {
    let floor = format!(
        "rules = {{ {rules} }}\nskills = [\"french\"]\nteams = [{{ name = \"desk\" }}]\n\
         agents = [{{ name = \"li\", team = \"desk\" }}]\n\
         queues = [{{ name = \"line\" }}, {{ name = \"french\", need = \"french\" }}]"
    );
    Arc::new(Floor::from_toml(&floor).unwrap().compile().unwrap())
}

fn small_scenario(plan: &Plan, more: &str) -> Scenario {
    let shift = "shifts = [{ teams = [\"desk\"], from = \"00:00\", to = \"24:00\" }]";
    Scenario::from_toml(&format!("{shift}\n{more}"), plan).unwrap()
}

#[test]
fn a_long_call_whose_switch_is_well_never_loses_its_lease() {
    let plan = small("lease = \"1m\"");
    let more = "hours = 24\nqueues = [{ queue = \"line\", arrivals = { per_hour = 1 } }]\n\
                calls = { talk = { fixed = \"20m\" }, hold = { share = 0.5, length = { fixed = \"4m\" } } }";
    let mut completed = 0;
    facts(plan.clone(), &small_scenario(&plan, more), 1, |at, fact| match fact {
        Fact::LeaseExpired { call, .. } => panic!("the lease of call {call} expired at {at}"),
        Fact::LegEnded { talk, .. } => {
            assert_eq!(*talk, Span::from_secs(1_200));
            completed += 1;
        }
        _ => {}
    });
    assert!(completed > 10);
}

#[test]
fn a_call_nobody_may_ever_serve_is_reported_as_left_over() {
    let plan = small("wait_limit = \"0s\"");
    let more = "hours = 1\ndrain = \"1h\"\nqueues = [{ queue = \"french\", arrivals = { per_hour = 5 } }]";
    let failure = Simulation::new(plan.clone(), &small_scenario(&plan, more), 1).unwrap().run(&mut |_| {}).unwrap_err();
    assert!(matches!(failure, Failure::Leftover { live, .. } if live.calls > 0 && live.offers == 0), "{failure}");
}

#[test]
fn a_floor_on_which_time_cannot_go_on_is_reported_as_stuck() {
    let plan = small("delay_declined = \"0s\", cool_down = \"0s\"");
    let more = "hours = 1\nagents = { declined = 1.0 }\nqueues = [{ queue = \"line\", arrivals = { per_hour = 5 } }]";
    let failure = Simulation::new(plan.clone(), &small_scenario(&plan, more), 1).unwrap().run(&mut |_| {}).unwrap_err();
    assert!(matches!(failure, Failure::Stuck { .. }), "{failure}");
    assert!(failure.to_string().contains("expected some time to pass from one to the next"), "{failure}");
}

#[test]
fn what_is_planned_does_not_grow_with_the_days() {
    let plan = hotel();
    let mut scenario = weekday(&plan);
    scenario.hours = Some(24.0 * 20.0);
    let mut simulation = Simulation::new(plan, &scenario, 1).unwrap();
    for day in 1..20 {
        let reached_the_end = simulation.run_until(Time::from_secs(day * 86_400), &mut |_| {}).unwrap();
        assert!(!reached_the_end);
        assert!(simulation.pending() < 300, "{} events are planned after day {day}", simulation.pending());
    }
}
