//! Figures as tables.

use core::fmt::Write as _;
use std::collections::{BTreeMap, BTreeSet};

use cordboard::stats::{AgentFigures, Estimate, Figures, Summary};

use super::grid::Grid;

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// A number of things.
    Count,
    /// A share, in per cent.
    Share,
    /// Seconds.
    Seconds,
    /// Seconds, shown as hours.
    Hours,
}

/// A column: its heading, the figure it shows, and whether it may be left out where it is zero in every row.
#[derive(Clone, Copy, Debug)]
struct Column {
    heading: &'static str,
    /// What is put behind the row's section: figures of one row may stand in several sections.
    part: &'static str,
    figure: &'static str,
    unit: Unit,
    optional: bool,
}

const fn shown(heading: &'static str, figure: &'static str, unit: Unit) -> Column {
    Column { heading, part: "", figure, unit, optional: false }
}

const fn optional(heading: &'static str, figure: &'static str, unit: Unit) -> Column {
    Column { optional: true, ..shown(heading, figure, unit) }
}

impl Column {
    const fn of(self, part: &'static str) -> Self {
        Self { part, ..self }
    }
}

use Unit::{Count, Hours, Seconds, Share};

const CALLS: [Column; 14] = [
    shown("offered", "offered", Count),
    shown("answered", "answered", Count),
    shown("abandoned", "abandoned", Count),
    optional("timed\nout", "timed_out", Count),
    optional("diverted", "diverted", Count),
    optional("discon-\nnected", "disconnected", Count),
    optional("refused", "refused", Count),
    optional("lost", "lost", Count),
    optional("not\nended", "live", Count),
    shown("answer\nrate", "answer_rate", Share),
    shown("ended by\ncaller", "completed_by_caller", Count),
    shown("ended by\nagent", "completed_by_agent", Count),
    optional("ended by\nline", "completed_by_switch", Count),
    shown("mean\nlength", "length_mean_s", Seconds),
];

const EXITS: [Column; 11] = [
    shown("offered", "offered", Count),
    shown("answered", "answered", Count),
    shown("abandoned", "abandoned", Count),
    optional("timed\nout", "timed_out", Count),
    optional("over-\nflowed", "overflowed", Count),
    optional("diverted", "diverted", Count),
    optional("discon-\nnected", "disconnected", Count),
    optional("refused", "refused", Count),
    optional("still\nwaiting", "waiting", Count),
    shown("answer\nrate", "answer_rate", Share),
    shown("abandon-\nment", "abandonment_rate", Share),
];

const SPEED: [Column; 9] = [
    shown("in target\nof all", "in_target_of_offered", Share),
    shown("without\nabandoned", "in_target_without_abandoned", Share),
    shown("speed of\nanswer", "speed_of_answer_mean_s", Seconds),
    shown("\np50", "speed_of_answer_p50_s", Seconds),
    shown("\np90", "speed_of_answer_p90_s", Seconds),
    shown("\np99", "speed_of_answer_p99_s", Seconds),
    shown("\nmax", "speed_of_answer_max_s", Seconds),
    shown("longest\nwait", "longest_wait_s", Seconds),
    shown("handle\ntime", "handle_time_mean_s", Seconds),
];

const EVENTS: [Column; 17] = [
    shown("offers", "offers", Count),
    shown("missed", "missed", Count),
    optional("never\nrang", "never_rang", Count),
    optional("declined", "declined", Count),
    optional("busy", "busy", Count),
    optional("unreach-\nable", "unreachable", Count),
    optional("taken\nback", "cancelled", Count),
    optional("not\njoined", "connect_failed", Count),
    shown("targets\npassed", "targets_passed", Count),
    // Rungs, each by its strongest effect only.
    optional("relax-\nations", "relaxations", Count),
    shown("over-\nflows", "overflows", Count),
    shown("escal-\nations", "escalations", Count),
    optional("bound\nused", "starvation_bound_used", Count),
    shown("holds", "holds", Count),
    optional("hold re-\nminders", "hold_reminders", Count),
    optional("hold\nlimits", "hold_limits_passed", Count),
    optional("leases\nexpired", "leases_expired", Count),
];

