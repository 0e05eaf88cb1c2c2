//! What the observer makes of each fact about an offer and the leg that grows out of it.

use super::*;

impl Observer {
    pub(super) fn leg_fact(&mut self, cause: Cause<'_>, fact: &Fact) {
        let at = self.at;
        match *fact {
            Fact::Offered { offer, visit, call, queue, agent, .. } => self.offered(offer, visit, call, queue, agent),
            Fact::Rang { offer, agent } => {
                let seen = self.offer(offer);
                assert_eq!((seen.stage, seen.agent), (Stage::Made, agent));
                seen.stage = Stage::Ringing;
                seen.since = at;
                seen.rang = Some(at);
            }
            Fact::Answered { offer, visit, call, agent, wait, rang, .. } => {
                let seen = self.offer(offer);
                assert!(matches!(seen.stage, Stage::Made | Stage::Ringing), "G1: answered once");
                assert_eq!((seen.visit, seen.call, seen.agent), (Some(visit), call, agent));
                assert_eq!(rang, seen.rang.map_or(Span::ZERO, |rang| at - rang));
                seen.stage = Stage::Accepted;
                seen.since = at;
                seen.accepted = at;
                let visit = self.visit(visit);
                assert_eq!(wait, at - visit.started);
                assert!(visit.joining.replace(offer).is_none(), "G1: no call has two winners");
                assert!(visit.ringing.remove(&offer));
            }
            Fact::Connected { offer, call, agent, role, .. } => self.connected(offer, call, agent, role),
            Fact::OfferEnded { offer, call, agent, how, rang, .. } => {
                self.offer_ended(cause, offer, call, agent, how, rang)
            }
            Fact::HoldStarted { call, agent } => {
                let leg = self.leg(call, agent);
                assert_eq!((leg.stage, leg.role), (Stage::Talking, LegRole::Serve));
                leg.enter(Stage::Held, LegRole::Serve, at);
                leg.reminded = at;
                leg.hold_limit_said = false;
            }
            Fact::HoldEnded { call, agent, held } => {
                let leg = self.leg(call, agent);
                assert_eq!((leg.stage, held), (Stage::Held, at - leg.since));
                leg.enter(Stage::Talking, LegRole::Serve, at);
            }
            Fact::HoldReminder { call, agent, held } => {
                let queue = self.leg(call, agent).queue;
                let every = self.rules(queue).hold_reminder.expect("the queue has reminders");
                let leg = self.leg(call, agent);
                assert_eq!((leg.stage, held), (Stage::Held, at - leg.since));
                assert_eq!(at, leg.reminded + every, "G8: reminders come in time");
                leg.reminded = at;
            }
            Fact::HoldLimitPassed { call, agent } => {
                let queue = self.leg(call, agent).queue;
                let limit = self.rules(queue).hold_limit.expect("the queue has a hold limit");
                let leg = self.leg(call, agent);
                assert_eq!((leg.stage, at, leg.hold_limit_said), (Stage::Held, leg.since + limit, false));
                leg.hold_limit_said = true;
            }
            Fact::LeaseExpired { call, agent } => {
                let queue = self.leg(call, agent).queue;
                let lease = self.rules(queue).lease;
                assert_eq!(at, self.leg(call, agent).lease_from + lease, "G8: a lease ends in time");
                self.batch.lease_expired.insert(call);
            }
            Fact::LegEnded { offer, call, queue, agent, talk, hold, consult, by } => {
                let seen = self.leg_ended(cause, offer, call, agent, Some(by));
                assert_eq!(seen.queue, queue);
                assert_eq!((talk, hold, consult), (seen.talk, seen.hold, seen.consult), "G10");
                let all = talk.as_nanos() + hold.as_nanos() + consult.as_nanos();
                assert_eq!(all, (at - seen.connected).as_nanos(), "G10: every instant of a leg is in one state");
                if seen.role == LegRole::Serve {
                    self.batch.served.insert(call, by);
                    self.begin_waiting(call);
                    if self.rules(queue).wrap_up != WrapUpPlan::None {
                        self.wraps[agent.index()].push(WrapUp { call, queue, since: at });
                    }
                }
            }
            Fact::WrapUpEnded { agent, call, queue, lasted, disposition } => {
                let place = |wrap: &WrapUp| wrap.call == call && wrap.queue == queue && at - wrap.since == lasted;
                let wraps = &mut self.wraps[agent.index()];
                let place = wraps.iter().position(place).expect("a wrap-up that ends has begun");
                wraps.remove(place);
                match self.rules(queue).wrap_up {
                    WrapUpPlan::Timed(limit) => assert!(lasted <= limit, "G8: a wrap-up ends in time"),
                    WrapUpPlan::Fixed(limit) => assert_eq!(lasted, limit, "G8: a fixed wrap-up lasts its time"),
                    WrapUpPlan::Disposition => assert!(disposition.is_some(), "nobody has said what came of the call"),
                    WrapUpPlan::UntilDone => {
                        assert!(matches!(cause, Cause::Input(Input::WrapUpDone { .. })), "only he himself ends it");
                    }
                    WrapUpPlan::None => panic!("there is no wrap-up"),
                }
            }
            Fact::TransferCompleted { call, by } => {
                let hangs_up = self.server(call).is_none_or(|leg| self.offers[&leg].agent != by);
                assert!(hangs_up, "who hands him on is free");
            }
            Fact::ConferenceStarted { call, by } => {
                let consulted = self.leg_in(call, LegRole::Consult).is_some();
                let dial = self.calls[&call].dial.filter(|dial| self.dials[dial].stage == DialStage::Talking);
                assert!(consulted || dial.is_some(), "somebody is consulted");
                if let (false, Some(dial)) = (consulted, dial) {
                    self.dial(dial).stage = DialStage::Joined;
                }
                assert_eq!(self.leg(call, by).role, LegRole::Serve);
            }
            Fact::MonitorStarted { offer, call, supervisor, .. } => {
                let ear = self.offer(offer);
                assert_eq!((ear.call, ear.agent, ear.role), (call, supervisor, LegRole::Monitor));
                if ear.stage != Stage::Talking {
                    ear.enter(Stage::Talking, LegRole::Monitor, at);
                    ear.connected = at;
                    ear.lease_from = at;
                }
            }
            Fact::MonitorEnded { offer, call, supervisor, lasted } => {
                let seen = self.leg_ended(cause, offer, call, supervisor, None);
                assert_eq!(seen.role, LegRole::Monitor);
                if goes_on(cause) && !self.batch.legs_told_to_end.contains(&offer) {
                    self.batch.ears.insert(offer);
                }
                let heard = if seen.connected_at_all { at - seen.connected } else { Span::ZERO };
                assert_eq!(lasted, heard, "G10");
            }
            _ => panic!("an unknown fact: {fact:?}"),
        }
    }

