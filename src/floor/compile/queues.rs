//! The part of the check that knows queues: who serves them, in which order, and where their callers may go.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use super::ladders::{Ladders, exits_at_once};
use crate::bits::Bits;
use crate::floor::ladder::{Requirement, Steps};
use crate::floor::lanes::Lanes;
use crate::floor::limits::*;
use crate::floor::plan::{Exit, KeyPlan, QueuePlan, ReservePlan, RulesPlan};
use crate::floor::problem::{FieldPath, ProblemKind};
use crate::floor::{CATALOGUE_MAX, Catalogue, Key, KeyAction, Need, Queue, Reserve, defaults};
use crate::ids::{ClassId, NeedId, QueueId, TeamId};

impl Checker<'_> {
    pub(super) fn queues(
        &mut self,
        list: &FieldPath,
        floor_rules: &RulesPlan,
        tier_steps: &[Option<Steps>],
        (lanes, reserves): (&Lanes, Vec<Box<[ReservePlan]>>),
        ladders: &mut Ladders,
    ) -> Vec<QueuePlan> {
        let mut queues = Vec::new();
        let mut reserves = reserves.into_iter();
        let mut exits = Vec::new();
        let tier_steps: Vec<_> = tier_steps
            .iter()
            .map(|steps| steps.as_ref().map(|steps| (steps.as_slice(), ladders.content(steps))))
            .collect();
        for (index, queue) in self.floor.queues.iter().enumerate().take(QUEUES_MAX) {
            let path = list.index(index);
            let reserve = reserves.next().unwrap_or_default();
            ladders.enter_lane(lanes.of(QueueId(index as u32)));
            let need = queue.need.as_ref().and_then(|text| self.need(&path.field("need"), text));
            let teams = self.teams(&path.field("teams"), queue);
            let preference = self.preference(&path.field("prefer"), &queue.prefer, ladders);
            let class = match &queue.class {
                None => ClassId(self.classes.len().clamp(1, CLASSES_MAX) as u8 - 1),
                Some(class) => {
                    self.find(&path.field("class"), "class", class, |names| &names.classes).unwrap_or(ClassId(0))
                }
            };
            let credit = queue.credit.unwrap_or(defaults::CREDIT);
            let credit = self.length(&path.field("credit"), credit, defaults::WEEK_OR_NONE);
            let rules = self.rules(&path.field("rules"), &queue.rules, Some(floor_rules));
            let steps = self.ladder(&path.field("ladder"), &queue.ladder);
            exits.push(exits_at_once(&steps));
            let keys = self.keys(&path.field("keys"), &queue.keys);

            let too_many = teams.len() > RUNG_TERMS_MAX;
            let requirement = Requirement::new(need.unwrap_or(Need::ANYBODY), teams);
            if too_many || !requirement.need().bounded(RUNG_TERMS_MAX, RUNG_DEPTH_MAX) {
                let found = "found more terms in the need and the teams together";
                self.problem(ProblemKind::TooMany, &path, found, format!("at most {RUNG_TERMS_MAX}"));
                continue;
            }
            let need = ladders.need(requirement.need());
            let start = (&requirement, ladders.requirement(&requirement));
            let content = ladders.content(&steps);
            let own = self.climb(&path.field("ladder"), (&steps, content), start, ladders);
            let tier_ladders = tier_steps.iter().enumerate().map(|(tier, steps)| match steps {
                Some(steps) if !queue.ladder_for_all => {
                    let path = FieldPath::default().field("tiers").index(tier).field("ladder");
                    self.climb(&path, *steps, start, ladders)
                }
                _ => own,
            });
            let tier_ladders = tier_ladders.collect();
            let (top, step) = (self.top(), rules.escalation_step);
            queues.push(QueuePlan {
                name: queue.name.as_str().into(),
                need,
                class,
                credit,
                ladder: own,
                tier_ladders,
                groups: preference.as_deref().map(groups).unwrap_or_default(),
                preference,
                escalation: ladders.escalation(top, crate::ids::RoleId(0), step),
                complaint: ladders.escalation(top, rules.complaint_role, step),
                reserve,
                keys,
                rules,
            });
        }
        self.too_much(list, ladders);
        self.circles(list, &exits);
        queues
    }

    fn too_much(&mut self, list: &FieldPath, ladders: &Ladders) {
        if ladders.full {
            let found = "found more different needs in queues, preferences and ladders";
            self.problem(ProblemKind::TooMany, list, found, format!("at most {CATALOGUE_MAX}"));
        }
        if ladders.too_many {
            let found = "found more rungs in all ladders and chains of command, each way up a ladder counted";
            self.problem(ProblemKind::TooMany, list, found, format!("at most {RUNGS_TOTAL_MAX}"));
        }
        if ladders.too_much {
            let found = "found more terms in the needs of all ladders together";
            self.problem(ProblemKind::TooMany, list, found, format!("at most {RUNG_TERMS_TOTAL_MAX}"));
        }
    }

    /// By queue: of which teams it leaves how many to others, by team.
    pub(super) fn reserves(&mut self, list: &FieldPath) -> Vec<Box<[ReservePlan]>> {
        let queues = self.floor.queues.iter().enumerate().take(QUEUES_MAX);
        queues.map(|(index, queue)| self.reserve(&list.index(index).field("reserve"), &queue.reserve)).collect()
    }

    fn reserve(&mut self, list: &FieldPath, reserves: &[Reserve]) -> Box<[ReservePlan]> {
        let mut teams = BTreeMap::new();
        for (place, reserve) in reserves.iter().enumerate() {
            let path = list.index(place);
            self.number(&path.field("keep"), reserve.keep, 1, AGENTS_MAX as u32);
            let path = path.field("team");
            let Some(team) = self.find(&path, "team", &reserve.team, |names| &names.teams) else { continue };
            if teams.insert(team, reserve.keep).is_some() {
                self.problem(ProblemKind::Duplicate, &path, "the same team again", "each team once");
            }
        }
        teams.into_iter().map(|(team, keep)| ReservePlan { team, keep }).collect()
    }

    fn teams(&mut self, list: &FieldPath, queue: &Queue) -> BTreeSet<TeamId> {
        let mut teams = BTreeSet::new();
        for (place, team) in queue.teams.iter().enumerate().take(TEAMS_MAX) {
            let path = list.index(place);
            let Some(team) = self.find(&path, "team", team, |names| &names.teams) else { continue };
            if !teams.insert(team) {
                self.problem(ProblemKind::Duplicate, &path, "the same team again", "each team once");
            }
        }
        teams
    }

    /// By profile, the group it is tried in; `None` where all are in one.
    fn preference(&mut self, list: &FieldPath, texts: &[String], ladders: &mut Ladders) -> Option<Box<[u8]>> {
        if texts.len() > PREFER_MAX {
            let found = format!("found {}", texts.len());
            self.problem(ProblemKind::TooMany, list, found, format!("at most {PREFER_MAX}"));
        }
        let mut groups = Vec::new();
        for (place, text) in texts.iter().enumerate().take(PREFER_MAX) {
            let path = list.index(place);
            let Some(need) = self.need(&path, text) else { continue };
            let need = ladders.need(need.simplified());
            if groups.contains(&need) {
                self.problem(ProblemKind::Duplicate, &path, "the same people again", "each group once");
            }
            groups.push(need);
        }
        if ladders.full { None } else { grouped(&groups, &ladders.catalogue) }
    }

    fn keys(&mut self, list: &FieldPath, keys: &[Key]) -> BTreeMap<char, KeyPlan> {
        let mut plans = BTreeMap::new();
        for (index, key) in keys.iter().enumerate() {
            let path = list.index(index);
            let action = self.key_action(&path.field("do"), &key.action);
            let path = path.field("key");
            if !Key::ALL.contains(key.key) {
                let found = format!("found `{}`", key.key.escape_debug());
                self.problem(ProblemKind::OutOfRange, &path, found, "one of `0` to `9`, `*`, `#`");
            } else if let Some(action) = action
                && plans.insert(key.key, action).is_some()
            {
                self.problem(ProblemKind::Duplicate, &path, format!("`{}` again", key.key), "each key once");
            }
        }
        plans
    }

    fn key_action(&mut self, path: &FieldPath, action: &KeyAction) -> Option<KeyPlan> {
        Some(KeyPlan::Exit(match action {
            KeyAction::ToQueue(queue) => {
                let queue = self.find(&path.field("to_queue"), "queue", queue, |names| &names.queues)?;
                Exit::ToQueue { queue, reset_age: false }
            }
            KeyAction::ToNumber(number) => {
                self.text(&path.field("to_number"), number);
                Exit::ToNumber(number.as_str().into())
            }
            KeyAction::Disconnect(reason) => {
                self.text(&path.field("disconnect"), reason);
                Exit::Disconnect(reason.as_str().into())
            }
            KeyAction::Message => Exit::Message,
            KeyAction::Callback => return Some(KeyPlan::Callback),
        }))
    }
}

/// By profile, the first of these needs that it meets, and after the last for those that meet none; `None` where that
/// makes no difference.
fn grouped(needs: &[NeedId], catalogue: &Catalogue) -> Option<Box<[u8]>> {
    let mut groups = vec![needs.len() as u8; catalogue.profiles()];
    let mut placed = Bits::default();
    for (group, need) in needs.iter().enumerate() {
        let new: Vec<usize> = catalogue.profiles_of(*need).without(&placed).collect();
        for profile in new {
            placed.insert(profile);
            if let Some(place) = groups.get_mut(profile) {
                *place = group as u8;
            }
        }
    }
    let alike = groups.windows(2).all(|pair| pair[0] == pair[1]);
    (!alike).then(|| groups.into())
}

/// By group, the profiles in it, so that a choice looks at one group after the other and at none it need not.
fn groups(preference: &[u8]) -> Box<[Bits]> {
    let mut groups = Vec::new();
    for (profile, group) in preference.iter().map(|group| usize::from(*group)).enumerate() {
        if group >= groups.len() {
            groups.resize(group + 1, Bits::default());
        }
        groups[group].insert(profile);
    }
    groups.into()
}
