//! The command `cordboard`: checks floors, runs floor scripts, simulates, compares.

mod bars;
mod check;
mod compare;
mod csv;
mod grid;
mod html;
mod output;
mod progress;
mod report;
mod runs;
mod simulate;
mod staff;
mod sweep;
mod test;
#[cfg(feature = "top")]
mod top;
mod validate;
mod what_if;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A deterministic call distributor: check a floor, test its routing, simulate its day, compare rosters.
#[derive(Debug, Parser)]
#[command(name = "cordboard", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a floor file: print its problems, or what was understood.
    Check(check::Args),
    /// Run floor scripts in virtual time.
    Test(test::Args),
    /// Simulate a floor under a scenario and print its figures.
    Simulate(simulate::Args),
    /// Compare floors, scenarios and rosters by the same calls.
    Compare(compare::Args),
    /// Hold the simulation against what mathematics knows.
    Validate(validate::Args),
    /// Work out how many people are needed when, and the least shifts that cover it.
    Staff(staff::Args),
    /// Ask what a change to floor or scenario would come to.
    WhatIf(what_if::Args),
    /// Turn one knob from value to value.
    Sweep(sweep::Args),
    /// Watch a running simulation in the terminal.
    #[cfg(feature = "top")]
    Top(top::Args),
}

/// Says something to whoever runs the command, beside its output. Nobody may be listening.
pub(crate) fn say(message: core::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{message}");
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Validate(args) => validate::run(&args),
        Command::Staff(args) => staff::run(&args),
        Command::WhatIf(args) => what_if::run(&args),
        Command::Sweep(args) => sweep::run(&args),
        #[cfg(feature = "top")]
        Command::Top(args) => top::run(&args),
    }
}
