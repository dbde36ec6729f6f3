//! Networks and subnets with Neutron's defaults, and who may attach to them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::ini::ExternalNetworkSection;
use aciform_intent::model as intent;
use aciform_intent::model::{Gateway, Ipv6Mode, SharedWith};
use aciform_intent::scalar::{AddressRange, Prefix};

use super::address::Addresses;
use super::context::Context;
use super::external;
use super::reference::{Catalogue, Target};
use crate::allocate::pool::{default_pools, size, usable};
use crate::codes;
use crate::model::{ExtNetId, Id, Network, NetworkId, NetworkKind, Subnet, SubnetId};

/// An external network that is lowered, with what the rest of resolving asks about it. Positions are [`ExtNetId`]s.
#[derive(Clone, Debug)]
pub(crate) struct External<'a> {
    pub(crate) network: NetworkId,
    pub(crate) handle: &'a str,
    pub(crate) intent: &'a intent::ExternalNetwork,
    pub(crate) section: &'a ExternalNetworkSection,
    /// The owner; `None` on a shared network that nobody owns.
    pub(crate) owner: Option<&'a str>,
    pub(crate) shared: bool,
}

/// Who may attach to a network besides its owner.
#[derive(Clone, Debug)]
pub(crate) enum Access<'a> {
    Everybody,
    These(BTreeSet<&'a str>),
}

/// The input behind the tables, in table order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources<'a> {
    /// By [`ExtNetId`].
    pub(crate) externals: Vec<External<'a>>,
    /// By [`NetworkId`].
    pub(crate) access: Vec<Access<'a>>,
    /// By [`NetworkId`]: the network in the intent; `None` of an external one.
    pub(crate) networks: Vec<Option<&'a intent::Network>>,
    /// By [`SubnetId`].
    pub(crate) subnets: Vec<&'a intent::Subnet>,
    /// By [`SubnetId`]: the project that a floating IP subnet is reserved for.
    pub(crate) reserved: Vec<Option<&'a str>>,
    /// By [`NetworkId`]: its subnets by prefix.
    pub(crate) by_prefix: Vec<Vec<(Prefix, SubnetId)>>,
}

