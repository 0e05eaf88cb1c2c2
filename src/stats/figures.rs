//! Figures: what a tally amounts to at an instant. This is the schema of `cordboard simulate --json`.
//!
//! Units: names ending in `_s` are seconds; shares and rates are from 0 to 1; everything else counts. `null` (`None`)
//! is a figure that is not defined because it would divide nothing by nothing. No figure is ever not-a-number.

use serde::{Deserialize, Serialize};

/// Version of the layout of [`Figures`] and [`Summary`](super::Summary). A reader meets another number when a figure
/// has changed its meaning or has gone; new figures do not change it.
pub const SCHEMA: u32 = 1;

/// A figure with its name and unit; `None` where it is not defined.
type Measured = (&'static str, Unit, Option<f64>);

/// A list of named figures, each a `count`, a `number` (a count that is seldom whole, may be undefined), a `rate` (0 to
/// 1, may be undefined), `seconds` (may be undefined) or a `time` (seconds in all).
macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $kind:ident $field:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: figures!(@type $kind),)*
        }

        impl $name {
            /// Every figure with its name, in order; counts as numbers, `None` where undefined.
            pub fn each(&self) -> impl Iterator<Item = (&'static str, Option<f64>)> + use<> {
                self.measured().map(|(name, _, value)| (name, value))
            }

            /// The same, with what each is counted in.
            pub(super) fn measured(&self) -> impl Iterator<Item = super::Measured> + use<> {
                [$((stringify!($field), figures!(@unit $kind), figures!(@value $kind self.$field))),*].into_iter()
            }
        }
    )*};
    (@type count) => { u64 };
    (@type number) => { Option<f64> };
    (@type rate) => { Option<f64> };
    (@type seconds) => { Option<f64> };
    (@type time) => { f64 };
    (@value count $value:expr) => { Some($value as f64) };
    (@value number $value:expr) => { $value };
    (@value rate $value:expr) => { $value };
    (@value seconds $value:expr) => { $value };
    (@value time $value:expr) => { Some($value) };
    (@unit count) => { super::Unit::Count };
    (@unit number) => { super::Unit::Count };
    (@unit rate) => { super::Unit::Share };
    (@unit seconds) => { super::Unit::Seconds };
    (@unit time) => { super::Unit::Seconds };
}

mod calls;
mod headline;
mod metrics;
mod spread;
mod transfers;
mod visits;
mod waits;
mod work;

pub use calls::CallFigures;
pub use headline::{Headline, Unit};
pub use metrics::{Metric, MetricName};
pub use spread::Spread;
pub use transfers::{CallbackFigures, FollowUpFigures, TransferFigures};
pub use visits::VisitFigures;
pub use waits::{LengthFigures, WaitFigures, WithinFigures};
pub use work::WorkFigures;

/// All figures up to an instant. Totals, then the same cut by queue, VIP tier, hour of day and group of agents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Figures {
    /// Version of this layout: [`SCHEMA`].
    pub schema: u32,
    /// The floor's name.
    pub floor: String,
    /// Engine time from which the figures count, in seconds: the end of the warm-up.
    pub from_s: f64,
    /// Engine time up to which the figures count, in seconds.
    pub until_s: f64,
    /// All calls.
    pub calls: CallFigures,
    /// All visits.
    pub visits: VisitFigures,
    /// All callers handed on and colleagues consulted.
    pub transfers: TransferFigures,
    /// All callbacks.
    pub callbacks: CallbackFigures,
    /// All complaints, messages and entries of the follow-up list.
    pub follow_ups: FollowUpFigures,
    /// What came of all calls, by disposition, in the floor's order.
    pub dispositions: Vec<DispositionFigures>,
    /// All agents.
    pub work: WorkFigures,
    /// How many callers waited, in all queues together.
    pub waiting: LengthFigures,
    /// How soon all visits ended.
    pub waits: Vec<WaitFigures>,
    /// The ways all visits took, those that nobody took left out.
    pub flows: Vec<FlowFigures>,
    /// By queue, in the floor's order.
    pub queues: Vec<QueueFigures>,
    /// Callers of any VIP tier.
    pub vips: CallerFigures,
    /// Callers of no VIP tier.
    pub others: CallerFigures,
    /// By VIP tier, in the floor's order.
    pub tiers: Vec<CallerFigures>,
    /// By hour of day (or other bucket), all days folded together.
    pub hours: Vec<HourFigures>,
    /// By team, in the floor's order.
    pub teams: Vec<GroupFigures>,
    /// By role in the chain of command, lowest first; without hours.
    pub roles: Vec<GroupFigures>,
    /// By agent, in the floor's order.
    pub agents: Vec<AgentFigures>,
}

