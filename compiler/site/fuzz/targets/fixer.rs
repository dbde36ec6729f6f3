//! Mending, for cargo-fuzz.
#![no_main]

#[path = "../effect.rs"]
mod effect;
#[path = "../fixer.rs"]
mod fixer;
#[path = "../rounds.rs"]
mod rounds;
#[path = "../../../intent/fuzz/secret.rs"]
mod secret;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fixer::holds(bytes));
