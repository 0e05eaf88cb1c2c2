//! The tally: a fold over the engine's outputs.

use std::sync::Arc;

use super::counts::{CallCounts, VisitCounts, WorkCounts};
use super::day::Day;
use super::live::{LiveCall, LiveCalls, LiveLegs};
use super::shape::Shape;
use super::waits::Waits;
use super::work::Work;
use crate::engine::{EndedBy, Event, Fact, OfferEnd, Outcome, Output, RefusedCall, SlotState, VisitExit};
use crate::floor::{Plan, RungEffect};
use crate::ids::{AgentId, CallId, OfferId, QueueId, TierId};
use crate::time::{Span, Time};

/// How a tally cuts the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TallyOptions {
    /// Length of the hours that figures are cut into, lifted to a minute at least and a day at most. Default 1 h. The
    /// last of a day may be shorter.
    pub bucket: Span,
    /// Time of day at the engine's start. Default midnight.
    pub day_start: Span,
    /// What agents do is counted up to this instant, calls and visits as long as there are any. For a day whose last
    /// calls are waited for after its end: nobody's time is stretched by that. Default: no end.
    pub work_until: Time,
}

impl Default for TallyOptions {
    fn default() -> Self {
        Self { bucket: Span::from_secs(3600), day_start: Span::ZERO, work_until: Time::MAX }
    }
}

/// The tally. See the [module](super).
///
/// Memory is bounded by the floor and by the calls alive at once; folding takes none once a day has been seen.
#[derive(Clone, Debug)]
pub struct Tally {
    pub(super) shape: Arc<Shape>,
    pub(super) queues: Vec<QueueRow>,
    /// Callers of no tier first, then by tier.
    pub(super) callers: Vec<CallerRow>,
    pub(super) work: Work,
    pub(super) calls: LiveCalls,
    legs: LiveLegs,
    /// The latest instant seen.
    pub(super) latest: Time,
}

/// What a queue has seen.
#[derive(Clone, Debug, Default)]
pub(super) struct QueueRow {
    /// By hour of day; empty before the first visit.
    pub(super) hours: Vec<VisitCounts>,
    pub(super) waits: Waits,
}

/// What callers of one kind have seen, by hour of day; empty before their first call.
#[derive(Clone, Debug, Default)]
pub(super) struct CallerRow {
    pub(super) hours: Vec<CallerHour>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct CallerHour {
    pub(super) calls: CallCounts,
    pub(super) visits: VisitCounts,
    pub(super) waits: Waits,
}

/// Where something that happens to a visit, or after it, is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// `None` if it is not known any more.
    pub(super) queue: Option<QueueId>,
    pub(super) tier: Option<TierId>,
    /// The hour in which the visit began.
    pub(super) hour: usize,
}

/// Two tallies that count different things: other plans, or other hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only tallies of the same floor and the same hours add up")]
pub struct NotAlike;

impl Tally {
    /// An empty tally of what engines with this plan say, from their start.
    pub fn new(plan: &Plan, options: TallyOptions) -> Self {
        let shape = Arc::new(Shape::of(plan, Day::new(options.bucket, options.day_start)));
        Self {
            queues: vec![QueueRow::default(); shape.queues.len()],
            callers: vec![CallerRow::default(); shape.tiers.len() + 1],
            work: Work::new(&shape, options.work_until),
            calls: LiveCalls::default(),
            legs: LiveLegs::default(),
            latest: Time::ZERO,
            shape,
        }
    }

