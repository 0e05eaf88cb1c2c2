//! The queue that mathematics knows exactly: M/M/10, first come, first served, simulated through the engine and held
//! against Erlang's C formula.
//!
//! The mean wait of a queue with a load of 0.9 varies so slowly that plain averages would need 30 million calls for one
//! per cent. Two things are known of every draw that make far shorter runs as good: its mean, and that it owes nothing
//! to what was before it. So the sums of (talk − mean) and (gap − mean), alone and times the wait just seen, are zero on
//! average, and taking away what they explain (linear regression over batches) leaves the estimate where it is and
//! removes most of its noise: martingale control variates (Henderson and Glynn, "Approximating martingales for variance
//! reduction in Markov process simulation", Mathematics of Operations Research 27, 2002).

use std::collections::BTreeMap;
use std::sync::Arc;

use cordboard::engine::{Event, Fact, Output};
use cordboard::sim::{Scenario, Simulation};
use cordboard::{CallId, Plan, Time};

const AGENTS: u32 = 10;
const TALK_SECS: f64 = 180.0;
const GAP_SECS: f64 = 20.0;

const BATCHES: usize = 300;
const CALLS_PER_BATCH: usize = 10_000;
/// Batches left out at the start, while the queue fills.
const WARM_UP: usize = 4;

const FLOOR: &str = r#"
    name = "M/M/10"
    rules = { wait_limit = "0s" }
    teams = [{ name = "desks" }]
    queues = [{ name = "line" }]
    agents = [
        { name = "a", team = "desks" }, { name = "b", team = "desks" }, { name = "c", team = "desks" },
        { name = "d", team = "desks" }, { name = "e", team = "desks" }, { name = "f", team = "desks" },
        { name = "g", team = "desks" }, { name = "h", team = "desks" }, { name = "i", team = "desks" },
        { name = "j", team = "desks" },
    ]
"#;

const SCENARIO: &str = r#"
    name = "M/M/10 at a load of 0.9"
    hours = 17_050
    calls = { talk = { exponential = "180s" } }
    queues = [{ queue = "line", arrivals = { per_minute = 3 } }]
    shifts = [{ teams = ["desks"], from = "00:00", to = "24:00" }]
"#;

#[test]
fn ten_agents_at_a_load_of_nine_tenths_wait_as_erlang_says_with_seed_1() {
    waits_as_erlang_says(1);
}

#[test]
fn ten_agents_at_a_load_of_nine_tenths_wait_as_erlang_says_with_seed_2() {
    waits_as_erlang_says(2);
}

#[test]
fn ten_agents_at_a_load_of_nine_tenths_wait_as_erlang_says_with_seed_3() {
    waits_as_erlang_says(3);
}

#[test]
fn the_formula_gives_the_values_in_print() {
    let waiting = erlang_c(AGENTS, TALK_SECS / GAP_SECS);
    assert!((waiting - 0.6687).abs() < 5e-5, "{waiting}");
    assert!((waiting * mean_wait_of_who_waits() - 120.4).abs() < 0.05);
}

/// Erlang's probability of waiting, from the recursion of his loss formula (A. K. Erlang, "Solution of some problems in
/// the theory of probabilities of significance in automatic telephone exchanges", Elektroteknikeren 13, 1917).
fn erlang_c(agents: u32, load: f64) -> f64 {
    let loss = (1..=agents).fold(1.0, |loss, k| load * loss / (f64::from(k) + load * loss));
    let busy = load / f64::from(agents);
    loss / (1.0 - busy + busy * loss)
}

fn mean_wait_of_who_waits() -> f64 {
    TALK_SECS / (f64::from(AGENTS) - TALK_SECS / GAP_SECS)
}

fn waits_as_erlang_says(seed: u64) {
    let plan = Arc::new(Plan::from_toml(FLOOR).unwrap());
    let scenario = Scenario::from_toml(SCENARIO, &plan).unwrap();
    let mut batches = Batches::default();
    Simulation::new(plan, &scenario, seed).unwrap().run(&mut |output| batches.observe(output)).unwrap();

    // What is taken as known is looked at too: gaps and talks have the means they should, whatever was before them.
    let names = ["gap", "gap × wait before", "gap after a wait", "talk", "talk × wait", "talk after a wait"];
    for (control, what) in names.into_iter().enumerate() {
        let excess = batches.plain(|batch| batch.controls[control]);
        assert!(excess.mean.abs() < 4.0 * excess.error, "seed {seed}: the mean of {what} is {} off", excess.mean);
    }
    let waiting = erlang_c(AGENTS, TALK_SECS / GAP_SECS);
    let (share, wait) = (batches.estimate(|batch| batch.waited), batches.estimate(|batch| batch.wait));
    for (what, estimate, exact) in
        [("P(wait)", share, waiting), ("mean wait", wait, waiting * mean_wait_of_who_waits())]
    {
        println!("seed {seed}: {what} {:.4} ± {:.4}, exact {exact:.4}", estimate.mean, 1.96 * estimate.error);
        let off = (estimate.mean - exact).abs() / estimate.error;
        assert!(off < 4.0, "seed {seed}: {what} is {} where {exact} is right: {off} standard errors", estimate.mean);
        let half_width = 1.96 * estimate.error / estimate.mean;
        assert!(half_width < 0.01, "seed {seed}: the half-width of {what} is {half_width} of it");
    }
}

