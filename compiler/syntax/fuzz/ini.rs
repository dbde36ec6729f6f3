//! What holds for the ini reader over any bytes: it ends, and every place that it gives lies in the text and gives back
//! what stands there.

use std::ops::Range;

use aciform_diagnostics::{Diagnostics, SourceMap, Span};
use aciform_syntax::ini::{Entry, IniFile, Section, check_utf8, parse};

/// Reads the bytes as a file.
///
/// # Panics
/// Something does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let mut sources = SourceMap::new();
    let file = sources.add("f.ini", String::from_utf8_lossy(bytes));
    let text = sources.file(file).text.as_str();
    let mut diagnostics = Diagnostics::new();
    check_utf8(file, bytes, &mut diagnostics);
    let ini = parse(file, text, &mut diagnostics);
    sections(text, &ini);
    for finding in diagnostics.iter() {
        assert!(finding.primary().is_some(), "a finding has no place: {finding:?}");
        let fixed = finding.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
        for span in finding.labels.iter().map(|label| label.span).chain(fixed) {
            assert!(text.get(span.range()).is_some(), "a place outside of the text: {finding:?}");
        }
    }
}

/// Headers and options lie behind each other, and no two share a byte.
fn sections(text: &str, ini: &IniFile) {
    let mut at = 0;
    for section in &ini.sections {
        at = header(text, section, at);
        for entry in &section.entries {
            let whole = entry.whole.range();
            assert!(at <= whole.start, "an option begins inside what is above: {entry:?}");
            at = whole.end;
            option(text, entry);
        }
    }
}

/// Checks a header that begins at or behind a place; returns where it ends.
fn header(text: &str, section: &Section, at: usize) -> usize {
    let (line, name) = (section.line.range(), section.name.span.range());
    if line.is_empty() {
        assert!(section.name.value == "DEFAULT" && name.is_empty() && text.get(name).is_some(), "{section:?}");
        return at;
    }
    assert_eq!(slice(text, section.name.span), section.name.value);
    assert!(at <= line.start && is_inside(&name, &line), "a header out of its place: {section:?}");
    whole_lines(text, &line);
    line.end
}

fn option(text: &str, entry: &Entry) {
    let whole = entry.whole.range();
    whole_lines(text, &whole);
    assert!(is_inside(&entry.key.span.range(), &whole) && is_inside(&entry.value.span.range(), &whole), "{entry:?}");
    assert_eq!(slice(text, entry.key.span), entry.key.value);
    slice(text, entry.value.span);
    let mut at = entry.key.span.range().end;
    for line in &entry.lines {
        assert!(at <= line.range().start && line.range().end <= whole.end, "a line out of its place: {entry:?}");
        at = line.range().end;
    }
    let lines: Vec<&str> = entry.lines.iter().map(|line| slice(text, *line)).collect();
    assert_eq!(lines.join("\n"), entry.value.value);
    let ended = text[whole.clone()].ends_with(entry.line_end);
    assert!(ended || whole.end == text.len(), "not ended by {:?}: {entry:?}", entry.line_end);
    parts(text, entry);
}

/// Any part of a value has a place, which gives it back where the part stands on one line.
fn parts(text: &str, entry: &Entry) {
    let value = &entry.value.value;
    let ends: Vec<usize> = value.char_indices().map(|(at, _)| at).chain([value.len()]).take(40).collect();
    for (number, start) in ends.iter().enumerate() {
        for end in &ends[number..] {
            let found = slice(text, entry.part(*start..*end));
            let part = &value[*start..*end];
            assert!(found == part || part.contains('\n'), "{part:?} has the place of {found:?} in {entry:?}");
        }
    }
}

/// From the start of a line to behind a line end, or to the end of the text.
fn whole_lines(text: &str, range: &Range<usize>) {
    let before = &text[..range.start];
    let starts = before.is_empty() || before == "\u{feff}" || before.ends_with(['\n', '\r']);
    let ends = range.end == text.len() || text[range.clone()].ends_with(['\n', '\r']);
    let splits = before.ends_with('\r') && text[range.start..].starts_with('\n')
        || text[..range.end].ends_with('\r') && text[range.end..].starts_with('\n');
    assert!(starts && ends && !splits, "no whole lines: {:?}", &text[range.clone()]);
}

fn is_inside(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_else(|| panic!("{span:?} splits a character or lies outside of the text"))
}
