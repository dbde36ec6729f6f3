//! Hosts: what each carries, and the numbers of its ports.
//!
//! A SNAT interface exists on a host exactly while a mapping there uses it, a metadata service while an endpoint of its
//! VRF asks for one, a routing domain while an endpoint lies in it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use aciform_diagnostics::{Diagnostic, Spanned};
use aciform_intent::model as intent;
use aciform_intent::scalar::{Interface, MacAddr, natural};
use md5::{Digest, Md5};
use uuid::Uuid;

use super::context::{Context, wanted};
use super::endpoint::{self, Placed};
use super::network::Sources;
use super::reference::Catalogue;
use super::router::Routing;
use super::snat::{self, Use, Uses};
use crate::lock::{Choice, Kind, Wanted, name_based};
use crate::model::{EpgId, ExtNetId, Host, HostId, Id, MetadataService, OfPort, PortId, RoutingDomain, Snat, VrfId};
use crate::{codes, defaults};

/// Names the hosts, in natural order; what they carry comes later.
pub(crate) fn declare<'a>(cx: &mut Context<'a>, catalogue: &mut Catalogue<'a>) {
    let intent = cx.intent;
    let mut hosts: Vec<(&String, &intent::Host)> = intent.hosts.iter().collect();
    hosts.sort_by(|(a, _), (b, _)| natural(a, b));
    for (name, host) in hosts {
        // Roles that could not be read may be any.
        let unread = intent_lacks_roles(cx, name);
        let compute = match &host.roles {
            _ if unread => true,
            None => true,
            Some(roles) => roles.iter().any(|role| role.value == intent::Role::Compute),
        };
        let made = cx.fabric.hosts.push(Host {
            name: name.clone(),
            compute,
            uplinks: host.uplinks.iter().map(|uplink| uplink.value.clone()).collect(),
            tunnel: 0,
            ofports: Vec::new(),
            endpoints: Vec::new(),
            snats: Vec::new(),
            services: Vec::new(),
            routing_domains: Vec::new(),
            epgs: Vec::new(),
            ports: Vec::new(),
            source: Some(host.handle.span),
        });
        catalogue.hosts.insert(name, made);
        facts(cx, name, &host.facts);
    }
}

/// Whether the roles of a host are written and could not be read.
pub(crate) fn intent_lacks_roles(cx: &Context<'_>, host: &str) -> bool {
    cx.intent.incomplete.lacks(&format!("hosts/{host}/roles"))
}

/// Refuses one number for two ports of a host.
fn facts(cx: &mut Context<'_>, host: &str, facts: &intent::HostFacts) {
    let mut first: BTreeMap<u32, (&str, &Spanned<u32>)> = BTreeMap::new();
    for (name, number) in &facts.ofports {
        let Some((other, place)) = first.insert(number.value, (name, number)) else { continue };
        let message = format!("`{other}` and `{name}` of host `{host}` both have OpenFlow port {}", number.value);
        let finding = Diagnostic::at(&codes::OFPORT_TWICE, number.span, message).label(place.span, "the other port");
        cx.report(finding.help("correct one of them: `ovs-vsctl get Interface NAME ofport` tells"));
    }
}

/// Fills in what the hosts carry.
pub(crate) fn resolve(cx: &mut Context<'_>, sources: &Sources<'_>, uses: &Uses) {
    let mut ports: BTreeMap<HostId, Vec<PortId>> = BTreeMap::new();
    for (id, port) in cx.fabric.ports.entries() {
        if let Some(host) = port.host {
            ports.entry(host).or_default().push(id);
        }
    }
    for at in 0..cx.fabric.hosts.len() {
        let host = HostId::from_index(at);
        let bound = ports.remove(&host).unwrap_or_default();
        zones(cx, host, &bound);
        let snats = snats(cx, sources, host, uses.get(&host).map_or(&[][..], Vec::as_slice));
        let row = &mut cx.fabric.hosts[host];
        row.ports = bound;
        row.snats = snats;
    }
    let endpoints = endpoint::of_hosts(&Placed { config: cx.config, fabric: &cx.fabric, uses });
    for (at, endpoints) in endpoints.into_iter().enumerate() {
        let host = HostId::from_index(at);
        cx.fabric.hosts[host].endpoints = endpoints;
        services(cx, host);
        numbers(cx, host);
        groups(cx, host);
    }
}

