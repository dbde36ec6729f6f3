//! The pages of the lock's codes do what they say.

use aciform_fabric::lock::codes;

use crate::kit::{complaints, lock};

/// Codes whose examples are lines of the lock itself.
const READ: [&str; 7] = ["ACI1501", "ACI1502", "ACI1503", "ACI1504", "ACI1505", "ACI1506", "ACI1507"];

#[test]
fn bad_examples_fire_their_code_alone_and_good_examples_nothing() {
    for code in codes::CODES.iter().filter(|code| READ.contains(&code.id)) {
        let (bad, good) = code.page.split_once("\nGood:").expect("a page has a good example");
        let bad = bad.split_once("\nBad:").expect("a page has a bad example").1;
        let found = complaints(&example(bad));
        assert!(found.contains(code.id), "{}: {found}", code.id);
        let others = found.lines().filter(|line| line.contains(" error ") && !line.contains(code.id));
        assert_eq!(others.count(), 0, "{}: {found}", code.id);
        assert_eq!(complaints(&example(good)), "", "{}", code.id);
    }
}

#[test]
fn every_page_says_enough_and_not_too_much() {
    for code in codes::CODES {
        let lines = code.page.lines().count();
        assert!((8..=30).contains(&lines), "{} has {lines} lines", code.id);
    }
}

/// The first indented block, as a lock.
fn example(text: &str) -> String {
    let lines = text.lines().skip_while(|line| !line.starts_with("    "));
    let block = lines.take_while(|line| line.starts_with("    "));
    let block: String = block.map(|line| format!("{}\n", &line[4..])).collect();
    if block.contains("version:") { block } else { lock(&block) }
}
