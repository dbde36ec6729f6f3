//! Numbers and addresses: what is kept, what is fixed, what is served.

use aciform_diagnostics::Diagnostics;
use aciform_fabric::lock::{Choice, Kind, Ledger, Wanted};
use expect_test::expect;

use crate::kit::{body, findings, fixed, ip, lock, ofports, pool, read, wanted, zones};

#[test]
fn unseen_keys_are_served_in_byte_order_and_answered_in_the_order_asked() {
    let mut ledger = Ledger::default();
    assert_eq!(ofports(&mut ledger, &wanted(&["qvo-b", "br-int_vxlan0", "qvo-a"])), [3, 1, 2]);
    expect![[r#"
        version: 1
        ofport:
          host br-int_vxlan0: 1
          host qvo-a: 2
          host qvo-b: 3
    "#]]
    .assert_eq(&body(&ledger));
}

#[test]
fn a_kept_entry_never_changes_and_a_freed_number_goes_to_the_next_unseen_key() {
    let mut ledger = read(&lock("ofport:\n  host a: 1\n  host b: 2\n  host c: 9\n"));
    assert_eq!(ofports(&mut ledger, &wanted(&["a", "c", "x", "y", "z"])), [1, 9, 2, 3, 4]);
    assert!(ledger.changed());
    let changes: Vec<String> =
        ledger.changes().iter().map(|c| format!("{} {:?} {:?}", c.key, c.before, c.after)).collect();
    assert_eq!(changes[0], r#"host b Some("2") None"#);
    assert_eq!((ledger.freed().len(), ledger.created().len()), (1, 3));
}

#[test]
fn another_scope_and_another_kind_have_numbers_of_their_own() {
    let mut ledger = read(&lock("ofport:\n  host a: 1\n  host-2 a: 1\n  hos a: 1\n"));
    assert_eq!(ofports(&mut ledger, &wanted(&["b"])), [1]);
    let mut diagnostics = Diagnostics::new();
    let again =
        ledger.numbers(Kind::OfPort, "host-2", &wanted(&["b", "a"]), 1..=9, Choice::LowestFree, &mut diagnostics);
    assert_eq!(again, [Some(2), Some(1)]);
    let vrfs = ledger.numbers(Kind::Vrf, "", &wanted(&["uni/tn-a/ctx-b"]), 1..=9, Choice::LowestFree, &mut diagnostics);
    assert_eq!(vrfs, [Some(1)]);
    assert!(diagnostics.is_empty());
}

#[test]
fn a_fact_evicts_the_entry_that_had_its_number() {
    let text = lock("ofport:\n  host a: 1\n  host b: 2\n");
    let mut ledger = read(&text);
    let mut diagnostics = Diagnostics::new();
    let wishes = [wanted(&["a"]), wanted(&["b"]), vec![fixed("tunnel", 1, 3)]].concat();
    let given = ledger.numbers(Kind::OfPort, "host", &wishes, 1..=9, Choice::LowestFree, &mut diagnostics);
    assert_eq!(given, [Some(3), Some(2), Some(1)]);
    expect![[r#"
        1:4 info ACI1508 1 is written for `host tunnel`; `host a` had it and gets 3
          1:4: written here
          3:3: handed out here
    "#]]
    .assert_eq(&findings(&text, diagnostics));
}

#[test]
fn a_fact_that_is_taken_out_moves_nothing() {
    let mut ledger = Ledger::default();
    ofports(&mut ledger, &[fixed("tunnel", 37, 0), wanted(&["a"]).remove(0)]);
    let mut ledger = read(&ledger.render());
    assert_eq!(ofports(&mut ledger, &wanted(&["tunnel", "a"])), [37, 1]);
    assert!(!ledger.changed());
}

#[test]
fn a_fact_on_a_number_that_nobody_wants_any_more_is_no_finding() {
    let mut ledger = read(&lock("ofport:\n  host gone: 5\n"));
    let mut diagnostics = Diagnostics::new();
    ledger.numbers(Kind::OfPort, "host", &[fixed("a", 5, 0)], 1..=9, Choice::LowestFree, &mut diagnostics);
    assert!(diagnostics.is_empty());
}

#[test]
fn two_equal_facts_and_a_fact_that_cannot_be_are_errors() {
    let mut ledger = Ledger::default();
    let mut diagnostics = Diagnostics::new();
    let wishes = [fixed("a", 5, 1), fixed("b", 5, 2), fixed("c", 65280, 3), fixed("d", 6, 4)];
    let given = ledger.numbers(Kind::OfPort, "host", &wishes, 1..=9, Choice::LowestFree, &mut diagnostics);
    assert_eq!(given, [Some(5), None, None, Some(6)]);
    expect![[r#"
        1:3 error ACI1509 5 is written for both `a` and `b`
          1:2: the same here
          = OpenFlow ports differ within `host`: correct one of the two
        1:4 error ACI1510 65280 of `c` is not among the OpenFlow ports 1-65279
          = write one of 1-65279, or leave it out to have one handed out
    "#]]
    .assert_eq(&findings("123456789", diagnostics));
}

#[test]
fn a_full_range_is_one_finding_however_many_are_left_over() {
    let mut ledger = read(&lock("ofport:\n  host d: 2\n"));
    let mut diagnostics = Diagnostics::new();
    let wishes = wanted(&["c", "a", "b", "d"]);
    let given = ledger.numbers(Kind::OfPort, "host", &wishes, 1..=2, Choice::LowestFree, &mut diagnostics);
    assert_eq!(given, [None, Some(1), None, Some(2)]);
    expect![[r#"
        - error ACI1308 the OpenFlow ports 1-2 of `host` are used up: 2 get none, the first is `host b`
          = remove what is no longer needed there
    "#]]
    .assert_eq(&findings("", diagnostics));
}

#[test]
fn the_highest_number_of_all_can_be_given_out() {
    let mut diagnostics = Diagnostics::new();
    let mut give = |choice| {
        let range = u32::MAX - 1..=u32::MAX;
        Ledger::default().numbers(Kind::Rule, "", &wanted(&["a", "b"]), range, choice, &mut diagnostics)
    };
    assert_eq!(give(Choice::LowestFree), [Some(u32::MAX - 1), Some(u32::MAX)]);
    assert_eq!(give(Choice::AboveHighest), [Some(u32::MAX - 1), Some(u32::MAX)]);
    assert!(diagnostics.is_empty());
}

#[test]
fn zones_are_counted_up_from_the_start_of_the_range() {
    let mut ledger = Ledger::default();
    assert_eq!(zones(&mut ledger, &["b", "a"], 65535), [Some(4098), Some(4097)]);
}

#[test]
fn a_new_zone_lies_above_every_zone_that_was_in_use_and_gaps_wait() {
    let mut ledger = read(&lock("zone:\n  host a: 4097\n  host b: 4098\n  host c: 4099\n"));
    // The zone of `c` may still hold live connections in this very moment, so it counts as in use.
    assert_eq!(zones(&mut ledger, &["a", "x", "y"], 65535), [Some(4097), Some(4100), Some(4101)]);
}

#[test]
fn gaps_between_zones_are_used_when_nothing_is_left_above() {
    let mut ledger = read(&lock("zone:\n  host a: 4098\n  host b: 4100\n"));
    let given = zones(&mut ledger, &["a", "b", "x", "y", "z", "zz"], 4101);
    assert_eq!(given, [Some(4098), Some(4100), Some(4101), Some(4097), Some(4099), None]);
}

#[test]
fn addresses_avoid_what_is_taken_and_may_come_from_several_pools() {
    let mut ledger = Ledger::default();
    let mut diagnostics = Diagnostics::new();
    let pools = [pool("10.0.0.8", "10.0.0.9"), pool("10.0.0.2", "10.0.0.4"), pool("10.0.0.4", "10.0.0.4")];
    let taken = [ip("10.0.0.9"), ip("10.0.0.3"), ip("192.0.2.1")];
    let given = ledger.addresses(
        Kind::FixedIp,
        "p/n/s",
        &wanted(&["p/i/a", "p/i/b", "p/i/c"]),
        &pools,
        &taken,
        &mut diagnostics,
    );
    assert_eq!(given, [Some(ip("10.0.0.2")), Some(ip("10.0.0.4")), Some(ip("10.0.0.8"))]);
    assert!(diagnostics.is_empty());
}

#[test]
fn an_address_that_left_its_pool_or_is_taken_now_is_served_anew_and_said_once() {
    let text = lock("fixed_ip:\n  p/n/s p/a: 10.0.0.2\n  p/n/s p/b: 10.0.9.3\n  p/n/s p/c: 10.0.9.4\n");
    let mut ledger = read(&text);
    let mut diagnostics = Diagnostics::new();
    let pools = [pool("10.0.0.2", "10.0.0.9")];
    let wishes = wanted(&["p/a", "p/b", "p/c"]);
    let given = ledger.addresses(Kind::FixedIp, "p/n/s", &wishes, &pools, &[ip("10.0.0.2")], &mut diagnostics);
    assert_eq!(given, [Some(ip("10.0.0.3")), Some(ip("10.0.0.4")), Some(ip("10.0.0.5"))]);
    expect![[r#"
        3:3 info ACI1511 10.0.0.2 of `p/n/s p/a` is taken: the entry gets 10.0.0.3; so do 2 others
          3:3: handed out here
    "#]]
    .assert_eq(&findings(&text, diagnostics));
}

#[test]
fn a_written_address_is_not_recorded_and_may_lie_outside_the_pools() {
    let mut ledger = read(&lock("router_gateway:\n  ext p/r: 10.0.0.2\n"));
    let mut diagnostics = Diagnostics::new();
    let pools = [pool("10.0.0.2", "10.0.0.9")];
    let wishes = [fixed("p/r", ip("10.0.0.100"), 0), wanted(&["p/s"]).remove(0)];
    let given = ledger.addresses(Kind::RouterGateway, "ext", &wishes, &pools, &[], &mut diagnostics);
    assert_eq!(given, [Some(ip("10.0.0.100")), Some(ip("10.0.0.2"))]);
    assert_eq!(body(&ledger), lock("router_gateway:\n  ext p/s: 10.0.0.2\n"));
    assert!(diagnostics.is_empty());
}

#[test]
fn a_vast_pool_costs_no_more_than_what_is_used_of_it() {
    let mut ledger = Ledger::default();
    let mut diagnostics = Diagnostics::new();
    let wishes: Vec<Wanted<_>> =
        (0..2000).map(|n| Wanted { key: format!("{n:04}"), fixed: None, span: None }).collect();
    let pools = [pool("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), pool("10.0.0.0", "10.255.255.255")];
    let given = ledger.addresses(Kind::FixedIp, "p/n/s", &wishes, &pools, &[ip("10.0.0.0")], &mut diagnostics);
    assert_eq!(given[1999], Some(ip("10.0.7.208")));
    let given = ledger.addresses(Kind::FixedIp, "p/n/t", &wishes, &pools[..1], &[], &mut diagnostics);
    assert_eq!(given[1999], Some(ip("2001:db8::7cf")));
}

#[test]
fn what_a_key_holds_can_be_asked_for_before_it_is_served() {
    let mut ledger = read(&lock("floating_ip:\n  ext p/a: 10.0.0.9\nsnat_removed:\n  ext h: 10.1.0.3\n"));
    assert_eq!(ledger.kept(Kind::FloatingIp, "ext", "p/a").as_deref(), Some("10.0.0.9"));
    assert_eq!(ledger.kept(Kind::FloatingIp, "ext", "p/b"), None);
    assert_eq!(ledger.kept(Kind::Snat, "ext", "h").as_deref(), Some("10.1.0.3"));
    ledger.compact();
    assert_eq!(ledger.kept(Kind::Snat, "ext", "h"), None);
}

#[test]
fn a_scope_can_be_asked_in_parts_when_each_knows_what_the_others_keep() {
    let mut ledger = read(&lock("floating_ip:\n  ext p/b: 10.0.0.2\n"));
    let mut diagnostics = Diagnostics::new();
    let pools = [pool("10.0.0.2", "10.0.0.9")];
    let mut ask = |key, taken: &[_]| {
        ledger.addresses(Kind::FloatingIp, "ext", &wanted(&[key]), &pools, taken, &mut diagnostics)[0]
    };
    assert_eq!(ask("p/a", &[ip("10.0.0.2")]), Some(ip("10.0.0.3")));
    assert_eq!(ask("p/b", &[]), Some(ip("10.0.0.2")));
    assert_eq!(ask("p/c", &[]), Some(ip("10.0.0.4")));
}

#[test]
fn a_fact_may_lie_where_nothing_is_handed_out_and_is_told_when_it_goes() {
    let mut ledger = Ledger::default();
    let mut diagnostics = Diagnostics::new();
    let range = 0x80_0001..=0xff_ffff;
    let wishes = [fixed("epg-a", 0x70_0000, 0)];
    let mut ask = |ledger: &mut Ledger, wishes: &[_]| {
        ledger.numbers(Kind::Vnid, "", wishes, range.clone(), Choice::LowestFree, &mut diagnostics)
    };
    assert_eq!(ask(&mut ledger, &wishes), [Some(0x70_0000)]);
    let text = ledger.render();
    assert_eq!(ask(&mut read(&text), &wanted(&["epg-a"])), [Some(0x80_0001)]);
    expect![[r#"
        5:3 info ACI1511 7340032 of `epg-a` lies outside 8388609-16777215: the entry gets 8388609
          5:3: handed out here
    "#]]
    .assert_eq(&findings(&text, diagnostics));
}

#[test]
fn a_text_is_kept_while_it_will_do() {
    let mut ledger = read(&lock("dhcp_host:\n  p/n: centos-01\n  p/m: centos-09\n"));
    let mut ask = |key| ledger.text(Kind::DhcpHost, key, |host| host == "centos-01", || "centos-02".to_owned());
    assert_eq!([ask("p/n"), ask("p/m"), ask("p/o")], ["centos-01", "centos-02", "centos-02"]);
    assert_eq!(body(&ledger), lock("dhcp_host:\n  p/m: centos-02\n  p/n: centos-01\n  p/o: centos-02\n"));
}
