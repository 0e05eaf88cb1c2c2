//! What the tables of a report show.

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A number of things.
    Count,
    /// A number that is seldom whole.
    Rate,
    /// A share, in per cent.
    Share,
    /// Seconds.
    Seconds,
    /// Seconds, shown as hours.
    Hours,
}

/// A column: its heading, the figure it shows, and whether it may be left out where it is zero in every row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) heading: &'static str,
    /// What is put behind the row's section: figures of one row may stand in several sections.
    pub(super) part: &'static str,
    pub(super) figure: &'static str,
    pub(super) unit: Unit,
    pub(super) optional: bool,
}

const fn shown(heading: &'static str, figure: &'static str, unit: Unit) -> Column {
    Column { heading, part: "", figure, unit, optional: false }
}

const fn optional(heading: &'static str, figure: &'static str, unit: Unit) -> Column {
    Column { optional: true, ..shown(heading, figure, unit) }
}

impl Column {
    const fn of(self, part: &'static str) -> Self {
        Self { part, ..self }
    }
}

use Unit::{Count, Hours, Rate, Seconds, Share};

pub(super) const CALLS: &[Column] = &[
    shown("offered", "offered", Count),
    shown("answered", "answered", Count),
    shown("abandoned", "abandoned", Count),
    optional("timed\nout", "timed_out", Count),
    optional("nobody\nthere", "nobody_there", Count),
    optional("left\nby key", "left_by_key", Count),
    optional("diverted", "diverted", Count),
    optional("message\ntaken", "message_taken", Count),
    optional("called\nin vain", "callback_failed", Count),
    optional("discon-\nnected", "disconnected", Count),
    optional("with-\ndrawn", "withdrawn", Count),
    optional("refused", "refused", Count),
    optional("lost", "lost", Count),
    optional("not\nended", "live", Count),
    shown("answer\nrate", "answer_rate", Share),
    shown("ended by\ncaller", "completed_by_caller", Count),
    shown("ended by\nagent", "completed_by_agent", Count),
    optional("ended by\nline", "completed_by_switch", Count),
    optional("handed\nout", "transferred_out", Count),
    optional("called\nback", "callback_fulfilled", Count),
    shown("mean\nlength", "length_mean_s", Seconds),
];

pub(super) const EXITS: &[Column] = &[
    shown("offered", "offered", Count),
    shown("answered", "answered", Count),
    shown("abandoned", "abandoned", Count),
    optional("timed\nout", "timed_out", Count),
    optional("over-\nflowed", "overflowed", Count),
    optional("diverted", "diverted", Count),
    optional("discon-\nnected", "disconnected", Count),
    optional("refused", "refused", Count),
    optional("nobody\nthere", "nobody_there", Count),
    optional("left\nby key", "left_by_key", Count),
    optional("moved", "moved", Count),
    optional("with-\ndrawn", "withdrawn", Count),
    optional("to\nmessage", "to_message", Count),
    optional("to\ncallback", "to_callback", Count),
    optional("not\ntaken", "not_taken", Count),
    optional("called\noff", "called_off", Count),
    optional("callback\nfailed", "callback_failed", Count),
    optional("still\nwaiting", "waiting", Count),
    shown("answer\nrate", "answer_rate", Share),
    shown("abandon-\nment", "abandonment_rate", Share),
];

pub(super) const SPEED: &[Column] = &[
    shown("in target\nof all", "in_target_of_offered", Share),
    shown("without\nabandoned", "in_target_without_abandoned", Share),
    shown("speed of\nanswer", "speed_of_answer_mean_s", Seconds),
    shown("\np50", "speed_of_answer_p50_s", Seconds),
    shown("\np90", "speed_of_answer_p90_s", Seconds),
    shown("\np99", "speed_of_answer_p99_s", Seconds),
    shown("\nmax", "speed_of_answer_max_s", Seconds),
    shown("longest\nwait", "longest_wait_s", Seconds),
    shown("handle\ntime", "handle_time_mean_s", Seconds),
];

