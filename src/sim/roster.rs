//! The roster: the shifts of a scenario as a list of daily duties, in order of time.

use super::scenario::{Break, Shift};
use super::setting::Check;
use crate::floor::{FieldPath, ProblemKind};
use crate::ids::{AgentId, ReasonId, TeamId};
use crate::time::Span;

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

/// Something an agent does every day at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Duty {
    /// Time of day; `None` for once, at the very start.
    pub(crate) at: Option<Span>,
    /// Comings before goings, so that a floor is not empty at a change of shifts.
    pub(crate) what: Deed,
    pub(crate) agent: AgentId,
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

/// A stretch of the day, in seconds: `from` within the day, `to` up to a day later.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: u64,
    to: u64,
}

impl Stretch {
    /// Whether this time of day lies in it.
    fn holds(self, at: u64) -> bool {
        (self.from..self.to).contains(&at) || (self.from..self.to).contains(&(at + DAY))
    }

    fn overlaps(self, other: Self) -> bool {
        self.holds(other.from) || other.holds(self.from)
    }
}

/// The duties of all shifts, in order; those at the very start first.
pub(crate) fn duties(check: &mut Check<'_>, at: &FieldPath, shifts: &[Shift]) -> Vec<Duty> {
    let mut stretches: Vec<Vec<Stretch>> = vec![Vec::new(); check.plan.agents().len()];
    let mut duties = Vec::new();
    for (index, shift) in shifts.iter().enumerate() {
        let at = at.index(index);
        let people = people(check, &at, shift);
        let from = time_of_day(check, &at.field("from"), &shift.from, DAY - 1);
        let to = time_of_day(check, &at.field("to"), &shift.to, DAY);
        let (Some(from), Some(to)) = (from, to) else { continue };
        let stretch = Stretch { from, to: if to > from { to } else { to + DAY } };
        for agent in &people {
            let Some(others) = stretches.get_mut(agent.index()) else { continue };
            if others.iter().any(|other| other.overlaps(stretch)) {
                let name = check.plan.agents().get(agent.index()).map_or_else(String::new, |a| a.name.to_string());
                let found = format!("agent `{name}` already works part of this time in another shift");
                check.report(ProblemKind::Duplicate, &at, found, "shifts of one agent that do not overlap");
            } else {
                others.push(stretch);
            }
        }
        for (index, rest) in shift.breaks.iter().enumerate() {
            breaks(check, &at.field("breaks").index(index), rest, stretch, &people, &mut duties);
        }
    }
    for (index, stretches) in stretches.iter().enumerate() {
        attendance(AgentId(index as u32), stretches, &mut duties);
    }
    duties.sort_unstable();
    duties
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
    let mut seen = std::collections::BTreeSet::new();
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
    people: &[AgentId],
    duties: &mut Vec<Duty>,
) {
    let plan = check.plan;
    let reason = plan.reason(&rest.reason);
    if reason.is_none() {
        let known = plan.floor().reasons.iter().map(|reason| &**reason);
        check.unknown(&at.field("reason"), "reason", &rest.reason, known);
    }
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
        let at = Span::from_nanos(start.as_nanos() % Span::from_secs(DAY).as_nanos());
        duties.push(Duty { at: Some(at), what: Deed::Break { reason, length }, agent: *agent });
    }
}

/// Signing in and out: where one stretch touches the next, the agent just stays.
fn attendance(agent: AgentId, stretches: &[Stretch], duties: &mut Vec<Duty>) {
    let touches = |at: u64, ends: bool| {
        stretches.iter().any(|other| (if ends { other.to } else { other.from }) % DAY == at % DAY)
    };
    for stretch in stretches.iter() {
        if !touches(stretch.from, true) {
            let at = Some(Span::from_secs(stretch.from));
            duties.push(Duty { at, what: Deed::SignIn, agent });
        }
        if !touches(stretch.to, false) {
            let at = Some(Span::from_secs(stretch.to % DAY));
            duties.push(Duty { at, what: Deed::SignOut, agent });
        }
    }
    // At the start it is midnight: who is in the middle of a shift is at work already.
    if stretches.iter().any(|stretch| stretch.holds(0)) {
        duties.push(Duty { at: None, what: Deed::SignIn, agent });
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

    #[test]
    fn a_night_shift_runs_over_midnight_and_is_at_work_at_the_start() {
        let mut duties = Vec::new();
        attendance(AgentId(0), &[Stretch { from: 23 * 3_600, to: 31 * 3_600 }], &mut duties);
        duties.sort_unstable();
        let at = |hours: u64| Some(Span::from_secs(hours * 3_600));
        let deeds: Vec<_> = duties.iter().map(|duty| (duty.at, duty.what)).collect();
        assert_eq!(deeds, [(None, Deed::SignIn), (at(7), Deed::SignOut), (at(23), Deed::SignIn)]);
    }

    #[test]
    fn who_works_around_the_clock_signs_in_once() {
        let mut duties = Vec::new();
        let shifts = [Stretch { from: 0, to: 12 * 3_600 }, Stretch { from: 12 * 3_600, to: 24 * 3_600 }];
        attendance(AgentId(0), &shifts, &mut duties);
        assert_eq!(duties, [Duty { at: None, what: Deed::SignIn, agent: AgentId(0) }]);
    }

    #[test]
    fn shifts_that_touch_do_not_overlap() {
        let shift = |from: u64, to: u64| Stretch { from: from * 3_600, to: to * 3_600 };
        assert!(!shift(7, 15).overlaps(shift(15, 23)));
        assert!(!shift(23, 31).overlaps(shift(7, 15)));
        assert!(shift(23, 31).overlaps(shift(6, 9)));
        assert!(shift(7, 15).overlaps(shift(14, 16)));
        assert!(shift(0, 24).overlaps(shift(5, 6)));
    }
}
