//! Every figure by its definition: hand-made facts, exact results.

use cordboard::engine::{
    CancelReason, EndedBy, Fact, LegRole, NotReady, OfferEnd, Outcome, Presence, RefusedCall, SlotState, VisitCause,
    VisitExit,
};
use cordboard::floor::RungEffect;
use cordboard::{CallId, ReasonId, Span, Time};

use crate::story::*;

#[test]
fn the_share_answered_within_three_rings_is_given_by_every_usual_definition() {
    let mut story = Story::new();
    // Six answered: at 0, 5, 10 s, on the very target, and late at 19 and 40 s.
    for (place, wait) in [0, 5, 10, 18, 19, 40].into_iter().enumerate() {
        serve(&mut story, place as u64 * 1000, wait);
    }
    // Two abandoned early, the second on the very target; one late; one timed out.
    for (place, wait) in [3, 18, 50].into_iter().enumerate() {
        let at = 10_000 + place as u64 * 100;
        let caller = story.at(at).arrive(OUTSIDE, None);
        story.at(at + wait).abandon(caller);
    }
    let caller = story.at(11_000).arrive(OUTSIDE, None);
    story.at(11_120).leave(caller, VisitExit::TimedOut);
    story.end(caller, Outcome::TimedOut);

    let visits = story.figures().queues[0].visits;
    assert_eq!((visits.offered, visits.answered, visits.abandoned, visits.timed_out), (10, 6, 3, 1));
    assert_eq!((visits.answered_in_target, visits.abandoned_in_target), (4, 2));
    assert_eq!(visits.answer_rate, Some(0.6));
    assert_eq!(visits.abandonment_rate, Some(0.3));
    assert_eq!(visits.in_target_of_offered, Some(0.4));
    assert_eq!(visits.in_target_without_abandoned, Some(4.0 / 7.0));
    assert_eq!(visits.in_target_without_early_abandoned, Some(0.5));
    assert_eq!(visits.in_target_early_abandoned_met, Some(0.6));
    assert_eq!(visits.in_target_of_answered, Some(4.0 / 6.0));
    assert_eq!(visits.in_target_of_answered_and_abandoned, Some(4.0 / 9.0));
    assert_eq!(visits.in_target_of_both_early_abandoned_met, Some(6.0 / 9.0));
    assert_eq!(visits.abandon_wait_mean_s, Some(71.0 / 3.0));
}

#[test]
fn calls_answered_at_once_count_with_no_wait_and_the_longest_wait_is_anybodys() {
    let mut story = Story::new();
    for (place, wait) in [0, 0, 12, 40].into_iter().enumerate() {
        serve(&mut story, place as u64 * 1000, wait);
    }
    let caller = story.at(5000).arrive(OUTSIDE, None);
    story.at(5300).abandon(caller);
    let visits = story.figures().visits;
    assert_eq!(visits.speed_of_answer_mean_s, Some(13.0));
    assert_eq!(visits.speed_of_answer_p50_s, Some(0.0));
    assert_eq!(visits.speed_of_answer_p99_s, Some(40.0));
    assert_eq!(visits.speed_of_answer_max_s, Some(40.0));
    assert_eq!(visits.longest_wait_s, Some(300.0));
}

#[test]
fn a_call_that_overflows_is_one_call_and_two_visits() {
    let mut story = Story::new();
    let caller = story.at(100).arrive(OUTSIDE, None);
    let Caller { call, visit, queue, .. } = caller;
    story.at(130).fact(Fact::TargetPassed { visit, call, queue });
    story.fact(Fact::RungReached { visit, call, queue, rung: 0, effect: RungEffect::Overflowed });
    story.leave(caller, VisitExit::Overflowed { to: GUESTS });
    let moved = story.join(call, GUESTS, None, caller.arrived, VisitCause::Overflowed);
    let phone = story.ring(moved, LI, 0);
    story.at(140).answer(moved, phone);
    let figures = story.figures();

    assert_eq!((figures.calls.offered, figures.calls.answered, figures.calls.live), (1, 1, 1));
    assert_eq!((figures.visits.offered, figures.visits.came_new, figures.visits.came_by_overflow), (2, 1, 1));
    let (outside, guests) = (figures.queues[0].visits, figures.queues[1].visits);
    assert_eq!((outside.offered, outside.answered, outside.overflowed), (1, 0, 1));
    assert_eq!((outside.targets_passed, outside.overflows), (1, 1));
    assert_eq!((guests.offered, guests.answered, guests.speed_of_answer_mean_s), (1, 1, Some(10.0)));
    assert_eq!(figures.calls.answer_rate, Some(1.0));
    assert_eq!(figures.visits.answer_rate, Some(0.5));
}

