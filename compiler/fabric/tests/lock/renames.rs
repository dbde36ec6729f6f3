//! Renames move entries of every kind, and only those.

use aciform_diagnostics::Diagnostics;
use aciform_fabric::lock::{Ledger, RenameHint};
use expect_test::expect;

use crate::kit::{body, findings, lock, read, renamed};

/// One entry for each word of the key table.
const SITE: &str = "\
version: 1
id:
  external_network E: 00000000-0000-0000-0000-000000000001
  floating_ip P/F: 00000000-0000-0000-0000-000000000002
  instance P/I: 00000000-0000-0000-0000-000000000003
  network P/N: 00000000-0000-0000-0000-000000000004
  port P/I/p: 00000000-0000-0000-0000-000000000005
  port P/N/dhcp/H: 00000000-0000-0000-0000-000000000006
  port P/p: 00000000-0000-0000-0000-000000000007
  project P: 00000000-0000-0000-0000-000000000008
  router P/R: 00000000-0000-0000-0000-000000000009
  security_group P/G: 00000000-0000-0000-0000-00000000000a
  subnet E/S: 00000000-0000-0000-0000-00000000000b
  subnet P/N/S: 00000000-0000-0000-0000-00000000000c
mac:
  H of-svc: fa:16:3e:00:00:01
  port P/I/p: fa:16:3e:00:00:02
  port P/N/dhcp/H: fa:16:3e:00:00:03
  router_gateway P/R: fa:16:3e:00:00:04
fixed_ip:
  E/S P/p: 10.1.0.9
  P/N/S P/I/p: 10.0.0.2
  P/N/S P/I/p#2: 10.0.0.4
  P/N/S P/N/dhcp/H: 10.0.0.3
dhcp_host:
  P/N: H
router_gateway:
  E P/R: 10.1.0.2
floating_ip:
  E P/F: 10.1.0.3
snat:
  E H: 10.2.0.2
snat_removed:
  E O: 10.2.0.3
internal_nat:
  H E P/I/p 10.0.0.2: 169.254.0.0
vrf:
  uni/tn-P/ctx-N: 1
ofport:
  H E: 1
zone:
  H P: 4097
metadata_next_hop:
  H uni/tn-P/ctx-N: 0
";

/// The lines of the site that a rename changes, as they are afterwards, and its findings.
fn after(list: &[(&str, &str, &str)]) -> String {
    let mut ledger = read(SITE);
    let mut diagnostics = Diagnostics::new();
    ledger.rename(&renamed(list), &|_, _| false, &mut diagnostics);
    ledger.keep_all();
    let told = findings("0123456789", diagnostics);
    let body = body(&ledger);
    assert_eq!(body != SITE, ledger.changed());
    assert_eq!(body.lines().count(), SITE.lines().count());
    let changed = body.lines().filter(|line| !SITE.lines().any(|old| old == *line));
    changed.map(|line| format!("{}\n", line.trim())).collect::<String>() + &told
}

