//! The lines of an ini, each by itself: headers, options and what continues them, however broken the rest is.

use std::ops::Range;

use crate::text::Text;

/// One line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A header; the name between its brackets, closed or not.
    Header { name: Range<usize>, closed: bool },
    /// An option with its separator; the value is trimmed.
    Option { key: Range<usize>, value: Range<usize> },
    /// A word without a separator.
    Word(Range<usize>),
    /// An indented line: a part of the value above.
    Continuation(Range<usize>),
    /// A comment.
    Comment(Range<usize>),
    /// Nothing.
    Blank,
}

/// What a line of a text is.
pub(crate) fn line(text: &Text, number: usize) -> Line {
    let range = text.line(number);
    let line = &text.as_str()[range.clone()];
    let trimmed = |range: Range<usize>| {
        let part = &text.as_str()[range.clone()];
        let start = range.start + (part.len() - part.trim_start().len());
        start..start + part.trim().len()
    };
    let content = trimmed(range.clone());
    if content.is_empty() {
        return Line::Blank;
    }
    if line.starts_with(['#', ';']) {
        return Line::Comment(content);
    }
    if line.starts_with([' ', '\t']) {
        return Line::Continuation(content);
    }
    let bom = line.len() - line.trim_start_matches('\u{feff}').len();
    let start = range.start + bom;
    if line[bom..].starts_with('[') {
        let close = line.rfind(']').filter(|at| *at > bom);
        let end = close.map_or(content.end, |at| range.start + at);
        return Line::Header { name: start + 1..end, closed: close.is_some() };
    }
    match line.find(['=', ':']) {
        Some(at) => {
            let key = trimmed(start..range.start + at);
            Line::Option { key, value: value(text, range.start + at + 1..range.end) }
        }
        None => Line::Word(content),
    }
}

/// A value without the blanks around it; an empty one lies behind the first blank, where it would be written.
fn value(text: &Text, range: Range<usize>) -> Range<usize> {
    let part = &text.as_str()[range.clone()];
    let content = part.trim();
    if content.is_empty() {
        let at = range.start + usize::from(part.starts_with(' '));
        return at..at;
    }
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + content.len()
}

/// The text of the header above a line, itself included.
pub(crate) fn section(text: &Text, number: usize) -> Option<(usize, String)> {
    (0..=number).rev().find_map(|number| match line(text, number) {
        Line::Header { name, .. } => Some((number, text.as_str()[name].to_owned())),
        Line::Option { .. } | Line::Word(_) | Line::Continuation(_) | Line::Comment(_) | Line::Blank => None,
    })
}

/// The option that a continuation line belongs to.
pub(crate) fn owner(text: &Text, number: usize) -> Option<(usize, Range<usize>)> {
    for number in (0..number).rev() {
        match line(text, number) {
            Line::Option { key, .. } => return Some((number, key)),
            Line::Continuation(_) => {}
            Line::Header { .. } | Line::Word(_) | Line::Comment(_) | Line::Blank => return None,
        }
    }
    None
}

/// The keys written in the section that begins at a line.
pub(crate) fn keys(text: &Text, header: Option<usize>) -> Vec<(usize, Range<usize>)> {
    let first = header.map_or(0, |header| header + 1);
    let mut found = Vec::new();
    for number in first..text.line_count() {
        match line(text, number) {
            Line::Header { .. } => break,
            Line::Option { key, .. } => found.push((number, key)),
            Line::Word(_) | Line::Continuation(_) | Line::Comment(_) | Line::Blank => {}
        }
    }
    found
}

/// Every header with the line it stands on.
pub(crate) fn headers(text: &Text) -> impl Iterator<Item = (usize, Range<usize>)> {
    (0..text.line_count()).filter_map(|number| match line(text, number) {
        Line::Header { name, .. } => Some((number, name)),
        Line::Option { .. } | Line::Word(_) | Line::Continuation(_) | Line::Comment(_) | Line::Blank => None,
    })
}

/// The name behind a prefix in a header, without blanks around it, with its place.
pub(crate) fn named(text: &Text, header: Range<usize>, prefix: &str) -> Option<(String, Range<usize>)> {
    let inside = &text.as_str()[header.clone()];
    let name = inside.strip_prefix(prefix)?.strip_prefix(':')?;
    let start = header.end - name.trim_start().len();
    let name = name.trim();
    Some((name.to_owned(), start..start + name.len()))
}