/// A queue's figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct QueueFigures {
    /// The queue.
    pub name: String,
    /// Its answer target, in seconds.
    pub target_s: f64,
    /// Its visits.
    pub visits: VisitFigures,
    /// How many callers waited in it.
    pub waiting: LengthFigures,
    /// How soon its visits ended.
    pub waits: Vec<WaitFigures>,
    /// Callers handed on from it and colleagues consulted.
    pub transfers: TransferFigures,
    /// Its callbacks.
    pub callbacks: CallbackFigures,
    /// Its complaints, messages and entries of the follow-up list.
    pub follow_ups: FollowUpFigures,
    /// What came of its calls, by disposition, in the floor's order.
    pub dispositions: Vec<DispositionFigures>,
    /// How evenly its calls are spread over its agents (A7): calls taken from this queue per hour signed in. Its agents
    /// are those who can take its calls as they come, before any ladder has changed what they need.
    pub calls_per_hour_per_agent: Spread,
    /// How evenly occupancy is spread over its agents who have one, with all that they do for other queues too.
    pub occupancy_per_agent: Spread,
    /// Its visits by hour of day.
    pub hours: Vec<QueueHourFigures>,
}

/// How many calls had one result, as agents said after them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DispositionFigures {
    /// The disposition.
    pub disposition: String,
    /// How often it was given.
    pub count: u64,
}

/// A queue's figures in one hour of day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct QueueHourFigures {
    /// When the hour begins: `08:00`.
    pub from: String,
    /// Visits that began in it.
    pub visits: VisitFigures,
    /// How many callers waited during it.
    pub waiting: LengthFigures,
}

/// Figures of callers of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CallerFigures {
    /// Who: the tier's name, `vips` or `others`.
    pub name: String,
    /// Their calls.
    pub calls: CallFigures,
    /// Their calls' visits.
    pub visits: VisitFigures,
    /// How soon their visits ended.
    pub waits: Vec<WaitFigures>,
}

/// How many visits took one way: from which queue, after which rung of its ladder, to whom or where. Each visit that has
/// ended took exactly one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FlowFigures {
    /// The queue.
    pub queue: String,
    /// The caller's VIP tier.
    pub tier: Option<String>,
    /// The last rung of its ladder that was reached, counted from 1; 0 if none was. A tier may have a ladder of its own.
    pub rung: u16,
    /// How the visit ended: the name of its exit in [`VisitFigures`].
    pub exit: String,
    /// The team of whoever took the call; only where it was answered.
    pub team: Option<String>,
    /// The queue it went on to; only where it overflowed or was moved.
    pub to: Option<String>,
    /// How many.
    pub visits: u64,
}

/// One hour of day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct HourFigures {
    /// When it begins: `08:00`.
    pub from: String,
    /// Calls that arrived in it.
    pub calls: CallFigures,
    /// Visits that began in it.
    pub visits: VisitFigures,
    /// How many callers waited during it.
    pub waiting: LengthFigures,
    /// Work done in it.
    pub work: WorkFigures,
}

/// A group of agents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupFigures {
    /// The team or role.
    pub name: String,
    /// Its work.
    pub work: WorkFigures,
    /// Its not-ready time by reason: `signed in` and `missed`, then the floor's own reasons.
    pub not_ready: Vec<ReasonFigures>,
    /// How evenly calls are spread over its agents who were signed in (A7).
    pub calls_per_agent: Spread,
    /// The same per hour signed in, so that who works longer may take more.
    pub calls_per_hour_per_agent: Spread,
    /// How evenly occupancy is spread over its agents who have one (A7).
    pub occupancy_per_agent: Spread,
    /// Its work by hour of day; none for roles.
    pub hours: Vec<WorkHourFigures>,
}

/// A group's work in one hour of day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct WorkHourFigures {
    /// When it begins: `08:00`.
    pub from: String,
    /// Work done in it.
    pub work: WorkFigures,
}

/// Not-ready time of one reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ReasonFigures {
    /// The reason.
    pub reason: String,
    /// Time, in seconds.
    pub time_s: f64,
}

/// An agent's figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AgentFigures {
    /// The agent's name on this floor.
    pub name: String,
    /// The agent's team.
    pub team: String,
    /// The agent's role.
    pub role: String,
    /// The agent's work.
    pub work: WorkFigures,
}

/// `part / whole`; `None` of nothing.
fn rate(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
