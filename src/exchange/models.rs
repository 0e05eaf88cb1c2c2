//! The exchange under the model checkers. Built with `--cfg cordboard_loom`, loom goes through every order of a small
//! setting's steps (with at most two preemptions) and every old value the orderings allow; with `--cfg
//! cordboard_shuttle`, shuttle draws many orders of larger ones. The bodies are the same. `.ci/run loom shuttle` runs
//! both.
//!
//! Each promise stands beside the bug that breaks it, planted: that one must be found.

use super::checkpoint::{Checkpoint, Last};
use super::dispatch::{Core, Local};
use super::entry::Work;
use super::log::{Log, Tail};
use super::machine::Machine;
use super::options::Options;
use super::patience::Watch;
use super::sync::Arc;
use super::sync::planted::{Bug, plant};
use crate::time::{Span, Time};

#[cfg(cordboard_loom)]
use loom::thread;
#[cfg(not(cordboard_loom))]
use shuttle::thread;

/// Runs a setting in all orders, or in many.
fn explore(setting: impl Fn() + Send + Sync + 'static) {
    #[cfg(cordboard_loom)]
    {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(2);
        builder.max_branches = 100_000;
        builder.check(setting);
    }
    #[cfg(not(cordboard_loom))]
    shuttle::check_random(setting, 3_000);
}

/// Adds up. The order of what it is told shows in every sum.
#[derive(Clone, Debug, Default)]
struct Adder(u64);

impl Machine for Adder {
    type Input = u64;
    type Output = u64;
    type Query = ();
    type Answer = u64;

    fn stamp(_: &u64) -> Time {
        Time::ZERO
    }

    fn apply(&mut self, _: Time, number: &u64, out: &mut Vec<u64>) {
        self.0 = self.0 * 10 + number;
        out.push(self.0);
    }

    fn answer(&self, (): &()) -> u64 {
        self.0
    }

    fn tick(_: Time) -> u64 {
        0
    }

    fn next_timeout(&self) -> Option<Time> {
        None
    }

    fn copy_cost(&self) -> u64 {
        0
    }
}

fn core(checkpoint_every: u64, segment: usize) -> Arc<Core<Adder, ()>> {
    let options = Options {
        log_max: 16,
        segment,
        checkpoint_every,
        // Only where a setting says so.
        patience: Span::from_secs(1 << 30),
        patience_max: Span::from_secs(1 << 30),
        patience_calls: u32::MAX,
        readers_max: 1,
        ..Options::default()
    };
    Arc::new(Core::new(Adder::default(), (), options))
}

fn local(core: &Core<Adder, ()>) -> Local<Adder> {
    Local { tail: Tail::new(&core.log), watch: Watch::default(), now: Time::ZERO }
}

fn append(core: &Core<Adder, ()>, local: &mut Local<Adder>, number: u64) -> u64 {
    let entry = local.tail.write(&core.log, Time::ZERO, Work::Input(number));
    local.tail.append(&core.log, entry).unwrap_or_else(|_| panic!("there is room"))
}

fn submit(core: &Core<Adder, ()>, local: &mut Local<Adder>, number: u64) {
    append(core, local, number);
    core.help(local);
}

/// Every position up to `end` is decided, as a machine says that goes through the log by itself; each number is there
/// once.
fn check(core: &Core<Adder, ()>, end: u64) {
    assert_eq!(core.progress(), end, "nothing is lost, though nobody calls any more");
    let mut adder = Adder::default();
    let mut numbers = Vec::new();
    for position in 0..end {
        let super::log::Lookup::Found(segment) = core.log.segment(core.log.index(position)) else {
            panic!("it is there")
        };
        let offset = core.log.offset(position);
        let entry = segment.entry(offset).expect("no hole");
        let (_, outputs) = segment.decision(offset).expect("decided");
        let Work::Input(number) = entry.work else { panic!("an input") };
        numbers.push(number);
        let mut out = Vec::new();
        adder.apply(entry.at, &number, &mut out);
        assert_eq!(out, outputs, "published as decided, once");
    }
    numbers.sort_unstable();
    assert!(numbers.windows(2).all(|two| two[0] < two[1]), "each once: {numbers:?}");
}

// --- intake ---

