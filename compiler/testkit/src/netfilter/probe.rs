//! Packets that try every rule of a port from both sides of its edges, and everything that is built in.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::hypervisor::{Verdict, Way};
use super::intent::{Net, PortPolicy, Rule};
use super::packet::{ICMP, ICMPV6, Mac, Packet, Payload, TCP, UDP};
use super::verdict::{allows, link_local, may_send_from};

/// Whoever is on the other side: the router's MAC.
const OTHER_MAC: Mac = [0x02, 0x22, 0xbd, 0xf8, 0x19, 0xff];
/// A MAC that is nobody's.
const STOLEN_MAC: Mac = [0x02, 0x66, 0x66, 0x66, 0x66, 0x66];

/// One packet and what should become of it.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Which way it goes.
    pub way: Way,
    /// The packet.
    pub packet: Packet,
    /// What should become of it.
    pub expected: Verdict,
    /// What is tried, for people.
    pub about: String,
}

/// The packets to try on a port, in order: some answer earlier ones.
#[must_use]
pub fn probes(policy: &PortPolicy) -> Vec<Probe> {
    let mut deck = Deck { policy, probes: Vec::new(), serial: 0, used: HashSet::new() };
    for rule in &policy.rules {
        deck.rule(rule);
    }
    for ipv4 in [true, false] {
        deck.connections(ipv4);
        deck.sources(ipv4);
        deck.protocols_nobody_named(ipv4);
    }
    deck.dhcp();
    deck.neighbours();
    deck.probes
}

struct Deck<'a> {
    policy: &'a PortPolicy,
    probes: Vec<Probe>,
    serial: u32,
    /// Other side and protocol of packets without ports, which would be taken for answers if they came again.
    used: HashSet<(IpAddr, u8)>,
}

