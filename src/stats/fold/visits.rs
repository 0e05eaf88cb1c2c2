//! How the facts about visits are counted.

use super::super::counts::{VisitCounts, WithinCounts};
use super::super::live::LiveVisit;
use super::super::tally::{Origin, Tally};
use crate::engine::{VisitCause, VisitExit};
use crate::ids::{AgentId, CallId, QueueId, TierId, VisitId};
use crate::time::{Span, Time};

/// The beginning of a visit.
#[derive(Clone, Copy, Debug)]
pub(super) struct VisitStart {
    pub(super) visit: VisitId,
    pub(super) call: CallId,
    pub(super) queue: QueueId,
    pub(super) tier: Option<TierId>,
    pub(super) cause: VisitCause,
}

/// The end of a visit.
#[derive(Clone, Copy, Debug)]
pub(super) struct VisitEnd {
    pub(super) call: CallId,
    /// What was known of it; `None` if nobody heard it begin.
    pub(super) live: Option<LiveVisit>,
    pub(super) origin: Origin,
    pub(super) cause: VisitCause,
    pub(super) exit: VisitExit,
    pub(super) wait: Span,
    pub(super) in_target: bool,
}

impl Tally {
    pub(super) fn visit_started(&mut self, start: VisitStart, at: Time) {
        let VisitStart { visit, call, queue, tier, cause } = start;
        let (hour, count_from) = (self.clock.bucket_of(at), self.shape.count_from);
        let call = self.call(call, tier, at);
        let arrived = call.arrived;
        let counts = arrived >= count_from;
        let origin = Origin { queue: Some(queue), tier, hour, counts };
        let live = LiveVisit { visit, cause, origin, since: at, awaits: None, rungs: 0 };
        let tier = call.tier;
        let before = call.enter(live);
        let promised = core::mem::take(&mut call.promised);
        if let Some(queue) = self.queues.get_mut(queue.index()) {
            queue.live.enter(&live);
            if live.on_the_line() {
                let at = self.work.end_of(at);
                queue.length.enter(&self.clock, at);
                self.length.enter(&self.clock, at);
            }
        }
        self.apart(Some(queue), counts).callbacks.promised += u64::from(promised);
        match cause {
            VisitCause::Consult { by } => {
                self.apart(Some(queue), counts).transfers.consults += 1;
                return self.agent(by, at, |row| row.consults += 1);
            }
            VisitCause::Transferred { by } => {
                self.apart(before.and_then(|before| before.queue), counts).transfers.transfers += 1;
                self.agent(by, at, |row| row.transfers += 1);
            }
            VisitCause::Escalated { from } => self.agent(from, at, |row| row.escalated += 1),
            VisitCause::Callback if before.is_none() => {
                self.call_row(tier, arrived, |row| row.came_as_callback += 1);
            }
            _ => {}
        }
        self.came(origin, cause);
    }

    fn came(&mut self, origin: Origin, cause: VisitCause) {
        self.visit_row(origin, |row| {
            let cause = match cause {
                VisitCause::Arrived => &mut row.came_new,
                VisitCause::Overflowed => &mut row.came_by_overflow,
                VisitCause::Key => &mut row.came_by_key,
                VisitCause::Moved => &mut row.came_by_move,
                VisitCause::Transferred { .. } => &mut row.came_by_transfer,
                VisitCause::Returned { .. } => &mut row.came_back,
                VisitCause::Escalated { .. } => &mut row.came_by_escalation,
                VisitCause::TakenOver { .. } => &mut row.came_by_take_over,
                VisitCause::Callback => &mut row.came_as_callback,
                VisitCause::Consult { .. } => return,
            };
            *cause += 1;
            row.offered += 1;
        });
    }

    pub(super) fn visit_ended(&mut self, end: VisitEnd, actor: Option<AgentId>, at: Time) {
        let queue = end.origin.queue.and_then(|queue| self.queues.get_mut(queue.index()));
        if let (Some(live), Some(queue)) = (&end.live, queue) {
            queue.live.leave(live);
            if live.on_the_line() {
                let at = self.work.end_of(at);
                queue.length.leave(&self.clock, at);
                self.length.leave(&self.clock, at);
            }
        }
        if matches!(end.cause, VisitCause::Consult { .. }) {
            return;
        }
        if end.live.is_none() {
            self.came(end.origin, end.cause);
        }
        self.exit(&end);
        if let (Some(queue), true) = (end.origin.queue, end.origin.counts) {
            let rungs = end.live.map_or(0, |live| live.rungs);
            self.flows.count(&self.shape, (queue, end.origin.tier), rungs, end.exit);
        }
        match end.exit {
            VisitExit::Served { agent } => self.served(&end, agent, at),
            VisitExit::Moved { .. } => self.agent_if(actor, at, |row| row.moves += 1),
            VisitExit::Withdrawn => self.agent_if(actor, at, |row| row.withdrawals += 1),
            _ => {}
        }
    }

