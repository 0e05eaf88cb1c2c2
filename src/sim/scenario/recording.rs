//! Recorded calls: a real day, week or month, played again.
//!
//! A scenario that is read from a file may name files of recorded calls, each from the scenario's own place on. They are
//! read when the scenario is, and their calls are then part of it. Several queues may name the same file: each takes the
//! calls of its own name, or of another that it says. At most a million calls of a file are taken, some 300 bytes each.
//!
//! ```toml
//! [[queues]]
//! queue = "sales"
//! arrivals = { recorded = "january.csv" }
//!
//! [[queues]]
//! queue = "service"
//! arrivals = { recorded = { file = "january.csv", queue = "SRV" } }
//!
//! [[queues]]
//! queue = "helpdesk"
//! arrivals = { queue_log = "/var/log/asterisk/queue_log" }
//! ```
//!
//! A recorded call arrives at its own time. Whatever else is not recorded of it is drawn as for any other call of the
//! queue.
//!
//! # Call records as CSV
//!
//! The first line names the columns; commas, semicolons and tabs may part them. Only `time` must be there; an empty cell
//! is as good as none, and columns of other names are passed over. Lengths of time are seconds, `153`, or written as
//! floors write them, `2m33s`.
//!
//! | column | what |
//! | --- | --- |
//! | `time` | when the call joined the queue: seconds from the scenario's start, at most ten years, or date and time: `1999-01-04 08:03:24`, by the clocks of the floor's zone, or RFC 3339, `1999-01-04T08:03:24+02:00` |
//! | `queue` | which queue it joined; without this column, every queue that names the file has all of its calls |
//! | `from` | the caller's number |
//! | `tier` | the VIP tier of the caller, who is one of the directory's |
//! | `need` | what the call needs beyond the queue's need: `english >= 3` |
//! | `talk` | how long the first agent talks with the caller, hold apart |
//! | `hold` | how long the first agent holds the caller; 0 for not at all |
//! | `wrap_up` | how long the first agent works after it |
//! | `patience` | how long the caller waits before hanging up |
//! | `waited` | how long the caller is known to have waited without hanging up; patience is drawn again until it is longer |
//!
//! Dates are days of the scenario: unless it says when it `begins`, it does so on the day of the first recorded call, and
//! unless it says for how many `hours`, it goes on to the end of the day of the last. What was before it begins is left
//! out.
//!
//! Most systems write one line for each call, with when it came, how long it waited, what became of it, and how long an
//! agent had it. Such a record is brought into these columns by taking, for every call:
//!
//! * as `time`, when it joined the queue. Where only who waited has such a time, it is when the agent took the call.
//! * as `patience`, its waiting time if the caller hung up in the queue, and as `waited`, its waiting time if not. How
//!   long the others would have waited nobody knows; they are censored, and a mean of the hang-ups alone would take
//!   callers for far less patient than they are.
//! * as `talk`, how long the agent had it; nothing for who hung up.
//!
//! Calls that never meant to reach the queue (served by the menu, or wrong numbers) are left out.
//!
//! # Asterisk's queue_log
//!
//! From the file that `app_queue` writes, `time|call|queue|agent|event|data…`
//! (<https://docs.asterisk.org/Operation/Logging/Queue-Logs/>), these events are taken, and all others passed over:
//!
//! | event | what is taken |
//! | --- | --- |
//! | `ENTERQUEUE` | a call arrives at the queue; who calls |
//! | `CONNECT` | how long it had waited: `waited` |
//! | `COMPLETECALLER`, `COMPLETEAGENT`, `TRANSFER`, `BLINDTRANSFER`, `ATTENDEDTRANSFER` | how long it had waited, and `talk` |
//! | `ABANDON` | how long it had waited: `patience` |
//! | `EXITWITHTIMEOUT`, `EXITWITHKEY`, `EXITEMPTY` | how long it had waited: `waited` |
//!
//! A call that goes from one queue to another arrives at both.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::floor::{Length, Masked};

/// A call that was recorded: when it came, and what is known of it. The rest is drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordedCall {
    /// When it arrived, from the scenario's start on; not before the one in front of it.
    pub at: Length,
    /// The caller's number.
    pub from: Option<Masked>,
    /// The VIP tier of the caller, by name, who is one of the directory's.
    pub tier: Option<Arc<str>>,
    /// What it needs beyond the queue's need, as an expression.
    pub need: Option<Arc<str>>,
    /// How long the first agent talks with the caller, hold apart.
    pub talk: Option<Length>,
    /// How long the first agent holds the caller; no time for not at all.
    pub hold: Option<Length>,
    /// How long the first agent works after it.
    pub wrap_up: Option<Length>,
    /// How long the caller waits before hanging up.
    pub patience: Option<Length>,
    /// How long the caller is known to have waited without hanging up.
    pub waited: Option<Length>,
}
