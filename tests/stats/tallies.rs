//! Whole tallies: empty ones, merged ones, other days, and their figures as data.

use cordboard::engine::{Fact, FollowUpCause, FollowUpEnd, NotReady, OfferEnd, Outcome, Presence};
use cordboard::stats::{Estimate, Figures, NotAlike, Summary, Tally, TallyOptions};
use cordboard::{AgentId, CallId, FollowUpId, OfferId, QueueId, Span, TierId, Time, VisitId};

use crate::story::*;

#[test]
fn a_floor_on_which_nothing_happened_has_no_rates_at_all() {
    let figures = Story::new().figures();
    for (name, value) in figures.metrics() {
        assert!(matches!(value, None | Some(0.0)) || name.figure == "agents", "{name} is {value:?}");
    }
    assert_eq!(figures.visits.answer_rate, None);
    assert_eq!(figures.work.occupancy, None);
    assert_eq!(figures.visits.longest_wait_s, None);
    let json = serde_json::to_value(&figures).unwrap();
    assert!(json["visits"]["answer_rate"].is_null());
    assert_eq!(json["schema"], 1);
}

#[test]
fn facts_about_what_the_floor_does_not_know_are_passed_over() {
    let mut story = Story::new();
    let (from, to) = (Presence::SignedOut, Presence::Ready);
    story.fact(Fact::PresenceChanged { agent: AgentId(99), from, to, lasted: Span::ZERO });
    let caller = story.arrive(QueueId(77), Some(TierId(55)));
    let phone = story.ring(caller, AgentId(99), 200);
    let phone = story.answer(caller, phone);
    story.hang_up(caller, phone, 0);
    // Two ends of visits and offers whose beginning nobody heard.
    let unheard = Caller { queue: OUTSIDE, tier: None, visit: VisitId(900), call: CallId(900), ..caller };
    story.at(30).stop_ringing(
        unheard,
        Phone { offer: OfferId::from_bits(u64::MAX), agent: LI, ..phone },
        OfferEnd::Busy,
    );
    story.abandon(unheard);
    let figures = story.figures();
    let outside = figures.queues[0].visits;
    assert_eq!((outside.offered, outside.abandoned, outside.busy, outside.waiting), (1, 1, 1, 0));
    assert_eq!((figures.calls.offered, figures.calls.abandoned, figures.calls.live), (1, 1, 0));
}

#[test]
fn merged_tallies_say_what_one_tally_of_both_days_says() {
    let day = |first: u64| {
        let mut story = Story::new();
        story.at(first).sign_in(LI);
        story.ready(LI);
        serve(&mut story, first + 100, 7);
        serve(&mut story, first + 300, 25);
        let caller = story.at(first + 500).arrive(GUESTS, GOLD);
        story.at(first + 517).abandon(caller);
        let (call, queue) = (caller.call, Some(GUESTS));
        let (follow_up, cause) = (FollowUpId(first), FollowUpCause::Unanswered(Outcome::Abandoned));
        story.fact(Fact::FollowUpAdded { follow_up, call, queue, cause });
        let how = FollowUpEnd::Answered { call };
        story.at(first + 600).fact(Fact::FollowUpClosed { follow_up, call, how, stood: Span::from_secs(83) });
        story.at(first + 7000).presence(LI, Presence::Ready, Presence::SignedOut);
        story
    };
    const DAY: u64 = 24 * 3600;
    let (monday, tuesday) = (day(3000), day(5000));
    let mut merged = monday.tally();
    merged.advance(Time::from_secs(DAY));
    merged.merge(&tuesday.tally()).unwrap();

    // The same Tuesday, a day later in the same engine.
    let mut week = monday.tally();
    let mut late = Story { visits: 100, offers: 100, ..day(DAY + 5000) };
    late.outputs.iter().for_each(|output| week.fold(output));
    late.outputs.clear();
    let mut expected = week.figures(late.now);
    expected.until_s = merged.figures(Time::ZERO).until_s;
    assert_eq!(merged.figures(Time::ZERO), expected);
    assert_eq!(merged.figures(Time::ZERO).calls.offered, 6);
    let list = merged.figures(Time::ZERO).follow_ups;
    assert_eq!((list.answered, list.open, list.stood_mean_s, list.stood_longest_s), (2, 0, Some(83.0), Some(83.0)));
    assert_eq!(merged.figures(Time::ZERO).queues[0].calls_per_hour_per_agent.max, Some(4.0 / (14_000.0 / 3600.0)));
}

