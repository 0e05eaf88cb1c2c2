//! From text to [`Script`]: line by line, with the place of everything that is wrong.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::error::{ScriptError, Unexpected};
use super::say::{OUTPUTS, TOPICS, Topic, form};
use super::verbs::{self, Name};
use super::words::{self, Words, quoted};
use super::{Expected, FloorSource, Scene, Script};
use crate::time::Time;

const DIRECTIVES: [&str; 6] = ["title", "floor", "covers", "signed-in", "show", "until"];

impl Script {
    /// Reads a script. `name` is what errors and reports call it, and what the path of its floor is relative to: the
    /// path of its file.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScriptError> {
        let file: Arc<str> = name.into();
        let mut reader = Reader::default();
        if text.len() > Self::BYTES_MAX {
            let expected = format!("a script of at most {} bytes", Self::BYTES_MAX);
            return Err(Unexpected::new(expected, format!("{} bytes", text.len())).at(&file, 1));
        }
        let mut last = 0;
        for (index, line) in text.lines().enumerate() {
            last = index + 1;
            reader.line(last, line).map_err(|unexpected| unexpected.at(&file, last))?;
        }
        reader.end().map_err(|unexpected| unexpected.at(&file, last.max(1)))?;
        Ok(Self {
            name: file,
            title: reader.title.unwrap_or_default().into(),
            floor: reader.floor,
            covers: reader.covers,
            signed_in: reader.signed_in,
            topics: reader.topics,
            scenes: reader.scenes,
            until: reader.until,
            text: text.into(),
        })
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    title: Option<String>,
    floor: Option<FloorSource>,
    /// Whether the lines are a floor's until `>>`.
    in_floor: bool,
    covers: Vec<String>,
    signed_in: Option<Vec<(usize, Name)>>,
    topics: BTreeSet<Topic>,
    scenes: Vec<Scene>,
    until: Option<Time>,
    now: Time,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), Unexpected> {
        if number > Script::LINES_MAX {
            return Err(Unexpected::new(format!("at most {} lines", Script::LINES_MAX), "one more"));
        }
        if self.in_floor {
            self.floor_line(line);
            return Ok(());
        }
        let mut words = Words::of(line)?;
        match words.peek() {
            None => Ok(()),
            Some(_) if self.until.is_some() => Err(Unexpected::new("nothing after `until`", format!("`{line}`"))),
            Some(word) if word.starts_with(|c: char| c.is_ascii_digit()) => self.timed_line(number, &mut words),
            Some(_) => self.directive(number, &mut words),
        }
    }

    fn end(&self) -> Result<(), Unexpected> {
        if self.in_floor {
            return Err(Unexpected::new("`>>` after the floor", "the end of the script"));
        }
        if self.title.is_none() {
            return Err(Unexpected::new("a `title`: one sentence about what this script shows", "no title"));
        }
        if self.scenes.is_empty() {
            return Err(Unexpected::new("something that happens, such as `0s arrive anna desk`", "nothing"));
        }
        Ok(())
    }

    fn floor_line(&mut self, line: &str) {
        if line.trim() == ">>" {
            self.in_floor = false;
        } else if let Some(FloorSource::Inline { text, .. }) = &mut self.floor {
            text.push_str(line);
            text.push('\n');
        }
    }

    fn directive(&mut self, number: usize, words: &mut Words<'_>) -> Result<(), Unexpected> {
        let word = words.expect("a directive")?;
        if word != "until" && !self.scenes.is_empty() {
            let expected = "a time, such as `18s`, or `until` (directives stand before the first time)";
            return Err(Unexpected::word(expected, word, ["until"]));
        }
        match word {
            "title" if self.title.is_none() => self.title = Some(rest(words, "a sentence")?.to_owned()),
            "floor" if self.floor.is_none() => self.floor(number, words)?,
            "covers" => self.covers(words)?,
            "signed-in" if self.signed_in.is_none() => self.signed_in(number, words)?,
            "show" => self.show(words)?,
            "until" => self.until = Some(self.time(words)?),
            "title" | "floor" | "signed-in" => {
                return Err(Unexpected::new(format!("`{word}` once"), "it a second time"));
            }
            _ if verbs::names().any(|verb| verb == word) => {
                return Err(Unexpected::new("a time before the verb, such as `18s`", format!("`{word}`")));
            }
            _ => return Err(Unexpected::word("a time, such as `18s`, or a directive", word, DIRECTIVES)),
        }
        words.end()
    }

    fn floor(&mut self, number: usize, words: &mut Words<'_>) -> Result<(), Unexpected> {
        let source = words.expect("a file, or `<<` and the floor itself")?;
        self.in_floor = source == "<<";
        self.floor = Some(match self.in_floor {
            true => FloorSource::Inline { text: String::new(), line: number + 1 },
            false => FloorSource::File { path: source.to_owned(), line: number },
        });
        Ok(())
    }

    fn covers(&mut self, words: &mut Words<'_>) -> Result<(), Unexpected> {
        self.covers.push(words.expect("ids, such as `A1`")?.to_owned());
        while let Some(id) = words.take() {
            self.covers.push(id.to_owned());
        }
        Ok(())
    }

    fn signed_in(&mut self, number: usize, words: &mut Words<'_>) -> Result<(), Unexpected> {
        let first = words.expect("agents, or `nobody`")?;
        let mut agents = Vec::new();
        if first != "nobody" {
            agents.push((number, first.into()));
            while let Some(agent) = words.take() {
                agents.push((number, agent.into()));
            }
        }
        self.signed_in = Some(agents);
        Ok(())
    }

    fn show(&mut self, words: &mut Words<'_>) -> Result<(), Unexpected> {
        let names = || TOPICS.iter().map(|(name, _)| *name).chain(["all"]);
        let expected = || format!("a topic ({})", names().collect::<Vec<_>>().join(", "));
        let mut next = Some(words.expect(&expected())?);
        while let Some(word) = next {
            match TOPICS.iter().find(|(name, _)| *name == word) {
                Some((_, topic)) => _ = self.topics.insert(*topic),
                None if word == "all" => self.topics.extend(OUTPUTS.iter().map(|form| form.topic)),
                None => return Err(Unexpected::word(expected(), word, names())),
            }
            next = words.take();
        }
        Ok(())
    }

    /// A line that begins with a time: an input or, after `>`, an expectation.
    fn timed_line(&mut self, number: usize, words: &mut Words<'_>) -> Result<(), Unexpected> {
        let at = self.time(words)?;
        if words.peek() != Some(">") {
            let deed = verbs::deed(words)?;
            self.scenes.push(Scene { line: number, at, deed, expected: Vec::new() });
            return Ok(());
        }
        words.take();
        let text = self.expectation(words)?;
        let Some(scene) = self.scenes.last_mut() else {
            return Err(Unexpected::new("an input before the first expectation", "an expectation"));
        };
        scene.expected.push(Expected { line: number, at, text });
        Ok(())
    }

    fn expectation(&self, words: &mut Words<'_>) -> Result<String, Unexpected> {
        let word = words.peek().ok_or_else(|| Unexpected::new("an output after `>`", "the end of the line"))?;
        match form(word) {
            None => Err(Unexpected::word("an output", word, OUTPUTS.iter().map(|form| form.word))),
            Some(form) if !shows(&self.topics, form.topic) => {
                let name = TOPICS.iter().find(|(_, other)| *other == form.topic).map_or("all", |(name, _)| *name);
                Err(Unexpected::new(format!("`show {name}` at the top, for `{word}` to be shown"), "no such line"))
            }
            Some(form) => match words.rest_spaced() {
                alone if alone == word => {
                    Err(Unexpected::new(format!("`{word} {}`", form.arguments), format!("`{word}` alone")))
                }
                text => Ok(text),
            },
        }
    }

    /// A time, not before the one above it.
    fn time(&mut self, words: &mut Words<'_>) -> Result<Time, Unexpected> {
        let word = words.expect("a time, such as `18s`")?;
        let Some(at) = words::time(word) else {
            let got = quoted(word);
            return Err(Unexpected::word("a time, such as `18s`, `1m30s` or `250ms`", &got, []));
        };
        if at < self.now {
            return Err(Unexpected::new(format!("a time at or after {}", self.now), format!("`{word}`")));
        }
        self.now = at;
        Ok(at)
    }
}

/// Whether outputs of this topic are shown.
pub(super) fn shows(topics: &BTreeSet<Topic>, topic: Topic) -> bool {
    topic == Topic::Routing || topics.contains(&topic)
}

fn rest<'a>(words: &mut Words<'a>, what: &str) -> Result<&'a str, Unexpected> {
    words.rest().ok_or_else(|| Unexpected::new(what, "the end of the line"))
}
