//! The files that a scenario names: they are read when it is, and what they hold is put in their places.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::distribution::EMPIRICAL_MAX;
use super::recording::{self, Form, Recording, epoch, read_length};
use super::scenario::{RecordedCall, Scenario};
use super::setting::{FIRST_DAY, read_day};
use crate::floor::{FieldPath, Hints, Length, Problem, ProblemKind, read_file};
use crate::time::Span;

/// What files of a scenario are for.
const EMPIRICAL: &str = "empirical";
const RECORDED: &str = "recorded";
const QUEUE_LOG: &str = "queue_log";

const DAY: Span = Span::from_secs(24 * 3_600);

/// The files of one scenario.
pub(super) struct Files<'a> {
    /// From where their names are counted; `None` if no files may be named.
    directory: Option<&'a Path>,
    zone: TimeZone,
    pub(super) problems: Vec<Problem>,
    recordings: BTreeMap<(Form, PathBuf), Option<Recording>>,
    /// By place of the queue: the calls that were recorded, and whether their times are counted from 1970.
    taken: Vec<(usize, bool, Vec<RecordedCall>)>,
    hints: Hints,
}

impl<'a> Files<'a> {
    pub(super) fn new(directory: Option<&'a Path>, zone: TimeZone) -> Self {
        let (problems, recordings, taken) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { directory, zone, problems, recordings, taken, hints: Hints::default() }
    }

    /// Reads every file that is named, and takes its name out of the text.
    pub(super) fn take_from(&mut self, scenario: &mut DeTable<'_>) {
        let root = FieldPath::default();
        for (name, value) in scenario.iter_mut() {
            self.lengths_in(value, &root.field(name.get_ref()));
        }
        let Some(DeValue::Array(queues)) = scenario.get_mut("queues").map(Spanned::get_mut) else { return };
        for (index, queue) in queues.iter_mut().enumerate() {
            let at = root.field("queues").index(index).field("arrivals");
            let DeValue::Table(queue) = queue.get_mut() else { continue };
            let name = queue.get("queue").and_then(|name| text(name)).unwrap_or_default().to_owned();
            let Some(DeValue::Table(arrivals)) = queue.get_mut("arrivals").map(Spanned::get_mut) else { continue };
            if arrivals.contains_key(RECORDED) && arrivals.remove(QUEUE_LOG).is_some() {
                let found = format!("a `{QUEUE_LOG}` beside `{RECORDED}` calls");
                let problem = Problem::new(ProblemKind::Duplicate, at.field(QUEUE_LOG), found, "one of the two");
                self.problems.push(problem);
            }
            for (field, form) in [(RECORDED, Form::Csv), (QUEUE_LOG, Form::QueueLog)] {
                // A list holds the calls themselves.
                let named = arrivals.get(field).filter(|value| !matches!(value.get_ref(), DeValue::Array(_)));
                let Some(named) = named.map(|value| reference(value, &name)) else { continue };
                arrivals.remove(field);
                self.record(index, form, named, &at.field(field));
            }
        }
    }

    /// Puts what was read where it belongs.
    pub(super) fn give_to(self, scenario: &mut Scenario) {
        let dated = self.taken.iter().filter(|(_, dated, _)| *dated).flat_map(|(.., calls)| calls.first());
        let first = dated.map(|call| time(call).as_nanos() / DAY.as_nanos()).min();
        if scenario.begins.is_none()
            && let Some(first) = first
        {
            let day = jiff::Timestamp::from_second((first * 24 * 3_600) as i64).map(|at| TimeZone::UTC.to_datetime(at));
            scenario.begins = day.ok().map(|day| day.date().to_string());
        }
        let begins = epoch(scenario.begins.as_deref().and_then(read_day).unwrap_or(FIRST_DAY));
        let mut last = Span::ZERO;
        for (index, dated, mut calls) in self.taken {
            if dated {
                calls.retain(|call| time(call) >= begins);
                calls.iter_mut().for_each(|call| call.at = since(time(call), begins).into());
            }
            last = last.max(calls.last().map(time).unwrap_or_default());
            if let Some(inflow) = scenario.queues.get_mut(index) {
                inflow.arrivals.recorded = Some(calls.into());
            }
        }
        if scenario.hours.is_none() && !last.is_zero() {
            scenario.hours = Some(24.0 * (last.as_nanos() / DAY.as_nanos() + 1) as f64);
        }
    }

    /// Where the file of this name is.
    fn place(&mut self, file: &str, at: &FieldPath) -> Option<PathBuf> {
        let place = self.directory.map(|directory| directory.join(file));
        if place.is_none() {
            let found = format!("the file `{}`", file.escape_debug());
            let expected = "what it holds, for only a scenario that is itself read from a file may name others";
            self.problems.push(Problem::new(ProblemKind::Malformed, at.clone(), found, expected));
        }
        place
    }

    // --- lengths ---

