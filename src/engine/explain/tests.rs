use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::engine::{Actor, Arrival, CallbackTerms, Command, EndedBy, Envelope, Event, Input, OfferFailure, Output};
use crate::floor::{Agent, Floor, Length, Queue, Rules, Rung, RungAction, Team, WrapUp};
use crate::ids::{OfferId, ReasonId};
use crate::time::Span;

/// A floor with reservations for those with booking 3, and a hall for everybody.
fn floor(agents: &[(&str, u8, u8)]) -> Floor {
    let agent = |(name, booking, english): &(&str, u8, u8)| Agent {
        name: (*name).into(),
        team: "operators".into(),
        skills: [("booking", *booking), ("english", *english)]
            .into_iter()
            .filter(|(_, level)| *level > 0)
            .map(|(skill, level)| (skill.to_owned(), level))
            .collect::<BTreeMap<String, u8>>(),
        ..Agent::default()
    };
    let queue = |name: &str, need: &str| Queue { name: name.into(), need: Some(need.into()), ..Queue::default() };
    Floor {
        skills: vec!["booking".into(), "english".into()],
        reasons: vec!["break".into(), "training".into()],
        teams: vec![
            Team { name: "operators".into(), ..Team::default() },
            Team { name: "foremen".into(), ..Team::default() },
        ],
        agents: agents.iter().map(agent).collect(),
        queues: vec![queue("reservations", "booking >= 3"), queue("hall", "any"), queue("foreign", "english")],
        rules: Rules {
            wrap_up: Some(WrapUp::Timed(Length::secs(60))),
            misses: Some(0),
            cool_down: Some(Length::secs(20)),
            delay_declined: Some(Length::secs(5)),
            delay_missed: Some(Length::secs(0)),
            ..Rules::default()
        },
        ..Floor::default()
    }
}

/// An engine, told what happens at which second.
struct Desk {
    engine: Engine,
    out: Vec<Output>,
}

impl Desk {
    fn new(floor: Floor) -> Self {
        Self { engine: Engine::new(Arc::new(floor.compile().unwrap()), 1), out: Vec::new() }
    }

    fn tell(&mut self, at: u64, input: Input) {
        self.engine.handle(Envelope { at: Time::from_secs(at), actor: Actor::Switch, input }, &mut self.out);
    }

    fn agent(&self, name: &str) -> AgentId {
        self.engine.plan().agent(name).unwrap()
    }

    fn ready(&mut self, at: u64, names: &[&str]) {
        for agent in names.iter().map(|name| self.agent(name)).collect::<Vec<_>>() {
            self.tell(at, Input::SignIn { agent });
            self.tell(at, Input::Ready { agent });
        }
    }

    fn on(&mut self, at: u64, reason: u16, names: &[&str]) {
        self.ready(at, names);
        for agent in names.iter().map(|name| self.agent(name)).collect::<Vec<_>>() {
            self.tell(at, Input::NotReady { agent, reason: ReasonId(reason) });
        }
    }

    fn arrive(&mut self, at: u64, call: u64, queue: &str) {
        let queue = self.engine.plan().queue(queue).unwrap();
        self.tell(at, Input::CallArrived(Arrival::new(CallId(call), queue)));
    }

    /// The offer that was made last for this call.
    fn offer(&self, call: u64) -> OfferId {
        let offered = self.out.iter().rev().find_map(|output| match &output.event {
            Event::Command(Command::OfferCall(offer)) if offer.call == CallId(call) => Some(offer.offer),
            _ => None,
        });
        offered.unwrap()
    }

    fn answer(&mut self, at: u64, call: u64) -> OfferId {
        let offer = self.offer(call);
        self.tell(at, Input::OfferAccepted { offer });
        self.tell(at, Input::Connected { offer });
        offer
    }

    fn why(&mut self, at: u64, call: u64) -> WhyWaiting {
        self.tell(at, Input::Tick);
        self.engine.why_waiting(CallId(call)).unwrap()
    }

    fn said(&mut self, at: u64, call: u64) -> String {
        self.why(at, call).text(self.engine.plan())
    }
}

