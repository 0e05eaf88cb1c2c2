//! Delivery into a channel.

use crossbeam_channel::bounded;

use cordboard::Time;
use cordboard::exchange::{Delivered, Exchange, Keep, Options};

use crate::tally::{Say, Tally};

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
