//! Planning: staffing, changes and sweeps, and the least cover.

mod cover;
mod staffing;
