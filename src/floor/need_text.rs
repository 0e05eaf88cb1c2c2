//! Needs as text: `booking >= 3 and (english >= 2 or japanese)`.
//!
//! The grammar stands at [`Plan::parse_need`], where users find it; [`parse`] follows it, and [`print`] writes so that it
//! reads back.

mod parse;
mod print;

pub(crate) use self::parse::parse;
use self::print::{Place, print};
use super::problem::{Hints, Meant};
use super::{Need, Plan};

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
        Some(_) => Meant(near).to_string(),
        None => format!("; expected {expected}"),
    }
}

impl Plan {
    /// Reads a need, as floors, scripts and scenarios write it: `booking >= 3 and (english >= 2 or japanese)`.
    ///
    /// | term | who meets it |
    /// | --- | --- |
    /// | `english` | has the skill, at whatever level |
    /// | `english >= 3`; also `>`, `<=`, `<`, `=` | has the skill, at such a level from 1 to 10 |
    /// | `english = 4..6` | has the skill, at a level from 4 to 6 |
    /// | `team operators` | is in the team |
    /// | `role foreman` | has the role or one above it |
    /// | `any` | everybody |
    ///
    /// `not` binds tightest, then `and`, then `or`; brackets bind tighter than all. Who lacks a skill meets no term that
    /// asks for it, `english < 4` neither. In full:
    ///
    /// ```text
    /// need  = part { "or" part }
    /// part  = one { "and" one }
    /// one   = "not" one | "(" need ")" | "any" | "team" name | "role" name | name [ level ]
    /// level = ( ">=" | ">" | "<=" | "<" | "=" ) number | "=" number ".." number
    /// name  = letters, digits, "_", "-" and "." in any script, or anything in double quotes
    /// ```
    ///
    /// A name that is a keyword or holds other characters, as a space, is quoted; inside the quotes a backslash stands
    /// before a quote or a backslash: `team "front desk"`.
    ///
    /// # Errors
    ///
    /// If the text does not follow the grammar, names what the floor does not have, or is too large: more than 1,000
    /// characters, 64 terms or 32 levels of nesting.
    pub fn parse_need(&self, text: &str) -> Result<Need, NeedError> {
        self.parse_need_with(text, &mut Hints::default())
    }

    /// The same for one of many texts, which share their hints.
    pub(crate) fn parse_need_with(&self, text: &str, hints: &mut Hints) -> Result<Need, NeedError> {
        parse(text, &self.names, hints).map_err(|errors| errors.first)
    }

    /// The need as text, which reads back as the same requirement where it has no more than the 1,000 characters that a
    /// text may have: written with blanks, names and all, it can be longer. Ids that are not this plan's are shown as
    /// numbers; a need beyond [`Need::within_limits`] that the plan does not itself use is shown as `…`.
    pub fn need_text(&self, need: &Need) -> String {
        let mut text = String::new();
        if self.catalogue.known_anywhere(need).is_some() || need.within_limits() {
            print(need, &self.floor, Place::Alone, &mut text);
        } else {
            text.push('…');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::floor::{Floor, Team};
    use crate::ids::{RoleId, SkillId, TeamId};

    fn plan() -> Plan {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        let team = |name: &&str| Team { name: name.to_string(), ..Team::default() };
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
            let levels = levels.into();
            let profile = super::super::Profile { levels, team: TeamId(team), role: RoleId(role), weight: 1, order: [].into() };
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
