//! When calls arrive: as often as the scenario says, as regularly or irregularly, and the same whatever else happens.

use std::sync::Arc;

use cordboard::engine::{Event, Fact, Output};
use cordboard::sim::{Scenario, Simulation};
use cordboard::{Plan, Time};

const DAY_SECS: u64 = 24 * 3_600;

/// When calls arrive in this scenario, on a floor where nobody is at work and nobody waits.
fn arrivals(scenario: &str, days: u64, seed: u64) -> Vec<Time> {
    let plan = Plan::from_toml("queues = [{ name = \"a\" }, { name = \"b\" }]").unwrap();
    let text = format!("hours = {}\ncalls = {{ patience = {{ fixed = \"0s\" }} }}\n{scenario}", days * 24);
    let scenario = Scenario::from_toml(&text, &plan).unwrap();
    let mut arrivals = Vec::new();
    let mut observer = |output: &Output| {
        if matches!(output.event, Event::Fact(Fact::CallArrived { .. })) {
            arrivals.push(output.at);
        }
    };
    Simulation::new(Arc::new(plan), &scenario, seed).unwrap().run(&mut observer).unwrap();
    arrivals
}

/// How many of them fall into each interval of this length.
fn counts(arrivals: &[Time], every: u64, intervals: u64) -> Vec<f64> {
    let mut counts = vec![0.0; intervals as usize];
    for at in arrivals {
        counts[(at.as_nanos() / 1_000_000_000 / every) as usize] += 1.0;
    }
    counts
}

fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0))
}

#[test]
fn every_quarter_of_every_weekday_has_its_own_rate() {
    // From 4 to 99 a quarter of an hour on weekdays, half of them on Saturday, eight on Sunday but for its own list.
    let list = |scale: u64| (0..96).map(|quarter| (16 + 4 * quarter) * scale / 2).collect::<Vec<_>>();
    let text = format!(
        "begins = \"2024-01-03\"\n[[queues]]\nqueue = \"a\"\narrivals = {{ every = \"15m\", per_hour = {{ weekdays = {:?}, sat = {:?}, weekend = 8 }} }}",
        list(2),
        list(1),
    );
    let weeks = 20;
    let counts = counts(&arrivals(&text, 7 * weeks, 1), 900, 7 * weeks * 96);
    // 3 January 2024 is a Wednesday, so Saturday is the fourth day and Sunday the fifth.
    let expected = |interval: usize| match interval / 96 {
        3 => (4.0 + (interval % 96) as f64) / 2.0,
        4 => 2.0,
        _ => 4.0 + (interval % 96) as f64,
    };
    let chi_square: f64 = (0..672)
        .map(|interval| {
            let seen: f64 = counts.iter().skip(interval).step_by(672).sum();
            let expected = (expected(interval) * 2.0).floor() / 2.0 * weeks as f64;
            (seen - expected).powi(2) / expected
        })
        .sum();
    // 672 degrees of freedom: mean 672, standard deviation 36.7.
    assert!((chi_square - 672.0).abs() < 3.0 * 36.7, "{chi_square}");
}

#[test]
fn overdispersed_counts_have_the_variance_of_the_negative_binomial_distribution() {
    let text = "queues = [{ queue = \"a\", arrivals = { per_hour = 10, overdispersed = { cv = 0.3 } } }]";
    let days = 2_000;
    let (mean, variance) = mean_and_variance(&counts(&arrivals(text, days, 2), DAY_SECS, days));
    // 240 + (0.3 · 240)² = 5424, where plain Poisson counts would have 240.
    assert!((mean / 240.0 - 1.0).abs() < 0.02, "{mean}");
    assert!((variance / 5_424.0 - 1.0).abs() < 0.12, "{variance}");
    // Within one day the rate is the same all the time: the halves differ by chance alone.
    let halves = counts(&arrivals(text, days, 2), DAY_SECS / 2, 2 * days);
    let difference: f64 = halves.chunks(2).map(|half| (half[0] - half[1]).powi(2)).sum::<f64>() / days as f64;
    assert!((difference / 240.0 - 1.0).abs() < 0.12, "{difference}");
}

