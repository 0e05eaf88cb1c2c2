//! From [`Floor`] to [`Plan`]: everything is checked, every problem is reported, nothing stops at the first.
//!
//! Names are resolved first, then lists are walked in the floor's order. A part that has a problem is replaced by
//! something harmless, so that the rest can still be checked; a plan comes out only if there was no problem at all.

mod ladders;
mod names;
mod orders;
mod queues;
mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::ladders::Ladders;
pub(crate) use self::names::shown;
use super::catalogue::CATALOGUE_MAX;
use super::defaults;
use super::ladder::Steps;
use super::lanes::Lanes;
use super::limits::*;
use super::need::LEVEL_MAX;
use super::plan::{AgentPlan, ClassPlan, EntryPlan, ExtensionPlan, LadderPlan, Names, Profile, QueuePlan, TierPlan};
use super::problem::{FieldPath, Found, Hints, Problem, ProblemKind, Step};
use super::{Calendar, Catalogue, Class, Floor, Length, Masked, Plan, Problems};
use crate::ids::{EntryId, ProfileId, RoleId, TeamId};
use crate::time::Span;

impl Floor {
    /// Checks the floor as a whole and makes the plan that an engine runs from.
    ///
    /// # Errors
    ///
    /// Every problem at once, by field path, in the order of the floor's fields.
    pub fn compile(self) -> Result<Plan, Problems> {
        let mut checker = Checker::new(&self);
        let parts = checker.check();
        let Checker { problems, names, ring, .. } = checker;
        match Problems::new(problems) {
            Some(problems) => Err(problems.named(&self)),
            None => Ok(parts.into_plan(self, names, ring)),
        }
    }
}

/// What a plan consists of beside its floor and names.
struct Parts {
    calendar: Calendar,
    supervision: RoleId,
    approval: Box<[bool]>,
    extensions: Vec<ExtensionPlan>,
    agents: Vec<AgentPlan>,
    queues: Vec<QueuePlan>,
    ladders: Vec<LadderPlan>,
    classes: Vec<ClassPlan>,
    tiers: Vec<TierPlan>,
    directory: Vec<EntryPlan>,
    by_number: BTreeMap<Masked, EntryId>,
    catalogue: Catalogue,
    lanes: Lanes,
}

impl Parts {
    fn into_plan(self, floor: Floor, names: Names, ring: Span) -> Plan {
        let Self { calendar, supervision, approval, extensions, agents, queues, ladders, classes, .. } = self;
        let Self { tiers, directory, by_number, lanes, .. } = self;
        let catalogue = Arc::new(self.catalogue);
        // A class that may withdraw ringing phones stands before orders as long as all before it do so too.
        let leading = classes.iter().take_while(|class| class.withdraws_ringing).count();
        let before_orders = 2 * leading as u16;
        Plan {
            floor,
            ring,
            calendar,
            supervision,
            approval,
            extensions,
            agents,
            queues,
            ladders,
            classes,
            tiers,
            directory,
            by_number,
            names,
            catalogue,
            lanes,
            before_orders,
        }
    }
}

impl Problems {
    /// With the name of the agent, queue or other thing that each path leads through. Callers have none (G13).
    pub(crate) fn named(mut self, floor: &Floor) -> Self {
        for problem in self.as_mut_slice() {
            let [Step::Field(list), Step::Index(index), ..] = problem.path.steps() else { continue };
            let name = match list.as_str() {
                "agents" => floor.agents.get(*index).map(|agent| &agent.name),
                "queues" => floor.queues.get(*index).map(|queue| &queue.name),
                "teams" => floor.teams.get(*index).map(|team| &team.name),
                "tiers" => floor.tiers.get(*index).map(|tier| &tier.name),
                "extensions" => floor.extensions.get(*index).map(|extension| &extension.name),
                "classes" => floor.classes.get(*index).map(|class| &class.name),
                _ => None,
            };
            problem.name = name.filter(|name| !name.is_empty() && name.chars().count() <= NAME_MAX).cloned();
        }
        self
    }
}

