//! Everything that can be wrong with addresses, phrase by phrase, with what is said of it, whichever stage says it; and
//! what looks alike and is right.

use std::fs;

use aciform_diagnostics::{SourceMap, render};
use aciform_rules::Rule;
use aciform_site::{Options, Reader, Subject};
use expect_test::{Expect, expect};

/// A login without findings of its own, and one external network.
const INI: &str =
    "[DEFAULT]\napic_system_id = lab\n[ml2_cisco_apic]\napic_name_mapping = use_name\nencap_mode = vxlan\n";
const OUT: &str =
    "[apic_external_network:out]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 172.16.10.1/24\n";
const HOSTS: &str = "hosts: {h1: {roles: [compute, dhcp]}}\n";

/// Lints a site of sections after the usual options and an intent after the usual host.
fn said(sections: &str, intent: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("a file");
    write("aciform.yaml", "aciform: 1\n".to_owned());
    write("ml2_conf_cisco_apic.ini", format!("{INI}{sections}"));
    write("intent.yaml", format!("{HOSTS}{intent}"));
    let mut reader = Reader::default();
    let options = Options { is_on: &|rule: &Rule| rule.on, is_looked_for: &|_| true, known: &|_| None, stage: &|_| () };
    let linted = aciform_site::lint(&mut reader, &Subject::Site(folder.path().to_owned()), options);
    let mut named = SourceMap::new();
    let prefix = format!("{}/", folder.path().display());
    for (_, file) in reader.sources.files() {
        named.add(file.name.strip_prefix(&prefix).unwrap_or(&file.name), file.text.as_str());
    }
    let findings = linted.verdict.kept.into_sorted();
    // What is not compiled yet, and what any small site brings along.
    let about = |id: &str| !["ACI606", "ACI701", "ACI704", "ACI709", "ACI1601", "ACI324"].contains(&id);
    let mut out = String::new();
    for finding in findings.into_iter().filter(|finding| about(finding.code.id)) {
        out += &render::short(&named, std::slice::from_ref(&finding));
        for label in finding.labels.iter().filter(|label| !label.text.is_empty()) {
            out += &format!("    {} {}\n", named.place(label.span), label.text);
        }
        out += &finding.help.map(|help| format!("    = {help}\n")).unwrap_or_default();
    }
    out
}

fn network(subnet: &str) -> String {
    format!("projects: {{lab: {{networks: {{web: {{subnets: {{v4: {{{subnet}}}}}}}}}}}}}\n")
}

fn with_ports(subnet: &str, more: &str) -> String {
    format!("projects:\n  lab:\n    networks: {{web: {{subnets: {{v4: {{{subnet}}}}}}}}}\n{more}")
}

fn assert_said(sections: &str, intent: &str, expected: &Expect) {
    expected.assert_eq(&said(sections, intent));
}

