//! The engine: a deterministic state machine that distributes calls.
//!
//! *plan + seed + ordered inputs → the same outputs, byte for byte* (G7). No thread, clock, I/O, lock or randomness of
//! its own; `now` is an argument. Whoever drives it (a server, a simulation, a test, a journal) hands in every input
//! with [`Engine::handle`], calls [`Engine::handle_timeout`] at [`Engine::next_timeout`], and carries out the
//! [`Command`]s among the outputs.
//!
//! **Steps.** A step is one input, or all timers due at one instant. Matching runs once, at the end of the step. A
//! miss and a rung of the same instant are therefore one step: the miss first, then the rung, then one matching, and
//! nobody is rung for zero seconds.
//!
//! **Order among timers of one instant** (G8): ring (no ring, ring, connect, outside telephone, message), hold (reminder,
//! limit), wrap-up (and the ends of delays and cool-downs), lease, ladder (target, overdue callback, starvation bound,
//! wait for one agent, not-before time, rung), wait limit; then call id, agent id.
//!
//! **Memory.** Once it has had as much in hand as it will have, the engine allocates nothing in any step: what comes and
//! goes stands in slots and lines that are used again. Two things cannot be warm before they come: a need of a call's
//! own that no call has brought before, which is entered among the needs, and the first callers in a line that was
//! never so long. And a [`Snapshot`], which is rare, takes lists of its calls for as long as its step lasts. Texts
//! (numbers, attributes, reasons) are the host's, and shared with it.
//!
//! **Where to read on.** One file per noun. A call comes in through `door.rs` and `call.rs` and waits as a `visit.rs`:
//! in the line of its need (`waiting.rs`), or of one agent alone (`awaiting.rs`). `matching.rs` pairs it with an agent
//! out of those in `idle.rs`, both found by the `heads.rs` of their lines, in the agent's `order.rs`; his phone rings
//! as an `offer.rs`, and goes on as his `leg.rs` when the two are joined. What can happen to it meanwhile: an earlier
//! class takes the phone (`withdrawing.rs`), it climbs its `ladder.rs`, the caller presses one of the `keys.rs`, is
//! handed on by a `transfer.rs` to somebody else or to an outside telephone (`dial.rs`), or is called back
//! (`callback.rs`). `supervision.rs` holds what supervisors do, `authority.rs` who may do what, `follow_up.rs` what is
//! left to do once a call has ended, `snapshot.rs` how switch and engine agree again. `agent.rs` holds presence and contact slots, `staff.rs` counts who is there,
//! `timer.rs` has every deadline there is, `deadlines.rs` those of a visit.

#![deny(clippy::float_arithmetic)]

mod agent;
mod attributes;
mod authority;
mod awaiting;
mod call;
mod callback;
mod calls;
mod command;
mod cooling;
mod copies;
mod deadlines;
mod dial;
mod door;
mod explain;
mod fact;
mod follow_up;
mod hash;
mod heads;
mod idle;
mod index;
mod input;
mod invariants;
mod keys;
mod ladder;
mod leg;
mod line;
mod matching;
mod needs;
mod offer;
mod order;
mod output;
mod refusal;
mod remembered;
mod slab;
mod snapshot;
mod staff;
mod state;
mod supervision;
mod timer;
mod transfer;
mod view;
mod visit;
mod waiting;
mod why;
mod withdrawing;

use core::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use attributes::Attributes;
pub use command::{CancelReason, Command, DialPurpose, OfferCall, OfferPurpose};
pub use explain::{Kept, Lacking, NextRung, Obstacle, Search, WhyWaiting};
pub use fact::Fact;
pub use input::*;
pub use invariants::Violation;
pub use output::{Event, Output, OutputKey};
pub use refusal::{ExpectedPresence, Refusal, Subject};
pub use snapshot::{LegSeen, SeenCall, SeenLeg, Snapshot};
pub use state::*;
pub use view::{AgentView, CallView, CallbackView, FollowUpView, InProgress, LegView, OfferView, SlotView};
pub use why::{Key, Why};

use crate::bits::Bits;
use crate::floor::Plan;
use crate::ids::{AgentId, ProfileId, ReasonId};
use crate::mix::mix;
use crate::time::Time;
use copies::copies;
use timer::Kind;

/// So many timers fire and offers are made in one call of [`Engine::handle_timeout`].
const PIECE_MAX: u32 = 1024;

