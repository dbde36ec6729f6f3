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

#[test]
fn a_password_that_a_fix_once_wrote_into_a_name_stays_where_it_is() {
    fixer::holds(
        b"[DEFAULT]\napic_system_id = ${apic.apic_password}\n[apic]\napic_username = a\napic_password = s3cr3tM4rk\n",
    );
}
