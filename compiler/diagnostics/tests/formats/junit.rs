//! The JUnit report, read back by an XML parser.

use std::collections::BTreeSet;

use aciform_diagnostics::Severity;
use aciform_diagnostics::render::junit;
use expect_test::expect;
use roxmltree::{Document, Node};

use crate::fixture::{Run, many, odd, small};

#[test]
fn a_run_is_a_suite_with_a_case_for_each_rule_and_file() {
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="aciform lint" tests="4" failures="1" errors="0" skipped="1" time="0">
          <testsuite name="aciform lint" tests="4" failures="1" errors="0" skipped="1" time="0">
            <testcase classname="." name="ACI307 host-bits" time="0">
              <system-out>warning: there is no `intent/`</system-out>
            </testcase>
            <testcase classname="clean.ini" name="nothing found" file="clean.ini" time="0"/>
            <testcase classname="intent.yaml" name="ACI900 odd-style" file="intent.yaml" line="1" time="0">
              <skipped message="the customer's word"/>
            </testcase>
            <testcase classname="site/a b.ini" name="ACI1301 vlan-outside-pool" file="site/a b.ini" line="3" time="0">
              <failure message="VLAN 1999 lies outside the pool of `physnet1` (100-199)" type="error">3:8: error: VLAN 1999 lies outside the pool of `physnet1` (100-199)
          help: pick an id in 100-199</failure>
            </testcase>
          </testsuite>
        </testsuites>
    "#]].assert_eq(&junit(&small().report()));
}

fn number(node: Node<'_, '_>, key: &str) -> usize {
    node.attribute(key).unwrap().parse().unwrap()
}

/// Checks what every reader counts on, and gives back how many cases ended in each way: passed, failed, errors, skipped.
pub(crate) fn outcomes(text: &str) -> [usize; 4] {
    let document = Document::parse(text).unwrap_or_else(|refused| panic!("{refused}\n{text}"));
    let suites = document.root_element();
    let suite = suites.first_element_child().unwrap();
    let cases: Vec<Node> = suite.children().filter(Node::is_element).collect();
    let with = |name: &str| cases.iter().filter(|case| case.children().any(|child| child.has_tag_name(name))).count();
    let (failed, errors, skipped) = (with("failure"), with("error"), with("skipped"));
    for counted in [suites, suite] {
        assert_eq!(number(counted, "tests"), cases.len());
        assert_eq!(number(counted, "failures"), failed);
        assert_eq!(number(counted, "errors"), errors);
        assert_eq!(number(counted, "skipped"), skipped);
    }
    let mut keys = BTreeSet::new();
    for case in &cases {
        assert!(case.has_tag_name("testcase"));
        assert!(keys.insert((case.attribute("classname").unwrap(), case.attribute("name").unwrap())), "{case:?}");
        assert!(case.attribute("timestamp").is_none() && case.attribute("time") == Some("0"));
    }
    [cases.len() - failed - errors - skipped, failed, errors, skipped]
}

#[test]
fn every_name_and_message_is_xml_and_the_counts_add_up() {
    let mut run = odd();
    run.troubles = vec!["cannot open `a&b`\u{fffe}".to_owned(), "another".to_owned()];
    let text = junit(&run.report());
    // Errors in 14 files, of which the one without a name takes the error without a place; warnings and infos pass.
    assert_eq!(outcomes(&text), [26, 14, 2, 0]);
    assert!(!text.contains("]]>") && !text.contains('\u{ffff}'));
    let document = Document::parse(&text).unwrap();
    let classes: BTreeSet<&str> = document.descendants().filter_map(|node| node.attribute("classname")).collect();
    assert!(classes.contains("q\"&'<>]]>.ini") && classes.contains("x\u{fffd}y.ini"), "{classes:?}");
}

#[test]
fn the_fail_level_decides_what_fails() {
    let run = many(20);
    let at = |fail_level| outcomes(&junit(&aciform_diagnostics::Report { fail_level, ..run.report() }));
    assert_eq!(at(Severity::Error), [1, 1, 0, 0]);
    assert_eq!(at(Severity::Warning), [0, 2, 0, 0]);
    let text = junit(&run.report());
    let document = Document::parse(&text).unwrap();
    let passed = document.descendants().find(|node| node.has_tag_name("system-out")).unwrap();
    assert_eq!(passed.text().unwrap().lines().count(), 15);
}

#[test]
fn two_files_whose_names_look_alike_are_one_case() {
    let mut run = Run::over(&[("a\u{1}.ini", "x"), ("a\u{2}.ini", "x"), ("./a\u{3}.ini", "x")]);
    for file in 0..2 {
        run.find(&crate::fixture::OUTSIDE, file, "x", "m");
    }
    assert_eq!(outcomes(&junit(&run.report())), [0, 1, 0, 0]);
}

#[test]
fn what_is_suppressed_is_skipped_with_its_reason() {
    let mut run = small();
    run.findings.clear();
    assert_eq!(outcomes(&junit(&run.report())), [2, 0, 0, 1]);
}
