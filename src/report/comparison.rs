//! Rosters and floors side by side, with their differences.

use core::cmp::Ordering;
use core::fmt::Write as _;

use super::Section;
use super::axis::Axis;
use super::html::{Table, escape, figure, legend};
use super::number::{Number, Unit};
use super::plot::{Plot, Step};
use super::rows::Rows;
use crate::sim::Comparison;
use crate::sim::compare::{Compared, Figure, Row};
use crate::stats;

/// The figures that are drawn.
const DRAWN: [&str; 4] = ["service level", "abandonment", "speed of answer", "occupancy"];
/// Lines of more alternatives cannot be told apart.
const LINES_MAX: usize = 6;

/// Sections about alternatives.
pub(super) fn sections(comparison: &Comparison) -> Vec<Section> {
    let alternatives = &comparison.alternatives;
    let mut sections = vec![Section::new("comparison", "Side by side", whole(alternatives))];
    if let Some(html) = by_hour(alternatives) {
        sections.push(Section::new("comparison-day", "Side by side through the day", html));
    }
    if alternatives.iter().any(|alternative| alternative.queues.len() > 1) {
        let mut html = String::new();
        for figure in ["service level", "speed of answer"] {
            html.push_str(
                &rows(alternatives, &format!("{figure} by queue"), "queue", figure, "queues", |of| &of.queues).html(),
            );
        }
        sections.push(Section::new("comparison-queues", "Side by side, queue by queue", html));
    }
    sections
}

fn letter(place: usize) -> String {
    char::from_u32('A' as u32 + place as u32)
        .filter(char::is_ascii_uppercase)
        .map_or_else(|| (place + 1).to_string(), String::from)
}

fn unit(unit: stats::Unit) -> Unit {
    match unit {
        stats::Unit::Share => Unit::Share,
        stats::Unit::Seconds => Unit::Seconds,
        stats::Unit::Hours => Unit::Hours,
        _ => Unit::Count,
    }
}

/// The figure of an alternative, in total or in a row, and its difference from the first.
fn numbers(place: usize, row: Option<(&str, &str)>, figure: Option<&Figure>, name: &str) -> (Number, Number) {
    let path = |what: &str| {
        let mut path = vec!["comparison".to_owned(), place.to_string()];
        match row {
            Some((rows, row)) => path.extend([rows.to_owned(), row.to_owned()]),
            None => path.push("total".to_owned()),
        }
        path.extend([name.to_owned(), what.to_owned()]);
        path
    };
    let shown = figure.map_or(Unit::Count, |figure| unit(figure.unit));
    let apart = if shown == Unit::Share { Unit::Points } else { shown };
    let value = figure.map(|figure| figure.value).unwrap_or_default();
    let difference = figure.and_then(|figure| figure.difference).unwrap_or_default();
    (Number::new(value, shown, path("value")), Number::new(difference, apart, path("difference")))
}

fn whole(alternatives: &[Compared]) -> String {
    let mut html = "<ol class=\"alternatives\">".to_owned();
    for (place, alternative) in alternatives.iter().enumerate() {
        let _ = write!(
            html,
            "<li><b class=\"letter line-{}\">{}</b> {}{}</li>",
            place % LINES_MAX,
            letter(place),
            escape(&alternative.name),
            verdict(alternative)
        );
    }
    html.push_str("</ol>\n");
    for name in DRAWN {
        html.push_str(&drawn(alternatives, name));
    }
    let head = |suffix: &str, skip: usize| -> Vec<String> {
        let letters = (skip..alternatives.len()).map(|place| format!("{}{suffix}", letter(place)));
        core::iter::once("figure".to_owned()).chain(letters).collect()
    };
    let mut values = Table::with("the whole centre", head("", 0));
    let mut differences = Table::with("differences from A, replication by replication", head(" − A", 1));
    for figure in alternatives.first().map_or(&[][..], |first| &first.total) {
        let all =
            alternatives.iter().enumerate().map(|(place, of)| numbers(place, None, of.get(figure.name), figure.name));
        let (value, difference): (Vec<Number>, Vec<Number>) = all.unzip();
        values.row(figure.name, value);
        differences.row(figure.name, difference.into_iter().skip(1).collect());
    }
    html.push_str(&values.html());
    if alternatives.len() > 1 {
        html.push_str(&differences.html());
    }
    html
}

