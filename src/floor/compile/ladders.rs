//! The part of the check that knows needs and ladders: that they can be read, climbed, and come to an end.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use super::names::shown;
use crate::floor::ladder::{self, Act, ClimbError, Requirement, Step, Steps};
use crate::floor::limits::*;
use crate::floor::need::LEVEL_MAX;
use crate::floor::need_text::{self, NeedError, NeedErrorKind};
use crate::floor::plan::{Exit, LadderId, LadderPlan};
use crate::floor::problem::{FieldPath, Problem, ProblemKind};
use crate::floor::{Catalogue, Need, Rung, RungAction, defaults};
use crate::ids::QueueId;

impl Checker<'_> {
    pub(super) fn need(&mut self, path: &FieldPath, text: &str) -> Option<Need> {
        match need_text::parse(text, &self.names, &mut self.hints) {
            Ok(need) => Some(need),
            Err(errors) => {
                for error in core::iter::once(errors.first).chain(errors.others) {
                    let NeedError { kind, at, found, expected, near } = error;
                    let kind = match kind {
                        NeedErrorKind::UnknownName => ProblemKind::UnknownName,
                        NeedErrorKind::OutOfRange => ProblemKind::OutOfRange,
                        NeedErrorKind::TooLarge => ProblemKind::TooMany,
                        NeedErrorKind::Unexpected => ProblemKind::BadNeed,
                    };
                    let found = format!("at character {at}: {found}");
                    self.problems.push(Problem::new(kind, path.clone(), found, expected).near(near.as_deref()));
                }
                None
            }
        }
    }

    pub(super) fn ladder(&mut self, list: &FieldPath, rungs: &[Rung]) -> Steps {
        if rungs.len() > RUNGS_MAX {
            let found = format!("found {} rungs", rungs.len());
            self.problem(ProblemKind::TooMany, list, found, format!("at most {RUNGS_MAX}"));
        }
        let mut steps = Steps::new();
        let mut left_at = None;
        for (index, rung) in rungs.iter().enumerate().take(RUNGS_MAX) {
            let path = list.index(index);
            if let Some(exit) = left_at {
                let found = format!("found a rung after the call has left at {}", list.index(exit));
                self.problem(ProblemKind::BadLadder, &path, found, "nothing after an exit");
            }
            let after = self.length(&path.field("after"), rung.after, defaults::WEEK_OR_AT_ONCE);
            let acts = self.actions(&path.field("do"), &rung.actions);
            if acts.iter().any(|act| matches!(act, Act::Exit(_))) {
                left_at = left_at.or(Some(index));
            }
            steps.push(Step { after, now: rung.now, acts });
        }
        steps
    }

    fn actions(&mut self, list: &FieldPath, actions: &[RungAction]) -> Vec<Act> {
        if actions.is_empty() {
            self.problem(ProblemKind::BadLadder, list, "found no action", "at least one");
        }
        if actions.len() > ACTIONS_MAX {
            let found = format!("found {} actions", actions.len());
            self.problem(ProblemKind::TooMany, list, found, format!("at most {ACTIONS_MAX}"));
        }
        let mut acts = Vec::new();
        let last = actions.len().saturating_sub(1);
        for (index, action) in actions.iter().enumerate().take(ACTIONS_MAX) {
            let path = list.index(index);
            let act = self.action(&path, action);
            if let Some(Act::Exit(_)) = act
                && index < last
            {
                self.problem(
                    ProblemKind::BadLadder,
                    &path,
                    "found an exit before other actions",
                    "an exit only as the last",
                );
            }
            acts.extend(act);
        }
        acts
    }

    fn action(&mut self, path: &FieldPath, action: &RungAction) -> Option<Act> {
        Some(match action {
            RungAction::Widen(text) => Act::Widen(self.need(&path.field("widen"), text)?),
            RungAction::Need(text) => Act::Need(self.need(&path.field("need"), text)?),
            RungAction::Lower(lower) => {
                let path = path.field("lower");
                self.number(&path.field("by"), lower.by, 1, LEVEL_MAX - 1);
                Act::Lower(self.find(&path.field("skill"), "skill", &lower.skill, |names| &names.skills)?, lower.by)
            }
            RungAction::AddTeam(team) => {
                Act::AddTeam(self.find(&path.field("add_team"), "team", team, |names| &names.teams)?)
            }
            RungAction::AddRole(role) => {
                Act::AddRole(self.find(&path.field("add_role"), "role", role, |names| &names.roles)?)
            }
            RungAction::Class(class) => {
                Act::Class(self.find(&path.field("class"), "class", class, |names| &names.classes)?)
            }
            RungAction::Credit(credit) => {
                Act::Credit(self.length(&path.field("credit"), *credit, defaults::WEEK_OR_NONE))
            }
            RungAction::ToQueue(queue) => {
                let queue = self.find(&path.field("to_queue"), "queue", queue, |names| &names.queues)?;
                Act::Exit(Exit::ToQueue { queue, reset_age: false })
            }
            RungAction::ToQueueReset(queue) => {
                let queue = self.find(&path.field("to_queue_reset"), "queue", queue, |names| &names.queues)?;
                Act::Exit(Exit::ToQueue { queue, reset_age: true })
            }
            RungAction::ToNumber(number) => {
                self.text(&path.field("to_number"), number);
                Act::Exit(Exit::ToNumber(number.as_str().into()))
            }
            RungAction::Disconnect(reason) => {
                self.text(&path.field("disconnect"), reason);
                Act::Exit(Exit::Disconnect(reason.as_str().into()))
            }
            RungAction::Notify(whom) => {
                self.text(&path.field("notify"), whom);
                Act::Notify(whom.as_str().into())
            }
        })
    }

    /// The ladder of these steps for calls with this requirement. Equal steps are climbed once for equal requirements.
    pub(super) fn climb(
        &mut self,
        path: &FieldPath,
        (steps, content): (&[Step], ContentId),
        (requirement, start): (&Requirement, RequirementId),
        ladders: &mut Ladders,
        catalogue: &mut Catalogue,
    ) -> LadderId {
        ladders.rungs = ladders.rungs.saturating_add(steps.len());
        ladders.too_many |= ladders.rungs > RUNGS_TOTAL_MAX;
        if ladders.too_many || ladders.too_much || ladders.full {
            return LadderId(0);
        }
        if let Some(id) = ladders.climbed.get(&(content, start)) {
            return *id;
        }
        let id = match ladder::climb(steps, requirement.clone(), catalogue, &mut ladders.terms) {
            Ok(plan) => ladders.intern(plan),
            Err(ClimbError::CatalogueFull) => {
                ladders.full = true;
                LadderId(0)
            }
            Err(ClimbError::TooMuch) => {
                ladders.too_much = true;
                LadderId(0)
            }
            Err(ClimbError::TooManyTerms { rung }) => {
                let path = path.index(rung);
                // A tier's ladder is climbed in every queue; once is enough.
                if ladders.reported.insert(path.clone()) {
                    let found = "found more terms in the need after this rung";
                    self.problem(ProblemKind::TooMany, &path, found, format!("at most {RUNG_TERMS_MAX}"));
                }
                return LadderId(0);
            }
        };
        ladders.climbed.insert((content, start), id);
        id
    }

    /// Queues that hand a call round in a circle without any time passing. Each queue has at most one exit, so the
    /// chain of exits at time zero either ends or comes back.
    pub(super) fn circles(&mut self, list: &FieldPath, exits: &[Option<(usize, QueueId)>]) {
        #[derive(Clone, Copy, PartialEq)]
        enum Seen {
            Not,
            In(usize),
        }
        let mut seen = vec![Seen::Not; exits.len()];
        for start in 0..exits.len() {
            let mut at = start;
            while seen.get(at) == Some(&Seen::Not)
                && let Some((rung, to)) = exits.get(at).copied().flatten()
            {
                if let Some(mark) = seen.get_mut(at) {
                    *mark = Seen::In(start);
                }
                if seen.get(to.index()) == Some(&Seen::In(start)) {
                    let path = list.index(at).field("ladder").index(rung);
                    let name = self.floor.queues.get(to.index()).map_or("", |queue| queue.name.as_str());
                    let found = format!("found a circle that comes back to `{}` in no time", shown(name));
                    self.problem(ProblemKind::BadLadder, &path, found, "some time before the call goes round again");
                }
                at = to.index();
            }
        }
    }

    /// A tier's ladder is climbed in every queue, so one that leaves for a queue at once comes back to itself there.
    pub(super) fn tier_circle(&mut self, list: &FieldPath, steps: &[Step]) {
        if let Some((rung, _)) = exit_at_once(steps) {
            let found = "found an exit to a queue at once, which this ladder would repeat there without end";
            self.problem(ProblemKind::BadLadder, &list.index(rung), found, "some time before the call moves");
        }
    }
}

