//! Ports of instances, of DHCP and of nobody: identity, MAC, addresses, groups, pairs.

mod addressing;

use std::collections::HashSet;

use aciform_diagnostics::Diagnostic;
use aciform_intent::model as intent;
use aciform_intent::scalar::{MacAddr, Prefix};

use super::address::Addresses;
use super::context::{Context, place};
use super::dhcp::Serving;
use super::network::{Sources, may_use};
use super::reference::{Catalogue, Target, uuid};
use super::security;
use crate::map::Map;
use crate::model::{Fabric, FixedIp, HostId, Id, NetworkId, NetworkKind, Pair, Port, PortId, PortOwner};
use crate::{codes, defaults};

use addressing::Slot;
pub(crate) use addressing::{Wishes, scope};

/// What a port may be called by others, and what the intent says about it beyond the table. Positions are [`PortId`]s.
#[derive(Debug, Default)]
pub(crate) struct Ports<'a> {
    /// By where the intent holds it: two aliases of one text are two ports of one place, so no span will do.
    made: Map<*const intent::Port, PortId>,
    intent: Option<&'a intent::Intent>,
    /// Ports that lack an address that is written, which was reported.
    pub(crate) lacking: HashSet<PortId>,
}

/// A port before its addresses are handed out.
struct Draft<'a> {
    port: Port,
    key: String,
    project: &'a str,
    intent: Option<&'a intent::Port>,
    pin: Option<&'a intent::DhcpPort>,
    slots: Vec<Slot>,
    lacking: bool,
}

/// Makes the table of ports.
pub(crate) fn resolve<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    addresses: &mut Addresses,
    serving: &[Serving<'a>],
) -> (Ports<'a>, Wishes) {
    let mut ports = Ports { intent: Some(cx.intent), ..Ports::default() };
    let mut drafts = collect(cx, catalogue, sources, serving.len());
    for serving in serving {
        drafts.push(dhcp(cx, serving));
    }
    macs(cx, &drafts);

    // In written order, so that of two claims to one address the later is the one that is refused.
    let wishes = &mut Wishes::default();
    for draft in &mut drafts {
        match draft.pin {
            Some(pin) => addressing::pinned(cx, sources, addresses, draft, pin),
            None => {
                if let Some(intent) = draft.intent {
                    filter(cx, catalogue, sources, draft.project, intent, &mut draft.port);
                }
                let before = cx.diagnostics.len();
                addressing::written(cx, catalogue, sources, addresses, wishes, draft);
                let incomplete = &cx.intent.incomplete;
                let unread = !incomplete.is_empty() && incomplete.lacks(&format!("ports/{}/fixed_ips", draft.key));
                draft.lacking = unread || cx.diagnostics.len() > before || cx.blurred(draft.port.network);
            }
        }
    }
    for draft in &mut drafts {
        if draft.port.owner == PortOwner::Dhcp {
            addressing::serve(cx, addresses, wishes, draft);
        } else {
            addressing::automatic(cx, addresses, draft);
        }
    }
    // Drafts are large: each moves once, to its place in the table.
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_cached_key(|at| drafts[*at].port.id);
    alike(cx, &drafts, &order);
    let mut drafts: Vec<Option<Draft<'_>>> = drafts.into_iter().map(Some).collect();
    cx.fabric.ports.reserve(drafts.len());
    for (at, draft) in order.into_iter().filter_map(|at| drafts[at].take()).enumerate() {
        let id = PortId::from_index(at);
        let Draft { mut port, intent, slots, lacking, .. } = draft;
        if lacking {
            ports.lacking.insert(id);
        }
        port.fixed_ips.reserve_exact(slots.len());
        for slot in slots {
            match slot {
                Slot::Known(fixed) => port.fixed_ips.push(fixed),
                Slot::Wished(subnet, wish) => {
                    // The address is filled in when the subnet's list is served; until then its network stands in.
                    wishes.places.entry(subnet).or_default().push((wish, id, port.fixed_ips.len()));
                    port.fixed_ips.push(FixedIp { subnet, address: cx.fabric.subnets[subnet].prefix.network() });
                }
            }
        }
        if let Some(intent) = intent {
            ports.made.insert(std::ptr::from_ref(intent), id);
        }
        cx.fabric.ports.push(port);
    }
    (ports, std::mem::take(wishes))
}

