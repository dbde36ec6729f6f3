//! Case folders: files in, findings out, each with its help.
//!
//! `aciform.yaml` of a case is read as the site file, every other `*.yaml` as intent, in order of name.
//! `UPDATE_EXPECT=1` rewrites `expected.txt`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use aciform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span, render};
use aciform_intent::decode;
use aciform_syntax::yaml;

/// What lies in a folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder of cases");
    entries.map(|entry| entry.expect("a readable entry").path()).collect()
}

/// The findings of a folder as the short format prints them, other places and help below each.
fn findings(folder: &Path) -> String {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let mut files: Vec<PathBuf> = entries(folder);
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "json"));
    files.sort();
    let mut intents = Vec::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = sources.add(&name, fs::read_to_string(&path).expect("a readable file of the case"));
        let tree = yaml::parse(file, &sources.file(file).text, &mut diagnostics);
        if name == "aciform.yaml" {
            decode::site(&tree, Span::start_of(file), &mut diagnostics);
        } else {
            intents.push(tree);
        }
    }
    let mut found = Diagnostics::new();
    let intent = decode::intent(&intents.iter().collect::<Vec<_>>(), &mut found);
    // Read apart and put together it is the same, or there is something to say.
    let whole = decode::whole(intents.iter().map(decode::part)).map(|intent| format!("{intent:?}"));
    let is_clean = found.is_empty() && intent.incomplete.is_empty();
    assert_eq!(whole, is_clean.then(|| format!("{intent:?}")), "{}", folder.display());
    diagnostics.extend(found);
    print(&sources, &diagnostics.into_sorted())
}

fn print(sources: &SourceMap, findings: &[Diagnostic]) -> String {
    let mut out = String::new();
    for finding in findings {
        out.push_str(&render::short(sources, std::slice::from_ref(finding)));
        for label in finding.labels.iter().skip(1) {
            let _ = writeln!(out, "    {}: {}", sources.place(label.span), label.text);
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(out, "    help: {help}");
        }
    }
    out
}

#[test]
fn every_case_gives_the_findings_it_says() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut folders: Vec<PathBuf> = entries(&cases);
    folders.sort();
    assert!(folders.len() > 10, "the cases were found");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    for folder in folders {
        let found = findings(&folder);
        let expected = folder.join("expected.txt");
        if update {
            fs::write(&expected, &found).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != found {
            let known = fs::read_to_string(&expected).unwrap_or_default();
            let _ = writeln!(wrong, "--- {}", folder.display());
            for line in known.lines().filter(|line| !found.lines().any(|other| other == *line)) {
                let _ = writeln!(wrong, "-{line}");
            }
            for line in found.lines().filter(|line| !known.lines().any(|other| other == *line)) {
                let _ = writeln!(wrong, "+{line}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
