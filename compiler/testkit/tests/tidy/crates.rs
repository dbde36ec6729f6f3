//! Which crate may use which, and where versions stand.

use crate::repository::{assert_none, files, names};

/// The crates of the workspace and what of ours each may use outside of its tests.
const MAY_USE: &[(&str, &[&str])] = &[
    ("diagnostics", &[]),
    ("syntax", &["diagnostics"]),
    ("intent", &["diagnostics", "syntax"]),
    ("schemas", &["diagnostics", "syntax"]),
    // The lock is YAML, read and written beside the allocations.
    ("fabric", &["diagnostics", "syntax", "intent"]),
    ("rules", &["diagnostics", "syntax", "intent", "fabric"]),
    // Opens files; the language server reads a site as the linter does.
    ("site", &["diagnostics", "syntax", "intent", "fabric", "rules"]),
    // Lints as the site is linted, and looks the language up for what is asked about a place.
    ("lsp", &["diagnostics", "syntax", "intent", "rules", "site"]),
    // Of the intent, the scalars: addresses, prefixes, names that were checked once.
    ("bundle", &["diagnostics", "intent", "fabric"]),
    ("plan", &["diagnostics", "bundle"]),
    // A second reader of what a bundle says: with a name or a rule of the crates that write it, it would only repeat them.
    ("verify", &["diagnostics"]),
    // Writes text that the language's own crates must be able to read, so it knows none of them.
    ("generate", &[]),
    (
        "aciform",
        &[
            "diagnostics",
            "syntax",
            "intent",
            "schemas",
            "fabric",
            "rules",
            "site",
            "lsp",
            "bundle",
            "plan",
            "generate",
            "verify",
        ],
    ),
    (
        "testkit",
        &[
            "diagnostics",
            "syntax",
            "intent",
            "schemas",
            "fabric",
            "rules",
            "site",
            "bundle",
            "plan",
            "generate",
            "verify",
        ],
    ),
];

/// What a crate may use in tests besides: the test kit, and through it anything.
const IN_TESTS: &str = "testkit";

/// Large or delicate packages, and the only crates that may use them.
const CONFINED: &[(&str, &[&str])] = &[
    ("miette", &["diagnostics"]),
    ("granit-parser", &["syntax"]),
    ("jsonschema", &["schemas"]),
    ("minijinja", &["bundle"]),
    ("clap", &["aciform"]),
    ("lsp-server", &["lsp"]),
    ("lsp-types", &["lsp"]),
];

/// One line of a dependency table.
struct Dependency {
    owner: String,
    table: String,
    name: String,
    value: String,
}

fn dependencies() -> Vec<Dependency> {
    let mut found = Vec::new();
    for owner in names("compiler").into_iter().filter(|name| !name.contains('.')) {
        let (_, text) = files(&format!("compiler/{owner}"), "Cargo.toml").remove(0);
        let mut table = String::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if line.starts_with('[') {
                table = line.trim_matches(['[', ']']).to_owned();
            } else if let (true, Some((name, value))) = (table.ends_with("dependencies"), line.split_once('=')) {
                let name = name.trim().trim_end_matches(".workspace").to_owned();
                found.push(Dependency {
                    owner: owner.clone(),
                    table: table.clone(),
                    name,
                    value: value.trim().to_owned(),
                });
            }
        }
    }
    found
}

#[test]
fn no_crate_uses_one_that_it_may_not_know() {
    let all = dependencies();
    let mut wrong: Vec<String> = names("compiler")
        .into_iter()
        .filter(|name| !name.contains('.') && !MAY_USE.iter().any(|(known, _)| known == name))
        .map(|name| format!("compiler/{name} is not in the table of crates"))
        .collect();
    for dependency in &all {
        let Some(ours) = dependency.name.strip_prefix("aciform-") else { continue };
        let may = MAY_USE.iter().find(|(owner, _)| *owner == dependency.owner).map_or(&[][..], |(_, may)| may);
        let in_tests = dependency.table.contains("dev-dependencies");
        // The language's own schemas are tried with the files that the language accepts.
        // A rule's page is tried through the linter.
        let language = matches!((dependency.owner.as_str(), ours), ("intent", "schemas") | ("rules", "site"));
        if !(may.contains(&ours) || in_tests && (ours == IN_TESTS || dependency.owner == "testkit" || language)) {
            wrong.push(format!("{} may not use {ours} ([{}])", dependency.owner, dependency.table));
        }
    }
    for (package, owners) in CONFINED {
        let strays = all
            .iter()
            .filter(|d| d.name == *package && !d.table.contains("dev-") && !owners.contains(&d.owner.as_str()));
        wrong.extend(strays.map(|d| format!("{} may not use {package}, only {owners:?} may", d.owner)));
        if !all.iter().any(|d| d.name == *package) {
            wrong.push(format!("{package} is confined but not used"));
        }
    }
    assert_none(&wrong);
}

#[test]
fn one_file_knows_the_renderer() {
    let knowing: Vec<String> = files("compiler", ".rs")
        .into_iter()
        .filter(|(path, text)| {
            path.contains("/src/")
                && text.lines().any(|line| line.trim_start().starts_with("use miette") || line.contains("miette::"))
        })
        .map(|(path, _)| path)
        .collect();
    assert_eq!(knowing, ["compiler/diagnostics/src/render/human.rs"]);
}

#[test]
fn versions_stand_in_the_root_manifest_only() {
    let all = dependencies();
    assert!(all.len() > 20, "the manifests are not where this test looks for them");
    let wrong: Vec<String> = all
        .iter()
        .filter(|d| !(d.value == "true" || d.value.contains("workspace = true")) || d.value.contains("version"))
        .map(|d| format!("compiler/{}/Cargo.toml: {} = {} does not come from the workspace", d.owner, d.name, d.value))
        .collect();
    assert_none(&wrong);
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let manifests = files("compiler", "Cargo.toml");
    let wrong: Vec<String> = manifests
        .iter()
        // The entry of a fuzz target is what its macro makes of it.
        .filter(|(path, text)| !path.ends_with("/fuzz/Cargo.toml") && !text.contains("[lints]\nworkspace = true"))
        .map(|(path, _)| format!("{path} does not take the lints of the workspace"))
        .collect();
    assert_none(&wrong);
}
