//! What holds for mending over any bytes: it ends, it never makes a file worse to read, it leaves alone what it does not
//! mend, nothing is left to mend behind it, and no password comes out.

use std::cell::RefCell;
use std::collections::BTreeMap;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Report, Severity, SourceMap, render};
use aciform_rules::Family;
use aciform_site::{MOST_ROUNDS, Options, Reader, Subject, lint, mend};

use super::secret::{SECRET, says_nothing, with_secret};

/// A text and what was found in it.
type Round = (String, Vec<Diagnostic>);

/// Mends the bytes as an ini file, by what is certain and by what is probable.
///
/// # Panics
/// Something does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let bytes = match std::str::from_utf8(bytes) {
        Ok(text) => with_secret(text, bytes.len()).into_bytes(),
        Err(_) => bytes.to_vec(),
    };
    for up_to in [Applicability::Safe, Applicability::Unsafe] {
        let (before, after, rounds) = mended(&bytes, up_to);
        if before.0.as_bytes() != bytes {
            assert_eq!(before.0, after.0, "what is no text was changed");
            continue;
        }
        let (again, twice, _) = mended(after.0.as_bytes(), up_to);
        // A file that needs more rounds is mended by the next run.
        assert!(
            rounds > MOST_ROUNDS || again.0 == twice.0,
            "not mended at once:\n{:?}\nbecomes\n{:?}",
            again.0,
            twice.0
        );
        no_worse(&before, &after, up_to);
        kept(&before.0, &after.0);
    }
}

/// Mends a text that holds the password already.
///
/// # Panics
/// It comes out.
pub(crate) fn keeps(bytes: &[u8]) {
    mended(bytes, Applicability::Safe);
    mended(bytes, Applicability::Unsafe);
}

/// The first and the last round, and how often was looked.
fn mended(bytes: &[u8], up_to: Applicability) -> (Round, Round, usize) {
    let rounds: RefCell<Vec<Round>> = RefCell::default();
    let (_, findings, fixed) = mend(up_to, |buffers| {
        let (reader, findings) = linted(bytes, buffers);
        let (_, file) = reader.sources.files().next().expect("a text was read");
        if let Some(before) = rounds.borrow().last() {
            let (left, found) = (unreadable(&findings), unreadable(&before.1));
            // What is only probable is taken back where it breaks something; what is certain breaks nothing.
            let safe = up_to == Applicability::Safe;
            assert!(!safe || left <= found, "the fixes of\n{:?}\nbreak it:\n{:?}", before.0, file.text);
            untouched(before, &file.text, up_to);
        }
        tell(&reader.sources, &findings);
        rounds.borrow_mut().push((file.text.clone(), findings.clone()));
        (reader, findings)
    });
    let mut rounds = rounds.into_inner();
    let looked = rounds.len();
    let first = rounds.swap_remove(0);
    let text = fixed.files.into_values().next().map_or_else(|| first.0.clone(), |change| change.after);
    (first, (text, findings), looked)
}

fn linted(bytes: &[u8], buffers: &BTreeMap<std::path::PathBuf, String>) -> (Reader, Vec<Diagnostic>) {
    let mut reader = Reader::over(buffers.clone());
    let options = Options { is_on: &|_| true, is_looked_for: &|_| true, known: &known, stage: &|_| () };
    let linted = lint(&mut reader, &Subject::Text("f.ini".to_owned(), bytes.to_vec()), options);
    (reader, linted.verdict.kept.into_sorted())
}

fn known(id: &str) -> Option<&'static Code> {
    let stages = aciform_syntax::CODES.iter().chain(aciform_intent::CODES).copied().flatten().copied();
    stages.chain(aciform_rules::codes()).find(|code| code.id == id)
}

fn unreadable(findings: &[Diagnostic]) -> usize {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.filter(|finding| aciform_syntax::CODES.iter().any(|codes| codes.contains(&finding.code))).count()
}

