//! Axes: where a value stands, and round ticks.

/// An axis from `min` to `max`, which differ.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) title: String,
    pub(super) min: f64,
    pub(super) max: f64,
    /// Places and what is written there.
    pub(super) ticks: Vec<(f64, String)>,
}

impl Axis {
    /// From 0 to a round number that is at least `max`.
    pub(super) fn linear(title: &str, max: f64) -> Self {
        let step = step(max / 5.0);
        let count = (max / step - 1e-9).ceil().max(1.0);
        let decimals = if step < 0.095 { 2 } else { usize::from(step < 0.95) };
        let ticks = (0..=count as usize).map(|place| place as f64 * step);
        let ticks = ticks.map(|value| (value, super::number::grouped(value, decimals))).collect();
        Self { title: title.to_owned(), min: 0.0, max: count * step, ticks }
    }

    /// Around 0, as far as `reach` to both sides, with what is written behind each number.
    pub(super) fn around(title: &str, reach: f64, scale: f64, suffix: &str) -> Self {
        let side = Self::linear(title, reach * scale);
        let label = |value: f64| match value {
            0.0 => "0".to_owned(),
            value => format!("{}{}{suffix}", if value > 0.0 { "+" } else { "" }, super::number::grouped(value, 1)),
        };
        let short = |text: String| text.replace(".0", "");
        let mut ticks: Vec<f64> = side.ticks.iter().flat_map(|(value, _)| [-value, *value]).collect();
        ticks.sort_by(f64::total_cmp);
        ticks.dedup();
        let every = if ticks.len() > 7 { 2 } else { 1 };
        let middle = ticks.len() / 2;
        let kept = ticks.iter().enumerate().filter(|(place, _)| place.abs_diff(middle) % every == 0);
        let ticks = kept.map(|(_, value)| (value / scale, short(label(*value + 0.0)))).collect();
        Self { title: title.to_owned(), min: -side.max / scale, max: side.max / scale, ticks }
    }

    /// Shares, from 0 to 100 %.
    pub(super) fn share(title: &str) -> Self {
        let ticks = [0, 20, 40, 60, 80, 100].map(|percent| (f64::from(percent) / 100.0, format!("{percent} %")));
        Self { title: title.to_owned(), min: 0.0, max: 1.0, ticks: ticks.into() }
    }

    /// A length of time from 0 to `max` seconds, in seconds or minutes.
    pub(super) fn seconds(title: &str, max: f64) -> Self {
        const STEPS: [f64; 13] = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0];
        let step = STEPS.into_iter().find(|step| max / step <= 7.0).unwrap_or(3600.0);
        let max = max.max(1.0);
        let minutes = step >= 60.0;
        let (unit, unit_s) = if minutes { ("min", 60.0) } else { ("s", 1.0) };
        let label = |place: usize| (place as f64 * step, format!("{}", place as f64 * step / unit_s));
        let ticks = (0..=(max / step) as usize).map(label).collect();
        Self { title: format!("{title} ({unit})"), min: 0.0, max, ticks }
    }

    /// Times of day: `names` are when each bucket begins, those from `first` to before `last` are shown.
    pub(super) fn clock(title: &str, names: &[String], first: usize, last: usize) -> Self {
        let shown = last.saturating_sub(first).max(1);
        let (min, max) = (first as f64, (first + shown) as f64);
        // Several days: `2 08:00`. Each is marked where it begins.
        let days = (first..last).filter_map(|place| Some((place as f64, names.get(place)?.strip_suffix(" 00:00")?)));
        let days: Vec<(f64, String)> = days.map(|(place, day)| (place, format!("day {day}"))).collect();
        if names.first().is_some_and(|name| name.contains(' ')) {
            return Self { title: "day".to_owned(), min, max, ticks: days };
        }
        let whole: Vec<usize> = (first..=last).filter(|place| end(names, *place).ends_with(":00")).collect();
        let every = [1, 2, 3, 4, 6, 12, 24].into_iter().find(|every| whole.len() / every <= 13).unwrap_or(24);
        let hour = |name: &str| name.get(..2)?.parse::<usize>().ok();
        let round = |name: &str| hour(name).is_some_and(|hour| hour % every == 0);
        let ticks = whole.into_iter().map(|place| (place as f64, end(names, place)));
        let ticks = ticks.filter(|(_, name)| round(name)).collect();
        Self { title: title.to_owned(), min, max, ticks }
    }

    /// With every other tick left out, for small plots.
    pub(super) fn thinned(mut self) -> Self {
        let count = self.ticks.len();
        let every = if count > 7 { 3 } else { 1 + usize::from(count > 4) };
        let ticks = self.ticks.into_iter().enumerate().filter(|(place, _)| place % every == 0);
        self.ticks = ticks.map(|(_, tick)| tick).collect();
        self
    }

    /// Where a value stands on the axis: from 0 to 1, and no farther.
    pub(super) fn place(&self, value: f64) -> f64 {
        ((value - self.min) / (self.max - self.min)).clamp(0.0, 1.0)
    }
}

