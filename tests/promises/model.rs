//! A naive model of who is served next: plain lists, looked through from end to end.
//!
//! It follows inputs and facts and shares nothing with the engine but ids, the plan and [`Need::met_by`]. At each offer
//! it says which call had to be served and by whom (G3): every way of choosing, groups of preference, calls that wait
//! for one agent alone, callbacks that are not to come before a time, orders of queues, what a queue leaves of a team to
//! others. After each step it says that nobody waits beside
//! an agent who could take the call (G2), and nobody at all where nobody is there. It says who is turned away at the door,
//! and why.
//!
//! Not modelled: who is drawn by chance (only that he is one of those among whom it is drawn), and conditions on the
//! time of day.

mod door;
mod hear;
mod next;
mod rung;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use cordboard::engine::{
    Arrival, CancelReason, DialPurpose, Endpoint, Event, Fact, Input, Key, LegRole, OfferEnd, Outcome, Output, Passed,
    Presence, Refusal, RefusedCall, SlotState, Snapshot, Target, VisitCause, VisitExit, Why,
};
use cordboard::floor::{Absence, Absences, Choice, ConditionPlan, Exit, Masked, Need, OrderLevel, Profile, RungPlan};
use cordboard::{
    AgentId, CallId, ClassId, DialId, OfferId, Plan, QueueId, RoleId, SkillId, Span, TeamId, TierId, Time, VisitId,
};

use crate::way::Way;
use crate::world::Cause;

pub(crate) struct Model {
    plan: Arc<Plan>,
    profiles: Vec<Profile>,
    /// By queue, by agent: among whom he is tried.
    preferences: Vec<Vec<u8>>,
    agents: Vec<Agent>,
    visits: BTreeMap<VisitId, Visit>,
    calls: BTreeMap<CallId, Call>,
    offers: BTreeMap<OfferId, Offer>,
    /// Lines on which callers are called back.
    calling_back: BTreeSet<DialId>,
    /// Calls that this step turns away, and why.
    turned_away: BTreeMap<CallId, RefusedCall>,
    /// By queue: whom it has rung last, where it goes round.
    cursors: Vec<Option<AgentId>>,
    /// Who was served by whom last, the latest last.
    remembered: VecDeque<(Masked, AgentId, Time)>,
    coming: u64,
    /// The slot that has begun to ring for the offer that is about to be spoken of.
    taken: Option<(AgentId, u8)>,
    /// Who is rung next, where several are rung at once.
    ring_all: VecDeque<(VisitId, AgentId, Why)>,
    /// Somebody may be rung again, or for some call, from this very instant on: at which of its timers is not known here.
    frees_now: bool,
    /// Visits that have ended in this step and may go on as others in the same place.
    left: BTreeMap<CallId, (VisitExit, (VisitId, Visit))>,
}

struct Agent {
    presence: Presence,
    pending: bool,
    endpoint: Endpoint,
    slots: Vec<SlotState>,
    /// By slot: since when the contact in it is there.
    made: Vec<Option<Time>>,
    delayed_until: Option<Time>,
    misses: u16,
    able_since: Time,
    signed_in: Time,
    calls: u64,
    busy_for: Span,
    busy_since: Option<Time>,
    /// In millionths, when something last happened to him.
    occupancy: u64,
}

struct Call {
    own_need: Option<Arc<Need>>,
    from: Option<Masked>,
    order: u64,
    aged_from: Time,
    /// Until when it is not offered to whom.
    cooling: Vec<(AgentId, Time)>,
    /// The earliest class and the greatest advantage that it has been given.
    class: Option<ClassId>,
    credit: Span,
    /// What a supervisor has said since.
    set_class: Option<ClassId>,
    set_credit: Option<Span>,
    /// He is not on the line, but to be called back.
    away: bool,
    not_before: Option<Time>,
    /// Who is in it already: with the caller, consulted, listening.
    inside: BTreeSet<AgentId>,
    /// Agents' legs with the caller.
    serving: BTreeSet<OfferId>,
    /// From which queue the last of them was.
    left: Option<QueueId>,
    /// It has come, and is in no queue yet.
    at_door: bool,
    /// It was let in because somebody was free, and has no place to wait in.
    has_no_place: bool,
    /// How many times it has been moved to another queue.
    moves: u16,
}