/// The ports that the intent writes, with room for `more`.
fn collect<'a>(cx: &mut Context<'a>, catalogue: &Catalogue<'a>, sources: &Sources<'a>, more: usize) -> Vec<Draft<'a>> {
    let intent = cx.intent;
    let most = intent.projects.values().map(|own| own.every_port().count()).sum::<usize>() + more;
    let mut drafts = Vec::with_capacity(most);
    for (project, own) in &intent.projects {
        for (handle, instance) in &own.instances {
            let host = catalogue.host(cx, &instance.host);
            let unsure = cx.left_out("", &[("hosts", &instance.host.value)]);
            if let Some(host) = host.filter(|host| !cx.fabric.hosts[*host].compute && !unsure) {
                let name = cx.fabric.hosts[host].name.clone();
                let finding =
                    Diagnostic::at(&codes::ROLE, instance.host.span, format!("host `{name}` runs no instances"));
                let place = intent.hosts.get(&name).map_or(instance.host.span, |host| host.handle.span);
                cx.report(finding.label(place, "the host").help("add `compute` to its `roles`"));
            }
            let name = instance.name.as_ref().map_or(handle, |name| &name.value);
            for port in instance.ports.values() {
                let path = format!("{handle}/{}", port.handle.value);
                let owner = PortOwner::Instance(name.clone());
                drafts.extend(draft(cx, catalogue, sources, project, path, port, owner, host));
            }
        }
        for port in own.ports.values() {
            let path = port.handle.value.clone();
            drafts.extend(draft(cx, catalogue, sources, project, path, port, PortOwner::Unbound, None));
        }
    }
    drafts
}

#[allow(clippy::too_many_arguments, reason = "a port is made of what its owner knows and what everything else knows")]
fn draft<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    project: &'a str,
    path: String,
    port: &'a intent::Port,
    owner: PortOwner,
    host: Option<HostId>,
) -> Option<Draft<'a>> {
    let key = format!("{project}/{path}");
    let id = cx.ledger.port_id(cx.system(), &key, port.id.as_ref().map(|id| id.value));
    let network = match catalogue.network(cx, project, &port.network) {
        Target::Internal(network) => network,
        Target::External(external) => sources.externals[external.index()].network,
        Target::Missing => return None,
    };
    if !may_use(cx, sources, network, project) {
        let row = &cx.fabric.networks[network];
        let message = format!("network `{}` of `{}` is not shared with `{project}`", row.handle, row.project);
        let help = match row.kind {
            NetworkKind::Internal => format!("add `{project}` to its `shared_with`"),
            NetworkKind::External(_) => "add `shared: true` to it".to_owned(),
        };
        let finding = Diagnostic::at(&codes::NOT_SHARED, port.network.span, message).label(row.source, "the network");
        cx.report(finding.help(help));
        return None;
    }
    let mac = cx.ledger.mac(cx.system(), &format!("port {key}"), port.mac_address.as_ref().map(|mac| mac.value));
    let port_security = has_security(cx, sources, network, port);
    Some(Draft {
        port: Port {
            project: project.to_owned(),
            path,
            id,
            mac,
            network,
            fixed_ips: Vec::new(),
            owner,
            host,
            port_security,
            security_groups: Vec::new(),
            pairs: Vec::new(),
            zone: None,
            source: port.handle.span,
        },
        key,
        project,
        intent: Some(port),
        pin: None,
        slots: Vec::with_capacity(1),
        lacking: false,
    })
}

