//! `--html`: figures as a page.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use cordboard::Plan;
use cordboard::report::Page;
use cordboard::sim::Comparison;
use cordboard::stats::{Figures, Summary};
use serde::Serialize;

use super::simulate::in_words;

/// Writes the page of a simulation. `header` says what was simulated, as the tables do; its first line is the title.
pub(super) fn simulation(
    file: &Path,
    plan: &Plan,
    header: &str,
    run: &impl Serialize,
    figures: &[Figures],
) -> Result<(), String> {
    let names = figures.first().ok_or("nothing was simulated")?;
    let summary = (figures.len() > 1).then(|| Summary::of(figures));
    let page = page(header).floor(plan).simulation(run, names, summary.as_ref()).map_err(in_words)?;
    write(file, &page)
}

/// Writes the page of a comparison.
pub(super) fn comparison(file: &Path, header: &str, comparison: &Comparison) -> Result<(), String> {
    write(file, &page(header).comparison(comparison).map_err(in_words)?)
}

fn page(header: &str) -> Page {
    let mut lines = header.lines();
    let page = Page::new(lines.next().unwrap_or_default());
    lines.fold(page, Page::line)
}

fn write(file: &Path, page: &Page) -> Result<(), String> {
    let written = File::create(file).and_then(|out| page.write(BufWriter::new(out)));
    written.map_err(|error| format!("cannot write {}: {error}", file.display()))
}
