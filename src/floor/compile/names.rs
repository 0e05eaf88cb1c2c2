//! The part of the check that knows names: which there are, and what each stands for.

use std::collections::BTreeMap;

use super::Checker;
use crate::floor::defaults;
use crate::floor::limits::*;
use crate::floor::plan::Names;
use crate::floor::problem::{FieldPath, Problem, ProblemKind};
use crate::ids::{AgentId, ClassId, DispositionId, ExtensionId, QueueId, ReasonId, RoleId, SkillId, TeamId, TierId};

impl Checker<'_> {
    pub(super) fn all_names(&mut self, root: &FieldPath) {
        let floor = self.floor;
        let classes = core::mem::take(&mut self.classes);
        let chain: Vec<&str> = match floor.chain.as_slice() {
            [] => defaults::CHAIN.to_vec(),
            chain => chain.iter().map(String::as_str).collect(),
        };
        macro_rules! texts {
            ($list:ident, $texts:expr, $max:ident, $id:ident) => {
                self.names_in(root.field(stringify!($list)), $texts, $max, "", |i| $id(i as _))
            };
        }
        macro_rules! named {
            ($list:ident, $things:expr, $max:ident, $id:ident) => {{
                let names = $things.iter().map(|thing| thing.name.as_str());
                self.names_in(root.field(stringify!($list)), names, $max, "name", |i| $id(i as _))
            }};
        }
        self.names = Names {
            roles: texts!(chain, chain.into_iter(), ROLES_MAX, RoleId),
            skills: texts!(skills, strs(&floor.skills), SKILLS_MAX, SkillId),
            reasons: texts!(reasons, strs(&floor.reasons), REASONS_MAX, ReasonId),
            dispositions: texts!(dispositions, strs(&floor.dispositions), REASONS_MAX, DispositionId),
            classes: named!(classes, classes, CLASSES_MAX, ClassId),
            teams: named!(teams, floor.teams, TEAMS_MAX, TeamId),
            agents: named!(agents, floor.agents, AGENTS_MAX, AgentId),
            extensions: named!(extensions, floor.extensions, EXTENSIONS_MAX, ExtensionId),
            queues: named!(queues, floor.queues, QUEUES_MAX, QueueId),
            tiers: named!(tiers, floor.tiers, TIERS_MAX, TierId),
        };
        self.classes = classes;
    }

    /// The names of one list by id. What is beyond the limit is not looked at.
    fn names_in<'n, I>(
        &mut self,
        list: FieldPath,
        names: impl ExactSizeIterator<Item = &'n str>,
        max: usize,
        field: &str,
        id: impl Fn(usize) -> I,
    ) -> BTreeMap<String, I> {
        let count = names.len();
        if count > max {
            self.problem(ProblemKind::TooMany, &list, format!("found {count}"), format!("at most {max}"));
        }
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, name) in names.enumerate().take(max) {
            let path = || if field.is_empty() { list.index(index) } else { list.index(index).field(field) };
            if name.is_empty() {
                self.problem(ProblemKind::Missing, &path(), "found no name", "a name");
            } else if let Some(first) = places.get(name) {
                let found = format!("`{}` again, first at {}", shown(name), list.index(*first));
                self.problem(ProblemKind::Duplicate, &path(), found, "a name of its own");
            } else {
                self.text(&path(), name);
                places.insert(name, index);
            }
        }
        places.into_iter().map(|(name, index)| (name.to_owned(), id(index))).collect()
    }

    /// Checks a text that people and switches will see: neither empty nor long, no control characters, no space around.
    pub(super) fn text(&mut self, path: &FieldPath, text: &str) {
        let length = text.chars().count();
        if text.is_empty() {
            self.problem(ProblemKind::Missing, path, "found nothing", "a text");
        } else if length > NAME_MAX {
            let found = format!("found {length} characters");
            self.problem(ProblemKind::BadName, path, found, format!("at most {NAME_MAX}"));
        } else if text.chars().any(char::is_control) {
            let found = format!("found `{}`", shown(text));
            self.problem(ProblemKind::BadName, path, found, "no control characters");
        } else if text.trim() != text {
            self.problem(ProblemKind::BadName, path, format!("found `{}`", shown(text)), "no space around it");
        }
    }

    /// What a name stands for; a problem if nothing does.
    pub(super) fn find<I: Copy>(
        &mut self,
        path: &FieldPath,
        noun: &str,
        name: &str,
        pick: impl Fn(&Names) -> &BTreeMap<String, I>,
    ) -> Option<I> {
        let known = pick(&self.names).get(name).copied();
        if known.is_none() {
            self.unknown(path, noun, name, format!("no {noun} `{}`", shown(name)), pick);
        }
        known
    }

    /// The same where the floor's text is never shown, as it may be about a caller (G13).
    pub(super) fn find_unshown<I: Copy>(
        &mut self,
        path: &FieldPath,
        noun: &str,
        name: &str,
        pick: impl Fn(&Names) -> &BTreeMap<String, I>,
    ) -> Option<I> {
        let known = pick(&self.names).get(name).copied();
        if known.is_none() {
            self.unknown(path, noun, name, format!("no such {noun}"), pick);
        }
        known
    }

    fn unknown<I>(
        &mut self,
        path: &FieldPath,
        noun: &str,
        name: &str,
        found: String,
        pick: impl Fn(&Names) -> &BTreeMap<String, I>,
    ) {
        let known = pick(&self.names);
        let expected = if known.is_empty() { format!("none, as the floor has no {noun}") } else { one_of(noun, known) };
        if name.is_empty() {
            self.problem(ProblemKind::Missing, path, format!("found no {noun}"), expected);
            return;
        }
        let near = self.hints.nearest(name, known.keys().map(String::as_str));
        self.problems.push(Problem::new(ProblemKind::UnknownName, path.clone(), found, expected).near(near));
    }
}

fn strs(names: &[String]) -> impl ExactSizeIterator<Item = &str> {
    names.iter().map(String::as_str)
}

/// What a name could have been, where that is short enough to be read.
fn one_of<I>(noun: &str, known: &BTreeMap<String, I>) -> String {
    const READABLE: usize = 6;
    if known.len() > READABLE {
        return format!("a {noun} of this floor");
    }
    let names: Vec<String> = known.keys().map(|name| format!("`{}`", shown(name))).collect();
    names.join(", ")
}

/// A text as a report shows it: cut where it is long, control characters escaped.
pub(crate) fn shown(text: &str) -> String {
    const READABLE: usize = 60;
    let mut short: String = text.chars().take(READABLE).flat_map(char::escape_debug).collect();
    if text.chars().nth(READABLE).is_some() {
        short.push('…');
    }
    short
}
