//! Drawing a board into a buffer of any size.
//!
//! Four sections stand one below the other: queues, agents, calls, news. Where there is not room for all, news goes
//! first, then agents, then calls. A column is shown whole or not at all; only names and sentences are cut, and say so.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::board::{AgentCell, Board, CallRow, QueueRow};
use super::news::Tone;
use super::text;

/// Narrower or lower than this, only one line is shown.
const WIDTH_MIN: u16 = 24;
const HEIGHT_MIN: u16 = 4;
/// Blanks between columns.
const GAP: usize = 2;
/// Names are cut to this before a column is left out for them.
const NAME_MIN: usize = 12;

const PLAIN: Style = Style::new();
const FAINT: Style = Style::new().dim();
const STRONG: Style = Style::new().bold();
const TITLE: Style = Style::new().fg(Color::Cyan).bold();
const BAD: Style = Style::new().fg(Color::Red).bold();
const CHOSEN: Style = Style::new().reversed();

const KEYS: &str = "q quit  space pause  + - speed  ↑ ↓ queue  a all queues";

/// Draws the board over the whole area, which should be blank.
pub(super) fn draw(board: &Board<'_>, area: Rect, buffer: &mut Buffer) {
    let mut page = Page { buffer, area, next: area.y };
    if area.width < WIDTH_MIN || area.height < HEIGHT_MIN {
        let QueueRow { waiting, ringing, .. } = board.total;
        return page.line(&format!("{} {waiting} wait, {ringing} ring", board.clock), STRONG);
    }
    head(board, &mut page);
    let agents = Cells::of(board, area.width.into());
    let wanted = Heights { queues: board.queues.len() + 2, agents: board.agents_of_floor.div_ceil(agents.across) + 1 };
    let heights = wanted.fit(usize::from(area.height) - 2);
    queues(board, heights[0], &mut page);
    agents.draw(board, heights[1], &mut page);
    calls(board, heights[2], &mut page);
    news(board, heights[3], &mut page);
    page.next = area.bottom() - 1;
    page.line(KEYS, FAINT);
}

/// Where to draw: line by line, from the top.
struct Page<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    next: u16,
}

impl Page<'_> {
    fn width(&self) -> usize {
        self.area.width.into()
    }

    /// A line of pieces, one after the other.
    fn pieces<'a>(&mut self, pieces: impl IntoIterator<Item = (Cow<'a, str>, Style)>) {
        if self.next >= self.area.bottom() {
            return;
        }
        let mut x = self.area.x;
        for (piece, style) in pieces {
            let room = usize::from(self.area.right().saturating_sub(x));
            (x, _) = self.buffer.set_stringn(x, self.next, text::fit(&piece, room), room, style);
        }
        self.next += 1;
    }

    fn line(&mut self, text: &str, style: Style) {
        self.pieces([(text.into(), style)]);
    }

    /// The title of a section, with a rule through the rest of its line.
    fn title(&mut self, title: &str) {
        let title = text::fit(title, self.width().saturating_sub(4));
        let rule = "─".repeat(self.width().saturating_sub(text::width(&title) + 3));
        self.pieces([("─ ".into(), FAINT), (title, TITLE), (" ".into(), PLAIN), (rule.into(), FAINT)]);
    }
}

/// How many lines the sections would like whose size is known.
struct Heights {
    queues: usize,
    agents: usize,
}

impl Heights {
    /// The lines of queues, agents, calls and news, titles included, that share so many; 0 for a section left out. They
    /// depend on the size of the floor only, so nothing jumps while it is watched.
    fn fit(&self, lines: usize) -> [usize; 4] {
        let mut heights = [0; 4];
        let mut left = lines;
        // The least of each first, the most important before the others.
        for (section, least) in [(0, self.queues.min(3)), (2, 2), (1, self.agents.min(2)), (3, 2)] {
            if left >= least {
                heights[section] = least;
                left -= least;
            }
        }
        // Then more of each: up to its share of the page, then as much as it can use.
        let shares = [(0, self.queues.min(lines * 2 / 5)), (1, self.agents.min(lines / 4)), (2, lines / 5 + 1)];
        let enough = [(3, 12), (0, self.queues), (1, self.agents), (2, lines / 3), (3, lines)];
        for (section, most) in shares.into_iter().chain(enough) {
            if heights[section] > 0 {
                let more = most.saturating_sub(heights[section]).min(left);
                heights[section] += more;
                left -= more;
            }
        }
        heights
    }
}

