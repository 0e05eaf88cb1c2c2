//! The command `cordboard`: checks floors, runs floor scripts, simulates.

mod check;
mod grid;
mod report;
mod simulate;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A deterministic call distributor: check a floor, test its routing, simulate its day.
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
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Simulate(args) => simulate::run(&args),
    }
}
