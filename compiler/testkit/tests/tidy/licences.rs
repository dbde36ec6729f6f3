//! The licences of everything that is built in, checked without internet.

use std::process::Command;

use serde_json::Value;

use crate::repository::{assert_none, root};

#[test]
fn every_package_has_a_licence_that_deny_toml_allows() {
    let allowed = allowed();
    assert!(allowed.len() > 5);
    let packages = packages();
    assert!(packages.len() > 50, "only {} packages", packages.len());
    let wrong: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
            match package["license"].as_str() {
                None => Some(format!("{name} {version} states no licence")),
                Some(licence) => (!permitted(licence, &allowed))
                    .then(|| format!("{name} {version} has the licence {licence}, which deny.toml does not allow")),
            }
        })
        .collect();
    assert_none(&wrong);
}

#[test]
fn ours_is_the_apache_licence_in_full() {
    let text = std::fs::read_to_string(root().join("LICENSE")).unwrap();
    assert!(text.trim_start().starts_with("Apache License\n"));
    assert!(text.contains("END OF TERMS AND CONDITIONS") && text.contains("9. Accepting Warranty"));
    let mut ours = packages().into_iter().filter(|package| package["source"].is_null());
    assert!(ours.all(|package| package["license"] == "Apache-2.0"));
}

#[test]
fn expressions_are_read_as_their_grammar_says() {
    let allowed = ["MIT".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned(), "ISC".to_owned()];
    for yes in [
        "MIT",
        "MIT OR GPL-3.0",
        "GPL-3.0/MIT",
        "(MIT OR GPL-3.0) AND ISC",
        "Apache-2.0 WITH LLVM-exception",
        "MIT AND (ISC)",
    ] {
        assert!(permitted(yes, &allowed), "{yes}");
    }
    for no in
        ["", "GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "(MIT OR ISC) AND GPL-3.0", "GPL-3.0 OR (MIT AND LGPL-3.0)"]
    {
        assert!(!permitted(no, &allowed), "{no}");
    }
}

/// The list in `deny.toml`, the file that cargo-deny reads too.
fn allowed() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let (_, list) = text.split_once("\nallow = [").expect("deny.toml has a list `allow`");
    let (list, _) = list.split_once(']').unwrap();
    list.split(',').map(|entry| entry.trim().trim_matches('"').to_owned()).filter(|entry| !entry.is_empty()).collect()
}

/// What is built for this machine, as cargo tells without the network.
fn packages() -> Vec<Value> {
    let version = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into())).arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc tells its host").to_owned();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", &host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Whether an SPDX expression can be met with the allowed licences alone. `/` is the old way to write OR.
fn permitted(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any(&words, &mut at, allowed);
    met && at == words.len()
}

fn any(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all(words, at, allowed);
    }
    met
}

fn all(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = any(words, at, allowed);
        *at += 1;
        return met;
    }
    let mut licence = (*word).to_owned();
    if let (Some(&"WITH"), Some(exception)) = (words.get(*at), words.get(*at + 1)) {
        licence = format!("{licence} WITH {exception}");
        *at += 2;
    }
    allowed.contains(&licence)
}
