//! Routers: the subnets they join, their address on each, and their way out.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::model as intent;

use super::address::Addresses;
use super::context::Context;
use super::network::{Sources, may_use};
use super::reference::{Catalogue, Segment, Target};
use crate::allocate::pool::usable;
use crate::codes;
use crate::model::{ContractId, ExtNetId, Id, Router, RouterGateway, RouterId, SubnetId};

/// What the intent says about routers beyond the table. Positions of `intents` are [`RouterId`]s.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routing<'a> {
    pub(crate) intents: Vec<&'a intent::Router>,
    /// For each subnet, the routers that join it with where they say so, in table order.
    pub(crate) joined: BTreeMap<SubnetId, Vec<(RouterId, Span)>>,
    doubtful: BTreeSet<String>,
}

impl Routing<'_> {
    /// Whether a router of the project has an interface or gateway that was refused,
    /// so that what it does not lead to may be meant all the same.
    pub(crate) fn in_doubt(&self, project: &str, cx: &Context<'_>) -> bool {
        !cx.intent.incomplete.is_empty() || self.doubtful.contains(project)
    }

    /// The way out of a subnet: its external network, and whether any of its routers there does SNAT.
    pub(crate) fn way_out(&self, cx: &Context<'_>, subnet: SubnetId) -> Option<(ExtNetId, bool)> {
        let routers = self.joined.get(&subnet)?;
        let gateways = routers.iter().filter_map(|(router, _)| cx.fabric.routers[*router].gateway.as_ref());
        gateways.map(|gateway| (gateway.external_network, gateway.enable_snat)).reduce(|a, b| (a.0, a.1 || b.1))
    }
}

/// Makes the table of routers; gateways get their addresses later.
pub(crate) fn resolve<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    addresses: &mut Addresses,
) -> Routing<'a> {
    let intent = cx.intent;
    let mut routing = Routing::default();
    for (owner, project) in &intent.projects {
        for (handle, router) in &project.routers {
            let path = format!("{owner}/{handle}");
            let id = cx.id("router", &path, router.id.as_ref());
            let gateway =
                router.external_gateway.as_ref().and_then(|out| gateway(cx, catalogue, sources, owner, &path, out));
            let made = cx.fabric.routers.push(Router {
                project: owner.clone(),
                handle: handle.clone(),
                name: router.name.as_ref().map_or(handle, |name| &name.value).clone(),
                id,
                contract: ContractId::from_index(0),
                gateway,
                interfaces: Vec::new(),
                source: router.handle.span,
            });
            routing.intents.push(router);
            let before = cx.diagnostics.len();
            for interface in &router.interfaces {
                join(cx, catalogue, sources, addresses, &mut routing, made, interface);
            }
            cx.fabric.routers[made].interfaces.sort_unstable();
            let lost = router.external_gateway.is_some() && cx.fabric.routers[made].gateway.is_none();
            let unread = cx.intent.incomplete.lacks(&format!("routers/{path}/ways"));
            if lost || unread || cx.diagnostics.len() > before {
                routing.doubtful.insert(owner.clone());
            }
        }
    }
    one_way_out(cx, &routing);
    routing
}

fn gateway<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    owner: &str,
    path: &str,
    out: &intent::ExternalGateway,
) -> Option<RouterGateway> {
    let external = catalogue.external(cx, &out.network)?;
    let network = sources.externals[external.index()].network;
    if !may_use(cx, sources, network, owner) {
        not_shared(cx, sources, &out.network, external, owner);
        return None;
    }
    let mac = cx.ledger.mac(cx.system(), &format!("router {path}"), None);
    let enable_snat = out.enable_snat.as_ref().is_none_or(|snat| snat.value);
    Some(RouterGateway { external_network: external, address: None, mac, enable_snat })
}

/// Refuses the use of another project's external network.
pub(crate) fn not_shared(
    cx: &mut Context<'_>,
    sources: &Sources<'_>,
    reference: &aciform_diagnostics::Spanned<String>,
    external: ExtNetId,
    project: &str,
) {
    let external = &sources.externals[external.index()];
    let owner = external.owner.unwrap_or_default();
    let message =
        format!("external network `{}` belongs to `{owner}` and is not shared with `{project}`", external.handle);
    let finding = Diagnostic::at(&codes::NOT_SHARED, reference.span, message);
    let finding = finding.label(external.intent.handle.span, "the network");
    cx.report(finding.help(format!("add `shared: true` to `{}`", external.handle)));
}

