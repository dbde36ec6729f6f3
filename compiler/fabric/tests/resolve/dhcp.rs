//! DHCP: which host serves, and what the switch answers.

use std::fmt::Write as _;

use aciform_fabric::model::{Dhcp4, PortOwner};

use crate::kit::{INI, OUT, Resolved, resolve, site};

fn lease(options: &str, subnet: &str, network: &str) -> (Resolved, Option<Dhcp4>) {
    let intent = format!(
        "hosts: {{h1: {{roles: [compute, dhcp]}}}}
projects:
  lab:
    networks: {{net: {{{network} subnets: {{a: {{cidr: 10.1.0.0/24{subnet}}}}}}}}}
    instances: {{vm: {{host: h1, ports: {{eth0: {{network: net}}}}}}}}
"
    );
    let ini = INI.replace("enable_optimized_metadata = True\n", "");
    let lab = site(&format!("{ini}{options}{OUT}"), &[&intent], "").clean();
    let lease = lab.host("h1").endpoints.iter().find(|e| e.vm_name == "vm").and_then(|e| e.dhcp4.clone());
    (lab, lease)
}

fn routes(lease: &Dhcp4) -> Vec<String> {
    lease.static_routes.iter().map(|route| format!("{} {}", route.destination, route.next_hop)).collect()
}

#[test]
fn without_optimised_metadata_its_address_is_reached_through_the_server() {
    let (_, lease) = lease("", "", "");
    let lease = lease.expect("a lease");
    assert_eq!(routes(&lease), ["0.0.0.0/0 10.1.0.1", "169.254.0.0/16 10.1.0.2"]);
    assert_eq!((lease.mtu, lease.lease_time), (None, None));
}

#[test]
fn a_written_default_route_is_the_only_one() {
    let hosts =
        ", host_routes: [{destination: 0.0.0.0/0, nexthop: 10.1.0.9}, {destination: 10.9.0.0/16, nexthop: 10.1.0.8}]";
    let (_, lease) = lease("enable_optimized_metadata = True\n", hosts, "");
    assert_eq!(routes(&lease.expect("a lease")), ["0.0.0.0/0 10.1.0.9", "10.9.0.0/16 10.1.0.8"]);
}

#[test]
fn a_written_route_to_the_metadata_service_is_the_only_one() {
    let hosts = ", host_routes: [{destination: 169.254.0.0/16, nexthop: 10.1.0.9}]";
    let (_, lease) = lease("", hosts, "");
    assert_eq!(routes(&lease.expect("a lease")), ["169.254.0.0/16 10.1.0.9", "0.0.0.0/0 10.1.0.1"]);
}

#[test]
fn mtu_and_lease_time_come_from_their_options() {
    let (_, given) =
        lease("apic_optimized_dhcp_lease_time = 7200\n[DEFAULT]\nadvertise_mtu = True\n", "", "mtu: 1450,");
    let given = given.expect("a lease");
    assert_eq!((given.mtu, given.lease_time), (Some(1450), Some(7200)));
    assert!(lease("enable_optimized_dhcp = False\n", "", "").1.is_none());
    assert!(lease("", ", enable_dhcp: false", "").1.is_none());
}

#[test]
fn written_name_servers_replace_the_server_and_a_subnet_without_gateway_has_no_default_route() {
    let (_, lease) = lease("enable_optimized_metadata = True\n", ", gateway_ip: null, dns_nameservers: [10.9.9.9]", "");
    let lease = lease.expect("a lease");
    assert_eq!(lease.dns_servers.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.9.9.9"]);
    assert_eq!((lease.router, routes(&lease)), (None, vec![]));
}

#[test]
fn dhcpv6_gives_out_the_written_name_servers_or_else_the_dhcp_ports() {
    let intent = |dns: &str| {
        format!(
            "hosts: {{h1: {{roles: [compute, dhcp]}}}}
projects:
  lab:
    networks: {{net: {{subnets: {{six: {{cidr: '2001:db8:1::/64'{dns}}}}}}}}}
    instances: {{vm: {{host: h1, ports: {{eth0: {{network: net}}}}}}}}
"
        )
    };
    let answer = |dns: &str| {
        let lab = resolve(&intent(dns)).clean();
        lab.host("h1").endpoints.iter().find(|e| e.vm_name == "vm").and_then(|e| e.dhcp6.clone())
    };
    for (written, expected) in [("", "2001:db8:1::2"), (", dns_nameservers: ['2001:db8:1::53']", "2001:db8:1::53")] {
        let servers = answer(written).expect("an answer").dns_servers;
        assert_eq!(servers.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }
    assert_eq!(answer(", enable_dhcp: false"), None);
}

#[test]
fn of_two_ipv6_subnets_that_of_the_first_address_answers() {
    let answer = |fixed: &str| {
        let lab = resolve(&format!(
            "hosts: {{h1: {{roles: [compute, dhcp]}}}}
projects:
  lab:
    networks:
      net:
        subnets:
          one: {{cidr: '2001:db8:1::/64', dns_nameservers: ['2001:db8::1']}}
          two: {{cidr: '2001:db8:2::/64', dns_nameservers: ['2001:db8::2']}}
    instances: {{vm: {{host: h1, ports: {{eth0: {{network: net, fixed_ips: [{fixed}]}}}}}}}}
"
        ))
        .clean();
        let found = lab.host("h1").endpoints.iter().find(|e| e.vm_name == "vm").and_then(|e| e.dhcp6.clone());
        found.expect("an answer").dns_servers.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(answer("one, two"), ["2001:db8::1"]);
    assert_eq!(answer("two, one"), ["2001:db8::2"]);
}

#[test]
fn networks_spread_over_the_hosts_with_the_role_and_stay_where_they_are() {
    let intent = |hosts: &str, networks: &[&str]| {
        let mut text = format!("hosts: {{{hosts}}}\nprojects:\n  lab:\n    networks:\n");
        for (at, network) in networks.iter().enumerate() {
            let _ = writeln!(text, "      {network}: {{subnets: {{a: {{cidr: 10.{at}.0.0/24}}}}}}");
        }
        text.replace("10.0.0.0/24", "10.200.0.0/24")
    };
    let serving = |lab: &Resolved| {
        let ports = lab.fabric.ports.iter().filter(|port| port.owner == PortOwner::Dhcp);
        let mut list: Vec<String> = ports.map(|port| port.path.clone()).collect();
        list.sort();
        list
    };
    let two = "n10: {roles: [dhcp]}, n9: {roles: [dhcp]}";
    let first = resolve(&intent(two, &["a", "b", "c"])).clean();
    assert_eq!(serving(&first), ["a/dhcp/n9", "b/dhcp/n10", "c/dhcp/n9"]);
    let more = format!("{two}, n1: {{roles: [dhcp]}}");
    let ini = format!("{INI}{OUT}");
    let second = site(&ini, &[&intent(&more, &["a", "b", "c", "d"])], &first.ledger.render()).clean();
    assert_eq!(serving(&second), ["a/dhcp/n9", "b/dhcp/n10", "c/dhcp/n9", "d/dhcp/n1"]);
    let third = site(&ini, &[&intent("n10: {roles: [dhcp]}", &["a", "b", "c"])], &first.ledger.render()).clean();
    assert_eq!(serving(&third), ["a/dhcp/n10", "b/dhcp/n10", "c/dhcp/n10"]);
}
