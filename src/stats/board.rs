//! From counts to figures: sums the tally's rows along every cut.

use super::counts::{Total, VisitCounts, WorkCounts};
use super::figures::{
    AgentFigures, CallFigures, CallbackFigures, CallerFigures, DispositionFigures, Figures, FollowUpFigures,
    GroupFigures, HourFigures, QueueFigures, QueueHourFigures, ReasonFigures, SCHEMA, Spread, TransferFigures,
    VisitFigures, WorkFigures, WorkHourFigures,
};
use super::queue_length::QueueLength;
use super::tally::{Apart, CallerHour, CallerRow, Origin, QueueRow, Tally};
use super::within::Within;
use super::work::Work;
use crate::ids::{AgentId, QueueId, TierId};
use crate::time::{Span, Time};

impl Tally {
    /// The figures up to `now`, or up to the latest instant folded if that is later. What agents do at that moment
    /// counts up to it exactly (G10); nothing is changed.
    pub fn figures(&self, now: Time) -> Figures {
        let now = now.max(self.latest);
        let mut work = self.work.clone();
        work.advance(&self.shape, &self.clock, now);
        let staffed = (0..work.totals.len()).filter(|&agent| work.totals[agent].staffed().0 > 0).collect();
        let length = self.counted_up(&self.length, now);
        let board = Board { tally: self, work, length, staffed, now };
        let shape = &self.shape;

        let all: Vec<&CallerRow> = self.callers.iter().collect();
        let (total, visits) = board.callers("total", &all, |_| true);
        let mut apart = Apart::default();
        self.queues.iter().map(|queue| &queue.apart).chain([&self.elsewhere]).for_each(|queue| apart.add(queue));
        Figures {
            schema: SCHEMA,
            floor: shape.floor.clone(),
            from_s: shape.count_from.as_secs_f64(),
            until_s: now.as_secs_f64(),
            calls: total.calls,
            visits: total.visits,
            transfers: TransferFigures::of(&apart.transfers),
            callbacks: callbacks(&apart, &visits),
            follow_ups: FollowUpFigures::of(&apart.follow_ups, board.longest_standing(|_| true)),
            dispositions: board.dispositions(&apart),
            work: board.work_of(0..shape.agents.len()),
            waiting: board.length.figures(),
            waits: total.waits,
            flows: self.flows.figures(shape),
            queues: (0..shape.queues.len()).map(|queue| board.queue(queue)).collect(),
            vips: board.callers("vips", &all[1..], |origin| origin.tier.is_some()).0,
            others: board.callers("others", &all[..1], |origin| origin.tier.is_none()).0,
            tiers: (0..shape.tiers.len()).map(|tier| board.tier(tier)).collect(),
            hours: (0..shape.day.buckets()).map(|hour| board.hour(hour)).collect(),
            teams: (0..shape.teams.len()).map(|team| board.team(team)).collect(),
            roles: (0..shape.roles.len()).map(|role| board.role(role)).collect(),
            agents: (0..shape.agents.len()).map(|agent| board.agent(agent)).collect(),
        }
    }
}

struct Board<'a> {
    tally: &'a Tally,
    /// Counted up to now.
    work: Work,
    /// The same, of all queues together.
    length: QueueLength,
    /// The agents who were signed in at all.
    staffed: Vec<usize>,
    now: Time,
}

fn callbacks(apart: &Apart, visits: &VisitCounts) -> CallbackFigures {
    let &VisitCounts { came_as_callback, callbacks_ended, callbacks_answered, .. } = visits;
    CallbackFigures::of(&apart.callbacks, came_as_callback, callbacks_ended, callbacks_answered)
}

