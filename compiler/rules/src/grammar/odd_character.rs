#![doc = include_str!("odd_character.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_intent::ini::options::group_of_section;
use aciform_syntax::ini::{Entry, Section};

use crate::entries::{is_ours, is_ours_by_name, is_short};
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI011",
        name: "odd-character",
        severity: Severity::Warning,
        page: include_str!("odd_character.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let mended = mended(diagnostics);
    for section in input.ini.sections() {
        if let Some(finding) = in_header(section) {
            diagnostics.push(finding);
        } else if !is_ours(section) {
            continue;
        }
        for entry in &section.entries {
            // What is odd about it is certain to go with the rest.
            let value = (!mended.within(entry.value.span)).then(|| in_value(section, entry)).flatten();
            for finding in [in_key(entry), value].into_iter().flatten() {
                diagnostics.push(finding);
            }
        }
    }
}

/// The places that safe fixes write anew.
fn mended(diagnostics: &Diagnostics) -> Reported {
    let fixes = diagnostics.iter().filter_map(|finding| finding.fix.as_deref());
    let safe = fixes.filter(|fix| fix.applicability == Applicability::Safe);
    Reported::at(safe.flat_map(|fix| &fix.edits).filter(|edit| !edit.text.is_empty()).map(|edit| edit.span))
}

/// The name of a section that is ours, or would be without what is odd about it.
fn in_header(section: &Section) -> Option<Diagnostic> {
    let text = section.name.value.as_str();
    let odd = odd_characters(text);
    let (at, first, _) = *odd.first()?;
    let clean = cleaned(text);
    if !is_ours(section) && !is_ours_by_name(clean.trim()) {
        return None;
    }
    let start = section.name.span.range().start;
    let place = |at: usize, c: char| Span::new(section.name.span.file, start + at, start + at + c.len_utf8());
    let message = format!("{} in the name of a section: the name is another than it looks", described(first));
    let finding = Diagnostic::at(RULE.code, place(at, first), message).help("write the name in ASCII");
    let edits = || odd.iter().map(|(at, c, ascii)| Edit::replace(place(*at, *c), *ascii)).collect();
    let named = !clean.trim().is_empty();
    Some(finding.maybe_fix(named.then(|| Fix::unsafe_("write the name in ASCII", edits()))))
}

fn in_key(entry: &Entry) -> Option<Diagnostic> {
    let text = entry.key.value.as_str();
    let start = entry.key.span.range().start;
    let odd = odd_characters(text);
    let (at, first, _) = *odd.first()?;
    let place = |at: usize, c: char| Span::new(entry.key.span.file, start + at, start + at + c.len_utf8());
    let message = format!("{} in the name of an option: the name is another than it looks", described(first));
    let finding = Diagnostic::at(RULE.code, place(at, first), message).help("write the name in ASCII");
    let clean = cleaned(text);
    // What starts a header or a comment, or is nothing, would be no option any more.
    let is_option = !clean.is_empty() && !clean.starts_with(['[', '#', ';', ' ', '\t']);
    let edits = || odd.iter().map(|(at, c, ascii)| Edit::replace(place(*at, *c), *ascii)).collect();
    Some(finding.maybe_fix(is_option.then(|| Fix::unsafe_("write the name in ASCII", edits()))))
}

fn in_value(section: &Section, entry: &Entry) -> Option<Diagnostic> {
    let (key, text) = (&entry.key.value, entry.value.value.as_str());
    let odd = odd_characters(text);
    let (at, first, _) = *odd.first()?;
    if is_secret(section, key) {
        // Not even one character of it is told.
        let message = format!("`{key}` holds a character that is probably pasted from a document");
        let finding = Diagnostic::at(RULE.code, entry.value.span, message);
        return Some(finding.help("write the value anew, in ASCII"));
    }
    let message = format!("{} in the value of `{key}`, probably pasted from a document", described(first));
    let place = |at: usize, c: char| entry.part(at..at + c.len_utf8());
    let edits = || odd.iter().map(|(at, c, ascii)| Edit::replace(place(*at, *c), *ascii)).collect();
    let finding = Diagnostic::at(RULE.code, place(at, first), message);
    // A line that holds nothing else would become an empty line, which ends the value.
    let full = text.split('\n').all(|line| line.is_empty() || !cleaned(line).trim().is_empty());
    let fix = (full && is_short(entry)).then(|| Fix::unsafe_("write the value in ASCII", edits()));
    Some(finding.help("write it in ASCII").maybe_fix(fix))
}

fn is_secret(section: &Section, key: &str) -> bool {
    let row = group_of_section(&section.name.value).and_then(|group| group.row(key));
    row.map_or_else(|| key.contains("password"), |row| row.secret)
}

/// Whether a text holds any of them: what else is odd about it comes from that.
pub(crate) fn is_odd(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|c| ascii(c).is_some()) || text.chars().any(is_control)
}

fn cleaned(text: &str) -> String {
    text.chars().map(|c| ascii(c).map_or_else(|| c.to_string(), str::to_owned)).collect()
}

/// Places, characters, and what stands for each in ASCII.
fn odd_characters(text: &str) -> Vec<(usize, char, &'static str)> {
    if !is_odd(text) {
        return Vec::new();
    }
    text.char_indices().filter_map(|(at, c)| Some((at, c, ascii(c)?))).collect()
}

/// What somebody typed before a program made something finer of it; `None`: a character like any other.
fn ascii(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => " ",
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => "",
        '\u{2018}'..='\u{201b}' | '\u{2032}' => "'",
        '\u{201c}'..='\u{201f}' | '\u{2033}' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        c if is_control(c) => "",
        _ => return None,
    })
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n')
}

fn described(c: char) -> String {
    let what = match c {
        '\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2033}' => "a typographic quote",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "a typographic dash",
        c if is_control(c) => "a control character",
        c if c.is_whitespace() => "a blank that is none",
        _ => "an invisible character",
    };
    format!("U+{:04X} ({what})", u32::from(c))
}
