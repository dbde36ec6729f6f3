//! Ids and MACs: derived from paths, unique where they have to be, and kept.

use aciform_diagnostics::{Diagnostics, FileId, Span, Spanned};
use aciform_fabric::lock::{Ledger, NAMESPACE};
use aciform_intent::scalar::MacAddr;
use expect_test::expect;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::kit::{body, findings, lock, read, renamed};

/// A value that is written at the start of the lock, for want of another file.
pub(crate) fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::start_of(FileId(0)))
}

#[test]
fn the_namespace_is_the_documented_one() {
    assert_eq!(NAMESPACE, Uuid::new_v5(&Uuid::NAMESPACE_URL, b"urn:aciform:id"));
}

#[test]
fn an_id_is_derived_from_system_kind_and_path_and_then_kept() {
    let mut ledger = Ledger::default();
    let id = ledger.id("openstack", "network", "NewWebApps/MyWebApp", None);
    assert_eq!(id, Uuid::new_v5(&NAMESPACE, b"openstack/network/NewWebApps/MyWebApp"));
    let mut ledger = read(&ledger.render());
    assert_eq!(ledger.id("another-cloud", "network", "NewWebApps/MyWebApp", None), id);
    assert!(!ledger.changed());
}

#[test]
fn a_written_id_is_not_locked_and_takes_the_entry_out() {
    let mut ledger = Ledger::default();
    ledger.id("s", "network", "p/n", None);
    let mut ledger = read(&ledger.render());
    let written = Uuid::from_u128(7);
    assert_eq!(ledger.id("s", "network", "p/n", Some(written)), written);
    assert_eq!(body(&ledger), lock(""));
    assert_eq!(ledger.rename_hints(), [], "the network has not vanished");
}

#[test]
fn a_port_whose_name_on_the_host_is_taken_gets_another_id() {
    let derived = |text: &str| Uuid::new_v5(&NAMESPACE, text.as_bytes());
    let first = derived("s/port/p/i/eth0");
    // Agrees in the first 9 hex digits, differs from the 10th on.
    let alike = Uuid::from_u128(first.as_u128() ^ (0xf << (128 - 40)));
    let unlike = Uuid::from_u128(first.as_u128() ^ (0xf << (128 - 36)));
    for (reserved, expected) in [(alike, derived("s/port/p/i/eth0#1")), (unlike, first)] {
        let mut ledger = Ledger::default();
        ledger.reserve_port_id(&at(reserved));
        assert_eq!(ledger.port_id("s", "p/i/eth0", None), expected);
        assert_eq!(ledger.port_id("s", "p/i/eth0", None), expected, "asking again changes nothing");
    }
    let mut ledger = Ledger::default();
    assert_eq!(ledger.port_id("s", "p/i/eth0", Some(alike)), alike);
    assert_eq!(body(&ledger), lock(""));
}

#[test]
fn a_derived_port_id_gives_way_to_one_that_is_kept_whatever_is_asked_first() {
    let first = Uuid::new_v5(&NAMESPACE, b"s/port/p/a/eth0");
    let kept = Uuid::from_u128(first.as_u128() ^ 1);
    let mut ledger = read(&lock(&format!("id:\n  port p/z/eth0: {kept}\n")));
    assert_eq!(ledger.port_id("s", "p/a/eth0", None), Uuid::new_v5(&NAMESPACE, b"s/port/p/a/eth0#1"));
    assert_eq!(ledger.port_id("s", "p/z/eth0", None), kept);
}

#[test]
fn a_renamed_port_keeps_its_id_although_that_is_taken_by_its_old_name() {
    let mut ledger = Ledger::default();
    let id = ledger.port_id("s", "p/a/eth0", None);
    let mut ledger = read(&ledger.render());
    ledger.rename(
        &renamed(&[("instances", "p/a", "p/b")]),
        &|_, _| false,
        &mut aciform_diagnostics::Diagnostics::new(),
    );
    assert_eq!(ledger.port_id("s", "p/b/eth0", None), id);
    assert_ne!(ledger.port_id("s", "p/a/eth0", None), id, "a new port of the old name is another port");
}

#[test]
fn a_mac_is_neutrons_prefix_and_24_bits_of_a_digest_rehashed_while_taken() {
    let digest = |text: &str| {
        let digest = Sha256::digest(text);
        MacAddr([0xfa, 0x16, 0x3e, digest[0], digest[1], digest[2]])
    };
    let mut ledger = Ledger::default();
    assert_eq!(ledger.mac("s", "port p/i/eth0", None), digest("s/mac/port p/i/eth0"));
    let mut ledger = Ledger::default();
    ledger.reserve_mac(&at(digest("s/mac/port p/i/eth0")));
    ledger.reserve_mac(&at(digest("s/mac/port p/i/eth0#1")));
    let mac = ledger.mac("s", "port p/i/eth0", None);
    assert_eq!(mac, digest("s/mac/port p/i/eth0#2"));
    let mut ledger = read(&ledger.render());
    assert_eq!(ledger.mac("s", "port p/i/eth0", None), mac, "kept, with or without the others");
    assert_eq!(ledger.mac("s", "port p/i/eth0", Some(MacAddr([2; 6]))), MacAddr([2; 6]));
}

