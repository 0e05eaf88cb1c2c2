//! Talk: what agents and callers do while an agent has the caller, from the first word to the end of the leg.

use rand::RngExt;

use super::{Happening, RETRY, World};
use crate::engine::{Actor, EndedBy, Input, LegRole, Presence, Target};
use crate::floor::WrapUpPlan;
use crate::ids::{AgentId, CallId, OfferId, QueueId, TeamId};
use crate::sim::caller::{Caller, Deed, Leg, Talk};
use crate::sim::conduct::{ConsultEnd, Errand, Whom};
use crate::sim::distribution::micros;
use crate::sim::handling::Handled;
use crate::sim::setting::CallSetting;
use crate::sim::streams::happens;
use crate::time::{Span, Time};

/// So soon an agent sees that what he asked for did not happen.
const AT_ONCE: Span = Span::from_secs(1);

impl World {
    /// An agent has the caller.
    pub(super) fn serve(&mut self, at: Time, call: CallId, offer: OfferId, agent: AgentId) {
        self.take_up(call, offer, agent);
        let Some(caller) = self.callers.get_mut(call) else { return };
        if caller.leg(offer).is_none_or(|leg| leg.serves()) {
            return;
        }
        let Some(calls) = self.setting.ways.get(caller.brought.way) else { return };
        let Some(team) = self.plan.agents().get(agent.index()).map(|agent| agent.team) else { return };
        let talk = caller.next_talk(calls, team);
        caller.waits += 1;
        caller.served += 1;
        caller.aside = false;
        let length = talk.length;
        if let Some(leg) = caller.leg(offer) {
            leg.role = Some(LegRole::Serve);
            leg.talk = talk;
            leg.begin(at);
            let (after, turn) = (leg.next().0, leg.turn);
            self.agenda.push(at + after, Happening::Talks { call, offer, turn });
        }
        if self.gremlin.takes_phone() {
            let at = at + self.gremlin.within(length);
            self.agenda.push(at, Happening::Vanishes { agent, call });
        }
    }

    /// The talk has come to the next thing that happens in it.
    pub(super) fn talk(&mut self, at: Time, call: CallId, offer: OfferId, turn: u32, inputs: &mut Vec<(Actor, Input)>) {
        let Some(agent) = self.agent_at(call, offer, turn) else { return };
        let vanished = self.is_vanished(agent);
        let Some(caller) = self.callers.get_mut(call) else { return };
        let Some(leg) = caller.leg_at(offer, turn) else { return };
        if vanished && leg.next().1 != Deed::End {
            // Who cannot do it now does it once the phone is back.
            self.agenda.push(at + RETRY, Happening::Talks { call, offer, turn });
            return;
        }
        leg.consults = false;
        match leg.take_next(at) {
            (Deed::End, _) => return self.end_talk(call, offer, vanished, inputs),
            (Deed::Hold, _) => inputs.push((Actor::Agent(agent), Input::Hold { call })),
            (Deed::Ask, errand) => {
                leg.consults = matches!(errand, Some(Errand::Consult(_)));
                let input = errand.and_then(|errand| self.ask(call, agent, errand));
                inputs.extend(input.map(|input| (Actor::Agent(agent), input)));
            }
        }
        // If nothing comes of it, they talk on.
        if let Some(leg) = self.callers.get_mut(call).and_then(|caller| caller.leg_at(offer, turn)) {
            let after = leg.next().0;
            self.agenda.push(at + after, Happening::Talks { call, offer, turn });
        }
    }

    fn end_talk(&mut self, call: CallId, offer: OfferId, vanished: bool, inputs: &mut Vec<(Actor, Input)>) {
        let Some(caller) = self.callers.get_mut(call) else { return };
        let Some(ended_by) = caller.leg(offer).map(|leg| leg.talk.ended_by) else { return };
        caller.lost = caller.lost || vanished || self.gremlin.loses_hangup();
        if caller.lost {
            return;
        }
        let input = match ended_by {
            EndedBy::Agent => Input::LegEnded { offer, by: EndedBy::Agent },
            EndedBy::Caller | EndedBy::Switch | EndedBy::Transfer => Input::CallerGone { call },
        };
        inputs.push((Actor::Switch, input));
    }

    /// What the agent asks for; `None` if there is nobody to turn to.
    fn ask(&mut self, call: CallId, agent: AgentId, errand: Errand) -> Option<Input> {
        Some(match errand {
            Errand::CannotAnswer => Input::CannotAnswer { call },
            Errand::Complaint => Input::Complaint { call },
            Errand::Transfer(whom) => Input::Transfer { call, to: self.target(call, agent, whom)? },
            Errand::Consult(whom) => Input::Consult { call, to: self.target(call, agent, whom)? },
        })
    }

