//! Authority: who may ask for what. The host and the switch may everything; an agent what concerns himself and the calls
//! he is in; a supervisor also what concerns those below him in the chain of command, and calls in general (E8).

use super::Engine;
use super::{Actor, CallState, LegRole, Refusal};
use crate::ids::{AgentId, CallId};

impl Engine {
    /// Whether the author is somebody this floor knows.
    pub(super) fn check_actor(&self, actor: Actor) -> Result<(), Refusal> {
        match actor {
            Actor::Agent(agent) => self.check_agent(agent),
            Actor::Host | Actor::Switch => Ok(()),
        }
    }

    pub(super) fn check_agent(&self, agent: AgentId) -> Result<(), Refusal> {
        if agent.index() < self.agents.len() { Ok(()) } else { Err(Refusal::UnknownAgent { got: agent }) }
    }

    /// Who may set the state of this agent: himself, and a supervisor who stands above him.
    pub(super) fn may_set(&self, agent: AgentId, actor: Actor) -> Result<(), Refusal> {
        self.check_agent(agent)?;
        match actor {
            Actor::Agent(actor) if actor != agent => self.may_set_other(agent, actor),
            _ => Ok(()),
        }
    }

    /// Who may decide about an agent's breaks: a supervisor who stands above him.
    pub(super) fn may_decide(&self, agent: AgentId, actor: Actor) -> Result<(), Refusal> {
        self.check_agent(agent)?;
        self.may_supervise(actor)?;
        match actor {
            Actor::Agent(actor) => self.may_set_other(agent, actor),
            Actor::Host | Actor::Switch => Ok(()),
        }
    }

    fn may_set_other(&self, agent: AgentId, actor: AgentId) -> Result<(), Refusal> {
        let role = |agent: AgentId| self.plan.agents()[agent.index()].role;
        let above = role(actor) > role(agent) && role(actor) >= self.plan.supervision();
        if above { Ok(()) } else { Err(Refusal::NotYours { actor, agent }) }
    }

    /// Who may move, withdraw and reorder calls.
    pub(super) fn may_supervise(&self, actor: Actor) -> Result<(), Refusal> {
        let Actor::Agent(actor) = actor else { return Ok(()) };
        let (expected, got) = (self.plan.supervision(), self.plan.agents()[actor.index()].role);
        if got >= expected { Ok(()) } else { Err(Refusal::NotASupervisor { actor, expected, got }) }
    }

    /// Who may have this supervisor listen to calls: himself.
    pub(super) fn may_listen(&self, supervisor: AgentId, actor: Actor) -> Result<(), Refusal> {
        self.check_agent(supervisor)?;
        match actor {
            Actor::Agent(actor) if actor != supervisor => Err(Refusal::NotYours { actor, agent: supervisor }),
            _ => self.may_supervise(Actor::Agent(supervisor)),
        }
    }

    /// The call and the actor's leg with its caller; the host speaks for the first of the agents.
    pub(super) fn own_leg(&self, id: CallId, actor: Actor, expected: CallState) -> Result<(u32, u32), Refusal> {
        let call = self.calls.find(id).ok_or(Refusal::UnknownCall { got: id })?;
        let Some(first) = self.serving(call) else {
            return Err(Refusal::CallNotIn { call: id, expected, got: self.call_state(call) });
        };
        let Actor::Agent(actor) = actor else { return Ok((call, first)) };
        let own = |leg: &u32| self.offers[*leg].agent == actor && self.offers[*leg].role == LegRole::Serve;
        let leg = self.legs_in(call).find(own);
        Ok((call, leg.ok_or(Refusal::NotYours { actor, agent: self.offers[first].agent })?))
    }
}
