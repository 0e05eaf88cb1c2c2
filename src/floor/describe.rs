//! What was understood of a floor: for each queue and each tier of caller, who can serve from the start and who joins
//! at each rung; and what looks unintended.
//!
//! Names of agents are shown, callers never (G13). Everything is static: who is signed in is not known here.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use super::limits::NAMES_SHOWN;
use super::plan::{Exit, LadderId, LadderPlan, QueuePlan, RungPlan};
use super::{Length, Plan};
use crate::bits::Bits;
use crate::ids::{AgentId, NeedId, QueueId};
use crate::time::Span;

/// What was understood of a floor. Displays in lines of at most 100 columns, where names are not overlong. Serialises
/// lengths as seconds, in fields whose names end in `_s`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Description {
    /// The floor's name.
    pub name: String,
    /// The length of one ring.
    #[serde(rename = "ring_s", serialize_with = "seconds")]
    pub ring: Span,
    /// How many agents.
    pub agents: usize,
    /// How many known callers.
    pub directory: usize,
    /// The queues.
    pub queues: Vec<QueueDescription>,
    /// What looks unintended.
    pub warnings: Vec<Warning>,
}

/// Who serves a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QueueDescription {
    /// The queue's name.
    pub name: String,
    /// The name of its calls' class.
    pub class: String,
    /// What its calls need at first, as text.
    pub need: String,
    /// Who can serve it from the start.
    pub served_by: People,
    /// Its own ladder, then those of tiers that have their own.
    pub ladders: Vec<LadderDescription>,
}

/// A ladder in one queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LadderDescription {
    /// The tier whose ladder it is; `None` for the queue's own.
    pub tier: Option<String>,
    /// Its rungs.
    pub rungs: Vec<RungDescription>,
}

/// What a rung does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RungDescription {
    /// When, at the latest, counted from the visit's start: sooner where rungs before it are passed. Only a ringing phone
    /// can put off a rung that replaces the need or leaves.
    #[serde(rename = "at_s", serialize_with = "seconds")]
    pub at: Span,
    /// Who can serve from this rung on and could not before.
    pub joined_by: People,
    /// How many can serve from this rung on.
    pub served_by: usize,
    /// What else it does, in words.
    pub also: Vec<String>,
}

/// Some agents: how many, and the first of them by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct People {
    /// How many.
    pub count: usize,
    /// The first eight by name, in the floor's order.
    pub names: Vec<String>,
}

/// Something on a floor that is allowed and looks unintended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Warning {
    /// There is no queue, so no call can come in.
    NoQueue,
    /// There is no agent, so no call can be answered.
    NoAgent,
    /// Nobody can serve this queue, not even at its last rung, and no rung takes its calls elsewhere.
    NobodyServes {
        /// The queue.
        queue: String,
    },
    /// Nobody can serve this queue until a rung is reached.
    NobodyAtFirst {
        /// The queue.
        queue: String,
        /// When the first who can are added, from the visit's start; `None` if calls leave before.
        #[serde(rename = "until_s", serialize_with = "seconds_if_any")]
        until: Option<Span>,
    },
    /// A rung is meant to add people and adds nobody.
    NobodyNew {
        /// Where.
        rung: RungPlace,
    },
    /// A rung changes nothing: what it says held already.
    NoEffect {
        /// Where.
        rung: RungPlace,
    },
    /// A rung comes after the time a call may wait; it is reached only where rungs before it are passed.
    Unreachable {
        /// Where.
        rung: RungPlace,
        /// The wait limit.
        #[serde(rename = "wait_limit_s", serialize_with = "seconds")]
        wait_limit: Span,
    },
    /// After this rung nobody can serve the call any more, and it does not leave.
    NobodyLeft {
        /// Where.
        rung: RungPlace,
    },
    /// A phone may ring longer than a call may wait.
    RingsLongerThanItWaits {
        /// The queue.
        queue: String,
        /// The ring limit.
        #[serde(rename = "ring_limit_s", serialize_with = "seconds")]
        ring_limit: Span,
        /// The wait limit.
        #[serde(rename = "wait_limit_s", serialize_with = "seconds")]
        wait_limit: Span,
    },
    /// The hold limit comes before the first reminder.
    HoldLimitBeforeReminder {
        /// The queue.
        queue: String,
    },
    /// An agent who can serve no queue, not even at a last rung.
    ServesNothing {
        /// The agent.
        agent: String,
    },
    /// A skill that nobody has.
    SkillOfNobody {
        /// The skill.
        skill: String,
    },
    /// A team without members.
    EmptyTeam {
        /// The team.
        team: String,
    },
    /// A class that no queue, tier or rung puts calls in.
    UnusedClass {
        /// The class.
        class: String,
    },
}

