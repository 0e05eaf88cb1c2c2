//! The calculator: the laws its formulas obey, and the figures that are known.

mod laws;
mod reference;
