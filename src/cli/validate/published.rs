//! Rows of published tables as studies: one study for all the rows about one model.
//!
//! A row holds one figure, and the row's tolerance is how exact it is in print: half the width of a 95 % interval where
//! it was simulated, half a unit of the last digit where it was computed.

use super::cases::Case;
use super::centre::{Centre, Class, Group, Law};
use super::figure::{Figure, Measure, occupancy, steady};
use super::study::{Check, Design, Study};

/// Whitt's unit of time, in seconds.
const UNIT: f64 = 60.0;

/// Rows of one model, by the beginning of their names.
struct Model {
    rows: &'static str,
    calls_per_hour: f64,
    talk: Law,
    agents: u32,
    /// Places to wait in, if there is a bound.
    places: Option<u32>,
    patience: Option<Law>,
    /// Within which time calls should be answered, in seconds.
    target: f64,
    /// More rules of the floor.
    rules: Option<&'static str>,
    run: Run,
}

enum Run {
    /// The steady state.
    Steady,
    /// Days of so many hours, from an empty start.
    Days(f64),
    /// Weeks of five days, open from the first to the second hour of the day.
    Weeks(u32, u32),
}

/// The study of these rows, all of which begin with the same name of a model; `None` if none is known.
pub(super) fn study(rows: &[&Case], calls: f64, replications: u32) -> Result<Option<Study>, String> {
    let Some(first) = rows.first() else { return Ok(None) };
    let whitt = first.id.starts_with("PUB-WH").then(|| whitt(&first.model));
    let model = match whitt {
        Some(model) => model.ok_or_else(|| first.says("this model of Whitt's is not known"))?,
        None => match textbooks().into_iter().find(|model| name(&first.id) == model.rows) {
            Some(model) => model,
            None => return Ok(None),
        },
    };
    let Model { calls_per_hour, talk, agents, places, patience, target, rules, run, .. } = model;
    let centre = Centre {
        classes: vec![Class::per_hour(calls_per_hour, patience)],
        groups: vec![Group::alike(agents, 1, talk)],
        waiting_limit: places,
        rules,
        open: if let Run::Weeks(from, to) = run { Some((from, to)) } else { None },
        ..Centre::default()
    };
    let (design, targets) = match run {
        Run::Steady => (Design::steady(&centre, calls, replications), vec![target, 2.0 * target, 4.0 * target]),
        Run::Days(hours) => (Design::days(&centre, calls, hours * 3600.0), vec![target]),
        Run::Weeks(from, to) => {
            // The week ends with Friday; calls come for a part of each day.
            let open = f64::from(to - from) / 24.0;
            (Design::days(&centre, calls / open, 5.0 * 24.0 * 3600.0), vec![target])
        }
    };
    let checks = rows.iter().map(|row| check(row, agents, &targets)).collect::<Result<_, _>>()?;
    Ok(Some(Study { name: name(&first.id).to_owned(), centre, design, targets, about: 0.0, checks }))
}

/// What all rows of one model have in common.
pub(super) fn name(id: &str) -> &str {
    // Some books print several models under one name, and say which in the row.
    match id.rsplit_once('-') {
        Some(("PUB-RC1", "183" | "184")) => "PUB-RC1-18x",
        Some((name, _)) if name.starts_with("PUB-WH1") => "PUB-WH1",
        Some((name, _)) => name,
        None => id,
    }
}

fn check(row: &Case, agents: u32, targets: &[f64]) -> Result<Check, String> {
    let figures = row.figures()?;
    let [(metric, printed)] = figures.as_slice() else { return Err(row.says("more than one figure")) };
    let figure = figure(metric, agents, targets).ok_or_else(|| row.says(&format!("there is no figure `{metric}`")))?;
    let spread = if row.tolerance.meaning.starts_with("simulation") {
        row.tolerance.abs / 1.96
    } else {
        // Rounded: anything in that range alike.
        row.tolerance.abs / 3f64.sqrt()
    };
    Ok(Check { spread, ..Check::exact(&row.id, (*metric).to_owned(), *printed, figure) })
}

fn figure(metric: &str, agents: u32, targets: &[f64]) -> Option<Figure> {
    let of = |measure: Measure, share: bool| Some(Figure { measure, share });
    let first = |name: &str| steady(name, None, targets);
    let in_units = |name: &str| {
        let Figure { measure, share } = first(name)?;
        of(Box::new(move |ledger| (measure(ledger).0 / UNIT, measure(ledger).1)), share)
    };
    // `P(W<=0.2|S)`: within 0.2 units, given that the call was served.
    if let Some((within, given)) = metric.strip_prefix("P(W<=").and_then(|rest| rest.strip_suffix(')')?.split_once('|'))
    {
        let target = within.parse::<f64>().ok()? * UNIT;
        let base = if given == "S" { "p_wait_le_given_served" } else { "p_wait_le_given_abandon" };
        return first(&format!("{base}_{}", targets.iter().find(|known| (*known - target).abs() < 1e-6)?));
    }
    match metric {
        "P(W=0)" => of(
            Box::new(|ledger| {
                (
                    ledger.parts[0].row(None).offered - ledger.parts[0].row(None).waited,
                    ledger.parts[0].row(None).offered,
                )
            }),
            true,
        ),
        "P(A)" => first("p_abandon"),
        "E[Q]" => first("mean_queue"),
        "E[N]" => first("mean_in_system"),
        "E[W|S]" => in_units("mean_wait_served"),
        "E[W|A]" => in_units("mean_wait_abandoned"),
        "mean wait (min)" => in_units("mean_wait_all"),
        "speed of answer (min)" => in_units("mean_wait_served"),
        "p_wait" => first("p_wait"),
        "occupancy" => Some(occupancy(None, agents)),
        "P(W<=15)" | "service_level" | "service_level (test value)" => first(&format!("sl_{}", targets.first()?)),
        "abandoned per day" => of(Box::new(|of| (of.parts.iter().map(|part| part.abandoned as f64).sum(), 1.0)), false),
        "served per week" => of(Box::new(|of| (of.parts[0].row(None).answered, 1.0)), false),
        "abandoned per week" => of(Box::new(|of| (of.parts[0].row(None).abandoned, 1.0)), false),
        "in target (60 s) per week" => of(Box::new(|of| (of.parts[0].row(None).within[0].answered, 1.0)), false),
        "occupancy %" => {
            let staffed = f64::from(agents) * 5.0 * 4.0 * 3600.0;
            of(Box::new(move |of| (100.0 * of.parts.iter().flat_map(|part| &part.busy).sum::<f64>(), staffed)), false)
        }
        "blocked per day" => of(Box::new(|of| (of.parts[0].row(None).refused, 1.0)), false),
        _ => None,
    }
}

