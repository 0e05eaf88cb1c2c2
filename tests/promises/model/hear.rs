//! What the model makes of inputs and facts.

use super::*;

impl Model {
    /// What is only known from the input itself.
    pub(super) fn hear(&mut self, input: &Input, now: Time, outputs: &[Output]) {
        let refused = outputs.iter().any(|output| matches!(output.event, Event::Fact(Fact::Refused(_))));
        match input {
            Input::Ready { agent } | Input::ReadyOnce { agent, .. } if !refused => {
                let state = &mut self.agents[agent.index()];
                if state.presence != Presence::Ready || state.pending {
                    state.misses = 0;
                }
                self.take_stock(*agent, now);
            }
            Input::Monitor { supervisor, call, .. } if !refused => {
                self.calls.get_mut(call).expect("it came").inside.insert(*supervisor);
            }
            Input::Transfer { call, to: Target::Queue(to) } if self.calls.contains_key(call) => {
                self.check_asked_move(*call, *to, outputs);
            }
            Input::MoveCall { call, to } if self.calls.contains_key(call) => {
                self.check_asked_move(*call, *to, outputs);
            }
            Input::KeyPressed { call, .. } => {
                let moved = outputs.iter().find_map(|output| match output.event {
                    Event::Fact(Fact::VisitStarted { queue, cause: VisitCause::Key, .. }) => Some(queue),
                    _ => None,
                });
                assert!(moved.is_none_or(|to| self.cannot_move(*call, to).is_none()), "call {call} cannot move");
            }
            _ => {}
        }
    }

