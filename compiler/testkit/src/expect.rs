//! What must happen to a packet, worked out from a [`World`] alone: who may reach whom, as what address, by which port or tunnel.
//!
//! This is the other opinion: it reads the site's YAML, knows OpenStack's and the agent's rules in words, and shares no line with the compiler.

mod count;
mod fabric;
mod nat;
mod own;
mod pair;
mod service;
mod station;
mod v6;

use std::net::{IpAddr, Ipv4Addr};

use md5::{Digest, Md5};

use crate::ovs::{Delivery, Packet, Payload, To, Verdict};
use crate::world::{Port, World};

pub use count::flow_count;
use station::Station;

/// The MAC of the distributed router.
pub const ROUTER: &str = "00:22:bd:f8:19:ff";
/// Somebody outside, in nobody's subnet.
pub const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9));
/// The interface of the metadata service.
pub const SERVICE: &str = "of-svc-ovsport";
/// The metadata service, as instances know it.
pub const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
/// The other tunnel endpoint of packets from the fabric, as the switch under test is told.
pub const FABRIC: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 9);
/// Cookies by which the agent knows what a packet is about.
pub const NEIGHBOUR_COOKIE: u64 = 0x8000_0000_0000_0003;
/// DHCPv4.
pub const DHCP_COOKIE: u64 = 0x8000_0000_0000_0004;
/// DHCPv6.
pub const DHCP6_COOKIE: u64 = 0x8000_0000_0000_0005;
/// ARP from an allowed address pair.
pub const PAIR_COOKIE: u64 = 0x8000_0000_0000_0006;
/// An advertisement from an allowed address pair.
pub const PAIR6_COOKIE: u64 = 0x8000_0000_0000_0007;
/// An ICMP error that carries an untranslated header.
pub const ERROR_COOKIE: u64 = 0x8000_0000_0000_0008;

/// A packet on a host and what must become of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is about, for the message of a failure.
    pub name: String,
    /// The host whose switch it reaches.
    pub host: String,
    /// Where it comes in; a port by name, or the tunnel.
    pub ingress: From,
    /// The frame: Ethernet source and destination, and payload.
    pub frame: Frame,
    /// The mark that a namespace of the host gave it.
    pub mark: u32,
    /// What must happen.
    pub expected: Expected,
}

/// Ethernet source and destination, and what they frame.
pub type Frame = (String, String, Payload);

/// Where a packet comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// By the port of this interface name.
    Port(String),
    /// Through the tunnel, with this network id.
    Tunnel(u32),
}

/// What must happen to a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing leaves.
    Drop,
    /// Exactly these leave, in any order.
    Deliver(Vec<Leaving>),
    /// Whatever happens, it does not leave by this port.
    NotBy(String),
    /// Whatever happens, the agent does not see it.
    NotToAgent,
}

/// One copy leaving. What is `None` is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaving {
    /// Where to.
    pub by: By,
    /// IP source.
    pub src: Source,
    /// IP destination.
    pub dst: Option<IpAddr>,
    /// Hops left.
    pub ttl: Option<u8>,
    /// Ethernet source and destination.
    pub macs: (Option<String>, Option<String>),
    /// For ARP: whether it answers, and for which address.
    pub answers: Option<Ipv4Addr>,
}

/// Where a copy leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Back where it came from.
    #[default]
    InPort,
    /// By the port of this interface name.
    Port(String),
    /// Through the tunnel: network id and outer destination.
    Tunnel(u32, Ipv4Addr),
    /// To the agent, with this cookie.
    Agent(u64),
}

/// The source that a copy must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Any.
    #[default]
    Any,
    /// This one.
    Is(IpAddr),
    /// Some address of the agent's internal pool, 169.254/16.
    Internal,
}

impl Leaving {
    fn by(by: By) -> Self {
        Self { by, ..Self::default() }
    }

    /// An answer to an ARP question, sent back with this MAC.
    fn answer(by: By, mac: &str, asked: Ipv4Addr, asker: &str) -> Self {
        let macs = (Some(mac.to_owned()), Some(asker.to_owned()));
        Self { by, macs, answers: Some(asked), ..Self::default() }
    }
}

impl Expected {
    fn one(leaving: Leaving) -> Self {
        Self::Deliver(vec![leaving])
    }

    /// Nothing where the list is empty.
    fn all(leaving: Vec<Leaving>) -> Self {
        if leaving.is_empty() { Self::Drop } else { Self::Deliver(leaving) }
    }
}

/// The name of a port's interface on the bridge.
#[must_use]
pub fn interface(port: &Port) -> String {
    format!("qvo{}", &port.id[..11])
}

