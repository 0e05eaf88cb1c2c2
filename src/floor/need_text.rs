//! Needs as text: `booking >= 3 and (english >= 2 or japanese)`.
//!
//! ```text
//! need   = part { "or" part }
//! part   = one { "and" one }
//! one    = "not" one | "(" need ")" | "any" | "team" name | "role" name | name [ level ]
//! level  = ( ">=" | ">" | "<=" | "<" | "=" ) number | "=" number ".." number
//! name   = letters, digits, "_", "-" and "." in any script, or anything in double quotes
//! ```
//!
//! A bare skill asks for level 1. A name that is a keyword or holds other characters is quoted; inside the quotes a
//! backslash stands before a quote or a backslash. Length, nesting and number of terms are bounded, so no text costs
//! much or overflows the stack.

use core::fmt::{self, Write as _};

use super::need::{DEPTH_MAX, LEVEL_MAX, TERMS_MAX};
use super::plan::Names;
use super::problem::nearest;
use super::{Floor, Need, Plan, defaults};
use crate::ids::SkillId;

/// How many characters the text of a need may have.
pub(crate) const TEXT_MAX: usize = 1000;

/// A text that is no need on this floor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {found}{}", ending(.expected, .near))]
#[non_exhaustive]
pub struct NeedError {
    /// What kind of error.
    pub kind: NeedErrorKind,
    /// Where in the text: the character, counted from 1.
    pub at: usize,
    /// What came.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// The known name that comes nearest to an unknown one.
    pub near: Option<String>,
}

/// What can be wrong with the text of a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NeedErrorKind {
    /// Something else was expected there.
    Unexpected,
    /// No skill, team or role of this name on the floor.
    UnknownName,
    /// A level that does not exist.
    OutOfRange,
    /// Too many characters, terms, or levels of nesting.
    TooLarge,
}

fn ending(expected: &str, near: &Option<String>) -> String {
    match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None => format!("; expected {expected}"),
    }
}

impl Plan {
    /// Reads a need; the module's header gives the grammar. Simple terms: `english`, `english >= 3`, `english = 4..6`,
    /// `team operators`, `role foreman` (that role or one above), `any`; joined with `and`, `or`, `not` and brackets.
    ///
    /// # Errors
    ///
    /// If the text does not follow the grammar, names what the floor does not have, or is too large: more than 1,000
    /// characters, 64 terms or 32 levels of nesting.
    pub fn parse_need(&self, text: &str) -> Result<Need, NeedError> {
        parse(text, &self.names).map_err(|errors| errors.first)
    }

    /// The need as text, which reads back as the same requirement. Ids that are not this plan's are shown as numbers;
    /// a need beyond [`Need::within_limits`] that the plan does not itself use is shown as `…`.
    pub fn need_text(&self, need: &Need) -> String {
        let mut text = String::new();
        if self.catalogue.known(need).is_some() || need.within_limits() {
            print(need, &self.floor, Place::Alone, &mut text);
        } else {
            text.push('…');
        }
        text
    }
}

/// At least one error: reading goes on after an unknown name, so that all of them are known at once.
pub(crate) struct NeedErrors {
    pub(crate) first: NeedError,
    pub(crate) others: Vec<NeedError>,
}