    pub(super) fn fact(&mut self, cause: Cause<'_>, fact: &Fact, at: Time) {
        match *fact {
            Fact::CallArrived { call, .. } => {
                self.coming += 1;
                let arrival = arrival_of(cause, call);
                let came = match cause {
                    Cause::Input(Input::Snapshot(Snapshot { calls, .. })) => {
                        let seen = calls.iter().find(|seen| seen.arrival.call == call).expect("the switch has it");
                        seen.arrived.min(at)
                    }
                    _ => at,
                };
                let seen = Call {
                    own_need: arrival.and_then(|arrival| arrival.need.clone()),
                    from: arrival.and_then(|arrival| arrival.from.clone()),
                    order: self.coming,
                    aged_from: came,
                    cooling: Vec::new(),
                    class: None,
                    credit: Span::ZERO,
                    set_class: None,
                    set_credit: None,
                    away: false,
                    not_before: None,
                    inside: BTreeSet::new(),
                    serving: BTreeSet::new(),
                    left: None,
                    at_door: true,
                    has_no_place: false,
                    moves: 0,
                };
                self.calls.insert(call, seen);
            }
            Fact::VisitStarted { visit, call, queue, class, tier, aged_from, cause: brought } => {
                let began = Began { call, queue, class, tier, aged_from, brought };
                self.visit_started(cause, visit, began, at);
            }
            Fact::AwaitsAgent { visit, agent, .. } => {
                let plan = self.plan.clone();
                let seen = self.visit(visit);
                if seen.awaits.is_some() {
                    return assert_eq!(seen.awaits, Some(agent), "it goes on in the same place");
                }
                seen.awaits = Some(agent);
                if let VisitCause::Transferred { .. } | VisitCause::Consult { .. } | VisitCause::TakenOver { .. } =
                    seen.cause
                {
                    seen.way = Way::of(&plan, seen.queue, None, seen.cause, true, false);
                }
                let call = seen.call;
                if let (Some(arrival), true) = (arrival_of(cause, call), seen.started == at) {
                    assert_eq!(self.awaited_by(arrival, visit, at), Some(agent), "A5: it waits for the right agent");
                }
            }
            Fact::AwaitsAnybody { visit, .. } => {
                let plan = self.plan.clone();
                let seen = self.visit(visit);
                seen.awaits = None;
                if let Way::None = seen.way {
                    seen.way = Way::of(&plan, seen.queue, seen.tier, seen.cause, false, false);
                }
                seen.seeking = seen.ringing.is_empty() && !seen.joining && !seen.deferred && !seen.over;
                seen.looks_anew = true;
            }
            Fact::RankChanged { visit, call, class, credit, .. } => {
                let Cause::Input(Input::ChangeRank { class: asked, credit: advantage, .. }) = cause else {
                    panic!("somebody has changed it")
                };
                let seen = self.visit(visit);
                (seen.class, seen.credit) = (asked.unwrap_or(seen.class), advantage.unwrap_or(seen.credit));
                assert_eq!((seen.class, seen.credit), (class, credit));
                seen.looks_anew = true;
                let call = self.calls.get_mut(&call).expect("it came");
                (call.class, call.credit) = (asked.or(call.class), advantage.unwrap_or(call.credit));
                (call.set_class, call.set_credit) = (asked.or(call.set_class), advantage.or(call.set_credit));
            }
            Fact::VisitEnded { visit, call, exit, .. } => {
                let ended = self.visits.remove(&visit).expect("it began");
                match exit {
                    VisitExit::Overflowed { .. } if ended.reset => {
                        self.coming += 1;
                        self.calls.get_mut(&call).expect("it came").order = self.coming;
                    }
                    VisitExit::NobodyThere => self.check_nobody_is_there(&ended),
                    VisitExit::Refused(RefusedCall::NobodyThere) => {
                        let rule = self.plan.queues()[ended.queue.index()].rules.refuse_when_empty;
                        let there = self.who_is_there(&ended, rule.expect("there is such a rule"));
                        assert!(there.is_empty(), "turned away, and {there:?} are there");
                    }
                    _ => {}
                }
                self.left.insert(call, (exit, (visit, ended)));
            }
            Fact::CallEnded { call, .. } => {
                self.calls.remove(&call);
            }
            Fact::RungReached { visit, rung, .. } => self.rung(visit, rung, None, at),
            Fact::RungPassed { visit, rung, why, .. } => self.rung(visit, rung, Some(why), at),
            Fact::RungDeferred { visit, .. } => {
                let visit = self.visit(visit);
                visit.seeking = false;
                visit.deferred = true;
            }
            Fact::StarvationBoundUsed { visit, .. } => {
                let visit = self.visit(visit);
                visit.starving = true;
                visit.looks_anew = true;
            }
            Fact::CallbackPromised { call, not_before, .. } => {
                let call = self.calls.get_mut(&call).expect("it came");
                (call.away, call.not_before) = (true, not_before);
            }
            Fact::Dialled { dial, purpose: DialPurpose::CallBack { .. }, .. } => {
                self.calling_back.insert(dial);
            }
            Fact::DialAnswered { dial, call } if self.calling_back.contains(&dial) => {
                self.calls.get_mut(&call).expect("it came").away = false;
            }
            Fact::Offered { offer, visit, queue, agent, why, .. } => {
                self.check_offer(visit, agent, &why);
                let takes_over = matches!(self.visits[&visit].cause, VisitCause::TakenOver { .. });
                match self.taken.take() {
                    Some((of, slot)) => {
                        assert_eq!(of, agent);
                        self.slot_changed(agent, slot, SlotState::Ringing, at);
                    }
                    // He has listened, and talks on the same line.
                    None => assert!(takes_over, "a slot rings"),
                }
                let rules = &self.plan.queues()[queue.index()].rules;
                if rules.choice == Choice::RoundRobin && why.key != Key::ByName {
                    self.cursors[queue.index()] = Some(agent);
                }
                let (most, joins) = match rules.choice {
                    Choice::RingAll if rules.ring_all_joins => (usize::from(rules.ring_all_max), true),
                    _ => (0, false),
                };
                let seen = self.visit(visit);
                seen.ringing.insert(offer);
                // Where others may join, it looks on.
                seen.seeking = joins && seen.awaits.is_none() && seen.ringing.len() < most;
                seen.looks_anew = false;
                self.offers.insert(offer, Offer { visit, agent, answered: false });
            }
            Fact::Answered { offer, visit, agent, .. } => {
                let seen = self.visit(visit);
                seen.seeking = false;
                seen.joining = true;
                seen.ringing.remove(&offer);
                self.offers.get_mut(&offer).expect("it was made").answered = true;
                self.agents[agent.index()].misses = 0;
            }
            Fact::OfferEnded { offer, how, .. } => {
                if how == OfferEnd::Cancelled(CancelReason::HigherClass) {
                    self.check_withdrawal(offer);
                }
                self.offer_ended(offer, how, at);
            }
            Fact::Connected { call, agent, role: LegRole::Consult, .. } => {
                self.calls.get_mut(&call).expect("it came").inside.insert(agent);
            }
            Fact::MonitorEnded { call, supervisor, .. } => {
                self.calls.get_mut(&call).expect("it came").inside.remove(&supervisor);
            }
            Fact::Connected { offer, call, queue, agent, role: LegRole::Serve } => {
                self.agents[agent.index()].calls += 1;
                self.take_stock(agent, at);
                let sticky = self.plan.queues()[queue.index()].rules.sticky.is_some();
                let known = self.calls.get_mut(&call).expect("it came");
                known.cooling.clear();
                known.serving.insert(offer);
                known.inside.insert(agent);
                if let (Some(from), true) = (known.from.clone(), sticky) {
                    self.remembered.retain(|(caller, ..)| *caller != from);
                    self.remembered.push_back((from, agent, at));
                    while self.remembered.len() > self.plan.floor().limits.remembered() as usize {
                        self.remembered.pop_front();
                    }
                }
            }
            Fact::LegEnded { offer, call, queue, agent, .. } => {
                self.offers.remove(&offer);
                let known = self.calls.get_mut(&call).expect("it came");
                known.inside.remove(&agent);
                if known.serving.remove(&offer) {
                    known.left = Some(queue);
                    if known.serving.is_empty() {
                        self.begin_waiting(call, at);
                    }
                }
            }
            Fact::SlotChanged { agent, slot, to: SlotState::Ringing, .. } => self.taken = Some((agent, slot)),
            Fact::SlotChanged { agent, slot, to, .. } => self.slot_changed(agent, slot, to, at),
            Fact::PresencePending { agent, to } => {
                self.agents[agent.index()].pending = to != Presence::Ready;
                self.take_stock(agent, at);
            }
            Fact::PresenceChanged { agent, from, to, .. } => {
                let state = &mut self.agents[agent.index()];
                state.presence = to;
                state.pending = false;
                if to == Presence::Ready {
                    state.able_since = at;
                    state.misses = 0;
                }
                if from == Presence::SignedOut {
                    (state.signed_in, state.calls, state.busy_for) = (at, 0, Span::ZERO);
                }
                self.take_stock(agent, at);
            }
            Fact::EndpointChanged { agent, state } => {
                let seen = &mut self.agents[agent.index()];
                seen.endpoint = state;
                if state == Endpoint::Registered {
                    seen.able_since = at;
                }
                self.take_stock(agent, at);
            }
            _ => {}
        }
        self.settle_pending();
    }

