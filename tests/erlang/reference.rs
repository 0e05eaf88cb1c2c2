//! The calculator against closed forms worked out elsewhere to 50 digits, and against what is in print.

use std::collections::BTreeMap;

use cordboard::erlang::{
    Goal, Patience, Queue, ServiceLevel, Steady, Traffic, blocking, lines_for, priority_waits, single_agent_wait,
};
use serde_json::Value;

/// As good as the calculator promises.
const RELATIVE: f64 = 1e-9;
/// As good as the reference itself is where it was integrated numerically.
const RELATIVE_INTEGRATED: f64 = 1e-8;

#[test]
fn every_closed_form_of_the_reference_comes_out_to_nine_digits() {
    let cases = cases();
    let mut checked: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left_out: Vec<String> = Vec::new();
    for case in cases.iter().filter(|case| case["kind"] == "analytic") {
        let (id, model) = (text(&case["id"]), text(&case["model"]));
        let tolerance = if model == "M/M/c+G" { RELATIVE_INTEGRATED } else { RELATIVE };
        for (metric, expected) in case["expected"].as_object().unwrap() {
            let expected = expected.as_f64().unwrap();
            let Some(got) = calculated(case, metric) else {
                left_out.push(format!("{id} {metric}"));
                continue;
            };
            let off = (got - expected).abs() / expected.abs().max(f64::MIN_POSITIVE);
            assert!(got == expected || off <= tolerance, "{id} ({model}) {metric}: {got}, expected {expected}");
            *checked.entry(&id[..2]).or_default() += 1;
        }
    }
    // What is left out: the waiting laws of lower classes and of M/D/1 beyond their means, M/D/c, retrials.
    let left_out_of = |start: &str| left_out.iter().filter(|name| name.starts_with(start)).count();
    let families = ["NP", "MG", "DC", "RT"].map(left_out_of);
    assert_eq!(families.iter().sum::<usize>(), left_out.len(), "{left_out:#?}");
    let expected = [("AK", 30), ("EA", 135), ("EB", 3), ("EC", 81), ("MG", 12), ("MK", 54), ("NP", 58), ("PG", 121)];
    assert_eq!(checked, BTreeMap::from(expected));
}

#[test]
fn what_other_calculators_print_comes_out_to_half_their_last_digit() {
    let offered = |traffic: Traffic, agents, t| {
        let steady = Queue::new(traffic, agents).unwrap().steady().unwrap();
        (steady.waits, steady.occupancy, steady.service_level(t, ServiceLevel::Offered).unwrap())
    };
    let half_hour = Traffic::new(200.0, 180.0).unwrap();
    let patient = Patience::Exponential { mean_s: 300.0 };
    let abandoning = |agents| Queue::new(half_hour, agents).unwrap().with_patience(patient).unwrap().steady().unwrap();
    let level = |share, within_s| Goal::ServiceLevel { share, within_s, of: ServiceLevel::Offered };
    let rows: BTreeMap<&str, f64> = BTreeMap::from([
        ("PUB-RC1-179", offered(half_hour, 14, 20.0).0),
        ("PUB-RC1-182", offered(half_hour, 14, 20.0).1),
        ("PUB-RC1-183", offered(half_hour, 11, 20.0).0),
        ("PUB-RC1-184", offered(half_hour, 11, 20.0).2),
        ("PUB-MX1-185", offered(Traffic::new(720.0, 240.0).unwrap(), 55, 15.0).0),
        ("PUB-MX1-187", offered(Traffic::new(720.0, 240.0).unwrap(), 55, 15.0).2),
        ("PUB-PD5-195", half_hour.agents_for(&Patience::Never, level(0.8, 60.0)).unwrap().into()),
        ("PUB-PW1-197", abandoning(14).waits),
        ("PUB-PW1-201", abandoning(14).service_level(20.0, ServiceLevel::Offered).unwrap()),
        ("PUB-PW2-202", abandoning(13).service_level(20.0, ServiceLevel::Offered).unwrap()),
        ("PUB-PW2-204", abandoning(13).waits),
        ("PUB-PW2-205", abandoning(13).mean_wait_s / 60.0),
        ("PUB-PW3-207", offered(half_hour, 15, 20.0).0),
        ("PUB-PW4-208", lines_for(10.0, 0.02).unwrap().into()),
    ]);
    let cases = cases();
    let printed: Vec<&Value> = cases
        .iter()
        .filter(|case| ["PUB-RC1", "PUB-MX1", "PUB-PD5", "PUB-PW"].iter().any(|of| text(&case["id"]).starts_with(of)))
        .collect();
    assert_eq!(printed.len(), rows.len());
    for case in printed {
        let id = text(&case["id"]);
        let expected = case["expected"].as_object().unwrap().values().next().unwrap().as_f64().unwrap();
        let tolerance = case["tolerance"]["abs"].as_f64().unwrap();
        let off = (rows[id] - expected).abs();
        assert!(off <= tolerance, "{id}: {}, printed {expected}", rows[id]);
        let exact = case["exact_value"].as_f64().unwrap();
        assert!((rows[id] - exact).abs() <= RELATIVE * exact, "{id}: {}, exactly {exact}", rows[id]);
    }
}

