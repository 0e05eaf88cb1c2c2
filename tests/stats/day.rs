//! Figures of what a whole floor does all day: a real engine, days worked out by hand, and sums that agree with what the
//! engine said, whatever happens.

use cordboard::engine::{Actor, Arrival, CallbackTerms, DialFailure, Input, MonitorMode, OfferFailure, Target};
use cordboard::floor::Masked;
use cordboard::stats::Headline;
use cordboard::{CallId, DispositionId, ExtensionId, ReasonId, Span, Time};

use crate::hall::*;

#[test]
fn a_caller_who_is_handed_on_twice_is_one_call_and_three_visits_and_each_leg_counts_where_it_was() {
    let mut hall = Hall::staffed();
    let call = CallId(1);
    hall.at(10).arrive(1, OUTSIDE);
    hall.at(14).answer(LI);
    hall.at(74).tell(LI, Input::Transfer { call, to: Target::Queue(GUESTS) });
    hall.at(80).answer(WANG);
    hall.at(110).tell(WANG, Input::Transfer { call, to: Target::Agent(LI) });
    hall.at(115).answer(LI);
    hall.at(155).hang_up(1);
    let done =
        |disposition| Input::WrapUpDone { agent: WANG, call: None, disposition: Some(DispositionId(disposition)) };
    hall.at(160).tell(WANG, done(1));
    hall.at(165).tell(LI, Input::WrapUpDone { agent: LI, call: None, disposition: Some(DispositionId(0)) });
    let figures = hall.figures();

    assert_eq!((figures.calls.offered, figures.calls.answered, figures.calls.completed_by_caller), (1, 1, 1));
    let visits = figures.visits;
    assert_eq!((visits.offered, visits.came_new, visits.came_by_transfer, visits.answered), (3, 1, 2, 3));
    let [outside, guests] = [&figures.queues[0], &figures.queues[1]];
    assert_eq!((outside.visits.offered, outside.visits.came_by_transfer, outside.visits.handled), (1, 0, 1));
    assert_eq!((guests.visits.offered, guests.visits.came_by_transfer, guests.visits.handled), (2, 2, 2));
    assert_eq!((outside.visits.talk_mean_s, outside.visits.wrap_up_mean_s), (Some(60.0), Some(10.0)));
    // Wang's 30 s and Li's 40 s; their work after it took 50 s and 10 s.
    assert_eq!((guests.visits.talk_mean_s, guests.visits.wrap_up_mean_s), (Some(35.0), Some(30.0)));
    assert_eq!((outside.visits.speed_of_answer_mean_s, guests.visits.speed_of_answer_mean_s), (Some(4.0), Some(5.5)));

    let transfers = |figures: cordboard::stats::TransferFigures| {
        [figures.transfers, figures.to_queues, figures.to_agents, figures.to_telephones, figures.returned]
    };
    assert_eq!(transfers(outside.transfers), [1, 1, 0, 0, 0]);
    assert_eq!(transfers(guests.transfers), [1, 0, 1, 0, 0]);
    let [li, wang] = [figures.agents[0].work, figures.agents[1].work];
    assert_eq!((li.calls, li.handled, li.transfers, li.talk_s), (2, 2, 1, 100.0));
    assert_eq!((wang.calls, wang.handled, wang.transfers, wang.talk_s), (1, 1, 1, 30.0));
    // Nobody waited for an agent of his own choice.
    assert_eq!(visits.agent_awaited, 0);
    let said: Vec<u64> = guests.dispositions.iter().map(|of| of.count).collect();
    assert_eq!((said, figures.dispositions[1].disposition.as_str()), (vec![1, 1], "nothing"));
    assert_eq!(outside.dispositions[0].count, 0);
}

