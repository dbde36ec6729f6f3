//! Lints texts for the tests of families.

use std::fs;

use aciform_rules::Rule;
use aciform_site::{Options, Reader, Subject};

/// Lints files and gives the findings of the codes that start with one of some texts, as `file:line CODE message`.
///
/// With an `intent.yaml` among them they are a site, with an ini of its own where none is given.
pub(crate) fn lint(files: &[(&str, &str)], codes: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    for (name, text) in files {
        write(name, text);
    }
    let has = |wanted: &str| files.iter().any(|(name, _)| *name == wanted);
    let subject = if has("intent.yaml") {
        if !has("aciform.yaml") {
            write("aciform.yaml", "aciform: 1\n");
        }
        if !has("ml2_conf_cisco_apic.ini") {
            write("ml2_conf_cisco_apic.ini", "[DEFAULT]\napic_system_id = cloud-a\n");
        }
        Subject::Site(folder.path().to_owned())
    } else {
        Subject::Inis(files.iter().map(|(name, _)| folder.path().join(name)).collect())
    };
    let mut reader = Reader::default();
    let options = Options {
        is_on: &|rule: &Rule| rule.on || codes.contains(&rule.code.id),
        is_looked_for: &|_| true,
        known: &|_| None,
        stage: &|_| {},
    };
    let findings = aciform_site::lint(&mut reader, &subject, options).verdict.kept.into_sorted();
    let wanted = findings.iter().filter(|finding| codes.contains(&finding.code.id));
    let prefix = format!("{}/", folder.path().display());
    wanted
        .map(|finding| {
            let place = finding.primary().map_or_else(String::new, |span| {
                let file = reader.sources.file(span.file);
                let name = file.name.strip_prefix(&prefix).unwrap_or(&file.name).to_owned();
                format!("{name}:{} ", file.line_at(span.start as usize) + 1)
            });
            format!("{place}{} {} {}", finding.code.id, finding.severity.word(), finding.message)
        })
        .collect()
}