/// A rung of a ladder in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RungPlace {
    /// The queue.
    pub queue: String,
    /// The tier whose ladder it is; `None` for the queue's own.
    pub tier: Option<String>,
    /// Which rung, from 1.
    pub rung: usize,
}

impl Plan {
    /// What was understood of the floor, with warnings. Takes a look at everything; nothing for a busy engine.
    pub fn describe(&self) -> Description {
        let mut describer = Describer::new(self);
        let queues = self.queues.iter().enumerate().map(|(index, queue)| describer.queue(QueueId(index as u32), queue));
        let queues = queues.collect();
        describer.floor();
        Description {
            name: self.floor.name.clone(),
            ring: self.ring,
            agents: self.agents.len(),
            directory: self.directory.len(),
            queues,
            warnings: describer.warnings,
        }
    }
}

struct Describer<'a> {
    plan: &'a Plan,
    members: Vec<Vec<AgentId>>,
    /// By need, how many meet it, once that has been asked: many queues and rungs share a need.
    counts: BTreeMap<NeedId, usize>,
    /// By two needs, who meets the second and not the first.
    joining: BTreeMap<(NeedId, NeedId), People>,
    /// Profiles that can serve something somewhere.
    useful: Bits,
    /// Classes that something puts calls in.
    classes: BTreeSet<usize>,
    warnings: Vec<Warning>,
}

impl<'a> Describer<'a> {
    fn new(plan: &'a Plan) -> Self {
        let mut members = vec![Vec::new(); plan.catalogue.profiles()];
        for (index, agent) in plan.agents.iter().enumerate() {
            if let Some(members) = members.get_mut(agent.profile.index()) {
                members.push(AgentId(index as u32));
            }
        }
        Self {
            plan,
            members,
            counts: BTreeMap::new(),
            joining: BTreeMap::new(),
            useful: Bits::default(),
            classes: BTreeSet::new(),
            warnings: Vec::new(),
        }
    }

    fn queue(&mut self, id: QueueId, queue: &QueuePlan) -> QueueDescription {
        let plan = self.plan;
        let name = queue.name.to_string();
        self.classes.insert(queue.class.index());
        // Whoever meets a need that something asks for is of use.
        self.count(queue.need);
        let mut ladders = vec![self.ladder(queue, None, queue.ladder)];
        for (tier, ladder) in queue.tier_ladders.iter().enumerate() {
            let own = plan.floor.tiers.get(tier).filter(|tier| tier.ladder.is_some());
            if let Some(own) = own.filter(|_| *ladder != queue.ladder) {
                ladders.push(self.ladder(queue, Some(own.name.clone()), *ladder));
            }
        }
        let served_by = self.people(plan.catalogue.profiles_of(queue.need).iter());
        if served_by.count == 0 {
            self.nobody_at_first(queue, plan.ladder(id, None));
        }
        if let Some(wait_limit) = queue.rules.wait_limit
            && queue.rules.ring_limit > wait_limit
        {
            let ring_limit = queue.rules.ring_limit;
            self.warnings.push(Warning::RingsLongerThanItWaits { queue: name.clone(), ring_limit, wait_limit });
        }
        if let (Some(reminder), Some(limit)) = (queue.rules.hold_reminder, queue.rules.hold_limit)
            && limit < reminder
        {
            self.warnings.push(Warning::HoldLimitBeforeReminder { queue: name.clone() });
        }
        let class = plan.classes.get(queue.class.index()).map_or_else(String::new, |class| class.name.to_string());
        let need = plan.need(queue.need).map_or_else(String::new, |need| plan.need_text(need));
        QueueDescription { name, class, need, served_by, ladders }
    }

