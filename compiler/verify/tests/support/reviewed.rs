//! Reviewed bundles, read whole and changed in places.

use std::collections::BTreeMap;
use std::fs;

use aciform_testkit::program::repository;
use aciform_verify::{Verified, verify};

/// Path below the bundle to bytes.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A reviewed bundle by path, and its manifest.
pub(crate) fn bundle(name: &str) -> (Files, Vec<u8>) {
    let folder = repository().join("golden").join(name);
    let mut files = Files::new();
    for entry in walkdir::WalkDir::new(&folder).sort_by_file_name() {
        let entry = entry.expect("the bundle can be read");
        if entry.file_type().is_file() {
            let below = entry.path().strip_prefix(&folder).expect("it lies below").to_string_lossy().into_owned();
            files.insert(below, fs::read(entry.path()).expect("it can be read"));
        }
    }
    let manifest = files.remove("manifest.json").expect("a bundle has a manifest");
    (files, manifest)
}

/// Replaces a text in a file of a bundle, the first time that it stands there.
pub(crate) fn changed(name: &str, file: &str, from: &str, to: &str) -> Verified {
    let (mut files, manifest) = bundle(name);
    replace(&mut files, file, from, to);
    verify(files, &manifest, "out/")
}

/// Replaces a text in a file, or in the first whose path holds `file`, the first time that it stands there.
pub(crate) fn replace(files: &mut Files, file: &str, from: &str, to: &str) {
    let held =
        || files.keys().find(|path| path.contains(file)).unwrap_or_else(|| panic!("{file} is not there")).clone();
    let path = if files.contains_key(file) { file.to_owned() } else { held() };
    let text = String::from_utf8(files[&path].clone()).expect("an artifact is text");
    assert!(text.contains(from), "`{from}` is not in {path}");
    files.insert(path, text.replacen(from, to, 1).into_bytes());
}

/// Code and place of each finding, and nothing of its words.
pub(crate) fn short(verified: &Verified) -> Vec<String> {
    let findings = verified.findings.clone().into_sorted();
    let place = |span| verified.sources.place(span).trim_start_matches("out/").to_owned();
    let of = |finding: &aciform_diagnostics::Diagnostic| {
        format!("{} {}", finding.code.id, finding.primary().map(place).unwrap_or_default())
    };
    findings.iter().map(of).collect()
}
