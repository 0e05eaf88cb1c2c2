//! Rewriting a script's expectations, for review as a diff: the lines that begin with a time and `>` become what the
//! engine says; every other line, comments and the order of lines stay as they are. A script that passes is left as it
//! is, to the byte.

use std::sync::Arc;

use super::report::{Failure, equal_parts};
use super::run::Said;
use super::words::{Words, time};
use super::{Expected, Scene, Script};
use crate::floor::Plan;

/// The column of verbs in a script that says nothing else.
const COLUMN: usize = 7;

impl Script {
    /// The script with its expectations rewritten to what the engine says on this floor. To bless the result again
    /// changes nothing. After the last input, time runs on to the last expectation or `until` only, as in
    /// [`run`](Self::run): put `until` at the end to see more.
    pub fn bless(&self, plan: &Arc<Plan>) -> Result<String, Failure> {
        let came = self.what_comes(plan)?;
        let old: Vec<&str> = self.text.lines().collect();
        let mut pen = Pen { new: old.iter().map(|line| Line::Kept(line)).collect(), old };
        for (scene, came) in self.scenes.iter().zip(&came) {
            let shown: Vec<&Said> = came.iter().filter(|said| said.shown).collect();
            pen.rewrite(scene, &shown);
        }
        if pen.new.iter().all(|line| matches!(line, Line::Kept(_))) {
            return Ok(self.text.to_string());
        }
        let ending = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut text = String::with_capacity(self.text.len());
        for line in pen.new {
            line.write(ending, &mut text);
        }
        Ok(text)
    }
}

/// The old lines, and what becomes of each.
struct Pen<'a> {
    old: Vec<&'a str>,
    new: Vec<Line<'a>>,
}

impl<'a> Pen<'a> {
    fn rewrite(&mut self, scene: &Scene, shown: &[&Said]) {
        let equal = equal_parts(&scene.expected, shown);
        let old = &scene.expected[equal.head..scene.expected.len() - equal.tail];
        let mut new = shown[equal.head..shown.len() - equal.tail].iter();
        for expected in old {
            let comment = self.words(expected.line).and_then(|words| words.comment());
            let lines = match (new.next(), comment) {
                (Some(said), comment) => vec![self.expectation(said, scene, expected.line, comment)],
                (None, Some(comment)) => vec![comment.to_owned()],
                (None, None) => Vec::new(),
            };
            if let Some(place) = self.new.get_mut(expected.line - 1) {
                *place = Line::New(lines);
            }
        }
        // What is left stands below the last line before it: an expectation, or the input itself.
        let above = old.last().or_else(|| scene.expected[..equal.head].last()).map_or(scene.line, line_of);
        let more: Vec<String> = new.map(|said| self.expectation(said, scene, above, None)).collect();
        if let Some(place) = self.new.get_mut(above - 1) {
            place.extend(more);
        }
    }

    /// An expectation, aligned with the line it replaces or follows, its time written as there or at the input where
    /// it is the same.
    fn expectation(&self, said: &Said, scene: &Scene, beside: usize, comment: Option<&str>) -> String {
        let same = |line| self.words(line).and_then(|words| words.peek()).filter(|at| time(at) == Some(said.at));
        let at = same(beside).or_else(|| same(scene.line)).map_or_else(|| said.at.to_string(), str::to_owned);
        let column = self.words(beside).and_then(|words| words.column()).unwrap_or(COLUMN);
        let comment = comment.map(|comment| format!("  {comment}")).unwrap_or_default();
        // At least one blank, however long the time is.
        format!("{at:<width$} > {}{comment}", said.text, width = column.saturating_sub(1))
    }

    fn words(&self, line: usize) -> Option<Words<'a>> {
        self.old.get(line - 1).and_then(|line| Words::of(line).ok())
    }
}

fn line_of(expected: &Expected) -> usize {
    expected.line
}

/// What becomes of a line.
enum Line<'a> {
    /// It stays.
    Kept(&'a str),
    /// These lines stand in its place, or none.
    New(Vec<String>),
}

impl Line<'_> {
    fn extend(&mut self, more: Vec<String>) {
        match self {
            Self::Kept(line) if !more.is_empty() => {
                let mut lines = vec![(*line).to_owned()];
                lines.extend(more);
                *self = Self::New(lines);
            }
            Self::Kept(_) => {}
            Self::New(lines) => lines.extend(more),
        }
    }

    fn write(&self, ending: &str, text: &mut String) {
        let mut add = |line: &str| {
            text.push_str(line);
            text.push_str(ending);
        };
        match self {
            Self::Kept(line) => add(line),
            Self::New(lines) => lines.iter().for_each(|line| add(line)),
        }
    }
}
