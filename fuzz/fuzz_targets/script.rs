//! Floor scripts, for `cargo fuzz run script`; what is checked stands in `tests/fuzz/subjects`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subjects::script(bytes));
