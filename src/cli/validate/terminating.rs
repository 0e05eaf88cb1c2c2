//! Days with a beginning and an end as studies: an empty start, rates and staffing by interval, and what is left at the
//! close served by who is there.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::cases::Case;
use super::centre::{Centre, Class, Group, Law};
use super::figure::{Figure, Measure};
use super::ledger::Part;
use super::study::{Check, Design, Study};

#[derive(Debug, Deserialize)]
struct Parameters {
    intervals: Vec<Interval>,
    aht_mean_s: f64,
    patience_mean_s: Option<f64>,
    waiting_places: Option<u32>,
    target_s: f64,
}

#[derive(Debug, Deserialize)]
struct Interval {
    duration_s: f64,
    calls_per_hour: f64,
    agents: u32,
}

/// The study of one case, over so many calls in all. Only cases whose staff does not change can be rosters: see the list.
pub(super) fn study(case: &Case, calls: f64) -> Result<Study, String> {
    let Parameters { intervals, aht_mean_s, patience_mean_s, waiting_places, target_s } = case.parameters()?;
    let [day] = intervals.as_slice() else { return Err(case.says("the staff changes")) };
    let patience = patience_mean_s.map(Law::Exponential);
    let class = Class { waiting_places, ..Class::per_hour(day.calls_per_hour, patience) };
    let centre = Centre {
        classes: vec![class],
        groups: vec![Group::alike(day.agents, 1, Law::Exponential(aht_mean_s))],
        ..Centre::default()
    };
    let per_interval: Vec<BTreeMap<String, f64>> = case.expects("per_interval")?;
    let after_close: BTreeMap<String, f64> = case.expects("after_close")?;
    let close = day.duration_s;
    let mut checks = Vec::new();
    let unknown = |name: &str| case.says(&format!("there is no figure `{name}`"));
    for (index, figures) in per_interval.iter().enumerate() {
        for (name, exact) in figures {
            let measure = of_interval(name, index).ok_or_else(|| unknown(name))?;
            checks.push(Check::exact(&case.id, format!("{index}.{name}"), *exact, Figure { measure, share: false }));
        }
    }
    for (name, exact) in &after_close {
        let measure = after(name, intervals.len(), close).ok_or_else(|| unknown(name))?;
        checks.push(Check::exact(&case.id, name.clone(), *exact, Figure { measure, share: false }));
    }
    let measure: Measure = Box::new(|ledger| (ledger.parts.iter().flat_map(|part| &part.waited).sum(), 1.0));
    let total = Figure { measure, share: false };
    checks.push(Check::exact(&case.id, "total_waiting_time_s".into(), case.expects("total_waiting_time_s")?, total));
    let design = Design::days(&centre, calls, close);
    Ok(Study { name: case.id.clone(), centre, design, targets: vec![target_s], about: 0.0, checks })
}

fn of_interval(name: &str, index: usize) -> Option<Measure> {
    let of: fn(&Part) -> f64 = match name {
        "offered" => |part| part.row(None).offered,
        "blocked" => |part| part.row(None).refused,
        "answered_within_T" => |part| part.row(None).within[0].answered,
        "abandoned_in_interval" => |part| part.abandoned as f64,
        "busy_agent_seconds" => |part| part.busy.iter().sum(),
        "mean_queue" => |part| part.waited.iter().sum::<f64>() / part.length,
        "waiting_time_accrued_s" => |part| part.waited.iter().sum(),
        "end_mean_in_service" => |part| part.busy_at_end as f64,
        "end_mean_queue" => |part| part.waiting_at_end as f64,
        _ => return None,
    };
    Some(Box::new(move |ledger| (of(&ledger.parts[index]), 1.0)))
}

/// What is left when no calls come any more.
fn after(name: &str, last: usize, close: f64) -> Option<Measure> {
    Some(match name {
        "abandoned_after_close" => Box::new(move |ledger| (ledger.parts[last].abandoned as f64, 1.0)),
        "waiting_time_after_close_s" => Box::new(move |ledger| (ledger.parts[last].waited.iter().sum(), 1.0)),
        "busy_agent_seconds_after_close" => Box::new(move |ledger| (ledger.parts[last].busy.iter().sum(), 1.0)),
        "mean_time_to_empty_s" => Box::new(move |ledger| ((ledger.ended.as_secs_f64() - close).max(0.0), 1.0)),
        _ => return None,
    })
}
