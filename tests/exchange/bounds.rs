//! Everything is bounded, and full is an answer (G12).

use cordboard::exchange::{Exchange, Full, Handle, Keep, Lagged, Options, Probe};
use cordboard::{Span, Time};

use crate::tally::{Say, Tally};

fn options() -> Options {
    Options { log_max: 64, segment: 8, checkpoint_every: 8, handles_max: 3, readers_max: 2, ..Options::default() }
}

fn exchange(options: Options) -> Exchange<Tally> {
    Exchange::of(Tally::default(), (), options)
}

fn say<P: Probe>(handle: &mut Handle<Tally, P>, number: u64) -> Result<u64, Full> {
    handle
        .submit(Say { at: Time::from_nanos(number), number })
        .map(|ticket| ticket.position)
        .map_err(|refused| refused.why)
}

#[test]
fn there_are_as_many_handles_as_there_may_be_and_one_that_is_given_back_can_be_had_again() {
    let exchange = exchange(options());
    let mut handles: Vec<_> = (0..3).map(|_| exchange.handle().unwrap()).collect();
    assert_eq!(exchange.handle().map(drop), Err(Full::Handles { most: 3 }));
    handles.pop();
    assert!(exchange.handle().is_ok());
}

#[test]
fn there_are_as_many_readers_as_there_may_be_and_one_that_leaves_makes_room() {
    let exchange = exchange(options());
    let readers = [exchange.reader(Keep::WhileItKeepsUp).unwrap(), exchange.reader(Keep::UntilAcknowledged).unwrap()];
    assert_eq!(exchange.reader(Keep::WhileItKeepsUp).map(drop), Err(Full::Readers { most: 2 }));
    drop(readers);
    assert!(exchange.reader(Keep::WhileItKeepsUp).is_ok());
}

#[test]
fn a_reader_that_acknowledges_nothing_fills_the_log_and_no_input_is_lost_over_it() {
    let exchange = exchange(options());
    let mut reader = exchange.reader(Keep::UntilAcknowledged).unwrap();
    let mut handle = exchange.handle().unwrap();
    let mut taken = 0;
    let why = loop {
        match say(&mut handle, taken) {
            Ok(position) => assert_eq!(position, taken),
            Err(why) => break why,
        }
        taken += 1;
        assert!(taken < 1_000, "the log is bounded");
    };
    assert_eq!(why, Full::Reader { acknowledged: 0 });
    assert_eq!(taken, 64);
    // What it read without acknowledging, it can read again.
    let read = |reader: &mut cordboard::exchange::Reader<Tally>| {
        let mut read = 0;
        while reader.next().unwrap().is_some() {
            read += 1;
        }
        read
    };
    assert_eq!(read(&mut reader), 64);
    assert_eq!(say(&mut handle, taken), Err(Full::Reader { acknowledged: 0 }));
    reader.rewind();
    assert_eq!(read(&mut reader), 64);
    reader.acknowledge(reader.position());
    assert_eq!(say(&mut handle, taken), Ok(64));
    // It leaves: it holds nothing any more.
    drop(reader);
    for number in 65..1_000 {
        assert_eq!(say(&mut handle, number), Ok(number));
    }
}

#[test]
fn a_board_that_is_too_slow_is_told_so_and_goes_on_from_the_last_checkpoint() {
    let exchange = exchange(Options { lag_max: 16, ..options() });
    let mut board = exchange.reader(Keep::WhileItKeepsUp).unwrap();
    let mut handle = exchange.handle().unwrap();
    for number in 0..500 {
        assert_eq!(say(&mut handle, number), Ok(number), "it holds nobody up");
    }
    assert_eq!(board.next().map(drop), Err(Lagged { position: 0 }));
    assert_eq!(board.next().map(drop), Err(Lagged { position: 0 }), "until it resyncs");
    let checkpoint = board.resync();
    let mut tally = checkpoint.machine.clone();
    assert!(checkpoint.position > 480 && tally.count == checkpoint.position);
    while let Some(decided) = board.next().unwrap() {
        let (at, said) = (decided.at(), *decided.input().unwrap());
        cordboard::exchange::Machine::apply(&mut tally, at, &said, &mut Vec::new());
        assert_eq!(decided.outputs()[0].sum, tally.sum);
    }
    assert_eq!(tally.count, 500, "checkpoint and stream together say everything");
}

#[test]
fn what_has_left_the_log_is_said_to_have_left_it() {
    let exchange = exchange(options());
    let mut handle = exchange.handle().unwrap();
    let ticket = handle.submit(Say { at: Time::ZERO, number: 5 }).unwrap();
    assert_eq!(handle.decided(ticket).unwrap().unwrap().outputs()[0].sum, 5);
    for number in 1..200 {
        say(&mut handle, number).unwrap();
    }
    assert_eq!(handle.decided(ticket).map(drop), Err(Lagged { position: 0 }));
}