    fn target(&mut self, call: CallId, asks: AgentId, whom: Whom) -> Option<Target> {
        let agents = match whom {
            Whom::One(target) => return Some(target),
            Whom::AnyOf(agents) => agents,
        };
        let takes_calls = |agent: &AgentId| {
            self.desks.get(agent.index()).is_some_and(|desk| desk.presence == Presence::Ready && !desk.vanished)
        };
        let there: Vec<AgentId> = agents.iter().copied().filter(|agent| *agent != asks && takes_calls(agent)).collect();
        let place: f64 = self.callers.get_mut(call)?.life().random();
        there.get((place * there.len() as f64) as usize).map(|agent| Target::Agent(*agent))
    }

    // --- hold ---

    pub(super) fn hold_started(&mut self, at: Time, call: CallId, agent: AgentId) {
        let Some(caller) = self.callers.get_mut(call) else { return };
        let patience = self.setting.ways.get(caller.brought.way).map(|calls| &calls.conduct.consults.patience);
        let consults = caller.leg_of(agent).is_some_and(|leg| leg.consults);
        let patience = patience.filter(|_| consults).and_then(|patience| patience.draw(caller.life()));
        let Some(leg) = caller.leg_of(agent) else { return };
        leg.interrupt(at);
        let (offer, turn) = (leg.offer, leg.turn);
        match patience {
            Some(patience) => self.agenda.push(at + patience, Happening::GivesUp { call, offer, turn }),
            None => {
                let length = leg.talk.hold.map_or(Span::ZERO, |(_, length)| length);
                self.agenda.push(at + length, Happening::Unholds { call, offer, turn });
            }
        }
    }

    pub(super) fn hold_ended(&mut self, at: Time, call: CallId, agent: AgentId) {
        let Some(leg) = self.callers.get_mut(call).and_then(|caller| caller.leg_of(agent)) else { return };
        leg.consults = false;
        leg.begin(at);
        let (offer, turn, after) = (leg.offer, leg.turn, leg.next().0);
        self.agenda.push(at + after, Happening::Talks { call, offer, turn });
    }

    pub(super) fn unhold(
        &mut self,
        at: Time,
        call: CallId,
        offer: OfferId,
        turn: u32,
        inputs: &mut Vec<(Actor, Input)>,
    ) {
        let Some(agent) = self.agent_at(call, offer, turn) else { return };
        if self.is_vanished(agent) {
            self.agenda.push(at + RETRY, Happening::Unholds { call, offer, turn });
        } else {
            inputs.push((Actor::Agent(agent), Input::Unhold { call }));
        }
    }

    // --- consultations ---

    /// Somebody has come: a colleague, or a telephone outside the desks.
    pub(super) fn consult_begins(&mut self, at: Time, call: CallId, colleague: Option<(OfferId, AgentId)>) {
        if let Some((offer, agent)) = colleague {
            self.take_up(call, offer, agent);
        }
        let Some(caller) = self.callers.get_mut(call) else { return };
        if let Some(leg) = colleague.and_then(|(offer, _)| caller.leg(offer)) {
            leg.role = Some(LegRole::Consult);
        }
        let length = self.setting.ways.get(caller.brought.way).map(|calls| &calls.conduct.consults.length);
        let length = length.and_then(|length| length.draw(caller.life())).unwrap_or_default();
        if let Some(leg) = caller.legs.iter_mut().find(|leg| leg.consults && leg.holds()) {
            leg.turn += 1;
            let (offer, turn) = (leg.offer, leg.turn);
            self.agenda.push(at + length, Happening::ConsultEnds { call, offer, turn });
        }
    }

    /// Nobody comes, or whoever had come has left: by whom he was asked, if that is known.
    pub(super) fn consult_fails(&mut self, at: Time, call: CallId, by: Option<AgentId>) {
        let Some(caller) = self.callers.get_mut(call) else { return };
        let asked = |leg: &&mut Leg| leg.consults && leg.holds() && by.is_none_or(|by| by == leg.agent);
        if let Some(leg) = caller.legs.iter_mut().find(asked) {
            leg.turn += 1;
            let (offer, turn) = (leg.offer, leg.turn);
            self.agenda.push(at, Happening::GivesUp { call, offer, turn });
        }
    }

