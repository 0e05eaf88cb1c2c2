//! Plots whose rows have names: dots with intervals, and bars cut into parts.

use core::fmt::Write as _;

use super::axis::Axis;
use super::html::escape;
use super::plot::{open, short};

const WIDTH: f64 = 960.0;
const ROW: f64 = 30.0;
/// Room for the names, and for what is written behind a row.
const LEFT: f64 = 230.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 6.0;
const BOTTOM: f64 = 46.0;

/// A plot under construction, row by row.
#[derive(Debug)]
pub(super) struct Rows {
    title: String,
    description: String,
    axis: Axis,
    rows: usize,
    marks: String,
    /// The axis has nought in its middle.
    pub(super) around: bool,
}

impl Rows {
    pub(super) fn new(title: &str, description: &str, axis: Axis) -> Self {
        let around = axis.min < 0.0;
        Self {
            title: title.to_owned(),
            description: description.to_owned(),
            axis,
            rows: 0,
            marks: String::new(),
            around,
        }
    }

    fn px(&self, value: f64) -> f64 {
        LEFT + self.axis.place(value) * (WIDTH - LEFT - RIGHT)
    }

    /// Begins a row: its name before it, and a text behind it. Gives its middle.
    fn begin(&mut self, name: &str, behind: &str) -> f64 {
        let y = TOP + (self.rows as f64 + 0.5) * ROW;
        self.rows += 1;
        let _ = write!(
            self.marks,
            "<text class=\"name\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
             <text class=\"behind\" x=\"{}\" y=\"{:.1}\">{}</text>",
            LEFT - 12.0,
            y + 4.5,
            escape(&short(name, 27)),
            WIDTH - RIGHT + 14.0,
            y + 4.5,
            escape(behind)
        );
        y
    }

    /// A dot with its interval; no dot where there is no value.
    pub(super) fn row(&mut self, name: &str, class: &str, value: Option<f64>, half: f64, behind: &str) {
        let y = self.begin(name, behind);
        let Some(value) = value else { return };
        let (x, low, high) = (self.px(value), self.px(value - half), self.px(value + half));
        let _ = write!(
            self.marks,
            "<path class=\"whisker\" d=\"M{low:.1} {y:.1}H{high:.1}\"/>\
             <circle class=\"dot {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"><title>{}</title></circle>",
            escape(&format!("{name}: {behind}"))
        );
    }

    /// A bar cut into parts: their classes, shares, and what is said of them.
    pub(super) fn stack(&mut self, name: &str, parts: &[(&str, f64, String)], behind: &str) {
        let y = self.begin(name, behind);
        let mut from = 0.0;
        for (class, share, said) in parts {
            let (x, end) = (self.px(from), self.px(from + share));
            from += share;
            let _ = write!(
                self.marks,
                "<rect class=\"bar {class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"20\"><title>{}</title></rect>",
                y - 10.0,
                (end - x).max(0.0),
                escape(said)
            );
        }
    }

    pub(super) fn svg(&self) -> String {
        let low = TOP + self.rows as f64 * ROW + 4.0;
        let mut svg = open(&self.title, &self.description, (WIDTH, low + BOTTOM));
        for (value, label) in &self.axis.ticks {
            let x = self.px(*value);
            let class = if self.around && *value == 0.0 { "zero" } else { "grid" };
            let _ = write!(
                svg,
                "<path class=\"{class}\" d=\"M{x:.1} {TOP}V{low}\"/>\
                 <text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                low + 16.0,
                escape(label)
            );
        }
        svg.push_str(&self.marks);
        let _ = write!(
            svg,
            "<text class=\"title\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text></svg>",
            (LEFT + WIDTH - RIGHT) / 2.0,
            low + 37.0,
            escape(&self.axis.title)
        );
        svg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_bar_follow_each_other_to_its_end() {
        let mut rows = Rows::new("t", "d", Axis::share("x"));
        rows.stack("team", &[("a", 0.25, "a".into()), ("b", 0.75, "b".into())], "25 %");
        let svg = rows.svg();
        assert!(svg.contains("class=\"bar a\" x=\"230.0\" y=\"11.0\" width=\"145.0\""), "{svg}");
        assert!(svg.contains("class=\"bar b\" x=\"375.0\" y=\"11.0\" width=\"435.0\""), "{svg}");
    }

    #[test]
    fn what_is_not_defined_has_its_row_and_no_dot() {
        let mut rows = Rows::new("t", "d", Axis::around("x", 0.1, 100.0, " pp"));
        rows.row("night", "a", None, 0.0, "–");
        let svg = rows.svg();
        assert!(svg.contains(">night</text>") && !svg.contains("<circle") && svg.contains("class=\"zero\""), "{svg}");
    }
}
