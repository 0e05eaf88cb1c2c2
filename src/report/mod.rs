//! Reports: a page for planners and those they answer to.
//!
//! A [`Page`] is one HTML file that needs nothing else: no network, no script, no fonts. It is light or dark as the
//! reader's system is, and prints. Plots are SVG with titles and units, and the numbers behind each stand under it as a
//! table. What it shows is in it as data, too: a `script` element of type `application/json` with the id `data` holds
//! one object with
//!
//! * `simulation`, what `cordboard simulate --json` prints: `run`, and the fields of [`Figures`] or [`Summary`];
//! * `comparison`, what `cordboard compare --json` prints: the fields of [`Comparison`];
//! * `staffing`, a list of [`StaffingRow`];
//!
//! as far as the page has these parts. Each number in a table says where it stands there: `data-of` is a path, as a JSON
//! list, to a figure of the simulation (`["simulation", section, figure]`, see [`MetricName`](crate::stats::MetricName)), of
//! its flows (`["simulation", "flows", place, "visits"]`), of an alternative (`["comparison", place, "total", figure,
//! "value"]`, or `"hours"` or `"queues"` with a name in place of `"total"`), or of the staffing table (`["staffing", place,
//! field]`). Where there is a `data-per`, the number is that figure over the one there, times `data-times`.
//!
//! ```
//! use std::sync::Arc;
//!
//! use cordboard::Plan;
//! use cordboard::report::Page;
//! use cordboard::sim::{Scenario, Simulation};
//! use cordboard::stats::{Tally, TallyOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let plan = Arc::new(Plan::load("examples/floors/hotel.toml")?);
//! let mut scenario = Scenario::load("examples/floors/hotel.scenario.toml", &plan)?;
//! scenario.hours = Some(2.0);
//! let mut tally = Tally::new(&plan, TallyOptions::default());
//! let run = Simulation::new(plan.clone(), &scenario, 1)?.run(&mut |output| tally.fold(output))?;
//! let page = Page::new("Two hours of the night")
//!     .line("seed 1")
//!     .floor(&plan)
//!     .simulation(&"one night", &tally.figures(run.ended), None)?;
//! assert!(page.to_string().contains("Service level"));
//! # Ok(())
//! # }
//! ```

mod axis;
mod comparison;
mod day;
mod flows;
mod groups;
mod headline;
mod html;
mod number;
mod plot;
mod rows;
mod sheet;
mod staffing;
mod waits;

use core::fmt;
use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

pub use staffing::StaffingRow;

use crate::floor::Plan;
use crate::sim::Comparison;
use crate::stats::{Figures, Summary};
use html::escape;
use sheet::Sheet;

const STYLE: &str = include_str!("page.css");

/// A page under construction; its [`Display`](fmt::Display) is the HTML. Parts stand in the order in which they are
/// added.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    lines: Vec<String>,
    ladders: Vec<String>,
    /// What the figures come to in words, as HTML.
    words: String,
    sections: Vec<Section>,
    data: Map<String, Value>,
}

/// A part of the page with a heading.
#[derive(Clone, Debug)]
struct Section {
    id: &'static str,
    title: &'static str,
    html: String,
}

impl Section {
    fn new(id: &'static str, title: &'static str, html: String) -> Self {
        Self { id, title, html }
    }
}