    pub(super) fn end_consult(
        &mut self,
        at: Time,
        call: CallId,
        offer: OfferId,
        turn: u32,
        inputs: &mut Vec<(Actor, Input)>,
    ) {
        let Some(agent) = self.agent_at(call, offer, turn) else { return };
        if self.is_vanished(agent) {
            self.agenda.push(at + RETRY, Happening::ConsultEnds { call, offer, turn });
            return;
        }
        let Some(caller) = self.callers.get_mut(call) else { return };
        let Some(calls) = self.setting.ways.get(caller.brought.way) else { return };
        let end = calls.conduct.consults.end(caller.life());
        inputs.push((
            Actor::Agent(agent),
            match end {
                ConsultEnd::HandsOn => Input::CompleteTransfer { call },
                ConsultEnd::Conference => Input::Conference { call },
                ConsultEnd::Back => Input::CancelTransfer { call },
            },
        ));
        // If nothing comes of it, he goes back to the caller.
        self.agenda.push(at + AT_ONCE, Happening::GivesUp { call, offer, turn });
    }

    pub(super) fn give_up_consult(
        &mut self,
        at: Time,
        call: CallId,
        offer: OfferId,
        turn: u32,
        inputs: &mut Vec<(Actor, Input)>,
    ) {
        let Some(agent) = self.agent_at(call, offer, turn) else { return };
        if self.is_vanished(agent) {
            self.agenda.push(at + RETRY, Happening::GivesUp { call, offer, turn });
            return;
        }
        inputs.push((Actor::Agent(agent), Input::CancelTransfer { call }));
        // Where nobody is asked any more, nothing but the hold is left to end.
        self.agenda.push(at + AT_ONCE, Happening::Unholds { call, offer, turn });
    }

    // --- the end ---

    /// An agent's leg has ended: he has work after it if he had the caller.
    pub(super) fn leave(&mut self, at: Time, call: CallId, offer: OfferId, queue: QueueId, agent: AgentId) {
        let Some(leg) = self.callers.get_mut(call).and_then(|caller| caller.remove_leg(offer)) else { return };
        if !leg.serves() {
            return self.consult_fails(at, call, None);
        }
        self.left.push(call);
        self.start_wrap_up(at, call, queue, agent, leg.talk.wrap_up);
    }

    fn start_wrap_up(&mut self, at: Time, call: CallId, queue: QueueId, agent: AgentId, length: Span) {
        let Some(rules) = self.plan.queues().get(queue.index()).map(|queue| &queue.rules) else { return };
        let (Some(caller), Some(desk)) = (self.callers.get(call), self.desks.get_mut(agent.index())) else { return };
        let said = caller.brought.conduct.as_ref().and_then(|conduct| conduct.disposition);
        let first = || (!self.plan.floor().dispositions.is_empty()).then_some(crate::ids::DispositionId(0));
        let disposition = match rules.wrap_up {
            // Neither of them ends because the agent says so.
            WrapUpPlan::None | WrapUpPlan::Fixed(_) => return,
            WrapUpPlan::Timed(_) | WrapUpPlan::UntilDone => said,
            WrapUpPlan::Disposition => said.or_else(first),
        };
        desk.wrapping_up.insert(call, disposition);
        self.agenda.push(at + length, Happening::WrapUpEnds { agent, call });
    }

    /// Whose this leg is, in this turn of its life.
    fn agent_at(&mut self, call: CallId, offer: OfferId, turn: u32) -> Option<AgentId> {
        Some(self.callers.get_mut(call)?.leg_at(offer, turn)?.agent)
    }

    pub(super) fn is_vanished(&self, agent: AgentId) -> bool {
        self.desks.get(agent.index()).is_none_or(|desk| desk.vanished)
    }
}

impl Caller {
    /// The leg of the agent who has the caller.
    fn leg_of(&mut self, agent: AgentId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.agent == agent && leg.serves())
    }

    /// How the next agent, of this team, talks with the caller: the first as the call has brought it, the others by
    /// chance; each with the next of its errands.
    fn next_talk(&mut self, calls: &CallSetting, team: TeamId) -> Talk {
        let place = self.served as usize;
        let mut talk = if place == 0 {
            let Handled { talk: length, hold, wrap_up } = self.first_handled(calls, team).clone();
            let hold = hold.map(|(part, time)| (micros(length.as_secs_f64() * part), time));
            Talk { length, hold, errand: None, ended_by: self.brought.ended_by, wrap_up }
        } else {
            let handling = calls.handling(team);
            let life = self.life();
            let length = handling.talk.draw(life).unwrap_or_default();
            let wrap_up = handling.wrap_up.draw(life).unwrap_or_default();
            let ended_by = if happens(life, calls.ended_by_agent) { EndedBy::Agent } else { EndedBy::Caller };
            Talk { length, hold: None, errand: None, ended_by, wrap_up }
        };
        let errand = self.brought.conduct.as_ref().and_then(|conduct| conduct.errands.get(place)).cloned();
        if let Some(errand) = errand {
            let part: f64 = self.life().random();
            talk.errand = Some((micros(talk.length.as_secs_f64() * part), errand));
        }
        talk
    }
}
