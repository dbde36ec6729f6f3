//! A comparison in the forms that people and programs read.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::compare::{Comparison, Entry, FileChange, Whole};

/// The JSON form of a comparison.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report<'a> {
    /// `<major>.<minor>` of this form.
    pub format_version: &'static str,
    /// Totals.
    pub summary: Summary,
    /// The artifacts that differ, by path.
    pub files: &'a [FileChange],
}

/// Totals over all artifacts.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Artifacts only the new bundle has.
    pub added: usize,
    /// Artifacts only the old bundle has.
    pub removed: usize,
    /// Artifacts that both have and that differ.
    pub changed: usize,
}

/// The totals of a comparison.
#[must_use]
pub fn summary(comparison: &Comparison) -> Summary {
    let count = |whole| comparison.files.iter().filter(|file| file.change == whole).count();
    Summary { added: count(Whole::Added), removed: count(Whole::Removed), changed: count(Whole::Changed) }
}

/// JSON for programs; see `schema/diff.schema.json`.
#[must_use]
pub fn json(comparison: &Comparison) -> String {
    let report = Report { format_version: "1.0", summary: summary(comparison), files: &comparison.files };
    let mut text = serde_json::to_string_pretty(&report).expect("a report holds only strings and numbers");
    text.push('\n');
    text
}

/// Text for people: the totals, a line per artifact, then what differs in each.
#[must_use]
pub fn human(comparison: &Comparison) -> String {
    let totals = summary(comparison);
    let mut out = String::new();
    if comparison.files.is_empty() {
        out.push_str("no differences\n");
        return out;
    }
    let all = comparison.files.len();
    let noun = if all == 1 { "artifact differs" } else { "artifacts differ" };
    let _ =
        writeln!(out, "{all} {noun}: {} added, {} changed, {} removed", totals.added, totals.changed, totals.removed);
    for file in &comparison.files {
        let (added, removed, changed) = file.counts();
        let note = match file.change {
            Whole::Added => " (new)",
            Whole::Removed => " (gone)",
            Whole::Changed => "",
        };
        let _ = write!(out, "{}: +{added} -{removed}", file.path);
        if changed > 0 {
            let _ = write!(out, " ~{changed}");
        }
        let _ = writeln!(out, "{note}");
    }
    for file in &comparison.files {
        let _ = writeln!(out, "\n{}", file.path);
        for entry in &file.entries {
            let _ = writeln!(out, "{}", line(entry));
        }
    }
    out
}

fn line(entry: &Entry) -> String {
    match entry {
        Entry::LineAdded { line } => format!("+ {line}"),
        Entry::LineRemoved { line } => format!("- {line}"),
        Entry::ObjectAdded { id, class, attributes } => {
            let values: Vec<String> = attributes.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            let class = if class.is_empty() { String::new() } else { format!(" {class}") };
            format!("+ {id}{class} {{{}}}", values.join(", "))
        }
        Entry::ObjectRemoved { id, class } if class.is_empty() => format!("- {id}"),
        Entry::ObjectRemoved { id, class } => format!("- {id} {class}"),
        Entry::AttributeChanged { id, attribute, old, new } => {
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(absent)".to_owned());
            format!("~ {id}.{attribute} {} -> {}", shown(old), shown(new))
        }
    }
}
