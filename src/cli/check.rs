//! `cordboard check`: the problems of a floor file, or what was understood of it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use cordboard::Plan;
use cordboard::floor::defaults;

/// Prints what is wrong with a floor, all at once and line by line, or what was understood of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
JSON: one object, with the fields of `cordboard::floor::Description`, whose documentation is the schema. Names ending in
`_s` are seconds; `at_s` counts from the call's coming into the queue and is at the latest; null is none.

Exit status: 0 if the floor can be run, 1 if it has problems (or with --strict warnings), 2 for a wrong command line.")]
pub(crate) struct Args {
    /// The floor file, TOML or JSON.
    #[arg(required_unless_present = "defaults")]
    floor: Option<PathBuf>,
    /// Fail on warnings too.
    #[arg(long)]
    strict: bool,
    /// Print what was understood as JSON.
    #[arg(long)]
    json: bool,
    /// Print what a floor gets for each field it leaves out.
    #[arg(long)]
    defaults: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let mut out = io::stdout().lock();
    if args.defaults && print_defaults(&mut out).is_err() {
        return ExitCode::FAILURE;
    }
    match &args.floor {
        Some(floor) => check(floor, args, &mut out).unwrap_or(ExitCode::FAILURE),
        None => ExitCode::SUCCESS,
    }
}

/// An error is one of writing: whoever reads the output has gone, and there is nobody to tell.
fn check(floor: &PathBuf, args: &Args, out: &mut impl Write) -> io::Result<ExitCode> {
    let plan = match Plan::load(floor) {
        Ok(plan) => plan,
        Err(problems) => {
            let count = problems.len();
            let noun = if count == 1 { "problem" } else { "problems" };
            writeln!(io::stderr(), "{problems}\n{count} {noun}")?;
            return Ok(ExitCode::FAILURE);
        }
    };
    let description = plan.describe();
    if args.json {
        let json = serde_json::to_string_pretty(&description).map_err(io::Error::other)?;
        writeln!(out, "{json}")?;
    } else {
        write!(out, "{description}")?;
    }
    out.flush()?;
    let mut errors = io::stderr();
    for warning in &description.warnings {
        writeln!(errors, "warning: {warning}")?;
    }
    let failed = args.strict && !description.warnings.is_empty();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print_defaults(out: &mut impl Write) -> io::Result<()> {
    for row in defaults::table() {
        writeln!(out, "{} = {}\n    {}; {}", row.field, row.default, row.range, row.why)?;
    }
    out.flush()
}
