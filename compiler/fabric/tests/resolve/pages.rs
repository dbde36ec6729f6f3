//! The pages of the codes do what they say: the bad example fires the code, the good one nothing.

use aciform_diagnostics::Severity;
use aciform_fabric::codes;

use crate::kit::{INI, OUT, Resolved, site_with};

#[test]
fn bad_examples_fire_their_code_alone_and_good_examples_nothing() {
    for code in codes::RESOLVE {
        let (bad, good) =
            code.page.split_once("\nAllowed:\n").unwrap_or_else(|| panic!("{} has a good example", code.id));
        let bad = bad.split_once("\nNot allowed:\n").unwrap_or_else(|| panic!("{} has a bad example", code.id)).1;
        let found = example(bad);
        let findings = found.findings();
        assert!(findings.contains(&format!("[{}]", code.id)), "{}: {findings}", code.id);
        let errors = found.codes(Severity::Error);
        assert!(errors.iter().all(|id| *id == code.id), "{}: {findings}", code.id);
        let found = example(good);
        assert!(found.codes(Severity::Error).is_empty(), "{}: {}", code.id, found.findings());
        assert!(!found.findings().contains(code.id), "{}: {}", code.id, found.findings());
    }
}

#[test]
fn every_page_says_enough_and_not_too_much() {
    for code in codes::RESOLVE {
        let lines = code.page.lines().count();
        assert!((8..=36).contains(&lines), "{} has {lines} lines", code.id);
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

/// The fenced blocks of a part of a page as a site.
fn example(part: &str) -> Resolved {
    let (mut ini, mut intents, mut settings) = (String::new(), Vec::new(), "aciform: 1\n");
    let mut rest = part;
    while let Some((_, block)) = rest.split_once("```") {
        let (block, after) = block.split_once("```").expect("a fence is closed");
        let (language, text) = block.split_once('\n').expect("a fence has a language");
        match language {
            "ini" => ini.push_str(text),
            "yaml" if text.starts_with("# aciform.yaml") => settings = text,
            "yaml" => intents.push(text),
            other => panic!("unknown language {other}"),
        }
        rest = after;
    }
    let out = if ini.contains("apic_external_network:out") { "" } else { OUT };
    // Options of the example come last in the driver's section; the first line of a key counts, so it replaces ours.
    let options = if ini.starts_with('[') { format!("{INI}{ini}") } else { format!("{}{ini}", base(&ini)) };
    site_with(settings, &format!("{options}{out}"), &intents, "")
}

/// The usual options without the keys that an example sets.
fn base(example: &str) -> String {
    let keys: Vec<&str> = example.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key).collect();
    let kept = INI.lines().filter(|line| !keys.iter().any(|key| line.starts_with(key)));
    kept.map(|line| format!("{line}\n")).collect()
}
