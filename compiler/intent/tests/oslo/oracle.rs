//! Asks the oracle: one Python process for all cases, its answers in order while it works on the next ones.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use aciform_intent::ini::options::GROUPS;
use serde_json::{Value, json};

/// Files in the order of `--config-file`, as bytes.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) files: Vec<Vec<u8>>,
    /// Whether every option of the table is asked for, or only what the files could have changed.
    pub(crate) whole: bool,
}

impl Case {
    /// The files as text, for messages.
    pub(crate) fn text(&self) -> String {
        let texts: Vec<_> = self.files.iter().map(|file| String::from_utf8_lossy(file)).collect();
        texts.join("\n---- next file\n")
    }
}

/// Runs all cases; hands each answer over as it comes.
pub(crate) fn ask(cases: &[Case], mut each: impl FnMut(&Case, &Value)) {
    let job = job(cases).to_string();
    let python = std::env::var("ACIFORM_ORACLE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/oracle/oslo_values.py");
    let mut child = Command::new(&python)
        .args(["-B", "-X", "utf8", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("`{python}` cannot be run ({error}); set ACIFORM_ORACLE_PYTHON"));
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || stdin.write_all(job.as_bytes()));
    // Read ahead, so that neither process waits for the other.
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let (sender, answers) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in stdout.lines() {
            let answer = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
            let _ = sender.send(answer);
        }
    });
    let mut answered = 0;
    for (case, answer) in cases.iter().zip(answers) {
        each(case, &answer);
        answered += 1;
    }
    reader.join().expect("no panic");
    let written = writer.join().expect("no panic");
    let status = child.wait().expect("its end");
    assert!(status.success(), "the oracle needs the Python packages oslo.config and apicapi: {status}");
    written.expect("the whole job");
    assert_eq!(answered, cases.len());
}

fn job(cases: &[Case]) -> Value {
    let groups = GROUPS.iter().map(|group| {
        let options = group.rows().map(|row| {
            json!({
                "name": row.name,
                "type": row.kind.word(),
                "default": row.default,
                "deprecated": row.deprecated,
            })
        });
        json!({"name": group.name, "options": options.collect::<Vec<_>>()})
    });
    let cases = cases.iter().map(|case| {
        let files = case.files.iter().map(|file| file.iter().map(|byte| char::from(*byte)).collect::<String>());
        json!({"files": files.collect::<Vec<_>>(), "whole": case.whole})
    });
    json!({"groups": groups.collect::<Vec<_>>(), "cases": cases.collect::<Vec<_>>()})
}
