//! Ways out: gateways, floating IPs and SNAT.

use aciform_diagnostics::Severity;
use aciform_fabric::model::{FloatingId, Id as _};

use crate::kit::{INI, OUT, Resolved, resolve, site, site_with};

/// A project behind `out` with one instance on each host; more of the project and of the network can be added.
fn lab(network: &str, project: &str) -> String {
    format!(
        "hosts: {{h2: {{roles: [compute, dhcp]}}, h10: {{}}}}
external_networks:
  out:
    shared: true
    {network}
projects:
  a:
    networks: {{web: {{subnets: {{v4: {{cidr: 10.1.0.0/24}}}}}}}}
    routers: {{r: {{interfaces: [web], external_gateway: {{network: out}}}}}}
    instances:
      one: {{host: h2, ports: {{eth0: {{network: web}}}}}}
      two: {{host: h10, ports: {{eth0: {{network: web}}}}}}
{project}"
    )
}

const FIP: &str = "subnets: {fip: {cidr: 172.16.20.0/24}}";

fn again(first: &Resolved, intent: &str) -> Resolved {
    site(&format!("{INI}{OUT}"), &[intent], &first.ledger.render()).clean()
}

#[test]
fn hosts_get_their_snat_addresses_in_natural_order_and_keep_them() {
    let text = lab(FIP, "");
    let first = resolve(&text).clean();
    assert_eq!(first.snat("out"), ["h2 172.16.10.2", "h10 172.16.10.3"]);
    let more = text.replace("h10: {}}", "h10: {}, h1: {}}");
    let second = again(&first, &more);
    assert_eq!(second.snat("out"), ["h1 172.16.10.4", "h2 172.16.10.2", "h10 172.16.10.3"]);
    let less = lab(FIP, "")
        .replace("      two: {host: h10, ports: {eth0: {network: web}}}\n", "")
        .replace(", h10: {}", ", h11: {}");
    let third = again(&first, &less);
    assert_eq!(
        third.snat("out"),
        ["h2 172.16.10.2", "h11 172.16.10.4"],
        "the address of a removed host stays reserved"
    );
}

#[test]
fn a_floating_ip_takes_snat_away_from_its_whole_port() {
    let text = lab(FIP, "    floating_ips: {pub: {network: out, port: one/eth0}}\n");
    let found = resolve(&text).clean();
    let own = found.addresses("one/eth0").remove(0);
    assert_eq!(found.mappings("one/eth0"), [format!("{own} 172.16.20.3")]);
    assert_eq!(found.mappings("two/eth0").len(), 1);
    assert_eq!(found.host("h10").snats.len(), 1);
}

#[test]
fn without_snat_on_the_router_nothing_is_translated_and_no_interface_is_made() {
    let text = lab(FIP, "").replace("{network: out}}}", "{network: out, enable_snat: false}}}");
    let found = resolve(&text).clean();
    assert_eq!(found.mappings("one/eth0"), Vec::<String>::new());
    assert!(found.fabric.hosts.iter().all(|host| host.snats.is_empty()));
    assert_eq!(found.snat("out").len(), 2, "the addresses stay reserved");
}

#[test]
fn gateways_and_floating_ips_share_their_subnets_without_taking_from_each_other() {
    let text = lab(FIP, "    floating_ips: {pub: {network: out}}\n");
    let first = resolve(&text).clean();
    let gateway = |found: &Resolved, name: &str| {
        let router = found.fabric.routers.iter().find(|router| router.handle == name).expect("a router");
        router.gateway.as_ref().and_then(|gateway| gateway.address).map(|address| address.to_string())
    };
    let floating = |found: &Resolved| found.fabric.floating_ips[FloatingId::from_index(0)].address.to_string();
    assert_eq!((gateway(&first, "r").as_deref(), floating(&first).as_str()), (Some("172.16.20.2"), "172.16.20.3"));
    let more = text.replace("    routers: {r:", "    routers: {q: {external_gateway: {network: out}}, r:");
    let second = again(&first, &more);
    assert_eq!((gateway(&second, "r").as_deref(), floating(&second).as_str()), (Some("172.16.20.2"), "172.16.20.3"));
    assert_eq!(gateway(&second, "q").as_deref(), Some("172.16.20.4"));
}

#[test]
fn a_reserved_subnet_serves_its_project_alone() {
    let subnets = "subnets: {a: {cidr: 172.16.20.0/24, project: b}, z: {cidr: 172.16.30.0/24}}";
    let text = lab(subnets, "    floating_ips: {pub: {network: out}}\n  b:\n    floating_ips: {pub: {network: out}}\n");
    let found = resolve(&text).clean();
    let mut list: Vec<_> =
        found.fabric.floating_ips.iter().map(|ip| format!("{} {}", ip.project, ip.address)).collect();
    list.sort();
    assert_eq!(list, ["a 172.16.30.3", "b 172.16.20.2"]);
}

