//! The property of the fuzz target, over texts spoilt on purpose.
//!
//! The test takes a fixed number of rounds, a few seconds; `fuzz/` holds the same property for cargo-fuzz.

#[path = "../fuzz/fixer.rs"]
mod fixer;
#[path = "../../syntax/fuzz/hostile.rs"]
mod hostile;
#[path = "../../intent/fuzz/secret.rs"]
mod secret;

#[test]
fn mending_hostile_texts_ends_and_breaks_nothing() {
    let seeds = ["fuzz/seeds/fixer", "../syntax/fuzz/seeds/ini", "../intent/fuzz/seeds/options", "../intent/tests/ini"];
    hostile::holds(fixer::holds, &seeds, "../syntax/fuzz/ini.dict", 100);
}