enum Draft<'a> {
    Internal(&'a intent::Network),
    External(External<'a>),
}

/// Makes the tables of networks and subnets and enters them into the catalogue.
pub(crate) fn resolve<'a>(cx: &mut Context<'a>, catalogue: &mut Catalogue<'a>) -> Sources<'a> {
    let intent = cx.intent;
    let mut drafts: Vec<(&'a str, &'a str, Draft<'a>)> = Vec::new();
    for (owner, project) in &intent.projects {
        for (handle, network) in &project.networks {
            drafts.push((owner, handle, Draft::Internal(network)));
        }
    }
    for (handle, network) in &intent.external_networks {
        let id = cx.id("external_network", handle, network.id.as_ref());
        catalogue.external.insert(handle, None);
        catalogue.network_ids.insert(id, Target::Missing);
        if let Some(external) = external::find(cx, catalogue, handle, network) {
            drafts.push((external.owner.unwrap_or_default(), handle, Draft::External(external)));
        }
    }
    external::unused(cx);
    drafts.sort_by_key(|(owner, handle, draft)| (*owner, *handle, matches!(draft, Draft::External(_))));

    let mut sources = Sources::default();
    for (owner, handle, draft) in drafts {
        match draft {
            Draft::Internal(network) => internal(cx, catalogue, &mut sources, owner, handle, network),
            Draft::External(draft) => outside(cx, catalogue, &mut sources, owner, handle, draft),
        }
    }
    // External networks are numbered by handle, whoever owns them.
    sources.externals.sort_by_key(|external| external.handle);
    for (at, external) in sources.externals.iter().enumerate() {
        let id = ExtNetId::from_index(at);
        cx.fabric.networks[external.network].kind = NetworkKind::External(id);
        catalogue.external.insert(external.handle, Some(id));
        catalogue.network_ids.insert(cx.fabric.networks[external.network].id, Target::External(id));
    }
    sources
}

fn internal<'a>(
    cx: &mut Context<'a>,
    catalogue: &mut Catalogue<'a>,
    sources: &mut Sources<'a>,
    owner: &'a str,
    handle: &'a str,
    network: &'a intent::Network,
) {
    let id = cx.id("network", &format!("{owner}/{handle}"), network.id.as_ref());
    let domain = network.dns_domain.as_ref().map(|domain| domain.value.trim_end_matches('.').to_owned());
    let made = cx.fabric.networks.push(Network {
        project: owner.to_owned(),
        handle: handle.to_owned(),
        name: network.name.as_ref().map_or(handle, |name| name.value.as_str()).to_owned(),
        id,
        epg: None,
        bridge_domain: None,
        kind: NetworkKind::Internal,
        mtu: network.mtu.as_ref().map(|mtu| mtu.value),
        dns_domain: domain.filter(|domain| !domain.is_empty()),
        subnets: Vec::new(),
        source: network.handle.span,
    });
    catalogue.networks.insert((owner, handle), made);
    catalogue.network_ids.insert(id, Target::Internal(made));
    sources.networks.push(Some(network));
    let access = match &network.shared_with {
        SharedWith::Nobody => Access::These(BTreeSet::new()),
        SharedWith::Everybody(_) => Access::Everybody,
        SharedWith::Projects(list) => {
            Access::These(list.iter().filter_map(|project| catalogue.project(cx, project)).collect())
        }
    };
    sources.access.push(access);
    let path = format!("{owner}/{handle}");
    subnets(cx, catalogue, sources, made, &path, &network.subnets);
}

fn outside<'a>(
    cx: &mut Context<'a>,
    catalogue: &mut Catalogue<'a>,
    sources: &mut Sources<'a>,
    owner: &'a str,
    handle: &'a str,
    mut draft: External<'a>,
) {
    let network = draft.intent;
    let id = cx.id("external_network", handle, network.id.as_ref());
    let domain = network.dns_domain.as_ref().map(|domain| domain.value.trim_end_matches('.').to_owned());
    draft.network = cx.fabric.networks.push(Network {
        project: owner.to_owned(),
        handle: handle.to_owned(),
        name: handle.to_owned(),
        id,
        epg: None,
        bridge_domain: None,
        kind: NetworkKind::Internal,
        mtu: network.mtu.as_ref().map(|mtu| mtu.value),
        dns_domain: domain.filter(|domain| !domain.is_empty()),
        subnets: Vec::new(),
        source: network.handle.span,
    });
    sources.networks.push(None);
    sources.access.push(if draft.shared { Access::Everybody } else { Access::These(BTreeSet::new()) });
    subnets(cx, catalogue, sources, draft.network, handle, &network.subnets);
    sources.externals.push(draft);
}

fn subnets<'a>(
    cx: &mut Context<'a>,
    catalogue: &mut Catalogue<'a>,
    sources: &mut Sources<'a>,
    network: NetworkId,
    path: &str,
    subnets: &'a BTreeMap<String, Box<intent::Subnet>>,
) {
    let mut by_prefix = Vec::new();
    for subnet in subnets.values() {
        let handle = subnet.handle.value.as_str();
        let id = cx.id("subnet", &format!("{path}/{handle}"), subnet.id.as_ref());
        let prefix = subnet.cidr.value;
        let gateway = gateway(cx, subnet);
        let pools = match &subnet.allocation_pools {
            Some(written) => pools(cx, subnet, gateway, written.iter().map(|pool| (pool.value, pool.span)).collect()),
            None => default_pools(prefix, gateway),
        };
        let slaac = automatic(cx, subnet);
        let made = cx.fabric.subnets.push(Subnet {
            network,
            handle: handle.to_owned(),
            id,
            prefix,
            gateway,
            enable_dhcp: subnet.enable_dhcp.as_ref().is_none_or(|dhcp| dhcp.value),
            dns_nameservers: subnet.dns_nameservers.iter().map(|server| server.value).collect(),
            pools,
            host_routes: subnet.host_routes.iter().map(|r| (r.destination.value, r.nexthop.value)).collect(),
            dhcp_servers: Vec::new(),
            slaac,
            source: subnet.handle.span,
        });
        cx.fabric.networks[network].subnets.push(made);
        catalogue.subnets.insert((network, handle), made);
        catalogue.subnet_ids.insert(id, made);
        sources.subnets.push(subnet);
        let reserved = subnet.project.as_ref().and_then(|project| catalogue.project(cx, project));
        sources.reserved.push(reserved);
        by_prefix.push((prefix, made));
    }
    by_prefix.sort_unstable();
    sources.by_prefix.push(by_prefix);
}