#[test]
fn consult_time_is_the_consulted_agents_and_talk_with_the_caller_each_agents_own() {
    let mut hall = Hall::staffed();
    let call = CallId(1);
    hall.at(10).arrive(1, OUTSIDE);
    hall.at(14).answer(LI);
    hall.at(34).tell(LI, Input::Consult { call, to: Target::Agent(WANG) }).hold(LI, true);
    hall.at(39).answer(WANG);
    let asked = hall.tally.figures(Time::from_secs(49));
    assert_eq!((asked.agents[1].work.consult_s, asked.agents[1].work.talk_s), (10.0, 0.0));
    hall.at(54).tell(LI, Input::CompleteTransfer { call });
    hall.at(94).hang_up(1);
    hall.at(110);
    let figures = hall.figures();

    assert_eq!((figures.calls.offered, figures.calls.answered), (1, 1));
    let visits = figures.visits;
    assert_eq!((visits.offered, visits.came_new, visits.answered, visits.offers), (1, 1, 1, 1));
    // Li's 20 s and Wang's 40 s with the caller; Li had him on hold for 20 s.
    assert_eq!((visits.handled, visits.talk_mean_s, visits.hold_mean_s), (2, Some(30.0), Some(10.0)));
    assert_eq!((visits.speed_of_answer_mean_s, visits.longest_wait_s), (Some(4.0), Some(4.0)));
    let transfers = figures.queues[0].transfers;
    assert_eq!((transfers.consults, transfers.consults_answered, transfers.completed), (1, 1, 1));
    assert_eq!((transfers.transfers, transfers.conferences, transfers.consult_mean_s), (0, 0, Some(15.0)));
    let [li, wang] = [figures.agents[0].work, figures.agents[1].work];
    assert_eq!((li.talk_s, li.hold_s, li.consult_s, li.consults, li.transfers_completed), (20.0, 20.0, 0.0, 1, 1));
    assert_eq!((wang.talk_s, wang.hold_s, wang.consult_s), (40.0, 0.0, 15.0));
    assert_eq!((wang.consulted, wang.calls, wang.handled, wang.offers), (1, 1, 1, 1));
    assert_eq!((li.wrap_up_s, wang.wrap_up_s), (10.0, 10.0));
    // Being consulted is handling too: 5 s of ringing, 15, 40 and 10 s, of 110 s signed in.
    assert_eq!(wang.occupancy, Some(70.0 / 110.0));
}

#[test]
fn a_colleague_who_does_not_come_and_one_who_only_advises_are_consults_and_no_visits() {
    let mut hall = Hall::staffed();
    let call = CallId(1);
    let consult = Input::Consult { call, to: Target::Agent(WANG) };
    hall.at(0).arrive(1, OUTSIDE).answer(LI);
    hall.at(20).tell(LI, consult.clone()).hold(LI, true);
    let offer = hall.offer(WANG);
    hall.at(23).report(Input::OfferFailed { offer, why: OfferFailure::Declined });
    hall.tell(LI, consult.clone());
    hall.at(30).answer(WANG);
    hall.at(42).tell(LI, Input::CancelTransfer { call }).hold(LI, false);
    hall.at(50).tell(LI, consult);
    hall.at(51).answer(WANG);
    hall.at(60).tell(LI, Input::Conference { call });
    hall.at(90).hang_up(1);
    hall.at(110);
    let figures = hall.figures();

    let visits = figures.visits;
    assert_eq!((visits.offered, visits.answered, visits.offers, visits.declined), (1, 1, 1, 0));
    let transfers = figures.transfers;
    assert_eq!((transfers.consults, transfers.consults_answered, transfers.conferences), (3, 2, 1));
    // 12 s of advice, and 9 s before the conference.
    assert_eq!((transfers.consult_mean_s, figures.work.consult_s), (Some(10.5), 21.0));
    let [li, wang] = [figures.agents[0].work, figures.agents[1].work];
    assert_eq!((wang.declined, wang.consulted, wang.calls, wang.handled, wang.talk_s), (1, 2, 1, 1, 30.0));
    // 20 s, 8 s after the advice, and 40 s while Wang came, not put on hold, and took part.
    assert_eq!((li.conferences, li.talk_s, li.hold_s), (1, 68.0, 22.0));
    assert_eq!(figures.queues[0].calls_per_hour_per_agent.max, Some(3600.0 / 110.0));
}

