//! What can be wrong with a script as a text: always a place, what was expected there, and what stands there.

use std::sync::Arc;

use crate::floor::{Meant, nearest};

/// A script that cannot be understood, or that does not fit its floor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: expected {expected}, got {got}{}", Meant(.near))]
pub struct ScriptError {
    /// The script, as it was named when it was parsed.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
    /// What was expected there.
    pub expected: String,
    /// What stands there.
    pub got: String,
    /// A name like it that would have been right.
    pub near: Option<String>,
}

/// What was expected and what stands there; the place is added by whoever reads the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unexpected {
    expected: String,
    got: String,
    near: Option<String>,
}

impl Unexpected {
    pub(super) fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { expected: expected.into(), got: got.into(), near: None }
    }

    /// A word that is none of the words known here.
    pub(super) fn word<'a>(expected: impl Into<String>, got: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let near = nearest(got, known).map(str::to_owned);
        Self { expected: expected.into(), got: format!("`{}`", short(got)), near }
    }

    pub(super) fn at(self, file: &Arc<str>, line: usize) -> ScriptError {
        let got = in_one_line(&self.got);
        ScriptError { file: file.clone(), line, expected: self.expected, got, near: self.near }
    }
}

/// A text with its control characters spelt out: a line of a script may hold a carriage return, which would end that of
/// the message.
fn in_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

/// Enough of a text to recognise it in a message.
fn short(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
