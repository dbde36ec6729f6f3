//! Which hosts serve DHCP for a network: those it is pinned to, else one host with the role, kept in the lock.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::Diagnostic;
use aciform_intent::model as intent;

use super::context::Context;
use super::host::intent_lacks_roles;
use super::network::Sources;
use super::reference::Catalogue;
use crate::codes;
use crate::lock::Kind;
use crate::model::{HostId, Id, NetworkId};

/// One DHCP port: the network, its host, and the pin that asks for it.
#[derive(Debug)]
pub(crate) struct Serving<'a> {
    pub(crate) network: NetworkId,
    pub(crate) host: HostId,
    pub(crate) pin: Option<&'a intent::DhcpPort>,
}

/// How many networks each host with the role serves. Hosts are numbered in natural order, which breaks ties.
#[derive(Debug, Default)]
struct Load {
    networks: BTreeMap<HostId, usize>,
    least: BTreeSet<(usize, HostId)>,
}

impl Load {
    /// Counts one more network; false for a host without the role.
    fn add(&mut self, host: HostId) -> bool {
        let Some(count) = self.networks.get_mut(&host) else { return false };
        self.least.remove(&(*count, host));
        *count += 1;
        self.least.insert((*count, host));
        true
    }
}

/// The DHCP ports of every network that has a subnet with DHCP.
pub(crate) fn resolve<'a>(cx: &mut Context<'a>, catalogue: &Catalogue<'a>, sources: &Sources<'a>) -> Vec<Serving<'a>> {
    let intent = cx.intent;
    let mut load = Load::default();
    for (name, host) in &intent.hosts {
        let serves =
            host.roles.iter().flatten().any(|role| role.value == intent::Role::Dhcp) || intent_lacks_roles(cx, name);
        if let (true, Some(host)) = (serves, catalogue.hosts.get(name.as_str())) {
            load.networks.insert(*host, 0);
            load.least.insert((0, *host));
        }
    }
    let mut serving = Vec::new();
    let mut unseen = Vec::new();
    for at in 0..cx.fabric.networks.len() {
        let network = NetworkId::from_index(at);
        let Some(source) = sources.networks[at] else { continue };
        let row = &cx.fabric.networks[network];
        if !row.subnets.iter().any(|subnet| cx.fabric.subnets[*subnet].enable_dhcp) {
            continue;
        }
        if let Some(pins) = &source.dhcp_ports {
            for pin in pins.values() {
                serving.extend(pinned(cx, catalogue, &mut load, network, pin));
            }
            continue;
        }
        let path = format!("{}/{}", row.project, row.handle);
        let kept = cx.ledger.kept(Kind::DhcpHost, "", &path);
        let kept = kept.and_then(|name| catalogue.hosts.get(name.as_str()).copied()).filter(|host| load.add(*host));
        match kept {
            Some(host) => {
                remember(cx, &path, host);
                serving.push(Serving { network, host, pin: None });
            }
            None => unseen.push((network, path, &source.handle)),
        }
    }
    for (network, path, handle) in unseen {
        let Some((_, host)) = load.least.first().copied() else {
            // A host that could not be read may be the one.
            if intent.incomplete.is_empty() {
                let message = format!("no host serves DHCP on network `{}`", handle.value);
                let finding = Diagnostic::at(&codes::NO_DHCP_HOST, handle.span, message);
                let help = "add `dhcp` to the `roles` of a host, or set `enable_dhcp: false` on the subnets";
                cx.report(finding.help(help));
            }
            continue;
        };
        load.add(host);
        remember(cx, &path, host);
        serving.push(Serving { network, host, pin: None });
    }
    serving
}

fn remember(cx: &mut Context<'_>, path: &str, host: HostId) {
    let name = cx.fabric.hosts[host].name.clone();
    cx.ledger.text(Kind::DhcpHost, path, |kept| kept == name, || name.clone());
}

fn pinned<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    load: &mut Load,
    network: NetworkId,
    pin: &'a intent::DhcpPort,
) -> Option<Serving<'a>> {
    let host = catalogue.host(cx, &pin.host)?;
    if !load.add(host) && !cx.left_out("", &[("hosts", &pin.host.value)]) {
        let message = format!("host `{}` does not run the DHCP agent", pin.host.value);
        let finding = Diagnostic::at(&codes::ROLE, pin.host.span, message);
        let place = cx.fabric.hosts[host].source.unwrap_or(pin.host.span);
        cx.report(finding.label(place, "the host").help("add `dhcp` to its `roles`"));
    }
    Some(Serving { network, host, pin: Some(pin) })
}
