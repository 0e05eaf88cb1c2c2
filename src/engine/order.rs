//! Which call an agent takes next, and which he is kept for: orders of queues, and what queues leave of teams to others.
//!
//! Without an order an agent takes the first call in rank. With one he takes it level by level: before all levels come
//! the leading classes that may withdraw ringing phones, and whoever has waited beyond a starvation bound. Who is served
//! next among several free agents is then the earliest in rank of the calls that come first for one of them (agents of
//! one profile together); by whom, its queue says, as always.
//!
//! A queue's calls ring members of a team only while more of them are idle than it leaves to others. That is no matter of
//! a single pair, so such calls are kept out of the search by the lane of their need, however many wait.

use super::Engine;
use super::visit::Visit;
use super::waiting::{Place, Rank};
use crate::bits::Bits;
use crate::floor::ReservePlan;
use crate::ids::{AgentId, ProfileId, QueueId, TeamId};

/// Where in an agent's order: 0 before all levels, then level by level. All the same where he has no order.
pub(super) type Stage = u16;

impl Engine {
    /// The first waiting call that agents of this profile could take, and its stage; the first behind another if given.
    #[inline]
    pub(super) fn first_for(&self, profile: ProfileId, behind: Option<(Stage, Place)>) -> Option<(Stage, Place)> {
        let lanes = &self.plan.lanes;
        if lanes.have_orders() || lanes.have_reserves() {
            return self.first_by_lane(profile, behind);
        }
        let behind = behind.map(|(_, place)| place);
        self.waiting.first(self.needs.needs_of(profile), behind.as_ref()).map(|place| (0, place))
    }

    /// The same, but for calls that are held from every idle agent of the profile where that makes a difference: in rank
    /// alone it makes none, as the earliest that anybody could take is served first.
    #[inline]
    pub(super) fn first_takeable(
        &self,
        profile: ProfileId,
        mut behind: Option<(Stage, Place)>,
    ) -> Option<(Stage, Place)> {
        loop {
            let first = self.first_for(profile, behind);
            let held = |visit| self.idle.of(profile).all(|agent| self.is_held(visit, agent));
            match first {
                Some((_, place)) if self.plan.lanes.have_orders() && held(place.visit) => behind = first,
                _ => return first,
            }
        }
    }

    fn first_by_lane(&self, profile: ProfileId, behind: Option<(Stage, Place)>) -> Option<(Stage, Place)> {
        let team = self.needs.profile(profile).team;
        let idle = self.idle_of(team);
        let kept = self.plan.lanes.kept(team);
        let meets = self.needs.needs_of(profile);
        let open = |word: usize| {
            let closed = kept.iter().filter(|(keep, _)| idle <= *keep);
            meets(word) & !closed.fold(0, |needs, (_, lane)| needs | self.needs.in_lane(*lane, word))
        };
        let from = behind.map_or(0, |(stage, _)| stage);
        let behind = behind.map(|(_, place)| place);
        let levels = self.plan.lanes.levels(profile);
        if from == 0 {
            let first = self.waiting.first(open, behind.as_ref());
            if levels.is_empty() || first.is_none_or(|place| self.is_before_orders(&place)) {
                return first.map(|place| (0, place));
            }
        }
        // Who stands before all levels has been passed.
        let passed = behind.map(|_| self.end_before_orders());
        levels.iter().zip(1..).skip(usize::from(from.max(1)) - 1).find_map(|(level, stage)| {
            let behind = if stage == from { behind.max(passed) } else { passed };
            let mask = |word| open(word) & level.iter().fold(0, |needs, lane| needs | self.needs.in_lane(*lane, word));
            self.waiting.first(mask, behind.as_ref()).map(|place| (stage, place))
        })
    }

    /// Whether whoever stands here comes before all levels of an order.
    pub(super) fn is_before_orders(&self, place: &Place) -> bool {
        place.rank.precedence <= self.plan.before_orders
    }

    /// Behind everybody who comes before all levels of an order, and before everybody else.
    fn end_before_orders(&self) -> Place {
        let precedence = self.plan.before_orders;
        Place { rank: Rank { precedence, since: i64::MAX, sequence: u64::MAX }, visit: u32::MAX }
    }

    /// At which level of this agent's order calls of this queue come.
    pub(super) fn level(&self, queue: QueueId, agent: AgentId) -> u8 {
        self.needs.profile(self.agents[agent.index()].profile).level(queue)
    }

