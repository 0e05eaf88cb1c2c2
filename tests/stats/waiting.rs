//! How many wait, how soon their waits end, and which way they take.

use cordboard::Time;
use cordboard::engine::{Fact, Outcome, VisitCause, VisitExit};
use cordboard::floor::RungEffect;
use cordboard::stats::{Figures, FlowFigures, Summary, Tally, TallyOptions, WithinFigures};

use crate::story::*;

/// Reaches a rung, counted from 0.
fn climb(story: &mut Story, caller: Caller, rung: u16) {
    let Caller { call, visit, queue, .. } = caller;
    story.fact(Fact::RungReached { visit, call, queue, rung, effect: RungEffect::Escalated });
}

fn answer(story: &mut Story, caller: Caller, agent: cordboard::AgentId) {
    let phone = story.ring(caller, agent, 0);
    let phone = story.answer(caller, phone);
    let phone = story.hang_up(caller, phone, 0);
    story.wrapped_up(caller, phone);
}

#[test]
fn queue_length_is_weighted_by_time_and_stands_in_the_hours_in_which_they_waited() {
    const HOUR: u64 = 3600;
    let mut story = Story::new();
    // Two wait: one for 100 s, one for 60 s of these and 300 s of the next hour.
    let first = story.at(HOUR - 100).arrive(OUTSIDE, None);
    let second = story.at(HOUR - 60).arrive(GUESTS, GOLD);
    story.at(HOUR).abandon(first);
    story.at(HOUR + 300).abandon(second);
    // Who is answered at once has not waited; who is to be called back does not wait on the line.
    let third = story.at(HOUR + 400).arrive(OUTSIDE, None);
    answer(&mut story, third, LI);
    let later = story.join(third.call, OUTSIDE, None, third.arrived, VisitCause::Callback);
    story.at(HOUR + 500).leave(later, VisitExit::CallbackFailed);

    let figures = story.tally().figures(Time::from_secs(2 * HOUR));
    let [all, outside, guests] = [figures.waiting, figures.queues[0].waiting, figures.queues[1].waiting];
    assert_eq!([all.observed_s, outside.observed_s, guests.observed_s], [7200.0; 3]);
    assert_eq!([all.mean, outside.mean, guests.mean], [460.0, 100.0, 360.0].map(|waited| Some(waited / 7200.0)));
    assert_eq!([all.most, outside.most, guests.most], [2, 1, 1]);
    let [midnight, one, two] = [0, 1, 2].map(|hour| figures.hours[hour].waiting);
    assert_eq!((midnight.mean, midnight.most), (Some(160.0 / 3600.0), 2));
    assert_eq!((one.mean, one.most), (Some(300.0 / 3600.0), 1));
    assert_eq!((two.observed_s, two.mean, two.most), (0.0, None, 0));
    assert_eq!(figures.queues[1].hours[0].waiting.mean, Some(60.0 / 3600.0));
    assert_eq!(figures.queues[0].hours[1].waiting.mean, Some(0.0));
}

#[test]
fn queue_length_is_counted_to_the_end_of_the_span_and_days_are_folded() {
    const DAY: u64 = 24 * 3600;
    let mut story = Story::new();
    let caller = story.at(60).arrive(OUTSIDE, None);
    story.at(DAY + 120).abandon(caller);
    let mut tally = Tally::new(&plan(), TallyOptions { work_until: Time::from_secs(DAY + 90), ..Default::default() });
    story.outputs.iter().for_each(|output| tally.fold(output));
    let figures = tally.figures(Time::from_secs(2 * DAY));
    let (first, last) = (figures.hours[0].waiting, figures.hours[23].waiting);
    assert_eq!((first.observed_s, first.mean), (3690.0, Some(3630.0 / 3690.0)));
    assert_eq!((last.observed_s, last.mean, last.most), (3600.0, Some(1.0), 1));
    // A mere sum of two such days observes their time, and none of its own.
    let mut sum = Tally::new(&plan(), TallyOptions { work_until: Time::from_secs(DAY + 90), ..Default::default() });
    sum.merge(&tally).unwrap();
    sum.merge(&tally).unwrap();
    let of_both = sum.figures(Time::from_secs(5 * DAY)).waiting;
    assert_eq!((of_both.observed_s, of_both.mean, of_both.most), (2.0 * 86_490.0, figures.waiting.mean, 1));
}

#[test]
fn the_days_of_a_week_can_be_told_apart() {
    const DAY: u64 = 24 * 3600;
    let mut story = Story::new();
    for (day, wait) in [(0, 10), (1, 20), (7, 40)] {
        let caller = story.at(day * DAY + 9 * 3600).arrive(OUTSIDE, None);
        story.at(day * DAY + 9 * 3600 + wait).abandon(caller);
    }
    let mut tally = Tally::new(&plan(), TallyOptions { days: 7, ..Default::default() });
    story.outputs.iter().for_each(|output| tally.fold(output));
    let hours = tally.figures(Time::from_secs(8 * DAY)).hours;
    let busy = hours.iter().filter(|hour| hour.visits.offered > 0);
    let busy: Vec<_> = busy.map(|hour| (hour.from.as_str(), hour.visits.abandoned, hour.waiting.mean)).collect();
    // Two Mondays, one Tuesday.
    assert_eq!(busy, [("1 09:00", 2, Some(50.0 / 7200.0)), ("2 09:00", 1, Some(20.0 / 3600.0))]);
    assert_eq!(hours.len(), 7 * 24);
}