#[test]
fn an_external_network_without_subnets_still_does_snat() {
    let found = resolve(&lab("mtu: 1500", "")).clean();
    assert_eq!(found.mappings("two/eth0").len(), 1);
    let gateway = found.fabric.routers.iter().next().and_then(|router| router.gateway.as_ref()).expect("a gateway");
    assert_eq!(gateway.address, None);
}

#[test]
fn a_pool_for_fewer_hosts_says_which_would_do() {
    let ini = format!("{INI}{}", OUT.replace("172.16.10.1/24", "172.16.10.1/30"));
    let found = site(&ini, &[&lab(FIP, "")], "");
    assert_eq!(found.codes(Severity::Error), ["ACI310"], "{}", found.findings());
    assert!(found.findings().contains("172.16.10.1/30 of `out` has 1 address for 2 hosts"), "{}", found.findings());
    assert!(found.findings().contains("= write `172.16.10.1/29`, which has 5"), "{}", found.findings());
}

#[test]
fn an_owned_external_network_has_its_objects_in_its_owners_tenant() {
    let text =
        "external_networks: {out: {project: a, subnets: {fip: {cidr: 172.16.20.0/24}}}}\nprojects: {a: {}, b: {}}\n";
    let found = resolve(text).clean();
    let epg = found.fabric.epgs.iter().next().expect("the NAT group");
    assert_eq!(found.fabric.tenants[epg.tenant].name, "_lab_a");
    let theirs = "external_networks: {out: {project: a}}\nprojects:\n  a: {}\n  b: {routers: {r: {external_gateway: {network: out}}}}\n";
    assert_eq!(resolve(theirs).codes(Severity::Error), ["ACI1124"]);
}

#[test]
fn an_instance_on_the_external_network_lies_in_the_nat_group_without_translation() {
    let text = lab(FIP, "      direct: {host: h2, ports: {eth0: {network: out, fixed_ips: [172.16.20.9]}}}\n");
    let found = resolve(&text).clean();
    let endpoint = found.host("h2").endpoints.iter().find(|e| e.vm_name == "direct").expect("the endpoint");
    assert_eq!(found.fabric.epgs[endpoint.epg].name, "EXT-epg-out");
    assert!(endpoint.mappings.is_empty());
}

#[test]
fn growth_is_a_total_a_number_or_a_share_and_the_pool_has_to_hold_it() {
    let hosts: Vec<String> = (0..10).map(|at| format!("h{at}: {{}}")).collect();
    let intent = format!("hosts: {{{}}}\nexternal_networks: {{out: {{shared: true}}}}\n", hosts.join(", "));
    // A pool of 28 bits has 13 addresses besides its gateway.
    let ini = format!("{INI}{OUT}").replace("172.16.10.1/24", "172.16.10.1/28");
    for (growth, warned) in [
        ("13", false),
        ("14", true),
        ("5", false),
        ("'+3'", false),
        ("'+4'", true),
        ("'+30%'", false),
        ("'+31%'", true),
    ] {
        let settings = format!("aciform: 1\ngrowth: {{compute_hosts: {growth}}}\n");
        let found = site_with(&settings, &ini, &[&intent], "").clean();
        assert_eq!(found.codes(Severity::Warning).contains(&"ACI1303"), warned, "{growth}: {}", found.findings());
        if warned {
            assert!(found.findings().contains("`172.16.10.1/27`, which has 29"), "{}", found.findings());
        }
        let some = intent.replace("shared: true", "shared: true, hosts: [h1]");
        let found = site_with(&settings, &ini, &[&some], "").clean();
        assert!(!found.findings().contains("ACI1303"), "{}", found.findings());
        let names: Vec<String> = (0..10).map(|at| format!("h{at}")).collect();
        let all = intent.replace("shared: true", &format!("shared: true, hosts: [{}]", names.join(", ")));
        let found = site_with(&settings, &ini, &[&all], "").clean();
        assert_eq!(found.findings().contains("ACI1303"), warned, "{growth}: {}", found.findings());
    }
}

#[test]
fn addresses_of_hosts_that_are_gone_are_not_there_for_growth() {
    let ini = format!("{INI}{OUT}").replace("172.16.10.1/24", "172.16.10.1/29");
    let intent = "hosts: {h1: {}, h2: {}}\nexternal_networks: {out: {shared: true}}\n";
    let settings = "aciform: 1\ngrowth: {compute_hosts: 4}\n";
    let gone = "version: 1\nsnat_removed:\n  out h8: 172.16.10.4\n  out h9: 172.16.10.6\n  old h9: 172.16.10.5\n";
    let found = site_with(settings, &ini, &[intent], gone);
    let text = "172.16.10.1/29 of `out` has 5 addresses (2 kept for hosts that are gone), and 4 hosts are planned for";
    assert!(found.findings().contains(text), "{}", found.findings());
    assert!(found.findings().contains("`172.16.10.1/28`, which has 13"), "{}", found.findings());
    let one = gone.replace("  out h9: 172.16.10.6\n", "");
    let found = site_with(settings, &ini, &[intent], &one).clean();
    assert!(!found.findings().contains("ACI1303"), "{}", found.findings());
}
