//! Who is plugged into the switches: the ports of instances and of DHCP servers, and where their packets end up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::ovs::{Arp, Payload};
use crate::world::{Floating, Name, Net, Subnet, World, link_local};

use super::{By, Case, Expected, Frame, From, Leaving, METADATA, ROUTER, SERVICE, Source, interface, snat_interface};

pub(super) const BROADCAST: &str = "ff:ff:ff:ff:ff:ff";

/// Something with a MAC that the agent has an endpoint file for.
#[derive(Debug)]
pub(super) struct Station {
    pub(super) label: String,
    /// What the compiler calls the port, in the lock.
    pub(super) key: String,
    pub(super) id: String,
    pub(super) host: String,
    pub(super) interface: String,
    pub(super) mac: String,
    pub(super) network: Name,
    /// Its VRF: that of its network's owner.
    pub(super) vrf: String,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) pairs: Vec<(String, String)>,
    /// Whether the switch looks at what it claims to be.
    pub(super) secured: bool,
    pub(super) floating: Vec<Floating>,
    /// Whether it is a DHCP server.
    pub(super) serves: bool,
}

/// Every station of a site.
pub(super) fn all(world: &World) -> Vec<Station> {
    let mut stations = Vec::new();
    for port in &world.ports {
        stations.push(Station {
            label: format!("{}/{}", port.project, port.path),
            key: format!("{}/{}", port.project, port.path),
            id: port.id.clone(),
            host: port.host.clone(),
            interface: interface(port),
            mac: port.mac.clone(),
            network: port.network.clone(),
            vrf: world.vrf(&port.network.0).to_owned(),
            addresses: port.addresses.clone(),
            pairs: port.pairs.clone(),
            secured: port.port_security,
            floating: port.floating.clone(),
            serves: false,
        });
    }
    for (name, net) in &world.networks {
        for port in &net.dhcp_ports {
            stations.push(Station {
                label: format!("DHCP of {}/{}", name.0, name.1),
                key: format!("{}/{}/dhcp/{}", name.0, name.1, port.host),
                id: port.id.clone(),
                host: port.host.clone(),
                interface: format!("tap{}", &port.id[..11]),
                mac: port.mac.clone(),
                network: name.clone(),
                vrf: world.vrf(&name.0).to_owned(),
                addresses: port.addresses.clone(),
                pairs: Vec::new(),
                secured: false,
                floating: Vec::new(),
                serves: true,
            });
        }
    }
    stations
}

impl Station {
    pub(super) fn net<'a>(&self, world: &'a World) -> &'a Net {
        &world.networks[&self.network]
    }

    pub(super) fn v4(&self) -> impl Iterator<Item = Ipv4Addr> + '_ {
        self.addresses.iter().filter_map(|address| match address {
            IpAddr::V4(v4) => Some(*v4),
            IpAddr::V6(_) => None,
        })
    }

    pub(super) fn v6(&self) -> impl Iterator<Item = Ipv6Addr> + '_ {
        self.addresses.iter().filter_map(|address| match address {
            IpAddr::V6(v6) => Some(*v6),
            IpAddr::V4(_) => None,
        })
    }

    pub(super) fn link_local(&self) -> Ipv6Addr {
        link_local(&self.mac)
    }

    /// The subnet that it has a lease on: that of its first address where DHCP serves IPv4.
    pub(super) fn lease<'a>(&self, world: &'a World) -> Option<&'a Subnet> {
        let subnets = &self.net(world).subnets;
        let of = |address: Ipv4Addr| subnets.iter().find(|subnet| subnet.dhcp && subnet.holds(address.into()));
        let answers = !self.serves && world.is_on("enable_optimized_dhcp", true);
        if answers { self.v4().find_map(of) } else { None }
    }

    /// The DHCP server that its lease names.
    pub(super) fn server(&self, world: &World) -> Option<Ipv4Addr> {
        let subnet = self.lease(world)?;
        let addresses = self.net(world).dhcp_ports.iter().flat_map(|port| &port.addresses);
        let servers = addresses.filter_map(|address| match address {
            IpAddr::V4(v4) if subnet.holds(*address) => Some(*v4),
            IpAddr::V4(_) | IpAddr::V6(_) => None,
        });
        // Neutron names any of several; the compiler keeps to the lowest.
        servers.min()
    }

    pub(super) fn at(&self, other: &Self) -> bool {
        self.host == other.host
    }

    pub(super) fn to_port(&self) -> By {
        By::Port(self.interface.clone())
    }

    /// A case of a frame that it sends.
    pub(super) fn sends(&self, what: &str, frame: Frame, expected: Expected) -> Case {
        Case {
            name: format!("{} {what}", self.label),
            host: self.host.clone(),
            ingress: From::Port(self.interface.clone()),
            frame,
            mark: 0,
            expected,
        }
    }

    /// A frame from it to the router.
    pub(super) fn routed(&self, src: IpAddr, dst: IpAddr) -> Frame {
        (self.mac.clone(), ROUTER.to_owned(), Payload::ping(src, dst, 64))
    }

    /// Where a packet of one of its addresses that leaves its VRF goes.
    pub(super) fn outside(&self, world: &World, address: Ipv4Addr, dst: IpAddr) -> Expected {
        let net = self.net(world);
        let ways = world.ways_out(&self.vrf);
        let Some(external) = ways.first() else {
            // Nobody leaves the VRF: the fabric may know better.
            let by = By::Tunnel(net.vnid, world.anycast_tep);
            let unchanged =
                Leaving { src: Source::Is(address.into()), dst: Some(dst), ttl: Some(64), ..Leaving::by(by) };
            return Expected::one(unchanged);
        };
        // The VRF has a way out, but no contract with this network.
        if !world.leads_out(&self.network, external) {
            return Expected::Drop;
        }
        if let Some(floating) = self.floating.iter().find(|it| it.external == *external && it.private == address) {
            return Expected::one(Leaving {
                by: By::Tunnel(world.externals[*external].vnid, world.anycast_tep),
                src: Source::Is(floating.public.into()),
                dst: Some(dst),
                ttl: Some(63),
                macs: (Some(self.mac.clone()), Some(ROUTER.to_owned())),
                answers: None,
            });
        }
        let mut by_snat = world.by_snat(&self.network, &self.addresses, &self.floating);
        by_snat.retain(|(_, mapped)| *mapped == address);
        let has_address = world.externals[*external].snat.contains_key(&self.host);
        if by_snat.is_empty() || !has_address {
            return Expected::Drop;
        }
        let interface = snat_interface(external);
        let mac = world.host_mac(&self.host, &interface);
        Expected::one(Leaving {
            by: By::Port(interface),
            src: Source::Internal,
            dst: Some(dst),
            ttl: Some(63),
            macs: (Some(self.mac.clone()), mac),
            answers: None,
        })
    }
}

