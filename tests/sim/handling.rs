//! How agents treat calls differs by team, and callers whom nobody had call again: as often as the scenario says.

use std::collections::BTreeMap;
use std::sync::Arc;

use cordboard::engine::{Event, Fact, Outcome, Output};
use cordboard::sim::{Scenario, Simulation};
use cordboard::{AgentId, CallId, Plan, Span, Time};

/// Every fact of this day, in order.
fn facts(floor: &str, scenario: &str, seed: u64, mut each: impl FnMut(Time, &Fact)) {
    let plan = Plan::from_toml(floor).unwrap();
    let scenario = Scenario::from_toml(scenario, &plan).unwrap();
    let mut observer = |output: &Output| {
        if let Event::Fact(fact) = &output.event {
            each(output.at, fact);
        }
    };
    Simulation::new(Arc::new(plan), &scenario, seed).unwrap().run(&mut observer).unwrap();
}

const TEAMS: &str = r#"
    rules = { wrap_up = { timed = "10m" } }
    teams = [{ name = "old" }, { name = "new" }]
    agents = [{ name = "li", team = "old" }, { name = "wang", team = "new" }]
    queues = [{ name = "line" }]
    tiers = [{ name = "vip" }]
    directory = [{ number = "8801", name = "Adele Moreau", tier = "vip" }]
"#;

/// By call: who had it, how long they talked and how long the agent worked after it.
fn treated(at_work: &str, calls: &str) -> BTreeMap<CallId, (AgentId, Span, Span)> {
    let scenario = format!(
        "hours = 400\nshifts = [{{ agents = [{at_work}], from = \"00:00\", to = \"24:00\" }}]\n\
         [calls]\ntalk = {{ exponential = \"60s\" }}\n[[queues]]\nqueue = \"line\"\narrivals = {{ per_hour = 10 }}\n{calls}"
    );
    let mut treated = BTreeMap::new();
    let mut work = BTreeMap::new();
    facts(TEAMS, &scenario, 1, |_, fact| match *fact {
        Fact::LegEnded { call, agent, talk, .. } => {
            treated.insert(call, (agent, talk, Span::ZERO));
        }
        Fact::WrapUpEnded { call, lasted, .. } => {
            work.insert(call, lasted);
        }
        _ => {}
    });
    for (call, lasted) in work {
        treated.get_mut(&call).unwrap().2 = lasted;
    }
    treated
}

#[test]
fn a_team_takes_its_own_time_for_the_calls_of_a_queue_and_a_tier_stands_before_it() {
    let calls = r#"
        tiers = { vip = { share = 0.2, calls = { talk = { fixed = "10s" } } } }
        teams = { new = { talk = { exponential = "180s" }, wrap_up = { fixed = "7s" } } }
    "#;
    let treated = treated("\"li\", \"wang\"", calls);
    let mean = |agent: u32| {
        let own = treated.values().filter(|(who, talk, _)| *who == AgentId(agent) && *talk != Span::from_secs(10));
        let talks: Vec<f64> = own.map(|(_, talk, _)| talk.as_secs_f64()).collect();
        talks.iter().sum::<f64>() / talks.len() as f64
    };
    assert!((mean(0) / 60.0 - 1.0).abs() < 0.1, "{}", mean(0));
    assert!((mean(1) / 180.0 - 1.0).abs() < 0.1, "{}", mean(1));
    let vips = |agent: u32| {
        let own: Vec<_> = treated.values().filter(|(who, ..)| *who == AgentId(agent)).collect();
        own.iter().filter(|(_, talk, _)| *talk == Span::from_secs(10)).count() as f64 / own.len() as f64
    };
    assert!((vips(0) - 0.2).abs() < 0.03 && (vips(1) - 0.2).abs() < 0.03);
    let works = |agent: u32| treated.values().filter(move |(who, ..)| *who == AgentId(agent)).map(|(.., work)| *work);
    assert!(works(0).all(|work| work.is_zero()));
    assert!(works(1).all(|work| work == Span::from_secs(7)));
}

#[test]
fn a_call_takes_another_team_in_proportion_as_long_and_no_other_call_is_touched() {
    let teams = |rest: &str| format!("teams = {{ new = {{ talk = {{ exponential = \"180s\" }} }} {rest} }}");
    let old = treated("\"li\"", &teams(""));
    let new = treated("\"wang\"", &teams(""));
    assert!(old.len() > 3_500 && old.len() == new.len());
    for (call, (_, talk, _)) in &old {
        let (.., other, _) = new[call];
        assert!((other.as_secs_f64() - 3.0 * talk.as_secs_f64()).abs() < 1e-5, "{call}: {talk} and {other}");
    }
    // With both at work each call takes as long as it did with the one who has it now.
    let both = treated("\"li\", \"wang\"", &teams(""));
    let by_old = both.values().filter(|(agent, ..)| *agent == AgentId(0)).count();
    assert!(by_old > 1_000 && both.len() - by_old > 1_000);
    for (call, (agent, talk, _)) in &both {
        let expected = if *agent == AgentId(0) { &old } else { &new };
        assert_eq!(*talk, expected[call].1, "{call}");
    }
}

