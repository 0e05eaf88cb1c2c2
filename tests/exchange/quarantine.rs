//! A step that panics is left out, here and in every replay, and costs nobody else anything.

use std::thread;

use cordboard::Time;
use cordboard::exchange::{Exchange, Keep, Machine, Options};

use crate::tally::{POISON, Say, Tally, UNLUCKY};

#[test]
fn however_often_steps_panic_checkpoints_go_on_and_the_log_is_never_full_for_good() {
    let options = Options { log_max: 256, segment: 8, checkpoint_every: 16, ..Options::default() };
    let exchange = Exchange::of(Tally::default(), (), options);
    let mut handle = exchange.handle().unwrap();
    for number in 0..4_000 {
        // More often than checkpoints are made.
        let number = if number % 3 == 0 { POISON } else { number };
        handle.submit(Say { at: Time::from_nanos(1), number }).unwrap();
    }
    let figures = exchange.figures();
    assert_eq!((figures.decided, figures.quarantined), (4_000, 1_334), "{figures:?}");
    assert!(figures.redone < 4_000 * 16, "{figures:?}");
}

#[test]
fn a_tick_that_panics_is_not_repeated_for_ever() {
    let exchange = Exchange::of(Tally::default(), (), Options::default());
    let mut handle = exchange.handle().unwrap();
    handle.submit(Say { at: Time::from_secs(12), number: 2 }).unwrap();
    assert_eq!(handle.tick(UNLUCKY), Ok(false));
    assert_eq!((exchange.decided(), exchange.figures().quarantined), (2, 1));
    assert_eq!(handle.tick(Time::from_secs(14)), Ok(false), "the next one is taken");
    assert_eq!((exchange.decided(), handle.next_timeout()), (3, None));
}

#[test]
fn after_a_step_that_panicked_the_time_is_still_told_when_it_was_to_be_told_before() {
    let exchange = Exchange::of(Tally::default(), (), Options::default());
    let mut handle = exchange.handle().unwrap();
    handle.submit(Say { at: Time::from_secs(1), number: 2 }).unwrap();
    handle.submit(Say { at: Time::from_secs(1), number: POISON }).unwrap();
    assert_eq!(handle.next_timeout(), Some(Time::from_secs(2)));
    assert_eq!(handle.tick(Time::from_secs(2)), Ok(false));
    assert_eq!((exchange.decided(), handle.next_timeout()), (3, None));
}

#[test]
fn an_input_whose_step_panics_is_quarantined_and_a_replay_leaves_it_out() {
    let options = Options { log_max: 256, segment: 8, checkpoint_every: 16, ..Options::default() };
    let exchange = Exchange::of(Tally::default(), (), options);
    let mut reader = exchange.reader(Keep::UntilAcknowledged).unwrap();
    thread::scope(|scope| {
        for thread in 0..3 {
            let mut handle = exchange.handle().unwrap();
            scope.spawn(move || {
                for turn in 0..40 {
                    // Two in a row, the first of all among them.
                    let number = if turn % 10 < 2 { POISON } else { 100 * thread + turn };
                    let mut say = Say { at: Time::from_nanos(turn), number };
                    while let Err(refused) = handle.submit(say) {
                        say = *refused.input;
                        thread::yield_now();
                    }
                }
            });
        }
    });
    let mut handle = exchange.handle().unwrap();
    while handle.poll(Time::ZERO) {}
    assert_eq!(exchange.decided(), 120);
    let mut tally = Tally::default();
    let mut quarantined = 0;
    while let Some(decided) = reader.next().unwrap() {
        let input = decided.input().unwrap();
        assert_eq!(decided.is_quarantined(), input.number == POISON);
        let mut out = Vec::new();
        if decided.is_quarantined() {
            quarantined += 1;
        } else {
            tally.apply(decided.at(), input, &mut out);
        }
        assert_eq!(out, decided.outputs());
    }
    assert_eq!((quarantined, tally.count), (24, 96));
    let figures = exchange.figures();
    assert_eq!(figures.quarantined, 24, "{figures:?}");
    assert_eq!(figures.pinned, 0, "{figures:?}");
    // A machine that is whole goes on from here.
    let ticket = handle.submit(Say { at: Time::ZERO, number: 1 }).unwrap();
    let sum = handle.decided(ticket).unwrap().unwrap().outputs()[0].sum;
    assert_eq!(sum, tally.sum.wrapping_mul(31).wrapping_add(1));
}
