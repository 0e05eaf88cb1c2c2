//! The walk through a plan that finds what there is to say about it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    GroupDescription, KeyDescription, LadderDescription, People, QueueDescription, RoleDescription, RungDescription,
    RungPlace, Warning,
};
use crate::bits::Bits;
use crate::floor::limits::NAMES_SHOWN;
use crate::floor::plan::{
    ConditionPlan, EscalationPlan, Exit, KeyPlan, LadderId, LadderPlan, QueuePlan, RungPlan, WrapUpPlan,
};
use crate::floor::{Length, Plan, Reserve};
use crate::ids::{AgentId, NeedId, QueueId, RoleId};
use crate::time::Span;

pub(super) struct Describer<'a> {
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
    /// Whether some condition names a time of day or a day of the week.
    by_the_clock: bool,
    pub(super) warnings: Vec<Warning>,
}

impl<'a> Describer<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
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
            by_the_clock: false,
            warnings: Vec::new(),
        }
    }

    pub(super) fn queue(&mut self, id: QueueId, queue: &QueuePlan) -> QueueDescription {
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
        if queue.rules.sticky.is_some() && plan.floor.limits.remembered() == 0 {
            self.warnings.push(Warning::NobodyRemembered { queue: name.clone() });
        }
        let prefer = self.prefer(id, &name);
        let reserve = self.reserve(id, queue);
        let escalation = self.escalation(queue.escalation.first());
        let complaint = self.escalation(queue.complaint.first());
        if queue.rules.complaint_role > RoleId(0) && complaint.iter().all(|role| role.people.count == 0) {
            let role = plan.role_name(queue.rules.complaint_role).to_owned();
            self.warnings.push(Warning::NobodyForComplaints { queue: name.clone(), role });
        }
        let keys = queue.keys.iter().map(|(key, leads)| KeyDescription { key: *key, leads: self.leads(leads) });
        let keys = keys.collect();
        let wrap_up = match queue.rules.wrap_up {
            WrapUpPlan::None => None,
            WrapUpPlan::Timed(span) => Some(format!("at most {}", Length::Span(span))),
            WrapUpPlan::Fixed(span) => Some(format!("exactly {}", Length::Span(span))),
            WrapUpPlan::UntilDone => Some("until the agent is done".into()),
            WrapUpPlan::Disposition => Some("until the agent says what came of the call".into()),
        };
        let after_call = queue.rules.after_call.and_then(|reason| plan.floor.reasons.get(reason.index()).cloned());
        let class = plan.classes.get(queue.class.index()).map_or_else(String::new, |class| class.name.to_string());
        let need = plan.need(queue.need).map_or_else(String::new, |need| plan.need_text(need));
        QueueDescription {
            name,
            class,
            need,
            served_by,
            choice: queue.rules.choice,
            prefer,
            reserve,
            wrap_up,
            after_call,
            keys,
            escalation,
            complaint,
            agent_stays: queue.rules.escalation_stays,
            ladders,
        }
    }

    fn prefer(&mut self, id: QueueId, name: &str) -> Vec<GroupDescription> {
        let plan = self.plan;
        let mut tried = Bits::default();
        let mut groups = Vec::new();
        for need in plan.floor.queues.get(id.index()).iter().flat_map(|queue| &queue.prefer) {
            let known = plan.parse_need(need).ok().and_then(|need| plan.catalogue.known_anywhere(&need.simplified()));
            let new: Vec<usize> =
                known.iter().flat_map(|need| plan.catalogue.profiles_of(*need).without(&tried)).collect();
            let people = self.people(new.iter().copied());
            if people.count == 0 {
                self.warnings.push(Warning::NobodyPreferred { queue: name.to_owned(), need: need.clone() });
            }
            new.iter().for_each(|profile| tried.insert(*profile));
            groups.push(GroupDescription { need: need.clone(), people });
        }
        groups
    }

    fn reserve(&mut self, id: QueueId, queue: &QueuePlan) -> Vec<Reserve> {
        let floor = &self.plan.floor;
        for kept in &queue.reserve {
            let people = self.people(self.plan.catalogue.members(kept.team).iter());
            if people.count <= kept.keep as usize {
                let team = floor.teams.get(kept.team.index()).map_or_else(String::new, |team| team.name.clone());
                let (queue, keep) = (queue.name.to_string(), kept.keep);
                self.warnings.push(Warning::KeepsAll { queue, team, keep });
            }
        }
        floor.queues.get(id.index()).map_or_else(Vec::new, |queue| queue.reserve.clone())
    }

    fn escalation(&mut self, way: Option<&Option<EscalationPlan>>) -> Vec<RoleDescription> {
        let plan = self.plan;
        let Some(Some(way)) = way else { return Vec::new() };
        let rungs = plan.ladder_at(way.ladder).map_or(&[][..], |ladder| &ladder.rungs);
        let top = plan.roles();
        let mut at = Span::ZERO;
        let mut before = way.need;
        let mut roles = Vec::new();
        for (role, rung) in (top - rungs.len().min(top)..).zip(rungs) {
            // A role that nobody has is passed.
            let last = roles.last().map_or(1, |role: &RoleDescription| role.people.count);
            at += if last > 0 { rung.after } else { Span::ZERO };
            let need = rung.need.unwrap_or(before);
            self.count(need);
            let people = self.joining(before, need);
            before = need;
            roles.push(RoleDescription { role: plan.role_name(RoleId(role as u16)).to_owned(), at, people });
        }
        roles
    }

    pub(super) fn supervisors(&self) -> People {
        let above = |profile: &usize| {
            let first = self.members.get(*profile).and_then(|members| members.first());
            let agent = first.and_then(|agent| self.plan.agents.get(agent.index()));
            agent.is_some_and(|agent| agent.role >= self.plan.supervision)
        };
        self.people((0..self.members.len()).filter(above))
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
            for condition in rung.only_if.iter().chain(&rung.unless) {
                self.by_the_clock |= condition.hours.is_some() || condition.days.is_some();
            }
            let place = || RungPlace { queue: queue.name.to_string(), tier: tier.clone(), rung: index + 1 };
            self.rung(queue, rung, at, (joined_by.count, served_by), place);
            let condition = |condition: &Option<ConditionPlan>| condition.map(|condition| condition.to_string());
            rungs.push(RungDescription {
                at,
                only_if: condition(&rung.only_if),
                unless: condition(&rung.unless),
                joined_by,
                served_by,
                also: self.also(rung, need),
            });
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
        let offers = rung.offers_message || rung.offers_callback;
        let ranks = rung.class.is_some() || rung.credit.is_some();
        let idle = !ranks && !offers && rung.notify.is_empty() && rung.exit.is_none();
        if rung.need.is_none() && idle {
            self.warnings.push(Warning::NoEffect { rung: place() });
        } else if rung.need.is_some() && rung.widens && joined == 0 && rung.exit.is_none() {
            self.warnings.push(Warning::NobodyNew { rung: place() });
        } else if rung.need.is_some() && !rung.widens && served == 0 && rung.exit.is_none() {
            self.warnings.push(Warning::NobodyLeft { rung: place() });
        }
        let excluded = rung.unless.is_some_and(|unless| rung.only_if.unwrap_or_default().implies(&unless));
        let too_many = queue.rules.length_limit.zip(rung.only_if.and_then(|condition| condition.length));
        if excluded || too_many.is_some_and(|(limit, length)| length > limit) {
            self.warnings.push(Warning::NeverTaken { rung: place() });
        }
        let leads_to = |wanted: &KeyPlan| queue.keys.values().any(|key| key == wanted);
        if rung.offers_message && !leads_to(&KeyPlan::Exit(Exit::Message)) {
            self.warnings.push(Warning::NoKeyForOffer { rung: place(), offer: "a message" });
        }
        if rung.offers_callback && !leads_to(&KeyPlan::Callback) {
            self.warnings.push(Warning::NoKeyForOffer { rung: place(), offer: "a callback" });
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
        if rung.offers_message {
            also.push("offers to take a message".into());
        }
        if rung.offers_callback {
            also.push("offers to call back".into());
        }
        also.extend(rung.exit.as_ref().map(|exit| self.exit(exit)));
        also
    }

    fn leads(&self, key: &KeyPlan) -> String {
        match key {
            KeyPlan::Exit(exit) => self.exit(exit),
            KeyPlan::Callback => "to be called back".into(),
        }
    }

    fn exit(&self, exit: &Exit) -> String {
        match exit {
            Exit::ToQueue { queue, reset_age } => {
                let name = self.plan.queues.get(queue.index()).map_or("", |queue| &queue.name);
                format!("to queue {name}{}", if *reset_age { " as just come" } else { "" })
            }
            Exit::ToNumber(number) => format!("to number {number}"),
            Exit::Message => "to leave a message".into(),
            Exit::Disconnect(reason) => format!("disconnects: {reason}"),
        }
    }

    /// What concerns the floor as a whole, once all queues have been looked at.
    pub(super) fn floor(&mut self, supervisors: &People) {
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
        } else if supervisors.count == 0 && !plan.floor.approval.is_empty() {
            self.warnings.push(Warning::NobodyApproves);
        }
        if self.by_the_clock && plan.floor.zone.is_none() {
            self.warnings.push(Warning::NoZone);
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