#[test]
fn a_waiting_call_says_in_one_line_what_keeps_whom() {
    let mut desk = Desk::new(floor(&[
        ("li", 5, 0),
        ("wang", 4, 0),
        ("zhao", 3, 0),
        ("sun", 9, 0),
        ("qian", 0, 7),
        ("zhou", 2, 7),
        ("feng", 3, 0),
    ]));
    desk.ready(0, &["sun", "qian", "zhou"]);
    desk.on(0, 0, &["li", "wang", "zhao"]);
    desk.arrive(10, 1, "reservations");
    let offer = desk.answer(12, 1);
    desk.tell(40, Input::LegEnded { offer, by: EndedBy::Caller });
    desk.arrive(50, 2, "reservations");
    assert_eq!(
        desk.said(92, 2),
        "waits 42s for booking >= 3: 3 on break, 2 lack booking >= 3, 1 in wrap-up until 100s, 1 signed out"
    );
    let why = desk.why(92, 2);
    assert_eq!(why.search, Search::Seeking);
    assert_eq!((why.since, why.at, why.ahead), (Time::from_secs(50), Time::from_secs(92), 0));
    let wrap_up = Kept { by: Obstacle::Busy(SlotState::WrapUp), agents: 1, until: Some(Time::from_secs(100)) };
    assert!(why.kept.contains(&wrap_up), "{:?}", why.kept);
}

#[test]
fn a_call_that_talks_or_is_over_waits_for_nobody() {
    let mut desk = Desk::new(floor(&[("li", 5, 0)]));
    desk.ready(0, &["li"]);
    desk.arrive(1, 1, "reservations");
    desk.answer(2, 1);
    assert_eq!(desk.engine.why_waiting(CallId(1)), None);
    assert_eq!(desk.engine.why_waiting(CallId(7)), None);
}

#[test]
fn a_ringing_call_says_at_whose_phone_and_then_who_is_answering() {
    let mut desk = Desk::new(floor(&[("li", 5, 0), ("wang", 5, 0)]));
    desk.ready(0, &["li"]);
    desk.on(0, 1, &["wang"]);
    desk.arrive(10, 1, "reservations");
    assert_eq!(desk.said(12, 1), "waits 2s for booking >= 3, rings at li: 1 in this call, 1 on training");
    let offer = desk.offer(1);
    desk.tell(13, Input::OfferAccepted { offer });
    assert_eq!(desk.why(14, 1).search, Search::Joining { agent: desk.agent("li") });
    assert_eq!(desk.said(14, 1), "waits 4s for booking >= 3, answered by li: 1 in this call, 1 on training");
}

#[test]
fn who_declined_is_left_alone_first_and_then_only_kept_from_the_call_he_did_not_take() {
    let mut desk = Desk::new(floor(&[("li", 5, 0)]));
    desk.ready(0, &["li"]);
    desk.arrive(10, 1, "reservations");
    let offer = desk.offer(1);
    desk.tell(12, Input::OfferFailed { offer, why: OfferFailure::Declined });
    assert_eq!(desk.said(13, 1), "waits 3s for booking >= 3: 1 left alone until 17s");
    assert_eq!(desk.said(20, 1), "waits 10s for booking >= 3: 1 kept from this call until 32s");
}

#[test]
fn talking_going_off_and_lost_telephones_are_told_apart() {
    let mut desk = Desk::new(floor(&[("li", 5, 0), ("wang", 5, 0), ("zhao", 5, 0), ("sun", 5, 0)]));
    desk.ready(0, &["li", "wang", "zhao", "sun"]);
    for call in 1..=4 {
        desk.arrive(call, call, "reservations");
        desk.answer(call, call);
    }
    let (wang, zhao) = (desk.agent("wang"), desk.agent("zhao"));
    desk.tell(5, Input::NotReady { agent: wang, reason: ReasonId(0) });
    desk.tell(5, Input::EndpointState { agent: zhao, state: Endpoint::Unregistered });
    desk.tell(5, Input::HoldChanged { offer: desk.offer(4), held: true });
    desk.arrive(6, 5, "reservations");
    let kept: BTreeMap<Obstacle, u32> = desk.why(6, 5).kept.iter().map(|kept| (kept.by, kept.agents)).collect();
    let expected = [
        (Obstacle::Busy(SlotState::Talking), 1),
        (Obstacle::Busy(SlotState::Holding), 1),
        (Obstacle::GoingOff, 1),
        (Obstacle::PhoneUnreachable, 1),
    ];
    assert_eq!(kept, expected.into());
}

#[test]
fn a_call_that_waits_for_one_agent_says_for_whom_until_when_and_what_keeps_him() {
    let mut floor = floor(&[("li", 5, 0), ("wang", 5, 0)]);
    floor.queues[0].rules.preferred_wait = Some(Length::secs(30));
    let mut desk = Desk::new(floor);
    desk.ready(0, &["li"]);
    desk.on(0, 0, &["wang"]);
    desk.arrive(1, 1, "reservations");
    desk.answer(2, 1);
    let (li, queue) = (desk.agent("li"), desk.engine.plan().queue("reservations").unwrap());
    desk.tell(5, Input::CallArrived(Arrival { preferred: Some(li), ..Arrival::new(CallId(2), queue) }));
    desk.arrive(6, 3, "reservations");
    assert_eq!(desk.said(7, 2), "waits 2s for li alone until 35s: 1 talking");
    // Whoever may have li or somebody else stands behind who waits for li.
    assert_eq!(desk.why(7, 3).ahead, 1);
    assert_eq!(desk.said(35, 2), "waits 30s for booking >= 3: 1 talking, 1 on break");
}

