//! The figures of a simulated day add up, along every cut, to what the engine said.

use std::sync::Arc;

use cordboard::Plan;
use cordboard::engine::{Event, Fact, OfferEnd, Output, VisitExit};
use cordboard::sim::{Scenario, Simulation};
use cordboard::stats::{
    Figures, FlowFigures, GroupFigures, LengthFigures, Tally, TallyOptions, VisitFigures, WaitFigures,
};

const FLOOR: &str = r#"
name = "Test"
reasons = ["break"]

[rules]
wrap_up = { timed = "30s" }
hold_reminder = "20s"
wait_limit = "5m"

[[teams]]
name = "desk"
[[teams]]
name = "night"

[[agents]]
name = "li"
team = "desk"
[[agents]]
name = "wang"
team = "desk"
[[agents]]
name = "zhao"
team = "night"
role = "foreman"

[[queues]]
name = "outside"
teams = ["desk"]
[[queues.ladder]]
after = "3 rings"
do = [{ to_queue = "late" }]

[[queues]]
name = "late"

[[tiers]]
name = "gold"
[[tiers.ladder]]
after = "1 ring"
do = [{ add_role = "foreman" }]

[[directory]]
number = "100"
name = "a guest"
tier = "gold"
"#;

const SCENARIO: &str = r#"
hours = 30

[calls]
patience = { exponential = "2m" }
talk = { exponential = "90s" }
hold = { share = 0.3, length = { exponential = "30s" } }
wrap_up = { exponential = "15s" }
answer = { uniform = ["1s", "8s"] }

[agents]
missed = 0.1
declined = 0.05

[[queues]]
queue = "outside"
arrivals = { per_hour = 50 }
tiers = { gold = { share = 0.2 } }

[[shifts]]
name = "day"
teams = ["desk", "night"]
from = "06:30"
to = "22:15"
breaks = [{ at = "12:00", length = "40m", reason = "break" }]
"#;

fn day() -> (Figures, Vec<Output>) {
    let plan = Arc::new(Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}")));
    let scenario = Scenario::from_toml(SCENARIO, &plan).unwrap_or_else(|problems| panic!("{problems}"));
    let mut simulation = Simulation::new(plan.clone(), &scenario, 7).unwrap_or_else(|problems| panic!("{problems}"));
    let mut tally = Tally::new(&plan, TallyOptions::default());
    let mut outputs = Vec::new();
    let mut observe = |output: &Output| {
        tally.fold(output);
        outputs.push(output.clone());
    };
    let summary = simulation.run(&mut observe).unwrap();
    (tally.figures(summary.ended), outputs)
}

fn count(outputs: &[Output], wanted: impl Fn(&Fact) -> bool) -> u64 {
    let facts = outputs.iter().filter_map(|output| match &output.event {
        Event::Fact(fact) => Some(fact),
        Event::Command(_) => None,
    });
    facts.filter(|fact| wanted(fact)).count() as u64
}

fn close(sum: f64, whole: f64) -> bool {
    (sum - whole).abs() <= 1e-6
}

#[test]
fn every_call_has_one_outcome_and_every_visit_one_exit() {
    let (figures, outputs) = day();
    let calls = figures.calls;
    assert!(calls.offered > 1000, "{calls:?}");
    assert_eq!(calls.live, 0);
    let outcomes = calls.completed_by_caller
        + calls.completed_by_agent
        + calls.completed_by_switch
        + calls.abandoned
        + calls.timed_out
        + calls.diverted
        + calls.disconnected
        + calls.refused
        + calls.lost;
    assert_eq!(outcomes, calls.offered);
    assert_eq!(calls.offered, count(&outputs, |fact| matches!(fact, Fact::CallArrived { .. })));

    let visits = figures.visits;
    assert_eq!(visits.waiting, 0);
    assert_eq!(visits.offered, count(&outputs, |fact| matches!(fact, Fact::VisitStarted { .. })));
    assert_eq!(visits.offered, calls.offered + visits.overflowed);
    assert!(visits.overflowed > 0 && visits.abandoned > 0 && visits.timed_out > 0, "{visits:?}");
    assert_eq!(visits.answered, calls.answered);
    let served = |fact: &Fact| matches!(fact, Fact::VisitEnded { exit: VisitExit::Served { .. }, .. });
    assert_eq!(visits.answered, count(&outputs, served));
    let in_target = |fact: &Fact| matches!(fact, Fact::VisitEnded { in_target: true, .. });
    assert_eq!(visits.answered_in_target, count(&outputs, in_target));
    let missed = |fact: &Fact| matches!(fact, Fact::OfferEnded { how: OfferEnd::Missed, .. });
    assert_eq!(visits.missed, count(&outputs, missed));
}

