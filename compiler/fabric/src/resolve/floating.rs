//! Addresses of external networks: router gateways and floating IPs, and which port each floating IP stands for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use aciform_diagnostics::{Diagnostic, Span, Spanned};
use aciform_intent::model as intent;
use aciform_intent::scalar::AddressRange;

use super::address::Addresses;
use super::context::{Context, place, wanted};
use super::network::{Sources, may_use, nearest_subnet, subnet_with};
use super::port::{Ports, Wishes, scope};
use super::reference::{Catalogue, renamed, unknown};
use super::router::{Routing, not_shared};
use crate::allocate::pool::usable;
use crate::codes;
use crate::lock::Kind;
use crate::model::{ExtNetId, FloatingIp, Id, NetworkKind, PortId, PortOwner, RouterId, SubnetId, Unserved};

/// A floating IP or a router's gateway on its way to an address.
pub(crate) struct Draft<'a> {
    kind: Kind,
    project: &'a str,
    /// `<project>/<handle>`.
    key: String,
    external: ExtNetId,
    address: Option<IpAddr>,
    span: Span,
    owner: Owner<'a>,
}

enum Owner<'a> {
    Router(RouterId),
    Floating(&'a intent::FloatingIp),
}

/// Gives routers' gateways and floating IPs their addresses.
pub(crate) fn resolve<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    routing: &Routing<'a>,
    wishes: &Wishes,
    addresses: &mut Addresses,
) -> Vec<Draft<'a>> {
    let intent = cx.intent;
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    for (at, router) in routing.intents.iter().enumerate() {
        let id = RouterId::from_index(at);
        let row = &cx.fabric.routers[id];
        let (Some(gateway), Some(out)) = (&row.gateway, &router.external_gateway) else { continue };
        let Some((project, _)) = intent.projects.get_key_value(&row.project) else { continue };
        drafts.push(Draft {
            kind: Kind::RouterGateway,
            project,
            key: format!("{project}/{}", row.handle),
            external: gateway.external_network,
            address: None,
            span: out.span,
            owner: Owner::Router(id),
        });
    }
    for (project, own) in &intent.projects {
        for (handle, floating) in &own.floating_ips {
            let Some(external) = catalogue.external(cx, &floating.network) else { continue };
            let network = sources.externals[external.index()].network;
            if !may_use(cx, sources, network, project) {
                not_shared(cx, sources, &floating.network, external, project);
                continue;
            }
            drafts.push(Draft {
                kind: Kind::FloatingIp,
                project,
                key: format!("{project}/{handle}"),
                external,
                address: None,
                span: floating.handle.span,
                owner: Owner::Floating(floating),
            });
        }
    }
    let mut refused = BTreeSet::new();
    for (at, draft) in drafts.iter_mut().enumerate() {
        let written = match &draft.owner {
            Owner::Router(router) => {
                routing.intents[router.index()].external_gateway.as_ref().and_then(|out| out.fixed_ip.as_ref())
            }
            Owner::Floating(floating) => floating.address.as_ref(),
        };
        let Some(written) = written else { continue };
        draft.address = take(cx, sources, addresses, draft, written);
        if draft.address.is_none() {
            refused.insert(at);
        }
    }
    let mut open: BTreeMap<ExtNetId, Vec<usize>> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate().filter(|(at, draft)| draft.address.is_none() && !refused.contains(at))
    {
        open.entry(draft.external).or_default().push(at);
    }
    for (external, open) in open {
        allocate(cx, sources, wishes, addresses, external, &mut drafts, &open);
    }

    drafts
}

/// Makes the list of floating IPs, each with the port that it stands for, and gives routers their gateways.
pub(crate) fn bind<'a>(
    cx: &mut Context<'a>,
    sources: &Sources<'a>,
    routing: &Routing<'a>,
    ports: &Ports<'a>,
    drafts: Vec<Draft<'a>>,
) {
    let mut floating: Vec<FloatingIp> = Vec::new();
    let mut targets: HashMap<(PortId, IpAddr), Span> = HashMap::new();
    for draft in drafts {
        match draft.owner {
            Owner::Router(router) => {
                if let Some(gateway) = &mut cx.fabric.routers[router].gateway {
                    gateway.address = draft.address;
                }
            }
            Owner::Floating(written) => {
                let id = cx.id("floating_ip", &draft.key, written.id.as_ref());
                let port = target(cx, sources, routing, ports, &draft, written);
                if let (Some((port, address)), Some(reference)) = (port, &written.port)
                    && let Some(first) = targets.insert((port, address), reference.span)
                {
                    let message = format!("{address} of `{}` has a floating IP already", reference.value);
                    let finding = Diagnostic::at(&codes::FLOATING_TARGET, reference.span, message);
                    cx.report(finding.label(first, "this one").help("give one of them another port or `fixed_ip`"));
                }
                let Some(address) = draft.address else { continue };
                floating.push(FloatingIp {
                    project: draft.project.to_owned(),
                    handle: written.handle.value.clone(),
                    id,
                    external_network: draft.external,
                    address,
                    port,
                    source: written.handle.span,
                });
            }
        }
    }
    floating.sort_by_key(|floating| floating.id);
    cx.fabric.floating_ips = floating.into();
}

