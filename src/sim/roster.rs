//! The roster: the shifts of a scenario as a list of duties that come again every day or every week, in order of time.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Check;
use super::scenario::{Allowance, Break, Shift};
use crate::floor::{FieldPath, Length, ProblemKind};
use crate::ids::{AgentId, ReasonId, TeamId};
use crate::time::Span;

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;
const WEEK: u64 = 7 * DAY;
/// The days of the week, as floors name them too.
pub(crate) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Something an agent does every day, or every week, at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Duty {
    /// For the first time at this time of the first week; `None` for once, at the very start.
    pub(crate) at: Option<Span>,
    /// Comings before goings, so that a floor is not empty at a change of shifts.
    pub(crate) what: Deed,
    pub(crate) agent: AgentId,
    /// How long until it comes again.
    pub(crate) every: Span,
}

/// What an agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// Signs in and takes calls.
    SignIn,
    /// Takes a break.
    Break { reason: ReasonId, length: Span },
    /// Goes home.
    SignOut,
}

/// A stretch of the week, in seconds: `from` within the week, `to` up to a day later.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: u64,
    to: u64,
}

impl Stretch {
    /// Whether this time of the week lies in it.
    fn holds(self, at: u64) -> bool {
        (self.from..self.to).contains(&at) || (self.from..self.to).contains(&(at + WEEK))
    }

    fn overlaps(self, other: Self) -> bool {
        self.holds(other.from) || other.holds(self.from)
    }
}

/// What is done at which time of the week by whom.
#[derive(Debug, Default)]
struct Weekly(BTreeMap<(AgentId, Deed, u64), BTreeSet<u64>>);

impl Weekly {
    fn add(&mut self, agent: AgentId, what: Deed, at: Span) {
        let (day, time) = (Span::from_secs(DAY).as_nanos(), Span::from_secs(WEEK).as_nanos());
        let at = at.as_nanos() % time;
        self.0.entry((agent, what, at % day)).or_default().insert(at / day);
    }

    /// As duties: what is done on all seven days is a duty of every day.
    fn duties(self, duties: &mut Vec<Duty>) {
        for ((agent, what, time), days) in self.0 {
            let daily = days.len() == DAYS.len();
            let every = Span::from_secs(if daily { DAY } else { WEEK });
            for day in days.into_iter().take(if daily { 1 } else { DAYS.len() }) {
                let at = Span::from_secs(DAY).times(day) + Span::from_nanos(time);
                duties.push(Duty { at: Some(at), what, agent, every });
            }
        }
    }
}

/// The duties of all shifts, in order; those at the very start first.
pub(crate) fn duties(check: &mut Check<'_>, at: &FieldPath, shifts: &[Shift]) -> Vec<Duty> {
    let mut stretches: Vec<Vec<Stretch>> = vec![Vec::new(); check.plan.agents().len()];
    let mut weekly = Weekly::default();
    for (index, shift) in shifts.iter().enumerate() {
        let at = at.index(index);
        let people = people(check, &at, shift);
        let days = days(check, &at.field("days"), &shift.days);
        let from = time_of_day(check, &at.field("from"), &shift.from, DAY - 1);
        let to = time_of_day(check, &at.field("to"), &shift.to, DAY);
        let (Some(from), Some(to)) = (from, to) else { continue };
        let to = if to > from { to } else { to + DAY };
        let work: Vec<Stretch> =
            days.iter().map(|day| Stretch { from: day * DAY + from, to: day * DAY + to }).collect();
        for agent in &people {
            let Some(others) = stretches.get_mut(agent.index()) else { continue };
            if others.iter().any(|other| work.iter().any(|stretch| other.overlaps(*stretch))) {
                let name = check.plan.agents().get(agent.index()).map_or_else(String::new, |a| a.name.to_string());
                let found = format!("agent `{name}` already works part of this time in another shift");
                check.report(ProblemKind::Duplicate, &at, found, "shifts of one agent that do not overlap");
            } else {
                others.extend(&work);
            }
        }
        for (index, rest) in shift.breaks.iter().enumerate() {
            let day = Stretch { from, to };
            breaks(check, &at.field("breaks").index(index), rest, day, &days, &people, &mut weekly);
        }
        if let Some(allowed) = &shift.allowance {
            allowance(check, &at.field("allowance"), allowed, Stretch { from, to }, &days, &people, &mut weekly);
        }
    }
    let mut duties = Vec::new();
    for (index, stretches) in stretches.iter().enumerate() {
        attendance(AgentId(index as u32), stretches, &mut weekly, &mut duties);
    }
    weekly.duties(&mut duties);
    duties.sort_unstable();
    apart(check, at, &duties);
    duties
}

