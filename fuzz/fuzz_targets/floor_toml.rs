//! Floors in TOML, for `cargo fuzz run floor_toml`; what is checked stands in `tests/fuzz/subjects`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subjects::floor_toml(bytes));
