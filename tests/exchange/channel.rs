//! Delivery into a channel.

use crossbeam_channel::bounded;

use cordboard::Time;
use cordboard::exchange::{Delivered, Exchange, Keep, Options};

use crate::tally::{POISON, Say, Tally};

#[test]
fn what_says_nothing_fills_no_log_though_only_deliveries_are_acknowledged() {
    let exchange = Exchange::of(Tally::default(), (), Options { log_max: 64, segment: 8, ..Options::default() });
    let mut reader = exchange.reader(Keep::UntilAcknowledged).unwrap();
    let mut handle = exchange.handle().unwrap();
    let (send, receive) = bounded(2);
    handle.submit(Say { at: Time::ZERO, number: POISON }).unwrap();
    handle.submit(Say { at: Time::ZERO, number: 1 }).unwrap();
    for turn in 0..500 {
        handle.ask(Time::ZERO, 1).unwrap();
        assert_eq!(reader.deliver(&send), Ok(Delivered::All));
        for delivery in receive.try_iter() {
            assert_eq!((turn, delivery.quarantined), (0, delivery.position == 0));
            reader.acknowledge(delivery.position + 1);
        }
    }
}

#[test]
fn what_a_full_channel_does_not_take_is_delivered_later_in_order() {
    let exchange = Exchange::of(Tally::default(), (), Options { segment: 2, ..Options::default() });
    let mut reader = exchange.reader(Keep::UntilAcknowledged).unwrap();
    let mut handle = exchange.handle().unwrap();
    for number in 0..5 {
        handle.submit(Say { at: Time::ZERO, number }).unwrap();
        handle.ask(Time::ZERO, 1).unwrap();
    }
    let (send, receive) = bounded(2);
    let mut positions = Vec::new();
    while reader.deliver(&send).unwrap() == Delivered::Full {
        for delivery in receive.try_iter() {
            assert_eq!(delivery.outputs[0].number * 2, delivery.position, "a question says nothing");
            positions.push(delivery.position);
        }
    }
    positions.extend(receive.try_iter().map(|delivery| delivery.position));
    assert_eq!(positions, [0, 2, 4, 6, 8]);
    drop(receive);
    handle.submit(Say { at: Time::ZERO, number: 5 }).unwrap();
    assert_eq!(reader.deliver(&send), Ok(Delivered::Disconnected));
    assert_eq!(reader.position(), 10, "it is still to be read");
}
