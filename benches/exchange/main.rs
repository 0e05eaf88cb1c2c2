//! The exchange under load, beside its rivals, in one process.
//!
//! ```sh
//! cargo bench --features exchange --bench exchange             # everything
//! cargo bench --features exchange --bench exchange -- --quick  # what CI checks
//! cargo bench --features exchange --bench exchange -- latency  # one part: throughput, latency, checkpoints, tenants, endurance
//! cargo bench --features exchange --bench exchange -- --alone=exchange:1:8 # one rival, threads, batch: for a profiler
//! cargo bench --features exchange --bench exchange_throughput  # the throughput by criterion
//! ```

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a driver measures time, waits and locks")]

mod checkpoints;
mod endurance;
mod latency;
mod report;
mod rivals;
mod tenants;
mod throughput;
mod work;

use std::process::ExitCode;

use report::Report;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let wanted = |part: &str| {
        let mut parts = arguments.iter().filter(|argument| !argument.starts_with("--")).peekable();
        parts.peek().is_none() || parts.any(|wanted| wanted == part)
    };
    // A process of its own for each, for what was used and given back before would be used again.
    for (what, of) in [("--state-of=", checkpoints::print_state as fn(u32)), ("--memory-of=", tenants::print_memory)] {
        if let Some(size) = arguments.iter().find_map(|argument| argument.strip_prefix(what)?.parse().ok()) {
            of(size);
            return ExitCode::SUCCESS;
        }
    }
    if let Some(rival) = arguments.iter().find_map(|argument| argument.strip_prefix("--alone=")) {
        throughput::alone(rival);
        return ExitCode::SUCCESS;
    }
    let mut report = Report::default();
    if wanted("throughput") {
        throughput::measure(&mut report, quick);
    }
    if wanted("latency") {
        latency::measure(&mut report, quick);
    }
    if wanted("checkpoints") {
        checkpoints::measure(&mut report, quick);
    }
    if wanted("tenants") {
        tenants::measure(&mut report, quick);
    }
    if wanted("endurance") {
        endurance::measure(&mut report, quick);
    }
    report.end()
}