pub(super) const EVENTS: &[Column] = &[
    shown("offers", "offers", Count),
    shown("missed", "missed", Count),
    optional("never\nrang", "never_rang", Count),
    optional("declined", "declined", Count),
    optional("busy", "busy", Count),
    optional("unreach-\nable", "unreachable", Count),
    optional("taken\nback", "cancelled", Count),
    optional("not\njoined", "connect_failed", Count),
    shown("targets\npassed", "targets_passed", Count),
    // Rungs, each by its strongest effect only.
    optional("relax-\nations", "relaxations", Count),
    shown("over-\nflows", "overflows", Count),
    shown("escal-\nations", "escalations", Count),
    optional("bound\nused", "starvation_bound_used", Count),
    optional("rank\nchanged", "rank_changes", Count),
    optional("one agent\nawaited", "agent_awaited", Count),
    optional("\nkept", "agent_awaited_kept", Count),
    optional("\ngiven up", "agent_awaited_given_up", Count),
    shown("holds", "holds", Count),
    optional("hold re-\nminders", "hold_reminders", Count),
    optional("hold\nlimits", "hold_limits_passed", Count),
    optional("leases\nexpired", "leases_expired", Count),
];

pub(super) const HOURS: &[Column] = &[
    shown("offered", "offered", Count).of("/visits"),
    shown("answered", "answered", Count).of("/visits"),
    shown("aban-\ndoned", "abandoned", Count).of("/visits"),
    shown("answer\nrate", "answer_rate", Share).of("/visits"),
    shown("in target\nof all", "in_target_of_offered", Share).of("/visits"),
    shown("without\nabandoned", "in_target_without_abandoned", Share).of("/visits"),
    shown("speed of\nanswer", "speed_of_answer_mean_s", Seconds).of("/visits"),
    shown("\np50", "speed_of_answer_p50_s", Seconds).of("/visits"),
    shown("\np90", "speed_of_answer_p90_s", Seconds).of("/visits"),
    shown("\np99", "speed_of_answer_p99_s", Seconds).of("/visits"),
    shown("longest\nwait", "longest_wait_s", Seconds).of("/visits"),
    shown("handle\ntime", "handle_time_mean_s", Seconds).of("/visits"),
    shown("missed", "missed", Count).of("/visits"),
    shown("over-\nflows", "overflows", Count).of("/visits"),
    shown("escal-\nations", "escalations", Count).of("/visits"),
    shown("holds", "holds", Count).of("/visits"),
    shown("signed\nin", "staffed_s", Hours).of("/work"),
    shown("occu-\npancy", "occupancy", Share).of("/work"),
];

pub(super) const HOUR_EXITS: &[Column] = &[
    optional("timed\nout", "timed_out", Count).of("/visits"),
    optional("over-\nflowed", "overflowed", Count).of("/visits"),
    optional("diverted", "diverted", Count).of("/visits"),
    optional("discon-\nnected", "disconnected", Count).of("/visits"),
    optional("refused", "refused", Count).of("/visits"),
];

pub(super) const TIME: &[Column] = &[
    shown("agents", "agents", Count),
    shown("signed\nin", "staffed_s", Hours),
    shown("not\nready", "not_ready_s", Hours),
    shown("ready", "ready_s", Hours),
    shown("idle", "idle_s", Hours),
    optional("out of\nreach", "out_of_reach_s", Hours),
    shown("ringing", "ringing_s", Hours),
    optional("being\njoined", "connecting_s", Hours),
    shown("talk", "talk_s", Hours),
    shown("hold", "hold_s", Hours),
    optional("con-\nsulted", "consult_s", Hours),
    optional("listen-\ning", "monitor_s", Hours),
    shown("wrap-up", "wrap_up_s", Hours),
    shown("occu-\npancy", "occupancy", Share),
];

pub(super) const WORK: &[Column] = &[
    shown("offers", "offers", Count),
    shown("calls", "calls", Count),
    shown("missed", "missed", Count),
    optional("declined", "declined", Count),
    optional("busy", "busy", Count),
    optional("unreach-\nable", "unreachable", Count),
    shown("holds", "holds", Count),
    shown("handle\ntime", "handle_time_mean_s", Seconds),
    shown("calls each\nleast", "min", Count).of("/calls_per_agent"),
    shown("\nmedian", "median", Count).of("/calls_per_agent"),
    shown("\nmost", "max", Count).of("/calls_per_agent"),
    shown("occupancy\nleast", "min", Share).of("/occupancy_per_agent"),
    shown("\nmedian", "median", Share).of("/occupancy_per_agent"),
    shown("\nmost", "max", Share).of("/occupancy_per_agent"),
];

