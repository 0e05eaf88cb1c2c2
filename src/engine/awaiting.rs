//! Waiting for one agent alone: the one a call prefers or knows (A5), the one it was transferred to, the one who sent it
//! (A3). A call waits for him in a line of his own, for a limited time, and only while he is ready; then it goes on to
//! whatever its cause says.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::copies::copies;
use super::deadlines::Deadline;
use super::line::Line;
use super::slab::Link;
use super::visit::{Stay, Visit};
use super::waiting::{Place, Rank};
use super::{Arrival, CancelReason, Fact, Outcome, Presence, VisitCause, VisitExit};
use crate::ids::{AgentId, NeedId};
use crate::time::{Span, Time};

/// By agent: the visits that wait for him alone.
#[derive(Debug, Hash, Serialize, Deserialize)]
pub(super) struct Awaited {
    /// By agent: his line, while somebody waits for him.
    line_of: Vec<Link>,
    lines: Vec<Line<Rank>>,
    /// Lines in which nobody stands, kept for their room.
    spare: Vec<u32>,
}

copies!(Awaited { line_of, lines, spare });

impl Awaited {
    pub(super) fn new(agents: usize) -> Self {
        Self { line_of: vec![Link::NONE; agents], lines: Vec::new(), spare: Vec::new() }
    }

    /// Enters a visit; tells where it stands in the agent's line.
    pub(super) fn insert(&mut self, agent: AgentId, place: Place) -> u32 {
        let line = match self.line_of[agent.index()].get() {
            Some(line) => line,
            None => {
                let line = self.spare.pop().unwrap_or_else(|| {
                    self.lines.push(Line::default());
                    self.lines.len() as u32 - 1
                });
                self.line_of[agent.index()] = Link::to(line);
                line
            }
        };
        self.lines[line as usize].insert(place.rank, place.visit)
    }

    /// Takes out a visit that stood here when it entered.
    pub(super) fn remove(&mut self, agent: AgentId, place: &Place, stood: u32) {
        let Some(number) = self.line_of[agent.index()].get() else { return };
        let line = &mut self.lines[number as usize];
        line.remove(place.rank, place.visit, stood);
        if line.is_empty() {
            self.line_of[agent.index()] = Link::NONE;
            self.spare.push(number);
        }
    }

    /// The first who waits for this agent.
    pub(super) fn first(&self, agent: AgentId) -> Option<Place> {
        self.of(agent).next()
    }

    /// Those who wait for this agent, in order of rank.
    pub(super) fn of(&self, agent: AgentId) -> impl Iterator<Item = Place> {
        let line = self.line_of[agent.index()].get().map(|line| &self.lines[line as usize]);
        line.into_iter().flat_map(Line::iter).map(|(rank, visit)| Place { rank, visit })
    }

    /// All places.
    pub(super) fn iter(&self) -> impl Iterator<Item = (AgentId, Place)> {
        let agents = (0..self.line_of.len() as u32).map(AgentId);
        agents.flat_map(|agent| self.of(agent).map(move |place| (agent, place)))
    }
}

impl Engine {
    /// The agent whom a call that arrives should wait for: the one it names, or the one who served this caller last; if
    /// he is ready, meets the need, and the queue lets calls wait for one agent.
    pub(super) fn preferred_agent(&self, arrival: &Arrival, need: NeedId) -> Option<(AgentId, Span)> {
        let rules = &self.plan.queues()[arrival.queue.index()].rules;
        let span = rules.preferred_wait?;
        let last = || self.remembered.last_agent(arrival.from.as_ref()?, rules.sticky?, self.now);
        let agent = arrival.preferred.filter(|agent| agent.index() < self.agents.len()).or_else(last)?;
        let fits = self.needs.fits(need, self.agents[agent.index()].profile);
        (fits && self.is_awaitable(agent)).then_some((agent, span))
    }

    /// Whether a call may wait for this agent: he is ready and will be.
    pub(super) fn is_awaitable(&self, agent: AgentId) -> bool {
        let agent = &self.agents[agent.index()];
        agent.presence == Presence::Ready && agent.pending.is_none()
    }

    /// The agent is not ready, or will not be: nobody waits for him alone any more.
    pub(super) fn end_waiting_for(&mut self, agent: AgentId) {
        while let Some(Place { visit, .. }) = self.awaited.first(agent) {
            self.not_taken(visit);
        }
    }

    pub(super) fn await_limit_due(&mut self, visit: u32) {
        self.deadline_passed(visit, Deadline::Await);
        let Visit { call, cause, offers, joining, .. } = self.visits[visit];
        if joining.is_some() {
            // It is being answered; should that fail, the time is over.
            return;
        }
        match (offers.get(), cause) {
            // The limit of a transfer is one of waiting and ringing (A3).
            (Some(_), VisitCause::Transferred { .. } | VisitCause::Consult { .. }) => {
                self.cancel_offers(call, CancelReason::NoAnswer);
                self.not_taken(visit);
            }
            (Some(_), _) => {}
            (None, _) => self.not_taken(visit),
        }
    }

