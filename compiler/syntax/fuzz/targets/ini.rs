//! The ini reader, for cargo-fuzz.
#![no_main]

#[path = "../ini.rs"]
mod ini;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ini::holds(bytes));
