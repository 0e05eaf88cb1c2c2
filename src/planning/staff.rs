//! Staffing: from a forecast to a requirement by interval, to the least cover of it, to a roster that is checked.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::beside::beside;
use super::change::others;
use super::check::{Checked, Watched, check};
use super::cover::{Cover, CoverError, DAY, Pattern, cover_until, time_of_day};
use super::forecast::{DAYS_MAX, Forecast, QueueForecast};
use super::pools::{Pool, pools};
use super::requirement::Demand;
use super::roster::{Crew, at_work, man};
use super::staffing::{PlannedInterval, PlannedShift, PoolStaffing, SCHEMA, Staffing};
use crate::erlang::{self, ServiceLevel};
use crate::floor::{Length, Plan, Problems};
use crate::ids::QueueId;
use crate::sim::scenario::Scenario;
use crate::sim::{Ended, Failure, Moment};
use crate::stats::Estimate;
use crate::time::{Span, Time};

/// An interval with this share of the calls of the busiest one, or more, is of the peak.
const PEAK: f64 = 0.9;

/// What a floor should achieve, and how it may be staffed.
#[derive(Clone, Debug, PartialEq)]
pub struct StaffOptions {
    /// Length of an interval: whole minutes, a whole part of a day. Default 30 min.
    pub interval: Span,
    /// The share to be answered in time in every interval, above 0 and below 1. Default 0.8.
    pub share: f64,
    /// Within what time. Default: each queue's answer target.
    pub within: Option<Span>,
    /// Of what it is the share; not [`ServiceLevel::Virtual`], which nobody can see. Default: of all offered.
    pub of: ServiceLevel,
    /// The share of the paid time in which people are away (breaks, training, illness), from 0 to below 1. Default 0.
    pub shrinkage: f64,
    /// At least so many in each interval in which calls are expected (D4). Default 1.
    pub minimum: u32,
    /// At least so many at the peak: where at least 90 % as many calls are expected as in the busiest interval (D4).
    /// Default 1.
    pub peak_minimum: u32,
    /// The shifts there may be, every day the same. Default: 8 h, beginning at every full hour.
    pub patterns: Vec<Pattern>,
    /// Only people of these teams are planned, the others work as the scenario says. Default: everybody who takes calls
    /// as they come.
    pub teams: Vec<String>,
    /// How the roster is checked by simulation; `None` for not at all.
    pub check: Option<CheckOptions>,
}

/// How a roster is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckOptions {
    /// The seed of the first replication. Default 1.
    pub seed: u64,
    /// How many replications, 2 or more. Default 20.
    pub replications: u32,
    /// How often at most people are added and the roster is run again. Default 8.
    pub rounds: u32,
}

/// Why a floor could not be staffed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StaffError {
    /// An option that is not in its range.
    #[error("{what} is {got}, expected {expected}")]
    Option {
        /// Which option.
        what: &'static str,
        /// Its range.
        expected: &'static str,
        /// What came.
        got: String,
    },
    /// A team that the floor does not have.
    #[error("there is no team `{name}` on this floor{}", others(.known))]
    NoTeam {
        /// The name.
        name: String,
        /// The teams there are.
        known: Vec<String>,
    },
    /// Calls are expected where nobody may ever take them.
    #[error("calls are expected in queue `{0}`, and nobody who is planned can take them as they come")]
    Nobody(String),
    /// Something is wrong with the scenario.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The calculator has no answer.
    #[error(transparent)]
    Erlang(#[from] erlang::Error),
    /// There is no cover.
    #[error(transparent)]
    Cover(#[from] CoverError),
    /// A simulation could not be brought to its end.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Default for StaffOptions {
    fn default() -> Self {
        Self {
            interval: Span::from_secs(1_800),
            share: 0.8,
            within: None,
            of: ServiceLevel::Offered,
            shrinkage: 0.0,
            minimum: 1,
            peak_minimum: 1,
            patterns: Pattern::grid(&[480], 60),
            teams: Vec::new(),
            check: Some(CheckOptions::default()),
        }
    }
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self { seed: 1, replications: 20, rounds: 8 }
    }
}

