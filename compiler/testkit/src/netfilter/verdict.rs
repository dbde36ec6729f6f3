//! What should become of a packet, and whether it does.
//!
//! The model is Neutron's documented behaviour of an iptables port, said once more and without chains: DHCP of the client's
//! side and ICMPv6 leave, DHCP servers and router advertisements of an instance do not, sources are checked against fixed
//! addresses and pairs in a family that has any, answers of known connections pass, and the rest is what rules allow.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use super::hypervisor::{Hypervisor, Plug, Way};
use super::intent::{Net, PortPolicy, Rule};
use super::packet::{Mac, Packet, Payload};
use super::probe::{Probe, probes};
use super::{Backend, Problem, intent};

/// Sends the probes of every port of a site's instances through the rules of a bundle. An empty list: all as expected.
///
/// # Panics
/// The site's YAML holds something that the tests' reader does not understand.
#[must_use]
pub fn check_site(site: &Path, bundle: &Path, backend: Backend) -> Vec<Problem> {
    let policies = intent::read(site);
    let mut hosts: Vec<&str> = policies.iter().map(|policy| policy.host.as_str()).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let of_host = |host: &str| -> Vec<&PortPolicy> { policies.iter().filter(|policy| policy.host == host).collect() };
    hosts.into_iter().flat_map(|host| check_ports(bundle, host, &of_host(host), backend)).collect()
}

/// Sends the probes of ports of one host.
#[must_use]
pub fn check_ports(bundle: &Path, host: &str, policies: &[&PortPolicy], backend: Backend) -> Vec<Problem> {
    let hypervisor = match Hypervisor::new(bundle, host, backend) {
        Ok(hypervisor) => hypervisor,
        Err(error) => return vec![Problem::new(format!("hosts/{host} ({})", backend.word()), error)],
    };
    let mut problems = Vec::new();
    for policy in policies {
        let place = format!("port {} on {host} ({})", policy.id, backend.word());
        match hypervisor.plug(&policy.id) {
            Ok(plug) => {
                problems.extend(try_port(&plug, policy).map(|what| Problem::new(&place, what)));
            }
            Err(error) => problems.push(Problem::new(&place, error)),
        }
    }
    problems
}

/// Sends a port's probes; says of each what is wrong, as it goes.
pub(super) fn try_port<'a>(plug: &'a Plug, policy: &PortPolicy) -> impl Iterator<Item = String> + use<'a> {
    probes(policy).into_iter().filter_map(|Probe { way, packet, expected, about }| {
        match plug.send(way, &packet.bytes()) {
            Ok(verdict) if verdict == expected => None,
            Ok(verdict) => {
                let Packet { source, destination, payload, .. } = packet;
                Some(format!("{about}: {way:?} {source} -> {destination} {payload:?} is {verdict:?}, not {expected:?}"))
            }
            Err(error) => Some(format!("{about}: {error}")),
        }
    })
}