    fn nobody_at_first(&mut self, queue: &QueuePlan, ladder: Option<&LadderPlan>) {
        let name = queue.name.to_string();
        let mut at = Span::ZERO;
        for rung in ladder.iter().flat_map(|ladder| &ladder.rungs) {
            at += rung.after;
            let somebody = rung.need.is_some_and(|need| self.count(need) > 0);
            if somebody || rung.exit.is_some() {
                let until = somebody.then_some(at);
                // A rung at once makes a queue that is nobody's in name only.
                if !at.is_zero() {
                    self.warnings.push(Warning::NobodyAtFirst { queue: name, until });
                }
                return;
            }
        }
        self.warnings.push(Warning::NobodyServes { queue: name });
    }

    fn ladder(&mut self, queue: &QueuePlan, tier: Option<String>, id: LadderId) -> LadderDescription {
        let plan = self.plan;
        let empty = LadderPlan::default();
        let ladder = plan.ladders.get(id.0 as usize).unwrap_or(&empty);
        let mut at = Span::ZERO;
        let mut need = queue.need;
        let mut rungs = Vec::with_capacity(ladder.rungs.len());
        for (index, rung) in ladder.rungs.iter().enumerate() {
            at += rung.after;
            let before = need;
            need = rung.need.unwrap_or(need);
            self.classes.extend(rung.class.map(|class| class.index()));
            let joined_by = self.joining(before, need);
            let served_by = self.count(need);
            let place = || RungPlace { queue: queue.name.to_string(), tier: tier.clone(), rung: index + 1 };
            self.rung(queue, rung, at, (joined_by.count, served_by), place);
            rungs.push(RungDescription { at, joined_by, served_by, also: self.also(rung, need) });
        }
        LadderDescription { tier, rungs }
    }

    fn rung(
        &mut self,
        queue: &QueuePlan,
        rung: &RungPlan,
        at: Span,
        (joined, served): (usize, usize),
        place: impl Fn() -> RungPlace,
    ) {
        let idle = rung.class.is_none() && rung.credit.is_none() && rung.notify.is_empty() && rung.exit.is_none();
        if rung.need.is_none() && idle {
            self.warnings.push(Warning::NoEffect { rung: place() });
        } else if rung.need.is_some() && rung.widens && joined == 0 && rung.exit.is_none() {
            self.warnings.push(Warning::NobodyNew { rung: place() });
        } else if rung.need.is_some() && !rung.widens && served == 0 && rung.exit.is_none() {
            self.warnings.push(Warning::NobodyLeft { rung: place() });
        }
        if let Some(wait_limit) = queue.rules.wait_limit.filter(|limit| at >= *limit) {
            self.warnings.push(Warning::Unreachable { rung: place(), wait_limit });
        }
    }

    /// What a rung does beside adding people.
    fn also(&self, rung: &RungPlan, need: NeedId) -> Vec<String> {
        let plan = self.plan;
        let mut also = Vec::new();
        if !rung.widens
            && let Some(need) = plan.need(need)
        {
            also.push(format!("needs {}", plan.need_text(need)));
        }
        if let Some(class) = rung.class.and_then(|class| plan.classes.get(class.index())) {
            also.push(format!("class {}", class.name));
        }
        also.extend(rung.credit.map(|credit| format!("credit {}", Length::Span(credit))));
        also.extend(rung.notify.iter().map(|whom| format!("notifies {whom}")));
        match &rung.exit {
            None => {}
            Some(Exit::ToQueue { queue, reset_age }) => {
                let name = plan.queues.get(queue.index()).map_or("", |queue| &queue.name);
                also.push(format!("to queue {name}{}", if *reset_age { " as just come" } else { "" }));
            }
            Some(Exit::ToNumber(number)) => also.push(format!("to number {number}")),
            Some(Exit::Disconnect(reason)) => also.push(format!("disconnects: {reason}")),
        }
        also
    }

