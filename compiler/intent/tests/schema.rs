//! The committed schemas are what the types say, closed, and accept exactly the shape that decoding accepts.
//!
//! `UPDATE_SCHEMA=1` rewrites `schema/*.schema.json`.

use std::fs;
use std::path::{Path, PathBuf};

use aciform_diagnostics::{Diagnostics, Severity, SourceMap, Span};
use aciform_intent::{decode, schema};
use aciform_schemas::Schema;
use aciform_syntax::yaml::{self, Kind, NodeId, Style, Tree};
use serde_json::{Map, Value};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_committed_schemas_are_current() {
    for (name, schema) in [("aciform", schema::site()), ("intent", schema::intent())] {
        let path = root().join(format!("schema/{name}.schema.json"));
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("a schema prints"));
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            fs::write(&path, &text).expect("the schema is written");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{name}.schema.json is not current; run the test with UPDATE_SCHEMA=1");
    }
}

/// The JSON that a reader of the YAML 1.2 core schema makes of a value.
fn json(tree: &Tree, id: NodeId) -> Value {
    match &tree.resolve(id).kind {
        Kind::Scalar { text, style: Style::Quoted } => Value::String(text.clone()),
        Kind::Scalar { text, style: Style::Plain } => match text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            number => number_of(number).unwrap_or_else(|| Value::String(text.clone())),
        },
        Kind::Sequence(items) => items.iter().map(|item| json(tree, *item)).collect(),
        Kind::Mapping(pairs) => {
            let key = |id: &NodeId| match &tree.resolve(*id).kind {
                Kind::Scalar { text, .. } => text.clone(),
                Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => String::new(),
            };
            Value::Object(pairs.iter().map(|(name, value)| (key(name), json(tree, *value))).collect::<Map<_, _>>())
        }
        Kind::Alias(_) => Value::Null,
    }
}

fn number_of(text: &str) -> Option<Value> {
    if let Some(hex) = text.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(Value::from);
    }
    let integer = text.parse::<i64>().ok().map(Value::from);
    integer.or_else(|| text.parse::<f64>().ok().filter(|_| text.contains('.')).map(Value::from))
}

/// A text, whether decoding finds anything in it, and the refusals of the schema.
struct Read {
    sound: bool,
    refusals: Vec<String>,
}

fn read(name: &str, text: &str) -> Read {
    let site = name.ends_with("aciform.yaml") || text.starts_with("# aciform.yaml");
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let file = sources.add(name, text);
    let tree = yaml::parse(file, text, &mut diagnostics);
    if site {
        decode::site(&tree, Span::start_of(file), &mut diagnostics);
    } else {
        let _ = decode::intent(&[&tree], &mut diagnostics);
    }
    let schema = Schema::new(&if site { schema::site() } else { schema::intent() }).expect("a schema");
    let mut refusals = Vec::new();
    for document in &tree.documents {
        refusals.extend(schema.check(&json(&tree, *document)).iter().map(|refusal| format!("{refusal:?}")));
    }
    Read { sound: !diagnostics.iter().any(|finding| finding.severity >= Severity::Warning), refusals }
}

/// Every YAML file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("a readable folder");
    for entry in entries {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn what_decodes_without_a_finding_fits_the_schema() {
    let mut paths = Vec::new();
    files(&root().join("examples"), &mut paths);
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"), &mut paths);
    let mut sound = 0;
    for path in paths {
        let text = fs::read_to_string(&path).expect("a readable file");
        let read = read(&path.to_string_lossy(), &text);
        if read.sound {
            sound += 1;
            assert!(read.refusals.is_empty(), "{}: {:#?}", path.display(), read.refusals);
        }
    }
    assert!(sound > 5, "{sound} sound files");
}

#[test]
fn the_schema_refuses_what_the_shape_of_a_file_gets_wrong() {
    for (name, text) in [
        ("unknown at the top", "projcts: {}"),
        ("unknown in a network", "projects: {p: {networks: {n: {cidr: 10.0.0.0/24}}}}"),
        ("a list of projects", "projects: [p]"),
        ("no prefix", "projects: {p: {networks: {n: {subnets: {s: {}}}}}}"),
        ("an empty subnet", "projects: {p: {networks: {n: {subnets: {s: }}}}}"),
        ("no text", "projects: {p: {networks: {n: {name: }}}}"),
        ("a truth value of YAML 1.1", "projects: {p: {networks: {n: {port_security_enabled: yes}}}}"),
        ("a handle with a blank", "projects: {p: {networks: {a b: {}}}}"),
        ("a handle of dots", "hosts: {..: {}}"),
        ("a plain role", "hosts: {h: {roles: compute}}"),
        ("an unknown role", "hosts: {h: {roles: [network]}}"),
        ("a netmask", "projects: {p: {networks: {n: {subnets: {s: {cidr: 10.0.0.0/255.0.0.0}}}}}}"),
        (
            "a project's subnet that is reserved",
            "projects: {p: {networks: {n: {subnets: {s: {cidr: 10.0.0.0/8, project: p}}}}}}",
        ),
        ("a VNID that is too large", "projects: {p: {networks: {n: {facts: {vnid: 0x1000000}}}}}"),
        ("a port that is too large", "projects: {p: {security_groups: {g: {rules: [{protocol: tcp, port: 65536}]}}}}"),
        ("ICMP without a type", "projects: {p: {security_groups: {g: {rules: [{protocol: icmp, icmp: {code: 0}}]}}}}"),
        ("an unknown protocol", "projects: {p: {security_groups: {g: {rules: [{protocol: tpc}]}}}}"),
        (
            "a fixed IP that is both",
            "projects: {p: {ports: {a: {network: n, fixed_ips: [{ip_address: 10.0.0.1, subnet: s}]}}}}",
        ),
        ("an MTU in quotes", "projects: {p: {networks: {n: {mtu: \"1500\"}}}}"),
        ("a rename without a project", "renamed: {networks: {a: b}}"),
        ("aciform.yaml: no version", "# aciform.yaml\nini: []"),
        ("aciform.yaml: another version", "# aciform.yaml\naciform: 2"),
        ("aciform.yaml: a plain password", "# aciform.yaml\naciform: 1\napic: {password: secret}"),
        ("aciform.yaml: two places", "# aciform.yaml\naciform: 1\napic: {password: {env: A, file: b}}"),
        ("aciform.yaml: another release", "# aciform.yaml\naciform: 1\nreleases: {apic: \"6.0\"}"),
        ("aciform.yaml: a number of ports", "# aciform.yaml\naciform: 1\ngrowth: {ports: 40}"),
        ("aciform.yaml: a list of networks", "# aciform.yaml\naciform: 1\ngrowth: {floating_ips: [out]}"),
        ("aciform.yaml: a network without a number", "# aciform.yaml\naciform: 1\ngrowth: {floating_ips: {out: }}"),
        ("aciform.yaml: no number of floating IPs", "# aciform.yaml\naciform: 1\ngrowth: {floating_ips: }"),
        ("aciform.yaml: a growth without a sign", "# aciform.yaml\naciform: 1\ngrowth: {compute_hosts: 25%}"),
    ] {
        let read = read(name, text);
        assert!(!read.refusals.is_empty(), "{name} is accepted");
        assert!(!read.sound, "{name} decodes");
    }
}
