//! What one host has to know, gathered once: its groups with their numbers, and the domains, VRFs, external groups and stations that follow.
//!
//! Everything is reached from the host's own lists, so the cost is that of the host and not of the site.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use aciform_fabric::model::{
    BdId, BridgeDomain, Endpoint, Epg, EpgId, Fabric, Host, HostId, Mapping, MappingKind, VirtualIp, Vrf, VrfId,
};
use aciform_intent::scalar::MacAddr;

use super::contract;
use super::meta::DHCP_SERVER;
use super::owner::Owner;

/// A host and what it has to know.
pub(super) struct Scene<'a> {
    pub(super) fabric: &'a Fabric,
    pub(super) host: &'a Host,
    /// The port of the VXLAN tunnel.
    pub(super) tunnel: u32,
    /// The distributed router's MAC.
    pub(super) router: MacAddr,
    /// In table order.
    pub(super) groups: Vec<Group<'a>>,
    /// The groups' bridge domains, in table order.
    pub(super) domains: Vec<(BdId, &'a BridgeDomain)>,
    /// The bridge domains' VRFs, in table order.
    pub(super) vrfs: Vec<(VrfId, &'a Vrf)>,
    /// The numbers of the external groups that the VRFs' routes lead to.
    pub(super) externals: BTreeSet<u32>,
    /// Endpoints, then SNAT interfaces.
    pub(super) stations: Vec<Station<'a>>,
}

/// The numbers that a packet of a group carries in its registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    /// `reg0`: the group.
    pub(super) vnid: u32,
    /// `reg4`: the bridge domain.
    pub(super) bridge_domain: u32,
    /// `reg5`: the flood domain.
    pub(super) flood_domain: u32,
    /// `reg6`: the VRF.
    pub(super) routing_domain: u32,
}

impl Numbers {
    /// Follows a group to its bridge domain and VRF.
    pub(super) fn of(fabric: &Fabric, epg: EpgId) -> Self {
        let epg = &fabric.epgs[epg];
        let domain = &fabric.bridge_domains[epg.bridge_domain];
        Self {
            vnid: epg.vnid,
            bridge_domain: domain.local,
            flood_domain: domain.flood_domain,
            routing_domain: fabric.vrfs[domain.vrf].routing_domain,
        }
    }
}

/// An endpoint group known to the host.
pub(super) struct Group<'a> {
    pub(super) id: EpgId,
    pub(super) epg: &'a Epg,
    pub(super) numbers: Numbers,
    /// Where its floods and its unknown unicast go.
    pub(super) flood_to: Ipv4Addr,
}

/// Something behind a port of the bridge: one MAC of an instance or a DHCP server, or a SNAT interface.
pub(super) struct Station<'a> {
    pub(super) owner: Owner,
    pub(super) numbers: Numbers,
    pub(super) port: u32,
    /// The agent is told a MAC only along with addresses; without one it watches virtual addresses and forwards nothing.
    pub(super) mac: Option<MacAddr>,
    /// All its addresses, with the link-local address of its MAC.
    pub(super) addresses: Vec<IpAddr>,
    /// Where answers of local services are delivered: its own list, or else all addresses.
    pub(super) returns: Vec<IpAddr>,
    pub(super) promiscuous: bool,
    /// Whether its bridge domain routes.
    pub(super) routed: bool,
    pub(super) virtual_ips: &'a [VirtualIp],
    /// The DHCPv4 server it is to believe in.
    pub(super) dhcp4: Option<Ipv4Addr>,
    pub(super) dhcp6: bool,
    pub(super) mappings: &'a [Mapping],
}

/// Where translated traffic goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Exit {
    /// Back into the switch, as the NAT group.
    Group,
    /// Out of a SNAT interface: its port and MAC.
    Interface(u32, MacAddr),
}

