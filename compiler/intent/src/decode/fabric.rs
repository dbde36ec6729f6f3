//! The infra side of the fabric, hosts and external networks.

use std::collections::BTreeMap;

use aciform_diagnostics::{Applicability, Span, Spanned};
use aciform_syntax::yaml::Style;

use super::network::{external_subnet, facts};
use super::node::{Node, quoted};
use super::reader::{Path, Reader};
use super::scalars::{HANDLE, is_decimal};
use super::shapes;
use crate::codes;
use crate::model::{ExternalNetwork, FabricFacts, GroupFacts, Host, HostFacts, L3OutRef, Role};

/// `fabric`, as one file writes it.
pub(super) fn fabric(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> FabricFacts {
    let unknown_keys = reader.unknown_keys;
    let Some(fields) = shapes::Fabric::read(reader, node) else {
        if node.is_some() {
            reader.incomplete.insert_value("fabric/tep_pool".to_owned());
        }
        return FabricFacts::default();
    };
    let tep_pool = reader.prefix(fields.tep_pool);
    // A key that the language does not have may be the pool, misspelt.
    if tep_pool.is_none() && (fields.tep_pool.is_some() || reader.unknown_keys > unknown_keys) {
        reader.incomplete.insert_value("fabric/tep_pool".to_owned());
    }
    FabricFacts {
        infra_vlan: reader.short(fields.infra_vlan, 1..=4094),
        tep_pool,
        anycast_tep: reader.ipv4(fields.anycast_tep),
    }
}

/// A host, and whether nothing but facts is written of it.
pub(super) fn host(reader: &mut Reader<'_>, handle: Spanned<String>, node: Node<'_>) -> Option<(Host, bool)> {
    let unknown_keys = reader.unknown_keys;
    let fields = shapes::Host::read(reader, Some(node))?;
    let misspelt = reader.unknown_keys > unknown_keys;
    let facts_only = fields.facts.is_some() && fields.roles.is_none() && fields.uplinks.is_none();
    let words = [("compute", Role::Compute), ("dhcp", Role::Dhcp)];
    let (roles, lost) = reader.whole_list(fields.roles, |reader, node| reader.choice(Some(node), &words));
    if lost || (misspelt && roles.is_none()) {
        reader.incomplete.insert_value(format!("hosts/{}/roles", handle.value));
    }
    let uplinks = reader.list(fields.uplinks, |reader, node| reader.some_text(Some(node))).unwrap_or_default();
    reader.repeated_entries("roles", roles.as_deref().unwrap_or_default());
    reader.repeated_entries("uplinks", &uplinks);
    Some((Host { handle, roles, uplinks, facts: host_facts(reader, fields.facts) }, facts_only))
}

fn host_facts(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> HostFacts {
    let Some(fields) = shapes::HostFacts::read(reader, node) else { return HostFacts::default() };
    let mut names = BTreeMap::new();
    let mut map = |reader: &mut Reader<'_>, map, node| {
        let entries = reader.entries(node);
        names.extend(entries.iter().map(|(name, span, ..)| ((map, (*name).to_owned()), *span)));
        entries
    };
    // OFPP_MAX is 0xff00; the numbers from there on are not ports.
    let ofports = map(reader, "ofports", fields.ofports);
    let ofports = named(reader, ofports, |reader, node| reader.number(Some(node), 1..=65279));
    let macs = map(reader, "macs", fields.macs);
    let macs = named(reader, macs, |reader, node| reader.mac(Some(node)));
    let zones = map(reader, "zones", fields.zones);
    let zones = named(reader, zones, |reader, node| reader.short(Some(node), 4097..=65535));
    HostFacts { ofports, macs, zones, names }
}

/// A map from names that are no handles (interfaces) to values.
fn named<'t, T>(
    reader: &mut Reader<'_>,
    entries: Vec<(&'t str, Span, Style, Node<'t>)>,
    mut read: impl FnMut(&mut Reader<'_>, Node<'t>) -> Option<T>,
) -> BTreeMap<String, T> {
    entries.into_iter().filter_map(|(name, _, _, node)| Some((name.to_owned(), read(reader, node)?))).collect()
}

