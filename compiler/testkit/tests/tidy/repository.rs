//! The files of the repository, as the other modules read them.

use std::path::{Path, PathBuf};

/// The top folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every file below a folder of the repository whose name ends so, with its text; paths are relative to the top, with `/`.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let top = root();
    walkdir::WalkDir::new(top.join(folder))
        .sort_by_file_name()
        .into_iter()
        // What cargo-fuzz builds lies among the sources.
        .filter_entry(|entry| !entry.path().ends_with("fuzz/target"))
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file() && entry.file_name().to_string_lossy().ends_with(ending))
        .map(|entry| {
            let path = entry.path().strip_prefix(&top).unwrap().to_str().unwrap().replace('\\', "/");
            (path, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// The names in a folder of the repository, sorted; none where there is no such folder.
pub(crate) fn names(folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Fails with one line for each thing that is wrong.
pub(crate) fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}
