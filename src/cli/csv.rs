//! Figures as CSV (RFC 4180): one figure a line, as spreadsheets and statistics programs want them.
//!
//! [`COLUMNS`] are the same for every command; a command that runs several alternatives has [`COMPARED`] too.

use std::collections::BTreeMap;

use cordboard::sim::Comparison;
use cordboard::sim::compare::{Compared, Figure};
use cordboard::stats::{Estimate, Figures, Summary, Unit};

/// What stands in every line.
pub(crate) const COLUMNS: [&str; 8] = ["section", "name", "interval", "figure", "unit", "mean", "half_width", "n"];
/// What stands behind it where alternatives are compared: the difference from the first.
pub(crate) const COMPARED: [&str; 3] = ["difference", "difference_half_width", "difference_n"];

/// What `--help` says of the columns.
pub(crate) const HELP: &str = "\
CSV: one line for each figure, with the columns section (what it is about), name (the queue, team, role or tier; empty of
the whole centre), interval (when the hour of day begins; empty of the whole time), figure (its name in the JSON), unit
(count, share from 0 to 1, s, h or ratio), mean, half_width (of its 95 % interval; empty with one replication), n (in how
many replications it is defined). What is not defined is empty.";

/// The same where alternatives are compared, whose names stand in this column.
pub(crate) fn compared_help(own: &str) -> String {
    format!(
        "{HELP}\n\nBefore these columns stands `{own}`, behind them `difference`, `difference_half_width` and `difference_n`: \
         from the\nfirst. Figures are those of the tables, under their names there; sections are `total` and `queues`."
    )
}

/// Lines of CSV.
#[derive(Debug)]
pub(crate) struct Csv(::csv::Writer<Vec<u8>>);

impl Csv {
    /// With these headings.
    pub(crate) fn new<'a>(headings: impl IntoIterator<Item = &'a str>) -> Self {
        let mut csv = Self(::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new()));
        csv.line(headings.into_iter().map(str::to_owned));
        csv
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, cells: impl IntoIterator<Item = String>) {
        // Into memory; and every line has as many cells as there are headings.
        let written = self.0.write_record(cells.into_iter().map(String::into_bytes));
        debug_assert!(written.is_ok(), "{written:?}");
    }

    pub(crate) fn into_text(self) -> String {
        let bytes = self.0.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// An estimate as three cells.
pub(crate) fn cells(estimate: Estimate) -> [String; 3] {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    [number(estimate.mean), number(estimate.half_width), estimate.n.to_string()]
}

/// A unit as a cell.
pub(crate) fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "share",
        Unit::Seconds => "s",
        Unit::Hours => "h",
        Unit::Ratio => "ratio",
        _ => "count",
    }
}

/// Every figure of a simulation, single agents and flows apart; `names` is any of its replications.
pub(super) fn of_summary(summary: &Summary, names: &Figures) -> String {
    let sections: BTreeMap<&str, _> = summary.sections.iter().map(|of| (of.name.as_str(), &of.figures)).collect();
    let mut csv = Csv::new(COLUMNS);
    for metric in names.each_metric() {
        let figures = sections.get(metric.path.as_str());
        let estimate = figures.and_then(|figures| figures.get(metric.figure)).copied().unwrap_or_default();
        let unit = unit(metric.unit).to_owned();
        let place = [metric.section, metric.name, metric.interval, metric.figure.to_owned(), unit];
        csv.line(place.into_iter().chain(cells(estimate)));
    }
    csv.into_text()
}

/// Every figure of a comparison.
pub(super) fn of_comparison(comparison: &Comparison) -> String {
    let alternatives = comparison.alternatives.iter().map(|alternative| (alternative.name.as_str(), alternative));
    of_each("alternative", alternatives)
}

/// Every figure of each of these; its name stands in the first column, under this heading.
pub(super) fn of_each<'a>(heading: &str, each: impl IntoIterator<Item = (&'a str, &'a Compared)>) -> String {
    let mut csv = Csv::new([heading].into_iter().chain(COLUMNS).chain(COMPARED));
    for (own, alternative) in each {
        let mut add = |section: &str, name: &str, interval: &str, figures: &[Figure]| {
            for figure in figures {
                let place = [own, section, name, interval, figure.name, unit(figure.unit)];
                let difference = figure.difference.map_or_else(<[String; 3]>::default, cells);
                csv.line(place.map(str::to_owned).into_iter().chain(cells(figure.value)).chain(difference));
            }
        };
        add("total", "", "", &alternative.total);
        alternative.hours.iter().for_each(|row| add("total", "", &row.name, &row.figures));
        alternative.queues.iter().for_each(|row| add("queues", &row.name, "", &row.figures));
    }
    csv.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_commas_quotes_and_line_ends_are_put_in_quotes() {
        let mut csv = Csv::new(["a", "b"]);
        csv.line(["plain", "Li, \"the\" desk"].map(str::to_owned));
        csv.line(["two\nlines", ""].map(str::to_owned));
        assert_eq!(csv.into_text(), "a,b\r\nplain,\"Li, \"\"the\"\" desk\"\r\n\"two\nlines\",\r\n");
    }
}