fn head(board: &Board<'_>, page: &mut Page<'_>) {
    let right = format!("{}  {}", board.clock, board.pace);
    let room = page.width().saturating_sub(text::width(&right) + GAP);
    let title = text::fit(board.title, room);
    let blanks = " ".repeat(page.width().saturating_sub(text::width(&title) + text::width(&right)));
    page.pieces([(title, STRONG), (blanks.into(), PLAIN), (right.into(), STRONG)]);
}

// --- queues ---

/// A column of the table of queues.
struct Column {
    heading: &'static str,
    cell: fn(&QueueRow<'_>) -> String,
    /// The higher, the earlier it is left out.
    spare: u8,
}

const COLUMNS: [Column; 9] = [
    Column { heading: "waiting", cell: |row| row.waiting.to_string(), spare: 0 },
    Column { heading: "ringing", cell: |row| row.ringing.to_string(), spare: 2 },
    Column { heading: "longest", cell: |row| row.longest.map_or("-".to_owned(), text::length), spare: 1 },
    Column { heading: "to call back", cell: |row| row.callbacks.to_string(), spare: 7 },
    Column { heading: "offered", cell: |row| row.offered.to_string(), spare: 6 },
    Column { heading: "answered", cell: |row| row.answered.to_string(), spare: 4 },
    Column { heading: "abandoned", cell: |row| row.abandoned.to_string(), spare: 5 },
    Column { heading: "in target", cell: |row| text::share(row.service_level), spare: 3 },
    Column {
        heading: "speed of answer",
        cell: |row| row.speed_of_answer.map_or("-".to_owned(), |speed| format!("{:.1} s", speed.as_secs_f64())),
        spare: 8,
    },
];

fn queues(board: &Board<'_>, height: usize, page: &mut Page<'_>) {
    if height < 2 {
        return;
    }
    let rows = rows_shown(board, height.saturating_sub(2));
    let shown = || rows.iter().copied().chain([&board.total]);
    let longest = board.queues.iter().map(|row| text::width(row.name)).max().unwrap_or(0).max("queue".len());
    let mut columns: Vec<(&Column, usize)> = COLUMNS
        .iter()
        .map(|column| {
            let cells = shown().map(|row| (column.cell)(row).len());
            (column, cells.max().unwrap_or(0).max(column.heading.len()))
        })
        .collect();
    let taken = |columns: &[(&Column, usize)]| columns.iter().map(|(_, width)| width + GAP).sum::<usize>();
    while taken(&columns) + longest.min(NAME_MIN) > page.width() && columns.len() > 1 {
        let spare = columns.iter().map(|(column, _)| column.spare).max();
        columns.retain(|(column, _)| Some(column.spare) != spare);
    }
    let names = longest.min(page.width().saturating_sub(taken(&columns)));

    let mut line = |name: &str, cells: Vec<String>, style: Style, late: bool| {
        let name = text::fit(name, names);
        let blanks = " ".repeat(names.saturating_sub(text::width(&name)));
        let cells = columns.iter().zip(cells).map(|((column, width), cell)| {
            let style = if late && column.heading == "longest" { style.patch(BAD) } else { style };
            (format!("{:GAP$}{cell:>width$}", "").into(), style)
        });
        page.pieces([(name, style), (blanks.into(), style)].into_iter().chain(cells));
    };
    line("queue", columns.iter().map(|(column, _)| column.heading.to_owned()).collect(), TITLE, false);
    let chosen = board.queue.and_then(|queue| board.queues.get(queue));
    for row in shown() {
        let total = core::ptr::eq(row, &board.total);
        let style = match chosen.is_some_and(|chosen| core::ptr::eq(row, chosen)) {
            true => CHOSEN,
            false if total => STRONG,
            false => PLAIN,
        };
        line(row.name, columns.iter().map(|(column, _)| (column.cell)(row)).collect(), style, row.late);
    }
}

/// The rows that are shown: the first ones, or those up to the queue looked at.
fn rows_shown<'a, 'b>(board: &'b Board<'a>, lines: usize) -> Vec<&'b QueueRow<'a>> {
    let last = board.queue.map_or(0, |queue| queue + 1).max(lines);
    board.queues.iter().take(last).skip(last - lines).collect()
}

// --- agents ---

/// Agents stand side by side, in cells of one width.
struct Cells {
    /// Of the name in a cell.
    name: usize,
    /// How many stand side by side.
    across: usize,
}

impl Cells {
    /// Width of the state in a cell.
    const STATE: usize = 7;
    /// Width of a cell without the name, the gap behind it included.
    const REST: usize = 1 + Self::STATE + 1 + 5 + GAP - 1;

