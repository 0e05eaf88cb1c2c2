//! Figures: what a tally amounts to at an instant. This is the schema of `cordboard simulate --json`.
//!
//! Units: names ending in `_s` are seconds; shares and rates are from 0 to 1; everything else counts. `null` (`None`)
//! is a figure that is not defined because it would divide nothing by nothing. No figure is ever not-a-number.

use serde::{Deserialize, Serialize};

use super::counts::{CallCounts, VisitCounts, WorkCounts};
use super::waits::Waits;
use crate::time::Span;

/// Version of the layout of [`Figures`] and [`Summary`](super::Summary). A reader meets another number when a figure
/// has changed its meaning or has gone; new figures do not change it.
pub const SCHEMA: u32 = 1;

/// A figure's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricName {
    /// What it is about: `calls`, `visits`, `work`, `vips/calls`, `tiers/NAME/visits`, `queues/NAME`,
    /// `queues/NAME/hours/08:00`, `hours/08:00/calls`, `teams/NAME`, `roles/NAME`, …
    pub section: String,
    /// Which field of the section's figures.
    pub figure: &'static str,
}

impl core::fmt::Display for MetricName {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}/{}", self.section, self.figure)
    }
}

/// A list of named figures, each a `count`, a `rate` (0 to 1, may be undefined), `seconds` (may be undefined) or a
/// `time` (seconds in all).
macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $kind:ident $field:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: figures!(@type $kind),)*
        }

        impl $name {
            /// Every figure with its name, in order; counts as numbers, `None` where undefined.
            pub fn each(&self) -> impl Iterator<Item = (&'static str, Option<f64>)> + use<> {
                [$((stringify!($field), figures!(@value $kind self.$field))),*].into_iter()
            }
        }
    )*};
    (@type count) => { u64 };
    (@type rate) => { Option<f64> };
    (@type seconds) => { Option<f64> };
    (@type time) => { f64 };
    (@value count $value:expr) => { Some($value as f64) };
    (@value rate $value:expr) => { $value };
    (@value seconds $value:expr) => { $value };
    (@value time $value:expr) => { Some($value) };
}

figures! {
    /// Calls: each counted once, with its one outcome (A2, G4). By hour they stand in the hour of their arrival.
    CallFigures {
        /// Calls that came.
        count offered,
        /// Calls that an agent took and was joined with.
        count answered,
        /// Served, and the caller hung up.
        count completed_by_caller,
        /// Served, and the agent hung up.
        count completed_by_agent,
        /// Served, and the line failed.
        count completed_by_switch,
        /// The caller hung up before anybody took the call.
        count abandoned,
        /// The wait limit passed.
        count timed_out,
        /// Sent to a telephone number.
        count diverted,
        /// Ended by a rung of the ladder.
        count disconnected,
        /// Turned away at the door, whatever the reason: the sum of the next four.
        count refused,
        /// … because it named no queue of this floor.
        count refused_unknown_queue,
        /// … because the queue was full.
        count refused_queue_full,
        /// … because the floor was full.
        count refused_floor_full,
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

    /// Visits: stays of calls in queues. A call that visits two queues counts in both, so these may exceed the calls.
    /// By hour they stand, with all that comes of them later, in the hour in which they *began*.
    VisitFigures {
        /// Visits that began, those turned away at the door included.
        count offered,
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
        /// Share answered in target, abandoned visits in: `answered_in_target / offered` (F2).
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
        /// Agents' legs that ended after talking.
        count handled,
        /// Talking, mean over `handled`.
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
        /// Times a caller went on hold (A4).
        count holds,
        /// Reminders of callers on hold.
        count hold_reminders,
        /// Callers brought back because they were on hold for too long.
        count hold_limits_passed,
        /// Connected calls for which the host gave no sign of life.
        count leases_expired,
    }

    /// Agents' work (F3). Times are exact and, by hour, stand in the hour in which they were spent. Contact slots count
    /// one by one: an agent with two contacts at once talks two seconds per second. Where
    /// [`work_until`](super::TallyOptions::work_until) sets an end, as `cordboard simulate` does with the end of the
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
        /// Ready with a contact slot free: available for a call.
        time idle_s,
        /// Being rung.
        time ringing_s,
        /// Being joined with a caller.
        time connecting_s,
        /// Talking.
        time talk_s,
        /// With the caller on hold.
        time hold_s,
        /// In work after a call.
        time wrap_up_s,
        /// Handling time over handling and available time, where handling is ringing, connecting, talking, hold and
        /// wrap-up, and available is `idle_s`; breaks and other not-ready time do not count.
        rate occupancy,
        /// Calls taken: caller and agent were joined.
        count calls,
        /// Legs ended after talking.
        count handled,
        /// `(talk_s + hold_s + wrap_up_s) / handled`.
        seconds handle_time_mean_s,
        /// Offers.
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
    }
}

