//! Who is served next, by whom, and whose phone may be taken for it.

use super::*;

/// The order in which calls are served.
type Rank = (usize, i128, u64);

/// The order in which an agent takes them: before all levels of his order of queues or not, the level, the rank.
type Turn = (bool, u8, Rank);

impl Model {
    fn rank(&self, visit: &Visit) -> Rank {
        let own = 2 * usize::from(visit.class.0) + 1;
        let classes = self.plan.classes();
        // Before every class but those that may take a ringing phone.
        let before_all = classes.iter().position(|class| !class.withdraws_ringing).unwrap_or(classes.len());
        let precedence = if visit.starving { own.min(2 * before_all) } else { own };
        let since = i128::from(visit.aged_from.as_nanos()) - i128::from(visit.credit.as_nanos());
        (precedence, since, self.calls[&visit.call].order)
    }

    pub(super) fn is_able(&self, agent: AgentId) -> bool {
        self.would_be_able(agent) && self.agents[agent.index()].slots.contains(&SlotState::Free)
    }

    fn would_be_able(&self, agent: AgentId) -> bool {
        let agent = &self.agents[agent.index()];
        agent.presence == Presence::Ready
            && !agent.pending
            && agent.endpoint == Endpoint::Registered
            && agent.delayed_until.is_none()
    }

    pub(super) fn fits(&self, visit: &Visit, agent: AgentId) -> bool {
        visit.needs.iter().all(|need| need.met_by(&self.profiles[agent.index()]))
    }

    fn is_held(&self, visit: &Visit, agent: AgentId) -> bool {
        let call = &self.calls[&visit.call];
        // Whoever is asked by name, and not merely preferred, is asked again at once.
        let preferred = matches!(visit.cause, VisitCause::Arrived | VisitCause::Callback | VisitCause::Key);
        let cools = visit.awaits.is_none() || preferred;
        (cools && call.cooling.iter().any(|(cooling, _)| *cooling == agent))
            || call.inside.contains(&agent)
            || visit.ringing.iter().any(|offer| self.offers[offer].agent == agent)
    }

    /// When this agent would take the call.
    fn turn(&self, agent: AgentId, visit: &Visit) -> Turn {
        let leading = self.plan.classes().iter().take_while(|class| class.withdraws_ringing).count();
        let rank = self.rank(visit);
        let by_order = rank.0 > 2 * leading;
        let level = self.profiles[agent.index()].order[visit.queue.index()];
        (by_order, if by_order { level } else { 0 }, rank)
    }

    /// How many of the agent's team have to stay idle for others, and how many are.
    fn kept_and_idle(&self, queue: QueueId, agent: AgentId) -> Option<(usize, usize)> {
        let team = |agent: AgentId| self.profiles[agent.index()].team;
        let floor = self.plan.floor();
        let name = &floor.teams[team(agent).index()].name;
        let reserve = floor.queues[queue.index()].reserve.iter().find(|reserve| reserve.team == *name)?;
        let idle = self.all_agents().filter(|other| team(*other) == team(agent) && self.is_able(*other)).count();
        Some((reserve.keep as usize, idle))
    }

    /// Whether the queue leaves this idle agent to others.
    pub(super) fn is_kept_from(&self, queue: QueueId, agent: AgentId) -> bool {
        self.kept_and_idle(queue, agent).is_some_and(|(keep, idle)| idle <= keep)
    }

    fn idle_since(&self, agent: AgentId) -> Time {
        let agent = &self.agents[agent.index()];
        agent.made.iter().flatten().fold(agent.able_since, |since, made| since.max(*made))
    }

    pub(super) fn all_agents(&self) -> impl Iterator<Item = AgentId> + use<> {
        (0..self.agents.len() as u32).map(AgentId)
    }

    /// Free and fit, whether held or not.
    fn candidates(&self, visit: &Visit) -> Vec<AgentId> {
        match visit.awaits {
            Some(agent) => Some(agent).filter(|agent| self.is_able(*agent)).into_iter().collect(),
            None => {
                let could = |agent: &AgentId| {
                    self.is_able(*agent) && self.fits(visit, *agent) && !self.is_kept_from(visit.queue, *agent)
                };
                self.all_agents().filter(could).collect()
            }
        }
    }

