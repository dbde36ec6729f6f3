//! The generator of mutations, tried: it is deterministic, makes every kind, and touches what it says and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use aciform_testkit::mutate::{Artifact, Bundle, MANIFEST, Mutation, Tree, kinds, mutations};
use aciform_testkit::program::repository;
use sha2::{Digest as _, Sha256};

const COUNT: usize = 300;
const EXAMPLES: [&str; 2] = ["rdo-lab", "two-projects"];

fn golden(name: &str) -> Bundle {
    Bundle::read(&repository().join("golden").join(name)).expect("the bundle is there")
}

fn drawn(bundle: &Bundle, seed: u64) -> Vec<Mutation> {
    mutations(bundle, seed).take(COUNT).collect()
}

#[test]
fn json_is_written_as_it_was_read() {
    for name in EXAMPLES {
        for (path, text) in &golden(name).files {
            if let Ok(tree) = Tree::read(text) {
                assert_eq!(tree.write_like(text), *text, "{path}");
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_mutations_and_another_others() {
    let bundle = golden("rdo-lab");
    let told = |seed| drawn(&bundle, seed).into_iter().map(|it| (it.description, it.files)).collect::<Vec<_>>();
    assert_eq!(told(1), told(1));
    assert_ne!(told(1), told(2));
}

#[test]
fn every_kind_of_mutation_is_among_those_drawn() {
    let mut made: BTreeSet<(Artifact, &str)> = BTreeSet::new();
    let mut files: BTreeSet<Artifact> = BTreeSet::new();
    for name in EXAMPLES {
        let bundle = golden(name);
        files.extend(
            bundle.files.keys().map(|path| Artifact::of(path).unwrap_or_else(|| panic!("{path} is of no kind"))),
        );
        let all = drawn(&bundle, 1);
        assert_eq!(all.len(), COUNT, "{name}");
        made.extend(all.iter().map(|mutation| (mutation.artifact, mutation.way)));
    }
    let wanted = kinds().map(|kind| (kind.artifact, kind.way)).filter(|(artifact, _)| files.contains(artifact));
    let missing: Vec<_> = wanted.filter(|kind| !made.contains(kind)).collect();
    println!("{} kinds of mutations", made.len());
    assert!(missing.is_empty(), "{missing:?}");
    let tried: BTreeSet<Artifact> = made.iter().map(|(artifact, _)| *artifact).collect();
    assert_eq!(tried, files, "every kind of file is mutated");
}

#[test]
fn a_mutation_is_in_the_files_it_names_and_the_manifest_agrees() {
    for name in EXAMPLES {
        let bundle = golden(name);
        let mut seen = BTreeSet::new();
        for mutation in drawn(&bundle, 7) {
            let Mutation { description, files, way, .. } = &mutation;
            assert!(!description.contains('\n') && seen.insert(description.clone()), "{description}");
            let mutated = mutation.apply(&bundle);
            let paths: BTreeSet<&String> = bundle.files.keys().chain(mutated.files.keys()).collect();
            let differ: BTreeSet<&String> =
                paths.into_iter().filter(|path| bundle.files.get(*path) != mutated.files.get(*path)).collect();
            assert_eq!(differ, files.keys().collect(), "{description}");
            for path in differ.iter().filter(|path| **path != MANIFEST) {
                let host = path.split('/').take(2).collect::<Vec<_>>().join("/");
                assert!(
                    description.contains(path.as_str()) || *way == "remove-host" && description.contains(&host),
                    "{description}"
                );
            }
            if !matches!(mutation.artifact, Artifact::Manifest) {
                let several = matches!(*way, "move-file" | "rename-file");
                assert_eq!(differ.len(), if several { 3 } else { 2 }, "{description}");
                assert_eq!(listed(&mutated), present(&mutated), "{description}");
            }
        }
    }
}

/// Path to digest, as the manifest has it.
fn listed(bundle: &Bundle) -> BTreeMap<String, String> {
    let manifest: serde_json::Value = serde_json::from_str(&bundle.files[MANIFEST]).expect("JSON");
    let targets = manifest["artifacts"].as_object().expect("targets").values();
    let entries = targets.flat_map(|entries| entries.as_object().expect("entries"));
    entries.map(|(path, digest)| (path.clone(), digest.as_str().expect("a digest").to_owned())).collect()
}

fn present(bundle: &Bundle) -> BTreeMap<String, String> {
    let digest =
        |text: &str| Sha256::digest(text).iter().fold("sha256:".to_owned(), |hex, byte| format!("{hex}{byte:02x}"));
    let files = bundle.files.iter().filter(|(path, _)| *path != MANIFEST);
    files.map(|(path, text)| (path.clone(), digest(text))).collect()
}
