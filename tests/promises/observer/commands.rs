//! What the observer makes of each command.

use super::*;

impl Observer {
    pub(super) fn command(&mut self, cause: Cause<'_>, command: &Command, expected: Option<Expected>) {
        match command {
            Command::OfferCall(offered) => {
                assert_eq!(expected, Some(Expected::Offer(offered.offer)), "the fact comes first");
                self.ring(offered);
            }
            Command::Dial { dial, call, purpose, .. } => {
                assert_eq!(expected, Some(Expected::Dial(*dial)), "the fact comes first");
                let known = self.dial(*dial);
                assert_eq!((known.call, known.purpose), (*call, *purpose));
                assert!(!known.commanded, "each telephone is dialled once");
                known.commanded = true;
            }
            Command::TakeMessage { call, queue, .. } => {
                assert_eq!(expected, Some(Expected::Message(*call)), "the fact comes first");
                assert_eq!(self.call(*call).queue, *queue);
            }
            _ => {
                assert_eq!(expected, None, "before {command:?}");
                self.other_command(cause, command);
            }
        }
    }

    fn ring(&mut self, offered: &cordboard::engine::OfferCall) {
        let plan = self.plan.clone();
        let known = &self.offers[&offered.offer];
        assert!(!known.commanded && known.stage == Stage::Made, "each phone is rung once: {offered:?}");
        assert_eq!((known.call, known.agent, known.queue), (offered.call, offered.agent, offered.queue));
        assert_eq!(plan.agents()[offered.agent.index()].endpoint, offered.endpoint);
        assert_eq!(plan.queues()[offered.queue.index()].rules.ring_limit, offered.ring_limit);
        let visit = &self.visits[&known.visit.expect("he is rung for a visit")];
        let purpose = match visit.cause {
            VisitCause::Consult { by } => OfferPurpose::Consult { by },
            _ if self.is_away(offered.call) => OfferPurpose::CallBack,
            _ => OfferPurpose::Serve,
        };
        assert_eq!(offered.purpose, purpose);
        assert_eq!(
            offered.complaint,
            !self.calls[&offered.call].complaints.is_empty(),
            "E4: who is rung knows of the complaint"
        );
        self.offer(offered.offer).commanded = true;
    }

