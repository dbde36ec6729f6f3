#![doc = include_str!("wide_pair.md")]

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_fabric::model::{Fabric, GroupId, NetworkId, Port, PortId, Remote};
use aciform_intent::model::Direction;
use aciform_intent::scalar::Prefix;

use super::groups::and_more;
use super::ports::written;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1412",
        name: "wide-address-pair",
        severity: Severity::Warning,
        page: include_str!("wide_pair.md"),
    },
    fix: None,
    on: true,
    check,
};

/// Shorter prefixes than this are no network's.
const NOBODYS: u8 = 7;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let fabric = site.fabric;
    let mut found: BTreeMap<(NetworkId, Prefix), Vec<PortId>> = BTreeMap::new();
    for (id, port) in fabric.ports.entries() {
        for pair in port.pairs.iter().filter(|pair| wider(fabric, port, pair.prefix).is_some()) {
            found.entry((port.network, pair.prefix)).or_default().push(id);
        }
    }
    if found.is_empty() {
        return;
    }
    let (written, admitted) = (written(&site), admitted(fabric));
    for ((_, prefix), mut ports) in found {
        // One address pair may stand on a port twice, with two MACs.
        ports.dedup();
        ports.sort_by_key(|port| fabric.ports[*port].source);
        let first = &fabric.ports[ports[0]];
        let pair = written
            .get(&(first.project.as_str(), first.path.clone()))
            .and_then(|port| port.allowed_address_pairs.iter().find(|pair| pair.ip.value == prefix));
        let place = pair.map_or(first.source, |pair| pair.ip.span);
        let than = match wider(fabric, first, prefix).flatten() {
            Some(subnet) => format!("which is wider than the subnet {subnet}"),
            None => format!("and the network has no {} subnet", if prefix.is_ipv4() { "IPv4" } else { "IPv6" }),
        };
        let who = and_more(&first.path, ports.len());
        let message = format!("{who} may send as {prefix}, {than}");
        let mut finding = Diagnostic::at(RULE.code, place, message);
        let groups = ports.iter().flat_map(|port| &fabric.ports[*port].security_groups);
        if let Some(group) = groups.into_iter().find(|group| admitted.contains(group))
            && let Some(source) = fabric.security_groups[*group].source
        {
            let handle = &fabric.security_groups[*group].handle;
            finding = finding.label(source, format!("a rule admits group `{handle}`, and so all of {prefix}"));
        }
        diagnostics.push(finding.help("write the addresses that the port answers for, as in `10.100.1.250`"));
    }
}

/// The subnet of a port's network that a pair holds whole and more; without one of its family a pair that nobody has
/// the addresses of is too wide as well.
fn wider(fabric: &Fabric, port: &Port, pair: Prefix) -> Option<Option<Prefix>> {
    let subnets = fabric.networks[port.network].subnets.iter().map(|subnet| fabric.subnets[*subnet].prefix);
    let mut same = subnets.filter(|subnet| subnet.is_ipv4() == pair.is_ipv4()).peekable();
    if same.peek().is_none() {
        return (pair.length() < NOBODYS).then_some(None);
    }
    same.find(|subnet| pair.length() < subnet.length() && pair.covers(*subnet)).map(Some)
}

/// Groups whose members a rule lets in.
fn admitted(fabric: &Fabric) -> BTreeSet<GroupId> {
    let rules = fabric.security_groups.iter().flat_map(|group| &group.rules);
    let ingress = rules.filter(|rule| rule.direction == Direction::Ingress);
    ingress
        .filter_map(|rule| match rule.remote {
            Remote::Group(group) => Some(group),
            Remote::Any | Remote::Prefix(_) => None,
        })
        .collect()
}