/// The gateway: as written, or the first address where the prefix has room for one.
fn gateway(cx: &mut Context<'_>, subnet: &intent::Subnet) -> Option<IpAddr> {
    let prefix = subnet.cidr.value;
    match &subnet.gateway_ip {
        Gateway::None(_) | Gateway::Unread => None,
        Gateway::First => prefix.nth(1).filter(|_| !prefix.is_host()),
        Gateway::At(at) => {
            let fits = usable(prefix).is_some_and(|(first, last)| first <= at.value && at.value <= last);
            // Neutron takes the subnet-router anycast address of an IPv6 subnet as its gateway.
            if fits || (!prefix.is_ipv4() && at.value == prefix.network()) {
                return Some(at.value);
            }
            let link_local = matches!(at.value, IpAddr::V6(address) if address.is_unicast_link_local());
            let message = if link_local {
                format!(
                    "gateway {} is link-local, and the subnet of a bridge domain takes an address of {prefix}",
                    at.value
                )
            } else {
                format!("gateway {} is no usable address of {prefix}", at.value)
            };
            let finding = Diagnostic::at(&codes::SUBNET_SHAPE, at.span, message).label(subnet.cidr.span, "the subnet");
            cx.report(
                finding.maybe_help(
                    prefix
                        .nth(1)
                        .map(|first| format!("write `gateway_ip: {first}`, or `null` for a subnet without gateway")),
                ),
            );
            None
        }
    }
}

/// Written pools, checked as Neutron does: inside the subnet, apart from each other, without the gateway.
fn pools(
    cx: &mut Context<'_>,
    subnet: &intent::Subnet,
    gateway: Option<IpAddr>,
    mut pools: Vec<(AddressRange, Span)>,
) -> Vec<AddressRange> {
    let prefix = subnet.cidr.value;
    pools.sort_by_key(|(pool, _)| (pool.first, pool.last));
    let mut kept: Vec<(AddressRange, Span)> = Vec::new();
    let mut refused = false;
    for (pool, span) in pools {
        let inside = usable(prefix).is_some_and(|(first, last)| first <= pool.first && pool.last <= last);
        let finding = if !inside {
            let message = format!("allocation pool {pool} does not lie within the usable addresses of {prefix}");
            Diagnostic::at(&codes::SUBNET_SHAPE, span, message).label(subnet.cidr.span, "the subnet")
        } else if let Some(gateway) = gateway.filter(|gateway| pool.contains(*gateway)) {
            let message = format!("allocation pool {pool} holds the gateway {gateway}");
            let place = match &subnet.gateway_ip {
                Gateway::At(at) => at.span,
                Gateway::First | Gateway::None(_) | Gateway::Unread => subnet.cidr.span,
            };
            Diagnostic::at(&codes::SUBNET_SHAPE, span, message).label(place, "the gateway")
        } else if let Some((other, place)) = kept.last().filter(|(other, _)| other.last >= pool.first) {
            let message = format!("allocation pools {other} and {pool} share addresses");
            Diagnostic::at(&codes::SUBNET_SHAPE, span, message).label(*place, "the other pool")
        } else {
            kept.push((pool, span));
            continue;
        };
        refused = true;
        let usual = default_pools(prefix, gateway).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        cx.report(finding.help(match better(prefix, gateway, pool, kept.last().map(|(other, _)| *other)) {
            Some(better) => format!("write `{better}`; without `allocation_pools` they are {usual}"),
            None => format!("without `allocation_pools` they are {usual}"),
        }));
    }
    // That a pool was refused is no reason to run out of addresses too.
    if refused { default_pools(prefix, gateway) } else { kept.into_iter().map(|(pool, _)| pool).collect() }
}