fn two_append() {
    let log = Arc::new(Log::<Adder>::new(4, 2));
    let append = |log: &Log<Adder>, tail: &mut Tail<Adder>, seconds| {
        let entry = tail.write(log, Time::from_secs(seconds), Work::Input(seconds));
        tail.append(log, entry).unwrap_or_else(|_| panic!("there is room"))
    };
    let other = {
        let log = Arc::clone(&log);
        thread::spawn(move || {
            let mut tail = Tail::new(&log);
            append(&log, &mut tail, 7)
        })
    };
    let mut tail = Tail::new(&log);
    let mine = [append(&log, &mut tail, 5), append(&log, &mut tail, 3)];
    let theirs = other.join().unwrap();
    let mut positions = [mine[0], mine[1], theirs];
    positions.sort_unstable();
    assert_eq!(positions, [0, 1, 2], "each has a place of its own, and none is left out");
    assert!(mine[0] < mine[1]);
    let mut last = Time::ZERO;
    for position in 0..3 {
        let super::log::Lookup::Found(segment) = log.segment(log.index(position)) else { panic!("it is there") };
        let entry = segment.entry(log.offset(position)).expect("no hole");
        assert!(entry.at >= last, "stamps never go back");
        last = entry.at;
    }
}

#[test]
fn each_input_has_one_place_in_the_log_and_stamps_never_go_back() {
    explore(two_append);
}

#[test]
#[should_panic(expected = "")]
fn planted_a_slot_that_two_may_fill_is_found() {
    plant(Bug::LooksThenStores);
    explore(two_append);
}

// --- hand-over of the role ---

fn two_submit() {
    let core = core(100, 2);
    let other = {
        let core = Arc::clone(&core);
        thread::spawn(move || submit(&core, &mut local(&core), 2))
    };
    submit(&core, &mut local(&core), 1);
    other.join().unwrap();
    check(&core, 2);
}

#[test]
fn whoever_leaves_because_the_role_is_taken_has_his_input_decided() {
    explore(two_submit);
}

#[test]
#[should_panic(expected = "nothing is lost")]
fn planted_an_executor_who_does_not_look_again_is_found() {
    plant(Bug::LooksNotAgain);
    explore(two_submit);
}

// Old values are shown by loom alone: to shuttle every access is sequentially consistent.
#[cfg(cordboard_loom)]
#[test]
#[should_panic(expected = "nothing is lost")]
fn planted_an_executor_put_back_by_a_store_is_found() {
    plant(Bug::StoresExecutor);
    explore(two_submit);
}

// --- publish once ---

fn one_is_replaced_while_he_works() {
    // More than is submitted: what a checkpoint has left behind would be retired.
    let core = core(100, 4);
    append(&core, &mut local(&core), 1);
    append(&core, &mut local(&core), 2);
    let stalled = {
        let core = Arc::clone(&core);
        thread::spawn(move || core.help(&mut local(&core)))
    };
    let mut local = local(&core);
    core.take_over(core.pulse(), &mut local, &mut 100);
    stalled.join().unwrap();
    // Whoever was dropped has left it to the other. If both were, as when each has seen the other ahead, it is for the
    // next who calls; and here he has the patience of nobody.
    core.take_over(core.pulse(), &mut local, &mut 100);
    check(&core, 2);
}

#[test]
fn what_two_executors_decide_is_published_once() {
    explore(one_is_replaced_while_he_works);
}

// --- a hole that blocks ---

fn one_stops_before_the_other_submits(hole: bool) {
    let core = core(100, 2);
    let mut stops = local(&core);
    let entry = stops.tail.write(&core.log, Time::ZERO, Work::Input(1));
    if hole {
        // As if a ticket were drawn first, and the slot filled later.
        stops.tail.leave_hole();
    }
    let other = {
        let core = Arc::clone(&core);
        thread::spawn(move || {
            let mut local = local(&core);
            if hole {
                local.tail.leave_hole();
            }
            submit(&core, &mut local, 2);
        })
    };
    other.join().unwrap();
    check(&core, 1);
    drop(entry);
}

#[test]
fn one_who_stops_before_his_slot_is_filled_keeps_nobody_waiting() {
    explore(|| one_stops_before_the_other_submits(false));
}

