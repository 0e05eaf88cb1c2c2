//! The board: what is shown of a running simulation at one instant, as data.
//!
//! Nothing here knows of terminals. Figures come from the tally, everything about this moment from the engine.

use cordboard::engine::{CallState, NotReady, Search, VisitCause, WhyWaiting};
use cordboard::stats::{AgentGlance, AgentState, QueueGlance};
use cordboard::{AgentId, CallId, Plan, QueueId, Span, Time};

use super::controls::Controls;
use super::news::Tone;
use super::text;
use super::watch::{Visit, Watch};

/// Calls take no more than this part of a screen.
const CALLS_PART: usize = 3;
/// To say why a call waits takes a look at every agent and every call that waits: no more looks than this for one
/// board; calls beyond are shown without.
const LOOKS_MAX: usize = 1_000_000;

/// What is shown.
#[derive(Debug)]
pub(super) struct Board<'a> {
    /// The floor's name and the scenario's.
    pub(super) title: &'a str,
    /// The simulated time of day.
    pub(super) clock: String,
    /// How fast it goes.
    pub(super) pace: String,
    /// In the floor's order.
    pub(super) queues: Vec<QueueRow<'a>>,
    /// All of them.
    pub(super) total: QueueRow<'a>,
    /// The place of the queue looked at.
    pub(super) queue: Option<usize>,
    /// How many agents are in each state, the busiest first, those in which nobody is left out.
    pub(super) states: Vec<(&'static str, usize)>,
    /// Everybody who is signed in.
    pub(super) agents: Vec<AgentCell<'a>>,
    /// How many agents the floor has.
    pub(super) agents_of_floor: usize,
    /// How many columns the longest of their names takes.
    pub(super) agent_name: usize,
    /// The calls that wait or are rung for in the queue looked at, the longest first, as far as there may be room.
    pub(super) calls: Vec<CallRow<'a>>,
    /// What happened last, the latest first, as far as there may be room.
    pub(super) news: Vec<NewsRow>,
    /// How many entries the follow-up list has.
    pub(super) follow_ups: u64,
}

/// A queue at this moment, and its figures so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct QueueRow<'a> {
    pub(super) name: &'a str,
    /// Callers for whom no phone rings.
    pub(super) waiting: u64,
    /// Callers for whom a phone rings, or who are being joined with who answered.
    pub(super) ringing: u64,
    /// Callers who have hung up and wait to be called back.
    pub(super) callbacks: u64,
    /// How long the first of those waiting and ringing has waited.
    pub(super) longest: Option<Span>,
    /// Whether that is past the answer target.
    pub(super) late: bool,
    pub(super) offered: u64,
    pub(super) answered: u64,
    pub(super) abandoned: u64,
    /// Share of those offered that was answered in target.
    pub(super) service_level: Option<f64>,
    pub(super) speed_of_answer: Option<Span>,
}

/// Somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AgentCell<'a> {
    pub(super) name: &'a str,
    pub(super) state: &'a str,
    pub(super) lasts: Span,
    /// Has a caller in hand, or is rung.
    pub(super) busy: bool,
}

/// A call that waits or is rung for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CallRow<'a> {
    pub(super) call: CallId,
    pub(super) queue: &'a str,
    pub(super) tier: Option<&'a str>,
    pub(super) waited: Span,
    /// Whether that is past the answer target.
    pub(super) late: bool,
    /// Who is rung, or why nobody is.
    pub(super) what: String,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewsRow {
    pub(super) at: String,
    pub(super) what: String,
    pub(super) tone: Tone,
}

impl<'a> Board<'a> {
    /// What there is to show now on a screen of so many lines. `kept` is the speed that the machine keeps up with,
    /// where it is less than the one asked for.
    pub(super) fn of(watch: &'a Watch, controls: &Controls, kept: Option<u32>, rows: usize) -> Self {
        let (plan, now) = (watch.plan(), watch.now());
        let glance = watch.tally().glance(now);
        let figures = glance.queues.iter().zip(plan.queues());
        let mut queues: Vec<QueueRow<'_>> =
            figures.map(|(figures, queue)| QueueRow::of(&queue.name, figures)).collect();
        let mut total = QueueRow::of("all", &glance.total);
        for visit in watch.visits().filter(|visit| visit.is_in_queue()) {
            let state = watch.engine().call(visit.call).map_or(CallState::Waiting, |call| call.state);
            if let Some(row) = queues.get_mut(visit.queue.index()) {
                row.count(visit, state, plan, now);
                total.count(visit, state, plan, now);
            }
        }
        let queue = controls.queue.map(|queue| QueueId(queue as u32));
        let shown = watch.visits().filter(|visit| queue.is_none_or(|queue| visit.queue == queue));
        let explained = LOOKS_MAX / (plan.agents().len() + watch.visits().len() + 1);
        let shown = shown.take(rows.div_ceil(CALLS_PART)).enumerate();
        let calls = shown.map(|(place, visit)| CallRow::of(visit, watch, place < explained));
        let signed_in = glance.agents.iter().zip(plan.agents());
        let signed_in = signed_in.filter(|(agent, _)| agent.state != AgentState::SignedOut);
        let mut states: Vec<_> = glance.agents_by_state().filter(|(_, count)| *count > 0).collect();
        states.reverse();
        let news = watch.news().latest(plan, queue).take(rows);
        Self {
            title: watch.title(),
            clock: text::clock(now),
            pace: pace(watch, controls, kept),
            queues,
            total,
            queue: controls.queue,
            states,
            agents: signed_in.map(|(agent, of)| AgentCell::of(&of.name, agent, plan, now)).collect(),
            agents_of_floor: plan.agents().len(),
            agent_name: watch.agent_name(),
            calls: calls.collect(),
            news: news.map(|(at, what, tone)| NewsRow { at: text::time_of_day(at), what, tone }).collect(),
            follow_ups: glance.follow_ups,
        }
    }
}

