//! The same over a folder of files from the field, which a clone does not hold: `ACIFORM_CORPUS` names it.

use std::path::Path;

use crate::oracle::Case;
use crate::random::Random;
use crate::{compare_all, mutant};

#[test]
#[ignore = "needs a folder of files, named by ACIFORM_CORPUS"]
fn files_from_the_field_read_alike() {
    let folder = std::env::var_os("ACIFORM_CORPUS").expect("ACIFORM_CORPUS names the folder");
    let mut files: Vec<Vec<u8>> = Vec::new();
    for entry in below(Path::new(&folder)) {
        files.push(std::fs::read(&entry).unwrap_or_else(|error| panic!("{}: {error}", entry.display())));
    }
    assert!(files.len() >= 5, "only {} files", files.len());
    let mut cases: Vec<Case> = files.iter().map(|file| Case { files: vec![file.clone()], whole: true }).collect();
    for pair in files.windows(2) {
        cases.push(Case { files: pair.to_vec(), whole: true });
    }
    let texts: Vec<String> = files.iter().map(|file| String::from_utf8_lossy(file).into_owned()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    cases.extend((0..1000).map(|_| mutant(&texts, &mut random)));
    let coverage = compare_all(&cases);
    assert!(coverage.read >= files.len() && coverage.written >= 100, "{coverage:#?}");
    println!("{} files, {} cases: {coverage:#?}", files.len(), cases.len());
}

/// Every file of a folder and of those in it, in order of their names.
fn below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    entries.into_iter().flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}
