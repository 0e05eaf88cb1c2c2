//! Who is served next, by whom, and whose phone may be taken for it.

use super::*;

/// The order in which calls are served.
type Rank = (usize, i128, u64);

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

    fn is_able(&self, agent: AgentId) -> bool {
        self.would_be_able(agent) && self.agents[agent.index()].slots.contains(&SlotState::Free)
    }

    fn would_be_able(&self, agent: AgentId) -> bool {
        let agent = &self.agents[agent.index()];
        agent.presence == Presence::Ready
            && !agent.pending
            && agent.endpoint == Endpoint::Registered
            && agent.delayed_until.is_none()
    }

    fn fits(&self, visit: &Visit, agent: AgentId) -> bool {
        visit.needs.iter().all(|need| need.met_by(&self.profiles[agent.index()]))
    }

    fn is_held(&self, visit: &Visit, agent: AgentId) -> bool {
        self.calls[&visit.call].cooling.iter().any(|(cooling, _)| *cooling == agent)
            || visit.ringing.iter().any(|offer| self.offers[offer].agent == agent)
    }

    fn idle_since(&self, agent: AgentId) -> Time {
        let contacts = self.offers.values().filter(|offer| offer.agent == agent).map(|offer| offer.made);
        contacts.fold(self.agents[agent.index()].able_since, Time::max)
    }

    fn all_agents(&self) -> impl Iterator<Item = AgentId> + use<> {
        (0..self.agents.len() as u32).map(AgentId)
    }

    /// Free and fit, whether held or not.
    fn candidates(&self, visit: &Visit) -> Vec<AgentId> {
        self.all_agents().filter(|agent| self.is_able(*agent) && self.fits(visit, *agent)).collect()
    }

    fn could_take(&self, visit: &Visit) -> Vec<AgentId> {
        self.candidates(visit).into_iter().filter(|agent| !self.is_held(visit, *agent)).collect()
    }

    fn score(&self, visit: &Visit, agent: AgentId) -> u32 {
        let mut skills = BTreeSet::new();
        visit.needs.iter().for_each(|need| named_skills(need, &mut skills));
        let levels = &self.profiles[agent.index()].levels;
        skills.iter().map(|skill: &SkillId| u32::from(levels.get(skill.index()).copied().unwrap_or(0))).sum()
    }

    pub(super) fn check_choice(&self, chosen: VisitId, agent: AgentId, why: &Why) {
        let servable = self.visits.iter().filter(|(_, visit)| visit.seeking && !self.could_take(visit).is_empty());
        let first = servable.min_by_key(|(_, visit)| self.rank(visit)).map(|(id, _)| *id);
        assert_eq!(Some(chosen), first, "G3: who is first is served first");
        let visit = &self.visits[&chosen];
        let mut could = self.could_take(visit);
        let idle_since = |agent: AgentId| self.idle_since(agent);
        let choice = self.plan.queues()[visit.queue.index()].rules.choice;
        let winner_score = self.score(visit, agent);
        let key = match choice {
            Choice::LongestIdle => {
                could.sort_by_key(|agent| (idle_since(*agent), *agent));
                Key::IdleSince(idle_since(agent))
            }
            Choice::BestSkilled => {
                could.sort_by_key(|agent| (u32::MAX - self.score(visit, *agent), idle_since(*agent), *agent));
                Key::Skill { score: winner_score, idle_since: idle_since(agent) }
            }
            Choice::Linear => {
                could.sort();
                Key::Place(agent.0)
            }
            Choice::Random => {
                assert!(could.contains(&agent), "drawn from {could:?}, not {agent}");
                could = vec![agent];
                Key::Chance
            }
            other => panic!("an unknown choice: {other:?}"),
        };
        assert_eq!(could.first(), Some(&agent), "{choice:?} chooses among {could:?}");
        assert_eq!(why.key, key);
        assert_eq!(why.runner_up.map(|(agent, _)| agent), could.get(1).copied());
        assert_eq!(why.candidates as usize, self.candidates(visit).len());
        let (_, since, _) = self.rank(visit);
        assert_eq!((why.class, i128::from(why.rank_since)), (visit.class, since));
    }

    /// G2.
    pub(super) fn check_nobody_waits_in_vain(&self) {
        for (id, visit) in self.visits.iter().filter(|(_, visit)| visit.seeking) {
            let could = self.could_take(visit);
            assert!(could.is_empty(), "G2: visit {id} waits beside {could:?}");
            assert!(!visit.over, "visit {id} waits beyond its limit");
            if visit.looks_anew {
                let phones = self.could_withdraw(visit);
                assert!(phones.is_empty(), "visit {id} has begun to look and could take {phones:?}");
            }
        }
    }

    /// The ringing phones that this call may take from calls of later classes, the last in rank first.
    fn could_withdraw(&self, seeker: &Visit) -> Vec<(Rank, OfferId)> {
        if !seeker.seeking || !self.plan.classes()[usize::from(seeker.class.0)].withdraws_ringing {
            return Vec::new();
        }
        let behind = |offer: &Offer| {
            let visit = &self.visits[&offer.visit];
            !offer.answered && visit.class > seeker.class && self.rank(visit) > self.rank(seeker)
        };
        let useful = |offer: &Offer| {
            self.fits(seeker, offer.agent) && !self.is_held(seeker, offer.agent) && self.would_be_able(offer.agent)
        };
        let offers = self.offers.iter().filter(|(_, offer)| self.visits.contains_key(&offer.visit));
        let taken = offers.filter(|(_, offer)| behind(offer) && useful(offer));
        let mut ranked: Vec<_> = taken.map(|(id, offer)| (self.rank(&self.visits[&offer.visit]), *id)).collect();
        ranked.sort();
        ranked.reverse();
        ranked
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