/// The engine. See the [module](self).
///
/// It is `Clone`, `Send` and can be written with serde; a copy, or one read back, goes on exactly as the original. Read
/// back only what was written by this version: a text that was tampered with is not checked, and may panic later.
#[derive(Debug, Serialize, Deserialize)]
pub struct Engine {
    plan: Arc<Plan>,
    now: Time,
    /// How many inputs and time-outs it has taken.
    position: u64,
    /// An instant has been begun: timers of it may be left, and matching.
    unfinished: bool,
    /// State of the generator behind choices by chance.
    random: u64,
    /// Numbers given to calls in order of coming.
    sequence: u64,
    visits_started: u64,

    calls: calls::Calls,
    visits: slab::Slab<visit::Visit>,
    offers: slab::Slab<offer::Offer>,
    dials: slab::Slab<dial::Dial>,
    cooling: slab::Slab<cooling::Cooling>,
    agents: Vec<agent::Agent>,
    /// The contact slots of all agents, one agent's after another's.
    slots: Vec<agent::Slot>,

    needs: needs::Needs,
    waiting: waiting::Waiting,
    awaited: awaiting::Awaited,
    idle: idle::Idle,
    /// By team: how many are idle; empty where no queue leaves some of a team to others.
    idle_of_teams: Vec<u32>,
    timers: timer::Timers,
    /// By queue: how many visits it has.
    lengths: Vec<u32>,
    /// How many visits all queues have together.
    in_queues: u32,
    /// How many callers are not on a line, but to be called back; the calls of all of them are in queues.
    away: u32,
    /// By queue: the agent it has rung last, where it chooses in turn.
    cursors: Vec<Option<AgentId>>,
    staff: staff::Staff,
    /// The sets of absences under which a queue has calls leave when nobody is there; a bit each.
    leaves_when_empty: u8,
    follow_ups: follow_up::FollowUps,
    remembered: remembered::Remembered,
    /// When somebody has told what the clock of the world shows, and that: nanoseconds after 1970-01-01T00:00Z.
    anchor: Option<(Time, i64)>,
    /// By profile: the first of the phones that ring, which an earlier class may withdraw; empty where no class may.
    ringing: Vec<slab::Link>,
    /// Visits that the step has made to look for an agent, or given more to choose from.
    dirty_visits: Vec<u32>,
    /// Profiles of agents who can be rung again since the step began.
    dirty_profiles: matching::Dirty,
    /// Agents who can be rung again since the step began, and for whom somebody waits.
    dirty_awaited: Vec<AgentId>,
    /// By profile: behind whom the step looks on, where a call could not have the profile's agents.
    held_back: Vec<(ProfileId, order::Stage, waiting::Place)>,

    // Empty between inputs; kept for their room.
    #[serde(skip)]
    held: Vec<AgentId>,
    #[serde(skip)]
    open: Bits,
    #[serde(skip)]
    chosen: Vec<idle::Chosen>,
    /// Whose input is being taken.
    #[serde(skip)]
    actor: Option<Actor>,
    #[serde(skip)]
    out: Vec<Output>,
    #[serde(skip)]
    emitted: u32,
}

copies!(Engine {
    plan,
    now,
    position,
    unfinished,
    random,
    sequence,
    visits_started,
    calls,
    visits,
    offers,
    dials,
    cooling,
    agents,
    slots,
    needs,
    waiting,
    awaited,
    idle,
    idle_of_teams,
    timers,
    lengths,
    in_queues,
    away,
    cursors,
    staff,
    leaves_when_empty,
    follow_ups,
    remembered,
    anchor,
    ringing,
    dirty_visits,
    dirty_profiles,
    dirty_awaited,
    held_back,
    held,
    open,
    chosen,
    actor,
    out,
    emitted
});

/// Hosts, replicas and checkpoints move and copy engines.
const _: () = {
    const fn moves_and_copies<T: Send + Sync + Clone>() {}
    moves_and_copies::<Engine>();
};