/// Whether a port is filtered: as it says, or else its network.
pub(super) fn has_security(cx: &Context<'_>, sources: &Sources<'_>, network: NetworkId, port: &intent::Port) -> bool {
    let of_network = match (sources.networks[network.index()], cx.fabric.networks[network].kind) {
        (Some(network), _) => network.port_security_enabled.as_ref(),
        (None, NetworkKind::External(at)) => sources.externals[at.index()].intent.port_security_enabled.as_ref(),
        (None, NetworkKind::Internal) => None,
    };
    port.port_security_enabled.as_ref().or(of_network).is_none_or(|security| security.value)
}

/// A DHCP port: trusted, so it is neither filtered nor in any group.
fn dhcp<'a>(cx: &mut Context<'a>, serving: &Serving<'a>) -> Draft<'a> {
    let host = cx.fabric.hosts[serving.host].name.clone();
    let network = &cx.fabric.networks[serving.network];
    let (project, path, source) = (network.project.clone(), format!("{}/dhcp/{host}", network.handle), network.source);
    let key = format!("{project}/{path}");
    let id = cx.ledger.port_id(cx.system(), &key, serving.pin.and_then(|pin| pin.id.as_ref()).map(|id| id.value));
    let mac = serving.pin.and_then(|pin| pin.mac_address.as_ref()).map(|mac| mac.value);
    let mac = cx.ledger.mac(cx.system(), &format!("port {key}"), mac);
    Draft {
        port: Port {
            project,
            path,
            id,
            mac,
            network: serving.network,
            fixed_ips: Vec::new(),
            owner: PortOwner::Dhcp,
            host: Some(serving.host),
            port_security: false,
            security_groups: Vec::new(),
            pairs: Vec::new(),
            zone: None,
            source: serving.pin.map_or(source, |pin| pin.host.span),
        },
        key,
        project: "",
        intent: None,
        pin: serving.pin,
        slots: Vec::with_capacity(1),
        lacking: false,
    }
}

/// Refuses ids that agree in their first 9 hex digits: both ports would share their iptables chains.
fn alike(cx: &mut Context<'_>, drafts: &[Draft<'_>], order: &[usize]) {
    for (a, b) in order.iter().zip(order.iter().skip(1)) {
        let (a, b) = (&drafts[*a], &drafts[*b]);
        if a.port.id.as_bytes()[..4] != b.port.id.as_bytes()[..4] {
            continue;
        }
        let (x, y) = (a.port.id.to_string(), b.port.id.to_string());
        // Eight digits, a dash, and one more.
        if a.port.id == b.port.id || x.get(..10) != y.get(..10) {
            continue;
        }
        let message =
            format!("the ids of ports `{}` and `{}` both begin with {}", a.key, b.key, x.get(..10).unwrap_or(&x));
        let id_place = |draft: &Draft<'_>| {
            place(
                draft.intent.and_then(|port| port.id.as_ref()).or(draft.pin.and_then(|pin| pin.id.as_ref())),
                draft.port.source,
            )
        };
        let finding = Diagnostic::at(&codes::PORT_PREFIX, id_place(b), message).label(id_place(a), "the other port");
        cx.report(finding.help("leave one of the ids out, or write another: their chains would have one name"));
    }
}

/// Refuses a MAC that two ports of a network have, and one that no port can have.
fn macs(cx: &mut Context<'_>, drafts: &[Draft<'_>]) {
    let mut first: Map<(NetworkId, MacAddr), &Draft<'_>> = Map::default();
    let at = |draft: &Draft<'_>| {
        let mac = draft.intent.and_then(|port| port.mac_address.as_ref());
        place(mac.or(draft.pin.and_then(|pin| pin.mac_address.as_ref())), draft.port.source)
    };
    for draft in drafts {
        let mac = draft.port.mac;
        if mac.is_multicast() {
            let finding = Diagnostic::at(&codes::UNUSABLE_ADDRESS, at(draft), format!("{mac} is a multicast address"));
            cx.report(finding.help("a port's MAC begins with an even octet, as fa:16:3e does"));
        }
        match first.get(&(draft.port.network, mac)) {
            None => {
                first.insert((draft.port.network, mac), draft);
            }
            Some(other) => {
                let message = format!("ports `{}` and `{}` of one network both have {mac}", other.key, draft.key);
                let finding = Diagnostic::at(&codes::MAC_TWICE, at(draft), message).label(at(other), "the other port");
                cx.report(finding.help("leave one of the MACs out"));
            }
        }
    }
}

