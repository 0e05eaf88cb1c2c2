//! A naive model of who is served next: plain lists, looked through from end to end.
//!
//! It follows the facts and shares nothing with the engine but ids, the plan and [`Need::met_by`]. At each offer it
//! says which call had to be served and by whom (G3), and after each step that nobody waits beside an agent who could
//! take the call (G2).

mod next;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cordboard::engine::{
    Actor, CancelReason, Endpoint, Event, Fact, Input, Key, OfferEnd, Output, Passed, Presence, SlotState, VisitExit,
    Why,
};
use cordboard::floor::{Choice, Exit, Need, Profile, RungPlan, WrapUpPlan};
use cordboard::{
    AgentId, CallId, ClassId, OfferId, Plan, QueueId, RoleId, SkillId, Span, TeamId, TierId, Time, VisitId,
};

use crate::world::Cause;

pub(crate) struct Model {
    plan: Arc<Plan>,
    profiles: Vec<Profile>,
    agents: Vec<Agent>,
    visits: BTreeMap<VisitId, Visit>,
    calls: BTreeMap<CallId, Call>,
    offers: BTreeMap<OfferId, Offer>,
    coming: u64,
    /// The slot that has begun to ring for the offer that is about to be spoken of.
    taken: Option<(AgentId, u8)>,
}

struct Agent {
    presence: Presence,
    pending: bool,
    endpoint: Endpoint,
    slots: Vec<SlotState>,
    delayed_until: Option<Time>,
    misses: u16,
    able_since: Time,
}

struct Call {
    own_need: Option<Arc<Need>>,
    order: u64,
    /// Until when it is not offered to whom.
    cooling: Vec<(AgentId, Time)>,
    /// What rungs have given it.
    class: Option<ClassId>,
    credit: Span,
}

struct Visit {
    call: CallId,
    queue: QueueId,
    tier: Option<TierId>,
    started: Time,
    aged_from: Time,
    class: ClassId,
    credit: Span,
    starving: bool,
    /// The queue's need or the rung's, and the call's own.
    needs: Vec<Need>,
    seeking: bool,
    ringing: BTreeSet<OfferId>,
    joining: bool,
    /// Its wait limit has passed while a phone rang or it was being joined.
    over: bool,
    /// The rung that moved it reset its age.
    reset: bool,
    /// A rung has replaced its need in this step.
    stops_ringing: bool,
    /// It has begun to look for an agent in this step, or looks with another need or rank.
    looks_anew: bool,
}

struct Offer {
    visit: VisitId,
    agent: AgentId,
    made: Time,
    answered: bool,
}

impl Model {
    pub(crate) fn new(plan: Arc<Plan>) -> Self {
        let agent = |capacity: u8| Agent {
            presence: Presence::SignedOut,
            pending: false,
            endpoint: Endpoint::Registered,
            slots: vec![SlotState::Free; capacity.into()],
            delayed_until: None,
            misses: 0,
            able_since: Time::ZERO,
        };
        Self {
            profiles: profiles(&plan),
            agents: plan.agents().iter().map(|described| agent(described.capacity)).collect(),
            visits: BTreeMap::new(),
            calls: BTreeMap::new(),
            offers: BTreeMap::new(),
            coming: 0,
            taken: None,
            plan,
        }
    }

    /// Hears what one step has caused, and checks every choice in it.
    pub(crate) fn watch(&mut self, cause: Cause<'_>, actor: Actor, now: Time, outputs: &[Output]) {
        let timers = matches!(cause, Cause::Timers);
        self.pass_time(now, timers);
        if let Cause::Input(input) = cause {
            self.hear(input, actor, now, outputs);
        }
        for visit in self.visits.values_mut() {
            visit.stops_ringing = false;
            visit.looks_anew = false;
        }
        let mut matching = false;
        for output in outputs {
            let Event::Fact(fact) = &output.event else { continue };
            let of_matching = matches!(
                fact,
                Fact::Offered { .. } | Fact::OfferEnded { how: OfferEnd::Cancelled(CancelReason::HigherClass), .. }
            );
            if of_matching && !matching {
                matching = true;
                self.end_waits(now, timers);
            }
            self.fact(fact, output.at);
        }
        if !matching {
            self.end_waits(now, timers);
        }
        self.check_nobody_waits_in_vain();
    }

    /// Delays and cool-downs that are over.
    fn pass_time(&mut self, now: Time, timers: bool) {
        let over = |due: Time| if timers { due <= now } else { due < now };
        for agent in &mut self.agents {
            if let Some(until) = agent.delayed_until.filter(|until| over(*until)) {
                agent.delayed_until = None;
                agent.able_since = until;
            }
        }
        self.calls.values_mut().for_each(|call| call.cooling.retain(|(_, until)| !over(*until)));
    }

