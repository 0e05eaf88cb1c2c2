//! Every figure by its definition: hand-made facts, exact results.

#![cfg(all(feature = "stats", feature = "toml"))]

use cordboard::engine::{
    CancelReason, EndedBy, Event, Fact, Key, NotReady, OfferEnd, Outcome, Output, OutputKey, Presence, RefusedCall,
    SlotState, VisitExit, Why,
};
use cordboard::floor::RungEffect;
use cordboard::stats::{Estimate, Figures, NotAlike, Summary, Tally, TallyOptions};
use cordboard::{AgentId, CallId, ClassId, OfferId, Plan, QueueId, ReasonId, Span, TierId, Time, VisitId};

const FLOOR: &str = r#"
name = "Test"
reasons = ["break"]
ring_cadence = "6s"

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
capacity = 2
[[agents]]
name = "zhao"
team = "night"
role = "foreman"

[[queues]]
name = "outside"
[queues.rules]
target = "3 rings"

[[queues]]
name = "guests"

[[tiers]]
name = "gold"
[[tiers]]
name = "silver"
"#;

const LI: AgentId = AgentId(0);
const WANG: AgentId = AgentId(1);
const OUTSIDE: QueueId = QueueId(0);
const GUESTS: QueueId = QueueId(1);
const GOLD: Option<TierId> = Some(TierId(0));
const TARGET: Span = Span::from_secs(18);