/// What is surely better or worse than in the first, in words.
fn verdict(alternative: &Compared) -> String {
    let surely = |direction: Ordering| -> Vec<&str> {
        let figures =
            alternative.total.iter().filter(|figure| DRAWN.contains(&figure.name) || figure.name == "answer rate");
        let clear = figures.filter(|figure| {
            let Some((mean, half)) = figure.difference.and_then(|of| of.mean.zip(of.half_width)) else { return false };
            let up = mean.partial_cmp(&0.0);
            mean.abs() > half && figure.better.is_some() && (up == figure.better) == (direction == Ordering::Greater)
        });
        clear.map(|figure| figure.name).collect()
    };
    let (better, worse) = (surely(Ordering::Greater), surely(Ordering::Less));
    let known = alternative.total.iter().any(|figure| figure.difference.is_some());
    let text = match (better.is_empty(), worse.is_empty()) {
        _ if !known => "the one all others are compared with".to_owned(),
        (true, true) => "no clear difference from A".to_owned(),
        (false, true) => format!("better than A in {}", better.join(", ")),
        (true, false) => format!("worse than A in {}", worse.join(", ")),
        (false, false) => format!("better than A in {}; worse in {}", better.join(", "), worse.join(", ")),
    };
    format!(" <span class=\"verdict\">{text}</span>")
}

