//! Workflow commands, read back as the runner's `ActionCommand` and its escapes read them.

use std::collections::BTreeMap;

use aciform_diagnostics::render::github;
use expect_test::expect;

use crate::fixture::{HOST_BITS, OUTSIDE, Run, STYLE, many, odd, small};

/// One annotation as it is shown.
#[derive(Debug)]
pub(crate) struct Annotation {
    level: String,
    properties: BTreeMap<String, String>,
    message: String,
}

/// A line that is no command is printed as it is and no annotation; here it is a failure.
pub(crate) fn read(text: &str) -> Vec<Annotation> {
    text.lines()
        .map(|line| {
            let (head, message) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).expect(line);
            let (level, properties) = head.split_once(' ').expect(line);
            let properties = properties
                .split(',')
                .map(|property| property.split_once('=').expect(line))
                .map(|(key, value)| {
                    let value = value.replace("%3A", ":").replace("%2C", ",");
                    (key.to_owned(), unescape(&value))
                })
                .collect();
            Annotation { level: level.to_owned(), properties, message: unescape(message) }
        })
        .collect()
}

fn unescape(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
}

fn plain(run: &Run) -> String {
    github(&run.report(), &|_, _| false)
}

#[test]
fn a_run_is_annotations_and_a_total() {
    expect![[r#"
        ::error file=site/a b.ini,line=3,endLine=3,col=8,endColumn=12,title=ACI1301 vlan-outside-pool::VLAN 1999 lies outside the pool of `physnet1` (100-199)%0Ahelp: pick an id in 100-199
        ::warning title=ACI307 host-bits::there is no `intent/`
        ::notice title=aciform::1 error, 1 warning; 1 suppressed
    "#]].assert_eq(&plain(&small()));
}

#[test]
fn no_name_and_no_message_makes_a_command_of_its_own() {
    let read = read(&plain(&odd()));
    assert_eq!(read.len(), 30);
    for annotation in &read {
        assert!(["error", "warning", "notice"].contains(&annotation.level.as_str()), "{annotation:?}");
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert!(annotation.properties.keys().all(|key| known.contains(&key.as_str())), "{annotation:?}");
        // The runner drops an annotation with columns over several lines.
        let same_line = annotation.properties.get("line") == annotation.properties.get("endLine");
        assert_eq!(annotation.properties.contains_key("col"), same_line && annotation.properties.contains_key("line"));
    }
    let files: Vec<&str> =
        read.iter().filter_map(|annotation| Some(annotation.properties.get("file")?.as_str())).collect();
    for file in ["a b.ini", "größe/日本.yaml", "100%.ini", "c:d,e::f.ini"] {
        assert!(files.contains(&file), "{files:?}");
    }
    let message = "a\u{fffd}\u{fffd}::error::b %0A %, : \u{fffd}[2J";
    assert!(read[0].message.starts_with(message), "{}", read[0].message);
}

#[test]
fn ten_of_each_level_are_shown_and_the_last_says_how_many_there_are() {
    let text = "x\n".repeat(40);
    let mut run = Run::over(&[("a.ini", &text)]);
    for (code, range) in [(&STYLE, 0..12), (&HOST_BITS, 12..24), (&OUTSIDE, 24..40)] {
        for at in range {
            let span = aciform_diagnostics::Span::new(aciform_diagnostics::FileId(0), 2 * at, 2 * at + 1);
            run.push(aciform_diagnostics::Diagnostic::at(code, span, "m"));
        }
    }
    let read = read(&plain(&run));
    let count = |level| read.iter().filter(|annotation| annotation.level == level).count();
    assert_eq!((count("error"), count("warning"), count("notice")), (10, 10, 10));
    assert_eq!(read.last().unwrap().message, "16 errors, 12 warnings, 12 info; 11 not shown as annotations");
    assert_eq!(read[0].properties["line"], "25");
    // Changed lines first.
    let changed = super::github::read(&github(&run.report(), &|file, line| file == "a.ini" && line > 37));
    let lines: Vec<&str> = changed.iter().take(4).map(|annotation| annotation.properties["line"].as_str()).collect();
    assert_eq!(lines, ["38", "39", "40", "25"]);
}

#[test]
fn thirty_thousand_findings_are_a_few_lines() {
    let text = plain(&many(30_000));
    assert_eq!(text.lines().count(), 16);
    assert!(
        text.ends_with("::notice title=aciform::5 errors, 29995 warnings; 29985 not shown as annotations\n"),
        "{text}"
    );
}
