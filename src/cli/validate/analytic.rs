//! The closed forms as studies: one or more classes of callers and one group of agents, in the steady state.

use serde::Deserialize;
use serde_json::Value;

use super::cases::Case;
use super::centre::{Centre, Choice, Class, Group, Law, Order, Retry};
use super::figure::{Figure, Measure, occupancy, steady};
use super::study::{Check, Design, Study};

#[derive(Debug, Deserialize)]
struct Parameters {
    calls_per_hour: Option<Rates>,
    fresh_calls_per_hour: Option<f64>,
    aht_s: Option<f64>,
    aht_distribution: Option<String>,
    /// A letter and its numbers.
    service: Option<Vec<Value>>,
    agents: u32,
    trunk_lines: Option<u32>,
    waiting_places: Option<u32>,
    patience_mean_s: Option<f64>,
    patience: Option<Vec<Value>>,
    #[serde(default)]
    targets_s: Vec<f64>,
    retry_probability_blocked: Option<f64>,
    #[serde(default)]
    retry_probability_abandoned: f64,
    retry_delay_mean_s: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Rates {
    One(f64),
    Many(Vec<f64>),
}

/// The study of one case, over so many calls in all.
pub(super) fn study(case: &Case, calls: f64, replications: u32) -> Result<Study, String> {
    let parameters: Parameters = case.parameters()?;
    let centre = centre(case, &parameters)?;
    let expected = case.figures()?;
    let mean = |name: &str| expected.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let mut targets = parameters.targets_s.clone();
    targets.extend(mean("p90_wait"));
    let mut checks = Vec::new();
    for (name, exact) in &expected {
        let check = |figure| Check::exact(&case.id, (*name).to_owned(), *exact, figure);
        checks.push(match *name {
            // How many wait no longer than what nine in ten should wait no longer than.
            "p90_wait" => {
                let share =
                    steady(&format!("sl_{exact}"), None, &targets).ok_or_else(|| case.says("no 90th centile"))?;
                Check::exact(&case.id, "P(wait <= p90_wait)".into(), 0.9, share)
            }
            "occupancy" => check(occupancy(None, parameters.agents)),
            _ => match steady(name, None, &targets).or_else(|| retrial(name, &parameters)) {
                Some(figure) => check(figure),
                None => return Err(case.says(&format!("there is no figure `{name}`"))),
            },
        });
    }
    let design = Design::steady(&centre, calls, replications);
    let about = mean("mean_wait_all").unwrap_or_default();
    Ok(Study { name: case.id.clone(), centre, design, targets, about, checks })
}

fn centre(case: &Case, parameters: &Parameters) -> Result<Centre, String> {
    let Parameters { agents, trunk_lines, waiting_places, .. } = *parameters;
    let talk = match (&parameters.service, parameters.aht_s) {
        (Some(code), _) => law(code),
        (None, Some(mean)) if parameters.aht_distribution.as_deref() == Some("deterministic") => Some(Law::Fixed(mean)),
        (None, Some(mean)) => Some(Law::Exponential(mean)),
        (None, None) => None,
    };
    let talk = talk.ok_or_else(|| case.says("no law of service"))?;
    let patience = match (&parameters.patience, parameters.patience_mean_s) {
        (Some(code), _) => Some(law(code).ok_or_else(|| case.says("no law of patience"))?),
        (None, mean) => mean.map(Law::Exponential),
    };
    let rates = match (&parameters.calls_per_hour, parameters.fresh_calls_per_hour) {
        (Some(Rates::One(rate)), _) => vec![*rate],
        (None, Some(rate)) => vec![rate],
        (Some(Rates::Many(rates)), _) => rates.clone(),
        (None, None) => return Err(case.says("no rate of arrival")),
    };
    let class = |(priority, rate): (u32, &f64)| Class { priority, ..Class::per_hour(*rate, patience) };
    let mut centre = Centre {
        classes: (0..).zip(&rates).map(class).collect(),
        groups: vec![Group::alike(agents, rates.len(), talk)],
        choice: Choice::LongestIdle,
        order: Order::Priority,
        ..Centre::default()
    };
    match (trunk_lines, waiting_places) {
        // Both say the same: so both rules of the engine have their turn.
        (Some(_), Some(places)) if patience.is_none() && places > 0 => {
            centre.classes.iter_mut().for_each(|class| class.waiting_places = Some(places));
        }
        (Some(trunks), _) => centre.trunks = Some(trunks),
        (None, _) if case.model.starts_with("M/M/c/c") => centre.waiting_limit = Some(0),
        (None, _) => {}
    }
    if let (Some(refused), Some(mean)) = (parameters.retry_probability_blocked, parameters.retry_delay_mean_s) {
        let abandoned = parameters.retry_probability_abandoned;
        centre.retry = Some(Retry { refused, abandoned, after: Law::Exponential(mean) });
    }
    Ok(centre)
}

/// A law by its letter: D value, K phases and mean, L mean and squared coefficient of variation, U from and to, W shape
/// and mean.
fn law(code: &[Value]) -> Option<Law> {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let (letter, numbers) = code.split_first()?;
    let numbers: Vec<f64> = numbers.iter().map(number).collect::<Option<_>>()?;
    Some(match (letter.as_str()?, numbers.as_slice()) {
        ("D", [value]) => Law::Fixed(*value),
        ("K", [k, mean]) => Law::Erlang { mean: *mean, k: *k },
        ("L", [mean, scv]) => Law::Lognormal { mean: *mean, cv: scv.sqrt() },
        ("U", [from, to]) => Law::Uniform(*from, *to),
        ("W", [shape, mean]) => Law::Weibull { mean: *mean, shape: *shape },
        _ => return None,
    })
}

/// The figures of callers who call again. Rates are an hour.
fn retrial(name: &str, parameters: &Parameters) -> Option<Figure> {
    let fresh = parameters.fresh_calls_per_hour?;
    let (measure, share): (Measure, bool) = match name {
        "attempt_rate_per_h" => (Box::new(|of| (of.parts[0].row(None).offered * 3600.0, of.parts[0].length)), false),
        "served_per_h" => (Box::new(|of| (of.parts[0].row(None).answered * 3600.0, of.parts[0].length)), false),
        "repeat_share" => (Box::new(|of| (of.parts[0].repeats as f64, of.parts[0].row(None).offered)), true),
        "p_block_attempt" => return steady("p_block", None, &[]),
        "p_abandon_attempt" => return steady("p_abandon", None, &[]),
        "mean_orbit" => (Box::new(|of| (of.parts[0].away, of.parts[0].length)), false),
        "p_fresh_caller_finally_served" => {
            let expected = move |length: f64| fresh / 3600.0 * length;
            (Box::new(move |of| (of.parts[0].row(None).answered, expected(of.parts[0].length))), true)
        }
        _ => return None,
    };
    Some(Figure { measure, share })
}