/// Takes a written address of an external network.
fn take(
    cx: &mut Context<'_>,
    sources: &Sources<'_>,
    addresses: &mut Addresses,
    draft: &Draft<'_>,
    written: &Spanned<IpAddr>,
) -> Option<IpAddr> {
    let external = &sources.externals[draft.external.index()];
    let address = written.value;
    let Some(subnet) = subnet_with(sources, external.network, address) else {
        if cx.blurred(external.network) {
            return None;
        }
        let pool = external.section.host_pool_cidr.as_ref().filter(|pool| pool.value.network.contains(address));
        let finding = match pool {
            Some(pool) => {
                let message = format!("{address} lies in the SNAT pool of `{}`, which hosts share", external.handle);
                Diagnostic::at(&codes::EXTERNAL_ADDRESS, written.span, message).label(pool.span, "the pool")
            }
            None => {
                let message = format!("{address} lies in no subnet of external network `{}`", external.handle);
                let place = external.intent.handle.span;
                Diagnostic::at(&codes::EXTERNAL_ADDRESS, written.span, message).label(place, "the network")
            }
        };
        let near = nearest_subnet(sources, external.network, address);
        cx.report(finding.maybe_help(near.map(|near| format!("write an address of {near}, the nearest subnet"))));
        return None;
    };
    let row = &cx.fabric.subnets[subnet];
    let source = sources.subnets[subnet.index()];
    if let Some(project) = sources.reserved[subnet.index()].filter(|project| *project != draft.project) {
        let message = format!("{address} lies in `{}`, which is reserved for `{project}`", row.handle);
        let place = place(source.project.as_ref(), source.handle.span);
        let finding = Diagnostic::at(&codes::EXTERNAL_ADDRESS, written.span, message).label(place, "reserved here");
        cx.report(finding.help("write an address of another subnet, or leave it out"));
        return None;
    }
    if usable(row.prefix).is_none_or(|(first, last)| address < first || last < address) {
        let message = format!("{address} is the network or broadcast address of {}", row.prefix);
        let finding = Diagnostic::at(&codes::UNUSABLE_ADDRESS, written.span, message);
        cx.report(finding.label(source.cidr.span, "the subnet").help("write another, or leave it out"));
        return None;
    }
    if let Some((first, how)) = addresses.claim(external.network, Some(subnet), address, written.span) {
        let message = format!("{address} is taken in external network `{}`", external.handle);
        let finding = Diagnostic::at(&codes::ADDRESS_TWICE, written.span, message).label(first, how);
        cx.report(finding.help("write another, or leave it out"));
        return None;
    }
    Some(address)
}