#[test]
fn a_transfer_that_nobody_answers_comes_back_and_one_that_is_answered_leaves_the_floor() {
    let mut hall = Hall::staffed();
    let spa = Target::Extension(ExtensionId(0));
    hall.at(0).arrive(1, OUTSIDE).answer(LI);
    hall.at(30).tell(LI, Input::Transfer { call: CallId(1), to: spa.clone() });
    let dial = hall.dial();
    hall.at(35).report(Input::DialFailed { dial, why: DialFailure::Busy });
    // It waits for Li, who has his work after the call until 40 s.
    hall.at(42).answer(LI);
    hall.at(50).tell(LI, Input::Consult { call: CallId(1), to: spa });
    let dial = hall.dial();
    hall.at(55).report(Input::DialAnswered { dial });
    hall.at(60).tell(LI, Input::CompleteTransfer { call: CallId(1) });
    hall.at(80);
    let figures = hall.figures();

    assert_eq!((figures.calls.offered, figures.calls.answered, figures.calls.transferred_out), (1, 1, 1));
    let visits = figures.visits;
    assert_eq!((visits.offered, visits.came_new, visits.came_back, visits.answered), (2, 1, 1, 2));
    assert_eq!(visits.agent_awaited, 0);
    let transfers = figures.transfers;
    assert_eq!((transfers.transfers, transfers.to_telephones, transfers.returned), (1, 1, 1));
    assert_eq!((transfers.consults, transfers.consults_of_telephones, transfers.consults_answered), (1, 1, 1));
    assert_eq!((transfers.completed, transfers.handed_out, transfers.consult_mean_s), (1, 1, None));
    let li = figures.agents[0].work;
    assert_eq!((li.calls, li.transfers, li.transfers_returned, li.consults), (2, 1, 1, 1));
    assert_eq!((li.transfers_completed, li.talk_s), (1, 48.0));
}

#[test]
fn who_cannot_answer_sends_the_call_up_and_a_complaint_stands_against_him_and_on_the_list() {
    let mut hall = Hall::staffed();
    hall.at(0).arrive(1, OUTSIDE).answer(LI);
    hall.at(30).tell(LI, Input::CannotAnswer { call: CallId(1) });
    hall.at(33).answer(ZHAO);
    hall.at(63).hang_up(1);
    hall.at(100).arrive(2, OUTSIDE).answer(LI);
    hall.at(120).tell(LI, Input::Complaint { call: CallId(2) });
    hall.at(125).answer(ZHAO);
    hall.at(130).hang_up(2);
    // A caller who does not wait, and who is then reached in another call.
    hall.at(200).arrive(3, GUESTS);
    hall.at(210).hang_up(3);
    hall.at(250).arrive(4, GUESTS);
    hall.at(255).hang_up(4);
    let entry = |hall: &Hall, call| hall.follow_up(call);
    let complaint = entry(&hall, 2);
    hall.at(320).tell(ZHAO, Input::CloseFollowUp { follow_up: complaint, reason: "sent flowers".into() });
    let arrival = Arrival { prior_call: Some(CallId(3)), ..Arrival::new(CallId(5), OUTSIDE) };
    hall.at(310 + 200).report(Input::CallArrived(arrival)).answer(LI);
    hall.at(515).hang_up(5);
    hall.at(555);
    let figures = hall.figures();

    let outside = &figures.queues[0];
    assert_eq!((outside.visits.offered, outside.visits.came_new, outside.visits.came_by_escalation), (5, 3, 2));
    assert_eq!((outside.follow_ups.complaints, outside.follow_ups.complaints_listed), (1, 1));
    assert_eq!((figures.agents[0].work.complaints, figures.agents[0].work.escalated), (1, 2));
    assert_eq!((figures.agents[2].work.calls, figures.agents[2].work.complaints), (2, 0));

    let list = figures.follow_ups;
    assert_eq!((list.added, list.unanswered, list.complaints_listed), (3, 2, 1));
    assert_eq!((list.answered, list.dismissed, list.open, list.not_listed), (1, 1, 1, 0));
    // The complaint stood for 200 s, the first caller for 300 s; the second has stood since 255 s.
    assert_eq!((list.stood_mean_s, list.stood_longest_s), (Some(250.0), Some(300.0)));
    assert_eq!(figures.queues[1].follow_ups.stood_longest_s, Some(300.0));
    assert_eq!(hall.tally.figures(Time::from_secs(855)).follow_ups.stood_longest_s, Some(600.0));
    assert_eq!((figures.calls.offered, figures.calls.answered, figures.calls.abandoned), (5, 3, 2));
}

