//! The same centres as loops written by hand: a binary heap of events, a queue of waiting calls for each kind, a list of
//! the idle for each group, the longest idle first, and the figures one cannot do without. As fast as one would write it
//! for this one centre: no ids of calls, no states, no outputs, no limits, nothing that can be changed or asked.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::{Distribution, Exp};

use crate::models::{GROUP, Model, PER_MINUTE, SKILLS};

/// Nanoseconds.
type At = u64;

/// The answer target: three rings of six seconds, as floors have it.
const TARGET: At = 18_000_000_000;
/// Stands for the arrival of who has hung up.
const GONE: At = At::MAX;

/// What calls of one kind came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) calls: u64,
    pub(crate) abandoned: u64,
    pub(crate) answered: u64,
    pub(crate) in_target: u64,
    /// Of those who were answered, in nanoseconds.
    pub(crate) wait: u128,
    pub(crate) longest: At,
}

/// What a loop came to.
#[derive(Debug)]
pub(crate) struct Counts {
    pub(crate) kinds: Vec<Sums>,
    /// By agent: calls, and how long they talked.
    pub(crate) talked: Vec<(u64, At)>,
}

impl Counts {
    fn new(kinds: usize, agents: usize) -> Self {
        Self { kinds: vec![Sums::default(); kinds], talked: vec![(0, 0); agents] }
    }

    pub(crate) fn sum(&self, of: impl Fn(&Sums) -> u64) -> u64 {
        self.kinds.iter().map(of).sum()
    }

    /// In seconds, of those who were answered.
    pub(crate) fn mean_wait(&self) -> f64 {
        self.kinds.iter().map(|sums| sums.wait).sum::<u128>() as f64 / 1e9 / self.sum(|sums| sums.answered) as f64
    }

    /// This agent takes a call of this kind that has waited so long; when he is free again.
    fn answer(&mut self, kind: usize, agent: usize, wait: At, now: At, talk: At) -> At {
        let sums = &mut self.kinds[kind];
        sums.answered += 1;
        sums.in_target += u64::from(wait <= TARGET);
        sums.wait += u128::from(wait);
        sums.longest = sums.longest.max(wait);
        let (calls, talked) = &mut self.talked[agent];
        *calls += 1;
        *talked += talk;
        now + talk
    }
}

fn draw(rng: &mut SmallRng, of: &Exp<f64>) -> At {
    (of.sample(rng) * 1e9) as At
}

fn by_mean(secs: f64) -> Exp<f64> {
    Exp::new(1.0 / secs).expect("a mean above zero")
}

/// So many calls of this model.
pub(crate) fn run(model: Model, calls: u64, seed: u64) -> Counts {
    let rng = SmallRng::seed_from_u64(seed);
    match model {
        Model::SkillCentre => skill_centre(calls, rng),
        Model::ErlangA => one_queue::<true>(100, &by_mean(0.6), &by_mean(60.0), calls, rng),
        Model::ErlangC => one_queue::<false>(10, &by_mean(20.0), &by_mean(180.0), calls, rng),
    }
}

/// One queue: who waits may hang up, after 2 minutes on average.
fn one_queue<const PATIENCE: bool>(
    agents: usize,
    gap: &Exp<f64>,
    talk: &Exp<f64>,
    calls: u64,
    mut rng: SmallRng,
) -> Counts {
    // Events by number: the end of an agent's talk, then an arrival, then who hangs up, by number of the waiting.
    let arrives = agents as u32;
    let hangs_up = arrives + 1;
    let patience = by_mean(120.0);
    let mut events = BinaryHeap::new();
    let (mut waiting, mut first) = (VecDeque::<At>::new(), 0u32);
    let mut idle: VecDeque<u32> = (0..agents as u32).collect();
    let mut counts = Counts::new(1, agents);
    events.push(Reverse((draw(&mut rng, gap), arrives)));
    while let Some(Reverse((now, event))) = events.pop() {
        if event < arrives {
            let mut next = waiting.pop_front();
            first += u32::from(next.is_some());
            while PATIENCE && next == Some(GONE) {
                next = waiting.pop_front();
                first += u32::from(next.is_some());
            }
            match next {
                Some(came) => {
                    let free = counts.answer(0, event as usize, now - came, now, draw(&mut rng, talk));
                    events.push(Reverse((free, event)));
                }
                None => idle.push_back(event),
            }
        } else if event == arrives {
            counts.kinds[0].calls += 1;
            if counts.kinds[0].calls < calls {
                events.push(Reverse((now + draw(&mut rng, gap), arrives)));
            }
            if let Some(agent) = idle.pop_front() {
                let free = counts.answer(0, agent as usize, 0, now, draw(&mut rng, talk));
                events.push(Reverse((free, agent)));
            } else {
                if PATIENCE {
                    let number = first + waiting.len() as u32;
                    events.push(Reverse((now + draw(&mut rng, &patience), hangs_up + number)));
                }
                waiting.push_back(now);
            }
        } else {
            let place = (event - hangs_up).wrapping_sub(first);
            if let Some(came) = waiting.get_mut(place as usize).filter(|came| **came != GONE) {
                *came = GONE;
                counts.kinds[0].abandoned += 1;
            }
        }
    }
    counts
}

