//! The tally: a fold over the engine's outputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::counts::{CallCounts, CallbackCounts, FollowUpCounts, TransferCounts, VisitCounts, WorkCounts};
use super::day::{Clock, Day};
use super::flow::Flows;
use super::live::{LiveCall, LiveCalls, LiveFollowUps, LiveLeg, LiveLegs, LiveQueue};
use super::queue_length::QueueLength;
use super::shape::Shape;
use super::waits::Waits;
use super::within::Within;
use super::work::Work;
use crate::floor::Plan;
use crate::ids::{AgentId, CallId, OfferId, QueueId, TierId};
use crate::time::{Span, Time};

/// How a tally cuts the day, and what it leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TallyOptions {
    /// Length of the hours that figures are cut into, lifted to a minute at least and a day at most. Default 1 h. The
    /// last of a day may be shorter.
    pub bucket: Span,
    /// Time of day at the engine's start. Default midnight.
    pub day_start: Span,
    /// How many days are told apart in figures by hour, 1 to 7: 1 folds all days into one, 7 all weeks into one. Default
    /// 1. Memory and figures grow with it.
    pub days: u32,
    /// The end of the warm-up. A call that arrived before it is left out, with all its visits, offers and outcomes, even
    /// those that come later; what agents do, and how long queues are, is counted from this instant on, for whichever
    /// call. Default: the start.
    pub count_from: Time,
    /// What agents do, and how long queues are, is counted up to this instant, calls and visits as long as there are any.
    /// For a day whose last calls are waited for after its end: nobody's time is stretched by that. Default: no end.
    pub work_until: Time,
}

impl Default for TallyOptions {
    fn default() -> Self {
        Self {
            bucket: Span::from_secs(3600),
            day_start: Span::ZERO,
            days: 1,
            count_from: Time::ZERO,
            work_until: Time::MAX,
        }
    }
}

/// The tally. See the [module](super).
///
/// Memory is bounded by the floor and by the calls alive at once; folding takes none once a day has been seen.
#[derive(Clone, Debug)]
pub struct Tally {
    pub(super) shape: Arc<Shape>,
    pub(super) clock: Clock,
    pub(super) queues: Vec<QueueRow>,
    /// Callers of no tier first, then by tier.
    pub(super) callers: Vec<CallerRow>,
    pub(super) work: Work,
    /// Of all queues together.
    pub(super) length: QueueLength,
    pub(super) flows: Flows,
    /// What belongs to no queue of this floor.
    pub(super) elsewhere: Apart,
    /// What belongs to calls of the warm-up: nobody reads it.
    left_out: Apart,
    /// The call that ended last, and whether it counts: what is put on the follow-up list then follows its end.
    pub(super) ended: Option<(CallId, bool)>,
    pub(super) calls: LiveCalls,
    pub(super) legs: LiveLegs,
    pub(super) follow_ups: LiveFollowUps,
    /// The latest instant seen.
    pub(super) latest: Time,
    /// Whether it watches a floor itself: a mere sum of others observes no time of its own.
    pub(super) watches: bool,
}

/// What a queue has seen.
#[derive(Clone, Debug, Default)]
pub(super) struct QueueRow {
    /// By hour of day; empty before the first visit.
    pub(super) hours: Vec<VisitCounts>,
    pub(super) waits: Waits,
    pub(super) within: Within,
    pub(super) length: QueueLength,
    pub(super) apart: Apart,
    pub(super) live: LiveQueue,
}

/// What is counted by queue alone, not by hour or kind of caller.
#[derive(Clone, Debug, Default)]
pub(super) struct Apart {
    pub(super) transfers: TransferCounts,
    pub(super) callbacks: CallbackCounts,
    pub(super) follow_ups: FollowUpCounts,
    /// By disposition; empty before the first.
    pub(super) dispositions: Vec<u64>,
    /// Calls taken, by agent.
    pub(super) taken: BTreeMap<AgentId, u64>,
}