#[test]
fn queues_tiers_and_hours_add_up_to_the_total() {
    let (figures, _) = day();
    let cuts: [Vec<VisitFigures>; 4] = [
        figures.queues.iter().map(|queue| queue.visits).collect(),
        vec![figures.vips.visits, figures.others.visits],
        figures.hours.iter().map(|hour| hour.visits).collect(),
        figures.queues.iter().flat_map(|queue| &queue.hours).map(|hour| hour.visits).collect(),
    ];
    // Counts and times add up; rates, means and the longest do not.
    let adds_up =
        |name: &str| !["rate", "in_target_", "speed", "mean", "longest"].iter().any(|part| name.contains(part));
    let mut compared = 0;
    for cut in cuts {
        for (place, (name, total)) in figures.visits.each().enumerate() {
            if adds_up(name) {
                let parts = cut.iter().filter_map(|part| part.each().nth(place)?.1).sum::<f64>();
                assert!(close(parts, total.unwrap_or(0.0)), "{name}: {parts} instead of {total:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
    let handled_s = |visits: &VisitFigures| visits.handle_time_mean_s.unwrap_or(0.0) * visits.handled as f64;
    let by_hour: f64 = figures.hours.iter().map(|hour| handled_s(&hour.visits)).sum();
    assert!(close(by_hour, handled_s(&figures.visits)), "{by_hour}");
}

#[test]
fn agents_times_add_up_and_match_what_was_said_to_callers() {
    let (figures, _) = day();
    let work = figures.work;
    assert!(close(work.staffed_s, work.ready_s + work.not_ready_s));
    let in_use = work.ringing_s + work.connecting_s + work.talk_s + work.hold_s + work.wrap_up_s;
    // Nobody has more than one contact at once here, and nobody is in one while not ready.
    assert!(close(work.ready_s, work.idle_s + work.out_of_reach_s + in_use), "{work:?}");
    assert!(close(work.occupancy.unwrap(), in_use / (in_use + work.idle_s)));
    let visits = figures.visits;
    let all = |mean: Option<f64>| mean.unwrap_or(0.0) * visits.handled as f64;
    assert!(close(work.talk_s, all(visits.talk_mean_s)));
    assert!(close(work.hold_s, all(visits.hold_mean_s)));
    assert!(close(work.wrap_up_s, all(visits.wrap_up_mean_s)));
    assert_eq!((work.offers, work.missed, work.declined), (visits.offers, visits.missed, visits.declined));
    assert_eq!((work.calls, work.handled, work.holds), (visits.answered, visits.handled, visits.holds));

    let sum = |groups: &[GroupFigures], time: fn(&GroupFigures) -> f64| groups.iter().map(time).sum::<f64>();
    for groups in [&figures.teams, &figures.roles] {
        assert!(close(sum(groups, |group| group.work.staffed_s), work.staffed_s));
        let not_ready = sum(groups, |group| group.not_ready.iter().map(|reason| reason.time_s).sum());
        assert!(close(not_ready, work.not_ready_s), "{not_ready}");
    }
    let by_hour = sum(&figures.teams, |team| team.hours.iter().map(|hour| hour.work.talk_s).sum());
    assert!(close(by_hour, work.talk_s), "{by_hour}");
    let by_agent: f64 = figures.agents.iter().map(|agent| agent.work.idle_s).sum();
    assert!(close(by_agent, work.idle_s), "{by_agent}");
}

#[test]
fn an_agent_whose_phone_cannot_be_rung_is_not_free_for_a_call() {
    let plan = Arc::new(Plan::from_toml(FLOOR).unwrap());
    let text = r#"
        hours = 2000
        calls = { talk = { fixed = "3m" }, patience = { exponential = "1m" } }
        agents = { phone_failures = { every = "1h", repair = { fixed = "30m" } } }
        queues = [{ queue = "outside", arrivals = { per_hour = 4 } }]
        shifts = [{ teams = ["desk"], from = "00:00", to = "24:00" }]
    "#;
    let scenario = Scenario::from_toml(text, &plan).unwrap();
    let mut simulation = Simulation::new(plan.clone(), &scenario, 1).unwrap();
    let mut tally = Tally::new(&plan, simulation.tally_options());
    let run = simulation.run(&mut |output| tally.fold(output)).unwrap();
    let work = tally.figures(run.ended).work;
    // Half an hour of every hour and a half.
    let share = work.out_of_reach_s / work.ready_s;
    assert!((share - 1.0 / 3.0).abs() < 0.02, "{share}");
    let in_use = work.ringing_s + work.connecting_s + work.talk_s + work.hold_s + work.wrap_up_s;
    assert!(close(work.ready_s, work.idle_s + work.out_of_reach_s + in_use), "{work:?}");
    assert!(close(work.occupancy.unwrap(), in_use / (in_use + work.idle_s)));
}

#[test]
fn flows_waits_and_queue_lengths_add_up_to_the_visits() {
    let (figures, outputs) = day();
    let ways = |exit: &str| figures.flows.iter().filter(|flow| flow.exit == exit).map(|flow| flow.visits).sum::<u64>();
    let visits = figures.visits;
    for (exit, ended) in visits.each().filter(|(name, _)| {
        ["answered", "abandoned", "timed_out", "overflowed", "refused", "nobody_there"].contains(name)
    }) {
        assert_eq!(Some(ways(exit) as f64), ended, "{exit}");
    }
    assert_eq!(figures.flows.iter().map(|flow| flow.visits).sum::<u64>(), visits.offered);
    let of_queue = |name: &str| figures.flows.iter().filter(|f| f.queue == name).map(|f| f.visits).sum::<u64>();
    assert!(figures.queues.iter().all(|queue| of_queue(&queue.name) == queue.visits.offered));
    let gold = figures.flows.iter().filter(|flow| flow.tier.as_deref() == Some("gold"));
    assert_eq!(gold.map(|flow| flow.visits).sum::<u64>(), figures.vips.visits.offered);
    let to_the_foreman = |flow: &&FlowFigures| flow.team.as_deref() == Some("night") && flow.rung > 0;
    assert!(figures.flows.iter().any(|flow| to_the_foreman(&flow)), "{:?}", figures.flows);

    // The longest patience is under two hours, so every visit has ended within the last step.
    let last = figures.waits.last().map(|step| step.visits).unwrap();
    assert_eq!((last.answered, last.abandoned), (visits.answered, visits.abandoned));
    assert_eq!(last.answered + last.abandoned + last.left, visits.offered);
    let target = |step: &&WaitFigures| step.within_s == 18.0;
    for queue in &figures.queues {
        let within = queue.waits.iter().find(target).map(|step| step.visits).unwrap();
        assert_eq!(
            (within.answered, within.abandoned),
            (queue.visits.answered_in_target, queue.visits.abandoned_in_target)
        );
        assert_eq!(within.answered_rate, queue.visits.in_target_of_offered);
    }

    // Little's law, exactly: the mean length times the time is the sum of all waits.
    let facts = outputs.iter().filter_map(|output| match &output.event {
        Event::Fact(Fact::VisitEnded { wait, .. }) => Some(wait.as_secs_f64()),
        _ => None,
    });
    let waited: f64 = facts.sum();
    let length = figures.waiting;
    assert!((length.mean.unwrap() * length.observed_s - waited).abs() < 1e-3, "{length:?} for {waited} s");
    let (mean, by_hour) = (|of: LengthFigures| of.mean.unwrap_or(0.0) * of.observed_s, &figures.hours);
    assert!((by_hour.iter().map(|hour| mean(hour.waiting)).sum::<f64>() - waited).abs() < 1e-3);
    assert!((figures.queues.iter().map(|queue| mean(queue.waiting)).sum::<f64>() - waited).abs() < 1e-3);
    assert_eq!(by_hour.iter().map(|hour| hour.waiting.most).max(), Some(length.most));
    assert!((by_hour.iter().map(|hour| hour.waiting.observed_s).sum::<f64>() - figures.until_s).abs() < 1e-3);
}
