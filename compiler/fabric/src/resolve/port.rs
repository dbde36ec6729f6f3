//! Ports of instances, of DHCP and of nobody: identity, MAC, addresses, groups, pairs.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use aciform_diagnostics::{Diagnostic, Span, Spanned};
use aciform_intent::model as intent;
use aciform_intent::scalar::{MacAddr, Prefix};

use super::address::Addresses;
use super::context::{Context, place, wanted};
use super::dhcp::Serving;
use super::network::{Sources, may_use, nearest_subnet, subnet_with};
use super::reference::{Catalogue, Target, uuid};
use super::security;
use crate::allocate::cidr::bits;
use crate::allocate::pool::usable;
use crate::lock::{Kind, Wanted};
use crate::model::{FixedIp, HostId, Id, NetworkId, NetworkKind, Pair, Port, PortId, PortOwner, SubnetId};
use crate::{codes, defaults};

/// What a port may be called by others, and what the intent says about it beyond the table. Positions are [`PortId`]s.
#[derive(Debug, Default)]
pub(crate) struct Ports<'a> {
    /// By project and `instance/port` or the port's own handle; `None`: reported and unusable.
    pub(crate) by_path: BTreeMap<(&'a str, String), Option<PortId>>,
    pub(crate) by_id: HashMap<uuid::Uuid, PortId>,
    /// The key of each port in the lock: `<project>/<path>`.
    pub(crate) keys: Vec<String>,
}

/// A port before its addresses are handed out.
struct Draft<'a> {
    port: Port,
    key: String,
    project: &'a str,
    intent: Option<&'a intent::Port>,
    pin: Option<&'a intent::DhcpPort>,
    slots: Vec<Slot>,
}

/// One address of a port: known, or the place of a wish in its subnet's list.
enum Slot {
    Known(FixedIp),
    Wished(SubnetId, usize),
}

/// Makes the table of ports.
pub(crate) fn resolve<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    addresses: &mut Addresses,
    serving: &[Serving<'a>],
) -> (Ports<'a>, Wishes) {
    let mut ports = Ports::default();
    let mut drafts = collect(cx, catalogue, sources, &mut ports);
    for serving in serving {
        drafts.push(dhcp(cx, serving));
    }
    drafts.sort_by_key(|draft| draft.port.id);
    alike(cx, &drafts);
    macs(cx, &drafts);

    let mut wishes = Wishes::default();
    for draft in &mut drafts {
        match draft.pin {
            Some(pin) => pinned(cx, sources, addresses, draft, pin),
            None => written(cx, catalogue, sources, addresses, &mut wishes, draft),
        }
    }
    for draft in &mut drafts {
        if draft.port.owner == PortOwner::Dhcp {
            serve(cx, addresses, &mut wishes, draft);
        } else {
            automatic(cx, addresses, draft);
        }
    }
    for (at, draft) in drafts.into_iter().enumerate() {
        let id = PortId::from_index(at);
        let Draft { mut port, key, project, intent, slots, .. } = draft;
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
            filter(cx, catalogue, sources, project, intent, &mut port);
            ports.by_path.insert((project, port.path.clone()), Some(id));
        }
        ports.by_id.insert(port.id, id);
        ports.keys.push(key);
        cx.fabric.ports.push(port);
    }
    (ports, wishes)
}

/// Addresses that are still to be handed out, subnet by subnet.
#[derive(Debug, Default)]
pub(crate) struct Wishes {
    lists: BTreeMap<SubnetId, Vec<(String, Span)>>,
    /// Which wish goes where: its number, the port, and the position in its addresses.
    places: BTreeMap<SubnetId, Vec<(usize, PortId, usize)>>,
}

impl Wishes {
    fn wish(&mut self, subnet: SubnetId, key: &str, span: Span) -> Slot {
        let list = self.lists.entry(subnet).or_default();
        // A port may want several addresses of one subnet; wishes of one port follow each other.
        let before = list.iter().rev().take_while(|(other, _)| other.split('#').next() == Some(key)).count();
        let key = if before == 0 { key.to_owned() } else { format!("{key}#{}", before + 1) };
        list.push((key, span));
        Slot::Wished(subnet, list.len() - 1)
    }

    /// The keys that want an address of a subnet.
    pub(crate) fn keys(&self, subnet: SubnetId) -> impl Iterator<Item = &str> {
        self.lists.get(&subnet).into_iter().flatten().map(|(key, _)| key.as_str())
    }

    /// Hands out what is wished for, never an address in use.
    pub(crate) fn serve(&self, cx: &mut Context<'_>, addresses: &mut Addresses) {
        for (subnet, list) in &self.lists {
            let row = &cx.fabric.subnets[*subnet];
            let network = row.network;
            let scope = scope(cx, *subnet);
            let mut taken = addresses.on(*subnet).to_vec();
            taken.extend(row.gateway);
            let pools = row.pools.clone();
            let wants: Vec<Wanted<IpAddr>> = list.iter().map(|(key, span)| wanted(key.as_str(), Some(*span))).collect();
            let served = cx.ledger.addresses(Kind::FixedIp, &scope, &wants, &pools, &taken, cx.diagnostics);
            for (wish, port, at) in self.places.get(subnet).into_iter().flatten() {
                let Some(address) = served.get(*wish).copied().flatten() else { continue };
                let port = &mut cx.fabric.ports[*port];
                if let Some(fixed) = port.fixed_ips.get_mut(*at) {
                    fixed.address = address;
                }
                addresses.claim(network, Some(*subnet), address, port.source);
            }
        }
    }
}

