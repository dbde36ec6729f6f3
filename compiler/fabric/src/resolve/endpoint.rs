//! Endpoints: one for each MAC of a bound port, with its translations.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_intent::ini::Config;
use aciform_intent::scalar::{MacAddr, Prefix};
use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};

use super::lease;
use super::snat::{Use, Uses};
use crate::lock::name_based;
use crate::model::{
    Endpoint, EndpointKind, ExtNetId, Fabric, FloatingIp, HostId, Id, Mapping, MappingKind, Port, PortId, PortOwner,
    VirtualIp,
};

/// Fewer hosts than these are not worth another thread.
const HOSTS_OF_A_THREAD: usize = 16;

/// What endpoints are made of: everything has its address and its host.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    /// The options.
    pub(crate) config: &'a Config,
    /// All but what the hosts carry.
    pub(crate) fabric: &'a Fabric,
    /// What leaves by SNAT.
    pub(crate) uses: &'a Uses,
}

/// The endpoints of every host, in table order. Hosts know nothing of each other, so they are spread over threads.
pub(crate) fn of_hosts(placed: &Placed<'_>) -> Vec<Vec<Endpoint>> {
    let floating = &floating(placed.fabric);
    let hosts = (0..placed.fabric.hosts.len()).into_par_iter().with_min_len(HOSTS_OF_A_THREAD);
    hosts.map(|at| with_floating(placed, HostId::from_index(at), floating)).collect()
}

/// The endpoints of one host.
pub(crate) fn of_host(placed: &Placed<'_>, host: HostId) -> Vec<Endpoint> {
    with_floating(placed, host, &floating(placed.fabric))
}

fn with_floating(placed: &Placed<'_>, host: HostId, floating: &BTreeMap<PortId, Vec<&FloatingIp>>) -> Vec<Endpoint> {
    let row = &placed.fabric.hosts[host];
    let snats: BTreeMap<ExtNetId, usize> =
        row.snats.iter().enumerate().map(|(at, snat)| (snat.external_network, at)).collect();
    let mut by_port = placed.uses.get(&host).cloned().unwrap_or_default();
    by_port.sort_by_key(|one| one.port);
    let mut endpoints = Vec::with_capacity(row.ports.len());
    for port in &row.ports {
        let first = by_port.partition_point(|one| one.port < *port);
        let own = by_port[first..].iter().take_while(|one| one.port == *port).count();
        let floating = floating.get(port).map_or(&[][..], Vec::as_slice);
        of_port(placed, *port, &by_port[first..first + own], &snats, floating, &mut endpoints);
    }
    endpoints
}

/// Floating IPs by the port they stand for.
fn floating(fabric: &Fabric) -> BTreeMap<PortId, Vec<&FloatingIp>> {
    let mut by_port: BTreeMap<PortId, Vec<&FloatingIp>> = BTreeMap::new();
    for floating in &fabric.floating_ips {
        if let Some((port, _)) = floating.port {
            by_port.entry(port).or_default().push(floating);
        }
    }
    by_port
}

/// What the host calls the port on `br-int`; nothing for a port of nobody.
pub(crate) fn interface(port: &Port) -> Option<String> {
    let prefix = match port.owner {
        PortOwner::Instance(_) => "qvo",
        PortOwner::Dhcp => "tap",
        PortOwner::Unbound => return None,
    };
    let digits = port.id.to_string();
    Some(format!("{prefix}{}", digits.get(..11).unwrap_or(&digits)))
}

