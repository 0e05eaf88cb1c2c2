use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const KINDS: [Kind; 6] = [Kind::Ring, Kind::WrapUp, Kind::Lease, Kind::DialLease, Kind::Rung, Kind::WaitLimit];

/// What happens to a set of timers.
#[derive(Clone, Debug)]
enum Step {
    /// One is set: of one of the few lengths of a floor, of none at all, or of a length unlike any other.
    Set { kind: Kind, span: u64, call: u64, agent: u32 },
    /// One of those that are set is taken back.
    Cancel(usize),
    /// The next one fires; others of its instant may be left.
    Pop,
    /// Time passes, but not beyond what is due.
    Wait(u64),
    /// Written down and read back.
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let span = prop_oneof![4 => 0u64..4, 2 => (1u64..4).prop_map(|span| span * 10), 1 => 0u64..1000];
    let set = (0..KINDS.len(), span, prop_oneof![0u64..4, any::<u64>()], 0u32..4);
    prop_oneof![
        6 => set.prop_map(|(kind, span, call, agent)| Step::Set { kind: KINDS[kind], span, call, agent }),
        2 => (0usize..64).prop_map(Step::Cancel),
        4 => Just(Step::Pop),
        1 => (0u64..8).prop_map(Step::Wait),
        1 => Just(Step::Restart),
    ]
}

/// A lease is a lease, whether of an agent's leg or of a telephone.
fn in_turn(kind: Kind) -> Kind {
    if kind == Kind::DialLease { Kind::Lease } else { kind }
}

proptest! {
    #[test]
    fn timers_fire_in_the_order_of_an_ordered_set(steps in proptest::collection::vec(step(), 0..400)) {
        let mut timers = Timers::default();
        let mut model = BTreeSet::new();
        let mut most = 0;
        // By slot: whom it is about, of what kind it is, and the timer, if it is set.
        let mut owners: Vec<(Whom, Kind, Time, Option<TimerId>)> = Vec::new();
        let mut now = Time::ZERO;
        for step in steps {
            match step {
                Step::Set { kind, span, call, agent } => {
                    let slot = owners.len() as u32;
                    let whom = (CallId(call), AgentId(agent));
                    let timer = timers.set(now, Span::from_nanos(span), kind, slot);
                    let due = now + Span::from_nanos(span);
                    prop_assert_eq!(timer.map(|timer| timers.due(timer)), Some(due));
                    prop_assert_eq!(timer.map(|timer| timers.of(timer)), Some((kind, slot)));
                    model.insert((due, in_turn(kind), whom, slot));
                    owners.push((whom, kind, due, timer));
                }
                Step::Cancel(pick) => {
                    let set: Vec<_> = (0..owners.len()).filter(|slot| owners[*slot].3.is_some()).collect();
                    if !set.is_empty() {
                        let slot = set[pick % set.len()];
                        let (whom, kind, due, timer) = &mut owners[slot];
                        timers.cancel(timer);
                        prop_assert_eq!(*timer, None);
                        prop_assert!(model.remove(&(*due, in_turn(*kind), *whom, slot as u32)));
                    }
                }
                Step::Pop => {
                    now = timers.next_due().unwrap_or(now);
                    let fired = timers.pop(now, |_, slot| owners[slot as usize].0);
                    let expected = model.pop_first().map(|(_, _, _, slot)| (owners[slot as usize].1, slot));
                    prop_assert_eq!(fired, expected);
                    if let Some((_, slot)) = fired {
                        owners[slot as usize].3 = None;
                    }
                }
                Step::Wait(span) => {
                    let until = now + Span::from_nanos(span);
                    now = timers.next_due().map_or(until, |due| due.min(until));
                }
                Step::Restart => {
                    timers = serde_json::from_str(&serde_json::to_string(&timers).unwrap()).unwrap();
                }
            }
            most = most.max(model.len());
            prop_assert_eq!(timers.next_due(), model.first().map(|(due, ..)| *due));
            prop_assert_eq!(timers.len(), model.len());
            prop_assert!(timers.nodes.len() <= most + 1, "places are used again");
        }
    }
}

#[test]
fn nothing_is_due_at_the_end_of_time() {
    let mut timers = Timers::default();
    let late = Time::from_nanos(u64::MAX - 1);
    assert_eq!(timers.set(late, Span::from_nanos(1), Kind::Ring, 0), None);
    assert_eq!((timers.len(), timers.next_due()), (0, None));
}

#[test]
fn a_timer_that_is_not_due_does_not_fire() {
    let mut timers = Timers::default();
    timers.set(Time::ZERO, Span::from_secs(2), Kind::Ring, 7);
    let whom = |_, _| (NO_CALL, NO_AGENT);
    assert_eq!(timers.pop(Time::from_secs(1), whom), None);
    assert_eq!(timers.pop(Time::from_secs(2), whom), Some((Kind::Ring, 7)));
}

#[test]
fn the_timers_of_one_length_stand_in_one_run_whatever_their_number() {
    let mut timers = Timers::default();
    for slot in 0..1000 {
        timers.set(Time::from_secs(slot.into()), Span::from_secs(18), Kind::Ring, slot);
        timers.set(Time::from_secs(slot.into()), Span::from_secs(30), Kind::Target, slot);
    }
    assert_eq!(timers.len(), 2000);
    // The first of each length came before it was known to come again.
    assert_eq!((timers.next_runs.len(), timers.alone.len()), (2, 2));
}

#[test]
fn every_length_of_the_largest_floor_has_a_run_and_no_more() {
    let mut timers = Timers::default();
    for slot in 0..5000 {
        timers.set(Time::ZERO, Span::from_secs(slot.into()), Kind::Rung, slot);
        timers.set(Time::ZERO, Span::from_secs(slot.into()), Kind::Rung, slot);
    }
    let mut fired = Vec::new();
    while let Some(due) = timers.next_due() {
        let popped = timers.pop(due, |_, slot| (CallId(slot.into()), NO_AGENT));
        fired.extend(popped.map(|(_, slot)| slot));
    }
    assert!(fired.iter().copied().eq((0..5000).flat_map(|slot| [slot, slot])));
}