/// All figures up to an instant. Totals, then the same cut by queue, VIP tier, hour of day and group of agents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Figures {
    /// Version of this layout: [`SCHEMA`].
    pub schema: u32,
    /// The floor's name.
    pub floor: String,
    /// Engine time up to which the figures count, in seconds.
    pub until_s: f64,
    /// All calls.
    pub calls: CallFigures,
    /// All visits.
    pub visits: VisitFigures,
    /// All agents.
    pub work: WorkFigures,
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
#[non_exhaustive]
pub struct QueueFigures {
    /// The queue.
    pub name: String,
    /// Its visits.
    pub visits: VisitFigures,
    /// Its visits by hour of day.
    pub hours: Vec<QueueHourFigures>,
}

/// A queue's figures in one hour of day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct QueueHourFigures {
    /// When the hour begins: `08:00`.
    pub from: String,
    /// Visits that began in it.
    pub visits: VisitFigures,
}

/// Figures of callers of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallerFigures {
    /// Who: the tier's name, `vips` or `others`.
    pub name: String,
    /// Their calls.
    pub calls: CallFigures,
    /// Their calls' visits.
    pub visits: VisitFigures,
}

/// One hour of day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HourFigures {
    /// When it begins: `08:00`.
    pub from: String,
    /// Calls that arrived in it.
    pub calls: CallFigures,
    /// Visits that began in it.
    pub visits: VisitFigures,
    /// Work done in it.
    pub work: WorkFigures,
}

/// A group of agents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// How evenly occupancy is spread over its agents who have one (A7).
    pub occupancy_per_agent: Spread,
    /// Its work by hour of day; none for roles.
    pub hours: Vec<WorkHourFigures>,
}

/// A group's work in one hour of day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkHourFigures {
    /// When it begins: `08:00`.
    pub from: String,
    /// Work done in it.
    pub work: WorkFigures,
}

/// Not-ready time of one reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReasonFigures {
    /// The reason.
    pub reason: String,
    /// Time, in seconds.
    pub time_s: f64,
}

/// How evenly something is spread over agents; all `null` where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Spread {
    /// The least.
    pub min: Option<f64>,
    /// The middle one; the mean of the two middle ones of an even number.
    pub median: Option<f64>,
    /// The most.
    pub max: Option<f64>,
}

/// An agent's figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

impl Figures {
    /// Every figure as a number with its name, single agents apart; always in the same order for the same floor.
    pub fn metrics(&self) -> impl Iterator<Item = (MetricName, Option<f64>)> {
        let mut metrics = Metrics(Vec::new());
        metrics.push("calls", self.calls.each());
        metrics.push("visits", self.visits.each());
        metrics.push("work", self.work.each());
        for queue in &self.queues {
            let section = format!("queues/{}", queue.name);
            metrics.push(&section, queue.visits.each());
            for hour in &queue.hours {
                metrics.push(&format!("{section}/hours/{}", hour.from), hour.visits.each());
            }
        }
        for (section, callers) in [("vips", &self.vips), ("others", &self.others)] {
            metrics.push_callers(section, callers);
        }
        for tier in &self.tiers {
            metrics.push_callers(&format!("tiers/{}", tier.name), tier);
        }
        for hour in &self.hours {
            metrics.push(&format!("hours/{}/calls", hour.from), hour.calls.each());
            metrics.push(&format!("hours/{}/visits", hour.from), hour.visits.each());
            metrics.push(&format!("hours/{}/work", hour.from), hour.work.each());
        }
        for (kind, groups) in [("teams", &self.teams), ("roles", &self.roles)] {
            for group in groups {
                metrics.push_group(&format!("{kind}/{}", group.name), group);
            }
        }
        metrics.0.into_iter()
    }
}

struct Metrics(Vec<(MetricName, Option<f64>)>);

