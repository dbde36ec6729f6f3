//! Allowances: in the site file and in comments, used and unused.

use std::fs;

use aciform_testkit::program::{copy, repository, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

/// The smallest example with one warning (facts about an interface that nothing has) and these lines put in.
fn findings(site_line: &str, intent_line: &str) -> (i32, String) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&repository().join("examples/minimal"), folder.path());
    let edit = |name: &str, from: &str, to: &str| {
        let place = folder.path().join(name);
        let text = fs::read_to_string(&place).expect("the file");
        assert!(text.contains(from), "{name} holds `{from}`");
        fs::write(&place, text.replacen(from, to, 1)).expect("the file is changed");
    };
    edit("aciform.yaml", "aciform: 1\n", &format!("aciform: 1\n{site_line}"));
    let fact = format!("{intent_line}  node-1: {{facts: {{ofports: {{qvo-nothing: 9}}}}, ");
    edit("intent.yaml", "  node-1: {", &fact);
    let run = run(PROGRAM, folder.path(), &["compile", "--message-format", "short", "-o", "out"]);
    let told = run.stderr.lines().filter(|line| line.contains("ACI")).map(|line| format!("{line}\n")).collect();
    (run.code, told)
}

#[test]
fn a_warning_is_accepted_where_the_site_or_the_line_above_says_so() {
    let (code, told) = findings("", "");
    assert_eq!(code, 0);
    assert!(told.starts_with("intent.yaml:3:") && told.contains("warning[ACI1518]"), "{told}");
    let accepted = [
        ("allow: [{code: ACI1518, reason: a spare port}]\n", ""),
        ("allow: [{code: ACI1518, at: intent.yaml, reason: a spare port}]\n", ""),
        ("allow: [{code: ACI1518, at: 'intent.yaml:3', reason: a spare port}]\n", ""),
        ("", "  # aciform: allow ACI1518 a spare port\n"),
    ];
    for (site, intent) in accepted {
        assert_eq!(findings(site, intent), (0, String::new()), "{site}{intent}");
    }
}

#[test]
fn an_allowance_that_accepts_nothing_is_reported() {
    let cases = [
        (
            "allow: [{code: ACI1518, at: other.yaml, reason: elsewhere}]\n",
            "",
            "nothing here is accepted by allowing `ACI1518`",
        ),
        ("allow: [{code: ACI9999, reason: a typo}]\n", "", "there is no code `ACI9999` to allow"),
        ("allow: [{code: ACI1202, reason: an error}]\n", "", "`ACI1202` is an error and cannot be allowed"),
        ("", "  # aciform: allow ACI1518\n", "`ACI1518` is allowed without a reason"),
    ];
    for (site, intent, expected) in cases {
        let (code, told) = findings(site, intent);
        assert_eq!(code, 0, "{told}");
        assert!(told.contains("warning[ACI1084]") && told.contains(expected), "{told}");
        assert!(told.contains("warning[ACI1518]"), "{told}");
    }
}
