//! Ladders, compiled: what a call needs at each rung, everything before included.
//!
//! A queue's requirement is kept in parts while its ladder is climbed: the expression, the people (teams and roles;
//! none means everybody) and the alternatives that widening rungs added. What a call needs is any of: the expression
//! met by one of the people, or an alternative. `add_team` and `add_role` add people, `widen` an alternative, `lower`
//! asks for less of a skill in all of it, `need` puts a new expression in place of the old one and its alternatives.
//!
//! A rung with a condition may do nothing, and then what follows must not include what it would have done: such a rung
//! leads to another ladder, compiled without it ([`RungPlan::otherwise`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::limits::{RUNG_DEPTH_MAX, RUNG_TERMS_MAX};
use super::plan::{ConditionPlan, Exit, LadderPlan, RungEffect, RungPlan};
use super::{Catalogue, CatalogueFull, Need};
use crate::ids::{ClassId, RoleId, SkillId, TeamId};
use crate::time::Span;

/// A ladder whose names, lengths and expressions have been resolved; not yet for a particular queue.
pub(crate) type Steps = Vec<Step>;

/// A resolved rung.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    pub(crate) after: Span,
    pub(crate) now: bool,
    pub(crate) only_if: Option<ConditionPlan>,
    pub(crate) unless: Option<ConditionPlan>,
    pub(crate) acts: Vec<Act>,
}

impl Step {
    /// Whether it may do nothing.
    pub(crate) fn is_conditional(&self) -> bool {
        self.only_if.is_some() || self.unless.is_some()
    }

    fn changes_the_need(&self) -> bool {
        self.acts.iter().any(Act::changes_the_need)
    }
}

/// The rungs that, where they are not taken, make a difference to what the call needs at later ones.
pub(crate) fn forks(steps: &[Step]) -> impl Iterator<Item = usize> {
    let last = steps.iter().rposition(Step::changes_the_need).unwrap_or(0);
    let before = steps.iter().enumerate().take(last);
    before.filter(|(_, step)| step.is_conditional() && step.changes_the_need()).map(|(rung, _)| rung)
}

/// A resolved action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    Widen(Need),
    Need(Need),
    Lower(SkillId, u8),
    AddTeam(TeamId),
    AddRole(RoleId),
    Class(ClassId),
    Credit(Span),
    Exit(Exit),
    OfferMessage,
    OfferCallback,
    Notify(Arc<str>),
}

impl Act {
    fn effect(&self) -> RungEffect {
        match self {
            Self::Notify(_) | Self::OfferMessage | Self::OfferCallback => RungEffect::Notified,
            Self::Widen(_) | Self::Need(_) | Self::Lower(..) => RungEffect::Relaxed,
            Self::AddTeam(_) | Self::Exit(Exit::ToQueue { .. } | Exit::ToNumber(_)) => RungEffect::Overflowed,
            Self::AddRole(_) | Self::Class(_) | Self::Credit(_) => RungEffect::Escalated,
            Self::Exit(Exit::Disconnect(_) | Exit::Message) => RungEffect::Disconnected,
        }
    }

    fn changes_the_need(&self) -> bool {
        match self {
            Self::Widen(_) | Self::Need(_) | Self::Lower(..) | Self::AddTeam(_) | Self::AddRole(_) => true,
            Self::Class(_) | Self::Credit(_) | Self::Exit(_) => false,
            Self::OfferMessage | Self::OfferCallback | Self::Notify(_) => false,
        }
    }
}

/// A queue's requirement in parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Requirement {
    expression: Need,
    /// Teams; with `role`, the people. Neither: everybody.
    teams: BTreeSet<TeamId>,
    /// This role and those above it.
    role: Option<RoleId>,
    alternatives: Vec<Need>,
}

impl Requirement {
    pub(crate) fn new(expression: Need, teams: impl IntoIterator<Item = TeamId>) -> Self {
        Self { expression, teams: teams.into_iter().collect(), role: None, alternatives: Vec::new() }
    }

    /// The requirement as one need.
    pub(crate) fn need(&self) -> Need {
        let teams = self.teams.iter().map(|team| Need::Team(*team));
        let people: Vec<Need> = teams.chain(self.role.map(Need::Role)).collect();
        let mut main = vec![self.expression.clone()];
        if !people.is_empty() {
            main.push(Need::AnyOf(people));
        }
        let mut any = vec![Need::All(main)];
        any.extend(self.alternatives.iter().cloned());
        Need::AnyOf(any).simplified()
    }

    /// Whether everybody who meets the expression may serve.
    fn everybody(&self) -> bool {
        self.teams.is_empty() && self.role.is_none()
    }

