//! From deeds to inputs: the names in them looked up on the floor and in the book, and who says it.

use std::sync::Arc;

use super::book::Book;
use super::error::Unexpected;
use super::verbs::{
    AgentDeed, Arrive, By, CallDeed, Deed, DialDeed, FollowUpDeed, JoinedDeed, LegDeed, SuperviseDeed, Terms, Towards,
};
use crate::engine::{Actor, Arrival, CallbackTerms, Engine, Input, SlotState, Target};
use crate::ids::{AgentId, CallId, DialId, FollowUpId, OfferId};

/// Why a deed cannot be handed in.
pub(super) enum Cannot {
    /// A name in it is wrong.
    Name(Unexpected),
    /// It is about something that there never was.
    Missing(Missing),
}

impl From<Unexpected> for Cannot {
    fn from(wrong: Unexpected) -> Self {
        Self::Name(wrong)
    }
}

/// What there never was, and whose; of the two, what the script named.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Missing {
    pub(super) what: Lacked,
    pub(super) call: Option<CallId>,
    pub(super) agent: Option<AgentId>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Lacked {
    #[default]
    Offer,
    Dial,
    FollowUp,
}

impl Missing {
    fn offer(call: Option<CallId>, agent: Option<AgentId>) -> Cannot {
        Cannot::Missing(Self { what: Lacked::Offer, call, agent })
    }

    fn of_call(what: Lacked, call: CallId) -> Cannot {
        Cannot::Missing(Self { what, call: Some(call), agent: None })
    }
}

/// A number stands where a name could: it may speak of what never was.
fn is_number(name: &str) -> bool {
    name.starts_with('#')
}

impl Book {
    /// What a deed hands in, and who says it.
    pub(super) fn input(&mut self, engine: &Engine, deed: &Deed) -> Result<(Actor, Input), Cannot> {
        Ok(match deed {
            Deed::Arrive(arrive) => (Actor::Switch, Input::CallArrived(self.arrival(arrive)?)),
            Deed::Call { call, what, by } => {
                let call = self.find_call(call)?;
                (self.call_actor(engine, call, what, by.as_ref())?, self.call_input(call, what)?)
            }
            Deed::Joined { call: name, agent, what } => {
                let call = self.find_call(name)?;
                let agent = agent.as_deref().map(|agent| self.find_agent(agent)).transpose()?;
                let offer = match self.find_leg(engine, call, agent, joined_states(*what))? {
                    Some(offer) => offer,
                    None if is_number(name) => OfferId::from_bits(u64::MAX),
                    None => return Err(Missing::offer(Some(call), agent)),
                };
                (Actor::Switch, joined_input(offer, *what))
            }
            Deed::Leg { agent, call, what } => {
                let agent = self.find_agent(agent)?;
                let call = call.as_deref().map(|call| self.find_call(call)).transpose()?;
                let offer = self.find_offer(engine, agent, call, leg_states(*what))?;
                (Actor::Switch, leg_input(offer.ok_or_else(|| Missing::offer(call, Some(agent)))?, *what))
            }
            Deed::Dial { call: name, what } => {
                let call = self.find_call(name)?;
                let dial = match self.find_dial(call) {
                    Some(dial) => dial,
                    None if is_number(name) => DialId::from_bits(u64::MAX),
                    None => return Err(Missing::of_call(Lacked::Dial, call)),
                };
                (Actor::Switch, dial_input(dial, *what))
            }
            Deed::Supervise { supervisor, call, what, by } => {
                let supervisor = self.find_agent(supervisor)?;
                let call = self.find_call(call)?;
                (self.actor(by.as_ref(), Actor::Agent(supervisor))?, supervise_input(supervisor, call, *what))
            }
            Deed::FollowUp { call: name, what, by } => {
                let actor = self.actor(by.as_ref(), Actor::Host)?;
                let follow_up = match name.strip_prefix('#').and_then(|digits| digits.parse().ok()) {
                    Some(number) => FollowUpId(number),
                    None => {
                        let call = self.find_call(name)?;
                        self.find_follow_up(call).ok_or_else(|| Missing::of_call(Lacked::FollowUp, call))?
                    }
                };
                (actor, self.follow_up_input(follow_up, what)?)
            }
            Deed::Agent { agent, what, by } => {
                let agent = self.find_agent(agent)?;
                let itself = match what {
                    AgentDeed::Endpoint(_) => Actor::Switch,
                    AgentDeed::Approve | AgentDeed::Refuse => Actor::Host,
                    _ => Actor::Agent(agent),
                };
                (self.actor(by.as_ref(), itself)?, self.agent_input(agent, what)?)
            }
            Deed::Anchor(utc) => (Actor::Host, Input::Anchor { utc: *utc }),
            Deed::Why(call) => {
                self.find_call(call)?;
                (Actor::Host, Input::Tick)
            }
            Deed::Tick => (Actor::Host, Input::Tick),
        })
    }

