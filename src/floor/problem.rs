//! What is wrong with a floor: every problem by field path, and by file and line where the floor came from a file.
//!
//! A compiler's manners: all problems at once, each with what was found, what was expected and, where a name is merely
//! misspelt, the name that was probably meant. What callers' data hold (the directory) is never shown (G13).

use core::borrow::Borrow;
use core::fmt;
use std::sync::Arc;

/// One thing wrong with a floor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// What kind of problem.
    pub kind: ProblemKind,
    /// Where in the floor.
    pub path: FieldPath,
    /// The name of the agent, queue or other thing the path leads through, where it has one.
    pub name: Option<String>,
    /// What was found there.
    pub found: String,
    /// What was expected there.
    pub expected: String,
    /// The known name that comes nearest to the one found.
    pub near: Option<String>,
    /// The file, where the floor came from one.
    pub file: Option<Arc<str>>,
    /// The line in the text, from 1, where the floor came from a text.
    pub line: Option<u32>,
}

/// Kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The file cannot be read.
    Unreadable,
    /// The text is no TOML or no JSON.
    Syntax,
    /// A value of the wrong type, or a text that cannot be read as what it stands for.
    Malformed,
    /// A field that a floor does not have.
    UnknownField,
    /// A field that may not be left out or empty.
    Missing,
    /// A name that may not be one: too long, or with characters that no name has.
    BadName,
    /// A name that does not exist on this floor.
    UnknownName,
    /// Something that may stand only once.
    Duplicate,
    /// A number or length outside its range.
    OutOfRange,
    /// More of something than a floor may hold.
    TooMany,
    /// A need that cannot be read.
    BadNeed,
    /// A ladder that cannot be climbed: an exit that is not last, a rung without action, a circle without time.
    BadLadder,
}

/// Where a field stands in a floor: `queues[2].rules.ring_limit`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Vec<Step>);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    Field(String),
    Index(usize),
}

impl FieldPath {
    pub(crate) fn field(&self, name: &str) -> Self {
        self.with(Step::Field(name.to_owned()))
    }

    pub(crate) fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this path or one that leads to it is among these.
    #[cfg(any(feature = "toml", feature = "json"))]
    pub(crate) fn is_within(&self, paths: &std::collections::BTreeSet<Self>) -> bool {
        (0..=self.0.len()).any(|length| paths.contains(&self.0[..length]))
    }
}

/// Paths are ordered, and looked up, by their steps.
impl Borrow<[Step]> for FieldPath {
    fn borrow(&self) -> &[Step] {
        &self.0
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Field(name) => {
                    if place > 0 {
                        f.write_str(".")?;
                    }
                    let bare = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
                    if bare { f.write_str(name)? } else { write!(f, "{name:?}")? }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Problem {
    pub(crate) fn new(
        kind: ProblemKind,
        path: FieldPath,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let (found, expected) = (found.into(), expected.into());
        Self { kind, path, name: None, found, expected, near: None, file: None, line: None }
    }

    pub(crate) fn near(mut self, near: Option<&str>) -> Self {
        self.near = near.map(str::to_owned);
        self
    }
}

/// One line, as compilers write it: `hotel.toml:14: agents[5].skills.englsih (li): found …, expected …`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        if !self.path.0.is_empty() {
            write!(f, "{}", self.path)?;
            if let Some(name) = &self.name {
                write!(f, " ({})", name.escape_debug())?;
            }
            f.write_str(": ")?;
        }
        match (self.kind, &self.near) {
            (ProblemKind::Unreadable | ProblemKind::Syntax, _) => f.write_str(&self.found),
            (_, Some(near)) => write!(f, "{}; did you mean `{near}`?", self.found),
            (_, None) => write!(f, "{}; expected {}", self.found, self.expected),
        }
    }
}

impl std::error::Error for Problem {}

/// Everything wrong with a floor: at least one problem, in the order of the file or else of the floor's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// These problems; `None` if there are none.
    pub(crate) fn new(problems: Vec<Problem>) -> Option<Self> {
        if problems.is_empty() { None } else { Some(Self(problems)) }
    }

    /// These and more.
    #[cfg(any(feature = "toml", feature = "json"))]
    pub(crate) fn and(mut self, more: impl IntoIterator<Item = Problem>) -> Self {
        self.0.extend(more);
        self
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [Problem] {
        &mut self.0
    }

    /// One after the other.
    pub fn iter(&self) -> core::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// How many; never zero.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = core::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// One problem per line.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The name among `known` that `name` was probably meant to be.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 100;
    if name.chars().count() > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    // A third of the letters may differ: more, and the hint misleads.
    let limit = (name.chars().count() / 3).max(1);
    known
        .into_iter()
        .filter(|known| known.len() <= 4 * LONGEST)
        .map(|known| (strsim::osa_distance(&name, &known.to_lowercase()), known))
        .filter(|(distance, known)| *distance <= limit && *distance < known.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_met_with_the_nearest_one() {
        let known = ["english", "japanese", "french"];
        assert_eq!(nearest("englsih", known), Some("english"));
        assert_eq!(nearest("French", known), Some("french"));
        assert_eq!(nearest("german", known), None);
        assert_eq!(nearest("a", ["b"]), None);
    }

    #[test]
    fn a_path_reads_like_the_floor_is_written() {
        let path = FieldPath::default().field("agents").index(5).field("skills").field("old english");
        assert_eq!(path.to_string(), "agents[5].skills.\"old english\"");
    }
}