#[test]
fn a_vips_misses_escalations_holds_and_wrap_up_stand_apart() {
    let mut story = Story::new();
    serve(&mut story, 10, 4);
    let caller = story.at(1000).arrive(OUTSIDE, GOLD);
    let Caller { call, visit, queue, .. } = caller;
    let missed = story.ring(caller, LI, 0);
    story.at(1018).stop_ringing(caller, missed, OfferEnd::Missed);
    story.fact(Fact::RungReached { visit, call, queue, rung: 0, effect: RungEffect::Escalated });
    let phone = story.ring(caller, WANG, 1);
    let phone = story.at(1020).answer(caller, phone);
    story.at(1030).fact(Fact::HoldStarted { call, agent: WANG });
    story.at(1060).fact(Fact::HoldReminder { call, agent: WANG, held: Span::from_secs(30) });
    story.at(1070).fact(Fact::HoldEnded { call, agent: WANG, held: Span::from_secs(40) });
    let phone = story.at(1120).hang_up(caller, phone, 40);
    story.at(1135).wrapped_up(caller, phone);

    let figures = story.figures();
    let gold = figures.tiers[0].visits;
    assert_eq!((gold.offers, gold.missed, gold.escalations, gold.holds, gold.hold_reminders), (2, 1, 1, 1, 1));
    assert_eq!((gold.talk_mean_s, gold.hold_mean_s, gold.wrap_up_mean_s), (Some(60.0), Some(40.0), Some(15.0)));
    assert_eq!(gold.handle_time_mean_s, Some(115.0));
    assert_eq!(figures.tiers[0].calls.completed_by_caller, 1);
    assert_eq!(figures.tiers[1].calls.offered, 0);
    assert_eq!(figures.vips.visits, gold);
    let others = figures.others.visits;
    assert_eq!((others.offers, others.missed, others.escalations, others.handled), (1, 0, 0, 1));
    assert_eq!(others.handle_time_mean_s, Some(60.0));
    assert_eq!(figures.visits.handle_time_mean_s, Some((115.0 + 60.0) / 2.0));
    assert_eq!(figures.agents[0].work.missed, 1);
    assert_eq!((figures.agents[1].work.calls, figures.agents[1].work.holds), (1, 1));
}

#[test]
fn a_visit_stands_in_the_hour_it_began_and_an_agents_time_in_the_hours_it_was_spent() {
    let mut story = Story::new();
    let nine = 9 * 3600;
    story.at(nine - 1800).sign_in(LI);
    story.at(nine - 900).ready(LI);
    let caller = story.at(nine - 10).arrive(OUTSIDE, None);
    let phone = story.at(nine - 6).ring(caller, LI, 0);
    let phone = story.at(nine + 4).answer(caller, phone);
    let phone = story.at(nine + 604).hang_up(caller, phone, 0);
    story.at(nine + 634).wrapped_up(caller, phone);
    let figures = story.tally().figures(Time::from_secs(nine + 1000));

    let (eight, nine) = (&figures.hours[8], &figures.hours[9]);
    assert_eq!((eight.from.as_str(), nine.from.as_str()), ("08:00", "09:00"));
    assert_eq!((eight.calls.offered, eight.calls.answered, eight.calls.completed_by_caller), (1, 1, 1));
    assert_eq!((eight.visits.answered, eight.visits.handled, nine.visits.offered), (1, 1, 0));
    assert_eq!(eight.visits.handle_time_mean_s, Some(630.0));
    assert_eq!(figures.queues[0].hours[8].visits.speed_of_answer_mean_s, Some(14.0));
    assert_eq!(figures.queues[0].hours[8].visits.speed_of_answer_p50_s, None);

    let desk = &figures.teams[0];
    assert_eq!(desk.name, "desk");
    let (eight, nine) = (desk.hours[8].work, desk.hours[9].work);
    assert_eq!((eight.staffed_s, eight.not_ready_s, eight.ready_s), (1800.0, 900.0, 900.0));
    assert_eq!((eight.idle_s, eight.ringing_s, eight.talk_s), (894.0, 6.0, 0.0));
    assert_eq!((nine.ringing_s, nine.talk_s, nine.wrap_up_s, nine.idle_s), (4.0, 600.0, 30.0, 366.0));
    assert_eq!((eight.offers, nine.calls, nine.handled), (1, 1, 1));
    assert_eq!(desk.work.occupancy, Some(640.0 / 1900.0));
    assert_eq!((desk.not_ready[0].reason.as_str(), desk.not_ready[0].time_s), ("signed in", 900.0));
    assert_eq!(figures.work, {
        let mut all = desk.work;
        all.agents = 3;
        all
    });
}