/// A list of steps among all that are alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ContentId(usize);

/// A requirement among all that are alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RequirementId(usize);

/// The plan's ladders, each content once.
pub(super) struct Ladders {
    pub(super) list: Vec<LadderPlan>,
    ids: BTreeMap<LadderPlan, LadderId>,
    contents: BTreeMap<Steps, ContentId>,
    requirements: BTreeMap<Requirement, RequirementId>,
    climbed: BTreeMap<(ContentId, RequirementId), LadderId>,
    rungs: usize,
    /// How many terms further needs may have.
    terms: usize,
    /// Rungs that have been reported.
    reported: BTreeSet<FieldPath>,
    pub(super) full: bool,
    pub(super) too_many: bool,
    pub(super) too_much: bool,
}

impl Ladders {
    pub(super) fn new() -> Self {
        Self {
            list: Vec::new(),
            ids: BTreeMap::new(),
            contents: BTreeMap::new(),
            requirements: BTreeMap::new(),
            climbed: BTreeMap::new(),
            rungs: 0,
            terms: RUNG_TERMS_TOTAL_MAX,
            reported: BTreeSet::new(),
            full: false,
            too_many: false,
            too_much: false,
        }
    }

    pub(super) fn content(&mut self, steps: &Steps) -> ContentId {
        let next = ContentId(self.contents.len());
        *self.contents.entry(steps.clone()).or_insert(next)
    }

    pub(super) fn requirement(&mut self, requirement: &Requirement) -> RequirementId {
        let next = RequirementId(self.requirements.len());
        *self.requirements.entry(requirement.clone()).or_insert(next)
    }

    fn intern(&mut self, ladder: LadderPlan) -> LadderId {
        let next = LadderId(self.list.len() as u32);
        *self.ids.entry(ladder).or_insert_with_key(|ladder| {
            self.list.push(ladder.clone());
            next
        })
    }
}

/// The rung at which calls leave for another queue without any time having passed.
pub(super) fn exit_at_once(steps: &[Step]) -> Option<(usize, QueueId)> {
    let at_once = steps.iter().enumerate().take_while(|(_, step)| step.after.is_zero());
    let mut exits = at_once.filter_map(|(rung, step)| {
        step.acts.iter().find_map(|act| match act {
            Act::Exit(Exit::ToQueue { queue, .. }) => Some((rung, *queue)),
            _ => None,
        })
    });
    exits.next()
}