/// The lock's scope of a subnet's addresses.
pub(crate) fn scope(cx: &Context<'_>, subnet: SubnetId) -> String {
    let row = &cx.fabric.subnets[subnet];
    let network = &cx.fabric.networks[row.network];
    match network.kind {
        NetworkKind::Internal => format!("{}/{}/{}", network.project, network.handle, row.handle),
        NetworkKind::External(_) => format!("{}/{}", network.handle, row.handle),
    }
}

fn collect<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    ports: &mut Ports<'a>,
) -> Vec<Draft<'a>> {
    let intent = cx.intent;
    let mut drafts = Vec::new();
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
                drafts.extend(draft(cx, catalogue, sources, ports, project, path, port, owner, host));
            }
        }
        for port in own.ports.values() {
            let path = port.handle.value.clone();
            drafts.extend(draft(cx, catalogue, sources, ports, project, path, port, PortOwner::Unbound, None));
        }
    }
    drafts
}

#[allow(clippy::too_many_arguments, reason = "a port is made of what its owner knows and what everything else knows")]
fn draft<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    ports: &mut Ports<'a>,
    project: &'a str,
    path: String,
    port: &'a intent::Port,
    owner: PortOwner,
    host: Option<HostId>,
) -> Option<Draft<'a>> {
    ports.by_path.insert((project, path.clone()), None);
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
    let network_default = match sources.networks[network.index()] {
        Some(network) => network.port_security_enabled.as_ref(),
        None => sources
            .externals
            .iter()
            .find(|e| e.network == network)
            .and_then(|e| e.intent.port_security_enabled.as_ref()),
    };
    let port_security = port.port_security_enabled.as_ref().or(network_default).is_none_or(|security| security.value);
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
        slots: Vec::new(),
    })
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
        slots: Vec::new(),
    }
}

/// Refuses ids that agree in their first 9 hex digits: both ports would share their iptables chains.
fn alike(cx: &mut Context<'_>, drafts: &[Draft<'_>]) {
    for pair in drafts.windows(2) {
        let [a, b] = pair else { continue };
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
    let mut first: HashMap<(NetworkId, MacAddr), &Draft<'_>> = HashMap::new();
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

/// The addresses that the intent writes or asks for.
fn written<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    addresses: &mut Addresses,
    wishes: &mut Wishes,
    draft: &mut Draft<'a>,
) {
    let Some(intent) = draft.intent else { return };
    let network = draft.port.network;
    let Some(listed) = &intent.fixed_ips else {
        // Neutron gives one address of the first IPv4 subnet, and one of the first IPv6 subnet that is not automatic.
        for v4 in [true, false] {
            let subnets = cx.fabric.networks[network].subnets.iter().copied();
            let mut fit = subnets.filter(|at| {
                let subnet = &cx.fabric.subnets[*at];
                subnet.prefix.is_ipv4() == v4 && !subnet.slaac
            });
            if let Some(subnet) = fit.next() {
                draft.slots.push(wishes.wish(subnet, &draft.key, intent.handle.span));
            }
        }
        return;
    };
    for entry in listed {
        match &entry.value {
            intent::FixedIp::Address(address) => {
                let spanned = Spanned::new(*address, entry.span);
                draft.slots.extend(take(cx, sources, addresses, &draft.port, &spanned).map(Slot::Known));
            }
            intent::FixedIp::Subnet(reference) => {
                let found = catalogue.subnet_of(network, reference);
                let Some(subnet) = found.filter(|subnet| cx.fabric.subnets[*subnet].network == network) else {
                    if cx.blurred(network) {
                        continue;
                    }
                    let own = cx.fabric.networks[network].subnets.clone();
                    let names: Vec<String> = own.iter().map(|at| cx.fabric.subnets[*at].handle.clone()).collect();
                    let near = cx.nearest(reference, names.iter().map(String::as_str)).map(str::to_owned);
                    let message =
                        format!("network `{}` has no subnet `{reference}`", cx.fabric.networks[network].handle);
                    let finding = Diagnostic::at(&codes::UNKNOWN_REFERENCE, entry.span, message);
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("its subnets are {}", names.join(", ")),
                    };
                    cx.report(finding.help(help));
                    continue;
                };
                // An automatic subnet gives its address to every port of the network anyway.
                if !cx.fabric.subnets[subnet].slaac {
                    draft.slots.push(wishes.wish(subnet, &draft.key, entry.span));
                }
            }
        }
    }
}

