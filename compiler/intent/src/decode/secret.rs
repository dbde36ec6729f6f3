//! Where YAML or JSON may hold a secret, so that no excerpt and no message shows one. A password does not belong into a
//! site file, and the finding that says so shows its place; so may the finding of any other mistake in that line.

use std::collections::BTreeSet;

use aciform_diagnostics::{FileId, Span, Spanned};
use aciform_syntax::yaml::{Kind, MAX_DEPTH, NodeId, Tree};

use crate::ini::{is_key_text, is_secret, said};

/// What may stand behind the key of a password: the place where it is kept.
const PLACES: &[&str] = &["env", "file", "command"];

/// The key of a site file that holds nothing but the place of a password.
const APIC: &str = "apic";

/// The places of all secrets in the text of a site file or of JSON: what follows the key of a secret in its line, and
/// the lines below that are indented deeper. Works on the text and not on what was read, so that a file that does not
/// parse, or a line that is commented out, shows nothing either.
#[must_use]
pub fn secret_spans(file: FileId, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    // How deep the key of the last secret is indented, and whether all below is one.
    let mut above: Option<(usize, Below)> = None;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let (at, content) = (start, line.trim_end());
        start += line.len();
        let indentation = content.len() - content.trim_start().len();
        if content.is_empty() {
            continue;
        }
        let hide = |found: &mut Vec<Span>, from: usize, to: usize| {
            if from < to && !is_place(&content[from..to]) {
                found.push(Span::new(file, at + from, at + to));
            }
        };
        let is_bare = !content.contains([':', '=']);
        match above {
            Some((deep, Below::All)) if indentation > deep => {
                hide(&mut found, indentation, content.len());
                continue;
            }
            Some((deep, Below::Bare)) if indentation > deep && is_bare && !content[indentation..].starts_with('#') => {
                hide(&mut found, indentation, content.len());
                continue;
            }
            Some((deep, Below::Bare)) if indentation > deep => {}
            // The value of a key that has none in its line, as JSON may have it.
            Some((_, Below::All)) if is_bare && content[indentation..].starts_with(['"', '\'']) => {
                hide(&mut found, indentation, content.len());
                continue;
            }
            Some(_) | None => above = None,
        }
        let (secrets, open) = in_line(content);
        for secret in secrets {
            hide(&mut found, secret.start, secret.end);
        }
        above = open.map(|below| (indentation, below)).or(above);
    }
    found
}

/// The places of secrets in the text of an intent file, where nothing is one by right, and any name may sound like one:
/// a plain value behind such a name.
#[must_use]
pub fn stray_secret_spans(file: FileId, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let secrets = said(line.trim_end()).into_iter();
        let plain = secrets.filter(|secret| !line[secret.start..].starts_with(['{', '[', '&', '*', '|', '>', '#']));
        found.extend(plain.map(|secret| Span::new(file, start + secret.start, start + secret.end)));
        start += line.len();
    }
    found
}

/// What of the lines below a key is secret.
#[derive(Clone, Copy)]
enum Below {
    /// All.
    All,
    /// What has no key.
    Bare,
}

/// The secrets of a line, and what is to be thought of the lines below.
fn in_line(content: &str) -> (Vec<std::ops::Range<usize>>, Option<Below>) {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(value) = secret_value(content, from) {
        let value = value + content[value..].len() - content[value..].trim_start().len();
        match quoted(&content[value..]) {
            Some(length) => {
                found.push(value..value + length);
                from = value + length;
                if content[from..].trim_start().is_empty() {
                    return (found, Some(Below::All));
                }
            }
            None => {
                found.push(value..content.len());
                return (found, Some(Below::All));
            }
        }
    }
    if !found.is_empty() {
        return (found, None);
    }
    if let Some(value) = behind_apic(content) {
        let written = &content[value..];
        if let Some(inside) = written.strip_prefix('{') {
            return (bare_entries(inside).map(|part| value + 1 + part.start..value + 1 + part.end).collect(), None);
        }
        let is_empty = written.is_empty() || written.starts_with('#');
        found.push(value..content.len());
        return (found, Some(if is_empty { Below::Bare } else { Below::All }));
    }
    (said(content), is_key_text(content).then_some(Below::All))
}

/// Where the value of the first secret behind a place of a line starts.
fn secret_value(content: &str, from: usize) -> Option<usize> {
    content[from..].match_indices([':', '=']).map(|(at, _)| from + at).find_map(|at| {
        let key = content[from..at].trim_end().trim_end_matches(['"', '\'']);
        let word = key.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
        let word = &key[word.map_or(0, |before| before + key[before..].chars().next().map_or(1, char::len_utf8))..];
        is_secret(word).then_some(at + 1)
    })
}

