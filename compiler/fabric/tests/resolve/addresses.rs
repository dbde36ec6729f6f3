//! Fixed addresses: written, asked for, and handed out.

use aciform_diagnostics::Severity;

use crate::kit::{INI, OUT, resolve, site};

fn with_ports(subnets: &str, ports: &str) -> String {
    format!("projects:\n  lab:\n    networks: {{net: {{subnets: {{{subnets}}}}}}}\n    ports:\n{ports}")
}

#[test]
fn a_port_without_addresses_gets_one_of_the_first_subnet_of_each_family() {
    let text = with_ports(
        "a: {cidr: 10.1.0.0/24, enable_dhcp: false}, b: {cidr: 10.2.0.0/24, enable_dhcp: false}, \
         c: {cidr: '2001:db8:1::/64', enable_dhcp: false}, d: {cidr: '2001:db8:2::/64', enable_dhcp: false}",
        "      p: {network: net}\n      q: {network: net}\n",
    );
    let lab = resolve(&text).clean();
    assert_eq!(lab.addresses("p"), ["10.1.0.2", "2001:db8:1::2"]);
    assert_eq!(lab.addresses("q"), ["10.1.0.3", "2001:db8:1::3"]);
}

#[test]
fn automatic_subnets_give_every_port_its_own_address() {
    let text = with_ports(
        "v4: {cidr: 10.1.0.0/24, enable_dhcp: false}, \
         v6: {cidr: '2001:db8:1::/64', ipv6_address_mode: slaac, ipv6_ra_mode: slaac}",
        "      p: {network: net, mac_address: 'fa:16:3e:10:00:17', fixed_ips: [10.1.0.9, v6]}\n      q: {network: net, fixed_ips: []}\n",
    );
    let lab = resolve(&text).clean();
    assert_eq!(lab.addresses("p"), ["10.1.0.9", "2001:db8:1:0:f816:3eff:fe10:17"]);
    assert_eq!(lab.addresses("q").len(), 1);
}

#[test]
fn a_subnet_can_be_asked_for_twice_and_written_addresses_are_left_alone() {
    let text = with_ports(
        "a: {cidr: 10.1.0.0/24, enable_dhcp: false}",
        "      p: {network: net, fixed_ips: [a, a]}\n      q: {network: net, fixed_ips: [10.1.0.2]}\n",
    );
    let lab = resolve(&text).clean();
    assert_eq!(lab.addresses("p"), ["10.1.0.3", "10.1.0.4"]);
}

#[test]
fn an_address_stays_when_a_port_before_it_appears() {
    let one = with_ports("a: {cidr: 10.1.0.0/24, enable_dhcp: false}", "      m: {network: net}\n");
    let two = format!("{one}      b: {{network: net}}\n");
    let first = resolve(&one).clean();
    let second = site(&format!("{INI}{OUT}"), &[&two], &first.ledger.render()).clean();
    assert_eq!(second.addresses("m"), ["10.1.0.2"]);
    assert_eq!(second.addresses("b"), ["10.1.0.3"]);
}

#[test]
fn no_port_has_the_gateway_whether_or_not_a_router_joins() {
    let text =
        with_ports("a: {cidr: 10.1.0.0/24, enable_dhcp: false}", "      p: {network: net, fixed_ips: [10.1.0.1]}\n");
    assert_eq!(resolve(&text).codes(Severity::Error), ["ACI1223"]);
    let routed = format!("{text}    routers: {{r: {{interfaces: [net]}}}}\n");
    assert_eq!(resolve(&routed).codes(Severity::Error), ["ACI1223"]);
    resolve(&text.replace("enable_dhcp: false", "enable_dhcp: false, gateway_ip: null")).clean();
}

#[test]
fn pools_bound_what_is_handed_out_and_a_full_one_is_said_once() {
    let subnet = "a: {cidr: 10.1.0.0/24, enable_dhcp: false, allocation_pools: [10.1.0.10-10.1.0.11]}";
    let text = with_ports(subnet, "      a: {network: net}\n      b: {network: net}\n");
    let lab = resolve(&text).clean();
    assert_eq!((lab.addresses("a"), lab.addresses("b")), (vec!["10.1.0.10".into()], vec!["10.1.0.11".to_owned()]));
    let full = format!("{text}      c: {{network: net}}\n      d: {{network: net}}\n");
    assert_eq!(resolve(&full).codes(Severity::Error), ["ACI1309"]);
}

#[test]
fn pairs_with_another_mac_are_endpoints_of_their_own() {
    let text = "hosts: {h1: {}}
projects:
  lab:
    networks: {net: {subnets: {a: {cidr: 10.1.0.0/24, enable_dhcp: false}}}}
    instances:
      vm:
        host: h1
        ports:
          eth0:
            network: net
            fixed_ips: [10.1.0.9]
            mac_address: 'fa:16:3e:10:00:17'
            allowed_address_pairs: [10.1.0.250, {ip: 10.1.0.16/28, mac: 'fa:16:3e:aa:00:01'}, 10.1.0.25]
";
    let lab = resolve(text).clean();
    let endpoints = &lab.host("h1").endpoints;
    let spelled: Vec<String> = endpoints
        .iter()
        .map(|e| {
            let pairs: Vec<_> = e.virtual_ips.iter().map(|pair| pair.prefix.to_string()).collect();
            format!("{} {} {:?} {}", e.mac, e.primary, e.addresses, pairs.join(" "))
        })
        .collect();
    assert_eq!(
        spelled,
        ["fa:16:3e:10:00:17 true [10.1.0.9] 10.1.0.25/32 10.1.0.250/32", "fa:16:3e:aa:00:01 false [] 10.1.0.16/28",]
    );
    assert!(endpoints[1].metadata_optimization && endpoints[1].ofport == endpoints[0].ofport);
    let mut groups = lab.fabric.security_groups.entries();
    let (default, _) = groups.find(|(_, group)| group.handle == "default").expect("the default group");
    let members: Vec<_> = lab.fabric.members[default.members()].v4.iter().map(ToString::to_string).collect();
    assert_eq!(members, ["10.1.0.9/32", "10.1.0.16/28", "10.1.0.25/32", "10.1.0.250/32"]);
}
