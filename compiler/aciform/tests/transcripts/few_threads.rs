//! A system that gives no threads: a run does all by itself, and writes the same bytes.

use aciform_testkit::program::{self, Run};
use expect_test::expect;

use super::kit::{Lab, tree};

/// No address space holds a stack of this size, so no thread is made.
const NO_THREADS: &str = "RUST_MIN_STACK=7036874417766400";

fn alone(lab: &Lab, arguments: &[&str]) -> Run {
    program::run("env", lab.path(), &[&[NO_THREADS, env!("CARGO_BIN_EXE_aciform")], arguments].concat())
}

#[test]
fn one_thread_makes_what_many_make() {
    let lab = Lab::new();
    // Anew, and over an old bundle.
    for _ in 0..2 {
        let _ = alone(&lab, &["compile", "site", "-o", "new"]).success();
    }
    let lint = ["lint", "site"];
    let (run, usual) = (alone(&lab, &lint), lab.run(&lint));
    assert_eq!((run.code, run.stderr), (usual.code, usual.stderr));
    assert!(tree(&lab.place("new")) == tree(&lab.place("out")), "the bundles differ");
    lab.edit("intent/fabric.yaml", "projects:\n", "projects:\n  more: {networks: {n: {}}}\n");
    for (folder, run) in
        [("new", alone(&lab, &["compile", "site", "-o", "new"])), ("out", lab.run(&["compile", "site", "-o", "out"]))]
    {
        let run = run.success();
        assert!(run.stdout.starts_with(&format!("{folder}: ")) && run.stdout.contains("1 new"), "{}", run.stdout);
    }
    assert!(tree(&lab.place("new")) == tree(&lab.place("out")), "the bundles differ after an edit");
    assert_eq!(alone(&lab, &["diff", "new", "out"]).success().stdout, "no differences\n");
    assert_eq!(alone(&lab, &["verify", "site"]).code, lab.run(&["verify", "site"]).code);
}

#[test]
fn what_waits_on_several_says_that_it_cannot() {
    let lab = Lab::new();
    for arguments in [&["watch", "site"][..], &["lsp"]] {
        let run = alone(&lab, arguments);
        expect![[r#"
            error: the system gives no threads, and this command waits on several: raise `ulimit -u` or `pids.max`
        "#]]
        .assert_eq(&run.stderr);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    }
}
