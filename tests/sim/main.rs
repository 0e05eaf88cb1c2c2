//! The simulation: who calls, how people behave, how often it is run and what that comes to.

mod arrivals;
mod compare;
mod conduct;
mod day;
mod desk;
mod erlang_c;
mod faults;
mod fields;
mod handling;
mod people;
mod recorded;
#[cfg(feature = "report")]
mod report;
mod runs;
mod scenario;