#[test]
fn what_agents_do_now_counts_up_to_now_and_asking_changes_nothing() {
    let mut story = Story::new();
    story.at(0).sign_in(LI);
    story.ready(LI);
    let caller = story.at(100).arrive(OUTSIDE, None);
    let phone = story.ring(caller, LI, 0);
    story.at(110).answer(caller, phone);
    let waiting = story.at(200).arrive(GUESTS, GOLD);
    let tally = story.tally();
    let at = |secs| tally.figures(Time::from_secs(secs));
    assert_eq!((at(250).work.talk_s, at(400).work.talk_s, at(250).work.talk_s), (140.0, 290.0, 140.0));
    assert_eq!(at(250).queues[1].visits.longest_wait_s, Some(50.0));
    assert_eq!(at(250).vips.visits.longest_wait_s, Some(50.0));
    assert_eq!(at(250).others.visits.longest_wait_s, Some(10.0));
    assert_eq!((at(250).visits.waiting, at(250).calls.live), (1, 2));

    let (mut folded, mut advanced) = (tally.clone(), tally.clone());
    advanced.advance(Time::from_secs(300));
    story.outputs.clear();
    story.at(500).abandon(waiting);
    story.outputs.iter().for_each(|output| folded.fold(output));
    story.outputs.iter().for_each(|output| advanced.fold(output));
    assert_eq!(folded.figures(Time::from_secs(600)), advanced.figures(Time::from_secs(600)));
}

#[test]
fn an_agent_with_two_contacts_is_idle_with_the_one_that_is_free() {
    let mut story = Story::new();
    story.at(0).sign_in(WANG);
    story.ready(WANG);
    let caller = story.at(100).arrive(OUTSIDE, None);
    let phone = story.ring(caller, WANG, 0);
    let phone = story.answer(caller, phone);
    let phone = story.at(200).hang_up(caller, phone, 0);
    story.wrapped_up(caller, phone);
    story.at(200).presence(WANG, Presence::Ready, Presence::NotReady(NotReady::Reason(ReasonId(0))));
    story.at(260).presence(WANG, Presence::NotReady(NotReady::Reason(ReasonId(0))), Presence::SignedOut);
    let figures = story.at(1000).figures();
    let work = figures.agents[1].work;
    assert_eq!((work.staffed_s, work.ready_s, work.not_ready_s), (260.0, 200.0, 60.0));
    assert_eq!((work.talk_s, work.idle_s), (100.0, 300.0));
    assert_eq!(work.occupancy, Some(0.25));
    assert_eq!((figures.teams[0].not_ready[2].reason.as_str(), figures.teams[0].not_ready[2].time_s), ("break", 60.0));
    // Li never came, so the spread is Wang's alone.
    assert_eq!(figures.teams[0].calls_per_agent.min, Some(1.0));
    assert_eq!(figures.teams[0].work.agents, 2);
    assert_eq!((figures.roles[1].name.as_str(), figures.roles[1].work.agents), ("foreman", 1));
}

#[test]
fn every_offer_that_was_not_taken_counts_under_its_own_name() {
    let mut story = Story::new();
    let caller = story.at(0).arrive(GUESTS, None);
    let ends = [
        OfferEnd::Missed,
        OfferEnd::NeverRang,
        OfferEnd::Declined,
        OfferEnd::Busy,
        OfferEnd::Unreachable,
        OfferEnd::Cancelled(CancelReason::HigherClass),
        OfferEnd::ConnectFailed,
    ];
    for (place, how) in ends.into_iter().enumerate() {
        let phone = story.at(place as u64 * 10).ring(caller, LI, 0);
        story.at(place as u64 * 10 + 5).stop_ringing(caller, phone, how);
    }
    let visits = story.figures().queues[1].visits;
    assert_eq!((visits.offers, visits.offered, visits.waiting), (7, 1, 1));
    let each = [
        visits.missed,
        visits.never_rang,
        visits.declined,
        visits.busy,
        visits.unreachable,
        visits.cancelled,
        visits.connect_failed,
    ];
    assert_eq!(each, [1; 7]);
    let work = story.figures().agents[0].work;
    assert_eq!((work.missed, work.never_rang, work.declined, work.busy, work.unreachable), (1, 1, 1, 1, 1));
    assert_eq!((work.calls, work.ringing_s), (0, 35.0));
}