impl Page {
    /// A page with nothing on it but its title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            lines: Vec::new(),
            ladders: Vec::new(),
            words: String::new(),
            sections: Vec::new(),
            data: Map::new(),
        }
    }

    /// Adds a line under the title: what was simulated, how often, with which seed.
    pub fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// Says what the rungs of this floor's ladders do, beside the ways calls took; before the
    /// [`simulation`](Self::simulation).
    pub fn floor(mut self, plan: &Plan) -> Self {
        for queue in plan.describe().queues {
            for ladder in &queue.ladders {
                let whose = ladder.tier.as_ref().map(|tier| format!(", {tier}")).unwrap_or_default();
                for (place, rung) in ladder.rungs.iter().enumerate() {
                    let mut what = rung.also.clone();
                    if rung.joined_by.count > 0 {
                        what.insert(0, format!("joined by {}", rung.joined_by));
                    }
                    let at = crate::floor::Length::Span(rung.at);
                    self.ladders.push(format!(
                        "{}{whose}, rung {}, after {at}: {}",
                        queue.name,
                        place + 1,
                        what.join(", ")
                    ));
                }
            }
        }
        self
    }

    /// Adds what a simulation came to. `run` says what was simulated, and only stands in the data; `figures` are those of
    /// the only replication, or, with a `summary` of all, those of any of them, for names.
    ///
    /// # Errors
    ///
    /// `run` cannot be written as JSON.
    pub fn simulation(
        mut self,
        run: &impl Serialize,
        figures: &Figures,
        summary: Option<&Summary>,
    ) -> Result<Self, serde_json::Error> {
        let mut data = Map::from_iter([("run".to_owned(), serde_json::to_value(run)?)]);
        let rest = match summary {
            Some(summary) => serde_json::to_value(summary)?,
            None => serde_json::to_value(figures)?,
        };
        if let Value::Object(rest) = rest {
            data.extend(rest);
        }
        self.data.insert("simulation".to_owned(), Value::Object(data));
        let own;
        let summary = match summary {
            Some(summary) => summary,
            None => {
                own = Summary::of(core::slice::from_ref(figures));
                &own
            }
        };
        let sheet = Sheet::of(figures, summary);
        self.words = headline::words(&sheet);
        self.sections.push(headline::section(&sheet));
        let sections = [
            Some(waits::section(&sheet)),
            day::demand(&sheet),
            day::queue_length(&sheet),
            headline::queues(&sheet),
            headline::vips(&sheet),
            groups::section(&sheet),
            flows::section(&sheet, &self.ladders),
        ];
        self.sections.extend(sections.into_iter().flatten());
        Ok(self)
    }

    /// Adds a comparison of alternatives.
    ///
    /// # Errors
    ///
    /// None in practice: a comparison can be written as JSON.
    pub fn comparison(mut self, comparison: &Comparison) -> Result<Self, serde_json::Error> {
        self.data.insert("comparison".to_owned(), serde_json::to_value(comparison)?);
        self.sections.extend(comparison::sections(comparison));
        Ok(self)
    }

    /// Adds what a day needs, and what a roster covers of it.
    ///
    /// # Errors
    ///
    /// None in practice: the table can be written as JSON.
    pub fn staffing(mut self, rows: &[StaffingRow]) -> Result<Self, serde_json::Error> {
        self.data.insert("staffing".to_owned(), serde_json::to_value(rows)?);
        self.sections.push(staffing::section(rows));
        Ok(self)
    }

    /// Writes the page.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write(&self, mut out: impl io::Write) -> io::Result<()> {
        write!(out, "{self}")?;
        out.flush()
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = escape(&self.title);
        write!(
            f,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
             <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
        )?;
        for line in &self.lines {
            writeln!(f, "<p class=\"line\">{}</p>", escape(line))?;
        }
        write!(f, "{}</header>\n<nav aria-label=\"Contents\"><ul>", self.words)?;
        for Section { id, title, .. } in &self.sections {
            write!(f, "<li><a href=\"#{id}\">{title}</a></li>")?;
        }
        f.write_str("</ul></nav>\n<main>\n")?;
        for Section { id, title, html } in &self.sections {
            write!(
                f,
                "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>\n{html}</section>\n"
            )?;
        }
        write!(
            f,
            "</main>\n<footer>\n{NOTES}</footer>\n<script type=\"application/json\" id=\"data\">{}</script>\n</body>\n</html>\n",
            html::script(&serde_json::to_string(&self.data).map_err(|_| fmt::Error)?)
        )
    }
}

const NOTES: &str = "\
<h2>How to read this</h2>
<p>Figures come from a simulation of the floor by the engine that runs it. A figure with ± is the mean over replications \
with half the width of its 95 % interval: were all of it repeated, the true mean would lie within in nineteen of twenty \
cases. A call comes once; each stay of it in a queue is a visit, so visits may be more than calls. <em>Service level</em> is \
the share of all visits that were answered within the queue's target, abandoned visits included. <em>Occupancy</em> is time \
with calls and the work after them, of that and the time free for a call; breaks are in neither. – is a figure that is not \
defined. The page holds its figures as JSON, in the element with the id “data”.</p>
";
