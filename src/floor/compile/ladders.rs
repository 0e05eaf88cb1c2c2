//! The part of the check that knows needs and ladders: that they can be read, climbed, and come to an end.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use super::names::shown;
use crate::floor::calendar::DAYS;
use crate::floor::ladder::{self, Act, ClimbError, Requirement, Step, Steps};
use crate::floor::lanes::Lane;
use crate::floor::limits::*;
use crate::floor::need::LEVEL_MAX;
use crate::floor::need_text::{self, NeedError, NeedErrorKind};
use crate::floor::plan::{ConditionPlan, EscalationPlan, Exit, LadderId, LadderPlan};
use crate::floor::problem::{FieldPath, Problem, ProblemKind};
use crate::floor::{Catalogue, Condition, Days, Hours, Need, Rung, RungAction, defaults};
use crate::ids::{NeedId, QueueId, RoleId};
use crate::time::Span;

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
            let only_if = rung.only_if.as_ref().map(|condition| self.condition(&path.field("if"), condition));
            let unless = rung.unless.as_ref().map(|condition| self.condition(&path.field("unless"), condition));
            let acts = self.actions(&path.field("do"), &rung.actions);
            let step = Step { after, now: rung.now, only_if, unless, acts };
            if !step.is_conditional() && step.acts.iter().any(|act| matches!(act, Act::Exit(_))) {
                left_at = left_at.or(Some(index));
            }
            steps.push(step);
        }
        let forks = ladder::forks(&steps).count();
        if forks > FORKS_MAX {
            let found = format!("found {forks} rungs that only sometimes change the need before others do");
            self.problem(ProblemKind::TooMany, list, found, format!("at most {FORKS_MAX}"));
            steps.clear();
        }
        steps
    }

    fn condition(&mut self, path: &FieldPath, condition: &Condition) -> ConditionPlan {
        if *condition == Condition::default() {
            let expected = "at least one of `nobody_signed_in`, `length`, `waited`, `hours`, `days`";
            self.problem(ProblemKind::Missing, path, "found no condition", expected);
        }
        if let Some(length) = condition.length {
            self.number(&path.field("length"), length, 1, defaults::LENGTH_LIMIT_MAX);
        }
        let waited = condition.waited.map(|waited| self.length(&path.field("waited"), waited, defaults::WEEK));
        let hours = condition.hours.as_ref().and_then(|hours| {
            let read = Hours::parse(hours);
            if read.is_none() {
                let found = format!("found `{}`", shown(hours));
                self.problem(ProblemKind::Malformed, &path.field("hours"), found, "two times such as `22:00-06:00`");
            }
            read
        });
        let mut days = Days::default();
        for (index, day) in condition.days.iter().enumerate() {
            let path = path.field("days").index(index);
            match days.with(day) {
                Some(with) if with == days => {
                    self.problem(ProblemKind::Duplicate, &path, format!("`{day}` again"), "each day once");
                }
                Some(with) => days = with,
                None => {
                    let near = self.hints.nearest(day, DAYS);
                    let (found, expected) = (format!("no day `{}`", shown(day)), DAYS.join(", "));
                    self.problems.push(Problem::new(ProblemKind::UnknownName, path, found, expected).near(near));
                }
            }
        }
        let days = (days != Days::default()).then_some(days);
        let Condition { nobody_signed_in, length, .. } = *condition;
        ConditionPlan { nobody_signed_in, length, waited, hours, days }
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
            RungAction::Message => Act::Exit(Exit::Message),
            RungAction::OfferMessage => Act::OfferMessage,
            RungAction::OfferCallback => Act::OfferCallback,
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
    ) -> LadderId {
        if !ladders.take_rungs(steps.len()) || ladders.too_much || ladders.full {
            return LadderId(0);
        }
        if let Some(id) = ladders.climbed.get(&(content, start)) {
            return *id;
        }
        let Some(id) = self.way(path, steps, requirement, &mut Vec::new(), ladders) else { return LadderId(0) };
        ladders.climbed.insert((content, start), id);
        id
    }

    /// The ladder without the rungs that are `skipped`; each further one that may be skipped, and makes a difference,
    /// leads to the ladder without it too.
    fn way(
        &mut self,
        path: &FieldPath,
        steps: &[Step],
        requirement: &Requirement,
        skipped: &mut Vec<usize>,
        ladders: &mut Ladders,
    ) -> Option<LadderId> {
        let climbed = ladder::climb(steps, requirement.clone(), skipped, &mut ladders.catalogue, &mut ladders.terms);
        let mut plan = match climbed {
            Ok(plan) => plan,
            Err(ClimbError::CatalogueFull) => {
                ladders.full = true;
                return None;
            }
            Err(ClimbError::TooMuch) => {
                ladders.too_much = true;
                return None;
            }
            Err(ClimbError::TooManyTerms { rung }) => {
                let path = path.index(rung);
                // A tier's ladder is climbed in every queue; once is enough.
                if ladders.reported.insert(path.clone()) {
                    let found = "found more terms in the need after this rung";
                    self.problem(ProblemKind::TooMany, &path, found, format!("at most {RUNG_TERMS_MAX}"));
                }
                return None;
            }
        };
        let from = skipped.last().map_or(0, |last| last + 1);
        for fork in ladder::forks(steps).skip_while(|fork| *fork < from) {
            if !ladders.take_rungs(steps.len()) {
                return None;
            }
            skipped.push(fork);
            let otherwise = self.way(path, steps, requirement, skipped, ladders)?;
            skipped.pop();
            if let Some(rung) = plan.rungs.get_mut(fork) {
                rung.otherwise = Some(otherwise);
            }
        }
        Some(ladders.intern(plan))
    }

    /// Queues that may hand a call round in a circle without any time passing; keys that callers press do not count.
    pub(super) fn circles(&mut self, list: &FieldPath, exits: &[Vec<(usize, QueueId)>]) {
        #[derive(Clone, Copy, PartialEq)]
        enum Seen {
            Not,
            /// On the way that is being followed.
            Here,
            Done,
        }
        let mut seen = vec![Seen::Not; exits.len()];
        for start in 0..exits.len() {
            // The way from there, each queue with how many of its exits have been followed.
            let mut way = vec![(start, 0)];
            while let Some((at, followed)) = way.last_mut() {
                let (Some(mark), Some(exits)) = (seen.get_mut(*at), exits.get(*at)) else { break };
                if *followed == 0 && *mark != Seen::Not {
                    way.pop();
                    continue;
                }
                *mark = Seen::Here;
                let Some((rung, to)) = exits.get(*followed).copied() else {
                    *mark = Seen::Done;
                    way.pop();
                    continue;
                };
                *followed += 1;
                let at = *at;
                match seen.get(to.index()) {
                    Some(Seen::Here) => {
                        let path = list.index(at).field("ladder").index(rung);
                        let name = self.floor.queues.get(to.index()).map_or("", |queue| queue.name.as_str());
                        let found = format!("found a circle that comes back to `{}` in no time", shown(name));
                        self.problem(
                            ProblemKind::BadLadder,
                            &path,
                            found,
                            "some time before the call goes round again",
                        );
                    }
                    Some(Seen::Not) => way.push((to.index(), 0)),
                    Some(Seen::Done) | None => {}
                }
            }
        }
    }

    /// A tier's ladder is climbed in every queue, so one that leaves for a queue at once comes back to itself there.
    pub(super) fn tier_circle(&mut self, list: &FieldPath, steps: &[Step]) {
        if let Some((rung, _)) = exits_at_once(steps).first() {
            let found = "found an exit to a queue at once, which this ladder would repeat there without end";
            self.problem(ProblemKind::BadLadder, &list.index(*rung), found, "some time before the call moves");
        }
    }
}

