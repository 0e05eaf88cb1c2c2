//! What a warm-up leaves out of the figures: calls that came in it with all that becomes of them, and agents' time in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use cordboard::engine::{Event, Fact, Output};
use cordboard::sim::{Alternative, Scenario, Simulation, compare, replicate};
use cordboard::stats::{CallFigures, Figures, Tally, TallyOptions, VisitFigures};
use cordboard::{Plan, Span, Time};

const FLOOR: &str = r#"
    dispositions = ["solved", "open"]
    extensions = [{ name = "kitchen", number = "601" }]
    teams = [{ name = "desk" }, { name = "office" }]
    agents = [
        { name = "li", team = "desk" }, { name = "wang", team = "desk" }, { name = "zhang", team = "desk" },
        { name = "gao", team = "office", role = "foreman" }, { name = "guo", team = "office", role = "supervisor" },
    ]
    tiers = [{ name = "gold" }]
    directory = [{ number = "100", name = "a guest", tier = "gold" }]

    [rules]
    wrap_up = { timed = "30s" }
    wait_limit = "5m"
    callback_attempts = 2
    callback_gap = "5m"

    [[queues]]
    name = "line"
    teams = ["desk"]
    ladder = [{ after = "20s", do = ["offer_callback"] }, { after = "50s", do = [{ to_queue = "late" }] }]

    [[queues]]
    name = "late"
    teams = ["desk"]
    ladder = [{ after = "20s", do = ["offer_message"] }]
    keys = [{ key = "2", do = "message" }]
"#;

const SCENARIO: &str = r#"
    hours = 12
    warm_up = "3h"
    queues = [{ queue = "line", arrivals = { per_hour = 100 }, tiers = { gold = { share = 0.2 } } }]

    [calls]
    patience = { exponential = "3m" }
    talk = { exponential = "90s" }
    hold = { share = 0.2, length = { exponential = "30s" } }
    wrap_up = { exponential = "15s" }
    answer = { uniform = ["2s", "9s"] }
    ended_by_agent = 0.4
    cannot_answer = 0.03
    complaints = 0.05
    transfers = [
        { share = 0.1, to = { extension = "kitchen" } },
        { share = 0.1, to = { team = "office" }, consult = true },
        { share = 0.1, to = { queue = "line" } },
    ]
    callback = { share = 0.3, due = "1h", reached = 0.7, answer = { fixed = "6s" } }
    message = { share = 0.5, length = { uniform = ["10s", "40s"] } }
    dispositions = { solved = 0.6, open = 0.2 }

    [agents]
    missed = 0.1

    [follow_up]
    called_back = 0.3
    closed = 0.3
    after = { fixed = "20m" }

    [supervisors]
    listen = { per_hour = 6, length = { exponential = "1m" }, take_over = 0.3 }

    [[shifts]]
    teams = ["desk", "office"]
    from = "00:00"
    to = "24:00"
"#;

const WARM: Time = Time::from_secs(3 * 3600);

struct Day {
    plan: Arc<Plan>,
    outputs: Vec<Output>,
    ended: Time,
    options: TallyOptions,
}

fn files() -> (Arc<Plan>, Scenario) {
    let plan = Arc::new(Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}")));
    let scenario = Scenario::from_toml(SCENARIO, &plan).unwrap_or_else(|problems| panic!("{problems}"));
    (plan, scenario)
}

impl Day {
    fn new() -> Self {
        let (plan, scenario) = files();
        let mut simulation = Simulation::new(plan.clone(), &scenario, 5).unwrap();
        let options = simulation.tally_options();
        let mut outputs = Vec::new();
        let run = simulation.run(&mut |output| outputs.push(output.clone())).unwrap();
        Self { plan, outputs, ended: run.ended, options }
    }

    /// The tally of the outputs that pass.
    fn tally(&self, options: TallyOptions, pass: impl Fn(&Output) -> bool) -> Tally {
        let mut tally = Tally::new(&self.plan, options);
        self.outputs.iter().filter(|output| pass(output)).for_each(|output| tally.fold(output));
        tally
    }

    fn figures(&self) -> Figures {
        self.tally(self.options, |_| true).figures(self.ended)
    }
}

/// The call that a fact is about.
fn call_of(output: &Output) -> Option<u64> {
    let Event::Fact(fact) = &output.event else { return None };
    let json = serde_json::to_value(fact).unwrap();
    json.as_object()?.values().next()?.get("call")?.as_u64()
}

