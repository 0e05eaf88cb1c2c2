//! Small bars, for a look at figures in the terminal: how they are drawn ([`Style`]), and the sections of a simulation.

use core::fmt::Write as _;
use std::ffi::OsString;

use cordboard::stats::{Estimate, Figures, Summary};

use super::grid::Grid;

/// Columns of a bar that has a line nearly to itself.
pub(super) const WIDTH: usize = 40;
/// Columns of a bar in a table that has other columns.
pub(super) const NARROW: usize = 18;
/// A full column, and its eighths.
const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/// The waits that have a bar, in seconds, as long as somebody waits longer.
const WAITS: [f64; 11] = [0.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 120.0, 300.0, 600.0, 1200.0];

/// How bars are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// In eighths of a column.
    Blocks,
    /// In whole columns, of signs that every terminal has.
    Plain,
}

impl Style {
    /// Plain if that is asked for, by `--plain` or by NO_COLOR, or where the terminal is not known to show Unicode.
    pub(crate) fn of(plain: bool) -> Self {
        Self::by(plain, |name| std::env::var_os(name))
    }

    fn by(plain: bool, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let given = |name: &&str| variable(name).is_some_and(|value| !value.is_empty());
        // The first that is given says how characters are written; without any they are ASCII.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find(|name| given(name)).and_then(|name| variable(name));
        let locale = locale.map(|locale| locale.to_string_lossy().to_lowercase()).unwrap_or_default();
        let unicode = cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8");
        if plain || given(&"NO_COLOR") || !unicode { Self::Plain } else { Self::Blocks }
    }

    /// A bar of so many columns, of which it fills this share; what is outside 0 to 1 is cut.
    pub(crate) fn bar(self, width: usize, share: f64) -> String {
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        let eighths = (share * (8 * width) as f64).round() as usize;
        let (full, rest) = match self {
            Self::Blocks => ("█".repeat(eighths / 8), EIGHTHS.get(eighths % 8).filter(|eighth| **eighth != ' ')),
            // Something is shown of what is not nothing.
            Self::Plain => ("#".repeat(((eighths + 4) / 8).max(usize::from(eighths > 0))), None),
        };
        let mut bar = full;
        bar.extend(rest);
        let blanks = width.saturating_sub(bar.chars().count());
        bar.extend(core::iter::repeat_n(' ', blanks));
        bar
    }

    /// A narrow bar of whole things, of which a full one has `most`: those needed, those there beyond them, those missing.
    pub(crate) fn cover(self, needed: u32, there: u32, most: u32) -> String {
        let place = |count: u32| (f64::from(count) / f64::from(most.max(1)) * NARROW as f64).round() as usize;
        let (needed, there) = (place(needed).min(NARROW), place(there).min(NARROW));
        let parts = [needed.min(there), there.saturating_sub(needed), needed.saturating_sub(there)];
        let bar: String = self.signs().iter().zip(parts).map(|(sign, count)| sign.repeat(count)).collect();
        format!("{bar:NARROW$}")
    }

    /// What the signs of [`cover`](Self::cover) mean.
    pub(crate) fn legend(self) -> String {
        let [needed, beyond, missing] = self.signs();
        format!("{needed} needed on shift  {beyond} on shift beyond that  {missing} missing\n")
    }

    fn signs(self) -> [&'static str; 3] {
        match self {
            Self::Blocks => ["█", "▒", "□"],
            Self::Plain => ["#", "+", "-"],
        }
    }
}

/// The scale over bars of shares of so many columns, 12 or more.
pub(super) fn scale(width: usize) -> String {
    let half = width / 2 - 2;
    let rest = width - half - "100 %".len();
    format!("{:<half$}{:<rest$}100 %", "0 %", "50 %")
}

/// Service level by hour, how long callers waited, and occupancy by team; `names` is any of the replications.
pub(super) fn sections(summary: &Summary, names: &Figures, style: Style) -> String {
    let get = |section: &str, figure: &str| summary.get(section, figure).unwrap_or_default();
    let mut text = String::new();
    let mut add = |grid: Grid| {
        if !grid.is_empty() {
            let _ = write!(text, "\n{grid}");
        }
    };

    let mut level = Grid::new(
        "Service level by hour of day: answered within the target, of the visits that began in it",
        ["from", "visits", "", &scale(WIDTH)].map(str::to_owned).into(),
    )
    .drawn(&[3]);
    for hour in &names.hours {
        let section = format!("hours/{}/visits", hour.from);
        let offered = get(&section, "offered");
        if offered.mean > Some(0.0) {
            let share = get(&section, "in_target_of_offered");
            level.push(vec![hour.from.clone(), count(offered), percent(share), bar(style, share)]);
        }
    }
    add(level);

    let mut waits = Grid::new(
        "How soon visits were answered: the share of all that had been answered within a wait",
        ["within", "", &scale(WIDTH)].map(str::to_owned).into(),
    )
    .drawn(&[2]);
    for wait in names.waits.iter().filter(|wait| WAITS.contains(&wait.within_s)) {
        let section = format!("waits/{}s", wait.within_s);
        let share = get(&section, "answered_rate");
        if share.mean.is_some() {
            waits.push(vec![format!("{} s", wait.within_s), percent(share), bar(style, share)]);
        }
        let ended = ["answered_rate", "abandoned_rate", "left_rate"].map(|figure| get(&section, figure).mean);
        if ended.into_iter().flatten().sum::<f64>() > 0.9999 {
            break;
        }
    }
    add(waits);

    let mut occupancy = Grid::new(
        "Occupancy by team: the share of the time in which agents could take calls that calls took",
        ["team", "", &scale(WIDTH)].map(str::to_owned).into(),
    )
    .drawn(&[2]);
    for team in &names.teams {
        let share = get(&format!("teams/{}", team.name), "occupancy");
        if share.mean.is_some() {
            occupancy.push(vec![team.name.clone(), percent(share), bar(style, share)]);
        }
    }
    add(occupancy);
    text
}