/// The name of an external network's SNAT interface.
#[must_use]
pub fn snat_interface(external: &str) -> String {
    let digest = Md5::digest(external.as_bytes());
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("of-{hex}")
}

/// Every case that a site gives.
#[must_use]
pub fn cases(world: &World) -> Vec<Case> {
    let mut cases = Vec::new();
    let stations = station::all(world);
    let (silent, speaking): (Vec<&Station>, Vec<&Station>) =
        stations.iter().partition(|station| station.addresses.is_empty());
    for from in silent {
        own::silent(from, &mut cases);
    }
    for from in &speaking {
        own::cases(world, &stations, from, &mut cases);
        v6::cases(world, &stations, from, &mut cases);
        fabric::cases(world, &stations, from, &mut cases);
        for to in speaking.iter().filter(|to| to.id != from.id) {
            pair::cases(world, &stations, from, to, &mut cases);
        }
    }
    nat::cases(world, &stations, &mut cases);
    service::cases(world, &stations, &mut cases);
    cases
}

/// Whether a verdict is the expected one; `Err` says what is wrong.
///
/// # Errors
/// The difference, in words.
pub fn check(expected: &Expected, verdict: &Verdict) -> Result<(), String> {
    let deliveries = &verdict.deliveries;
    match expected {
        Expected::Drop if verdict.is_drop() => Ok(()),
        Expected::Drop => Err(format!("it leaves: {deliveries:?}")),
        Expected::NotBy(name) => {
            match deliveries.iter().find(|it| matches!(&it.to, To::Port { name: by, .. } if by == name)) {
                Some(_) => Err(format!("it leaves by {name}")),
                None => Ok(()),
            }
        }
        Expected::NotToAgent if deliveries.iter().any(|it| matches!(it.to, To::Controller { .. })) => {
            Err("the agent sees it".to_owned())
        }
        Expected::NotToAgent => Ok(()),
        Expected::Deliver(all) => {
            let mut left: Vec<_> = deliveries.iter().collect();
            for wanted in all {
                match left.iter().position(|it| fits(wanted, it)) {
                    Some(at) => drop(left.remove(at)),
                    None => return Err(format!("nothing leaves as {wanted:?}; there is {deliveries:?}")),
                }
            }
            if left.is_empty() { Ok(()) } else { Err(format!("more leaves: {left:?}")) }
        }
    }
}

fn fits(wanted: &Leaving, found: &Delivery) -> bool {
    let by = match (&wanted.by, &found.to) {
        (By::InPort, To::InPort) => true,
        (By::Port(name), To::Port { name: found, .. }) => name == found,
        (By::Tunnel(vni, to), To::Tunnel { vni: found, to: outer }) => vni == found && to == outer,
        (By::Agent(cookie), To::Controller { cookie: found }) => cookie == found,
        (By::InPort | By::Port(_) | By::Tunnel(..) | By::Agent(_), _) => false,
    };
    let headers = &found.headers;
    let src = match (&wanted.src, headers.nw_src()) {
        (Source::Any, _) => true,
        (Source::Is(address), found) => Some(*address) == found,
        (Source::Internal, Some(IpAddr::V4(found))) => found.octets()[..2] == [169, 254],
        (Source::Internal, _) => false,
    };
    let answers = wanted.answers.is_none_or(|asked| match &headers.payload {
        Payload::Arp(arp) => arp.op == 2 && arp.spa == asked && wanted.macs.0.as_deref() == Some(arp.sha.as_str()),
        Payload::Icmp { .. } | Payload::Tcp { .. } | Payload::Udp { .. } | Payload::Other(_) => false,
    });
    let mac = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
    by && src
        && answers
        && wanted.dst.is_none_or(|dst| headers.nw_dst() == Some(dst))
        && wanted.ttl.is_none_or(|ttl| headers.ttl() == Some(ttl))
        && mac(&wanted.macs.0, &headers.dl_src)
        && mac(&wanted.macs.1, &headers.dl_dst)
}

/// The packet of a case, where the switch knows its port.
#[must_use]
pub fn packet(case: &Case, port: impl Fn(&str) -> Option<u32>) -> Option<Packet> {
    let (src, dst, payload) = case.frame.clone();
    let packet = match &case.ingress {
        From::Port(name) => Packet::from_port(port(name)?, &src, &dst, payload),
        From::Tunnel(vnid) => Packet::from_tunnel(*vnid, &src, &dst, payload),
    };
    Some(packet.marked(case.mark))
}
