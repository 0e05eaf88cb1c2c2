//! The few figures that come first, and the same by queue and by kind of caller.

use core::fmt::Write as _;

use super::Section;
use super::axis::Axis;
use super::html::{Table, escape, figure};
use super::number::{Number, Unit};
use super::rows::Rows;
use super::sheet::Sheet;

/// The figures that management asks for.
pub(super) fn section(sheet: &Sheet<'_>) -> Section {
    let tiles = [
        (
            "Service level",
            sheet.get("visits", "in_target_of_offered", Unit::Share),
            "answered within the target, of all visits",
        ),
        ("Answered", sheet.get("calls", "answer_rate", Unit::Share), "of all calls"),
        ("Abandoned", sheet.get("calls", "abandonment_rate", Unit::Share), "of all calls"),
        (
            "Speed of answer",
            sheet.get("visits", "speed_of_answer_mean_s", Unit::Seconds),
            "mean wait of those answered",
        ),
        ("Nine in ten within", sheet.get("visits", "speed_of_answer_p90_s", Unit::Seconds), "of those answered"),
        ("Occupancy", sheet.get("work", "occupancy", Unit::Share), "busy, of the time at hand for calls"),
        ("Calls", sheet.get("calls", "offered", Unit::Count), "that came"),
        ("Desk hours", sheet.get("work", "staffed_s", Unit::SecondsAsHours), "signed in"),
    ];
    let mut html = "<dl class=\"tiles\">".to_owned();
    for (name, number, note) in &tiles {
        let _ = write!(html, "<div><dt>{name}</dt><dd>{}<small>{note}</small></dd></div>", number.html());
    }
    html.push_str("</dl>\n");
    html.push_str(&totals(sheet).details());
    Section::new("headline", "At a glance", html)
}

fn totals(sheet: &Sheet<'_>) -> Table {
    use Unit::{Count, Seconds, Share};
    let interval = if sheet.replicated() { "mean ± half of the 95 % interval" } else { "figure" };
    let mut table = Table::new("The whole centre", &["", interval]);
    let rows = [
        ("Calls that came", "calls", "offered", Count),
        ("Calls answered", "calls", "answered", Count),
        ("Calls abandoned", "calls", "abandoned", Count),
        ("Calls turned away", "calls", "refused", Count),
        ("Answered, of all calls", "calls", "answer_rate", Share),
        ("Abandoned, of all calls", "calls", "abandonment_rate", Share),
        ("Visits of queues", "visits", "offered", Count),
        ("Answered within the target, of all visits", "visits", "in_target_of_offered", Share),
        ("… of visits not abandoned", "visits", "in_target_without_abandoned", Share),
        ("… of answered visits", "visits", "in_target_of_answered", Share),
        ("Speed of answer, mean", "visits", "speed_of_answer_mean_s", Seconds),
        ("… half are answered within", "visits", "speed_of_answer_p50_s", Seconds),
        ("… nine in ten within", "visits", "speed_of_answer_p90_s", Seconds),
        ("… ninety-nine in a hundred within", "visits", "speed_of_answer_p99_s", Seconds),
        ("Wait of abandoned visits, mean", "visits", "abandon_wait_mean_s", Seconds),
        ("Longest wait", "visits", "longest_wait_s", Seconds),
        ("Callers waiting, mean over time", "waiting", "mean", Unit::Rate),
        ("Callers waiting, most at once", "waiting", "most", Count),
        ("Handle time, mean", "visits", "handle_time_mean_s", Seconds),
        ("Phones rung in vain", "visits", "missed", Count),
        ("Occupancy", "work", "occupancy", Share),
        ("Signed in", "work", "staffed_s", Unit::SecondsAsHours),
    ];
    for (name, section, figure, unit) in rows {
        table.row(name, vec![sheet.get(section, figure, unit)]);
    }
    table
}

/// The columns by which queues and kinds of callers are compared.
const COLUMNS: [(&str, &str, Unit); 8] = [
    ("visits", "offered", Unit::Count),
    ("answered", "answer_rate", Unit::Share),
    ("service level", "in_target_of_offered", Unit::Share),
    ("speed of answer", "speed_of_answer_mean_s", Unit::Seconds),
    ("nine in ten within", "speed_of_answer_p90_s", Unit::Seconds),
    ("longest wait", "longest_wait_s", Unit::Seconds),
    ("abandoned", "abandonment_rate", Unit::Share),
    ("handle time", "handle_time_mean_s", Unit::Seconds),
];