    fn could_take(&self, visit: &Visit) -> Vec<AgentId> {
        if visit.not_before.is_some() || self.rings_enough(visit) {
            return Vec::new();
        }
        self.candidates(visit).into_iter().filter(|agent| !self.is_held(visit, *agent)).collect()
    }

    /// As many phones ring for it at once as may.
    pub(super) fn rings_enough(&self, visit: &Visit) -> bool {
        let rules = &self.plan.queues()[visit.queue.index()].rules;
        let all_at_once = rules.choice == Choice::RingAll && visit.awaits.is_none();
        all_at_once && visit.ringing.len() >= usize::from(rules.ring_all_max)
    }

    fn level(&self, agent: AgentId, queue: QueueId) -> u8 {
        self.profiles[agent.index()].order[queue.index()]
    }

    /// The first in rank of those who come first for agents of a profile who could take them, or wait for one alone.
    fn next_served(&self) -> Option<VisitId> {
        let mut firsts: BTreeMap<&Profile, (Turn, VisitId)> = BTreeMap::new();
        let mut served: BTreeSet<(Rank, VisitId)> = BTreeSet::new();
        for (id, visit) in self.visits.iter().filter(|(_, visit)| visit.seeking) {
            for agent in self.could_take(visit) {
                if visit.awaits.is_some() {
                    served.insert((self.rank(visit), *id));
                    continue;
                }
                let own = (self.turn(agent, visit), *id);
                let first = firsts.entry(&self.profiles[agent.index()]).or_insert(own);
                *first = own.min(*first);
            }
        }
        served.extend(firsts.into_values().map(|((_, _, rank), id)| (rank, id)));
        served.first().map(|(_, id)| *id)
    }

    fn score(&self, visit: &Visit, agent: AgentId) -> u32 {
        let mut skills = BTreeSet::new();
        visit.needs.iter().for_each(|need| named_skills(need, &mut skills));
        let levels = &self.profiles[agent.index()].levels;
        skills.iter().map(|skill: &SkillId| u32::from(levels.get(skill.index()).copied().unwrap_or(0))).sum()
    }

    pub(super) fn check_offer(&mut self, chosen: VisitId, agent: AgentId, why: &Why) {
        if let Some(expected) = self.ring_all.pop_front() {
            return assert_eq!((chosen, agent, *why), expected, "ring-all rings in order");
        }
        let visit = &self.visits[&chosen];
        let (_, since, _) = self.rank(visit);
        assert_eq!((why.class, i128::from(why.rank_since)), (visit.class, since));
        if let VisitCause::TakenOver { by } = visit.cause
            && visit.awaits.is_some()
        {
            // Whatever his presence, as long as he has a hand free.
            return assert_eq!((by, why.key, why.runner_up), (agent, Key::ByName, None));
        }
        assert_eq!(Some(chosen), self.next_served(), "G3: who is first is served first");
        let level = self.level(agent, visit.queue);
        assert_eq!(why.level, level, "the level at which agent {agent} takes it");
        assert_eq!(why.candidates as usize, self.candidates(visit).len().min(Why::CANDIDATES_MAX as usize));
        if let Some(awaited) = visit.awaits {
            return assert_eq!((awaited, why.key, why.runner_up, why.preference), (agent, Key::ByName, None, 0));
        }
        self.check_choice(chosen, agent, why);
    }