struct Visit {
    call: CallId,
    queue: QueueId,
    tier: Option<TierId>,
    cause: VisitCause,
    started: Time,
    aged_from: Time,
    class: ClassId,
    credit: Span,
    starving: bool,
    way: Way,
    /// The queue's need or the rung's, and the call's own.
    needs: Vec<Need>,
    /// For whom it waits alone.
    awaits: Option<AgentId>,
    not_before: Option<Time>,
    wait_limit: Option<Time>,
    seeking: bool,
    ringing: BTreeSet<OfferId>,
    joining: bool,
    /// A rung waits for the ringing to end.
    deferred: bool,
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
    answered: bool,
}

impl Model {
    pub(crate) fn new(plan: Arc<Plan>) -> Self {
        let agent = |capacity: u8| Agent {
            presence: Presence::SignedOut,
            pending: false,
            endpoint: Endpoint::Registered,
            slots: vec![SlotState::Free; capacity.into()],
            made: vec![None; capacity.into()],
            delayed_until: None,
            misses: 0,
            able_since: Time::ZERO,
            signed_in: Time::ZERO,
            calls: 0,
            busy_for: Span::ZERO,
            busy_since: None,
            occupancy: 0,
        };
        let profiles = profiles(&plan);
        Self {
            preferences: plan.floor().queues.iter().map(|queue| preferences(&plan, &profiles, &queue.prefer)).collect(),
            profiles,
            agents: plan.agents().iter().map(|described| agent(described.capacity)).collect(),
            visits: BTreeMap::new(),
            calls: BTreeMap::new(),
            offers: BTreeMap::new(),
            calling_back: BTreeSet::new(),
            turned_away: BTreeMap::new(),
            cursors: vec![None; plan.queues().len()],
            remembered: VecDeque::new(),
            coming: 0,
            taken: None,
            ring_all: VecDeque::new(),
            frees_now: false,
            left: BTreeMap::new(),
            plan,
        }
    }

    /// Hears what one step has caused, and checks every choice in it.
    pub(crate) fn watch(&mut self, cause: Cause<'_>, now: Time, outputs: &[Output]) {
        let timers = matches!(cause, Cause::Timers);
        self.pass_time(now, timers);
        self.turned_away = outputs.iter().filter_map(turned_away).collect();
        if let Cause::Input(input) = cause {
            self.hear(input, now, outputs);
        }
        for visit in self.visits.values_mut() {
            visit.stops_ringing = false;
            visit.looks_anew = false;
        }
        self.left.clear();
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
            self.fact(cause, fact, output.at);
        }
        if !matching {
            self.end_waits(now, timers);
        }
        assert!(self.ring_all.is_empty(), "ring-all rings also {:?}", self.ring_all);
        let full: Vec<VisitId> = self.visits.iter().filter(|(_, v)| self.rings_enough(v)).map(|(id, _)| *id).collect();
        // Those that a rung adds beyond the limit are not rung when a place becomes free, unless others may join.
        full.into_iter().for_each(|visit| self.visit(visit).seeking = false);
        self.check_nobody_waits_in_vain();
    }

    /// Delays and cool-downs that are over.
    fn pass_time(&mut self, now: Time, timers: bool) {
        let over = |due: Time| if timers { due <= now } else { due < now };
        let mut delays = self.agents.iter().filter_map(|agent| agent.delayed_until);
        let mut cooling = self.calls.values().flat_map(|call| &call.cooling).map(|(_, until)| *until);
        self.frees_now = timers && (delays.any(|until| until == now) || cooling.any(|until| until == now));
        for agent in 0..self.agents.len() {
            if let Some(until) = self.agents[agent].delayed_until.filter(|until| over(*until)) {
                self.agents[agent].delayed_until = None;
                self.agents[agent].able_since = until;
                self.take_stock(AgentId(agent as u32), until);
            }
        }
        self.calls.values_mut().for_each(|call| call.cooling.retain(|(_, until)| !over(*until)));
        for visit in self.visits.values_mut() {
            visit.not_before = visit.not_before.filter(|at| !over(*at));
        }
    }

    /// What the inputs and timers of a step have done before matching. Calls whose wait limit has passed while a phone
    /// rings for them look for nobody else.
    fn end_waits(&mut self, now: Time, timers: bool) {
        for visit in self.visits.values_mut() {
            if visit.wait_limit.is_some_and(|due| if timers { due <= now } else { due < now }) {
                visit.over = true;
                visit.seeking = false;
            }
            let rings = !visit.ringing.is_empty();
            assert!(!(rings && visit.stops_ringing), "a rung that replaces the need stops the ringing");
        }
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

    /// The share of the time since signing in with a contact in hand, as it is now.
    fn take_stock(&mut self, agent: AgentId, at: Time) {
        let agent = &mut self.agents[agent.index()];
        let staffed = u128::from((at - agent.signed_in).as_nanos());
        let running = agent.busy_since.map_or(Span::ZERO, |since| at - since);
        let busy = u128::from((agent.busy_for + running).as_nanos());
        agent.occupancy = (busy.min(staffed) * 1_000_000 / staffed.max(1)) as u64;
    }
}

