//! The formats for other programs, read back as those programs read them.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod fixture;
mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;

use aciform_diagnostics::{Diagnostic, Edit, FileId, Fix, Span, render};
use proptest::prelude::*;
use serde_json::Value;

/// Every format of a run, by name.
fn all(run: &fixture::Run) -> [(&'static str, String); 5] {
    let report = run.report();
    [
        ("sarif", render::sarif(&report)),
        ("github", render::github(&report, &|_, _| false)),
        ("gitlab", render::gitlab(&report)),
        ("junit", render::junit(&report)),
        ("json", render::json_report(&report)),
    ]
}

#[test]
fn no_format_lets_a_secret_or_a_terminal_command_out() {
    for run in [fixture::small(), fixture::odd()] {
        for (format, text) in all(&run) {
            assert!(!text.contains("hunter2") && !text.contains("s3cr"), "{format}: {text}");
            let strange = text.chars().find(|c| *c != '\n' && c.is_control() || ('\u{202a}'..='\u{202e}').contains(c));
            assert_eq!(strange, None, "{format}");
        }
    }
}

#[test]
fn every_format_is_the_same_for_the_same_run() {
    assert_eq!(all(&fixture::odd()), all(&fixture::odd()));
}

#[test]
fn a_run_that_found_nothing_has_a_report_in_every_format() {
    let run = fixture::Run::over(&[("a.ini", "")]);
    for (format, text) in all(&run) {
        assert_eq!(text.is_empty(), format == "github", "{format}: {text}");
    }
}

/// All the regions below a value.
fn regions(value: &Value, found: &mut Vec<[u64; 4]>) {
    match value {
        Value::Object(map) => {
            if map.contains_key("startLine") {
                found.push(["startLine", "startColumn", "endLine", "endColumn"].map(|key| map[key].as_u64().unwrap()));
            }
            map.values().for_each(|value| regions(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| regions(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn any_text_and_any_places_make_reports_that_can_be_read(
        name in "(\\PC|[/.:%,\n\r-]){0,12}",
        text in "([a-z ]|ä|日|🦀|\t|\r\n|\n|\r|\u{202e}|\u{0}){0,40}",
        hidden in (0usize..50, 0usize..10),
        places in proptest::collection::vec((0usize..60, 0usize..60), 1..6),
        message in "(\\PC|[%:,<>&\"\n\r\u{1b}\u{ffff}]){0,30}",
    ) {
        let mut run = fixture::Run::over(&[(name.as_str(), text.as_str()), ("other", "x")]);
        run.sources.hide(Span::new(FileId(0), hidden.0, hidden.0 + hidden.1));
        for (start, end) in &places {
            let span = Span::new(FileId(0), *start, *end);
            let fix = Fix::safe(message.as_str(), vec![Edit::replace(span, text.as_str())]);
            let finding = Diagnostic::at(&fixture::OUTSIDE, span, message.as_str()).help(message.as_str()).fix(fix);
            run.push(finding.label(Span::start_of(FileId(1)), message.as_str()));
        }
        let lines = text.split('\n').count() as u64;
        let shown = all(&run);
        let log: Value = serde_json::from_str(&shown[0].1).unwrap();
        let mut found = Vec::new();
        regions(&log, &mut found);
        prop_assert!(found.len() >= 2 * run.findings.len());
        for [line, column, end_line, end_column] in found {
            prop_assert!(line >= 1 && column >= 1 && end_line <= lines, "{line}:{column}-{end_line}:{end_column}");
            prop_assert!((line, column) <= (end_line, end_column), "{line}:{column}-{end_line}:{end_column}");
        }
        let annotations = github::read(&shown[1].1);
        prop_assert_eq!(annotations.len(), run.findings.len().min(10) + 1);
        let entries: Value = serde_json::from_str(&shown[2].1).unwrap();
        prop_assert_eq!(entries.as_array().unwrap().len(), run.findings.len());
        junit::outcomes(&shown[3].1);
        prop_assert_eq!(shown[4].1.lines().count(), run.findings.len() + 2);
    }
}