    fn lengths_in(&mut self, value: &mut Spanned<DeValue<'_>>, at: &FieldPath) {
        match value.get_mut() {
            DeValue::Array(list) => {
                for (index, item) in list.iter_mut().enumerate() {
                    self.lengths_in(item, &at.index(index));
                }
            }
            DeValue::Table(table) => {
                for (name, value) in table.iter_mut() {
                    let at = at.field(name.get_ref());
                    match text(value).filter(|_| name.get_ref() == EMPIRICAL).map(str::to_owned) {
                        Some(file) => self.put_lengths(&file, value, &at),
                        None => self.lengths_in(value, &at),
                    }
                }
            }
            _ => {}
        }
    }

    /// Puts the lengths of a file where its name stood.
    fn put_lengths(&mut self, file: &str, value: &mut Spanned<DeValue<'_>>, at: &FieldPath) {
        let problems = self.problems.len();
        let mut lengths = self.place(file, at).map_or_else(Vec::new, |place| self.lengths(&place, at));
        if self.problems.len() > problems {
            // Anything that is right, for what is wrong has been said.
            lengths = vec![Length::secs(1)];
        }
        let span = value.span();
        let item = |length: &Length| Spanned::new(span.clone(), DeValue::String(length.to_string().into()));
        let list = lengths.iter().map(item).collect();
        *value = Spanned::new(span.clone(), DeValue::Array(list));
    }

    fn lengths(&mut self, file: &Path, at: &FieldPath) -> Vec<Length> {
        const PROBLEMS_MAX: usize = 20;
        let name: Arc<str> = file.display().to_string().into();
        let text = match read_file(file) {
            Ok(text) => text,
            Err(problems) => {
                let found = problems.iter().next().map_or_else(String::new, |problem| problem.found.clone());
                let found = format!("`{name}` {found}");
                self.problems.push(Problem::new(ProblemKind::Malformed, at.clone(), found, "a file of lengths"));
                return Vec::new();
            }
        };
        let enough = self.problems.len() + PROBLEMS_MAX;
        let mut lengths = Vec::new();
        for (line, number) in text.lines().map(str::trim).zip(1..) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut report = |kind, found: String, expected: &str| {
                let (file, line) = (Some(name.clone()), Some(number));
                self.problems.push(Problem { file, line, ..Problem::new(kind, at.clone(), found, expected) });
            };
            match read_length(line) {
                Some(_) if lengths.len() == EMPIRICAL_MAX => {
                    report(ProblemKind::TooMany, "one length too many".into(), "at most 100,000 lengths");
                    break;
                }
                Some(length) => lengths.push(length),
                None => {
                    let found: String = line.chars().take(40).collect();
                    let found = format!("`{}`", found.escape_debug());
                    report(ProblemKind::Malformed, found, "seconds, or a length such as `2m33s`");
                }
            }
            if self.problems.len() >= enough {
                break;
            }
        }
        lengths
    }

    // --- recorded calls ---

    /// Reads the calls of one queue, unless the file has been read before.
    fn record(&mut self, index: usize, form: Form, named: Option<(String, String)>, at: &FieldPath) {
        let Some((file, queue)) = named else {
            let expected = "the name of a file, or `{ file = \"…\", queue = \"…\" }`";
            self.problems.push(Problem::new(ProblemKind::Malformed, at.clone(), "no file", expected));
            return;
        };
        let Some(place) = self.place(&file, at) else { return };
        let key = (form, place);
        if !self.recordings.contains_key(&key) {
            let recording = recording::read(form, &key.1, &self.zone, at);
            let recording = recording.map_err(|problems| self.problems.extend(problems)).ok();
            self.recordings.insert(key.clone(), recording);
        }
        let Some(Some(recording)) = self.recordings.get(&key) else { return };
        match recording.queues.get(&queue).or_else(|| recording.queues.get("")) {
            Some(calls) => self.taken.push((index, recording.dated, calls.clone())),
            None => {
                let known: Vec<&str> = recording.queues.keys().map(String::as_str).take(20).collect();
                let found = format!("no call of queue `{}` in `{file}`", queue.escape_debug());
                let expected = match known.as_slice() {
                    [] => "calls".to_owned(),
                    known => format!("one of {}", known.join(", ")),
                };
                let near = self.hints.nearest(&queue, known).map(str::to_owned);
                let problem = Problem::new(ProblemKind::UnknownName, at.clone(), found, expected);
                self.problems.push(problem.near(near.as_deref()));
            }
        }
    }
}

/// A file and the queue whose calls are taken from it: its own unless another is named.
fn reference(value: &Spanned<DeValue<'_>>, own: &str) -> Option<(String, String)> {
    if let Some(file) = text(value) {
        return Some((file.to_owned(), own.to_owned()));
    }
    let DeValue::Table(table) = value.get_ref() else { return None };
    let known = |name: &str| matches!(name, "file" | "queue");
    if table.keys().any(|name| !known(name.get_ref())) {
        return None;
    }
    let queue = table.get("queue").map_or(Some(own), text)?;
    Some((text(table.get("file")?)?.to_owned(), queue.to_owned()))
}

fn text<'a>(value: &'a Spanned<DeValue<'_>>) -> Option<&'a str> {
    match value.get_ref() {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

fn time(call: &RecordedCall) -> Span {
    call.at.to_span(Span::ZERO)
}

fn since(time: Span, from: Span) -> Span {
    Span::from_nanos(time.as_nanos().saturating_sub(from.as_nanos()))
}
