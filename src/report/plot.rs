//! Plots as SVG: axes with units and round ticks, bars, lines, areas, intervals. Colours come from classes, so that the
//! page's style decides them for light, dark and print.

use core::fmt::Write as _;

use super::axis::Axis;
use super::html::escape;

/// A plot under construction. Marks are drawn in the order in which they come.
#[derive(Debug)]
pub(super) struct Plot {
    title: String,
    description: String,
    size: (f64, f64),
    /// What the axes need around the marks: left, right, top, bottom.
    margin: [f64; 4],
    x: Axis,
    y: Axis,
    marks: String,
}

/// A piece of a stepped line: from, until, how high.
pub(super) type Step = (f64, f64, Option<f64>);

impl Plot {
    /// A plot of the page's width.
    pub(super) fn wide(title: &str, description: &str, height: f64, x: Axis, y: Axis) -> Self {
        Self::new(title, description, (960.0, height), [64.0, 18.0, 16.0, 48.0], x, y)
    }

    /// One of several that stand side by side. Its title stands above it.
    pub(super) fn small(title: &str, description: &str, x: Axis, y: Axis) -> Self {
        let mut plot = Self::new(title, description, (360.0, 240.0), [64.0, 24.0, 30.0, 42.0], x, y);
        let _ = write!(plot.marks, "<text class=\"name\" x=\"8\" y=\"17\">{}</text>", escape(&short(title, 44)));
        plot
    }

    fn new(title: &str, description: &str, size: (f64, f64), margin: [f64; 4], x: Axis, y: Axis) -> Self {
        let (title, description) = (title.to_owned(), description.to_owned());
        Self { title, description, size, margin, x, y, marks: String::new() }
    }

    fn px(&self, x: f64) -> f64 {
        let [left, right, ..] = self.margin;
        left + self.x.place(x) * (self.size.0 - left - right)
    }

    fn py(&self, y: f64) -> f64 {
        let [.., top, bottom] = self.margin;
        self.size.1 - bottom - self.y.place(y) * (self.size.1 - top - bottom)
    }

    fn path(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for (place, (x, y)) in points.enumerate() {
            let letter = if place == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{:.1} {:.1}", self.px(x), self.py(y));
        }
        path
    }

    /// The area between two lines with the same places.
    pub(super) fn area(&mut self, class: &str, lower: &[(f64, f64)], upper: &[(f64, f64)]) {
        let path = self.path(upper.iter().chain(lower.iter().rev()).copied());
        let _ = write!(self.marks, "<path class=\"area {class}\" d=\"{path}Z\"/>");
    }

    pub(super) fn line(&mut self, class: &str, points: &[(f64, f64)]) {
        let path = self.path(points.iter().copied());
        let _ = write!(self.marks, "<path class=\"line {class}\" d=\"{path}\"/>");
    }

    /// A line that holds its height through each piece, and is interrupted where there is none.
    pub(super) fn steps(&mut self, class: &str, steps: &[Step]) {
        for piece in steps.split(|(.., height)| height.is_none()).filter(|piece| !piece.is_empty()) {
            let corners = piece.iter().flat_map(|(from, until, y)| [(*from, *y), (*until, *y)]);
            let path = self.path(corners.filter_map(|(x, y)| Some((x, y?))));
            let _ = write!(self.marks, "<path class=\"line {class}\" d=\"{path}\"/>");
        }
    }

    /// A bar, and what is said where the pointer rests on it.
    pub(super) fn bar(&mut self, class: &str, (from, until): (f64, f64), (low, high): (f64, f64), said: &str) {
        let (x, y) = (self.px(from), self.py(high));
        let (width, height) = (self.px(until) - x, self.py(low) - y);
        let _ = write!(
            self.marks,
            "<rect class=\"bar {class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\">\
             <title>{}</title></rect>",
            escape(said)
        );
    }

    pub(super) fn dot(&mut self, class: &str, (x, y): (f64, f64), said: &str) {
        let (x, y) = (self.px(x), self.py(y));
        let _ = write!(
            self.marks,
            "<circle class=\"dot {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"><title>{}</title></circle>",
            escape(said)
        );
    }

    /// An interval, upright.
    pub(super) fn whisker(&mut self, x: f64, (low, high): (f64, f64)) {
        if high > low {
            let (x, low, high) = (self.px(x), self.py(low), self.py(high));
            let _ = write!(self.marks, "<path class=\"whisker\" d=\"M{x:.1} {low:.1}V{high:.1}\"/>");
        }
    }