/// Breaks of one agent must not overlap: who is away already does not begin another, and is back when the first ends.
fn apart(check: &mut Check<'_>, at: &FieldPath, duties: &[Duty]) {
    let mut breaks: BTreeMap<AgentId, Vec<(Span, Span)>> = BTreeMap::new();
    for duty in duties {
        let (Deed::Break { length, .. }, Some(start)) = (duty.what, duty.at) else { continue };
        let days = if duty.every < Span::from_secs(WEEK) { DAYS.len() as u64 } else { 1 };
        let own = breaks.entry(duty.agent).or_default();
        own.extend((0..days).map(|day| Span::from_secs(day * DAY) + start).map(|start| (start, start + length)));
    }
    for (agent, mut own) in breaks {
        own.sort_unstable();
        let first = own.first().map(|(from, to)| (*from + Span::from_secs(WEEK), *to));
        let next = own.iter().skip(1).copied().chain(first);
        if let Some(((from, to), (other, _))) = own.iter().zip(next).find(|((_, to), (other, _))| other < to) {
            let name = check.plan.agents().get(agent.index()).map_or_else(String::new, |a| a.name.to_string());
            let [from, to, other] = [*from, *to, other].map(in_week);
            let found = format!("agent `{name}` has a break from {from} to {to} and the next at {other}");
            check.report(ProblemKind::Duplicate, at, found, "breaks of one agent that do not overlap");
            return;
        }
    }
}

/// The time of day of a time of the week.
fn in_week(at: Span) -> String {
    let secs = at.as_nanos() / Span::from_secs(1).as_nanos() % DAY;
    format!("{:02}:{:02}:{:02}", secs / 3_600, secs / MINUTE % 60, secs % 60)
}

/// On which days of the week, from 0 for the one on which the scenario begins.
fn days(check: &mut Check<'_>, at: &FieldPath, names: &[String]) -> Vec<u64> {
    const WEEKDAYS: u64 = DAYS.len() as u64;
    let mut days = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        match (0..).zip(DAYS).find(|(_, day)| day == name) {
            Some((day, _)) => {
                days.insert((day + WEEKDAYS - check.first_day) % WEEKDAYS);
            }
            None => check.unknown(&at.index(index), "day", name, DAYS.into_iter()),
        }
    }
    if names.is_empty() { (0..WEEKDAYS).collect() } else { days.into_iter().collect() }
}

/// Who works in this shift, each once.
fn people(check: &mut Check<'_>, at: &FieldPath, shift: &Shift) -> Vec<AgentId> {
    let plan = check.plan;
    let mut people = Vec::new();
    for (index, name) in shift.teams.iter().enumerate() {
        match plan.team(name) {
            Some(team) => people.extend(members(check, team)),
            None => {
                let known = plan.floor().teams.iter().map(|team| &*team.name);
                check.unknown(&at.field("teams").index(index), "team", name, known);
            }
        }
    }
    for (index, name) in shift.agents.iter().enumerate() {
        match plan.agent(name) {
            Some(agent) => people.push(agent),
            None => {
                let known = plan.agents().iter().map(|agent| &*agent.name);
                check.unknown(&at.field("agents").index(index), "agent", name, known);
            }
        }
    }
    if shift.teams.is_empty() && shift.agents.is_empty() {
        check.report(ProblemKind::Missing, at, "a shift of nobody".into(), "teams or agents");
    }
    let mut seen = BTreeSet::new();
    people.retain(|agent| seen.insert(*agent));
    people
}

fn members(check: &Check<'_>, team: TeamId) -> impl Iterator<Item = AgentId> {
    let agents = check.plan.agents().iter().enumerate();
    agents.filter(move |(_, agent)| agent.team == team).map(|(index, _)| AgentId(index as u32))
}