/// Whether an address pair is or covers an address.
pub(super) fn covers(pair: &str, address: IpAddr) -> bool {
    prefix(pair).is_some_and(|(base, length)| match (base, address) {
        (IpAddr::V4(a), IpAddr::V4(b)) => length == 0 || (a.to_bits() ^ b.to_bits()) >> (32 - length) == 0,
        (IpAddr::V6(a), IpAddr::V6(b)) => length == 0 || (a.to_bits() ^ b.to_bits()) >> (128 - length) == 0,
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    })
}

/// The first address of an address pair and its length.
pub(super) fn prefix(pair: &str) -> Option<(IpAddr, u32)> {
    let (base, length) = pair.split_once('/').map_or((pair, None), |(base, length)| (base, Some(length)));
    let base: IpAddr = base.parse().ok()?;
    let whole = if base.is_ipv4() { 32 } else { 128 };
    Some((base, length.map_or(Some(whole), |length| length.parse().ok())?))
}

/// Where a broadcast of a station goes: every other port of the network on the host, and the tunnel.
pub(super) fn flood(world: &World, stations: &[Station], from: &Station) -> Vec<Leaving> {
    let net = from.net(world);
    let mut leaving = vec![Leaving::by(By::Tunnel(net.vnid, flood_to(world, net)))];
    let others = stations.iter().filter(|it| it.at(from) && it.network == from.network && it.id != from.id);
    leaving.extend(others.map(|it| Leaving::by(it.to_port())));
    leaving
}

pub(super) fn flood_to(world: &World, net: &Net) -> Ipv4Addr {
    net.mcast.unwrap_or(world.anycast_tep)
}

/// What a station that asks who has an address gets.
pub(super) fn asked(world: &World, stations: &[Station], from: &Station, address: Ipv4Addr) -> Vec<Leaving> {
    let reply = |mac: &str| vec![Leaving::answer(By::InPort, mac, address, &from.mac)];
    if address == METADATA
        && world.metadata
        && let Some(mac) = world.host_mac(&from.host, "of-svc-nsport")
    {
        return reply(&mac);
    }
    let here = |it: &&Station| it.at(from) && it.network == from.network;
    if stations.iter().filter(here).any(|it| it.server(world) == Some(address)) {
        return reply(ROUTER);
    }
    let net = from.net(world);
    if net.subnets.iter().any(|subnet| subnet.gateway == Some(address.into())) {
        return reply(ROUTER);
    }
    match stations.iter().filter(here).find(|it| it.addresses.contains(&address.into())) {
        // A frame never leaves by the port that it came in by.
        Some(owner) if owner.id == from.id => Vec::new(),
        Some(owner) => {
            vec![Leaving { macs: (None, Some(owner.mac.clone())), ..Leaving::by(owner.to_port()) }]
        }
        None => flood(world, stations, from),
    }
}

/// Whether the metadata service of a VRF is on a host: where an endpoint of the VRF is.
pub(super) fn has_service(world: &World, stations: &[Station], host: &str, vrf: &str) -> bool {
    world.metadata && stations.iter().any(|it| it.host == host && it.vrf == vrf)
}

/// The metadata service as an output.
pub(super) fn service() -> By {
    By::Port(SERVICE.to_owned())
}

pub(super) fn who_has(mac: &str, spa: Ipv4Addr, tpa: Ipv4Addr) -> Frame {
    let arp = Arp { op: 1, sha: mac.to_owned(), spa, tha: "00:00:00:00:00:00".to_owned(), tpa };
    (mac.to_owned(), BROADCAST.to_owned(), Payload::Arp(arp))
}

/// A question who has an IPv6 address, to the address's solicited-node group.
pub(super) fn solicits(mac: &str, src: Ipv6Addr, target: Ipv6Addr) -> Frame {
    let low = target.octets();
    let group = format!("33:33:ff:{:02x}:{:02x}:{:02x}", low[13], low[14], low[15]);
    let node = u128::from_be_bytes([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, low[13], low[14], low[15]]);
    let dst = Ipv6Addr::from_bits(node);
    let kind = (135, 0);
    (mac.to_owned(), group, Payload::Icmp { src: src.into(), dst: dst.into(), ttl: 255, kind, target: Some(target) })
}
