//! Days on which much goes wrong: hang-ups nobody reports, phones that vanish, reports that come twice, late, or about
//! nothing; on a quiet floor, and on one where calls are transferred, escalated, listened to and called back. Whatever
//! happens, every call ends once, every visit ends once, and at the end nothing is left (G4, G5, G6).

use std::collections::BTreeMap;
use std::sync::Arc;

use cordboard::engine::{
    CancelReason, Command, DialPurpose, Event, Fact, InProgress, MonitorMode, OfferEnd, Outcome, Output, VisitCause,
};
use cordboard::floor::Length;
use cordboard::sim::scenario::Faults;
use cordboard::sim::{Scenario, Simulation};
use cordboard::{CallId, OfferId, Plan, Time, VisitId};

/// Keeps the books without believing anybody.
#[derive(Default)]
struct Books {
    /// Beginnings and ends.
    calls: BTreeMap<CallId, (u32, u32)>,
    visits: BTreeMap<VisitId, (u32, u32)>,
    offers: BTreeMap<OfferId, (u32, u32)>,
    lost: u32,
    ignored: u32,
    refused: u32,
    phones: u32,
    /// How often what happened.
    happened: BTreeMap<&'static str, u32>,
}

impl Books {
    fn keep(&mut self, output: &Output) {
        match &output.event {
            Event::Fact(Fact::CallArrived { call, .. }) => self.calls.entry(*call).or_default().0 += 1,
            Event::Fact(Fact::CallEnded { call, outcome, .. }) => {
                self.calls.entry(*call).or_default().1 += 1;
                self.lost += u32::from(*outcome == Outcome::Lost);
            }
            Event::Fact(Fact::VisitStarted { visit, .. }) => self.visits.entry(*visit).or_default().0 += 1,
            Event::Fact(Fact::VisitEnded { visit, .. }) => self.visits.entry(*visit).or_default().1 += 1,
            Event::Fact(Fact::Ignored { .. }) => self.ignored += 1,
            Event::Fact(Fact::Refused(_)) => self.refused += 1,
            Event::Fact(Fact::EndpointChanged { .. }) => self.phones += 1,
            Event::Fact(Fact::Offered { offer, .. }) => self.offers.entry(*offer).or_default().0 += 1,
            Event::Fact(Fact::OfferEnded { offer, .. }) => self.offers.entry(*offer).or_default().1 += 1,
            Event::Fact(Fact::LegEnded { offer, .. }) => self.offers.entry(*offer).or_default().1 += 1,
            _ => {}
        }
        if let Event::Fact(fact) = &output.event
            && let Some(what) = what(fact)
        {
            *self.happened.entry(what).or_default() += 1;
        }
    }
}

/// What of all that people do with calls this is, if anything.
fn what(fact: &Fact) -> Option<&'static str> {
    Some(match fact {
        Fact::VisitStarted { cause, .. } => match cause {
            VisitCause::Transferred { .. } => "transferred",
            VisitCause::Returned { .. } => "returned",
            VisitCause::Escalated { .. } => "escalated",
            VisitCause::TakenOver { .. } => "taken over",
            VisitCause::Consult { .. } => "consulted",
            VisitCause::Callback => "callback waits",
            VisitCause::Moved => "moved",
            VisitCause::Key => "left by key",
            _ => return None,
        },
        Fact::AwaitsAgent { .. } => "waits for one agent",
        Fact::ComplaintRecorded { .. } => "complaint",
        Fact::Dialled { purpose: DialPurpose::Transfer, .. } => "handed out",
        Fact::Dialled { purpose: DialPurpose::Consult, .. } => "consulted outside",
        Fact::TransferReturned { .. } => "came back",
        Fact::TransferCompleted { .. } => "handed on",
        Fact::ConferenceStarted { .. } => "conference",
        Fact::MonitorStarted { mode: MonitorMode::Listen, .. } => "listens",
        Fact::MonitorStarted { .. } => "barges or whispers",
        Fact::CallbackAttempted { .. } => "called back",
        Fact::MessageStarted { .. } => "message",
        Fact::FollowUpClosed { .. } => "followed up",
        Fact::ApprovalEnded { approved: Some(true), .. } => "break approved",
        Fact::OfferEnded { how: OfferEnd::Cancelled(CancelReason::AnsweredElsewhere), .. } => "answered elsewhere",
        Fact::WrapUpEnded { disposition: Some(_), .. } => "disposition",
        Fact::CallEnded { outcome, .. } => match outcome {
            Outcome::TransferredOut => "transferred out",
            Outcome::MessageTaken => "message taken",
            Outcome::CallbackFulfilled => "callback fulfilled",
            Outcome::CallbackFailed => "callback failed",
            Outcome::NobodyThere => "nobody there",
            Outcome::Withdrawn => "withdrawn",
            _ => return None,
        },
        _ => return None,
    })
}

