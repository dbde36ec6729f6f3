//! Every JSON that the program writes, against its closed schema.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use aciform_schemas::Schema;
use aciform_testkit::closed::{Openings, assert_schema_is_closed};
use aciform_testkit::committed::assert_schema;
use aciform_testkit::generate;
use aciform_testkit::program::{example, examples, repository, run};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

#[test]
fn the_schemas_of_what_the_program_prints_are_committed() {
    // As it is written: what may be null is there all the same.
    let generator = schemars::generate::SchemaSettings::default().for_serialize().into_generator();
    assert_schema("show-ini", &generator.into_root_schema_for::<aciform_intent::ini::Report>().into());
    assert_schema("manifest", &schemars::schema_for!(aciform_bundle::manifest::Manifest).into());
    assert_schema("diff", &schemars::schema_for!(aciform_plan::report::Report<'static>).into());
    assert_schema("pools", &schemars::schema_for!(aciform_rules::pools::report::Report).into());
}

#[test]
fn every_json_of_the_examples_and_of_generated_sites_fits_its_schema() {
    let names = ["manifest", "netns", "endpoint", "rdconfig", "service", "payload", "security-groups", "neutron"];
    let schemas = names.map(|name| (name, Schema::new(&schema(name)).expect("a schema"))).into_iter().collect();
    for name in examples() {
        validate(&schemas, example(&name).path(), 6);
    }
    for seed in 1..=30 {
        let folder = tempfile::tempdir().expect("a folder");
        generate::write(&generate::site(seed), folder.path()).expect("the site can be written");
        validate(&schemas, folder.path(), 6);
    }
}

#[test]
fn the_manifests_schema_is_closed_at_every_level() {
    let folder = lab();
    let schema = schema("manifest");
    let manifest = parse(&folder.path().join("out/manifest.json"));
    let names = ["/artifacts", "/artifacts/*"];
    // Bundles from before it have none.
    let optional = ["/preexisting"];
    assert_schema_is_closed(&schema, &manifest, Openings { names: &names, optional: &optional, ..Openings::default() });
}

#[test]
fn the_differences_schema_is_closed_at_every_level() {
    let folder = lab();
    let intent = folder.path().join("intent/NewWebApps.yaml");
    let text = fs::read_to_string(&intent).expect("the intent");
    fs::write(&intent, text.replace("port: 80", "port: 8080")).expect("the intent is changed");
    let ini = folder.path().join("ml2_conf_cisco_apic.ini");
    let text =
        fs::read_to_string(&ini).expect("the ini").replace("enable_aci_routing = True", "default_arp_flooding = False");
    fs::write(&ini, text).expect("the ini is changed");
    let _ = run(PROGRAM, folder.path(), &["compile", "-o", "new"]).success();
    let diff = run(PROGRAM, folder.path(), &["diff", "out", "new", "--format", "json"]);
    assert_eq!(diff.code, 1, "{}", diff.stderr);
    let value: Value = serde_json::from_str(&diff.stdout).expect("the difference is JSON");
    // An attribute that came or went has only one side, and only a list has elements.
    let elements = "/files/*/entries/*/elements";
    let sides = [
        "/files/*/entries/*/old",
        "/files/*/entries/*/new",
        "/files/*/entries/*/elements/*/old",
        "/files/*/entries/*/elements/*/new",
    ];
    let optional: Vec<&str> = sides.into_iter().chain([elements]).collect();
    assert_schema_is_closed(
        &schema("diff"),
        &value,
        Openings { optional: &optional, mixed: &sides, ..Openings::default() },
    );
}

#[test]
fn the_schema_of_the_effective_ini_is_closed_at_every_level() {
    let files = ["sections.ini", "sections-more.ini", "production.ini", "unified.ini"];
    let folder = repository().join("compiler/intent/tests/ini");
    let show = |files: &[&str]| -> Value {
        let arguments = [&["show", "ini"], files, &["--format", "json"]].concat();
        let shown = run(PROGRAM, &folder, &arguments);
        serde_json::from_str(&shown.stdout).unwrap_or_else(|error| panic!("{error}: {}", shown.stderr))
    };
    let schema = schema("show-ini");
    let value = show(&files);
    // An option has any type, a domain's option two; what is null here is text elsewhere.
    let openings = Openings {
        names: &[
            "/options/*/value",
            "/external_networks/*/keys",
            "/vmm_domains/*/options",
            "/physical_domains/*/options",
            "/vpc_pairs",
        ],
        optional: &[],
        mixed: &[
            "/options/*/value",
            "/external_networks",
            "/vmm_domains",
            "/vmm_domains/*/options/*",
            "/physical_domains",
            "/physical_networks",
            "/vpc_pairs",
            "/switches",
            "/switches/*/links/*/interface",
            "/switches/*/links/*/module",
            "/host_links",
            "/host_links/*/path",
            "/external_segments/*/ip_start",
            "/external_segments/*/ip_end",
            "/external_segments/*/ip_gateway",
            "/external_segments/*/ip6_start",
            "/external_segments/*/ip6_end",
            "/external_segments/*/ip6_gateway",
        ],
    };
    assert_schema_is_closed(&schema, &value, openings);
    // Where readers stop: these files too fit.
    for file in ["broken.ini", "domains.ini", "global.ini", "grammar.ini", "references.ini", "types.ini"] {
        let refused = Schema::new(&schema).expect("a schema").check(&show(&[file]));
        assert!(refused.is_empty(), "{file}: {refused:?}");
    }
    assert!(show(&["broken.ini"])["stops"].as_array().is_some_and(|stops| stops.len() == 2));
}

fn lab() -> tempfile::TempDir {
    let folder = example("rdo-lab");
    let _ = run(PROGRAM, folder.path(), &["compile", "-o", "out"]).success();
    folder
}

/// Compiles a site and validates every JSON of its bundle; demands at least `least` of them.
fn validate(schemas: &BTreeMap<&str, Schema>, site: &Path, least: usize) {
    let _ = run(PROGRAM, site, &["compile", "-o", "out"]).success();
    let mut validated = 0;
    for entry in walkdir::WalkDir::new(site.join("out")).sort_by_file_name() {
        let entry = entry.expect("the bundle can be read");
        let Some(name) = schema_of(entry.path()) else { continue };
        let refused = schemas[name].check(&parse(entry.path()));
        assert!(refused.is_empty(), "{} as {name}: {refused:?}", entry.path().display());
        validated += 1;
    }
    assert!(validated >= least, "{}: only {validated} files", site.display());
}

/// The schema that a file of a bundle has to fit; `None` for folders and texts.
fn schema_of(path: &Path) -> Option<&'static str> {
    let folder = path.parent()?.file_name()?.to_str()?;
    match (path.file_name()?.to_str()?, path.extension()?.to_str()?) {
        ("manifest.json", _) => Some("manifest"),
        ("netns.json", _) => Some("netns"),
        ("neutron.json", _) => Some("neutron"),
        ("security-groups.json", _) => Some("security-groups"),
        (_, "ep") => Some("endpoint"),
        (_, "rdconfig") => Some("rdconfig"),
        (_, "as") => Some("service"),
        (_, "json") if folder == "apic" => Some("payload"),
        _ => None,
    }
}

fn schema(name: &str) -> Value {
    serde_json::from_str(aciform_schemas::text(name).expect("the schema is built in")).expect("a schema is JSON")
}

fn parse(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("a file"))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
