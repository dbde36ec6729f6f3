//! Options and sections of files that are read.

use aciform_diagnostics::SourceMap;
use aciform_intent::ini::{MASK, Shown};
use aciform_syntax::ini::IniFile;
use serde_json::{Value, json};

use crate::coverage::Coverage;

/// Compares every option with oslo.config's; what it was not asked for has the value of an empty file.
pub(crate) fn compare(
    sources: &SourceMap,
    shown: &Shown,
    answer: &Value,
    empty: &Value,
    coverage: &mut Coverage,
) -> Result<(), String> {
    for option in &shown.options {
        let asked = answer[option.group].get(option.name);
        let theirs = asked.unwrap_or(&empty[option.group][option.name]);
        let name = format!("[{}] {}", option.group, option.name);
        if asked.is_none() && option.span.is_some() {
            return Err(format!("{name}: oslo.config was not asked"));
        }
        let refers = option.span.is_some_and(|span| sources.slice(span).contains('$'));
        coverage.values += 1;
        coverage.written += usize::from(option.span.is_some());
        let Some(value) = &option.value else {
            coverage.refused_values += 1;
            coverage.bad_references += usize::from(refers);
            if theirs["refused"].is_null() {
                return Err(format!("{name}: we refuse, oslo.config reads {theirs}"));
            }
            continue;
        };
        coverage.references += usize::from(refers);
        let ours = value.json();
        match theirs.get("value") {
            None => return Err(format!("{name}: we read {ours}, oslo.config says {theirs}")),
            Some(theirs) if ours == MASK && !theirs.is_null() => {}
            Some(theirs) if is_masked(&ours, theirs) => {}
            Some(theirs) if *theirs != ours => return Err(format!("{name}: {ours} against oslo.config's {theirs}")),
            Some(_) => {}
        }
    }
    Ok(())
}

/// Sections and keys in order, repeats merged as oslo.config's parser merges them.
pub(crate) fn sections(ini: &IniFile) -> Value {
    type Keys<'k> = Vec<(&'k str, Vec<&'k str>)>;
    let mut merged: Vec<(&str, Keys<'_>)> = Vec::new();
    for section in &ini.sections {
        let name = section.name.value.as_str();
        let at = merged.iter().position(|(other, _)| *other == name).unwrap_or_else(|| {
            merged.push((name, Vec::new()));
            merged.len() - 1
        });
        for entry in &section.entries {
            let (key, value) = (entry.key.value.as_str(), entry.value.value.as_str());
            match merged[at].1.iter_mut().find(|(other, _)| *other == key) {
                Some((_, values)) => values.push(value),
                None => merged[at].1.push((key, vec![value])),
            }
        }
    }
    json!(merged)
}

/// Whether a value is the other's up to a password that it does not show.
fn is_masked(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::String(ours), Value::String(theirs)) => {
            ours.split_once(MASK).is_some_and(|(before, _)| theirs.starts_with(before))
        }
        (Value::Array(ours), Value::Array(_)) => ours.iter().eq([MASK]),
        _ => false,
    }
}