struct Checker<'a> {
    floor: &'a Floor,
    ring: Span,
    classes: Vec<Class>,
    names: Names,
    problems: Found,
    hints: Hints,
}

impl<'a> Checker<'a> {
    fn new(floor: &'a Floor) -> Self {
        let classes = if floor.classes.is_empty() { defaults::classes() } else { floor.classes.clone() };
        let (names, problems, hints) = Default::default();
        Self { floor, ring: Span::ZERO, classes, names, problems, hints }
    }

    fn check(&mut self) -> Parts {
        let floor = self.floor;
        let root = FieldPath::default();
        if floor.name.chars().count() > NAME_MAX {
            self.text(&root.field("name"), &floor.name);
        }
        let calendar = self.zone(&root.field("zone"));
        self.cadence(&root);
        self.all_names(&root);
        let supervision = self.supervision(&root.field("supervision"));
        let approval = self.approval(&root.field("approval"));
        let floor_rules = self.rules(&root.field("rules"), &floor.rules, None);
        self.limits(&root.field("limits"));
        self.places(&root);
        let (agents, profiles) = self.agents(&root.field("agents"));
        let reserves = self.reserves(&root.field("queues"));
        let lanes = Lanes::new(&profiles, &reserves, floor.teams.len().min(TEAMS_MAX));
        let mut ladders = Ladders::new(Catalogue::new(profiles).unwrap_or_default());
        let classes = self.class_plans(&root.field("classes"));
        let (tiers, tier_steps) = self.tiers(&root.field("tiers"));
        let extensions = self.extensions(&root.field("extensions"));
        let lanes_of_queues = (&lanes, reserves);
        let queues = self.queues(&root.field("queues"), &floor_rules, &tier_steps, lanes_of_queues, &mut ladders);
        let (directory, by_number) = self.directory(&root.field("directory"));
        let Ladders { list: ladders, catalogue, .. } = ladders;
        Parts {
            calendar,
            supervision,
            approval,
            extensions,
            agents,
            queues,
            ladders,
            classes,
            tiers,
            directory,
            by_number,
            catalogue,
            lanes,
        }
    }

    fn zone(&mut self, path: &FieldPath) -> Calendar {
        let Some(zone) = &self.floor.zone else { return Calendar::default() };
        Calendar::of_zone(zone).unwrap_or_else(|| {
            let near = self.hints.nearest(zone, Calendar::zones());
            let found = format!("no time zone `{}`", shown(zone));
            let problem = Problem::new(ProblemKind::UnknownName, path.clone(), found, "an IANA name: `Asia/Shanghai`");
            self.problems.push(problem.near(near));
            Calendar::default()
        })
    }

    fn cadence(&mut self, root: &FieldPath) {
        let path = root.field("ring_cadence");
        let cadence = match self.floor.ring_cadence {
            Some(length @ Length::MilliRings(_)) => {
                let expected = format!("plain time, {}", defaults::CADENCES);
                self.problem(ProblemKind::OutOfRange, &path, format!("found `{length}`"), expected);
                defaults::RING_CADENCE
            }
            Some(length) => length,
            None => defaults::RING_CADENCE,
        };
        self.ring = self.length(&path, cadence, defaults::CADENCES);
    }

    /// The highest role of the chain.
    fn top(&self) -> RoleId {
        let roles = if self.floor.chain.is_empty() { defaults::CHAIN.len() } else { self.floor.chain.len() };
        RoleId(roles.clamp(1, ROLES_MAX) as u16 - 1)
    }

    fn supervision(&mut self, path: &FieldPath) -> RoleId {
        let second = self.top().min(RoleId(1));
        match &self.floor.supervision {
            None => second,
            Some(role) => self.find(path, "role", role, |names| &names.roles).unwrap_or(second),
        }
    }

