//! A line as words: the part of the language below its meaning.
//!
//! Words are parted by blanks; `"…"` makes one word of several. A `#` that begins a word begins a comment, unless a digit
//! follows: `#7` is the thing numbered 7.

use core::ops::Range;
use std::borrow::Cow;

use super::error::Unexpected;
use crate::floor::Length;
use crate::time::Time;

/// A line, cut into words.
#[derive(Debug)]
pub(super) struct Words<'a> {
    line: &'a str,
    words: Vec<Word<'a>>,
    next: usize,
    /// Where the comment begins, if there is one.
    comment: Option<usize>,
}

#[derive(Clone, Debug)]
struct Word<'a> {
    text: &'a str,
    /// Its place in the line, quotes included.
    place: Range<usize>,
}

impl<'a> Words<'a> {
    pub(super) fn of(line: &'a str) -> Result<Self, Unexpected> {
        let mut words = Vec::new();
        let mut comment = None;
        let mut at = 0;
        while let Some(blank) = line[at..].find(|c: char| !c.is_whitespace()) {
            let start = at + blank;
            let rest = &line[start..];
            if rest.starts_with('#') && !rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
                comment = Some(start);
                break;
            }
            let (text, length) = if let Some(quoted) = rest.strip_prefix('"') {
                let Some(end) = quoted.find('"') else {
                    return Err(Unexpected::new("`\"` at the end of what is quoted", "the end of the line"));
                };
                (&quoted[..end], end + 2)
            } else {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (&rest[..end], end)
            };
            at = start + length;
            words.push(Word { text, place: start..at });
        }
        Ok(Self { line, words, next: 0, comment })
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.words.get(self.next).map(|word| word.text)
    }

    pub(super) fn take(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.next += 1;
        Some(word)
    }

    /// The next word, which must be there.
    pub(super) fn expect(&mut self, what: &str) -> Result<&'a str, Unexpected> {
        self.take().ok_or_else(|| Unexpected::new(what, "the end of the line"))
    }

    /// The words that are left, as they were written.
    pub(super) fn rest(&mut self) -> Option<&'a str> {
        let (first, last) = (self.words.get(self.next)?, self.words.last()?);
        self.next = self.words.len();
        Some(&self.line[first.place.start..last.place.end])
    }

    /// The words that are left, parted by single blanks.
    pub(super) fn rest_spaced(&mut self) -> String {
        let spaced = |word: &Word<'a>| match self.line[word.place.start..].starts_with('"') {
            true => quoted(word.text),
            false => word.text.into(),
        };
        let words: Vec<_> = self.words[self.next..].iter().map(spaced).collect();
        self.next = self.words.len();
        words.join(" ")
    }

    /// Makes sure that nothing is left.
    pub(super) fn end(&self) -> Result<(), Unexpected> {
        match self.peek() {
            Some(word) => Err(Unexpected::new("the end of the line", format!("`{word}`"))),
            None => Ok(()),
        }
    }

    /// The column of the second word, where verbs and outputs stand.
    pub(super) fn column(&self) -> Option<usize> {
        let word = self.words.get(1)?;
        Some(self.line[..word.place.start].chars().count())
    }

    pub(super) fn comment(&self) -> Option<&'a str> {
        self.comment.map(|start| self.line[start..].trim_end())
    }
}

/// A text as one word of a script, in quotes where it needs them.
pub(super) fn quoted(text: &str) -> Cow<'_, str> {
    if !text.is_empty() && !text.contains(char::is_whitespace) && !text.starts_with(['"', '#']) {
        return text.into();
    }
    // A quote or a new line inside cannot be written; the sign for the unknown stands in its place.
    format!("\"{}\"", text.replace(['"', '\n', '\r'], "\u{fffd}")).into()
}

/// Reads an instant: `18s`, `1m30s`, `250ms`, `18.000000001s`. `None` if it is none; rings are none, for they depend on
/// the floor.
pub(super) fn time(text: &str) -> Option<Time> {
    match text.parse() {
        Ok(Length::Span(span)) => Some(Time::ZERO + span),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_to_the_nanosecond() {
        let nanos = |text| time(text).map(Time::as_nanos);
        assert_eq!(nanos("18s"), Some(18_000_000_000));
        assert_eq!(nanos("1m30s"), Some(90_000_000_000));
        assert_eq!(nanos("250ms"), Some(250_000_000));
        assert_eq!(nanos("1h0m0.5s"), Some(3_600_500_000_000));
        assert_eq!(nanos("18.000000001s"), Some(18_000_000_001));
        for nonsense in ["", "18", "s", "1s1m", "1s1s", "-1s", ".s", "1..2s", "99999999999h", "3rings", "٣s"] {
            assert_eq!(time(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn a_number_sign_before_a_digit_is_no_comment() {
        let mut words = Words::of("0s arrive anna #7 # to a queue that is not there").unwrap();
        assert_eq!((words.take(), words.column()), (Some("0s"), Some(3)));
        assert_eq!(words.rest(), Some("arrive anna #7"));
        assert_eq!(words.comment(), Some("# to a queue that is not there"));
    }
}
