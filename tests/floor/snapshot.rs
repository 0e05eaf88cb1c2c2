//! Switch and engine agree again after one of them was away.

use std::sync::Arc;

use cordboard::engine::{
    Actor, Arrival, CallState, Command, EndedBy, Engine, Envelope, Event, Fact, Input, LegSeen, Outcome, Output,
    Presence, RefusedCall, SeenCall, SeenLeg, SlotState, Snapshot, VisitExit,
};
use cordboard::{AgentId, CallId, OfferId, Plan, QueueId, Time};

const DESK: QueueId = QueueId(0);
const LI: AgentId = AgentId(0);
const WANG: AgentId = AgentId(1);
const ANNA: CallId = CallId(1);
const BEN: CallId = CallId(2);
const CHEN: CallId = CallId(3);

const FLOOR: &str = r#"
rules = { wait_limit = "1h" }
teams = [{ name = "front" }]
agents = [{ name = "li", team = "front" }, { name = "wang", team = "front" }]
queues = [{ name = "desk" }]
"#;

/// A floor and what its engine has said since it was last asked.
struct Floor {
    engine: Engine,
    said: Vec<Output>,
}

impl Floor {
    fn new() -> Self {
        let plan = Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}"));
        Self { engine: Engine::new(Arc::new(plan), 1), said: Vec::new() }
    }

    /// What it says to this, the clock standing at so many seconds.
    fn tell(&mut self, secs: u64, input: Input) -> Vec<Event> {
        let (actor, at) = (Actor::Switch, Time::from_secs(secs));
        self.said.clear();
        self.engine.handle(Envelope { at, actor, input }, &mut self.said);
        self.engine.check_invariants().unwrap_or_else(|violation| panic!("{violation}"));
        self.said.iter().map(|output| output.event.clone()).collect()
    }

    fn come_to_work(&mut self, agent: AgentId) {
        self.tell(0, Input::SignIn { agent });
        self.tell(0, Input::Ready { agent });
    }

    fn arrive(&mut self, secs: u64, call: CallId) {
        self.tell(secs, Input::CallArrived(Arrival::new(call, DESK)));
    }

    /// The call's agent answers and talks.
    fn talk(&mut self, secs: u64, call: CallId) -> OfferId {
        let offer = self.offer_of(call);
        self.tell(secs, Input::OfferAccepted { offer });
        self.tell(secs, Input::Connected { offer });
        offer
    }

    fn reconcile(&mut self, secs: u64, taken: u64, calls: Vec<SeenCall>) -> Vec<Event> {
        self.tell(secs, Input::Snapshot(Snapshot { taken: Time::from_secs(taken), calls: calls.into() }))
    }

    fn offer_of(&self, call: CallId) -> OfferId {
        self.engine.offers(call).next().expect("somebody is rung").offer
    }

    fn state(&self, call: CallId) -> Option<CallState> {
        self.engine.call(call).map(|view| view.state)
    }
}

fn seen(call: CallId, arrived: u64) -> SeenCall {
    SeenCall { arrived: Time::from_secs(arrived), arrival: Arrival::new(call, DESK), legs: Vec::new() }
}

fn seen_with(call: CallId, arrived: u64, legs: &[(OfferId, LegSeen)]) -> SeenCall {
    let legs = legs.iter().map(|(offer, state)| SeenLeg { offer: *offer, state: *state }).collect();
    SeenCall { legs, ..seen(call, arrived) }
}

fn outcomes(events: &[Event]) -> Vec<(CallId, Outcome)> {
    let ended = |event: &Event| match event {
        Event::Fact(Fact::CallEnded { call, outcome, .. }) => Some((*call, *outcome)),
        _ => None,
    };
    events.iter().filter_map(ended).collect()
}

fn counts(events: &[Event]) -> (u32, u32, u32, u32) {
    let agree = events.iter().find_map(|event| match event {
        Event::Fact(Fact::Reconciled { known, vanished, entered, left_alone }) => {
            Some((*known, *vanished, *entered, *left_alone))
        }
        _ => None,
    });
    agree.expect("it says what it came to")
}

#[test]
fn callers_who_went_while_the_switch_was_away_have_abandoned_or_hung_up() {
    let mut floor = Floor::new();
    floor.come_to_work(LI);
    floor.arrive(10, ANNA);
    floor.talk(12, ANNA);
    floor.arrive(20, BEN);
    floor.arrive(30, CHEN);
    let events = floor.reconcile(60, 60, vec![seen(CHEN, 30)]);
    let gone = [(ANNA, Outcome::Completed(EndedBy::Caller)), (BEN, Outcome::Abandoned)];
    assert_eq!(outcomes(&events), gone, "the earliest first");
    assert_eq!(counts(&events), (1, 2, 0, 0));
    assert_eq!(floor.state(CHEN), Some(CallState::Ringing), "li is free again, in the same step");
}

