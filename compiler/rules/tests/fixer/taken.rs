//! Fixes that would write a name which another line has: none of them is certain.

use std::collections::BTreeMap;
use std::path::PathBuf;

use aciform_diagnostics::{Applicability, Diagnostic, fix};
use aciform_site::{Options, Reader, Subject, absolute};

use super::lint::lint;
use super::safe_fixes_hold;

const TAKEN: &[&str] = &[
    // A header that brings its lines into a section which has them.
    "[DEFAULT]\napic_system_id = lab\n[default]\napic_system_id = other\n",
    "[default]\napic_system_id = other\n[DEFAULT]\napic_system_id = lab\n",
    "[default]\napic_system_id = a\n[Default]\napic_system_id = b\n",
    "[default]\ndebug = True\n[DEFAULT]\ndebug = False\n",
    "[apic_external_network: Out]\npreexisting = True\n[Apic_external_network:Out]\nenable_nat = false\n",
    // Keys in sections that are merged.
    "[apic_external_network:Out]\nPreexisting = True\n[apic_external_network:Out]\npreexisting = False\n",
    "[apic_external_network:Out]\nPreexisting = True\n[apic_external_network:Out]\nPREEXISTING = False\n",
    "[ml2_cisco_apic]\nUse-Vmm = True\n[ML2_CISCO_APIC]\nUSE_VMM = False\n",
    // Hosts, by their line and each for itself.
    "[apic_switch:101]\nh1, = 1/2\nh1 = 1/1\n",
    "[apic_switch:101]\nh1, = 1/2\nh1, = 1/1\n",
    "[apic_switch:101]\nh1, h2 = 1/1\nh1,h2 = 1/2\n",
    "[apic_switch:101]\nh1,h2 = 1/2\nh1, h2 = 1/1\n",
    "[apic_switch:101]\nh1, h2 = 1/1\nh2 = 1/2\n",
    "[apic_switch:101]\nh1, h2 = 1/1\n[apic_switch:102]\nh2 = 1/2\n",
    "[apic_switch:101]\naa:bb = 1/1\naa\\x3abb = 1/2\n",
    "[apic_switch:101]\naa:bb = 1/1\naa\\072bb = 1/2\n",
    // The second line would be the first of its name.
    "[apic_switch:101]\naa:bb = 1/1\naa = 1/2\n",
];

#[test]
fn a_name_that_is_taken_in_the_file_is_not_written() {
    for text in TAKEN {
        if let Err(error) = safe_fixes_hold(text) {
            panic!("{error}");
        }
        assert_eq!(lint(text).fixed(Applicability::Safe), None, "{text}");
        assert!(lint(text).fixed(Applicability::Unsafe).is_some(), "{text}");
    }
}

#[test]
fn a_name_that_is_free_is_written() {
    for (text, fixed) in [
        (
            "[DEFAULT]\ndebug = True\n[default]\napic_system_id = other\n",
            "[DEFAULT]\ndebug = True\n[DEFAULT]\napic_system_id = other\n",
        ),
        (
            "[apic_external_network:Out]\nPreexisting = True\n[apic_external_network:In]\npreexisting = False\n",
            "[apic_external_network:Out]\npreexisting = True\n[apic_external_network:In]\npreexisting = False\n",
        ),
        ("[apic_switch:101]\nh1, = 1/2\nh2 = 1/1\n", "[apic_switch:101]\nh1 = 1/2\nh2 = 1/1\n"),
        ("[apic_switch:101]\nh1, h2 = 1/2\nh3 = 1/1\n", "[apic_switch:101]\nh1,h2 = 1/2\nh3 = 1/1\n"),
        (
            "[ml2_cisco_apic]\napic_vpc_pairs = 101:102\n[apic_switch:101]\nh1, h2 = 1/2\n[apic_switch:102]\nh1, h2 = 1/2\n",
            "[ml2_cisco_apic]\napic_vpc_pairs = 101:102\n[apic_switch:101]\nh1,h2 = 1/2\n[apic_switch:102]\nh1,h2 = 1/2\n",
        ),
    ] {
        assert_eq!(lint(text).fixed(Applicability::Safe).as_deref(), Some(fixed), "{text}");
    }
}

#[test]
fn a_name_that_another_file_of_the_service_has_is_not_written() {
    for (first, second) in [
        ("[apic_external_network:Out]\nPreexisting = True\n", "[apic_external_network:Out]\npreexisting = False\n"),
        ("[apic_external_network:Out]\npreexisting = True\n", "[apic_external_network:Out]\nPreexisting = False\n"),
        ("[default]\napic_system_id = a\n", "[DEFAULT]\napic_system_id = b\n"),
        ("[apic_switch:101]\nh1, = 1/2\n", "[apic_switch:101]\nh1 = 1/1\n"),
    ] {
        let places = ["a.ini", "b.ini"].map(PathBuf::from);
        let own = |place: &PathBuf| absolute(place).expect("a path");
        let texts = [(own(&places[0]), first.to_owned()), (own(&places[1]), second.to_owned())];
        let mut reader = Reader::over(BTreeMap::from(texts));
        let options = Options { is_on: &|rule| rule.on, is_looked_for: &|_| true, known: &|_| None, stage: &|_| {} };
        let linted = aciform_site::lint(&mut reader, &Subject::Inis(places.to_vec()), options);
        let findings: Vec<Diagnostic> = linted.verdict.kept.into_sorted();
        assert!(!findings.is_empty(), "{first}{second}");
        let fixed = fix::apply(&reader.sources, &findings, Applicability::Safe);
        assert!(fixed.texts.is_empty(), "{first}{second}{:?}", fixed.texts);
    }
}

#[test]
fn a_fix_that_leaves_what_it_mends_is_not_offered() {
    let text = "[DEFAULT]\napic_system_id =\n  x\n";
    let findings = lint(text).findings;
    let finding = findings.iter().find(|finding| finding.code.id == "ACI602").expect("the finding");
    assert_eq!(finding.fix, None);
}