    /// By reason: whether it needs approval.
    fn approval(&mut self, list: &FieldPath) -> Box<[bool]> {
        let mut approval = vec![false; self.floor.reasons.len().min(REASONS_MAX)];
        for (index, reason) in self.floor.approval.iter().enumerate().take(REASONS_MAX) {
            let path = list.index(index);
            let Some(id) = self.find(&path, "reason", reason, |names| &names.reasons) else { continue };
            let Some(needed) = approval.get_mut(id.index()) else { continue };
            if core::mem::replace(needed, true) {
                self.problem(ProblemKind::Duplicate, &path, "the same reason again", "each reason once");
            }
        }
        approval.into()
    }

    fn extensions(&mut self, list: &FieldPath) -> Vec<ExtensionPlan> {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut extensions = Vec::new();
        for (index, extension) in self.floor.extensions.iter().enumerate().take(EXTENSIONS_MAX) {
            let path = list.index(index).field("number");
            self.text(&path, &extension.number);
            if let Some(first) = numbers.get(&*extension.number).filter(|_| !extension.number.is_empty()) {
                let found = format!("the same number as {}", list.index(*first));
                self.problem(ProblemKind::Duplicate, &path, found, "each number once");
            } else {
                numbers.insert(&extension.number, index);
            }
            let (name, number) = (extension.name.as_str().into(), extension.number.as_str().into());
            extensions.push(ExtensionPlan { name, number });
        }
        extensions
    }

    fn agents(&mut self, list: &FieldPath) -> (Vec<AgentPlan>, Vec<Profile>) {
        let mut profiles: BTreeMap<Profile, ProfileId> = BTreeMap::new();
        let mut agents = Vec::new();
        let skills = self.floor.skills.len().min(SKILLS_MAX);
        let orders = self.team_orders(&FieldPath::default().field("teams"));
        let mut full = false;
        for (index, agent) in self.floor.agents.iter().enumerate().take(AGENTS_MAX) {
            let path = list.index(index);
            let team = self.find(&path.field("team"), "team", &agent.team, |names| &names.teams).unwrap_or(TeamId(0));
            let role = match &agent.role {
                None => RoleId(0),
                Some(role) => self.find(&path.field("role"), "role", role, |names| &names.roles).unwrap_or(RoleId(0)),
            };
            let mut levels = vec![0; skills].into_boxed_slice();
            for (skill, level) in &agent.skills {
                let path = path.field("skills").field(skill);
                self.number(&path, *level, 1, LEVEL_MAX);
                if let Some(skill) = self.find(&path, "skill", skill, |names| &names.skills)
                    && let Some(place) = levels.get_mut(skill.index())
                {
                    *place = *level;
                }
            }
            let capacity = agent.capacity.unwrap_or(defaults::CAPACITY);
            self.number(&path.field("capacity"), capacity, 1, defaults::CAPACITY_MAX);
            let weight = agent.weight.unwrap_or(defaults::WEIGHT);
            self.number(&path.field("weight"), weight, 1, defaults::WEIGHT_MAX);
            if let Some(endpoint) = &agent.endpoint {
                self.text(&path.field("endpoint"), endpoint);
            }
            let order = match &agent.order {
                None => orders.get(team.index()).cloned().unwrap_or_else(|| [].into()),
                Some(order) => self.order(&path.field("order"), order),
            };
            let profile = Profile { levels, team, role, weight, order };
            let next = ProfileId(profiles.len().min(CATALOGUE_MAX) as u16);
            let profile = match profiles.get(&profile) {
                Some(id) => *id,
                None if profiles.len() < CATALOGUE_MAX => {
                    profiles.insert(profile, next);
                    next
                }
                None => {
                    full = true;
                    ProfileId(0)
                }
            };
            let name: Arc<str> = agent.name.as_str().into();
            let endpoint = agent.endpoint.as_deref().map_or_else(|| name.clone(), Arc::from);
            agents.push(AgentPlan { name, team, role, capacity, endpoint, profile });
        }
        if full {
            let found = "found more different sets of skills, team, role, weight and order of queues";
            self.problem(ProblemKind::TooMany, list, found, format!("at most {CATALOGUE_MAX}"));
        }
        let mut list: Vec<(Profile, ProfileId)> = profiles.into_iter().collect();
        list.sort_unstable_by_key(|(_, id)| *id);
        (agents, list.into_iter().map(|(profile, _)| profile).collect())
    }