    fn offered(&mut self, offer: OfferId, visit: VisitId, call: CallId, queue: QueueId, agent: AgentId) {
        let at = self.at;
        self.counts.offered += 1;
        let talks_on = self.batch.ears.contains(&offer);
        assert!(self.offers_ever.insert(offer) != talks_on, "an offer's number is never used twice");
        let again = self.offers.values().any(|other| other.agent == agent && other.call == call);
        assert!(!again, "one phone is not rung twice for one call");
        if let Some(promise) = self.calls[&call].promise.as_ref().filter(|promise| !promise.reached) {
            assert!(at >= promise.not_before, "nobody is rung before {}", promise.not_before);
        }
        let taken_over = matches!(self.visits[&visit].cause, VisitCause::TakenOver { by } if by == agent);
        let able = self.is_awaitable(agent) && self.endpoints[agent.index()] == Endpoint::Registered;
        assert!(able || taken_over, "agent {agent} is rung while he takes no calls");
        let most = match self.rules(queue).choice {
            cordboard::floor::Choice::RingAll => usize::from(self.rules(queue).ring_all_max),
            _ => usize::MAX,
        };
        let place = self.visit(visit);
        assert_eq!((place.call, place.queue), (call, queue));
        assert!(place.joining.is_none(), "G1: an answered call is not offered");
        assert!(place.awaits.is_none_or(|(awaited, _)| awaited == agent), "it waits for somebody else alone");
        place.ringing.insert(offer);
        assert!(place.ringing.len() <= most, "G12: ring-all rings {most} at most");
        self.offers.insert(offer, Offer::made(Some(visit), call, queue, agent, at));
        if talks_on {
            // His line is there already.
            self.counts.ears_that_talk += 1;
            self.offer(offer).commanded = true;
        } else {
            self.batch.awaits_command = Some(Expected::Offer(offer));
        }
    }

