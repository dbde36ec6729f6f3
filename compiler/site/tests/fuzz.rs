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

/// Written into a name by a fix, joined with the line above, taken for the port of a host.
#[test]
fn a_password_that_got_out_once_stays_in() {
    for text in [
        "[DEFAULT]\napic_system_id = ${apic.apic_password}\n[apic]\napic_username = a\napic_password = s3cr3tM4rk\n",
        "[apic_switch:101]\n  apic_password = s3cr3tM4rk\n",
        "[apic_switch:101]\nhost-1 = 33\n  apic_password = s3cr3tM4rk\n",
        "[DEFAULT]\ncore_plugin = ml2 plus\"\n  apic_password = s3cr3tM4rk\n",
        "[apic_switch:101]\npod_id = x\n  apic_password = s3cr3tM4rk\n",
        "[opflex_external_segment:a]\nip_gateway = x\n  apic_password = s3cr3tM4rk\n",
        "[apic_external_network:a]\nrouter_id = x\n  apic_password = s3cr3tM4rk\n",
    ] {
        fixer::holds(text.as_bytes());
    }
}