#[test]
fn calls_of_the_warm_up_are_left_out_as_if_nothing_had_been_heard_of_them() {
    let day = Day::new();
    assert_eq!(day.options.count_from, WARM);
    let arrived_early =
        |output: &&Output| output.at < WARM && matches!(&output.event, Event::Fact(Fact::CallArrived { .. }));
    let early: BTreeSet<u64> = day.outputs.iter().filter(arrived_early).filter_map(call_of).collect();
    let later = |output: &Output| output.at >= WARM && call_of(output).is_some_and(|call| early.contains(&call));
    assert!(day.outputs.iter().filter(|output| later(output)).count() > 50, "little is left of the warm-up at its end");

    let unheard = |output: &Output| call_of(output).is_none_or(|call| !early.contains(&call));
    let without = TallyOptions { count_from: Time::ZERO, ..day.options };
    let all = day.tally(without, |_| true).figures(day.ended);
    let expected = day.tally(without, unheard).figures(day.ended);
    let got = day.figures();
    assert_eq!((got.from_s, expected.from_s), (10_800.0, 0.0));
    assert!(got.calls.offered + 250 < all.calls.offered, "{} of {}", got.calls.offered, all.calls.offered);
    for (what, count) in [
        ("callbacks", got.callbacks.fulfilled),
        ("messages", got.follow_ups.messages),
        ("complaints", got.follow_ups.complaints_listed),
        ("dispositions", got.dispositions[0].count),
        ("overflows", got.visits.overflowed),
        ("consults", got.transfers.completed),
        ("take-overs", got.visits.came_by_take_over),
    ] {
        assert!(count > 0, "no {what}");
    }
    let of_calls = |figures: &Figures| {
        let queues = figures.queues.iter().map(|queue| {
            let hours: Vec<VisitFigures> = queue.hours.iter().map(|hour| hour.visits).collect();
            let follow_ups = (queue.follow_ups, queue.dispositions.clone());
            (queue.visits, queue.waits.clone(), queue.transfers, queue.callbacks, follow_ups, hours)
        });
        let hours: Vec<(CallFigures, VisitFigures)> =
            figures.hours.iter().map(|hour| (hour.calls, hour.visits)).collect();
        let ways = (figures.waits.clone(), figures.flows.clone());
        let callers = (figures.vips.clone(), figures.others.clone(), figures.tiers.clone());
        let totals = (figures.calls, figures.visits, figures.transfers, figures.callbacks, figures.follow_ups);
        (totals, ways, figures.dispositions.clone(), queues.collect::<Vec<_>>(), callers, hours)
    };
    assert_eq!(of_calls(&got), of_calls(&expected));
}

