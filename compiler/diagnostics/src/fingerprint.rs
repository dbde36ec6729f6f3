//! Fingerprints: what makes a finding of today the same as one of yesterday.
//!
//! A fingerprint is made of the code, the file and the text of the line, so that lines which are added or taken out
//! above do not change it; of findings that are equal in all of that, the first, second, third are told apart.
//! No secret goes into it, not even its length: nobody can try passwords against a report.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;
use crate::path;
use crate::source::{SourceFile, SourceMap};
use crate::span::{FileId, Span};

/// What a fingerprint is made of may change; then this does.
const SCHEME: &str = "aciform/1";

/// The fingerprint of each finding, in the order given: 32 hexadecimal digits.
///
/// Give all findings of a run, also those that are suppressed: equal ones are numbered in reading order, and a number
/// must not depend on which of them are shown.
#[must_use]
pub fn fingerprints<'a>(sources: &SourceMap, findings: impl IntoIterator<Item = &'a Diagnostic>) -> Vec<String> {
    let findings: Vec<&Diagnostic> = findings.into_iter().collect();
    let mut lines = Lines { sources, known: BTreeMap::new(), names: BTreeMap::new() };
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|at| (findings[*at].primary(), &findings[*at].message));
    let mut seen: BTreeMap<[u8; 32], u64> = BTreeMap::new();
    let mut out = vec![String::new(); findings.len()];
    for at in order {
        let alike = lines.digest_of(findings[at]);
        let number = seen.entry(alike).or_default();
        *number += 1;
        let digest = Sha256::new().chain_update(alike).chain_update(number.to_be_bytes()).finalize();
        out[at] = digest[..16].iter().fold(String::with_capacity(32), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
    }
    out
}

/// Digests of lines and spellings of names, each made once however many findings are on a line.
struct Lines<'a> {
    sources: &'a SourceMap,
    known: BTreeMap<(FileId, usize), [u8; 32]>,
    names: BTreeMap<FileId, String>,
}

impl Lines<'_> {
    fn digest_of(&mut self, finding: &Diagnostic) -> [u8; 32] {
        let mut hasher = Sha256::new();
        field(&mut hasher, SCHEME);
        field(&mut hasher, finding.code.id);
        let Some(span) = finding.primary() else {
            // Only the message tells findings without a place apart; the amounts in it move.
            field(&mut hasher, &without_digits(&finding.message));
            return hasher.finalize().into();
        };
        let sources = self.sources;
        field(&mut hasher, self.names.entry(span.file).or_insert_with(|| path::tidy(&sources.file(span.file).name)));
        // A finding about a file as a whole is not about its first line.
        if span != Span::start_of(span.file) {
            let file = sources.file(span.file);
            let line = file.line_at(span.range().start.min(file.text.len()));
            hasher.update(self.known.entry((span.file, line)).or_insert_with(|| digest_of_line(file, line)));
        }
        hasher.finalize().into()
    }
}

fn digest_of_line(file: &SourceFile, line: usize) -> [u8; 32] {
    let range = file.line_range(line);
    let mut text = String::with_capacity(range.len());
    let mut in_secret = false;
    for (at, character) in file.text[range.clone()].char_indices() {
        match (file.is_hidden(range.start + at), in_secret) {
            (true, false) => text.push_str("***"),
            (true, true) => {}
            (false, _) => text.push(character),
        }
        in_secret = file.is_hidden(range.start + at);
    }
    Sha256::digest(text.trim()).into()
}

/// Runs of digits as one.
fn without_digits(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for character in message.chars() {
        match character {
            '0'..='9' if out.ends_with('0') => {}
            '0'..='9' => out.push('0'),
            other => out.push(other),
        }
    }
    out
}

/// Adds a text that cannot run into the next.
fn field(hasher: &mut Sha256, text: &str) {
    hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
    hasher.update(text);
}
