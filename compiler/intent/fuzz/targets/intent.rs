//! The intent language, for cargo-fuzz.
#![no_main]

#[path = "../intent.rs"]
mod intent;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| intent::holds(bytes));