#[test]
fn host_bits_where_a_network_is_meant() {
    assert_said(
        "",
        &network("cidr: 10.1.0.5/24"),
        &expect![[r#"
        intent.yaml:2:56: error[ACI1202]: `10.1.0.5/24` has host bits set behind its length
            = write `10.1.0.0/24`
    "#]],
    );
    assert_said(
        "",
        "fabric: {tep_pool: 10.0.0.1/16}\n",
        &expect![[r#"
        intent.yaml:2:20: error[ACI1202]: `10.0.0.1/16` has host bits set behind its length
            = write `10.0.0.0/16`
    "#]],
    );
    assert_said(
        "",
        &network("cidr: 10.1.0.0/24, host_routes: [{destination: 10.9.0.1/24, nexthop: 10.1.0.9}]"),
        &expect![[r#"
            intent.yaml:2:97: error[ACI1202]: `10.9.0.1/24` has host bits set behind its length
                = write `10.9.0.0/24`
        "#]],
    );
    let pair = "    ports: {p: {network: web, allowed_address_pairs: [10.1.0.5/28]}}\n";
    assert_said(
        "",
        &with_ports("cidr: 10.1.0.0/24", pair),
        &expect![[r#"
        intent.yaml:5:55: warning[ACI1206]: `10.1.0.5/28` lets the port send from all of `10.1.0.0/28`
            = write `10.1.0.0/28` if that is meant, or `10.1.0.5` for the address alone
    "#]],
    );
}

#[test]
fn a_network_where_an_address_is_meant() {
    assert_said(
        "[apic_external_network:out]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 172.16.10.0/24\n",
        "external_networks: {out: {shared: true}}\n",
        &expect![[r#"
            ml2_conf_cisco_apic.ini:9:18: error[ACI307]: the first part of `host_pool_cidr` must be the gateway; 172.16.10.0 is the network address of 172.16.10.0/24
                = write `host_pool_cidr = 172.16.10.1/24`
        "#]],
    );
    let link = "[apic_external_network:out]\nswitch = 203\nport = 1/3\nhost_pool_cidr = 172.16.10.1/24\n";
    let out = "external_networks: {out: {shared: true}}\n";
    assert_said(
        &format!("{link}cidr_exposed = 10.1.3.0/30\ngateway_ip = 10.1.3.1\n"),
        out,
        &expect![[r#"
        ml2_conf_cisco_apic.ini:10:16: error[ACI320]: `cidr_exposed` is the network 10.1.3.0/30; the interface address of the leaf is expected
            = write for example `10.1.3.2/30`
    "#]],
    );
    assert_said(
        &format!("{link}cidr_exposed = 10.1.3.3/30\ngateway_ip = 10.1.3.0\n"),
        out,
        &expect![[r#"
        ml2_conf_cisco_apic.ini:10:16: error[ACI1248]: `cidr_exposed` is 10.1.3.3/30: the leaf cannot have the broadcast address of 10.1.3.0/30
            = write for example `cidr_exposed = 10.1.3.1/30`
        ml2_conf_cisco_apic.ini:11:14: error[ACI1248]: the next hop 10.1.3.0 is the network address of 10.1.3.0/30
            ml2_conf_cisco_apic.ini:10:16 the leaf's interface
            = write the address of the router behind the leaf, as `gateway_ip = 10.1.3.1`
    "#]],
    );
    assert_said(&format!("{link}cidr_exposed = 10.1.3.0/31\ngateway_ip = 10.1.3.1\n"), out, &expect![[""]]);
    assert_said(
        "",
        &network("cidr: 10.1.0.0/24, gateway_ip: 10.1.0.0"),
        &expect![[r#"
        intent.yaml:2:81: error[ACI1225]: gateway 10.1.0.0 is no usable address of 10.1.0.0/24
            intent.yaml:2:56 the subnet
            = write `gateway_ip: 10.1.0.1`, or `null` for a subnet without gateway
    "#]],
    );
    let port = "    ports: {p: {network: web, fixed_ips: [10.1.0.0]}}\n";
    assert_said(
        "",
        &with_ports("cidr: 10.1.0.0/24", port),
        &expect![[r#"
        intent.yaml:5:43: error[ACI1222]: 10.1.0.0 is the network address of 10.1.0.0/24
            intent.yaml:4:43 the subnet
            = ports have addresses of 10.1.0.2-10.1.0.254
    "#]],
    );
    assert_said(
        "",
        &network("cidr: 10.1.0.0/24, dns_nameservers: [10.1.0.0]"),
        &expect![[r#"
        intent.yaml:2:87: warning[ACI1247]: name server 10.1.0.0 of `lab/web/v4` is the network address of 10.1.0.0/24
            intent.yaml:2:56 the subnet
            = write the address of a name server, or leave `dns_nameservers` out: the DHCP server then answers for names
    "#]],
    );
}

#[test]
fn prefixes_of_the_outside_that_share_addresses() {
    let two =
        |second: &str| format!("{OUT}[apic_external_network:two]\npreexisting = True\nexternal_epg = any\n{second}");
    let same = two("host_pool_cidr = 172.16.10.129/25\n");
    assert_said(
        &same,
        "external_networks: {out: {shared: true}, two: {shared: true}}\n",
        &expect![[r#"
            ml2_conf_cisco_apic.ini:13:18: error[ACI313]: the SNAT pool of `two` (172.16.10.128/25) lies within the SNAT pool of `out` (172.16.10.0/24) in one VRF
                ml2_conf_cisco_apic.ini:9:18 the other prefix
                = choose prefixes that share no address; `172.16.11.1/25` is free
        "#]],
    );
    assert_said(
        &same,
        "external_networks: {out: {shared: true}, two: {shared: true, l3out: {vrf: b}}}\n",
        &expect![[r#"
            ml2_conf_cisco_apic.ini:13:18: warning[ACI1240]: the SNAT pool of `two` (172.16.10.128/25) lies within the SNAT pool of `out` (172.16.10.0/24): the way back from outside is ambiguous
                ml2_conf_cisco_apic.ini:9:18 the other prefix
                = choose prefixes that share no address; `172.16.11.0/25` is free
        "#]],
    );
    let other = two("host_pool_cidr = 172.16.11.1/24\n");
    let subnets = |first: &str, second: &str, vrf: &str| {
        format!(
            "external_networks:\n  out: {{shared: true, subnets: {{a: {{cidr: {first}}}}}}}\n  two: {{shared: true, l3out: {{vrf: {vrf}}}, subnets: {{b: {{cidr: {second}}}}}}}\n"
        )
    };
    assert_said(
        &other,
        &subnets("172.16.20.0/24", "172.16.20.0/24", "default"),
        &expect![[r#"
            intent.yaml:4:66: error[ACI1220]: subnet `out/a` and subnet `two/b` are both 172.16.20.0/24 in one VRF
                intent.yaml:3:43 the other prefix
                = choose prefixes that share no address; `172.16.21.0/24` is free
        "#]],
    );
    assert_said(
        &other,
        &subnets("172.16.20.0/24", "172.16.20.128/25", "b"),
        &expect![[r#"
            intent.yaml:4:60: warning[ACI1240]: subnet `two/b` (172.16.20.128/25) lies within subnet `out/a` (172.16.20.0/24): the way back from outside is ambiguous
                intent.yaml:3:43 the other prefix
                = choose prefixes that share no address; `172.16.21.0/25` is free
        "#]],
    );
    assert_said(
        &other,
        &subnets("172.16.10.0/25", "172.16.10.0/28", "b"),
        &expect![[r#"
            intent.yaml:3:43: error[ACI314]: subnet `out/a` (172.16.10.0/25) lies within the SNAT pool of `out` (172.16.10.0/24) in one VRF
                ml2_conf_cisco_apic.ini:9:18 the other prefix
                = choose prefixes that share no address; `172.16.12.0/25` is free
            intent.yaml:4:60: warning[ACI1240]: subnet `two/b` (172.16.10.0/28) lies within the SNAT pool of `out` (172.16.10.0/24): the way back from outside is ambiguous
                ml2_conf_cisco_apic.ini:9:18 the other prefix
                = choose prefixes that share no address; `172.16.12.0/28` is free
        "#]],
    );
    assert_said(&other, &subnets("172.16.20.0/24", "172.16.21.0/24", "b"), &expect![[""]]);
    // The driver's own L3Out: its link, its pool, its subnet.
    let made = "[apic_external_network:new]\nswitch = 203\nport = 1/3\ncidr_exposed = 172.16.30.2/30\ngateway_ip = 172.16.30.1\nhost_pool_cidr = 172.16.31.1/24\n";
    let new = |cidr: &str| format!("external_networks: {{new: {{shared: true, subnets: {{f: {{cidr: {cidr}}}}}}}}}\n");
    assert_said(
        made,
        &new("172.16.30.0/24"),
        &expect![[r#"
            ml2_conf_cisco_apic.ini:9:16: error[ACI1240]: `cidr_exposed` of `new` (172.16.30.0/30) lies within subnet `new/f` (172.16.30.0/24)
                intent.yaml:2:61 the other prefix
                = choose prefixes that share no address; `172.16.32.0/30` is free
        "#]],
    );
    assert_said(
        made,
        &new("172.16.31.0/28"),
        &expect![[r#"
            intent.yaml:2:61: error[ACI1240]: subnet `new/f` (172.16.31.0/28) lies within the SNAT pool of `new` (172.16.31.0/24)
                ml2_conf_cisco_apic.ini:11:18 the other prefix
                = choose prefixes that share no address; `172.16.32.0/28` is free
        "#]],
    );
    assert_said(made, &new("172.16.32.0/24"), &expect![[""]]);
    let exposed = format!("{OUT}cidr_exposed = 172.16.20.2/30\n");
    assert_said(
        &exposed,
        "external_networks: {out: {shared: true, subnets: {f: {cidr: 172.16.20.0/24}}}}\n",
        &expect![[r#"
            intent.yaml:2:61: error[ACI1240]: subnet `out/f` (172.16.20.0/24) shares addresses with `cidr_exposed` of `out` (172.16.20.0/30), and is refused
                ml2_conf_cisco_apic.ini:10:16 the other prefix
                = delete `cidr_exposed`: the L3Out exists already, and nothing else reads it
        "#]],
    );
}

#[test]
fn tenant_subnets_against_each_other_and_the_outside() {
    let nets = "projects:\n  a: {networks: {x: {subnets: {s: {cidr: 10.1.0.0/16}}}, y: {subnets: {s: {cidr: 10.1.2.0/24}}}}}\n  b: {networks: {z: {subnets: {s: {cidr: 10.1.0.0/16}}}}}\n";
    assert_said(
        "",
        nets,
        &expect![[r#"
            intent.yaml:3:82: error[ACI1220]: subnet `a/y/s` (10.1.2.0/24) lies within subnet `a/x/s` (10.1.0.0/16) in one VRF
                intent.yaml:3:42 the other prefix
                = choose prefixes that share no address; `10.2.0.0/24` is free
        "#]],
    );
    let out = "external_networks: {out: {shared: true, subnets: {f: {cidr: 10.1.0.0/24}}}}\n";
    assert_said(
        OUT,
        &format!("{out}{}", network("cidr: 10.1.0.0/25")),
        &expect![[r#"
            intent.yaml:2:61: warning[ACI315]: subnet `out/f` (10.1.0.0/24) shares addresses with subnet `lab/web/v4` (10.1.0.0/25)
                intent.yaml:3:56 the tenant's prefix
                = choose prefixes that share no address: who answers an instance cannot be told; `10.1.1.0/24` is free
        "#]],
    );
    let link = "[apic_external_network:out]\nswitch = 203\nport = 1/3\ncidr_exposed = 10.1.3.2/30\ngateway_ip = 10.1.3.1\nenable_nat = False\n";
    let routed = "external_networks: {out: {shared: true, subnets: {f: {cidr: 10.2.0.0/24}}}}\nprojects:\n  lab:\n    networks: {web: {subnets: {v4: {cidr: 10.1.0.0/16}}}, db: {subnets: {v4: {cidr: 10.2.0.0/24}}}}\n    routers: {r: {external_gateway: {network: out}, interfaces: [web]}}\n";
    assert_said(
        link,
        routed,
        &expect![[r#"
            ml2_conf_cisco_apic.ini:9:16: error[ACI1241]: `cidr_exposed` of `out` (10.1.3.0/30) shares addresses with subnet `lab/web/v4` (10.1.0.0/16)
                intent.yaml:5:43 the tenant's prefix
                = choose prefixes that share no address; `10.2.1.0/30` is free
            intent.yaml:2:61: error[ACI1241]: subnet `out/f` (10.2.0.0/24) shares addresses with subnet `lab/db/v4` (10.2.0.0/24)
                intent.yaml:5:85 the tenant's prefix
                = choose prefixes that share no address; `10.2.1.0/24` is free
        "#]],
    );
    assert_said(
        link,
        &routed.replace("    routers: {r: {external_gateway: {network: out}, interfaces: [web]}}\n", ""),
        &expect![[r#"
            ml2_conf_cisco_apic.ini:9:16: warning[ACI1241]: `cidr_exposed` of `out` (10.1.3.0/30) shares addresses with subnet `lab/web/v4` (10.1.0.0/16)
                intent.yaml:5:43 the tenant's prefix
                = choose prefixes that share no address; `10.2.1.0/30` is free
            intent.yaml:2:61: warning[ACI1241]: subnet `out/f` (10.2.0.0/24) shares addresses with subnet `lab/db/v4` (10.2.0.0/24)
                intent.yaml:5:85 the tenant's prefix
                = choose prefixes that share no address; `10.2.1.0/24` is free
        "#]],
    );
}

#[test]
fn infra_metadata_and_link_local_space() {
    assert_said(
        "",
        &network("cidr: 10.0.8.0/24"),
        &expect![[r#"
            intent.yaml:2:56: error[ACI316]: subnet `lab/web/v4` (10.0.8.0/24) shares addresses with the TEP pool 10.0.0.0/16
                = move the prefix to `10.1.0.0/24`, or write the fabric's real pool as `fabric: {tep_pool: ...}`: hosts reach their leaf there
        "#]],
    );
    assert_said(
        "",
        &network("cidr: 169.254.169.0/24"),
        &expect![[r#"
        intent.yaml:2:56: error[ACI317]: subnet `lab/web/v4` (169.254.169.0/24) shares addresses with 169.254.0.0/16
            = choose another prefix: metadata, internal NAT and link-local addresses lie there
    "#]],
    );
    assert_said(
        "",
        &network("cidr: 'fe80::/64', gateway_ip: null"),
        &expect![[r#"
        intent.yaml:2:56: error[ACI317]: subnet `lab/web/v4` (fe80::/64) shares addresses with fe80::/10
            = choose another prefix: metadata, internal NAT and link-local addresses lie there
    "#]],
    );
    let pool = OUT.replace("172.16.10.1", "169.254.10.1");
    assert_said(
        &pool,
        "external_networks: {out: {shared: true, subnets: {f: {cidr: 10.0.0.0/24}}}}\n",
        &expect![[r#"
            ml2_conf_cisco_apic.ini:9:18: error[ACI317]: the SNAT pool of `out` (169.254.10.0/24) shares addresses with 169.254.0.0/16
                = choose another prefix: metadata, internal NAT and link-local addresses lie there
            intent.yaml:2:61: error[ACI316]: subnet `out/f` (10.0.0.0/24) shares addresses with the TEP pool 10.0.0.0/16
                = move the prefix to `10.1.0.0/24`, or write the fabric's real pool as `fabric: {tep_pool: ...}`: hosts reach their leaf there
        "#]],
    );
    let plain = OUT.replace("host_pool_cidr = 172.16.10.1/24", "enable_nat = False");
    assert_said(
        &plain,
        "external_networks: {out: {shared: true, subnets: {f: {cidr: 10.0.0.0/24}}}}\n",
        &expect![[r#"
            intent.yaml:2:61: error[ACI1241]: subnet `out/f` (10.0.0.0/24) shares addresses with the TEP pool 10.0.0.0/16
                = move the prefix, or write the fabric's real pool as `fabric: {tep_pool: ...}`
        "#]],
    );
    let controller = format!(
        "apic_hosts = 172.16.10.77, 172.16.20.9, apic1.example.net\napic_username = u\ncertificate_name = c\nprivate_key_file = /k\nverify_ssl_certificate = /ca\n{OUT}"
    );
    assert_said(
        &controller,
        "external_networks: {out: {shared: true, subnets: {f: {cidr: 172.16.20.0/24}}}}\n",
        &expect![[r#"
            ml2_conf_cisco_apic.ini:6:14: warning[ACI1242]: the controller 172.16.10.77 lies in the SNAT pool of `out` (172.16.10.0/24), which the fabric announces as its own
                ml2_conf_cisco_apic.ini:14:18 the prefix
                = choose a prefix that holds no address of your management network
            ml2_conf_cisco_apic.ini:6:14: warning[ACI1242]: the controller 172.16.20.9 lies in subnet `out/f` (172.16.20.0/24), which the fabric announces as its own
                intent.yaml:2:61 the prefix
                = choose a prefix that holds no address of your management network
        "#]],
    );
}

#[test]
fn gateways() {
    for gateway in ["10.2.0.1", "10.1.0.255", "10.1.0.0"] {
        let text = said("", &network(&format!("cidr: 10.1.0.0/24, gateway_ip: {gateway}")));
        assert!(text.contains("[ACI1225]") && text.contains("= write `gateway_ip: 10.1.0.1`"), "{gateway}: {text}");
    }
    let port = "    ports: {p: {network: web, fixed_ips: [10.1.0.1]}}\n";
    assert_said(
        "",
        &with_ports("cidr: 10.1.0.0/24", port),
        &expect![[r#"
        intent.yaml:5:43: error[ACI1223]: 10.1.0.1 is taken in network `web`
            intent.yaml:4:32 whose gateway it is
            = write another, or `v4` for any free one of the subnet
    "#]],
    );
    assert_said(
        "",
        &network("cidr: 10.1.0.0/24, gateway_ip: 10.1.0.9, allocation_pools: [10.1.0.2-10.1.0.20]"),
        &expect![[r#"
            intent.yaml:2:110: error[ACI1225]: allocation pool 10.1.0.2-10.1.0.20 holds the gateway 10.1.0.9
                intent.yaml:2:81 the gateway
                = write `10.1.0.10-10.1.0.20`; without `allocation_pools` they are 10.1.0.1-10.1.0.8, 10.1.0.10-10.1.0.254
        "#]],
    );
    let out = "external_networks: {out: {shared: true, subnets: {f: {cidr: 172.16.20.0/24, gateway_ip: null}}}}\n";
    assert_said(
        OUT,
        out,
        &expect![[r#"
        intent.yaml:2:89: warning[ACI1243]: subnet `out/f` has no gateway, so it is neither on the bridge domain nor announced
            intent.yaml:2:61 the subnet
            = write `gateway_ip: 172.16.20.1`, or another address that the fabric may have
    "#]],
    );
    // The border router's subnets are not the fabric's.
    let edge = OUT.replace("host_pool_cidr = 172.16.10.1/24", "edge_nat = True\nvlan_range = 100:199");
    assert_said(&edge, out, &expect![[""]]);
    assert_said(
        "",
        &network("cidr: 10.1.0.0/24, dns_nameservers: [10.1.0.1, 10.1.0.2]"),
        &expect![[r#"
        intent.yaml:2:87: warning[ACI1247]: name server 10.1.0.1 of `lab/web/v4` is the gateway, for which the leaf switches answer, and they serve no names
            intent.yaml:2:56 the subnet
            = write the address of a name server, or leave `dns_nameservers` out: the DHCP server then answers for names
    "#]],
    );
    let unrouted = "enable_aci_routing = False\n";
    assert_said(unrouted, &network("cidr: 10.1.0.0/24, dns_nameservers: [10.1.0.1, 10.1.0.2]"), &expect![[""]]);
}

#[test]
fn addresses_used_twice() {
    let subnet = "cidr: 10.1.0.0/24";
    let twice = "    ports: {p: {network: web, fixed_ips: [10.1.0.9]}, q: {network: web, fixed_ips: [10.1.0.9]}}\n";
    assert_said(
        "",
        &with_ports(subnet, twice),
        &expect![[r#"
        intent.yaml:5:85: error[ACI1223]: 10.1.0.9 is taken in network `web`
            intent.yaml:5:43 by this
            = write another, or `v4` for any free one of the subnet
    "#]],
    );
    let router = "    routers: {r: {interfaces: [{subnet: web/v4, ip: 10.1.0.9}]}}\n    ports: {p: {network: web, fixed_ips: [10.1.0.9]}}\n";
    assert_said(
        "",
        &with_ports(subnet, router),
        &expect![[r#"
        intent.yaml:6:43: error[ACI1223]: 10.1.0.9 is taken in network `web`
            intent.yaml:5:53 by this
            = write another, or `v4` for any free one of the subnet
    "#]],
    );
    let outside = "    routers: {r: {interfaces: [{subnet: web/v4, ip: 10.2.0.9}]}}\n";
    assert_said(
        "",
        &with_ports(subnet, outside),
        &expect![[r#"
            intent.yaml:5:53: error[ACI1221]: 10.2.0.9 does not lie in 10.1.0.0/24
                intent.yaml:4:43 the subnet
                = write an address of 10.1.0.0/24
        "#]],
    );
    let pinned = "projects:\n  lab:\n    networks: {web: {subnets: {v4: {cidr: 10.1.0.0/24}}, dhcp_ports: {h1: {fixed_ips: [10.1.0.9]}}}}\n    ports: {p: {network: web, fixed_ips: [10.1.0.9]}}\n";
    assert_said(
        "",
        pinned,
        &expect![[r#"
        intent.yaml:4:88: error[ACI1223]: 10.1.0.9 is taken in network `web`
            intent.yaml:5:43 by this
            = write another, or `v4` for any free one of the subnet
    "#]],
    );
    let out = "external_networks: {out: {shared: true, subnets: {f: {cidr: 172.16.20.0/24}}}}\n";
    let floating = "projects:\n  lab:\n    routers: {r: {external_gateway: {network: out, fixed_ip: 172.16.20.9}}}\n    floating_ips: {a: {network: out, address: 172.16.20.9}, b: {network: out, address: 172.16.20.8}, c: {network: out, address: 172.16.20.8}, d: {network: out, address: 172.16.10.8}, e: {network: out, address: 172.16.20.1}}\n";
    assert_said(
        OUT,
        &format!("{out}{floating}"),
        &expect![[r#"
        intent.yaml:6:47: error[ACI1223]: 172.16.20.9 is taken in external network `out`
            intent.yaml:5:62 by this
            = write another, or leave it out
        intent.yaml:6:129: error[ACI1223]: 172.16.20.8 is taken in external network `out`
            intent.yaml:6:88 by this
            = write another, or leave it out
        intent.yaml:6:170: error[ACI1232]: 172.16.10.8 lies in the SNAT pool of `out`, which hosts share
            ml2_conf_cisco_apic.ini:9:18 the pool
            = write an address of 172.16.20.0/24, the nearest subnet
        intent.yaml:6:211: error[ACI1223]: 172.16.20.1 is taken in external network `out`
            intent.yaml:2:51 whose gateway it is
            = write another, or leave it out
    "#]],
    );
}

#[test]
fn pairs_against_who_has_the_address() {
    let pairs = |pairs: &str| {
        format!(
            "projects:\n  lab:\n    networks: {{web: {{subnets: {{v4: {{cidr: 10.1.0.0/24}}}}, dhcp_ports: {{h1: {{fixed_ips: [10.1.0.2]}}}}}}}}\n    ports: {{vip: {{network: web, fixed_ips: [10.1.0.30]}}}}\n    instances:\n      a: {{host: h1, ports: {{e: {{network: web, fixed_ips: [10.1.0.5], allowed_address_pairs: [{pairs}]}}}}}}\n      b: {{host: h1, ports: {{e: {{network: web, fixed_ips: [10.1.0.6]}}}}}}\n"
        )
    };
    assert_said(
        "",
        &pairs("10.1.0.1, 10.1.0.2, 10.1.0.6"),
        &expect![[r#"
        intent.yaml:7:94: warning[ACI1244]: port `lab/a/e` may answer for 10.1.0.1, which is the gateway of the subnet
            intent.yaml:4:32 whose it is
            = take the pair out, or give the address that moves between instances to a port of its own, under `ports`
        intent.yaml:7:104: warning[ACI1244]: port `lab/a/e` may answer for 10.1.0.2, which is the address of the DHCP server
            intent.yaml:4:71 whose it is
            = take the pair out, or give the address that moves between instances to a port of its own, under `ports`
        intent.yaml:7:114: warning[ACI1244]: port `lab/a/e` may answer for 10.1.0.6, which is the address of port `lab/b/e`
            intent.yaml:8:29 whose it is
            = take the pair out, or give the address that moves between instances to a port of its own, under `ports`
    "#]],
    );
    // A port of nobody, an address of nobody, its own address with another MAC, and a whole range.
    assert_said(
        "",
        &pairs("10.1.0.30, 10.1.0.77, {ip: 10.1.0.5, mac: 'fa:16:3e:aa:00:01'}, 10.1.0.0/28"),
        &expect![[""]],
    );
}

#[test]
fn allocation_pools() {
    let pools = |pools: &str| network(&format!("cidr: 10.1.0.0/24, allocation_pools: [{pools}]"));
    assert_said(
        "",
        &pools("10.1.0.99-10.1.0.10"),
        &expect![[r#"
        intent.yaml:2:88: error[ACI1204]: `10.1.0.99-10.1.0.10` ends before it begins
            = write `10.1.0.10-10.1.0.99`
    "#]],
    );
    assert_said(
        "",
        &pools("10.1.0.10-10.1.0.20, 10.1.0.20-10.1.0.30"),
        &expect![[r#"
            intent.yaml:2:109: error[ACI1225]: allocation pools 10.1.0.10-10.1.0.20 and 10.1.0.20-10.1.0.30 share addresses
                intent.yaml:2:88 the other pool
                = write `10.1.0.21-10.1.0.30`; without `allocation_pools` they are 10.1.0.2-10.1.0.254
        "#]],
    );
    assert_said(
        "",
        &pools("10.1.0.10-10.1.1.20"),
        &expect![[r#"
            intent.yaml:2:88: error[ACI1225]: allocation pool 10.1.0.10-10.1.1.20 does not lie within the usable addresses of 10.1.0.0/24
                intent.yaml:2:56 the subnet
                = write `10.1.0.10-10.1.0.254`; without `allocation_pools` they are 10.1.0.2-10.1.0.254
        "#]],
    );
    assert_said(
        "",
        &pools("10.1.0.1-10.1.0.20"),
        &expect![[r#"
            intent.yaml:2:88: error[ACI1225]: allocation pool 10.1.0.1-10.1.0.20 holds the gateway 10.1.0.1
                intent.yaml:2:56 the gateway
                = write `10.1.0.2-10.1.0.20`; without `allocation_pools` they are 10.1.0.2-10.1.0.254
        "#]],
    );
    assert_said("", &pools("10.1.0.10-10.1.0.20, 10.1.0.21-10.1.0.30"), &expect![[""]]);
}

#[test]
fn host_routes() {
    let routes = |routes: &str| network(&format!("cidr: 10.1.0.0/24, host_routes: [{routes}]"));
    assert_said(
        "",
        &routes("{destination: 10.9.0.0/16, nexthop: 10.2.0.1}, {destination: 10.8.0.0/16, nexthop: 10.1.0.255}"),
        &expect![[r#"
            intent.yaml:2:119: warning[ACI1246]: next hop 10.2.0.1 to 10.9.0.0/16 lies in no subnet of `lab/web`, so no instance reaches it
                intent.yaml:2:56 the subnet
                = write the address of a neighbour in 10.1.0.0/24
            intent.yaml:2:166: warning[ACI1246]: next hop 10.1.0.255 to 10.8.0.0/16 is the broadcast address of 10.1.0.0/24, so no instance reaches it
                intent.yaml:2:56 the subnet
                = write the address of a neighbour in 10.1.0.0/24
        "#]],
    );
    assert_said(
        "",
        &routes("{destination: 10.1.0.0/24, nexthop: 10.1.0.9}"),
        &expect![[r#"
        intent.yaml:2:97: info[ACI1245]: the route to 10.1.0.0/24 through 10.1.0.9 leads into subnet `lab/web/v4` (10.1.0.0/24) itself: neighbours are sent through a neighbour
            intent.yaml:2:56 the subnet
            = take the route out: what lies in the subnet is reached without one
    "#]],
    );
    assert_said(
        "",
        &routes(
            "{destination: 10.0.0.0/8, nexthop: 10.1.0.9}, {destination: 0.0.0.0/0, nexthop: 10.1.0.1}, {destination: 169.254.169.254/32, nexthop: 10.1.0.2}",
        ),
        &expect![[""]],
    );
    let sibling = "projects: {lab: {networks: {web: {subnets: {a: {cidr: 10.1.0.0/24, host_routes: [{destination: 10.9.0.0/16, nexthop: 10.2.0.9}]}, b: {cidr: 10.2.0.0/24}}}}}}\n";
    assert_said("", sibling, &expect![[""]]);
}
