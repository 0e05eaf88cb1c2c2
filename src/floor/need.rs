//! A need: what a waiting call requires of an agent, as an expression over skills, teams and roles.
//!
//! Needs are written as text ([`Plan::parse_need`](super::Plan::parse_need)) or built from ids. Matching never
//! evaluates one: the catalogue does it once, for every profile.

use serde::{Deserialize, Serialize};

use super::Profile;
use crate::ids::{RoleId, SkillId, TeamId};

/// The highest level of a skill (A6).
pub(crate) const LEVEL_MAX: u8 = 10;
/// How many skills, teams and roles one need may name.
pub(crate) const TERMS_MAX: usize = 64;
/// How deep a need may be nested.
pub(crate) const DEPTH_MAX: usize = 32;

/// What a call requires of an agent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The skill at a level from `min` to `max`, both included. An agent without the skill never meets it.
    Skill {
        /// Which.
        skill: SkillId,
        /// From this level, at least 1.
        min: u8,
        /// To this level, at most 10.
        max: u8,
    },
    /// Member of this team.
    Team(TeamId),
    /// This role or one above it.
    Role(RoleId),
    /// Does not meet this.
    Not(Box<Need>),
    /// Meets every one of these; an empty list is met by everybody.
    All(Vec<Need>),
    /// Meets at least one of these; an empty list is met by nobody.
    AnyOf(Vec<Need>),
}

impl Need {
    /// What everybody meets.
    pub const ANYBODY: Self = Self::All(Vec::new());

    /// This skill at this level or a higher one.
    pub const fn skill(skill: SkillId, min: u8) -> Self {
        Self::Skill { skill, min, max: LEVEL_MAX }
    }

    /// Whether an agent of this profile meets it.
    pub fn met_by(&self, profile: &Profile) -> bool {
        match self {
            Self::Skill { skill, min, max } => {
                let level = profile.levels.get(skill.index()).copied().unwrap_or(0);
                level > 0 && (*min..=*max).contains(&level)
            }
            Self::Team(team) => profile.team == *team,
            Self::Role(role) => profile.role >= *role,
            Self::Not(need) => !need.met_by(profile),
            Self::All(needs) => needs.iter().all(|need| need.met_by(profile)),
            Self::AnyOf(needs) => needs.iter().any(|need| need.met_by(profile)),
        }
    }

    /// The skills that the expression asks for (not those under a `not`), ascending, each once.
    pub fn skills(&self) -> Vec<SkillId> {
        let mut skills = Vec::new();
        self.collect_skills(&mut skills);
        skills.sort_unstable();
        skills.dedup();
        skills
    }

    /// Whether this need is small enough to be worked with, and its levels make sense: at most 64 terms, nested at most
    /// 32 deep, levels from 1 to 10. Whatever comes from outside is asked this before anything else; the answer itself
    /// costs no more than those bounds, however large the need.
    pub fn within_limits(&self) -> bool {
        self.bounded(TERMS_MAX, DEPTH_MAX)
    }

    /// Whether it has at most so many terms (skills, teams, roles, empty lists) and is nested at most so deep.
    pub(crate) fn bounded(&self, terms_max: usize, depth_max: usize) -> bool {
        let mut terms = 0;
        let mut open = vec![(self, 1)];
        while let Some((need, depth)) = open.pop() {
            if depth > depth_max {
                return false;
            }
            match need {
                Self::Skill { min, max, .. } if *min < 1 || min > max || *max > LEVEL_MAX => return false,
                Self::Skill { .. } | Self::Team(_) | Self::Role(_) => terms += 1,
                Self::Not(need) => open.push((need, depth + 1)),
                Self::All(needs) | Self::AnyOf(needs) if needs.is_empty() => terms += 1,
                Self::All(needs) | Self::AnyOf(needs) if needs.len() > terms_max => return false,
                Self::All(needs) | Self::AnyOf(needs) => open.extend(needs.iter().map(|need| (need, depth + 1))),
            }
            if terms + open.len() > terms_max {
                return false;
            }
        }
        true
    }

    /// How many terms it has (skills, teams, roles, empty lists). Only for needs whose depth is bounded.
    pub(crate) fn terms(&self) -> usize {
        match self {
            Self::Skill { .. } | Self::Team(_) | Self::Role(_) => 1,
            Self::Not(need) => need.terms(),
            Self::All(needs) | Self::AnyOf(needs) => needs.iter().map(Self::terms).sum::<usize>().max(1),
        }
    }

    /// The same requirement without needless nesting and repetition, so that equal needs are more often found equal.
    /// Only for needs whose depth is bounded.
    pub(crate) fn simplified(self) -> Self {
        match self {
            Self::Not(need) => match need.simplified() {
                Self::Not(need) => *need,
                Self::All(needs) if needs.is_empty() => Self::AnyOf(needs),
                Self::AnyOf(needs) if needs.is_empty() => Self::All(needs),
                need => Self::Not(Box::new(need)),
            },
            Self::All(needs) => {
                let flat = flatten(needs, |need| match need {
                    Self::All(inner) => Ok(inner),
                    other => Err(other),
                });
                single(flat).unwrap_or_else(Self::All)
            }
            Self::AnyOf(needs) => {
                let flat = flatten(needs, |need| match need {
                    Self::AnyOf(inner) => Ok(inner),
                    other => Err(other),
                });
                single(flat).unwrap_or_else(Self::AnyOf)
            }
            term => term,
        }
    }