    /// What the inputs and timers of a step have done before matching. Calls whose wait limit has passed while a phone rings for them look for nobody else.
    fn end_waits(&mut self, now: Time, timers: bool) {
        for visit in self.visits.values_mut() {
            let limit = self.plan.queues()[visit.queue.index()].rules.wait_limit;
            let due = limit.map(|limit| visit.started + limit);
            if due.is_some_and(|due| if timers { due <= now } else { due < now }) {
                visit.over = true;
                visit.seeking = false;
            }
            let rings = !visit.ringing.is_empty();
            assert!(!(rings && visit.stops_ringing), "a rung that replaces the need stops the ringing");
        }
    }

    /// What is only known from the input itself.
    fn hear(&mut self, input: &Input, actor: Actor, now: Time, outputs: &[Output]) {
        let refused = outputs.iter().any(|output| matches!(output.event, Event::Fact(Fact::Refused(_))));
        match input {
            Input::CallArrived(arrival) if !self.calls.contains_key(&arrival.call) => {
                self.coming += 1;
                let own_need = arrival.need.clone();
                let (cooling, class, credit) = (Vec::new(), None, Span::ZERO);
                let call = Call { own_need, order: self.coming, cooling, class, credit };
                self.calls.insert(arrival.call, call);
            }
            Input::Ready { agent } if !refused => {
                let agent = &mut self.agents[agent.index()];
                if agent.presence != Presence::Ready || agent.pending {
                    agent.misses = 0;
                }
            }
            _ => {}
        }
        let wrong = |agent: &AgentId| matches!(actor, Actor::Agent(actor) if actor != *agent);
        if let Input::SignIn { agent }
        | Input::SignOut { agent }
        | Input::Ready { agent }
        | Input::NotReady { agent, .. }
        | Input::WrapUpDone { agent, .. } = input
            && wrong(agent)
        {
            assert!(refused, "nobody may ask this for another, at {now}: {actor:?} {input:?}");
        }
    }