    /// The one agent a visit has waited for does not take it.
    pub(super) fn not_taken(&mut self, visit: u32) {
        let Visit { call, cause, .. } = self.visits[visit];
        match cause {
            VisitCause::Transferred { by } => {
                self.leave(call, VisitExit::NotTaken);
                self.come_back(call, by);
            }
            VisitCause::Returned { .. } if self.leads_to_message(call) => {
                self.leave(call, VisitExit::Message);
                self.start_message(call);
            }
            VisitCause::Consult { .. } => self.leave(call, VisitExit::NotTaken),
            VisitCause::TakenOver { .. } => match self.serving(call) {
                Some(leg) => {
                    self.leave(call, VisitExit::CalledOff);
                    self.complaint_goes_up(call, leg);
                }
                None => self.await_anybody(visit),
            },
            _ => self.await_anybody(visit),
        }
    }

    /// A transfer came to nothing: back to who sent the call, or else to a message, or to anybody (A3).
    pub(super) fn come_back(&mut self, call: u32, by: AgentId) {
        let id = self.calls[call].id;
        self.fact(|| Fact::TransferReturned { call: id, by });
        if self.serving(call).is_some() {
            // Another agent has had the caller all the while.
            return;
        }
        let (queue, aged_from) = (self.calls[call].queue, self.calls[call].aged_from);
        let wait = self.plan.queues()[queue.index()].rules.transfer_return.filter(|_| self.is_awaitable(by));
        if wait.is_none() && self.leads_to_message(call) {
            return self.start_message(call);
        }
        let awaits = wait.map(|wait| (by, wait));
        let stay = Stay { awaits, ..Stay::new(queue, aged_from, VisitCause::Returned { to: by }) };
        let visit = self.start_visit(call, stay);
        self.await_next_rung(visit);
    }

    fn leads_to_message(&self, call: u32) -> bool {
        self.plan.queues()[self.calls[call].queue.index()].rules.transfer_message && !self.is_caller_away(call)
    }

    /// The visit no longer waits for one agent alone.
    pub(super) fn await_anybody(&mut self, visit: u32) {
        self.stop_seeking(visit);
        self.clear_deadline(visit, Deadline::Await);
        self.visits[visit].awaits = None;
        let Visit { id, call, queue, offers, joining, deferred, on_ladder, .. } = self.visits[visit];
        let fact = Fact::AwaitsAnybody { visit: id, call: self.calls[call].id, queue };
        self.fact(|| fact);
        if offers.is_none() && joining.is_none() && deferred.is_none() {
            self.seek(visit);
        }
        // Where it waited for him alone from the first, it stands before its ladder only now.
        if !on_ladder {
            self.await_next_rung(visit);
        }
    }

    // --- not before a time ---

    /// The visit looks for an agent from now on, or from the time before which nobody is to be rung for it.
    pub(super) fn seek_when_it_is_time(&mut self, visit: u32) {
        match self.too_early_until(visit) {
            Some(at) => {
                self.stop_seeking(visit);
                self.set_deadline(visit, Deadline::NotBefore, at);
            }
            None => self.seek(visit),
        }
    }

    /// Until when nobody is to be rung for the visit yet.
    pub(super) fn too_early_until(&self, visit: u32) -> Option<Time> {
        let callback = self.calls.particulars(self.visits[visit].call).callback.as_ref();
        callback.and_then(|callback| callback.not_before).filter(|at| *at > self.now)
    }

    /// Until when the visit looks for nobody because it is too early. At the end of time nothing falls due any more, so
    /// that is not written down.
    pub(super) fn looks_not_before(&self, visit: u32) -> Option<Time> {
        let written = self.visits[visit].deadlines.get(Deadline::NotBefore);
        written.or_else(|| self.too_early_until(visit).filter(|at| *at == Time::MAX))
    }

    pub(super) fn not_before_due(&mut self, visit: u32) {
        self.deadline_passed(visit, Deadline::NotBefore);
        self.seek(visit);
    }

    /// Whether anybody has the caller or will: else the call is over.
    pub(super) fn end_if_nobody_is_left(&mut self, call: u32, by: super::EndedBy, outcome: Outcome) {
        let Some(state) = self.calls.get(call) else { return };
        if state.visit.is_none() && state.dial.is_none() && !state.at_message && self.serving(call).is_none() {
            self.end_call(call, by, outcome);
        }
    }
}