    fn arrival(&mut self, arrive: &Arrive) -> Result<Arrival, Unexpected> {
        let mut arrival = Arrival::new(self.name_call(&arrive.call)?, self.find_queue(&arrive.queue)?);
        arrival.from = arrive.from.as_deref().map(Into::into);
        arrival.to = arrive.to.as_deref().map(Into::into);
        arrival.preferred = arrive.preferred.as_deref().map(|agent| self.find_agent(agent)).transpose()?;
        arrival.prior_call = arrive.prior.as_deref().map(|call| self.find_call(call)).transpose()?;
        arrival.callback = arrive.callback.as_ref().map(|terms| Box::new(callback_terms(terms)));
        if let Some(text) = &arrive.need {
            let need = self.plan().parse_need(text);
            let need = need.map_err(|error| Unexpected::new("a need that fits this floor", error.to_string()))?;
            arrival.need = Some(Arc::new(need));
        }
        Ok(arrival)
    }

    fn actor(&self, by: Option<&By>, otherwise: Actor) -> Result<Actor, Unexpected> {
        match by {
            None => Ok(otherwise),
            Some(By::Host) => Ok(Actor::Host),
            Some(By::Agent(agent)) => self.find_agent(agent).map(Actor::Agent),
        }
    }

    /// Who says something about a call where the script does not tell: for what an agent in the call asks, the one it
    /// is with.
    fn call_actor(&self, engine: &Engine, call: CallId, what: &CallDeed, by: Option<&By>) -> Result<Actor, Unexpected> {
        let otherwise = match what {
            CallDeed::Gone | CallDeed::Renew | CallDeed::Key(_) | CallDeed::MessageTaken => Actor::Switch,
            CallDeed::Hold
            | CallDeed::Unhold
            | CallDeed::End
            | CallDeed::CannotAnswer
            | CallDeed::Complaint
            | CallDeed::Transfer(_)
            | CallDeed::Consult(_)
            | CallDeed::Complete
            | CallDeed::Conference
            | CallDeed::CancelTransfer => {
                engine.call(call).and_then(|call| call.agent).map_or(Actor::Host, Actor::Agent)
            }
            CallDeed::Move(_)
            | CallDeed::Withdraw
            | CallDeed::Class(_)
            | CallDeed::Credit(_)
            | CallDeed::AcceptCallback(_)
            | CallDeed::CancelCallback => Actor::Host,
        };
        self.actor(by, otherwise)
    }

    fn call_input(&self, call: CallId, what: &CallDeed) -> Result<Input, Unexpected> {
        Ok(match what {
            CallDeed::Gone => Input::CallerGone { call },
            CallDeed::Renew => Input::LeaseRenewed { call },
            CallDeed::Key(key) => Input::KeyPressed { call, key: *key },
            CallDeed::MessageTaken => Input::MessageTaken { call },
            CallDeed::Hold => Input::Hold { call },
            CallDeed::Unhold => Input::Unhold { call },
            CallDeed::End => Input::HangUp { call },
            CallDeed::CannotAnswer => Input::CannotAnswer { call },
            CallDeed::Complaint => Input::Complaint { call },
            CallDeed::Transfer(to) => Input::Transfer { call, to: self.find_target(to)? },
            CallDeed::Consult(to) => Input::Consult { call, to: self.find_target(to)? },
            CallDeed::Complete => Input::CompleteTransfer { call },
            CallDeed::Conference => Input::Conference { call },
            CallDeed::CancelTransfer => Input::CancelTransfer { call },
            CallDeed::Move(queue) => Input::MoveCall { call, to: self.find_queue(queue)? },
            CallDeed::Withdraw => Input::WithdrawCall { call },
            CallDeed::Class(class) => Input::ChangeRank { call, class: Some(self.find_class(class)?), credit: None },
            CallDeed::Credit(credit) => Input::ChangeRank { call, class: None, credit: Some(*credit) },
            CallDeed::AcceptCallback(terms) => Input::AcceptCallback { call, terms: callback_terms(terms) },
            CallDeed::CancelCallback => Input::CancelCallback { call },
        })
    }

