//! Figures of visits.

use serde::{Deserialize, Serialize};

use super::rate;
use crate::stats::counts::VisitCounts;
use crate::stats::waits::Waits;
use crate::time::Span;

figures! {
    /// Visits: stays of calls in queues. A call that visits two queues counts in both, so these may exceed the calls; a
    /// call that is handed on, moved, sent up the chain of command, taken over or called back begins another visit.
    /// Colleagues who are asked to come to the telephone are no visits: see [`TransferFigures`](super::TransferFigures).
    /// By hour visits stand, with all that comes of them later, in the hour in which they *began*.
    ///
    /// Waits, the target and the shares made of them are about callers who wait on the line: callbacks are left out of
    /// them, above and below the line, and have their wait in [`CallbackFigures`](super::CallbackFigures); so are calls
    /// that a supervisor takes over, for whom nobody waits.
    VisitFigures {
        /// Visits that began, those turned away at the door included: the sum of the next nine.
        count offered,
        /// The call had come from outside.
        count came_new,
        /// A rung had moved it here (E2).
        count came_by_overflow,
        /// The caller had pressed a key.
        count came_by_key,
        /// Somebody had moved it.
        count came_by_move,
        /// An agent had handed the caller on (A3).
        count came_by_transfer,
        /// It had come back from a transfer that nobody answered (A3).
        count came_back,
        /// An agent could not answer, or the caller complained: up the chain of command (E1, E4).
        count came_by_escalation,
        /// A supervisor takes it over (E8).
        count came_by_take_over,
        /// The caller is to be called back.
        count came_as_callback,
        /// Ended because an agent took the call.
        count answered,
        /// Ended because the caller hung up.
        count abandoned,
        /// Ended by the wait limit.
        count timed_out,
        /// Ended because a rung moved the call to another queue (E2).
        count overflowed,
        /// Ended because a rung sent the call to a telephone number.
        count diverted,
        /// Ended because a rung ended the call.
        count disconnected,
        /// Turned away at the door.
        count refused,
        /// Ended because nobody who could serve the call was there any more.
        count nobody_there,
        /// Ended by a key that the caller pressed.
        count left_by_key,
        /// Ended because somebody moved the call.
        count moved,
        /// Ended because somebody took the call out and ended it, or cancelled the callback.
        count withdrawn,
        /// Ended because the caller was led to leave a message.
        count to_message,
        /// Ended because the caller was promised to be called back.
        count to_callback,
        /// Ended because the agent it was handed on to did not take it in time.
        count not_taken,
        /// Ended because the agent who was with the caller all the time needed nobody else any more.
        count called_off,
        /// Ended because the callback had been tried as often as may be.
        count callback_failed,
        /// Not ended yet: `offered` less every exit.
        count waiting,
        /// `answered / offered` (F1).
        rate answer_rate,
        /// `abandoned / offered`.
        rate abandonment_rate,
        /// Answered at or before the queue's answer target, counted from the visit's start (A1).
        count answered_in_target,
        /// Abandoned at or before the target.
        count abandoned_in_target,
        /// Share answered in target, abandoned visits in: `answered_in_target / offered` (F2), here and in the next six
        /// without callbacks.
        rate in_target_of_offered,
        /// Share answered in target, abandoned visits out: `answered_in_target / (offered - abandoned)` (F2).
        rate in_target_without_abandoned,
        /// … only early abandons out: `answered_in_target / (offered - abandoned_in_target)`.
        rate in_target_without_early_abandoned,
        /// … early abandons as met: `(answered_in_target + abandoned_in_target) / offered`.
        rate in_target_early_abandoned_met,
        /// … of those answered: `answered_in_target / answered`.
        rate in_target_of_answered,
        /// … of those answered or abandoned: `answered_in_target / (answered + abandoned)`.
        rate in_target_of_answered_and_abandoned,
        /// … of those, early abandons as met: `(answered_in_target + abandoned_in_target) / (answered + abandoned)`.
        rate in_target_of_both_early_abandoned_met,
        /// Speed of answer (ASA): wait of answered visits, mean; those answered at once count with 0.
        seconds speed_of_answer_mean_s,
        /// … at most this for half of them. Percentiles are good to a thousandth of themselves or a millisecond, and
        /// not given for single hours of a queue.
        seconds speed_of_answer_p50_s,
        /// … at most this for 90 % of them.
        seconds speed_of_answer_p90_s,
        /// … at most this for 99 % of them.
        seconds speed_of_answer_p99_s,
        /// … the longest, exactly.
        seconds speed_of_answer_max_s,
        /// Wait of abandoned visits, mean.
        seconds abandon_wait_mean_s,
        /// The longest wait of any visit, whatever its exit. Visits still waiting count, except by hour.
        seconds longest_wait_s,
        /// Agents' legs that ended after talking with the caller; they may be more than were answered, as whoever was
        /// consulted may have gone on with the caller.
        count handled,
        /// Talking with the caller, mean over `handled`; each leg counts to the queue that gave it the call.
        seconds talk_mean_s,
        /// On hold, mean over `handled`.
        seconds hold_mean_s,
        /// Work after the call, mean over `handled`, as far as it has ended.
        seconds wrap_up_mean_s,
        /// Handle time (AHT): the sum of the three means.
        seconds handle_time_mean_s,
        /// Offers to agents; one visit may have many.
        count offers,
        /// Offers that the agent let ring (RONA).
        count missed,
        /// Offers whose phone never rang.
        count never_rang,
        /// Offers declined.
        count declined,
        /// Offers to a busy phone.
        count busy,
        /// Offers to a phone that could not be reached or vanished.
        count unreachable,
        /// Offers taken back: the caller hung up, somebody else answered, the ladder or a higher class intervened.
        count cancelled,
        /// Offers answered where caller and agent could not be joined.
        count connect_failed,
        /// Visits whose answer target passed without an answer; by hour, as everything about a visit, in the hour in which
        /// it *began*, not that in which the target passed.
        count targets_passed,
        /// Rungs reached whose strongest effect was to tell someone. A rung counts once here or in one of the next four,
        /// by the strongest of what it does; they stand from weakest to strongest. So this is not the number of
        /// notifications, nor are the others that of their effects.
        count notifications,
        /// … was to ask for less.
        count relaxations,
        /// … was to give the call to other people: another team, queue or number (E2).
        count overflows,
        /// … was to send the call up: role, class or credit (E1, E3).
        count escalations,
        /// … was to end the call.
        count disconnections,
        /// Rungs passed at once or not to be taken.
        count rungs_passed,
        /// Visits served before every class because they had waited too long.
        count starvation_bound_used,
        /// Times somebody changed the rank of a waiting call.
        count rank_changes,
        /// Visits that waited for the one agent the call preferred (A5); calls handed on to an agent, come back to one or
        /// taken over by one are not among them.
        count agent_awaited,
        /// … and were taken by that agent while they waited for him alone.
        count agent_awaited_kept,
        /// … and then waited for anybody, because he did not take the call in time.
        count agent_awaited_given_up,
        /// Times a caller went on hold (A4).
        count holds,
        /// Reminders of callers on hold.
        count hold_reminders,
        /// Callers brought back because they were on hold for too long.
        count hold_limits_passed,
        /// Connected calls for which the host gave no sign of life.
        count leases_expired,
    }
}

