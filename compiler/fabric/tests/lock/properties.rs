//! What holds for every lock and every wish.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_fabric::lock::{Choice, Kind, Ledger, Wanted};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

use crate::kit::{pool, read};

/// Names among few, so that they meet.
fn name() -> impl Strategy<Value = String> {
    "[a-c]{1,2}-?[0-9]{0,2}"
}

fn names(most: usize) -> impl Strategy<Value = BTreeSet<String>> {
    btree_set(name(), 0..most)
}

/// Keys with and without an override, in any order.
fn wishes(most: usize) -> impl Strategy<Value = Vec<Wanted<u32>>> {
    btree_map(name(), proptest::option::weighted(0.2, 1u32..60), 0..most)
        .prop_map(|map| {
            let mut used = BTreeSet::new();
            map.into_iter()
                .map(|(key, fixed)| {
                    let fixed = fixed.filter(|number| used.insert(*number));
                    let at = aciform_diagnostics::Span::new(FileId(0), 0, 0);
                    Wanted { key, fixed: fixed.map(|n| aciform_diagnostics::Spanned::new(n, at)), span: None }
                })
                .collect::<Vec<_>>()
        })
        .prop_shuffle()
}

fn give(ledger: &mut Ledger, wishes: &[Wanted<u32>], choice: Choice) -> BTreeMap<String, u32> {
    let mut diagnostics = Diagnostics::new();
    let given = ledger.numbers(Kind::OfPort, "host", wishes, 1..=200, choice, &mut diagnostics);
    assert!(!diagnostics.has_errors());
    wishes.iter().zip(given).map(|(wish, number)| (wish.key.clone(), number.expect("there is room"))).collect()
}

