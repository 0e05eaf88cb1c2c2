//! Figures as tables.

mod columns;

use core::fmt::Write as _;
use std::collections::{BTreeMap, BTreeSet};

use cordboard::stats::{AgentFigures, Estimate, Figures, Summary};

use super::grid::Grid;
use columns::Unit::{Count, Hours, Rate, Seconds, Share};
use columns::{
    CALLBACKS, CALLS, CAUSES, Column, EVENTS, EXITS, FOLLOW_UPS, HOUR_EXITS, HOURS, SPEED, SPREAD, TIME, TOGETHER,
    TRANSFERS, Unit, WORK,
};

/// The tables of one run, or of several; `names` is any of them, for what there is and in which order.
pub(super) fn tables(summary: &Summary, names: &Figures) -> String {
    let sheet = Sheet::of(summary);
    let callers = |part: &str| {
        let row = |label: &str, section: String| (label.to_owned(), format!("{section}/{part}"));
        let mut rows: Vec<(String, String)> = Vec::new();
        if !names.tiers.is_empty() {
            rows.extend(
                names.tiers.iter().map(|tier| row(&format!("tier {}", tier.name), format!("tiers/{}", tier.name))),
            );
            rows.push(row("all VIPs", "vips".to_owned()));
            rows.push(row("others", "others".to_owned()));
        }
        rows.push(("total".to_owned(), part.to_owned()));
        rows
    };
    let queues = names.queues.iter().map(|queue| (queue.name.clone(), format!("queues/{}", queue.name)));
    let queues: Vec<(String, String)> = queues.collect();
    let visits: Vec<(String, String)> = queues.iter().cloned().chain(callers("visits")).collect();
    let by_queue = |part: &str| {
        let rows = queues.iter().map(|(name, section)| (name.clone(), format!("{section}/{part}")));
        rows.chain([("total".to_owned(), part.to_owned())]).collect::<Vec<_>>()
    };
    let hours = names.hours.iter().map(|hour| (hour.from.clone(), format!("hours/{}", hour.from)));
    let hours: Vec<(String, String)> = hours.filter(|(_, section)| sheet.anything_in(section)).collect();
    let teams = names.teams.iter().map(|team| (team.name.clone(), format!("teams/{}", team.name)));
    let roles = names.roles.iter().map(|role| (format!("role {}", role.name), format!("roles/{}", role.name)));
    let roles = roles.filter(|_| !roles_are_teams(names));
    let groups = teams.chain(roles).filter(|(_, section)| sheet.get(section, "agents").mean != Some(0.0));
    let mut groups: Vec<(String, String)> = groups.collect();
    let spread: Vec<(String, String)> = queues.iter().chain(&groups).cloned().collect();
    groups.push(("total".to_owned(), "work".to_owned()));
    let hour_columns = HOURS.iter().take(3).chain(HOUR_EXITS).chain(HOURS.iter().skip(3));
    let hour_columns: Vec<Column> = hour_columns.copied().collect();

    let grids = [
        Some(sheet.grid("Calls, each with its one outcome", "", &callers("calls"), CALLS)),
        sheet.extra("What brought calls into queues", "queue", &visits, CAUSES),
        Some(sheet.grid("Visits: stays of calls in queues, and how they ended", "queue", &visits, EXITS)),
        Some(sheet.grid("Answered within the target, speed of answer, handle time", "queue", &visits, SPEED)),
        Some(sheet.grid("Offers to agents, ladder, hold", "queue", &visits, EVENTS)),
        sheet.extra("Callers handed on, colleagues consulted", "queue", &by_queue("transfers"), TRANSFERS),
        sheet.extra("Callbacks", "queue", &by_queue("callbacks"), CALLBACKS),
        sheet.extra("Complaints, messages, follow-up list", "queue", &by_queue("follow_ups"), FOLLOW_UPS),
        sheet.dispositions(names, &by_queue("dispositions")),
        Some(sheet.grid("Agents' time", "team", &groups, TIME)),
        Some(sheet.grid("Agents' calls, and how evenly they are spread", "team", &groups, WORK)),
        Some(sheet.grid("How evenly agents share the load of a queue or team", "", &spread, SPREAD)),
        sheet.extra("Agents together: handing on, breaks, supervision", "team", &groups, TOGETHER),
        sheet.reasons(names, &groups),
        Some(sheet.grid("By hour of day: visits that began, work done", "from", &hours, &hour_columns)),
    ];

    let mut text = String::new();
    for grid in grids.iter().flatten().filter(|grid| !grid.is_empty()) {
        let _ = write!(text, "\n{grid}");
    }
    text.push_str("\n– is a figure that is not defined; columns that would be zero throughout are left out.\n");
    text
}

