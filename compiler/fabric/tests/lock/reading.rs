//! Reading a lock: what a hand or git has done to it is told with its place.

use aciform_diagnostics::Diagnostics;
use aciform_fabric::lock::{Kind, Ledger};
use expect_test::expect;

use crate::kit::{body, complaints, lock, read};

#[test]
fn no_lock_and_an_empty_lock_are_the_same_and_say_what_they_are() {
    assert!(!read("").changed());
    expect![[r#"
        # aciform.lock: addresses, ids and numbers that were handed out once and must not move.
        # Written by `aciform compile`; commit it and read its diff. Comments are not kept.
        version: 1
    "#]]
    .assert_eq(&Ledger::default().render());
}

#[test]
fn every_kind_is_read_and_written_in_one_order() {
    let text = lock(
        "id:\n  network p/n: 6fccd59e-76e0-49de-9434-020fef1c22d9\nname:\n  network p/n: web_6fcc\nmac:\n  port p/i/eth0: fa:16:3e:00:00:01\n\
         fixed_ip:\n  p/n/s p/i/eth0: 2001:db8::5\ndhcp_host:\n  p/n: centos-01\n\
         router_gateway:\n  e p/r: 10.0.0.2\nfloating_ip:\n  e p/f: 10.0.0.3\nsnat:\n  e h: 10.0.1.2\n\
         snat_removed:\n  e g: 10.0.1.3\ninternal_nat:\n  h e p/i/eth0: 169.254.0.0\n\
         vnid:\n  uni/tn-a/ap-b/epg-c: 8388609\nbridge_domain:\n  uni/tn-a/BD-b: 1\n\
         flood_domain:\n  uni/tn-a/BD-b: 1\nvrf:\n  uni/tn-a/ctx-b: 1\n\
         external_network:\n  uni/tn-a/out-b/instP-c: 2147483649\nrule:\n  uni/tn-a/brc-b: 1\n\
         ofport:\n  h br-int_vxlan0: 1\nzone:\n  h 43591b4f-8635-4ad6-b8d7-c6510dd618ee: 4097\n\
         metadata_next_hop:\n  h uni/tn-a/ctx-b: 0\n",
    );
    let mut ledger = read(&text);
    ledger.keep_all();
    assert_eq!(body(&ledger), text);
    assert!(!ledger.changed());
    for kind in Kind::ALL {
        assert!(text.contains(&format!("\n{}:\n", kind.name())), "{kind:?}");
    }
}

#[test]
fn other_quoting_comments_and_spacing_of_a_hand_are_taken() {
    let text = "\u{feff}---\r\n# by hand\r\n\r\n'version' :  \"1\"  # first\r\nsnat: # pool\r\n    \"OS_L3Out h1\": '172.16.10.2'\r\n\
                \r\n    # the second\r\n    'OS_L3Out h''2':   172.16.10.3   # here\r\nzone: {} # none\r\n\"dhcp_host\":\r\n\
                 \x20p/n: \"\\x6e\\u006F\"\r\n p/m: '#1'\r\n";
    let mut ledger = read(text);
    ledger.keep_all();
    expect![[r##"
        version: 1
        dhcp_host:
          p/m: "#1"
          p/n: "no"
        snat:
          OS_L3Out h'2: 172.16.10.3
          OS_L3Out h1: 172.16.10.2
    "##]]
    .assert_eq(&body(&ledger));
    assert!(!ledger.changed(), "spelling is no change");
}

#[test]
fn texts_that_yaml_would_take_for_something_else_are_quoted() {
    let mut ledger = Ledger::default();
    let odd = [
        "",
        "1",
        "on",
        "1e5",
        "0x1f",
        "12:30",
        "2001-12-14",
        "a: b",
        "a #b",
        "- a",
        "[a]",
        "a:",
        "é",
        "\u{7}",
        "~",
        "\"a\"",
    ];
    let plain = ["a", "node-1", "1st", "10.0.0.1", "uni/tn-a/out-[x]", "a#b", "a:b", "one", "_x"];
    for text in odd.into_iter().chain(plain) {
        ledger.text(Kind::DhcpHost, &format!("x{text}"), |_| true, || "h".to_owned());
        ledger.text(Kind::DhcpHost, text, |_| true, || "h".to_owned());
    }
    let rendered = ledger.render();
    for text in plain {
        assert!(rendered.contains(&format!("\n  {text}: h\n")), "{text}");
    }
    for text in odd {
        assert!(!rendered.contains(&format!("\n  {text}: h\n")), "{text}");
    }
}

#[test]
fn conflict_markers_are_one_finding_with_both_sides() {
    let text = lock("ofport:\n<<<<<<< HEAD\n  h a: 7\n=======\n  h b: 7\n  h c: 8\n>>>>>>> branch\nzone:\n  h a: x\n");
    expect![[r#"
        3:1 error ACI1501 a merge of the lock is not finished
          3:1: one side: 1 line
          8:1: the other side: 2 lines
          = take either side whole (`git checkout --ours aciform.lock`, or `--theirs`), then run `aciform compile`, which adds what is missing
    "#]]
    .assert_eq(&complaints(&text));
}

#[test]
fn conflicts_with_a_base_and_in_several_places_are_still_one_finding() {
    let place = "<<<<<<< ours\n  h a: 7\n||||||| base\n=======\n  h b: 7\n>>>>>>> theirs\n";
    expect![[r#"
        3:1 error ACI1501 a merge of the lock is not finished in 2 places
          3:1: one side: 1 line
          8:1: the other side: 1 line
          = take either side whole (`git checkout --ours aciform.lock`, or `--theirs`), then run `aciform compile`, which adds what is missing
    "#]]
    .assert_eq(&complaints(&lock(&format!("ofport:\n{place}zone:\n{place}"))));
    let stray = complaints(&lock("ofport:\n  h a: 7\n>>>>>>> theirs\r\n"));
    assert!(stray.starts_with("4:1 error ACI1501"), "{stray}");
}

#[test]
fn what_an_unreadable_lock_lacks_is_not_reported_again() {
    let mut diagnostics = Diagnostics::new();
    let text = "version: 2\nid:\n";
    let mut ledger = Ledger::parse(aciform_diagnostics::FileId(0), text, &mut diagnostics);
    ledger.rename(&crate::kit::renamed(&[("hosts", "a", "b")]), &|_, _| false, &mut diagnostics);
    expect![[r#"
        1:1 error ACI1503 version `2` of the lock is not known
          = use the release of aciform that wrote it; this one reads and writes `version: 1`
    "#]]
    .assert_eq(&crate::kit::findings(text, diagnostics));
}

#[test]
fn a_lock_without_a_version_is_not_guessed_at() {
    expect![[r#"
        1:1 error ACI1503 the lock names no version
          = `version: 1` stands on the first line
    "#]]
    .assert_eq(&complaints("zone:\n  h p: 4097\n"));
}

#[test]
fn unknown_maps_and_repeated_keys_are_named_with_their_places() {
    expect![[r#"
        2:1 error ACI1504 `zones` is no kind of allocation
          = did you mean `zone`?
        4:1 error ACI1504 `colour` is no kind of allocation
          = the kinds are id, name, mac, fixed_ip, dhcp_host, router_gateway, floating_ip, snat, snat_removed, internal_nat, vnid, bridge_domain, flood_domain, vrf, external_network, rule, ofport, zone, metadata_next_hop
        8:3 error ACI1505 `h a` stands in the lock twice
          7:3: first here
          = keep the line whose value is in force
        9:1 error ACI1505 `ofport` stands in the lock twice
          6:1: first here
          = put the entries of both under one of them
        10:3 error ACI1505 `h a` stands in the lock twice
          7:3: first here
          = keep the line whose value is in force
        14:3 error ACI1505 `e h` stands in the lock twice
          12:3: first here
          = keep the line whose value is in force
    "#]]
    .assert_eq(&complaints(&lock(
        "zones:\n  h p: what: ever\ncolour:\n  a: b\nofport:\n  h a: 1\n  'h a': 2\nofport:\n  h a: 3\n\
         snat_removed:\n  e h: 10.0.0.1\nsnat:\n  e h: 10.0.0.2\n",
    )));
}

#[test]
fn values_that_cannot_be_are_named_with_what_could_be() {
    expect![[r#"
        3:8 error ACI1506 `65534` of `h a` is not a number from 1 to 65279
          = take the line from the last commit, or delete it to have a value handed out anew
        4:8 error ACI1506 `017` of `h b` is not a number from 1 to 65279
          = take the line from the last commit, or delete it to have a value handed out anew
        5:8 error ACI1506 `+1` of `h c` is not a number from 1 to 65279
          = take the line from the last commit, or delete it to have a value handed out anew
        6:8 error ACI1506 `99999999999` of `h d` is not a number from 1 to 65279
          = take the line from the last commit, or delete it to have a value handed out anew
        7:7 error ACI1506 `h e` has no value: a number from 1 to 65279 is missing
          = take the line from the last commit, or delete it to have a value handed out anew
        9:8 error ACI1506 `10.0.0.300` of `e h` is not an address such as `172.16.10.2`
          = take the line from the last commit, or delete it to have a value handed out anew
        11:7 error ACI1506 `16777216` of `dn` is not a number from 1 to 16777215
          = take the line from the last commit, or delete it to have a value handed out anew
    "#]]
    .assert_eq(&complaints(&lock(
        "ofport:\n  h a: 65534\n  h b: 017\n  h c: +1\n  h d: 99999999999\n  h e:\nsnat:\n  e h: 10.0.0.300\nvnid:\n  dn: 16777216\n",
    )));
}

#[test]
fn one_number_for_two_keys_of_a_scope_is_told_with_both_places() {
    expect![[r#"
        5:3 error ACI1507 `h c` has 7 as `h a` has
          3:3: the same here
          = delete one of the two lines; `aciform compile` hands out another value for it
        12:3 error ACI1507 `e g` has 10.0.0.1 as `e h` has
          10:3: the same here
          = delete one of the two lines; `aciform compile` hands out another value for it
    "#]]
    .assert_eq(&complaints(&lock(
        "ofport:\n  h a: 7\n  h2 b: 7\n  h c: 7\ndhcp_host:\n  p/n: h\n  p/m: h\n\
         snat_removed:\n  e h: 10.0.0.1\nsnat:\n  e g: 10.0.0.1\n",
    )));
}

#[test]
fn lines_that_are_no_entries_are_told_by_what_they_hold() {
    let told: Vec<String> = [
        "  h p 4097",
        "\th p: 4097",
        "  h p: 4097: 1",
        "  h p: [4097]",
        "  - h p: 4097",
        "  'h p: 4097",
        "  h p: '4097' x",
        "  \"h\\qp\": 4097",
        "  ? h p: 4097",
        "  h p: &a 4097",
        "  h p: |",
        "  : 4097",
        "  h # p: 4097",
        "  h a: 4097\n   h p: 4098",
        "...",
        "--- x",
    ]
    .into_iter()
    .map(|line| {
        let found = complaints(&lock(&format!("zone:\n{line}\n")));
        assert_eq!(found.lines().filter(|line| !line.starts_with("  ")).count(), 1, "{line}: {found}");
        format!("{line:22} {}\n", found.lines().next().unwrap_or_default())
    })
    .collect();
    expect![[r#"
          h p 4097             3:3 error ACI1502 a line of the lock holds no `: ` between key and value
        	h p: 4097             3:1 error ACI1502 a line of the lock holds a tab in front of an entry
          h p: 4097: 1         3:12 error ACI1502 a line of the lock holds a second `:`; a value that holds one needs quotes
          h p: [4097]          3:8 error ACI1502 a line of the lock holds a list or a map in brackets
          - h p: 4097          3:3 error ACI1502 a line of the lock holds a list or a complex key
          'h p: 4097           3:3 error ACI1502 a line of the lock holds a quote that is not closed
          h p: '4097' x        3:14 error ACI1502 a line of the lock holds text behind the closing quote
          "h\qp": 4097         3:5 error ACI1502 a line of the lock holds an escape that is not in use here
          ? h p: 4097          3:3 error ACI1502 a line of the lock holds a list or a complex key
          h p: &a 4097         3:8 error ACI1502 a line of the lock holds an anchor, an alias or a tag
          h p: |               3:8 error ACI1502 a line of the lock holds a text of several lines
          : 4097               3:3 error ACI1502 a line of the lock holds a list or a complex key
          h # p: 4097          3:3 error ACI1502 a line of the lock holds no `: ` between key and value
          h a: 4097
           h p: 4098 4:1 error ACI1502 a line of the lock holds an entry that is indented unlike those above it
        ...                    3:1 error ACI1502 a line of the lock holds no `: ` between key and value
        --- x                  3:1 error ACI1502 a line of the lock holds no `: ` between key and value
    "#]]
    .assert_eq(&told.concat());
    expect![[r#"
        2:1 error ACI1502 a line of the lock holds an entry outside every map
          = one entry stands on a line, as `  <key>: <value>` below the name of its kind
        3:7 error ACI1502 a line of the lock holds a value where entries are expected
          = one entry stands on a line, as `  <key>: <value>` below the name of its kind
    "#]]
    .assert_eq(&complaints("\n  h p: 4097\nzone: 5\nversion: 1\n"));
}

#[test]
fn entries_below_a_line_that_has_a_value_are_refused_with_their_place() {
    expect![[r#"
        2:1 error ACI1502 a line of the lock holds an entry below a line that has a value
          = one entry stands on a line, as `  <key>: <value>` below the name of its kind
        4:1 error ACI1502 a line of the lock holds an entry below a line that has a value
          = one entry stands on a line, as `  <key>: <value>` below the name of its kind
        7:1 error ACI1502 a line of the lock holds an entry below a line that has a value
          = one entry stands on a line, as `  <key>: <value>` below the name of its kind
    "#]]
    .assert_eq(&complaints(
        "version: 1\n  a b: 1\nofport: {}\n  h x: 1\n  h y: 2\nzone: '' # none\n  h x: 4097\nmac: {}\n",
    ));
}