impl<'a> Scene<'a> {
    /// Gathers what a host has to know.
    pub(super) fn of(fabric: &'a Fabric, id: HostId) -> Self {
        let host = &fabric.hosts[id];
        let groups: Vec<Group<'a>> = host.epgs.iter().map(|id| group(fabric, *id)).collect();
        let domains: BTreeSet<BdId> = groups.iter().map(|group| group.epg.bridge_domain).collect();
        let domains: Vec<_> = domains.into_iter().map(|id| (id, &fabric.bridge_domains[id])).collect();
        let vrfs: BTreeSet<VrfId> = domains.iter().map(|(_, domain)| domain.vrf).collect();
        let vrfs: Vec<_> = vrfs.into_iter().map(|id| (id, &fabric.vrfs[id])).collect();
        let externals = vrfs.iter().flat_map(|(_, vrf)| vrf.routes.iter().map(|route| route.external)).collect();
        let endpoints = (0u32..).zip(&host.endpoints).map(|(at, endpoint)| endpoint_station(fabric, at, endpoint));
        let snats = (0u32..).zip(&host.snats).map(|(at, snat)| {
            let addresses = with_link_local(&[snat.address.address], snat.mac);
            Station {
                owner: Owner::Snat(at),
                numbers: Numbers::of(fabric, snat.epg),
                port: snat.ofport,
                mac: Some(snat.mac),
                returns: addresses.clone(),
                addresses,
                promiscuous: true,
                routed: routed(fabric, snat.epg),
                virtual_ips: &[],
                dhcp4: None,
                dhcp6: false,
                mappings: &[],
            }
        });
        Self {
            fabric,
            host,
            tunnel: host.tunnel,
            router: fabric.system.router_mac,
            domains,
            vrfs,
            externals,
            stations: endpoints.chain(snats).collect(),
            groups,
        }
    }

    /// The way out of a translation.
    pub(super) fn exit(&self, mapping: &Mapping) -> Exit {
        match mapping.kind {
            MappingKind::FloatingIp => Exit::Group,
            MappingKind::Snat(at) => Exit::Interface(self.host.snats[at].ofport, self.host.snats[at].mac),
        }
    }

    /// Every translation that makes flows, with its station and the station's MAC.
    /// The agent makes none for a station without MAC, in a bridge domain that does not route, or between the families.
    pub(super) fn translations(&self) -> impl Iterator<Item = (&Station<'a>, MacAddr, &'a Mapping)> {
        self.stations.iter().filter(|station| station.routed).flat_map(|station| {
            let one_family = station.mappings.iter().filter(|map| map.mapped.is_ipv4() == map.outer.is_ipv4());
            station.mac.into_iter().flat_map(move |mac| one_family.clone().map(move |map| (station, mac, map)))
        })
    }

    /// About how many flows there will be; the counts per owner are those of the pipeline.
    pub(super) fn expected_lines(&self) -> usize {
        let stations: usize = self.stations.iter().map(|it| 16 + 4 * it.addresses.len() + 7 * it.mappings.len()).sum();
        let vrfs: usize = self.vrfs.iter().map(|(_, vrf)| 8 + vrf.internal_subnets.len() + 2 * vrf.routes.len()).sum();
        // Every ordered pair of a router's groups has a flow.
        let members = contract::routers(self).into_iter().map(|router| router.members.len());
        let pairs: usize = members.map(|members| members * members.saturating_sub(1)).sum();
        64 + 17 * self.groups.len() + stations + vrfs + pairs
    }
}

fn group(fabric: &Fabric, id: EpgId) -> Group<'_> {
    let epg = &fabric.epgs[id];
    Group { id, epg, numbers: Numbers::of(fabric, id), flood_to: epg.mcast.unwrap_or(fabric.system.anycast_tep) }
}

fn endpoint_station<'a>(fabric: &'a Fabric, at: u32, endpoint: &'a Endpoint) -> Station<'a> {
    let mac = (!endpoint.addresses.is_empty()).then_some(endpoint.mac);
    let addresses = mac.map_or_else(Vec::new, |mac| with_link_local(&endpoint.addresses, mac));
    Station {
        owner: Owner::Endpoint(at),
        numbers: Numbers::of(fabric, endpoint.epg),
        port: endpoint.ofport,
        mac,
        addresses,
        returns: endpoint.addresses.clone(),
        promiscuous: endpoint.promiscuous,
        routed: routed(fabric, endpoint.epg),
        virtual_ips: &endpoint.virtual_ips,
        dhcp4: endpoint.dhcp4.as_ref().map(|dhcp| dhcp.server.unwrap_or(DHCP_SERVER)),
        dhcp6: endpoint.dhcp6.is_some(),
        mappings: &endpoint.mappings,
    }
}

/// The agent adds the EUI-64 address of the MAC unless it is listed already.
fn with_link_local(listed: &[IpAddr], mac: MacAddr) -> Vec<IpAddr> {
    let own = IpAddr::V6(mac.link_local());
    let mut addresses = listed.to_vec();
    if !addresses.contains(&own) {
        addresses.push(own);
    }
    addresses
}

fn routed(fabric: &Fabric, epg: EpgId) -> bool {
    fabric.bridge_domains[fabric.epgs[epg].bridge_domain].unicast_route
}
