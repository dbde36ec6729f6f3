//! Taking the lab's floating IP out of the intent, with the lock kept: what leaves, what comes, and that nothing else moves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use aciform_testkit::program::{copy, repository, run};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");
const FLOATING: &str = "
    floating_ips:
      web:
        id: 5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c20
        network: OS_L3Out
        address: 172.16.20.8
        port: test-instance/eth0
";
const ENDPOINT: &str = "hosts/centos-02/endpoints/43591b4f-8635-4ad6-b8d7-c6510dd618ee_fa:16:3e:10:00:17.ep";
const FLOWS: &str = "hosts/centos-02/br-int.flows";

/// File below the bundle's folder to text.
type Bundle = BTreeMap<String, String>;

/// The bundle with the floating IP and the one without.
fn both() -> (Bundle, Bundle) {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path();
    copy(&repository().join("examples/rdo-lab"), site);
    let _ = run(PROGRAM, site, &["compile", "-o", "with"]).success();
    let intent = site.join("intent/NewWebApps.yaml");
    let text = fs::read_to_string(&intent).expect("the example's intent");
    assert!(text.contains(FLOATING), "the example writes its floating IP in another way");
    fs::write(&intent, text.replace(FLOATING, "\n")).expect("the intent can be changed");
    let _ = run(PROGRAM, site, &["compile", "-o", "without"]).success();
    (read(&site.join("with")), read(&site.join("without")))
}

fn read(bundle: &Path) -> Bundle {
    let files = walkdir::WalkDir::new(bundle).into_iter().map(|entry| entry.expect("the bundle can be read"));
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(bundle).expect("it lies below").to_string_lossy().into_owned();
            (name, fs::read_to_string(entry.path()).expect("a text"))
        })
        .collect()
}

/// What a file lost and gained, by line.
fn changed<'a>(old: &'a str, new: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let (before, after): (BTreeSet<&str>, BTreeSet<&str>) = (old.lines().collect(), new.lines().collect());
    (before.difference(&after).copied().collect(), after.difference(&before).copied().collect())
}

#[test]
fn its_five_flows_leave_and_the_seven_of_snat_come() {
    let (with, without) = both();
    let (left, came) = changed(&with[FLOWS], &without[FLOWS]);
    assert_eq!((left.len(), came.len()), (5, 7), "{left:#?}\n{came:#?}");
    // Each of the five names the address, as text or as a number, and no other flow does.
    let names = |line: &&str| line.contains("172.16.20.8") || line.contains("0xac101408");
    assert!(left.iter().all(names), "{left:#?}");
    assert_eq!(with[FLOWS].lines().filter(|line| names(line)).count(), 5);
    assert_eq!(without[FLOWS].lines().filter(|line| names(line)).count(), 0);
    // Of the seven six name the internal address, and the one that routes back the private address goes by the mark.
    let internal = came.iter().filter(|line| line.contains("169.254.0.") || line.contains("0xa9fe00")).count();
    let by_mark =
        came.iter().filter(|line| line.contains("pkt_mark=0x1") && line.contains("nw_dst=10.100.100.17")).count();
    assert_eq!((internal, by_mark), (6, 1), "{came:#?}");
    let tables = |lines: &[&str]| {
        let table =
            |line: &&str| line.split("table=").nth(1).and_then(|rest| rest.split(',').next()).map(str::to_owned);
        let mut tables: Vec<String> = lines.iter().filter_map(table).collect();
        tables.sort_by_key(|table| table.parse::<u8>().unwrap_or(u8::MAX));
        tables.join(" ")
    };
    assert_eq!((tables(&left), tables(&came)), ("5 5 7 7 14".to_owned(), "2 2 5 5 7 7 14".to_owned()));
}

#[test]
fn its_endpoint_file_changes_in_its_translation_only() {
    let (with, without) = both();
    let parse = |text: &str| -> Value { serde_json::from_str(text).expect("JSON") };
    let (mut before, mut after) = (parse(&with[ENDPOINT]), parse(&without[ENDPOINT]));
    let take = |file: &mut Value| file.as_object_mut().expect("an object").remove("ip-address-mapping");
    let (old, new) = (take(&mut before).expect("a translation"), take(&mut after).expect("a translation"));
    assert_eq!(before, after);
    assert_eq!((old.as_array().map(Vec::len), new.as_array().map(Vec::len)), (Some(1), Some(1)));
    assert_eq!((&old[0]["floating-ip"], &old[0]["next-hop-if"]), (&Value::from("172.16.20.8"), &Value::Null));
    assert_eq!(new[0]["mapped-ip"], "10.100.100.17");
    assert_eq!(
        (&new[0]["next-hop-if"], &new[0]["next-hop-mac"]),
        (&"of-c5c3ee166c7b".into(), &"fa:16:3e:5a:00:03".into())
    );
    assert_eq!(new[0]["endpoint-group-name"], old[0]["endpoint-group-name"]);
    assert_ne!(new[0]["uuid"], old[0]["uuid"]);
    let internal = new[0]["floating-ip"].as_str().unwrap_or_default();
    assert!(internal.starts_with("169.254."), "{internal}");
    // The neighbour keeps the internal address that it has.
    let neighbour = "hosts/centos-02/endpoints/8c1f2d4a-6b3e-4f5a-9d7c-1e2f3a4b5c6d_fa:16:3e:10:00:18.ep";
    assert!(!with[neighbour].contains(&format!("\"{internal}\"")));
}

#[test]
fn nothing_else_changes_on_any_host_or_on_the_fabric() {
    let (with, without) = both();
    assert_eq!(with.keys().collect::<Vec<_>>(), without.keys().collect::<Vec<_>>());
    let differ: Vec<&str> =
        with.iter().filter(|(name, text)| without[*name] != **text).map(|(name, _)| name.as_str()).collect();
    // The manifest has the digests of the other two.
    assert_eq!(differ, [FLOWS, ENDPOINT, "manifest.json"]);
    let (left, came) = changed(&with["manifest.json"], &without["manifest.json"]);
    let about = |lines: &[&str]| {
        lines.iter().all(|line| line.contains(FLOWS) || line.contains(ENDPOINT) || line.contains("sha256"))
    };
    assert!(about(&left) && about(&came), "{left:#?}\n{came:#?}");
}