fn hotel(faults: Faults) -> (Arc<Plan>, Scenario) {
    let plan = Arc::new(Plan::load("examples/floors/hotel.toml").unwrap());
    let mut scenario = Scenario::load("examples/floors/hotel.scenario.toml", &plan).unwrap();
    scenario.faults = faults;
    // The leases of calls whose hang-up was lost last two hours.
    scenario.drain = Some(Length::secs(24 * 3_600));
    (plan, scenario)
}

fn day(seed: u64, faults: Faults) -> Books {
    let (plan, scenario) = hotel(faults);
    day_of(plan, &scenario, seed)
}

fn day_of(plan: Arc<Plan>, scenario: &Scenario, seed: u64) -> Books {
    let mut simulation = Simulation::new(plan, scenario, seed).unwrap().checked();
    let mut books = Books::default();
    let run = simulation.run(&mut |output| books.keep(output));
    let run = run.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    assert_eq!(simulation.engine().in_progress(), InProgress::default(), "seed {seed}");
    for (call, times) in &books.calls {
        assert_eq!(*times, (1, 1), "seed {seed}: beginnings and ends of call {call}");
    }
    for (visit, times) in &books.visits {
        assert_eq!(*times, (1, 1), "seed {seed}: beginnings and ends of visit {visit}");
    }
    for (offer, times) in &books.offers {
        assert_eq!(*times, (1, 1), "seed {seed}: beginnings and ends of offer {offer}");
    }
    assert!(books.calls.len() as u64 >= run.calls, "seed {seed}: {} of {} calls", books.calls.len(), run.calls);
    books
}

#[test]
fn a_day_on_which_everything_goes_wrong_still_ends_empty() {
    for seed in 1..=6 {
        let books = day(
            seed,
            Faults {
                lost_hangups: 0.05,
                vanishing_agents: 0.02,
                duplicates: 0.1,
                late_answers: 0.5,
                nonsense: 0.1,
                ..Faults::default()
            },
        );
        assert!(books.lost > 10, "seed {seed}: {} calls were lost", books.lost);
        assert!(books.ignored > 1_000, "seed {seed}: {} reports were ignored", books.ignored);
        assert!(books.refused > 100, "seed {seed}: {} requests were refused", books.refused);
        assert!(books.phones > 20, "seed {seed}: phones changed {} times", books.phones);
    }
}

#[test]
fn lost_hang_ups_hold_nobody_longer_than_the_lease() {
    for seed in 11..=13 {
        let books = day(seed, Faults { lost_hangups: 0.2, ..Faults::default() });
        assert!(books.lost > 50, "seed {seed}: {} calls were lost", books.lost);
        assert_eq!((books.ignored, books.refused), (0, 0), "seed {seed}");
    }
}

#[test]
fn phones_that_vanish_while_ringing_or_talking_strand_no_call() {
    for seed in 21..=23 {
        let books = day(seed, Faults { vanishing_agents: 0.1, ..Faults::default() });
        assert!(books.phones > 200, "seed {seed}: phones changed {} times", books.phones);
    }
}

/// All that was said on a day and when, except that a report was ignored; and the legs whose end was asked for then.
fn said(seed: u64, faults: Faults) -> (Vec<(Time, Event)>, Vec<OfferId>) {
    let (plan, scenario) = hotel(faults);
    let (mut said, mut legs_ended, mut ignored_in) = (Vec::new(), Vec::new(), None);
    let mut listen = |output: &Output| match &output.event {
        Event::Fact(Fact::Ignored { .. }) => ignored_in = Some(output.key.position),
        event if ignored_in == Some(output.key.position) => match event {
            Event::Command(Command::EndLeg { offer }) => legs_ended.push(*offer),
            Event::Command(Command::EndDial { .. }) => {}
            other => panic!("seed {seed}, {}: an ignored report brought {other:?}", output.at),
        },
        event => said.push((output.at, event.clone())),
    };
    let run = Simulation::new(plan, &scenario, seed).unwrap().run(&mut listen);
    run.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    (said, legs_ended)
}

