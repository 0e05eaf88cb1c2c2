//! A step that panics is left out, here and in every replay, and costs nobody else anything.

use std::thread;

use cordboard::Time;
use cordboard::exchange::{Exchange, Keep, Machine, Options};

use crate::tally::{POISON, Say, Tally};

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
