//! The command `cordboard`, as its users run it.

mod compare;
mod files;
mod interrupted;
mod planning;
mod runs;
mod simulate;
#[cfg(feature = "top")]
mod top;
mod validate;