fn skill_centre(calls: u64, mut rng: SmallRng) -> Counts {
    const KINDS: usize = PER_MINUTE.len();
    const GROUPS: usize = SKILLS.len();
    // Events by number: the end of an agent's talk, an arrival of each kind, and who hangs up, by kind and number.
    const ARRIVES: u32 = (GROUPS * GROUP) as u32;
    const HANGS_UP: u32 = ARRIVES + KINDS as u32;
    let gaps = PER_MINUTE.map(|rate| by_mean(60.0 / rate));
    let (talk, patience) = (by_mean(60.0), by_mean(120.0));
    let group_of = |agent: u32| agent as usize / GROUP;
    let mut idle: [VecDeque<u32>; GROUPS] =
        std::array::from_fn(|group| (0..ARRIVES).filter(|agent| group_of(*agent) == group).collect());
    let mut waiting: [VecDeque<At>; KINDS] = Default::default();
    let mut first = [0u32; KINDS];
    let mut counts = Counts::new(KINDS, ARRIVES as usize);
    let mut came_in_all = 0;
    let mut events = BinaryHeap::new();
    for (gap, event) in gaps.iter().zip(ARRIVES..) {
        events.push(Reverse((draw(&mut rng, gap), event)));
    }
    while let Some(Reverse((now, event))) = events.pop() {
        if event < ARRIVES {
            let group = group_of(event);
            // Those who have hung up stand in nobody's way.
            for kind in SKILLS[group].iter().copied() {
                while waiting[kind].front() == Some(&GONE) {
                    waiting[kind].pop_front();
                    first[kind] += 1;
                }
            }
            let next = SKILLS[group].iter().filter_map(|kind| Some((*waiting[*kind].front()?, *kind))).min();
            match next {
                Some((came, kind)) => {
                    waiting[kind].pop_front();
                    first[kind] += 1;
                    let free = counts.answer(kind, event as usize, now - came, now, draw(&mut rng, &talk));
                    events.push(Reverse((free, event)));
                }
                None => idle[group].push_back(event),
            }
        } else if event < HANGS_UP {
            let kind = (event - ARRIVES) as usize;
            came_in_all += 1;
            counts.kinds[kind].calls += 1;
            if came_in_all < calls {
                events.push(Reverse((now + draw(&mut rng, &gaps[kind]), event)));
            }
            let fits = |group: &usize| !idle[*group].is_empty() && SKILLS[*group].contains(&kind);
            match (0..GROUPS).find(fits).and_then(|group| idle[group].pop_front()) {
                Some(agent) => {
                    let free = counts.answer(kind, agent as usize, 0, now, draw(&mut rng, &talk));
                    events.push(Reverse((free, agent)));
                }
                None => {
                    let number = first[kind] + waiting[kind].len() as u32;
                    let place = HANGS_UP + number * KINDS as u32 + kind as u32;
                    events.push(Reverse((now + draw(&mut rng, &patience), place)));
                    waiting[kind].push_back(now);
                }
            }
        } else {
            let (kind, number) = ((event - HANGS_UP) as usize % KINDS, (event - HANGS_UP) / KINDS as u32);
            let place = number.wrapping_sub(first[kind]);
            if let Some(came) = waiting[kind].get_mut(place as usize).filter(|came| **came != GONE) {
                *came = GONE;
                counts.kinds[kind].abandoned += 1;
            }
        }
    }
    counts
}