impl Metrics {
    fn push(&mut self, section: &str, figures: impl Iterator<Item = (&'static str, Option<f64>)>) {
        let name = |figure| MetricName { section: section.to_owned(), figure };
        self.0.extend(figures.map(|(figure, value)| (name(figure), value)));
    }

    fn push_callers(&mut self, section: &str, callers: &CallerFigures) {
        self.push(&format!("{section}/calls"), callers.calls.each());
        self.push(&format!("{section}/visits"), callers.visits.each());
    }

    fn push_group(&mut self, section: &str, group: &GroupFigures) {
        self.push(section, group.work.each());
        for reason in &group.not_ready {
            let time = [("time_s", Some(reason.time_s))];
            self.push(&format!("{section}/not_ready/{}", reason.reason), time.into_iter());
        }
        for (what, spread) in [("calls", group.calls_per_agent), ("occupancy", group.occupancy_per_agent)] {
            let spread = [("min", spread.min), ("median", spread.median), ("max", spread.max)];
            self.push(&format!("{section}/{what}_per_agent"), spread.into_iter());
        }
        for hour in &group.hours {
            self.push(&format!("{section}/hours/{}", hour.from), hour.work.each());
        }
    }
}

/// `part / whole`; `None` of nothing.
fn rate(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl CallFigures {
    pub(super) fn of(counts: &CallCounts) -> Self {
        let ended = counts.ended();
        Self {
            offered: counts.offered,
            answered: counts.answered,
            completed_by_caller: counts.completed_by_caller,
            completed_by_agent: counts.completed_by_agent,
            completed_by_switch: counts.completed_by_switch,
            abandoned: counts.abandoned,
            timed_out: counts.timed_out,
            diverted: counts.diverted,
            disconnected: counts.disconnected,
            refused: counts.refused(),
            refused_unknown_queue: counts.refused_unknown_queue,
            refused_queue_full: counts.refused_queue_full,
            refused_floor_full: counts.refused_floor_full,
            refused_needs_full: counts.refused_needs_full,
            lost: counts.lost,
            live: counts.offered.saturating_sub(ended),
            answer_rate: rate(counts.answered, counts.offered),
            abandonment_rate: rate(counts.abandoned, counts.offered),
            length_mean_s: counts.lasted.mean(ended),
        }
    }
}

impl VisitFigures {
    /// Figures of these counts; the longest wait is at least that of `waiting`, the visit that still waits longest.
    pub(super) fn of(counts: &VisitCounts, waits: Option<&Waits>, waiting: Option<Span>) -> Self {
        let (offered, answered, abandoned) = (counts.offered, counts.answered, counts.abandoned);
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
            answered,
            abandoned,
            timed_out: counts.timed_out,
            overflowed: counts.overflowed,
            diverted: counts.diverted,
            disconnected: counts.disconnected,
            refused: counts.refused,
            waiting: offered.saturating_sub(counts.ended()),
            answer_rate: rate(answered, offered),
            abandonment_rate: rate(abandoned, offered),
            answered_in_target: in_target,
            abandoned_in_target: early_abandoned,
            in_target_of_offered: rate(in_target, offered),
            in_target_without_abandoned: rate(in_target, offered.saturating_sub(abandoned)),
            in_target_without_early_abandoned: rate(in_target, offered.saturating_sub(early_abandoned)),
            in_target_early_abandoned_met: rate(in_target + early_abandoned, offered),
            in_target_of_answered: rate(in_target, answered),
            in_target_of_answered_and_abandoned: rate(in_target, answered + abandoned),
            in_target_of_both_early_abandoned_met: rate(in_target + early_abandoned, answered + abandoned),
            speed_of_answer_mean_s: counts.answer_time.mean(answered),
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
            holds: counts.holds,
            hold_reminders: counts.hold_reminders,
            hold_limits_passed: counts.hold_limits_passed,
            leases_expired: counts.leases_expired,
        }
    }
}

impl WorkFigures {
    pub(super) fn of(counts: &WorkCounts, agents: usize) -> Self {
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
            ringing_s: counts.ringing.secs(),
            connecting_s: counts.connecting.secs(),
            talk_s: counts.talk.secs(),
            hold_s: counts.hold.secs(),
            wrap_up_s: counts.wrap_up.secs(),
            occupancy: handling.share_of(engaged),
            calls: counts.calls,
            handled: counts.handled,
            handle_time_mean_s: handle_time.mean(counts.handled),
            offers: counts.offers,
            missed: counts.missed,
            never_rang: counts.never_rang,
            declined: counts.declined,
            busy: counts.busy,
            unreachable: counts.unreachable,
            holds: counts.holds,
        }
    }
}

impl Spread {
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.get(values.len() / 2).copied();
        let below = values.len().checked_sub(1).and_then(|last| values.get(last / 2)).copied();
        let median = middle.zip(below).map(|(upper, lower)| (lower + upper) / 2.0);
        Self { min: values.first().copied(), median, max: values.last().copied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_middle_ones() {
        let spread = Spread::of([4.0, 1.0, 3.0, 10.0].into_iter());
        assert_eq!((spread.min, spread.median, spread.max), (Some(1.0), Some(3.5), Some(10.0)));
        assert_eq!(Spread::of([2.0].into_iter()).median, Some(2.0));
        assert_eq!(Spread::of(core::iter::empty()), Spread::default());
    }
}
