//! JUnit XML: a test case for each rule that found something in a file, and for each file in which none did.
//!
//! No time, host or duration stands in it, so that the same input gives the same file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{one_line, plural};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::path;
use crate::report::Report;
use crate::suppressed::Suppressed;

/// Of one rule in one file, everything.
struct Case<'a> {
    code: Option<&'static Code>,
    findings: Vec<&'a Diagnostic>,
    suppressed: Vec<&'a Suppressed>,
}

/// Path, then the code's id with its length in front so that they sort as numbers; no code: the file as a whole.
type Key = (String, (usize, &'static str));

/// Renders a run as a JUnit report.
///
/// A case fails by a finding at or above the fail level, is skipped where all of its findings are suppressed, and
/// passes with its findings as output otherwise.
#[must_use]
pub fn junit(report: &Report) -> String {
    let cases = cases(report);
    let mut body = String::new();
    let (mut failures, mut skipped) = (0, 0);
    for ((path, _), case) in &cases {
        match write_case(report, path, case, &mut body) {
            Outcome::Failed => failures += 1,
            Outcome::Skipped => skipped += 1,
            Outcome::Passed => {}
        }
    }
    let counts = format!(
        "name=\"aciform lint\" tests=\"{}\" failures=\"{failures}\" errors=\"{}\" skipped=\"{skipped}\" time=\"0\"",
        cases.len() + report.troubles.len(),
        report.troubles.len()
    );
    for (number, trouble) in report.troubles.iter().enumerate() {
        let _ = write!(
            body,
            "    <testcase classname=\"aciform\" name=\"run {}\" time=\"0\">\n      <error message=\"{}\"/>\n    </testcase>\n",
            number + 1,
            xml(&one_line(trouble))
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite {counts}>\n{body}  </testsuite>\n</testsuites>\n"
    )
}

fn cases<'a>(report: &Report<'a>) -> BTreeMap<Key, Case<'a>> {
    let mut cases: BTreeMap<Key, Case> = BTreeMap::new();
    let names: Vec<String> =
        report.sources.files().map(|(_, file)| xml_text(&one_line(&path::tidy(&file.name)))).collect();
    let case = |finding: &Diagnostic| {
        // "." is the name of no file, so that a finding without a place has a case of its own.
        let path = finding.primary().map_or(".".to_owned(), |span| names[span.file.0 as usize].clone());
        (path, (finding.code.id.len(), finding.code.id))
    };
    let empty = |code| Case { code, findings: Vec::new(), suppressed: Vec::new() };
    for finding in report.findings {
        cases.entry(case(finding)).or_insert_with(|| empty(Some(finding.code))).findings.push(finding);
    }
    for silent in report.suppressed {
        let entry = cases.entry(case(&silent.finding));
        entry.or_insert_with(|| empty(Some(silent.finding.code))).suppressed.push(silent);
    }
    for name in names {
        let has_cases = cases.range((name.clone(), (0, ""))..).next().is_some_and(|((path, _), _)| *path == name);
        if !has_cases {
            cases.insert((name, (0, "")), empty(None));
        }
    }
    cases
}

enum Outcome {
    Passed,
    Failed,
    Skipped,
}

fn write_case(report: &Report, path: &str, case: &Case, out: &mut String) -> Outcome {
    let name = case.code.map_or("nothing found".to_owned(), |code| format!("{} {}", code.id, code.name));
    let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\"", xml(path), xml(&name));
    if path != "." {
        let _ = write!(out, " file=\"{}\"", xml(path));
    }
    let line = |finding: &Diagnostic| {
        finding.primary().map(|span| report.sources.file(span.file).position(span.range().start))
    };
    let all = case.findings.iter().copied().chain(case.suppressed.iter().map(|silent| &silent.finding));
    if let Some(first) = all.filter_map(line).min() {
        let _ = write!(out, " line=\"{}\"", first.line);
    }
    let _ = write!(out, " time=\"0\"");
    let Some(worst) = case.findings.iter().max_by_key(|finding| finding.severity) else {
        return write_silent(case, out);
    };
    let mut text = String::new();
    for finding in &case.findings {
        if let Some(at) = line(finding) {
            let _ = write!(text, "{}:{}: ", at.line, at.column);
        }
        let _ = writeln!(text, "{}: {}", finding.severity.word(), one_line(&finding.message));
        for help in finding.help.iter().flat_map(|help| help.lines()) {
            let _ = writeln!(text, "  help: {}", one_line(help));
        }
    }
    let text = xml(text.trim_end());
    if worst.severity < report.fail_level {
        let _ = write!(out, ">\n      <system-out>{text}</system-out>\n    </testcase>\n");
        return Outcome::Passed;
    }
    // The first of the worst heads the list.
    let head = case.findings.iter().find(|finding| finding.severity == worst.severity).unwrap_or(worst);
    let mut message = one_line(&head.message);
    if case.findings.len() > 1 {
        let _ = write!(message, " (and {} more)", case.findings.len() - 1);
    }
    let _ = write!(
        out,
        ">\n      <failure message=\"{}\" type=\"{}\">{text}</failure>\n    </testcase>\n",
        xml(&message),
        worst.severity.word()
    );
    Outcome::Failed
}

/// The end of a case without findings to be acted on.
fn write_silent(case: &Case, out: &mut String) -> Outcome {
    let Some(first) = case.suppressed.first() else {
        out.push_str("/>\n");
        return Outcome::Passed;
    };
    let mut reason = one_line(&first.reason);
    if case.suppressed.len() > 1 {
        let _ = write!(reason, " (and {})", plural(case.suppressed.len() - 1, "other finding"));
    }
    let _ = write!(out, ">\n      <skipped message=\"{}\"/>\n    </testcase>\n", xml(&reason));
    Outcome::Skipped
}

/// A text between tags or in an attribute. With `>` escaped, no `]]>` is left.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in xml_text(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// A text without the characters that XML 1.0 forbids even as references.
fn xml_text(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}