/// An external network, and whether nothing but facts is written of it.
pub(super) fn external_network(
    reader: &mut Reader<'_>,
    handle: Spanned<String>,
    node: Node<'_>,
    path: &Path<'_>,
) -> Option<(ExternalNetwork, bool)> {
    let unknown_keys = reader.unknown_keys;
    let fields = shapes::ExternalNetwork::read(reader, Some(node))?;
    let misspelt = reader.unknown_keys > unknown_keys;
    let others = [
        fields.id,
        fields.name,
        fields.project,
        fields.shared,
        fields.l3out,
        fields.subnets,
        fields.hosts,
        fields.mtu,
        fields.dns_domain,
        fields.port_security_enabled,
    ];
    let facts_only = fields.facts.is_some() && others.iter().all(Option::is_none);
    let (hosts, lost) = reader.whole_list(fields.hosts, |reader, node| reader.reference(Some(node), HANDLE));
    reader.repeated_entries("hosts", hosts.as_deref().unwrap_or_default());
    // Half a list would leave hosts out that are meant.
    let hosts = hosts.filter(|_| !lost);
    let project = reader.reference(fields.project, HANDLE);
    let shared = reader.boolean(fields.shared);
    let unread = (fields.project.is_some() && project.is_none()) || (fields.shared.is_some() && shared.is_none());
    if misspelt || unread {
        reader.incomplete.insert_value(format!("external_networks/{path}/owner"));
    }
    let span = fields.l3out.map_or(handle.span, |node| node.at());
    let l3out = match shapes::L3Out::read(reader, fields.l3out) {
        Some(l3out) => L3OutRef { span, tenant: reader.some_text(l3out.tenant), vrf: reader.some_text(l3out.vrf) },
        None => L3OutRef { span, tenant: None, vrf: None },
    };
    let network = ExternalNetwork {
        handle,
        id: reader.id(fields.id),
        name: reader.some_text(fields.name),
        project,
        shared,
        l3out,
        subnets: reader.handles(fields.subnets, "subnets", path, external_subnet),
        hosts,
        mtu: reader.mtu(fields.mtu),
        dns_domain: reader.some_text(fields.dns_domain),
        port_security_enabled: reader.boolean(fields.port_security_enabled),
        facts: facts(reader, fields.facts),
    };
    Some((network, facts_only))
}

impl Reader<'_> {
    /// An MTU: at least what IPv4 needs (RFC 791), at most what the field of a packet holds.
    pub(super) fn mtu(&mut self, node: Option<Node<'_>>) -> Option<Spanned<u16>> {
        self.short(node, 68..=65535)
    }

    /// A VXLAN network id, decimal or in hex; in quotes too, because JSON has no hex.
    pub(super) fn vnid(&mut self, node: Option<Node<'_>>) -> Option<Spanned<u32>> {
        const EXPECTED: &str = "a number from 1 to 0xffffff";
        let node = node?;
        let text = self.scalar(node, EXPECTED)?;
        let hex = text.strip_prefix("0x").or(text.strip_prefix("0X"));
        let number = match hex {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(digits, 16).ok(),
            Some(_) => None,
            None if is_decimal(text) => text.parse().ok(),
            None => None,
        };
        let number = number.filter(|number| (1..=0x00ff_ffff).contains(number));
        if number.is_none() {
            self.value(node, EXPECTED, None);
        }
        number.map(|number| Spanned::new(number, node.span))
    }

    /// The multicast group of an endpoint group.
    pub(super) fn multicast(&mut self, node: Option<Node<'_>>) -> Option<Spanned<std::net::Ipv4Addr>> {
        let address = self.ipv4(node)?;
        if !address.value.is_multicast() {
            let message = format!("{} is no multicast address", quoted(&address.value.to_string()));
            let help = "write the group that APIC shows, from 224.0.0.0 to 239.255.255.255".to_owned();
            self.report(&codes::ADDRESS, address.span, message, help);
            return None;
        }
        Some(address)
    }

    /// Reports the entries of a list that stand there twice.
    pub(super) fn repeated_entries<T: Ord + Clone>(&mut self, key: &str, entries: &[Spanned<T>]) {
        let mut sorted: Vec<&Spanned<T>> = entries.iter().collect();
        sorted.sort();
        for pair in sorted.windows(2) {
            if let [first, second] = pair
                && first == second
            {
                let message = format!("`{key}` has this entry twice");
                // The last of the ini files that sets an option decides, so their order counts.
                let applicability = if key == "ini" { Applicability::Unsafe } else { Applicability::Safe };
                self.report_repeat(&codes::REPEATED_ENTRY, second.span, first.span, message, applicability);
            }
        }
    }
}

/// The facts of an endpoint group, of a network as of an external one.
pub(super) fn group_facts(reader: &mut Reader<'_>, fields: &shapes::GroupFacts<'_>) -> GroupFacts {
    GroupFacts { vnid: reader.vnid(fields.vnid), mcast: reader.multicast(fields.mcast) }
}
