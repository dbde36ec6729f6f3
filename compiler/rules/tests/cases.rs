//! The cases of `cases/*.md`: files as they would lie in a folder, and every finding about them, one a line.
//!
//! A case is a heading with fenced blocks below: `ini` and `yaml` are files, `text` is what is found.
//! `UPDATE_EXPECT=1` writes the findings into the pages.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use aciform_diagnostics::render;
use aciform_diagnostics::{Diagnostics, SourceMap};
use aciform_rules::Rule;
use aciform_site::{Options, Reader, Subject};

#[test]
fn every_case_finds_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut pages: Vec<_> = fs::read_dir(&folder).expect("cases").map(|entry| entry.expect("a page").path()).collect();
    pages.sort();
    for page in pages.iter().filter(|page| page.extension().is_some_and(|kind| kind == "md")) {
        let text = fs::read_to_string(page).expect("a page");
        let found = rewritten(&text, &mut count);
        if found == text {
            continue;
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(page, found).expect("a page");
            continue;
        }
        let differs = text.lines().zip(found.lines()).find(|(wanted, found)| wanted != found);
        wrong.push(format!("{}: {differs:?}\n{found}", page.display()));
    }
    assert!(count > 20, "only {count} cases were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A page with the findings of today in its `text` blocks.
fn rewritten(page: &str, count: &mut usize) -> String {
    let mut out = String::new();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut block: Option<String> = None;
    for line in page.lines() {
        match (&block, line) {
            (None, "```text") => {
                *count += 1;
                block = Some("text".to_owned());
                let _ = write!(out, "```text\n{}", findings(&files));
            }
            (Some(_), "```") => {
                out += "```\n";
                block = None;
            }
            (Some(name), _) if name == "text" => {}
            (Some(name), line) => {
                let _ = writeln!(files.entry(name.clone()).or_default(), "{line}");
                let _ = writeln!(out, "{line}");
            }
            (None, line) => {
                if line.starts_with('#') {
                    files.clear();
                }
                if let Some((kind, name)) =
                    line.strip_prefix("```").map(|info| info.split_once(' ').unwrap_or((info, "")))
                {
                    let usual = if kind == "ini" { "ml2_conf_cisco_apic.ini" } else { "intent.yaml" };
                    let name = if name.is_empty() { usual } else { name };
                    block = Some(name.to_owned());
                    files.insert(name.to_owned(), String::new());
                }
                let _ = writeln!(out, "{line}");
            }
        }
    }
    out
}

fn findings(files: &BTreeMap<String, String>) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let site = files.keys().any(|name| name.ends_with(".yaml"));
    if site && !files.contains_key("aciform.yaml") {
        fs::write(folder.path().join("aciform.yaml"), "aciform: 1\n").expect("a file");
    }
    let subject = match site {
        true => Subject::Site(folder.path().to_owned()),
        false => Subject::Inis(files.keys().map(|name| folder.path().join(name)).collect()),
    };
    let mut reader = Reader::default();
    let options = Options { is_on: &|rule: &Rule| rule.on, is_looked_for: &|_| true, known: &|_| None, stage: &|_| () };
    let linted = aciform_site::lint(&mut reader, &subject, options);
    let mut named = SourceMap::new();
    let prefix = format!("{}/", folder.path().display());
    for (_, file) in reader.sources.files() {
        named.add(file.name.strip_prefix(&prefix).unwrap_or(&file.name), file.text.as_str());
    }
    let kept: Diagnostics = linted.verdict.kept;
    render::short(&named, &kept.into_sorted())
}