    fn visit_started(&mut self, cause: Cause<'_>, visit: VisitId, began: Began, at: Time) {
        let Began { call, queue, class, tier, aged_from, brought } = began;
        let plan = self.plan.clone();
        let described = &plan.queues()[queue.index()];
        let consult = matches!(brought, VisitCause::Consult { .. });
        let known = self.calls.get_mut(&call);
        let (away, not_before) = known.as_ref().map_or((false, None), |call| (call.away, call.not_before));
        let not_before = not_before.filter(|due| away && *due > at);
        let served = known.as_ref().is_some_and(|call| !call.serving.is_empty());
        let wait_limit = described.rules.wait_limit.filter(|_| !consult && !away && !served).map(|limit| at + limit);
        if let Some(known) = known.filter(|_| !consult) {
            known.aged_from = aged_from;
        }
        let turned = self.left.remove(&call).filter(|(exit, _)| {
            matches!((exit, brought), (VisitExit::Callback, VisitCause::Callback))
                || matches!((exit, brought), (VisitExit::CalledOff, VisitCause::Transferred { .. }))
        });
        if let Some((_, (before, ended))) = turned {
            self.offers.values_mut().filter(|offer| offer.visit == before).for_each(|offer| offer.visit = visit);
            let seeking = ended.seeking || (brought == VisitCause::Callback && !ended.joining);
            let over = ended.over && wait_limit.is_some();
            let state = Visit { cause: brought, started: at, wait_limit, over, seeking, not_before, ..ended };
            self.visits.insert(visit, Visit { looks_anew: true, ..state });
            return;
        }
        let of_tier = tier.map(|tier| &plan.tiers()[tier.index()]);
        let known = self.calls.get_mut(&call).expect("it came");
        let to_queue = matches!(cause, Cause::Input(Input::Transfer { to: Target::Queue(_), .. }));
        known.moves += match brought {
            VisitCause::Overflowed | VisitCause::Moved | VisitCause::Key => 1,
            VisitCause::Transferred { .. } => u16::from(to_queue),
            _ => 0,
        };
        let expected = of_tier.and_then(|tier| tier.class).map_or(described.class, |c| c.min(described.class));
        let expected = known.class.map_or(expected, |raised| raised.min(expected));
        let expected = known.set_class.unwrap_or(expected);
        assert_eq!(class, expected, "the earliest class of queue, tier and what it has been given");
        let credit = of_tier.and_then(|tier| tier.credit).unwrap_or(described.credit).max(known.credit);
        let credit = known.set_credit.unwrap_or(credit);
        if let (VisitCause::Transferred { by }, Cause::Input(Input::Transfer { to: Target::Queue(_), .. })) =
            (brought, cause)
        {
            // Not back to him at once.
            let from = known.left.expect("somebody had it");
            known.cooling.extend(plan.queues()[from.index()].rules.cool_down.map(|span| (by, at + span)));
            if described.rules.transfer_resets_age {
                self.coming += 1;
                known.order = self.coming;
            }
        }
        let complaint = !matches!(cause, Cause::Input(Input::CannotAnswer { .. }));
        let need = match brought {
            // Nobody, until the first rung.
            VisitCause::Escalated { .. } => Need::AnyOf(Vec::new()),
            _ => plan.need(described.need).expect("the plan knows its needs").clone(),
        };
        let started = Visit {
            call,
            queue,
            tier,
            cause: brought,
            started: at,
            aged_from,
            class,
            credit,
            starving: false,
            way: Way::of(&plan, queue, tier, brought, false, complaint),
            needs: self.with_own(call, need),
            awaits: None,
            not_before,
            wait_limit,
            seeking: true,
            ringing: BTreeSet::new(),
            joining: false,
            deferred: false,
            over: false,
            reset: false,
            stops_ringing: false,
            looks_anew: true,
        };
        if core::mem::take(&mut self.calls.get_mut(&call).expect("it came").at_door) {
            self.check_door(cause, &started);
        }
        self.visits.insert(visit, started);
    }