    fn class_plans(&mut self, list: &FieldPath) -> Vec<ClassPlan> {
        let classes = core::mem::take(&mut self.classes);
        let plans = classes.iter().enumerate().take(CLASSES_MAX).map(|(index, class)| {
            let path = list.index(index).field("starvation_bound");
            let bound = class.starvation_bound.map(|bound| self.length(&path, bound, defaults::WEEK_OR_NEVER));
            ClassPlan {
                name: class.name.as_str().into(),
                withdraws_ringing: class.withdraws_ringing,
                starvation_bound: bound.filter(|bound| !bound.is_zero()),
            }
        });
        let plans = plans.collect();
        self.classes = classes;
        plans
    }

    fn tiers(&mut self, list: &FieldPath) -> (Vec<TierPlan>, Vec<Option<Steps>>) {
        let tiers = self.floor.tiers.iter().enumerate().take(TIERS_MAX).map(|(index, tier)| {
            let path = list.index(index);
            let class = tier
                .class
                .as_ref()
                .and_then(|class| self.find(&path.field("class"), "class", class, |names| &names.classes));
            let credit = tier.credit.map(|credit| self.length(&path.field("credit"), credit, defaults::WEEK_OR_NONE));
            let steps = tier.ladder.as_ref().map(|ladder| self.ladder(&path.field("ladder"), ladder));
            if let Some(steps) = &steps {
                self.tier_circle(&path.field("ladder"), steps);
            }
            (TierPlan { name: tier.name.as_str().into(), class, credit }, steps)
        });
        tiers.unzip()
    }

    fn directory(&mut self, list: &FieldPath) -> (Vec<EntryPlan>, BTreeMap<Masked, EntryId>) {
        let directory = &self.floor.directory;
        if directory.len() > ENTRIES_MAX {
            let found = format!("found {}", directory.len());
            self.problem(ProblemKind::TooMany, list, found, format!("at most {ENTRIES_MAX}"));
        }
        let mut by_number: BTreeMap<Masked, EntryId> = BTreeMap::new();
        let mut entries = Vec::new();
        for (index, entry) in directory.iter().enumerate().take(ENTRIES_MAX) {
            let path = list.index(index);
            // What an entry holds is never shown, so each field is checked without its text (G13).
            let fields = [
                ("number", Some(&entry.number)),
                ("name", Some(&entry.name)),
                ("title", entry.title.as_ref()),
                ("honorific", entry.honorific.as_ref()),
                ("room", entry.room.as_ref()),
            ];
            for (field, text) in fields {
                let length = text.map_or(0, |text| text.reveal().chars().count());
                if length > NAME_MAX {
                    let found = format!("found {length} characters");
                    self.problem(ProblemKind::BadName, &path.field(field), found, format!("at most {NAME_MAX}"));
                }
            }
            if entry.number.reveal().is_empty() {
                self.problem(
                    ProblemKind::Missing,
                    &path.field("number"),
                    "found no number",
                    "the number the caller calls from",
                );
            } else if let Some(first) = by_number.get(&entry.number) {
                let found = format!("the same number as {}", list.index(first.index()));
                self.problem(ProblemKind::Duplicate, &path.field("number"), found, "each number once");
            } else {
                by_number.insert(entry.number.clone(), EntryId(index as u32));
            }
            let tier =
                entry.tier.as_ref().and_then(|tier| self.find_unshown(&path.field("tier"), "tier", tier, |n| &n.tiers));
            entries.push(EntryPlan {
                name: entry.name.clone(),
                title: entry.title.clone(),
                honorific: entry.honorific.clone(),
                room: entry.room.clone(),
                tier,
            });
        }
        (entries, by_number)
    }

    fn problem(&mut self, kind: ProblemKind, path: &FieldPath, found: impl Into<String>, expected: impl Into<String>) {
        self.problems.push(Problem::new(kind, path.clone(), found, expected));
    }
}