fn plain(keys: &BTreeSet<String>) -> Vec<Wanted<u32>> {
    keys.iter().map(|key| Wanted { key: key.clone(), fixed: None, span: None }).collect()
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![Just(Choice::LowestFree), Just(Choice::AboveHighest)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_key_renumbers_nothing(old in names(30), more in names(10), choice in choice()) {
        let mut ledger = Ledger::default();
        let before = give(&mut ledger, &plain(&old), choice);
        let mut ledger = read(&ledger.render());
        let after = give(&mut ledger, &plain(&old.union(&more).cloned().collect()), choice);
        for (key, number) in before {
            prop_assert_eq!(after[&key], number);
        }
    }

    #[test]
    fn numbers_are_unique_in_a_scope_and_facts_are_obeyed(
        runs in vec(wishes(30), 1..4),
        choice in choice(),
    ) {
        let mut text = String::new();
        for wishes in runs {
            let mut ledger = read(&text);
            let given = give(&mut ledger, &wishes, choice);
            prop_assert_eq!(given.values().collect::<BTreeSet<_>>().len(), wishes.len());
            for wish in &wishes {
                if let Some(fixed) = &wish.fixed {
                    prop_assert_eq!(given[&wish.key], fixed.value);
                }
            }
            text = ledger.render();
        }
    }

    #[test]
    fn the_order_of_the_wishes_does_not_matter(
        (wishes, other) in wishes(30).prop_flat_map(|wishes| (Just(wishes.clone()), Just(wishes).prop_shuffle())),
        old in names(20),
        choice in choice(),
    ) {
        let mut first = Ledger::default();
        give(&mut first, &plain(&old), choice);
        let text = first.render();
        let (mut one, mut two) = (read(&text), read(&text));
        prop_assert_eq!(give(&mut one, &wishes, choice), give(&mut two, &other, choice));
        prop_assert_eq!(one.render(), two.render());
    }

    #[test]
    fn a_second_compile_of_the_same_changes_nothing(old in names(20), wishes in wishes(30), choice in choice()) {
        let mut first = Ledger::default();
        give(&mut first, &plain(&old), choice);
        let mut second = read(&first.render());
        give(&mut second, &wishes, choice);
        let text = second.render();
        let mut third = read(&text);
        give(&mut third, &wishes, choice);
        prop_assert!(!third.changed());
        prop_assert_eq!(third.render(), text);
    }

    #[test]
    fn freed_numbers_are_used_again_lowest_first(old in names(30), gone in names(10), new in names(10)) {
        let mut ledger = Ledger::default();
        let before = give(&mut ledger, &plain(&old), Choice::LowestFree);
        let wanted: BTreeSet<String> = old.difference(&gone).chain(&new).cloned().collect();
        let kept: BTreeSet<String> = old.intersection(&wanted).cloned().collect();
        let mut ledger = read(&ledger.render());
        let after = give(&mut ledger, &plain(&wanted), Choice::LowestFree);
        let held: BTreeSet<u32> = kept.iter().map(|key| before[key]).collect();
        let mut free = (1..).filter(|number| !held.contains(number));
        for (key, number) in after.iter().filter(|(key, _)| !kept.contains(*key)) {
            prop_assert_eq!(Some(*number), free.next(), "{}", key);
        }
    }

    #[test]
    fn new_zones_lie_above_all_that_were(old in names(30), gone in names(10), new in names(10)) {
        let mut ledger = Ledger::default();
        let before = give(&mut ledger, &plain(&old), Choice::AboveHighest);
        let wanted: BTreeSet<String> = old.difference(&gone).chain(&new).cloned().collect();
        let mut ledger = read(&ledger.render());
        let after = give(&mut ledger, &plain(&wanted), Choice::AboveHighest);
        let highest = before.values().max().copied().unwrap_or(0);
        let fresh = wanted.iter().filter(|key| !before.contains_key(*key));
        for (key, expected) in fresh.zip(highest + 1..) {
            prop_assert_eq!(after[key], expected);
        }
    }

    #[test]
    fn a_host_keeps_its_snat_address_through_every_absence(steps in vec(names(12), 1..6)) {
        let pools = [pool("10.0.0.2", "10.0.0.254")];
        let mut known: BTreeMap<String, IpAddr> = BTreeMap::new();
        let mut text = String::new();
        for hosts in steps {
            let mut ledger = read(&text);
            let wanted: Vec<Wanted<IpAddr>> =
                hosts.iter().map(|key| Wanted { key: key.clone(), fixed: None, span: None }).collect();
            let mut diagnostics = Diagnostics::new();
            let given = ledger.addresses(Kind::Snat, "ext", &wanted, &pools, &[], &mut diagnostics);
            prop_assert!(diagnostics.is_empty());
            for (host, address) in hosts.iter().zip(given) {
                let address = address.expect("there is room");
                prop_assert_eq!(*known.entry(host.clone()).or_insert(address), address);
            }
            prop_assert_eq!(known.values().collect::<BTreeSet<_>>().len(), known.len());
            text = ledger.render();
            let gone = known.len() - hosts.len();
            prop_assert_eq!(ledger.compact(), gone);
        }
    }

    #[test]
    fn every_text_is_read_without_a_panic_and_every_finding_lies_in_it(text in "[a-c:#'\"\\\\\\[ \n\t<>=|{}0-9é-]{0,60}") {
        for text in [text.clone(), format!("version: 1\nzone:\n  {text}")] {
            let mut diagnostics = Diagnostics::new();
            let mut ledger = Ledger::parse(FileId(0), &text, &mut diagnostics);
            for label in diagnostics.iter().flat_map(|finding| &finding.labels) {
                prop_assert!(text.get(label.span.range()).is_some());
            }
            ledger.keep_all();
            let rendered = ledger.render();
            let mut again = read(&rendered);
            again.keep_all();
            prop_assert_eq!(again.render(), rendered);
        }
    }

    #[test]
    fn every_key_is_read_back_by_us_and_by_another_reader_of_yaml(
        entries in btree_map("\\PC{1,12}|[a-z0-9:#'\"\\\\\\[ .~-]{1,8}|[0-9._:e-]{1,8}", "[!-~]{1,8}", 1..8),
    ) {
        let mut ledger = Ledger::default();
        for (key, value) in &entries {
            ledger.text(Kind::DhcpHost, key, |_| true, || value.clone());
        }
        let text = ledger.render();
        let mut again = read(&text);
        again.keep_all();
        prop_assert_eq!(again.render(), text.clone());
        let other: Other = serde_yaml::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        prop_assert_eq!(other.dhcp_host, entries);
    }
}

/// A lock as an ordinary reader of YAML sees it.
#[derive(serde::Deserialize)]
struct Other {
    dhcp_host: BTreeMap<String, String>,
}
