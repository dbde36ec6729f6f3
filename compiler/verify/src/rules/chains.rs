//! The chains of one filtered port: what comes in, what goes out, and under which sources.

use std::collections::{BTreeMap, HashSet};

use super::{Table, Treated, spelling};
use crate::net::{Mac, Net};
use crate::read::devices::{Device, Direction, Family, Group};

const KNOWN: &str = "-m state --state RELATED,ESTABLISHED -m comment --comment \"Direct packets associated with a known session to the RETURN chain.\" -j RETURN";
const INVALID: &str = "-m state --state INVALID -m comment --comment \"Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in conntrack.\" -j DROP";
const UNMATCHED: &str =
    "-m comment --comment \"Send unmatched traffic to the fallback chain.\" -j neutron-opflex-a-sg-fallback";

pub(super) fn push(table: &mut Table, port: &Treated<'_>, device: &Device, groups: &BTreeMap<&str, &Group>, v6: bool) {
    let sources = sources(device, v6);
    let (ingress, egress, spoof) = (port.chain('i'), port.chain('o'), port.chain('s'));
    for (chain, rules) in [
        (&ingress, ingress_rules(device, groups, v6)),
        (&egress, egress_rules(device, groups, v6, (!sources.is_empty()).then_some(&spoof))),
    ] {
        table.chain(chain, "-");
        for rule in last_of_equals(rules) {
            table.rule(chain, rule);
        }
    }
    if !sources.is_empty() {
        table.chain(&spoof, "-");
        for (net, mac) in sources {
            let from = net.map(|net| format!("-s {} ", spelling::prefix(net))).unwrap_or_default();
            let mac = mac.to_string().to_uppercase();
            table.rule(
                &spoof,
                format!("{from}-m mac --mac-source {mac} -m comment --comment \"Allow traffic from defined IP/MAC pairs.\" -j RETURN"),
            );
        }
        table.rule(&spoof, "-m comment --comment \"Drop traffic without an IP/MAC allow rule.\" -j DROP");
    }
}

fn ingress_rules(device: &Device, groups: &BTreeMap<&str, &Group>, v6: bool) -> Vec<String> {
    let mut rules = Vec::new();
    let mut allowed = Vec::new();
    let own: Vec<Net> = device.fixed_ips.iter().filter(|ip| ip.is_ipv6() == v6).map(|ip| Net::host(*ip)).collect();
    if v6 {
        rules.extend([130, 135, 136].map(|kind| format!("-p ipv6-icmp -m icmp6 --icmpv6-type {kind} -j RETURN")));
        if !own.is_empty() {
            allowed.push("-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN".to_owned());
        }
    }
    rules.push(KNOWN.to_owned());
    let ports = if v6 { "--sport 547 --dport 546" } else { "--sport 67 --dport 68" };
    let everybody = if v6 { "fe80::/64" } else { "255.255.255.255/32" };
    for to in own.into_iter().map(spelling::prefix).chain([everybody.to_owned()]) {
        allowed.push(format!("-d {to} -p udp -m udp {ports} -j RETURN"));
    }
    allowed.extend(of_groups(device, groups, Direction::Ingress, v6));
    rules.extend(first_of_equals(allowed));
    rules.extend([INVALID, UNMATCHED].map(str::to_owned));
    rules
}

fn egress_rules(device: &Device, groups: &BTreeMap<&str, &Group>, v6: bool, spoof: Option<&String>) -> Vec<String> {
    let mut rules = Vec::new();
    let comment = |text: &str, verdict: &str| format!("-m comment --comment \"{text}\" -j {verdict}");
    let client = comment("Allow DHCP client traffic.", "RETURN");
    let server = comment("Prevent DHCP Spoofing by VM.", "DROP");
    let icmp = comment("Allow IPv6 ICMP traffic.", "RETURN");
    if v6 {
        rules.extend(
            [131, 135, 143]
                .map(|kind| format!("-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type {kind} {icmp}")),
        );
    } else {
        rules.push(format!("-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 {client}"));
    }
    rules.extend(spoof.map(|chain| format!("-j {chain}")));
    if v6 {
        let advertised = comment("Drop IPv6 Router Advts from VM Instance.", "DROP");
        rules.push(format!("-p ipv6-icmp -m icmp6 --icmpv6-type 134 {advertised}"));
        rules.push(format!("-p ipv6-icmp {icmp}"));
        rules.push(format!("-p udp -m udp --sport 546 --dport 547 {client}"));
        rules.push(format!("-p udp -m udp --sport 547 --dport 546 {server}"));
    } else {
        rules.push(format!("-p udp -m udp --sport 68 --dport 67 {client}"));
        rules.push(format!("-p udp -m udp --sport 67 --dport 68 {server}"));
    }
    rules.push(KNOWN.to_owned());
    rules.extend(first_of_equals(of_groups(device, groups, Direction::Egress, v6)));
    rules.extend([INVALID, UNMATCHED].map(str::to_owned));
    rules
}

/// What the groups of a port allow, in listed order.
fn of_groups(device: &Device, groups: &BTreeMap<&str, &Group>, direction: Direction, v6: bool) -> Vec<String> {
    let family = if v6 { Family::IPv6 } else { Family::IPv4 };
    let held = device.security_groups.iter().filter_map(|id| groups.get(id.as_str()));
    let rules = held.flat_map(|group| &group.rules);
    rules.filter(|rule| rule.direction == direction && rule.ethertype == family).map(spelling::rule).collect()
}

fn first_of_equals(rules: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    rules.into_iter().filter(|rule| seen.insert(rule.clone())).collect()
}

/// Of lines that are equal in the end the driver keeps the last.
fn last_of_equals(rules: Vec<String>) -> Vec<String> {
    let mut kept = first_of_equals(rules.into_iter().rev().collect());
    kept.reverse();
    kept
}

/// Addresses and MACs that a port may send from: pairs, then its own, each link-local address behind the first of its MAC.
fn sources(device: &Device, v6: bool) -> Vec<(Option<Net>, Mac)> {
    let Some(own) = Mac::parse(&device.mac_address) else { return Vec::new() };
    let pairs = device
        .allowed_address_pairs
        .iter()
        .filter_map(|pair| Some((Net::parse(&pair.ip_address)?, Mac::parse(&pair.mac_address)?)));
    let fixed = device.fixed_ips.iter().map(|ip| (Net::host(*ip), own));
    let mut sources: Vec<(Option<Net>, Mac)> = Vec::new();
    for (net, mac) in pairs.chain(fixed).filter(|(net, _)| net.v6 == v6) {
        sources.push(((net.length > 0).then_some(net), mac));
        let link_local = (Some(Net::host(mac.link_local())), mac);
        if v6 && !sources.contains(&link_local) {
            sources.push(link_local);
        }
    }
    if device.fixed_ips.is_empty() {
        sources.push((None, own));
    }
    let repeated = |at: usize| sources[at + 1..].contains(&sources[at]);
    (0..sources.len()).filter(|at| !repeated(*at)).map(|at| sources[at]).collect()
}