/// What no fix names stands in the new text as it did, in the same order.
fn untouched(before: &Round, after: &str, up_to: Applicability) {
    let (text, findings) = before;
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_deref()).filter(|fix| fix.applicability <= up_to);
    let mut edits: Vec<_> = fixes.flat_map(|fix| &fix.edits).map(|edit| edit.span.range()).collect();
    edits.sort_by_key(|range| (range.start, range.end));
    let (mut from, mut at) = (0, 0);
    for (number, range) in edits.iter().enumerate() {
        if range.start >= from {
            let kept = &text[from..range.start];
            let found = if number == 0 { after.starts_with(kept).then_some(0) } else { after[at..].find(kept) };
            at += found.unwrap_or_else(|| panic!("{kept:?} of\n{text:?}\nis gone in\n{after:?}")) + kept.len();
        }
        from = from.max(range.end);
    }
    assert!(after[at..].ends_with(&text[from..]), "the end of\n{text:?}\nis gone in\n{after:?}");
}

/// A file that the service loads is loaded afterwards.
fn no_worse(before: &Round, after: &Round, up_to: Applicability) {
    let errors = |round: &Round| -> Vec<String> {
        let errors = round.1.iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| format!("{} {}", finding.code.id, finding.message)).collect()
    };
    if up_to == Applicability::Safe && errors(before).is_empty() {
        assert!(errors(after).is_empty(), "{:?}\nbecame\n{:?}\nwith {:?}", before.0, after.0, errors(after));
    }
}

/// Comments of the old text stand in the new one, which has no stranger line ends and no more passwords.
fn kept(before: &str, after: &str) {
    let comments = |text: &str| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for line in text.split(['\n', '\r']).filter(|line| line.starts_with(['#', ';'])) {
            *counts.entry(line.to_owned()).or_default() += 1;
        }
        counts
    };
    let left = comments(after);
    for (comment, count) in comments(before) {
        assert!(left.get(&comment).is_some_and(|left| *left >= count), "{comment:?} is gone:\n{before:?}\n{after:?}");
    }
    // To LF they are mended; nothing makes another kind.
    let (old, new) = (other_line_ends(before), other_line_ends(after));
    assert!((old.0 || !new.0) && (old.1 || !new.1), "line ends:\n{before:?}\n{after:?}");
    // An overridden line may go with its password; none is written a second time.
    let passwords = |text: &str| text.matches(SECRET).count();
    assert!(passwords(after) <= passwords(before), "a password was copied:\n{before:?}\n{after:?}");
}

/// Whether lines end in CRLF, and in CR.
fn other_line_ends(text: &str) -> (bool, bool) {
    (text.contains("\r\n"), text.replace("\r\n", "").contains('\r'))
}

/// Every format takes the findings, and none gives the password away.
fn tell(sources: &SourceMap, findings: &[Diagnostic]) {
    for finding in findings {
        let fixed = finding.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
        for span in finding.labels.iter().map(|label| label.span).chain(fixed) {
            let found = sources.file(span.file).text.get(span.range());
            assert!(found.is_some(), "a place outside of its text: {finding:?}");
        }
    }
    let report = Report {
        sources,
        findings,
        suppressed: &[],
        rules: &[],
        category: |code| Family::of(code).name(),
        tool_version: "0.0.0",
        fail_level: Severity::Error,
        automation_id: "",
        troubles: &[],
        links: None,
    };
    let style = render::Style { colour: false, width: 100, unicode: true };
    says_nothing("findings for people", &render::human(sources, findings, style));
    says_nothing("findings in short", &render::short(sources, findings));
    says_nothing("findings as JSON", &render::json_report(&report));
    says_nothing("findings as SARIF", &render::sarif(&report));
    says_nothing("findings for GitHub", &render::github(&report, &|_, _| true));
    says_nothing("findings for GitLab", &render::gitlab(&report));
    says_nothing("findings as JUnit", &render::junit(&report));
}
