//! Files that oslo.config does not read: the same line is reported.

use aciform_diagnostics::{Diagnostics, FileId, SourceMap};
use aciform_syntax::ini::{IniFile, check_utf8, is_blank, parse};
use serde_json::Value;

use crate::coverage::Coverage;

/// The code of templates, which are refused although oslo.config reads some of them.
const TEMPLATE: &str = "ACI013";

/// A file that both read, or that neither does.
pub(crate) enum Reading {
    Read(IniFile),
    Refused,
    /// Read by oslo.config, and said to be a template.
    Template,
}

/// Compares how the reading of one file ends.
pub(crate) fn compare(
    sources: &mut SourceMap,
    number: usize,
    bytes: &[u8],
    theirs: &Value,
    coverage: &mut Coverage,
) -> Result<(FileId, Reading), String> {
    let text = String::from_utf8_lossy(bytes);
    let file = sources.add(format!("{number}.ini"), text.as_ref());
    let mut diagnostics = Diagnostics::new();
    check_utf8(file, bytes, &mut diagnostics);
    let ini = parse(file, &text, &mut diagnostics);
    let mut errors: Vec<(usize, &str)> = diagnostics
        .iter()
        .map(|finding| (line_of(&text, finding.primary().expect("a place").range().start), finding.code.id))
        .collect();
    errors.sort_unstable();
    let template = errors.iter().find(|(_, code)| *code == TEMPLATE).map(|(line, _)| *line);
    let grammar: Vec<(usize, &str)> = errors.iter().copied().filter(|(_, code)| *code != TEMPLATE).collect();
    let wrong = |theirs: &str| Err(format!("file {number}: oslo.config {theirs}, we report {errors:?}"));
    if let Some(offset) = theirs["undecodable"].as_u64() {
        let line = line_of(&text, usize::try_from(offset).expect("an offset"));
        *coverage.refused_by.entry("no UTF-8".to_owned()).or_default() += 1;
        return match grammar.iter().any(|(at, code)| *code == "ACI001" && *at == line) {
            true => Ok((file, Reading::Refused)),
            false => wrong(&format!("cannot decode line {line}")),
        };
    }
    let Some(line) = theirs["refused"].as_u64() else {
        return match (template, grammar.is_empty()) {
            (None, true) => Ok((file, Reading::Read(ini))),
            (Some(_), true) => {
                coverage.templates += 1;
                Ok((file, Reading::Template))
            }
            (_, false) => wrong("reads it"),
        };
    };
    let (line, why) = (usize::try_from(line).expect("a line"), theirs["why"].as_str().expect("a reason"));
    *coverage.refused_by.entry(why.to_owned()).or_default() += 1;
    coverage.templates += usize::from(template.is_some());
    let first = grammar.first().map(|(line, _)| *line);
    let same = match first {
        Some(at) if at == line => true,
        Some(at) => why.starts_with("Section must be started") && is_flushed_at(&text, at, line),
        None => false,
    };
    // Nothing may be reported where oslo.config reads on, but a template.
    let said_so = template.is_some_and(|at| at <= line) && first.is_none_or(|at| at > line);
    if same || said_so { Ok((file, Reading::Refused)) } else { wrong(&format!("stops at line {line} ({why})")) }
}

/// The line of a byte as Python counts: LF, CRLF and a lone CR end one.
fn line_of(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let ends = before.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() + 1
}

/// An option outside of any section is an error where oslo.config files it: at the first line that does not continue it,
/// or at the last line of the file. We point at the option.
fn is_flushed_at(text: &str, option: usize, flushed: usize) -> bool {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(&text).split('\n').collect();
    let continues = |line: usize| {
        let line = lines[line - 1].trim_end_matches(is_blank);
        !line.is_empty() && line.starts_with([' ', '\t'])
    };
    let end = (option + 1..=lines.len()).find(|line| !continues(*line)).unwrap_or(lines.len());
    end == flushed
}
