//! Mending of YAML files, for cargo-fuzz.
#![no_main]

#[path = "../rounds.rs"]
mod rounds;
#[path = "../../../intent/fuzz/secret.rs"]
mod secret;
#[path = "../yaml_fixer.rs"]
mod yaml_fixer;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| yaml_fixer::holds(bytes));
