//! Tables for people: at most 100 columns wide, and in a terminal that is narrower no wider than that.

use core::fmt;
use std::borrow::Cow;

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, presets};
use console::{measure_text_width, truncate_str};

use super::output;

/// No line is wider than this, except where a single column is.
const WIDTH_MAX: usize = 100;
/// Nothing is made narrower than this: the terminal breaks the lines then.
const WIDTH_MIN: usize = 40;
/// A name that is cut so that no columns follow below keeps so many columns.
const NAME_MIN: usize = 12;
/// Blanks before each column but the first: its padding, and one that the line under the headings takes.
const GAP: usize = PADDING as usize + 1;
const PADDING: u16 = 1;

/// A table with a title, whose first column names the rows. Where it is too wide, the columns that do not fit follow
/// below, with the names again.
///
/// A heading that begins with an empty line goes on with the group of the heading before it, under whose first line it
/// stands; a group is not torn apart.
///
/// In a terminal of less than 100 columns a table that is too wide loses its bars, then the middle of long names, and a group
/// that does not fit into a line is torn apart after all.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    title: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    bars: Vec<usize>,
}

impl Grid {
    /// A table without rows. Headings may have several lines.
    pub(super) fn new(title: &str, header: Vec<String>) -> Self {
        Self { title: title.to_owned(), header, rows: Vec::new(), bars: Vec::new() }
    }

    /// The same, with bars in these columns: there is a column that says enough without them, or they are all there is.
    pub(super) fn drawn(self, bars: &[usize]) -> Self {
        Self { bars: bars.to_vec(), ..self }
    }