/// Whether each team is exactly one role, so that the roles' figures would be the teams' again.
fn roles_are_teams(names: &Figures) -> bool {
    let distinct = |key: fn(&AgentFigures) -> (&str, &str)| names.agents.iter().map(key).collect::<BTreeSet<_>>().len();
    let pairs = distinct(|agent| (&agent.team, &agent.role));
    pairs == distinct(|agent| (&agent.team, "")) && pairs == distinct(|agent| ("", &agent.role))
}

/// Figures by section and name.
struct Sheet<'a> {
    sections: BTreeMap<&'a str, &'a BTreeMap<String, Estimate>>,
    /// Whether they are means over replications.
    means: bool,
}

impl<'a> Sheet<'a> {
    fn of(summary: &'a Summary) -> Self {
        let sections = summary.sections.iter().map(|section| (section.name.as_str(), &section.figures)).collect();
        Self { sections, means: summary.replications > 1 }
    }

    fn get(&self, section: &str, figure: &str) -> Estimate {
        self.sections.get(section).and_then(|figures| figures.get(figure)).copied().unwrap_or_default()
    }

    fn anything_in(&self, hour: &str) -> bool {
        let positive = |part: &str, figure: &str| self.get(&format!("{hour}/{part}"), figure).mean > Some(0.0);
        positive("visits", "offered") || positive("work", "staffed_s")
    }

    fn grid(&self, title: &str, label: &str, rows: &[(String, String)], columns: &[Column]) -> Grid {
        let estimate = |section: &str, column: &Column| self.get(&format!("{section}{}", column.part), column.figure);
        let needed = |column: &&Column| {
            let zero = |estimate: Estimate| estimate.mean.is_none_or(|mean| mean == 0.0);
            !column.optional || !rows.iter().all(|(_, section)| zero(estimate(section, column)))
        };
        let columns: Vec<&Column> = columns.iter().filter(needed).collect();
        let headings = columns.iter().map(|column| column.heading.to_owned());
        let mut grid = Grid::new(title, core::iter::once(label.to_owned()).chain(headings).collect());
        for (name, section) in rows {
            let cells = columns.iter().map(|column| self.cell(estimate(section, column), column.unit));
            grid.push(core::iter::once(name.clone()).chain(cells).collect());
        }
        grid
    }

    /// A table that is left out where all its columns may be that can be.
    fn extra(&self, title: &str, label: &str, rows: &[(String, String)], columns: &[Column]) -> Option<Grid> {
        let given = |column: &Column| {
            let figure = |section: &str| self.get(&format!("{section}{}", column.part), column.figure);
            column.optional && rows.iter().any(|(_, section)| figure(section).mean.is_some_and(|mean| mean != 0.0))
        };
        columns.iter().any(given).then(|| self.grid(title, label, rows, columns))
    }

    /// What came of calls.
    fn dispositions(&self, names: &Figures, rows: &[(String, String)]) -> Option<Grid> {
        let count = |section: &str, disposition: &str| self.get(&format!("{section}/{disposition}"), "count");
        let given = |disposition: &&str| rows.iter().any(|(_, section)| count(section, disposition).mean > Some(0.0));
        let given: Vec<&str> = names.dispositions.iter().map(|of| of.disposition.as_str()).filter(given).collect();
        let headings = given.iter().map(|disposition| (*disposition).to_owned());
        let mut grid = Grid::new("What came of calls", core::iter::once("queue".to_owned()).chain(headings).collect());
        for (name, section) in rows {
            let cells = given.iter().map(|disposition| self.cell(count(section, disposition), Count));
            grid.push(core::iter::once(name.clone()).chain(cells).collect());
        }
        Some(grid)
    }

