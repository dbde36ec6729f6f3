//! Each agreement on a reviewed bundle that was changed in one place: what is found, where, and how it reads.

#[path = "support/reviewed.rs"]
mod reviewed;

use aciform_diagnostics::render::{Style, human};
use aciform_verify::{Verified, verify};
use expect_test::expect_file;

use reviewed::{Files, bundle, changed, short};

/// What each code is found by: the bundle, the file, what stands there, what stands there then.
const CODES: &[(&str, &str, &str, &str, &str)] = &[
    ("ACI1631", "rdo-lab", "43591b4f", "\"promiscuous-mode\"", "\"promiscous-mode\""),
    ("ACI1632", "rdo-lab", "40-tn", "\"tnFvCtxName\": \"_RDO-ML2_shared\"", "\"tnFvCtxName\": \"_RDO-ML2_sharde\""),
    ("ACI1633", "rdo-lab", "40-tn", "rscons-contract-7777", "rscons-contract-7776"),
    ("ACI1634", "rdo-lab", "8c1f2d4a", "RDO-ML2|MyWebApp", "RDO-ML2|MyWebAp"),
    ("ACI1635", "rdo-lab", "43591b4f", "\"domain\": \"openstacklocal\"", "\"domain\": \"example.net\""),
    ("ACI1636", "rdo-lab", "centos-02/br-int.flows", "reg4=0x1 actions=goto_table:7", "reg4=0x1 actions=goto_table:8"),
    ("ACI1637", "rdo-lab", "centos-02/br-int.ports", "37 qvo", "38 qvo"),
    ("ACI1638", "rdo-lab", "centos-02/iptables.v4", "--dport 22", "--dport 23"),
    ("ACI1639", "two-projects", "kvm-1/ipset", "10.20.8.12/32", "10.20.8.13/32"),
    ("ACI1640", "two-projects", "89e4dd00-670c-4933-9f8e-fdf6375dda44_fa", "172.16.31.40", "172.16.31.41"),
    ("ACI1641", "rdo-lab", "centos-01/netns/of-c5c3ee166c7b/netns.json", "172.16.10.1\"", "172.16.10.254\""),
    ("ACI1642", "rdo-lab", "43591b4f", "172.16.20.8", "172.16.21.8"),
];

#[test]
fn unchanged_the_reviewed_bundles_agree() {
    for name in ["minimal", "rdo-lab", "two-projects"] {
        let (files, manifest) = bundle(name);
        let verified = verify(files, &manifest, "");
        assert_eq!(short(&verified), Vec::<String>::new(), "{name}");
        assert!(verified.extent.hosts > 0 && verified.extent.flows > 70 && verified.extent.rules > 70, "{name}");
    }
}

fn rendered(id: &str, verified: &Verified) {
    let findings: Vec<_> =
        verified.findings.clone().into_sorted().into_iter().filter(|finding| finding.code.id == id).take(1).collect();
    assert_eq!(findings.len(), 1, "{id}: {:?}", short(verified));
    let text = human(&verified.sources, &findings, Style { colour: false, width: 100, unicode: true });
    expect_file![format!("./rendered/{id}.txt")].assert_eq(&text);
}

#[test]
fn every_finding_says_where_the_other_witness_stands() {
    let (mut files, manifest) = bundle("rdo-lab");
    files.remove("hosts/centos-01/ipset");
    rendered("ACI1630", &verify(files, &manifest, "out/"));
    // Everywhere: one rule alone would be one that differs from the others of its port.
    let (mut files, manifest) = bundle("two-projects");
    for family in ["v4", "v6"] {
        let rules = files.get_mut(&format!("hosts/kvm-1/iptables.{family}")).expect("a host has rules");
        *rules = String::from_utf8_lossy(rules).replace("--zone 4098", "--zone 4097").into_bytes();
    }
    rendered("ACI1643", &verify(files, &manifest, "out/"));
    for (id, name, file, from, to) in CODES {
        rendered(id, &changed(name, file, from, to));
    }
}

