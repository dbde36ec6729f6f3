//! The properties of the fuzz targets, over texts spoilt on purpose.
//!
//! Each test takes a fixed number of rounds, a few seconds; `fuzz/` holds the same properties for cargo-fuzz.

#[path = "../../syntax/fuzz/hostile.rs"]
mod hostile;
#[path = "../fuzz/intent.rs"]
mod intent;
#[path = "../fuzz/options.rs"]
mod options;
#[path = "../fuzz/secret.rs"]
mod secret;

#[test]
fn options_are_read_from_hostile_texts_and_no_password_comes_out() {
    let seeds = ["fuzz/seeds/options", "tests/ini", "../../examples/rdo-lab/ml2_conf_cisco_apic.ini"];
    hostile::holds(options::holds, &seeds, "../syntax/fuzz/ini.dict", 300);
}

#[test]
fn the_intent_is_decoded_from_hostile_texts() {
    let seeds = ["fuzz/seeds/intent", "cases", "../../examples/rdo-lab/aciform.yaml", "../../examples/rdo-lab/intent"];
    hostile::holds(intent::holds, &seeds, "../syntax/fuzz/yaml.dict", 5_000);
}

/// Ways by which a password once came out. No seeds: spoilt, they would be no passwords any more.
#[test]
fn a_password_that_got_out_once_stays_in() {
    for text in [
        "[ml2_cisco_apic]\napic-pasword = s3cr3tM4rk\napic_use_ssl = yess\n",
        "[apic_external_network:e]\nvlan_range = 100:200\n  apic_password = s3cr3tM4rk\n",
        "[apic_external_network:e]\nhost_pool_cidr = 10.0.0.1/24\n  apic_password = s3cr3tM4rk\n",
        "[ml2_cisco_apic]\nenable_optimized_dhcp = True\n  apic_password = a$s3cr3tM4rk\n",
        "[apic_external_network:e]\nexternal_epg = x\n  apic_password = $s3cr3tM4rk\n",
        "[apic_external_network:e]\napic_password = $s3cr3tM4rk\n",
        "[DEFAULT]\napic_system_id = ${apic.apic_password}\n[apic]\napic_username = a\napic_password = s3cr3tM4rk\n",
        "[apic_switch:101]\na,b = 1/33\n  apic_password = s3cr3tM4rk\n",
        "[apic_physical_network:p]\nhosts = a,b\n  apic_password = x,s3cr3tM4rk\n",
    ] {
        options::holds(text.as_bytes());
    }
}