/// A model of Whitt's, from its words: "Poisson arrivals 102, E2 service mean 1, 100 servers, 200 waiting places,
/// lognormal mean 1 scv 1 patience".
fn whitt(words: &str) -> Option<Model> {
    if let Some(rest) = words.strip_prefix("as WH1 with ") {
        let (places, patience) = rest.split_once(" waiting places, lognormal patience ")?;
        let patience = whitt_law(&format!("lognormal {patience}"))?;
        return Some(whitt_model(Law::Exponential(UNIT), places.parse().ok()?, patience, 0.4));
    }
    let mut parts = words.strip_prefix("Poisson arrivals 102, ")?.split(", ");
    let talk = whitt_law(&parts.next()?.replace("service ", ""))?;
    let (servers, places) = (parts.next()?, parts.next()?.strip_suffix(" waiting places")?);
    let patience = whitt_law(parts.next()?.strip_suffix(" patience")?)?;
    (servers == "100 servers").then_some(())?;
    Some(whitt_model(talk, places.parse().ok()?, patience, 0.1))
}

fn whitt_model(talk: Law, places: u32, patience: Law, target: f64) -> Model {
    Model {
        rows: "PUB-WH",
        calls_per_hour: 102.0 * 3600.0 / UNIT,
        talk,
        agents: 100,
        places: Some(places),
        patience: Some(patience),
        target: target * UNIT,
        rules: None,
        run: Run::Steady,
    }
}

/// `exponential mean 1`, `Erlang-2 mean 4`, `lognormal mean 1 scv 4`, `LN(1,4) mean 1`, `E2 mean 1`, `D mean 1`.
fn whitt_law(words: &str) -> Option<Law> {
    let (law, rest) = words.split_once(" mean ")?;
    let (mean, scv) = rest.split_once(" scv ").unwrap_or((rest, ""));
    let mean = mean.parse::<f64>().ok()? * UNIT;
    let scv = if let Some(inside) = law.strip_prefix("LN(1,") { inside.strip_suffix(')')? } else { scv };
    Some(match law {
        "exponential" => Law::Exponential(mean),
        "Erlang-2" | "E2" => Law::Erlang { mean, k: 2.0 },
        "D" => Law::Fixed(mean),
        _ if law == "lognormal" || law.starts_with("LN(") => {
            Law::Lognormal { mean, cv: scv.parse::<f64>().ok()?.sqrt() }
        }
        _ => return None,
    })
}

/// The models of the other rows, which their books give in words.
fn textbooks() -> Vec<Model> {
    let centre = |rows, calls_per_hour, aht: f64, agents, target| Model {
        rows,
        calls_per_hour,
        talk: Law::Exponential(aht),
        agents,
        places: None,
        patience: None,
        target,
        rules: None,
        run: Run::Steady,
    };
    let five_minutes = Some(Law::Exponential(300.0));
    vec![
        Model { ..centre("PUB-RC1-18x", 200.0, 180.0, 11, 20.0) },
        Model { ..centre("PUB-RC1", 200.0, 180.0, 14, 20.0) },
        Model { ..centre("PUB-MX1", 720.0, 240.0, 55, 15.0) },
        Model { patience: five_minutes, ..centre("PUB-PW1", 200.0, 180.0, 14, 20.0) },
        Model { patience: five_minutes, ..centre("PUB-PW2", 200.0, 180.0, 13, 20.0) },
        Model { ..centre("PUB-PW3", 200.0, 180.0, 15, 20.0) },
        // MMCAb.java: patience of a minute in the mean. MMCBlocked.java: five places to wait in.
        Model {
            patience: Some(Law::Exponential(60.0)),
            run: Run::Days(8.0),
            ..centre("PUB-CC.MMCAb", 252.0, 120.0, 12, 20.0)
        },
        Model { places: Some(5), run: Run::Days(8.0), ..centre("PUB-CC.MMCBlocked", 252.0, 120.0, 12, 20.0) },
        // Telethon.java: from 6 to 10, 24 lines; after 2 min in the queue a message, at the close an end.
        Model {
            patience: Some(Law::Exponential(120.0)),
            places: Some(12),
            rules: Some("wait_limit = \"2m\", leave_when_empty = []"),
            run: Run::Weeks(6, 10),
            ..centre("PUB-CC.Telethon", 50.0, 600.0, 12, 60.0)
        },
    ]
}