#[test]
#[should_panic(expected = "nothing is lost")]
fn planted_a_hole_that_blocks_is_found() {
    explore(|| one_stops_before_the_other_submits(true));
}

// --- checkpoints ---

#[test]
fn checkpoints_never_go_back() {
    explore(|| {
        let first = Checkpoint { position: 0, at: Time::ZERO, machine: Adder(0) };
        let last = Arc::new(Last::new(first));
        let publish = |last: &Last<Adder>, position| {
            let checkpoint = Checkpoint { position, at: Time::ZERO, machine: Adder(position) };
            last.publish(&Arc::new(checkpoint));
        };
        let threads = [3, 5].map(|position| {
            let last = Arc::clone(&last);
            thread::spawn(move || publish(&last, position))
        });
        let seen = [last.load().position, last.load().position];
        assert!(seen[0] <= seen[1]);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!((last.load().position, last.load().machine.0), (5, 5));
    });
}

fn a_checkpoint_is_made_while_others_submit(segment: usize) {
    let core = core(2, segment);
    let other = {
        let core = Arc::clone(&core);
        thread::spawn(move || {
            let mut local = local(&core);
            submit(&core, &mut local, 2);
        })
    };
    let mut local = local(&core);
    for number in [1, 3, 4] {
        submit(&core, &mut local, number);
    }
    other.join().unwrap();
    assert_eq!(core.progress(), 4);
    let last = core.last.load();
    let digits = last.machine.0.to_string().len() as u64;
    assert_eq!(digits, last.position, "it is the machine as it was there");
}

#[test]
fn a_checkpoint_is_the_machine_as_it_was_at_its_position() {
    explore(|| a_checkpoint_is_made_while_others_submit(8));
}

// Not for loom, which does not see that the last to give up an `Arc` of the standard library comes after all others, and
// takes the reuse of what it held for a race.
#[cfg(not(cordboard_loom))]
#[test]
fn what_is_behind_a_checkpoint_is_used_again_while_others_submit() {
    explore(|| a_checkpoint_is_made_while_others_submit(2));
}

// --- whole scenarios: too large for loom ---

#[cfg(not(cordboard_loom))]
fn a_whole_scenario() {
    let core = core(4, 2);
    let submitters = [[1, 2, 3], [4, 5, 6], [7, 8, 9]].map(|numbers| {
        let core = Arc::clone(&core);
        thread::spawn(move || {
            let mut local = local(&core);
            for number in numbers {
                submit(&core, &mut local, number);
            }
        })
    });
    let rescuer = {
        let core = Arc::clone(&core);
        thread::spawn(move || {
            let mut local = local(&core);
            for _ in 0..2 {
                core.take_over(core.pulse(), &mut local, &mut 100);
            }
        })
    };
    submitters.into_iter().for_each(|submitter| submitter.join().unwrap());
    rescuer.join().unwrap();
    let mut local = local(&core);
    core.help(&mut local);
    core.take_over(core.pulse(), &mut local, &mut 100);
    assert_eq!(core.progress(), 9, "nothing is lost");
    assert_eq!(core.figures().pinned, 0, "and no machine is left over");
}

#[cfg(not(cordboard_loom))]
#[test]
fn three_submit_while_a_fourth_takes_over_again_and_again() {
    explore(a_whole_scenario);
}

// Who comes where the newest segment is retired already must not look for it for ever.
#[test]
fn a_handle_that_comes_when_all_is_behind_a_checkpoint_appends_after_it() {
    explore(|| {
        let core = core(2, 2);
        let mut first = local(&core);
        for number in [1, 2] {
            submit(&core, &mut first, number);
        }
        core.reclaim(u64::MAX);
        let mut second = local(&core);
        assert!(second.tail.segment.is_retired());
        submit(&core, &mut second, 3);
        assert_eq!((core.progress(), core.log.in_use()), (3, 2));
    });
}

#[cfg(not(cordboard_loom))]
#[test]
#[should_panic(expected = "")]
fn planted_a_decision_published_twice_is_found() {
    plant(Bug::LooksThenStores);
    explore(|| {
        one_is_replaced_while_he_works();
        a_whole_scenario();
    });
}
