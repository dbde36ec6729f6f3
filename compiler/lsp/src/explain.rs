//! The pages of codes, where a code stands in the text or a finding lies under the cursor.

use std::ops::Range;
use std::path::Path;

use aciform_diagnostics::Code;

use crate::text::floor;
use crate::workspace::Workspace;

/// The page of the code that is written at an offset.
pub(crate) fn at(text: &str, offset: usize, codes: &[&'static Code]) -> Option<(String, Range<usize>)> {
    let offset = floor(text, offset);
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let start =
        text[..offset].rfind(|c| !is_part(c)).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[offset..].find(|c| !is_part(c)).map_or(text.len(), |length| offset + length);
    let word = text.get(start..end).filter(|word| word.starts_with("ACI"))?;
    let code = codes.iter().find(|code| code.id == word)?;
    Some((format!("**{} {}** ({})\n\n{}\n", code.id, code.name, code.severity.word(), code.page.trim()), start..end))
}

/// What the findings at an offset are about: the beginning of their pages.
pub(crate) fn findings(workspace: &Workspace, path: &Path, offset: usize) -> Option<(String, Range<usize>)> {
    let mut text = String::new();
    let mut place = None;
    let mut known: Vec<&str> = Vec::new();
    for looked in workspace.results(path) {
        let Some(file) = looked.file(path) else { continue };
        for finding in &looked.findings {
            let Some(span) = finding.primary().filter(|span| span.file == file) else { continue };
            let range = span.range();
            if range.start <= offset && offset <= range.end && !known.contains(&finding.code.id) {
                known.push(finding.code.id);
                let code = finding.code;
                text += &format!("**{} {}**: {}\n\n", code.id, code.name, beginning(code.page));
                place.get_or_insert(range);
            }
        }
    }
    Some((text, place?))
}

/// The first paragraph of a page that is no headline.
fn beginning(page: &str) -> String {
    let paragraphs = page.split("\n\n").map(str::trim);
    paragraphs
        .filter(|part| !part.is_empty() && !part.starts_with(['#', '`']))
        .map(|part| part.replace('\n', " "))
        .next()
        .unwrap_or_default()
}
