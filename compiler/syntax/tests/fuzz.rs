//! The properties of the fuzz targets, over texts spoilt on purpose.
//!
//! Each test takes a fixed number of rounds, a few seconds; `fuzz/` holds the same properties for cargo-fuzz.

#[path = "../fuzz/hostile.rs"]
mod hostile;
#[path = "../fuzz/ini.rs"]
mod ini;
#[path = "../fuzz/yaml.rs"]
mod yaml;

#[test]
fn the_ini_reader_keeps_its_places_over_hostile_texts() {
    let seeds = ["fuzz/seeds/ini", "../intent/tests/ini", "../../examples/rdo-lab/ml2_conf_cisco_apic.ini"];
    hostile::holds(ini::holds, &seeds, "fuzz/ini.dict", 5_000);
}

#[test]
fn the_yaml_reader_keeps_its_places_over_hostile_texts() {
    let seeds = ["fuzz/seeds/yaml", "../intent/cases", "../../examples/rdo-lab/aciform.yaml"];
    hostile::holds(yaml::holds, &seeds, "fuzz/yaml.dict", 5_000);
}