    fn other_command(&mut self, cause: Cause<'_>, command: &Command) {
        match command {
            Command::Queue { call, queue } => {
                let visit = self.call(*call).visit.expect("the call is in a queue");
                assert!(self.waits_on_the_line(&self.visits[&visit]), "he does not wait on the line");
                let visit = self.visit(visit);
                assert!(visit.queue == *queue && !visit.queued, "a caller is told once per queue that he waits");
                visit.queued = true;
            }
            Command::CancelOffer { offer, agent, call, why } => {
                let known = self.offer(*offer);
                assert!(matches!(known.stage, Stage::Made | Stage::Ringing), "only ringing is cancelled: {command:?}");
                assert_eq!((known.agent, known.call), (*agent, *call));
                assert!(self.batch.cancelled.insert(*offer, *why).is_none(), "cancelled once: {command:?}");
            }
            Command::Connect { call, offer, agent } => {
                let known = self.offer(*offer);
                assert_eq!((known.call, known.agent), (*call, *agent));
                // Who was consulted is connected a second time, with the caller.
                let consulted =
                    known.stage == Stage::Talking && known.role == LegRole::Serve && known.consult > Span::ZERO;
                let just_now = known.stage == Stage::Talking && known.since == known.connected;
                assert!(consulted || just_now || known.stage == Stage::Accepted, "{command:?}");
                known.joined = true;
            }
            Command::Consult { call, offer, with } => {
                let by = self.offers[with].agent;
                assert_eq!(self.calls[call].cause(self), Some(VisitCause::Consult { by }));
                assert_eq!((self.offers[with].role, self.offers[with].call), (LegRole::Serve, *call));
                let known = self.offer(*offer);
                assert_eq!((known.stage, known.call, known.joined), (Stage::Accepted, *call, false));
                known.joined = true;
            }
            Command::ConnectDial { call, dial, with } => {
                let known = self.dial(*dial);
                assert_eq!(known.call, *call);
                assert!(
                    !matches!(known.stage, DialStage::Made | DialStage::Ringing),
                    "only who has answered is joined"
                );
                match (with, known.purpose) {
                    (None, DialPurpose::CallBack { .. }) => panic!("the caller himself is joined with an agent"),
                    (Some(leg), DialPurpose::CallBack { .. }) => {
                        let leg = self.offer(*leg);
                        assert_eq!((leg.stage, leg.call, leg.joined), (Stage::Accepted, *call, false));
                        leg.joined = true;
                    }
                    (with, _) => assert!(with.is_none_or(|leg| self.offers[&leg].call == *call)),
                }
            }
            Command::Conference { call } => {
                assert!(self.server(*call).is_some());
                if let Some(dial) = self.calls[call].dial.filter(|dial| self.dials[dial].stage == DialStage::Talking) {
                    // Whoever consulted it has left, and others have the caller.
                    self.dial(dial).stage = DialStage::Joined;
                }
            }
            Command::ConfirmCallback { call, due } => {
                assert!(self.is_away(*call), "he is promised to be called back");
                assert_eq!(self.calls[call].promise.as_ref().map(|promise| promise.due), Some(*due));
            }
            Command::Monitor { offer, call, supervisor, endpoint, .. } => {
                assert_eq!(&self.plan.agents()[supervisor.index()].endpoint, endpoint);
                assert!(self.server(*call).is_some(), "there is somebody to listen to");
                self.monitor(*offer, *call, *supervisor);
            }
            Command::EndLeg { offer } => {
                let answers = matches!(cause, Cause::Input(Input::OfferAccepted { offer: late } | Input::Connected { offer: late }) if late == offer);
                match self.offers.get(offer) {
                    Some(known) if known.role == LegRole::Monitor => {}
                    Some(known) => assert!(!matches!(known.stage, Stage::Made | Stage::Ringing), "a ring is cancelled"),
                    None => assert!(
                        answers || self.is_stray(cause, *offer),
                        "G6: only the leg of a late answer, or of none that the switch has, is ended without being known"
                    ),
                }
                let first = self.batch.legs_told_to_end.insert(*offer);
                assert!(first || self.is_stray(cause, *offer), "a leg is ended once: {command:?}");
            }
            Command::EndDial { dial } => {
                let answers = matches!(cause, Cause::Input(Input::DialAnswered { dial: late }) if late == dial);
                assert!(self.dials.contains_key(dial) || answers, "G6: only a late answer's line");
                assert!(self.batch.dials_told_to_end.insert(*dial), "a line is ended once: {command:?}");
            }
            Command::Hold { call, offer } | Command::Unhold { call, offer } => {
                let known = self.offer(*offer);
                assert_eq!((known.call, known.role), (*call, LegRole::Serve));
                // Also before the switch has said that he is on hold.
                let brings_back = matches!(command, Command::Unhold { .. });
                assert!(known.stage == Stage::Talking || (brings_back && known.stage == Stage::Held), "{command:?}");
            }
            Command::EndCall { call, outcome, .. } => self.tell(*call, Told::End(*outcome)),
            Command::RejectCall { call, .. } => self.tell(*call, Told::Reject),
            Command::Divert { call, .. } => self.tell(*call, Told::Divert),
            Command::Notify { call, queue, .. } => assert_eq!(self.visit_of(*call).queue, *queue),
            Command::OfferMessage { call, queue } | Command::OfferCallback { call, queue } => {
                assert_eq!(self.visit_of(*call).queue, *queue);
                let visit = self.call(*call).visit.expect("the call is in a queue");
                assert!(self.waits_on_the_line(&self.visits[&visit]), "nobody hears what is offered");
            }
            other => panic!("an unknown command: {other:?}"),
        }
    }

    fn tell(&mut self, call: CallId, what: Told) {
        assert!(self.calls.contains_key(&call), "only a live call is told to end");
        assert!(self.batch.calls_told.insert(call, what).is_none(), "a caller is told once");
    }

    /// A supervisor's telephone is to be connected to a call, or connected in another way.
    fn monitor(&mut self, id: OfferId, call: CallId, supervisor: AgentId) {
        if let Some(known) = self.offers.get(&id) {
            return assert_eq!((known.call, known.agent, known.role), (call, supervisor, LegRole::Monitor));
        }
        assert!(self.offers_ever.insert(id), "an offer's number is never used twice");
        self.counts.offered += 1;
        let queue = self.calls[&call].queue;
        let mut ear = Offer::made(None, call, queue, supervisor, self.at);
        (ear.role, ear.commanded) = (LegRole::Monitor, true);
        self.offers.insert(id, ear);
        self.call(call).legs.push(id);
    }

    /// Whether the switch has told of a leg that is nobody's.
    fn is_stray(&self, cause: Cause<'_>, offer: OfferId) -> bool {
        let Cause::Input(Input::Snapshot(snapshot)) = cause else { return false };
        let mut legs = snapshot.calls.iter().flat_map(|seen| &seen.legs);
        !self.offers.contains_key(&offer) && legs.any(|leg| leg.offer == offer)
    }
}