/// Changes of one place each, and the first place of what is found; the other findings are its consequences.
const CHANGES: &[(&str, &str, &str, &str, &str)] = &[
    // Flows: a priority, an action, a number of one table against all others, a mark, a flag.
    ("rdo-lab", "centos-01/br-int.flows", "priority=452", "priority=453", "ACI1636"),
    ("rdo-lab", "centos-01/br-int.flows", "dec_ttl,output:3", "output:3", "ACI1636"),
    ("rdo-lab", "centos-01/br-int.flows", "load:0x800001->NXM_NX_REG2", "load:0x800003->NXM_NX_REG2", "ACI1636"),
    ("rdo-lab", "centos-01/br-int.flows", "load:0xe1010101->NXM_NX_REG7", "load:0xe1010109->NXM_NX_REG7", "ACI1636"),
    ("rdo-lab", "centos-01/br-int.flows", "cookie=0x8000000000000004", "cookie=0x8000000000000005", "ACI1636"),
    ("rdo-lab", "centos-01/br-int.flows", "send_flow_rem ", "", "ACI1636"),
    ("rdo-lab", "centos-01/br-int.groups", "bucket=actions=output:4,", "", "ACI1636"),
    // Ports and rules.
    ("rdo-lab", "centos-01/br-int.ports", "6 tap6ebbc085-b4\n", "", "ACI1637"),
    ("rdo-lab", "centos-01/iptables.v4", "-A neutron-opflex-a-sg-chain -j ACCEPT\n", "", "ACI1638"),
    ("rdo-lab", "centos-01/iptables.v6", ":FORWARD ACCEPT", ":FORWARD DROP", "ACI1638"),
    ("rdo-lab", "centos-01/iptables.v4", "--zone 4097", "--zone 4098", "ACI1638"),
    ("rdo-lab", "centos-01/netns/of-c5c3ee166c7b/iptables.v4", "172.16.10.2", "172.16.10.3", "ACI1638"),
    ("two-projects", "kvm-1/ipset", "add NIPv438000c7e-bb66-4b0b-89b6- 10.20.8.11/32\n", "", "ACI1639"),
    ("two-projects", "kvm-3/ipset", "hash:net family inet\n", "hash:net family inet6\n", "ACI1639"),
    ("two-projects", "kvm-1/security-groups.json", "\"port_range_max\": 80", "\"port_range_max\": 81", "ACI1635"),
    // Endpoint files against the server's answer, Neutron's networks, their peers and APIC.
    (
        "rdo-lab",
        "43591b4f",
        "\"10.100.100.17\"\n    ],\n    \"mac\"",
        "\"10.100.100.71\"\n    ],\n    \"mac\"",
        "ACI1635",
    ),
    ("rdo-lab", "43591b4f", "\"prefix-len\": 24", "\"prefix-len\": 25", "ACI1635"),
    (
        "two-projects",
        "kvm-2/endpoints/f78cd836-9cbf-44b6-bd50-2cc15aced2b4_fa",
        "\"9.9.9.9\",\n            \"149.112.112.112\"",
        "\"149.112.112.112\",\n            \"9.9.9.9\"",
        "ACI1635",
    ),
    ("rdo-lab", "43591b4f", "\"next-hop\": \"10.100.100.1\"", "\"next-hop\": \"10.100.100.9\"", "ACI1635"),
    ("rdo-lab", "43591b4f", "\"vm-name\": \"test-instance\"", "\"vm-name\": \"another\"", "ACI1635"),
    ("rdo-lab", "8c1f2d4a", "\"next-hop-if\": \"of-c5c3ee166c7b\"", "\"next-hop-if\": \"of-c5c3ee166c7c\"", "ACI1635"),
    ("rdo-lab", "43591b4f", "\"domain-name\": \"_RDO-ML2_shared\"", "\"domain-name\": \"_RDO-ML2_other\"", "ACI1634"),
    ("rdo-lab", "centos-01/endpoints/249d", "10.100.100.0/23", "10.100.100.0/24", "ACI1635"),
    ("rdo-lab", "centos-01/services", "169.254.169.254", "169.254.169.253", "ACI1635"),
    ("rdo-lab", "centos-01/endpoints/OS_L3Out.ep", "\"of-c5c3ee166c7b\"", "\"of-c5c3ee166c7c\"", "ACI1635"),
    ("rdo-lab", "centos-01/netns/of-c5c3ee166c7b/netns.json", "172.16.10.2/24", "172.16.10.2/25", "ACI1641"),
    // Payloads against each other and against Neutron's networks and routers.
    ("rdo-lab", "30-tn-common", "subnet-[172.16.20.1/24]", "subnet-[172.16.21.1/24]", "ACI1633"),
    ("rdo-lab", "40-tn", "\"arpFlood\": \"yes\"", "\"arpFlood\": \"no\"", "ACI1633"),
    ("rdo-lab", "40-tn", "extsubnet-[0.0.0.0/0]", "extsubnet-[10.0.0.0/8]", "ACI1633"),
    ("rdo-lab", "30-tn-common", "\"tnFvCtxName\": \"default\"", "\"tnFvCtxName\": \"defaults\"", "ACI1632"),
    (
        "rdo-lab",
        "30-tn-common",
        "rsdomAtt-[uni/vmmp-OpenStack/dom-RDO-ML2]",
        "rsdomAtt-[uni/vmmp-OpenStack/dom-RDO]",
        "ACI1632",
    ),
    ("rdo-lab", "30-tn-common", "flt-os-filter", "flt-os-filtre", "ACI1632"),
    ("rdo-lab", "50-common", "instP-InternetAccess", "instP-Internet", "ACI1633"),
    ("rdo-lab", "20-vmmp", "usracc-RDO-ML2\",", "usracc-RDO\",", "ACI1633"),
    ("rdo-lab", "neutron.json", "\"external_network\": \"e0e0e0e0", "\"external_network\": \"e0e0e0e1", "ACI1633"),
];