#[test]
fn a_kept_mac_that_is_written_elsewhere_gives_way() {
    let mut ledger = read(&lock("mac:\n  port p/i/eth0: fa:16:3e:00:00:01\n  port p/j/eth0: fa:16:3e:00:00:02\n"));
    ledger.reserve_mac(&at(MacAddr([0xfa, 0x16, 0x3e, 0, 0, 1])));
    assert_ne!(ledger.mac("s", "port p/i/eth0", None), MacAddr([0xfa, 0x16, 0x3e, 0, 0, 1]));
    assert_eq!(ledger.mac("s", "port p/j/eth0", None), MacAddr([0xfa, 0x16, 0x3e, 0, 0, 2]));
}

#[test]
fn thousands_of_macs_differ() {
    let mut ledger = Ledger::default();
    // Among 20,000 of 2^24 about twelve digests agree; the lock must not.
    let mut macs: Vec<MacAddr> = (0..20_000).map(|n| ledger.mac("s", &format!("port p/i/{n}"), None)).collect();
    macs.sort_unstable();
    macs.dedup();
    assert_eq!(macs.len(), 20_000);
}

#[test]
fn a_new_thing_under_a_freed_name_gets_an_id_of_its_own_and_the_lock_stays_readable() {
    let nouns = ["project", "network", "subnet", "router", "security_group", "instance", "port", "floating_ip"];
    let nouns = nouns.into_iter().chain(["external_network"]);
    for noun in nouns {
        let (plural, old, new) = match noun {
            "project" | "external_network" => (format!("{noun}s"), "a", "b"),
            "subnet" => ("subnets".to_owned(), "p/n/a", "p/n/b"),
            _ => (format!("{noun}s"), "p/a", "p/b"),
        };
        let ask = |ledger: &mut Ledger, path: &str| match noun {
            "port" => ledger.port_id("s", path, None),
            _ => ledger.id("s", noun, path, None),
        };
        let mut ledger = Ledger::default();
        let id = ask(&mut ledger, old);
        let mut ledger = read(&ledger.render());
        ledger.rename(&renamed(&[(&plural, old, new)]), &|_, _| false, &mut Diagnostics::new());
        assert_eq!(ask(&mut ledger, new), id);
        let mut ledger = read(&ledger.render());
        let other = ask(&mut ledger, old);
        assert_eq!(other, Uuid::new_v5(&NAMESPACE, format!("s/{noun}/{old}#1").as_bytes()));
        assert_eq!(ask(&mut ledger, new), id);
        let mut ledger = read(&ledger.render());
        assert_eq!((ask(&mut ledger, old), ask(&mut ledger, new)), (other, id), "kept");
    }
}

#[test]
fn a_written_id_is_derived_for_nothing_else() {
    let derived = |text: &str| Uuid::new_v5(&NAMESPACE, text.as_bytes());
    let mut ledger = Ledger::default();
    ledger.reserve_id(&at(derived("s/network/p/n")));
    assert_eq!(ledger.id("s", "network", "p/n", None), derived("s/network/p/n#1"));
}

#[test]
fn what_gives_way_to_a_written_id_or_mac_is_told() {
    let network = Uuid::new_v5(&NAMESPACE, b"s/network/p/n");
    let port = Uuid::new_v5(&NAMESPACE, b"s/port/p/i/eth0");
    let text = lock(&format!(
        "id:\n  network p/n: {network}\n  port p/i/eth0: {port}\nmac:\n  port p/i/eth0: fa:16:3e:00:00:01\n"
    ));
    let mut ledger = read(&text);
    ledger.reserve_id(&at(network));
    ledger.reserve_port_id(&at(Uuid::from_u128(port.as_u128() ^ 1)));
    ledger.reserve_mac(&at(MacAddr([0xfa, 0x16, 0x3e, 0, 0, 1])));
    for _ in 0..2 {
        ledger.id("s", "network", "p/n", None);
        ledger.port_id("s", "p/i/eth0", None);
        ledger.mac("s", "port p/i/eth0", None);
    }
    let mut diagnostics = Diagnostics::new();
    ledger.take_findings().into_iter().for_each(|finding| diagnostics.push(finding));
    expect![[r#"
        1:1 info ACI1508 76a91e13-0250-5102-9a38-b2e974ae5689 is written elsewhere; `network p/n` had it and gets dd20c73a-9e69-5e1a-9317-eff6ea40b3bb
          3:3: handed out here
        1:1 info ACI1508 fa:16:3e:00:00:01 is written elsewhere; `port p/i/eth0` had it and gets fa:16:3e:21:3a:9e
          6:3: handed out here
        1:1 info ACI1508 the first 9 hex digits of 0db2e23b-59f5-5be1-86d5-d2ff389bd26f are written elsewhere; `port p/i/eth0` had it and gets 347a1fb3-b071-58f2-aad5-6f814fe5d7dd
          4:3: handed out here
    "#]].assert_eq(&findings(&text, diagnostics));
}
