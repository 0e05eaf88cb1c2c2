//! Who is at work when.

use serde::{Deserialize, Serialize};

use crate::floor::Length;

/// Another roster for the same scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Roster {
    /// What people call it; each name once.
    pub name: String,
    /// Who is at work when, in place of the scenario's own shifts.
    pub shifts: Vec<Shift>,
}

/// A shift: who is signed in from when to when. The shifts of one agent may touch but not overlap.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shift {
    /// What people call it.
    pub name: String,
    /// Everybody in these teams, by name, in the floor's order.
    pub teams: Vec<String>,
    /// And these agents, by name, in this order.
    pub agents: Vec<String>,
    /// On these days of the week: any of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`. A shift over midnight belongs to the day on which it begins. Default: every day.
    pub days: Vec<String>,
    /// From this time of day, `"HH:MM"` or `"HH:MM:SS"`.
    pub from: String,
    /// To this time of day, up to `"24:00"`; not after `from` means the next day. Who is in a call stays until it and
    /// the work after it are done.
    pub to: String,
    /// Breaks within the shift, each at a time of day.
    pub breaks: Vec<Break>,
    /// Breaks to which everybody in the shift has a right, spread over it. They do not look at `breaks`. Default: none.
    pub allowance: Option<Allowance>,
}

/// A break of everybody in a shift.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Break {
    /// When the first agent of the shift takes it: a time of day, `"HH:MM"` or `"HH:MM:SS"`.
    pub at: String,
    /// So much later than the one before takes each following agent it, so that not all go at once. Default: none.
    pub stagger: Length,
    /// How long it lasts; it starts when no call is in hand.
    pub length: Length,
    /// The reason, by the floor's name.
    pub reason: String,
}

/// Breaks to which everybody in a shift has a right (D2): the shift, less its margins, is divided into as many equal
/// parts as there are breaks, and everybody takes one in each. They go one after another, as evenly as they fit, so that
/// as few as possible are away at once; and everybody has the same time between two breaks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Allowance {
    /// How long each break lasts, in order; none longer than its part of the shift.
    pub breaks: Vec<Length>,
    /// The reason, by the floor's name.
    pub reason: String,
    /// How long nobody takes a break at the beginning and at the end of the shift. Default: no time.
    pub margin: Length,
}