/// What callers of one kind have seen.
#[derive(Clone, Debug, Default)]
pub(super) struct CallerRow {
    /// By hour of day; empty before their first call.
    pub(super) hours: Vec<CallerHour>,
    pub(super) within: Within,
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
    /// Whether the call counts: it did not arrive during the warm-up.
    pub(super) counts: bool,
}

/// Two tallies that count different things: other plans, hours or warm-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only tallies of the same floor, the same hours and the same warm-up add up")]
pub struct NotAlike;

impl Tally {
    /// An empty tally of what engines with this plan say, from their start.
    pub fn new(plan: &Plan, options: TallyOptions) -> Self {
        let shape =
            Arc::new(Shape::of(plan, Day::new(options.bucket, options.day_start, options.days), options.count_from));
        let length = QueueLength::from(options.count_from);
        Self {
            queues: vec![QueueRow { length: length.clone(), ..QueueRow::default() }; shape.queues.len()],
            callers: vec![CallerRow::default(); shape.tiers.len() + 1],
            work: Work::new(&shape, options.work_until),
            length,
            flows: Flows::default(),
            elsewhere: Apart::default(),
            left_out: Apart::default(),
            ended: None,
            calls: LiveCalls::default(),
            legs: LiveLegs::default(),
            follow_ups: LiveFollowUps::new(),
            latest: Time::ZERO,
            watches: false,
            clock: Clock::new(shape.day),
            shape,
        }
    }

