//! `P-i…`: packets on their way to an instance.
//!
//! They come from P-sg-chain. Known connections, DHCP answers and what the groups allow go back there and are accepted;
//! what connection tracking cannot place is dropped, and the rest goes to P-sg-fallback.
//! Under IPv6, neighbour discovery and the querier come first, before the state of a connection is looked at.

use std::net::{IpAddr, Ipv4Addr};

use aciform_fabric::model::Port;
use aciform_intent::model::{Direction, EtherType};

use super::chain::Chain;
use super::comment;
use super::name::{PREFIX, PortChain, PortName};
use super::policy::Policy;
use super::text::{push_address, push_number};

/// MLD query, neighbour solicitation, neighbour advertisement: let in from anybody.
const LEADING_ICMPV6: [&str; 3] = [
    "-p ipv6-icmp -m icmp6 --icmpv6-type 130 -j RETURN",
    "-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j RETURN",
    "-p ipv6-icmp -m icmp6 --icmpv6-type 136 -j RETURN",
];

/// A router's advertisement, for ports with an IPv6 address.
const ROUTER_ADVERTISEMENT: &str = "-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN";

/// Appends the rules of a port's chain.
pub(super) fn push(out: &mut String, family: EtherType, name: &PortName, port: &Port, policy: &Policy<'_>) {
    let chain = Chain::new(name, PortChain::Ingress);
    let rules = policy.rules(Direction::Ingress, family);
    match family {
        EtherType::IPv4 => {
            push_known(out, &chain);
            let leased = addresses(port, family).chain([IpAddr::V4(Ipv4Addr::BROADCAST)]);
            for address in leased {
                push_dhcp(out, &chain, address, 32, "67", "68");
            }
            chain.push_all(out, rules.iter().copied());
        }
        EtherType::IPv6 => {
            // Neutron keeps the last of two equal lines of a table: a group's own rule moves the built-in one down.
            chain.push_all(out, LEADING_ICMPV6.into_iter().filter(|rule| !rules.contains(rule)));
            push_known(out, &chain);
            let advertised = addresses(port, family).next().is_some();
            if advertised {
                chain.push_all(out, [ROUTER_ADVERTISEMENT]);
            }
            for address in addresses(port, family) {
                push_dhcp(out, &chain, address, 128, "547", "546");
            }
            chain.push_all(out, ["-d fe80::/64 -p udp -m udp --sport 547 --dport 546 -j RETURN"]);
            // But of two equal rules among a port's own it keeps the first.
            let repeated = |rule: &&str| !(advertised && *rule == ROUTER_ADVERTISEMENT);
            chain.push_all(out, rules.iter().copied().filter(repeated));
        }
    }
    chain.push(out, &["-m state --state INVALID ", comment::INVALID, " -j DROP"]);
    chain.push(out, &[comment::UNMATCHED, " -j ", PREFIX, "-sg-fallback"]);
}

fn push_known(out: &mut String, chain: &Chain) {
    chain.push(out, &["-m state --state RELATED,ESTABLISHED ", comment::KNOWN, " -j RETURN"]);
}

/// An answer of any DHCP server to one address.
fn push_dhcp(out: &mut String, chain: &Chain, to: IpAddr, length: u8, server: &str, client: &str) {
    chain.start(out);
    out.push_str("-d ");
    push_address(out, to);
    out.push('/');
    push_number(out, length);
    for part in [" -p udp -m udp --sport ", server, " --dport ", client, " -j RETURN\n"] {
        out.push_str(part);
    }
}

fn addresses(port: &Port, family: EtherType) -> impl Iterator<Item = IpAddr> {
    let ipv4 = family == EtherType::IPv4;
    port.fixed_ips.iter().map(|fixed| fixed.address).filter(move |address| address.is_ipv4() == ipv4)
}
