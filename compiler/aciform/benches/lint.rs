//! What linting takes: the whole process for a bare ini, and for a site of 50,000 ports the stages behind parsing, before
//! its first compile and with the lock that one writes.
//!
//! `cargo bench -p aciform --bench lint`; medians of the runs that are printed beside them. `-- HOSTS PORTS` behind it
//! measures a site of another size.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use aciform_testkit::{generate, program};

fn main() {
    // `cargo test --benches` runs this too; a bench measures nothing there.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let sizes: Vec<u32> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let (hosts, ports) = match sizes.as_slice() {
        [hosts, ports] => (*hosts, *ports),
        _ => (1_000, 50_000),
    };
    bare();
    let folder = tempfile::tempdir().expect("a folder for the site");
    generate::write(&generate::cloud(hosts, ports), folder.path()).expect("the site can be written");
    site(&format!("{ports} ports on {hosts} hosts"), folder.path());
    let lock = compile(folder.path());
    site(&format!("{ports} ports on {hosts} hosts, lock of {lock} KiB"), folder.path());
}

/// Compiles once, which writes the lock; returns its size.
fn compile(site: &Path) -> u64 {
    let out = tempfile::tempdir().expect("a folder for the bundle");
    let output = Command::new(env!("CARGO_BIN_EXE_aciform"))
        .args(["compile", "-o"])
        .args([out.path(), site])
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::metadata(site.join("aciform.lock")).expect("the compile wrote a lock").len() / 1024
}

/// The lab's ini, alone: from start to exit.
fn bare() {
    let ini = program::repository().join("examples/rdo-lab/ml2_conf_cisco_apic.ini");
    let runs: Vec<f64> = (0..101)
        .map(|_| {
            let since = Instant::now();
            let _ = lint(&ini, &[]);
            since.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    println!("bare ini, whole process: {:.1} ms (median of {})", median(runs.clone()), runs.len());
}

/// A generated cloud: reading it (text to typed intent) against everything behind that.
fn site(what: &str, folder: &Path) {
    let runs: Vec<[f64; 5]> = (0..5)
        .map(|_| {
            let messages = String::from_utf8_lossy(&lint(folder, &["--timings"]).stderr).into_owned();
            let figure = |name: &str| {
                let line = messages.lines().find(|line| line.starts_with(name)).expect("the timings name it");
                line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
            };
            ["read", "resolve", "rules", "total", "memory"].map(figure)
        })
        .collect();
    let [read, resolve, rules, total, memory] =
        [0, 1, 2, 3, 4].map(|at| median(runs.iter().map(|run| run[at]).collect()));
    println!(
        "{what}: read {read:.0} ms, resolve {resolve:.0} ms, rules {rules:.0} ms, total {total:.0} ms = {:.2} times reading, {memory:.0} MiB (medians of {})",
        total / read,
        runs.len()
    );
}

fn lint(place: &Path, more: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_aciform"))
        .args(["lint", "--format", "short"])
        .args(more)
        .arg(place)
        .output()
        .expect("the program runs");
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
