//! A baseline hides what it knows and nothing else, and a broken one is a finding.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use aciform_diagnostics::baseline::{Applied, Baseline, apply, of, read, stale, write};
use aciform_diagnostics::render::{Style, human, short};
use aciform_diagnostics::{Code, Diagnostic, Diagnostics, FileId, Severity, Silencer, SourceMap, Span, Suppressed};
use expect_test::{Expect, expect};
use proptest::prelude::*;

static HOST_BITS: Code = Code { id: "ACI9002", name: "host-bits", severity: Severity::Warning, page: "" };

/// A finding at each line that begins with `x`.
fn lint(sources: &SourceMap) -> Vec<Diagnostic> {
    let mut found = Diagnostics::new();
    for (id, file) in sources.files() {
        for (at, _) in file.text.match_indices("x") {
            found.push(Diagnostic::at(&HOST_BITS, Span::new(id, at, at + 1), format!("x \"at\" {at}")));
        }
    }
    found.into_sorted()
}

fn sources(texts: &[(&str, &str)]) -> SourceMap {
    let mut sources = SourceMap::new();
    for (name, text) in texts {
        sources.add(*name, *text);
    }
    sources
}

fn read_text(text: &str) -> (SourceMap, Baseline, Vec<Diagnostic>) {
    let sources = sources(&[("baseline.json", text)]);
    let mut diagnostics = Diagnostics::new();
    let baseline = read(&sources, FileId(0), &mut diagnostics);
    (sources, baseline, diagnostics.into_sorted())
}

/// What is left of the findings of some texts under a baseline.
fn under(baseline: &Baseline, texts: &[(&str, &str)]) -> Applied {
    let sources = sources(texts);
    apply(baseline, &sources, lint(&sources), Vec::new())
}