fn turned_away(output: &Output) -> Option<(CallId, RefusedCall)> {
    match output.event {
        Event::Fact(Fact::CallEnded { call, outcome: Outcome::Refused(cause), .. }) => Some((call, cause)),
        _ => None,
    }
}

/// The profile of each agent, from the floor's own words.
fn profiles(plan: &Plan) -> Vec<Profile> {
    let floor = plan.floor();
    let place = |names: &[String], name: &str| names.iter().position(|known| known == name).expect("a known name");
    let chain = ["operator", "foreman", "supervisor", "manager"].map(String::from);
    let chain = if floor.chain.is_empty() { chain.to_vec() } else { floor.chain.clone() };
    let teams: Vec<String> = floor.teams.iter().map(|team| team.name.clone()).collect();
    let queues: Vec<String> = floor.queues.iter().map(|queue| queue.name.clone()).collect();
    let order = |agent: &cordboard::floor::Agent| {
        let levels = agent.order.as_ref().unwrap_or(&floor.teams[place(&teams, &agent.team)].order);
        let mut order = vec![levels.len() as u8; queues.len()];
        for (level, named) in (0..).zip(levels) {
            match named {
                OrderLevel::Queue(queue) => order[place(&queues, queue)] = level,
                OrderLevel::Alike(named) => named.iter().for_each(|queue| order[place(&queues, queue)] = level),
            }
        }
        // Where all are alike, there is no order.
        if order.iter().all(|level| *level == order[0]) {
            order.fill(0);
        }
        order.into()
    };
    let profile = |agent: &cordboard::floor::Agent| Profile {
        levels: floor.skills.iter().map(|skill| agent.skills.get(skill).copied().unwrap_or(0)).collect(),
        team: TeamId(place(&teams, &agent.team) as u16),
        role: RoleId(agent.role.as_deref().map_or(0, |role| place(&chain, role) as u16)),
        weight: agent.weight.unwrap_or(1),
        order: order(agent),
    };
    floor.agents.iter().map(profile).collect()
}

/// For each agent, the first of these groups that he is in.
fn preferences(plan: &Plan, profiles: &[Profile], groups: &[String]) -> Vec<u8> {
    let groups: Vec<Need> = groups.iter().map(|group| plan.parse_need(group).expect("the floor compiles")).collect();
    let first = |profile: &Profile| groups.iter().position(|group| group.met_by(profile)).unwrap_or(groups.len()) as u8;
    let all: Vec<u8> = profiles.iter().map(first).collect();
    // Where all are alike, there is no preference.
    if all.iter().all(|group| *group == all[0]) { vec![0; all.len()] } else { all }
}
