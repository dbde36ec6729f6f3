//! The net below all messages: what stands hidden in a file is not said about it either.
//!
//! Whoever writes a message keeps secrets out of it; this catches what slipped through, before any format is made of it.
//! A short secret is an ordinary word, so it counts only where a text is quoted or where the same letters stand in front
//! of it as in the file.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, SourceMap};

/// What stands in the place of a secret.
const MASK: &str = "***";

/// Shorter secrets are looked for only in findings about their own line.
const LEAST: usize = 4;

/// From here on, and with something in it that is no letter, a secret is looked for in prose too.
const DISTINCT: usize = 8;

/// A label over many lines, as of a whole file, is about no secret in particular.
const MOST_NEAR: usize = 16;

/// Masks in messages, helps, labels and titles of fixes what the sources keep hidden.
pub fn mask_secrets(sources: &SourceMap, findings: &mut [Diagnostic]) {
    let mut known: BTreeMap<&[u8], Vec<&str>> = BTreeMap::new();
    for (_, file) in sources.files() {
        for secret in file.hidden().iter().flat_map(|range| forms(file, range)) {
            if let Some(prefix) = secret.as_bytes().get(..LEAST) {
                known.entry(prefix).or_default().push(secret);
            }
        }
        for secret in file.words() {
            if let Some(prefix) = secret.as_bytes().get(..LEAST) {
                known.entry(prefix).or_default().push(secret);
            }
        }
        if !file.hidden().is_empty() {
            known.entry(&[]).or_default();
        }
    }
    if known.is_empty() {
        return;
    }
    for alike in known.values_mut() {
        alike.sort_unstable();
        alike.dedup();
    }
    for finding in findings {
        let near = near(sources, finding);
        let mask = |text: &mut String| {
            let mut found = everywhere(&known, text);
            found.extend(near.iter().flat_map(|near| near.leaks(text)));
            replace(text, found);
        };
        mask(&mut finding.message);
        finding.help.iter_mut().for_each(mask);
        finding.labels.iter_mut().map(|label| &mut label.text).for_each(mask);
        finding.fix.iter_mut().map(|fix| &mut fix.title).for_each(mask);
    }
}

/// A secret as it stands in its file, and as it may be read: without quotes, its first word alone, without the brackets
/// it stands in, and glued to the name of an option as far as that goes.
pub(crate) fn forms<'a>(file: &'a SourceFile, range: &Range<usize>) -> Vec<&'a str> {
    let whole = file.text.get(range.clone()).unwrap_or_default().trim();
    let word = whole.split_whitespace().next().unwrap_or_default();
    let glued = file.text.get(..range.start).unwrap_or_default().ends_with(is_word);
    let name = word.split(['=', ':']).next().filter(|_| glued);
    let mut forms = vec![whole, bare(whole), word, bare(word)];
    forms.extend(name);
    if whole.contains(['{', '}', '[', ']']) {
        // A key is none.
        forms.extend(whole.split(is_flow).filter(|piece| !piece.ends_with(':')));
    }
    forms.retain(|form| !form.is_empty());
    forms.dedup();
    forms
}

/// What ends a word between brackets.
fn is_flow(c: char) -> bool {
    c.is_whitespace() || matches!(c, '{' | '}' | '[' | ']' | ',' | '"' | '\'')
}

/// A text without the quotes around it.
fn bare(text: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(text)
}

/// A secret on a line that a finding is about.
struct Near<'a> {
    secret: &'a str,
    /// The rest of its word in front of it in the file.
    before: &'a str,
}

fn near<'a>(sources: &'a SourceMap, finding: &Diagnostic) -> Vec<Near<'a>> {
    let mut found = Vec::new();
    for span in finding.labels.iter().map(|label| label.span) {
        let file = sources.file(span.file);
        let start = file.line_range(file.line_at(span.range().start)).start;
        let end = file.line_range(file.line_at(span.range().end.max(span.range().start + 1) - 1)).end;
        if file.hidden().is_empty() {
            continue;
        }
        let from = file.hidden().partition_point(|range| range.end < start);
        for range in file.hidden()[from..].iter().take_while(|range| range.start < end).take(MOST_NEAR) {
            let ahead = file.text.get(..range.start).unwrap_or_default();
            let before = &ahead[ahead.trim_end_matches(is_word).len()..];
            found.extend(forms(file, range).into_iter().map(|secret| Near { secret, before }));
        }
    }
    found
}

impl Near<'_> {
    /// Where a text says the secret, or its beginning where the text is cut.
    fn leaks(&self, text: &str) -> Vec<Range<usize>> {
        let Some(first) = self.secret.chars().next() else { return Vec::new() };
        let mut found = Vec::new();
        for (at, _) in text.match_indices(first) {
            let joined = !self.before.is_empty() && text[..at].ends_with(self.before);
            if !(joined || begins(text, at) && is_quoted(text, at)) {
                continue;
            }
            let same = text[at..].chars().zip(self.secret.chars()).take_while(|(said, hidden)| said == hidden);
            let end = at + same.map(|(said, _)| said.len_utf8()).sum::<usize>();
            let whole = end - at == self.secret.len() && (joined || ends(text, end));
            if whole || text[end..].starts_with('…') {
                found.push(at..end);
            }
        }
        found
    }
}

fn everywhere(known: &BTreeMap<&[u8], Vec<&str>>, text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, prefix) in text.as_bytes().windows(LEAST).enumerate().filter(|(at, _)| text.is_char_boundary(*at)) {
        for secret in known.get(prefix).into_iter().flatten().filter(|secret| text[at..].starts_with(**secret)) {
            let end = at + secret.len();
            let distinct = secret.len() >= DISTINCT && !secret.chars().all(char::is_alphabetic);
            if distinct || (begins(text, at) && ends(text, end) && is_quoted(text, at)) {
                found.push(at..end);
            }
        }
    }
    found
}

fn replace(text: &mut String, mut found: Vec<Range<usize>>) {
    found.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            Some(_) | None => merged.push(range),
        }
    }
    for range in merged.into_iter().rev() {
        text.replace_range(range, MASK);
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

fn begins(text: &str, at: usize) -> bool {
    !text[..at].ends_with(is_word)
}

fn ends(text: &str, at: usize) -> bool {
    !text[at..].starts_with(is_word)
}

/// Whether a place lies between backticks, as what is taken from a file does.
fn is_quoted(text: &str, at: usize) -> bool {
    text[..at].matches('`').count() % 2 == 1
}