#[test]
fn a_call_for_a_queue_that_does_not_exist_is_a_call_without_a_visit() {
    let mut story = Story::new();
    let call = CallId(1);
    story.at(60).fact(Fact::CallArrived { call, entry: None, tier: None, prior_call: None });
    let outcome = Outcome::Refused(RefusedCall::UnknownQueue);
    story.fact(Fact::CallEnded { call, tier: None, outcome, queue: None, lasted: Span::ZERO });
    let full = story.arrive(OUTSIDE, None);
    story.leave(full, VisitExit::Refused(RefusedCall::QueueFull));
    story.end(full, Outcome::Refused(RefusedCall::QueueFull));
    let figures = story.figures();
    assert_eq!((figures.calls.offered, figures.calls.refused, figures.calls.live), (2, 2, 0));
    assert_eq!((figures.calls.refused_unknown_queue, figures.calls.refused_queue_full), (1, 1));
    assert_eq!((figures.visits.offered, figures.visits.refused), (1, 1));
    assert_eq!(figures.visits.speed_of_answer_mean_s, None);
}

#[test]
fn every_way_into_and_out_of_a_queue_counts_under_its_own_name() {
    let by = ZHAO;
    let causes = [
        VisitCause::Arrived,
        VisitCause::Overflowed,
        VisitCause::Key,
        VisitCause::Moved,
        VisitCause::Transferred { by },
        VisitCause::Returned { to: by },
        VisitCause::Escalated { from: by },
        VisitCause::TakenOver { by },
        VisitCause::Callback,
        VisitCause::Consult { by },
    ];
    let mut story = Story::new();
    for cause in causes {
        let caller = story.arrive(OUTSIDE, None);
        story.leave(caller, VisitExit::Moved { to: GUESTS });
        story.join(caller.call, GUESTS, None, caller.arrived, cause);
    }
    let visits = story.figures().queues[1].visits;
    let each: Vec<f64> =
        visits.each().filter(|(name, _)| name.starts_with("came_")).filter_map(|(_, one)| one).collect();
    // The consult is no visit; nor does the caller of the callback wait on the line.
    assert_eq!((each, visits.offered, visits.waiting), (vec![1.0; 9], 9, 9));

    let exits = [
        ("answered", VisitExit::Served { agent: LI }),
        ("abandoned", VisitExit::Abandoned),
        ("timed_out", VisitExit::TimedOut),
        ("overflowed", VisitExit::Overflowed { to: GUESTS }),
        ("diverted", VisitExit::Diverted),
        ("disconnected", VisitExit::Disconnected),
        ("refused", VisitExit::Refused(RefusedCall::NobodyThere)),
        ("nobody_there", VisitExit::NobodyThere),
        ("left_by_key", VisitExit::LeftByKey { key: '9' }),
        ("moved", VisitExit::Moved { to: GUESTS }),
        ("withdrawn", VisitExit::Withdrawn),
        ("to_message", VisitExit::Message),
        ("to_callback", VisitExit::Callback),
        ("not_taken", VisitExit::NotTaken),
        ("called_off", VisitExit::CalledOff),
        ("callback_failed", VisitExit::CallbackFailed),
    ];
    let mut sum = Story::new();
    for (name, exit) in exits {
        let mut story = Story::new();
        for story in [&mut story, &mut sum] {
            let caller = story.arrive(GUESTS, None);
            story.leave(caller, exit);
        }
        let visits = story.figures().visits;
        let given: Vec<_> = visits
            .each()
            .filter(|(of, value)| exits.iter().any(|(exit, _)| exit == of) && *value == Some(1.0))
            .collect();
        assert_eq!((given, visits.waiting), (vec![(name, Some(1.0))], 0), "{exit:?}");
    }
    assert_eq!((sum.figures().visits.offered, sum.figures().visits.waiting), (16, 0));
}