/// Reads a need against these names.
pub(crate) fn parse(text: &str, names: &Names) -> Result<Need, NeedErrors> {
    let mut parser = Parser { text: text.chars().collect(), at: 0, names, unknown: Vec::new(), terms: 0 };
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

const KEYWORDS: [&str; 6] = ["and", "or", "not", "any", "team", "role"];

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

struct Parser<'a> {
    text: Vec<char>,
    at: usize,
    names: &'a Names,
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
                    self.no_such(at, "team", &name, nearest(&name, self.names.teams.keys().map(String::as_str)));
                }
                self.term(at).map(|()| found.map_or(Need::ANYBODY, Need::Team))
            }
            "role" => {
                let (at, name) = self.name("the name of a role")?;
                let found = self.names.roles.get(&name).copied();
                if found.is_none() {
                    self.no_such(at, "role", &name, nearest(&name, self.names.roles.keys().map(String::as_str)));
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
            self.no_such(at, "skill", &name, nearest(&name, self.names.skills.keys().map(String::as_str)));
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

    fn no_such(&mut self, at: usize, noun: &str, name: &str, near: Option<&str>) {
        self.unknown.push(NeedError {
            kind: NeedErrorKind::UnknownName,
            at: at + 1,
            found: format!("no {noun} `{}`", name.escape_debug()),
            expected: format!("a {noun} of this floor"),
            near: near.map(str::to_owned),
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

/// Where a need stands when it is printed: decides whether it needs brackets.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Alone,
    InOr,
    InAnd,
    InNot,
}

fn print(need: &Need, floor: &Floor, place: Place, text: &mut String) {
    let (list, joiner, inner, bracket) = match need {
        Need::Skill { skill, min, max } => {
            quote(floor.skills.get(skill.index()).map(String::as_str), skill, text);
            let level = match (*min, *max) {
                (1, LEVEL_MAX) => String::new(),
                (min, LEVEL_MAX) if min < LEVEL_MAX => format!(" >= {min}"),
                (min, max) if min == max => format!(" = {min}"),
                (1, max) => format!(" <= {max}"),
                (min, max) => format!(" = {min}..{max}"),
            };
            text.push_str(&level);
            return;
        }
        Need::Team(team) => {
            text.push_str("team ");
            return quote(floor.teams.get(team.index()).map(|team| team.name.as_str()), team, text);
        }
        Need::Role(role) => {
            text.push_str("role ");
            return quote(role_name(floor, role.index()), role, text);
        }
        Need::Not(need) => {
            text.push_str("not ");
            return print(need, floor, Place::InNot, text);
        }
        Need::All(needs) if needs.is_empty() => return text.push_str("any"),
        Need::AnyOf(needs) if needs.is_empty() => return text.push_str("not any"),
        Need::All(needs) => (needs, " and ", Place::InAnd, matches!(place, Place::InAnd | Place::InNot)),
        Need::AnyOf(needs) => (needs, " or ", Place::InOr, place != Place::Alone),
    };
    if bracket {
        text.push('(');
    }
    for (index, need) in list.iter().enumerate() {
        if index > 0 {
            text.push_str(joiner);
        }
        print(need, floor, inner, text);
    }
    if bracket {
        text.push(')');
    }
}

/// The name of a role, which the floor may have left to the default chain.
pub(crate) fn role_name(floor: &Floor, index: usize) -> Option<&str> {
    if floor.chain.is_empty() {
        defaults::CHAIN.get(index).copied()
    } else {
        floor.chain.get(index).map(String::as_str)
    }
}

fn quote(name: Option<&str>, id: impl fmt::Display, text: &mut String) {
    let Some(name) = name else {
        // Writing to a string does not fail.
        let _ = write!(text, "{id}");
        return;
    };
    if !name.is_empty() && name.chars().all(in_name) && !KEYWORDS.contains(&name) {
        return text.push_str(name);
    }
    text.push('"');
    for c in name.chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::floor::Team;
    use crate::ids::{RoleId, TeamId};

    fn plan() -> Plan {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        let team = |name: &&str| Team { name: name.to_string() };
        let floor = Floor {
            skills: names(&["english", "booking", "日本語", "old \"school\" \\ fax", "team", "4..6"]),
            teams: ["operators", "front desk"].iter().map(team).collect(),
            ..Floor::default()
        };
        floor.compile().unwrap()
    }

    fn skill(skill: u16, min: u8, max: u8) -> Need {
        Need::Skill { skill: SkillId(skill), min, max }
    }

    fn any_need() -> impl Strategy<Value = Need> {
        let term = prop_oneof![
            (0u16..6, 1u8..=10, 1u8..=10).prop_map(|(id, a, b)| skill(id, a.min(b), a.max(b))),
            (0u16..2).prop_map(|id| Need::Team(TeamId(id))),
            (0u16..4).prop_map(|id| Need::Role(RoleId(id))),
            Just(Need::ANYBODY),
            Just(Need::AnyOf(Vec::new())),
        ];
        term.prop_recursive(4, 30, 4, |need| {
            prop_oneof![
                need.clone().prop_map(|need| Need::Not(Box::new(need))),
                proptest::collection::vec(need.clone(), 0..4).prop_map(Need::All),
                proptest::collection::vec(need, 0..4).prop_map(Need::AnyOf),
            ]
        })
    }

    #[test]
    fn and_binds_tighter_than_or_and_brackets_tighter_than_both() {
        let plan = plan();
        let (booking, english, japanese) = (skill(1, 3, 10), skill(0, 2, 10), skill(2, 1, 10));
        assert_eq!(
            plan.parse_need("booking >= 3 and (english >= 2 or 日本語)").unwrap(),
            Need::All(vec![booking.clone(), Need::AnyOf(vec![english.clone(), japanese.clone()])])
        );
        assert_eq!(
            plan.parse_need("booking >= 3 and english >= 2 or 日本語").unwrap(),
            Need::AnyOf(vec![Need::All(vec![booking, english]), japanese])
        );
    }

    #[test]
    fn levels_may_be_bounded_from_both_sides() {
        let plan = plan();
        for (text, min, max) in [
            ("english", 1, 10),
            ("english>=4", 4, 10),
            ("english > 4", 5, 10),
            ("english <= 4", 1, 4),
            ("english < 4", 1, 3),
            ("english = 4", 4, 4),
            ("english = 4..6", 4, 6),
        ] {
            assert_eq!(plan.parse_need(text).unwrap(), skill(0, min, max), "{text}");
        }
        let both = plan.parse_need("english >= 4 and english <= 6").unwrap();
        assert_eq!(both, Need::All(vec![skill(0, 4, 10), skill(0, 1, 6)]));
    }

    #[test]
    fn names_that_are_keywords_or_hold_spaces_are_quoted() {
        let plan = plan();
        let text = "team \"front desk\" and not role foreman and \"team\" and \"old \\\"school\\\" \\\\ fax\" > 2";
        let need = plan.parse_need(text).unwrap();
        assert_eq!(
            need,
            Need::All(vec![
                Need::Team(TeamId(1)),
                Need::Not(Box::new(Need::Role(RoleId(1)))),
                skill(4, 1, 10),
                skill(3, 3, 10)
            ])
        );
        assert_eq!(plan.need_text(&need), text.replace("> 2", ">= 3"));
    }

    #[test]
    fn a_need_that_cannot_be_read_says_where_and_what_was_expected() {
        let plan = plan();
        for (text, message) in [
            ("englsih >= 3", "at character 1: no skill `englsih`; did you mean `english`?"),
            ("any and team operator", "at character 14: no team `operator`; did you mean `operators`?"),
            ("german", "at character 1: no skill `german`; expected a skill of this floor"),
            (
                "english >= eleven",
                "at character 12: found `>= eleven`; expected a comparison that a level from 1 to 10 can meet",
            ),
            (
                "english >= 11",
                "at character 12: found `>= 11`; expected a comparison that a level from 1 to 10 can meet",
            ),
            (
                "english = 6..4",
                "at character 11: found `= 6..4`; expected a comparison that a level from 1 to 10 can meet",
            ),
            ("", "at character 1: found the end; expected a skill, `team`, `role`, `any`, `not` or `(`"),
            ("(english", "at character 9: found the end; expected `and`, `or` or `)`"),
            ("english booking", "at character 9: found `booking`; expected `and`, `or` or the end"),
            ("日本語 ! 3", "at character 5: found `!`; expected a name, a comparison or a bracket"),
            ("\"english", "at character 1: found a quote that is not closed; expected a closing quote"),
        ] {
            assert_eq!(plan.parse_need(text).unwrap_err().to_string(), message, "{text}");
        }
    }

    #[test]
    fn hostile_needs_are_refused_at_their_bounds() {
        let plan = plan();
        let kind = |text: String| plan.parse_need(&text).unwrap_err().kind;
        assert_eq!(kind("(".repeat(900)), NeedErrorKind::TooLarge);
        assert_eq!(kind("not ".repeat(200) + "any"), NeedErrorKind::TooLarge);
        assert_eq!(kind("any or ".repeat(100) + "any"), NeedErrorKind::TooLarge);
        assert_eq!(kind(" ".repeat(1001)), NeedErrorKind::TooLarge);
        assert!(plan.parse_need(&format!("{}english{}", "(".repeat(30), ")".repeat(30))).is_ok());
        assert!(
            plan.parse_need(&(0..64).map(|i| format!("english={}", i % 10 + 1)).collect::<Vec<_>>().join(" or "))
                .is_ok()
        );
    }

    #[test]
    fn a_need_too_large_to_print_is_not_printed() {
        let plan = plan();
        let mut deep = Need::ANYBODY;
        for _ in 0..100 {
            deep = Need::Not(Box::new(deep));
        }
        assert_eq!(plan.need_text(&deep), "…");
        assert_eq!(plan.need_text(&skill(99, 2, 10)), "99 >= 2");
    }

    proptest! {
        #[test]
        fn a_need_reads_back_from_its_text(need in any_need()) {
            let plan = plan();
            let need = need.simplified();
            prop_assume!(need.within_limits());
            let text = plan.need_text(&need);
            prop_assume!(text.chars().count() <= TEXT_MAX);
            prop_assert_eq!(plan.parse_need(&text), Ok(need), "{}", text);
        }

        #[test]
        fn simplifying_a_need_keeps_who_meets_it(
            need in any_need(), levels in proptest::collection::vec(0u8..=10, 6), team in 0u16..2, role in 0u16..4,
        ) {
            let profile = super::super::Profile { levels: levels.into(), team: TeamId(team), role: RoleId(role) };
            prop_assert_eq!(need.met_by(&profile), need.clone().simplified().met_by(&profile));
        }

        #[test]
        fn no_text_makes_the_reader_of_needs_panic(
            text in ".{0,60}",
            words in proptest::collection::vec(
                prop_oneof![
                    Just("and"), Just("or"), Just("not"), Just("("), Just(")"), Just("team"), Just("role"), Just("any"),
                    Just("english"), Just(">="), Just("<"), Just("="), Just("3"), Just("4..6"), Just("\""), Just("\\"),
                ],
                0..200,
            ),
        ) {
            let plan = plan();
            for text in [text, words.join(" "), words.concat()] {
                if let Ok(need) = plan.parse_need(&text) {
                    prop_assert!(need.within_limits());
                    prop_assert_eq!(plan.parse_need(&plan.need_text(&need)), Ok(need));
                }
            }
        }
    }
}
