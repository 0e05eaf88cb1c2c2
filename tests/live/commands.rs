//! The stream of commands: once each, kept until acknowledged, in any order.

use cordboard::CallId;
use cordboard::engine::{Arrival, Command, Input, OutputKey};
use cordboard::live::{Commanded, Commands, CommandsTaken};

use crate::floor::{GUESTS, LI, at_work, centre, desks, next_offer};

/// Everything that is there.
fn all(commands: &mut Commands) -> Vec<Commanded> {
    std::iter::from_fn(|| commands.next_now()).collect()
}

fn keys(commands: &[Commanded]) -> Vec<OutputKey> {
    commands.iter().map(|commanded| commanded.key).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_not_acknowledged_comes_again_with_the_same_keys() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    for call in 0..10 {
        lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap();
    }
    let mut commands = centre.commands().unwrap();
    let first = all(&mut commands);
    assert_eq!(first.len(), 10);
    assert!(first.iter().zip(0..).all(|(commanded, call)| commanded.call == Some(CallId(call))));
    // In any order: the first two, and some behind the third.
    for index in [7, 1, 0, 4] {
        commands.acknowledge(first[index].key);
    }
    commands.acknowledge(OutputKey { position: 999, index: 0 });
    assert_eq!(commands.outstanding(), 6);
    commands.rewind();
    let again = all(&mut commands);
    let expected: Vec<_> = [2, 3, 5, 6, 8, 9].map(|index| first[index].clone()).into();
    assert_eq!(again, expected);
    again.iter().for_each(|commanded| commands.acknowledge(commanded.key));
    commands.rewind();
    assert_eq!((all(&mut commands).len(), commands.outstanding()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_stream_whose_owner_is_gone_goes_on_with_the_next_owner() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let mut commands = centre.commands().unwrap();
    assert_eq!(centre.commands().unwrap_err(), CommandsTaken);
    for call in 0..5 {
        lines.arrive(Arrival::new(CallId(call), GUESTS)).await.unwrap();
    }
    let first = all(&mut commands);
    commands.acknowledge(first[0].key);
    commands.acknowledge(first[3].key);
    drop(commands);
    let mut commands = centre.commands().unwrap();
    assert_eq!(keys(&all(&mut commands)), [first[1].key, first[2].key, first[4].key]);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_a_command_is_woken_by_it() {
    let centre = centre();
    let (lines, ..) = desks(&centre);
    let mut commands = centre.commands().unwrap();
    let waiting = tokio::spawn(async move { commands.next().await });
    tokio::task::yield_now().await;
    lines.arrive(Arrival::new(CallId(7), GUESTS)).now().unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().call, Some(CallId(7)));
}

#[tokio::test(start_paused = true)]
async fn of_two_commands_of_one_step_the_one_that_is_acknowledged_does_not_come_again() {
    let centre = centre();
    let (lines, host, _) = desks(&centre);
    at_work(&centre, LI).await;
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let mut commands = centre.commands().unwrap();
    let before = all(&mut commands);
    before.iter().for_each(|commanded| commands.acknowledge(commanded.key));
    // Its phone rings: two commands, to stop that and to end the call.
    host.say(Input::CallerGone { call: CallId(1) }).await.unwrap();
    lines.arrive(Arrival::new(CallId(2), GUESTS)).await.unwrap();
    lines.arrive(Arrival::new(CallId(3), GUESTS)).await.unwrap();
    let steps = all(&mut commands);
    let two = steps.windows(2).find(|two| two[0].key.position == two[1].key.position);
    let [first, second] = two.expect("a step of two commands") else { unreachable!() };
    for commanded in &steps {
        if commanded.key != second.key {
            commands.acknowledge(commanded.key);
        }
    }
    commands.rewind();
    assert_eq!(keys(&all(&mut commands)), [second.key]);
    assert!(first.key < second.key);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_leg_belongs_to_its_call_when_it_comes_again_too() {
    let centre = centre();
    let (lines, _, li) = desks(&centre);
    at_work(&centre, LI).await;
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let mut commands = centre.commands().unwrap();
    let offer = next_offer(&mut commands).await.offer;
    lines.accept(offer).await.unwrap();
    lines.connected(offer).await.unwrap();
    all(&mut commands).iter().for_each(|commanded| commands.acknowledge(commanded.key));
    li.hang_up(CallId(1)).await.unwrap();
    let first = all(&mut commands);
    let ends = |commanded: &Commanded| matches!(commanded.command, Command::EndLeg { offer: ended } if ended == offer);
    assert!(first.iter().any(|commanded| ends(commanded) && commanded.call == Some(CallId(1))), "{first:?}");
    commands.rewind();
    assert_eq!(all(&mut commands), first);
}