/// Staffs a floor for the calls that a scenario expects; its own shifts are left aside for whoever is planned. `go_on`
/// hears from every simulation, from any thread: a roster is an alternative, and expected are the replications of all
/// rosters run so far. While requirement and shifts are worked out it is asked several times a second, as at the
/// beginning of that roster's first replication: [`Moment::at`] is zero. Once it says no, everything stops, and what is
/// known by then is given: the roster so far, or where there is none yet, no pools. A solver that is in the middle of a
/// long step ends it on a thread of its own, after this has returned, and what it finds is dropped.
///
/// # Errors
///
/// See [`StaffError`].
pub fn staff(
    plan: &Arc<Plan>,
    scenario: &Scenario,
    options: &StaffOptions,
    go_on: &(impl Fn(&Moment) -> bool + Sync),
) -> Result<Staffing, StaffError> {
    options.check(plan)?;
    let mut floor = plan.floor().clone();
    if let Some(within) = options.within {
        floor.queues.iter_mut().for_each(|queue| queue.rules.target = Some(Length::Span(within)));
    }
    let plan = Arc::new(floor.clone().compile()?);
    let forecast = Forecast::of(&plan, scenario, options.interval)?;
    let horizon = Time::ZERO + Span::from_secs_f64(scenario.hours.unwrap_or(24.0) * 3_600.0);
    let plans = |alternative: u32| {
        let each = options.check.map_or(1, |check| check.replications);
        let expected = each.saturating_mul(alternative.saturating_add(1));
        go_on(&Moment { alternative, replication: 0, since: Time::ZERO, at: Time::ZERO, horizon, expected })
    };
    // What is given to whoever stops it now.
    let mut known = Staffing {
        schema: SCHEMA,
        floor: plan.floor().name.clone(),
        scenario: scenario.name.clone(),
        interval_s: options.interval.as_secs_f64(),
        share: options.share,
        of: options.of,
        within_s: options.within.map(Span::as_secs_f64),
        shrinkage: options.shrinkage,
        minimum: options.minimum,
        peak_minimum: options.peak_minimum,
        teams: options.teams.clone(),
        seed: options.check.map(|check| check.seed),
        days_differ: forecast.days_differ(),
        replications_asked: options.check.map(|check| check.replications),
        rounds_asked: options.check.map(|check| check.rounds),
        pools: Vec::new(),
        rounds: 0,
        replications: 0,
        ended: Ended::Stopped,
        met: None,
        plan: plan.clone(),
        rostered: scenario.clone(),
    };
    let Some(mut drafts) = drafts(&plan, &forecast, options, &|| plans(0))? else { return Ok(known) };
    let watched: Vec<Watched> = drafts.iter().map(Draft::watched).collect();
    let pooled: BTreeSet<String> = drafts.iter().flat_map(|draft| names(&plan, &draft.pool)).collect();
    loop {
        let rounds = known.rounds;
        // Short replications may all have ended before it was heard.
        if rounds > 0 && !plans(rounds) {
            return Ok(known);
        }
        let Some((covers, cut)) = covers(&drafts, options, || plans(rounds))? else { return Ok(known) };
        // A roster that was run says more than one that is not even the least.
        if cut && rounds > 0 {
            return Ok(known);
        }
        let mut floor = floor.clone();
        let roster = |(draft, cover): (&Draft, Cover)| draft.roster(&plan, &mut floor, cover, options);
        let rosters: Vec<Roster> = drafts.iter().zip(covers).map(roster).collect();
        let staffed = Arc::new(floor.compile()?);
        let hired = rosters.iter().flat_map(|roster| &roster.hired);
        let planned: BTreeSet<String> = pooled.iter().chain(hired).cloned().collect();
        let crews: Vec<Crew> = rosters.iter().flat_map(|roster| roster.crews.iter().cloned()).collect();
        let minutes = options.minutes();
        let present = at_work(scenario, staffed.floor(), &crews, &planned, minutes, options.shrinkage);
        let goal = (options.interval, options.of);
        let asked = options.check.filter(|_| !cut);
        let checked =
            asked.map(|asked| check(&staffed, &present, &watched, goal, (asked, rounds), go_on)).transpose()?;
        let stopped = cut || checked.as_ref().is_some_and(|checked| checked.stopped(options));
        let levels_of = |place: usize| checked.as_ref().and_then(|checked| checked.levels.get(place));
        let of_pool = |(place, (draft, roster)): (usize, (&Draft, &Roster))| {
            draft.staffing(&plan, roster, levels_of(place).map(Vec::as_slice), options)
        };
        let missed = |levels: &Vec<Estimate>| levels.iter().any(|level| misses(level, options.share));
        known.pools = drafts.iter().zip(&rosters).enumerate().map(of_pool).collect();
        known.replications = checked.as_ref().map_or(0, |checked| checked.replications);
        known.rounds += u32::from(known.replications > 0);
        known.met = checked.as_ref().filter(|_| !stopped).map(|checked| !checked.levels.iter().any(missed));
        known.rostered = at_work(scenario, staffed.floor(), &crews, &planned, minutes, 0.0);
        known.plan = staffed;
        let raised = checked.filter(|_| !stopped).is_some_and(|checked| {
            known.rounds <= options.check.map_or(0, |check| check.rounds)
                && drafts
                    .iter_mut()
                    .zip(&rosters)
                    .zip(&checked.levels)
                    .fold(false, |raised, ((draft, roster), levels)| draft.raise(roster, levels, options) | raised)
        });
        if !raised {
            known.ended = if stopped { Ended::Stopped } else { Ended::Count };
            return Ok(known);
        }
    }
}