    /// Takes one output of the engine; outputs come in the engine's order. What is not about figures is passed over,
    /// and so are ids that the plan does not have.
    pub fn fold(&mut self, output: &Output) {
        let Event::Fact(fact) = &output.event else { return };
        let at = output.at;
        self.latest = self.latest.max(at);
        match *fact {
            Fact::CallArrived { call, tier, .. } => {
                self.call(call, tier, at);
            }
            Fact::VisitStarted { visit, call, queue, tier, .. } => {
                let origin = Origin { queue: Some(queue), tier, hour: self.shape.day.bucket_of(at) };
                self.call(call, tier, at).enter(visit, origin, at);
                self.visit_row(origin, |row| row.offered += 1);
            }
            Fact::VisitEnded { visit, call, queue, tier, exit, wait, in_target, started, .. } => {
                let origin = Origin { queue: Some(queue), tier, hour: self.shape.day.bucket_of(started) };
                if !self.call(call, tier, started).leave(visit) {
                    self.visit_row(origin, |row| row.offered += 1);
                }
                self.exit(origin, exit, wait, in_target);
                if let VisitExit::Served { .. } = exit {
                    let call = self.call(call, tier, started);
                    if !core::mem::replace(&mut call.answered, true) {
                        let (tier, arrived) = (call.tier, call.arrived);
                        self.call_row(tier, arrived, |row| row.answered += 1);
                    }
                }
            }
            Fact::CallEnded { call, tier, outcome, lasted, .. } => {
                let arrived = Time::from_nanos(at.since(Time::ZERO + lasted).as_nanos());
                let LiveCall { tier, arrived, .. } = *self.call(call, tier, arrived);
                self.calls.remove(call);
                self.call_row(tier, arrived, |row| {
                    row.lasted += lasted;
                    *outcome_of(row, outcome) += 1;
                });
            }

            Fact::TargetPassed { call, queue, .. } => {
                self.visit_row(self.origin(call, Some(queue), at), |row| row.targets_passed += 1);
            }
            Fact::StarvationBoundUsed { call, queue, .. } => {
                self.visit_row(self.origin(call, Some(queue), at), |row| row.starvation_bound_used += 1);
            }
            Fact::RungPassed { call, queue, .. } => {
                self.visit_row(self.origin(call, Some(queue), at), |row| row.rungs_passed += 1);
            }
            Fact::RungReached { call, queue, effect, .. } => {
                self.visit_row(self.origin(call, Some(queue), at), |row| {
                    *match effect {
                        RungEffect::Notified => &mut row.notifications,
                        RungEffect::Relaxed => &mut row.relaxations,
                        RungEffect::Overflowed => &mut row.overflows,
                        RungEffect::Escalated => &mut row.escalations,
                        RungEffect::Disconnected => &mut row.disconnections,
                    } += 1;
                });
            }

            Fact::Offered { offer, call, queue, agent, .. } => {
                let origin = self.origin(call, Some(queue), at);
                self.legs.insert(offer, origin);
                self.visit_row(origin, |row| row.offers += 1);
                self.agent(agent, at, |row| row.offers += 1);
            }
            Fact::OfferEnded { offer, call, queue, agent, how, .. } => {
                let origin = self.leg_over(offer, call, queue, at);
                self.visit_row(origin, |row| match how {
                    OfferEnd::Missed => row.missed += 1,
                    OfferEnd::NeverRang => row.never_rang += 1,
                    OfferEnd::Declined => row.declined += 1,
                    OfferEnd::Busy => row.busy += 1,
                    OfferEnd::Unreachable => row.unreachable += 1,
                    OfferEnd::Cancelled(_) => row.cancelled += 1,
                    OfferEnd::ConnectFailed => row.connect_failed += 1,
                });
                self.agent(agent, at, |row| match how {
                    OfferEnd::Missed => row.missed += 1,
                    OfferEnd::NeverRang => row.never_rang += 1,
                    OfferEnd::Declined => row.declined += 1,
                    OfferEnd::Busy => row.busy += 1,
                    OfferEnd::Unreachable => row.unreachable += 1,
                    OfferEnd::Cancelled(_) | OfferEnd::ConnectFailed => {}
                });
            }
            Fact::Connected { agent, .. } => self.agent(agent, at, |row| row.calls += 1),
            Fact::HoldStarted { call, agent } => {
                self.visit_row(self.origin(call, None, at), |row| row.holds += 1);
                self.agent(agent, at, |row| row.holds += 1);
            }
            Fact::HoldReminder { call, .. } => {
                self.visit_row(self.origin(call, None, at), |row| row.hold_reminders += 1);
            }
            Fact::HoldLimitPassed { call, .. } => {
                self.visit_row(self.origin(call, None, at), |row| row.hold_limits_passed += 1);
            }
            Fact::LeaseExpired { call, .. } => {
                self.visit_row(self.origin(call, None, at), |row| row.leases_expired += 1);
            }
            Fact::LegEnded { offer, call, queue, agent, talk, hold, .. } => {
                let origin = self.leg_over(offer, call, queue, at);
                self.visit_row(origin, |row| {
                    row.handled += 1;
                    row.talk += talk;
                    row.hold += hold;
                });
                self.agent(agent, at, |row| row.handled += 1);
                self.work.leg_ended(agent, origin);
            }

            Fact::SlotChanged { agent, slot, from, to, lasted } => {
                let wrapped_up = self.work.slot_changed(&self.shape, agent, slot, (from, to), at);
                if let (SlotState::WrapUp, Some(origin)) = (from, wrapped_up) {
                    self.visit_row(origin, |row| row.wrap_up += lasted);
                }
            }
            Fact::PresenceChanged { agent, from, to, .. } => {
                self.work.presence_changed(&self.shape, agent, (from, to), at);
            }
            _ => {}
        }
    }

