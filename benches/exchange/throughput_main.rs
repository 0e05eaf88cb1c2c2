//! The throughput of the exchange and its rivals by criterion, in processor time of all threads together.
//!
//! ```sh
//! cargo bench --features exchange --bench exchange_throughput
//! cargo bench --features exchange --bench exchange_throughput -- 'exchange/4'
//! ```
//!
//! Criterion times one after another, so a machine that is busy now and then favours one; the ratios that count are
//! those of `--bench exchange`, whose rivals take turns.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a driver measures time, waits and locks")]
#![allow(dead_code, reason = "its modules serve the other benchmark too")]

mod rivals;
mod work;

use std::time::Duration;

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkId, Criterion, Throughput};

use rivals::{Rival, run};
use work::{Work, cpu_nanos};

/// The processor time of all threads.
struct ProcessorTime;

impl Measurement for ProcessorTime {
    type Intermediate = u64;
    type Value = Duration;

    fn start(&self) -> u64 {
        cpu_nanos()
    }

    fn end(&self, begun: u64) -> Duration {
        Duration::from_nanos(cpu_nanos() - begun)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

fn main() {
    let work = Work::of_a_thousand(5_000);
    let mut criterion = Criterion::default()
        .with_measurement(ProcessorTime)
        .sample_size(20)
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    let mut group = criterion.benchmark_group("full call lives");
    group.throughput(Throughput::Elements(work.inputs.len() as u64));
    for threads in [1, 2, 4, 8, 16] {
        for rival in Rival::ALL {
            group.bench_function(BenchmarkId::new(rival.name(), threads), |bencher| {
                bencher.iter_custom(|times| {
                    (0..times).map(|_| Duration::from_nanos(run(rival, &work, threads, 1).cpu_nanos)).sum()
                });
            });
        }
    }
    group.finish();
    criterion.final_summary();
}
