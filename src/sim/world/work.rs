//! Work: shifts and breaks, the work after calls, phones that vanish, and what supervisors do.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution as _, Exp1};

use super::{Happening, RETRY, World};
use crate::engine::{Actor, Endpoint, Input, LegRole, MonitorMode, NotReady, Presence};
use crate::ids::{AgentId, CallId, OfferId};
use crate::sim::caller::Caller;
use crate::sim::distribution::micros;
use crate::sim::roster::{Deed, Duty};
use crate::sim::streams::happens;
use crate::time::{Span, Time};

impl World {
    // --- shifts and breaks ---

    pub(super) fn do_duty(&mut self, at: Time, duty: Duty, inputs: &mut Vec<(Actor, Input)>) {
        if self.closed {
            return;
        }
        if duty.at.is_some() {
            self.agenda.push(at + duty.every, Happening::Duty(duty));
        }
        let agent = duty.agent;
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        let actor = Actor::Agent(agent);
        desk.turns += u64::from(!matches!(duty.what, Deed::Break { .. }));
        match (duty.what, desk.presence) {
            (Deed::SignIn, _) => self.start_work(at, duty, inputs),
            (Deed::Break { .. } | Deed::SignOut, Presence::SignedOut) => {}
            (Deed::Break { reason, length }, _) => {
                desk.rest = Some(length);
                inputs.push((actor, Input::NotReady { agent, reason }));
            }
            (Deed::SignOut, _) => inputs.push((actor, Input::SignOut { agent })),
        }
    }

    pub(super) fn presence_changed(&mut self, at: Time, agent: AgentId, to: Presence) {
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        desk.presence = to;
        desk.changes += 1;
        let agents = &self.setting.agents;
        let away = match to {
            Presence::NotReady(NotReady::Missed) => agents.back_after_miss.draw(&mut desk.rng),
            // On a break of the roster's, or sent on one after a call.
            Presence::NotReady(NotReady::Reason(_)) => {
                desk.rest.take().or_else(|| agents.back_after_call.draw(&mut desk.rng))
            }
            _ => None,
        };
        if let Some(away) = away {
            self.agenda.push(at + away, Happening::ComesBack { agent, change: desk.changes });
        }
    }

    pub(super) fn come_back(&self, agent: AgentId, change: u64, inputs: &mut Vec<(Actor, Input)>) {
        let Some(desk) = self.desks.get(agent.index()) else { return };
        if desk.changes == change && !desk.vanished && !self.closed {
            inputs.push((Actor::Agent(agent), Input::Ready { agent }));
        }
    }

    pub(super) fn end_wrap_up(&self, agent: AgentId, call: CallId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(desk) = self.desks.get(agent.index()) else { return };
        if let Some(disposition) = desk.wrapping_up.get(&call).filter(|_| !desk.vanished) {
            let (call, disposition) = (Some(call), *disposition);
            inputs.push((Actor::Agent(agent), Input::WrapUpDone { agent, call, disposition }));
        }
    }

    // --- breaks that need approval ---

    pub(super) fn break_asked(&mut self, at: Time, agent: AgentId) {
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        desk.asked += 1;
        desk.asks = Some(desk.asked);
        let setting = &self.setting.supervisors;
        let approves = !happens(&mut desk.supervision, setting.refused);
        let after = setting.approval_after.draw(&mut desk.supervision).unwrap_or_default();
        self.agenda.push(at + after, Happening::Decides { agent, asked: desk.asked, approves });
    }

