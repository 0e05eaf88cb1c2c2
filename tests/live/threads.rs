//! Real threads and real time: whoever waits is woken, whoever decides.

use std::time::{Duration, Instant};

use cordboard::engine::{Actor, Arrival, Envelope, Fact, Input};
use cordboard::exchange::{self, Exchange};
use cordboard::live::{Live, Options};
use cordboard::{CallId, Time};
use tokio::time::timeout;

use crate::floor::{GUESTS, plan};

const TASKS: u64 = 4;
const THREADS: u64 = 2;
const CALLS: u64 = 3000;

#[test]
fn tasks_and_threads_that_speak_at_once_all_hear_what_was_decided() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_time().build().unwrap();
    let all = (TASKS + THREADS) * CALLS;
    #[expect(clippy::disallowed_methods, reason = "it is measured")]
    let begun = Instant::now();
    runtime.block_on(async {
        let mut options = Options::default();
        // Room enough for everybody, however long the switch is not scheduled.
        options.exchange.log_max = 1 << 18;
        let centre = Live::start(plan(), options).unwrap();
        let mut facts = centre.facts().unwrap();
        let heard = tokio::spawn(async move {
            let mut arrived = 0;
            while arrived < all {
                match facts.next().await {
                    Ok(Some(told)) => arrived += u64::from(matches!(told.fact, Fact::CallArrived { .. })),
                    Ok(None) => break,
                    // Too slow, on a machine that has too much to do: what was missed is in the checkpoint.
                    Err(resynced) => arrived = resynced.checkpoint.machine.in_progress().calls as u64,
                }
            }
            arrived
        });
        let mut commands = centre.commands().unwrap();
        let carried_out = tokio::spawn(async move {
            for _ in 0..all {
                let commanded = commands.next().await.expect("the centre is open");
                commands.acknowledge(commanded.key);
            }
        });
        let desk = centre.desk(Actor::Switch);
        let calls = |who: u64| (who * CALLS..(who + 1) * CALLS).map(CallId);
        let threads: Vec<_> = (TASKS..TASKS + THREADS)
            .map(|who| {
                let desk = desk.clone();
                std::thread::spawn(move || {
                    for call in calls(who) {
                        while desk.arrive(Arrival::new(call, GUESTS)).now().is_err() {
                            std::thread::yield_now();
                        }
                    }
                })
            })
            .collect();
        let tasks: Vec<_> = (0..TASKS)
            .map(|who| {
                let desk = desk.clone();
                tokio::spawn(async move {
                    for call in calls(who) {
                        desk.arrive(Arrival::new(call, GUESTS)).await.unwrap();
                    }
                })
            })
            .collect();
        let end = async {
            for task in tasks {
                task.await.unwrap();
            }
            carried_out.await.unwrap();
            assert_eq!(heard.await.unwrap(), all);
        };
        timeout(Duration::from_secs(60), end).await.expect("nobody sleeps on");
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        let drained = centre.drain(Duration::ZERO).await.unwrap();
        assert_eq!(drained.left.calls as u64, all);
        centre.shutdown().await;
    });
    println!("{all} calls in {:?}", begun.elapsed());
}

/// `cargo test --release --features live --test live -- --ignored --nocapture what_it_costs`
#[tokio::test]
#[ignore = "it measures"]
#[expect(clippy::disallowed_methods, reason = "it is measured")]
async fn what_it_costs_to_say_something() {
    const TIMES: u32 = 100_000;
    let input = Input::LeaseRenewed { call: CallId(1) };
    let exchange = Exchange::new(plan(), exchange::Options::default());
    let mut handle = exchange.handle().unwrap();
    let begun = Instant::now();
    for nanos in 0..TIMES {
        let at = Time::from_nanos(nanos.into());
        handle.submit(Envelope { at, actor: Actor::Switch, input: input.clone() }).unwrap();
    }
    let bare = begun.elapsed() / TIMES;
    let centre = Live::start(plan(), Options::default()).unwrap();
    let desk = centre.desk(Actor::Switch);
    let mut commands = centre.commands().unwrap();
    let (mut now, mut awaited) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..TIMES / 1000 {
        let begun = Instant::now();
        for _ in 0..1000 {
            desk.say(input.clone()).now().unwrap();
        }
        now += begun.elapsed();
        let begun = Instant::now();
        for _ in 0..1000 {
            desk.say(input.clone()).await.unwrap();
        }
        awaited += begun.elapsed();
        assert_eq!(commands.next_now(), None);
        // The observer has its turn.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    println!("an input: {bare:?} by a bare handle, {:?} now, {:?} awaited", now / TIMES, awaited / TIMES);
}