#[test]
fn a_baseline_is_written_with_an_entry_a_line_and_read_back() {
    let sources = sources(&[("b.ini", "x = 2\n"), ("a.ini", "x = 1\nx = 1\n")]);
    let baseline = of(&sources, &lint(&sources), &[]);
    let text = write(&baseline);
    expect![[r#"
        {
          "version": 1,
          "findings": [
            {"code":"ACI9002","file":"a.ini","fingerprint":"22f59d9f1b114997f59e4bb93e1ff8ef","message":"x \"at\" 0"},
            {"code":"ACI9002","file":"a.ini","fingerprint":"60fae9a0ed71096ad433fd2029098e82","message":"x \"at\" 6"},
            {"code":"ACI9002","file":"b.ini","fingerprint":"0fe4aef10ecdc8f3c2ed40eba939dced","message":"x \"at\" 0"}
          ]
        }
    "#]]
    .assert_eq(&text);
    let (_, again, findings) = read_text(&text);
    assert_eq!(findings, []);
    assert_eq!(write(&again), text);
    assert_eq!(write(&Baseline::default()), "{\n  \"version\": 1,\n  \"findings\": []\n}\n");
}

#[test]
fn only_what_is_new_is_left() {
    let before = sources(&[("a.ini", "x = 1\nx = 1\n"), ("b.ini", "x = 2\n")]);
    let baseline = of(&before, &lint(&before), &[]);
    let same = under(&baseline, &[("a.ini", "x = 1\nx = 1\n"), ("b.ini", "x = 2\n")]);
    assert_eq!((same.findings.len(), same.suppressed.len(), same.stale.len()), (0, 3, 0));
    assert!(same.suppressed.iter().all(|silent| silent.by == Silencer::Baseline));
    // A third of the same is new, and so is a changed line; the old one is stale.
    let moved = under(&baseline, &[("b.ini", "\nx = 3\n"), ("a.ini", "\nx = 1\n[y]\nx = 1\nx = 1\n")]);
    let places: Vec<u32> = moved.findings.iter().map(|finding| finding.primary().unwrap().start).collect();
    assert_eq!(places, [1, 17]);
    assert_eq!(moved.suppressed.len(), 2);
    let stale: Vec<&str> = moved.stale.iter().map(|entry| entry.file.as_str()).collect();
    assert_eq!(stale, ["b.ini"]);
}

#[test]
fn entries_about_files_that_were_not_read_are_left_alone() {
    let before = sources(&[("a.ini", "x = 1\n"), ("b.ini", "x = 2\n")]);
    let baseline = of(&before, &lint(&before), &[]);
    let part = under(&baseline, &[("./b.ini", "y = 2\n")]);
    let stale: Vec<&str> = part.stale.iter().map(|entry| entry.file.as_str()).collect();
    assert_eq!(stale, ["b.ini"]);
}

#[test]
fn what_a_comment_silences_is_not_taken_in_and_moves_no_number() {
    let texts = sources(&[("a.ini", "x = 1\nx = 1\n")]);
    let mut findings = lint(&texts);
    let all = of(&texts, &findings, &[]);
    let second = findings.pop().unwrap();
    let silent = Suppressed { finding: findings.remove(0), by: Silencer::Comment, reason: "so it is".into() };
    let rest = of(&texts, std::slice::from_ref(&second), std::slice::from_ref(&silent));
    assert_eq!(rest.entries.len(), 1);
    assert!(all.entries.contains(&rest.entries[0]));
    let applied = apply(&all, &texts, vec![second], vec![silent]);
    assert_eq!((applied.findings.len(), applied.suppressed.len(), applied.stale.len()), (0, 2, 1));
}

#[test]
fn stale_entries_are_reported_where_they_stand() {
    let before = sources(&[("a.ini", "x = 1\n"), ("b.ini", "x = 2\n")]);
    let (of_text, baseline, _) = read_text(&write(&of(&before, &lint(&before), &[])));
    let applied = under(&baseline, &[("a.ini", "x = 1\n"), ("b.ini", "y = 2\n")]);
    expect![[r#"
        warning[ACI1091]: the baseline knows a finding of `ACI9002` in `b.ini` that is gone
           ╭─[baseline.json:5:53]
         4 │     {"code":"ACI9002","file":"a.ini","fingerprint":"22f59d9f1b114997f59e4bb93e1ff8ef","message":"x \"at\" 0"},
         5 │     {"code":"ACI9002","file":"b.ini","fingerprint":"0fe4aef10ecdc8f3c2ed40eba939dced","message":"x \"at\" 0"}
           ·                                                     ────────────────────────────────
         6 │   ]
           ╰────
          help: take the entry out of the baseline
    "#]].assert_eq(&human(
        &of_text,
        &stale(&applied.stale),
        Style { colour: false, width: 100, unicode: true },
    ));
}

#[test]
fn an_edited_entry_hides_nothing_else() {
    let before = sources(&[("a.ini", "x = 1\n")]);
    let mut baseline = of(&before, &lint(&before), &[]);
    baseline.entries[0].code = "ACI9003".into();
    assert_eq!(under(&baseline, &[("a.ini", "x = 1\n")]).findings.len(), 1);
}

fn refused(text: &str, expected: Expect) {
    let (sources, baseline, findings) = read_text(text);
    assert_eq!(baseline, Baseline::default());
    expected.assert_eq(&short(&sources, &findings));
}

#[test]
fn what_is_no_baseline_is_refused_where_it_goes_wrong() {
    refused(
        "",
        expect![[r#"
            error[ACI1090]: `baseline.json` is no baseline: it is not a JSON object
        "#]],
    );
    refused(
        "[DEFAULT]\napic_password = hunter2\n",
        expect![[r#"
            error[ACI1090]: `baseline.json` is no baseline: it is not a JSON object
        "#]],
    );
    refused(
        "{\"version\": 1,\n \"findings\": [\n",
        expect![[r#"
        baseline.json:3:1: error[ACI1090]: the baseline is no JSON: EOF while parsing a list
    "#]],
    );
    refused(
        "{\"version\": 2, \"findings\": []}",
        expect![[r#"
        baseline.json:1:13: error[ACI1090]: this is not as in a baseline: version 2 is not known, only 1
    "#]],
    );
    refused(
        "{\"version\": \"hunter2\", \"findings\": []}",
        expect![[r#"
            baseline.json:1:21: error[ACI1090]: this is not as in a baseline: a JSON number is expected here
        "#]],
    );
    refused(
        "{\"version\": 1, \"findings\": [], \"größe\": 1}",
        expect![[r#"
        baseline.json:1:38: error[ACI1090]: this is not as in a baseline: unknown field `größe`, expected one of `$schema`, `version`, `findings`
    "#]],
    );
    refused(
        "{\"version\": 1, \"findings\": [\n{\"code\": \"ACI9002\", \"file\": \"a\"}]}",
        expect![[r#"
        baseline.json:2:32: error[ACI1090]: this is not as in a baseline: missing field `fingerprint`
    "#]],
    );
    let row = "{\"code\": \"ACI9002\", \"file\": \"a\", \"fingerprint\": \"XY\"}";
    refused(
        &format!("{{\"version\": 1, \"findings\": [\n{row}]}}"),
        expect![[r#"
        baseline.json:2:53: error[ACI1090]: this is not as in a baseline: a fingerprint has 32 hexadecimal digits
    "#]],
    );
    refused(
        &"[".repeat(100_000),
        expect![[r#"
            error[ACI1090]: `baseline.json` is no baseline: it is not a JSON object
        "#]],
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(cut in 0usize..400, put in "\\PC{0,6}|[\\[\\]{}\",\n]{0,6}") {
        let before = sources(&[("größe.ini", "x = 1\nx = 2\n")]);
        let mut text = write(&of(&before, &lint(&before), &[]));
        let mut cut = cut.min(text.len());
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        text.insert_str(cut, &put);
        let (sources, _, findings) = read_text(&text);
        for span in findings.iter().filter_map(Diagnostic::primary) {
            prop_assert!(sources.file(span.file).text.get(span.range()).is_some());
        }
    }
}