impl Checked {
    /// Whether somebody has stopped it.
    fn stopped(&self, options: &StaffOptions) -> bool {
        options.check.is_some_and(|asked| self.replications < asked.replications)
    }
}

impl StaffOptions {
    /// So many on shift that of them so many are there.
    fn gross(&self, net: u32) -> u32 {
        (f64::from(net) / (1.0 - self.shrinkage) - 1e-9).ceil() as u32
    }

    fn minutes(&self) -> u32 {
        (self.interval.as_nanos() / Span::from_secs(60).as_nanos()) as u32
    }

    fn check(&self, plan: &Plan) -> Result<(), StaffError> {
        let wrong = |what, expected, got| Err(StaffError::Option { what, expected, got });
        let minutes = self.minutes();
        let whole = Span::from_secs(60).times(u64::from(minutes)) == self.interval;
        if minutes == 0 || !whole || !DAY.is_multiple_of(minutes) {
            return wrong(
                "the interval",
                "whole minutes, a whole part of a day",
                Length::Span(self.interval).to_string(),
            );
        }
        if !(0.0..1.0).contains(&self.shrinkage) {
            return wrong("the shrinkage", "a share from 0 to below 1", self.shrinkage.to_string());
        }
        if self.of == ServiceLevel::Virtual {
            let got = "that of the virtual wait".to_owned();
            return wrong("the service level", "one that can be seen", got);
        }
        if let Some(check) = self.check.filter(|check| check.replications < 2) {
            return wrong("the number of replications", "2 or more", check.replications.to_string());
        }
        match self.teams.iter().find(|team| plan.team(team).is_none()) {
            Some(name) => {
                let known = plan.floor().teams.iter().map(|team| team.name.to_string()).collect();
                Err(StaffError::NoTeam { name: name.clone(), known })
            }
            None => Ok(()),
        }
    }
}

/// The requirement of a pool on its way.
struct Draft {
    pool: Pool,
    demands: Vec<Demand>,
    /// By interval of the day, on which days of the week most calls are expected, as bits.
    busiest: Vec<u8>,
    required: Vec<u32>,
    raised: Vec<u32>,
}

struct Roster {
    cover: Cover,
    crews: Vec<Crew>,
    hired: Vec<String>,
}

impl Roster {
    /// How many are on shift from the beginning to the end of an interval.
    fn there(&self, from: u32, minutes: u32) -> u32 {
        let working = self.crews.iter().filter(|crew| crew.pattern.covers(from, minutes));
        working.map(|crew| crew.agents.len() as u32).sum()
    }
}