#[test]
fn reports_that_come_twice_or_late_change_nothing() {
    for seed in 31..=33 {
        let faults = Faults { duplicates: 0.5, late_answers: 1.0, ..Faults::default() };
        let books = day(seed, faults.clone());
        assert!(books.ignored > 1_000, "seed {seed}: {} reports were ignored", books.ignored);

        let ((well, none), (spoiled, legs_ended)) = (said(seed, Faults::default()), said(seed, faults));
        assert!(none.is_empty(), "seed {seed}: without faults nothing is ignored");
        assert!(legs_ended.len() > 10, "seed {seed}: late answers are met with the end of their leg");
        for (place, (one, other)) in well.iter().zip(&spoiled).enumerate() {
            assert_eq!(one, other, "seed {seed}: output {place}");
        }
        assert_eq!(well.len(), spoiled.len(), "seed {seed}");
    }
}

/// Where everything is done with calls that can be done.
const BUSY_FLOOR: &str = r#"
    name = "Busy house"
    zone = "Asia/Shanghai"
    skills = ["english"]
    reasons = ["meal", "notes"]
    approval = ["meal"]
    dispositions = ["solved", "open"]
    extensions = [{ name = "kitchen", number = "601" }, { name = "garage", number = "602" }]
    teams = [{ name = "desk" }, { name = "foremen" }, { name = "office" }]
    agents = [
        { name = "li", team = "desk", skills = { english = 5 } },
        { name = "wang", team = "desk" },
        { name = "zhang", team = "desk", skills = { english = 3 } },
        { name = "chen", team = "desk", capacity = 2 },
        { name = "liu", team = "desk" },
        { name = "gao", team = "foremen", role = "foreman", skills = { english = 9 } },
        { name = "lin", team = "foremen", role = "foreman" },
        { name = "guo", team = "office", role = "supervisor", skills = { english = 9 } },
        { name = "song", team = "office", role = "manager" },
    ]

    [rules]
    lease = "1h"
    wrap_up = { timed = "20s" }
    sticky = "2h"
    callback_gap = "5m"
    callback_attempts = 2
    wait_limit = "20m"

    [[queues]]
    name = "all"
    teams = ["desk"]
    rules = { choice = "ring-all", ring_all_max = 3, ring_all_joins = true, wrap_up = "disposition", misses = 0 }
    keys = [{ key = "1", do = "message" }, { key = "2", do = "callback" }, { key = "3", do = { to_queue = "one" } }]
    ladder = [
        { after = "15s", do = ["offer_callback"] },
        { after = "20s", do = ["offer_message"] },
        { after = "30s", do = [{ add_role = "foreman" }] },
    ]

    [[queues]]
    name = "one"
    teams = ["desk", "foremen"]
    need = "english >= 3 or role foreman"
    rules = { escalation_stays = true, transfer_message = false, transfer_resets_age = true, after_call = "notes" }
    ladder = [
        { after = "10s", if = { nobody_signed_in = true }, do = ["message"] },
        { after = "30s", unless = { hours = "00:00-12:00" }, do = [{ widen = "team desk" }] },
        { after = "1m", do = ["offer_callback"] },
    ]

    [[queues]]
    name = "fixed"
    teams = ["desk"]
    rules = { choice = "least-occupied", wrap_up = { fixed = "10s" }, leave_when_empty = ["not_ready"], refuse_when_empty = [], complaint_role = "manager" }
"#;