#[test]
fn one_call_does_no_more_of_others_work_than_it_may_and_the_next_goes_on() {
    let exchange = exchange(Options { help_max: 4, log_max: 1024, ..options() });
    let mut handle = exchange.handle().unwrap();
    let mut inputs: Vec<_> = (0..10).map(|number| Say { at: Time::ZERO, number }).collect();
    let last = handle.submit_batch(&mut inputs).unwrap().unwrap();
    assert_eq!((last.position, exchange.decided()), (9, 4));
    assert!(handle.poll(Time::ZERO));
    assert_eq!(exchange.decided(), 8);
    assert!(!handle.poll(Time::ZERO));
    assert_eq!(exchange.decided(), 10);
}

#[test]
fn a_stamp_before_that_of_the_input_before_is_lifted_to_it() {
    let exchange = exchange(options());
    let mut reader = exchange.reader(Keep::WhileItKeepsUp).unwrap();
    let (mut one, mut other) = (exchange.handle().unwrap(), exchange.handle().unwrap());
    // Across the end of a segment as well.
    for turn in 0..20 {
        one.submit(Say { at: Time::from_secs(10 + turn), number: 1 }).unwrap();
        other.submit(Say { at: Time::from_secs(3), number: 1 }).unwrap();
    }
    let mut stamps = Vec::new();
    while let Some(decided) = reader.next().unwrap() {
        assert_eq!(decided.outputs()[0].at, decided.at());
        stamps.push(decided.at().as_nanos() / 1_000_000_000);
    }
    assert_eq!(stamps, (0..40).map(|position| 10 + position / 2).collect::<Vec<_>>());
}

#[test]
fn time_passes_by_ticks_that_stand_in_the_log_and_none_comes_before_it_is_due() {
    let exchange = exchange(options());
    let mut handle = exchange.handle().unwrap();
    assert_eq!(handle.next_timeout(), None);
    handle.submit(Say { at: Time::from_secs(1), number: 2 }).unwrap();
    assert_eq!(handle.next_timeout(), Some(Time::from_secs(2)));
    assert_eq!(handle.tick(Time::from_secs(1)), Ok(false));
    assert_eq!(exchange.decided(), 1);
    assert_eq!(handle.tick(Time::from_secs(2)), Ok(false));
    assert_eq!((exchange.decided(), handle.next_timeout()), (2, None));
    // Also where the last decision is behind a checkpoint.
    for number in 0..13 {
        handle.submit(Say { at: Time::from_secs(5), number: 2 * number }).unwrap();
    }
    assert_eq!(handle.next_timeout(), Some(Time::from_secs(6)));
}

#[test]
fn a_question_is_answered_between_what_stands_before_and_after_it_and_changes_nothing() {
    let exchange = exchange(options());
    let mut handle = exchange.handle().unwrap();
    for turn in 0..20 {
        say(&mut handle, turn).unwrap();
        let ticket = handle.ask(Time::ZERO, 1_000).unwrap();
        let decided = handle.decided(ticket).unwrap().unwrap();
        assert_eq!((decided.answer(), decided.outputs().len()), (Some(&(1_001 + turn)), 0));
    }
}

#[test]
fn memory_stays_flat_however_much_passes_through() {
    let exchange = exchange(options());
    let mut board = exchange.reader(Keep::WhileItKeepsUp).unwrap();
    let (mut handle, mut idle) = (exchange.handle().unwrap(), exchange.handle().unwrap());
    say(&mut idle, 0).unwrap();
    let mut most = 0;
    for number in 0..300_000 {
        say(&mut handle, number).unwrap();
        if number % 3 == 0 {
            let _ = board.next();
        }
        most = most.max(exchange.figures().segments);
    }
    // What the log holds, what an idle handle and a slow reader hold, and what is kept for use again.
    assert!(most <= 8 + 2 + 4, "{most} segments");
    assert!(exchange.figures().log_length <= 64);
}

#[test]
fn options_out_of_range_are_brought_into_it() {
    let nothing = Span::from_nanos(0);
    let exchange = exchange(Options {
        log_max: 0,
        segment: 0,
        help_max: 0,
        checkpoint_every: 0,
        patience: nothing,
        patience_max: nothing,
        patience_calls: 0,
        redo_per_second: 0,
        handles_max: 0,
        readers_max: 0,
        lag_max: u64::MAX,
        ..Options::default()
    });
    let mut handle = exchange.handle().unwrap();
    for number in 0..100 {
        assert_eq!(say(&mut handle, number), Ok(number));
    }
    assert_eq!(exchange.decided(), 100);
}
