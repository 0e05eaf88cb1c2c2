//! Figures of agents' work.

use serde::{Deserialize, Serialize};

use crate::stats::counts::WorkCounts;

figures! {
    /// Agents' work (F3). Times are exact and, by hour, stand in the hour in which they were spent. Contact slots count
    /// one by one: an agent with two contacts at once talks two seconds per second. Where
    /// [`work_until`](crate::stats::TallyOptions::work_until) sets an end, as `cordboard simulate` does with the end of the
    /// simulated span, nothing that agents do after it is in any of these.
    WorkFigures {
        /// How many agents this speaks of.
        count agents,
        /// Signed in: ready or not.
        time staffed_s,
        /// Signed in and ready, contacts in hand or not.
        time ready_s,
        /// Signed in and not ready.
        time not_ready_s,
        /// Ready with a contact slot free and a phone that can be rung: available for a call.
        time idle_s,
        /// Ready with a contact slot free, but with a phone that cannot be rung: it cannot be reached, or is on a call of
        /// its own.
        time out_of_reach_s,
        /// Being rung.
        time ringing_s,
        /// Being joined with a caller.
        time connecting_s,
        /// Talking with callers.
        time talk_s,
        /// With the caller on hold, be it to consult a colleague.
        time hold_s,
        /// Talking with colleagues by whom they are consulted.
        time consult_s,
        /// Listening to other agents' calls (E8).
        time monitor_s,
        /// In work after a call.
        time wrap_up_s,
        /// Handling time over handling and available time, where handling is ringing, connecting, talking, hold, being
        /// consulted and wrap-up, and available is `idle_s`; breaks and other not-ready time do not count, nor does
        /// listening to others.
        rate occupancy,
        /// Calls taken: caller and agent were joined.
        count calls,
        /// Legs ended after talking with the caller.
        count handled,
        /// Times they came to the telephone for a colleague who consulted them.
        count consulted,
        /// `(talk_s + hold_s + wrap_up_s) / handled`.
        seconds handle_time_mean_s,
        /// Offers, those for colleagues who consult included.
        count offers,
        /// Offers let ring (RONA).
        count missed,
        /// Offers whose phone never rang.
        count never_rang,
        /// Offers declined.
        count declined,
        /// Offers while the phone was busy.
        count busy,
        /// Offers while the phone could not be reached.
        count unreachable,
        /// Times a caller was put on hold (A4).
        count holds,
        /// Calls they could not answer, or whose callers complained, and that went up the chain of command (E1, E4).
        count escalated,
        /// Callers they handed on without consulting anybody (A3).
        count transfers,
        /// … who came back.
        count transfers_returned,
        /// Times they asked a colleague or another telephone for advice.
        count consults,
        /// Callers they handed on to whom they had consulted.
        count transfers_completed,
        /// Conferences they began.
        count conferences,
        /// Complaints against them (E4).
        count complaints,
        /// Breaks they asked a supervisor to approve (D2, D3).
        count breaks_asked,
        /// … approved.
        count breaks_approved,
        /// … refused; the rest were taken back, or nobody has answered yet.
        count breaks_refused,
        /// Calls they listened to, as supervisors (E8).
        count monitored,
        /// Calls they took over from other agents (E8).
        count take_overs,
        /// Waiting calls they moved to another queue.
        count moves,
        /// Waiting calls they took out and ended, and callbacks they cancelled.
        count withdrawals,
        /// Waiting calls whose rank they changed.
        count rank_changes,
    }
}

impl WorkFigures {
    pub(in crate::stats) fn of(counts: &WorkCounts, agents: usize) -> Self {
        let handling = counts.handling();
        let mut engaged = handling;
        engaged += counts.idle;
        let mut handle_time = counts.talk;
        handle_time += counts.hold;
        handle_time += counts.wrap_up;
        Self {
            agents: agents as u64,
            staffed_s: counts.staffed().secs(),
            ready_s: counts.ready.secs(),
            not_ready_s: counts.not_ready.secs(),
            idle_s: counts.idle.secs(),
            out_of_reach_s: counts.out_of_reach.secs(),
            ringing_s: counts.ringing.secs(),
            connecting_s: counts.connecting.secs(),
            talk_s: counts.talk.secs(),
            hold_s: counts.hold.secs(),
            consult_s: counts.consult.secs(),
            monitor_s: counts.monitor.secs(),
            wrap_up_s: counts.wrap_up.secs(),
            occupancy: handling.share_of(engaged),
            calls: counts.calls,
            handled: counts.handled,
            consulted: counts.consulted,
            handle_time_mean_s: handle_time.mean(counts.handled),
            offers: counts.offers,
            missed: counts.missed,
            never_rang: counts.never_rang,
            declined: counts.declined,
            busy: counts.busy,
            unreachable: counts.unreachable,
            holds: counts.holds,
            escalated: counts.escalated,
            transfers: counts.transfers,
            transfers_returned: counts.transfers_returned,
            consults: counts.consults,
            transfers_completed: counts.transfers_completed,
            conferences: counts.conferences,
            complaints: counts.complaints,
            breaks_asked: counts.breaks_asked,
            breaks_approved: counts.breaks_approved,
            breaks_refused: counts.breaks_refused,
            monitored: counts.monitored,
            take_overs: counts.take_overs,
            moves: counts.moves,
            withdrawals: counts.withdrawals,
            rank_changes: counts.rank_changes,
        }
    }
}