#[test]
fn merging_counts_what_the_others_agents_are_doing() {
    let mut story = Story::new();
    story.at(0).sign_in(LI);
    story.ready(LI);
    story.at(600).presence(WANG, Presence::SignedOut, Presence::NotReady(NotReady::Missed));
    let mut sum = Tally::new(&plan(), TallyOptions::default());
    sum.merge(&story.tally()).unwrap();
    sum.merge(&story.tally()).unwrap();
    assert_eq!(sum.figures(Time::from_secs(10_000)).work.idle_s, 1200.0);

    let other = TallyOptions { bucket: Span::from_secs(900), ..TallyOptions::default() };
    assert_eq!(sum.merge(&Tally::new(&plan(), other)), Err(NotAlike));
}

#[test]
fn a_day_that_starts_at_seven_in_quarter_hours() {
    let mut story = Story::new();
    serve(&mut story, 0, 3);
    serve(&mut story, 1000, 3);
    let options =
        TallyOptions { bucket: Span::from_secs(900), day_start: Span::from_secs(7 * 3600), ..TallyOptions::default() };
    let mut tally = Tally::new(&plan(), options);
    story.outputs.iter().for_each(|output| tally.fold(output));
    let hours = tally.figures(story.now).hours;
    let busy: Vec<_> = hours.iter().filter(|hour| hour.calls.offered > 0).map(|hour| hour.from.as_str()).collect();
    assert_eq!((hours.len(), busy), (96, vec!["07:00", "07:15"]));
}

#[test]
fn figures_come_back_from_json() {
    let mut story = Story::new();
    serve(&mut story, 10, 7);
    let caller = story.at(500).arrive(GUESTS, GOLD);
    story.at(517).abandon(caller);
    let figures = story.figures();
    let text = serde_json::to_string(&figures).unwrap();
    let back: Figures = serde_json::from_str(&text).unwrap();
    for ((name, value), (_, came)) in figures.metrics().zip(back.metrics()) {
        match (value, came) {
            (Some(value), Some(came)) => assert!((value - came).abs() <= 1e-12 * value.abs(), "{name}"),
            _ => assert_eq!(value, came, "{name}"),
        }
    }
    assert_eq!(back.queues[1].name, "guests");
    // What was written before a figure came into being still reads.
    let mut older = serde_json::to_value(&figures).unwrap();
    older.as_object_mut().unwrap().remove("transfers");
    older["queues"][0]["visits"].as_object_mut().unwrap().remove("to_message");
    assert_eq!(serde_json::from_value::<Figures>(older).unwrap().queues[0].visits.offered, 1);
}

#[test]
fn each_metric_has_its_own_name_and_a_mean_over_replications() {
    let replication = |wait| {
        let mut story = Story::new();
        serve(&mut story, 10, wait);
        story.figures()
    };
    let replications = [replication(4), replication(6), Story::new().figures()];
    let mut names: Vec<_> = replications[0].metrics().map(|(name, _)| name).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);

    let summary = Summary::of(&replications);
    let offered = summary.get("queues/outside", "offered").unwrap();
    assert!((offered.mean.unwrap() - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(offered.n, 3);
    // Nobody was answered in the third, so there is no speed of answer in it: a mean of two.
    let speed = summary.get("visits", "speed_of_answer_mean_s").unwrap();
    assert_eq!((speed.mean, speed.n), (Some(5.0), 2));
    assert!((speed.half_width.unwrap() - 12.706_204_736).abs() < 1e-6);
    assert_eq!(summary.get("queues/guests", "answer_rate"), Some(Estimate::default()));
    let text = serde_json::to_string(&summary).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&text).unwrap().sections.len(), summary.sections.len());
}