    /// Where agents have orders, who is served next depends on who is free: calls that have just begun to look stand in
    /// line with the others before anybody is chosen. Whether they do; a single one need not if nobody has become free.
    pub(super) fn line_up(&mut self) -> bool {
        let many = self.dirty_visits.len() > 1 || !self.dirty_profiles.is_empty() || !self.dirty_awaited.is_empty();
        if !many || !self.plan.lanes.have_orders() {
            return false;
        }
        for index in 0..self.dirty_visits.len() {
            let visit = self.dirty_visits[index];
            let Some(Visit { awaits, need, looks: true, .. }) = self.visits.get(visit).copied() else { continue };
            if let Some(agent) = awaits {
                if self.idle.is_listed(agent) && !self.dirty_awaited.contains(&agent) {
                    self.dirty_awaited.push(agent);
                }
                continue;
            }
            self.stand_in_line(visit);
            for profile in self.needs.profiles_of(need).iter().map(|profile| ProfileId(profile as u16)) {
                if !self.idle.is_empty(profile) {
                    self.dirty_profiles.insert(profile);
                }
            }
        }
        true
    }

    // --- what queues leave to others ---

    /// How many of this team are idle, where some queue asks for that.
    fn idle_of(&self, team: TeamId) -> u32 {
        self.idle_of_teams.get(team.index()).copied().unwrap_or(0)
    }

    /// Whether calls of a queue that leaves so many of a team to others may ring nobody of it now.
    fn is_closed(&self, reserve: &ReservePlan) -> bool {
        self.idle_of(reserve.team) <= reserve.keep
    }

    fn reserve_of(&self, queue: QueueId, agent: AgentId) -> Option<&ReservePlan> {
        let reserve = &self.plan.queues()[queue.index()].reserve;
        reserve.iter().find(|reserve| reserve.team == self.plan.agents()[agent.index()].team)
    }

    /// Whether this idle agent is kept from the calls of this queue, as it leaves so many of his team to others.
    #[inline]
    pub(super) fn is_kept_from(&self, queue: QueueId, agent: AgentId) -> bool {
        self.reserve_of(queue, agent).is_some_and(|reserve| self.is_closed(reserve))
    }

    /// The same of an agent whose ringing phone is withdrawn for a call of this queue.
    pub(super) fn would_be_kept_from(&self, queue: QueueId, agent: AgentId) -> bool {
        let more = u32::from(!self.idle.is_listed(agent));
        self.reserve_of(queue, agent).is_some_and(|reserve| self.idle_of(reserve.team) + more <= reserve.keep)
    }

    /// Puts into `open` those of the profiles in `fits` that calls of this queue may ring now, unless they may ring all:
    /// whether it has.
    pub(super) fn open_to(&self, queue: QueueId, fits: &Bits, open: &mut Bits) -> bool {
        let mut closed = self.plan.queues()[queue.index()].reserve.iter().filter(|reserve| self.is_closed(reserve));
        let Some(first) = closed.next() else { return false };
        open.copy_from(fits);
        for reserve in core::iter::once(first).chain(closed) {
            self.needs.catalogue().members(reserve.team).iter().for_each(|profile| open.remove(profile));
        }
        true
    }

    /// Of those whom ring-all has chosen, and who would be next, the first that are too many of a team of which the queue
    /// leaves some to others. Where there are any, they join those who are held.
    pub(super) fn hold_too_many(
        &self,
        queue: QueueId,
        chosen: &[super::idle::Chosen],
        held: &mut Vec<AgentId>,
    ) -> bool {
        let before = held.len();
        for reserve in &self.plan.queues()[queue.index()].reserve {
            let may_ring = self.idle_of(reserve.team).saturating_sub(reserve.keep) as usize;
            let of_team = |agent: &AgentId| self.plan.agents()[agent.index()].team == reserve.team;
            let next = chosen.last().and_then(|last| last.runner_up).map(|(agent, _)| agent);
            let rung = chosen.iter().map(|chosen| chosen.agent).chain(next);
            held.extend(rung.filter(of_team).skip(may_ring));
        }
        held.sort_unstable();
        held.len() > before
    }

    /// An agent has become idle, or is no longer. Where that leaves one more than a queue leaves to others, all who are
    /// idle in his team may have calls.
    pub(super) fn count_idle(&mut self, agent: AgentId, is_idle: bool) {
        let team = self.plan.agents()[agent.index()].team;
        let Some(idle) = self.idle_of_teams.get_mut(team.index()) else { return };
        if !is_idle {
            *idle -= 1;
            return;
        }
        *idle += 1;
        let left = *idle - 1;
        if self.plan.lanes.kept(team).iter().any(|(keep, _)| *keep == left) {
            for profile in self.needs.catalogue().members(team).iter().map(|profile| ProfileId(profile as u16)) {
                if !self.idle.is_empty(profile) {
                    self.dirty_profiles.insert(profile);
                }
            }
        }
    }
}
