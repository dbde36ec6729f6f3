//! Asks a Python script beside this crate: a line of JSON for each question, a line for each answer.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The answers of one process to all questions, which may be fewer where it stopped, and whether it ended well.
///
/// `variable` names the Python, which `.ci/test` makes.
pub(crate) fn ask(variable: &str, script: &str, questions: &[&Value]) -> (Vec<String>, bool) {
    let python = std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} names no Python with what `{script}` needs; `.ci/test` makes one"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(script);
    let mut child = Command::new(python)
        .args(["-X", "utf8", "-W", "ignore"])
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle starts");
    let mut input = child.stdin.take().expect("its input is piped");
    // Answers are longer than a pipe holds, so what is asked is written beside the reading.
    let asked: String = questions.iter().map(|question| format!("{question}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
    let output = child.wait_with_output().expect("the oracle ends");
    // Where it stopped early it read no further, and how it ended says so.
    let written = writer.join().expect("the writer ends").is_ok();
    let text = String::from_utf8(output.stdout).expect("the oracle writes UTF-8");
    (text.lines().map(str::to_owned).collect(), output.status.success() && written)
}