fn pace(watch: &Watch, controls: &Controls, kept: Option<u32>) -> String {
    let Controls { speed, paused, forward_to, .. } = *controls;
    match (forward_to, kept) {
        _ if watch.ended() => "ended".to_owned(),
        _ if paused => format!("x{speed} paused"),
        (Some(until), _) => format!("on to {}", text::clock(until)),
        (None, Some(kept)) => format!("x{speed} (keeps x{kept})"),
        (None, None) => format!("x{speed}"),
    }
}

impl<'a> QueueRow<'a> {
    fn of(name: &'a str, figures: &QueueGlance) -> Self {
        Self {
            name,
            offered: figures.offered,
            answered: figures.answered,
            abandoned: figures.abandoned,
            service_level: figures.service_level,
            speed_of_answer: figures.speed_of_answer,
            ..Self::default()
        }
    }

    /// Visits come in order of their beginnings.
    fn count(&mut self, visit: &Visit, state: CallState, plan: &Plan, now: Time) {
        match state {
            CallState::Ringing | CallState::Connecting => self.ringing += 1,
            _ if visit.cause == VisitCause::Callback => {
                self.callbacks += 1;
                return;
            }
            _ => self.waiting += 1,
        }
        if self.longest.is_none() {
            self.longest = Some(now.since(visit.started));
        }
        self.late |= visit.is_late(plan, now);
    }
}

impl Visit {
    /// Whether the caller counts as one who waits here: not if an agent who talks with him asks for somebody else.
    fn is_in_queue(&self) -> bool {
        !matches!(self.cause, VisitCause::Consult { .. })
    }

    fn is_late(&self, plan: &Plan, now: Time) -> bool {
        let target = plan.queues().get(self.queue.index()).map(|queue| queue.rules.target);
        target.is_some_and(|target| now.since(self.started) > target)
    }
}

impl<'a> AgentCell<'a> {
    fn of(name: &'a str, agent: &AgentGlance, plan: &'a Plan, now: Time) -> Self {
        let (state, busy) = match agent.state {
            AgentState::Ringing => ("ringing", true),
            AgentState::Connecting => ("joining", true),
            AgentState::Talking => ("talking", true),
            AgentState::Holding => ("holding", true),
            AgentState::Monitoring => ("listens", true),
            AgentState::WrapUp => ("wrap-up", true),
            AgentState::NotReady(NotReady::Reason(reason)) => {
                (plan.floor().reasons.get(reason.index()).map_or("off", String::as_str), false)
            }
            AgentState::NotReady(NotReady::Missed) => ("missed", false),
            AgentState::NotReady(_) => ("off", false),
            AgentState::Idle => ("idle", false),
            other => (other.name(), false),
        };
        Self { name, state, lasts: now.since(agent.since), busy }
    }
}

impl<'a> CallRow<'a> {
    fn of(visit: &Visit, watch: &'a Watch, explained: bool) -> Self {
        let (plan, now) = (watch.plan(), watch.now());
        let tier = visit.tier.and_then(|tier| plan.tiers().get(tier.index()));
        Self {
            call: visit.call,
            queue: plan.queues().get(visit.queue.index()).map_or("?", |queue| &*queue.name),
            tier: tier.map(|tier| &*tier.name),
            waited: now.since(visit.started),
            late: visit.is_late(plan, now),
            what: what(visit.call, watch, explained),
        }
    }
}

/// Who is rung for a call, or why nobody is.
fn what(call: CallId, watch: &Watch, explained: bool) -> String {
    let (engine, plan, now) = (watch.engine(), watch.plan(), watch.now());
    let name = |agent: AgentId| plan.agents().get(agent.index()).map_or("?", |agent| &*agent.name);
    let rung = || {
        let rung = engine.offers(call).map(|offer| match offer.ringing_since {
            Some(since) => format!("{} {}", name(offer.agent), text::length(now.since(since))),
            None => name(offer.agent).to_owned(),
        });
        rung.collect::<Vec<_>>().join(", ")
    };
    match engine.call(call).map(|view| (view.state, view.agent)) {
        Some((CallState::Ringing, _)) => format!("rings {}", rung()),
        Some((CallState::Connecting, agent)) => format!("is joined with {}", agent.map_or("somebody", name)),
        _ if !explained => "waits".to_owned(),
        _ => engine.why_waiting(call).map_or("waits".to_owned(), |why| reasons(&why, plan)),
    }
}

fn reasons(why: &WhyWaiting, plan: &Plan) -> String {
    let reasons = why.reasons(plan, &text::clock);
    match why.search {
        Search::NotBefore { at } => format!("not before {}", text::clock(at)),
        Search::Awaiting { agent, .. } => {
            let name = plan.agents().get(agent.index()).map_or("?", |agent| &*agent.name);
            format!("for {name} alone: {reasons}")
        }
        _ => reasons,
    }
}
