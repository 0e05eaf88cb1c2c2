//! Reading a need. Length, nesting and number of terms are bounded, so no text costs much or overflows the stack.

use core::fmt;
use std::collections::BTreeMap;

use super::{NeedError, NeedErrorKind, TEXT_MAX};
use crate::floor::Need;
use crate::floor::need::{DEPTH_MAX, LEVEL_MAX, TERMS_MAX};
use crate::floor::plan::Names;
use crate::floor::problem::Hints;
use crate::ids::SkillId;

/// At least one error: reading goes on after an unknown name, so that all of them are known at once.
pub(crate) struct NeedErrors {
    pub(crate) first: NeedError,
    pub(crate) others: Vec<NeedError>,
}

/// Reads a need against these names.
pub(crate) fn parse(text: &str, names: &Names, hints: &mut Hints) -> Result<Need, NeedErrors> {
    // One character too many is enough to refuse it.
    let text = text.chars().take(TEXT_MAX + 1).collect();
    let mut parser = Parser { text, at: 0, names, hints, unknown: Vec::new(), terms: 0 };
    let result = parser.whole();
    let mut errors = parser.unknown.into_iter().chain(result.as_ref().err().cloned());
    match (errors.next(), result) {
        (None, Ok(need)) => Ok(need),
        (Some(first), _) => Err(NeedErrors { first, others: errors.collect() }),
        (None, Err(first)) => Err(NeedErrors { first, others: Vec::new() }),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(&'static str),
    End,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "found `{word}`"),
            Self::Quoted(name) => write!(f, "found {name:?}"),
            Self::Sign(sign) => write!(f, "found `{sign}`"),
            Self::End => f.write_str("found the end"),
        }
    }
}

pub(super) const KEYWORDS: [&str; 6] = ["and", "or", "not", "any", "team", "role"];

pub(super) fn in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

struct Parser<'a> {
    text: Vec<char>,
    at: usize,
    names: &'a Names,
    hints: &'a mut Hints,
    unknown: Vec<NeedError>,
    terms: usize,
}

