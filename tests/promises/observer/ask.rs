//! Whether each input has its answer: requests are done or refused, reports are done or ignored.

use super::*;

impl Observer {
    pub(super) fn check_answer_to(&self, cause: Cause<'_>, outputs: &[Output]) {
        let facts: Vec<&Fact> = outputs
            .iter()
            .filter_map(|output| if let Event::Fact(fact) = &output.event { Some(fact) } else { None })
            .collect();
        let refused = facts.iter().any(|fact| matches!(fact, Fact::Refused(_)));
        let ignored = facts.iter().any(|fact| matches!(fact, Fact::Ignored { .. }));
        let Cause::Input(input) = cause else {
            return assert!(!refused && !ignored, "a timer is no request and no report");
        };
        assert!(!refused || !input.is_report(), "a report cannot be refused: {input:?}");
        assert!(!ignored || input.is_report(), "a request is not ignored: {input:?}");
        if let Some(Actor::Agent(actor)) = self.batch.actor {
            assert!(refused || input.is_report() || self.may(actor, input), "agent {actor} may not ask {input:?}");
        }
        if refused {
            assert_eq!(outputs.len(), 1, "a refusal says nothing else: {outputs:?}");
        }
        if ignored {
            let late_leg = match input {
                Input::OfferAccepted { offer } | Input::Connected { offer } if !self.offers.contains_key(offer) => {
                    Some(*offer)
                }
                _ => None,
            };
            let late_dial = match input {
                Input::DialAnswered { dial } if !self.dials.contains_key(dial) => Some(*dial),
                _ => None,
            };
            let expected = late_leg.map(|offer| Command::EndLeg { offer });
            let expected = expected.or(late_dial.map(|dial| Command::EndDial { dial }));
            let commands = outputs.iter().filter_map(|output| match &output.event {
                Event::Command(command) => Some(command.clone()),
                Event::Fact(_) => None,
            });
            assert_eq!(
                commands.collect::<Vec<_>>(),
                Vec::from_iter(expected),
                "G6: the line of a late answer is ended"
            );
            assert_eq!(facts.len(), 1, "nothing else is said: {outputs:?}");
        }
        let late = match input {
            Input::OfferAccepted { offer } | Input::Connected { offer } => !self.offers.contains_key(offer),
            Input::DialAnswered { dial } => !self.dials.contains_key(dial),
            Input::CallerGone { call } => !self.calls.contains_key(call) || self.is_away(*call),
            _ => false,
        };
        assert!(ignored || !late, "G6: a late report is known to be late");
        if let Fact::Ignored { subject: Subject::DuplicateCall(call) } = facts.first().unwrap_or(&&NOTHING) {
            assert!(self.calls.contains_key(call), "only a live call's number is taken");
        }
    }

    /// Whether somebody on the floor may ask this at all (E8).
    fn may(&self, actor: AgentId, input: &Input) -> bool {
        let agents = self.plan.agents();
        let Some(own) = agents.get(actor.index()) else { return false };
        let supervises = own.role >= self.plan.supervision();
        let above =
            |agent: &AgentId| supervises && agents.get(agent.index()).is_some_and(|other| own.role > other.role);
        let has = |call: &CallId| {
            let legs = self.calls.get(call).map_or(&[][..], |call| &call.legs);
            legs.iter().map(|leg| &self.offers[leg]).any(|leg| leg.agent == actor && leg.role == LegRole::Serve)
        };
        match input {
            Input::SignIn { agent }
            | Input::SignOut { agent }
            | Input::Ready { agent }
            | Input::ReadyOnce { agent, .. }
            | Input::NotReady { agent, .. }
            | Input::WrapUpDone { agent, .. } => *agent == actor || above(agent),
            Input::ApproveBreak { agent } | Input::RefuseBreak { agent } => above(agent),
            Input::Monitor { supervisor, .. }
            | Input::EndMonitor { supervisor, .. }
            | Input::TakeOver { supervisor, .. } => *supervisor == actor && supervises,
            Input::MoveCall { .. }
            | Input::WithdrawCall { .. }
            | Input::ChangeRank { .. }
            | Input::AcceptCallback { .. }
            | Input::CancelCallback { .. } => supervises,
            Input::Hold { call }
            | Input::Unhold { call }
            | Input::HangUp { call }
            | Input::CannotAnswer { call }
            | Input::Transfer { call, .. }
            | Input::Consult { call, .. }
            | Input::CompleteTransfer { call }
            | Input::Conference { call }
            | Input::CancelTransfer { call } => has(call),
            // Also by who listens in, and after the call (E4).
            Input::Complaint { call } => has(call) || supervises || self.wraps_up(actor, *call),
            _ => true,
        }
    }

    /// Whether the agent has work after this call.
    pub(super) fn wraps_up(&self, agent: AgentId, call: CallId) -> bool {
        self.wraps.get(agent.index()).is_some_and(|wraps| wraps.iter().any(|wrap| wrap.call == call))
    }
}

const NOTHING: Fact = Fact::Ignored { subject: Subject::Agent(AgentId(0)) };
