//! The YAML reader, for cargo-fuzz.
#![no_main]

#[path = "../yaml.rs"]
mod yaml;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| yaml::holds(bytes));