/// Groups and pairs, which only a filtered port can hold.
pub(super) fn filter<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    project: &str,
    intent: &intent::Port,
    port: &mut Port,
) {
    let groups = security::of_port(cx, catalogue, project, intent);
    if !port.port_security {
        let place = intent.security_groups.as_ref().and_then(|listed| listed.first()).map(|group| group.span);
        let place = place.or(intent.allowed_address_pairs.first().map(|pair| pair.span));
        // Where the port itself says so, decoding has reported it.
        if let (Some(place), None) = (place, &intent.port_security_enabled) {
            let message = format!("port `{}` holds groups or pairs, and its network has port security off", port.path);
            let network =
                sources.networks[port.network.index()].and_then(|network| network.port_security_enabled.as_ref());
            let mut finding = Diagnostic::at(&codes::UNFILTERED_PORT, place, message);
            if let Some(network) = network {
                finding = finding.label(network.span, "off here");
            }
            cx.report(finding.help("add `port_security_enabled: true` to the port, or take them out"));
        }
        return;
    }
    port.security_groups = groups;
    for pair in intent.allowed_address_pairs.iter().take(defaults::MAX_PAIRS) {
        let prefix = Prefix::containing(pair.ip.value.network(), pair.ip.value.length());
        let made = Pair { prefix, mac: pair.mac.as_ref().map_or(port.mac, |mac| mac.value) };
        if !port.pairs.contains(&made) {
            port.pairs.push(made);
        }
    }
}

impl Ports<'_> {
    /// A port that a floating IP names: own `instance/port` or handle, with a project in front, or an id.
    /// The outer nothing: no such port; the inner one: reported elsewhere.
    pub(crate) fn find(&self, fabric: &Fabric, project: &str, text: &str) -> Option<Option<PortId>> {
        if let Some(port) = self.of_path(project, text) {
            return Some(port);
        }
        if let Some((owner, path)) = text.split_once('/')
            && let Some(port) = self.of_path(owner, path)
        {
            return Some(port);
        }
        // The table is sorted by id.
        let found = uuid(text).and_then(|id| fabric.ports.binary_search_by_key(&id, |port| port.id).ok());
        found.map(|at| Some(PortId::from_index(at)))
    }

    fn of_path(&self, project: &str, path: &str) -> Option<Option<PortId>> {
        let own = self.intent?.projects.get(project)?;
        let port = match path.split_once('/') {
            Some((instance, port)) => own.instances.get(instance)?.ports.get(port)?,
            None => own.ports.get(path)?,
        };
        Some(self.made.get(&std::ptr::from_ref(port)).copied())
    }

    /// The paths of a project's ports, sorted.
    pub(crate) fn paths(&self, project: &str) -> Vec<String> {
        let Some(own) = self.intent.and_then(|intent| intent.projects.get(project)) else { return Vec::new() };
        let bound = own
            .instances
            .iter()
            .flat_map(|(instance, body)| body.ports.keys().map(move |port| format!("{instance}/{port}")));
        let mut paths: Vec<String> = bound.chain(own.ports.keys().cloned()).collect();
        paths.sort_unstable();
        paths
    }

    /// Whether every port that the intent writes could be made.
    pub(crate) fn are_whole(&self) -> bool {
        let written = self.intent.iter().flat_map(|intent| intent.projects.values());
        self.made.len() == written.map(|own| own.every_port().count()).sum::<usize>()
    }
}