impl Engine {
    /// An engine for this plan: everybody signed out, no call. The seed feeds the choices that are drawn by chance.
    pub fn new(plan: Arc<Plan>, seed: u64) -> Self {
        let profiles = plan.catalogue.profiles();
        let mut slots = Vec::new();
        let mut agents = Vec::with_capacity(plan.agents().len());
        for (index, agent) in plan.agents().iter().enumerate() {
            let first_slot = slots.len() as u32;
            let id = AgentId(index as u32);
            slots.extend((0..agent.capacity).map(|_| agent::Slot::new(id)));
            agents.push(agent::Agent::new(agent.profile, first_slot, agent.capacity));
        }
        let leaves = plan.queues().iter().filter_map(|queue| queue.rules.leave_when_empty);
        let withdraws = plan.classes().iter().any(|class| class.withdraws_ringing);
        Self {
            now: Time::ZERO,
            position: 0,
            unfinished: false,
            random: mix(seed),
            sequence: 0,
            visits_started: 0,
            calls: calls::Calls::default(),
            visits: slab::Slab::default(),
            offers: slab::Slab::default(),
            dials: slab::Slab::default(),
            cooling: slab::Slab::default(),
            agents,
            slots,
            needs: needs::Needs::new(&plan),
            waiting: waiting::Waiting::default(),
            awaited: awaiting::Awaited::new(plan.agents().len()),
            idle: idle::Idle::new(&plan),
            idle_of_teams: vec![0; if plan.lanes.have_reserves() { plan.floor().teams.len() } else { 0 }],
            timers: timer::Timers::default(),
            lengths: vec![0; plan.queues().len()],
            in_queues: 0,
            away: 0,
            cursors: vec![None; plan.queues().len()],
            staff: staff::Staff::new(&plan, profiles),
            leaves_when_empty: leaves.fold(0, |sets, set| sets | 1 << set.index()),
            follow_ups: follow_up::FollowUps::default(),
            remembered: remembered::Remembered::default(),
            anchor: None,
            ringing: vec![slab::Link::NONE; if withdraws { profiles } else { 0 }],
            dirty_visits: Vec::new(),
            dirty_profiles: matching::Dirty::default(),
            dirty_awaited: Vec::new(),
            held_back: Vec::new(),
            held: Vec::new(),
            open: Bits::default(),
            chosen: Vec::new(),
            actor: None,
            out: Vec::new(),
            emitted: 0,
            plan,
        }
    }

    // --- inputs ---

    /// Takes one input: first fires, instant by instant, every timer due *before* it, then applies it. Timers due at
    /// the very instant of the input fire later, so an answer beats a ring limit of the same instant. A stamp before
    /// [`now`](Self::now) is lifted to it. Outputs are appended to `out`.
    ///
    /// A host keeps up with the time by itself, at [`next_timeout`](Self::next_timeout); one that hands in a stamp far
    /// ahead instead has everything that falls due until then done in this one call, in no pieces.
    pub fn handle(&mut self, envelope: Envelope, out: &mut Vec<Output>) {
        if matches!(envelope.input, Input::Tick) {
            return self.handle_timeout(envelope.at, out);
        }
        self.begin(out);
        let at = envelope.at.max(self.now);
        while self.unfinished || self.timers.next_due().is_some_and(|due| due < at) {
            let mut all = u32::MAX;
            self.fire_instant(&mut all);
        }
        self.now = at;
        self.actor = Some(envelope.actor);
        self.apply(envelope);
        let mut left = PIECE_MAX;
        self.unfinished = !self.match_all(&mut left);
        self.end(out);
    }

    /// Fires every timer due at or before `now`, instant by instant; the same as handling [`Input::Tick`]. Harmless
    /// when nothing is due. What would take long is cut into pieces: while one is left,
    /// [`next_timeout`](Self::next_timeout) is not after `now`, and the host calls again.
    pub fn handle_timeout(&mut self, now: Time, out: &mut Vec<Output>) {
        self.begin(out);
        let now = now.max(self.now);
        let mut left = PIECE_MAX;
        while left > 0 && self.is_due(now) {
            self.fire_instant(&mut left);
        }
        if !self.is_due(now) {
            self.now = now;
        }
        self.end(out);
    }

    /// When [`handle_timeout`](Self::handle_timeout) should be called next, if nothing happens before.
    pub fn next_timeout(&self) -> Option<Time> {
        if self.unfinished { Some(self.now) } else { self.timers.next_due() }
    }

    // --- steps ---

    fn begin(&mut self, out: &mut Vec<Output>) {
        core::mem::swap(&mut self.out, out);
        self.emitted = 0;
    }

    fn end(&mut self, out: &mut Vec<Output>) {
        self.position += 1;
        self.actor = None;
        core::mem::swap(&mut self.out, out);
    }

    /// Fires what is left of the instant that has been begun, or else the next, in so far as `left` allows.
    fn fire_instant(&mut self, left: &mut u32) {
        if !self.unfinished {
            let Some(due) = self.timers.next_due() else { return };
            self.now = due;
            self.unfinished = true;
        }
        while self.timers.next_due().is_some_and(|due| due <= self.now) {
            if *left == 0 {
                return;
            }
            *left -= 1;
            if let Some((kind, slot)) = self.pop_timer() {
                self.fire(kind, slot);
            }
        }
        self.unfinished = !self.match_all(left);
    }

