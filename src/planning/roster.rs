//! From shifts to people: who works which, and who of them is there at which time.

use std::collections::BTreeSet;

use super::agents::{Copies, without};
use super::cover::{DAY, Pattern, time_of_day};
use super::pools::Pool;
use crate::floor::{Floor, Plan};
use crate::ids::{AgentId, ProfileId};
use crate::sim::scenario::{Scenario, Shift};

/// Who works a shift, by name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Crew {
    pub(super) pattern: Pattern,
    pub(super) agents: Vec<String>,
}

/// Mans the shifts of a pool, each with a share of everybody who can do something different. Whoever is missing joins the
/// floor as a copy of somebody who is there, and is named in `hired`.
pub(super) fn man(
    plan: &Plan,
    pool: &Pool,
    shifts: &[(Pattern, u32)],
    floor: &mut Floor,
    hired: &mut Vec<String>,
) -> Vec<Crew> {
    let mut people = mixed(plan, pool);
    let needed: u32 = shifts.iter().map(|(_, count)| count).sum();
    let there = people.len();
    let mut copies = Copies::on(floor);
    for place in there..needed as usize {
        // An empty pool has nobody to copy.
        let Some(original) = people.get(place % there.max(1)).cloned() else { break };
        let Some(agent) = floor.agents.iter().find(|agent| agent.name == original).cloned() else { break };
        let name = copies.add(floor, &agent);
        hired.push(name.clone());
        people.push(name);
    }
    let mut people = people.into_iter();
    let crew = |(pattern, count): &(Pattern, u32)| Crew {
        pattern: *pattern,
        agents: people.by_ref().take(*count as usize).collect(),
    };
    shifts.iter().map(crew).collect()
}

/// The people of a pool in such an order that any stretch of it is as mixed as the whole.
fn mixed(plan: &Plan, pool: &Pool) -> Vec<String> {
    let profile = |agent: &AgentId| plan.agents().get(agent.index()).map(|agent| agent.profile);
    let mut profiles: Vec<Option<ProfileId>> = pool.agents.iter().map(profile).collect();
    profiles.sort_unstable();
    let mut keyed: Vec<(f64, AgentId)> = Vec::with_capacity(pool.agents.len());
    let mut seen: Vec<(Option<ProfileId>, u32)> = Vec::new();
    for agent in &pool.agents {
        let of = profile(agent);
        let all = profiles.iter().filter(|other| **other == of).count();
        let before = match seen.iter_mut().find(|(other, _)| *other == of) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                seen.push((of, 0));
                0
            }
        };
        keyed.push(((f64::from(before) + 0.5) / all as f64, *agent));
    }
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let name = |(_, agent): &(f64, AgentId)| plan.agents().get(agent.index()).map(|agent| agent.name.to_string());
    keyed.iter().filter_map(name).collect()
}

/// The scenario with these crews at work in place of whatever these people did. Of those in a shift, the share
/// `shrinkage` is away at any time, everybody in turn: so many that the others are as many as they should be.
pub(super) fn at_work(
    scenario: &Scenario,
    floor: &Floor,
    crews: &[Crew],
    pooled: &BTreeSet<String>,
    interval: u32,
    shrinkage: f64,
) -> Scenario {
    let others = scenario.shifts.iter().filter_map(|shift| without(floor, shift, pooled));
    let shifts = if shrinkage > 0.0 { with_absences(crews, interval, shrinkage) } else { whole(crews) };
    Scenario { shifts: others.chain(shifts).collect(), alternatives: Vec::new(), ..scenario.clone() }
}

/// Everybody there for the whole shift.
fn whole(crews: &[Crew]) -> Vec<Shift> {
    crews.iter().map(|crew| shift(crew.pattern.from, crew.pattern.to(), crew.agents.clone())).collect()
}

fn shift(from: u32, to: u32, agents: Vec<String>) -> Shift {
    let (from, to) = (time_of_day(from), time_of_day(to));
    Shift { name: format!("{from} to {to}"), agents, from, to, ..Shift::default() }
}

/// Each interval sends away those who have been away least, of all who are on shift.
fn with_absences(crews: &[Crew], interval: u32, shrinkage: f64) -> Vec<Shift> {
    let people: Vec<(&str, Pattern)> =
        crews.iter().flat_map(|crew| crew.agents.iter().map(|name| (name.as_str(), crew.pattern))).collect();
    let mut away = vec![0_u32; people.len()];
    let mut there: Vec<Vec<u32>> = vec![Vec::new(); people.len()];
    for from in (0..DAY).step_by(interval as usize) {
        let mut on_shift: Vec<usize> = (0..people.len())
            .filter(|person| people.get(*person).is_some_and(|(_, pattern)| pattern.covers(from, interval)))
            .collect();
        let staying = (on_shift.len() as f64 * (1.0 - shrinkage) - 1e-9).ceil() as usize;
        on_shift.sort_by_key(|person| away.get(*person).copied());
        let leaving = on_shift.len().saturating_sub(staying);
        for (place, person) in on_shift.into_iter().enumerate() {
            if place < leaving {
                away.iter_mut().skip(person).take(1).for_each(|count| *count += 1);
            } else {
                there.iter_mut().skip(person).take(1).for_each(|intervals| intervals.push(from));
            }
        }
    }
    let mut shifts = Vec::new();
    for ((name, _), intervals) in people.iter().zip(&there) {
        for run in intervals.chunk_by(|one, next| *next == one + interval) {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                shifts.push(shift(*first, (last + interval).min(DAY), vec![(*name).to_owned()]));
            }
        }
    }
    shifts
}