    /// Counts the time that has passed up to `now` without anything happening.
    pub fn advance(&mut self, now: Time) {
        self.go_on(now);
        self.work.advance(&self.shape, &self.clock, self.latest);
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
            mine.within.add(&theirs.within);
            mine.length.add(&other.counted_up(&theirs.length, other.latest));
            mine.hours.resize_with(mine.hours.len().max(theirs.hours.len()), VisitCounts::default);
            mine.hours.iter_mut().zip(&theirs.hours).for_each(|(mine, theirs)| *mine += theirs);
            mine.apart.add(&theirs.apart);
        }
        self.elsewhere.add(&other.elsewhere);
        for (mine, theirs) in self.callers.iter_mut().zip(&other.callers) {
            mine.hours.resize_with(mine.hours.len().max(theirs.hours.len()), CallerHour::default);
            mine.hours.iter_mut().zip(&theirs.hours).for_each(|(mine, theirs)| mine.add(theirs));
            mine.within.add(&theirs.within);
        }
        self.length.add(&other.counted_up(&other.length, other.latest));
        self.flows.add(&other.flows);
        let mut work = other.work.clone();
        work.advance(&other.shape, &other.clock, other.latest);
        self.work.add(&work);
        self.latest = self.latest.max(other.latest);
        Ok(())
    }

    /// It is `now`, or later if later has been seen.
    pub(super) fn go_on(&mut self, now: Time) {
        self.latest = self.latest.max(now);
        self.watches = true;
        self.clock.turn_to(self.latest);
    }

    /// A queue length, counted up to `now`.
    pub(super) fn counted_up(&self, length: &QueueLength, now: Time) -> QueueLength {
        let mut length = length.clone();
        if self.watches {
            length.advance(&self.clock, self.work.end_of(now));
        }
        length
    }

    /// A live call; one not heard of before is counted as offered when it arrived.
    pub(super) fn call(&mut self, call: CallId, tier: Option<TierId>, arrived: Time) -> &mut LiveCall {
        if !self.calls.contains(call) {
            self.call_row(tier, arrived, |row| row.offered += 1);
        }
        self.calls.entry(call, || LiveCall::new(tier, arrived))
    }

    /// Where something that happens to a call now is counted: with its latest visit, or with this queue and hour if
    /// nothing is known of the call.
    pub(super) fn origin(&self, call: CallId, queue: Option<QueueId>, at: Time) -> Origin {
        let known = self.calls.get(call).and_then(|call| call.origin);
        known.unwrap_or(Origin {
            queue,
            tier: None,
            hour: self.clock.bucket_of(at),
            counts: self.call_counts(call, at),
        })
    }

    /// A leg; one not heard of before counts with its call.
    pub(super) fn leg(&self, offer: OfferId, agent: AgentId, call: CallId, queue: QueueId, at: Time) -> LiveLeg {
        self.legs.get(offer).copied().unwrap_or_else(|| LiveLeg::new(agent, self.origin(call, Some(queue), at)))
    }

    /// Whether a call counts; one not heard of before is taken to have arrived at this instant.
    pub(super) fn call_counts(&self, call: CallId, at: Time) -> bool {
        self.shape.counts(self.calls.get(call).map_or(at, |call| call.arrived))
    }

    pub(super) fn visit_row(&mut self, origin: Origin, count: impl Fn(&mut VisitCounts)) {
        if !origin.counts {
            return;
        }
        if let Some(queue) = origin.queue.and_then(|queue| self.queues.get_mut(queue.index())) {
            if queue.hours.is_empty() {
                queue.hours.resize_with(self.shape.day.buckets(), VisitCounts::default);
            }
            queue.hours.get_mut(origin.hour).into_iter().for_each(&count);
        }
        if let Some(hour) = self.caller_hour(origin.tier, origin.hour) {
            count(&mut hour.visits);
        }
    }

    pub(super) fn call_row(&mut self, tier: Option<TierId>, arrived: Time, count: impl Fn(&mut CallCounts)) {
        if !self.shape.counts(arrived) {
            return;
        }
        let hour = self.clock.bucket_of(arrived);
        if let Some(hour) = self.caller_hour(tier, hour) {
            count(&mut hour.calls);
        }
    }

    pub(super) fn caller_hour(&mut self, tier: Option<TierId>, hour: usize) -> Option<&mut CallerHour> {
        let row = self.callers.get_mut(tier.map_or(0, |tier| tier.index() + 1))?;
        if row.hours.is_empty() {
            row.hours.resize_with(self.shape.day.buckets(), CallerHour::default);
        }
        row.hours.get_mut(hour)
    }

    /// What is counted by queue alone, of a call that counts or does not.
    pub(super) fn apart(&mut self, queue: Option<QueueId>, counts: bool) -> &mut Apart {
        if !counts {
            return &mut self.left_out;
        }
        let row = queue.and_then(|queue| self.queues.get_mut(queue.index()));
        row.map_or(&mut self.elsewhere, |row| &mut row.apart)
    }

    /// The same, of the queue a call is or was in last.
    pub(super) fn apart_of(&mut self, call: CallId, at: Time) -> &mut Apart {
        let queue = self.calls.get(call).and_then(|call| call.origin).and_then(|origin| origin.queue);
        self.apart(queue, self.call_counts(call, at))
    }

    pub(super) fn agent(&mut self, agent: AgentId, at: Time, count: impl Fn(&mut WorkCounts)) {
        self.work.count(&self.shape, &self.clock, agent, at, count);
    }
}

impl Apart {
    pub(super) fn add(&mut self, other: &Self) {
        self.transfers += &other.transfers;
        self.callbacks += &other.callbacks;
        self.follow_ups += &other.follow_ups;
        self.dispositions.resize(self.dispositions.len().max(other.dispositions.len()), 0);
        self.dispositions.iter_mut().zip(&other.dispositions).for_each(|(mine, theirs)| *mine += theirs);
        other.taken.iter().for_each(|(agent, calls)| *self.taken.entry(*agent).or_default() += calls);
    }
}

impl CallerHour {
    pub(super) fn add(&mut self, other: &Self) {
        self.calls += &other.calls;
        self.visits += &other.visits;
        self.waits.add(&other.waits);
    }
}
