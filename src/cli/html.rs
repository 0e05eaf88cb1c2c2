//! `--html`: figures as a page.

use cordboard::Plan;
use cordboard::report::Page;
use cordboard::sim::Comparison;
use cordboard::stats::{Figures, Summary};
use serde::Serialize;

use super::output::in_words;

/// The page of a simulation. `header` says what was simulated, as the tables do; its first line is the title.
pub(super) fn simulation(
    plan: &Plan,
    header: &str,
    run: &impl Serialize,
    names: &Figures,
    summary: Option<&Summary>,
) -> Result<String, String> {
    text(&page(header).floor(plan).simulation(run, names, summary).map_err(in_words)?)
}

/// The page of a comparison.
pub(super) fn comparison(header: &str, comparison: &Comparison) -> Result<String, String> {
    text(&page(header).comparison(comparison).map_err(in_words)?)
}

fn page(header: &str) -> Page {
    let mut lines = header.lines();
    let page = Page::new(lines.next().unwrap_or_default());
    lines.fold(page, Page::line)
}

fn text(page: &Page) -> Result<String, String> {
    let mut text = Vec::new();
    page.write(&mut text).map_err(in_words)?;
    String::from_utf8(text).map_err(in_words)
}
