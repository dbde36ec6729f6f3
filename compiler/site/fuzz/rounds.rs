//! Mending round by round, and what holds in each, whatever is mended.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use aciform_diagnostics::{Applicability, Code, Diagnostic, FileId, Report, Severity, SourceMap, render};
use aciform_rules::Family;
use aciform_site::{Options, Reader, mend};

use super::secret::says_nothing;

/// All rules.
pub(crate) const OPTIONS: Options<'static> =
    Options { is_on: &|_| true, is_looked_for: &|_| true, known: &known, stage: &|_| () };

/// What ends a line.
const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// The text that is mended, all texts that were read with it by their names, and what was found.
pub(crate) struct Round {
    pub(crate) text: String,
    texts: BTreeMap<String, (FileId, String)>,
    pub(crate) findings: Vec<Diagnostic>,
}

/// The first and the last round, and how often was looked. `name` is what the file is called whose text is followed.
///
/// # Panics
/// Something does not hold.
pub(crate) fn mended(
    name: &str,
    up_to: Applicability,
    linted: impl Fn(&BTreeMap<PathBuf, String>) -> (Reader, Vec<Diagnostic>),
) -> (Round, Round, usize) {
    let rounds: RefCell<Vec<Round>> = RefCell::default();
    let (_, findings, fixed) = mend(up_to, |buffers| {
        let (reader, findings) = linted(buffers);
        let files = reader.sources.files().map(|(file, source)| (source.name.clone(), (file, source.text.clone())));
        let texts: BTreeMap<String, (FileId, String)> = files.collect();
        let text = texts.get(name).expect("a text was read").1.clone();
        tell(&reader.sources, &findings);
        let round = Round { text, texts, findings: findings.clone() };
        if let Some(before) = rounds.borrow().last() {
            let (left, found) = (unreadable(&round.findings), unreadable(&before.findings));
            // What is only probable is taken back where it breaks something; what is certain breaks nothing.
            let safe = up_to == Applicability::Safe;
            assert!(!safe || left <= found, "the fixes of\n{:?}\nbreak it:\n{:?}", before.text, round.text);
            untouched(before, &round, up_to);
        }
        rounds.borrow_mut().push(round);
        (reader, findings)
    });
    let mut rounds = rounds.into_inner();
    let looked = rounds.len();
    let first = rounds.swap_remove(0);
    let text = fixed.files.into_values().find(|change| change.name == name);
    let text = text.map_or_else(|| first.text.clone(), |change| change.after);
    assert!(unreadable(&findings) <= unreadable(&first.findings), "{:?}\nis broken now:\n{text:?}", first.text);
    (first, Round { text, texts: BTreeMap::new(), findings }, looked)
}

fn known(id: &str) -> Option<&'static Code> {
    let stages = aciform_syntax::CODES.iter().chain(aciform_intent::CODES).copied().flatten().copied();
    stages.chain(aciform_rules::codes()).find(|code| code.id == id)
}

fn unreadable(findings: &[Diagnostic]) -> usize {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.filter(|finding| aciform_syntax::CODES.iter().any(|codes| codes.contains(&finding.code))).count()
}

/// What no fix names stands in the new texts as it did, in the same order.
fn untouched(before: &Round, after: &Round, up_to: Applicability) {
    let fixes = before.findings.iter().filter_map(|finding| finding.fix.as_deref());
    let edits = fixes.filter(|fix| fix.applicability <= up_to).flat_map(|fix| &fix.edits).map(|edit| edit.span);
    let edits: Vec<_> = edits.collect();
    for (name, (file, text)) in &before.texts {
        // Which files there are may change with what names them.
        let Some((_, after)) = after.texts.get(name) else { continue };
        let mut edits: Vec<_> = edits.iter().filter(|span| span.file == *file).map(|span| span.range()).collect();
        edits.sort_by_key(|range| (range.start, range.end));
        let ended = text.ends_with(LINE_ENDS);
        let (mut from, mut at) = (0, 0);
        for (number, range) in edits.iter().enumerate() {
            if range.start >= from {
                let kept = &text[from..range.start];
                let place = |kept: &str| match number {
                    0 => after.starts_with(kept).then_some(kept.len()),
                    _ => after[at..].find(kept).map(|found| found + kept.len()),
                };
                // The last line takes its end along where the text had none at its end.
                let found = place(kept).or_else(|| place(kept.trim_end_matches(LINE_ENDS)).filter(|_| !ended));
                at += found.unwrap_or_else(|| panic!("{kept:?} of\n{text:?}\nis gone in\n{after:?}"));
            }
            from = from.max(range.end);
        }
        assert!(after[at..].ends_with(&text[from..]), "the end of\n{text:?}\nis gone in\n{after:?}");
        assert!(!edits.is_empty() || text == after, "nothing was to mend in\n{text:?}\nwhich became\n{after:?}");
        assert!(ended || !after.ends_with(LINE_ENDS), "a line end at the end:\n{text:?}\n{after:?}");
    }
}

/// A file that the service loads is loaded afterwards.
///
/// # Panics
/// It is not.
pub(crate) fn no_worse(before: &Round, after: &Round, up_to: Applicability) {
    let errors = |round: &Round| -> Vec<String> {
        let errors = round.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| format!("{} {}", finding.code.id, finding.message)).collect()
    };
    if up_to == Applicability::Safe && errors(before).is_empty() {
        assert!(errors(after).is_empty(), "{:?}\nbecame\n{:?}\nwith {:?}", before.text, after.text, errors(after));
    }
}

/// Comments of the old text stand in the new one, which has no stranger line ends.
///
/// # Panics
/// They do not.
pub(crate) fn kept(before: &str, after: &str) {
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