#[test]
fn rates_that_hardly_vary_from_day_to_day_are_those_that_do_not() {
    let text = |more: &str| format!("queues = [{{ queue = \"a\", arrivals = {{ per_hour = 30{more} }} }}]");
    let steady = arrivals(&text(""), 1, 3);
    assert!(steady.len() > 500, "{}", steady.len());
    assert_eq!(arrivals(&text(", overdispersed = { cv = 1e-160 }"), 1, 3), steady);
}

#[test]
fn queues_that_share_a_name_are_busy_on_the_same_days_and_others_are_not() {
    let text = |own: &str, other: &str| {
        format!(
            "queues = [{{ queue = \"{own}\", arrivals = {{ per_hour = 10, overdispersed = {{ cv = 0.3, {other} }} }} }}]"
        )
    };
    let days = 1_000;
    let correlation = |shared: &str| {
        let a = counts(&arrivals(&text("a", shared), days, 3), DAY_SECS, days);
        let b = counts(&arrivals(&text("b", shared), days, 3), DAY_SECS, days);
        let ((mean_a, variance_a), (mean_b, variance_b)) = (mean_and_variance(&a), mean_and_variance(&b));
        let covariance = a.iter().zip(&b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum::<f64>() / days as f64;
        covariance / (variance_a * variance_b).sqrt()
    };
    // 72² / (240 + 72²) of the variance is the factor's.
    let together = correlation("shared = \"weather\"");
    assert!((together - 5_184.0 / 5_424.0).abs() < 0.02, "{together}");
    assert!(correlation("every = \"24h\"").abs() < 0.1);
}

#[test]
fn bursts_bring_their_calls_in_order_beside_the_others() {
    let text = |calls: &str, rate: u32| {
        format!(
            "queues = [{{ queue = \"a\", arrivals = {{ per_hour = {rate}, bursts = {{ per_hour = 0.5, calls = {calls}, after = {{ uniform = [\"0s\", \"10m\"] }} }} }} }}]"
        )
    };
    let days = 2_000;
    for calls in ["{ fixed = 8 }", "{ geometric = 8 }"] {
        let all = arrivals(&text(calls, 3), days, 4);
        assert!(all.windows(2).all(|pair| pair[0] <= pair[1]));
        // 12 bursts of 8 calls and 72 single ones a day.
        let rate = all.len() as f64 / days as f64;
        assert!((rate / 168.0 - 1.0).abs() < 0.03, "{calls}: {rate}");
        // The single ones are those that come without bursts.
        let single = arrivals("queues = [{ queue = \"a\", arrivals = { per_hour = 3 } }]", days, 4);
        assert!(single.iter().all(|at| all.binary_search(at).is_ok()));
        // The counts of a day: bursts have the mean of the square of their size, 64 or 8 + 2 · 8 · 7, less overlaps
        // at midnight.
        let square = if calls.contains("fixed") { 64.0 } else { 120.0 };
        let (_, variance) = mean_and_variance(&counts(&arrivals(&text(calls, 0), days, 4), DAY_SECS, days));
        assert!((variance / (12.0 * square) - 1.0).abs() < 0.12, "{calls}: {variance}");
    }
}

#[test]
fn bursts_at_once_are_as_many_calls_at_one_instant() {
    let text = "queues = [{ queue = \"a\", arrivals = { bursts = { per_hour = 1, calls = { fixed = 40 } } } }]";
    let all = arrivals(text, 30, 5);
    assert!(all.len() > 600 * 40 && all.len().is_multiple_of(40));
    assert!(all.chunks(40).all(|burst| burst.iter().all(|at| *at == burst[0])));
}
