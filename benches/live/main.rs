//! How a running centre does: timers on time, from an agent who becomes free to his next phone, ten thousand centres in
//! one process.
//!
//! ```sh
//! cargo bench --features live --bench live             # everything; ten minutes of rush, ten thousand centres
//! cargo bench --features live --bench live -- --quick  # in half a minute, as CI does
//! ```
//!
//! - **Lateness** (`lateness.rs`): how late timers fire while nothing else happens.
//! - **Rush** (`rush.rs`): 5,000 agents, 200 calls a second, somewhat more than they can take, so that whoever becomes free
//!   is rung at once. In virtual time, as fast as it goes, which shows what it costs; and in real time, which shows how
//!   soon phones are asked to ring where tasks have to be woken.
//! - **Many** (`many.rs`): a process with thousands of small centres.
//!
//! Times depend on the machine and on what else it does, so aims are shown and CI does not fail by them. What fails is a
//! call that is lost.

#![expect(clippy::disallowed_methods, reason = "a driver measures time")]

mod lateness;
mod many;
mod process;
#[path = "../exchange/report.rs"]
#[allow(dead_code, reason = "each bench is a program of its own and uses a part of this")]
mod report;
mod rush;
mod times;

use std::process::ExitCode;

use report::Report;

fn main() -> ExitCode {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let mut report = Report::default();
    lateness::measure(&mut report, quick);
    rush::measure(&mut report, quick);
    many::measure(&mut report, quick);
    report.end()
}
