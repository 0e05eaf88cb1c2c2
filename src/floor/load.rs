//! Floors from text and from files, with every problem at its line.
//!
//! The shape of the text and the sense of the floor are checked in one go: a misspelt field, a level of 300 and a queue
//! that does not exist are all reported together.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize as _;

use super::document::Node;
use super::problem::{FieldPath, Found, Problem, ProblemKind, Problems};
use super::{Floor, Plan, shape};

/// Bytes that the text of a floor may have.
const TEXT_MAX: usize = 16 << 20;

impl Floor {
    /// Reads a floor from TOML, without checking it as a whole; [`Plan::from_toml`] does both and knows the lines of
    /// all problems.
    ///
    /// # Errors
    ///
    /// Every problem of syntax or shape, with its line. The text may have at most 16 MiB.
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        Draft::read(text, super::document::read_toml)?.floor()
    }

    /// Reads a floor from JSON, without checking it as a whole; [`Plan::from_json`] does both and knows the lines of
    /// all problems.
    ///
    /// # Errors
    ///
    /// Every problem of syntax or shape, with its line. The text may have at most 16 MiB.
    #[cfg(feature = "json")]
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        Draft::read(text, super::document::read_json)?.floor()
    }
}

impl Plan {
    /// Reads a floor from TOML and checks it.
    ///
    /// # Errors
    ///
    /// Every problem, with its line. The text may have at most 16 MiB.
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        Draft::read(text, super::document::read_toml)?.plan()
    }

    /// Reads a floor from JSON and checks it.
    ///
    /// # Errors
    ///
    /// Every problem, with its line. The text may have at most 16 MiB.
    #[cfg(feature = "json")]
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        Draft::read(text, super::document::read_json)?.plan()
    }

    /// Reads a floor from a file, TOML or JSON by its ending, and checks it.
    ///
    /// # Errors
    ///
    /// Every problem, with file and line; also a file that cannot be read, is larger than 16 MiB, or ends in something
    /// other than `.toml` or `.json`. TOML needs the feature `toml`, JSON the feature `json`.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Problems> {
        let path = path.as_ref();
        let file: Arc<str> = path.display().to_string().into();
        let result = match (read(path), path.extension().and_then(|ending| ending.to_str())) {
            (Err(problems), _) => Err(problems),
            #[cfg(feature = "toml")]
            (Ok(text), Some("toml")) => Self::from_toml(&text),
            #[cfg(feature = "json")]
            (Ok(text), Some("json")) => Self::from_json(&text),
            #[cfg(not(feature = "toml"))]
            (Ok(_), Some("toml")) => Err(unreadable("floors in TOML need the feature `toml`")),
            #[cfg(not(feature = "json"))]
            (Ok(_), Some("json")) => Err(unreadable("floors in JSON need the feature `json`")),
            (Ok(_), _) => Err(unreadable("the name of a floor file ends in `.toml` or `.json`")),
        };
        result.map_err(|problems| problems.in_file(&file))
    }
}

/// The text of a file, if it is not too large.
pub(crate) fn read(path: &Path) -> Result<String, Problems> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(&format!("cannot be opened: {error}")))?;
    // One byte more than allowed tells a file that is too large from one that just fits.
    let mut bounded = file.take(TEXT_MAX as u64 + 1);
    bounded.read_to_string(&mut text).map_err(|error| unreadable(&format!("cannot be read: {error}")))?;
    Ok(text)
}

fn unreadable(message: &str) -> Problems {
    Problem::new(ProblemKind::Unreadable, FieldPath::default(), message, "a floor file").into()
}

/// A document on its way to a floor.
struct Draft {
    /// As it was read: tells lines.
    document: Node,
    floor: Floor,
    problems: Found,
    /// Where something was put in the place of what did not fit, so that nothing more should be said.
    settled: BTreeSet<FieldPath>,
}

impl Draft {
    fn read(text: &str, parse: fn(&str) -> Result<Node, Vec<Problem>>) -> Result<Self, Problems> {
        if text.len() > TEXT_MAX {
            let found = format!("the text is larger than {} MiB", TEXT_MAX >> 20);
            return Err(unreadable(&found));
        }
        let document = parse(text)
            .map_err(|problems| Problems::new(problems).unwrap_or_else(|| unreadable("the text cannot be read")))?;
        if let Some(problem) = shape::scenario(&document) {
            return Err(problem.into());
        }
        let mut mended = document.clone();
        let (mut problems, settled) = shape::mend(&mut mended);
        let floor = Floor::deserialize(&mended).unwrap_or_else(|error| {
            problems.push(Problem::new(
                ProblemKind::Malformed,
                FieldPath::default(),
                format!("the floor cannot be understood: {error}"),
                "a floor",
            ));
            Floor::default()
        });
        Ok(Self { document, floor, problems, settled })
    }

    fn floor(self) -> Result<Floor, Problems> {
        match Problems::new(self.problems) {
            None => Ok(self.floor),
            Some(problems) => Err(problems.named(&self.floor).in_text(&self.document)),
        }
    }

    fn plan(self) -> Result<Plan, Problems> {
        let Self { document, floor, problems, settled } = self;
        let Some(problems) = Problems::new(problems) else {
            return floor.compile().map_err(|problems| problems.in_text(&document));
        };
        let problems = problems.named(&floor);
        // A whole list that could not be read would make everything that names its members look wrong; and with more
        // problems than are told, it is not known what else to leave alone.
        let blind = |problem: &Problem| problem.path.steps().len() <= 1 && problem.kind == ProblemKind::Malformed;
        if problems.iter().any(blind) || problems.more() > 0 {
            return Err(problems.in_text(&document));
        }
        let more = floor.compile().err().and_then(|more| more.only(|problem| !problem.path.is_within(&settled)));
        Err(more.into_iter().fold(problems, Problems::and).in_text(&document))
    }
}

impl Problems {
    /// With the line of each, in the order of lines.
    pub(crate) fn in_text(mut self, document: &Node) -> Self {
        for problem in self.as_mut_slice() {
            problem.line = problem.line.or_else(|| Some(document.line_of(&problem.path)));
        }
        self.as_mut_slice().sort_by(|a, b| (a.line, &a.path).cmp(&(b.line, &b.path)));
        self
    }

    pub(crate) fn in_file(mut self, file: &Arc<str>) -> Self {
        for problem in self.as_mut_slice() {
            // What a file names may have its problems in another one.
            problem.file.get_or_insert_with(|| file.clone());
        }
        self
    }
}

#[cfg(all(test, feature = "toml"))]
mod tests {
    use super::*;

    #[test]
    fn mistakes_in_the_shape_of_a_floor_are_told_in_the_order_of_its_lines_before_it_is_checked_too() {
        let text = "[[queues]]\nname = \"desk\"\n[[queues.keys]]\ndo = \"message\"\nkez = \"1\"\n";
        let lines = |problems: Problems| problems.iter().map(|problem| problem.line).collect::<Vec<_>>();
        let expected = [3, 5].map(Some);
        assert_eq!(lines(Floor::from_toml(text).unwrap_err()), expected);
        assert_eq!(lines(Plan::from_toml(text).unwrap_err()), expected);
    }
}
