//! Figures of callers handed on, of callbacks, and of what is to be followed up.

use serde::{Deserialize, Serialize};

use crate::stats::counts::{CallbackCounts, FollowUpCounts, TransferCounts};
use crate::time::Span;

figures! {
    /// Callers handed on (A3), and colleagues consulted. What agents did stands with the queue in which the call was;
    /// consults of people on this floor with the queue through which they were asked.
    TransferFigures {
        /// Callers handed on without consulting anybody: the sum of the next three.
        count transfers,
        /// … to another queue, or the same again.
        count to_queues,
        /// … to one agent.
        count to_agents,
        /// … to a telephone outside the desks: an extension or a number.
        count to_telephones,
        /// Calls that came back because nobody answered there.
        count returned,
        /// Times an agent asked somebody else to come to the telephone, with the caller on hold. No visits.
        count consults,
        /// … of a telephone outside the desks.
        count consults_of_telephones,
        /// Consults to which somebody came.
        count consults_answered,
        /// How long agents who were consulted talked with their colleague, mean over those consults that are over.
        seconds consult_mean_s,
        /// Callers handed on to whoever had been consulted.
        count completed,
        /// Conferences.
        count conferences,
        /// Callers who were joined with a telephone outside the desks, consulted before or not.
        count handed_out,
    }

    /// Callers who are, or were, to be called back. They stand with the queue in which the call was or is.
    CallbackFigures {
        /// Callers who were promised to be called back.
        count promised,
        /// Times somebody tried.
        count attempts,
        /// Promises of a time that were kept: the first attempt came at or before it.
        count kept,
        /// Promises of a time that passed without an attempt.
        count missed,
        /// Attempts that reached the caller.
        count reached,
        /// Callbacks that were served to their end.
        count fulfilled,
        /// Callbacks that were tried as often as may be, in vain.
        count failed,
        /// Callers who wait to be called back.
        count waiting,
        /// From joining the queue as a callback to being served, mean over those that were.
        seconds wait_mean_s,
    }

    /// Complaints (E4), messages, and the follow-up list (A2): calls that ended unanswered, and complaints.
    FollowUpFigures {
        /// Complaints recorded.
        count complaints,
        /// Messages that callers left.
        count messages,
        /// Entries that have come on the list.
        count added,
        /// … because a call had ended unanswered.
        count unanswered,
        /// … because of a complaint.
        count complaints_listed,
        /// Entries closed because somebody talked with the caller again.
        count answered,
        /// Entries that somebody closed with a reason.
        count dismissed,
        /// Entries that stand on the list now.
        count open,
        /// What the host has to remember because the list was full.
        count not_listed,
        /// How long entries stood, mean over closed ones.
        seconds stood_mean_s,
        /// … the longest, open ones included.
        seconds stood_longest_s,
    }
}

impl TransferFigures {
    pub(in crate::stats) fn of(counts: &TransferCounts) -> Self {
        let &TransferCounts { transfers, to_agents, to_telephones, .. } = counts;
        Self {
            transfers,
            to_queues: transfers.saturating_sub(to_agents + to_telephones),
            to_agents,
            to_telephones,
            returned: counts.returned,
            consults: counts.consults,
            consults_of_telephones: counts.consults_of_telephones,
            consults_answered: counts.consults_answered,
            consult_mean_s: counts.consult.mean(counts.consult_legs),
            completed: counts.completed,
            conferences: counts.conferences,
            handed_out: counts.handed_out,
        }
    }
}

impl CallbackFigures {
    /// Of these counts; `came` callbacks have begun, `ended` are over, and so many of them `answered`.
    pub(in crate::stats) fn of(counts: &CallbackCounts, came: u64, ended: u64, answered: u64) -> Self {
        Self {
            promised: counts.promised,
            attempts: counts.attempts,
            kept: counts.kept,
            missed: counts.missed,
            reached: counts.reached,
            fulfilled: counts.fulfilled,
            failed: counts.failed,
            waiting: came.saturating_sub(ended),
            wait_mean_s: counts.wait.mean(answered),
        }
    }
}

impl FollowUpFigures {
    /// Figures of these counts; the longest time is at least that of `standing`, the open entry that stands longest.
    pub(in crate::stats) fn of(counts: &FollowUpCounts, standing: Option<Span>) -> Self {
        let added = counts.unanswered + counts.complaints_listed;
        let closed = counts.answered + counts.dismissed;
        Self {
            complaints: counts.complaints,
            messages: counts.messages,
            added,
            unanswered: counts.unanswered,
            complaints_listed: counts.complaints_listed,
            answered: counts.answered,
            dismissed: counts.dismissed,
            open: added.saturating_sub(closed),
            not_listed: counts.not_listed,
            stood_mean_s: counts.stood.mean(closed),
            stood_longest_s: counts.stood_longest.0.max(standing).map(Span::as_secs_f64),
        }
    }
}