/// One figure of all alternatives: values above, differences below.
fn drawn(alternatives: &[Compared], name: &str) -> String {
    let all: Vec<(Number, Number)> =
        alternatives.iter().enumerate().map(|(place, of)| numbers(place, None, of.get(name), name)).collect();
    let reach = |number: &Number| number.mean().map_or(0.0, |mean| mean.abs() + number.half());
    let most = all.iter().map(|(value, _)| reach(value)).fold(0.0, f64::max);
    let Some((first, _)) = all.first().filter(|(value, _)| value.mean().is_some()) else { return String::new() };
    let axis = match first.unit {
        Unit::Share => Axis::share(name),
        Unit::Seconds => Axis::linear(&format!("{name} (s)"), most),
        _ => Axis::linear(name, most),
    };
    let title = format!("{}: each alternative", capital(name));
    let mut plot = Rows::new(&title, "A dot for each alternative, with its 95 % interval.", axis);
    for (place, (alternative, (value, _))) in alternatives.iter().zip(&all).enumerate() {
        let class = format!("line-{}", place % LINES_MAX);
        plot.row(
            &format!("{}  {}", letter(place), alternative.name),
            &class,
            value.mean(),
            value.half(),
            &value.text(),
        );
    }
    let mut html = format!("<h3>{}</h3>\n{}", capital(name), figure(&plot.svg(), ""));
    let most = all.iter().skip(1).map(|(_, difference)| reach(difference)).fold(0.0, f64::max);
    if alternatives.len() > 1 && most > 0.0 {
        let (scale, suffix) = if first.unit == Unit::Share { (100.0, " pp") } else { (1.0, "") };
        let said = if first.unit == Unit::Seconds { "difference from A (s)" } else { "difference from A" };
        let mut plot = Rows::new(
            &format!("{}: differences from A", capital(name)),
            "A dot for each alternative but the first, with the 95 % interval of its paired difference; the upright line is no difference.",
            Axis::around(said, most, scale, suffix),
        );
        for (place, (_, difference)) in all.iter().enumerate().skip(1) {
            let class = format!("line-{}", place % LINES_MAX);
            plot.row(
                &format!("{} − A", letter(place)),
                &class,
                difference.mean(),
                difference.half(),
                &difference.text(),
            );
        }
        let caption = "Paired: each replication brings the same calls to all. An interval that leaves out the upright line is a difference that is not luck.";
        html.push_str(&figure(&plot.svg(), caption));
    }
    html
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Service level and desks by hour of day.
fn by_hour(alternatives: &[Compared]) -> Option<String> {
    let names: Vec<String> = alternatives.first()?.hours.iter().map(|row| row.name.clone()).collect();
    let figure_of =
        |of: &Compared, name: &str, figure: &str| of.hours.iter().find(|row| row.name == name)?.get(figure)?.value.mean;
    let busy = |name: &String| {
        let some = |of: &Compared| ["calls", "desk hours"].iter().any(|figure| figure_of(of, name, figure) > Some(0.0));
        alternatives.iter().any(some)
    };
    let busy: Vec<usize> = (0..names.len()).filter(|place| names.get(*place).is_some_and(busy)).collect();
    let (first, last) = (*busy.first()?, *busy.last()? + 1);
    let shown: Vec<&String> = names.iter().take(last).skip(first).collect();
    let mut html = String::new();
    if alternatives.len() <= LINES_MAX {
        let classes: Vec<String> = (0..alternatives.len()).map(|place| format!("line-{place}")).collect();
        let named: Vec<String> =
            alternatives.iter().enumerate().map(|(place, of)| format!("{}  {}", letter(place), of.name)).collect();
        let keys: Vec<(&str, &str)> =
            classes.iter().map(String::as_str).zip(named.iter().map(String::as_str)).collect();
        html.push_str(&legend(&keys));
        for (name, title) in [("service level", "share of visits"), ("desk hours", "desk hours in all")] {
            let most = alternatives
                .iter()
                .flat_map(|of| shown.iter().filter_map(|hour| figure_of(of, hour, name)))
                .fold(0.1, f64::max);
            let y = if name == "service level" { Axis::share(title) } else { Axis::linear(title, most) };
            let x = Axis::clock("time of day", &names, first, last);
            let mut plot = Plot::wide(
                &format!("{} by hour of day", capital(name)),
                "A stepped line for each alternative.",
                260.0,
                x,
                y,
            );
            for (class, of) in classes.iter().zip(alternatives) {
                let step = |(place, hour): (usize, &&String)| {
                    let from = (first + place) as f64;
                    (from, from + 1.0, figure_of(of, hour, name))
                };
                plot.steps(class, &shown.iter().enumerate().map(step).collect::<Vec<Step>>());
            }
            html.push_str(&figure(&plot.svg(), &format!("{} by hour of day.", capital(name))));
        }
    }
    for name in ["service level", "answer rate", "desk hours"] {
        let mut table = rows(alternatives, &format!("{name} by hour of day"), "from", name, "hours", |of| &of.hours);
        table.keep(|row| shown.iter().any(|name| *name == row));
        html.push_str(&table.details());
    }
    Some(html)
}

/// One figure by hour or queue: values, then differences.
fn rows(
    alternatives: &[Compared],
    caption: &str,
    label: &str,
    name: &str,
    part: &str,
    of: fn(&Compared) -> &[Row],
) -> Table {
    let values = (0..alternatives.len()).map(letter);
    let differences = (1..alternatives.len()).map(|place| format!("{} − A", letter(place)));
    let mut table = Table::with(caption, core::iter::once(label.to_owned()).chain(values).chain(differences).collect());
    let mut names: Vec<&str> = Vec::new();
    for row in alternatives.iter().flat_map(of) {
        if !names.contains(&row.name.as_str()) {
            names.push(&row.name);
        }
    }
    for row in names {
        let find = |alternative| of(alternative).iter().find(|candidate| candidate.name == row)?.get(name);
        let all = alternatives
            .iter()
            .enumerate()
            .map(|(place, alternative)| numbers(place, Some((part, row)), find(alternative), name));
        let (values, differences): (Vec<Number>, Vec<Number>) = all.unzip();
        table.row(row, values.into_iter().chain(differences.into_iter().skip(1)).collect());
    }
    table
}