    /// The first supervisor above the agent who is there decides; while there is none, the agent waits.
    pub(super) fn decide(
        &mut self,
        at: Time,
        agent: AgentId,
        asked: u64,
        approves: bool,
        inputs: &mut Vec<(Actor, Input)>,
    ) {
        if self.closed || self.desks.get(agent.index()).is_none_or(|desk| desk.asks != Some(asked)) {
            return;
        }
        let role = self.plan.agents().get(agent.index()).map(|agent| agent.role);
        let above = |supervisor: AgentId| {
            self.is_at_work(supervisor)
                && self.plan.agents().get(supervisor.index()).map(|supervisor| supervisor.role) > role
        };
        match self.supervisors().find(|supervisor| above(*supervisor)) {
            Some(supervisor) => {
                let input = if approves { Input::ApproveBreak { agent } } else { Input::RefuseBreak { agent } };
                inputs.push((Actor::Agent(supervisor), input));
            }
            None => self.agenda.push(at + RETRY, Happening::Decides { agent, asked, approves }),
        }
    }

    // --- supervisors ---

    /// Everybody with the rights of a supervisor.
    fn supervisors(&self) -> impl Iterator<Item = AgentId> + use<> {
        let plan = self.plan.clone();
        let agents = (0..plan.agents().len() as u32).map(AgentId);
        agents
            .filter(move |agent| plan.agents().get(agent.index()).is_some_and(|agent| agent.role >= plan.supervision()))
    }

    fn is_at_work(&self, agent: AgentId) -> bool {
        let there = |presence| presence != Presence::SignedOut;
        !self.closed && self.desks.get(agent.index()).is_some_and(|desk| there(desk.presence) && !desk.vanished)
    }

    pub(super) fn expect_supervision(&mut self) {
        for supervisor in self.supervisors() {
            self.expect_listening(Time::ZERO, supervisor);
            self.expect_moving(Time::ZERO, supervisor);
        }
    }

    fn expect_listening(&mut self, after: Time, supervisor: AgentId) {
        let Some(desk) = self.desks.get_mut(supervisor.index()) else { return };
        let wait = wait(&mut desk.supervision, self.setting.supervisors.listens);
        if let Some(at) = wait.map(|wait| after + wait).filter(|at| *at < self.setting.horizon) {
            self.agenda.push(at, Happening::Listens { supervisor });
        }
    }

    fn expect_moving(&mut self, after: Time, supervisor: AgentId) {
        let Some(desk) = self.desks.get_mut(supervisor.index()) else { return };
        let wait = wait(&mut desk.supervision, self.setting.supervisors.moves);
        if let Some(at) = wait.map(|wait| after + wait).filter(|at| *at < self.setting.horizon) {
            self.agenda.push(at, Happening::Moves { supervisor });
        }
    }

    pub(super) fn listen(&mut self, at: Time, supervisor: AgentId, inputs: &mut Vec<(Actor, Input)>) {
        self.expect_listening(at, supervisor);
        let others = |caller: &Caller| caller.is_served() && caller.legs.iter().all(|leg| leg.agent != supervisor);
        if let Some(call) = self.some_call(supervisor, others) {
            let mode = MonitorMode::Listen;
            inputs.push((Actor::Agent(supervisor), Input::Monitor { supervisor, call, mode }));
        }
    }

    pub(super) fn monitor_started(&mut self, at: Time, call: CallId, offer: OfferId, supervisor: AgentId) {
        let Some(leg) = self.callers.get_mut(call).and_then(|caller| caller.leg(offer)) else { return };
        if leg.role.replace(LegRole::Monitor).is_some() {
            return;
        }
        let Some(desk) = self.desks.get_mut(supervisor.index()) else { return };
        let length = self.setting.supervisors.listen_length.draw(&mut desk.supervision).unwrap_or_default();
        let half = Span::from_nanos(length.as_nanos() / 2);
        self.agenda.push(at + half, Happening::ListensOn { call, offer, supervisor, ends: false });
        self.agenda.push(at + length, Happening::ListensOn { call, offer, supervisor, ends: true });
    }