#[test]
fn a_supervisor_who_listens_takes_over_moves_and_withdraws_is_counted_for_it() {
    let mut hall = Hall::staffed();
    hall.at(0).arrive(1, OUTSIDE).answer(LI);
    hall.at(10).tell(ZHAO, Input::Monitor { supervisor: ZHAO, call: CallId(1), mode: MonitorMode::Listen });
    hall.at(12).answer(ZHAO);
    hall.at(30).tell(ZHAO, Input::Monitor { supervisor: ZHAO, call: CallId(1), mode: MonitorMode::Whisper });
    hall.at(50).tell(ZHAO, Input::TakeOver { supervisor: ZHAO, call: CallId(1) });
    let offer = hall.offer(ZHAO);
    hall.at(51).report(Input::Connected { offer });
    hall.at(71).hang_up(1);
    hall.at(100).tell(WANG, Input::SignOut { agent: WANG }).tell(LI, Input::SignOut { agent: LI });
    hall.at(110).arrive(2, OUTSIDE).arrive(3, OUTSIDE).arrive(4, OUTSIDE);
    let rank = Input::ChangeRank { call: CallId(2), class: None, credit: Some(Span::from_secs(60)) };
    hall.at(115).tell(ZHAO, rank);
    hall.at(120).tell(ZHAO, Input::MoveCall { call: CallId(2), to: GUESTS });
    hall.at(130).tell(ZHAO, Input::WithdrawCall { call: CallId(3) });
    // The host does the same; that is nobody's work here.
    hall.at(140).input(Actor::Host, Input::WithdrawCall { call: CallId(2) });
    hall.at(150).report(Input::KeyPressed { call: CallId(4), key: '9' });
    hall.at(160).hang_up(4);
    let figures = hall.figures();

    let zhao = figures.agents[2].work;
    assert_eq!((zhao.monitored, zhao.monitor_s, zhao.take_overs), (1, 40.0, 1));
    assert_eq!((zhao.moves, zhao.withdrawals, zhao.rank_changes), (1, 1, 1));
    assert_eq!((zhao.talk_s, zhao.calls, zhao.handled), (20.0, 1, 1));
    // Listening counts neither as handling nor as available: 1 + 20 + 10 s of work, 10 + 79 s idle.
    assert_eq!(zhao.occupancy, Some(31.0 / 120.0));
    assert_eq!((figures.agents[0].work.talk_s, figures.agents[0].work.calls), (51.0, 1));
    let [outside, guests] = [figures.queues[0].visits, figures.queues[1].visits];
    assert_eq!((outside.offered, outside.came_new, outside.came_by_take_over), (5, 4, 1));
    assert_eq!((outside.answered, outside.moved, outside.withdrawn, outside.left_by_key), (2, 1, 1, 1));
    assert_eq!(outside.rank_changes, 1);
    assert_eq!((guests.offered, guests.came_by_move, guests.came_by_key), (2, 1, 1));
    assert_eq!((guests.withdrawn, guests.abandoned), (1, 1));
    assert_eq!((figures.calls.answered, figures.calls.withdrawn, figures.calls.abandoned), (1, 2, 1));
}

#[test]
fn breaks_are_counted_as_asked_approved_and_refused() {
    let mut hall = Hall::staffed();
    let reason = ReasonId(0);
    hall.at(10).tell(LI, Input::NotReady { agent: LI, reason }).tell(WANG, Input::NotReady { agent: WANG, reason });
    hall.at(20).tell(ZHAO, Input::ApproveBreak { agent: LI }).tell(ZHAO, Input::RefuseBreak { agent: WANG });
    hall.at(30).tell(WANG, Input::NotReady { agent: WANG, reason }).tell(WANG, Input::Ready { agent: WANG });
    let figures = hall.at(80).figures();
    let breaks = |agent: usize| {
        let work = figures.agents[agent].work;
        (work.breaks_asked, work.breaks_approved, work.breaks_refused, work.not_ready_s)
    };
    assert_eq!((breaks(0), breaks(1)), ((1, 1, 0, 60.0), (2, 0, 1, 0.0)));
    assert_eq!(figures.teams[0].work.breaks_asked, 3);
}