/// How long a value in quotes is behind which another may follow; `None`: it goes to the end of the line.
fn quoted(value: &str) -> Option<usize> {
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let mut escaped = false;
    let end = value[1..].find(|c: char| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && quote == '"' && !escaped;
        ends
    })?;
    let behind = value[end + 2..].trim_start();
    (behind.is_empty() || behind.starts_with([',', '}', ']'])).then_some(end + 2)
}

/// Where the value of `apic` starts, at the beginning of a line.
fn behind_apic(content: &str) -> Option<usize> {
    let key = content.trim_start_matches(['#', ' ', '"', '\'', '\u{feff}', '?']);
    // Below another key it is the name of a release.
    if content.starts_with(' ') {
        return None;
    }
    let behind = key.strip_prefix(APIC)?.trim_start_matches(['"', '\'']).trim_start();
    let value = behind.strip_prefix([':', '='])?;
    Some(content.len() - value.trim_start().len())
}

/// The parts of a flow mapping that have no key.
fn bare_entries(inside: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let part = |(at, part): (usize, &str)| {
        let start = at + part.len() - part.trim_start().len();
        start..start + part.trim().len()
    };
    let pieces = inside.split([',', '{', '}', '[', ']']).map(move |piece| {
        let at = piece.as_ptr() as usize - inside.as_ptr() as usize;
        (at, piece)
    });
    pieces.filter(|(_, piece)| !piece.trim().is_empty() && !piece.contains(':')).map(part)
}

/// Whether a value says where the secret is kept.
fn is_place(value: &str) -> bool {
    let inside = value.strip_prefix('{').unwrap_or(value).trim_start();
    let Some((key, behind)) = inside.split_once(':') else { return false };
    let behind = behind.trim_start();
    match key.trim_end() {
        // A command line in one text may hold anything.
        "command" => behind.is_empty() || behind.starts_with(['[', '#']),
        key => PLACES.contains(&key),
    }
}

/// The secrets of a file that parsed, as they are read: also those behind an alias or a key with escapes.
#[must_use]
pub fn secrets(tree: &Tree) -> Vec<Spanned<String>> {
    let mut found = Found { tree, seen: BTreeSet::new(), secrets: Vec::new() };
    for node in &tree.nodes {
        let Kind::Mapping(pairs) = &node.kind else { continue };
        for (key, value) in pairs {
            if found.text(*key).is_some_and(is_secret) {
                found.take_value(*value);
            }
        }
    }
    for root in &tree.documents {
        let Kind::Mapping(pairs) = &tree.resolve(*root).kind else { continue };
        for (key, value) in pairs {
            if found.text(*key) == Some(APIC) {
                found.take_bare(*value);
            }
        }
    }
    found.secrets
}

struct Found<'a> {
    tree: &'a Tree,
    seen: BTreeSet<NodeId>,
    secrets: Vec<Spanned<String>>,
}

impl<'a> Found<'a> {
    fn text(&self, id: NodeId) -> Option<&'a str> {
        match &self.tree.resolve(id).kind {
            Kind::Scalar { text, .. } => Some(text),
            Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => None,
        }
    }

    /// The value of a secret, unless it says where the secret is kept.
    fn take_value(&mut self, id: NodeId) {
        match &self.tree.resolve(id).kind {
            Kind::Mapping(pairs) => {
                for (key, value) in pairs {
                    let kept = match self.text(*key) {
                        Some("command") => self.text(*value).is_none(),
                        Some(key) => PLACES.contains(&key),
                        None => false,
                    };
                    if !kept {
                        self.take(*value, 0);
                    }
                }
            }
            Kind::Scalar { .. } | Kind::Sequence(_) | Kind::Alias(_) => self.take(id, 0),
        }
    }

    /// What stands in `apic` without a key.
    fn take_bare(&mut self, id: NodeId) {
        let Kind::Mapping(pairs) = &self.tree.resolve(id).kind else { return self.take(id, 0) };
        for (key, value) in pairs {
            if self.text(*value) == Some("") && !self.text(*key).is_some_and(is_secret) {
                self.take(*key, 0);
            }
        }
    }

    fn take(&mut self, id: NodeId, depth: usize) {
        if depth > MAX_DEPTH || !self.seen.insert(id) {
            return;
        }
        let node = self.tree.resolve(id);
        match &node.kind {
            Kind::Scalar { text, .. } if !text.is_empty() => self.secrets.push(Spanned::new(text.clone(), node.span)),
            Kind::Scalar { .. } | Kind::Alias(_) => {}
            Kind::Sequence(items) => items.iter().for_each(|item| self.take(*item, depth + 1)),
            Kind::Mapping(pairs) => pairs.iter().for_each(|(_, value)| self.take(*value, depth + 1)),
        }
    }
}

#[cfg(test)]
mod tests;