/// What is left of a refused pool: the part within the usable addresses, behind the pool before it, without the gateway.
fn better(
    prefix: Prefix,
    gateway: Option<IpAddr>,
    pool: AddressRange,
    before: Option<AddressRange>,
) -> Option<AddressRange> {
    let (lowest, highest) = usable(prefix)?;
    let behind = before.filter(|before| before.first <= pool.last && pool.first <= before.last);
    let start = behind.map_or(Some(pool.first), |before| next(before.last))?.max(lowest);
    let rest = AddressRange::new(start, pool.last.min(highest))?;
    match gateway.filter(|gateway| rest.contains(*gateway)) {
        None => Some(rest),
        Some(gateway) if gateway == rest.first => AddressRange::new(next(gateway)?, rest.last),
        // Behind the gateway there may be more; the longer part is what is meant.
        Some(gateway) => {
            let low = default_pools(prefix, Some(gateway)).first().copied()?;
            let below = AddressRange::new(rest.first, low.last.min(rest.last));
            let above = next(gateway).and_then(|start| AddressRange::new(start, rest.last));
            below.into_iter().chain(above).max_by_key(|part| size(&[*part]))
        }
    }
}

fn next(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => v4.to_bits().checked_add(1).map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        IpAddr::V6(v6) => v6.to_bits().checked_add(1).map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
    }
}

/// Whether addresses are made from MACs, which takes a /64.
fn automatic(cx: &mut Context<'_>, subnet: &intent::Subnet) -> bool {
    let modes = [&subnet.ipv6_address_mode, &subnet.ipv6_ra_mode];
    let automatic =
        modes.into_iter().flatten().find(|mode| matches!(mode.value, Ipv6Mode::Slaac | Ipv6Mode::Dhcpv6Stateless));
    let Some(mode) = automatic else { return false };
    let prefix = subnet.cidr.value;
    if prefix.is_ipv4() || prefix.length() != 64 {
        let message = format!("{prefix} cannot have addresses made from MACs: that takes an IPv6 prefix of length 64");
        let finding = Diagnostic::at(&codes::SUBNET_SHAPE, subnet.cidr.span, message).label(mode.span, "asks for them");
        cx.report(finding.help("make it a /64, or take the mode out"));
        return false;
    }
    true
}

/// Keeps gateways from ports: APIC's bridge domain answers for them, and so do the flows of every host.
pub(crate) fn gateways(cx: &Context<'_>, sources: &Sources<'_>, addresses: &mut Addresses) {
    // Without routing in ACI the bridge domains have no subnets.
    if !cx.config.ml2.enable_aci_routing.value {
        return;
    }
    for subnet in cx.fabric.subnets.iter() {
        if let Some(gateway) = subnet.gateway {
            addresses.gateway(subnet.network, gateway, subnet.source);
        }
    }
    for external in &sources.externals {
        if let Some(pool) = &external.section.host_pool_cidr {
            addresses.gateway(external.network, pool.value.address, pool.span);
        }
    }
}

/// The network's subnet that holds an address.
pub(crate) fn subnet_with(sources: &Sources<'_>, network: NetworkId, address: IpAddr) -> Option<SubnetId> {
    let list = &sources.by_prefix[network.index()];
    let end = list.partition_point(|(prefix, _)| prefix.network() <= address);
    list[..end].last().filter(|(prefix, _)| prefix.contains(address)).map(|(_, subnet)| *subnet)
}

/// The network's subnet that lies nearest to an address of its family.
pub(crate) fn nearest_subnet(sources: &Sources<'_>, network: NetworkId, address: IpAddr) -> Option<Prefix> {
    let list = &sources.by_prefix[network.index()];
    let end = list.partition_point(|(prefix, _)| prefix.network() <= address);
    let around = list[..end].last().into_iter().chain(list.get(end));
    let near = around.filter_map(|(prefix, _)| Some((crate::allocate::cidr::distance(*prefix, address)?, *prefix)));
    near.min().map(|(_, prefix)| prefix)
}

/// Whether a project may attach to a network.
pub(crate) fn may_use(cx: &Context<'_>, sources: &Sources<'_>, network: NetworkId, project: &str) -> bool {
    cx.fabric.networks[network].project == project
        || match &sources.access[network.index()] {
            Access::Everybody => true,
            Access::These(projects) => projects.contains(project),
        }
}
