//! Small centres with skills, solved exactly, and larger ones, as studies: several classes of callers, several groups of
//! agents, in the steady state.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::cases::Case;
use super::centre::{Centre, Choice, Class, Group, Law, Order};
use super::figure::{Figure, Measure, busy, occupancy, share_of_group, steady};
use super::study::{Check, Design, Study};

#[derive(Debug, Deserialize)]
struct Parameters {
    classes: Vec<Callers>,
    groups: Value,
    agent_selection: Selection,
    call_selection: Selection,
    #[serde(rename = "trunk_lines_K")]
    trunk_lines: Option<u32>,
    #[serde(rename = "waiting_places_total_Q")]
    waiting_places: Option<u32>,
    waiting_places_by_class: Option<Vec<u32>>,
    #[serde(default)]
    reserve: Option<Vec<Reserve>>,
    targets_s: Vec<f64>,
    aht_mean_s: Option<f64>,
    agents: Option<u32>,
    skills_per_agent: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Callers {
    calls_per_hour: f64,
    patience_mean_s: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Agents {
    agents: u32,
    aht_mean_s_by_class: BTreeMap<String, f64>,
    rank_by_class: BTreeMap<String, u32>,
}

#[derive(Debug, Deserialize)]
struct Selection {
    rule: Rule,
    #[serde(default)]
    order: BTreeMap<String, Vec<usize>>,
    #[serde(default)]
    prio: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Rule {
    Lia,
    RankLia,
    GroupOrder,
    Random,
    Fcfs,
    Prio,
    Rank,
}

#[derive(Debug, Deserialize)]
struct Reserve {
    cls: usize,
    group: usize,
    keep_idle: u32,
}

/// The study of one case, over so many calls in all.
pub(super) fn study(case: &Case, calls: f64, replications: u32) -> Result<Study, String> {
    let parameters: Parameters = case.parameters()?;
    let groups =
        if parameters.groups.is_string() { wallace_whitt(case, &parameters)? } else { groups(case, &parameters)? };
    let centre = centre(case, &parameters, groups)?;
    let checks = if parameters.skills_per_agent.is_some() {
        large(case, &parameters, &centre)?
    } else {
        exact(case, &parameters, &centre)?
    };
    let design = Design::steady(&centre, calls, replications);
    Ok(Study { name: case.id.clone(), centre, design, targets: parameters.targets_s, about: 0.0, checks })
}

fn centre(case: &Case, parameters: &Parameters, groups: Vec<Group>) -> Result<Centre, String> {
    let (agents, calls) = (&parameters.agent_selection, &parameters.call_selection);
    let class = |(index, of): (usize, &Callers)| Class {
        priority: calls.prio.get(index).copied().unwrap_or_default(),
        waiting_places: parameters.waiting_places_by_class.as_ref().and_then(|places| places.get(index)).copied(),
        prefers: agents.order.get(&index.to_string()).filter(|order| order.len() > 1).cloned().unwrap_or_default(),
        reserve: parameters
            .reserve
            .iter()
            .flatten()
            .filter(|reserve| reserve.cls == index)
            .map(|reserve| (reserve.group, reserve.keep_idle))
            .collect(),
        ..Class::per_hour(of.calls_per_hour, of.patience_mean_s.map(Law::Exponential))
    };
    Ok(Centre {
        classes: parameters.classes.iter().enumerate().map(class).collect(),
        groups,
        choice: match agents.rule {
            Rule::Lia | Rule::GroupOrder => Choice::LongestIdle,
            Rule::RankLia => Choice::BestRank,
            Rule::Random => Choice::Random,
            other => return Err(case.says(&format!("{other:?} chooses no agents"))),
        },
        order: match calls.rule {
            Rule::Fcfs | Rule::Prio => Order::Priority,
            Rule::Rank => Order::Rank,
            other => return Err(case.says(&format!("{other:?} chooses no calls"))),
        },
        trunks: parameters.trunk_lines,
        waiting_limit: parameters.waiting_places,
        ..Centre::default()
    })
}

fn groups(case: &Case, parameters: &Parameters) -> Result<Vec<Group>, String> {
    let all: Vec<Agents> =
        Deserialize::deserialize(&parameters.groups).map_err(|error| case.says(&format!("{error}")))?;
    let one = |of: &Agents| {
        let serves = of.aht_mean_s_by_class.iter().map(|(class, mean)| {
            let rank = of.rank_by_class.get(class).ok_or_else(|| case.says("a class without a rank"))?;
            let class = class.parse().map_err(|_| case.says("a class that is no number"))?;
            Ok((class, (Law::Exponential(*mean), *rank)))
        });
        Ok(Group { agents: of.agents, serves: serves.collect::<Result<_, String>>()? })
    };
    all.iter().map(one).collect()
}

/// The groups that the file describes in words: 30 of three agents, for each primary skill p and j from 0 to 4 one with
/// the skills p, then (p + 1 + (j + i) mod 5) mod 6 for i from 0 on, as many as an agent has, ranked in this order.
fn wallace_whitt(case: &Case, parameters: &Parameters) -> Result<Vec<Group>, String> {
    let (Some(mean), Some(90), Some(skills)) = (parameters.aht_mean_s, parameters.agents, parameters.skills_per_agent)
    else {
        return Err(case.says("not the setting of Wallace and Whitt"));
    };
    let group = |(primary, j): (usize, usize)| {
        let others = (0..5).map(move |i| (primary + 1 + (j + i) % 5) % 6);
        let ranked = core::iter::once(primary).chain(others).zip(1..=skills);
        Group { agents: 3, serves: ranked.map(|(class, rank)| (class, (Law::Exponential(mean), rank))).collect() }
    };
    Ok((0..6).flat_map(|primary| (0..5).map(move |j| (primary, j))).map(group).collect())
}

type Figures = BTreeMap<String, Value>;

fn exact(case: &Case, parameters: &Parameters, centre: &Centre) -> Result<Vec<Check>, String> {
    let (classes, groups): (Vec<Figures>, Vec<Figures>) = (case.expects("classes")?, case.expects("groups")?);
    let total: Figures = case.expects("total")?;
    let mut checks = Vec::new();
    let unknown = |name: &str| case.says(&format!("there is no figure `{name}`"));
    let mut check = |metric: String, value: &Value, figure: Option<Figure>| {
        let (exact, figure) = value.as_f64().zip(figure).ok_or_else(|| unknown(&metric))?;
        checks.push(Check::exact(&case.id, metric, exact, figure));
        Ok::<(), String>(())
    };
    for (index, figures) in classes.iter().enumerate() {
        for (name, value) in figures {
            let metric = format!("c{index}.{name}");
            match (name.strip_suffix("_by_group"), value.as_array()) {
                (Some(base), Some(values)) => {
                    for (group, value) in values.iter().enumerate() {
                        let figure = share_of_group(index, group, base == "immediate_share");
                        check(format!("c{index}.{base}_g{group}"), value, Some(figure))?;
                    }
                }
                _ => check(metric, value, steady(name, Some(index), &parameters.targets_s))?,
            }
        }
    }
    for (index, figures) in groups.iter().enumerate() {
        let agents = centre.groups.get(index).map_or(0, |group| group.agents);
        for (name, value) in figures {
            let figure = match name.as_str() {
                "utilisation" => Some(occupancy(Some(index), agents)),
                "mean_busy" => Some(busy(index)),
                _ => None,
            };
            check(format!("g{index}.{name}"), value, figure)?;
        }
    }
    for (name, value) in &total {
        let figure = match name.as_str() {
            "utilisation" => Some(occupancy(None, centre.agents())),
            _ => steady(name, None, &parameters.targets_s),
        };
        check(format!("total.{name}"), value, figure)?;
    }
    Ok(checks)
}

/// A figure that somebody else has simulated.
#[derive(Debug, Deserialize)]
struct Simulated {
    mean: f64,
    se: f64,
}

fn large(case: &Case, parameters: &Parameters, centre: &Centre) -> Result<Vec<Check>, String> {
    let known: Option<BTreeMap<String, Value>> = case.expects("exact")?;
    let simulated: BTreeMap<String, Value> = case.expects("simulated")?;
    let mut checks = Vec::new();
    for (name, value) in &simulated {
        let figure = |name: &str| match name {
            "utilisation" => Some(occupancy(None, centre.agents())),
            _ => steady(name, None, &parameters.targets_s),
        };
        let shares = value.as_array().map_or_else(Vec::new, |values| values.iter().zip(1..).collect());
        let of = |value: &Value| Simulated::deserialize(value).map_err(|error| case.says(&format!("{name}: {error}")));
        for (share, rank) in &shares {
            let Simulated { mean, se } = of(share)?;
            let figure = share_of_rank(centre, *rank);
            let metric = format!("{name}_{rank}");
            checks.push(Check { spread: se, ..Check::exact(&case.id, metric, mean, figure) });
        }
        if shares.is_empty() {
            let Simulated { mean, se } = of(value)?;
            let exact = known.as_ref().and_then(|known| known.get(name)).and_then(Value::as_f64);
            let figure = figure(name).ok_or_else(|| case.says(&format!("there is no figure `{name}`")))?;
            let check = Check::exact(&case.id, name.clone(), exact.unwrap_or(mean), figure);
            checks.push(Check { spread: if exact.is_some() { 0.0 } else { se }, ..check });
        }
    }
    Ok(checks)
}

/// The share of all answered calls that are answered by agents of whom they are the skill of this rank.
fn share_of_rank(centre: &Centre, rank: u32) -> Figure {
    let of_group = |(group, of): (usize, &Group)| {
        let ranked = of.serves.iter().filter(move |(_, (_, other))| *other == rank);
        ranked.map(move |(class, _)| (*class, group)).collect::<Vec<_>>()
    };
    let pairs: Vec<(usize, usize)> = centre.groups.iter().enumerate().flat_map(of_group).collect();
    let measure: Measure = Box::new(move |ledger| {
        let rows = &ledger.parts[0].rows;
        (pairs.iter().map(|(class, group)| rows[*class].by_group[*group][0]).sum(), ledger.parts[0].row(None).answered)
    });
    Figure { measure, share: true }
}