#[test]
fn visits_end_within_the_shortest_wait_that_is_no_shorter_than_theirs() {
    let mut story = Story::new();
    for (place, wait) in [0, 5, 18, 19].into_iter().enumerate() {
        serve(&mut story, place as u64 * 1000, wait);
    }
    let abandons = story.at(10_000).arrive(OUTSIDE, GOLD);
    story.at(10_018).abandon(abandons);
    let times_out = story.at(11_000).arrive(OUTSIDE, None);
    story.at(11_020).leave(times_out, VisitExit::TimedOut);
    story.end(times_out, Outcome::TimedOut);
    story.at(12_000).arrive(OUTSIDE, None);
    // Nobody waits on the line for a callback: it is not among them.
    let called_back = story.join(times_out.call, OUTSIDE, None, times_out.arrived, VisitCause::Callback);
    answer(&mut story, called_back, LI);

    let figures = story.figures();
    let within = |figures: &Figures, secs: f64| {
        let step = figures.queues[0].waits.iter().find(|step| step.within_s == secs);
        step.map(|step| step.visits).unwrap_or_else(|| panic!("{secs} is no step"))
    };
    let counts = |visits: WithinFigures| (visits.answered, visits.abandoned, visits.left);
    assert_eq!(counts(within(&figures, 0.0)), (1, 0, 0));
    assert_eq!(counts(within(&figures, 4.0)), (1, 0, 0));
    assert_eq!(counts(within(&figures, 5.0)), (2, 0, 0));
    assert_eq!(counts(within(&figures, 18.0)), (3, 1, 0));
    assert_eq!(counts(within(&figures, 20.0)), (4, 1, 1));
    assert_eq!(counts(within(&figures, 7200.0)), (4, 1, 1));
    // Seven waited on the line, one of them still does.
    let in_target = within(&figures, 18.0);
    assert_eq!(in_target.answered_rate, Some(3.0 / 7.0));
    assert_eq!(in_target.answered_rate, figures.queues[0].visits.in_target_of_offered);
    assert_eq!((in_target.abandoned_rate, in_target.left_rate), (Some(1.0 / 7.0), Some(0.0)));
    assert_eq!(figures.queues[0].target_s, 18.0);
    let gold = figures.tiers[0].waits.iter().map(|step| step.visits).next_back().map(counts);
    assert_eq!((gold, figures.waits.len()), (Some((0, 1, 0)), figures.queues[1].waits.len()));
}

fn flow(flows: &[FlowFigures], rung: u16, exit: &str) -> Vec<(String, Option<String>, u64)> {
    let these = flows.iter().filter(|flow| flow.rung == rung && flow.exit == exit);
    these.map(|flow| (flow.queue.clone(), flow.team.clone().or_else(|| flow.to.clone()), flow.visits)).collect()
}

#[test]
fn each_visit_has_one_way_from_its_queue_over_the_last_rung_it_reached_to_its_end() {
    let mut story = Story::new();
    for _ in 0..2 {
        let caller = story.arrive(OUTSIDE, None);
        answer(&mut story, caller, LI);
    }
    // The first rung was passed at once, the second was reached; the foreman answers.
    let patient = story.arrive(OUTSIDE, None);
    climb(&mut story, patient, 1);
    answer(&mut story, patient, ZHAO);
    let moved = story.arrive(OUTSIDE, GOLD);
    climb(&mut story, moved, 0);
    story.leave(moved, VisitExit::Overflowed { to: GUESTS });
    let moved = story.join(moved.call, GUESTS, GOLD, moved.arrived, VisitCause::Overflowed);
    story.abandon(moved);

    let figures = story.figures();
    let named = |queue: &str, name: Option<&str>, visits| (queue.to_owned(), name.map(str::to_owned), visits);
    assert_eq!(flow(&figures.flows, 0, "answered"), [named("outside", Some("desk"), 2)]);
    assert_eq!(flow(&figures.flows, 2, "answered"), [named("outside", Some("night"), 1)]);
    assert_eq!(flow(&figures.flows, 1, "overflowed"), [named("outside", Some("guests"), 1)]);
    assert_eq!(flow(&figures.flows, 0, "abandoned"), [named("guests", None, 1)]);
    assert_eq!(figures.flows.iter().map(|flow| flow.visits).sum::<u64>(), figures.visits.offered);
    let tiers: Vec<_> = figures.flows.iter().map(|flow| (flow.queue.as_str(), flow.tier.as_deref())).collect();
    assert_eq!(tiers, [("outside", None), ("outside", None), ("outside", Some("gold")), ("guests", Some("gold"))]);
}

#[test]
fn a_way_that_nobody_took_in_a_replication_counts_there_with_none() {
    let replication = |abandoned: bool| {
        let mut story = Story::new();
        let caller = story.arrive(OUTSIDE, None);
        if abandoned {
            story.abandon(caller)
        } else {
            answer(&mut story, caller, LI)
        }
        let caller = story.arrive(GUESTS, None);
        story.abandon(caller);
        story.figures()
    };
    let summary = Summary::of(&[true, false, false, true].map(replication));
    let ways: Vec<_> = summary
        .flows
        .iter()
        .map(|way| (way.queue.as_str(), way.exit.as_str(), way.visits.mean, way.visits.n))
        .collect();
    let half = Some(0.5);
    assert_eq!(
        ways,
        [("outside", "answered", half, 4), ("outside", "abandoned", half, 4), ("guests", "abandoned", Some(1.0), 4)]
    );
    assert_eq!(summary.get("waiting", "most").unwrap().mean, Some(0.0));
    assert_eq!(summary.get("queues/guests/waits/20s", "abandoned_rate").unwrap().mean, Some(1.0));
    let text = serde_json::to_string(&summary).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&text).unwrap().flows.len(), 3);
}
