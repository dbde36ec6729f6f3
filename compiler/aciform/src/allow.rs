//! Findings that the site accepts: `allow:` in `aciform.yaml`, and `# aciform: allow CODE reason` alone on the line above.
//!
//! Warnings and infos can be accepted, errors cannot. An allowance needs a reason, and one that accepts nothing is reported.

use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, Severity, SourceFile, SourceMap, Span};
use aciform_intent::model::Allow;

use crate::codes::{self, UNUSED_ALLOWANCE};

/// What starts an allowance in a comment.
const MARK: &str = "# aciform: allow ";

/// One allowance of a comment.
struct Comment {
    /// The line below it, from 0, which it is about.
    line: usize,
    code: String,
    has_reason: bool,
    span: Span,
}

/// Takes out what is accepted, and reports allowances that accept nothing.
/// `prefix` is the site's folder as it stands in front of file names, with its `/`.
pub(crate) fn apply(allowed: &[Allow], prefix: &str, sources: &SourceMap, diagnostics: Diagnostics) -> Diagnostics {
    let comments: Vec<(FileId, Vec<Comment>)> =
        sources.files().map(|(id, file)| (id, comments(id, file))).filter(|(_, found)| !found.is_empty()).collect();
    let mut used_site = vec![false; allowed.len()];
    let mut used_comments: Vec<Vec<bool>> = comments.iter().map(|(_, found)| vec![false; found.len()]).collect();
    let mut kept = Diagnostics::new();
    for finding in diagnostics.iter() {
        let place = finding.primary().map(|span| (span.file, line(sources, span)));
        let mut accepted = false;
        if finding.severity < Severity::Error {
            for (at, allow) in allowed.iter().enumerate() {
                if allow.code.value == finding.code.id && covers(allow, prefix, sources, place) {
                    used_site[at] = true;
                    accepted = true;
                }
            }
            for ((file, found), used) in comments.iter().zip(&mut used_comments) {
                for (comment, used) in found.iter().zip(used) {
                    let here = place == Some((*file, comment.line)) && comment.code == finding.code.id;
                    if here && comment.has_reason {
                        *used = true;
                        accepted = true;
                    }
                }
            }
        }
        if !accepted {
            kept.push(finding.clone());
        }
    }
    for (allow, used) in allowed.iter().zip(used_site) {
        if !used {
            kept.push(unused(&allow.code.value, allow.code.span, true));
        }
    }
    for ((_, found), used) in comments.iter().zip(used_comments) {
        for (comment, used) in found.iter().zip(used) {
            if !used {
                kept.push(unused(&comment.code, comment.span, comment.has_reason));
            }
        }
    }
    kept
}

/// Whether an allowance of the site file is about a place: everywhere, in a file, or on a line of it.
fn covers(allow: &Allow, prefix: &str, sources: &SourceMap, place: Option<(FileId, usize)>) -> bool {
    let Some(at) = &allow.at else { return true };
    let Some((file, line)) = place else { return false };
    let name = sources.file(file).name.as_str();
    let name = name.strip_prefix(prefix).unwrap_or(name);
    match at.value.rsplit_once(':').and_then(|(path, number)| Some((path, number.parse::<usize>().ok()?))) {
        Some((path, number)) => path == name && number == line + 1,
        None => at.value == name,
    }
}

fn unused(code: &str, span: Span, has_reason: bool) -> Diagnostic {
    let known = codes::all();
    let (message, help) = match known.iter().find(|known| known.id == code) {
        None => (format!("there is no code `{code}` to allow"), "`aciform explain` lists the codes".to_owned()),
        Some(_) if !has_reason => {
            (format!("`{code}` is allowed without a reason"), format!("write `{MARK}{code} <why>`"))
        }
        Some(known) if known.severity == Severity::Error => {
            (format!("`{code}` is an error and cannot be allowed"), "mend what it is about".to_owned())
        }
        Some(_) => (format!("nothing here is accepted by allowing `{code}`"), "take the allowance out".to_owned()),
    };
    Diagnostic::at(&UNUSED_ALLOWANCE, span, message).help(help)
}

/// The allowances of a file's comments.
fn comments(id: FileId, file: &SourceFile) -> Vec<Comment> {
    let mut found = Vec::new();
    for (start, _) in file.text.match_indices(MARK) {
        let line = file.line_at(start);
        let range = file.line_range(line);
        // Alone on its line: behind a value it would be a part of it in an ini.
        if !file.text[range.start..start].chars().all(char::is_whitespace) {
            continue;
        }
        let rest = file.text[start + MARK.len()..range.end].trim_end();
        let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        found.push(Comment {
            line: line + 1,
            code: code.to_owned(),
            has_reason: !reason.trim().is_empty(),
            span: Span::new(id, start, start + MARK.len() + rest.len()),
        });
    }
    found
}

fn line(sources: &SourceMap, span: Span) -> usize {
    sources.file(span.file).line_at(span.start as usize)
}