#[test]
fn agents_work_is_counted_from_the_end_of_the_warm_up_whatever_call_it_is_for() {
    let day = Day::new();
    let without = TallyOptions { count_from: Time::ZERO, ..day.options };
    let all = day.tally(without, |_| true).figures(day.ended);
    let before = day.tally(without, |output| output.at < WARM).figures(WARM);
    let got = day.figures();
    let waited = |figures: &Figures| {
        let queues = figures.queues.iter().map(|queue| queue.waiting);
        let lengths = [figures.waiting].into_iter().chain(queues);
        lengths.map(|of| of.observed_s * of.mean.unwrap()).collect::<Vec<f64>>()
    };
    for ((got, all), before) in waited(&got).iter().zip(waited(&all)).zip(waited(&before)) {
        assert!(*got > 0.0 && (got - (all - before)).abs() < 1e-6, "{got} s waited, not {all} less {before}");
    }
    assert_eq!(got.waiting.observed_s, 9.0 * 3600.0);
    let groups = |figures: &Figures| {
        let teams: Vec<_> = figures.teams.iter().map(|team| team.work).collect();
        let hours: Vec<_> = figures.hours.iter().map(|hour| hour.work).collect();
        let agents: Vec<_> = figures.agents.iter().map(|agent| agent.work).collect();
        [vec![figures.work], teams, hours, agents].concat()
    };
    let (got, all, before) = (groups(&got), groups(&all), groups(&before));
    let mut compared = 0;
    for ((got, all), before) in got.iter().zip(&all).zip(&before) {
        for (((name, got), (_, all)), (_, before)) in got.each().zip(all.each()).zip(before.each()) {
            // Rates and means are not differences of others, and agents are there all the time.
            if !["occupancy", "mean", "agents"].iter().any(|part| name.contains(part)) {
                let (Some(got), Some(all), Some(before)) = (got, all, before) else { panic!("{name}") };
                assert!((got - (all - before)).abs() < 1e-6, "{name}: {got}, not {all} less {before}");
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared}");
    // Five agents for nine hours.
    assert!((got[0].staffed_s - 5.0 * 9.0 * 3600.0).abs() < 1e-6, "{}", got[0].staffed_s);
}

#[test]
fn figures_after_a_warm_up_still_add_up() {
    let figures = Day::new().figures();
    let calls = figures.calls;
    assert_eq!(calls.live, 0);
    let outcomes = calls.completed_by_caller
        + calls.completed_by_agent
        + calls.completed_by_switch
        + calls.transferred_out
        + calls.callback_fulfilled
        + calls.callback_failed
        + calls.message_taken
        + calls.abandoned
        + calls.timed_out
        + calls.nobody_there
        + calls.left_by_key
        + calls.diverted
        + calls.disconnected
        + calls.withdrawn
        + calls.refused
        + calls.lost;
    assert_eq!(outcomes, calls.offered);
    assert_eq!(figures.visits.waiting, 0);
    let sum = |count: fn(&VisitFigures) -> u64| figures.queues.iter().map(|queue| count(&queue.visits)).sum::<u64>();
    assert_eq!(sum(|visits| visits.offered), figures.visits.offered);
    assert_eq!(sum(|visits| visits.missed), figures.visits.missed);
    let quiet: u64 = figures.hours.iter().take(3).map(|hour| hour.calls.offered).sum();
    assert_eq!(quiet, 0, "calls in the hours of the warm-up");
    let work = figures.work;
    assert!((work.staffed_s - work.ready_s - work.not_ready_s).abs() < 1e-6);
}

#[test]
fn who_still_waits_since_the_warm_up_is_no_longest_wait() {
    let day = Day::new();
    let soon = WARM + Span::from_secs(1);
    let options = TallyOptions { count_from: WARM, ..TallyOptions::default() };
    let tally = day.tally(options, |output| output.at < soon);
    assert!(tally.glance(soon).total.waiting > 0, "nobody waits at the end of the warm-up");
    assert!(tally.glance(soon).total.longest_wait > Some(Span::from_secs(1)));
    let longest = tally.figures(soon).visits.longest_wait_s;
    assert!(longest.is_none_or(|wait| wait <= 1.0), "{longest:?}");
}

#[test]
fn tallies_with_other_warm_ups_do_not_add_up() {
    let day = Day::new();
    let mut tally = day.tally(day.options, |_| true);
    assert!(tally.merge(&tally.clone()).is_ok());
    assert!(tally.merge(&Tally::new(&day.plan, TallyOptions::default())).is_err());
}

#[test]
fn comparisons_leave_the_warm_up_out() {
    let (plan, scenario) = files();
    let comparison = compare(&Alternative::rosters(&plan, &scenario), 5, 2, &|| ()).unwrap();
    let compared = &comparison.alternatives[0];
    assert_eq!((compared.simulated_s, compared.warm_up_s), (43_200.0, 10_800.0));
    let offered = |_, mut simulation: Simulation| {
        let mut tally = Tally::new(&plan, simulation.tally_options());
        let run = simulation.run(&mut |output| tally.fold(output)).unwrap();
        tally.figures(run.ended).calls.offered as f64
    };
    let offered = replicate(&plan, &scenario, 5, 2, offered).unwrap();
    assert_eq!(compared.get("calls").unwrap().value.mean, Some(offered.iter().sum::<f64>() / 2.0));
    let hours = |name: &str| compared.hours.iter().find(|row| row.name == name)?.get("desk hours")?.value.mean;
    assert_eq!((hours("02:00"), hours("03:00")), (Some(0.0), Some(5.0)));
}

#[test]
fn a_warm_up_as_long_as_the_scenario_is_a_problem_of_it() {
    let (plan, _) = files();
    for long in ["12h", "2000h"] {
        let text = SCENARIO.replace("warm_up = \"3h\"", &format!("warm_up = \"{long}\""));
        let problems = Scenario::from_toml(&text, &plan).unwrap_err().to_string();
        assert!(problems.contains("line 3: warm_up: "), "{problems}");
        assert!(problems.contains("less than the scenario's 12 h"), "{problems}");
    }
}