/// A list of steps among all that are alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ContentId(usize);

/// A requirement among all that are alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RequirementId(usize);

/// The plan's ladders, each content once, and the needs of queues and ladders.
pub(super) struct Ladders {
    pub(super) catalogue: Catalogue,
    pub(super) list: Vec<LadderPlan>,
    ids: BTreeMap<LadderPlan, LadderId>,
    contents: BTreeMap<Steps, ContentId>,
    requirements: BTreeMap<(Lane, Requirement), RequirementId>,
    climbed: BTreeMap<(ContentId, RequirementId), LadderId>,
    /// Ways up the chain of command, by the lane, the first role and the time each has.
    chains: BTreeMap<(Lane, RoleId, Span), EscalationPlan>,
    /// In which lane needs are entered.
    lane: Lane,
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
    pub(super) fn new(catalogue: Catalogue) -> Self {
        Self {
            catalogue,
            list: Vec::new(),
            ids: BTreeMap::new(),
            contents: BTreeMap::new(),
            requirements: BTreeMap::new(),
            climbed: BTreeMap::new(),
            chains: BTreeMap::new(),
            lane: 0,
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
        *self.requirements.entry((self.lane, requirement.clone())).or_insert(next)
    }

    /// Queues of this lane come from now on.
    pub(super) fn enter_lane(&mut self, lane: Lane) {
        self.lane = lane;
        self.catalogue.enter_lane(lane);
    }

    /// The id of this need; some other if there is no room.
    pub(super) fn need(&mut self, need: Need) -> NeedId {
        self.catalogue.intern(need).unwrap_or_else(|_| {
            self.full = true;
            NeedId(0)
        })
    }

    /// Where calls go up to whom an agent of each role below the `top` cannot answer: to the next role, or to `least`
    /// if that is higher; after each `step` the role above may take them too.
    pub(super) fn escalation(&mut self, top: RoleId, least: RoleId, step: Span) -> Box<[Option<EscalationPlan>]> {
        let firsts = (1..=top.0).map(|next| RoleId(next).max(least).min(top));
        let ways: Vec<_> = firsts.map(|first| self.chain(first, top, step)).collect();
        ways.into_iter().chain([None]).collect()
    }

    fn chain(&mut self, first: RoleId, top: RoleId, step: Span) -> Option<EscalationPlan> {
        if let Some(way) = self.chains.get(&(self.lane, first, step)) {
            return Some(*way);
        }
        if !self.take_rungs(usize::from(top.0 - first.0) + 1) || self.full {
            return None;
        }
        let need = self.need(Need::AnyOf(Vec::new()));
        let Ok(plan) = ladder::chain(first, top, step, &mut self.catalogue) else {
            self.full = true;
            return None;
        };
        let way = EscalationPlan { need, ladder: self.intern(plan) };
        self.chains.insert((self.lane, first, step), way);
        Some(way)
    }

    /// Whether there may be so many rungs more.
    fn take_rungs(&mut self, rungs: usize) -> bool {
        self.rungs = self.rungs.saturating_add(rungs);
        self.too_many |= self.rungs > RUNGS_TOTAL_MAX;
        !self.too_many
    }

    fn intern(&mut self, ladder: LadderPlan) -> LadderId {
        let next = LadderId(self.list.len() as u32);
        *self.ids.entry(ladder).or_insert_with_key(|ladder| {
            self.list.push(ladder.clone());
            next
        })
    }
}

/// The rungs at which calls may leave for another queue without any time having passed.
pub(super) fn exits_at_once(steps: &[Step]) -> Vec<(usize, QueueId)> {
    let at_once = steps.iter().enumerate().take_while(|(_, step)| step.after.is_zero());
    let exits = at_once.filter_map(|(rung, step)| {
        step.acts.iter().find_map(|act| match act {
            Act::Exit(Exit::ToQueue { queue, .. }) => Some((rung, *queue)),
            _ => None,
        })
    });
    exits.collect()
}
