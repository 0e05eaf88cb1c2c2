//! A caller on the line, seen from outside the engine: what is known of a live call, and of the agents in it, from facts.

use rand::rngs::ChaCha8Rng;

use super::callers::{Brought, Identity, Part, life};
use super::conduct::Errand;
use super::handling::Handled;
use super::setting::CallSetting;
use crate::engine::{EndedBy, LegRole};
use crate::ids::{AgentId, OfferId, TeamId};
use crate::time::{Span, Time};

/// A live call.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) identity: Identity,
    pub(crate) brought: Brought,
    /// The agents in it, or being joined.
    pub(crate) legs: Vec<Leg>,
    /// Counts the times of waiting for an agent; what belongs to an earlier one is void.
    pub(crate) waits: u32,
    /// Counts the agents who have had the caller.
    pub(crate) served: u32,
    /// Whose agents are to have the caller first, where it matters.
    team: Option<TeamId>,
    /// The caller has hung up and nobody has reported it.
    pub(crate) lost: bool,
    /// The caller is not on the line: to be called back, or leaving a message.
    pub(crate) aside: bool,
    /// Somebody sees to it that the switch gives signs of life.
    pub(crate) renewed: bool,
    /// For whatever becomes of the call after its arrival.
    life: Option<Box<ChaCha8Rng>>,
}

/// An agent in a call.
#[derive(Clone, Debug)]
pub(crate) struct Leg {
    pub(crate) offer: OfferId,
    pub(crate) agent: AgentId,
    /// What the agent does; `None` while he is being joined.
    pub(crate) role: Option<LegRole>,
    /// Counts the turns it takes; an event of an earlier turn is void.
    pub(crate) turn: u32,
    /// Since when they talk; `None` while the caller is on hold.
    since: Option<Time>,
    /// How long they have talked before that.
    talked: Span,
    pub(crate) talk: Talk,
    /// The agent has asked for somebody else, and comes back to the caller after that.
    pub(crate) consults: bool,
}

/// How an agent and a caller talk: after how much of it something happens.
#[derive(Clone, Debug)]
pub(crate) struct Talk {
    pub(crate) length: Span,
    pub(crate) hold: Option<(Span, Span)>,
    pub(crate) errand: Option<(Span, Errand)>,
    pub(crate) ended_by: EndedBy,
    pub(crate) wrap_up: Span,
}

/// What happens next in a talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// The agent puts the caller on hold.
    Hold,
    /// The agent asks for something.
    Ask,
    /// They have said everything.
    End,
}

impl Caller {
    /// A caller whom no agent has; `legs` is an empty list, with room from an earlier one.
    pub(crate) fn new(identity: Identity, brought: Brought, legs: Vec<Leg>) -> Self {
        Self {
            identity,
            brought,
            legs,
            waits: 0,
            served: 0,
            team: None,
            lost: false,
            aside: false,
            renewed: false,
            life: None,
        }
    }

    /// The stream of whatever becomes of this call.
    pub(crate) fn life(&mut self) -> &mut ChaCha8Rng {
        let seed = self.brought.life;
        self.life.get_or_insert_with(|| Box::new(life(seed, Part::Fate)))
    }

    /// How the first agent has the caller, if it is one of this team.
    pub(crate) fn first_handled(&mut self, calls: &CallSetting, team: TeamId) -> &Handled {
        if !calls.teams.is_empty() && self.team != Some(team) {
            self.team = Some(team);
            self.brought.handled = calls.handling(team).of_call(self.brought.life);
            if let Some(given) = &self.brought.given {
                self.brought.handled.give(given);
            }
        }
        &self.brought.handled
    }

    pub(crate) fn leg(&mut self, offer: OfferId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.offer == offer)
    }

    /// The leg in this turn of its life.
    pub(crate) fn leg_at(&mut self, offer: OfferId, turn: u32) -> Option<&mut Leg> {
        self.leg(offer).filter(|leg| leg.turn == turn)
    }

    pub(crate) fn remove_leg(&mut self, offer: OfferId) -> Option<Leg> {
        let place = self.legs.iter().position(|leg| leg.offer == offer)?;
        Some(self.legs.remove(place))
    }

    /// Whether any agent has the caller.
    pub(crate) fn is_served(&self) -> bool {
        self.legs.iter().any(Leg::serves)
    }

    /// Whether the caller waits for somebody.
    pub(crate) fn waits(&self) -> bool {
        !self.is_served() && !self.aside
    }
}

impl Leg {
    /// The leg of an agent who is being joined.
    pub(crate) fn new(offer: OfferId, agent: AgentId) -> Self {
        let ended_by = EndedBy::Agent;
        let talk = Talk { length: Span::ZERO, hold: None, errand: None, ended_by, wrap_up: Span::ZERO };
        Self { offer, agent, role: None, turn: 0, since: None, talked: Span::ZERO, talk, consults: false }
    }

    pub(crate) fn serves(&self) -> bool {
        self.role == Some(LegRole::Serve)
    }

    /// Whether the agent has the caller on hold.
    pub(crate) fn holds(&self) -> bool {
        self.serves() && self.since.is_none()
    }

    /// The two talk, or talk again.
    pub(crate) fn begin(&mut self, at: Time) {
        self.turn += 1;
        self.since = Some(at);
    }

    /// The talk is interrupted.
    pub(crate) fn interrupt(&mut self, at: Time) {
        self.turn += 1;
        if let Some(since) = self.since.take() {
            self.talked += at - since;
        }
    }

    /// What happens next, and after how much more talk.
    pub(crate) fn next(&self) -> (Span, Deed) {
        let hold = self.talk.hold.map(|(after, _)| (after, Deed::Hold));
        let errand = self.talk.errand.as_ref().map(|(after, _)| (*after, Deed::Ask));
        let end = (self.talk.length, Deed::End);
        let (after, deed) = [hold, errand].into_iter().flatten().fold(end, |first, other| {
            // Of what happens at once, the end is the last.
            if other.0 <= first.0 { other } else { first }
        });
        (Span::from_nanos(after.as_nanos().saturating_sub(self.talked.as_nanos())), deed)
    }

    /// Takes what happens now, at this point of the talk, so that it does not happen again; with what the agent asks for.
    pub(crate) fn take_next(&mut self, at: Time) -> (Deed, Option<Errand>) {
        if let Some(since) = self.since {
            self.talked += at - since;
            self.since = Some(at);
        }
        let (_, deed) = self.next();
        if deed == Deed::Hold
            && let Some((after, _)) = &mut self.talk.hold
        {
            // How long it lasts is still to be known.
            *after = Span::MAX;
        }
        let errand = if deed == Deed::Ask { self.talk.errand.take() } else { None };
        (deed, errand.map(|(_, errand)| errand))
    }
}
