//! Packets to ask about.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A packet at the moment it reaches the bridge. MACs are written in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Where it comes in.
    pub ingress: Ingress,
    /// Ethernet source.
    pub dl_src: String,
    /// Ethernet destination.
    pub dl_dst: String,
    /// What the frame carries.
    pub payload: Payload,
    /// The mark that a namespace on this host gave it; 0 for none.
    pub mark: u32,
}

/// Where a packet comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ingress {
    /// By a port, by OpenFlow number.
    Port(u32),
    /// Through the tunnel, with this network id.
    Tunnel(u32),
}

/// What a frame carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// ARP.
    Arp(Arp),
    /// ICMP over IPv4, or ICMPv6, by type and code. For neighbour discovery, the target.
    Icmp {
        /// From.
        src: IpAddr,
        /// To; of the same family.
        dst: IpAddr,
        /// Hops left.
        ttl: u8,
        /// Type and code.
        kind: (u8, u8),
        /// `nd_target`, for neighbour solicitations and advertisements.
        target: Option<Ipv6Addr>,
    },
    /// TCP, by source and destination port.
    Tcp {
        /// From.
        src: IpAddr,
        /// To; of the same family.
        dst: IpAddr,
        /// Hops left.
        ttl: u8,
        /// Source and destination port.
        ports: (u16, u16),
    },
    /// UDP, by source and destination port.
    Udp {
        /// From.
        src: IpAddr,
        /// To; of the same family.
        dst: IpAddr,
        /// Hops left.
        ttl: u8,
        /// Source and destination port.
        ports: (u16, u16),
    },
    /// Something that is neither ARP nor IP, by ethertype.
    Other(u16),
}

/// An ARP packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arp {
    /// 1 asks, 2 answers.
    pub op: u8,
    /// Sender's MAC.
    pub sha: String,
    /// Sender's address.
    pub spa: Ipv4Addr,
    /// Target's MAC.
    pub tha: String,
    /// Target's address.
    pub tpa: Ipv4Addr,
}

const BROADCAST: &str = "ff:ff:ff:ff:ff:ff";
const NOBODY: &str = "00:00:00:00:00:00";

impl Packet {
    /// A frame from a port.
    pub fn from_port(port: u32, dl_src: &str, dl_dst: &str, payload: Payload) -> Self {
        Self { ingress: Ingress::Port(port), dl_src: dl_src.to_owned(), dl_dst: dl_dst.to_owned(), payload, mark: 0 }
    }

    /// A frame from the fabric.
    pub fn from_tunnel(vni: u32, dl_src: &str, dl_dst: &str, payload: Payload) -> Self {
        Self { ingress: Ingress::Tunnel(vni), ..Self::from_port(0, dl_src, dl_dst, payload) }
    }

    /// The question who has an address, from a port.
    pub fn who_has(port: u32, sha: &str, spa: Ipv4Addr, tpa: Ipv4Addr) -> Self {
        let arp = Arp { op: 1, sha: sha.to_owned(), spa, tha: NOBODY.to_owned(), tpa };
        Self::from_port(port, sha, BROADCAST, Payload::Arp(arp))
    }

    /// What a host without address broadcasts to get one, from a port.
    pub fn dhcp_discover(port: u32, dl_src: &str) -> Self {
        let payload = Payload::Udp {
            src: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            dst: IpAddr::V4(Ipv4Addr::BROADCAST),
            ttl: 64,
            ports: (68, 67),
        };
        Self::from_port(port, dl_src, BROADCAST, payload)
    }

    /// The same packet with a mark.
    #[must_use]
    pub fn marked(self, mark: u32) -> Self {
        Self { mark, ..self }
    }