#[test]
fn each_kind_of_rename_moves_its_own_paths_and_what_lies_below() {
    let kinds = [
        ("projects", "P", "Q"),
        ("networks", "P/N", "P/M"),
        ("subnets", "P/N/S", "P/N/T"),
        ("subnets", "E/S", "E/T"),
        ("routers", "P/R", "P/R2"),
        ("security_groups", "P/G", "P/G2"),
        ("instances", "P/I", "P/J"),
        ("ports", "P/I/p", "P/I/q"),
        ("ports", "P/p", "P/I/q"),
        ("floating_ips", "P/F", "P/F2"),
        ("external_networks", "E", "E2"),
        ("hosts", "H", "H2"),
        ("hosts", "O", "O2"),
    ];
    let told: String = kinds
        .iter()
        .map(|(kind, from, to)| format!("{kind} {from} {to}\n{}", after(&[(kind, from, to)]).replace('\n', "\n  ")))
        .map(|text| text.trim_end().replacen('\n', "\n  ", 1) + "\n")
        .collect();
    expect![[r#"
        projects P Q
          floating_ip Q/F: 00000000-0000-0000-0000-000000000002
          instance Q/I: 00000000-0000-0000-0000-000000000003
          network Q/N: 00000000-0000-0000-0000-000000000004
          port Q/I/p: 00000000-0000-0000-0000-000000000005
          port Q/N/dhcp/H: 00000000-0000-0000-0000-000000000006
          port Q/p: 00000000-0000-0000-0000-000000000007
          project Q: 00000000-0000-0000-0000-000000000008
          router Q/R: 00000000-0000-0000-0000-000000000009
          security_group Q/G: 00000000-0000-0000-0000-00000000000a
          subnet Q/N/S: 00000000-0000-0000-0000-00000000000c
          port Q/I/p: fa:16:3e:00:00:02
          port Q/N/dhcp/H: fa:16:3e:00:00:03
          router_gateway Q/R: fa:16:3e:00:00:04
          E/S Q/p: 10.1.0.9
          Q/N/S Q/I/p: 10.0.0.2
          Q/N/S Q/I/p#2: 10.0.0.4
          Q/N/S Q/N/dhcp/H: 10.0.0.3
          Q/N: H
          E Q/R: 10.1.0.2
          E Q/F: 10.1.0.3
          H E Q/I/p 10.0.0.2: 169.254.0.0
        networks P/N P/M
          network P/M: 00000000-0000-0000-0000-000000000004
          port P/M/dhcp/H: 00000000-0000-0000-0000-000000000006
          subnet P/M/S: 00000000-0000-0000-0000-00000000000c
          port P/M/dhcp/H: fa:16:3e:00:00:03
          P/M/S P/I/p: 10.0.0.2
          P/M/S P/I/p#2: 10.0.0.4
          P/M/S P/M/dhcp/H: 10.0.0.3
          P/M: H
        subnets P/N/S P/N/T
          subnet P/N/T: 00000000-0000-0000-0000-00000000000c
          P/N/T P/I/p: 10.0.0.2
          P/N/T P/I/p#2: 10.0.0.4
          P/N/T P/N/dhcp/H: 10.0.0.3
        subnets E/S E/T
          subnet E/T: 00000000-0000-0000-0000-00000000000b
          E/T P/p: 10.1.0.9
        routers P/R P/R2
          router P/R2: 00000000-0000-0000-0000-000000000009
          router_gateway P/R2: fa:16:3e:00:00:04
          E P/R2: 10.1.0.2
        security_groups P/G P/G2
          security_group P/G2: 00000000-0000-0000-0000-00000000000a
        instances P/I P/J
          instance P/J: 00000000-0000-0000-0000-000000000003
          port P/J/p: 00000000-0000-0000-0000-000000000005
          port P/J/p: fa:16:3e:00:00:02
          P/N/S P/J/p: 10.0.0.2
          P/N/S P/J/p#2: 10.0.0.4
          H E P/J/p 10.0.0.2: 169.254.0.0
        ports P/I/p P/I/q
          port P/I/q: 00000000-0000-0000-0000-000000000005
          port P/I/q: fa:16:3e:00:00:02
          P/N/S P/I/q: 10.0.0.2
          P/N/S P/I/q#2: 10.0.0.4
          H E P/I/q 10.0.0.2: 169.254.0.0
        ports P/p P/I/q
          port P/I/q: 00000000-0000-0000-0000-000000000007
          E/S P/I/q: 10.1.0.9
        floating_ips P/F P/F2
          floating_ip P/F2: 00000000-0000-0000-0000-000000000002
          E P/F2: 10.1.0.3
        external_networks E E2
          external_network E2: 00000000-0000-0000-0000-000000000001
          subnet E2/S: 00000000-0000-0000-0000-00000000000b
          E2/S P/p: 10.1.0.9
          E2 P/R: 10.1.0.2
          E2 P/F: 10.1.0.3
          E2 H: 10.2.0.2
          E2 O: 10.2.0.3
          H E2 P/I/p 10.0.0.2: 169.254.0.0
        hosts H H2
          port P/N/dhcp/H2: 00000000-0000-0000-0000-000000000006
          H2 of-svc: fa:16:3e:00:00:01
          port P/N/dhcp/H2: fa:16:3e:00:00:03
          P/N/S P/N/dhcp/H2: 10.0.0.3
          P/N: H2
          E H2: 10.2.0.2
          H2 E P/I/p 10.0.0.2: 169.254.0.0
          H2 E: 1
          H2 P: 4097
          H2 uni/tn-P/ctx-N: 0
        hosts O O2
          E O2: 10.2.0.3
    "#]]
    .assert_eq(&told);
}

#[test]
fn renames_of_parent_and_child_work_together_whichever_side_names_the_parent() {
    let both = |to| after(&[("projects", "P", "Q"), ("networks", "P/N", to)]);
    let lines = both("Q/M");
    assert_eq!(both("P/M"), lines);
    assert!(lines.contains("subnet Q/M/S: ") && lines.contains("port Q/M/dhcp/H: "), "{lines}");
}

#[test]
fn an_applied_rename_is_harmless_and_one_without_source_is_told() {
    let text = lock("ofport:\n  new x: 1\n");
    let mut ledger = read(&text);
    let mut diagnostics = Diagnostics::new();
    let list = [
        ("hosts", "old", "new"),
        ("hosts", "older", "old"),
        ("hosts", "a", "b"),
        ("projects", "p", "q"),
        ("hosts", "c", "a"),
    ];
    ledger.rename(&renamed(&list), &|_, _| false, &mut diagnostics);
    ledger.keep_all();
    assert!(!ledger.changed());
    ledger.take_findings().into_iter().for_each(|finding| diagnostics.push(finding));
    expect![[r#"
        1:3 warning ACI1512 the lock has no host `a` to rename
          = write the path that `b` had before, or take the line out
        1:4 warning ACI1512 the lock has no project `p` to rename
          = write the path that `q` had before, or take the line out
    "#]]
    .assert_eq(&findings("0123456789", diagnostics));
}

#[test]
fn a_rename_onto_a_taken_path_is_told_once_with_the_entries() {
    let text = lock("ofport:\n  a x: 1\n  a y: 2\n  b x: 3\n  b y: 4\n");
    let mut ledger = read(&text);
    let mut diagnostics = Diagnostics::new();
    ledger.rename(&renamed(&[("hosts", "a", "b")]), &|_, _| false, &mut diagnostics);
    expect![[r#"
        1:1 error ACI1513 `a` cannot become `b`: the lock has entries of both
          3:3: of the old name
          5:3: of the new name
          = take the line out of `renamed` if an earlier compile applied it; otherwise choose a free name
    "#]]
    .assert_eq(&findings(&text, diagnostics));
}

#[test]
fn a_rename_that_names_no_path_of_its_kind_is_refused() {
    let mut ledger = Ledger::default();
    let mut diagnostics = Diagnostics::new();
    let list = [("networks", "N", "P/M"), ("hosts", "a", "b/c"), ("subnets", "P/N/", "P/N/S")];
    ledger.rename(&renamed(&list), &|_, _| false, &mut diagnostics);
    expect![[r#"
        1:1 error ACI1514 `N` is not the path of a network
          = write `project/network`
        1:2 error ACI1514 `b/c` is not the path of a host
          = write `host`
        1:3 error ACI1514 `P/N/` is not the path of a subnet
          = write `project/network/subnet`
    "#]]
    .assert_eq(&findings("0123456789", diagnostics));
}

#[test]
fn one_that_vanished_beside_one_that_appeared_is_hinted_at_as_a_rename() {
    let mut ledger = Ledger::default();
    for path in ["p/old", "p/stays", "q/one", "r/one"] {
        ledger.id("s", "network", path, None);
    }
    let mut ledger = read(&ledger.render());
    for path in ["p/new", "p/stays", "q/one", "q/two", "r/two", "r/three"] {
        ledger.id("s", "network", path, None);
    }
    let hint = RenameHint { kind: "networks", from: "p/old".to_owned(), to: "p/new".to_owned() };
    assert_eq!(ledger.rename_hints(), [hint], "in `r` it could be either");
}

#[test]
fn a_rename_of_what_never_had_entries_is_told_only_where_it_gets_some() {
    let told = |known: bool, written: bool| {
        let mut ledger = read(&lock(""));
        let mut diagnostics = Diagnostics::new();
        let list = renamed(&[("networks", "p/a", "p/b"), ("projects", "p", "q")]);
        ledger.rename(&list, &|_, path| known && ["p/b", "q/b", "q"].contains(&path), &mut diagnostics);
        assert!(diagnostics.is_empty());
        for (noun, path) in [("project", "q"), ("network", "q/b")] {
            ledger.id("s", noun, path, written.then(|| uuid::Uuid::from_u128(7)));
        }
        ledger.take_findings().into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    let both = ["the lock has no network `p/a` to rename", "the lock has no project `p` to rename"];
    assert_eq!(told(true, false), both, "both were made anew");
    assert_eq!(told(false, true), both, "neither path is known");
    assert_eq!(told(true, true), [""; 0]);
}
