//! Every example compiles without a finding that a reviewer would stop at, and is what was reviewed.

use std::fs;

use aciform_testkit::program::{copy, repository};

use super::kit::{aciform, tree};

/// The names of all examples.
fn sites() -> Vec<String> {
    let entries = fs::read_dir(repository().join("examples")).expect("the folder of examples");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert!(names.len() >= 2, "{names:?}");
    names
}

#[test]
fn every_example_is_what_was_reviewed() {
    for site in sites() {
        let run = aciform(&repository(), &["golden", "check", &format!("examples/{site}")]);
        assert_eq!((run.code, run.stdout.as_str()), (0, "no differences\n"), "{site}: {}", run.stderr);
    }
}

#[test]
fn every_example_compiles_from_nothing_without_errors_and_warnings() {
    for site in sites() {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&repository().join("examples").join(&site), folder.path());
        let run = aciform(folder.path(), &["compile", "-o", "out", "--message-format", "short"]).success();
        let loud: Vec<&str> =
            run.stderr.lines().filter(|line| line.contains("error[") || line.contains("warning[")).collect();
        assert!(loud.is_empty(), "{site}: {loud:?}");
        // The committed lock is the one that this compile keeps.
        let lock = |place: std::path::PathBuf| fs::read_to_string(place).expect("a lock");
        let committed = lock(repository().join("examples").join(&site).join("aciform.lock"));
        assert_eq!(lock(folder.path().join("aciform.lock")), committed, "{site}");
        assert_eq!(tree(&folder.path().join("out")), tree(&repository().join("golden").join(&site)), "{site}");
    }
}

#[test]
fn the_lock_of_an_example_can_be_made_again_but_for_what_its_history_decided() {
    for site in sites() {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&repository().join("examples").join(&site), folder.path());
        fs::remove_file(folder.path().join("aciform.lock")).expect("a lock");
        let _ = aciform(folder.path(), &["compile", "-o", "one"]).success();
        let _ = aciform(folder.path(), &["compile", "-o", "two", "--locked"]).success();
        assert_eq!(tree(&folder.path().join("one")), tree(&folder.path().join("two")), "{site}");
    }
}
