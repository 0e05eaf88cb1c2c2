//! The board: what the wallboard shows at one moment, as data. `/now` and `/events` carry it as JSON.
//!
//! For the page, and for whoever wants the figures elsewhere. Names ending in `_s` are seconds, shares go from 0 to 1,
//! `null` is undefined (nobody waits, 0/0), clocks are simulated times of day. Figures are the tally's; whose phone
//! rings and who asks for a break is the engine's. Callers are never named: of a VIP there is the tier and the queue.

use cordboard::engine::NotReady;
use cordboard::stats::{AgentGlance, AgentState, Glance, QueueGlance};
use cordboard::{AgentId, Plan, QueueId, Span, Time};
use serde::Serialize;

use crate::centre::Centre;

/// A service level is not judged before so many visits: one late call of three says nothing.
const JUDGED_FROM: u64 = 10;

/// What is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Board {
    /// Counts boards.
    pub(crate) reading: u64,
    floor: String,
    day: u32,
    clock: String,
    at_s: f64,
    /// Simulated seconds in a second.
    speed: u32,
    /// What the service level should be.
    goal: f64,
    total: Row,
    /// In the floor's order.
    queues: Vec<Row>,
    vips: Vips,
    /// Everybody who is signed in, in the floor's order.
    agents: Vec<Agent>,
    signed_out: usize,
    /// Entries of the follow-up list that nobody has settled.
    follow_ups: u64,
    /// The urgent ones first.
    pub(crate) alarms: Vec<Alarm>,
}

/// A queue, or all of them.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    waiting: u64,
    longest_wait_s: Option<f64>,
    /// Whether somebody waits beyond the target.
    late: bool,
    /// Within which calls should be answered; of all queues only if they have the same.
    target_s: Option<f64>,
    callbacks: u64,
    offered: u64,
    answered: u64,
    abandoned: u64,
    /// Share of all offered so far that was answered within the target.
    service_level: Option<f64>,
    /// Whether that is less than it should be.
    below_goal: bool,
    /// Agents who fit what its calls need at first.
    free: usize,
    busy: usize,
    away: usize,
}

/// Callers with a tier, in all queues.
#[derive(Debug, Serialize)]
struct Vips {
    waiting: u64,
    longest_wait_s: Option<f64>,
    offered: u64,
    abandoned: u64,
    service_level: Option<f64>,
    /// Those who wait, the longest first.
    calls: Vec<VipCall>,
}

#[derive(Debug, Serialize)]
struct VipCall {
    tier: String,
    queue: String,
    waited_s: f64,
    late: bool,
    /// Whose phones ring for it.
    rung: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Agent {
    name: String,
    team: String,
    is: Availability,
    state: String,
    since: String,
    lasts_s: f64,
}

/// What a caller has of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Availability {
    Free,
    /// With something in hand.
    Busy,
    /// Signed in, and takes no calls.
    Away,
    SignedOut,
}

/// Something that somebody should do something about.
#[derive(Debug, Serialize)]
pub(crate) struct Alarm {
    pub(crate) level: Level,
    /// In words that stay the same while it stands, so that they are read out once.
    pub(crate) what: String,
    pub(crate) since: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    Urgent,
    Attention,
}

impl Board {
    /// What there is to show now; since when alarms stand is left to who remembers.
    pub(crate) fn of(centre: &Centre, speed: u32, goal: f64) -> Self {
        let (plan, now) = (centre.plan(), centre.now);
        let glance = centre.seen.tally.glance(now);
        let agents = glance.agents.iter().zip((0..).map(AgentId));
        let agents: Vec<_> = agents.map(|(agent, id)| (id, Availability::of(agent.state))).collect();
        let row = |(figures, queue): (&QueueGlance, QueueId)| {
            let of = &plan.queues()[queue.index()];
            let fitting = agents.iter().filter(|(agent, _)| plan.fits(*agent, of.need)).map(|(_, is)| *is);
            Row::of(&of.name, figures, Some(of.rules.target), goal, fitting)
        };
        let queues: Vec<Row> = glance.queues.iter().zip((0..).map(QueueId)).map(row).collect();
        let mut targets = plan.queues().iter().map(|queue| queue.rules.target);
        let target = targets.next().filter(|first| targets.all(|target| target == *first));
        let mut total = Row::of("all queues", &glance.total, target, goal, agents.iter().map(|(_, is)| *is));
        total.late = queues.iter().any(|row| row.late);
        let signed_in = agents.iter().filter(|(_, is)| *is != Availability::SignedOut);
        Self {
            reading: centre.readings,
            floor: plan.floor().name.clone(),
            day: centre.day,
            clock: clock(now),
            at_s: now.as_secs_f64(),
            speed,
            goal,
            vips: Vips::of(centre),
            agents: signed_in.map(|(id, is)| Agent::of(*id, *is, &glance, plan, now)).collect(),
            signed_out: agents.iter().filter(|(_, is)| *is == Availability::SignedOut).count(),
            follow_ups: glance.follow_ups,
            alarms: alarms(centre, &queues, goal),
            total,
            queues,
        }
    }
}

