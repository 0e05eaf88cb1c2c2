//! Planning: how many people a floor needs, when, and what another decision would change.
//!
//! * [`staff()`] turns the calls that a scenario expects into a requirement by interval (by the formulas of
//!   [`erlang`](crate::erlang)), finds the shifts that cover it with the fewest paid hours, runs the very floor with that
//!   roster, and adds people where an interval still misses the goal.
//! * A [`Change`] is a change to a floor or its scenario as data: `2 spanish`, 20 % more calls, any field by its path.
//!   [`what_if`] runs it beside the plan as it is, with the same calls for both.
//! * A [`Sweep`] runs one change with one value after another.
//!
//! All three ask now and then whether they are to go on; who says no gets what is known by then. [`staff()`] asks while it
//! plans, too: the requirement and the shifts may take longer than a simulation.
//!
//! ```
//! use std::sync::Arc;
//!
//! use cordboard::Plan;
//! use cordboard::planning::{Change, StaffOptions, staff, what_if};
//! use cordboard::sim::{Runs, Scenario};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let plan = Arc::new(Plan::from_toml(
//!     r#"
//!     teams = [{ name = "desk" }]
//!     agents = [{ name = "li", team = "desk" }, { name = "wang", team = "desk" }]
//!     queues = [{ name = "line" }]
//! "#,
//! )?);
//! let scenario = Scenario::from_toml(
//!     r#"
//!     calls = { patience = { exponential = "2m" } }
//!     queues = [{ queue = "line", arrivals = { per_hour = 30 } }]
//!     shifts = [{ teams = ["desk"], from = "00:00", to = "24:00" }]
//! "#,
//!     &plan,
//! )?;
//! // 1.5 erlangs need three at any time for 80 % within three rings; nine shifts of eight hours are the least.
//! let options = StaffOptions { check: None, ..StaffOptions::default() };
//! let staffing = staff(&plan, &scenario, &options, &|_| true)?;
//! let pool = &staffing.pools[0];
//! assert_eq!((pool.paid_hours, pool.proven_least), (72.0, true));
//! assert!(pool.intervals.iter().all(|interval| interval.required == 3 && interval.cover == 3));
//!
//! let two_more = what_if(&plan, &scenario, &["2 desk".parse::<Change>()?], &Runs::new(5), 1, &|_| true)?;
//! let better = two_more.alternatives[1].get("service level").and_then(|level| level.difference);
//! assert!(better.and_then(|better| better.mean) > Some(0.1));
//! # Ok(())
//! # }
//! ```

mod agents;
mod beside;
mod change;
mod check;
mod cover;
mod forecast;
mod pools;
mod requirement;
mod roster;
mod staff;
mod staffing;
mod sweep;

pub use change::{Change, ChangeError, what_if};
pub use cover::{Cover, CoverError, Pattern, least_cover};
pub use forecast::{Forecast, QueueForecast};
pub use staff::{CheckOptions, StaffError, StaffOptions, staff};
pub use staffing::{PlannedInterval, PlannedShift, PoolStaffing, Staffing};
pub use sweep::{Point, Sweep, SweepError, SweepResult};