fn cases() -> Vec<Value> {
    let document: Value = serde_json::from_str(include_str!("../reference/cases.json")).unwrap();
    document["cases"].as_array().unwrap().clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What the calculator makes of one metric of a case; `None` where it has no formula for it.
fn calculated(case: &Value, metric: &str) -> Option<f64> {
    let given = &case["parameters"];
    let number = |name: &str| given[name].as_f64();
    let count = |name: &str| given[name].as_u64().map(|count| count as u32);
    let model = text(&case["model"]);
    let agents = count("agents")?;
    if model.contains("non-preemptive") {
        return priority(given, metric, agents);
    }
    if model == "M/D/c" || model.contains("retrials") {
        return None;
    }
    let traffic =
        Traffic::new(number("calls_per_hour")?, number("aht_s").unwrap_or_else(|| mean_service(given))).ok()?;
    if model == "M/G/1" {
        let wait = single_agent_wait(traffic, cv(given)).unwrap();
        return match metric {
            "p_wait" | "occupancy" => Some(traffic.load()),
            "mean_wait_all" => Some(wait),
            "mean_queue" => Some(wait * traffic.calls_per_hour() / 3_600.0),
            _ => None,
        };
    }
    let mut queue = Queue::new(traffic, agents).unwrap();
    if let Some(mean_s) = number("patience_mean_s") {
        queue = queue.with_patience(Patience::Exponential { mean_s }).unwrap();
    }
    if given["patience"].is_array() {
        queue = queue.with_patience(patience(&given["patience"])).unwrap();
    }
    if model == "M/M/c/c (Erlang B)" {
        queue = queue.with_lines(agents).unwrap();
        assert_eq!(blocking(traffic.load(), agents).unwrap(), 0.2);
    }
    if let Some(lines) = count("trunk_lines") {
        queue = queue.with_lines(lines).unwrap();
    }
    of_steady(&queue.steady().unwrap(), traffic, agents, metric)
}

fn of_steady(steady: &Steady, traffic: Traffic, agents: u32, metric: &str) -> Option<f64> {
    let joined = 1.0 - steady.blocked;
    let of_answered = |t: f64| steady.service_level(t, ServiceLevel::Answered);
    let plain = match metric {
        "p_wait" | "p_wait_entered" => Some(steady.waits),
        "p_wait_offered" => Some(steady.waits * joined),
        "p_block" => Some(steady.blocked),
        "p_abandon" | "p_abandon_entered" => Some(steady.abandoned),
        "p_abandon_offered" => Some(steady.abandoned * joined),
        "p_abandon_given_wait" => Some(steady.abandoned / steady.waits),
        "p_served" => Some(steady.answered()),
        "mean_wait_all" | "mean_wait_entered" => Some(steady.mean_wait_s),
        "mean_wait_given_wait" => Some(steady.mean_wait_s / steady.waits),
        "mean_wait_served" => Some(steady.speed_of_answer_s),
        "mean_wait_abandoned" => steady.abandoned_wait_s,
        "mean_queue" => Some(steady.queue_length),
        "mean_busy" => Some(steady.occupancy * f64::from(agents)),
        "occupancy" => Some(steady.occupancy),
        "throughput_per_s" => Some(traffic.calls_per_hour() / 3_600.0 * steady.answered()),
        "var_wait_all" => steady.wait_variance(),
        "p90_wait" => steady.wait_quantile_s(0.9),
        _ => None,
    };
    let timed = || {
        let (name, t) = metric.rsplit_once('_')?;
        let t: f64 = t.parse().ok()?;
        match name {
            "sl" | "sl_offered" => steady.service_level(t, ServiceLevel::Offered),
            "sl_entered" => Some(steady.answered_within(t) / joined),
            "sl_answered" => of_answered(t),
            "sl_excl_short_ab" => steady.service_level(t, ServiceLevel::WithoutShortAbandoned),
            "sl_answered_or_ab" => steady.service_level(t, ServiceLevel::AnsweredOrAbandoned),
            "sl_virtual" => steady.service_level(t, ServiceLevel::Virtual),
            "p_wait_gt" => Some(steady.waits_longer(t)),
            "p_wait_le_given_abandon" => Some(steady.abandoned_within(t) / steady.abandoned),
            _ => None,
        }
    };
    plain.or_else(timed)
}

/// Non-preemptive priorities: means of all classes, and the law of the highest, which waits like a queue of its own
/// behind all the agents once it waits at all.
fn priority(given: &Value, metric: &str, agents: u32) -> Option<f64> {
    let rates: Vec<f64> = given["calls_per_hour"].as_array()?.iter().filter_map(Value::as_f64).collect();
    let handle_s = given["aht_s"].as_f64()?;
    let all: f64 = rates.iter().sum();
    let together = Queue::new(Traffic::new(all, handle_s).ok()?, agents).ok()?.steady().ok()?;
    let waits = priority_waits(&rates, handle_s, agents).unwrap();
    let class = |name: &str| metric.strip_prefix(name)?.parse::<usize>().ok()?.checked_sub(1);
    match metric {
        "p_wait" => Some(together.waits),
        "occupancy" => Some(together.occupancy),
        "mean_wait_all" => Some(rates.iter().zip(&waits).map(|(rate, wait)| rate * wait).sum::<f64>() / all),
        _ => class("mean_wait_class")
            .map(|class| waits[class])
            .or_else(|| class("mean_queue_class").map(|class| waits[class] * rates[class] / 3_600.0)),
    }
}

fn mean_service(given: &Value) -> f64 {
    let parts: Vec<f64> = numbers(&given["service"]);
    parts.iter().sum::<f64>() / parts.len() as f64
}

fn cv(given: &Value) -> f64 {
    match numbers(&given["service"])[..] {
        [low, high] => (high - low) / 12f64.sqrt() / ((low + high) / 2.0),
        _ => 0.0,
    }
}

/// The numbers of `["U", "60", "360"]`.
fn numbers(coded: &Value) -> Vec<f64> {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    coded.as_array().unwrap().iter().filter_map(number).collect()
}

fn patience(coded: &Value) -> Patience {
    match (text(&coded[0]), numbers(coded)[..].to_vec()[..].as_ref()) {
        ("D", [secs]) => Patience::Fixed { secs: *secs },
        ("K", [phases, mean_s]) => Patience::Gamma { mean_s: *mean_s, cv: 1.0 / phases.sqrt() },
        ("L", [mean_s, scv]) => Patience::Lognormal { mean_s: *mean_s, cv: scv.sqrt() },
        ("U", [from_s, to_s]) => Patience::Uniform { from_s: *from_s, to_s: *to_s },
        ("W", [shape, mean_s]) => Patience::Weibull { mean_s: *mean_s, shape: *shape },
        other => panic!("no patience: {other:?}"),
    }
}