/// `None` once `go_on` has said no.
fn drafts(
    plan: &Plan,
    forecast: &Forecast,
    options: &StaffOptions,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<Vec<Draft>>, StaffError> {
    let busy = |of: &&QueueForecast| of.calls.iter().any(|calls| *calls > 0.0);
    let forecasts: Vec<(&QueueForecast, QueueId)> =
        forecast.queues.iter().filter(busy).filter_map(|of| Some((of, plan.queue(&of.queue)?))).collect();
    let queues: Vec<QueueId> = forecasts.iter().map(|(_, queue)| *queue).collect();
    let draft = |pool: Pool| {
        let of_pool = forecasts.iter().filter(|(_, queue)| pool.queues.contains(queue));
        let target = |queue: QueueId| plan.queues().get(queue.index()).map_or(0.0, |of| of.rules.target.as_secs_f64());
        let with_targets: Vec<(&QueueForecast, f64)> = of_pool.map(|(of, queue)| (*of, target(*queue))).collect();
        if pool.agents.is_empty() {
            let queue = with_targets.first().map_or_else(String::new, |(of, _)| of.queue.clone());
            return Err(StaffError::Nobody(queue));
        }
        let intervals = (DAY / options.minutes()) as usize;
        let demands: Vec<Demand> =
            (0..intervals).map(|place| Demand::of(&with_targets, place, forecast.interval_s)).collect();
        let by_day: Vec<&[f64]> = with_targets.iter().map(|(of, _)| &*of.by_day).collect();
        let busiest = (0..intervals).map(|place| busiest(&by_day, intervals, place, forecast.counted_from)).collect();
        let most = demands.iter().map(|demand| demand.calls).fold(0.0, f64::max);
        let required = demands.iter().map(|demand| {
            if !go_on() {
                return Ok(None);
            }
            let least = if demand.calls >= PEAK * most { options.peak_minimum } else { 0 }.max(options.minimum);
            let least = if demand.calls > 0.0 { least } else { 0 };
            Ok(Some(demand.agents(options.share, options.of)?.max(least)))
        });
        let required = required.collect::<Result<Option<Vec<u32>>, StaffError>>()?;
        Ok(required.map(|required| Draft { raised: vec![0; demands.len()], pool, demands, busiest, required }))
    };
    pools(plan, &queues, &options.teams).into_iter().map(draft).collect()
}

/// The cover of each pool, and whether the search for one was cut short; `None` if it was before there were any.
fn covers(
    drafts: &[Draft],
    options: &StaffOptions,
    go_on: impl Fn() -> bool,
) -> Result<Option<(Vec<Cover>, bool)>, StaffError> {
    let scheduled: Vec<Vec<u32>> = drafts.iter().map(|draft| draft.scheduled(options)).collect();
    let (minutes, patterns) = (options.minutes(), options.patterns.clone());
    let work = move |over: &AtomicBool| -> Result<Option<(Vec<Cover>, bool)>, CoverError> {
        let covers = scheduled.iter().map(|scheduled| cover_until(over, scheduled, minutes, &patterns));
        let covers = covers.collect::<Result<Option<Vec<Cover>>, CoverError>>()?;
        let cut = |covers: &[Cover]| over.load(Ordering::Relaxed) && covers.iter().any(|cover| !cover.proven_least);
        Ok(covers.map(|covers| {
            let cut = cut(&covers);
            (covers, cut)
        }))
    };
    Ok(beside(work, go_on).transpose()?.flatten())
}

/// On which days of the week, as bits, most calls are expected of these queues in this interval of the day, none of them
/// before the interval `first`.
fn busiest(queues: &[&[f64]], intervals: usize, place: usize, first: usize) -> u8 {
    let calls = |day: usize| {
        let at = day * intervals + place;
        queues.iter().filter_map(|by_day| by_day.get(at)).sum::<f64>() * f64::from(u8::from(at >= first))
    };
    let most = (0..DAYS_MAX).map(calls).fold(0.0, f64::max);
    (0..DAYS_MAX).filter(|day| calls(*day) >= most * (1.0 - 1e-9)).fold(0, |days, day| days | 1 << day)
}

impl Draft {
    fn watched(&self) -> Watched {
        Watched { pool: self.pool.clone(), busiest: self.busiest.clone() }
    }

    /// How many must be on shift in each interval.
    fn scheduled(&self, options: &StaffOptions) -> Vec<u32> {
        self.required.iter().zip(&self.raised).map(|(net, more)| options.gross(net.saturating_add(*more))).collect()
    }

    fn roster(&self, plan: &Plan, floor: &mut crate::floor::Floor, cover: Cover, options: &StaffOptions) -> Roster {
        let mut shifts: Vec<(Pattern, u32)> =
            options.patterns.iter().copied().zip(cover.agents.iter().copied()).collect();
        shifts.retain(|(_, count)| *count > 0);
        shifts.sort_unstable();
        let mut hired = Vec::new();
        let crews = man(plan, &self.pool, &shifts, floor, &mut hired);
        Roster { cover, crews, hired }
    }

    /// Asks for more than were there where the goal is missed; says whether anything was asked for.
    fn raise(&mut self, roster: &Roster, levels: &[Estimate], options: &StaffOptions) -> bool {
        let minutes = options.minutes();
        let mut raised = false;
        let intervals = self.raised.iter_mut().zip(&self.required).zip(levels).zip(0_u32..);
        for (((more, required), level), place) in intervals {
            if misses(level, options.share) {
                // A quarter of what is missing, for the last steps are the largest.
                let short =
                    (options.share - level.mean.unwrap_or(0.0)) * f64::from(required.saturating_add(*more)) / 4.0;
                *more += (short as u32).max(1);
                // Shifts may have brought more than were asked for, and these have not been enough either.
                let there = roster.there(place * minutes, minutes);
                while options.gross(required.saturating_add(*more)) <= there {
                    *more += 1;
                }
                raised = true;
            }
        }
        raised
    }

    fn staffing(
        &self,
        plan: &Plan,
        roster: &Roster,
        levels: Option<&[Estimate]>,
        options: &StaffOptions,
    ) -> PoolStaffing {
        let minutes = options.minutes();
        let scheduled = self.scheduled(options);
        let interval = |(place, demand): (usize, &Demand)| {
            let from = place as u32 * minutes;
            let cover = roster.there(from, minutes);
            let present = (f64::from(cover) * (1.0 - options.shrinkage) + 1e-9) as u32;
            let at = |list: &[u32]| list.get(place).copied().unwrap_or(0);
            PlannedInterval {
                from: time_of_day(from),
                calls: demand.calls,
                handle_s: demand.handle_s,
                load: demand.load(),
                required: at(&self.required),
                raised: at(&self.raised),
                scheduled: at(&scheduled),
                cover,
                expected_level: demand.level(present, options.of),
                simulated_level: levels.and_then(|levels| levels.get(place)).copied(),
            }
        };
        let shift = |crew: &Crew| PlannedShift {
            from: time_of_day(crew.pattern.from),
            to: time_of_day(crew.pattern.to()),
            hours: f64::from(crew.pattern.minutes) / 60.0,
            agents: crew.agents.clone(),
        };
        let name = |queue: &QueueId| plan.queues().get(queue.index()).map(|queue| queue.name.to_string());
        PoolStaffing {
            queues: self.pool.queues.iter().filter_map(name).collect(),
            intervals: self.demands.iter().enumerate().map(interval).collect(),
            shifts: roster.crews.iter().map(shift).collect(),
            paid_hours: roster.cover.paid_hours,
            least_hours: roster.cover.least_hours,
            proven_least: roster.cover.proven_least,
            people: roster.cover.agents.iter().sum(),
            hired: roster.hired.clone(),
        }
    }
}

/// Whether this is known to lie below the goal: its whole interval.
fn misses(level: &Estimate, share: f64) -> bool {
    level.mean.is_some_and(|mean| mean + level.half_width.unwrap_or(0.0) < share)
}

fn names(plan: &Plan, pool: &Pool) -> Vec<String> {
    let name = |agent: &crate::ids::AgentId| plan.agents().get(agent.index()).map(|agent| agent.name.to_string());
    pool.agents.iter().filter_map(name).collect()
}