#[test]
fn calls_that_both_know_keep_their_places() {
    let mut floor = Floor::new();
    floor.arrive(10, ANNA);
    floor.arrive(20, BEN);
    let before = floor.engine.state_hash();
    let events = floor.reconcile(20, 20, vec![seen(BEN, 20), seen(ANNA, 10)]);
    assert_eq!((counts(&events), events.len()), ((2, 0, 0, 0), 1), "nothing else is said");
    assert_ne!(before, floor.engine.state_hash(), "the input is counted");
    floor.come_to_work(LI);
    assert_eq!(floor.state(ANNA), Some(CallState::Ringing));
}

#[test]
fn callers_nobody_knew_enter_by_the_time_at_which_they_came() {
    let mut floor = Floor::new();
    floor.arrive(20, BEN);
    let events = floor.reconcile(60, 60, vec![seen(BEN, 20), seen(CHEN, 30), seen(ANNA, 10)]);
    assert_eq!(counts(&events), (1, 0, 2, 0));
    assert_eq!(floor.engine.call(ANNA).map(|view| view.arrived), Some(Time::from_secs(10)));
    let mut served = Vec::new();
    floor.come_to_work(LI);
    for _ in 0..3 {
        let is_rung = |call: &CallId| floor.state(*call) == Some(CallState::Ringing);
        let call = [ANNA, BEN, CHEN].into_iter().find(is_rung).expect("li is rung");
        served.push(call);
        floor.talk(61, call);
        floor.tell(62, Input::CallerGone { call });
    }
    assert_eq!(served, [ANNA, BEN, CHEN]);
}

#[test]
fn calls_that_came_after_the_snapshot_was_taken_have_not_vanished() {
    let mut floor = Floor::new();
    floor.arrive(10, ANNA);
    floor.arrive(30, BEN);
    let events = floor.reconcile(40, 20, Vec::new());
    assert_eq!(outcomes(&events), [(ANNA, Outcome::Abandoned)]);
    assert_eq!(floor.state(BEN), Some(CallState::Waiting));
}

#[test]
fn a_phone_that_was_answered_meanwhile_talks_and_a_caller_put_on_hold_is_held() {
    let mut floor = Floor::new();
    floor.come_to_work(LI);
    floor.come_to_work(WANG);
    floor.arrive(10, ANNA);
    floor.arrive(11, BEN);
    let offers = [ANNA, BEN].map(|call| floor.offer_of(call));
    let legs = |state| [(offers[0], state)];
    floor.reconcile(
        15,
        15,
        vec![seen_with(ANNA, 10, &legs(LegSeen::Held)), seen_with(BEN, 11, &[(offers[1], LegSeen::Ringing)])],
    );
    assert_eq!([ANNA, BEN].map(|call| floor.state(call)), [Some(CallState::Held), Some(CallState::Ringing)]);
    let rings = floor.engine.offers(BEN).next().and_then(|offer| offer.ringing_since);
    assert_eq!(rings, Some(Time::from_secs(15)), "the phone rings");
    floor.reconcile(16, 16, vec![seen_with(ANNA, 10, &legs(LegSeen::Talking)), seen(BEN, 11)]);
    assert_eq!([ANNA, BEN].map(|call| floor.state(call)), [Some(CallState::Talking), Some(CallState::Ringing)]);
}

#[test]
fn a_leg_that_ended_meanwhile_ends_the_call_of_a_caller_who_is_left_alone() {
    let mut floor = Floor::new();
    floor.come_to_work(LI);
    floor.arrive(10, ANNA);
    floor.talk(12, ANNA);
    let events = floor.reconcile(20, 20, vec![seen(ANNA, 10)]);
    assert_eq!(outcomes(&events), [(ANNA, Outcome::Completed(EndedBy::Switch))]);
    let told = |event: &Event| matches!(event, Event::Command(Command::EndCall { call: ANNA, .. }));
    assert!(events.iter().any(told), "the switch still has the caller: {events:?}");
    assert_eq!(floor.engine.slots(LI).next().map(|slot| slot.state), Some(SlotState::Free));
}

#[test]
fn an_engine_that_has_forgotten_everything_leaves_those_alone_who_talk_and_ends_stray_phones() {
    let mut before = Floor::new();
    before.come_to_work(LI);
    before.come_to_work(WANG);
    before.arrive(10, ANNA);
    let talks = before.talk(11, ANNA);
    before.arrive(12, BEN);
    let rings = before.offer_of(BEN);

    let mut after = Floor::new();
    let calls = vec![
        seen_with(ANNA, 10, &[(talks, LegSeen::Talking)]),
        seen_with(BEN, 12, &[(rings, LegSeen::Ringing)]),
        seen(BEN, 12),
    ];
    let events = after.reconcile(20, 20, calls);
    assert_eq!(counts(&events), (0, 0, 1, 1), "of several with one number the first counts");
    assert_eq!((after.state(ANNA), after.state(BEN)), (None, Some(CallState::Waiting)));
    let ended = |event: &Event| matches!(event, Event::Command(Command::EndLeg { offer }) if *offer == rings);
    assert_eq!(events.iter().filter(|event| ended(event)).count(), 1, "wang's phone stops ringing");
}

