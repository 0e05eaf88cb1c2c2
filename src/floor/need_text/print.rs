//! Printing a need, with no more brackets and quotes than reading it back takes.

use core::fmt::{self, Write as _};

use super::parse::{KEYWORDS, in_name};
use crate::floor::need::LEVEL_MAX;
use crate::floor::{Floor, Need, defaults};

/// Where a need stands when it is printed: decides whether it needs brackets.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Alone,
    InOr,
    InAnd,
    InNot,
}

pub(super) fn print(need: &Need, floor: &Floor, place: Place, text: &mut String) {
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
fn role_name(floor: &Floor, index: usize) -> Option<&str> {
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