fn breaks(
    check: &mut Check<'_>,
    at: &FieldPath,
    rest: &Break,
    shift: Stretch,
    days: &[u64],
    people: &[AgentId],
    weekly: &mut Weekly,
) {
    let plan = check.plan;
    let reason = reason(check, &at.field("reason"), &rest.reason);
    let length = rest.length.to_span(plan.ring());
    if length.is_zero() {
        check.report(ProblemKind::OutOfRange, &at.field("length"), "no time".into(), "a break longer than no time");
    }
    let stagger = rest.stagger.to_span(plan.ring());
    let first = time_of_day(check, &at.field("at"), &rest.at, DAY - 1);
    let (Some(reason), Some(first)) = (reason, first) else { return };
    let first = Span::from_secs(if first < shift.from { first + DAY } else { first });
    let last = first + stagger.times(people.len().saturating_sub(1) as u64);
    if last + length > Span::from_secs(shift.to) {
        let found = format!("`{}`, so the last of {} agents is back after the shift", rest.at, people.len());
        check.report(ProblemKind::OutOfRange, &at.field("at"), found, "breaks within the shift");
        return;
    }
    for (place, agent) in people.iter().enumerate() {
        let start = first + stagger.times(place as u64);
        for day in days {
            weekly.add(*agent, Deed::Break { reason, length }, Span::from_secs(day * DAY) + start);
        }
    }
}

fn reason(check: &mut Check<'_>, at: &FieldPath, name: &str) -> Option<ReasonId> {
    let plan = check.plan;
    let reason = plan.reason(name);
    if reason.is_none() {
        check.unknown(at, "reason", name, plan.floor().reasons.iter().map(|reason| &**reason));
    }
    reason
}

/// The breaks of an allowance: in each part of the shift everybody has his, the one agent so much later than the other
/// that the first of them begins with the part and the last ends with it.
fn allowance(
    check: &mut Check<'_>,
    at: &FieldPath,
    allowed: &Allowance,
    shift: Stretch,
    days: &[u64],
    people: &[AgentId],
    weekly: &mut Weekly,
) {
    let ring = check.plan.ring();
    let reason = reason(check, &at.field("reason"), &allowed.reason);
    let margin = allowed.margin.to_span(ring).as_nanos();
    let (from, to) = (Span::from_secs(shift.from).as_nanos(), Span::from_secs(shift.to).as_nanos());
    let (from, to) = (from.saturating_add(margin), to.saturating_sub(margin));
    if from >= to {
        let found = format!("`{}`", allowed.margin);
        check.report(ProblemKind::OutOfRange, &at.field("margin"), found, "less than half of the shift");
        return;
    }
    let Some(part) = (to - from).checked_div(allowed.breaks.len() as u64) else {
        return check.report(ProblemKind::Missing, at, "no `breaks`".into(), "how long each break lasts");
    };
    for (place, length) in allowed.breaks.iter().enumerate() {
        let span = length.to_span(ring);
        if span.is_zero() || span.as_nanos() > part {
            let expected =
                format!("a break longer than no time and not longer than {}", Length::from(Span::from_nanos(part)));
            check.report(ProblemKind::OutOfRange, &at.field("breaks").index(place), format!("`{length}`"), &expected);
            continue;
        }
        let Some(reason) = reason else { continue };
        let room = u128::from(part - span.as_nanos());
        for (turn, agent) in people.iter().enumerate() {
            // Alone, in the middle of the part; several, from its beginning to its end.
            let later = match people.len() as u128 - 1 {
                0 => room / 2,
                others => room * turn as u128 / others,
            };
            let start = Span::from_nanos(from + part * place as u64 + later as u64);
            for day in days {
                weekly.add(*agent, Deed::Break { reason, length: span }, Span::from_secs(day * DAY) + start);
            }
        }
    }
}

/// Signing in and out: where one stretch touches the next, the agent just stays.
fn attendance(agent: AgentId, stretches: &[Stretch], weekly: &mut Weekly, duties: &mut Vec<Duty>) {
    let touches = |at: u64, ends: bool| {
        stretches.iter().any(|other| (if ends { other.to } else { other.from }) % WEEK == at % WEEK)
    };
    for stretch in stretches.iter() {
        if !touches(stretch.from, true) {
            weekly.add(agent, Deed::SignIn, Span::from_secs(stretch.from));
        }
        if !touches(stretch.to, false) {
            weekly.add(agent, Deed::SignOut, Span::from_secs(stretch.to));
        }
    }
    // At the start it is midnight before the first day: who is in the middle of a shift is at work already.
    if stretches.iter().any(|stretch| stretch.holds(0)) {
        duties.push(Duty { at: None, what: Deed::SignIn, agent, every: Span::from_secs(WEEK) });
    }
}