#[test]
fn callbacks_are_promised_tried_kept_missed_and_fulfilled_apart_from_waits_on_the_line() {
    let mut hall = Hall::new();
    let number = Some(Masked::from("0123"));
    let terms = |due| CallbackTerms { number: number.clone(), not_before: None, due: Some(Time::from_secs(due)) };
    hall.at(0).arrive(1, OUTSIDE).arrive(2, OUTSIDE);
    hall.at(10).report(Input::AcceptCallback { call: CallId(1), terms: terms(120) });
    hall.at(20).report(Input::AcceptCallback { call: CallId(2), terms: terms(150) });
    // The host asks for a third, and takes it back.
    let web = Arrival { callback: Some(Box::new(terms(1000))), ..Arrival::new(CallId(3), OUTSIDE) };
    hall.at(30).input(Actor::Host, Input::CallArrived(web));
    let waiting = hall.figures();
    assert_eq!((waiting.callbacks.promised, waiting.callbacks.waiting, waiting.visits.waiting), (3, 3, 3));
    assert_eq!(waiting.visits.longest_wait_s, Some(20.0));
    hall.at(40).input(Actor::Host, Input::CancelCallback { call: CallId(3) });

    let come = |hall: &mut Hall| {
        hall.tell(LI, Input::SignIn { agent: LI }).tell(LI, Input::Ready { agent: LI });
    };
    let pick_up = |hall: &mut Hall| {
        let offer = hall.offer(LI);
        hall.report(Input::OfferAccepted { offer });
        hall.dial()
    };
    come(hall.at(100));
    let dial = pick_up(hall.at(105));
    hall.tell(LI, Input::SignOut { agent: LI });
    hall.at(110).report(Input::DialFailed { dial, why: DialFailure::NoAnswer });
    // Nobody is there when the second promise passes at 150 s; then he is tried, in vain.
    come(hall.at(160));
    let dial = pick_up(&mut hall);
    hall.at(165).report(Input::DialFailed { dial, why: DialFailure::NoAnswer });
    hall.at(180);
    let dial = pick_up(&mut hall);
    hall.at(185).report(Input::DialAnswered { dial });
    hall.at(215).hang_up(1);
    hall.at(230);
    let dial = pick_up(&mut hall);
    hall.at(240).report(Input::DialFailed { dial, why: DialFailure::Busy });
    hall.at(260);
    let figures = hall.figures();

    let callbacks = figures.queues[0].callbacks;
    assert_eq!((callbacks.promised, callbacks.attempts, callbacks.reached), (3, 4, 1));
    assert_eq!((callbacks.kept, callbacks.missed), (1, 1));
    assert_eq!((callbacks.fulfilled, callbacks.failed, callbacks.waiting), (1, 1, 0));
    // Promised at 10 s; Li, who was then reached with the caller, picked up at 180 s.
    assert_eq!(callbacks.wait_mean_s, Some(170.0));
    let calls = figures.calls;
    assert_eq!((calls.offered, calls.came_as_callback, calls.answered), (3, 1, 1));
    assert_eq!((calls.callback_fulfilled, calls.callback_failed, calls.withdrawn, calls.abandoned), (1, 1, 1, 0));
    let visits = figures.visits;
    assert_eq!((visits.offered, visits.came_new, visits.came_as_callback), (5, 2, 3));
    assert_eq!((visits.to_callback, visits.answered, visits.callback_failed, visits.withdrawn), (2, 1, 1, 1));
    // Nobody on the line was answered, and those two had waited 10 and 20 s when they were promised a callback.
    assert_eq!((visits.in_target_of_offered, visits.speed_of_answer_mean_s), (Some(0.0), None));
    assert_eq!((visits.longest_wait_s, visits.speed_of_answer_p50_s), (Some(20.0), None));
    assert_eq!(visits.in_target_of_answered, None);
}