impl Deck<'_> {
    fn add(&mut self, way: Way, packet: Packet, about: impl Into<String>) {
        let expected = if allows(self.policy, way, &packet) { Verdict::Passed } else { Verdict::Dropped };
        self.probes.push(Probe { way, packet, expected, about: about.into() });
    }

    /// A packet between the port and somebody else.
    fn packet(&self, way: Way, other: IpAddr, payload: Payload) -> Packet {
        let own = own_address(self.policy, other.is_ipv4());
        match way {
            Way::Out => Packet {
                source_mac: self.policy.mac,
                destination_mac: OTHER_MAC,
                source: own,
                destination: other,
                payload,
            },
            Way::In => Packet {
                source_mac: OTHER_MAC,
                destination_mac: self.policy.mac,
                source: other,
                destination: own,
                payload,
            },
        }
    }

    /// An address that nothing else is sent to or from: no packet is taken for the answer to another.
    fn stranger(&mut self, ipv4: bool) -> IpAddr {
        self.serial += 1;
        if ipv4 {
            Ipv4Addr::from_bits(Ipv4Addr::new(198, 18, 0, 0).to_bits() + self.serial).into()
        } else {
            Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, u16::try_from(self.serial).unwrap_or(1)).into()
        }
    }

    fn port(&mut self) -> u16 {
        self.serial += 1;
        30_000 + u16::try_from(self.serial % 30_000).unwrap_or(0)
    }

    /// Inside a rule and one step over each of its edges.
    fn rule(&mut self, rule: &Rule) {
        let about = format!("rule {rule:?}");
        let mut insiders = vec![self.stranger(rule.ipv4)];
        if let Some(nets) = &rule.remotes {
            insiders = nets.iter().flat_map(|net| edges(*net)).collect();
            let outside: Vec<IpAddr> = nets.iter().flat_map(|net| beyond(*net)).collect();
            for other in outside.into_iter().chain([self.stranger(rule.ipv4)]) {
                self.payloads(rule, other, 1, &about);
            }
        }
        for other in insiders {
            self.payloads(rule, other, usize::MAX, &about);
        }
    }

    /// Packets of the rule's protocol between the port and one address, the ones inside first; at most so many.
    fn payloads(&mut self, rule: &Rule, other: IpAddr, most: usize, about: &str) {
        let from = self.port();
        let id = self.port();
        let near = |(first, last): (u16, u16)| {
            [Some(first), (first != last).then_some(last), first.checked_sub(1), last.checked_add(1)]
        };
        let to: Vec<u16> = rule
            .ports
            .map_or_else(|| vec![40_001], |ports| near(ports).into_iter().flatten().filter(|port| *port > 0).collect());
        let payloads: Vec<Payload> = match rule.protocol {
            None => vec![Payload::Udp { from, to: 40_000 }, Payload::Tcp { from, to: 40_000, flags: 2 }],
            Some(TCP) => to.into_iter().map(|to| Payload::Tcp { from, to, flags: 2 }).collect(),
            Some(UDP) => to.into_iter().map(|to| Payload::Udp { from, to }).collect(),
            Some(ICMP | ICMPV6) => {
                let (kind, code) = rule.icmp.unwrap_or((if rule.ipv4 { 8 } else { 128 }, None));
                let code = code.unwrap_or(0);
                [(kind, code), (kind, code.wrapping_add(1)), (kind.wrapping_add(1), code)]
                    .map(|(kind, code)| Payload::Icmp { kind, code, id })
                    .to_vec()
            }
            Some(protocol) => to.into_iter().map(|to| Payload::Other { protocol, ports: (from, to) }).collect(),
        };
        for payload in payloads.into_iter().take(most) {
            let protocol = payload.protocol(rule.ipv4);
            let has_ports = rule.ports.is_some() || matches!(protocol, TCP | UDP | ICMP | ICMPV6);
            if has_ports || self.used.insert((other, protocol)) {
                self.add(rule.way, self.packet(rule.way, other, payload), about);
            }
        }
    }

    /// An opening packet each way, and its answer: to port 22, and as a rule allows it.
    fn connections(&mut self, ipv4: bool) {
        for way in [Way::Out, Way::In] {
            let stranger = self.stranger(ipv4);
            let back = if way == Way::Out { Way::In } else { Way::Out };
            let ssh = Opening { other: stranger, protocol: TCP, to: 22 };
            for opening in [ssh].into_iter().chain(self.inside_of_a_rule(way, ipv4)) {
                let from = self.port();
                let first = self.packet(way, opening.other, opening.first(from));
                let opened = allows(self.policy, way, &first);
                self.add(way, first, "opening a connection");
                let answer = self.packet(back, opening.other, opening.answer(from));
                // Sources are looked at before connections are.
                let sent = back == Way::In || may_send_from(self.policy, &answer);
                let known = opened && self.policy.tracked && sent;
                let expected =
                    if known || allows(self.policy, back, &answer) { Verdict::Passed } else { Verdict::Dropped };
                self.probes.push(Probe { way: back, packet: answer, expected, about: "answering it".into() });
            }
            let from = self.port();
            let unasked = Opening { other: self.unrelated(ipv4, from), ..ssh };
            let unasked = self.packet(back, unasked.other, unasked.answer(from));
            self.add(back, unasked, "answering what nobody asked");
        }
    }

    /// A connection that a rule for TCP, UDP or anything allows, TCP first.
    fn inside_of_a_rule(&mut self, way: Way, ipv4: bool) -> Option<Opening> {
        let of = |protocol: u8| {
            let fits = |rule: &&Rule| rule.way == way && rule.ipv4 == ipv4;
            let names = |rule: &&Rule| rule.protocol.is_none_or(|number| number == protocol);
            self.policy.rules.iter().filter(fits).find(names).map(|rule| (protocol, rule.clone()))
        };
        let (protocol, rule) = of(TCP).or_else(|| of(UDP))?;
        let other = match rule.remotes {
            Some(nets) => edges(*nets.first()?).first().copied()?,
            None => self.stranger(ipv4),
        };
        Some(Opening { other, protocol, to: rule.ports.map_or(40_002, |(first, _)| first) })
    }

    fn unrelated(&self, ipv4: bool, salt: u16) -> IpAddr {
        if ipv4 {
            IpAddr::from([203, 0, 113, 7])
        } else {
            Ipv6Addr::new(0x2001, 0xdb8, 0xfffe, 0, 0, 0, 0, salt).into()
        }
    }

    /// Sources that are the port's, and ones that are not.
    fn sources(&mut self, ipv4: bool) {
        let mut sources: Vec<(IpAddr, Mac, &str)> = Vec::new();
        let mac = self.policy.mac;
        for address in self.policy.addresses.iter().filter(|address| address.is_ipv4() == ipv4) {
            sources.push((*address, mac, "an address of its own"));
            sources.push((*address, STOLEN_MAC, "its address from another MAC"));
        }
        for (net, pair_mac) in self.policy.pairs.iter().filter(|(net, _)| net.address.is_ipv4() == ipv4) {
            for address in edges(*net) {
                sources.push((address, *pair_mac, "an address of a pair"));
                sources.push((address, STOLEN_MAC, "an address of a pair from another MAC"));
            }
            sources.extend(beyond(*net).into_iter().map(|address| (address, *pair_mac, "an address beside a pair")));
            if !ipv4 {
                sources.push((link_local(*pair_mac).into(), *pair_mac, "the link-local address of a pair's MAC"));
            }
        }
        let foreign = if ipv4 { "192.0.2.99" } else { "2001:db8:bad::99" };
        sources.push((foreign.parse().expect("an address"), mac, "somebody else's address"));
        sources.push((foreign.parse().expect("an address"), STOLEN_MAC, "somebody else's address and MAC"));
        if !ipv4 {
            sources.push((link_local(mac).into(), mac, "the link-local address of its MAC"));
            sources.push((link_local(STOLEN_MAC).into(), mac, "another link-local address"));
        }
        for (source, source_mac, about) in sources {
            // What leaves from the right source: as a rule allows it, and asking for an address, which no rule is needed for.
            let mut tried = Vec::new();
            if let Some(opening) = self.inside_of_a_rule(Way::Out, ipv4) {
                tried.push((opening.other, opening.first(self.port())));
            }
            let (from, to) = if ipv4 { (68, 67) } else { (546, 547) };
            tried.push((self.stranger(ipv4), Payload::Udp { from, to }));
            for (destination, payload) in tried {
                let packet = Packet { source_mac, destination_mac: OTHER_MAC, source, destination, payload };
                self.add(Way::Out, packet, format!("source: {about}"));
            }
        }
    }

    /// What only a rule for anything lets through.
    fn protocols_nobody_named(&mut self, ipv4: bool) {
        for way in [Way::Out, Way::In] {
            for payload in [
                Payload::Tcp { from: self.port(), to: 23, flags: 2 },
                Payload::Udp { from: self.port(), to: 9 },
                Payload::Icmp { kind: if ipv4 { 8 } else { 128 }, code: 0, id: self.port() },
                Payload::Other { protocol: 199, ports: (0, 0) },
            ] {
                let other = self.stranger(ipv4);
                self.add(way, self.packet(way, other, payload), "nothing in particular");
            }
        }
    }

    fn dhcp(&mut self) {
        let everybody = IpAddr::from(Ipv4Addr::BROADCAST);
        let (client, server) = (Payload::Udp { from: 68, to: 67 }, Payload::Udp { from: 67, to: 68 });
        let mac = self.policy.mac;
        let discover = Packet {
            source_mac: mac,
            destination_mac: [0xff; 6],
            source: Ipv4Addr::UNSPECIFIED.into(),
            destination: everybody,
            payload: client,
        };
        self.add(Way::Out, discover, "asking for an address");
        let other = self.stranger(true);
        self.add(Way::Out, self.packet(Way::Out, other, client), "renewing an address");
        let other = self.stranger(true);
        self.add(Way::Out, self.packet(Way::Out, other, server), "playing a DHCP server");
        let other = self.stranger(true);
        self.add(Way::In, self.packet(Way::In, other, server), "a DHCP server's answer");
        let to_everybody =
            Packet { destination_mac: [0xff; 6], destination: everybody, ..self.packet(Way::In, other, server) };
        self.add(Way::In, to_everybody, "a DHCP server's answer to everybody");

        let (client, server) = (Payload::Udp { from: 546, to: 547 }, Payload::Udp { from: 547, to: 546 });
        let other = self.stranger(false);
        self.add(Way::Out, self.packet(Way::Out, other, client), "asking a DHCPv6 server");
        let other = self.stranger(false);
        self.add(Way::Out, self.packet(Way::Out, other, server), "playing a DHCPv6 server");
        let other = self.stranger(false);
        self.add(Way::In, self.packet(Way::In, other, server), "a DHCPv6 server's answer");
        let to_link = Packet { destination: link_local(mac).into(), ..self.packet(Way::In, other, server) };
        self.add(Way::In, to_link, "a DHCPv6 server's answer to the link-local address");
    }

    /// Neighbour discovery and multicast membership.
    fn neighbours(&mut self) {
        let all = IpAddr::from(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1));
        let mac = self.policy.mac;
        for kind in [130, 131, 132, 133, 134, 135, 136, 137, 143] {
            let payload = Payload::Icmp { kind, code: 0, id: 0 };
            let source = link_local(OTHER_MAC).into();
            let packet = Packet { source, ..self.packet(Way::In, all, payload) };
            let packet = Packet {
                source_mac: OTHER_MAC,
                destination_mac: mac,
                destination: own_address(self.policy, false),
                ..packet
            };
            self.add(Way::In, packet, format!("ICMPv6 {kind} to the instance"));
            for source in [IpAddr::from(link_local(mac)), Ipv6Addr::UNSPECIFIED.into()] {
                let to_all = [0x33, 0x33, 0, 0, 0, 1];
                let packet = Packet { source_mac: mac, destination_mac: to_all, source, destination: all, payload };
                self.add(Way::Out, packet, format!("ICMPv6 {kind} from the instance"));
            }
        }
    }
}