/// How many things of known mean zero are measured in each batch.
const CONTROLS: usize = 6;

/// Sums over the calls of a batch.
#[derive(Clone, Copy, Default)]
struct Batch {
    waited: f64,
    wait: f64,
    controls: [f64; CONTROLS],
}

/// The run so far, by batches of calls in order of arrival.
#[derive(Default)]
struct Batches {
    sums: Vec<Batch>,
    arrived: Time,
    gaps: BTreeMap<CallId, f64>,
    waits: BTreeMap<CallId, f64>,
    wait_before: f64,
    answered: u64,
}

impl Batches {
    fn observe(&mut self, output: &Output) {
        match output.event {
            Event::Fact(Fact::CallArrived { call, .. }) => {
                self.gaps.insert(call, (output.at - self.arrived).as_secs_f64() - GAP_SECS);
                self.arrived = output.at;
            }
            Event::Fact(Fact::Answered { call, wait, .. }) => {
                // First come, first served. So the wait just seen is that of the call before this one.
                assert_eq!(call, CallId(self.answered), "answered in order of arrival");
                self.answered += 1;
                let (wait, before) = (wait.as_secs_f64(), std::mem::replace(&mut self.wait_before, wait.as_secs_f64()));
                let gap = self.gaps.remove(&call).expect("answered once, after it arrived");
                let batch = self.batch(call);
                batch.wait += wait;
                batch.waited += f64::from(wait > 0.0);
                add(&mut batch.controls[..3], [gap, gap * before, gap * f64::from(before > 0.0)]);
                self.waits.insert(call, wait);
            }
            Event::Fact(Fact::LegEnded { call, talk, .. }) => {
                let talk = talk.as_secs_f64() - TALK_SECS;
                let wait = self.waits.remove(&call).expect("ended once, after it was answered");
                add(&mut self.batch(call).controls[3..], [talk, talk * wait, talk * f64::from(wait > 0.0)]);
            }
            _ => {}
        }
    }

    fn batch(&mut self, call: CallId) -> &mut Batch {
        let index = call.index() / CALLS_PER_BATCH;
        if index >= self.sums.len() {
            self.sums.resize(index + 1, Batch::default());
        }
        &mut self.sums[index]
    }

    /// The mean of something per call, as it is.
    fn plain(&self, of: impl Fn(&Batch) -> f64) -> Estimate {
        let means: Vec<f64> =
            self.sums[WARM_UP..WARM_UP + BATCHES].iter().map(|batch| of(batch) / CALLS_PER_BATCH as f64).collect();
        let mean = means.iter().sum::<f64>() / BATCHES as f64;
        let variance = means.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (BATCHES - 1) as f64;
        Estimate { mean, error: (variance / BATCHES as f64).sqrt() }
    }

    /// The mean of something per call, where every control is at its mean, zero.
    fn estimate(&self, of: impl Fn(&Batch) -> f64) -> Estimate {
        let used = &self.sums[WARM_UP..WARM_UP + BATCHES];
        let per_call = |sum: f64| sum / CALLS_PER_BATCH as f64;
        let row = |batch: &Batch| {
            let mut row = [1.0; CONTROLS + 1];
            row[1..].copy_from_slice(&batch.controls.map(per_call));
            row
        };
        let data: Vec<([f64; CONTROLS + 1], f64)> =
            used.iter().map(|batch| (row(batch), per_call(of(batch)))).collect();
        let inverse = inverse(std::array::from_fn(|i| {
            std::array::from_fn(|j| data.iter().map(|(row, _)| row[i] * row[j]).sum())
        }));
        let moments: [f64; CONTROLS + 1] =
            std::array::from_fn(|i| data.iter().map(|(row, value)| row[i] * value).sum());
        let weights = inverse.map(|row| dot(&row, &moments));
        let noise: f64 = data.iter().map(|(row, value)| (value - dot(row, &weights)).powi(2)).sum();
        let variance = noise / (BATCHES - CONTROLS - 1) as f64;
        Estimate { mean: weights[0], error: (variance * inverse[0][0]).sqrt() }
    }
}

struct Estimate {
    mean: f64,
    /// Its standard error.
    error: f64,
}

fn add(sums: &mut [f64], values: [f64; 3]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// By Gauss and Jordan; the matrix is positive definite.
fn inverse<const N: usize>(mut matrix: [[f64; N]; N]) -> [[f64; N]; N] {
    let mut inverse: [[f64; N]; N] = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(i == j)));
    for pivot in 0..N {
        let scale = matrix[pivot][pivot];
        matrix[pivot] = matrix[pivot].map(|value| value / scale);
        inverse[pivot] = inverse[pivot].map(|value| value / scale);
        for row in (0..N).filter(|row| *row != pivot) {
            let factor = matrix[row][pivot];
            for column in 0..N {
                matrix[row][column] -= factor * matrix[pivot][column];
                inverse[row][column] -= factor * inverse[pivot][column];
            }
        }
    }
    inverse
}