/// Fills in anew what a host carries, after a change of its ports that leaves every interface where it is. `false`: other
/// SNAT interfaces are used than before, so that it does not.
pub(crate) fn again(cx: &mut Context<'_>, sources: &Sources<'_>, routing: &Routing<'_>, host: HostId) -> bool {
    let name = cx.fabric.hosts[host].name.clone();
    let bound = cx.fabric.hosts[host].ports.clone();
    cx.ledger.rewind_scope(Kind::Zone, &name);
    zones(cx, host, &bound);
    let uses = snat::of_host(cx, sources, routing, host);
    let used: BTreeSet<ExtNetId> = uses.values().flatten().map(|one| one.external).collect();
    if !used.into_iter().eq(cx.fabric.hosts[host].snats.iter().map(|snat| snat.external_network)) {
        return false;
    }
    let mut endpoints = endpoint::of_host(&Placed { config: cx.config, fabric: &cx.fabric, uses: &uses }, host);
    let row = &mut cx.fabric.hosts[host];
    let numbers: BTreeMap<&str, u32> = row.ofports.iter().map(|port| (port.name.as_str(), port.number)).collect();
    for endpoint in &mut endpoints {
        endpoint.ofport = numbers.get(endpoint.interface.as_str()).copied().unwrap_or(0);
    }
    row.endpoints = endpoints;
    groups(cx, host);
    true
}

fn intent_of<'a>(cx: &Context<'a>, host: HostId) -> Option<&'a intent::Host> {
    cx.intent.hosts.get(&cx.fabric.hosts[host].name)
}

/// Conntrack zones of filtered bound ports.
fn zones(cx: &mut Context<'_>, host: HostId, bound: &[PortId]) {
    let mut filtered: Vec<PortId> = bound.iter().copied().filter(|port| cx.fabric.ports[*port].port_security).collect();
    // One id on two ports was reported; a key is asked for once.
    filtered.dedup_by_key(|port| cx.fabric.ports[*port].id);
    let facts = intent_of(cx, host).map(|host| &host.facts.zones);
    let wants: Vec<Wanted<u32>> = filtered
        .iter()
        .map(|port| {
            let port = &cx.fabric.ports[*port];
            let key = port.id.to_string();
            let fact =
                facts.and_then(|facts| facts.get(&key)).map(|zone| Spanned::new(u32::from(zone.value), zone.span));
            Wanted { key, fixed: fact, span: Some(port.source) }
        })
        .collect();
    let name = cx.fabric.hosts[host].name.clone();
    let range = defaults::FIRST_ZONE..=defaults::LAST_ZONE;
    let zones = cx.ledger.numbers(Kind::Zone, &name, &wants, range, Choice::AboveHighest, &mut cx.diagnostics);
    for (port, zone) in filtered.into_iter().zip(zones) {
        cx.fabric.ports[port].zone = zone.and_then(|zone| u16::try_from(zone).ok());
    }
}

