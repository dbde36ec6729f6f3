//! `P-o…`: packets from an instance.
//!
//! They come from P-sg-chain, or from P-INPUT when they are for the host's own stack.
//! A client asking for its first address passes before the source is checked in `P-s…`; DHCP servers and router
//! advertisements are dropped whatever the groups say; all other ICMPv6 leaves whatever the groups say.

use aciform_intent::model::{Direction, EtherType};

use super::chain::Chain;
use super::comment::{self, DHCP_CLIENT, DHCP_SPOOF, ICMPV6};
use super::name::{PREFIX, PortChain, PortName};
use super::policy::Policy;

/// Appends the rules of a port's chain; `checked` says whether the port has a source chain in this family.
pub(super) fn push(out: &mut String, family: EtherType, name: &PortName, checked: bool, policy: &Policy<'_>) {
    let chain = Chain::new(name, PortChain::Egress);
    match family {
        EtherType::IPv4 => {
            let discover = "-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 ";
            chain.push(out, &[discover, DHCP_CLIENT, " -j RETURN"]);
            if checked {
                push_source_check(out, &chain, name);
            }
            chain.push(out, &["-p udp -m udp --sport 68 --dport 67 ", DHCP_CLIENT, " -j RETURN"]);
            chain.push(out, &["-p udp -m udp --sport 67 --dport 68 ", DHCP_SPOOF, " -j DROP"]);
        }
        EtherType::IPv6 => {
            // MLD report, neighbour solicitation (duplicate address detection), MLDv2 report: from no address yet.
            for kind in ["131", "135", "143"] {
                let unspecified = "-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type ";
                chain.push(out, &[unspecified, kind, " ", ICMPV6, " -j RETURN"]);
            }
            if checked {
                push_source_check(out, &chain, name);
            }
            let advertisement = "-p ipv6-icmp -m icmp6 --icmpv6-type 134 ";
            chain.push(out, &[advertisement, comment::ROUTER_ADVERTISEMENT, " -j DROP"]);
            chain.push(out, &["-p ipv6-icmp ", ICMPV6, " -j RETURN"]);
            chain.push(out, &["-p udp -m udp --sport 546 --dport 547 ", DHCP_CLIENT, " -j RETURN"]);
            chain.push(out, &["-p udp -m udp --sport 547 --dport 546 ", DHCP_SPOOF, " -j DROP"]);
        }
    }
    chain.push(out, &["-m state --state RELATED,ESTABLISHED ", comment::KNOWN, " -j RETURN"]);
    chain.push_all(out, policy.rules(Direction::Egress, family).iter().copied());
    chain.push(out, &["-m state --state INVALID ", comment::INVALID, " -j DROP"]);
    chain.push(out, &[comment::UNMATCHED, " -j ", PREFIX, "-sg-fallback"]);
}

fn push_source_check(out: &mut String, chain: &Chain, name: &PortName) {
    chain.start(out);
    out.push_str("-j ");
    name.push_chain(out, PortChain::Spoof);
    out.push('\n');
}
