//! A finding of today is known as that of yesterday, and nothing else is.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use aciform_diagnostics::{Code, Diagnostic, Severity, SourceMap, Span, fingerprints};
use expect_test::expect;
use proptest::prelude::*;

static HOST_BITS: Code = Code { id: "ACI9002", name: "host-bits", severity: Severity::Warning, page: "" };
static OTHER: Code = Code { id: "ACI9003", name: "other", severity: Severity::Warning, page: "" };

/// The fingerprints of a finding at each occurrence of `what`, in a file with some text; `<…>` stands for a secret.
fn marks(name: &str, text: &str, what: &str) -> Vec<String> {
    let mut sources = SourceMap::new();
    let file = sources.add(name, text);
    for (start, _) in text.match_indices('<') {
        let end = start + text[start..].find('>').unwrap() + 1;
        sources.hide(Span::new(file, start, end));
    }
    let findings: Vec<Diagnostic> = text
        .match_indices(what)
        .map(|(at, found)| Diagnostic::at(&HOST_BITS, Span::new(file, at, at + found.len()), format!("at byte {at}")))
        .collect();
    assert!(!findings.is_empty());
    fingerprints(&sources, &findings)
}

fn mark(name: &str, text: &str) -> String {
    marks(name, text, "cidr").remove(0)
}

#[test]
fn moved_lines_and_other_lines_change_nothing() {
    let before = mark("a.ini", "[x]\ncidr = 10.0.0.1/24\n");
    for text in [
        "cidr = 10.0.0.1/24",
        "# one\n\n[y]\na = b\n\n[x]\ncidr = 10.0.0.1/24\nc = d\n",
        "[x]\r\n  cidr = 10.0.0.1/24 \r\n",
    ] {
        assert_eq!(mark("a.ini", text), before, "{text:?}");
    }
    assert_eq!(mark("./x/../a.ini", "cidr = 10.0.0.1/24"), before);
}

#[test]
fn another_line_file_or_code_is_another_finding() {
    let before = mark("a.ini", "cidr = 10.0.0.1/24\n");
    assert_ne!(mark("a.ini", "cidr = 10.0.0.2/24\n"), before);
    assert_ne!(mark("b.ini", "cidr = 10.0.0.1/24\n"), before);
    let mut sources = SourceMap::new();
    let file = sources.add("a.ini", "cidr = 10.0.0.1/24\n");
    let other = Diagnostic::at(&OTHER, Span::new(file, 0, 4), "at byte 0");
    assert_ne!(fingerprints(&sources, [&other]), [before]);
}

#[test]
fn equal_findings_are_numbered_in_reading_order_however_they_are_given() {
    let text = "cidr\ncidr\n";
    let marked = marks("a.ini", text, "cidr");
    assert_ne!(marked[0], marked[1]);
    let mut sources = SourceMap::new();
    let file = sources.add("a.ini", text);
    let finding = |start| Diagnostic::at(&HOST_BITS, Span::new(file, start, start + 4), "m");
    assert_eq!(fingerprints(&sources, [&finding(5), &finding(0)]), [marked[1].clone(), marked[0].clone()]);
}

#[test]
fn nothing_of_a_secret_is_in_a_fingerprint() {
    let before = mark("a.ini", "cidr = 1 # <hunter2>, <x>\n");
    assert_eq!(mark("a.ini", "cidr = 1 # <a much longer one>, <>\n"), before);
    // Two secrets that touch are one.
    assert_eq!(mark("a.ini", "cidr = 1 # <a><b>, <c>\n"), before);
    // The secret was masked, not the line left out.
    assert_ne!(mark("a.ini", "cidr = 2 # <hunter2>, <x>\n"), before);
    let over_lines = mark("a.ini", "<secret that\n begins above> cidr = 1\n");
    assert_eq!(mark("a.ini", "<another that\n ends before> cidr = 1\n"), over_lines);
}

#[test]
fn findings_without_a_line_are_known_by_what_there_is() {
    let mut sources = SourceMap::new();
    let first = sources.add("a.ini", "one\n");
    let second = sources.add("a.ini", "two\n");
    let whole = |file| Diagnostic::at(&HOST_BITS, Span::start_of(file), "m");
    assert_eq!(fingerprints(&sources, [&whole(first)]), fingerprints(&sources, [&whole(second)]));
    let nowhere = |message: &str| fingerprints(&sources, [&Diagnostic::new(&HOST_BITS, message)]).remove(0);
    assert_eq!(nowhere("12 VRFs, more than 9"), nowhere("107 VRFs, more than 10"));
    assert_ne!(nowhere("12 VRFs, more than 9"), nowhere("12 groups, more than 9"));
}

/// Whoever changes this loses every baseline and every alert of every user.
#[test]
fn fingerprints_stay_what_they_are_over_releases() {
    let mut sources = SourceMap::new();
    let file = sources.add("etc/a.ini", "password = <x>\n");
    sources.hide(Span::new(file, 11, 14));
    let at = Diagnostic::at(&HOST_BITS, Span::new(file, 0, 8), "m");
    let findings = [at.clone(), at, Diagnostic::new(&OTHER, "3 of them")];
    expect![[r#"
        14bdadb6340bf5aa95b3decdf31b8233
        00b014b1c5e20f3f74a1856096accc97
        0b37b2f8878a446de5ea16a238317bf2"#]]
    .assert_eq(&fingerprints(&sources, &findings).join("\n"));
}

#[test]
fn fifty_thousand_findings_on_one_line_take_no_time_each() {
    let text = "{größe: 1}, ".repeat(50_000);
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", text.as_str());
    let findings: Vec<Diagnostic> =
        text.match_indices('1').map(|(at, _)| Diagnostic::at(&HOST_BITS, Span::new(file, at, at + 1), "m")).collect();
    let mut marks = fingerprints(&sources, &findings);
    marks.sort();
    marks.dedup();
    assert_eq!(marks.len(), 50_000);
    let last = findings.last().unwrap().primary().unwrap();
    for _ in 0..50_000 {
        assert_eq!(sources.file(file).position(last.range().start).column, 12 * 49_999 + 9);
    }
}

proptest! {
    #[test]
    fn columns_are_counted_characters(text in "([a-z]|ä|日|🦀|\n){0,40}", times in 1usize..200, at in 0usize..20_000) {
        let text = text.repeat(times);
        let mut sources = SourceMap::new();
        let file = sources.add("f", text.as_str());
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let position = sources.file(file).position(at);
        prop_assert_eq!(position.line, before.matches('\n').count() + 1);
        prop_assert_eq!(position.column, before[line_start..].chars().count() + 1);
    }
}