/// The SNAT interfaces that mappings use, by external network handle.
fn snats(cx: &mut Context<'_>, sources: &Sources<'_>, host: HostId, used: &[Use]) -> Vec<Snat> {
    let externals: BTreeSet<ExtNetId> = used.iter().map(|one| one.external).collect();
    let facts = intent_of(cx, host).map(|host| &host.facts.macs);
    let name = cx.fabric.hosts[host].name.clone();
    let mut snats = Vec::new();
    for id in externals {
        let external = &sources.externals[id.index()];
        let row = &cx.fabric.external_networks[id];
        let (Some(pool), Ok(at)) = (row.host_pool, row.snat_addresses.binary_search_by_key(&host, |(host, _)| *host))
        else {
            continue;
        };
        let (address, epg) = (row.snat_addresses[at].1, row.nat_epg);
        let interface = snat_interface(external.handle);
        let fact = facts.and_then(|facts| facts.get(&interface)).map(|mac| mac.value);
        let mac = cx.ledger.mac(cx.system(), &format!("{name} {interface}"), fact);
        let mtu = cx.config.ml2.nat_mtu_size.value;
        snats.push(Snat {
            external_network: id,
            interface,
            ofport: 0,
            mac,
            address: Interface { address, network: pool.network },
            gateway: pool.address,
            epg,
            vm_name: format!("snat|{name}|{}", external.handle),
            uuid: name_based(&[cx.system(), "/snat/", &name, "/", external.handle]),
            mtu: (mtu > 0).then_some(mtu),
        });
    }
    snats
}

/// The name of a SNAT interface and its namespace: `of-` and 12 hex digits of the MD5 of the external network's name.
pub(crate) fn snat_interface(external: &str) -> String {
    let digest = Md5::digest(external.as_bytes());
    let hex = digest.iter().take(6).map(|byte| format!("{byte:02x}"));
    format!("of-{}", hex.collect::<String>())
}

/// Metadata services, one for each VRF of the host's endpoints; and the routing domains of those that have a file.
fn services(cx: &mut Context<'_>, host: HostId) {
    let vrf_of = |epg: EpgId| cx.fabric.bridge_domains[cx.fabric.epgs[epg].bridge_domain].vrf;
    let endpoints = &cx.fabric.hosts[host].endpoints;
    let inside = |vrf: &VrfId| !cx.fabric.vrfs[*vrf].routing_domain_subnets.is_empty();
    let domains: BTreeSet<VrfId> = endpoints.iter().map(|endpoint| vrf_of(endpoint.epg)).filter(inside).collect();
    // Secondary MACs always ask for it in their file; without the others' consent the agent serves nobody.
    let asking = endpoints.iter().filter(|endpoint| endpoint.primary && endpoint.metadata_optimization);
    let asking: BTreeSet<VrfId> = asking.map(|endpoint| vrf_of(endpoint.epg)).collect();
    let name = cx.fabric.hosts[host].name.clone();
    let source = cx.fabric.hosts[host].source;
    let names = |vrf: &VrfId| {
        let row = &cx.fabric.vrfs[*vrf];
        (cx.fabric.tenants[row.tenant].name.clone(), row.name.clone())
    };
    let named: Vec<(VrfId, String, String)> = asking
        .iter()
        .map(|vrf| {
            let (tenant, vrf_name) = names(vrf);
            (*vrf, tenant, vrf_name)
        })
        .collect();
    let wants: Vec<Wanted<u32>> =
        named.iter().map(|(_, tenant, vrf)| wanted(format!("uni/tn-{tenant}/ctx-{vrf}"), source)).collect();
    let range = 0..=defaults::METADATA_NEXT_HOPS - 1;
    let hops = cx.ledger.numbers(Kind::MetadataNextHop, &name, &wants, range, Choice::LowestFree, &mut cx.diagnostics);
    let fact = intent_of(cx, host).and_then(|host| host.facts.macs.get(defaults::METADATA_PEER)).map(|mac| mac.value);
    let mac = if named.is_empty() {
        MacAddr([0; 6])
    } else {
        cx.ledger.mac(cx.system(), &format!("{name} {}", defaults::METADATA_PEER), fact)
    };
    let services = named.into_iter().zip(hops).filter_map(|((vrf, tenant, vrf_name), hop)| {
        let digest: [u8; 16] = Md5::digest(format!("{tenant}|{vrf_name}").as_bytes()).into();
        Some(MetadataService {
            vrf,
            uuid: Uuid::from_bytes(digest),
            ofport: 0,
            mac,
            next_hop: Ipv4Addr::from_bits(defaults::METADATA_NEXT_HOP.to_bits() + hop?),
        })
    });
    let services = services.collect();
    let row = &mut cx.fabric.hosts[host];
    row.services = services;
    row.routing_domains = domains.into_iter().map(|vrf| RoutingDomain { vrf }).collect();
}

