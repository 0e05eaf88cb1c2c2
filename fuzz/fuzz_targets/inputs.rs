//! Inputs to an engine, for `cargo fuzz run inputs`; what is checked stands in `tests/fuzz/subjects`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subjects::inputs(bytes));