    fn of(board: &Board<'_>, width: usize) -> Self {
        let name = board.agent_name.min(NAME_MIN);
        Self { name, across: ((width + 1) / (name + Self::REST)).max(1) }
    }

    fn draw(&self, board: &Board<'_>, height: usize, page: &mut Page<'_>) {
        let Some(lines) = height.checked_sub(1) else { return };
        let counts = board.states.iter().map(|(state, count)| format!("{count} {state}"));
        page.title(&format!("agents: {}", counts.collect::<Vec<_>>().join(", ")));
        let room = lines * self.across;
        let (shown, more) = match board.agents.len().checked_sub(room) {
            // The last cell says how many there is no room for.
            Some(more @ 1..) => (room.saturating_sub(1), more + 1),
            _ => (board.agents.len(), 0),
        };
        let blank = " ".repeat(GAP - 1);
        let cells = board
            .agents
            .iter()
            .take(shown)
            .map(|agent| (self.cell(agent) + &blank, if agent.busy { PLAIN } else { FAINT }));
        let mut cells: Vec<(Cow<'_, str>, Style)> = cells.map(|(cell, style)| (cell.into(), style)).collect();
        if more > 0 {
            cells.push((format!("and {more} more").into(), FAINT));
        }
        let end = page.next + u16::try_from(lines).unwrap_or(u16::MAX);
        cells.chunks(self.across).take(lines).for_each(|line| page.pieces(line.iter().cloned()));
        page.next = end;
    }

    fn cell(&self, agent: &AgentCell<'_>) -> String {
        let (name, state) = (text::fit(agent.name, self.name), text::fit(agent.state, Self::STATE));
        let blanks = |text: &str, width: usize| " ".repeat(width.saturating_sub(text::width(text)));
        let (after_name, after_state) = (blanks(&name, self.name), blanks(&state, Self::STATE));
        format!("{name}{after_name} {state}{after_state} {:>5}", text::short_length(agent.lasts))
    }
}

// --- calls and news ---

fn calls(board: &Board<'_>, height: usize, page: &mut Page<'_>) {
    let Some(lines) = height.checked_sub(1) else { return };
    let chosen = board.queue.and_then(|queue| board.queues.get(queue));
    let QueueRow { waiting, ringing, .. } = chosen.unwrap_or(&board.total);
    let place = chosen.map_or(String::new(), |chosen| format!(" in {}", chosen.name));
    let follow_ups = match board.follow_ups {
        0 => String::new(),
        count => format!(", {count} to follow up"),
    };
    page.title(&format!("calls{place}: {waiting} waiting, {ringing} ringing{follow_ups}"));
    let end = page.next + u16::try_from(lines).unwrap_or(u16::MAX);
    let calls: Vec<&CallRow<'_>> = board.calls.iter().take(lines).collect();
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let number = widest(&mut calls.iter().map(|row| row.call.to_string().len()));
    // The title says it where all calls are of one queue.
    let in_queue = calls.iter().filter(|_| chosen.is_none());
    let queue = widest(&mut in_queue.map(|row| text::width(row.queue))).min(NAME_MIN);
    let tier = widest(&mut calls.iter().map(|row| row.tier.map_or(0, text::width))).min(NAME_MIN);
    let waited = widest(&mut calls.iter().map(|row| text::length(row.waited).len()));
    let cell = |text: &str, width: usize| {
        let text = text::fit(text, width);
        let blanks = width.saturating_sub(text::width(&text));
        format!("{text}{:blanks$}  ", "")
    };
    for row in calls {
        let names = [(row.queue, queue), (row.tier.unwrap_or_default(), tier)];
        let names = names.into_iter().filter(|(_, width)| *width > 0).map(|(name, width)| cell(name, width));
        let since = format!("{:>waited$}  ", text::length(row.waited));
        page.pieces([
            (format!("{:>number$}  ", row.call.to_string()).into(), FAINT),
            (names.collect::<String>().into(), PLAIN),
            (since.into(), if row.late { BAD } else { PLAIN }),
            (row.what.as_str().into(), PLAIN),
        ]);
    }
    page.next = end;
}

fn news(board: &Board<'_>, height: usize, page: &mut Page<'_>) {
    let Some(lines) = height.checked_sub(1) else { return };
    page.title("last events");
    for row in board.news.iter().take(lines) {
        let style = if row.tone == Tone::Bad { BAD } else { PLAIN };
        page.pieces([(format!("{}  ", row.at).into(), FAINT), (row.what.as_str().into(), style)]);
    }
}
