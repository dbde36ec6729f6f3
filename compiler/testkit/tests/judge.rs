//! The judge of mutations, tried: single changes whose effect is known, and how it judges what is drawn.

use std::collections::BTreeMap;
use std::time::Instant;

use aciform_testkit::judge::{Judge, Judgement};
use aciform_testkit::mutate::{Artifact, Bundle, Mutation, mutations};
use aciform_testkit::program::repository;

/// Of each example: every kind has its turn.
const DRAWN: usize = 110;

fn golden(name: &str) -> Bundle {
    Bundle::read(&repository().join("golden").join(name)).expect("the bundle is there")
}

/// A change of one file's text.
fn replaced(bundle: &Bundle, path: &str, old: &str, new: &str) -> Mutation {
    let text = &bundle.files[path];
    assert!(text.contains(old), "{path} has no `{old}`");
    let artifact = Artifact::of(path).expect("a kind");
    let description = format!("{path}: `{old}` -> `{new}`");
    let files = BTreeMap::from([(path.to_owned(), Some(text.replacen(old, new, 1)))]);
    Mutation { artifact, way: "replace", description, files }
}

#[test]
fn what_is_known_to_matter_is_told_from_what_is_not() {
    let bundle = golden("rdo-lab");
    let mut judge = Judge::new(&bundle);
    let flows = "hosts/centos-02/br-int.flows";
    let rules = "hosts/centos-02/iptables.v4";
    let tenant = "apic/40-tn-_RDO-ML2_NewWebApps.json";
    let port = "hosts/centos-02/endpoints/43591b4f-8635-4ad6-b8d7-c6510dd618ee_fa:16:3e:10:00:17.ep";
    let domain = "hosts/centos-02/endpoints/249d93bc7de5514d8c56eeaefd68a676.rdconfig";
    for (path, old, new, changes) in [
        (flows, "set_field:172.16.20.8->ip_src", "set_field:172.16.20.9->ip_src", true),
        (flows, "table=12, priority=8243", "table=12, priority=8244", false),
        (flows, "cookie=0x8000000000000004,", "cookie=0x8000000000000003,", true),
        (
            flows,
            "load:0x800001->NXM_NX_REG2[],load:0x25->NXM_NX_REG7[]",
            "load:0x25->NXM_NX_REG7[],load:0x800001->NXM_NX_REG2[]",
            false,
        ),
        (
            flows,
            "nd_target=fe80::f816:3eff:fe10:18 actions=goto_table:2",
            "nd_target=fe80::f816:3eff:fe10:19 actions=goto_table:2",
            true,
        ),
        ("hosts/centos-02/br-int.groups", "bucket=actions=output:37,", "", true),
        (
            "hosts/centos-02/br-int.groups",
            "bucket=actions=output:2,bucket=actions=output:37",
            "bucket=actions=output:37,bucket=actions=output:2",
            false,
        ),
        ("hosts/centos-02/br-int.ports", "37 qvo", "38 qvo", true),
        (rules, "--dport 22 ", "--dport 23 ", true),
        (rules, "--comment \"Allow DHCP client traffic.\"", "--comment \"DHCP.\"", false),
        (rules, ":FORWARD ACCEPT", ":FORWARD DROP", true),
        (rules, "-p tcp -m tcp --dport 22 -j RETURN", "-p tcp -m tcp --dport 22 -j DROP", true),
        (tenant, "\"tnFvBDName\": \"MyWebApp\"", "\"tnFvBDName\": \"MyWebData\"", true),
        (tenant, "\"nameAlias\": \"MyWebApp\"", "\"nameAlias\": \"Other\"", false),
        (tenant, "\"pcEnfPref\": \"enforced\",", "", false),
        (port, "\"ip\": [\n        \"10.100.100.17\"", "\"ip\": [\n        \"10.100.100.18\"", true),
        (port, "\"vm-name\": \"test-instance\"", "\"vm-name\": \"other\"", false),
        (port, "\"uuid\": \"43591b4f", "\"uuid\": \"53591b4f", false),
        (domain, "10.100.100.0/23", "10.100.100.0/24", true),
        ("manifest.json", "\"attribute\": \"pwd\"", "\"attribute\": \"usr\"", true),
        ("manifest.json", "\"apic\": \"5.2\"", "\"apic\": \"5.3\"", false),
    ] {
        let judged = judge.judge(&replaced(&bundle, path, old, new)).expect("the tools work");
        assert_eq!(judged.changes(), changes, "{path}: `{old}` -> `{new}`: {judged:?}");
    }
}

#[test]
fn drawn_mutations_are_of_both_kinds() {
    for name in ["rdo-lab", "two-projects"] {
        let bundle = golden(name);
        let mut judge = Judge::new(&bundle);
        let began = Instant::now();
        let mut figures: BTreeMap<(Artifact, &str), (usize, usize)> = BTreeMap::new();
        for mutation in mutations(&bundle, 1).take(DRAWN) {
            let judged = judge.judge(&mutation).expect("the tools work");
            let (changing, harmless) = figures.entry((mutation.artifact, mutation.way)).or_default();
            match &judged {
                Judgement::Changes(_) => *changing += 1,
                Judgement::Harmless(why) => {
                    *harmless += 1;
                    println!("harmless ({why}): {}", mutation.description);
                }
            }
        }
        for ((artifact, way), (changing, harmless)) in &figures {
            println!("{name}: {artifact:?} {way}: {changing} change behaviour, {harmless} do not");
        }
        let sums = figures.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        println!(
            "{name}: of {DRAWN}, {} change behaviour and {} do not, judged in {:?}",
            sums.0,
            sums.1,
            began.elapsed()
        );
        assert!(sums.0 >= DRAWN / 2 && sums.1 >= DRAWN / 20, "{name}: {sums:?}");
    }
}