fn plan() -> Plan {
    Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Tells facts in the order in which the engine does.
#[derive(Clone)]
struct Story {
    outputs: Vec<Output>,
    now: Time,
    visits: u64,
    offers: u64,
    ready: Vec<Time>,
}

/// A live call.
#[derive(Clone, Copy)]
struct Caller {
    call: CallId,
    visit: VisitId,
    queue: QueueId,
    tier: Option<TierId>,
    arrived: Time,
    started: Time,
}

/// A phone rung for it.
#[derive(Clone, Copy)]
struct Phone {
    offer: OfferId,
    agent: AgentId,
    slot: u8,
    since: Time,
}

impl Story {
    fn new() -> Self {
        Self { outputs: Vec::new(), now: Time::ZERO, visits: 0, offers: 0, ready: vec![Time::ZERO; 3] }
    }

    fn at(&mut self, secs: u64) -> &mut Self {
        self.now = Time::from_secs(secs);
        self
    }

    fn fact(&mut self, fact: Fact) {
        let key = OutputKey { position: self.outputs.len() as u64, index: 0 };
        self.outputs.push(Output { at: self.now, key, event: Event::Fact(fact) });
    }

    fn presence(&mut self, agent: AgentId, from: Presence, to: Presence) {
        let lasted = self.now - self.ready[agent.index()];
        self.ready[agent.index()] = self.now;
        self.fact(Fact::PresenceChanged { agent, from, to, lasted });
    }

    fn sign_in(&mut self, agent: AgentId) {
        self.presence(agent, Presence::SignedOut, Presence::NotReady(NotReady::SignedIn));
    }

    fn ready(&mut self, agent: AgentId) {
        self.presence(agent, Presence::NotReady(NotReady::SignedIn), Presence::Ready);
    }

    fn slot(&mut self, phone: Phone, from: SlotState, to: SlotState) -> Phone {
        let Phone { agent, slot, since, .. } = phone;
        self.fact(Fact::SlotChanged { agent, slot, from, to, lasted: self.now - since });
        Phone { since: self.now, ..phone }
    }

    fn arrive(&mut self, queue: QueueId, tier: Option<TierId>) -> Caller {
        let call = CallId(1000 + self.visits);
        self.fact(Fact::CallArrived { call, entry: None, tier, prior_call: None });
        self.join(call, queue, tier, self.now)
    }

    fn join(&mut self, call: CallId, queue: QueueId, tier: Option<TierId>, arrived: Time) -> Caller {
        self.visits += 1;
        let visit = VisitId(self.visits);
        self.fact(Fact::VisitStarted { visit, call, queue, class: ClassId(2), tier, aged_from: self.now });
        Caller { call, visit, queue, tier, arrived, started: self.now }
    }

    fn leave(&mut self, caller: Caller, exit: VisitExit) {
        let wait = self.now - caller.started;
        let in_target = matches!(exit, VisitExit::Served { .. }) && wait <= TARGET;
        let Caller { call, visit, queue, tier, started, .. } = caller;
        self.fact(Fact::VisitEnded { visit, call, queue, class: ClassId(2), tier, exit, wait, in_target, started });
    }

    fn end(&mut self, caller: Caller, outcome: Outcome) {
        let Caller { call, queue, tier, arrived, .. } = caller;
        self.fact(Fact::CallEnded { call, tier, outcome, queue: Some(queue), lasted: self.now - arrived });
    }

    fn abandon(&mut self, caller: Caller) {
        self.leave(caller, VisitExit::Abandoned);
        self.end(caller, Outcome::Abandoned);
    }

    fn ring(&mut self, caller: Caller, agent: AgentId, slot: u8) -> Phone {
        let Caller { call, visit, queue, .. } = caller;
        self.offers += 1;
        let offer = OfferId::from_bits(self.offers);
        let why = Why { class: ClassId(2), rank_since: 0, candidates: 1, key: Key::Place(0), runner_up: None };
        let phone = Phone { offer, agent, slot, since: self.now };
        self.slot(phone, SlotState::Free, SlotState::Ringing);
        self.fact(Fact::Offered { offer, visit, call, queue, agent, why });
        self.fact(Fact::Rang { offer, agent });
        phone
    }

    fn stop_ringing(&mut self, caller: Caller, phone: Phone, how: OfferEnd) {
        let Caller { call, queue, .. } = caller;
        let Phone { offer, agent, since, .. } = phone;
        self.fact(Fact::OfferEnded { offer, call, queue, agent, how, rang: self.now - since });
        self.slot(phone, SlotState::Ringing, SlotState::Free);
    }

    /// Answered and joined at once.
    fn answer(&mut self, caller: Caller, phone: Phone) -> Phone {
        let phone = self.slot(phone, SlotState::Ringing, SlotState::Connecting);
        let Phone { offer, agent, .. } = phone;
        self.leave(caller, VisitExit::Served { agent });
        let phone = self.slot(phone, SlotState::Connecting, SlotState::Talking);
        self.fact(Fact::Connected { offer, call: caller.call, agent });
        phone
    }

    /// The caller hangs up; `held` of the time since the answer was hold.
    fn hang_up(&mut self, caller: Caller, phone: Phone, held: u64) -> Phone {
        let Phone { offer, agent, since, .. } = phone;
        let Caller { call, queue, .. } = caller;
        let hold = Span::from_secs(held);
        let talk = Span::from_nanos((self.now - since).as_nanos() - hold.as_nanos());
        let by = EndedBy::Caller;
        self.fact(Fact::LegEnded { offer, call, queue, agent, by, talk, hold });
        self.end(caller, Outcome::Completed(by));
        self.slot(phone, SlotState::Talking, SlotState::WrapUp)
    }

    fn wrapped_up(&mut self, caller: Caller, phone: Phone) {
        let Phone { agent, since, .. } = phone;
        let Caller { call, queue, .. } = caller;
        self.fact(Fact::WrapUpEnded { agent, call, queue, lasted: self.now - since });
        self.slot(phone, SlotState::WrapUp, SlotState::Free);
    }

    fn tally(&self) -> Tally {
        let mut tally = Tally::new(&plan(), TallyOptions::default());
        self.outputs.iter().for_each(|output| tally.fold(output));
        tally
    }

    fn figures(&self) -> Figures {
        self.tally().figures(self.now)
    }
}

/// Serves a call that arrived at `at` after `wait` seconds, with a minute's talk.
fn serve(story: &mut Story, at: u64, wait: u64) {
    let caller = story.at(at).arrive(OUTSIDE, None);
    let phone = story.at(at + wait).ring(caller, LI, 0);
    let phone = story.answer(caller, phone);
    let phone = story.at(at + wait + 60).hang_up(caller, phone, 0);
    story.wrapped_up(caller, phone);
}

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
    let moved = story.join(call, GUESTS, None, caller.arrived);
    let phone = story.ring(moved, LI, 0);
    story.at(140).answer(moved, phone);
    let figures = story.figures();

    assert_eq!((figures.calls.offered, figures.calls.answered, figures.calls.live), (1, 1, 1));
    assert_eq!(figures.visits.offered, 2);
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
        story.at(first + 7000).presence(LI, Presence::Ready, Presence::SignedOut);
        story
    };
    const DAY: u64 = 24 * 3600;
    let (monday, tuesday) = (day(3000), day(5000));
    let mut merged = monday.tally();
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