#[test]
fn of_several_with_one_number_the_first_counts_whatever_the_others_say() {
    let mut floor = Floor::new();
    floor.come_to_work(LI);
    floor.arrive(10, ANNA);
    let talks = floor.talk(11, ANNA);
    let elsewhere = [(talks, LegSeen::Talking)];
    let calls = vec![
        seen_with(ANNA, 10, &elsewhere),
        seen(ANNA, 10),
        // Known to nobody: he talks, so he is left alone.
        seen_with(BEN, 12, &elsewhere),
        seen(BEN, 11),
    ];
    let events = floor.reconcile(20, 20, calls);
    assert_eq!(counts(&events), (1, 0, 0, 1));
    assert_eq!((floor.state(ANNA), floor.state(BEN)), (Some(CallState::Talking), None));
}

#[test]
fn a_snapshot_says_nothing_of_who_is_to_be_called_back() {
    let mut floor = Floor::new();
    let callback = Some(Box::default());
    floor.tell(10, Input::CallArrived(Arrival { from: Some("+300".into()), callback, ..Arrival::new(ANNA, DESK) }));
    let events = floor.reconcile(20, 20, Vec::new());
    assert_eq!((counts(&events), floor.state(ANNA)), ((0, 0, 0, 0), Some(CallState::Waiting)));
}

#[test]
fn a_caller_who_enters_by_a_snapshot_may_be_turned_away_like_any_other() {
    let mut floor = Floor::new();
    let arrival = Arrival::new(ANNA, QueueId(9));
    let events = floor.reconcile(20, 20, vec![SeenCall { arrival, ..seen(ANNA, 10) }]);
    assert!(matches!(outcomes(&events)[..], [(ANNA, Outcome::Refused(_))]), "{events:?}");
}

#[test]
fn of_more_callers_than_the_floor_may_hold_a_snapshot_brings_in_the_earliest_and_turns_each_other_away() {
    let plan = Plan::from_toml(&format!("limits = {{ calls = 3, follow_ups = 5 }}\n{FLOOR}")).unwrap();
    let mut floor = Floor { engine: Engine::new(Arc::new(plan), 1), said: Vec::new() };
    floor.arrive(1, ANNA);
    floor.arrive(2, BEN);
    // Anna has gone, Ben is there, and a thousand others of whom nobody knew, the last to come listed first, each twice.
    let stray = OfferId::from_bits(u64::MAX);
    let others = (10..1010).rev().map(CallId).flat_map(|call| {
        let listed = seen_with(call, call.0, &[(stray, LegSeen::Ringing)]);
        [listed.clone(), listed]
    });
    let events = floor.reconcile(2000, 2000, others.chain([seen(BEN, 2)]).collect());
    assert_eq!(counts(&events), (1, 1, 1000, 0));
    let live: Vec<_> = [ANNA, BEN, CallId(10), CallId(11), CallId(12)].map(|call| floor.state(call).is_some()).into();
    assert_eq!((live, floor.engine.in_progress().calls), (vec![false, true, true, true, false], 3));
    let outcomes = outcomes(&events);
    let full =
        |(number, call): (u64, &(CallId, Outcome))| *call == (CallId(number), Outcome::Refused(RefusedCall::FloorFull));
    assert_eq!(outcomes[0], (ANNA, Outcome::Abandoned));
    assert_eq!(outcomes.len(), 999, "each is told by itself, and once");
    assert!((12..).zip(&outcomes[1..]).all(full), "in order of coming: {outcomes:?}");
    let rejected = events.iter().filter(|event| matches!(event, Event::Command(Command::RejectCall { .. }))).count();
    let ended = events.iter().filter(|event| matches!(event, Event::Command(Command::EndLeg { .. }))).count();
    assert_eq!((rejected, ended), (998, 1000));
    assert!(events.len() - ended <= 6 * 1002, "{} outputs", events.len());
    assert_eq!(floor.engine.follow_ups().count(), 5);
}

#[test]
fn a_visit_that_ends_by_a_snapshot_has_one_exit_and_the_presence_of_agents_stays() {
    let mut floor = Floor::new();
    floor.come_to_work(LI);
    floor.arrive(10, ANNA);
    let events = floor.reconcile(12, 12, Vec::new());
    let exits = events.iter().filter_map(|event| match event {
        Event::Fact(Fact::VisitEnded { exit, .. }) => Some(*exit),
        _ => None,
    });
    assert_eq!(exits.collect::<Vec<_>>(), [VisitExit::Abandoned]);
    let cancelled = |event: &Event| matches!(event, Event::Command(Command::CancelOffer { .. }));
    assert!(events.iter().any(cancelled), "li's phone stops ringing");
    assert_eq!(floor.engine.agent(LI).map(|view| view.presence), Some(Presence::Ready));
}
