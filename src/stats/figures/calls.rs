//! Figures of calls.

use serde::{Deserialize, Serialize};

use super::rate;
use crate::stats::counts::CallCounts;

figures! {
    /// Calls: each counted once, with its one outcome (A2, G4). By hour they stand in the hour of their arrival.
    CallFigures {
        /// Calls that came, callbacks that somebody asked for included.
        count offered,
        /// Of these, callbacks: their callers were not on the line when they came.
        count came_as_callback,
        /// Calls that an agent took and was joined with; once, however often the caller was handed on.
        count answered,
        /// Served, and the caller hung up.
        count completed_by_caller,
        /// Served, and the agent hung up.
        count completed_by_agent,
        /// Served, and the line failed.
        count completed_by_switch,
        /// Handed on to a telephone outside the desks, which answered.
        count transferred_out,
        /// Called back and served.
        count callback_fulfilled,
        /// The caller hung up while waiting, and for no other reason: mostly before anybody took the call, but also in
        /// the queue to which somebody had handed him on.
        count abandoned,
        /// The wait limit passed.
        count timed_out,
        /// Nobody who could serve it was there any more.
        count nobody_there,
        /// Ended by a key that the caller pressed.
        count left_by_key,
        /// Sent to a telephone number.
        count diverted,
        /// The caller left a message.
        count message_taken,
        /// Called back as often as may be, and not reached.
        count callback_failed,
        /// Ended by a rung of the ladder.
        count disconnected,
        /// Taken out of its queue and ended, or the callback cancelled, by somebody on this side.
        count withdrawn,
        /// Turned away at the door, whatever the reason: the sum of the next seven.
        count refused,
        /// … because it named no queue of this floor.
        count refused_unknown_queue,
        /// … because the queue was full.
        count refused_queue_full,
        /// … because the floor was full.
        count refused_floor_full,
        /// … because a caller was on each of the floor's trunks.
        count refused_trunks_full,
        /// … because as many callers waited on the floor as may.
        count refused_waiting_full,
        /// … because nobody who could serve it was there.
        count refused_nobody_there,
        /// … because its need was one too many or too large.
        count refused_needs_full,
        /// Served, and the host gave no sign of life for it any more.
        count lost,
        /// Not ended yet: `offered` less every outcome.
        count live,
        /// `answered / offered` (F1).
        rate answer_rate,
        /// `abandoned / offered`.
        rate abandonment_rate,
        /// From arrival to the end, mean over ended calls.
        seconds length_mean_s,
    }
}

impl CallFigures {
    pub(in crate::stats) fn of(counts: &CallCounts) -> Self {
        let ended = counts.ended();
        Self {
            offered: counts.offered,
            came_as_callback: counts.came_as_callback,
            answered: counts.answered,
            completed_by_caller: counts.completed_by_caller,
            completed_by_agent: counts.completed_by_agent,
            completed_by_switch: counts.completed_by_switch,
            transferred_out: counts.transferred_out,
            callback_fulfilled: counts.callback_fulfilled,
            abandoned: counts.abandoned,
            timed_out: counts.timed_out,
            nobody_there: counts.nobody_there,
            left_by_key: counts.left_by_key,
            diverted: counts.diverted,
            message_taken: counts.message_taken,
            callback_failed: counts.callback_failed,
            disconnected: counts.disconnected,
            withdrawn: counts.withdrawn,
            refused: counts.refused(),
            refused_unknown_queue: counts.refused_unknown_queue,
            refused_queue_full: counts.refused_queue_full,
            refused_floor_full: counts.refused_floor_full,
            refused_trunks_full: counts.refused_trunks_full,
            refused_waiting_full: counts.refused_waiting_full,
            refused_nobody_there: counts.refused_nobody_there,
            refused_needs_full: counts.refused_needs_full,
            lost: counts.lost,
            live: counts.offered.saturating_sub(ended),
            answer_rate: rate(counts.answered, counts.offered),
            abandonment_rate: rate(counts.abandoned, counts.offered),
            length_mean_s: counts.lasted.mean(ended),
        }
    }
}