    /// Not-ready time by reason.
    fn reasons(&self, names: &Figures, groups: &[(String, String)]) -> Option<Grid> {
        let reasons = names.teams.first()?.not_ready.iter().map(|reason| reason.reason.as_str());
        let time = |section: &str, reason: &str| self.get(&format!("{section}/not_ready/{reason}"), "time_s");
        let given = |reason: &&str| groups.iter().any(|(_, section)| time(section, reason).mean > Some(0.0));
        let reasons: Vec<&str> = reasons.filter(given).collect();
        let headings = reasons.iter().map(|reason| (*reason).to_owned());
        let mut grid = Grid::new("Not ready, by reason", core::iter::once("team".to_owned()).chain(headings).collect());
        for (name, section) in groups.iter().filter(|(_, section)| section != "work") {
            let cells = reasons.iter().map(|reason| self.cell(time(section, reason), Hours));
            grid.push(core::iter::once(name.clone()).chain(cells).collect());
        }
        Some(grid)
    }

    fn cell(&self, estimate: Estimate, unit: Unit) -> String {
        let Some(mean) = estimate.mean else { return "–".to_owned() };
        let (scale, decimals, sign) = match unit {
            Count if mean.fract() == 0.0 && !self.means => (1.0, 0, ""),
            Count => (1.0, 1, ""),
            Rate => (1.0, 2, ""),
            Share => (100.0, 1, " %"),
            Seconds => (1.0, 1, " s"),
            Hours => (1.0 / 3600.0, 2, " h"),
        };
        let mean = mean * scale;
        match estimate.half_width {
            Some(half_width) => format!("{mean:.decimals$} ± {:.decimals$}{sign}", half_width * scale),
            None => format!("{mean:.decimals$}{sign}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use cordboard::stats::{DispositionFigures, GroupFigures, QueueFigures};

    use super::*;

    fn named<T: Default>(name: &str, set: impl Fn(&mut T, String)) -> T {
        let mut figures = T::default();
        set(&mut figures, name.to_owned());
        figures
    }

    fn office() -> Figures {
        let mut figures = Figures::default();
        figures.queues = vec![named("outside", |queue: &mut QueueFigures, name| queue.name = name)];
        figures.teams = vec![named("desk", |team: &mut GroupFigures, name| team.name = name)];
        figures.teams[0].work.agents = 2;
        figures.work.agents = 2;
        figures
    }

    fn text(figures: Figures) -> String {
        tables(&Summary::of(std::slice::from_ref(&figures)), &figures)
    }

    #[test]
    fn tables_of_what_never_happened_are_left_out() {
        let text = text(office());
        for title in ["What brought", "Callers handed on", "Callbacks", "Complaints", "What came of", "Agents together"]
        {
            assert!(!text.contains(title), "{text}");
        }
        assert!(text.contains("How evenly agents share") && !text.contains("sulted"), "{text}");
    }

    #[test]
    fn what_has_happened_is_shown_by_queue_and_team_within_the_width() {
        let mut figures = office();
        for transfers in [&mut figures.queues[0].transfers, &mut figures.transfers] {
            (transfers.transfers, transfers.to_queues, transfers.consults) = (7, 7, 3);
        }
        for dispositions in [&mut figures.queues[0].dispositions, &mut figures.dispositions] {
            *dispositions = ["booked", "never"]
                .map(|name| named(name, |of: &mut DispositionFigures, name| of.disposition = name))
                .into();
            dispositions[0].count = 12;
        }
        figures.follow_ups.complaints = 1;
        figures.callbacks.promised = 4;
        figures.visits.came_by_transfer = 7;
        for work in [&mut figures.teams[0].work, &mut figures.work] {
            (work.consult_s, work.take_overs, work.breaks_asked) = (1800.0, 2, 5);
        }
        let text = text(figures);
        let row = |title: &str, name: &str| {
            let table =
                text.split("\n\n").find(|table| table.contains(title)).unwrap_or_else(|| panic!("{title} in {text}"));
            let row = table.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} in {table}"));
            row.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(row("Callers handed on", "outside"), ["7", "7", "3"]);
        assert_eq!(row("What came of calls", "total"), ["12"]);
        assert_eq!((row("Callbacks", "total"), row("Callbacks", "outside")), (vec!["4".into()], vec!["0".into()]));
        assert_eq!(row("Complaints", "total"), ["1"]);
        assert_eq!(row("What brought", "total"), ["0", "0", "7"]);
        assert_eq!(row("Agents together", "desk"), ["5", "2"]);
        assert!(text.contains("0.50 h"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