/// Whether a packet that belongs to no known connection may pass.
pub(super) fn allows(policy: &PortPolicy, way: Way, packet: &Packet) -> bool {
    if !policy.port_security {
        return true;
    }
    let ipv4 = packet.source.is_ipv4();
    let by_rule = policy.rules.iter().any(|rule| matches(rule, way, packet));
    let udp = match packet.payload {
        Payload::Udp { from, to } => Some((from, to)),
        Payload::Tcp { .. } | Payload::Icmp { .. } | Payload::Other { .. } => None,
    };
    let icmpv6 = match packet.payload {
        Payload::Icmp { kind, .. } if !ipv4 => Some(kind),
        Payload::Icmp { .. } | Payload::Tcp { .. } | Payload::Udp { .. } | Payload::Other { .. } => None,
    };
    let has_address = |address: IpAddr| policy.addresses.contains(&address);
    match (way, udp, icmpv6) {
        (Way::In, Some((67, 68)), _) if ipv4 => {
            by_rule || packet.destination == Ipv4Addr::BROADCAST || has_address(packet.destination)
        }
        (Way::In, Some((547, 546)), _) if !ipv4 => {
            let link = Net { address: Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0).into(), length: 64 };
            by_rule || link.holds(packet.destination) || has_address(packet.destination)
        }
        (Way::In, _, Some(130 | 135 | 136)) => true,
        (Way::In, _, Some(134)) => by_rule || policy.addresses.iter().any(IpAddr::is_ipv6),
        (Way::In, _, _) => by_rule,
        (Way::Out, Some((68, 67)), _)
            if packet.source == Ipv4Addr::UNSPECIFIED && packet.destination == Ipv4Addr::BROADCAST =>
        {
            true
        }
        (Way::Out, _, Some(131 | 135 | 143)) if packet.source == Ipv6Addr::UNSPECIFIED => true,
        (Way::Out, _, _) if !may_send_from(policy, packet) => false,
        (Way::Out, Some((68, 67)), _) if ipv4 => true,
        (Way::Out, Some((67, 68)), _) if ipv4 => false,
        (Way::Out, Some((546, 547)), _) if !ipv4 => true,
        (Way::Out, Some((547, 546)), _) if !ipv4 => false,
        (Way::Out, _, Some(kind)) => kind != 134,
        (Way::Out, _, None) => by_rule,
    }
}

fn matches(rule: &Rule, way: Way, packet: &Packet) -> bool {
    let ipv4 = packet.source.is_ipv4();
    let other = if way == Way::In { packet.source } else { packet.destination };
    let to = match packet.payload {
        Payload::Tcp { to, .. } | Payload::Udp { to, .. } | Payload::Other { ports: (_, to), .. } => to,
        Payload::Icmp { .. } => 0,
    };
    let icmp = match packet.payload {
        Payload::Icmp { kind, code, .. } => Some((kind, code)),
        Payload::Tcp { .. } | Payload::Udp { .. } | Payload::Other { .. } => None,
    };
    rule.way == way
        && rule.ipv4 == ipv4
        && rule.protocol.is_none_or(|protocol| protocol == packet.payload.protocol(ipv4))
        && rule.ports.is_none_or(|(first, last)| (first..=last).contains(&to))
        && rule.icmp.is_none_or(|(kind, code)| {
            icmp.is_some_and(|(given, with)| given == kind && code.is_none_or(|code| code == with))
        })
        && rule.remotes.as_ref().is_none_or(|nets| nets.iter().any(|net| net.holds(other)))
}

/// Sources are checked in a family in which the port has an address or a pair, or has no address at all.
pub(super) fn may_send_from(policy: &PortPolicy, packet: &Packet) -> bool {
    let ipv4 = packet.source.is_ipv4();
    let mut allowed: Vec<(Net, Mac)> = policy.pairs.clone();
    let whole = if ipv4 { 32 } else { 128 };
    allowed.extend(policy.addresses.iter().map(|address| (Net { address: *address, length: whole }, policy.mac)));
    allowed.retain(|(net, _)| net.address.is_ipv4() == ipv4);
    let macs: Vec<Mac> = allowed.iter().map(|(_, mac)| *mac).collect();
    if !ipv4 {
        allowed.extend(macs.into_iter().map(|mac| (Net { address: link_local(mac).into(), length: 128 }, mac)));
    }
    if policy.addresses.is_empty() {
        let anywhere = if ipv4 { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        allowed.push((Net { address: anywhere, length: 0 }, policy.mac));
    }
    let checked = !allowed.is_empty();
    !checked || allowed.iter().any(|(net, mac)| net.holds(packet.source) && *mac == packet.source_mac)
}

/// The link-local address that follows from a MAC (RFC 4291, appendix A).
pub(super) fn link_local(mac: Mac) -> Ipv6Addr {
    let [a, b, c, d, e, f] = mac;
    let pair = |high: u8, low: u8| u16::from_be_bytes([high, low]);
    Ipv6Addr::new(0xfe80, 0, 0, 0, pair(a ^ 2, b), pair(c, 0xff), pair(0xfe, d), pair(e, f))
}
