//! Which hosts serve DHCP for a network: those it is pinned to, else one host with the role, kept in the lock.

use std::collections::BTreeMap;

use aciform_diagnostics::Diagnostic;
use aciform_intent::model as intent;
use aciform_intent::scalar::natural;

use super::context::Context;
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

/// The DHCP ports of every network that has a subnet with DHCP.
pub(crate) fn resolve<'a>(cx: &mut Context<'a>, catalogue: &Catalogue<'a>, sources: &Sources<'a>) -> Vec<Serving<'a>> {
    let intent = cx.intent;
    let serves = |host: &intent::Host| host.roles.iter().flatten().any(|role| role.value == intent::Role::Dhcp);
    // How many networks each host with the role serves so far.
    let mut load: BTreeMap<&str, usize> =
        intent.hosts.iter().filter(|(_, host)| serves(host)).map(|(name, _)| (name.as_str(), 0)).collect();
    let mut serving = Vec::new();
    for at in 0..cx.fabric.networks.len() {
        let network = NetworkId::from_index(at);
        let Some(source) = sources.networks[at] else { continue };
        let row = &cx.fabric.networks[network];
        if !row.subnets.iter().any(|subnet| cx.fabric.subnets[*subnet].enable_dhcp) {
            continue;
        }
        if let Some(pins) = &source.dhcp_ports {
            for pin in pins.values() {
                let Some(host) = catalogue.host(cx, &pin.host) else { continue };
                match load.get_mut(pin.host.value.as_str()) {
                    Some(count) => *count += 1,
                    None => {
                        let message = format!("host `{}` does not run the DHCP agent", pin.host.value);
                        let finding = Diagnostic::at(&codes::ROLE, pin.host.span, message);
                        let place = intent.hosts.get(&pin.host.value).map_or(pin.host.span, |host| host.handle.span);
                        cx.report(finding.label(place, "the host").help("add `dhcp` to its `roles`"));
                    }
                }
                serving.push(Serving { network, host, pin: Some(pin) });
            }
            continue;
        }
        let path = format!("{}/{}", row.project, row.handle);
        let handle = source.handle.clone();
        let least = load.iter().min_by(|(a, x), (b, y)| x.cmp(y).then_with(|| natural(a, b))).map(|(name, _)| *name);
        let Some(least) = least else {
            if !intent.incomplete.is_empty() {
                continue;
            }
            let message = format!("no host serves DHCP on network `{}`", handle.value);
            let finding = Diagnostic::at(&codes::NO_DHCP_HOST, handle.span, message);
            cx.report(finding.help("add `dhcp` to the `roles` of a host, or set `enable_dhcp: false` on the subnets"));
            continue;
        };
        let chosen = cx.ledger.text(Kind::DhcpHost, &path, |kept| load.contains_key(kept), || least.to_owned());
        let chosen = if load.contains_key(chosen.as_str()) { chosen } else { least.to_owned() };
        if let Some(count) = load.get_mut(chosen.as_str()) {
            *count += 1;
        }
        if let Some(host) = catalogue.hosts.get(chosen.as_str()) {
            serving.push(Serving { network, host: *host, pin: None });
        }
    }
    serving
}
