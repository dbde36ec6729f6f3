//! Baselines: the findings an old deployment lives with, so that only new ones are shown.
//!
//! The file is JSON with an entry a line, sorted, so that a merge request shows which findings were taken in or out.
//! An entry finds its finding again by the fingerprint; its message is for people.

mod codes;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

pub use codes::CODES;
pub use read::read;

use crate::diagnostic::Diagnostic;
use crate::fingerprint::fingerprints;
use crate::path;
use crate::render::escaped;
use crate::source::SourceMap;
use crate::span::Span;
use crate::suppressed::{Silencer, Suppressed};

/// The version of the file.
const VERSION: u64 = 1;

/// One finding of a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file, `.` where the finding has no place.
    pub file: String,
    /// The code.
    pub code: String,
    /// What the finding is known by.
    pub fingerprint: String,
    /// What it said when it was taken in.
    pub message: String,
    /// Where the entry stands, if it was read.
    pub span: Option<Span>,
}

/// The findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The entries, sorted by file, code and fingerprint where they were not read.
    pub entries: Vec<Entry>,
}

/// What a baseline leaves of the findings of a run.
#[derive(Debug)]
pub struct Applied {
    /// What is not in the baseline, in the order given.
    pub findings: Vec<Diagnostic>,
    /// What was suppressed before, and what is in the baseline behind it.
    pub suppressed: Vec<Suppressed>,
    /// Entries about files of the run, or about none, that match no finding. Not those of a rule that did not run:
    /// that the caller knows.
    pub stale: Vec<Entry>,
}

/// The baseline that knows all `findings`. Of what is suppressed by other means, which it leaves out, it must be told,
/// because equal findings are numbered together.
#[must_use]
pub fn of(sources: &SourceMap, findings: &[Diagnostic], suppressed: &[Suppressed]) -> Baseline {
    let all = findings.iter().chain(suppressed.iter().map(|silent| &silent.finding));
    let mut entries: Vec<Entry> = findings
        .iter()
        .zip(fingerprints(sources, all))
        .map(|(finding, fingerprint)| Entry {
            file: finding.primary().map_or(".".to_owned(), |span| path::tidy(&sources.file(span.file).name)),
            code: finding.code.id.to_owned(),
            fingerprint,
            message: finding.message.clone(),
            span: None,
        })
        .collect();
    entries.sort_by(|a, b| (&a.file, &a.code, &a.fingerprint).cmp(&(&b.file, &b.code, &b.fingerprint)));
    Baseline { entries }
}

/// The text of a baseline file, as `schema/baseline.schema.json` documents it.
#[must_use]
pub fn write(baseline: &Baseline) -> String {
    let lines: Vec<String> = baseline
        .entries
        .iter()
        .map(|entry| {
            let line = json!({
                "code": entry.code, "file": entry.file, "fingerprint": entry.fingerprint, "message": entry.message,
            });
            format!("\n    {}", escaped(&line))
        })
        .collect();
    let end = if lines.is_empty() { "" } else { "\n  " };
    format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{}{end}]\n}}\n", lines.join(","))
}

/// Takes the findings that a baseline knows out of those of a run.
#[must_use]
pub fn apply(
    baseline: &Baseline,
    sources: &SourceMap,
    findings: Vec<Diagnostic>,
    mut suppressed: Vec<Suppressed>,
) -> Applied {
    let all = findings.iter().chain(suppressed.iter().map(|silent| &silent.finding));
    let mut marks = fingerprints(sources, all);
    marks.truncate(findings.len());
    let known: BTreeMap<&str, &Entry> =
        baseline.entries.iter().map(|entry| (entry.fingerprint.as_str(), entry)).collect();
    let mut kept = Vec::new();
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for (finding, mark) in findings.into_iter().zip(&marks) {
        // The fingerprint holds the code; that it is compared keeps an edited entry from hiding anything else.
        match known.get(mark.as_str()).filter(|entry| entry.code == finding.code.id) {
            Some(entry) => {
                met.insert(&entry.fingerprint);
                suppressed.push(Suppressed { finding, by: Silencer::Baseline, reason: "known to the baseline".into() });
            }
            None => kept.push(finding),
        }
    }
    let read: BTreeSet<String> = sources.files().map(|(_, file)| path::tidy(&file.name)).collect();
    let is_stale = |entry: &&Entry| {
        !met.contains(entry.fingerprint.as_str()) && (entry.file == "." || read.contains(&path::tidy(&entry.file)))
    };
    let stale = baseline.entries.iter().filter(is_stale).cloned().collect();
    Applied { findings: kept, suppressed, stale }
}

/// Says of entries that they match nothing any more.
#[must_use]
pub fn stale(entries: &[Entry]) -> Vec<Diagnostic> {
    entries
        .iter()
        .map(|entry| {
            let place = if entry.file == "." { String::new() } else { format!(" in `{}`", entry.file) };
            let message = format!("the baseline knows a finding of `{}`{place} that is gone", entry.code);
            let finding = Diagnostic::new(&codes::STALE, message).help("take the entry out of the baseline");
            match entry.span {
                Some(span) => finding.label(span, ""),
                None => finding,
            }
        })
        .collect()
}
