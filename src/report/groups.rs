//! Teams: what their time went to, and how busy they were, by hour.

use core::fmt::Write as _;

use super::Section;
use super::axis::Axis;
use super::html::{Table, escape, figure, legend};
use super::number::{Number, Unit};
use super::plot;
use super::rows::Rows;
use super::sheet::Sheet;

/// What a signed-in agent's time is made of: class, name, the figures it is the sum of.
const TIMES: [(&str, &str, &[&str]); 6] = [
    ("talk", "talk", &["talk_s", "consult_s"]),
    ("hold", "hold", &["hold_s"]),
    ("wrap-up", "wrap-up", &["wrap_up_s"]),
    ("ringing", "ringing and joining", &["ringing_s", "connecting_s"]),
    ("idle", "free for a call", &["idle_s"]),
    ("not-ready", "not ready or phone out of reach", &["not_ready_s", "out_of_reach_s"]),
];

/// More teams than this are not drawn hour by hour.
const MAP_MAX: usize = 24;

/// How busy each team was.
pub(super) fn section(sheet: &Sheet<'_>) -> Option<Section> {
    let of = |name: &str| format!("teams/{name}");
    let there = |name: &&str| sheet.get(&of(name), "staffed_s", Unit::Count).mean() > Some(0.0);
    let teams: Vec<&str> = sheet.names.teams.iter().map(|team| team.name.as_str()).filter(there).collect();
    if teams.is_empty() {
        return None;
    }
    let keys: Vec<(&str, &str)> = TIMES.iter().map(|(class, name, _)| (*class, *name)).collect();
    let mut html = legend(&keys);
    html.push_str(&figure(
        &times(sheet, &teams),
        "What signed-in time went to. The number is occupancy: time with calls, of that and the time free for one.",
    ));
    let mut table = Table::new("occupancy and time by team", &HEAD);
    for team in &teams {
        table.row(team, columns(sheet, &of(team)));
    }
    table.row("all", columns(sheet, "work"));
    html.push_str(&table.details());
    if sheet.shown().len() > 1 && teams.len() <= MAP_MAX {
        html.push_str("<h3>Occupancy by team and hour</h3>\n");
        html.push_str(&figure(&map(sheet, &teams), "The darker, the busier. Blank: nobody was there."));
        html.push_str(&by_hour(sheet, &teams).details());
    }
    Some(Section::new("teams", "How busy teams are", html))
}

const HEAD: [&str; 8] = ["team", "occupancy", "signed in", "talk", "hold", "wrap-up", "free for a call", "not ready"];

fn columns(sheet: &Sheet<'_>, section: &str) -> Vec<Number> {
    let hours = ["staffed_s", "talk_s", "hold_s", "wrap_up_s", "idle_s", "not_ready_s"];
    let hours = hours.map(|figure| sheet.get(section, figure, Unit::SecondsAsHours));
    core::iter::once(sheet.get(section, "occupancy", Unit::Share)).chain(hours).collect()
}

fn times(sheet: &Sheet<'_>, teams: &[&str]) -> String {
    let mut plot = Rows::new(
        "What teams' time went to",
        "One bar for each team, cut into shares of signed-in time; behind it its occupancy.",
        Axis::share("share of signed-in time"),
    );
    for team in teams {
        let section = format!("teams/{team}");
        let time = |figures: &[&str]| -> f64 {
            figures.iter().filter_map(|figure| sheet.get(&section, figure, Unit::Count).mean()).sum()
        };
        let all: f64 = TIMES.iter().map(|(.., figures)| time(figures)).sum();
        let parts = TIMES.iter().map(|(class, name, figures)| {
            let share = if all > 0.0 { time(figures) / all } else { 0.0 };
            (*class, share, format!("{team}: {name} {:.1} %", share * 100.0))
        });
        plot.stack(team, &parts.collect::<Vec<_>>(), &sheet.get(&section, "occupancy", Unit::Share).text());
    }
    plot.svg()
}

fn occupancy(sheet: &Sheet<'_>, team: &str, hour: usize) -> Number {
    let name = sheet.hours.get(hour).map_or("", String::as_str);
    sheet.get(&format!("teams/{team}/hours/{name}"), "occupancy", Unit::Share)
}

fn by_hour(sheet: &Sheet<'_>, teams: &[&str]) -> Table {
    let head = core::iter::once("from").chain(teams.iter().copied()).map(str::to_owned).collect();
    let mut table = Table::with("occupancy by team and hour of day", head);
    for hour in sheet.shown() {
        let name = sheet.hours.get(hour).map_or("", String::as_str);
        table.row(name, teams.iter().map(|team| occupancy(sheet, team, hour)).collect());
    }
    table
}

/// A map of occupancy: a row for each team, a field for each hour.
fn map(sheet: &Sheet<'_>, teams: &[&str]) -> String {
    const LEFT: f64 = 150.0;
    const ROW: f64 = 30.0;
    const WIDTH: f64 = 960.0;
    let axis = Axis::clock("time of day", &sheet.hours, sheet.first, sheet.last);
    let height = ROW * teams.len() as f64 + 34.0;
    let mut svg = plot::open(
        "Occupancy by team and hour",
        "A field for each team and hour; its number is occupancy in per cent.",
        (WIDTH, height),
    );
    let place = |value: f64| LEFT + axis.place(value) * (WIDTH - LEFT - 18.0);
    for (row, team) in teams.iter().enumerate() {
        let y = row as f64 * ROW;
        let _ = write!(
            svg,
            "<text class=\"name\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            LEFT - 10.0,
            y + 19.0,
            escape(&plot::short(team, 20))
        );
        for hour in sheet.shown() {
            let number = occupancy(sheet, team, hour);
            let Some(share) = number.mean() else { continue };
            let (x, width) = (place(hour as f64), place(hour as f64 + 1.0) - place(hour as f64));
            let from = sheet.hours.get(hour).map_or("", String::as_str);
            let _ = write!(
                svg,
                "<rect class=\"heat\" style=\"--share:{share:.3}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{}\"><title>{}</title></rect>",
                x + 1.0,
                y + 1.0,
                width - 2.0,
                ROW - 2.0,
                escape(&format!("{team}, {from}: {}", number.text()))
            );
            if width > 24.0 {
                let ink = if share > 0.7 { "on-dark" } else { "on-light" };
                let _ = write!(
                    svg,
                    "<text class=\"field {ink}\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{:.0}</text>",
                    x + width / 2.0,
                    y + 19.0,
                    share * 100.0
                );
            }
        }
    }
    for (value, label) in &axis.ticks {
        let _ = write!(
            svg,
            "<text class=\"tick\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            place(*value),
            height - 14.0,
            escape(label)
        );
    }
    svg + "</svg>"
}
