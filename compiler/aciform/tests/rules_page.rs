//! `docs/rules.md` is what the program makes of its pages; `UPDATE_EXPECT=1` writes it anew.

use std::fs;

use aciform_testkit::program::{repository, run};

#[test]
fn the_page_of_rules_is_current() {
    let place = repository().join("docs/rules.md");
    let made = run(env!("CARGO_BIN_EXE_aciform"), &repository(), &["explain", "--markdown"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&place, &made.stdout).expect("the page can be written");
    }
    let committed = fs::read_to_string(&place).unwrap_or_default();
    let differs = committed.lines().zip(made.stdout.lines()).position(|(old, new)| old != new);
    assert!(committed == made.stdout, "docs/rules.md is not current from line {differs:?}; UPDATE_EXPECT=1 writes it");
}