impl Parser<'_> {
    fn whole(&mut self) -> Result<Need, NeedError> {
        if self.text.len() > TEXT_MAX {
            return Err(too_large(TEXT_MAX, format!("at most {TEXT_MAX} characters")));
        }
        let need = self.alternatives(0)?;
        let at = self.at;
        match self.next()? {
            Token::End => {}
            other => return Err(unexpected(self.skip_space(at), other.to_string(), "`and`, `or` or the end")),
        }
        let need = need.simplified();
        if need.within_limits() { Ok(need) } else { Err(too_large(0, format!("nesting at most {DEPTH_MAX} deep"))) }
    }

    fn alternatives(&mut self, depth: usize) -> Result<Need, NeedError> {
        let mut parts = vec![self.conjunction(depth)?];
        while self.eat("or")? {
            parts.push(self.conjunction(depth)?);
        }
        Ok(Need::AnyOf(parts))
    }

    fn conjunction(&mut self, depth: usize) -> Result<Need, NeedError> {
        let mut parts = vec![self.one(depth)?];
        while self.eat("and")? {
            parts.push(self.one(depth)?);
        }
        Ok(Need::All(parts))
    }

    fn one(&mut self, depth: usize) -> Result<Need, NeedError> {
        let at = self.skip_space(self.at);
        if depth > DEPTH_MAX {
            return Err(too_large(at, format!("nesting at most {DEPTH_MAX} deep")));
        }
        let token = self.next()?;
        let word = match &token {
            Token::Word(word) => word.as_str(),
            Token::Quoted(name) => {
                let name = name.clone();
                return self.skill(at, name);
            }
            Token::Sign("(") => {
                let need = self.alternatives(depth + 1)?;
                let at = self.skip_space(self.at);
                return match self.next()? {
                    Token::Sign(")") => Ok(need),
                    other => Err(unexpected(at, other.to_string(), "`and`, `or` or `)`")),
                };
            }
            other => return Err(unexpected(at, other.to_string(), "a skill, `team`, `role`, `any`, `not` or `(`")),
        };
        match word {
            "not" => Ok(Need::Not(Box::new(self.one(depth + 1)?))),
            "any" => self.term(at).map(|()| Need::ANYBODY),
            "team" => {
                let (at, name) = self.name("the name of a team")?;
                let found = self.names.teams.get(&name).copied();
                if found.is_none() {
                    self.no_such(at, "team", &name, |names| &names.teams);
                }
                self.term(at).map(|()| found.map_or(Need::ANYBODY, Need::Team))
            }
            "role" => {
                let (at, name) = self.name("the name of a role")?;
                let found = self.names.roles.get(&name).copied();
                if found.is_none() {
                    self.no_such(at, "role", &name, |names| &names.roles);
                }
                self.term(at).map(|()| found.map_or(Need::ANYBODY, Need::Role))
            }
            "and" | "or" => Err(unexpected(at, token.to_string(), "a skill, `team`, `role`, `any`, `not` or `(`")),
            skill => {
                let name = skill.to_owned();
                self.skill(at, name)
            }
        }
    }

    fn skill(&mut self, at: usize, name: String) -> Result<Need, NeedError> {
        self.term(at)?;
        let skill = self.names.skills.get(&name).copied();
        if skill.is_none() {
            self.no_such(at, "skill", &name, |names| &names.skills);
        }
        let (min, max) = self.level()?;
        // An unknown skill has been noted; its place is held so that reading can go on.
        Ok(Need::Skill { skill: skill.unwrap_or(SkillId(u16::MAX)), min, max })
    }

    fn level(&mut self) -> Result<(u8, u8), NeedError> {
        let before = self.at;
        let Token::Sign(sign @ (">=" | ">" | "<=" | "<" | "=")) = self.next()? else {
            self.at = before;
            return Ok((1, LEVEL_MAX));
        };
        let at = self.skip_space(self.at);
        let word = match self.next()? {
            Token::Word(word) => word,
            other => return Err(unexpected(at, other.to_string(), "a level from 1 to 10")),
        };
        let number = |text: &str| text.parse::<u8>().ok().filter(|level| (1..=LEVEL_MAX).contains(level));
        let range = match (sign, word.split_once("..")) {
            ("=", Some((min, max))) => number(min).zip(number(max)).filter(|(min, max)| min <= max),
            _ => number(&word).and_then(|level| match sign {
                ">=" => Some((level, LEVEL_MAX)),
                ">" => (level < LEVEL_MAX).then(|| (level + 1, LEVEL_MAX)),
                "<=" => Some((1, level)),
                "<" => (level > 1).then(|| (1, level - 1)),
                _ => Some((level, level)),
            }),
        };
        range.ok_or_else(|| NeedError {
            kind: NeedErrorKind::OutOfRange,
            at: at + 1,
            found: format!("found `{sign} {word}`"),
            expected: "a comparison that a level from 1 to 10 can meet".into(),
            near: None,
        })
    }

    fn name(&mut self, expected: &str) -> Result<(usize, String), NeedError> {
        let at = self.skip_space(self.at);
        match self.next()? {
            Token::Word(word) if !KEYWORDS.contains(&word.as_str()) => Ok((at, word)),
            Token::Quoted(name) => Ok((at, name)),
            other => Err(unexpected(at, other.to_string(), expected)),
        }
    }

    fn no_such<I>(&mut self, at: usize, noun: &str, name: &str, pick: impl Fn(&Names) -> &BTreeMap<String, I>) {
        let known = pick(self.names).keys().map(String::as_str);
        self.unknown.push(NeedError {
            kind: NeedErrorKind::UnknownName,
            at: at + 1,
            found: format!("no {noun} `{}`", name.escape_debug()),
            expected: format!("a {noun} of this floor"),
            near: self.hints.nearest(name, known).map(str::to_owned),
        });
    }

    fn term(&mut self, at: usize) -> Result<(), NeedError> {
        self.terms += 1;
        if self.terms > TERMS_MAX { Err(too_large(at, format!("at most {TERMS_MAX} terms"))) } else { Ok(()) }
    }

    fn eat(&mut self, keyword: &str) -> Result<bool, NeedError> {
        let before = self.at;
        let found = matches!(self.next()?, Token::Word(word) if word == keyword);
        if !found {
            self.at = before;
        }
        Ok(found)
    }

    fn skip_space(&self, from: usize) -> usize {
        let space = self.text.iter().skip(from).take_while(|c| c.is_whitespace()).count();
        from + space
    }

    fn next(&mut self) -> Result<Token, NeedError> {
        self.at = self.skip_space(self.at);
        let start = self.at;
        let Some(&first) = self.text.get(start) else { return Ok(Token::End) };
        if in_name(first) {
            let word: String = self.text.iter().skip(start).take_while(|c| in_name(**c)).collect();
            self.at += word.chars().count();
            return Ok(Token::Word(word));
        }
        if first == '"' {
            return self.quoted();
        }
        let second = self.text.get(start + 1).copied();
        let sign = match (first, second) {
            ('>', Some('=')) => ">=",
            ('<', Some('=')) => "<=",
            ('>', _) => ">",
            ('<', _) => "<",
            ('=', _) => "=",
            ('(', _) => "(",
            (')', _) => ")",
            _ => {
                return Err(unexpected(
                    start,
                    format!("found `{}`", first.escape_debug()),
                    "a name, a comparison or a bracket",
                ));
            }
        };
        self.at += sign.len();
        Ok(Token::Sign(sign))
    }

    fn quoted(&mut self) -> Result<Token, NeedError> {
        let start = self.at;
        let mut name = String::new();
        self.at += 1;
        loop {
            let c = self.text.get(self.at).copied();
            self.at += 1;
            match c {
                Some('"') => return Ok(Token::Quoted(name)),
                Some('\\') => {
                    let escaped = self.text.get(self.at).copied().filter(|c| matches!(c, '"' | '\\'));
                    let Some(escaped) = escaped else {
                        return Err(unexpected(self.at, "found something else", "`\"` or `\\` after a backslash"));
                    };
                    name.push(escaped);
                    self.at += 1;
                }
                Some(c) => name.push(c),
                None => return Err(unexpected(start, "found a quote that is not closed", "a closing quote")),
            }
        }
    }
}

fn unexpected(at: usize, found: impl Into<String>, expected: &str) -> NeedError {
    let (found, expected) = (found.into(), expected.into());
    NeedError { kind: NeedErrorKind::Unexpected, at: at + 1, found, expected, near: None }
}

fn too_large(at: usize, expected: String) -> NeedError {
    NeedError { kind: NeedErrorKind::TooLarge, at: at + 1, found: "found more".into(), expected, near: None }
}