    /// Counts a visit's end. Times and the target are about those whose callers waited on the line.
    fn exit(&mut self, end: &VisitEnd) {
        let VisitEnd { origin, cause, exit, wait, in_target, .. } = *end;
        let target = origin.queue.and_then(|queue| self.shape.queues.get(queue.index())).map(|queue| queue.target);
        // Nobody waits on the line for a callback, nor while a supervisor takes over.
        let callback = cause == VisitCause::Callback;
        let apart = callback || matches!(cause, VisitCause::TakenOver { .. });
        self.visit_row(origin, |row| {
            if callback {
                row.callbacks_ended += 1;
            }
            if !apart {
                row.longest_wait += wait;
            }
            match exit {
                VisitExit::Served { .. } => {
                    row.answered += 1;
                    if callback {
                        row.callbacks_answered += 1;
                    } else if apart {
                        row.take_overs_answered += 1;
                    } else {
                        row.answered_in_target += u64::from(in_target);
                        row.answer_time += wait;
                        row.answer_time_longest += wait;
                    }
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
                VisitExit::NobodyThere => row.nobody_there += 1,
                VisitExit::LeftByKey { .. } => row.left_by_key += 1,
                VisitExit::Moved { .. } => row.moved += 1,
                VisitExit::Withdrawn => row.withdrawn += 1,
                VisitExit::Message => row.to_message += 1,
                VisitExit::Callback => row.to_callback += 1,
                VisitExit::NotTaken => row.not_taken += 1,
                VisitExit::CalledOff => row.called_off += 1,
                VisitExit::CallbackFailed => row.callback_failed += 1,
            }
        });
        if !apart {
            self.within(origin, wait, exit);
        }
    }

    /// Counts how soon a visit ended.
    fn within(&mut self, origin: Origin, wait: Span, exit: VisitExit) {
        if !origin.counts {
            return;
        }
        let count = |counts: &mut WithinCounts| match exit {
            VisitExit::Served { .. } => counts.answered += 1,
            VisitExit::Abandoned => counts.abandoned += 1,
            _ => counts.left += 1,
        };
        let queue = origin.queue.and_then(|queue| self.queues.get_mut(queue.index()));
        queue.into_iter().for_each(|queue| queue.within.count(wait, count));
        let callers = self.callers.get_mut(origin.tier.map_or(0, |tier| tier.index() + 1));
        callers.into_iter().for_each(|callers| callers.within.count(wait, count));
    }

    /// A visit ended because an agent took the call.
    fn served(&mut self, end: &VisitEnd, agent: AgentId, at: Time) {
        let VisitEnd { call, live, origin, cause, wait, .. } = *end;
        if let Some(call) = self.calls.get_mut(call) {
            let (tier, arrived) = (call.tier, call.arrived);
            if !core::mem::replace(&mut call.answered, true) {
                self.call_row(tier, arrived, |row| row.answered += 1);
            }
        }
        if live.is_some_and(|live| live.awaits == Some(agent)) {
            self.visit_row(origin, |row| row.agent_awaited_kept += 1);
        }
        match cause {
            VisitCause::Callback => return self.apart(origin.queue, origin.counts).callbacks.wait += wait,
            VisitCause::TakenOver { .. } => return self.agent(agent, at, |row| row.take_overs += 1),
            _ => {}
        }
        if !origin.counts {
            return;
        }
        if let Some(queue) = origin.queue.and_then(|queue| self.queues.get_mut(queue.index())) {
            queue.waits.record(wait);
        }
        if let Some(hour) = self.caller_hour(origin.tier, origin.hour) {
            hour.waits.record(wait);
        }
    }

    /// A call waits for one agent alone: the one it prefers, or one whom somebody else has named.
    pub(super) fn awaits(&mut self, call: CallId, agent: AgentId, at: Time) {
        let Some(live) = self.calls.get_mut(call).and_then(|call| call.visit.as_mut()) else { return };
        match live.cause {
            VisitCause::Transferred { .. } => self.apart_of(call, at).transfers.to_agents += 1,
            VisitCause::Returned { .. } | VisitCause::TakenOver { .. } | VisitCause::Consult { .. } => {}
            _ => {
                live.awaits = Some(agent);
                let origin = live.origin;
                self.visit_row(origin, |row| row.agent_awaited += 1);
            }
        }
    }

    /// Counts something that happens to a visit, unless it is that of a consult.
    pub(super) fn visit(
        &mut self,
        visit: VisitId,
        call: CallId,
        queue: QueueId,
        at: Time,
        count: impl Fn(&mut VisitCounts),
    ) {
        let present = self.calls.get(call).and_then(|call| call.visit).filter(|live| live.visit == visit);
        if present.is_none_or(|live| !matches!(live.cause, VisitCause::Consult { .. })) {
            let origin = present.map_or_else(|| self.origin(call, Some(queue), at), |live| live.origin);
            self.visit_row(origin, count);
        }
    }
}