/// Adds the endpoints of a port: its own MAC's, then one for each MAC that only its pairs name.
fn of_port(
    placed: &Placed<'_>,
    id: PortId,
    used: &[Use],
    snats: &BTreeMap<ExtNetId, usize>,
    floating: &[&FloatingIp],
    endpoints: &mut Vec<Endpoint>,
) {
    let port = &placed.fabric.ports[id];
    let network = &placed.fabric.networks[port.network];
    let Some(epg) = network.epg else { return };
    let (kind, vm_name) = match &port.owner {
        PortOwner::Instance(name) => (EndpointKind::Instance, name.clone()),
        PortOwner::Dhcp => {
            let row = &placed.fabric.epgs[epg];
            let name = format!("dhcp|{}|{}|{}", placed.fabric.tenants[row.tenant].name, row.app_profile, row.name);
            (EndpointKind::Dhcp, name)
        }
        PortOwner::Unbound => return,
    };
    let Some(interface) = interface(port) else { return };
    let instance = kind == EndpointKind::Instance;
    let mut addresses: Vec<IpAddr> = port.fixed_ips.iter().map(|fixed| fixed.address).collect();
    if addresses.len() > 1 {
        addresses.sort_by_cached_key(ToString::to_string);
    }
    let mut own = Endpoint {
        port: id,
        kind,
        mac: port.mac,
        primary: true,
        interface,
        ofport: 0,
        epg,
        addresses,
        virtual_ips: Vec::new(),
        promiscuous: !port.port_security,
        vm_name,
        network: network.id,
        metadata_optimization: placed.config.ml2.enable_optimized_metadata.value,
        dhcp4: if instance { lease::dhcp4(placed, port) } else { None },
        dhcp6: if instance { lease::dhcp6(placed, port) } else { None },
        mappings: mappings(placed, port, used, snats, floating),
        source: Some(port.source),
    };
    let mut others: BTreeMap<MacAddr, Vec<VirtualIp>> = BTreeMap::new();
    for pair in &port.pairs {
        let list = if pair.mac == port.mac { &mut own.virtual_ips } else { others.entry(pair.mac).or_default() };
        list.push(VirtualIp { prefix: pair.prefix, mac: pair.mac });
    }
    own.virtual_ips.sort_by_cached_key(|pair| text(pair.prefix));
    let first = endpoints.len();
    endpoints.push(own);
    for (mac, mut virtual_ips) in others {
        virtual_ips.sort_by_cached_key(|pair| text(pair.prefix));
        let own = endpoints[first].clone();
        endpoints.push(Endpoint {
            mac,
            primary: false,
            addresses: Vec::new(),
            virtual_ips,
            promiscuous: false,
            // The agent does not look at the server's switch for them.
            metadata_optimization: true,
            dhcp4: None,
            dhcp6: None,
            mappings: Vec::new(),
            ..own
        });
    }
}

/// Floating IPs and SNAT of a port's addresses, sorted as the agent sorts them.
fn mappings(
    placed: &Placed<'_>,
    port: &Port,
    used: &[Use],
    snats: &BTreeMap<ExtNetId, usize>,
    floating: &[&FloatingIp],
) -> Vec<Mapping> {
    let public = floating.iter().filter_map(|floating| {
        Some(Mapping {
            uuid: floating.id,
            mapped: floating.port?.1,
            outer: floating.address,
            nat_epg: placed.fabric.external_networks[floating.external_network].nat_epg,
            kind: MappingKind::FloatingIp,
        })
    });
    let shared = used.iter().filter_map(|one| {
        let external = &placed.fabric.external_networks[one.external];
        // The agent takes a random id at every write; any stable one does.
        let (mac, mapped) = (port.mac.to_string(), one.mapped.to_string());
        let name = [
            placed.config.ml2.system_id.value.as_str(),
            "/snat_mapping/",
            &port.project,
            "/",
            &port.path,
            "/",
            &mac,
            "/",
            external.handle.as_str(),
            "/",
            &mapped,
        ];
        Some(Mapping {
            uuid: name_based(&name),
            mapped: one.mapped,
            outer: one.internal,
            nat_epg: external.nat_epg,
            kind: MappingKind::Snat(*snats.get(&one.external)?),
        })
    });
    // Nearly every port has one, and a list that grows begins with room for four.
    let mut mappings = Vec::with_capacity(floating.len() + used.len());
    mappings.extend(public.chain(shared));
    if mappings.len() > 1 {
        mappings.sort_by_cached_key(|mapping| (mapping.mapped.to_string(), mapping.outer.to_string()));
    }
    mappings
}

/// A pair as it is written into a file: an address without length, or a prefix.
fn text(prefix: Prefix) -> String {
    if prefix.is_host() { prefix.network().to_string() } else { prefix.to_string() }
}
