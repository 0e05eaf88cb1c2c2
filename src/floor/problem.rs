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
            (_, near @ Some(_)) => write!(f, "{}{}", self.found, Meant(near)),
            (_, None) => write!(f, "{}; expected {}", self.found, self.expected),
        }
    }
}

impl std::error::Error for Problem {}

/// How many problems are kept.
const KEPT_MAX: usize = 1000;

/// Problems as they are found: the first thousand are kept, of the others only the number is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    kept: Vec<Problem>,
    more: usize,
}

impl Found {
    pub(crate) fn push(&mut self, problem: Problem) {
        if self.is_full() {
            self.more += 1;
        } else {
            self.kept.push(problem);
        }
    }

    /// Whether no further problem is kept.
    pub(crate) fn is_full(&self) -> bool {
        self.kept.len() >= KEPT_MAX
    }

    /// How many were found.
    #[cfg(any(feature = "toml", feature = "json"))]
    pub(crate) fn count(&self) -> usize {
        self.kept.len() + self.more
    }

    #[cfg(any(feature = "toml", feature = "json"))]
    pub(crate) fn kept(&self) -> &[Problem] {
        &self.kept
    }
}

impl Extend<Problem> for Found {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }
}

impl From<Vec<Problem>> for Found {
    fn from(problems: Vec<Problem>) -> Self {
        let mut found = Self::default();
        found.extend(problems);
        found
    }
}

/// Everything wrong with a floor: at least one problem, in the order of the file or else of the floor's fields.
///
/// Of more than a thousand problems the first thousand that were found are told, and how many [more](Self::more) there
/// are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Found);

impl Problems {
    /// These problems; `None` if there are none.
    pub(crate) fn new(problems: impl Into<Found>) -> Option<Self> {
        let found = problems.into();
        if found.kept.is_empty() { None } else { Some(Self(found)) }
    }

    /// These and more.
    #[cfg(any(feature = "toml", feature = "json"))]
    pub(crate) fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0.kept);
        self.0.more += more.0.more;
        self
    }

    /// Those that are to be told; `None` if none of those that were kept is.
    #[cfg(any(feature = "toml", feature = "json"))]
    pub(crate) fn only(mut self, told: impl Fn(&Problem) -> bool) -> Option<Self> {
        self.0.kept.retain(told);
        Self::new(self.0)
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [Problem] {
        &mut self.0.kept
    }

    /// One after the other.
    pub fn iter(&self) -> core::slice::Iter<'_, Problem> {
        self.0.kept.iter()
    }

    /// How many are told; never zero, at most 1,000.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.0.kept.len()
    }

    /// How many were found beside those that are told.
    pub fn more(&self) -> usize {
        self.0.more
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(Found { kept: vec![problem], more: 0 })
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
        self.0.kept.into_iter()
    }
}

/// One problem per line; a last line says how many more there are.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        match self.more() {
            0 => Ok(()),
            more => write!(f, "\n… and {more} more"),
        }
    }
}

impl std::error::Error for Problems {}

/// Looks for the names that were probably meant, as long as that does not cost too much: a text full of unknown names
/// must not keep anybody waiting, so after so much work no more hints are given.
pub(crate) struct Hints {
    /// Letters that may still be compared.
    work: usize,
}

impl Default for Hints {
    fn default() -> Self {
        Self { work: 20_000_000 }
    }
}

impl Hints {
    /// The name among `known` that `name` was probably meant to be; longer names than any that people type are not
    /// looked at.
    pub(crate) fn nearest<'a>(&mut self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        const LONGEST: usize = 64;
        // What looking at a name costs beside comparing it.
        const LOOK: usize = 16;
        if self.work == 0 || name.chars().take(LONGEST + 1).count() > LONGEST {
            return None;
        }
        let name = name.to_lowercase();
        let length = name.chars().count();
        // A third of the letters may differ: more, and the hint misleads.
        let limit = (length / 3).max(1);
        let mut best = None;
        for known in known {
            let other = known.chars().take(LONGEST + 1).count();
            let comparable = other <= LONGEST && other.abs_diff(length) <= limit;
            let cost = if comparable { LOOK + length * other } else { LOOK };
            self.work = self.work.saturating_sub(cost);
            if self.work == 0 {
                return None;
            }
            if comparable {
                let distance = strsim::osa_distance(&name, &known.to_lowercase());
                if distance <= limit && distance < other && best.is_none_or(|(least, _)| distance < least) {
                    best = Some((distance, known));
                }
            }
        }
        best.map(|(_, known)| known)
    }
}

/// The end of a message that names what was probably meant, if anything: in one line, as whoever named it may have broken
/// that name over two.
pub(crate) struct Meant<'a>(pub(crate) &'a Option<String>);

impl fmt::Display for Meant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "; did you mean `{}`?", name.escape_debug()),
            None => Ok(()),
        }
    }
}

/// The name among `known` that `name` was probably meant to be.
#[cfg(any(test, feature = "script"))]
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    Hints::default().nearest(name, known)
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
        let long = "x".repeat(65);
        assert_eq!(nearest(&long, [&*long]), None);
    }

    #[test]
    fn hints_end_before_they_keep_anybody_waiting() {
        let known: Vec<String> = (0..1000).map(|i| format!("a name of some length, number {i:04}")).collect();
        let known = || known.iter().map(String::as_str);
        let mut hints = Hints::default();
        let given =
            (0..1000).filter(|i| hints.nearest(&format!("a name of some length, nubmer {i:04}"), known()).is_some());
        assert!((1..100).contains(&given.count()));
        assert_eq!(hints.nearest("english", ["englisch"]), None);
    }

    #[test]
    fn a_problem_stays_in_one_line_where_the_name_that_was_meant_does_not() {
        let path = || FieldPath::default().field("class");
        let problem = Problem::new(ProblemKind::UnknownName, path(), "no class `emergency`", "a class of this floor");
        let problem = problem.near(Some("emerg\ncy"));
        assert_eq!(problem.to_string(), "class: no class `emergency`; did you mean `emerg\\ncy`?");
    }

    #[test]
    fn a_path_reads_like_the_floor_is_written() {
        let path = FieldPath::default().field("agents").index(5).field("skills").field("old english");
        assert_eq!(path.to_string(), "agents[5].skills.\"old english\"");
    }
}
