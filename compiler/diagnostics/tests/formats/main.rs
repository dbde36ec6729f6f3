//! The formats for other programs, read back as those programs read them.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod fixture;
mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;

use aciform_diagnostics::render;

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