    /// Counts the time that has passed up to `now` without anything happening.
    pub fn advance(&mut self, now: Time) {
        self.latest = self.latest.max(now);
        self.work.advance(&self.shape, self.latest);
    }

    /// Adds what another tally has counted, up to the latest instant it has seen: shards of one centre, or
    /// replications of one day. The other's calls and agents of that moment are counted, not taken over: outputs that
    /// are still to come belong to the tally that has seen their beginning.
    pub fn merge(&mut self, other: &Self) -> Result<(), NotAlike> {
        if self.shape != other.shape {
            return Err(NotAlike);
        }
        for (mine, theirs) in self.queues.iter_mut().zip(&other.queues) {
            mine.waits.add(&theirs.waits);
            mine.hours.resize_with(mine.hours.len().max(theirs.hours.len()), VisitCounts::default);
            mine.hours.iter_mut().zip(&theirs.hours).for_each(|(mine, theirs)| *mine += theirs);
        }
        for (mine, theirs) in self.callers.iter_mut().zip(&other.callers) {
            mine.hours.resize_with(mine.hours.len().max(theirs.hours.len()), CallerHour::default);
            mine.hours.iter_mut().zip(&theirs.hours).for_each(|(mine, theirs)| mine.add(theirs));
        }
        let mut work = other.work.clone();
        work.advance(&other.shape, other.latest);
        self.work.add(&work);
        self.latest = self.latest.max(other.latest);
        Ok(())
    }

    fn exit(&mut self, origin: Origin, exit: VisitExit, wait: Span, in_target: bool) {
        let target = origin.queue.and_then(|queue| self.shape.queues.get(queue.index())).map(|queue| queue.target);
        self.visit_row(origin, |row| {
            row.longest_wait += wait;
            match exit {
                VisitExit::Served { .. } => {
                    row.answered += 1;
                    row.answered_in_target += u64::from(in_target);
                    row.answer_time += wait;
                    row.answer_time_longest += wait;
                }
                VisitExit::Abandoned => {
                    row.abandoned += 1;
                    row.abandoned_in_target += u64::from(target.is_some_and(|target| wait <= target));
                    row.abandon_time += wait;
                }
                VisitExit::TimedOut => row.timed_out += 1,
                VisitExit::Overflowed { .. } => row.overflowed += 1,
                VisitExit::Diverted => row.diverted += 1,
                VisitExit::Disconnected => row.disconnected += 1,
                VisitExit::Refused(_) => row.refused += 1,
            }
        });
        if let VisitExit::Served { .. } = exit {
            if let Some(queue) = origin.queue.and_then(|queue| self.queues.get_mut(queue.index())) {
                queue.waits.record(wait);
            }
            if let Some(hour) = self.caller_hour(origin.tier, origin.hour) {
                hour.waits.record(wait);
            }
        }
    }