    /// Whether something is left to do at or before this instant.
    fn is_due(&self, now: Time) -> bool {
        self.unfinished || self.timers.next_due().is_some_and(|due| due <= now)
    }

    fn fire(&mut self, kind: Kind, slot: u32) {
        match kind {
            Kind::NoRing | Kind::Ring | Kind::Connect => self.offer_limit_due(slot, kind),
            Kind::Dial => self.dial_limit_due(slot),
            Kind::Message => self.message_limit_due(slot),
            Kind::HoldReminder => self.hold_reminder_due(slot),
            Kind::HoldLimit => self.hold_limit_due(slot),
            Kind::WrapUp => self.wrap_up_due(slot),
            Kind::Delay => self.delay_due(AgentId(slot)),
            Kind::CoolDown => self.cool_down_due(slot),
            Kind::Lease => self.lease_due(slot),
            Kind::DialLease => self.dial_lease_due(slot),
            Kind::Target => self.target_due(slot),
            Kind::Overdue => self.callback_overdue(slot),
            Kind::Starvation => self.starvation_due(slot),
            Kind::Await => self.await_limit_due(slot),
            Kind::NotBefore => self.not_before_due(slot),
            Kind::Rung => self.rung_due(slot),
            Kind::WaitLimit => self.wait_limit_due(slot),
        }
    }

    /// Takes the input apart where it lies: an envelope is some hundred bytes, which are not to be moved at each turn.
    #[inline(always)]
    fn apply(&mut self, envelope: Envelope) {
        let actor = envelope.actor;
        match envelope.input {
            Input::CallArrived(arrival) => self.call_arrived(arrival, None),
            Input::CallerGone { call } => self.caller_gone(call),
            Input::LegRinging { offer } => self.leg_ringing(offer),
            Input::OfferAccepted { offer } => self.offer_accepted(offer),
            Input::OfferFailed { offer, why } => self.offer_failed(offer, why),
            Input::Connected { offer } => self.connected(offer),
            Input::ConnectFailed { offer, why } => self.connect_failed(offer, why),
            Input::HoldChanged { offer, held } => self.hold_changed(offer, held),
            Input::LegEnded { offer, by } => self.leg_ended(offer, by),
            Input::LeaseRenewed { call } => self.lease_renewed(call),
            Input::KeyPressed { call, key } => self.key_pressed(call, key),
            Input::MessageTaken { call } => self.message_taken(call),
            Input::DialRinging { dial } => self.dial_ringing(dial),
            Input::DialAnswered { dial } => self.dial_answered(dial),
            Input::DialFailed { dial, why } => self.dial_failed(dial, why),
            Input::DialEnded { dial } => self.dial_ended(dial),
            Input::EndpointState { agent, state } => self.endpoint_state(agent, state),
            Input::Anchor { utc } => self.anchor = Some((self.now, utc)),
            Input::Snapshot(ref snapshot) => self.reconcile(snapshot),
            Input::Tick => {}
            ref request => {
                let result = self.check_actor(actor).and_then(|()| self.request(actor, request));
                if let Err(refusal) = result {
                    self.fact(|| Fact::Refused(refusal));
                }
            }
        }
    }

