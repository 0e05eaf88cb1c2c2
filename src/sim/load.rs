//! Scenarios from TOML, with every problem at its line.
//!
//! A value that does not fit is reported and struck out, and reading starts again: so one mistake hides no other, and
//! what is left is still checked against the plan.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::Scenario;
use super::files::Files;
use super::setting::{Setting, zone};
use crate::floor::{FieldPath, Hints, Plan, Problem, ProblemKind, Problems, read_file, read_toml};

/// The largest scenario text, in bytes.
const TEXT_MAX: usize = 1 << 20;
/// After so many values that do not fit, no more are looked for.
const PROBLEMS_MAX: usize = 100;
/// So much of what does not fit is shown.
const WRITTEN_MAX: usize = 60;
const DISTRIBUTION: &str = "a distribution, as `{ exponential = \"2m\" }`, or `\"never\"`";

impl Scenario {
    /// Reads a scenario from TOML and checks it against a plan.
    ///
    /// # Errors
    ///
    /// Every problem of syntax; or else everything that has the wrong type or name, does not fit the plan, or is out
    /// of range; each with its line. The text may have at most 1 MiB, and name no other files.
    pub fn from_toml(text: &str, plan: &Plan) -> Result<Self, Problems> {
        Self::read(text, plan, None)
    }

    /// Reads a scenario and the files it names, which are looked for from this directory on.
    fn read(text: &str, plan: &Plan, directory: Option<&Path>) -> Result<Self, Problems> {
        if text.len() > TEXT_MAX {
            return Err(problem(ProblemKind::TooMany, 1, "the text is larger than 1 MiB", "a shorter text").into());
        }
        let document = read_toml(text).map_err(|problems| {
            let unreadable = || problem(ProblemKind::Syntax, 1, "the text cannot be read", "TOML").into();
            Problems::new(problems).unwrap_or_else(unreadable)
        })?;
        let Draft { scenario, problems, hopeless, .. } = Draft::read(text, Files::new(directory, zone(plan)));
        let struck: Vec<FieldPath> = problems.iter().map(|problem| problem.path.clone()).collect();
        let about = |path: &FieldPath, other: &FieldPath| {
            path.steps().starts_with(other.steps()) || other.steps().starts_with(path.steps())
        };
        let more = if hopeless { None } else { Setting::new(plan, &scenario).err() };
        let more = more.and_then(|more| more.only(|problem| !struck.iter().any(|path| about(path, &problem.path))));
        match Problems::new(problems).into_iter().chain(more).reduce(Problems::and) {
            None => Ok(scenario),
            Some(problems) => Err(problems.in_text(&document)),
        }
    }

    /// Reads a scenario from a TOML file and checks it against a plan. Files of lengths and of recorded calls that it
    /// names are read too, from its own directory on unless their names begin at the root, and become part of it.
    ///
    /// # Errors
    ///
    /// As [`from_toml`](Self::from_toml), with the file; also a file that cannot be read, and whatever is wrong in the
    /// files it names, with their own lines.
    pub fn load(path: impl AsRef<Path>, plan: &Plan) -> Result<Self, Problems> {
        let path = path.as_ref();
        let file: Arc<str> = path.display().to_string().into();
        let scenario = match read_file(path) {
            Ok(text) => Self::read(&text, plan, Some(path.parent().unwrap_or(Path::new("")))),
            Err(problems) => Err(problems),
        };
        scenario.map_err(|problems| problems.in_file(&file))
    }
}

/// What of a text can be understood, and what cannot.
#[derive(Default)]
struct Draft {
    scenario: Scenario,
    problems: Vec<Problem>,
    /// Too little was understood to be checked against a plan.
    hopeless: bool,
    hints: Hints,
}

impl Draft {
    /// Reads a text whose syntax is right.
    fn read(text: &str, mut files: Files<'_>) -> Self {
        let mut draft = Self::default();
        let (mut table, _) = DeTable::parse_recoverable(text);
        files.take_from(table.get_mut());
        draft.problems.append(&mut files.problems);
        while draft.problems.len() < PROBLEMS_MAX {
            match Scenario::deserialize(Deserializer::from(table.clone())) {
                Ok(scenario) => {
                    draft.scenario = scenario;
                    files.give_to(&mut draft.scenario);
                    return draft;
                }
                Err(error) => {
                    if !draft.strike(&mut table, text, &error) {
                        break;
                    }
                }
            }
        }
        draft.hopeless = true;
        draft
    }