    /// Half of it has passed, or all.
    pub(super) fn listen_on(
        &mut self,
        at: Time,
        call: CallId,
        offer: OfferId,
        supervisor: AgentId,
        ends: bool,
        inputs: &mut Vec<(Actor, Input)>,
    ) {
        let still = self.callers.get_mut(call).is_some_and(|caller| caller.leg(offer).is_some());
        let Some(desk) = self.desks.get_mut(supervisor.index()).filter(|_| still) else { return };
        let share: f64 = desk.supervision.random();
        let setting = &self.setting.supervisors;
        if ends {
            // Until nothing is left of it: the phone may have vanished, or nobody be left to be taken over from.
            self.agenda.push(at + RETRY, Happening::ListensOn { call, offer, supervisor, ends });
        }
        if self.is_vanished(supervisor) {
            return;
        }
        let mode = |mode| Input::Monitor { supervisor, call, mode };
        let input = match share {
            share if ends && share < setting.take_over => Input::TakeOver { supervisor, call },
            _ if ends => Input::EndMonitor { supervisor, call },
            share if share < setting.barge => mode(MonitorMode::Barge),
            share if share < setting.whisper => mode(MonitorMode::Whisper),
            _ => return,
        };
        inputs.push((Actor::Agent(supervisor), input));
    }

    pub(super) fn move_some_call(&mut self, at: Time, supervisor: AgentId, inputs: &mut Vec<(Actor, Input)>) {
        self.expect_moving(at, supervisor);
        let waiting = |caller: &Caller| caller.waits() && caller.legs.is_empty();
        let Some(call) = self.some_call(supervisor, waiting) else { return };
        let Some(desk) = self.desks.get_mut(supervisor.index()) else { return };
        let place: f64 = desk.supervision.random();
        let queues = &self.setting.supervisors.move_to;
        if let Some(to) = queues.get((place * queues.len() as f64) as usize) {
            inputs.push((Actor::Agent(supervisor), Input::MoveCall { call, to: *to }));
        }
    }

    /// Any of the calls of this kind, if the supervisor is at work.
    fn some_call(&mut self, supervisor: AgentId, kind: impl Fn(&Caller) -> bool) -> Option<CallId> {
        if !self.is_at_work(supervisor) {
            return None;
        }
        let calls = self.callers.iter().filter(|(_, caller)| kind(caller));
        let mut calls: Vec<CallId> = calls.map(|(call, _)| call).collect();
        calls.sort_unstable();
        let place: f64 = self.desks.get_mut(supervisor.index())?.supervision.random();
        calls.get((place * calls.len() as f64) as usize).copied()
    }

    // --- phones that vanish ---

    pub(super) fn vanish(&mut self, at: Time, agent: AgentId, inputs: &mut Vec<(Actor, Input)>) {
        if self.desks.get(agent.index()).is_some_and(|desk| !desk.vanished) {
            let away = self.setting.back_after_vanishing.draw(self.gremlin.rng()).unwrap_or_default();
            self.vanish_for(at, agent, away, inputs);
        }
    }

    pub(super) fn vanish_for(&mut self, at: Time, agent: AgentId, away: Span, inputs: &mut Vec<(Actor, Input)>) {
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        desk.vanished = true;
        self.agenda.push(at + away, Happening::Reappears { agent });
        inputs.push((Actor::Switch, Input::EndpointState { agent, state: Endpoint::Unregistered }));
    }

    pub(super) fn reappear(&mut self, at: Time, agent: AgentId, inputs: &mut Vec<(Actor, Input)>) {
        let Some(desk) = self.desks.get_mut(agent.index()) else { return };
        desk.vanished = false;
        inputs.push((Actor::Switch, Input::EndpointState { agent, state: Endpoint::Registered }));
        // What should have been done meanwhile is done now.
        for call in desk.wrapping_up.keys() {
            self.agenda.push(at, Happening::WrapUpEnds { agent, call: *call });
        }
        if matches!(desk.presence, Presence::NotReady(_)) {
            self.agenda.push(at, Happening::ComesBack { agent, change: desk.changes });
        }
    }
}

/// How long until it happens next that happens so often per second, by chance; `None` for never.
pub(super) fn wait(rng: &mut ChaCha8Rng, rate: f64) -> Option<Span> {
    if rate == 0.0 {
        return None;
    }
    let unit: f64 = Exp1.sample(rng);
    Some(micros(unit / rate))
}