    /// Whoever had the caller has left; from now on he waits.
    fn begin_waiting(&mut self, call: CallId, at: Time) {
        let away = self.calls[&call].away;
        let waits = |visit: &&mut Visit| visit.call == call && !matches!(visit.cause, VisitCause::Consult { .. });
        if let (Some(visit), false) = (self.visits.values_mut().find(waits), away) {
            visit.wait_limit = self.plan.queues()[visit.queue.index()].rules.wait_limit.map(|limit| at + limit);
            visit.looks_anew = true;
        }
    }

    /// Whom a call that arrives should wait for, if anybody (A5).
    fn awaited_by(&self, arrival: &Arrival, visit: VisitId, at: Time) -> Option<AgentId> {
        let rules = &self.plan.queues()[arrival.queue.index()].rules;
        rules.preferred_wait?;
        let last = |window: Span| {
            let remembered = self.remembered.iter().find(|(caller, ..)| Some(caller) == arrival.from.as_ref());
            remembered.filter(|(_, _, then)| at - *then <= window).map(|(_, agent, _)| *agent)
        };
        let named = arrival.preferred.filter(|agent| agent.index() < self.agents.len());
        let agent = named.or_else(|| last(rules.sticky?))?;
        let state = &self.agents[agent.index()];
        let ready = state.presence == Presence::Ready && !state.pending;
        // Where there is no place to wait, nobody waits for one agent alone.
        let waits = !self.calls[&self.visits[&visit].call].has_no_place || self.is_able(agent);
        (ready && waits && self.fits(&self.visits[&visit], agent)).then_some(agent)
    }