    /// Reports an error and strikes out what caused it; says whether that was found.
    fn strike(&mut self, table: &mut Spanned<DeTable<'_>>, text: &str, error: &toml::de::Error) -> bool {
        let span = error.span().unwrap_or_default();
        let line = 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() as u32;
        let exactly = |place: Range<usize>| place == span;
        let around = |place: Range<usize>| place.start <= span.start && span.end <= place.end;
        let root = FieldPath::default();
        let struck =
            strike_from(table.get_mut(), &exactly, &root).or_else(|| strike_from(table.get_mut(), &around, &root));
        let written = text.get(span.clone()).unwrap_or_default().trim();
        let mut problem = understood(error.message(), written, line, &mut self.hints);
        let Some(path) = struck else {
            self.problems.push(problem);
            return false;
        };
        // A table from which a wrong value was struck may lack it now; that is not the writer's mistake.
        if !self.problems.iter().any(|other| other.path.steps().starts_with(path.steps())) {
            problem.path = path;
            self.problems.push(problem);
        }
        true
    }
}

/// Strikes out the innermost entry whose name or value is hit.
fn strike_from(table: &mut DeTable<'_>, hit: &impl Fn(Range<usize>) -> bool, path: &FieldPath) -> Option<FieldPath> {
    for (name, value) in table.iter_mut() {
        if let Some(path) = strike_inside(value, hit, &path.field(name.get_ref())) {
            return Some(path);
        }
    }
    let (name, _) = table.iter().find(|(name, value)| hit(name.span()) || hit(value.span()))?;
    let name = name.get_ref().to_string();
    table.remove(name.as_str());
    Some(path.field(&name))
}

fn strike_inside(
    value: &mut Spanned<DeValue<'_>>,
    hit: &impl Fn(Range<usize>) -> bool,
    path: &FieldPath,
) -> Option<FieldPath> {
    match value.get_mut() {
        DeValue::Table(table) => strike_from(table, hit, path),
        DeValue::Array(list) => {
            for (index, item) in list.iter_mut().enumerate() {
                if let Some(path) = strike_inside(item, hit, &path.index(index)) {
                    return Some(path);
                }
            }
            let index = list.iter().position(|item| hit(item.span()))?;
            let item = list.get_mut(index)?;
            // Something harmless in its place, so that the others keep theirs: a table with nothing in it, or where
            // that does not fit either, an empty text.
            let harmless = match item.get_ref() {
                DeValue::Table(table) if table.is_empty() => DeValue::String("".into()),
                DeValue::String(text) if text.is_empty() => return None,
                _ => DeValue::Table(DeTable::new()),
            };
            *item = Spanned::new(item.span(), harmless);
            Some(path.index(index))
        }
        _ => None,
    }
}

fn problem(kind: ProblemKind, line: u32, found: &str, expected: &str) -> Problem {
    Problem { line: Some(line), ..Problem::new(kind, FieldPath::default(), found, expected) }
}

/// A message of the reader's about something that is `written`, in the words of all other problems.
fn understood(message: &str, written: &str, line: u32, hints: &mut Hints) -> Problem {
    let message = message.replace('\n', ", ");
    let (said, expected) = match message.strip_prefix("expected ") {
        Some(expected) => ("invalid length", expected),
        None => message.split_once(", expected ").unwrap_or((&message, "a value")),
    };
    let name = said.split('`').nth(1).unwrap_or_default();
    let (kind, found) = match said {
        _ if said.starts_with("unknown field") => (ProblemKind::UnknownField, format!("no field `{name}`")),
        _ if said.starts_with("missing field") => (ProblemKind::Missing, format!("no `{name}`")),
        _ if said.starts_with("unknown variant") => (ProblemKind::Malformed, format!("`{}`", name.escape_debug())),
        _ if ["invalid type", "invalid length", "wanted "].iter().any(|way| said.starts_with(way)) => {
            // Nothing that would break the line or colour it.
            let plain = |letter: char| "\"'\\".contains(letter) || letter.escape_debug().count() == 1;
            let short = (1..=WRITTEN_MAX).contains(&written.chars().count()) && written.chars().all(plain);
            (ProblemKind::Malformed, if short { format!("`{written}`") } else { "something else".to_owned() })
        }
        _ => (ProblemKind::Malformed, said.to_owned()),
    };
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let near = hints.nearest(name, known.iter().copied()).map(str::to_owned);
    let expected = match expected {
        "f64" => "a number",
        "u8" | "u16" | "u32" | "u64" | "i64" => "a whole number",
        "a boolean" => "`true` or `false`",
        "a string" => "text in quotes",
        "a sequence" => "a list",
        "a map" => "a table",
        _ if expected.starts_with("struct ") => "a table",
        _ if expected.contains("tuple") => "a list of two",
        // Of the ways to say how long something takes, those that are only a name are few.
        _ if known.contains(&"exponential") && kind == ProblemKind::Malformed => DISTRIBUTION,
        _ if said.starts_with("wanted exactly 1") => "a table with one field",
        _ if said.starts_with("wanted ") => "a name in quotes, or a table with one field",
        _ if said.ends_with("longer than any length may be") => "a shorter length",
        other => other,
    };
    Problem { near, ..problem(kind, line, &found, expected) }
}