    /// Adds a row: its name, then as many cells as there are headings more.
    pub(super) fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() || self.header.len() < 2
    }

    fn table(&self, columns: &[usize]) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')));
        table.set_content_arrangement(ContentArrangement::Disabled);
        let line = |cells: &[String]| -> Vec<Cell> {
            columns.iter().filter_map(|&column| cells.get(column)).map(Cell::new).collect()
        };
        table.set_header(line(&self.header));
        table.add_rows(self.rows.iter().map(|row| line(row)));
        for (place, column) in table.column_iter_mut().enumerate() {
            column.set_cell_alignment(if place == 0 { CellAlignment::Left } else { CellAlignment::Right });
            column.set_padding((if place == 0 { 0 } else { PADDING }, 0));
        }
        table
    }

    /// The table where there is room for so many columns.
    fn text(&self, room: usize) -> String {
        let room = room.clamp(WIDTH_MIN, WIDTH_MAX);
        if room == WIDTH_MAX { self.lines(room) } else { self.fitted(room).lines(room) }
    }

    /// The same table with what there is room for.
    fn fitted(&self, room: usize) -> Self {
        let mut grid = self.clone();
        let width = |widths: &[usize]| widths.iter().sum::<usize>();
        if width(&grid.widths()) > room && self.bars.len() + 1 < self.header.len() {
            for line in grid.rows.iter_mut().chain([&mut grid.header]) {
                let mut column = 0..;
                line.retain(|_| column.next().is_none_or(|column| !self.bars.contains(&column)));
            }
        }
        let widths = grid.widths();
        let (name, beyond) = (widths.first().map_or(0, |width| width - GAP), width(&widths).saturating_sub(room));
        // Where columns have to follow below anyway, a name may be half of the line.
        let left = name.saturating_sub(beyond);
        let name_most = if left >= NAME_MIN { left } else { name.min(room / 2) };
        let most = room.saturating_sub(name_most + 2 * GAP);
        for group in grid.groups() {
            let [first, others @ ..] = &group[..] else { continue };
            if group.iter().filter_map(|column| widths.get(*column)).sum::<usize>() > most + GAP {
                let shared = grid.header.get(*first).and_then(|heading| heading.split('\n').next());
                let shared = shared.unwrap_or_default().to_owned();
                for column in others {
                    grid.header.iter_mut().skip(*column).take(1).for_each(|heading| heading.insert_str(0, &shared));
                }
            }
        }
        for line in grid.rows.iter_mut().chain([&mut grid.header]) {
            for (column, cell) in line.iter_mut().enumerate() {
                let cut =
                    |line| if column == 0 { cut_inside(line, name_most) } else { truncate_str(line, most, "…") };
                *cell = cell.split('\n').map(cut).collect::<Vec<_>>().join("\n");
            }
        }
        grid
    }

    /// Whether there is room for its bars where it goes.
    pub(super) fn shows_bars(&self) -> bool {
        let room = output::columns().unwrap_or(WIDTH_MAX).clamp(WIDTH_MIN, WIDTH_MAX);
        !self.bars.is_empty() && (room == WIDTH_MAX || self.fitted(room).header.len() == self.header.len())
    }

    /// How wide each column is, with the blanks before it.
    fn widths(&self) -> Vec<usize> {
        let all: Vec<usize> = (0..self.header.len()).collect();
        self.table(&all).column_max_content_widths().into_iter().map(|width| usize::from(width) + GAP).collect()
    }

    /// Columns that stand under one heading.
    fn groups(&self) -> Vec<Vec<usize>> {
        let columns: Vec<usize> = (1..self.header.len()).collect();
        let goes_on = |column: usize| self.header.get(column).is_some_and(|heading| heading.starts_with('\n'));
        columns.chunk_by(|_, next| goes_on(*next)).map(<[usize]>::to_vec).collect()
    }

    /// Which columns stand together.
    fn blocks(&self, room: usize) -> Vec<Vec<usize>> {
        let widths = self.widths();
        let width = |column: usize| widths.get(column).copied().unwrap_or(GAP);
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        let mut used = room;
        for group in self.groups() {
            let wide: usize = group.iter().map(|column| width(*column)).sum();
            if used + wide > room {
                blocks.push(vec![0]);
                used = width(0);
            }
            used += wide;
            blocks.last_mut().into_iter().for_each(|block| block.extend(&group));
        }
        blocks
    }

    fn lines(&self, room: usize) -> String {
        let mut text = self.title.clone() + "\n";
        for (place, block) in self.blocks(room).iter().enumerate() {
            if place > 0 {
                text.push('\n');
            }
            for line in self.table(block).lines() {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        text
    }
}

/// A name with its middle left out where it is too long: names that begin alike mostly end differently.
fn cut_inside(name: &str, most: usize) -> Cow<'_, str> {
    if measure_text_width(name) <= most {
        return Cow::Borrowed(name);
    }
    let ends = |from: &usize| name.get(*from..).filter(|end| measure_text_width(end) <= most / 3);
    let end = name.char_indices().rev().map(|(from, _)| from).take_while(|from| ends(from).is_some()).last();
    let end = end.and_then(|from| name.get(from..)).unwrap_or_default();
    Cow::Owned(truncate_str(name, most - measure_text_width(end), "…").into_owned() + end)
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(output::columns().unwrap_or(WIDTH_MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(columns: usize) -> String {
        let mut grid = Grid::new("Visits", (0..columns).map(|column| format!("heading {column}")).collect());
        for name in ["外线", "reservations"] {
            grid.push((0..columns).map(|column| if column == 0 { name.into() } else { "1.0 s".into() }).collect());
        }
        grid.to_string()
    }

    #[test]
    fn columns_that_do_not_fit_follow_below_with_the_names_again() {
        let text = text(20);
        assert_eq!(text.matches("reservations").count(), 3, "{text}");
        for column in 1..20 {
            let heading = format!("heading {column}");
            let headings = text.lines().flat_map(|line| line.split("  ")).filter(|part| part.trim() == heading);
            assert_eq!(headings.count(), 1, "{heading} in {text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH_MAX), "{text}");
        assert!(text.lines().any(|line| line.chars().count() > WIDTH_MAX - 12), "{text}");
    }

    #[test]
    fn columns_under_one_heading_stay_together() {
        for before in 1..20 {
            let singles = (0..before).map(|column| format!("heading {column}"));
            let group = ["calls each\nleast", "\nmedian", "\nmost"].map(str::to_owned);
            let mut grid = Grid::new("Work", singles.chain(group).collect());
            grid.push(vec!["1.0 s".into(); before + 3]);
            let text = grid.to_string();
            let line = text.lines().find(|line| line.contains("median")).unwrap();
            assert!(line.contains("least") && line.contains("most"), "{text}");
        }
    }

    fn shown(text: &str) -> (usize, String) {
        let table = text.split_once('\n').unwrap().1;
        (table.lines().map(console::measure_text_width).max().unwrap(), table.to_owned())
    }

    #[test]
    fn a_narrow_terminal_gets_tables_without_bars_and_then_with_shorter_names() {
        let header = ["queue", "", "answered", "service level"].map(str::to_owned);
        let mut grid = Grid::new("Visits", header.into()).drawn(&[1]);
        for name in ["guests of the house", "外线外线外线外线外线外线"] {
            grid.push([name, "████████████████████", "1234 ± 12", "81.2 ± 1.0 %"].map(str::to_owned).into());
        }
        assert_eq!(grid.text(100), grid.text(200));
        assert_eq!(grid.text(80), grid.text(100), "there is room for all of it");
        let (width, bare) = shown(&grid.text(60));
        assert!(width <= 60 && !bare.contains('█') && bare.contains("guests of the house"), "{bare}");
        let (width, short) = shown(&grid.text(45));
        assert!(width <= 45 && short.contains("guests of t…house") && short.contains("外线外线外线…外线"), "{short}");
        for part in ["queue", "answered", "service level", "1234 ± 12", "81.2 ± 1.0 %"] {
            assert!(bare.contains(part) && short.contains(part), "{part} in {bare}{short}");
        }
        assert_eq!(grid.text(1), grid.text(WIDTH_MIN));
    }

    #[test]
    fn long_names_that_begin_alike_are_told_apart_in_a_narrow_terminal() {
        let mut grid = Grid::new("Visits", ["queue", "offered", "answered", "abandoned"].map(str::to_owned).into());
        for name in ["Technical support for guests, level 1", "Technical support for guests, level 2"] {
            grid.push([name, "1265.8 ± 59.1", "1192.8 ± 50.0", "73.0 ± 32.6"].map(str::to_owned).into());
        }
        for room in WIDTH_MIN..WIDTH_MAX {
            let (width, text) = shown(&grid.text(room));
            assert!(width <= room, "{room}: {text}");
            assert!(text.contains("el 1 ") && text.contains("el 2 "), "{room}: {text}");
        }
    }

    #[test]
    fn bars_that_are_all_there_is_follow_below_in_a_narrow_terminal() {
        let header = ["from", "A", "B", "C"].map(str::to_owned);
        let mut grid = Grid::new("Drawn", header.into()).drawn(&[1, 2, 3]);
        grid.push(
            ["08:00", "█████████████████▊", "█████████████████▉", "████████████████▉▎"].map(str::to_owned).into(),
        );
        let (width, text) = shown(&grid.text(50));
        assert!(width <= 50, "{text}");
        assert_eq!((text.matches("08:00").count(), text.contains('▊'), text.contains('▎')), (2, true, true), "{text}");
    }

    #[test]
    fn columns_under_one_heading_that_do_not_fit_into_a_line_each_have_it() {
        let header = ["queue", "speed of\nmean", "\np50", "\np90"].map(str::to_owned);
        let mut grid = Grid::new("Speed", header.into());
        grid.push(["line", "100.0 ± 10.0 s", "100.0 ± 10.0 s", "100.0 ± 10.0 s"].map(str::to_owned).into());
        let (width, text) = shown(&grid.text(44));
        assert!(width <= 44 && text.matches("speed of").count() == 3 && text.matches("p90").count() == 1, "{text}");
    }

    #[test]
    fn lists_of_names_are_cut_where_the_terminal_ends() {
        let mut grid = Grid::new("Shifts", ["from", "to", "who"].map(str::to_owned).into());
        grid.push(["08:00", "16:00", "anna, bernhard, charlotte, dora, emil and 12 more"].map(str::to_owned).into());
        let (width, text) = shown(&grid.text(50));
        assert!(width <= 50 && text.contains("anna, bernhard") && text.contains('…'), "{text}");
    }

    #[test]
    fn chinese_names_take_two_columns_for_each_character() {
        let text = text(2);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[3], format!("外线{}1.0 s", " ".repeat(14)));
        assert_eq!(lines[4], format!("reservations{}1.0 s", " ".repeat(6)));
    }
}