#[test]
fn a_change_in_one_place_is_found() {
    for (name, file, from, to, code) in CHANGES {
        let found = short(&changed(name, file, from, to));
        assert!(found.iter().any(|line| line.starts_with(code)), "{file}: `{from}` to `{to}`: {found:?}");
        assert!(found.len() <= 7, "{file}: `{from}` to `{to}`: {found:?}");
    }
}

#[test]
fn a_file_less_or_more_is_found_whatever_it_is() {
    let (files, manifest) = bundle("rdo-lab");
    for path in files.keys() {
        let mut less = files.clone();
        less.remove(path);
        assert!(!verify(less, &manifest, "").findings.is_empty(), "without {path}");
        let mut more = files.clone();
        more.insert(format!("{path}.old"), files[path].clone());
        assert!(!verify(more, &manifest, "").findings.is_empty(), "with {path}.old");
    }
    let rest = files.into_iter().filter(|(path, _)| !path.starts_with("hosts/centos-02/")).collect();
    assert!(short(&verify(rest, &manifest, "")).iter().all(|line| line.starts_with("ACI1630")));
}

#[test]
fn what_is_no_bundle_at_all_is_told_and_breaks_nothing() {
    let (files, manifest) = bundle("two-projects");
    for path in files.keys() {
        for content in
            ["", "{", "[]", "{}", "null\n", "*raw\n:X\n-A\n", "table=5 actions=\n", "\u{1}$#;\n", "group_id=\n"]
        {
            let mut spoilt = files.clone();
            spoilt.insert(path.clone(), content.as_bytes().to_vec());
            let verified = verify(spoilt, &manifest, "");
            let empty = content.is_empty() && path.ends_with("/ipset");
            assert!(empty || !verified.findings.is_empty(), "{path}: {content:?}");
        }
    }
    assert!(!verify(Files::new(), b"", "").findings.is_empty());
}