/// Takes a written address, if a port of this network can have it.
fn take(
    cx: &mut Context<'_>,
    sources: &Sources<'_>,
    addresses: &mut Addresses,
    port: &Port,
    written: &Spanned<IpAddr>,
) -> Option<FixedIp> {
    let address = written.value;
    let network = &cx.fabric.networks[port.network];
    let Some(subnet) = subnet_with(sources, port.network, address) else {
        if cx.blurred(port.network) {
            return None;
        }
        let message = format!("{address} lies in no subnet of network `{}`", network.handle);
        let finding = Diagnostic::at(&codes::OUTSIDE, written.span, message).label(network.source, "the network");
        let near = nearest_subnet(sources, port.network, address);
        cx.report(finding.maybe_help(near.map(|near| format!("the nearest is {near}"))));
        return None;
    };
    let row = &cx.fabric.subnets[subnet];
    let place = sources.subnets[subnet.index()].cidr.span;
    let usable = usable(row.prefix).is_some_and(|(first, last)| first <= address && address <= last);
    if !usable {
        let what = if bits(address) == bits(row.prefix.network()) { "network" } else { "broadcast" };
        let message = format!("{address} is the {what} address of {}", row.prefix);
        let finding = Diagnostic::at(&codes::UNUSABLE_ADDRESS, written.span, message).label(place, "the subnet");
        let pools = row.pools.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        cx.report(finding.help(format!("ports have addresses of {pools}")));
        return None;
    }
    if row.slaac && port.owner != PortOwner::Dhcp {
        let own = IpAddr::V6(port.mac.eui64(bits(row.prefix.network())));
        if own != address {
            let message = format!("{address} cannot be given out: addresses of `{}` are made from MACs", row.handle);
            let finding = Diagnostic::at(&codes::AUTOMATIC_SUBNET, written.span, message).label(place, "the subnet");
            cx.report(finding.help(format!("leave it out: the port gets {own}")));
        }
        // The port's own address is added with those of the other automatic subnets.
        return None;
    }
    if let Some(first) = addresses.claim(port.network, Some(subnet), address, written.span) {
        let message = format!("{address} is taken in network `{}`", network.handle);
        let finding = Diagnostic::at(&codes::ADDRESS_TWICE, written.span, message).label(first, "by this");
        cx.report(finding.help(format!("write another, or `{}` for any free one of the subnet", row.handle)));
        return None;
    }
    Some(FixedIp { subnet, address })
}

/// Neutron gives every port an address of each automatic subnet of its network, whatever `fixed_ips` says.
fn automatic(cx: &mut Context<'_>, addresses: &mut Addresses, draft: &mut Draft<'_>) {
    for at in 0..cx.fabric.networks[draft.port.network].subnets.len() {
        let subnet = cx.fabric.networks[draft.port.network].subnets[at];
        if cx.fabric.subnets[subnet].slaac {
            made_from_mac(cx, addresses, draft, subnet);
        }
    }
}

fn made_from_mac(cx: &mut Context<'_>, addresses: &mut Addresses, draft: &mut Draft<'_>, subnet: SubnetId) {
    let address = IpAddr::V6(draft.port.mac.eui64(bits(cx.fabric.subnets[subnet].prefix.network())));
    // Equal addresses come from equal MACs, which were reported.
    addresses.claim(draft.port.network, Some(subnet), address, draft.port.source);
    draft.slots.push(Slot::Known(FixedIp { subnet, address }));
}

/// The addresses that a pin writes.
fn pinned(
    cx: &mut Context<'_>,
    sources: &Sources<'_>,
    addresses: &mut Addresses,
    draft: &mut Draft<'_>,
    pin: &intent::DhcpPort,
) {
    for address in &pin.fixed_ips {
        draft.slots.extend(take(cx, sources, addresses, &draft.port, address).map(Slot::Known));
    }
}

/// A DHCP port has an address on every subnet that it serves.
fn serve(cx: &mut Context<'_>, addresses: &mut Addresses, wishes: &mut Wishes, draft: &mut Draft<'_>) {
    for subnet in cx.fabric.networks[draft.port.network].subnets.clone() {
        let row = &cx.fabric.subnets[subnet];
        let has = draft.slots.iter().any(|slot| matches!(slot, Slot::Known(fixed) if fixed.subnet == subnet));
        if !row.enable_dhcp || has {
            continue;
        }
        if row.slaac {
            made_from_mac(cx, addresses, draft, subnet);
        } else {
            draft.slots.push(wishes.wish(subnet, &draft.key, draft.port.source));
        }
    }
}

/// Groups and pairs, which only a filtered port can hold.
fn filter<'a>(
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
    pub(crate) fn find(&self, project: &str, text: &str) -> Option<Option<PortId>> {
        if let Some(port) = self.by_path.get(&(project, text.to_owned())) {
            return Some(*port);
        }
        if let Some((owner, path)) = text.split_once('/')
            && let Some(port) = self.by_path.get(&(owner, path.to_owned()))
        {
            return Some(*port);
        }
        uuid(text).and_then(|id| self.by_id.get(&id).copied()).map(Some)
    }
}