    /// What people ask, and may be refused.
    fn request(&mut self, actor: Actor, input: &Input) -> Result<(), Refusal> {
        match *input {
            Input::SignIn { agent } => self.may_set(agent, actor).and_then(|()| self.sign_in(agent)),
            Input::SignOut { agent } => self.may_set(agent, actor).and_then(|()| self.sign_out(agent)),
            Input::Ready { agent } => self.may_set(agent, actor).and_then(|()| self.ready(agent, None)),
            Input::ReadyOnce { agent, then } => {
                self.may_set(agent, actor)?;
                let needs_approval = |reason: &ReasonId| self.plan.needs_approval(*reason);
                if let (Some(reason), true) = (then.filter(needs_approval), actor == Actor::Agent(agent)) {
                    return Err(Refusal::ApprovalNeeded { agent, reason });
                }
                let once = then.map_or(Ok(Presence::SignedOut), |reason| self.off(reason))?;
                self.ready(agent, Some(once))
            }
            Input::NotReady { agent, reason } => {
                self.may_set(agent, actor).and_then(|()| self.not_ready(agent, reason, actor))
            }
            Input::ApproveBreak { agent } => self.decide_break(agent, true, actor),
            Input::RefuseBreak { agent } => self.decide_break(agent, false, actor),
            Input::WrapUpDone { agent, call, disposition } => {
                self.may_set(agent, actor).and_then(|()| self.wrap_up_done(agent, call, disposition))
            }
            Input::Hold { call } => self.request_hold(call, actor, true),
            Input::Unhold { call } => self.request_hold(call, actor, false),
            Input::HangUp { call } => self.request_hang_up(call, actor),
            Input::CannotAnswer { call } => self.cannot_answer(call, actor),
            Input::Complaint { call } => self.complaint(call, actor),
            Input::Transfer { call, ref to } => self.transfer(call, to.clone(), actor),
            Input::Consult { call, ref to } => self.consult(call, to.clone(), actor),
            Input::CompleteTransfer { call } => self.complete_transfer(call, actor),
            Input::Conference { call } => self.conference(call, actor),
            Input::CancelTransfer { call } => self.cancel_transfer(call, actor),
            Input::Monitor { supervisor, call, mode } => self.monitor(supervisor, call, mode, actor),
            Input::EndMonitor { supervisor, call } => self.end_monitor(supervisor, call, actor),
            Input::TakeOver { supervisor, call } => self.take_over(supervisor, call, actor),
            Input::MoveCall { call, to } => self.move_call(call, to, actor),
            Input::WithdrawCall { call } => self.withdraw_call(call, actor),
            Input::ChangeRank { call, class, credit } => self.change_rank(call, class, credit, actor),
            Input::AcceptCallback { call, ref terms } => self.accept_callback(call, terms, actor),
            Input::CancelCallback { call } => self.cancel_callback(call, actor),
            Input::CallBack { follow_up, call, ref terms } => self.call_back(follow_up, call, terms.clone()),
            Input::CloseFollowUp { follow_up, ref reason } => self.close_follow_up(follow_up, reason.clone(), actor),
            // Reports, which `apply` takes.
            _ => Ok(()),
        }
    }

    /// What the clock of the world shows now, once somebody has said so; nanoseconds after 1970-01-01T00:00Z.
    fn utc(&self) -> Option<i128> {
        self.anchor.map(|(at, utc)| i128::from(utc) + i128::from((self.now - at).as_nanos()))
    }

    // --- outputs ---

    #[inline(always)]
    fn fact(&mut self, fact: impl FnOnce() -> Fact) {
        self.emit(|| Event::Fact(fact()));
    }

    #[inline(always)]
    fn command(&mut self, command: impl FnOnce() -> Command) {
        self.emit(|| Event::Command(command()));
    }

    /// Makes room first and then the output, where it is to stand. An output that is made before there is room for it is
    /// made on the stack, for making room may fail, and is copied from there: 800 instructions more for each call life.
    #[inline(always)]
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        let key = OutputKey { position: self.position, index: self.emitted };
        self.emitted += 1;
        let (at, actor) = (self.now, self.actor);
        self.out.extend(core::iter::once_with(|| Output { at, key, actor, event: event() }));
    }

    // --- the whole state ---

    /// A hash of the whole state, the plan apart: equal states of equal versions of this crate give equal hashes on
    /// every machine of the same byte order.
    pub fn state_hash(&self) -> u64 {
        // Taken apart, so that a field that is added cannot be forgotten here.
        let Self {
            plan: _,
            now,
            position,
            unfinished,
            random,
            sequence,
            visits_started,
            calls,
            visits,
            offers,
            dials,
            cooling,
            agents,
            slots,
            needs,
            waiting,
            awaited,
            idle,
            idle_of_teams,
            timers,
            lengths,
            in_queues,
            away,
            cursors,
            staff,
            leaves_when_empty: _,
            follow_ups,
            remembered,
            anchor,
            ringing,
            dirty_visits,
            dirty_profiles,
            dirty_awaited,
            held_back,
            held: _,
            open: _,
            chosen: _,
            actor: _,
            out: _,
            emitted: _,
        } = self;
        let mut hasher = hash::StateHasher::default();
        (now, position, unfinished, random, sequence, visits_started).hash(&mut hasher);
        (calls, visits, offers, dials, cooling, agents, slots).hash(&mut hasher);
        (needs, waiting, awaited, idle, timers, lengths, in_queues, away).hash(&mut hasher);
        (idle_of_teams, cursors, staff).hash(&mut hasher);
        (follow_ups, remembered, anchor).hash(&mut hasher);
        (ringing, dirty_visits, dirty_profiles, dirty_awaited, held_back).hash(&mut hasher);
        hasher.finish()
    }
}
