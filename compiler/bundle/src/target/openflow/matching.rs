//! What a flow matches.
//!
//! Open vSwitch takes `tp_dst` without a protocol or `nd_target` without ICMPv6 with a line in its log, and then matches everything.
//! So fields that need a protocol exist only inside that protocol here, and a match without its prerequisite cannot be written down.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aciform_intent::scalar::{MacAddr, Prefix};

use super::text::{push_decimal, push_hex, push_mac, push_v4, push_v6};

/// A match. What is `None` (or [`Protocol::Any`]) is not looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Match {
    pub(super) pkt_mark: Option<u32>,
    pub(super) protocol: Protocol,
    /// The source group.
    pub(super) reg0: Option<u32>,
    /// The destination group.
    pub(super) reg2: Option<u32>,
    /// The bridge domain.
    pub(super) reg4: Option<u32>,
    /// The flood domain.
    pub(super) reg5: Option<u32>,
    /// The routing domain.
    pub(super) reg6: Option<u32>,
    /// The port or group to go to.
    pub(super) reg7: Option<u32>,
    pub(super) tun_id: Option<u32>,
    /// Value and mask.
    pub(super) metadata: Option<(u64, u64)>,
    pub(super) in_port: Option<u32>,
    pub(super) dl_src: Option<MacAddr>,
    pub(super) dl_dst: Option<To>,
}

/// A destination on the wire.
#[derive(Clone, Copy, Debug)]
pub(super) enum To {
    /// One station.
    Mac(MacAddr),
    /// Everybody.
    Broadcast,
    /// Everybody, or some: the group bit is set.
    Multicast,
}

/// Ethertype and IP protocol, with the fields that only they have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Protocol {
    /// Whatever it carries.
    #[default]
    Any,
    /// Any ARP.
    Arp,
    /// ARP that claims a sender's address.
    ArpFrom(V4),
    /// A question for an address.
    ArpRequest(Ipv4Addr),
    /// IPv4, by source and destination.
    Ip { src: V4, dst: V4 },
    /// IPv6, by source and destination.
    Ipv6 { src: V6, dst: V6 },
    /// UDP over IPv4, by both ports.
    Udp { src: u16, dst: u16 },
    /// UDP over IPv6, by both ports.
    Udp6 { src: u16, dst: u16 },
    /// ICMP of one type.
    Icmp { kind: u8 },
    /// An IPv6 router solicitation.
    RouterSolicitation,
    /// An IPv6 neighbour solicitation, for one address or any.
    NeighbourSolicitation(V6),
    /// An IPv6 neighbour advertisement, of an address, a prefix or any.
    NeighbourAdvertisement(V6),
}

/// IPv4 addresses; a length of zero is not looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct V4(Ipv4Addr, u8);

/// IPv6 addresses; a length of zero is not looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct V6(Ipv6Addr, u8);

impl V4 {
    pub(super) const ANY: Self = Self(Ipv4Addr::UNSPECIFIED, 0);
}

impl V6 {
    pub(super) const ANY: Self = Self(Ipv6Addr::UNSPECIFIED, 0);

    pub(super) fn one(address: Ipv6Addr) -> Self {
        Self(address, 128)
    }
}

impl Protocol {
    /// IP of the family of a prefix, from there.
    pub(super) fn from(prefix: Prefix) -> Self {
        match prefix.network() {
            IpAddr::V4(v4) => Self::Ip { src: V4(v4, prefix.length()), dst: V4::ANY },
            IpAddr::V6(v6) => Self::Ipv6 { src: V6(v6, prefix.length()), dst: V6::ANY },
        }
    }

    /// IP of the family of a prefix, to there.
    pub(super) fn to(prefix: Prefix) -> Self {
        match prefix.network() {
            IpAddr::V4(v4) => Self::Ip { src: V4::ANY, dst: V4(v4, prefix.length()) },
            IpAddr::V6(v6) => Self::Ipv6 { src: V6::ANY, dst: V6(v6, prefix.length()) },
        }
    }