    fn slot_changed(&mut self, agent: AgentId, slot: u8, to: SlotState, at: Time) {
        let state = &mut self.agents[agent.index()];
        let slot = usize::from(slot);
        let from = core::mem::replace(&mut state.slots[slot], to);
        let in_hand = |state: SlotState| !matches!(state, SlotState::Free | SlotState::WrapUp);
        if !in_hand(to) {
            state.made[slot] = None;
        } else if from == SlotState::Free || (from, to) == (SlotState::Monitoring, SlotState::Connecting) {
            state.made[slot] = Some(at);
        }
        if to == SlotState::Free && !matches!(from, SlotState::Ringing | SlotState::Connecting) {
            // He has had a contact, and is free.
            state.able_since = at;
        }
        let busy = state.slots.iter().any(|slot| *slot != SlotState::Free);
        match (state.busy_since, busy) {
            (None, true) => state.busy_since = Some(at),
            (Some(since), false) => {
                state.busy_for += at - since;
                state.busy_since = None;
            }
            _ => {}
        }
        if from == SlotState::Free || !in_hand(to) {
            self.take_stock(agent, at);
        }
    }

    /// A break that is what the agent has anyway is over when the hands are empty; nobody is told.
    fn settle_pending(&mut self) {
        for agent in &mut self.agents {
            if agent.slots.iter().all(|slot| *slot == SlotState::Free) && agent.presence != Presence::Ready {
                agent.pending = false;
            }
        }
    }

    fn offer_ended(&mut self, id: OfferId, how: OfferEnd, at: Time) {
        let offer = self.offers.remove(&id).expect("it was made");
        let visit = self.visits.get_mut(&offer.visit).expect("the visit is there");
        let rules = &self.plan.queues()[visit.queue.index()].rules;
        visit.ringing.remove(&id);
        visit.joining &= !offer.answered;
        let alone = visit.ringing.is_empty() && !visit.joining;
        let joins = rules.choice == Choice::RingAll && rules.ring_all_joins && visit.awaits.is_none();
        visit.seeking |= alone || (joins && !visit.joining && !visit.deferred && !visit.over);
        visit.looks_anew |= alone;
        visit.deferred &= !alone;
        let call = self.calls.get_mut(&visit.call).expect("it came");
        if let (Some(span), false) = (rules.cool_down, matches!(how, OfferEnd::Cancelled(_))) {
            call.cooling.push((offer.agent, at + span));
        }
        if offer.answered && call.away {
            // The caller was not reached; the next attempt follows later.
            call.not_before = Some(at + rules.callback_gap);
            visit.not_before = call.not_before;
        }
        let agent = &mut self.agents[offer.agent.index()];
        let delay = match how {
            OfferEnd::Cancelled(_) | OfferEnd::ConnectFailed => return,
            OfferEnd::Missed => {
                agent.misses += 1;
                let enough = rules.misses.is_some_and(|misses| agent.misses >= misses);
                if enough { None } else { rules.delay_missed }
            }
            OfferEnd::Declined => rules.delay_declined,
            OfferEnd::Busy => rules.delay_busy,
            OfferEnd::Unreachable | OfferEnd::NeverRang => rules.delay_unreachable,
            other => panic!("an unknown end: {other:?}"),
        };
        agent.able_since = at;
        if let Some(delay) = delay {
            agent.delayed_until = agent.delayed_until.max(Some(at + delay));
        }
    }
}

/// The arrival that brought a call.
pub(super) fn arrival_of(cause: Cause<'_>, call: CallId) -> Option<&Arrival> {
    match cause {
        Cause::Input(Input::CallArrived(arrival)) => Some(arrival),
        Cause::Input(Input::Snapshot(Snapshot { calls, .. })) => {
            calls.iter().map(|seen| &seen.arrival).find(|arrival| arrival.call == call)
        }
        _ => None,
    }
}

/// How a visit began.
struct Began {
    call: CallId,
    queue: QueueId,
    class: ClassId,
    tier: Option<TierId>,
    aged_from: Time,
    brought: VisitCause,
}
