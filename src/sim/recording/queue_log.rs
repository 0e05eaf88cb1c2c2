//! The log of Asterisk's queues: `time|call|queue|agent|event|data…`, one event on each line.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use jiff::Timestamp;

use super::{Reading, quoted, since_epoch};
use crate::floor::ProblemKind;
use crate::sim::scenario::RecordedCall;

/// The longest line, in bytes.
const LINE_MAX: u64 = 1 << 16;

/// Calls in a queue or with an agent, by call and queue: which of the queue's calls they are.
type Open = BTreeMap<(String, String), usize>;

/// Reads the calls of a file.
pub(super) fn read(file: impl Read, reading: &mut Reading) {
    let mut file = BufReader::new(file);
    let mut open = Open::new();
    let mut bytes = Vec::new();
    let mut number = 0;
    while !reading.is_enough() {
        bytes.clear();
        number += 1;
        match file.by_ref().take(LINE_MAX).read_until(b'\n', &mut bytes) {
            Ok(0) => return,
            Ok(_) => take(&String::from_utf8_lossy(&bytes), number, &mut open, reading),
            Err(error) => {
                let found = format!("it cannot be read: {error}");
                return reading.report(ProblemKind::Malformed, number, "", found, "a queue_log");
            }
        }
    }
}

fn take(line: &str, number: u64, open: &mut Open, reading: &mut Reading) {
    let line = line.trim_end_matches(['\n', '\r']);
    let mut fields = line.split('|');
    let (Some(time), Some(call), Some(queue), Some(_agent), Some(event)) =
        (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
    else {
        if !line.trim().is_empty() {
            let expected = "`time|call|queue|agent|event|data…`";
            reading.report(ProblemKind::Malformed, number, "", quoted(line), expected);
        }
        return;
    };
    let data: Vec<&str> = fields.collect();
    let at = |place: usize| data.get(place).copied().unwrap_or_default();
    let key = || (call.to_owned(), queue.to_owned());
    match event {
        "ENTERQUEUE" => {
            let Some(arrived) = arrival(time, reading) else {
                return reading.report(ProblemKind::Malformed, number, "", quoted(time), "seconds since 1970");
            };
            reading.recording.dated = true;
            let from = (!at(1).is_empty()).then(|| at(1).into());
            let call = RecordedCall { at: arrived, from, ..RecordedCall::default() };
            if let Some(place) = reading.add(number, queue, call) {
                open.insert(key(), place);
            }
        }
        "CONNECT" => known(open.get(&key()).copied(), queue, number, [None, Some(("waited", at(0)))], reading),
        "COMPLETECALLER" | "COMPLETEAGENT" => {
            let said = [Some(("talk", at(1))), Some(("waited", at(0)))];
            known(open.remove(&key()), queue, number, said, reading);
        }
        "TRANSFER" | "BLINDTRANSFER" => {
            let said = [Some(("talk", at(3))), Some(("waited", at(2)))];
            known(open.remove(&key()), queue, number, said, reading);
        }
        // Before these three it says in one field or in several to whom.
        "ATTENDEDTRANSFER" => {
            let from_end = |place: usize| data.len().checked_sub(place).map_or("", at);
            let said = [Some(("talk", from_end(2))), Some(("waited", from_end(3)))];
            known(open.remove(&key()), queue, number, said, reading);
        }
        "ABANDON" => known(open.remove(&key()), queue, number, [None, Some(("patience", at(2)))], reading),
        "EXITWITHTIMEOUT" | "EXITEMPTY" => {
            known(open.remove(&key()), queue, number, [None, Some(("waited", at(2)))], reading);
        }
        "EXITWITHKEY" => known(open.remove(&key()), queue, number, [None, Some(("waited", at(3)))], reading),
        _ => {}
    }
}

/// Notes what an event says of a call, if the call is known: the log may begin in the middle of it.
fn known(place: Option<usize>, queue: &str, line: u64, said: [Option<(&str, &str)>; 2], reading: &mut Reading) {
    let Some(place) = place else { return };
    for (field, text) in said.into_iter().flatten() {
        let Some(length) = reading.length(line, field, text) else { continue };
        let calls = reading.recording.queues.get_mut(queue);
        let Some(call) = calls.and_then(|calls| calls.get_mut(place)) else { return };
        match field {
            "talk" => call.talk = Some(length),
            "patience" => call.patience = Some(length),
            _ => call.waited = Some(length),
        }
    }
}

/// The clock of the floor's zone at this many seconds since 1970.
fn arrival(text: &str, reading: &Reading) -> Option<crate::floor::Length> {
    let secs: f64 = text.trim().parse().ok().filter(|secs: &f64| secs.is_finite() && *secs >= 0.0)?;
    let instant = Timestamp::from_nanosecond((secs * 1e9) as i128).ok()?;
    since_epoch(reading.zone.to_datetime(instant)).map(Into::into)
}
