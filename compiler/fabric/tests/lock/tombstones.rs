//! SNAT addresses outlive their hosts.

use aciform_diagnostics::Diagnostics;
use aciform_fabric::lock::{Kind, Ledger};
use expect_test::expect;

use crate::kit::{body, findings, fixed, ip, lock, pool, read, snat, wanted};

#[test]
fn hosts_are_served_in_the_order_given() {
    let mut ledger = Ledger::default();
    let given = snat(&mut ledger, &["h1", "h9", "h10"]);
    assert_eq!(given, ["172.16.10.2", "172.16.10.3", "172.16.10.4"]);
}

#[test]
fn the_address_of_a_removed_host_stays_reserved() {
    let mut ledger = read(&lock("snat:\n  OS_L3Out h1: 172.16.10.2\n  OS_L3Out h2: 172.16.10.3\n"));
    assert_eq!(snat(&mut ledger, &["h2", "h3"]), ["172.16.10.3", "172.16.10.4"]);
    expect![[r#"
        version: 1
        snat:
          OS_L3Out h2: 172.16.10.3
          OS_L3Out h3: 172.16.10.4
        snat_removed:
          OS_L3Out h1: 172.16.10.2
    "#]]
    .assert_eq(&body(&ledger));
    assert!(ledger.freed().is_empty());
    assert_eq!(ledger.changes()[0].after.as_deref(), Some("172.16.10.2 (removed)"));
}

#[test]
fn a_host_that_comes_back_gets_its_address_again() {
    let text = lock("snat:\n  OS_L3Out h2: 172.16.10.3\nsnat_removed:\n  OS_L3Out h1: 172.16.10.9\n");
    let mut ledger = read(&text);
    assert_eq!(snat(&mut ledger, &["h1", "h2"]), ["172.16.10.9", "172.16.10.3"]);
    assert!(ledger.changed());
    assert_eq!(body(&ledger), lock("snat:\n  OS_L3Out h1: 172.16.10.9\n  OS_L3Out h2: 172.16.10.3\n"));
}

#[test]
fn a_reserved_address_that_stays_reserved_is_no_change() {
    let text = lock("snat:\n  OS_L3Out h2: 172.16.10.3\nsnat_removed:\n  OS_L3Out h1: 172.16.10.2\n");
    let mut ledger = read(&text);
    snat(&mut ledger, &["h2"]);
    assert!(!ledger.changed());
    assert_eq!(body(&ledger), text);
}

#[test]
fn the_addresses_of_a_removed_external_network_stay_reserved() {
    let mut ledger = read(&lock("snat:\n  Old h1: 192.0.2.2\nzone:\n  h1 p: 4097\n"));
    snat(&mut ledger, &["h1"]);
    assert_eq!(
        body(&ledger),
        lock("snat:\n  OS_L3Out h1: 172.16.10.2\nsnat_removed:\n  Old h1: 192.0.2.2\n"),
        "a zone is freed, an address is not"
    );
}

#[test]
fn compacting_frees_reserved_addresses_after_a_compile_and_without_one() {
    let text = lock("snat:\n  OS_L3Out h2: 172.16.10.3\nsnat_removed:\n  OS_L3Out h1: 172.16.10.2\n");
    let compacted = lock("snat:\n  OS_L3Out h2: 172.16.10.3\n");
    let mut ledger = read(&text);
    snat(&mut ledger, &["h2"]);
    assert_eq!((ledger.compact(), ledger.compact()), (1, 0));
    assert_eq!(body(&ledger), compacted);
    let mut ledger = read(&text);
    ledger.keep_all();
    assert_eq!(ledger.compact(), 1);
    assert!(ledger.changed());
    assert_eq!(body(&ledger), compacted);
    let mut ledger = read(&compacted);
    ledger.keep_all();
    assert_eq!(ledger.compact(), 0);
    assert!(!ledger.changed());
}

#[test]
fn a_written_address_takes_a_reserved_one_and_a_written_host_leaves_no_tombstone() {
    let mut ledger = read(&lock("snat:\n  OS_L3Out h1: 172.16.10.2\n  OS_L3Out h2: 172.16.10.3\n"));
    let mut diagnostics = Diagnostics::new();
    let pools = [pool("172.16.10.2", "172.16.10.254")];
    let wishes = [fixed("h2", ip("172.16.10.2"), 0), wanted(&["h3"]).remove(0)];
    let given = ledger.addresses(Kind::Snat, "OS_L3Out", &wishes, &pools, &[], &mut diagnostics);
    assert_eq!(given, [Some(ip("172.16.10.2")), Some(ip("172.16.10.3"))]);
    assert_eq!(body(&ledger), lock("snat:\n  OS_L3Out h3: 172.16.10.3\n"));
}

#[test]
fn a_pool_that_is_full_of_reserved_addresses_names_the_way_out() {
    let mut ledger = read(&lock("snat:\n  e h1: 10.0.0.2\n  e h2: 10.0.0.3\n"));
    let mut diagnostics = Diagnostics::new();
    let pools = [pool("10.0.0.2", "10.0.0.3")];
    ledger.addresses(Kind::Snat, "e", &wanted(&["h2", "h3"]), &pools, &[], &mut diagnostics);
    expect![[r#"
        - error ACI1309 the SNAT addresses 10.0.0.2-10.0.0.3 of `e` are used up: `e h3` gets none
          = widen the pool, or free what is reserved for removed hosts (1 address): compile without `h3`, run `aciform lock compact`, then add it
    "#]]
    .assert_eq(&findings("", diagnostics));
}

#[test]
fn the_way_out_of_a_full_pool_leads_out() {
    let pools = [pool("10.0.0.2", "10.0.0.3")];
    let ask = |ledger: &mut Ledger, hosts: &[&str]| {
        let mut diagnostics = Diagnostics::new();
        ledger.addresses(Kind::Snat, "e", &wanted(hosts), &pools, &[], &mut diagnostics);
        findings("", diagnostics)
    };
    let mut ledger = read(&lock("snat:\n  e h1: 10.0.0.2\n  e h2: 10.0.0.3\n"));
    assert_eq!(ask(&mut ledger, &["h2"]), "", "without the new one");
    let text = ledger.render();
    expect![[r#"
        - error ACI1309 the SNAT addresses 10.0.0.2-10.0.0.3 of `e` are used up: `e h3` gets none
          = widen the pool, or free what is reserved for removed hosts with `aciform lock compact` (1 address)
    "#]]
    .assert_eq(&ask(&mut read(&text), &["h2", "h3"]));
    let mut ledger = read(&text);
    ledger.keep_all();
    assert_eq!(ledger.compact(), 1);
    assert_eq!(ask(&mut read(&ledger.render()), &["h2", "h3"]), "");
}

#[test]
fn a_reserved_address_outside_the_pool_is_no_way_out_of_it() {
    let mut ledger = read(&lock("snat:\n  e h2: 10.0.0.3\nsnat_removed:\n  e h1: 10.9.0.2\n"));
    let mut diagnostics = Diagnostics::new();
    let pools = [pool("10.0.0.3", "10.0.0.3")];
    ledger.addresses(Kind::Snat, "e", &wanted(&["h2", "h3"]), &pools, &[], &mut diagnostics);
    expect![[r#"
        - error ACI1309 the SNAT addresses 10.0.0.3 of `e` are used up: `e h3` gets none
          = widen the pool, or write an address
    "#]]
    .assert_eq(&findings("", diagnostics));
}
