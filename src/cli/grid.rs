//! Tables for people: at most 100 columns wide, the same in a terminal and in a pipe.

use core::fmt;

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, presets};

/// No line is wider than this, except where a single column is.
const WIDTH_MAX: usize = 100;
/// Blanks before each column but the first: its padding, and one that the line under the headings takes.
const GAP: u16 = PADDING + 1;
const PADDING: u16 = 1;

/// A table with a title, whose first column names the rows. Where it is too wide, the columns that do not fit follow
/// below, with the names again.
///
/// A heading that begins with an empty line goes on with the group of the heading before it, under whose first line it
/// stands; a group is not torn apart.
#[derive(Debug)]
pub(super) struct Grid {
    title: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table without rows. Headings may have several lines.
    pub(super) fn new(title: &str, header: Vec<String>) -> Self {
        Self { title: title.to_owned(), header, rows: Vec::new() }
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

    /// Which columns stand together.
    fn blocks(&self) -> Vec<Vec<usize>> {
        let all: Vec<usize> = (0..self.header.len()).collect();
        let widths = self.table(&all).column_max_content_widths();
        let width = |column: usize| usize::from(widths.get(column).copied().unwrap_or(0) + GAP);
        let columns: Vec<usize> = (1..self.header.len()).collect();
        let goes_on = |column: usize| self.header.get(column).is_some_and(|heading| heading.starts_with('\n'));
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        let mut used = WIDTH_MAX;
        for group in columns.chunk_by(|_, next| goes_on(*next)) {
            let wide: usize = group.iter().map(|column| width(*column)).sum();
            if used + wide > WIDTH_MAX {
                blocks.push(vec![0]);
                used = width(0);
            }
            used += wide;
            blocks.last_mut().into_iter().for_each(|block| block.extend(group));
        }
        blocks
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        for (place, block) in self.blocks().iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            for line in self.table(block).lines() {
                writeln!(f, "{}", line.trim_end())?;
            }
        }
        Ok(())
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

    #[test]
    fn chinese_names_take_two_columns_for_each_character() {
        let text = text(2);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[3], format!("外线{}1.0 s", " ".repeat(14)));
        assert_eq!(lines[4], format!("reservations{}1.0 s", " ".repeat(6)));
    }
}
