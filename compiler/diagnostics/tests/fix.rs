//! Fixes change what they name and nothing else, each whole or not at all.

use aciform_diagnostics::fix::apply;
use aciform_diagnostics::{Applicability, Code, Diagnostic, Edit, FileId, Fix, Severity, SourceMap, Span};

static CODE: Code = Code { id: "ACI9999", name: "test", severity: Severity::Warning, page: "" };

fn span(start: usize, end: usize) -> Span {
    Span::new(FileId(0), start, end)
}

fn finding(fix: Fix) -> Diagnostic {
    Diagnostic::at(&CODE, span(0, 1), "a finding").fix(fix)
}

fn fixed(text: &str, fixes: Vec<Fix>, up_to: Applicability) -> (String, usize) {
    let mut sources = SourceMap::new();
    let file = sources.add("f", text);
    let findings: Vec<Diagnostic> = fixes.into_iter().map(finding).collect();
    let mut fixed = apply(&sources, &findings, up_to);
    (fixed.texts.remove(&file).unwrap_or_else(|| text.to_owned()), fixed.applied)
}

#[test]
fn edits_of_several_fixes_go_in_whatever_their_order() {
    let fixes = vec![
        Fix::safe("b", vec![Edit::replace(span(8, 11), "THREE")]),
        Fix::safe("a", vec![Edit::replace(span(0, 3), "1"), Edit::delete(span(3, 4))]),
    ];
    assert_eq!(fixed("one two three", fixes, Applicability::Safe), ("1two THREEee".to_owned(), 2));
}

#[test]
fn a_fix_that_touches_another_is_left_out_whole() {
    let fixes = vec![
        Fix::safe("a", vec![Edit::replace(span(0, 3), "1")]),
        Fix::safe("b", vec![Edit::replace(span(8, 13), "3"), Edit::replace(span(2, 5), "x")]),
    ];
    assert_eq!(fixed("one two three", fixes, Applicability::Safe), ("1 two three".to_owned(), 1));
}

#[test]
fn unsafe_fixes_wait_for_a_request() {
    let fixes = || vec![Fix::unsafe_("a", vec![Edit::replace(span(0, 3), "1")])];
    assert_eq!(fixed("one", fixes(), Applicability::Safe), ("one".to_owned(), 0));
    assert_eq!(fixed("one", fixes(), Applicability::Unsafe), ("1".to_owned(), 1));
}

#[test]
fn the_same_fix_of_two_findings_goes_in_once() {
    let fix = || Fix::safe("a", vec![Edit::replace(span(0, 0), "x")]);
    assert_eq!(fixed("one", vec![fix(), fix()], Applicability::Safe), ("xone".to_owned(), 1));
}

#[test]
fn an_edit_outside_the_file_or_inside_a_character_is_left_out() {
    let fixes = vec![
        Fix::safe("a", vec![Edit::replace(span(1, 2), "x")]),
        Fix::safe("b", vec![Edit::replace(span(9, 12), "x")]),
    ];
    assert_eq!(fixed("\u{e4}bc", fixes, Applicability::Safe), ("\u{e4}bc".to_owned(), 0));
}