#[test]
fn every_outcome_of_a_call_counts_under_its_own_name() {
    let outcomes = [
        ("completed_by_caller", Outcome::Completed(EndedBy::Caller)),
        ("completed_by_agent", Outcome::Completed(EndedBy::Agent)),
        ("completed_by_switch", Outcome::Completed(EndedBy::Switch)),
        ("transferred_out", Outcome::TransferredOut),
        ("callback_fulfilled", Outcome::CallbackFulfilled),
        ("abandoned", Outcome::Abandoned),
        ("timed_out", Outcome::TimedOut),
        ("nobody_there", Outcome::NobodyThere),
        ("left_by_key", Outcome::LeftByKey),
        ("diverted", Outcome::Diverted),
        ("message_taken", Outcome::MessageTaken),
        ("callback_failed", Outcome::CallbackFailed),
        ("disconnected", Outcome::Disconnected),
        ("withdrawn", Outcome::Withdrawn),
        ("lost", Outcome::Lost),
        ("refused_unknown_queue", Outcome::Refused(RefusedCall::UnknownQueue)),
        ("refused_queue_full", Outcome::Refused(RefusedCall::QueueFull)),
        ("refused_floor_full", Outcome::Refused(RefusedCall::FloorFull)),
        ("refused_trunks_full", Outcome::Refused(RefusedCall::TrunksFull)),
        ("refused_waiting_full", Outcome::Refused(RefusedCall::WaitingFull)),
        ("refused_nobody_there", Outcome::Refused(RefusedCall::NobodyThere)),
        ("refused_needs_full", Outcome::Refused(RefusedCall::NeedsFull)),
    ];
    let mut sum = Story::new();
    for (name, outcome) in outcomes {
        let mut story = Story::new();
        for story in [&mut story, &mut sum] {
            let caller = story.arrive(GUESTS, None);
            story.end(caller, outcome);
        }
        let calls = story.figures().calls;
        let given: Vec<_> = calls
            .each()
            .filter(|(of, value)| *value == Some(1.0) && !["offered", "refused", "abandonment_rate"].contains(of))
            .collect();
        assert_eq!((given, calls.live), (vec![(name, Some(1.0))], 0), "{outcome:?}");
    }
    let calls = sum.figures().calls;
    assert_eq!((calls.offered, calls.refused, calls.live), (22, 7, 0));
    assert_eq!(calls.abandonment_rate, Some(1.0 / 22.0));
}

#[test]
fn who_talks_on_one_line_and_is_consulted_on_the_other_spends_both_times() {
    let mut story = Story::new();
    let first = story.at(0).arrive(OUTSIDE, None);
    let own = story.ring(first, WANG, 0);
    let own = story.answer(first, own);
    // Li consults him at 100 s, about a call that Li has; at 130 s Wang gets its caller.
    let second = story.arrive(OUTSIDE, None);
    let li = story.ring(second, LI, 0);
    let li = story.answer(second, li);
    let asked = story.at(100).join(second.call, OUTSIDE, None, second.arrived, VisitCause::Consult { by: LI });
    let ear = story.ring(asked, WANG, 1);
    let ear = story.slot(ear, SlotState::Ringing, SlotState::Connecting);
    story.leave(asked, VisitExit::Served { agent: WANG });
    let ear = story.slot(ear, SlotState::Connecting, SlotState::Talking);
    let Phone { offer, agent, .. } = ear;
    story.fact(Fact::Connected { offer, call: second.call, queue: OUTSIDE, agent, role: LegRole::Consult });
    // Something happens on the other line in between.
    let own = story.at(110).slot(own, SlotState::Talking, SlotState::Holding);
    let own = story.at(120).slot(own, SlotState::Holding, SlotState::Talking);
    story.at(130).fact(Fact::TransferCompleted { call: second.call, by: LI });
    story.fact(Fact::Connected { offer, call: second.call, queue: OUTSIDE, agent, role: LegRole::Serve });
    let by = EndedBy::Transfer;
    let (talk, none) = (Span::from_secs(130), Span::ZERO);
    let ended = Fact::LegEnded {
        offer: li.offer,
        call: second.call,
        queue: OUTSIDE,
        agent: LI,
        by,
        talk,
        hold: none,
        consult: none,
    };
    story.fact(ended);
    story.slot(li, SlotState::Talking, SlotState::Free);
    let (consult, talk, by) = (Span::from_secs(30), Span::from_secs(50), EndedBy::Caller);
    story.at(180).fact(Fact::LegEnded {
        offer,
        call: second.call,
        queue: OUTSIDE,
        agent,
        by,
        talk,
        hold: none,
        consult,
    });
    story.end(second, Outcome::Completed(by));
    story.slot(ear, SlotState::Talking, SlotState::Free);
    story.slot(own, SlotState::Talking, SlotState::Free);

    let figures = story.figures();
    let wang = figures.agents[1].work;
    // 180 s on his own line, 10 of them hold; 30 and 50 s on the other.
    assert_eq!((wang.talk_s, wang.hold_s, wang.consult_s), (170.0 + 50.0, 10.0, 30.0));
    assert_eq!((wang.calls, wang.consulted, wang.handled, figures.agents[0].work.handled), (2, 1, 1, 1));
    assert_eq!((figures.calls.answered, figures.visits.offered, figures.visits.answered), (2, 2, 2));
    assert_eq!((figures.transfers.consult_mean_s, figures.transfers.completed), (Some(30.0), 1));
}