    /// A live call; one not heard of before is counted as offered when it arrived.
    fn call(&mut self, call: CallId, tier: Option<TierId>, arrived: Time) -> &mut LiveCall {
        if !self.calls.contains(call) {
            self.call_row(tier, arrived, |row| row.offered += 1);
        }
        self.calls.entry(call, || LiveCall::new(tier, arrived))
    }

    /// Where something that happens to a call now is counted: with its visit, or with this queue and hour if nothing
    /// is known of the call.
    fn origin(&self, call: CallId, queue: Option<QueueId>, at: Time) -> Origin {
        let known = self.calls.get(call).and_then(|call| call.origin);
        known.unwrap_or(Origin { queue, tier: None, hour: self.shape.day.bucket_of(at) })
    }

    /// Where the end of an offer or leg is counted.
    fn leg_over(&mut self, offer: OfferId, call: CallId, queue: QueueId, at: Time) -> Origin {
        let known = self.legs.remove(offer);
        known.unwrap_or_else(|| self.origin(call, Some(queue), at))
    }

    fn visit_row(&mut self, origin: Origin, count: impl Fn(&mut VisitCounts)) {
        let buckets = self.shape.day.buckets();
        if let Some(queue) = origin.queue.and_then(|queue| self.queues.get_mut(queue.index())) {
            if queue.hours.is_empty() {
                queue.hours.resize_with(buckets, VisitCounts::default);
            }
            queue.hours.get_mut(origin.hour).into_iter().for_each(&count);
        }
        if let Some(hour) = self.caller_hour(origin.tier, origin.hour) {
            count(&mut hour.visits);
        }
    }

    fn call_row(&mut self, tier: Option<TierId>, arrived: Time, count: impl Fn(&mut CallCounts)) {
        let hour = self.shape.day.bucket_of(arrived);
        if let Some(hour) = self.caller_hour(tier, hour) {
            count(&mut hour.calls);
        }
    }

    fn caller_hour(&mut self, tier: Option<TierId>, hour: usize) -> Option<&mut CallerHour> {
        let buckets = self.shape.day.buckets();
        let row = self.callers.get_mut(tier.map_or(0, |tier| tier.index() + 1))?;
        if row.hours.is_empty() {
            row.hours.resize_with(buckets, CallerHour::default);
        }
        row.hours.get_mut(hour)
    }

    fn agent(&mut self, agent: AgentId, at: Time, count: impl Fn(&mut WorkCounts)) {
        self.work.count(&self.shape, agent, at, count);
    }
}

impl CallerHour {
    pub(super) fn add(&mut self, other: &Self) {
        self.calls += &other.calls;
        self.visits += &other.visits;
        self.waits.add(&other.waits);
    }
}

fn outcome_of(row: &mut CallCounts, outcome: Outcome) -> &mut u64 {
    match outcome {
        Outcome::Completed(EndedBy::Caller) => &mut row.completed_by_caller,
        Outcome::Completed(EndedBy::Agent) => &mut row.completed_by_agent,
        Outcome::Completed(EndedBy::Switch) => &mut row.completed_by_switch,
        Outcome::Abandoned => &mut row.abandoned,
        Outcome::TimedOut => &mut row.timed_out,
        Outcome::Diverted => &mut row.diverted,
        Outcome::Disconnected => &mut row.disconnected,
        Outcome::Refused(RefusedCall::UnknownQueue) => &mut row.refused_unknown_queue,
        Outcome::Refused(RefusedCall::QueueFull) => &mut row.refused_queue_full,
        Outcome::Refused(RefusedCall::FloorFull) => &mut row.refused_floor_full,
        Outcome::Refused(RefusedCall::NeedsFull) => &mut row.refused_needs_full,
        Outcome::Lost => &mut row.lost,
    }
}
