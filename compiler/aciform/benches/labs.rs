//! Compiles 10, 100 and 1,000 labs in one site and prints how time and peak memory grow.
//!
//! `cargo bench -p aciform --bench labs`; a slope of 1 is linear. The times are the program's own (`--timings`),
//! the median of five cold compiles into an empty folder.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::path::Path;
use std::process::Command;

use aciform_testkit::generate;

fn main() {
    // `cargo test --benches` runs this too; a bench measures nothing there.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut last: Option<(f64, f64)> = None;
    println!("{:>6} {:>12} {:>12} {:>11} {:>11}", "labs", "ms", "peak MiB", "time slope", "mem slope");
    for count in [10, 100, 1000] {
        let folder = tempfile::tempdir().expect("a folder for the site");
        generate::write(&generate::labs(count), folder.path()).expect("the site can be written");
        let mut runs: Vec<(f64, f64)> = (0..5).map(|_| compile(folder.path())).collect();
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (time, memory) = runs[2];
        let slope = |now: f64, before: f64| (now / before).log10();
        match last {
            Some((t, m)) => {
                println!("{count:>6} {time:>12.1} {memory:>12.1} {:>11.2} {:>11.2}", slope(time, t), slope(memory, m))
            }
            None => println!("{count:>6} {time:>12.1} {memory:>12.1} {:>11} {:>11}", "", ""),
        }
        last = Some((time, memory));
    }
}

/// Compiles once, cold; returns milliseconds and MiB.
fn compile(site: &Path) -> (f64, f64) {
    let out = tempfile::tempdir().expect("a folder for the bundle");
    let _ = std::fs::remove_file(site.join("aciform.lock"));
    let output = Command::new(env!("CARGO_BIN_EXE_aciform"))
        .args(["compile", "--timings", "-o"])
        .args([out.path(), site])
        .output()
        .expect("the program runs");
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{messages}");
    let figure = |name: &str| {
        let line = messages.lines().find(|line| line.starts_with(name)).expect("the timings name it");
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    };
    (figure("total"), figure("memory"))
}