    /// What concerns the floor as a whole, once all queues have been looked at.
    fn floor(&mut self) {
        let plan = self.plan;
        if plan.queues.is_empty() {
            self.warnings.push(Warning::NoQueue);
        } else {
            let idle = plan.agents.iter().filter(|agent| !self.useful.contains(agent.profile.index()));
            let idle: Vec<Warning> =
                idle.map(|agent| Warning::ServesNothing { agent: agent.name.to_string() }).collect();
            self.warnings.extend(idle);
        }
        if plan.agents.is_empty() {
            self.warnings.push(Warning::NoAgent);
        }
        let known: BTreeSet<&String> = plan.floor.agents.iter().flat_map(|agent| agent.skills.keys()).collect();
        for skill in plan.floor.skills.iter().filter(|skill| !known.contains(skill)) {
            self.warnings.push(Warning::SkillOfNobody { skill: skill.clone() });
        }
        let teams: BTreeSet<usize> = plan.agents.iter().map(|agent| agent.team.index()).collect();
        for (index, team) in plan.floor.teams.iter().enumerate() {
            if !teams.contains(&index) {
                self.warnings.push(Warning::EmptyTeam { team: team.name.clone() });
            }
        }
        self.classes.extend(plan.tiers.iter().filter_map(|tier| tier.class).map(|class| class.index()));
        // Only classes that the floor itself names: the default ones are there for whoever wants them.
        for (index, class) in plan.floor.classes.iter().enumerate() {
            if !self.classes.contains(&index) {
                self.warnings.push(Warning::UnusedClass { class: class.name.clone() });
            }
        }
    }

    /// How many meet this need.
    fn count(&mut self, need: NeedId) -> usize {
        if let Some(count) = self.counts.get(&need) {
            return *count;
        }
        let profiles = self.plan.catalogue.profiles_of(need);
        profiles.iter().for_each(|profile| self.useful.insert(profile));
        let count = profiles.iter().map(|profile| self.members.get(profile).map_or(0, Vec::len)).sum();
        self.counts.insert(need, count);
        count
    }

    /// Who can serve from `after` on and could not before.
    fn joining(&mut self, before: NeedId, after: NeedId) -> People {
        if before == after {
            return People::default();
        }
        if let Some(people) = self.joining.get(&(before, after)) {
            return people.clone();
        }
        let catalogue = &self.plan.catalogue;
        let people = self.people(catalogue.profiles_of(after).without(catalogue.profiles_of(before)));
        self.joining.insert((before, after), people.clone());
        people
    }

    fn people(&self, profiles: impl Iterator<Item = usize>) -> People {
        let mut count = 0;
        let mut first: BTreeSet<AgentId> = BTreeSet::new();
        for members in profiles.filter_map(|profile| self.members.get(profile)) {
            count += members.len();
            // Members are in the floor's order, so whoever comes after the last of those shown ends the list.
            for agent in members.iter().take(NAMES_SHOWN) {
                if first.len() >= NAMES_SHOWN && first.last() < Some(agent) {
                    break;
                }
                first.insert(*agent);
                if first.len() > NAMES_SHOWN {
                    first.pop_last();
                }
            }
        }
        let name = |agent: &AgentId| self.plan.agents.get(agent.index()).map(|agent| agent.name.to_string());
        People { count, names: first.iter().filter_map(name).collect() }
    }
}

fn seconds<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(span.as_secs_f64())
}

fn seconds_if_any<S: Serializer>(span: &Option<Span>, serializer: S) -> Result<S::Ok, S::Error> {
    span.map(Span::as_secs_f64).serialize(serializer)
}