impl Row {
    fn of(
        name: &str,
        figures: &QueueGlance,
        target: Option<Span>,
        goal: f64,
        agents: impl Iterator<Item = Availability> + Clone,
    ) -> Self {
        let count = |wanted| agents.clone().filter(|is| *is == wanted).count();
        let judged = figures.service_level.filter(|_| figures.offered >= JUDGED_FROM);
        Self {
            name: name.to_owned(),
            waiting: figures.waiting,
            longest_wait_s: figures.longest_wait.map(Span::as_secs_f64),
            late: figures.longest_wait.zip(target).is_some_and(|(wait, target)| wait > target),
            target_s: target.map(Span::as_secs_f64),
            callbacks: figures.callbacks,
            offered: figures.offered,
            answered: figures.answered,
            abandoned: figures.abandoned,
            service_level: figures.service_level,
            below_goal: judged.is_some_and(|level| level < goal),
            free: count(Availability::Free),
            busy: count(Availability::Busy),
            away: count(Availability::Away),
        }
    }
}

impl Vips {
    fn of(centre: &Centre) -> Self {
        let (plan, now) = (centre.plan(), centre.now);
        let visits = centre.seen.tally.figures(now).vips.visits;
        let calls = centre.seen.vips.values().map(|vip| {
            let queue = &plan.queues()[vip.queue.index()];
            let (waited, rung) = (now.since(vip.started), centre.engine().offers(vip.call));
            VipCall {
                tier: plan.tiers()[vip.tier.index()].name.to_string(),
                queue: queue.name.to_string(),
                waited_s: waited.as_secs_f64(),
                late: waited > queue.rules.target,
                rung: rung.map(|offer| plan.agents()[offer.agent.index()].name.to_string()).collect(),
            }
        });
        Self {
            waiting: visits.waiting,
            // Of those who wait now; the figures' longest wait is the day's.
            longest_wait_s: centre.seen.vips.values().next().map(|vip| now.since(vip.started).as_secs_f64()),
            offered: visits.offered,
            abandoned: visits.abandoned,
            service_level: visits.in_target_of_offered,
            calls: calls.collect(),
        }
    }
}

impl Agent {
    fn of(id: AgentId, is: Availability, glance: &Glance, plan: &Plan, now: Time) -> Self {
        let (of, AgentGlance { state, since, .. }) = (&plan.agents()[id.index()], glance.agents[id.index()]);
        Self {
            name: of.name.to_string(),
            team: plan.floor().teams[of.team.index()].name.clone(),
            is,
            state: match state {
                AgentState::NotReady(NotReady::Reason(reason)) => plan.floor().reasons[reason.index()].clone(),
                AgentState::NotReady(NotReady::Missed) => "missed".to_owned(),
                state => state.name().to_owned(),
            },
            since: clock(since),
            lasts_s: now.since(since).as_secs_f64(),
        }
    }
}

impl Availability {
    fn of(state: AgentState) -> Self {
        match state {
            AgentState::SignedOut => Self::SignedOut,
            AgentState::NotReady(_) => Self::Away,
            AgentState::Idle => Self::Free,
            _ => Self::Busy,
        }
    }
}

/// What somebody should do something about, the urgent first.
fn alarms(centre: &Centre, queues: &[Row], goal: f64) -> Vec<Alarm> {
    let plan = centre.plan();
    let mut alarms = Vec::new();
    let mut add = |level, what| alarms.push(Alarm { level, what, since: String::new() });
    for ((_, whom), queue) in &centre.seen.wanted {
        add(Level::Urgent, format!("{whom} wanted: {}", plan.queues()[queue.index()].name));
    }
    for row in queues {
        match (row.free + row.busy, row.away) {
            (0, 0) => add(Level::Urgent, format!("Nobody signed in: {}", row.name)),
            (0, _) => add(Level::Urgent, format!("Everybody away: {}", row.name)),
            _ => {}
        }
        if row.late {
            add(Level::Attention, format!("Waits beyond {} s: {}", row.target_s.unwrap_or_default(), row.name));
        }
        if row.below_goal {
            add(Level::Attention, format!("Service level below {} %: {}", (goal * 1000.0).round() / 10.0, row.name));
        }
    }
    for (agent, reason) in centre.engine().approvals_asked() {
        let (name, reason) = (&plan.agents()[agent.index()].name, &plan.floor().reasons[reason.index()]);
        add(Level::Attention, format!("Supervisor wanted: {name} asks for {reason}"));
    }
    // Two calls may want the same person in the same queue.
    alarms.sort_by(|a, b| (a.level, &a.what).cmp(&(b.level, &b.what)));
    alarms.dedup_by(|a, b| a.what == b.what);
    alarms
}

/// The time of day, `08:15:30`.
pub(crate) fn clock(at: Time) -> String {
    let seconds = at.since(Time::ZERO).as_nanos() / 1_000_000_000;
    format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}
