//! The meaning of ini files, for cargo-fuzz.
#![no_main]

#[path = "../options.rs"]
mod options;
#[path = "../secret.rs"]
mod secret;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| options::holds(bytes));