const HOURS: [Column; 18] = [
    shown("offered", "offered", Count).of("/visits"),
    shown("answered", "answered", Count).of("/visits"),
    shown("aban-\ndoned", "abandoned", Count).of("/visits"),
    shown("answer\nrate", "answer_rate", Share).of("/visits"),
    shown("in target\nof all", "in_target_of_offered", Share).of("/visits"),
    shown("without\nabandoned", "in_target_without_abandoned", Share).of("/visits"),
    shown("speed of\nanswer", "speed_of_answer_mean_s", Seconds).of("/visits"),
    shown("\np50", "speed_of_answer_p50_s", Seconds).of("/visits"),
    shown("\np90", "speed_of_answer_p90_s", Seconds).of("/visits"),
    shown("\np99", "speed_of_answer_p99_s", Seconds).of("/visits"),
    shown("longest\nwait", "longest_wait_s", Seconds).of("/visits"),
    shown("handle\ntime", "handle_time_mean_s", Seconds).of("/visits"),
    shown("missed", "missed", Count).of("/visits"),
    shown("over-\nflows", "overflows", Count).of("/visits"),
    shown("escal-\nations", "escalations", Count).of("/visits"),
    shown("holds", "holds", Count).of("/visits"),
    shown("signed\nin", "staffed_s", Hours).of("/work"),
    shown("occu-\npancy", "occupancy", Share).of("/work"),
];

const HOUR_EXITS: [Column; 5] = [
    optional("timed\nout", "timed_out", Count).of("/visits"),
    optional("over-\nflowed", "overflowed", Count).of("/visits"),
    optional("diverted", "diverted", Count).of("/visits"),
    optional("discon-\nnected", "disconnected", Count).of("/visits"),
    optional("refused", "refused", Count).of("/visits"),
];

const TIME: [Column; 11] = [
    shown("agents", "agents", Count),
    shown("signed\nin", "staffed_s", Hours),
    shown("not\nready", "not_ready_s", Hours),
    shown("ready", "ready_s", Hours),
    shown("idle", "idle_s", Hours),
    shown("ringing", "ringing_s", Hours),
    optional("being\njoined", "connecting_s", Hours),
    shown("talk", "talk_s", Hours),
    shown("hold", "hold_s", Hours),
    shown("wrap-up", "wrap_up_s", Hours),
    shown("occu-\npancy", "occupancy", Share),
];

const WORK: [Column; 14] = [
    shown("offers", "offers", Count),
    shown("calls", "calls", Count),
    shown("missed", "missed", Count),
    optional("declined", "declined", Count),
    optional("busy", "busy", Count),
    optional("unreach-\nable", "unreachable", Count),
    shown("holds", "holds", Count),
    shown("handle\ntime", "handle_time_mean_s", Seconds),
    shown("calls each\nleast", "min", Count).of("/calls_per_agent"),
    shown("\nmedian", "median", Count).of("/calls_per_agent"),
    shown("\nmost", "max", Count).of("/calls_per_agent"),
    shown("occupancy\nleast", "min", Share).of("/occupancy_per_agent"),
    shown("\nmedian", "median", Share).of("/occupancy_per_agent"),
    shown("\nmost", "max", Share).of("/occupancy_per_agent"),
];

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
    let visits: Vec<(String, String)> = queues.chain(callers("visits")).collect();
    let hours = names.hours.iter().map(|hour| (hour.from.clone(), format!("hours/{}", hour.from)));
    let hours: Vec<(String, String)> = hours.filter(|(_, section)| sheet.anything_in(section)).collect();
    let teams = names.teams.iter().map(|team| (team.name.clone(), format!("teams/{}", team.name)));
    let roles = names.roles.iter().map(|role| (format!("role {}", role.name), format!("roles/{}", role.name)));
    let roles = roles.filter(|_| !roles_are_teams(names));
    let groups = teams.chain(roles).filter(|(_, section)| sheet.get(section, "agents").mean != Some(0.0));
    let mut groups: Vec<(String, String)> = groups.collect();
    groups.push(("total".to_owned(), "work".to_owned()));

    let mut grids = vec![
        sheet.grid("Calls, each with its one outcome", "", &callers("calls"), &CALLS),
        sheet.grid("Visits: stays of calls in queues, and how they ended", "queue", &visits, &EXITS),
        sheet.grid("Answered within the target, speed of answer, handle time", "queue", &visits, &SPEED),
        sheet.grid("Offers to agents, ladder, hold", "queue", &visits, &EVENTS),
        sheet.grid("Agents' time", "team", &groups, &TIME),
        sheet.grid("Agents' calls, and how evenly they are spread", "team", &groups, &WORK),
    ];
    grids.extend(sheet.reasons(names, &groups));
    let by_hour: Vec<Column> = HOURS.iter().take(3).chain(&HOUR_EXITS).chain(HOURS.iter().skip(3)).copied().collect();
    grids.push(sheet.grid("By hour of day: visits that began, work done", "from", &hours, &by_hour));

    let mut text = String::new();
    for grid in grids.iter().filter(|grid| !grid.is_empty()) {
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
