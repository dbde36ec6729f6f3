//! The pages of the codes do what they say: the bad example fires the code, the good one nothing. What a person reads
//! of the bad one is as reviewed.

use std::collections::BTreeMap;
use std::path::Path;

use aciform_diagnostics::{Code, Diagnostics, Severity, SourceMap, Span, Spanned};
use aciform_fabric::lock::{Choice, Ledger, Wanted};
use aciform_fabric::{codes, lock};
use aciform_intent::model::{Rename, Renamed};
use aciform_testkit::pages::{Files, Kind, assert_reviewed, examples, rendered};

use crate::kit::{INI, OUT, Resolved, site_with};

#[test]
fn bad_examples_fire_their_code_alone_and_good_examples_nothing() {
    let (mut made, mut wrong) = (BTreeMap::new(), Vec::new());
    for code in all() {
        let inputs = examples(code.page);
        if let Some(text) = by_hand(code, Kind::Bad) {
            assert_eq!(by_hand(code, Kind::Good).as_deref(), Some(""), "{}", code.id);
            made.insert(code.id, text);
            continue;
        }
        for wanted in [Kind::Bad, Kind::Good] {
            assert!(inputs.iter().any(|(kind, _)| *kind == wanted), "{} has no {wanted:?} example", code.id);
        }
        let mut texts = Vec::new();
        for (kind, files) in inputs {
            let found = example(&files);
            let (findings, errors) = (found.findings(), found.codes(Severity::Error));
            let fires = findings.contains(&format!("[{}]", code.id));
            if fires != (kind == Kind::Bad) || errors.iter().any(|id| kind != Kind::Bad || *id != code.id) {
                wrong.push(format!("a {kind:?} example of {} gives\n{findings}", code.id));
            }
            if kind == Kind::Bad {
                texts.push(found.rendered(code));
            }
        }
        made.insert(code.id, texts.join("\n"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_reviewed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendered"), &made);
}

#[test]
fn every_page_says_enough_and_not_too_much() {
    for code in all() {
        let lines = code.page.lines().count();
        assert!((8..=50).contains(&lines), "{} has {lines} lines", code.id);
    }
    for code in codes::RESOLVE {
        assert!(code.page.starts_with(&format!("# {} {}\n", code.id, code.name)), "{}", code.id);
    }
}

#[test]
fn codes_are_in_order_and_not_repeated() {
    let ids: Vec<(usize, &str)> = codes::RESOLVE.iter().map(|code| (code.id.len(), code.id)).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids.len(), sorted.len());
}

fn all() -> impl Iterator<Item = &'static Code> {
    codes::RESOLVE.iter().chain(lock::codes::CODES).copied()
}

/// What a person reads of a code that no site in a test gives: the ranges of numbers are long, and what an intent
/// writes is refused where it is read. The lock is asked by hand, for something that it must refuse or need not.
fn by_hand(code: &Code, kind: Kind) -> Option<String> {
    let text = "hosts: {node-1: {facts: {ofports: {br-int_vxlan0: 65534}}}}\n\
                projects: {p: {ports: {a: {network: web}, b: {network: web}}}}\n\
                renamed: {networks: {OldWebApp: MyWebApp}}\n";
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let file = sources.add("intent.yaml", text);
    let place = |part: &str| text.find(part).map_or(Span::start_of(file), |at| Span::new(file, at, at + part.len()));
    let mut ledger = Ledger::default();
    let bad = kind == Kind::Bad;
    match code.id {
        "ACI1308" => {
            let wanted = ["a: {", "b: {"].map(|port| Wanted {
                key: format!("p/{}", &port[..1]),
                fixed: None,
                span: Some(place(port)),
            });
            let last = if bad { 4097 } else { 4098 };
            ledger.numbers(lock::Kind::Zone, "node-1", &wanted, 4097..=last, Choice::AboveHighest, &mut diagnostics);
        }
        "ACI1510" => {
            let fixed = Spanned::new(if bad { 65534 } else { 1 }, place("65534"));
            let wanted = [Wanted { key: "br-int_vxlan0".to_owned(), fixed: Some(fixed), span: None }];
            ledger.numbers(lock::Kind::OfPort, "node-1", &wanted, 1..=65279, Choice::LowestFree, &mut diagnostics);
        }
        "ACI1514" => {
            let side = |name: &str| {
                let path = if bad { name.to_owned() } else { format!("NewWebApps/{name}") };
                Spanned::new(path, place(name))
            };
            let mut renamed = Renamed::default();
            let rename = Rename { from: side("OldWebApp"), to: side("MyWebApp") };
            renamed.kinds.entry("networks".to_owned()).or_default().push(rename);
            ledger.rename(&renamed, &|_, _| false, &mut diagnostics);
        }
        _ => return None,
    }
    Some(rendered(code, &sources, &diagnostics.into_sorted()))
}

/// The files of an example as a site.
fn example(files: &Files) -> Resolved {
    let file = |name: &str| files.get(name).map_or("", String::as_str);
    let (ini, lock) = (file("ml2_conf_cisco_apic.ini"), file("aciform.lock"));
    let settings = if files.contains_key("aciform.yaml") { file("aciform.yaml") } else { "aciform: 1\n" };
    let is_intent = |name: &String| name.ends_with(".yaml") && name != "aciform.yaml";
    let intents: Vec<&str> = files.iter().filter(|(name, _)| is_intent(name)).map(|(_, text)| text.as_str()).collect();
    let out = if ini.contains("apic_external_network:out") { "" } else { OUT };
    // Options of the example come last in the driver's section; the first line of a key counts, so it replaces ours.
    let options = if ini.starts_with('[') { format!("{INI}{ini}") } else { format!("{}{ini}", base(ini)) };
    site_with(settings, &format!("{options}{out}"), &intents, lock)
}

/// The usual options without the keys that an example sets.
fn base(example: &str) -> String {
    let keys: Vec<&str> = example.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key).collect();
    let kept = INI.lines().filter(|line| !keys.iter().any(|key| line.starts_with(key)));
    kept.map(|line| format!("{line}\n")).collect()
}