    fn connected(&mut self, offer: OfferId, call: CallId, agent: AgentId, role: LegRole) {
        let at = self.at;
        let consulting =
            matches!(self.batch.left.get(&call), Some((_, Visit { cause: VisitCause::Consult { .. }, .. })));
        let seen = self.offer(offer);
        assert_eq!((seen.call, seen.agent), (call, agent));
        match (seen.stage, seen.role, role) {
            (Stage::Accepted, LegRole::Serve, LegRole::Serve | LegRole::Consult) => {
                assert!(seen.joined, "the switch was asked to join them");
                assert_eq!(consulting, role == LegRole::Consult);
                seen.enter(Stage::Talking, role, at);
                seen.connected = at;
                seen.lease_from = at;
                let served = self.calls[&call].exit == Some(VisitExit::Served { agent });
                assert!(served && self.calls[&call].visit.is_none(), "who talks has been served");
            }
            // Who was consulted talks with the caller from now on.
            (Stage::Talking, LegRole::Consult, LegRole::Serve) => seen.enter(Stage::Talking, role, at),
            other => panic!("{other:?}"),
        }
        if role == LegRole::Serve {
            self.batch.connected.insert(call, agent);
            self.call(call).served_before.get_or_insert(at);
        }
    }

    /// Whoever had the caller may have left; if somebody is sought, he waits from now on.
    fn begin_waiting(&mut self, call: CallId) {
        let at = self.at;
        let Some(id) = self.calls[&call].visit else { return };
        let visit = &self.visits[&id];
        if self.waits_on_the_line(visit) {
            let rules = self.rules(visit.queue);
            let (target, wait_limit) = (at + rules.target + NANO, rules.wait_limit.map(|limit| at + limit));
            let visit = self.visit(id);
            (visit.target, visit.wait_limit) = (Some(target), wait_limit);
        }
    }

    /// A leg is over, of a conversation or of somebody who listens.
    fn leg_ended(&mut self, cause: Cause<'_>, id: OfferId, call: CallId, agent: AgentId, by: Option<EndedBy>) -> Ended {
        let at = self.at;
        let mut seen = self.offers.remove(&id).expect("a leg ends once");
        self.counts.offers_ended += 1;
        assert_eq!((seen.call, seen.agent), (call, agent));
        let connected_at_all = matches!(seen.stage, Stage::Talking | Stage::Held);
        assert!(connected_at_all || seen.role == LegRole::Monitor, "{:?}", seen.stage);
        let (stage, role) = (seen.stage, seen.role);
        seen.enter(stage, role, at);
        let reported = match cause {
            Cause::Input(Input::LegEnded { offer, by: who }) => *offer == id && by.is_none_or(|by| by == *who),
            Cause::Input(
                Input::OfferFailed { offer, .. } | Input::ConnectFailed { offer, why: ConnectFailure::AgentGone },
            ) => *offer == id && role == LegRole::Monitor,
            _ => false,
        };
        let told = self.batch.legs_told_to_end.contains(&id);
        // Who listens and takes over talks on the same line.
        let goes_on = role == LegRole::Monitor && goes_on(cause);
        let not_seen = is_not_seen(cause, call, id);
        assert!(reported != told || goes_on || not_seen, "the leg is over, or it is told to end");
        self.batch.offer_ended_of.insert(call);
        let known = self.call(call);
        known.legs.retain(|leg| *leg != id);
        // A caller who has hung up waits for nothing.
        let alone = self.server(call).is_none() && by != Some(EndedBy::Caller);
        if let (Some(dial), LegRole::Serve, true) = (self.calls[&call].dial, role, alone) {
            let line = self.dial(dial);
            if matches!(line.stage, DialStage::Made | DialStage::Ringing) && line.purpose == DialPurpose::Consult {
                // The caller waits for it from now on.
                line.purpose = DialPurpose::Transfer;
                line.sent_by = Some(agent);
            }
        }
        let Offer { queue, connected, talk, hold, consult, .. } = seen;
        Ended { queue, role, connected, connected_at_all, talk, hold, consult }
    }