    fn apply(&mut self, act: &Act) {
        match act {
            Act::Widen(need) => self.alternatives.push(need.clone()),
            Act::Need(need) => {
                self.expression = need.clone();
                self.alternatives.clear();
            }
            Act::Lower(skill, by) => {
                self.expression.lower(*skill, *by);
                self.alternatives.iter_mut().for_each(|need| need.lower(*skill, *by));
            }
            // Where everybody may serve already, naming people would shut others out.
            Act::AddTeam(_) | Act::AddRole(_) if self.everybody() => {}
            Act::AddTeam(team) => {
                self.teams.insert(*team);
            }
            Act::AddRole(role) => self.role = Some(self.role.map_or(*role, |before| before.min(*role))),
            Act::Class(_) | Act::Credit(_) | Act::Exit(_) => {}
            Act::OfferMessage | Act::OfferCallback | Act::Notify(_) => {}
        }
    }
}

/// Why a ladder cannot be compiled for a queue.
pub(crate) enum ClimbError {
    /// The catalogue of needs is full.
    CatalogueFull,
    /// The needs of all ladders together would have too many terms.
    TooMuch,
    /// After this rung the need would have too many terms.
    TooManyTerms {
        /// Which rung, from 0.
        rung: usize,
    },
}

impl From<CatalogueFull> for ClimbError {
    fn from(_: CatalogueFull) -> Self {
        Self::CatalogueFull
    }
}

/// The ladder for calls that start with this requirement and do not take the rungs that are `skipped`. Its needs may have
/// so many `terms` together, which are taken from what is left.
pub(crate) fn climb(
    steps: &[Step],
    mut requirement: Requirement,
    skipped: &[usize],
    catalogue: &mut Catalogue,
    terms: &mut usize,
) -> Result<LadderPlan, ClimbError> {
    let mut rungs = Vec::with_capacity(steps.len());
    let mut need = requirement.need();
    for (rung, step) in steps.iter().enumerate() {
        if !skipped.contains(&rung) {
            step.acts.iter().for_each(|act| requirement.apply(act));
        }
        let next = requirement.need();
        *terms = terms.checked_sub(next.terms()).ok_or(ClimbError::TooMuch)?;
        if !next.bounded(RUNG_TERMS_MAX, RUNG_DEPTH_MAX) {
            return Err(ClimbError::TooManyTerms { rung });
        }
        let changed = next != need;
        let replaced = changed && step.acts.iter().any(|act| matches!(act, Act::Need(_)));
        rungs.push(RungPlan {
            now: step.now,
            only_if: step.only_if,
            unless: step.unless,
            need: if changed { Some(catalogue.intern(next.clone())?) } else { None },
            widens: !replaced,
            class: last(step, |act| if let Act::Class(class) = act { Some(*class) } else { None }),
            credit: last(step, |act| if let Act::Credit(credit) = act { Some(*credit) } else { None }),
            notify: step
                .acts
                .iter()
                .filter_map(|act| if let Act::Notify(whom) = act { Some(whom.clone()) } else { None })
                .collect(),
            offers_message: step.acts.contains(&Act::OfferMessage),
            offers_callback: step.acts.contains(&Act::OfferCallback),
            exit: last(step, |act| if let Act::Exit(exit) = act { Some(exit.clone()) } else { None }),
            ..RungPlan::new(step.after, step.acts.iter().map(Act::effect).max().unwrap_or(RungEffect::Notified))
        });
        need = next;
    }
    Ok(LadderPlan { rungs })
}

/// The way up the chain of command (E1): the `first` role at once, and after each `step` the next above it too, up to
/// the `top`.
pub(crate) fn chain(
    first: RoleId,
    top: RoleId,
    step: Span,
    catalogue: &mut Catalogue,
) -> Result<LadderPlan, CatalogueFull> {
    let mut rungs = Vec::new();
    for role in first.0..=top.0 {
        let mut need = vec![Need::Role(first)];
        if role < top.0 {
            need.push(Need::Not(Box::new(Need::Role(RoleId(role + 1)))));
        }
        let need = catalogue.intern(Need::All(need).simplified())?;
        let after = if role == first.0 { Span::ZERO } else { step };
        rungs.push(RungPlan { need: Some(need), ..RungPlan::new(after, RungEffect::Escalated) });
    }
    Ok(LadderPlan { rungs })
}

fn last<T>(step: &Step, pick: impl Fn(&Act) -> Option<T>) -> Option<T> {
    step.acts.iter().rev().find_map(pick)
}