impl fmt::Display for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count == 0 {
            return f.write_str("nobody");
        }
        write!(f, "{}: {}", self.count, self.names.join(", "))?;
        if self.count > self.names.len() { f.write_str(", …") } else { Ok(()) }
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.name.is_empty() { "A floor" } else { &self.name };
        let count = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let (agents, queues) = (count(self.agents, "agent"), count(self.queues.len(), "queue"));
        let callers = count(self.directory, "known caller");
        writeln!(f, "{name}: {agents}, {queues}, {callers}; a ring lasts {}", Length::Span(self.ring))?;
        if self.queues.iter().flat_map(|queue| &queue.ladders).any(|ladder| !ladder.rungs.is_empty()) {
            writeln!(f, "Times are at the latest: a rung none of whose people is signed in is passed at once.")?;
        }
        for queue in &self.queues {
            writeln!(f)?;
            writeln!(f, "queue {}, class {}", queue.name, queue.class)?;
            wrapped(f, "  needs     ", &queue.need)?;
            wrapped(f, "  served by ", &queue.served_by.to_string())?;
            for ladder in &queue.ladders {
                if let Some(tier) = &ladder.tier {
                    writeln!(f, "  tier {tier}{}", if ladder.rungs.is_empty() { ": no ladder" } else { "" })?;
                }
                for rung in &ladder.rungs {
                    let mut does = Vec::new();
                    if rung.joined_by.count > 0 {
                        does.push(format!("+{}", rung.joined_by));
                    }
                    does.extend(rung.also.iter().cloned());
                    if does.is_empty() {
                        does.push("nobody new".into());
                    }
                    let at = format!("  {:>9} ", Length::Span(rung.at).to_string());
                    wrapped(f, &at, &does.join("; "))?;
                }
            }
        }
        Ok(())
    }
}

/// A paragraph whose further lines stand under its first, within 100 columns.
fn wrapped(f: &mut fmt::Formatter<'_>, label: &str, text: &str) -> fmt::Result {
    const WIDTH: usize = 100;
    let indent = label.chars().count();
    f.write_str(label)?;
    let mut column = indent;
    for (place, word) in text.split(' ').enumerate() {
        let width = word.chars().count();
        if place > 0 && column + 1 + width > WIDTH {
            write!(f, "\n{:indent$}", "")?;
            column = indent;
        } else if place > 0 {
            f.write_str(" ")?;
            column += 1;
        }
        f.write_str(word)?;
        column += width;
    }
    f.write_str("\n")
}

impl fmt::Display for RungPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "queue `{}`, ", self.queue)?;
        if let Some(tier) = &self.tier {
            write!(f, "tier `{tier}`, ")?;
        }
        write!(f, "rung {}", self.rung)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |span: &Span| Length::Span(*span);
        match self {
            Self::NoQueue => f.write_str("there is no queue, so no call can come in"),
            Self::NoAgent => f.write_str("there is no agent, so no call can be answered"),
            Self::NobodyServes { queue } => {
                write!(f, "queue `{queue}`: nobody can serve it, not even at its last rung")
            }
            Self::NobodyAtFirst { queue, until: Some(until) } => {
                write!(f, "queue `{queue}`: nobody can serve it for the first {}", text(until))
            }
            Self::NobodyAtFirst { queue, until: None } => {
                write!(f, "queue `{queue}`: nobody can serve it, its calls only pass through")
            }
            Self::NobodyNew { rung } => write!(f, "{rung}: nobody joins who could not serve before"),
            Self::NoEffect { rung } => write!(f, "{rung}: changes nothing"),
            Self::Unreachable { rung, wait_limit } => {
                let unless = if rung.rung > 1 { ", unless rungs before it are passed" } else { "" };
                write!(f, "{rung}: never reached, as calls wait at most {}{unless}", text(wait_limit))
            }
            Self::NobodyLeft { rung } => write!(f, "{rung}: nobody can serve the call from here on"),
            Self::RingsLongerThanItWaits { queue, ring_limit, wait_limit } => write!(
                f,
                "queue `{queue}`: a phone may ring {} but a call waits at most {}",
                text(ring_limit),
                text(wait_limit)
            ),
            Self::HoldLimitBeforeReminder { queue } => {
                write!(f, "queue `{queue}`: the hold limit comes before the first hold reminder")
            }
            Self::ServesNothing { agent } => write!(f, "agent `{agent}` can serve no queue, not even at a last rung"),
            Self::SkillOfNobody { skill } => write!(f, "skill `{skill}`: nobody has it"),
            Self::EmptyTeam { team } => write!(f, "team `{team}`: nobody is in it"),
            Self::UnusedClass { class } => write!(f, "class `{class}`: no queue, tier or rung puts calls in it"),
        }
    }
}
