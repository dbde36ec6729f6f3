//! The linter as a user runs it, on files that were spoilt on purpose: it says 0, 1 or 2, in time and in memory.

#[path = "../../syntax/fuzz/hostile.rs"]
mod hostile;

use std::fs;
use std::path::Path;

use aciform_testkit::program::{copy, repository, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

/// What a run may take: the bounds for any input. Of processor time, which does not grow with what else runs.
const MOST_SECONDS: f64 = 5.0;
const MOST_MIB: f64 = 500.0;

/// What is asked about an ini file.
const QUESTIONS: &[&[&str]] = &[
    &["lint", "f.ini", "--format", "human", "--warn", "ALL"],
    &["lint", "f.ini", "--format", "short"],
    &["lint", "f.ini", "--format", "json", "--deny", "ALL"],
    &["lint", "f.ini", "--fix", "--diff", "--unsafe-fixes"],
    &["show", "ini", "f.ini"],
];

#[test]
fn an_ini_file_of_any_bytes_is_linted_within_bounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let property = |bytes: &[u8]| {
        fs::write(folder.path().join("f.ini"), bytes).expect("a file can be written");
        ask(folder.path(), QUESTIONS[bytes.len() % QUESTIONS.len()]);
        assert_eq!(fs::read(folder.path().join("f.ini")).expect("it can be read"), bytes, "the file was changed");
    };
    let seeds = ["../syntax/fuzz/seeds/ini", "../intent/fuzz/seeds/options", "../site/fuzz/seeds/fixer"];
    hostile::holds(property, &seeds, "../syntax/fuzz/ini.dict", 250);
}

#[test]
fn a_site_with_a_file_of_any_bytes_is_linted_within_bounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let example = repository().join("examples/rdo-lab");
    let property = |bytes: &[u8]| {
        let site = folder.path().join("site");
        let _ = fs::remove_dir_all(&site);
        copy(&example, &site);
        let spoilt = ["intent/spoilt.yaml", "aciform.yaml", "aciform.lock"][bytes.len() % 3];
        fs::write(site.join(spoilt), bytes).expect("a file can be written");
        ask(folder.path(), &["lint", "site"]);
    };
    let seeds = [
        "../syntax/fuzz/seeds/yaml",
        "../intent/fuzz/seeds/intent",
        "../../examples/rdo-lab/aciform.yaml",
        "../../examples/rdo-lab/intent",
        "../../examples/rdo-lab/aciform.lock",
    ];
    hostile::holds(property, &seeds, "../syntax/fuzz/yaml.dict", 100);
}

/// Runs the program; whatever it finds, it ends as it should.
fn ask(folder: &Path, question: &[&str]) {
    let timed = if question[0] == "lint" { &["--timings"][..] } else { &[] };
    let run = run(PROGRAM, folder, &[question, timed].concat());
    assert!(matches!(run.code, 0..=2), "{question:?} ended with {}:\n{}", run.code, run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    if !timed.is_empty() {
        assert!(run.figure("total", "CPU") < MOST_SECONDS * 1000.0, "{}", run.stderr);
        assert!(run.figure("memory", "MiB") < MOST_MIB, "{}", run.stderr);
    }
}
