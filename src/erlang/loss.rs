//! Erlang's loss formula (Erlang B), by its recursion, and its inverses (A. K. Erlang, "Solution of some problems in the
//! theory of probabilities of significance in automatic telephone exchanges", Elektroteknikeren 13, 1917).

use super::{Error, LINES_MAX, LOAD_MAX, share};

/// The share of calls blocked where this load, in erlangs, finds so many lines and nobody waits: Erlang B. The handle
/// time may have any distribution.
///
/// # Errors
///
/// A load not from 0 to [`LOAD_MAX`], more than [`LINES_MAX`] lines.
pub fn blocking(load: f64, lines: u32) -> Result<f64, Error> {
    check(load)?;
    lines_fit(lines)?;
    Ok(erlang_b(load, lines))
}

/// The fewest lines for which at most this share, above 0 and below 1, of the load is blocked.
///
/// # Errors
///
/// A load or a share out of range, [`Error::Unreachable`] where [`LINES_MAX`] lines are too few.
pub fn lines_for(load: f64, at_most: f64) -> Result<u32, Error> {
    check(load)?;
    share("the share blocked", at_most)?;
    let mut blocked = 1.0;
    for lines in 0..=LINES_MAX {
        blocked = if lines == 0 { 1.0 } else { step(load, blocked, lines) };
        if blocked <= at_most {
            return Ok(lines);
        }
    }
    Err(Error::Unreachable { what: "the share blocked", limit: f64::from(LINES_MAX) })
}

/// The largest load, in erlangs, of which so many lines block at most this share, above 0 and below 1.
///
/// # Errors
///
/// No line, more than [`LINES_MAX`], a share out of range, or a load above [`LOAD_MAX`].
pub fn load_for(lines: u32, at_most: f64) -> Result<f64, Error> {
    share("the share blocked", at_most)?;
    lines_fit(lines)?;
    if lines == 0 {
        return Err(Error::OutOfRange { what: "lines", expected: "1 to 1,000,000", got: 0.0 });
    }
    if erlang_b(LOAD_MAX, lines) <= at_most {
        return Err(Error::Unreachable { what: "so little blocking", limit: LOAD_MAX });
    }
    let (mut low, mut high) = (0.0, LOAD_MAX);
    while let Some(middle) = between(low, high) {
        if erlang_b(middle, lines) <= at_most {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// Erlang B: stable from 1 upwards, for every step makes an error smaller.
pub(super) fn erlang_b(load: f64, lines: u32) -> f64 {
    (1..=lines).fold(1.0, |blocked, line| step(load, blocked, line))
}

fn step(load: f64, blocked: f64, line: u32) -> f64 {
    let grown = load * blocked;
    grown / (f64::from(line) + grown)
}

/// Halfway, as long as there is a number in between.
pub(super) fn between(low: f64, high: f64) -> Option<f64> {
    let middle = low + (high - low) / 2.0;
    (middle > low && middle < high && high - low > 1e-14 * high).then_some(middle)
}

fn check(load: f64) -> Result<(), Error> {
    let fits = (0.0..=LOAD_MAX).contains(&load);
    let out = Error::OutOfRange { what: "the load in erlangs", expected: "0 to 100,000", got: load };
    if fits { Ok(()) } else { Err(out) }
}

fn lines_fit(lines: u32) -> Result<(), Error> {
    let out = Error::OutOfRange { what: "lines", expected: "at most 1,000,000", got: f64::from(lines) };
    if lines <= LINES_MAX { Ok(()) } else { Err(out) }
}