/// The side that is not ours of a connection.
#[derive(Clone, Copy, Debug)]
struct Opening {
    other: IpAddr,
    /// TCP or UDP.
    protocol: u8,
    to: u16,
}

impl Opening {
    fn first(self, from: u16) -> Payload {
        if self.protocol == TCP {
            Payload::Tcp { from, to: self.to, flags: 0x02 }
        } else {
            Payload::Udp { from, to: self.to }
        }
    }

    fn answer(self, from: u16) -> Payload {
        if self.protocol == TCP {
            Payload::Tcp { from: self.to, to: from, flags: 0x12 }
        } else {
            Payload::Udp { from: self.to, to: from }
        }
    }
}

/// The port's first address of a family; one that it could have where there is none.
fn own_address(policy: &PortPolicy, ipv4: bool) -> IpAddr {
    let own = policy.addresses.iter().find(|address| address.is_ipv4() == ipv4).copied();
    own.unwrap_or_else(|| if ipv4 { Ipv4Addr::new(10, 255, 255, 1).into() } else { link_local(policy.mac).into() })
}

/// The first and the last address of a network.
fn edges(net: Net) -> Vec<IpAddr> {
    let (first, last) = bounds(net);
    let both = [make(net, first), make(net, last)];
    if first == last { both[..1].to_vec() } else { both.to_vec() }
}

/// The addresses right before and behind a network.
fn beyond(net: Net) -> Vec<IpAddr> {
    let (first, last) = bounds(net);
    let top = if net.address.is_ipv4() { u128::from(u32::MAX) } else { u128::MAX };
    let before = first.checked_sub(1).map(|bits| make(net, bits));
    before.into_iter().chain((last < top).then(|| make(net, last + 1))).collect()
}

fn bounds(net: Net) -> (u128, u128) {
    let (bits, width) = match net.address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    };
    let host = width - u32::from(net.length);
    let mask = if host >= 128 { u128::MAX } else { (1 << host) - 1 };
    (bits & !mask, bits | mask)
}

fn make(net: Net, bits: u128) -> IpAddr {
    match net.address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or(u32::MAX))),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(bits)),
    }
}
