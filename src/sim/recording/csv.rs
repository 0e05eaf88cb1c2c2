//! Call records as CSV: a line for each call, under the names of its columns.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use super::{Reading, quoted};
use crate::floor::{Hints, ProblemKind};
use crate::sim::scenario::RecordedCall;

/// The columns that are read, with their names.
const COLUMNS: [(&str, Column); 10] = [
    ("time", Column::Time),
    ("queue", Column::Queue),
    ("from", Column::From),
    ("tier", Column::Tier),
    ("need", Column::Need),
    ("talk", Column::Talk),
    ("hold", Column::Hold),
    ("wrap_up", Column::WrapUp),
    ("patience", Column::Patience),
    ("waited", Column::Waited),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Time,
    Queue,
    From,
    Tier,
    Need,
    Talk,
    Hold,
    WrapUp,
    Patience,
    Waited,
}

/// Reads the calls of a file.
pub(super) fn read(file: impl Read, reading: &mut Reading) {
    let mut file = BufReader::new(file);
    let (delimiter, behind) = match file.fill_buf() {
        Ok(start) => (delimiter(start), u64::from(ends_in_return(start))),
        // It will be said when the first line is read.
        Err(_) => (b',', 0),
    };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).comment(Some(b'#')).from_reader(file);
    let columns = match reader.headers() {
        Ok(names) => columns(names, reading),
        Err(error) => return fail(reading, &error, 0),
    };
    let mut record = StringRecord::new();
    let mut shared = Shared::default();
    while !reading.is_enough() {
        match reader.read_record(&mut record) {
            Ok(false) => return,
            Ok(true) => take(&record, &columns, behind, (&mut shared, &mut *reading)),
            Err(error) => {
                let goes_on = matches!(error.kind(), csv::ErrorKind::UnequalLengths { .. });
                fail(reading, &error, behind);
                if !goes_on {
                    return;
                }
            }
        }
    }
}

/// What parts the columns, by the first line: a tab, or else a comma, or else a semicolon.
fn delimiter(start: &[u8]) -> u8 {
    let names = start.split(|byte| *byte == b'\n').find(|line| !line.is_empty() && !line.starts_with(b"#"));
    let has = |byte: u8| names.is_some_and(|names| names.contains(&byte));
    match (has(b'\t'), has(b','), has(b';')) {
        (true, ..) => b'\t',
        (_, false, true) => b';',
        _ => b',',
    }
}

/// Whether lines end in a carriage return and a line feed. Then the reader, which ends a line at the first of the two,
/// counts the second to the next line, and is one line behind from there on.
fn ends_in_return(start: &[u8]) -> bool {
    start.split(|byte| *byte == b'\n').next().is_some_and(|line| line.ends_with(b"\r"))
}

/// What is in each place of a line.
fn columns(names: &StringRecord, reading: &mut Reading) -> Vec<Option<Column>> {
    let mut hints = Hints::default();
    let mut columns = Vec::new();
    for name in names {
        let name = name.trim_start_matches('\u{feff}').trim();
        let column = COLUMNS.iter().find(|(known, _)| *known == name).map(|(_, column)| *column);
        if column.is_some() && columns.contains(&column) {
            reading.report(ProblemKind::Duplicate, 1, name, format!("column `{name}` again"), "each column once");
        }
        // Columns of other names are passed over, but not those that are misspelt.
        if column.is_none()
            && let Some(near) = hints.nearest(name, COLUMNS.iter().map(|(known, _)| *known))
        {
            let expected = format!("`{near}`, or a name less like it");
            reading.report(ProblemKind::UnknownField, 1, "", format!("no column {}", quoted(name)), &expected);
        }
        columns.push(column);
    }
    if !columns.contains(&Some(Column::Time)) {
        reading.report(ProblemKind::Missing, 1, "", "no column `time`".into(), "when each call arrived");
    }
    columns
}

/// Texts that many calls have in common, each kept once.
#[derive(Default)]
struct Shared(std::collections::BTreeSet<Arc<str>>);

impl Shared {
    fn get(&mut self, text: &str) -> Option<Arc<str>> {
        if text.is_empty() {
            return None;
        }
        if let Some(known) = self.0.get(text) {
            return Some(known.clone());
        }
        let new: Arc<str> = text.into();
        self.0.insert(new.clone());
        Some(new)
    }
}

fn take(
    record: &StringRecord,
    columns: &[Option<Column>],
    behind: u64,
    (shared, reading): (&mut Shared, &mut Reading),
) {
    let line = record.position().map_or(0, csv::Position::line) + behind;
    let mut call = RecordedCall::default();
    let (mut time, mut queue) = (None, "");
    for (text, column) in record.iter().zip(columns) {
        let text = text.trim();
        match column {
            None => {}
            Some(Column::Time) => time = reading.time(line, text),
            Some(Column::Queue) => queue = text,
            Some(Column::From) => call.from = (!text.is_empty()).then(|| text.into()),
            Some(Column::Tier) => call.tier = shared.get(text),
            Some(Column::Need) => call.need = shared.get(text),
            Some(Column::Talk) => call.talk = reading.length(line, "talk", text),
            Some(Column::Hold) => call.hold = reading.length(line, "hold", text),
            Some(Column::WrapUp) => call.wrap_up = reading.length(line, "wrap_up", text),
            Some(Column::Patience) => call.patience = reading.length(line, "patience", text),
            Some(Column::Waited) => call.waited = reading.length(line, "waited", text),
        }
    }
    if let Some(time) = time {
        call.at = time;
        reading.add(line, queue, call);
    }
}

fn fail(reading: &mut Reading, error: &csv::Error, behind: u64) {
    let line = error.position().map_or(1, csv::Position::line) + behind;
    let (found, expected) = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            (format!("{len} columns"), format!("{expected_len}, as in the first line"))
        }
        csv::ErrorKind::Utf8 { .. } => ("text that is not in UTF-8".into(), "text in UTF-8".into()),
        _ => (format!("it cannot be read: {error}"), "call records as CSV".into()),
    };
    reading.report(ProblemKind::Malformed, line, "", found, &expected);
}