/// When a bucket begins, the end of the day included.
fn end(names: &[String], place: usize) -> String {
    names.get(place).cloned().unwrap_or_else(|| "24:00".to_owned())
}

/// The smallest of 1, 2, 5 times a power of ten that is no less than `least`.
fn step(least: f64) -> f64 {
    if least.is_nan() || least <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_and_the_axis_ends_on_one() {
        let axis = Axis::linear("calls", 116.0);
        assert_eq!((labels(&axis), axis.max), (vec!["0", "50", "100", "150"], 150.0));
        assert_eq!(labels(&Axis::linear("waiting", 1.0)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&Axis::linear("waiting", 0.13)), ["0.00", "0.05", "0.10", "0.15"]);
        assert_eq!(labels(&Axis::linear("nothing", 0.0)), ["0", "1"]);
        assert_eq!(labels(&Axis::seconds("waited", 61.0)), ["0", "10", "20", "30", "40", "50", "60"]);
        assert_eq!(labels(&Axis::seconds("waited", 600.0)), ["0", "2", "4", "6", "8", "10"]);
    }

    #[test]
    fn an_axis_around_nought_reaches_as_far_to_both_sides() {
        let axis = Axis::around("difference", 0.038, 100.0, " pp");
        assert_eq!(labels(&axis), ["−4 pp", "−2 pp", "0", "+2 pp", "+4 pp"]);
        assert!((axis.max - 0.04).abs() < 1e-12 && (axis.min + 0.04).abs() < 1e-12);
        assert_eq!(axis.place(0.0), 0.5);
    }

    #[test]
    fn a_day_is_marked_at_whole_hours() {
        let quarters: Vec<String> = (0..96).map(|at| format!("{:02}:{:02}", at / 4, at % 4 * 15)).collect();
        assert_eq!(labels(&Axis::clock("", &quarters, 32, 44)), ["08:00", "09:00", "10:00", "11:00"]);
        let day = Axis::clock("", &quarters, 0, 96);
        assert_eq!((labels(&day).len(), labels(&day).last()), (13, Some(&"24:00")));
    }

    #[test]
    fn a_week_is_marked_at_its_days() {
        let hours: Vec<String> = (0..168).map(|at| format!("{} {:02}:00", at / 24 + 1, at % 24)).collect();
        let week = Axis::clock("", &hours, 8, 72);
        assert_eq!(week.ticks, [(24.0, "day 2".to_owned()), (48.0, "day 3".to_owned())]);
        assert_eq!((week.min, week.max), (8.0, 72.0));
    }

    #[test]
    fn what_is_beyond_the_axis_stands_at_its_end() {
        let axis = Axis::share("");
        assert_eq!([axis.place(-1.0), axis.place(0.25), axis.place(7.0)], [0.0, 0.25, 1.0]);
    }
}
