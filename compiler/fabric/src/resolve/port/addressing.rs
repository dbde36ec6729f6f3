//! Addresses of ports: what the intent writes, what it asks for, what Neutron gives by itself.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::{Diagnostic, Span, Spanned};
use aciform_intent::model as intent;

use super::Draft;
use crate::allocate::cidr::bits;
use crate::allocate::pool::usable;
use crate::codes;
use crate::lock::{Kind, Wanted};
use crate::model::{FixedIp, Id, NetworkKind, Port, PortId, PortOwner, SubnetId};
use crate::resolve::address::Addresses;
use crate::resolve::context::{Context, wanted};
use crate::resolve::network::{Sources, nearest_subnet, subnet_with};
use crate::resolve::reference::{Catalogue, renamed};

/// One address of a port: known, or the place of a wish in its subnet's list.
pub(super) enum Slot {
    Known(FixedIp),
    Wished(SubnetId, usize),
}

/// Addresses that are still to be handed out, subnet by subnet.
#[derive(Debug, Default)]
pub(crate) struct Wishes {
    lists: BTreeMap<SubnetId, Vec<(String, Span)>>,
    /// Which wish goes where: its number, the port, and the position in its addresses.
    pub(super) places: BTreeMap<SubnetId, Vec<(usize, PortId, usize)>>,
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
            let served = cx.ledger.addresses(Kind::FixedIp, &scope, &wants, &pools, &taken, &mut cx.diagnostics);
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

/// The addresses that the intent writes or asks for.
pub(super) fn written<'a>(
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
                    let fix = near.as_deref().and_then(|near| renamed(entry.span, reference, near));
                    let finding = Diagnostic::at(&codes::UNKNOWN_REFERENCE, entry.span, message).maybe_fix(fix);
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
        cx.report(finding.maybe_help(near.map(|near| format!("write an address of {near}, the nearest subnet"))));
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
    if let Some((first, how)) = addresses.claim(port.network, Some(subnet), address, written.span) {
        let message = format!("{address} is taken in network `{}`", network.handle);
        let finding = Diagnostic::at(&codes::ADDRESS_TWICE, written.span, message).label(first, how);
        cx.report(finding.help(format!("write another, or `{}` for any free one of the subnet", row.handle)));
        return None;
    }
    Some(FixedIp { subnet, address })
}

/// Neutron gives every port an address of each automatic subnet of its network, whatever `fixed_ips` says.
pub(super) fn automatic(cx: &mut Context<'_>, addresses: &mut Addresses, draft: &mut Draft<'_>) {
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
pub(super) fn pinned(
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
pub(super) fn serve(cx: &mut Context<'_>, addresses: &mut Addresses, wishes: &mut Wishes, draft: &mut Draft<'_>) {
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