#[test]
fn a_caller_to_be_called_back_later_waits_till_then() {
    let mut desk = Desk::new(floor(&[("li", 5, 0)]));
    desk.ready(0, &["li"]);
    let queue = desk.engine.plan().queue("reservations").unwrap();
    let terms = CallbackTerms { not_before: Some(Time::from_secs(900)), ..CallbackTerms::default() };
    let from = Some("13800001111".into());
    desk.tell(
        1,
        Input::CallArrived(Arrival { from, callback: Some(Box::new(terms)), ..Arrival::new(CallId(1), queue) }),
    );
    let text = desk.said(10, 1);
    assert!(text.starts_with("waits 9s for booking >= 3, not before 900s: 1 free"), "{text}");
    assert!(!format!("{text}{:?}", desk.why(10, 1)).contains("1380"), "the caller's number is not told (G13)");
}

#[test]
fn only_calls_that_compete_for_the_same_agents_stand_before_it() {
    let mut desk = Desk::new(floor(&[("li", 5, 0), ("wang", 0, 5)]));
    desk.arrive(1, 1, "reservations");
    desk.arrive(2, 2, "hall");
    desk.arrive(3, 3, "foreign");
    desk.arrive(4, 4, "reservations");
    let ahead: Vec<u32> = (1..=4).map(|call| desk.why(5, call).ahead).collect();
    // Whoever waits for English has nothing to do with those who wait for a booking; those of the hall with both.
    assert_eq!(ahead, [0, 1, 1, 2]);
    assert_eq!(desk.said(5, 4), "waits 1s for booking >= 3: 1 signed out; 2 calls before it");
}

#[test]
fn a_call_says_when_its_next_rung_is_due_and_when_it_may_wait_no_longer() {
    let mut floor = floor(&[("li", 2, 0), ("wang", 0, 0)]);
    floor.queues[0].ladder =
        vec![Rung { after: Length::secs(30), actions: vec![RungAction::AddTeam("foremen".into())], ..Rung::default() }];
    floor.queues[0].rules.wait_limit = Some(Length::secs(600));
    floor.agents[1].team = "foremen".into();
    let mut desk = Desk::new(floor);
    desk.on(0, 0, &["li", "wang"]);
    desk.arrive(10, 1, "reservations");
    let why = desk.why(12, 1);
    let rung = NextRung { rung: 0, at: Time::from_secs(40), effect: RungEffect::Overflowed };
    assert_eq!((why.next_rung, why.wait_limit), (Some(rung), Some(Time::from_secs(610))));
    assert_eq!(desk.said(12, 1), "waits 2s for booking >= 3: 2 lack booking >= 3; rung 1 at 40s");
    let after = desk.why(45, 1);
    assert_eq!(after.next_rung, None);
    assert_eq!(after.at - after.since, Span::from_secs(35));
}

#[test]
fn whoever_comes_near_one_of_several_ways_lacks_what_is_missing_there() {
    let plan = floor(&[("li", 2, 5), ("wang", 1, 0)]).compile().unwrap();
    let need = plan.parse_need("(booking >= 3 and team foremen) or english >= 6 and not booking >= 9").unwrap();
    let catalogue = &plan.catalogue;
    let unmet = |agent: &str| {
        let profile = catalogue.profile(plan.agents()[plan.agent(agent).unwrap().index()].profile);
        first_unmet(&need, profile).map(|(term, count)| (plan.need_text(term), count))
    };
    assert_eq!(unmet("li"), Some(("english >= 6".into(), 1)));
    assert_eq!(unmet("wang"), Some(("english >= 6".into(), 1)));
}

#[test]
fn many_different_lacks_are_said_in_a_line_that_ends() {
    let lacking =
        (1..=10).map(|min| Lacking { term: Need::skill(crate::ids::SkillId(0), min), agents: 12 - u32::from(min) });
    let plan = floor(&[("li", 5, 0)]).compile().unwrap();
    let mut desk = Desk::new(floor(&[("li", 5, 0)]));
    desk.arrive(0, 1, "reservations");
    let mut why = desk.why(1, 1);
    (why.kept, why.lacking) = (Vec::new(), lacking.collect());
    let text = why.text(&plan);
    assert!(text.ends_with("6 lack booking >= 6, 14 otherwise"), "{text}");
}