    /// An upright line through the plot, and a word beside it.
    pub(super) fn mark(&mut self, x: f64, word: &str) {
        let [_, right, top, bottom] = self.margin;
        let (at, low) = (self.px(x), self.size.1 - bottom);
        let width = word.chars().count() as f64 * 7.2 + 14.0;
        // To the left where there is no room to the right.
        let x = if at + width + 8.0 > self.size.0 - right { at - width - 8.0 } else { at + 8.0 };
        let y = (top + low) / 2.0 - 12.0;
        let _ = write!(
            self.marks,
            "<path class=\"mark\" d=\"M{at:.1} {top}V{low}\"/>\
             <rect class=\"label\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"24\" rx=\"4\"/>\
             <text class=\"marked\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x + width / 2.0,
            y + 16.5,
            escape(word)
        );
    }

    /// The plot. Screen readers get its title and description.
    pub(super) fn svg(&self) -> String {
        let (width, height) = self.size;
        let [left, right, top, bottom] = self.margin;
        let mut svg = open(&self.title, &self.description, self.size);
        let (low, end) = (height - bottom, width - right);
        for (value, label) in &self.y.ticks {
            let y = self.py(*value);
            let _ = write!(
                svg,
                "<path class=\"grid\" d=\"M{left} {y:.1}H{end}\"/>\
                 <text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                left - 8.0,
                y + 4.0,
                escape(label)
            );
        }
        for (value, label) in &self.x.ticks {
            let x = self.px(*value);
            let _ = write!(
                svg,
                "<path class=\"axis\" d=\"M{x:.1} {low}v5\"/>\
                 <text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                low + 19.0,
                escape(label)
            );
        }
        svg.push_str(&self.marks);
        let _ = write!(svg, "<path class=\"axis\" d=\"M{left} {low}H{end}\"/>");
        let _ = write!(
            svg,
            "<text class=\"title\" x=\"{end}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            height - 7.0,
            escape(&self.x.title)
        );
        let middle = (top + low) / 2.0;
        let _ = write!(
            svg,
            "<text class=\"title\" transform=\"translate(13 {middle:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            escape(&self.y.title)
        );
        svg + "</svg>"
    }
}

/// The beginning of an image with a title and a description.
pub(super) fn open(title: &str, description: &str, (width, height): (f64, f64)) -> String {
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{0}\" class=\"{2}\"><title>{0}</title>\
         <desc>{1}</desc>",
        escape(title),
        escape(description),
        if width > 500.0 { "wide" } else { "small" }
    )
}

/// At most so many characters, and an ellipsis where some are left out.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_where_their_values_are() {
        let mut plot = Plot::wide("t", "d", 264.0, Axis::share("x"), Axis::share("y"));
        plot.line("a", &[(0.0, 0.0), (1.0, 1.0)]);
        plot.bar("b", (0.5, 1.0), (0.0, 0.5), "half");
        plot.whisker(0.5, (0.25, 0.25));
        assert!(plot.marks.starts_with("<path class=\"line a\" d=\"M64.0 216.0L942.0 16.0\"/>"), "{}", plot.marks);
        let bar = "<rect class=\"bar b\" x=\"503.0\" y=\"116.0\" width=\"439.0\" height=\"100.0\"><title>half</title>";
        assert!(plot.marks.contains(bar) && !plot.marks.contains("whisker"), "{}", plot.marks);
    }

    #[test]
    fn a_stepped_line_is_interrupted_where_nothing_is_known() {
        let mut plot = Plot::wide("t", "d", 264.0, Axis::share("x"), Axis::share("y"));
        plot.steps("a", &[(0.0, 0.2, Some(1.0)), (0.2, 0.4, Some(0.5)), (0.4, 0.6, None), (0.6, 1.0, Some(0.0))]);
        assert_eq!(plot.marks.matches("<path").count(), 2, "{}", plot.marks);
    }

    #[test]
    fn names_in_plots_are_escaped() {
        let mut plot = Plot::small("<i>", "<b>", Axis::share("<x>"), Axis::share("<y>"));
        plot.mark(0.5, "<target>");
        let svg = plot.svg();
        for tag in ["<i>", "<b>", "<x>", "<y>", "<target>"] {
            assert!(!svg.contains(tag), "{svg}");
        }
    }
}
