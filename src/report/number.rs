//! Numbers as people read them, with their intervals, and with the place in the page's data that they come from.

use core::fmt::Write as _;

use crate::stats::Estimate;

/// What a number is shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A number of things; whole where it is that of a single run.
    Count,
    /// A number that is seldom whole.
    Rate,
    /// A share, shown in per cent.
    Share,
    /// A difference of shares, shown in percentage points.
    Points,
    /// Seconds; long ones are shown in minutes or hours.
    Seconds,
    /// Seconds, shown in hours.
    SecondsAsHours,
    /// Hours.
    Hours,
}

/// A figure, as it is shown and where it stands in the page's data.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) estimate: Estimate,
    pub(super) unit: Unit,
    /// The path to it, and to the figure by which it is divided, if it is; and by what it is multiplied.
    pub(super) of: Vec<String>,
    pub(super) per: Option<Vec<String>>,
    pub(super) times: f64,
}

impl Number {
    pub(super) fn new(estimate: Estimate, unit: Unit, of: Vec<String>) -> Self {
        Self { estimate, unit, of, per: None, times: 1.0 }
    }

    /// This many per one of `other`, times a factor. `other` is the same in every replication, so the interval is
    /// divided with the mean.
    pub(super) fn per(self, other: &Self, times: f64, unit: Unit) -> Self {
        let whole = other.estimate.mean.filter(|whole| *whole > 0.0);
        let by = |value: f64| whole.map(|whole| value / whole * times);
        let Estimate { mean, half_width, n } = self.estimate;
        let estimate = Estimate { mean: mean.and_then(by), half_width: half_width.and_then(by), n };
        Self { estimate, unit, per: Some(other.of.clone()), times, ..self }
    }

    /// The mean.
    pub(super) fn mean(&self) -> Option<f64> {
        self.estimate.mean
    }

    /// Half the width of the interval; nothing where there is none.
    pub(super) fn half(&self) -> f64 {
        self.estimate.half_width.unwrap_or(0.0)
    }

    /// As text: `84.5 ± 1.2 %`.
    pub(super) fn text(&self) -> String {
        let Some(shown) = Shown::of(self) else { return "–".to_owned() };
        let interval = shown.half.map(|half| format!(" ± {half}")).unwrap_or_default();
        format!("{}{interval}{}", shown.mean, shown.suffix)
    }

    /// As HTML whose text is the same, with its place in the data.
    pub(super) fn html(&self) -> String {
        let Some(shown) = Shown::of(self) else { return "<span class=\"none\">–</span>".to_owned() };
        let mut text = format!("<span class=\"n\"{}>{}", self.source(), shown.mean);
        if let Some(half) = shown.half {
            let _ = write!(text, "<span class=\"pm\"> ± {half}</span>");
        }
        text + shown.suffix + "</span>"
    }

    /// The attributes that say where it comes from.
    pub(super) fn source(&self) -> String {
        let path = |path: &[String]| super::html::escape(&serde_json::json!(path).to_string());
        let mut text = format!(" data-of=\"{}\"", path(&self.of));
        if let Some(per) = &self.per {
            let _ = write!(text, " data-per=\"{}\" data-times=\"{}\"", path(per), self.times);
        }
        text
    }
}

/// The parts of a number's text.
struct Shown {
    mean: String,
    half: Option<String>,
    suffix: &'static str,
}

impl Shown {
    fn of(number: &Number) -> Option<Self> {
        let mean = number.estimate.mean?;
        let (scale, suffix) = match number.unit {
            Unit::Count | Unit::Rate => (1.0, ""),
            Unit::Share => (100.0, " %"),
            Unit::Points => (100.0, " pp"),
            Unit::Seconds if mean.abs() < 300.0 => (1.0, " s"),
            Unit::Seconds if mean.abs() < 7200.0 => (1.0 / 60.0, " min"),
            Unit::Seconds | Unit::SecondsAsHours => (1.0 / 3600.0, " h"),
            Unit::Hours => (1.0, " h"),
        };
        let mean = mean * scale;
        let whole = number.unit == Unit::Count && number.estimate.half_width.is_none() && mean.fract() == 0.0;
        let small = number.unit == Unit::Rate && mean.abs() < 10.0;
        let decimals = if whole || mean.abs() >= 1000.0 { 0 } else { 1 + usize::from(small) };
        let half = number.estimate.half_width.map(|half| grouped(half * scale, decimals));
        Some(Self { mean: grouped(mean, decimals), half, suffix })
    }
}

/// With so many decimals, and narrow spaces between thousands from 10,000 on. What is shown as none has no sign.
pub(super) fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.trim_matches(['-', '0', '.']).is_empty() { text.trim_start_matches('-') } else { &text };
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("−", rest));
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    if whole.len() < 5 {
        return format!("{sign}{whole}{rest}");
    }
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(mean: f64, half_width: Option<f64>, unit: Unit) -> String {
        Number::new(Estimate { mean: Some(mean), half_width, n: 10 }, unit, Vec::new()).text()
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(text(0.845_4, Some(0.011_6), Unit::Share), "84.5 ± 1.2 %");
        assert_eq!(text(12.34, None, Unit::Seconds), "12.3 s");
        assert_eq!(text(754.0, Some(60.0), Unit::Seconds), "12.6 ± 1.0 min");
        assert_eq!(text(90_000.0, None, Unit::SecondsAsHours), "25.0 h");
        assert_eq!(text(17.0, None, Unit::Count), "17");
        assert_eq!(text(17.0, Some(0.0), Unit::Count), "17.0 ± 0.0");
        assert_eq!(text(1_234_567.0, None, Unit::Count), "1\u{202f}234\u{202f}567");
        assert_eq!(text(1234.5, Some(20.0), Unit::Count), "1234 ± 20");
        assert_eq!(text(-0.000_01, None, Unit::Points), "0.0 pp");
        assert_eq!(text(-0.031, None, Unit::Points), "−3.1 pp");
        assert_eq!(text(3.256, None, Unit::Rate), "3.26");
        assert_eq!(Number::new(Estimate::default(), Unit::Share, Vec::new()).text(), "–");
    }

    #[test]
    fn a_number_per_another_keeps_its_relative_interval_and_both_places() {
        let calls = Estimate { mean: Some(50.0), half_width: Some(5.0), n: 10 };
        let calls = Number::new(calls, Unit::Count, vec!["calls".into()]);
        let time = Estimate { mean: Some(7200.0), half_width: Some(0.0), n: 10 };
        let time = Number::new(time, Unit::Seconds, vec!["time".into()]);
        let per_hour = calls.per(&time, 3600.0, Unit::Rate);
        assert_eq!(per_hour.text(), "25.0 ± 2.5");
        assert!(per_hour.html().contains("data-per=\"[&quot;time&quot;]\" data-times=\"3600\""), "{}", per_hour.html());
    }
}
