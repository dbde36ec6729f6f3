//! The line that says what a long run is at: on a terminal, after a second, and gone when there is something to say.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::kit::aciform;

/// Compiles a site a part of whose intent comes through a pipe, a second and a half late, on a terminal; returns what the
/// terminal got.
fn on_a_terminal(folder: &Path, environment: &[(&str, &str)]) -> String {
    let _ = aciform(folder, &["init", "site"]).success();
    let site = fs::read_to_string(folder.join("site/aciform.yaml")).expect("the site");
    let named = site.replace("intent: [intent/]", "intent: [intent/, late.yaml]");
    assert_ne!(site, named);
    fs::write(folder.join("site/aciform.yaml"), named).expect("the site");
    let pipe = folder.join("site/late.yaml");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let command = format!("'{}' compile site -o out", env!("CARGO_BIN_EXE_aciform"));
    let terminal = Command::new("script")
        .args(["--quiet", "--return", "--flush", "--command", &command, "/dev/null"])
        .current_dir(folder)
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("script runs");
    std::thread::sleep(Duration::from_millis(1500));
    // Opened to be read too, a pipe waits for nobody.
    let mut late = fs::OpenOptions::new().read(true).write(true).open(&pipe).expect("the pipe");
    late.write_all(b"projects: {late: {}}\n").expect("it holds so much");
    drop(late);
    let output = terminal.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_long_run_says_on_a_terminal_what_it_is_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let shown = on_a_terminal(folder.path(), &[]);
    assert!(shown.contains("reading the site"), "{shown:?}");
    // Whatever comes behind it has the line to itself.
    let behind = shown.rsplit("reading the site").next().expect("a rest");
    assert!(behind.contains("\r\u{1b}[K") && behind.contains("new)"), "{shown:?}");
}

#[test]
fn plain_terminals_are_spared_it() {
    for variable in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let folder = tempfile::tempdir().expect("a folder");
        let shown = on_a_terminal(folder.path(), &[variable]);
        assert!(!shown.contains("reading the site") && !shown.contains('\u{1b}'), "{shown:?}");
    }
}