    fn fact(&mut self, fact: &Fact, at: Time) {
        match *fact {
            Fact::VisitStarted { visit, call, queue, class, tier, aged_from } => {
                let described = &self.plan.queues()[queue.index()];
                let of_tier = tier.map(|tier| &self.plan.tiers()[tier.index()]);
                let expected = of_tier.and_then(|tier| tier.class).map_or(described.class, |c| c.min(described.class));
                let known = self.calls.get(&call);
                let raised = known.and_then(|call| call.class);
                let expected = raised.map_or(expected, |raised| raised.min(expected));
                assert_eq!(class, expected, "the earliest class of queue, tier and rungs");
                let credit = of_tier.and_then(|tier| tier.credit).unwrap_or(described.credit);
                let credit = known.map_or(credit, |call| call.credit.max(credit));
                let need = self.plan.need(described.need).expect("the plan knows its needs").clone();
                let started = Visit {
                    call,
                    queue,
                    tier,
                    started: at,
                    aged_from,
                    class,
                    credit,
                    starving: false,
                    needs: self.with_own(call, need),
                    seeking: true,
                    ringing: BTreeSet::new(),
                    joining: false,
                    over: false,
                    reset: false,
                    stops_ringing: false,
                    looks_anew: true,
                };
                self.visits.insert(visit, started);
            }
            Fact::VisitEnded { visit, call, exit, .. } => {
                let ended = self.visits.remove(&visit).expect("it began");
                if let (VisitExit::Overflowed { .. }, true) = (exit, ended.reset) {
                    self.coming += 1;
                    self.calls.get_mut(&call).expect("it came").order = self.coming;
                }
            }
            Fact::CallEnded { call, .. } => {
                self.calls.remove(&call);
            }
            Fact::RungReached { visit, rung, .. } => self.rung(visit, rung, None),
            Fact::RungPassed { visit, rung, why, .. } => self.rung(visit, rung, Some(why)),
            Fact::RungDeferred { visit, .. } => self.visit(visit).seeking = false,
            Fact::StarvationBoundUsed { visit, .. } => {
                let visit = self.visit(visit);
                visit.starving = true;
                visit.looks_anew = true;
            }
            Fact::Offered { offer, visit, agent, why, .. } => {
                self.check_choice(visit, agent, &why);
                let (of, slot) = self.taken.take().expect("a slot rings");
                assert_eq!(of, agent);
                self.agents[agent.index()].slots[usize::from(slot)] = SlotState::Ringing;
                let seen = self.visit(visit);
                seen.seeking = false;
                seen.ringing.insert(offer);
                self.offers.insert(offer, Offer { visit, agent, made: at, answered: false });
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
            Fact::LegEnded { offer, queue, agent, .. } => {
                self.offers.remove(&offer);
                if self.plan.queues()[queue.index()].rules.wrap_up == WrapUpPlan::None {
                    self.agents[agent.index()].able_since = at;
                }
            }
            Fact::WrapUpEnded { agent, .. } => self.agents[agent.index()].able_since = at,
            Fact::SlotChanged { agent, slot, to: SlotState::Ringing, .. } => self.taken = Some((agent, slot)),
            Fact::SlotChanged { agent, slot, to, .. } => self.agents[agent.index()].slots[usize::from(slot)] = to,
            Fact::PresencePending { agent, to } => self.agents[agent.index()].pending = to != Presence::Ready,
            Fact::PresenceChanged { agent, to, .. } => {
                let agent = &mut self.agents[agent.index()];
                agent.presence = to;
                agent.pending = false;
                if to == Presence::Ready {
                    agent.able_since = at;
                    agent.misses = 0;
                }
            }
            Fact::EndpointChanged { agent, state } => {
                let agent = &mut self.agents[agent.index()];
                agent.endpoint = state;
                if state == Endpoint::Registered {
                    agent.able_since = at;
                }
            }
            _ => {}
        }
        self.settle_pending();
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
        visit.seeking |= visit.ringing.is_empty() && !visit.joining;
        visit.looks_anew = true;
        if let (Some(span), false) = (rules.cool_down, matches!(how, OfferEnd::Cancelled(_))) {
            self.calls.get_mut(&visit.call).expect("it came").cooling.push((offer.agent, at + span));
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

    fn rung(&mut self, visit: VisitId, rung: u16, passed: Option<Passed>) {
        let seen = &self.visits[&visit];
        let ladder = self.plan.ladder(seen.queue, seen.tier).expect("it has a ladder");
        let taken: RungPlan = ladder.rungs[usize::from(rung)].clone();
        if let Some(exit) = taken.exit {
            self.visit(visit).reset = matches!(exit, Exit::ToQueue { reset_age: true, .. });
            return;
        }
        let need = taken.need.filter(|_| passed != Some(Passed::NeedsFull));
        if let Some(need) = need {
            let need = self.plan.need(need).expect("the plan knows its needs").clone();
            let needs = self.with_own(seen.call, need);
            let before = core::mem::replace(&mut self.visit(visit).needs, needs);
            let after = &self.visits[&visit].needs;
            let fits = |needs: &[Need], agent: usize| needs.iter().all(|need| need.met_by(&self.profiles[agent]));
            let signed_in = |agent: &usize| self.agents[*agent].presence != Presence::SignedOut;
            let mut people = (0..self.agents.len()).filter(signed_in);
            let brings = people.any(|agent| fits(after, agent) && !(taken.widens && fits(&before, agent)));
            assert_eq!(brings, passed.is_none(), "rung {rung} brings somebody: {brings}");
        }
        let seen = self.visit(visit);
        seen.seeking |= need.is_some() && passed.is_none();
        seen.class = taken.class.unwrap_or(seen.class);
        seen.credit = taken.credit.unwrap_or(seen.credit);
        seen.looks_anew = true;
        seen.stops_ringing |= need.is_some() && !taken.widens;
        assert!(!seen.over, "a call whose wait limit has passed does not climb");
        let call = seen.call;
        let call = self.calls.get_mut(&call).expect("it came");
        call.class = taken.class.or(call.class);
        call.credit = taken.credit.unwrap_or(call.credit);
    }

    // --- small things ---

    fn visit(&mut self, id: VisitId) -> &mut Visit {
        self.visits.get_mut(&id).expect("the visit is there")
    }

    fn with_own(&self, call: CallId, need: Need) -> Vec<Need> {
        let own = self.calls.get(&call).and_then(|call| call.own_need.as_deref());
        // A need that is out of all bounds has been turned away at the door, and is not to be looked at here.
        let own = own.filter(|own| own.within_limits());
        [Some(need), own.cloned()].into_iter().flatten().collect()
    }
}

/// The profile of each agent, from the floor's own words.
fn profiles(plan: &Plan) -> Vec<Profile> {
    let floor = plan.floor();
    let place = |names: &[String], name: &str| names.iter().position(|known| known == name).expect("a known name");
    let chain = ["operator", "foreman", "supervisor", "manager"].map(String::from);
    let chain = if floor.chain.is_empty() { chain.to_vec() } else { floor.chain.clone() };
    let teams: Vec<String> = floor.teams.iter().map(|team| team.name.clone()).collect();
    let profile = |agent: &cordboard::floor::Agent| Profile {
        levels: floor.skills.iter().map(|skill| agent.skills.get(skill).copied().unwrap_or(0)).collect(),
        team: TeamId(place(&teams, &agent.team) as u16),
        role: RoleId(agent.role.as_deref().map_or(0, |role| place(&chain, role) as u16)),
    };
    floor.agents.iter().map(profile).collect()
}
