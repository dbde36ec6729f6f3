//! A stand-in for the leaf between hosts: a model of ours, not the real thing.
//!
//! What it models is what hosts count on: a host sends with the network id of the source group, to the group's multicast address or the anycast TEP.
//! The leaf bridges inside the group; it routes inside the VRF, and re-encapsulates what a contract allows with the id of the *destination* group,
//! because a host takes from the tunnel only what its intra-group rule lets in. To a translated address it sends as the NAT group, with the endpoint's MAC.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use super::packet::{Packet, Payload};
use super::verdict::{Delivery, To};

/// What the leaf has learnt from its hosts and its policy.
#[derive(Clone, Debug, Default)]
pub struct Leaf {
    router_mac: String,
    anycast: Option<Ipv4Addr>,
    groups: BTreeMap<u32, Group>,
    stations: Vec<Station>,
}

#[derive(Clone, Debug)]
struct Group {
    vrf: String,
    flood_to: Ipv4Addr,
    contracts: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct Station {
    host: String,
    vnid: u32,
    mac: String,
    addresses: Vec<IpAddr>,
}

/// Where the leaf sends a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onward {
    /// To a host, as this packet at its tunnel.
    Host(String, Packet),
    /// Out of the VRF: no station of it has the destination.
    Outside {
        /// The VRF it leaves.
        vrf: String,
        /// The packet's source.
        src: IpAddr,
        /// The packet's destination.
        dst: IpAddr,
    },
}

impl Leaf {
    /// A leaf that knows nobody. Routed frames carry the router's MAC; `anycast` is where hosts send them.
    #[must_use]
    pub fn new(router_mac: &str, anycast: Ipv4Addr) -> Self {
        Self { router_mac: router_mac.to_owned(), anycast: Some(anycast), ..Self::default() }
    }

    /// A group: its network id, its VRF, its multicast address if it has one, and the contracts it both provides and consumes.
    pub fn group(&mut self, vnid: u32, vrf: &str, mcast: Option<Ipv4Addr>, contracts: &[&str]) {
        let flood_to = mcast.or(self.anycast).unwrap_or(Ipv4Addr::UNSPECIFIED);
        let contracts = contracts.iter().map(|name| (*name).to_owned()).collect();
        self.groups.insert(vnid, Group { vrf: vrf.to_owned(), flood_to, contracts });
    }

    /// An endpoint that a host has declared: one of a network, or a floating IP with its port's MAC in the NAT group.
    pub fn station(&mut self, host: &str, vnid: u32, mac: &str, addresses: &[IpAddr]) {
        let (host, mac, addresses) = (host.to_owned(), mac.to_owned(), addresses.to_vec());
        self.stations.push(Station { host, vnid, mac, addresses });
    }

    /// What becomes of a packet that `host` has put into the tunnel. Nothing for other deliveries, and for what the leaf drops.
    #[must_use]
    pub fn forward(&self, host: &str, delivery: &Delivery) -> Vec<Onward> {
        let To::Tunnel { vni, to } = delivery.to else { return Vec::new() };
        let Some(group) = self.groups.get(&vni) else { return Vec::new() };
        let headers = &delivery.headers;
        if to != group.flood_to && Some(to) != self.anycast {
            return Vec::new();
        }
        if is_multicast(&headers.dl_dst) {
            let others: BTreeSet<&str> =
                self.members(vni).map(|it| it.host.as_str()).filter(|it| *it != host).collect();
            let copy = || Packet::from_tunnel(vni, &headers.dl_src, &headers.dl_dst, headers.payload.clone());
            return others.into_iter().map(|other| Onward::Host(other.to_owned(), copy())).collect();
        }
        if headers.dl_dst == self.router_mac {
            return self.route(vni, group, &headers.payload).into_iter().collect();
        }
        let station = self.members(vni).find(|station| station.mac == headers.dl_dst && station.host != host);
        let packet = || Packet::from_tunnel(vni, &headers.dl_src, &headers.dl_dst, headers.payload.clone());
        station.map(|station| Onward::Host(station.host.clone(), packet())).into_iter().collect()
    }

    /// What the leaf makes of a packet from outside a VRF, for instance to a floating IP: it goes to whoever declared the destination.
    #[must_use]
    pub fn from_outside(&self, vrf: &str, payload: &Payload) -> Option<Onward> {
        let (_, dst, _) = payload.ip()?;
        Some(self.deliver(self.holder(vrf, dst)?, payload))
    }

    fn route(&self, vni: u32, group: &Group, payload: &Payload) -> Option<Onward> {
        let (src, dst, ttl) = payload.ip()?;
        let Some(station) = self.holder(&group.vrf, dst) else {
            return Some(Onward::Outside { vrf: group.vrf.clone(), src, dst });
        };
        let allowed = station.vnid == vni
            || self.groups.get(&station.vnid).is_some_and(|other| !other.contracts.is_disjoint(&group.contracts));
        if !allowed || ttl < 2 {
            return None;
        }
        Some(self.deliver(station, &payload.with_ip(src, dst, ttl - 1)))
    }

    fn deliver(&self, station: &Station, payload: &Payload) -> Onward {
        let packet = Packet::from_tunnel(station.vnid, &self.router_mac, &station.mac, payload.clone());
        Onward::Host(station.host.clone(), packet)
    }

    fn holder(&self, vrf: &str, address: IpAddr) -> Option<&Station> {
        self.stations.iter().find(|station| {
            station.addresses.contains(&address) && self.groups.get(&station.vnid).is_some_and(|group| group.vrf == vrf)
        })
    }

    fn members(&self, vnid: u32) -> impl Iterator<Item = &Station> {
        self.stations.iter().filter(move |station| station.vnid == vnid)
    }
}

/// The group bit of the first octet, which is the second digit.
fn is_multicast(mac: &str) -> bool {
    mac.chars().nth(1).and_then(|digit| digit.to_digit(16)).is_some_and(|digit| digit & 1 == 1)
}