    /// As `ofproto/trace` reads it: it wants `udp_src` and `icmpv6_type` where flows say `tp_src` and `icmp_type`.
    pub(super) fn flow(&self, tunnel: Option<u32>) -> String {
        let mut text = match self.ingress {
            Ingress::Port(port) => format!("in_port={port}"),
            // A host's tunnel endpoint is the leaf's destination; the switch needs it to answer through the tunnel.
            Ingress::Tunnel(vni) => {
                format!("in_port={},tun_id={vni:#x},tun_src=198.18.0.9,tun_dst=198.18.0.1", tunnel.unwrap_or(0))
            }
        };
        let mut push = |part: std::fmt::Arguments<'_>| {
            text.write_fmt(part).expect("appending to a string always succeeds");
        };
        if self.mark != 0 {
            push(format_args!(",pkt_mark={:#x}", self.mark));
        }
        push(format_args!(",dl_src={},dl_dst={}", self.dl_src, self.dl_dst));
        match &self.payload {
            Payload::Arp(arp) => push(format_args!(
                ",arp,arp_op={},arp_sha={},arp_spa={},arp_tha={},arp_tpa={}",
                arp.op, arp.sha, arp.spa, arp.tha, arp.tpa
            )),
            Payload::Icmp { src, dst, ttl, kind: (kind, code), target } => {
                let (keyword, prefix) = if src.is_ipv4() { ("icmp", "icmp") } else { ("icmp6", "icmpv6") };
                push(format_args!(
                    ",{keyword}{},{prefix}_type={kind},{prefix}_code={code}",
                    Addresses(*src, *dst, *ttl)
                ));
                if let Some(target) = target {
                    push(format_args!(",nd_target={target}"));
                }
            }
            Payload::Tcp { src, dst, ttl, ports: (from, to) } => {
                let keyword = if src.is_ipv4() { "tcp" } else { "tcp6" };
                push(format_args!(",{keyword}{},tcp_src={from},tcp_dst={to}", Addresses(*src, *dst, *ttl)));
            }
            Payload::Udp { src, dst, ttl, ports: (from, to) } => {
                let keyword = if src.is_ipv4() { "udp" } else { "udp6" };
                push(format_args!(",{keyword}{},udp_src={from},udp_dst={to}", Addresses(*src, *dst, *ttl)));
            }
            Payload::Other(ethertype) => push(format_args!(",dl_type={ethertype:#06x}")),
        }
        text
    }
}

/// `,nw_src=…,nw_dst=…,nw_ttl=…`, or the same for IPv6.
struct Addresses(IpAddr, IpAddr, u8);

impl std::fmt::Display for Addresses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(src, dst, ttl) = self;
        let (source, destination) = if src.is_ipv4() { ("nw_src", "nw_dst") } else { ("ipv6_src", "ipv6_dst") };
        write!(f, ",{source}={src},{destination}={dst},nw_ttl={ttl}")
    }
}

impl Payload {
    /// A ping.
    #[must_use]
    pub fn ping(src: IpAddr, dst: IpAddr, ttl: u8) -> Self {
        let kind = if src.is_ipv4() { (8, 0) } else { (128, 0) };
        Self::Icmp { src, dst, ttl, kind, target: None }
    }

    /// The answer to a ping.
    #[must_use]
    pub fn pong(src: IpAddr, dst: IpAddr, ttl: u8) -> Self {
        let kind = if src.is_ipv4() { (0, 0) } else { (129, 0) };
        Self::Icmp { src, dst, ttl, kind, target: None }
    }

    /// Source, destination and hops left of an IP packet.
    #[must_use]
    pub fn ip(&self) -> Option<(IpAddr, IpAddr, u8)> {
        match self {
            Self::Icmp { src, dst, ttl, .. } | Self::Tcp { src, dst, ttl, .. } | Self::Udp { src, dst, ttl, .. } => {
                Some((*src, *dst, *ttl))
            }
            Self::Arp(_) | Self::Other(_) => None,
        }
    }

    /// The same payload with other addresses and hops.
    #[must_use]
    pub fn with_ip(&self, new_src: IpAddr, new_dst: IpAddr, new_ttl: u8) -> Self {
        let mut changed = self.clone();
        match &mut changed {
            Self::Icmp { src, dst, ttl, .. } | Self::Tcp { src, dst, ttl, .. } | Self::Udp { src, dst, ttl, .. } => {
                (*src, *dst, *ttl) = (new_src, new_dst, new_ttl);
            }
            Self::Arp(_) | Self::Other(_) => {}
        }
        changed
    }
}