#[test]
fn waits_for_the_preferred_agent_are_kept_or_given_up() {
    let mut hall = Hall::staffed();
    let wants = |call, agent| Arrival { preferred: Some(agent), ..Arrival::new(CallId(call), OUTSIDE) };
    // Wang comes at once.
    hall.at(0).report(Input::CallArrived(wants(1, WANG))).answer(WANG);
    // Wang talks for too long for the second, whom Li gets after 20 s; the third does not wait.
    hall.at(10).report(Input::CallArrived(wants(2, WANG))).report(Input::CallArrived(wants(3, WANG)));
    hall.at(15).hang_up(3);
    hall.at(31).answer(LI);
    hall.at(60).hang_up(1).hang_up(2);
    hall.at(80);
    let visits = hall.figures().queues[0].visits;
    assert_eq!((visits.agent_awaited, visits.agent_awaited_kept, visits.agent_awaited_given_up), (3, 1, 1));
    assert_eq!((visits.answered, visits.abandoned), (2, 1));
}

#[test]
fn how_evenly_a_queue_loads_its_agents_is_told_per_hour_signed_in() {
    let mut hall = Hall::staffed();
    // Li takes three calls of a minute in an hour, Wang one in half an hour; Zhao is no agent of this queue.
    for start in [0, 200, 400] {
        hall.at(start).arrive(start, OUTSIDE).answer(LI);
        hall.at(start + 60).hang_up(start);
    }
    hall.at(600).arrive(600, OUTSIDE).answer(LI);
    hall.arrive(601, GUESTS).answer(WANG);
    hall.at(660).hang_up(600).hang_up(601);
    let disposition = Some(DispositionId(0));
    hall.tell(WANG, Input::WrapUpDone { agent: WANG, call: None, disposition });
    hall.at(1800).tell(WANG, Input::SignOut { agent: WANG });
    let figures = hall.at(3600).figures();

    let desk = figures.teams[0].calls_per_hour_per_agent;
    assert_eq!((desk.min, desk.median, desk.max, desk.mean), (Some(2.0), Some(3.0), Some(4.0), Some(3.0)));
    // (2 + 4)² / (2 · (4 + 16)).
    assert!(
        (desk.variation.unwrap() - 1.0 / 3.0).abs() < 1e-12 && (desk.jain.unwrap() - 0.9).abs() < 1e-12,
        "{desk:?}"
    );
    let outside = figures.queues[0].calls_per_hour_per_agent;
    assert_eq!((outside.min, outside.mean, outside.max), (Some(0.0), Some(2.0), Some(4.0)));
    assert_eq!((outside.variation, outside.jain), (Some(1.0), Some(0.5)));
    let guests = figures.queues[1].calls_per_hour_per_agent;
    assert_eq!((guests.min, guests.max, guests.jain), (Some(0.0), Some(2.0), Some(0.5)));
    // Li's four minutes and forty seconds of an hour, Wang's one minute of half an hour.
    let busy = figures.queues[0].occupancy_per_agent;
    assert_eq!((busy.min, busy.max), (Some(60.0 / 1800.0), Some(280.0 / 3600.0)));
    assert_eq!(figures.teams[1].calls_per_hour_per_agent.mean, Some(0.0));
    assert_eq!(figures.teams[1].calls_per_hour_per_agent.jain, None);
}

