//! People and their phones: who comes late or not at all, and whose phone fails.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::work::wait;
use super::{Happening, World};
use crate::engine::{Actor, EndedBy, Input, Presence};
use crate::floor::Plan;
use crate::ids::{AgentId, OfferId};
use crate::sim::agents::AgentSetting;
use crate::sim::roster::Duty;
use crate::sim::streams::{Purpose, stream};
use crate::time::Time;

/// The streams of every agent for what befalls him, where anything may.
#[derive(Debug)]
pub(super) struct People {
    attendance: Vec<ChaCha8Rng>,
    phones: Vec<ChaCha8Rng>,
}

impl People {
    pub(super) fn new(plan: &Plan, setting: &AgentSetting, seed: u64) -> Self {
        let streams = |purpose, wanted: bool| {
            let agents = plan.agents().iter().take(if wanted { usize::MAX } else { 0 });
            agents.map(|agent| stream(seed, purpose, &agent.name)).collect()
        };
        Self {
            attendance: streams(Purpose::Attendance, setting.attendance.is_some()),
            phones: streams(Purpose::Phone, setting.failures.is_some()),
        }
    }
}

impl World {
    /// An agent should come to work.
    pub(super) fn start_work(&mut self, at: Time, duty: Duty, inputs: &mut Vec<(Actor, Input)>) {
        let agent = duty.agent;
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        let attendance = self.setting.agents.attendance.as_ref().zip(self.people.attendance.get_mut(agent.index()));
        if let Some((setting, rng)) = attendance {
            // Every time draws alike, whatever comes of it.
            let [absent, late]: [f64; 2] = rng.random();
            let by = setting.late_by.draw(rng).unwrap_or_default();
            if desk.presence == Presence::SignedOut {
                if absent < setting.absent {
                    return;
                }
                // Who is in the middle of a shift at the very start has come before.
                if late < setting.late && duty.at.is_some() {
                    self.agenda.push(at + by, Happening::ComesLate { agent, turn: desk.turns });
                    return;
                }
            }
        }
        // Who is still in a call after the last shift stays on for this one.
        if desk.presence == Presence::SignedOut {
            inputs.push((Actor::Agent(agent), Input::SignIn { agent }));
        }
        inputs.push((Actor::Agent(agent), Input::Ready { agent }));
    }

    pub(super) fn come_late(&self, agent: AgentId, turn: u64, inputs: &mut Vec<(Actor, Input)>) {
        let due = |turns: u64, presence| turns == turn && presence == Presence::SignedOut && !self.closed;
        if self.desks.get(agent.index()).is_some_and(|desk| due(desk.turns, desk.presence)) {
            inputs.push((Actor::Agent(agent), Input::SignIn { agent }));
            inputs.push((Actor::Agent(agent), Input::Ready { agent }));
        }
    }

    // --- phones that fail ---

    pub(super) fn expect_failures(&mut self) {
        for agent in (0..self.people.phones.len() as u32).map(AgentId) {
            self.expect_failure(Time::ZERO, agent);
        }
    }

    fn expect_failure(&mut self, after: Time, agent: AgentId) {
        let Some((rate, _)) = &self.setting.agents.failures else { return };
        let Some(rng) = self.people.phones.get_mut(agent.index()) else { return };
        if let Some(at) = wait(rng, *rate).map(|wait| after + wait).filter(|at| *at < self.setting.horizon) {
            self.agenda.push(at, Happening::PhoneFails { agent });
        }
    }

    /// By chance and without memory, so what befalls a phone while nobody works at it need not be put off but may be
    /// passed over.
    pub(super) fn fail_phone(&mut self, at: Time, agent: AgentId, inputs: &mut Vec<(Actor, Input)>) {
        let setting = self.setting.clone();
        let Some((_, repair)) = &setting.agents.failures else { return };
        let Some(rng) = self.people.phones.get_mut(agent.index()) else { return };
        let repair = repair.draw(rng).unwrap_or_default();
        self.expect_failure(at, agent);
        let works = |presence, vanished: bool| presence != Presence::SignedOut && !vanished;
        if self.desks.get(agent.index()).is_some_and(|desk| works(desk.presence, desk.vanished)) {
            let legs = self.callers.iter().flat_map(|(_, caller)| &caller.legs);
            let mut own: Vec<OfferId> =
                legs.filter(|leg| leg.agent == agent && leg.role.is_some()).map(|leg| leg.offer).collect();
            own.sort_unstable();
            let ends = own.into_iter().map(|offer| Input::LegEnded { offer, by: EndedBy::Switch });
            inputs.extend(ends.map(|end| (Actor::Switch, end)));
            self.vanish_for(at, agent, repair, inputs);
        }
    }
}