/// Hands out what is not written, from the subnets that are not reserved for another project.
/// Gateways, floating IPs and ports share the subnets but not a list in the lock,
/// so what each list kept is kept out of the others' hands first.
fn allocate(
    cx: &mut Context<'_>,
    sources: &Sources<'_>,
    wishes: &Wishes,
    addresses: &mut Addresses,
    external: ExtNetId,
    drafts: &mut [Draft<'_>],
    open: &[usize],
) {
    let (network, handle) = (sources.externals[external.index()].network, sources.externals[external.index()].handle);
    let subnets: Vec<SubnetId> = cx.fabric.networks[network].subnets.clone();
    let subnets: Vec<SubnetId> =
        subnets.into_iter().filter(|subnet| cx.fabric.subnets[*subnet].prefix.is_ipv4()).collect();
    let mut kept: Vec<(Option<usize>, IpAddr)> = Vec::new();
    for subnet in &subnets {
        let scope = scope(cx, *subnet);
        for key in wishes.keys(*subnet) {
            let address = cx.ledger.kept(Kind::FixedIp, &scope, key).and_then(|text| text.parse().ok());
            kept.extend(address.map(|address| (None, address)));
        }
    }
    let mut calls: BTreeMap<(Kind, Vec<SubnetId>), Vec<usize>> = BTreeMap::new();
    for at in open.iter().copied() {
        let draft = &drafts[at];
        let free = |subnet: &&SubnetId| sources.reserved[subnet.index()].is_none_or(|project| project == draft.project);
        let from: Vec<SubnetId> = subnets.iter().filter(free).copied().collect();
        if from.is_empty() {
            // A router's gateway does without; a floating IP is nothing without its address.
            if let Owner::Floating(floating) = &draft.owner {
                let message =
                    format!("external network `{handle}` has no subnet for floating IPs of `{}`", draft.project);
                let finding = Diagnostic::at(&codes::EXTERNAL_ADDRESS, floating.network.span, message);
                let finding = finding.label(sources.externals[external.index()].intent.handle.span, "the network");
                cx.report(finding.help("give it an IPv4 subnet that is not reserved for another project"));
            }
            continue;
        }
        let address = cx.ledger.kept(draft.kind, handle, &draft.key).and_then(|text| text.parse().ok());
        kept.extend(address.map(|address| (Some(at), address)));
        calls.entry((draft.kind, from)).or_default().push(at);
    }
    for ((kind, from), members) in calls {
        let own: BTreeSet<usize> = members.iter().copied().collect();
        let mut taken: Vec<IpAddr> = subnets.iter().flat_map(|subnet| addresses.on(*subnet)).copied().collect();
        taken.extend(kept.iter().filter(|(at, _)| at.is_none_or(|at| !own.contains(&at))).map(|(_, address)| *address));
        let pools: Vec<AddressRange> = from.iter().flat_map(|at| cx.fabric.subnets[*at].pools.clone()).collect();
        let wants: Vec<_> = members.iter().map(|at| wanted(drafts[*at].key.as_str(), Some(drafts[*at].span))).collect();
        let served = cx.ledger.addresses(kind, handle, &wants, &pools, &taken, &mut cx.diagnostics);
        for (at, address) in members.into_iter().zip(served) {
            let Some(address) = address else {
                let what = match drafts[at].owner {
                    Owner::Router(_) => Unserved::RouterGateway,
                    Owner::Floating(_) => Unserved::FloatingIp(external),
                };
                cx.fabric.unserved.extend(from.last().map(|subnet| (*subnet, what)));
                continue;
            };
            drafts[at].address = Some(address);
            addresses.claim(network, subnet_with(sources, network, address), address, drafts[at].span);
        }
    }
}

/// What to say where an instance is named without its port, or with one that it does not have; and the path of the port
/// that is probably meant.
fn ports_of(cx: &mut Context<'_>, project: &str, text: &str) -> Option<(String, Option<String>)> {
    let instances = &cx.intent.projects.get(project)?.instances;
    let (name, port) = match instances.contains_key(text) {
        true => (text, None),
        false => text.rsplit_once('/').map(|(name, port)| (name, Some(port)))?,
    };
    let paths: Vec<String> = instances.get(name)?.ports.keys().map(|port| format!("{name}/{port}")).collect();
    let near = port.and_then(|_| cx.nearest(text, paths.iter().map(String::as_str)));
    Some(match (paths.as_slice(), near) {
        ([], _) => (format!("instance `{name}` has no port; add one under its `ports`"), None),
        (_, Some(near)) => (format!("did you mean `{near}`?"), Some(near.to_owned())),
        ([only], None) => (format!("name the port: `{only}`"), Some(only.clone())),
        ([first, ..], None) if port.is_none() => {
            (format!("name the port: `{first}`, or another of the {} of the instance", paths.len()), None)
        }
        (several, None) => {
            let listed = several.iter().take(8).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
            (format!("the ports of the instance are {listed}"), None)
        }
    })
}

/// The port and address that a floating IP stands for.
fn target<'a>(
    cx: &mut Context<'a>,
    sources: &Sources<'a>,
    routing: &Routing<'a>,
    ports: &Ports<'a>,
    draft: &Draft<'a>,
    floating: &intent::FloatingIp,
) -> Option<(PortId, IpAddr)> {
    let reference = floating.port.as_ref()?;
    let Some(port) = ports.find(&cx.fabric, draft.project, &reference.value) else {
        let text = reference.value.as_str();
        let path = format!("{}/{text}", draft.project);
        let instance = path.rsplit_once('/').map_or("", |(instance, _)| instance);
        if cx.left_out(text, &[("ports", &path), ("ports", text), ("instances", instance)]) {
            return None;
        }
        if let Some((help, meant)) = ports_of(cx, draft.project, text) {
            let message = format!("no port is called `{text}`");
            let fix = meant.and_then(|meant| renamed(reference.span, text, &meant));
            cx.report(Diagnostic::at(&codes::UNKNOWN_REFERENCE, reference.span, message).help(help).maybe_fix(fix));
            return None;
        }
        let paths = if cx.suggesting() { ports.paths(draft.project) } else { Vec::new() };
        let near = cx.nearest(&reference.value, paths.iter().map(String::as_str)).map(str::to_owned);
        unknown(cx, "port", reference, near);
        return None;
    };
    let port = port?;
    let row = &cx.fabric.ports[port];
    if row.project != draft.project {
        let message = format!("port `{}` belongs to `{}`, not to `{}`", row.path, row.project, draft.project);
        let finding = Diagnostic::at(&codes::FLOATING_TARGET, reference.span, message).label(row.source, "the port");
        cx.report(finding.help(format!("put the floating IP into `{}`", row.project)));
        return None;
    }
    let six = [&floating.address, &floating.fixed_ip].into_iter().flatten().find(|written| written.value.is_ipv6());
    if let Some(written) = six {
        // The shadow's one subnet is 0.0.0.0/0, so nothing of IPv6 would ever reach the flows of such a mapping.
        let message = format!("a floating IP between IPv6 addresses ({}) is not supported yet", written.value);
        let help = "write an IPv4 address, or route the IPv6 subnet instead";
        cx.report(Diagnostic::at(&codes::NOT_SUPPORTED_YET, written.span, message).help(help));
        return None;
    }
    let v4: Vec<IpAddr> = row.fixed_ips.iter().map(|ip| ip.address).filter(IpAddr::is_ipv4).collect();
    let list = v4.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let address = match (&floating.fixed_ip, v4.as_slice()) {
        (Some(written), _) if v4.contains(&written.value) => written.value,
        // An address that was refused may be the one that is meant.
        _ if ports.lacking.contains(&port) => return None,
        (Some(written), _) => {
            let message = format!("port `{}` does not have {}", row.path, written.value);
            let finding = Diagnostic::at(&codes::FLOATING_TARGET, written.span, message).label(row.source, "the port");
            cx.report(finding.help(match v4.len() {
                0 => "name a port with an IPv4 address".to_owned(),
                1 => format!("write {list}, or leave `fixed_ip` out"),
                _ => format!("write one of {list}"),
            }));
            return None;
        }
        (None, [only]) => *only,
        // A port without addresses is on a network without IPv4.
        (None, [] | [_, _, ..]) => {
            let message = format!("port `{}` has {} IPv4 addresses", row.path, v4.len());
            let finding =
                Diagnostic::at(&codes::FLOATING_TARGET, reference.span, message).label(row.source, "the port");
            let help = if v4.is_empty() {
                "give the port an IPv4 address".to_owned()
            } else {
                format!("write `fixed_ip:` with one of {list}")
            };
            cx.report(finding.help(help));
            return None;
        }
    };
    let subnet = row.fixed_ips.iter().find(|ip| ip.address == address).map(|ip| ip.subnet)?;
    let (network, source) = (&cx.fabric.networks[row.network], row.source);
    let bound = row.owner != PortOwner::Unbound;
    let external = sources.externals[draft.external.index()].handle;
    if routing.way_out(cx, subnet).map(|(way, _)| way) != Some(draft.external) {
        if routing.in_doubt(&cx.fabric.ports[port].project, cx) {
            return None;
        }
        let name = format!("{}/{}", network.handle, cx.fabric.subnets[subnet].handle);
        let routers = routing.joined.get(&subnet).map_or(&[][..], Vec::as_slice);
        let help = match (network.kind, routers.first()) {
            (NetworkKind::External(_), _) => "take it out: the port is on an external network itself".to_owned(),
            (NetworkKind::Internal, None) => {
                format!("add `{name}` to the `interfaces` of a router with `external_gateway: {{network: {external}}}`")
            }
            (NetworkKind::Internal, Some((router, _))) => {
                let router = &cx.fabric.routers[*router];
                match &router.gateway {
                    None => format!("add `external_gateway: {{network: {external}}}` to router `{}`", router.handle),
                    Some(gateway) => {
                        let other = sources.externals[gateway.external_network.index()].handle;
                        format!("router `{}` leads out by `{other}`: take the floating IP from there", router.handle)
                    }
                }
            }
        };
        let message = format!("no router leads from {name} of port `{}` to external network `{external}`", row.path);
        let finding = Diagnostic::at(&codes::UNREACHABLE_FLOATING_IP, reference.span, message);
        cx.report(finding.label(source, "the port").help(help));
        return None;
    }
    if !bound {
        let message = format!("port `{}` is on no instance, so no host carries its floating IP", row.path);
        let finding = Diagnostic::at(&codes::IDLE_FLOATING_IP, reference.span, message).label(source, "the port");
        cx.report(finding.help("name a port of an instance"));
    }
    Some((port, address))
}
