//! What a day needs and what a roster covers, interval by interval.

use serde::{Deserialize, Serialize};

use super::Section;
use super::axis::Axis;
use super::html::{Table, figure, legend};
use super::number::{Number, Unit};
use super::plot::{Plot, Step};
use crate::stats::Estimate;

/// One interval of a staffing table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StaffingRow {
    /// When it begins: `08:00`.
    pub from: String,
    /// Calls that are expected in it.
    pub demand: f64,
    /// Agents it takes.
    pub required: f64,
    /// Agents who are there.
    pub covered: f64,
}

impl StaffingRow {
    /// One interval.
    pub fn new(from: impl Into<String>, demand: f64, required: f64, covered: f64) -> Self {
        Self { from: from.into(), demand, required, covered }
    }
}

pub(super) fn section(rows: &[StaffingRow]) -> Section {
    let names: Vec<String> = rows.iter().map(|row| row.from.clone()).collect();
    let clock = || Axis::clock("time of day", &names, 0, rows.len());
    let steps = |value: fn(&StaffingRow) -> f64| -> Vec<Step> {
        rows.iter().enumerate().map(|(place, row)| (place as f64, place as f64 + 1.0, Some(value(row)))).collect()
    };
    let most = rows.iter().map(|row| row.required.max(row.covered)).fold(1.0, f64::max);
    let mut plot = Plot::wide(
        "Required and covered",
        "Two stepped lines by time of day: agents required, and agents there.",
        270.0,
        clock(),
        Axis::linear("agents", most),
    );
    for (place, row) in rows.iter().enumerate() {
        let sides = (place as f64, place as f64 + 1.0);
        if row.covered < row.required {
            plot.bar(
                "short",
                sides,
                (row.covered, row.required),
                &format!("{}: {:.1} too few", row.from, row.required - row.covered),
            );
        } else {
            plot.bar(
                "band",
                sides,
                (row.required, row.covered),
                &format!("{}: {:.1} to spare", row.from, row.covered - row.required),
            );
        }
    }
    plot.steps("signed-in", &steps(|row| row.covered));
    plot.steps("answered", &steps(|row| row.required));
    let mut html =
        legend(&[("answered", "required"), ("signed-in", "covered"), ("band", "to spare"), ("short", "too few")]);
    html.push_str(&figure(&plot.svg(), "Agents that each interval takes, and agents who are there."));
    let most = rows.iter().map(|row| row.demand).fold(1.0, f64::max);
    let mut plot =
        Plot::wide("Demand", "A bar for each interval.", 200.0, clock(), Axis::linear("calls per interval", most));
    for (place, row) in rows.iter().enumerate() {
        let sides = (place as f64 + 0.12, place as f64 + 0.88);
        plot.bar("answered", sides, (0.0, row.demand), &format!("{}: {:.1} calls", row.from, row.demand));
    }
    html.push_str(&figure(&plot.svg(), "Calls that are expected in each interval."));
    let mut table = Table::new("demand, required and covered by interval", &["from", "demand", "required", "covered"]);
    for (place, row) in rows.iter().enumerate() {
        let number = |name: &str, value: f64| {
            let path = ["staffing".to_owned(), place.to_string(), name.to_owned()];
            Number::new(Estimate { mean: Some(value), half_width: None, n: 1 }, Unit::Count, path.into())
        };
        let numbers =
            vec![number("demand", row.demand), number("required", row.required), number("covered", row.covered)];
        table.row(&row.from, numbers);
    }
    html.push_str(&table.details());
    Section::new("staffing", "Required and covered", html)
}
