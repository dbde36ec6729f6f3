//! What lies where: the top level, the size and head of each file, the targets, the examples.

use crate::repository::{assert_none, files, names};

/// What may stand at the top, beside dotfiles.
const TOP: [&str; 11] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "compiler",
    "deny.toml",
    "docs",
    "examples",
    "golden",
    "schema",
    "templates",
];

/// Lines beyond which a file is split.
const LONGEST: usize = 600;

/// Longer files, each with the reason.
const LONGER: &[(&str, &str)] = &[];

#[test]
fn the_top_level_holds_what_it_should_and_nothing_else() {
    // Cargo's build folder is there and not in the repository.
    let unexpected = names("")
        .into_iter()
        .filter(|name| !name.starts_with('.') && name != "target" && !TOP.contains(&name.as_str()));
    let missing = TOP.iter().filter(|name| !names("").iter().any(|there| there == *name));
    let wrong: Vec<String> = unexpected
        .map(|name| format!("{name} has no place at the top level"))
        .chain(missing.map(|name| format!("{name} is missing at the top level")))
        .collect();
    assert_none(&wrong);
}

#[test]
fn every_file_begins_by_saying_what_it_owns() {
    let wrong: Vec<String> = files("compiler", ".rs")
        .into_iter()
        // A rule begins with its page.
        .filter(|(_, text)| !text.starts_with("//! ") && !text.starts_with("#![doc = include_str!("))
        .map(|(path, _)| format!("{path} does not begin with `//! `"))
        .collect();
    assert_none(&wrong);
}

#[test]
fn no_file_is_longer_than_a_reader_holds_in_mind() {
    let all = files("compiler", ".rs");
    let lines = |path: &str| all.iter().find(|(known, _)| known == path).map(|(_, text)| text.lines().count());
    let excused = |path: &str| LONGER.iter().any(|(known, _)| *known == path);
    let too_long = all.iter().map(|(path, text)| (path, text.lines().count())).filter(|(_, count)| *count > LONGEST);
    let wrong: Vec<String> = too_long
        .filter(|(path, _)| !excused(path))
        .map(|(path, count)| format!("{path} has {count} lines, more than {LONGEST}"))
        .chain(
            LONGER
                .iter()
                .filter(|(path, _)| lines(path).is_none_or(|count| count <= LONGEST))
                .map(|(path, _)| format!("{path} is on the list of longer files without need")),
        )
        .collect();
    assert_none(&wrong);
}

#[test]
fn no_target_names_another() {
    let folder = "compiler/bundle/src/target";
    let targets: Vec<String> =
        names(folder).into_iter().filter_map(|name| name.strip_suffix(".rs").map(str::to_owned)).collect();
    assert!(targets.len() >= 4, "the targets are not where this test looks for them");
    let mut wrong = Vec::new();
    for (path, text) in files(folder, ".rs") {
        let own = path.strip_prefix(folder).unwrap().trim_start_matches('/').split(['/', '.']).next().unwrap();
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap();
            for other in targets.iter().filter(|other| *other != own) {
                let named = [format!("target::{other}"), format!("super::{other}")];
                let braced =
                    code.contains("target::{") && code.split(['{', ',', '}', ':', ' ']).any(|word| word == other);
                if braced || named.iter().any(|name| code.split_once(name).is_some_and(|(_, rest)| ends_word(rest))) {
                    wrong.push(format!("{path}:{}: the target {own} names {other}", number + 1));
                }
            }
        }
    }
    assert_none(&wrong);
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
}

#[test]
fn every_example_has_a_golden_bundle_and_the_reverse() {
    let (examples, golden) = (names("examples"), names("golden"));
    assert!(!examples.is_empty());
    let without = examples.iter().filter(|name| !golden.contains(name));
    let orphaned = golden.iter().filter(|name| !examples.contains(name));
    let wrong: Vec<String> = without
        .map(|name| format!("examples/{name} has no golden/{name}"))
        .chain(orphaned.map(|name| format!("golden/{name} has no examples/{name}")))
        .collect();
    assert_none(&wrong);
}