    fn check_choice(&mut self, chosen: VisitId, agent: AgentId, why: &Why) {
        let visit = &self.visits[&chosen];
        let rules = &self.plan.queues()[visit.queue.index()].rules;
        let group = |agent: AgentId| self.preferences[visit.queue.index()][agent.index()];
        let mut could: Vec<(AgentId, Key)> =
            self.could_take(visit).into_iter().map(|agent| (agent, self.key(visit, agent))).collect();
        could.sort_by_key(|(agent, key)| {
            (group(*agent), order_of(rules.choice, *key, self.cursors[visit.queue.index()]), *agent)
        });
        let (first, _) = could[0];
        assert_eq!(why.preference, group(agent));
        match rules.choice {
            Choice::Random | Choice::WeightedRandom => {
                assert!(could.iter().any(|(of, _)| *of == agent), "drawn from {could:?}, not {agent}");
                assert_eq!((group(agent), why.key, why.runner_up), (group(first), Key::Chance, None));
            }
            Choice::RingAll => {
                let most = usize::from(rules.ring_all_max) - visit.ringing.len();
                // Of a team of which some are left to others no more are rung than that leaves.
                let mut rung_of: BTreeMap<TeamId, usize> = BTreeMap::new();
                could.retain(|(agent, _)| {
                    let Some((keep, idle)) = self.kept_and_idle(visit.queue, *agent) else { return true };
                    let rung = rung_of.entry(self.profiles[agent.index()].team).or_default();
                    *rung += 1;
                    *rung <= idle - keep
                });
                let rung = could.iter().take(most).take_while(|(agent, _)| group(*agent) == group(first)).count();
                let runner_up = could.get(rung).copied();
                assert_eq!((why.key, why.runner_up), (could[0].1, runner_up));
                let whys = could.iter().take(rung).map(|(agent, key)| {
                    let level = self.level(*agent, visit.queue);
                    (chosen, *agent, Why { key: *key, level, ..*why })
                });
                self.ring_all = whys.collect();
                let first = self.ring_all.pop_front().map(|(_, agent, _)| agent);
                assert_eq!(first, Some(agent), "ring-all rings in order");
            }
            choice => {
                assert_eq!(first, agent, "{choice:?} chooses among {could:?}");
                assert_eq!((why.key, why.runner_up), (could[0].1, could.get(1).copied()));
            }
        }
    }

    fn key(&self, visit: &Visit, agent: AgentId) -> Key {
        let idle_since = self.idle_since(agent);
        let state = &self.agents[agent.index()];
        match self.plan.queues()[visit.queue.index()].rules.choice {
            Choice::LongestIdle | Choice::RingAll => Key::IdleSince(idle_since),
            Choice::BestSkilled | Choice::LeastSkilled => Key::Skill { score: self.score(visit, agent), idle_since },
            Choice::FewestCalls => Key::Calls { calls: state.calls, idle_since },
            Choice::LeastOccupied => Key::Occupancy { millionths: state.occupancy, idle_since },
            Choice::RoundRobin | Choice::Linear => Key::Place(agent.0),
            Choice::Random | Choice::WeightedRandom => Key::Chance,
            other => panic!("an unknown choice: {other:?}"),
        }
    }

    // --- who is there ---

    /// Signed in, fit for it, and not absent in one of these ways.
    pub(super) fn who_is_there(&self, visit: &Visit, absences: Absences) -> Vec<AgentId> {
        let absent = |agent: &Agent| {
            let busy = !agent.slots.contains(&SlotState::Free) || agent.endpoint == Endpoint::InUse;
            let ways = [
                (Absence::NotReady, agent.presence != Presence::Ready || agent.pending),
                (Absence::Unreachable, agent.endpoint == Endpoint::Unregistered),
                (Absence::Busy, busy),
            ];
            agent.presence == Presence::SignedOut || ways.iter().any(|(way, so)| *so && absences.contains(*way))
        };
        self.all_agents().filter(|agent| self.fits(visit, *agent) && !absent(&self.agents[agent.index()])).collect()
    }

    pub(super) fn check_nobody_is_there(&self, visit: &Visit) {
        let rule = self.plan.queues()[visit.queue.index()].rules.leave_when_empty;
        let there = self.who_is_there(visit, rule.expect("there is such a rule"));
        assert!(there.is_empty(), "it leaves, and {there:?} are there");
        assert!(visit.ringing.is_empty() && visit.awaits.is_none(), "somebody is asked for it");
    }

    /// G2.
    pub(super) fn check_nobody_waits_in_vain(&self) {
        for (id, visit) in self.visits.iter().filter(|(_, visit)| visit.seeking) {
            let could = self.could_take(visit);
            assert!(could.is_empty(), "G2: visit {id} waits beside {could:?}");
            assert!(!visit.over, "visit {id} waits beyond its limit");
            let call = &self.calls[&visit.call];
            let alone = visit.ringing.is_empty() && visit.awaits.is_none() && visit.not_before.is_none();
            let counts = !matches!(visit.cause, VisitCause::Consult { .. }) && !call.away && call.serving.is_empty();
            let rule = self.plan.queues()[visit.queue.index()].rules.leave_when_empty;
            if let (Some(absences), true) = (rule, alone && counts) {
                assert!(!self.who_is_there(visit, absences).is_empty(), "visit {id} waits, and nobody is there");
            }
            if visit.looks_anew {
                let phones = self.could_withdraw(visit);
                assert!(phones.is_empty(), "visit {id} has begun to look and could take {phones:?}");
            }
        }
    }