fn bar(style: Style, share: Estimate) -> String {
    style.bar(WIDTH, share.mean.unwrap_or(0.0))
}

fn count(estimate: Estimate) -> String {
    let decimals = usize::from(estimate.n > 1);
    estimate.mean.map_or_else(|| "–".to_owned(), |mean| format!("{mean:.decimals$}"))
}

fn percent(estimate: Estimate) -> String {
    let Some(mean) = estimate.mean else { return "–".to_owned() };
    let half_width = estimate.half_width.map_or_else(String::new, |half| format!(" ± {:.1}", half * 100.0));
    format!("{:.1}{half_width} %", mean * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(variables: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        move |name| Some(variables.iter().find(|(other, _)| *other == name)?.1.into())
    }

    #[test]
    fn bars_are_drawn_in_eighths_and_end_where_their_share_does() {
        assert_eq!(Style::Blocks.bar(40, 0.5).trim_end(), "█".repeat(20));
        assert_eq!(Style::Blocks.bar(40, 0.0).trim_end(), "");
        assert_eq!(Style::Blocks.bar(40, 1.0), "█".repeat(40));
        assert_eq!(Style::Blocks.bar(40, 1.0 / 320.0).trim_end(), "▏");
        assert_eq!(Style::Blocks.bar(40, 15.0 / 320.0).trim_end(), "█▉");
        assert_eq!(Style::Plain.bar(40, 0.5).trim_end(), "#".repeat(20));
        assert_eq!(Style::Plain.bar(40, 0.001).trim_end(), "");
        assert_eq!(Style::Plain.bar(40, 0.005).trim_end(), "#");
        for share in [-1.0, 0.0, 0.3, 0.999, 1.0, 7.0, f64::NAN, f64::INFINITY] {
            for style in [Style::Blocks, Style::Plain] {
                for width in [WIDTH, NARROW] {
                    assert_eq!(style.bar(width, share).chars().count(), width, "{share}");
                    assert_eq!(scale(width).len(), width);
                }
            }
        }
    }

    #[test]
    fn who_is_needed_who_is_there_beyond_and_who_is_missing_stand_in_one_bar() {
        for (needed, there, most) in [(0, 0, 0), (3, 5, 12), (5, 3, 12), (9, 9, 7), (0, 12, 12)] {
            for style in [Style::Blocks, Style::Plain] {
                assert_eq!(style.cover(needed, there, most).chars().count(), NARROW, "{needed} {there} {most}");
            }
        }
        assert_eq!(Style::Blocks.cover(6, 12, 18), format!("{}{}{}", "█".repeat(6), "▒".repeat(6), " ".repeat(6)));
        assert_eq!(Style::Plain.cover(12, 6, 18), format!("{}{}{}", "#".repeat(6), "-".repeat(6), " ".repeat(6)));
        assert!(Style::Plain.legend().is_ascii());
    }

    #[test]
    fn blocks_are_for_terminals_that_show_unicode_and_nobody_who_asked_for_less() {
        let style = |variables| Style::by(false, given(variables));
        assert_eq!(style(&[("LANG", "de_DE.UTF-8")]), Style::Blocks);
        assert_eq!(style(&[("LC_ALL", "C.utf8"), ("LANG", "C")]), Style::Blocks);
        assert_eq!(style(&[("LANG", "en_US.UTF-8"), ("NO_COLOR", "1")]), Style::Plain);
        assert_eq!(style(&[("LANG", "en_US.UTF-8"), ("NO_COLOR", "")]), Style::Blocks);
        assert_eq!(Style::by(true, given(&[("LANG", "en_US.UTF-8")])), Style::Plain);
        if cfg!(not(windows)) {
            assert_eq!(style(&[]), Style::Plain);
            assert_eq!(style(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]), Style::Plain);
        }
    }
}