/// OpenFlow numbers of everything on `br-int`.
fn numbers(cx: &mut Context<'_>, host: HostId) {
    let row = &cx.fabric.hosts[host];
    let mut names = Vec::with_capacity(2 + row.endpoints.len() + row.snats.len());
    names.push(defaults::TUNNEL);
    names.extend(row.endpoints.iter().map(|endpoint| endpoint.interface.as_str()));
    names.extend(row.snats.iter().map(|snat| snat.interface.as_str()));
    if !row.services.is_empty() {
        names.push(defaults::METADATA_PORT);
    }
    // Two endpoints of one port have one interface.
    names.sort_unstable();
    names.dedup();
    let facts = intent_of(cx, host).map(|host| &host.facts.ofports);
    // Of a number that is written twice, which was reported, the first counts.
    let mut first: BTreeMap<u32, &str> = BTreeMap::new();
    for (name, number) in facts.into_iter().flatten() {
        first.entry(number.value).or_insert(name);
    }
    let fact = |name: &str| {
        let number = facts.and_then(|facts| facts.get(name))?;
        (first.get(&number.value) == Some(&name)).then_some(*number)
    };
    let wants: Vec<Wanted<u32>> =
        names.into_iter().map(|name| Wanted { key: name.to_owned(), fixed: fact(name), span: row.source }).collect();
    let name = row.name.clone();
    let range = 1..=defaults::LAST_OFPORT;
    let given = cx.ledger.numbers(Kind::OfPort, &name, &wants, range, Choice::LowestFree, &mut cx.diagnostics);
    // By name, as asked for.
    let named = wants.into_iter().zip(given).filter_map(|(want, number)| Some((want.key, number?)));
    let mut ofports: Vec<OfPort> = named.map(|(name, number)| OfPort { name, number }).collect();
    let number = |name: &str| {
        let at = ofports.binary_search_by(|port| port.name.as_str().cmp(name));
        at.map_or(0, |at| ofports[at].number)
    };
    let row = &mut cx.fabric.hosts[host];
    row.tunnel = number(defaults::TUNNEL);
    for endpoint in &mut row.endpoints {
        endpoint.ofport = number(&endpoint.interface);
    }
    for snat in &mut row.snats {
        snat.ofport = number(&snat.interface);
    }
    for service in &mut row.services {
        service.ofport = number(defaults::METADATA_PORT);
    }
    ofports.sort_unstable_by_key(|port| port.number);
    row.ofports = ofports;
}

/// The groups that the switch has to know: of its endpoints, SNAT interfaces and mappings,
/// and those that its VRFs' ways out are translated into.
fn groups(cx: &mut Context<'_>, host: HostId) {
    let row = &cx.fabric.hosts[host];
    let mut groups: BTreeSet<EpgId> = BTreeSet::new();
    let mut vrfs: BTreeSet<VrfId> = BTreeSet::new();
    for endpoint in &row.endpoints {
        groups.insert(endpoint.epg);
        groups.extend(endpoint.mappings.iter().map(|mapping| mapping.nat_epg));
        vrfs.insert(cx.fabric.bridge_domains[cx.fabric.epgs[endpoint.epg].bridge_domain].vrf);
    }
    groups.extend(row.snats.iter().map(|snat| snat.epg));
    for vrf in vrfs {
        groups.extend(cx.fabric.vrfs[vrf].routes.iter().filter_map(|route| route.nat));
    }
    cx.fabric.hosts[host].epgs = groups.into_iter().collect();
}

#[cfg(test)]
mod tests {
    use super::snat_interface;

    #[test]
    fn snat_interfaces_are_named_as_the_agent_names_them() {
        for (external, interface) in
            [("OS_L3Out", "of-c5c3ee166c7b"), ("EXT-1", "of-72d1610921ce"), ("a_test_hash_string", "of-dd6bf9992ab0")]
        {
            assert_eq!(snat_interface(external), interface);
        }
    }
}