fn table(sheet: &Sheet<'_>, caption: &str, label: &str, rows: &[(String, String)]) -> Table {
    let mut table = Table::with(
        caption,
        core::iter::once(label).chain(COLUMNS.map(|(name, ..)| name)).map(str::to_owned).collect(),
    );
    for (name, section) in rows {
        table.row(name, COLUMNS.map(|(_, figure, unit)| sheet.get(section, figure, unit)).into());
    }
    table
}

/// Shares of several rows as dots with their intervals.
fn dots(title: &str, rows: &[(String, Number)]) -> String {
    let mut plot = Rows::new(
        title,
        "One row each; the line through a dot is the 95 % interval.",
        Axis::share("answered within the target, of all visits"),
    );
    for (name, number) in rows {
        plot.row(name, "answered", number.mean(), number.half(), &number.text());
    }
    plot.svg()
}

/// Queue by queue.
pub(super) fn queues(sheet: &Sheet<'_>) -> Option<Section> {
    let queues = sheet.queues();
    if queues.len() < 2 {
        return None;
    }
    let rows: Vec<(String, String)> =
        queues.iter().map(|(name, section)| ((*name).to_owned(), section.clone())).collect();
    let level =
        |(name, section): &(String, String)| (name.clone(), sheet.get(section, "in_target_of_offered", Unit::Share));
    let levels: Vec<(String, Number)> = rows.iter().map(level).collect();
    let mut html = figure(&dots("Service level by queue", &levels), "Service level by queue, with 95 % intervals.");
    html.push_str(&table(sheet, "By queue", "queue", &rows).html());
    Some(Section::new("queues", "Queue by queue", html))
}

/// VIPs apart from the others.
pub(super) fn vips(sheet: &Sheet<'_>) -> Option<Section> {
    let rows: Vec<(String, String)> =
        sheet.callers().into_iter().map(|(name, section)| (name, format!("{section}/visits"))).collect();
    let came = |section: &str| sheet.get(section, "offered", Unit::Count).mean() > Some(0.0);
    if !rows.iter().any(|(_, section)| section != "others/visits" && came(section)) {
        return None;
    }
    let level =
        |(name, section): &(String, String)| (name.clone(), sheet.get(section, "in_target_of_offered", Unit::Share));
    let levels: Vec<(String, Number)> = rows.iter().map(level).collect();
    let mut html = figure(
        &dots("Service level by kind of caller", &levels),
        "Service level by VIP tier, and of all other callers.",
    );
    html.push_str(&table(sheet, "By kind of caller", "callers", &rows).html());
    html.push_str(&super::waits::of_callers(sheet));
    Some(Section::new("vips", "VIPs", html))
}

/// What the figures come to, in words.
pub(super) fn words(sheet: &Sheet<'_>) -> String {
    let one = |section: &str, figure: &str, unit| sheet.get(section, figure, unit);
    let Some(_) = one("calls", "answer_rate", Unit::Share).mean() else {
        return "<p class=\"lead\">No calls came.</p>".to_owned();
    };
    let busiest = sheet.shown().max_by(|a, b| {
        let calls = |hour: usize| sheet.of_hour(hour, "calls", "offered", Unit::Count).mean().unwrap_or(0.0);
        calls(*a).total_cmp(&calls(*b))
    });
    let mut text = format!(
        "<p class=\"lead\">Of {} calls, {} were answered; {} of all visits were answered within their target. Half of those \
         answered waited no longer than {}, nine in ten no longer than {}.",
        one("calls", "offered", Unit::Count).html(),
        one("calls", "answer_rate", Unit::Share).html(),
        one("visits", "in_target_of_offered", Unit::Share).html(),
        one("visits", "speed_of_answer_p50_s", Unit::Seconds).html(),
        one("visits", "speed_of_answer_p90_s", Unit::Seconds).html(),
    );
    if let Some(hour) = busiest.filter(|_| sheet.shown().len() > 1) {
        let _ = write!(
            text,
            " Most calls came from {}, when the service level was {} and occupancy {}.",
            escape(sheet.hours.get(hour).map_or("", String::as_str)),
            sheet.of_hour(hour, "visits", "in_target_of_offered", Unit::Share).html(),
            sheet.of_hour(hour, "work", "occupancy", Unit::Share).html(),
        );
    }
    text + "</p>\n"
}