pub(super) const CAUSES: &[Column] = &[
    shown("new", "came_new", Count),
    shown("over-\nflowed", "came_by_overflow", Count),
    optional("handed\non", "came_by_transfer", Count),
    optional("came\nback", "came_back", Count),
    optional("sent\nup", "came_by_escalation", Count),
    optional("moved", "came_by_move", Count),
    optional("by key", "came_by_key", Count),
    optional("taken\nover", "came_by_take_over", Count),
    optional("callback", "came_as_callback", Count),
];

pub(super) const TRANSFERS: &[Column] = &[
    optional("handed on\nat once", "transfers", Count),
    optional("\nto queue", "to_queues", Count),
    optional("\nto agent", "to_agents", Count),
    optional("\noutside", "to_telephones", Count),
    optional("came\nback", "returned", Count),
    optional("consults\nasked", "consults", Count),
    optional("\nanswered", "consults_answered", Count),
    optional("\nmean", "consult_mean_s", Seconds),
    optional("handed on\nafter it", "completed", Count),
    optional("confer-\nences", "conferences", Count),
    optional("joined\noutside", "handed_out", Count),
];

pub(super) const CALLBACKS: &[Column] = &[
    optional("promised", "promised", Count),
    optional("attempts", "attempts", Count),
    optional("reached", "reached", Count),
    optional("in time", "kept", Count),
    optional("overdue", "missed", Count),
    optional("fulfilled", "fulfilled", Count),
    optional("failed", "failed", Count),
    optional("still\nwaiting", "waiting", Count),
    optional("mean\nwait", "wait_mean_s", Seconds),
];

pub(super) const FOLLOW_UPS: &[Column] = &[
    optional("complaints", "complaints", Count),
    optional("messages", "messages", Count),
    optional("came on\nthe list", "added", Count),
    optional("answered", "answered", Count),
    optional("dismissed", "dismissed", Count),
    optional("open", "open", Count),
    optional("not\nlisted", "not_listed", Count),
    optional("stood\nmean", "stood_mean_s", Hours),
    optional("stood\nlongest", "stood_longest_s", Hours),
];

pub(super) const TOGETHER: &[Column] = &[
    optional("sent\nup", "escalated", Count),
    optional("handed\non", "transfers", Count),
    optional("came\nback", "transfers_returned", Count),
    optional("consults\nasked", "consults", Count),
    optional("con-\nsulted", "consulted", Count),
    optional("handed on\nafter it", "transfers_completed", Count),
    optional("confer-\nences", "conferences", Count),
    optional("com-\nplaints", "complaints", Count),
    optional("breaks\nasked", "breaks_asked", Count),
    optional("\napproved", "breaks_approved", Count),
    optional("\nrefused", "breaks_refused", Count),
    optional("listened", "monitored", Count),
    optional("taken\nover", "take_overs", Count),
    optional("moved", "moves", Count),
    optional("with-\ndrawn", "withdrawals", Count),
    optional("rank\nchanged", "rank_changes", Count),
];

pub(super) const SPREAD: &[Column] = &[
    shown("calls an hour\nleast", "min", Rate).of("/calls_per_hour_per_agent"),
    shown("\nmean", "mean", Rate).of("/calls_per_hour_per_agent"),
    shown("\nmost", "max", Rate).of("/calls_per_hour_per_agent"),
    shown("\nvariation", "variation", Rate).of("/calls_per_hour_per_agent"),
    shown("\nJain", "jain", Rate).of("/calls_per_hour_per_agent"),
    shown("occupancy\nleast", "min", Share).of("/occupancy_per_agent"),
    shown("\nmean", "mean", Share).of("/occupancy_per_agent"),
    shown("\nmost", "max", Share).of("/occupancy_per_agent"),
    shown("\nvariation", "variation", Rate).of("/occupancy_per_agent"),
    shown("\nJain", "jain", Rate).of("/occupancy_per_agent"),
];
