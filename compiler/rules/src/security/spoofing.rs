#![doc = include_str!("spoofing.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_fabric::model::{Fabric, GroupId, Id, NetworkId, Port, PortId, Remote, SecurityRule};
use aciform_intent::model::{Direction, EtherType};

use super::exposure::is_guests;
use super::groups::{and_more, family};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1413",
        name: "unchecked-source",
        severity: Severity::Warning,
        page: include_str!("spoofing.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let fabric = site.fabric;
    for ethertype in [EtherType::IPv4, EtherType::IPv6] {
        let (out, taken) =
            (groups(fabric, Direction::Egress, ethertype), groups(fabric, Direction::Ingress, ethertype));
        let mut free: BTreeMap<NetworkId, Vec<(PortId, GroupId)>> = BTreeMap::new();
        for (id, port) in fabric.ports.entries().filter(|(_, port)| is_unchecked(port, ethertype)) {
            if let Some(group) = port.security_groups.iter().find(|group| out[group.index()]) {
                free.entry(port.network).or_default().push((id, *group));
            }
        }
        if free.is_empty() {
            continue;
        }
        let mut uses = uses(fabric, &taken, ethertype);
        for (network, mut ports) in free {
            let Some((place, why)) = uses.remove(&network) else { continue };
            ports.sort_by_key(|(port, _)| fabric.ports[*port].source);
            let (first, group) = ports[0];
            let (name, family) = (&fabric.networks[network].handle, family(ethertype));
            let (have, they) = if ports.len() == 1 { ("has", "it") } else { ("have", "they") };
            let who = and_more(&fabric.ports[first].path, ports.len());
            let message =
                format!("{who} of network `{name}` {have} no {family} address, so {they} may send {family} from any");
            let mut finding = Diagnostic::at(RULE.code, fabric.ports[first].source, message).label(place, why);
            if let Some(source) = fabric.security_groups[group].source {
                finding = finding.label(source, format!("lets {family} out"));
            }
            diagnostics.push(finding.help(format!(
                "give the port an address of the {family} subnet, or a group with `default_egress: false` and only the rules it needs"
            )));
        }
    }
}

/// Whether a port has no chain that checks sources of a family.
fn is_unchecked(port: &Port, ethertype: EtherType) -> bool {
    let v4 = ethertype == EtherType::IPv4;
    // Without any address both families are checked by the MAC.
    let filtered = port.port_security && is_guests(port) && !port.fixed_ips.is_empty();
    let own = port.fixed_ips.iter().any(|fixed| fixed.address.is_ipv4() == v4);
    filtered && !own && !port.pairs.iter().any(|pair| pair.prefix.is_ipv4() == v4)
}

/// By group, whether it lets a family through other than to or from members of a group.
fn groups(fabric: &Fabric, direction: Direction, ethertype: EtherType) -> Vec<bool> {
    let fits = |rule: &SecurityRule| {
        rule.direction == direction && rule.ethertype == ethertype && !matches!(rule.remote, Remote::Group(_))
    };
    fabric.security_groups.iter().map(|group| group.rules.iter().any(fits)).collect()
}

/// The networks on which a family is in use, and what shows it.
fn uses(fabric: &Fabric, taken: &[bool], ethertype: EtherType) -> BTreeMap<NetworkId, (Span, String)> {
    let (v4, family) = (ethertype == EtherType::IPv4, family(ethertype));
    let mut uses = BTreeMap::new();
    for subnet in fabric.subnets.iter().filter(|subnet| subnet.prefix.is_ipv4() == v4) {
        uses.entry(subnet.network).or_insert_with(|| (subnet.source, format!("{family} is in use here")));
    }
    for port in fabric.ports.iter().filter(|port| is_guests(port)) {
        if !port.port_security || port.security_groups.iter().any(|group| taken[group.index()]) {
            uses.entry(port.network).or_insert_with(|| (port.source, format!("takes {family} in")));
        }
    }
    uses
}