const BUSY_SCENARIO: &str = r#"
    hours = 24
    drain = "48h"

    [calls]
    patience = { lognormal = { mean = "3m", cv = 1.0 } }
    talk = { lognormal = { mean = "1m30s", cv = 0.8 } }
    hold = { share = 0.1, length = { exponential = "40s" } }
    wrap_up = { uniform = ["5s", "30s"] }
    ended_by_agent = 0.3
    answer = { uniform = ["1s", "12s"] }
    cannot_answer = 0.08
    complaints = 0.05
    consults = { length = { exponential = "30s" }, conference = 0.3, back = 0.3 }
    preferred = { share = 0.1, agents = ["li", "gao"] }
    keys = [{ key = "3", share = 0.02, after = { uniform = ["1s", "30s"] } }, { key = "2", share = 0.02, after = { fixed = "20s" } }]
    callback = { share = 0.4, due = "10m", reached = 0.6, answer = { uniform = ["2s", "20s"] } }
    message = { share = 0.4, length = { exponential = "20s" } }
    dispositions = { solved = 0.7, open = 0.2 }
    again = { share = 0.15, after = { exponential = "20m" } }
    transfers = [
        { share = 0.04, to = { queue = "one" } },
        { share = 0.04, to = { team = "desk" } },
        { share = 0.03, to = { agent = "gao" } },
        { share = 0.04, to = { extension = "kitchen" } },
        { share = 0.02, to = { number = "5550100" } },
        { share = 0.05, to = { team = "desk" }, consult = true },
        { share = 0.05, to = { queue = "one" }, consult = true },
        { share = 0.05, to = { extension = "garage" }, consult = true },
    ]

    [agents]
    missed = 0.05
    declined = 0.03
    busy = 0.02
    unreachable = 0.01
    back_after_call = { fixed = "30s" }

    [supervisors]
    listen = { per_hour = 6, length = { exponential = "1m" }, whisper = 0.3, barge = 0.3, take_over = 0.3 }
    moves = { per_hour = 4, to = ["all", "one", "fixed"] }
    approval = { after = { exponential = "1m" }, refused = 0.3 }

    [switch]
    ring_delay = { uniform = ["300ms", "800ms"] }
    connect_delay = { uniform = ["100ms", "300ms"] }

    [telephones]
    answered = 0.6
    busy = 0.1
    answer = { uniform = ["2s", "25s"] }

    [follow_up]
    called_back = 0.3
    closed = 0.3
    after = { exponential = "30m" }

    [[queues]]
    queue = "all"
    arrivals = { per_hour = 30 }

    [[queues]]
    queue = "one"
    arrivals = { per_hour = 20 }
    needs = [{ share = 0.2, need = "english >= 5" }]

    [[queues]]
    queue = "fixed"
    arrivals = { per_hour = 12 }

    [[shifts]]
    teams = ["desk"]
    from = "06:00"
    to = "22:00"
    breaks = [{ at = "09:00", stagger = "20m", length = "20m", reason = "meal" }, { at = "17:00", stagger = "10m", length = "15m", reason = "meal" }]

    [[shifts]]
    teams = ["foremen", "office"]
    from = "07:00"
    to = "23:00"
"#;

fn busy_house(faults: Faults) -> (Arc<Plan>, Scenario) {
    let plan = Arc::new(Plan::from_toml(BUSY_FLOOR).unwrap());
    let mut scenario = Scenario::from_toml(BUSY_SCENARIO, &plan).unwrap();
    scenario.faults = faults;
    (plan, scenario)
}

fn faults() -> Faults {
    Faults {
        lost_hangups: 0.05,
        vanishing_agents: 0.03,
        duplicates: 0.2,
        late_answers: 0.5,
        nonsense: 0.3,
        ..Faults::default()
    }
}

/// Everything that is to happen in a busy house.
const ALL: [&str; 29] = [
    "transferred",
    "returned",
    "escalated",
    "taken over",
    "consulted",
    "callback waits",
    "moved",
    "left by key",
    "waits for one agent",
    "complaint",
    "handed out",
    "consulted outside",
    "came back",
    "handed on",
    "conference",
    "listens",
    "barges or whispers",
    "called back",
    "message",
    "followed up",
    "break approved",
    "answered elsewhere",
    "disposition",
    "transferred out",
    "message taken",
    "callback fulfilled",
    "callback failed",
    "nobody there",
    "withdrawn",
];

#[test]
fn a_busy_house_on_a_good_day_does_everything_and_ends_empty() {
    for seed in 41..=43 {
        let (plan, scenario) = busy_house(Faults::default());
        let books = day_of(plan, &scenario, seed);
        for what in ALL.into_iter().filter(|what| *what != "withdrawn") {
            assert!(books.happened.get(what) > Some(&2), "seed {seed}: {what}, {:?}", books.happened);
        }
        assert_eq!(books.lost, 0, "seed {seed}");
    }
}

#[test]
fn a_busy_house_on_which_everything_goes_wrong_still_ends_empty() {
    for seed in 51..=58 {
        let (plan, scenario) = busy_house(faults());
        let books = day_of(plan, &scenario, seed);
        for what in ALL {
            assert!(books.happened.contains_key(what), "seed {seed}: {what}, {:?}", books.happened);
        }
        assert!(books.lost > 5, "seed {seed}: {} calls were lost", books.lost);
        assert!(books.ignored > 1_000, "seed {seed}: {} reports were ignored", books.ignored);
        assert!(books.refused > 500, "seed {seed}: {} requests were refused", books.refused);
    }
}