    /// The ringing phones that this call may take from calls of later classes, the last in rank first.
    fn could_withdraw(&self, seeker: &Visit) -> Vec<(Rank, OfferId)> {
        let may =
            seeker.seeking && seeker.awaits.is_none() && seeker.not_before.is_none() && !self.rings_enough(seeker);
        if !may || !self.plan.classes()[usize::from(seeker.class.0)].withdraws_ringing {
            return Vec::new();
        }
        let behind = |offer: &Offer| {
            let visit = &self.visits[&offer.visit];
            !offer.answered && visit.class > seeker.class && self.rank(visit) > self.rank(seeker)
        };
        let useful = |offer: &Offer| {
            let nobody = self.could_take(seeker).is_empty();
            nobody
                && self.fits(seeker, offer.agent)
                && !self.is_held(seeker, offer.agent)
                && self.would_be_able(offer.agent)
                && self.takes_over(seeker, &self.visits[&offer.visit], offer.agent)
        };
        let offers = self.offers.iter().filter(|(_, offer)| self.visits.contains_key(&offer.visit));
        let taken = offers.filter(|(_, offer)| behind(offer) && useful(offer));
        let mut ranked: Vec<_> = taken.map(|(id, offer)| (self.rank(&self.visits[&offer.visit]), *id)).collect();
        ranked.sort();
        ranked.reverse();
        ranked
    }

    /// Whether the agent could take this call, and his order does not put it behind the one he is rung for.
    fn takes_over(&self, seeker: &Visit, other: &Visit, agent: AgentId) -> bool {
        let more = usize::from(!self.is_able(agent));
        let kept = self.kept_and_idle(seeker.queue, agent).is_some_and(|(keep, idle)| idle + more <= keep);
        !kept && self.turn(agent, seeker) < self.turn(agent, other)
    }

    /// A phone was taken from the last in rank, for a call that has nobody.
    pub(super) fn check_withdrawal(&self, offer: OfferId) {
        let victim = self.rank(&self.visits[&self.offers[&offer].visit]);
        let fits = |seeker: &Visit| {
            let could = self.could_withdraw(seeker);
            self.could_take(seeker).is_empty()
                && could.iter().any(|(_, taken)| *taken == offer)
                && could.first().is_some_and(|(rank, _)| *rank == victim)
        };
        assert!(self.visits.values().any(fits), "offer {offer} should not have been withdrawn");
    }
}

fn named_skills(need: &Need, skills: &mut BTreeSet<SkillId>) {
    match need {
        Need::Skill { skill, .. } => {
            skills.insert(*skill);
        }
        Need::All(needs) | Need::AnyOf(needs) => needs.iter().for_each(|need| named_skills(need, skills)),
        Need::Not(_) | Need::Team(_) | Need::Role(_) => {}
    }
}

/// The smaller, the earlier chosen.
fn order_of(choice: Choice, key: Key, cursor: Option<AgentId>) -> (u64, Time) {
    match key {
        Key::IdleSince(since) => (0, since),
        Key::Skill { score, idle_since } if choice == Choice::BestSkilled => (u64::from(u32::MAX - score), idle_since),
        Key::Skill { score, idle_since } => (u64::from(score), idle_since),
        Key::Calls { calls, idle_since } => (calls, idle_since),
        Key::Occupancy { millionths, idle_since } => (millionths, idle_since),
        Key::Place(place) => match cursor.filter(|_| choice == Choice::RoundRobin) {
            // Behind whom it has rung last, and on from the beginning.
            Some(AgentId(last)) => (if place > last { 0 } else { 1 << 32 } + u64::from(place), Time::ZERO),
            None => (u64::from(place), Time::ZERO),
        },
        Key::ByName | Key::Chance => (0, Time::ZERO),
        other => panic!("an unknown key: {other:?}"),
    }
}