/// Joins what one entry of `interfaces` names.
fn join<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    addresses: &mut Addresses,
    routing: &mut Routing<'a>,
    router: RouterId,
    interface: &intent::RouterInterface,
) {
    let owner = cx.fabric.routers[router].project.clone();
    let span = interface.reference.span;
    let segment = catalogue.segment(cx, &owner, &interface.reference, interface.subnet_only);
    let (network, subnets) = match segment {
        None | Some(Segment::Network(Target::Missing)) => return,
        Some(Segment::Network(Target::Internal(network))) => (network, cx.fabric.networks[network].subnets.clone()),
        Some(Segment::Subnet(subnet)) => (cx.fabric.subnets[subnet].network, vec![subnet]),
        Some(Segment::Network(Target::External(external))) => {
            return outward(cx, span, sources.externals[external.index()].handle);
        }
    };
    if sources.networks[network.index()].is_none() {
        let handle = cx.fabric.networks[network].handle.clone();
        return outward(cx, span, &handle);
    }
    let (project, handle) = (cx.fabric.networks[network].project.clone(), cx.fabric.networks[network].handle.clone());
    let source = cx.fabric.networks[network].source;
    if project != owner {
        // With a VRF for each project, a network of another project lies in a VRF that this router is not in.
        if cx.config.ml2.per_tenant_context.value {
            let message =
                format!("router of `{owner}` joins network `{handle}` of `{project}`, which lies in another VRF");
            let finding = Diagnostic::at(&codes::FOREIGN_INTERFACE, span, message).label(source, "the network");
            return cx
                .report(finding.help(format!("put the router into `{project}`, or set `per_tenant_context = False`")));
        }
        if !may_use(cx, sources, network, &owner) {
            let message = format!("network `{handle}` of `{project}` is not shared with `{owner}`");
            let finding = Diagnostic::at(&codes::NOT_SHARED, span, message).label(source, "the network");
            return cx.report(finding.help(format!("add `{owner}` to its `shared_with`")));
        }
    }
    if let (Some(ip), [_, _, ..]) = (&interface.ip, subnets.as_slice()) {
        let message =
            format!("{} stands for {} subnets, so one address cannot do", interface.reference.value, subnets.len());
        let finding = Diagnostic::at(&codes::INTERFACE_ADDRESS, ip.span, message);
        return cx.report(finding.help(format!("name the subnet: `{{subnet: {handle}/..., ip: {}}}`", ip.value)));
    }
    if subnets.is_empty() && cx.blurred(network) {
        return;
    }
    if subnets.is_empty() {
        let message = format!("network `{handle}` has no subnet for a router to join");
        return cx.report(Diagnostic::at(&codes::INTERFACE_ADDRESS, span, message).label(source, "the network"));
    }
    for subnet in subnets {
        let row = &cx.fabric.subnets[subnet];
        let (prefix, gateway, name) = (row.prefix, row.gateway, row.handle.clone());
        let (address, place) = match (&interface.ip, gateway) {
            (Some(ip), _) if !prefix.contains(ip.value) => {
                let message = format!("{} does not lie in {prefix}", ip.value);
                cx.report(
                    Diagnostic::at(&codes::OUTSIDE, ip.span, message)
                        .label(sources.subnets[subnet.index()].cidr.span, "the subnet")
                        .help(format!("write an address of {prefix}")),
                );
                continue;
            }
            (Some(ip), _) if usable(prefix).is_none_or(|(first, last)| ip.value < first || last < ip.value) => {
                let message = format!("{} is the network or broadcast address of {prefix}", ip.value);
                let finding = Diagnostic::at(&codes::UNUSABLE_ADDRESS, ip.span, message);
                cx.report(finding.label(sources.subnets[subnet.index()].cidr.span, "the subnet").help("write another"));
                continue;
            }
            (Some(ip), _) => (ip.value, ip.span),
            (None, Some(gateway)) => (gateway, span),
            // The gateway is written, and what it is was not readable.
            (None, None) if matches!(sources.subnets[subnet.index()].gateway_ip, intent::Gateway::Unread) => continue,
            (None, None) => {
                let message = format!("subnet `{handle}/{name}` has no gateway, so the router has no address on it");
                let finding = Diagnostic::at(&codes::INTERFACE_ADDRESS, span, message);
                let free = prefix.nth(1).map_or_else(|| "...".to_owned(), |first| first.to_string());
                cx.report(finding.help(format!("write `{{subnet: {handle}/{name}, ip: {free}}}`")));
                continue;
            }
        };
        if let Some(first) = addresses.join(network, Some(subnet), address, place) {
            let message = format!("{address} on `{handle}/{name}` is taken");
            let finding = Diagnostic::at(&codes::ADDRESS_TWICE, place, message).label(first, "by this");
            cx.report(finding.help("give the interface an address of its own with `ip:`, or join the subnet once"));
            continue;
        }
        cx.fabric.routers[router].interfaces.push((subnet, address));
        routing.joined.entry(subnet).or_default().push((router, span));
    }
}

fn outward(cx: &mut Context<'_>, span: Span, handle: &str) {
    let message = format!("`{handle}` is an external network, which a router reaches by its gateway");
    let finding = Diagnostic::at(&codes::WRONG_NETWORK, span, message);
    cx.report(finding.help(format!("write `external_gateway: {{network: {handle}}}`")));
}

/// Refuses a VRF whose routers lead out by different external networks: it can have one default route.
fn one_way_out(cx: &mut Context<'_>, routing: &Routing<'_>) {
    let mut first: BTreeMap<&str, (ExtNetId, Span, String)> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, router) in cx.fabric.routers.entries() {
        let Some(gateway) = &router.gateway else { continue };
        let Some(out) = routing.intents[at.index()].external_gateway.as_ref() else { continue };
        let vrf = if cx.config.ml2.per_tenant_context.value { router.project.as_str() } else { "" };
        match first.get(vrf) {
            None => {
                first.insert(vrf, (gateway.external_network, out.network.span, out.network.value.clone()));
            }
            Some((network, place, name)) if *network != gateway.external_network => {
                let message = format!(
                    "router `{}` leads out by `{}`, and another of its VRF by `{name}`: a VRF has one default route",
                    router.handle, out.network.value
                );
                let finding = Diagnostic::at(&codes::TWO_DEFAULT_ROUTES, out.network.span, message);
                found.push(
                    finding.label(*place, "the other way out").help("put one of the routers into a project of its own"),
                );
            }
            Some(_) => {}
        }
    }
    for finding in found {
        cx.report(finding);
    }
}