    fn offer_ended(&mut self, cause: Cause<'_>, id: OfferId, call: CallId, agent: AgentId, how: OfferEnd, rang: Span) {
        let at = self.at;
        self.counts.offers_ended += 1;
        let seen = self.offers.remove(&id).expect("an offer ends once");
        assert_eq!((seen.call, seen.agent), (call, agent));
        assert!(seen.commanded, "the phone was rung");
        let until = if seen.stage == Stage::Accepted { seen.accepted } else { at };
        assert_eq!(rang, seen.rang.map_or(Span::ZERO, |rang| until - rang));
        let rules = self.plan.queues()[seen.queue.index()].rules.clone();
        let cancelled = self.batch.cancelled.get(&id).copied();
        let reported = match cause {
            Cause::Input(Input::OfferFailed { offer, .. } | Input::LegEnded { offer, .. }) => *offer == id,
            Cause::Input(Input::ConnectFailed { offer, why: ConnectFailure::AgentGone }) => *offer == id,
            _ => false,
        };
        match seen.stage {
            Stage::Made | Stage::Ringing => {
                assert!(reported != cancelled.is_some(), "a phone stops by itself, or is told to: {how:?}");
            }
            Stage::Accepted => {
                let told = self.batch.legs_told_to_end.contains(&id);
                assert!(reported || told, "a leg is over, or is told to end: {how:?}");
            }
            Stage::Talking | Stage::Held => panic!("a conversation is no offer any more"),
        }
        match how {
            OfferEnd::Missed if !reported => {
                assert_eq!(cancelled, Some(CancelReason::NoAnswer));
                assert_eq!(at, seen.rang.expect("it rang") + rules.ring_limit, "G8: missed in time");
            }
            OfferEnd::NeverRang => {
                assert_eq!(cancelled, Some(CancelReason::Unreachable));
                assert_eq!((seen.stage, at), (Stage::Made, seen.since + rules.no_ring_limit), "G8: given up in time");
            }
            OfferEnd::Unreachable if !reported => assert_eq!(cancelled, Some(CancelReason::Unreachable)),
            OfferEnd::Cancelled(why) => assert_eq!(cancelled, Some(why)),
            OfferEnd::ConnectFailed => assert_eq!(seen.stage, Stage::Accepted),
            _ => {}
        }
        self.batch.offer_ended_of.insert(call);
        let visit = self.visit(seen.visit.expect("he was rung for a visit"));
        if visit.joining == Some(id) {
            visit.joining = None;
        } else {
            assert!(visit.ringing.remove(&id));
        }
    }
}

/// Whether the switch has told of a call without this leg of it.
fn is_not_seen(cause: Cause<'_>, call: CallId, leg: OfferId) -> bool {
    let Cause::Input(Input::Snapshot(snapshot)) = cause else { return false };
    let seen = snapshot.calls.iter().find(|seen| seen.arrival.call == call);
    seen.is_some_and(|seen| seen.legs.iter().all(|seen| seen.offer != leg))
}

/// Whether who listens may talk from now on, on the same line.
fn goes_on(cause: Cause<'_>) -> bool {
    matches!(cause, Cause::Input(Input::TakeOver { .. }))
}

/// A leg that is over, its times added up.
struct Ended {
    queue: QueueId,
    role: LegRole,
    connected: Time,
    connected_at_all: bool,
    talk: Span,
    hold: Span,
    consult: Span,
}

impl Offer {
    pub(super) fn made(visit: Option<VisitId>, call: CallId, queue: QueueId, agent: AgentId, at: Time) -> Self {
        Self {
            visit,
            call,
            queue,
            agent,
            role: LegRole::Serve,
            stage: Stage::Made,
            since: at,
            rang: None,
            accepted: at,
            connected: at,
            lease_from: at,
            talk: Span::ZERO,
            hold: Span::ZERO,
            consult: Span::ZERO,
            reminded: at,
            hold_limit_said: false,
            commanded: false,
            joined: false,
        }
    }
}
