//! Figures that were accepted: a file beside the benches, and the check against it.
//!
//! Each figure stands there with what it was, and each aim with whether it was met. A figure that is worse by more than
//! 5 % is a fault; so is an aim that was met and is not. Aims that were not met are marked as open, which shames nobody
//! but is there to be seen.
//!
//! A count that stands beside a rival's is worse if both the count and its ratio to the rival's are: another compiler
//! changes both counts and not their ratio, and a rival's luck with the allocator changes the ratio and not the count.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

/// By so much a figure may be worse than it was.
const TOLERANCE: f64 = 0.05;
/// Figures are told to two decimals.
const ROUNDED: f64 = 0.005;

/// What a bench has found out.
#[derive(Default)]
pub struct Report {
    pub figures: Vec<Figure>,
    pub aims: Vec<Judged>,
}

/// What was counted, by name: the less, the better.
pub struct Figure {
    name: String,
    counted: f64,
    /// What a rival takes for the same.
    rival: Option<f64>,
}

/// An aim, and what is.
pub struct Judged {
    pub name: String,
    pub is: f64,
    pub at_most: f64,
}

impl Judged {
    pub fn is_met(&self) -> bool {
        self.is <= self.at_most + ROUNDED
    }
}

/// The file, read: each line by what stands behind its bar.
#[derive(Default)]
struct Committed {
    tools: String,
    /// What the figure was, and the count it came from.
    figures: BTreeMap<String, (f64, f64, String)>,
    aims: BTreeMap<String, (bool, String)>,
}

impl Figure {
    /// So many bytes, of which no rival has any.
    pub fn bytes(name: impl Into<String>, counted: f64) -> Self {
        Self { name: name.into(), counted, rival: None }
    }

    /// So many instructions, and a rival's.
    pub fn beside(name: impl Into<String>, counted: f64, rival: f64) -> Self {
        Self { name: name.into(), counted, rival: Some(rival) }
    }

    fn is(&self) -> f64 {
        self.counted / self.rival.unwrap_or(1.0)
    }

    /// Its line in the file.
    fn line(&self) -> String {
        let Self { name, counted, rival } = self;
        match rival {
            None => format!("{counted:>9.3} bytes | {name}"),
            Some(rival) => format!("{:>9.3} = {counted:>7.0} / {rival:>7.0} | {name}", self.is()),
        }
    }
}

impl Report {
    /// One line for each aim.
    pub fn print_aims(&self) {
        for aim in &self.aims {
            let verdict = if aim.is_met() { "met" } else { "NOT MET" };
            println!("{verdict:<8} {:>9.2}, at most {:<6} {}", aim.is, aim.at_most, aim.name);
        }
    }

    /// Does what the arguments ask for: `--accept` writes the file, `--check` compares; whether all is well.
    pub fn settle(&self, path: &str, arguments: &[String]) -> bool {
        let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
        if asked("--accept") {
            self.accept(path);
        }
        !asked("--check") || self.check(path)
    }

    fn check(&self, path: &str) -> bool {
        let committed = Committed::read(path);
        if committed.tools != tools() {
            println!("note: what was accepted was counted with {}; this is {}", committed.tools, tools());
        }
        let mut faults = Vec::new();
        for figure in &self.figures {
            let (name, is) = (&figure.name, figure.is());
            match committed.figures.get(name) {
                None => faults.push(format!("{name}: nothing was accepted for it yet")),
                Some((was, counted, _)) if is_worse(is, *was) && is_worse(figure.counted, *counted) => {
                    faults.push(format!("{name}: was {was:.2}, is {is:.2} ({:+.1} %)", 100.0 * (is / was - 1.0)));
                }
                Some(_) => {}
            }
        }
        for aim in &self.aims {
            let Judged { name, is, at_most } = aim;
            match committed.aims.get(name) {
                None => faults.push(format!("{name}: nothing was accepted for this aim yet")),
                Some((true, _)) if !aim.is_met() => {
                    faults.push(format!("{name}: was met, is {is:.2}, at most {at_most}"));
                }
                Some((false, _)) if aim.is_met() => println!("note: an open aim is met: {name}"),
                Some(_) => {}
            }
        }
        faults.iter().for_each(|fault| println!("WORSE    {fault}"));
        println!("{} figures and {} aims checked, {} worse", self.figures.len(), self.aims.len(), faults.len());
        faults.is_empty()
    }

    /// Puts these figures in the place of those of the same names; the others stay.
    fn accept(&self, path: &str) {
        let mut committed = Committed::read(path);
        for figure in &self.figures {
            committed.figures.insert(figure.name.clone(), (figure.is(), figure.counted, figure.line()));
        }
        for aim in &self.aims {
            let word = if aim.is_met() { "met" } else { "open" };
            let line = format!("{word:<4} {:>9.2} at most {} | {}", aim.is, aim.at_most, aim.name);
            committed.aims.insert(aim.name.clone(), (aim.is_met(), line));
        }
        let mut text = String::from(
            "# What was accepted last. Written by the bench of this name with `-- --accept`; `-- --check` compares.\n",
        );
        let _ = writeln!(text, "tools: {}\n", tools());
        let lines = committed.figures.values().map(|(.., line)| line);
        for line in lines.chain(committed.aims.values().map(|(_, line)| line)) {
            text += line;
            text.push('\n');
        }
        std::fs::write(path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
        println!("written to {path}");
    }
}

impl Committed {
    fn read(path: &str) -> Self {
        let mut committed = Self::default();
        for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
            if let Some(tools) = line.strip_prefix("tools: ") {
                committed.tools = tools.into();
            }
            let Some((values, name)) = line.split_once(" | ") else { continue };
            let (name, line) = (name.to_string(), line.to_string());
            let number = |word: &str| word.parse().unwrap_or_else(|error| panic!("{path}: {line}: {error}"));
            match *values.split_whitespace().collect::<Vec<_>>() {
                ["met", ..] => drop(committed.aims.insert(name, (true, line))),
                ["open", ..] => drop(committed.aims.insert(name, (false, line))),
                [ratio, "=", counted, ..] => {
                    committed.figures.insert(name, (number(ratio), number(counted), line));
                }
                [counted, ..] => drop(committed.figures.insert(name, (number(counted), number(counted), line))),
                [] => {}
            }
        }
        committed
    }
}

fn is_worse(is: f64, was: f64) -> bool {
    is > was * (1.0 + TOLERANCE)
}

/// What figures depend on, apart from the code.
fn tools() -> String {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&output).lines().next().unwrap_or("?").to_string()
    };
    format!("{}, {}, {}-{}", version("rustc"), version("valgrind"), std::env::consts::ARCH, std::env::consts::OS)
}
