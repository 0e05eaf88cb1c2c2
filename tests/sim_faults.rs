//! Days on which much goes wrong: hang-ups nobody reports, phones that vanish, reports that come twice, late, or about
//! nothing. Whatever happens, every call ends once, every visit ends once, and at the end nothing is left (G4, G5, G6).

#![cfg(feature = "sim")]

use std::collections::BTreeMap;
use std::sync::Arc;

use cordboard::engine::{Command, Event, Fact, Live, Outcome, Output};
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
    lost: u32,
    ignored: u32,
    refused: u32,
    phones: u32,
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
            _ => {}
        }
    }
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
    let mut simulation = Simulation::new(plan, &scenario, seed).unwrap().checked();
    let mut books = Books::default();
    let run = simulation.run(&mut |output| books.keep(output));
    let run = run.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    assert_eq!(simulation.engine().live(), Live::default(), "seed {seed}");
    for (call, times) in &books.calls {
        assert_eq!(*times, (1, 1), "seed {seed}: beginnings and ends of call {call}");
    }
    for (visit, times) in &books.visits {
        assert_eq!(*times, (1, 1), "seed {seed}: beginnings and ends of visit {visit}");
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
