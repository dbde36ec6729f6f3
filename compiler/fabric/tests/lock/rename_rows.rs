//! Renames in rows and circles, onto one path, and of what is still there: each compile does the same with them.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::Diagnostics;
use aciform_fabric::lock::{Choice, Kind, Ledger};
use expect_test::expect;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use uuid::Uuid;

use crate::kit::{findings, lock, pool, read, renamed, wanted};

/// Applies renames of hosts to a lock with an OpenFlow port for each of some hosts, whose number is its position.
/// Says who has which afterwards, or what was found.
fn hosts(had: &[&str], list: &[(&str, &str)], intent: &[&str]) -> String {
    let entries: String = had.iter().enumerate().map(|(at, host)| format!("  {host} x: {}\n", at + 1)).collect();
    let text = lock(&if had.is_empty() { String::new() } else { format!("ofport:\n{entries}") });
    let mut ledger = read(&text);
    let mut diagnostics = Diagnostics::new();
    let list: Vec<(&str, &str, &str)> = list.iter().map(|(from, to)| ("hosts", *from, *to)).collect();
    ledger.rename(&renamed(&list), &|_, path| intent.contains(&path), &mut diagnostics);
    ledger.keep_all();
    if diagnostics.has_errors() {
        assert!(!ledger.changed());
        return findings(&text, diagnostics);
    }
    let entries = ledger.render();
    let entries = entries.lines().filter_map(|line| line.strip_prefix("  "));
    entries.map(|line| line.replace(" x: ", "")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_circle_is_refused_with_every_line_of_it() {
    expect![[r#"
        1:1 error ACI1516 `a` would become `b`, which would become `a`
          1:1: here
          1:2: and here
          = rename one of them to a third name, compile, then rename the others and it: each compile would apply a circle again
    "#]].assert_eq(&hosts(&["a", "b"], &[("a", "b"), ("b", "a")], &["a", "b"]));
    expect![[r#"
        1:1 error ACI1516 `b` would become `c`, which would become `a`, which would become `b`
          1:1: here
          1:2: and here
          1:3: and here
          = rename one of them to a third name, compile, then rename the others and it: each compile would apply a circle again
    "#]].assert_eq(&hosts(&["a", "b", "c"], &[("b", "c"), ("c", "a"), ("a", "b")], &["a", "b", "c"]));
    expect![[r#"
        1:1 error ACI1516 `a` would become `a`
          1:1: here
          = take the line out
    "#]]
    .assert_eq(&hosts(&["a"], &[("a", "a")], &["a"]));
}

#[test]
fn names_that_are_handed_on_move_once() {
    for list in [[("a", "b"), ("b", "c")], [("b", "c"), ("a", "b")]] {
        assert_eq!(hosts(&["a", "b"], &list, &["b", "c"]), "b1 c2");
        assert_eq!(hosts(&["b", "c"], &list, &["b", "c"]), "b1 c2", "applied");
        assert_eq!(hosts(&["a", "c"], &list, &["b", "c"]), "b1 c2", "the second was applied");
    }
}

#[test]
fn a_thing_with_several_renames_in_a_row_goes_to_the_last_name() {
    let list = [("a", "b"), ("b", "c"), ("c", "d")];
    for had in ["a", "b", "c", "d"] {
        assert_eq!(hosts(&[had], &list, &["d"]), "d1");
    }
    assert_eq!(hosts(&["a"], &list, &["b"]), "b1", "the other lines are about what is gone");
    assert_eq!(hosts(&["a", "c"], &list, &["b", "d"]), "b1 d2");
    assert_eq!(hosts(&["a", "b"], &list, &["b", "d"]), "b1 d2");
    assert_eq!(hosts(&["b", "d"], &list, &["b", "d"]), "b1 d2");
}

#[test]
fn a_row_that_may_be_done_in_part_is_refused() {
    expect![[r#"
        1:1 error ACI1516 `a` becomes `b`, which becomes `c`, and the lock does not tell which of them is done
          1:1: here
          1:2: and here
          = take the lines out if an earlier compile applied them; otherwise rename one thing at a time, the last first, with a compile after each
    "#]].assert_eq(&hosts(&["b"], &[("a", "b"), ("b", "c")], &["b", "c"]));
}

#[test]
fn a_row_onto_a_path_that_has_entries_is_refused() {
    expect![[r#"
        1:1 error ACI1513 `a` cannot become `b`: the lock has entries of both
          3:3: of the old name
          4:3: of the new name
          = take the line out of `renamed` if an earlier compile applied it; otherwise choose a free name
    "#]]
    .assert_eq(&hosts(&["a", "b", "c"], &[("a", "b"), ("b", "c")], &["b", "c"]));
    expect![[r#"
        1:2 error ACI1513 `a` cannot become `c`: the lock has entries of both
          3:3: of the old name
          4:3: of the new name
          = take the line out of `renamed` if an earlier compile applied it; otherwise choose a free name
    "#]]
    .assert_eq(&hosts(&["a", "b"], &[("a", "b"), ("b", "c")], &["c"]));
}

#[test]
fn renames_onto_one_path_are_one_finding_with_every_line() {
    expect![[r#"
        1:1 error ACI1516 `a` and `b` would both become `c`
          1:1: here
          1:2: and here
          = keep the line of the one whose id and addresses it is to have
    "#]]
    .assert_eq(&hosts(&["a", "b"], &[("a", "c"), ("b", "c")], &["c"]));
    expect![[r#"
        1:1 error ACI1516 `a` and `b` and `c` would all become `d`
          1:1: here
          1:2: and here
          1:3: and here
          = keep the line of the one whose id and addresses it is to have
    "#]]
    .assert_eq(&hosts(&["a"], &[("a", "d"), ("b", "d"), ("c", "d")], &["d"]));
}

#[test]
fn a_rename_of_what_the_intent_still_has_is_refused() {
    expect![[r#"
        1:1 error ACI1517 the intent still has the host `a` that is renamed
          = take the line out if an earlier compile applied it; otherwise `a` keeps its entries and `b` gets new ones
    "#]]
    .assert_eq(&hosts(&["a"], &[("a", "b")], &["a", "b"]));
}

/// Networks of an intent, and whether their ids are written.
type Networks = BTreeMap<String, bool>;

/// One compile; `None` when the renames are refused.
fn compile(text: &str, list: &BTreeMap<String, String>, intent: &Networks) -> Option<Ledger> {
    let mut ledger = read(text);
    let mut diagnostics = Diagnostics::new();
    let list: Vec<(&str, &str, &str)> = list.iter().map(|(from, to)| ("networks", &**from, &**to)).collect();
    let written = |at: usize| Uuid::from_u128(at as u128 + 1);
    for at in 0..intent.len() {
        ledger.reserve_id(&crate::identity::at(written(at)));
    }
    ledger.rename(&renamed(&list), &|_, path| intent.contains_key(path), &mut diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let ids: BTreeSet<Uuid> = (intent.iter().enumerate())
        .map(|(at, (path, is_written))| ledger.id("s", "network", path, is_written.then(|| written(at))))
        .collect();
    assert_eq!(ids.len(), intent.len(), "each has an id of its own");
    let others: Vec<&str> = intent.iter().filter(|(_, written)| !**written).map(|(path, _)| path.as_str()).collect();
    for path in &others {
        ledger.mac("s", &format!("port {path}/dhcp/h"), None);
        ledger.port_id("s", &format!("{path}/dhcp/h"), None);
        let pools = [pool("10.0.0.2", "10.0.0.9")];
        let key = format!("{path}/dhcp/h");
        ledger.addresses(Kind::FixedIp, &format!("{path}/s"), &wanted(&[&key]), &pools, &[], &mut diagnostics);
    }
    ledger.numbers(Kind::Vnid, "", &wanted(&others), 1..=99, Choice::LowestFree, &mut diagnostics);
    assert!(!diagnostics.has_errors());
    Some(ledger)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_renamed_added_and_removed_the_lock_can_be_read_and_a_second_compile_changes_nothing(
        steps in vec((btree_map("p/[a-d]", any::<bool>(), 0..4), btree_map("p/[a-d]", "p/[a-d]", 0..4)), 1..6),
    ) {
        let mut text = String::new();
        for (intent, list) in steps {
            let Some(ledger) = compile(&text, &list, &intent) else { continue };
            text = ledger.render();
            if let Some(again) = compile(&text, &list, &intent) {
                prop_assert!(!again.changed(), "{:?}", again.changes());
                prop_assert_eq!(&again.render(), &text);
            }
        }
    }
}