impl VisitFigures {
    /// Figures of these counts; the longest wait is at least that of `waiting`, the visit that still waits longest.
    pub(in crate::stats) fn of(counts: &VisitCounts, waits: Option<&Waits>, waiting: Option<Span>) -> Self {
        let (offered, answered, abandoned) = (counts.offered, counts.answered, counts.abandoned);
        let waited = counts.waited();
        let answered_waiting = answered.saturating_sub(counts.callbacks_answered + counts.take_overs_answered);
        let (in_target, early_abandoned) = (counts.answered_in_target, counts.abandoned_in_target);
        let longest = counts.answer_time_longest.0;
        // The histogram names a wait by the end of its step; nobody waited longer than the longest.
        let percentile = |share| waits?.quantile(share).min(longest).map(Span::as_secs_f64);
        let (talk, hold, wrap_up) = (counts.talk, counts.hold, counts.wrap_up);
        let mut handle_time = talk;
        handle_time += hold;
        handle_time += wrap_up;
        Self {
            offered,
            came_new: counts.came_new,
            came_by_overflow: counts.came_by_overflow,
            came_by_key: counts.came_by_key,
            came_by_move: counts.came_by_move,
            came_by_transfer: counts.came_by_transfer,
            came_back: counts.came_back,
            came_by_escalation: counts.came_by_escalation,
            came_by_take_over: counts.came_by_take_over,
            came_as_callback: counts.came_as_callback,
            answered,
            abandoned,
            timed_out: counts.timed_out,
            overflowed: counts.overflowed,
            diverted: counts.diverted,
            disconnected: counts.disconnected,
            refused: counts.refused,
            nobody_there: counts.nobody_there,
            left_by_key: counts.left_by_key,
            moved: counts.moved,
            withdrawn: counts.withdrawn,
            to_message: counts.to_message,
            to_callback: counts.to_callback,
            not_taken: counts.not_taken,
            called_off: counts.called_off,
            callback_failed: counts.callback_failed,
            waiting: offered.saturating_sub(counts.ended()),
            answer_rate: rate(answered, offered),
            abandonment_rate: rate(abandoned, offered),
            answered_in_target: in_target,
            abandoned_in_target: early_abandoned,
            in_target_of_offered: rate(in_target, waited),
            in_target_without_abandoned: rate(in_target, waited.saturating_sub(abandoned)),
            in_target_without_early_abandoned: rate(in_target, waited.saturating_sub(early_abandoned)),
            in_target_early_abandoned_met: rate(in_target + early_abandoned, waited),
            in_target_of_answered: rate(in_target, answered_waiting),
            in_target_of_answered_and_abandoned: rate(in_target, answered_waiting + abandoned),
            in_target_of_both_early_abandoned_met: rate(in_target + early_abandoned, answered_waiting + abandoned),
            speed_of_answer_mean_s: counts.answer_time.mean(answered_waiting),
            speed_of_answer_p50_s: percentile(0.50),
            speed_of_answer_p90_s: percentile(0.90),
            speed_of_answer_p99_s: percentile(0.99),
            speed_of_answer_max_s: longest.map(Span::as_secs_f64),
            abandon_wait_mean_s: counts.abandon_time.mean(abandoned),
            longest_wait_s: counts.longest_wait.0.max(waiting).map(Span::as_secs_f64),
            handled: counts.handled,
            talk_mean_s: talk.mean(counts.handled),
            hold_mean_s: hold.mean(counts.handled),
            wrap_up_mean_s: wrap_up.mean(counts.handled),
            handle_time_mean_s: handle_time.mean(counts.handled),
            offers: counts.offers,
            missed: counts.missed,
            never_rang: counts.never_rang,
            declined: counts.declined,
            busy: counts.busy,
            unreachable: counts.unreachable,
            cancelled: counts.cancelled,
            connect_failed: counts.connect_failed,
            targets_passed: counts.targets_passed,
            notifications: counts.notifications,
            relaxations: counts.relaxations,
            overflows: counts.overflows,
            escalations: counts.escalations,
            disconnections: counts.disconnections,
            rungs_passed: counts.rungs_passed,
            starvation_bound_used: counts.starvation_bound_used,
            rank_changes: counts.rank_changes,
            agent_awaited: counts.agent_awaited,
            agent_awaited_kept: counts.agent_awaited_kept,
            agent_awaited_given_up: counts.agent_awaited_given_up,
            holds: counts.holds,
            hold_reminders: counts.hold_reminders,
            hold_limits_passed: counts.hold_limits_passed,
            leases_expired: counts.leases_expired,
        }
    }
}