impl Board<'_> {
    fn queue(&self, queue: usize) -> QueueFigures {
        let row = &self.tally.queues[queue];
        let QueueRow { hours, waits, within, apart, live, .. } = row;
        let length = self.tally.counted_up(&row.length, self.now);
        let mut counts = VisitCounts::default();
        hours.iter().for_each(|hour| counts += hour);
        let waiting = live.longest_counted().map(|since| self.now.since(since));
        let here = |of: Option<QueueId>| of.map(QueueId::index) == Some(queue);
        let hour = |hour: usize| QueueHourFigures {
            from: self.hour_name(hour),
            visits: VisitFigures::of(&hours.get(hour).cloned().unwrap_or_default(), None, None),
            waiting: length.figures_of(hour),
        };
        let profiles = &self.tally.shape.queues[queue].profiles;
        let fits = |agent: &usize| profiles.contains(self.tally.shape.agents[*agent].profile.index());
        let agents = || self.staffed.iter().copied().filter(fits);
        let calls_per_hour = agents().map(|agent| {
            let calls = apart.taken.get(&AgentId(agent as u32)).copied().unwrap_or(0);
            self.per_hour(agent, calls)
        });
        QueueFigures {
            name: self.tally.shape.queues[queue].name.to_string(),
            target_s: self.tally.shape.queues[queue].target.as_secs_f64(),
            visits: VisitFigures::of(&counts, Some(waits), waiting),
            waiting: length.figures(),
            waits: within.figures(counts.waited()),
            transfers: TransferFigures::of(&apart.transfers),
            callbacks: callbacks(apart, &counts),
            follow_ups: FollowUpFigures::of(&apart.follow_ups, self.longest_standing(here)),
            dispositions: self.dispositions(apart),
            calls_per_hour_per_agent: Spread::of(calls_per_hour),
            occupancy_per_agent: self.occupancy(agents()),
            hours: (0..self.tally.shape.day.buckets()).map(hour).collect(),
        }
    }

    fn tier(&self, tier: usize) -> CallerFigures {
        let name = &self.tally.shape.tiers[tier];
        let of_tier = |origin: Origin| origin.tier.map(TierId::index) == Some(tier);
        self.callers(name, &[&self.tally.callers[tier + 1]], of_tier).0
    }

    /// Figures of some callers, and the counts of their visits.
    fn callers(
        &self,
        name: &str,
        rows: &[&CallerRow],
        theirs: impl Fn(Origin) -> bool,
    ) -> (CallerFigures, VisitCounts) {
        let mut sum = CallerHour::default();
        rows.iter().flat_map(|row| &row.hours).for_each(|hour| sum.add(hour));
        let mut within = Within::default();
        rows.iter().for_each(|row| within.add(&row.within));
        let figures = CallerFigures {
            name: name.to_owned(),
            calls: CallFigures::of(&sum.calls),
            visits: VisitFigures::of(&sum.visits, Some(&sum.waits), self.longest_waiting(theirs)),
            waits: within.figures(sum.visits.waited()),
        };
        (figures, sum.visits)
    }

    fn hour(&self, hour: usize) -> HourFigures {
        let mut sum = CallerHour::default();
        self.tally.callers.iter().filter_map(|row| row.hours.get(hour)).for_each(|hour| sum.add(hour));
        let mut work = WorkCounts::default();
        let buckets = self.tally.shape.day.buckets();
        self.work.hours.iter().skip(hour).step_by(buckets).for_each(|team| work += team);
        HourFigures {
            from: self.hour_name(hour),
            calls: CallFigures::of(&sum.calls),
            visits: VisitFigures::of(&sum.visits, Some(&sum.waits), None),
            waiting: self.length.figures_of(hour),
            work: WorkFigures::of(&work, self.work.totals.len()),
        }
    }

    fn team(&self, team: usize) -> GroupFigures {
        let shape = &self.tally.shape;
        let members: Vec<usize> = (0..shape.agents.len()).filter(|&of| shape.agents[of].team.index() == team).collect();
        let buckets = shape.day.buckets();
        let hours = self.work.hours.iter().skip(team * buckets).take(buckets).enumerate();
        let hour = |(hour, counts)| WorkHourFigures {
            from: self.hour_name(hour),
            work: WorkFigures::of(counts, members.len()),
        };
        let hours = hours.map(hour).collect();
        GroupFigures { hours, ..self.group(&shape.teams[team], &members) }
    }

    fn role(&self, role: usize) -> GroupFigures {
        let shape = &self.tally.shape;
        let members: Vec<usize> = (0..shape.agents.len()).filter(|&of| shape.agents[of].role.index() == role).collect();
        self.group(&shape.roles[role], &members)
    }

    fn group(&self, name: &str, members: &[usize]) -> GroupFigures {
        let reasons = &self.tally.shape.reasons;
        let time_s = |reason| {
            let mut time = Total::default();
            let times = members.iter().filter_map(|of| self.work.not_ready.get(of * reasons.len() + reason));
            times.for_each(|agents| time += *agents);
            time.secs()
        };
        let staffed = || members.iter().copied().filter(|of| self.work.totals[*of].staffed().0 > 0);
        let calls = |agent: usize| self.work.totals[agent].calls;
        GroupFigures {
            name: name.to_owned(),
            work: self.work_of(members.iter().copied()),
            not_ready: reasons
                .iter()
                .enumerate()
                .map(|(reason, name)| ReasonFigures { reason: name.clone(), time_s: time_s(reason) })
                .collect(),
            calls_per_agent: Spread::of(staffed().map(|agent| calls(agent) as f64)),
            calls_per_hour_per_agent: Spread::of(staffed().map(|agent| self.per_hour(agent, calls(agent)))),
            occupancy_per_agent: self.occupancy(staffed()),
            hours: Vec::new(),
        }
    }

    fn agent(&self, agent: usize) -> AgentFigures {
        let shape = &self.tally.shape;
        let name = |names: &[String], index: usize| names.get(index).cloned().unwrap_or_default();
        AgentFigures {
            name: shape.agents[agent].name.to_string(),
            team: name(&shape.teams, shape.agents[agent].team.index()),
            role: name(&shape.roles, shape.agents[agent].role.index()),
            work: self.work_of(core::iter::once(agent)),
        }
    }

    fn work_of(&self, agents: impl ExactSizeIterator<Item = usize>) -> WorkFigures {
        let (mut sum, count) = (WorkCounts::default(), agents.len());
        agents.for_each(|agent| sum += &self.work.totals[agent]);
        WorkFigures::of(&sum, count)
    }

    /// So many calls per hour for which the agent was signed in.
    fn per_hour(&self, agent: usize, calls: u64) -> f64 {
        calls as f64 / (self.work.totals[agent].staffed().secs() / 3600.0)
    }

    fn occupancy(&self, agents: impl Iterator<Item = usize>) -> Spread {
        Spread::of(agents.filter_map(|agent| WorkFigures::of(&self.work.totals[agent], 1).occupancy))
    }

    fn dispositions(&self, apart: &Apart) -> Vec<DispositionFigures> {
        let count = |place: usize| apart.dispositions.get(place).copied().unwrap_or(0);
        let figures = self.tally.shape.dispositions.iter().enumerate();
        figures.map(|(place, name)| DispositionFigures { disposition: name.clone(), count: count(place) }).collect()
    }

    /// How long the entry of the follow-up list has stood that has stood longest of those still open.
    fn longest_standing(&self, theirs: impl Fn(Option<QueueId>) -> bool) -> Option<Span> {
        let open = self.tally.follow_ups.values().filter(|entry| entry.counts && theirs(entry.queue));
        open.map(|entry| self.now.since(entry.since)).max()
    }

    /// How long the visit has waited that has waited longest of those still waiting.
    fn longest_waiting(&self, theirs: impl Fn(Origin) -> bool) -> Option<Span> {
        let waiting = self.tally.calls.waiting().filter(|visit| visit.origin.counts && theirs(visit.origin));
        waiting.map(|visit| self.now.since(visit.since)).max()
    }

    fn hour_name(&self, hour: usize) -> String {
        self.tally.shape.day.name(hour)
    }
}
