//! Scenarios in TOML, for `cargo fuzz run scenario`; what is checked stands in `tests/fuzz/subjects`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subjects::scenario(bytes));
