//! Floors in JSON, for `cargo fuzz run floor_json`; what is checked stands in `tests/fuzz/subjects`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subjects::floor_json(bytes));
