//! Folders of cases: `intent.yaml`, maybe an `aciform.yaml`, an `ml2.ini` and an `aciform.lock`, and `findings.txt` in full.
//! Where nothing is found, the dump of the fabric stands in `fabric.txt`.

use std::path::Path;

use aciform_diagnostics::Severity;
use expect_test::expect_file;

use crate::kit::{INI, OUT, site_with};

#[test]
fn every_case_says_and_makes_what_its_folder_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<_> = std::fs::read_dir(&root).expect("the folder of cases").flatten().collect();
    folders.sort_by_key(std::fs::DirEntry::file_name);
    assert!(folders.len() > 10, "{} cases", folders.len());
    for folder in folders {
        let path = folder.path();
        let read = |name: &str| std::fs::read_to_string(path.join(name)).ok();
        let ini = read("ml2.ini").unwrap_or_else(|| format!("{INI}{OUT}"));
        let intent = read("intent.yaml").expect("a case has an intent");
        let settings = read("aciform.yaml").unwrap_or_else(|| "aciform: 1\n".to_owned());
        let found = site_with(&settings, &ini, &[&intent], &read("aciform.lock").unwrap_or_default());
        expect_file![path.join("findings.txt")].assert_eq(&found.findings());
        if found.codes(Severity::Error).is_empty() {
            expect_file![path.join("fabric.txt")].assert_eq(&found.dump());
        }
    }
}