    /// The question who has an address: ARP or a neighbour solicitation.
    pub(super) fn who_has(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => Self::ArpRequest(v4),
            IpAddr::V6(v6) => Self::NeighbourSolicitation(V6::one(v6)),
        }
    }

    /// The claim to have an address: any ARP from it, or a neighbour advertisement of it.
    pub(super) fn claim(prefix: Prefix) -> Self {
        match prefix.network() {
            IpAddr::V4(v4) => Self::ArpFrom(V4(v4, prefix.length())),
            IpAddr::V6(v6) => Self::NeighbourAdvertisement(V6(v6, prefix.length())),
        }
    }

    fn keyword(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Arp | Self::ArpFrom(_) | Self::ArpRequest(_) => ",arp",
            Self::Ip { .. } => ",ip",
            Self::Ipv6 { .. } => ",ipv6",
            Self::Udp { .. } => ",udp",
            Self::Udp6 { .. } => ",udp6",
            Self::Icmp { .. } => ",icmp",
            Self::RouterSolicitation | Self::NeighbourSolicitation(_) | Self::NeighbourAdvertisement(_) => ",icmp6",
        }
    }

    /// The fields behind those of the link layer.
    fn append(self, text: &mut String) {
        match self {
            Self::Any | Self::Arp => {}
            Self::ArpFrom(sender) => push_prefix4(text, ",arp_spa=", sender),
            Self::ArpRequest(target) => {
                text.push_str(",arp_tpa=");
                push_v4(text, target);
                text.push_str(",arp_op=1");
            }
            Self::Ip { src, dst } => {
                push_prefix4(text, ",nw_src=", src);
                push_prefix4(text, ",nw_dst=", dst);
            }
            Self::Ipv6 { src, dst } => {
                push_prefix6(text, ",ipv6_src=", src);
                push_prefix6(text, ",ipv6_dst=", dst);
            }
            Self::Udp { src, dst } | Self::Udp6 { src, dst } => {
                text.push_str(",tp_src=");
                push_decimal(text, u32::from(src));
                text.push_str(",tp_dst=");
                push_decimal(text, u32::from(dst));
            }
            Self::Icmp { kind } => {
                text.push_str(",icmp_type=");
                push_decimal(text, u32::from(kind));
            }
            Self::RouterSolicitation => text.push_str(",icmp_type=133,icmp_code=0"),
            Self::NeighbourSolicitation(target) => {
                text.push_str(",icmp_type=135,icmp_code=0");
                push_prefix6(text, ",nd_target=", target);
            }
            Self::NeighbourAdvertisement(target) => {
                text.push_str(",icmp_type=136,icmp_code=0");
                push_prefix6(text, ",nd_target=", target);
            }
        }
    }
}

impl Match {
    /// Appends the match with a comma before each field, in the order in which Open vSwitch prints them.
    pub(super) fn append(&self, text: &mut String) {
        push_field(text, ",pkt_mark=", self.pkt_mark);
        text.push_str(self.protocol.keyword());
        push_field(text, ",reg0=", self.reg0);
        push_field(text, ",reg2=", self.reg2);
        push_field(text, ",reg4=", self.reg4);
        push_field(text, ",reg5=", self.reg5);
        push_field(text, ",reg6=", self.reg6);
        push_field(text, ",reg7=", self.reg7);
        push_field(text, ",tun_id=", self.tun_id);
        if let Some((value, mask)) = self.metadata {
            text.push_str(",metadata=");
            push_hex(text, value);
            text.push('/');
            push_hex(text, mask);
        }
        if let Some(port) = self.in_port {
            text.push_str(",in_port=");
            push_decimal(text, port);
        }
        if let Some(mac) = self.dl_src {
            text.push_str(",dl_src=");
            push_mac(text, mac);
        }
        match self.dl_dst {
            None => {}
            Some(To::Mac(mac)) => {
                text.push_str(",dl_dst=");
                push_mac(text, mac);
            }
            Some(To::Broadcast) => text.push_str(",dl_dst=ff:ff:ff:ff:ff:ff"),
            Some(To::Multicast) => text.push_str(",dl_dst=01:00:00:00:00:00/01:00:00:00:00:00"),
        }
        self.protocol.append(text);
    }
}

fn push_field(text: &mut String, name: &str, value: Option<u32>) {
    if let Some(value) = value {
        text.push_str(name);
        push_hex(text, u64::from(value));
    }
}

fn push_prefix4(text: &mut String, name: &str, V4(address, length): V4) {
    if length > 0 {
        text.push_str(name);
        push_v4(text, address);
        if length < 32 {
            push_length(text, length);
        }
    }
}

fn push_prefix6(text: &mut String, name: &str, V6(address, length): V6) {
    if length > 0 {
        text.push_str(name);
        push_v6(text, address);
        if length < 128 {
            push_length(text, length);
        }
    }
}

fn push_length(text: &mut String, length: u8) {
    text.push('/');
    push_decimal(text, u32::from(length));
}