#[test]
fn callers_who_were_refused_or_gave_up_call_again_as_often_as_the_scenario_says() {
    let floor = r#"
        limits = { calls = 1 }
        teams = [{ name = "desk" }]
        agents = [{ name = "li", team = "desk" }]
        queues = [{ name = "line" }]
    "#;
    let scenario = |li: &str| {
        format!(
            "hours = 2000\n{li}\n[calls]\npatience = {{ fixed = \"30s\" }}\ntalk = {{ fixed = \"3m\" }}\n\
             retry = {{ refused = 0.6, abandoned = 0.3, after = {{ fixed = \"10m\" }} }}\n\
             [[queues]]\nqueue = \"line\"\narrivals = {{ per_hour = 12 }}"
        )
    };
    let share = |li: &str, which: fn(Outcome) -> bool| {
        let (mut ended, mut after) = (BTreeMap::new(), 0u32);
        facts(floor, &scenario(li), 3, |at, fact| match *fact {
            Fact::CallEnded { call, outcome, .. } => {
                ended.insert(call, (at, outcome));
            }
            Fact::CallArrived { prior_call: Some(prior), .. } => {
                let (ended, outcome) = ended[&prior];
                assert_eq!(at, ended + Span::from_secs(600));
                assert!(matches!(outcome, Outcome::Refused(_) | Outcome::Abandoned), "{outcome:?}");
                after += u32::from(which(outcome));
            }
            _ => {}
        });
        let of = ended.values().filter(|(_, outcome)| which(*outcome)).count();
        assert!(of > 2_000, "{of}");
        f64::from(after) / of as f64
    };
    let always = "shifts = [{ teams = [\"desk\"], from = \"00:00\", to = \"24:00\" }]";
    let refused = share(always, |outcome| matches!(outcome, Outcome::Refused(_)));
    assert!((refused - 0.6).abs() < 0.02, "{refused}");
    let abandoned = share("", |outcome| outcome == Outcome::Abandoned);
    assert!((abandoned - 0.3).abs() < 0.02, "{abandoned}");
}

/// Two lines, two agents, no waiting, and nine of ten who are refused call again after a minute and a half on average:
/// the chain of calls in the system and callers who will call again, solved to 1e-9 (Falin and Templeton, "Retrial
/// Queues", Chapman and Hall 1997, give the equations).
#[test]
fn retrials_bring_as_many_attempts_as_the_chain_of_lines_and_orbit_says() {
    let floor = r#"
        limits = { calls = 2, follow_ups = 0, remembered = 0 }
        teams = [{ name = "desk" }]
        agents = [{ name = "li", team = "desk" }, { name = "wang", team = "desk" }]
        queues = [{ name = "line" }]
    "#;
    let scenario = r#"
        hours = 121
        shifts = [{ teams = ["desk"], from = "00:00", to = "24:00" }]
        [calls]
        talk = { exponential = "180s" }
        retry = { refused = 0.9, after = { exponential = "90s" } }
        [[queues]]
        queue = "line"
        arrivals = { per_hour = 45 }
    "#;
    // Calls per hour, those refused and those served, in each of 20 runs, without the first twenty hours.
    let runs: Vec<[f64; 3]> = (0..20)
        .map(|seed| {
            let (mut arrived, mut refused, mut served) = (0u32, 0u32, 0u32);
            let from = Time::from_secs(20 * 3_600);
            let until = Time::from_secs(120 * 3_600);
            facts(floor, scenario, seed, |at, fact| match fact {
                _ if at < from || at >= until => {}
                Fact::CallArrived { .. } => arrived += 1,
                Fact::CallEnded { outcome: Outcome::Refused(_), .. } => refused += 1,
                Fact::CallEnded { .. } => served += 1,
                _ => {}
            });
            [f64::from(arrived) / 100.0, f64::from(refused) / f64::from(arrived), f64::from(served) / 100.0]
        })
        .collect();
    let exact = [154.550_997_324_558_5, 0.787_593_302_325_966_2, 32.827_666_963_937_94];
    for (place, (what, exact)) in
        ["attempts per hour", "share refused", "served per hour"].iter().zip(exact).enumerate()
    {
        let mean = runs.iter().map(|run| run[place]).sum::<f64>() / 20.0;
        let variance = runs.iter().map(|run| (run[place] - mean).powi(2)).sum::<f64>() / 19.0;
        let error = (variance / 20.0).sqrt();
        assert!((mean - exact).abs() < 4.0 * error, "{what}: {mean} ± {error}, exact {exact}");
        assert!(error < 0.02 * exact, "{what}: {mean} ± {error}");
    }
}
