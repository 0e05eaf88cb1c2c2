//! Determinism (G7): plan, seed and inputs decide everything, byte for byte, however the engine is driven.

use proptest::prelude::*;

use cordboard::Time;
use cordboard::engine::{Actor, Engine, Envelope, Event, Input, Output};

use crate::config;
use crate::floors::plan;
use crate::steps::{Case, cases};
use crate::world::{World, state};

fn hand_in(engine: &mut Engine, envelopes: &[Envelope]) -> Vec<Output> {
    let mut out = Vec::new();
    envelopes.iter().for_each(|envelope| engine.handle(envelope.clone(), &mut out));
    out
}

fn fresh(case: &Case) -> Engine {
    Engine::new(plan(&case.floor), case.seed)
}

fn bytes(outputs: &[Output]) -> Vec<u8> {
    serde_json::to_vec(outputs).expect("outputs can be written as JSON")
}

fn tick(at: Time) -> Envelope {
    Envelope { at, actor: Actor::Host, input: Input::Tick }
}

/// What happened and when; not at which input.
fn events(outputs: &[Output]) -> Vec<(Time, &Event)> {
    outputs.iter().map(|output| (output.at, &output.event)).collect()
}

/// Each envelope with the instant at which it is handled.
fn instants(envelopes: &[Envelope]) -> impl Iterator<Item = (Time, &Envelope)> {
    envelopes.iter().scan(Time::ZERO, |now, envelope| {
        *now = envelope.at.max(*now);
        Some((*now, envelope))
    })
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn the_same_day_twice_gives_the_same_bytes(case in cases(1..80)) {
        let world = World::run(&case);
        let mut again = fresh(&case);
        let outputs = hand_in(&mut again, &world.envelopes);
        prop_assert_eq!(bytes(&world.outputs), bytes(&outputs));
        prop_assert_eq!(world.engine.state_hash(), again.state_hash());
    }

    #[test]
    fn a_copy_taken_anywhere_and_one_read_back_from_its_text_go_on_alike(
        case in cases(1..80),
        cut in any::<prop::sample::Index>(),
    ) {
        let world = World::run(&case);
        let (before, after) = world.envelopes.split_at(cut.index(world.envelopes.len() + 1));
        let mut engine = fresh(&case);
        hand_in(&mut engine, before);
        let mut copy = engine.clone();
        // In the memory of another, as checkpoints are made.
        let mut copied_into = fresh(&case);
        hand_in(&mut copied_into, &before[..before.len() / 3]);
        copied_into.clone_from(&engine);
        let text = serde_json::to_string(&engine).expect("an engine can be written as JSON");
        let mut read: Engine = serde_json::from_str(&text).expect("an engine can be read from JSON");
        prop_assert_eq!(engine.state_hash(), copy.state_hash());
        prop_assert_eq!(engine.state_hash(), copied_into.state_hash());
        prop_assert_eq!(engine.state_hash(), read.state_hash());
        prop_assert_eq!(&text, &serde_json::to_string(&read).expect("an engine can be written as JSON"));
        let outputs = bytes(&hand_in(&mut engine, after));
        prop_assert_eq!(&outputs, &bytes(&hand_in(&mut copy, after)));
        prop_assert_eq!(&outputs, &bytes(&hand_in(&mut copied_into, after)));
        prop_assert_eq!(&outputs, &bytes(&hand_in(&mut read, after)));
        prop_assert_eq!(engine.state_hash(), copy.state_hash());
        prop_assert_eq!(engine.state_hash(), read.state_hash());
    }

    // G8: timers before an input fire whether somebody called for them or not.
    #[test]
    fn ticking_finely_coarsely_or_needlessly_changes_nothing_but_the_keys(case in cases(1..80)) {
        let world = World::run(&case);
        let end = world.engine.now();
        let steps: Vec<(Time, &Envelope)> = instants(&world.envelopes).collect();
        let (mut coarse, mut fine) = (Vec::new(), Vec::new());
        for (place, (at, envelope)) in steps.iter().enumerate() {
            let next = steps.get(place + 1).map(|(next, _)| *next);
            let needless = envelope.input == Input::Tick && next.is_none_or(|next| next > *at);
            if !needless {
                coarse.push((*envelope).clone());
            }
            fine.push((*envelope).clone());
            if let Some(next) = next.filter(|next| next > at) {
                let half = Time::from_nanos(at.as_nanos() + (next - *at).as_nanos() / 2);
                let last = Time::from_nanos(next.as_nanos() - 1);
                fine.extend([*at, *at, half, Time::ZERO, last].map(tick));
            }
        }
        coarse.push(tick(end));
        fine.push(tick(end));
        let (mut coarsely, mut finely) = (fresh(&case), fresh(&case));
        let coarse = hand_in(&mut coarsely, &coarse);
        let fine = hand_in(&mut finely, &fine);
        prop_assert_eq!(events(&coarse), events(&fine));
        prop_assert_eq!(state(&coarsely), state(&finely));
        prop_assert!(events(&fine).starts_with(&events(&world.outputs)));
    }

    #[test]
    fn calling_for_timers_when_none_is_due_says_nothing(case in cases(1..40)) {
        let mut world = World::run(&case);
        let due = world.engine.next_timeout().filter(|due| *due > world.engine.now());
        let before = state(&world.engine);
        let mut out = Vec::new();
        if let Some(due) = due {
            world.engine.handle_timeout(Time::from_nanos(due.as_nanos() - 1), &mut out);
            world.engine.handle_timeout(Time::ZERO, &mut out);
            prop_assert_eq!(world.engine.next_timeout(), Some(due));
            prop_assert_eq!(before, state(&world.engine));
        }
        prop_assert!(out.is_empty());
    }
}
