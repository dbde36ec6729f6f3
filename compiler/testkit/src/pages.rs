//! The pages of codes: the examples that stand on them, and what a person reads of the bad ones, reviewed and committed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::{env, fs};

use aciform_diagnostics::render::{self, Style};
use aciform_diagnostics::{Code, Diagnostic, SourceMap};

/// What an example shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The mistake.
    Bad,
    /// What the code says nothing about.
    Good,
    /// What a fix makes of the mistake in front of it.
    Fixed,
}

/// Files by name.
pub type Files = BTreeMap<String, String>;

/// The examples of a page: the fenced blocks below each heading, as files.
///
/// A block's info says its language and, if it is not the usual file of that language, its name: ```` ```yaml aciform.yaml ````.
/// A file that the example has already begins another example of the same kind.
///
/// # Panics
/// When a block stands under no heading.
#[must_use]
pub fn examples(page: &str) -> Vec<(Kind, Files)> {
    let mut found: Vec<(Kind, Files)> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in page.lines() {
        match (line, &mut block) {
            ("Not allowed:", None) => found.push((Kind::Bad, Files::new())),
            ("Allowed:", None) => found.push((Kind::Good, Files::new())),
            ("Fixed:", None) => found.push((Kind::Fixed, Files::new())),
            ("```", Some(_)) => {
                let (name, text) = block.take().expect("an open block");
                let name = if text.starts_with("# aciform.yaml\n") { "aciform.yaml".to_owned() } else { name };
                let (kind, files) = found.last_mut().expect("a heading above the block");
                match files.entry(name) {
                    Entry::Vacant(place) => {
                        place.insert(text);
                    }
                    Entry::Occupied(there) => {
                        let another = (*kind, Files::from([(there.key().clone(), text)]));
                        found.push(another);
                    }
                }
            }
            // A carriage return is shown as its picture.
            (line, Some((_, text))) => *text += &format!("{}\n", line.replace('␍', "\r")),
            (line, None) => {
                let info = line.strip_prefix("```").map(|info| info.split_once(' ').unwrap_or((info, "")));
                let name = match info {
                    Some(("ini", "")) => "ml2_conf_cisco_apic.ini",
                    Some(("yaml", "")) => "intent.yaml",
                    Some(("ini" | "yaml" | "json", name)) => name,
                    Some(_) | None => continue,
                };
                block = Some((name.to_owned(), String::new()));
            }
        }
    }
    found
}

/// What a person reads of the findings of a code.
#[must_use]
pub fn rendered(code: &Code, sources: &SourceMap, findings: &[Diagnostic]) -> String {
    let own: Vec<Diagnostic> = findings.iter().filter(|finding| finding.code == code).cloned().collect();
    render::human(sources, &own, Style { colour: false, width: 100, unicode: true })
}

/// Demands that a folder holds the reviewed texts of some codes and nothing else; `UPDATE_EXPECT=1` rewrites it.
///
/// # Panics
/// When a text is empty, differs, is not there, or belongs to no code.
pub fn assert_reviewed(folder: &Path, made: &BTreeMap<&str, String>) {
    let silent: Vec<&&str> = made.iter().filter(|(_, text)| text.is_empty()).map(|(id, _)| id).collect();
    assert!(silent.is_empty(), "no bad example gives {silent:?}");
    if env::var_os("UPDATE_EXPECT").is_some() {
        // What is no code any more goes.
        let _: std::io::Result<()> = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).expect("a folder");
        for (id, text) in made {
            fs::write(folder.join(format!("{id}.txt")), text).expect("a file");
        }
    }
    let entries = fs::read_dir(folder).expect("the reviewed texts");
    let mut reviewed: BTreeMap<String, String> = entries
        .map(|entry| {
            let entry = entry.expect("an entry");
            let text = fs::read_to_string(entry.path()).expect("a text");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect();
    let mut wrong = String::new();
    for (id, text) in made {
        let kept = reviewed.remove(&format!("{id}.txt")).unwrap_or_default();
        if kept != *text {
            let differences = similar::TextDiff::from_lines(&kept, text);
            wrong += &differences.unified_diff().header(&format!("reviewed {id}"), "now").to_string();
        }
    }
    wrong.extend(reviewed.keys().map(|name| format!("{name} belongs to no code\n")));
    assert!(wrong.is_empty(), "UPDATE_EXPECT=1 rewrites {}\n{wrong}", folder.display());
}