    /// The same with this skill asked for at `by` levels less, never below 1, wherever it is asked for; what stands
    /// under a `not` is left alone, as asking for less there would shut people out.
    pub(crate) fn lower(&mut self, lowered: SkillId, by: u8) {
        match self {
            Self::Skill { skill, min, .. } if *skill == lowered => *min = min.saturating_sub(by).max(1),
            Self::All(needs) | Self::AnyOf(needs) => needs.iter_mut().for_each(|need| need.lower(lowered, by)),
            Self::Skill { .. } | Self::Team(_) | Self::Role(_) | Self::Not(_) => {}
        }
    }

    fn collect_skills(&self, skills: &mut Vec<SkillId>) {
        match self {
            Self::Skill { skill, .. } => skills.push(*skill),
            Self::All(needs) | Self::AnyOf(needs) => needs.iter().for_each(|need| need.collect_skills(skills)),
            Self::Team(_) | Self::Role(_) | Self::Not(_) => {}
        }
    }
}

/// The simplified members, those that are lists of the same kind opened up, each once.
fn flatten(needs: Vec<Need>, open: impl Fn(Need) -> Result<Vec<Need>, Need>) -> Vec<Need> {
    let mut flat: Vec<Need> = Vec::with_capacity(needs.len());
    for need in needs {
        match open(need.simplified()) {
            Ok(inner) => flat.extend(inner),
            Err(need) => flat.push(need),
        }
    }
    once(flat)
}

/// Each need once, where it first stands.
fn once(mut needs: Vec<Need>) -> Vec<Need> {
    let mut order: Vec<(&Need, usize)> = needs.iter().zip(0..).collect();
    order.sort_unstable();
    let mut repeated: Vec<usize> =
        order.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1].1).collect();
    repeated.sort_unstable();
    let mut repeated = repeated.into_iter().peekable();
    let mut at = 0..;
    needs.retain(|_| {
        let at = at.next();
        repeated.next_if(|repeated| Some(*repeated) == at).is_none()
    });
    needs
}

/// The only member, or all of them.
fn single(mut needs: Vec<Need>) -> Result<Need, Vec<Need>> {
    match needs.pop() {
        Some(need) if needs.is_empty() => Ok(need),
        Some(need) => {
            needs.push(need);
            Err(needs)
        }
        None => Err(needs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english(min: u8, max: u8) -> Need {
        Need::Skill { skill: SkillId(0), min, max }
    }

    fn profile(english: u8) -> Profile {
        Profile { levels: vec![english].into(), team: TeamId(0), role: RoleId(1), weight: 1, order: [].into() }
    }

    #[test]
    fn an_agent_without_the_skill_never_meets_it_even_where_little_is_asked() {
        assert!(!english(1, 6).met_by(&profile(0)));
        assert!(!Need::skill(SkillId(9), 1).met_by(&profile(5)));
        assert!(english(4, 6).met_by(&profile(6)) && !english(4, 6).met_by(&profile(7)));
    }

    #[test]
    fn a_role_is_met_by_every_role_above_it() {
        assert!(Need::Role(RoleId(0)).met_by(&profile(0)));
        assert!(!Need::Role(RoleId(2)).met_by(&profile(0)));
    }

    #[test]
    fn a_need_from_outside_is_bounded_before_it_is_worked_with() {
        let mut deep = Need::ANYBODY;
        for _ in 0..DEPTH_MAX {
            deep = Need::Not(Box::new(deep));
        }
        assert!(!deep.within_limits());
        assert!(!Need::All(vec![Need::Team(TeamId(0)); TERMS_MAX + 1]).within_limits());
        assert!(Need::All(vec![Need::Team(TeamId(0)); TERMS_MAX]).within_limits());
        assert!(!english(0, 3).within_limits() && !english(4, 3).within_limits() && !english(1, 11).within_limits());
        let wide = Need::AnyOf(vec![Need::AnyOf(vec![english(1, 10); 40]); 40]);
        assert!(!wide.within_limits());
    }

    #[test]
    fn needless_nesting_goes_and_the_meaning_stays() {
        let nested = Need::All(vec![Need::All(vec![english(3, 10)]), Need::AnyOf(vec![english(3, 10)]), Need::ANYBODY]);
        assert_eq!(nested.simplified(), english(3, 10));
        assert_eq!(Need::Not(Box::new(Need::Not(Box::new(english(1, 2))))).simplified(), english(1, 2));
    }

    #[test]
    fn asking_for_less_stops_at_one_and_spares_what_is_ruled_out() {
        let mut need = Need::All(vec![english(5, 10), Need::Not(Box::new(english(8, 10)))]);
        need.lower(SkillId(0), 9);
        assert_eq!(need, Need::All(vec![english(1, 10), Need::Not(Box::new(english(8, 10)))]));
    }
}