/// Seconds since midnight.
fn time_of_day(check: &mut Check<'_>, at: &FieldPath, text: &str, max: u64) -> Option<u64> {
    let secs = parse_time_of_day(text).filter(|secs| *secs <= max);
    if secs.is_none() {
        let expected = "a time of day such as `07:00` or `23:30:00`";
        check.report(ProblemKind::Malformed, at, format!("`{}`", text.escape_debug()), expected);
    }
    secs
}

fn parse_time_of_day(text: &str) -> Option<u64> {
    let mut parts = text.split(':').map(|part| {
        let number = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u64>().ok().filter(|_| number)
    });
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    let whole = parts.next().is_none() && minutes < 60 && seconds < 60;
    whole.then_some((hours * 60 + minutes) * MINUTE + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_read_to_the_second() {
        assert_eq!(parse_time_of_day("00:00"), Some(0));
        assert_eq!(parse_time_of_day("07:30"), Some(27_000));
        assert_eq!(parse_time_of_day("24:00"), Some(86_400));
        assert_eq!(parse_time_of_day("23:59:59"), Some(86_399));
        for wrong in ["", "7:30", "07", "07:60", "07:30:60", "07:30:00:00", "+7:30", "07:3x", "０７:00"] {
            assert_eq!(parse_time_of_day(wrong), None, "{wrong}");
        }
    }

    fn hours(from: u64, to: u64) -> [Stretch; 7] {
        core::array::from_fn(|day| {
            let midnight = day as u64 * DAY;
            Stretch { from: midnight + from * 3_600, to: midnight + to * 3_600 }
        })
    }

    /// What one agent with these stretches does, and when.
    fn deeds(stretches: &[Stretch]) -> Vec<(Option<Span>, Deed, Span)> {
        let (mut weekly, mut duties) = (Weekly::default(), Vec::new());
        attendance(AgentId(0), stretches, &mut weekly, &mut duties);
        weekly.duties(&mut duties);
        duties.sort_unstable();
        duties.iter().map(|duty| (duty.at, duty.what, duty.every)).collect()
    }

    fn at(hours: u64) -> Option<Span> {
        Some(Span::from_secs(hours * 3_600))
    }

    #[test]
    fn a_night_shift_runs_over_midnight_and_is_at_work_at_the_start() {
        let (day, week) = (Span::from_secs(DAY), Span::from_secs(WEEK));
        let expected = [(None, Deed::SignIn, week), (at(7), Deed::SignOut, day), (at(23), Deed::SignIn, day)];
        assert_eq!(deeds(&hours(23, 31)), expected);
    }

    #[test]
    fn who_works_around_the_clock_signs_in_once() {
        let around: Vec<Stretch> = hours(0, 12).into_iter().chain(hours(12, 24)).collect();
        assert_eq!(deeds(&around), [(None, Deed::SignIn, Span::from_secs(WEEK))]);
    }

    #[test]
    fn a_night_shift_on_sunday_runs_into_monday_and_comes_again_after_a_week() {
        let week = Span::from_secs(WEEK);
        let sunday = &hours(22, 30)[6..];
        let expected =
            [(None, Deed::SignIn, week), (at(6), Deed::SignOut, week), (at(6 * 24 + 22), Deed::SignIn, week)];
        assert_eq!(deeds(sunday), expected);
    }

    #[test]
    fn shifts_that_touch_do_not_overlap() {
        let shift = |from: u64, to: u64| Stretch { from: from * 3_600, to: to * 3_600 };
        assert!(!shift(7, 15).overlaps(shift(15, 23)));
        assert!(!shift(23, 31).overlaps(shift(31, 39)));
        assert!(shift(23, 31).overlaps(shift(30, 33)));
        assert!(shift(7, 15).overlaps(shift(14, 16)));
        assert!(shift(0, 24).overlaps(shift(5, 6)));
        // The night shift of the last day reaches into the first.
        assert!(shift(6 * 24 + 22, 7 * 24 + 6).overlaps(shift(5, 9)));
    }
}
