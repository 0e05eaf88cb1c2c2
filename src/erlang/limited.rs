//! M/M/c/K and M/M/c/K+M: a limited number of lines, as a birth-and-death chain.
//!
//! Who finds j calls waiting before him meets a virtual wait that is a sum of j + 1 exponential steps, at the rates cμ,
//! cμ + θ, …, cμ + jθ (all agents finish calls, and those before him hang up). Of such a sum V it is known that e^−θV is
//! distributed as Beta(cμ/θ, j + 1): so its tail is an incomplete beta function, and that of those who are served in the
//! end another. Both grow from j to j + 1 by one positive term, which for θ = 0 is Poisson's.

use super::{Patience, Queue};

/// The chain, and what happens to a call that finds all agents busy.
#[derive(Clone, Debug)]
pub(super) struct Limited {
    /// Calls that the agents finish per second, cμ.
    capacity: f64,
    /// Hang-ups per second of a waiting caller, θ.
    hang_up: f64,
    /// Chance of all lines being taken.
    pub(super) blocked: f64,
    /// Chance of finding an agent free.
    pub(super) free: f64,
    /// Chance of finding all agents busy, a line free, and so many waiting.
    finds: Vec<f64>,
    /// Calls waiting, on average.
    pub(super) waiting: f64,
}

impl Limited {
    /// The chain of this queue with so many lines; `None` for a patience that is neither endless nor exponential.
    pub(super) fn of(queue: &Queue, lines: u32) -> Option<Self> {
        let hang_up = match queue.patience {
            Patience::Never => 0.0,
            Patience::Exponential { mean_s } => 1.0 / mean_s,
            _ => return None,
        };
        let (rate, service) = (queue.traffic.rate(), 1.0 / queue.traffic.handle_s());
        let agents = queue.agents as usize;
        let leaving = |calls: u32| {
            let waiting = calls.saturating_sub(queue.agents);
            f64::from(calls.min(queue.agents)) * service + f64::from(waiting) * hang_up
        };
        // From the likeliest number of calls outwards, so that nothing overflows.
        let likeliest = (1..=lines).take_while(|calls| leaving(*calls) <= rate).last().unwrap_or(0);
        let mut chances = vec![0.0; lines as usize + 1];
        let mut put = |calls: u32, chance: f64| {
            if let Some(place) = chances.get_mut(calls as usize) {
                *place = chance;
            }
        };
        put(likeliest, 1.0);
        let mut chance = 1.0;
        for calls in likeliest + 1..=lines {
            chance *= rate / leaving(calls);
            put(calls, chance);
        }
        let mut chance = 1.0;
        for calls in (0..likeliest).rev() {
            chance *= leaving(calls + 1) / rate;
            put(calls, chance);
        }
        let sum: f64 = chances.iter().sum();
        chances.iter_mut().for_each(|chance| *chance /= sum);
        let blocked = chances.pop().unwrap_or(1.0);
        let finds = chances.split_off(agents.min(chances.len()));
        let waiting = lines as usize - agents;
        let mean: f64 = finds.iter().enumerate().map(|(waiting, chance)| waiting as f64 * chance).sum();
        Some(Self {
            capacity: f64::from(queue.agents) * service,
            hang_up,
            blocked,
            free: chances.iter().sum(),
            finds,
            waiting: mean + waiting as f64 * blocked,
        })
    }

    /// Chance of having to wait.
    pub(super) fn waits(&self) -> f64 {
        self.finds.iter().sum()
    }

    /// Chance of having to wait, and of a virtual wait longer than `t`.
    pub(super) fn longer(&self, t: f64) -> f64 {
        self.sum(self.capacity, t, |_, tail| tail)
    }

    /// Chance that a waiting caller does not hang up for `t` seconds.
    pub(super) fn stay(&self, t: f64) -> f64 {
        (-self.hang_up * t).exp()
    }

    /// Chance of having to wait, and of being answered later than `t`.
    pub(super) fn answered_after(&self, t: f64) -> f64 {
        self.sum(self.capacity + self.hang_up, t, |ahead, tail| self.answered_of(ahead) * tail)
    }

    /// Chance of having to wait and of being answered.
    pub(super) fn answered(&self) -> f64 {
        self.finds.iter().enumerate().map(|(ahead, chance)| chance * self.answered_of(ahead)).sum()
    }

    /// The same, times the wait, in seconds.
    pub(super) fn answered_wait(&self) -> f64 {
        let mut steps = 0.0;
        let each = self.finds.iter().enumerate().map(|(ahead, chance)| {
            steps += 1.0 / (self.capacity + (ahead + 1) as f64 * self.hang_up);
            chance * self.answered_of(ahead) * steps
        });
        each.sum()
    }

    /// Share of those with so many before them who are answered.
    fn answered_of(&self, ahead: usize) -> f64 {
        self.capacity / (self.capacity + (ahead + 1) as f64 * self.hang_up)
    }

    /// The sum over what a call may find of its chance times `part` of the tail beyond `t` of the sum of exponential
    /// steps at `lowest`, `lowest` + θ, …
    fn sum(&self, lowest: f64, t: f64, part: impl Fn(usize, f64) -> f64) -> f64 {
        // (1 − e^−θt)/θ.
        let worn = if self.hang_up == 0.0 { t } else { -(-self.hang_up * t).exp_m1() / self.hang_up };
        let mut term = -lowest * t;
        let mut tail = 0.0;
        let mut sum = 0.0;
        for (ahead, chance) in self.finds.iter().enumerate() {
            tail += term.exp();
            sum += chance * part(ahead, f64::min(tail, 1.0));
            let next = (ahead + 1) as f64;
            term += (worn * (lowest + ahead as f64 * self.hang_up) / next).ln();
        }
        sum
    }
}
