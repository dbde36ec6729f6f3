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
