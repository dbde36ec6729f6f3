//! Baseline files as they are read: all of one or, where it is no baseline, nothing and why.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use super::codes::UNREADABLE;
use super::{Baseline, Entry, VERSION};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceFile, SourceMap};
use crate::span::{FileId, Span};

/// Digits of a fingerprint.
const DIGITS: usize = 32;

/// Reads a baseline. One that cannot be read is reported and knows nothing.
#[must_use]
pub fn read(sources: &SourceMap, id: FileId, diagnostics: &mut Diagnostics) -> Baseline {
    let file = sources.file(id);
    let document: Document = match serde_json::from_str(&file.text) {
        Ok(document) => document,
        Err(refused) => {
            diagnostics.push(unreadable(file, id, &refused));
            return Baseline::default();
        }
    };
    let places = places(file);
    let entries = document
        .findings
        .into_iter()
        .map(|row| {
            let place = places.get(row.fingerprint.as_str()).copied();
            let span = place.map_or(Span::start_of(id), |at| Span::new(id, at, at + DIGITS));
            Entry {
                file: row.file,
                code: row.code,
                fingerprint: row.fingerprint,
                message: row.message,
                span: Some(span),
            }
        })
        .collect();
    Baseline { entries }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    #[serde(rename = "version", deserialize_with = "version")]
    _version: (),
    findings: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    file: String,
    #[serde(deserialize_with = "fingerprint")]
    fingerprint: String,
    #[serde(default)]
    message: String,
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    let found = serde_json::Number::deserialize(deserializer)?;
    if found.as_u64() == Some(VERSION) {
        Ok(())
    } else {
        Err(D::Error::custom(format!("version {found} is not known, only {VERSION}")))
    }
}

fn fingerprint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let found = String::deserialize(deserializer)?;
    if is_fingerprint(found.as_bytes()) {
        Ok(found)
    } else {
        Err(D::Error::custom(format!("a fingerprint has {DIGITS} hexadecimal digits")))
    }
}

fn is_fingerprint(text: &[u8]) -> bool {
    text.len() == DIGITS && text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Where each fingerprint stands, found in one pass over the text.
fn places(file: &SourceFile) -> BTreeMap<&str, usize> {
    let text = &file.text;
    let quotes = text.match_indices('"').map(|(at, _)| at + 1);
    quotes
        .filter_map(|at| {
            text.get(at..at + DIGITS).filter(|found| is_fingerprint(found.as_bytes())).map(|found| (found, at))
        })
        .collect()
}

fn unreadable(file: &SourceFile, id: FileId, refused: &serde_json::Error) -> Diagnostic {
    let help = "write the baseline anew; `aciform schema baseline` prints what it may hold";
    if !file.text.trim_start().starts_with('{') {
        // It may be the ini that was to be linted. Nobody marked the secrets in it, so none of its lines is shown.
        return Diagnostic::new(&UNREADABLE, format!("`{}` is no baseline: it is not a JSON object", file.name))
            .help(help);
    }
    let whole = refused.to_string();
    // The place is told by the span.
    let text = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(text, _)| text);
    // A file given by mistake may hold anything: of a value that is not as expected, only the expectation is repeated.
    let text = match text.rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("{expected} is expected here"),
        _ => text.to_owned(),
    };
    let message = match refused.classify() {
        Category::Syntax | Category::Eof | Category::Io => format!("the baseline is no JSON: {text}"),
        Category::Data => format!("this is not as in a baseline: {text}"),
    };
    Diagnostic::at(&UNREADABLE, place(file, id, refused), message).help(help)
}

/// The character that the reader stopped at. Its columns count bytes from 1, and 0 stands for the line end before.
fn place(file: &SourceFile, id: FileId, refused: &serde_json::Error) -> Span {
    let start = file.line_range(refused.line().saturating_sub(1)).start;
    let mut at = (start + refused.column().saturating_sub(1)).min(file.text.len());
    while !file.text.is_char_boundary(at) {
        at -= 1;
    }
    let length = file.text[at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
    Span::new(id, at, at + length)
}