#[test]
fn the_headline_names_the_same_figures_for_the_centre_each_hour_and_each_queue() {
    let mut hall = Hall::staffed();
    hall.at(0).arrive(1, OUTSIDE);
    hall.at(6).answer(LI);
    hall.at(66).hang_up(1);
    hall.at(100).arrive(2, OUTSIDE);
    hall.at(130).hang_up(2);
    let figures = hall.at(3600).figures();

    let headline = figures.headline();
    let value = |headline: &[Headline], name: &str| headline.iter().find(|figure| figure.name == name).unwrap().value;
    assert_eq!(value(&headline, "answer rate"), Some(0.5));
    assert_eq!(value(&headline, "service level"), Some(0.5));
    assert_eq!(value(&headline, "abandonment"), Some(0.5));
    assert_eq!(value(&headline, "speed of answer"), Some(6.0));
    assert_eq!(value(&headline, "wait p90"), Some(6.0));
    assert_eq!(value(&headline, "longest wait"), Some(30.0));
    assert_eq!(value(&headline, "handle time"), Some(70.0));
    assert_eq!(value(&headline, "desk hours"), Some(3.0));
    assert!((value(&headline, "calls per desk hour").unwrap() - 1.0 / 3.0).abs() < 1e-12);
    let names = |headline: &[Headline]| headline.iter().map(|figure| figure.name).collect::<Vec<_>>();
    let (hours, queues) = (figures.headline_by_hour(), figures.headline_by_queue());
    assert_eq!((hours.len(), hours[0].0, queues.len(), queues[1].0), (24, "00:00", 2, "guests"));
    assert!(hours.iter().chain(&queues).all(|(_, part)| names(part) == names(&headline)));
    assert_eq!(value(&hours[0].1, "answer rate"), Some(0.5));
    assert_eq!((value(&hours[1].1, "answer rate"), value(&hours[1].1, "calls")), (None, Some(0.0)));
    assert_eq!((value(&queues[0].1, "answered"), value(&queues[0].1, "desk hours")), (Some(1.0), None));
}

#[test]
fn a_glance_shows_who_waits_and_what_everybody_does_at_this_moment() {
    let mut hall = Hall::staffed();
    hall.at(0).arrive(1, OUTSIDE);
    hall.at(5).answer(LI);
    hall.at(10).arrive(2, OUTSIDE).answer(WANG);
    hall.at(20).hold(WANG, true);
    hall.at(30).arrive(3, OUTSIDE);
    hall.at(40).arrive(4, GUESTS);
    hall.at(50).hang_up(3);
    hall.at(60).arrive(5, OUTSIDE);
    hall.at(65).hang_up(1);
    let glance = hall.tally.glance(Time::from_secs(70));
    let [outside, guests] = [glance.queues[0], glance.queues[1]];
    assert_eq!((outside.waiting, outside.longest_wait), (1, Some(Span::from_secs(10))));
    assert_eq!((guests.waiting, guests.longest_wait), (1, Some(Span::from_secs(30))));
    assert_eq!((outside.offered, outside.answered, outside.abandoned, outside.answered_in_target), (4, 2, 1, 2));
    assert_eq!((outside.service_level, outside.speed_of_answer), (Some(0.5), Some(Span::from_millis(2500))));
    assert_eq!((glance.total.waiting, glance.total.longest_wait), (2, Some(Span::from_secs(30))));
    assert_eq!((glance.total.offered, glance.follow_ups), (5, 1));
    let states: Vec<_> = glance.agents.iter().map(|agent| (agent.state.name(), agent.since)).collect();
    let since = Time::from_secs;
    assert_eq!(states, [("wrap-up", since(65)), ("holding", since(20)), ("idle", since(0))]);
    let by_state: Vec<_> = glance.agents_by_state().filter(|(_, count)| *count > 0).collect();
    assert_eq!(by_state, [("idle", 1), ("wrap-up", 1), ("holding", 1)]);
    // Looking changes nothing, and what waits is what the figures say.
    assert_eq!(hall.figures().visits.waiting, glance.total.waiting);
}

#[test]
fn a_caller_who_leaves_a_message_is_counted_as_that_and_stands_on_the_list() {
    let mut hall = Hall::staffed();
    hall.at(0).arrive(1, OUTSIDE).answer(LI);
    hall.at(30).tell(LI, Input::Transfer { call: CallId(1), to: Target::Extension(ExtensionId(0)) });
    // Nobody answers there for five rings, and Li is busy by then.
    hall.at(45).arrive(2, OUTSIDE).answer(LI);
    hall.at(61);
    hall.at(85).report(Input::MessageTaken { call: CallId(1) });
    hall.at(90).hang_up(2);
    hall.at(101);
    let figures = hall.figures();
    assert_eq!((figures.calls.message_taken, figures.calls.abandoned, figures.calls.answered), (1, 0, 2));
    assert_eq!((figures.visits.came_back, figures.visits.to_message), (1, 1));
    assert_eq!((figures.follow_ups.messages, figures.follow_ups.unanswered, figures.follow_ups.open), (1, 1, 1));
    assert_eq!(figures.transfers.returned, 1);
}
