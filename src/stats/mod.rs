//! Figures: one tally for everybody.
//!
//! A [`Tally`] folds an engine's outputs into counts, and gives [`Figures`] at any instant: simulations, boards and
//! reports all use it, so they all mean the same. It reads only what the engine says; no decision ever reads it.
//!
//! ```
//! # #[cfg(feature = "toml")] {
//! use std::sync::Arc;
//!
//! use cordboard::engine::{Actor, Arrival, Envelope, Input};
//! use cordboard::stats::{Tally, TallyOptions};
//! use cordboard::{CallId, Engine, Plan, QueueId, Time};
//!
//! let plan = Arc::new(Plan::from_toml("queues = [{ name = 'desk' }]").unwrap());
//! let mut engine = Engine::new(plan.clone(), 1);
//! let mut tally = Tally::new(&plan, TallyOptions::default());
//!
//! let mut outputs = Vec::new();
//! let input = Input::CallArrived(Arrival::new(CallId(1), QueueId(0)));
//! engine.handle(Envelope { at: Time::from_secs(3), actor: Actor::Switch, input }, &mut outputs);
//! outputs.iter().for_each(|output| tally.fold(output));
//!
//! let figures = tally.figures(Time::from_secs(10));
//! assert_eq!((figures.calls.offered, figures.visits.waiting), (1, 1));
//! assert_eq!(figures.visits.longest_wait_s, Some(7.0));
//! # }
//! ```
//!
//! # What is counted
//!
//! *Calls*, *visits* and *offers* are kept apart. A call comes once and has one outcome (A2). Each stay of it in a queue
//! is a visit with one cause and one exit; a call that overflows, is handed on, moved, sent up the chain of command, taken
//! over or called back makes another visit, and only the total of calls says how many people called. An offer is one
//! phone rung for a visit; a visit answered at the third phone has three offers, two of them missed (RONA), and still
//! counts as one offered and one answered visit.
//!
//! *Legs* are what agents have of a call. Talk and hold count to the agent whose leg it is and to the queue that gave him
//! the call, so a caller handed on from one to another is two legs handled. A colleague who is consulted makes no visit:
//! his time is consult time, until the caller is his. Listening to others is a time of its own, too.
//!
//! *Callbacks* are visits whose callers are not on the line: they are left out of waits, the target and the shares made
//! of them, and their promises stand in [`CallbackFigures`]. A call that ended unanswered, and a complaint, stands on the
//! *follow-up list* until somebody has answered it or closed it: [`FollowUpFigures`].
//!
//! *In target* means answered at or before the queue's answer target (three rings by default, A1), counted from the
//! visit's start (F2). There is no single right way to count abandoned visits then, so every usual share is given: see
//! [`VisitFigures`].
//!
//! *By hour* (or another [`bucket`](TallyOptions::bucket)): a call stands in the hour of its arrival, a visit with all
//! that comes of it in the hour in which it began, so that rates of an hour are about the same visits above and below
//! the line. Agents' time stands in the hours in which it was spent, cut exactly, and what agents do in the hour in
//! which they do it. All days are folded into one, or with
//! [`days`](TallyOptions::days) of 7 all weeks. A simulation goes on after its span until the last call has ended;
//! `cordboard simulate` counts those calls to their end, and agents only to the end of the span
//! ([`work_until`](TallyOptions::work_until)).
//!
//! *Queue length* is how many callers wait on the line at a moment, those whose calls ring included: its mean over time
//! and its most, by hour, too. The mean times the time is the sum of all waits. *How soon* visits end is counted at
//! fixed waits ([`WaitFigures`]), answered and abandoned apart. A *flow* is a way through a queue, from its door over the
//! rungs of its ladder to the team that answered or to another end; flows add up to the visits that have ended.
//!
//! *A warm-up* ([`count_from`](TallyOptions::count_from)) leaves out calls that arrived before its end, with all that
//! becomes of them later, as if nothing had been heard of them; agents are counted from its end on, exactly, whatever
//! they do and for whichever call, and so are queue lengths, whoever waits. Boards ([`Tally::glance`]) show everybody who waits nevertheless.
//!
//! *Occupancy* is handling time over handling and available time: (ringing + connecting + talk + hold + being consulted +
//! wrap-up) / (the same + ready with a free slot). Breaks, other not-ready time and listening to others are in neither.
//!
//! *How evenly* a queue or a team loads its agents (A7) is a [`Spread`] of calls per hour signed in, and of occupancy,
//! over the agents who were signed in: least, median, most, mean, coefficient of variation, and Jain's index. A queue's
//! agents are those who can take its calls as they come.
//!
//! Sums are integers and exact; percentiles come from histograms (1 ms to 24 h, good to a thousandth).
//!
//! [`Figures::headline`] picks the few by which floors and rosters are compared; [`Tally::glance`] is what a wallboard
//! shows at any moment, at little cost.
//!
//! # JSON
//!
//! `cordboard simulate --json` prints [`Figures`], or with `--replications` a [`Summary`], with one field more, `run`:
//! `scenario`, `seed`, `replications`, `simulated_s`, `warm_up_s`, `ended` and `until` as they were simulated. Each field's documentation here is the
//! schema. Names ending in `_s` are seconds, rates and shares go from 0 to 1, `null` is undefined (0/0).
//! [`SCHEMA`] is the version.

mod average;
mod board;
mod counts;
mod day;
mod figures;
mod flow;
mod fold;
mod glance;
mod interval;
mod live;
mod queue_length;
mod shape;
mod tally;
mod waits;
mod within;
mod work;

pub use average::{Average, Averages};
pub use figures::{
    AgentFigures, CallFigures, CallbackFigures, CallerFigures, DispositionFigures, Figures, FlowFigures,
    FollowUpFigures, GroupFigures, Headline, HourFigures, LengthFigures, Metric, MetricName, QueueFigures,
    QueueHourFigures, ReasonFigures, SCHEMA, Spread, TransferFigures, Unit, VisitFigures, WaitFigures, WithinFigures,
    WorkFigures, WorkHourFigures,
};
pub use glance::{AgentGlance, AgentState, Glance, QueueGlance};
pub use interval::{Estimate, FlowSummary, Means, Summary, SummarySection};
pub use tally::{NotAlike, Tally, TallyOptions};
