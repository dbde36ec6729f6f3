//! A comparison in the forms that people and programs read.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::compare::{Comparison, Element, Entry, FileChange, Whole};

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
    let report = Report { format_version: "1.1", summary: summary(comparison), files: &comparison.files };
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
            write_entry(entry, &mut out);
        }
    }
    out
}

/// A line; of a list that differs, one for each difference in it.
fn write_entry(entry: &Entry, out: &mut String) {
    let _ = match entry {
        Entry::LineAdded { line } => writeln!(out, "+ {line}"),
        Entry::LineRemoved { line } => writeln!(out, "- {line}"),
        Entry::ObjectAdded { id, class, attributes } => {
            let values: Vec<String> = attributes.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            let class = if class.is_empty() { String::new() } else { format!(" {class}") };
            writeln!(out, "+ {id}{class} {{{}}}", values.join(", "))
        }
        Entry::ObjectRemoved { id, class } if class.is_empty() => writeln!(out, "- {id}"),
        Entry::ObjectRemoved { id, class } => writeln!(out, "- {id} {class}"),
        Entry::AttributeChanged { id, attribute, old, new, elements } if elements.is_empty() => {
            writeln!(out, "~ {id}.{attribute} {} -> {}", shown(old.as_deref()), shown(new.as_deref()))
        }
        Entry::AttributeChanged { id, attribute, elements, .. } => {
            let list = format!("{id}.{attribute}");
            elements.iter().try_for_each(|element| write_element(&list, element, out))
        }
    };
}

fn write_element(list: &str, element: &Element, out: &mut String) -> std::fmt::Result {
    match element {
        Element::ElementAdded { place, value } => writeln!(out, "+ {list}{place} {value}"),
        Element::ElementRemoved { place, value } => writeln!(out, "- {list}{place} {value}"),
        Element::ElementMoved { place, to, value } => writeln!(out, "~ {list}{place} moved to {to}: {value}"),
        Element::ValueChanged { place, old, new } => {
            writeln!(out, "~ {list}{place} {} -> {}", shown(old.as_deref()), shown(new.as_deref()))
        }
    }
}

fn shown(value: Option<&str>) -> &str {
    value.unwrap_or("(absent)")
}