    fn find_target(&self, towards: &Towards) -> Result<Target, Unexpected> {
        Ok(match towards {
            Towards::Queue(queue) => Target::Queue(self.find_queue(queue)?),
            Towards::Agent(agent) => Target::Agent(self.find_agent(agent)?),
            Towards::Extension(extension) => Target::Extension(self.find_extension(extension)?),
            Towards::Number(number) => Target::Number((&**number).into()),
        })
    }

    fn follow_up_input(&mut self, follow_up: FollowUpId, what: &FollowUpDeed) -> Result<Input, Unexpected> {
        Ok(match what {
            FollowUpDeed::CallBack(name, terms) => {
                Input::CallBack { follow_up, call: self.name_call(name)?, terms: callback_terms(terms) }
            }
            FollowUpDeed::Dismiss(reason) => Input::CloseFollowUp { follow_up, reason: (&**reason).into() },
        })
    }

    fn agent_input(&self, agent: AgentId, what: &AgentDeed) -> Result<Input, Unexpected> {
        Ok(match what {
            AgentDeed::SignIn => Input::SignIn { agent },
            AgentDeed::SignOut => Input::SignOut { agent },
            AgentDeed::Ready => Input::Ready { agent },
            AgentDeed::ReadyOnce(then) => {
                let then = then.as_deref().map(|reason| self.find_reason(reason)).transpose()?;
                Input::ReadyOnce { agent, then }
            }
            AgentDeed::NotReady(reason) => Input::NotReady { agent, reason: self.find_reason(reason)? },
            AgentDeed::Approve => Input::ApproveBreak { agent },
            AgentDeed::Refuse => Input::RefuseBreak { agent },
            AgentDeed::WrapUpDone { call, disposition } => {
                let call = call.as_deref().map(|call| self.find_call(call)).transpose()?;
                let disposition = disposition.as_deref().map(|name| self.find_disposition(name)).transpose()?;
                Input::WrapUpDone { agent, call, disposition }
            }
            AgentDeed::Endpoint(state) => Input::EndpointState { agent, state: *state },
        })
    }
}

fn callback_terms(terms: &Terms) -> CallbackTerms {
    let Terms { number, not_before, due } = terms;
    CallbackTerms { number: number.as_deref().map(Into::into), not_before: *not_before, due: *due }
}

/// The states of a slot with a leg that this can be about.
fn joined_states(what: JoinedDeed) -> &'static [SlotState] {
    match what {
        JoinedDeed::Connected | JoinedDeed::ConnectFailed(_) => &[SlotState::Connecting],
        JoinedDeed::HoldChanged(true) => &[SlotState::Talking],
        JoinedDeed::HoldChanged(false) => &[SlotState::Holding],
    }
}

fn joined_input(offer: OfferId, what: JoinedDeed) -> Input {
    match what {
        JoinedDeed::Connected => Input::Connected { offer },
        JoinedDeed::ConnectFailed(why) => Input::ConnectFailed { offer, why },
        JoinedDeed::HoldChanged(held) => Input::HoldChanged { offer, held },
    }
}

/// The states of a slot with an offer or a leg that this can be about.
fn leg_states(what: LegDeed) -> &'static [SlotState] {
    match what {
        LegDeed::Ring | LegDeed::Answer | LegDeed::Fail(_) => &[SlotState::Ringing],
        LegDeed::End(_) => &[SlotState::Connecting, SlotState::Talking, SlotState::Holding, SlotState::Monitoring],
    }
}

fn leg_input(offer: OfferId, what: LegDeed) -> Input {
    match what {
        LegDeed::Ring => Input::LegRinging { offer },
        LegDeed::Answer => Input::OfferAccepted { offer },
        LegDeed::Fail(why) => Input::OfferFailed { offer, why },
        LegDeed::End(by) => Input::LegEnded { offer, by },
    }
}

fn dial_input(dial: DialId, what: DialDeed) -> Input {
    match what {
        DialDeed::Ringing => Input::DialRinging { dial },
        DialDeed::Answered => Input::DialAnswered { dial },
        DialDeed::Failed(why) => Input::DialFailed { dial, why },
        DialDeed::Ended => Input::DialEnded { dial },
    }
}

fn supervise_input(supervisor: AgentId, call: CallId, what: SuperviseDeed) -> Input {
    match what {
        SuperviseDeed::Monitor(mode) => Input::Monitor { supervisor, call, mode },
        SuperviseDeed::EndMonitor => Input::EndMonitor { supervisor, call },
        SuperviseDeed::TakeOver => Input::TakeOver { supervisor, call },
    }
}
