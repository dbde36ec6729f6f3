//! Security groups: the `default` of every project, rules in Neutron's order, and members once ports are known.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::codes::REPEATED_RULE;
use aciform_intent::model as intent;
use aciform_intent::model::{Direction, EtherType, Every, Icmp, PortRange, Protocol};
use aciform_intent::scalar::Prefix;
use uuid::Uuid;

use super::context::Context;
use super::reference::Catalogue;
use crate::codes;
use crate::model::{Fabric, GroupId, Id, Members, Naming, PortOwner, Remote, SecurityGroup, SecurityRule};

/// The characters of a group's id that an ipset name holds.
const SET_CHARACTERS: usize = 24;

/// What makes two rules that name a group the same rule. Decoding has compared all rules, but knows other groups only by how
/// they are written.
type Sameness = (Direction, EtherType, Option<Protocol>, Every, Option<PortRange>, Option<Icmp>, GroupId);

/// Makes the table of groups with their rules; members come later.
pub(crate) fn resolve<'a>(cx: &mut Context<'a>, catalogue: &mut Catalogue<'a>) {
    let intent = cx.intent;
    let mut found: Vec<(&'a str, Option<&'a intent::SecurityGroup>)> = Vec::new();
    for (owner, project) in &intent.projects {
        let mut handles: BTreeSet<&'a str> = project.security_groups.keys().map(String::as_str).collect();
        let empty = project.networks.is_empty()
            && project.routers.is_empty()
            && project.instances.is_empty()
            && project.ports.is_empty()
            && project.floating_ips.is_empty();
        if !handles.is_empty() || !empty {
            handles.insert("default");
        }
        for handle in handles {
            let written = project.security_groups.get(handle);
            let id = cx.id("security_group", &format!("{owner}/{handle}"), written.and_then(|group| group.id.as_ref()));
            let made = cx.fabric.security_groups.push(SecurityGroup {
                project: owner.clone(),
                handle: handle.to_owned(),
                id,
                stateful: written.and_then(|group| group.stateful.as_ref()).is_none_or(|stateful| stateful.value),
                rules: Vec::new(),
                source: written.map_or_else(|| project.handle.as_ref().map(|h| h.span), |g| Some(g.handle.span)),
            });
            catalogue.groups.insert((owner, handle), made);
            catalogue.group_ids.insert(id, made);
            found.push((owner, written));
        }
    }
    for (at, (owner, written)) in found.into_iter().enumerate() {
        let group = GroupId::from_index(at);
        cx.fabric.security_groups[group].rules = rules(cx, catalogue, owner, group, written);
    }
    namings(cx);
    alike(cx);
}

/// Notes which groups the rules of each group name.
fn namings(cx: &mut Context<'_>) {
    let naming = |group: &SecurityGroup| {
        let named = group.rules.iter().filter_map(|rule| match rule.remote {
            Remote::Group(other) => Some((other, rule.ethertype)),
            Remote::Any | Remote::Prefix(_) => None,
        });
        Naming { id: group.id, remotes: named.collect::<BTreeSet<_>>().into_iter().collect() }
    };
    cx.fabric.namings = cx.fabric.security_groups.iter().map(naming).collect::<Vec<_>>().into();
}

/// Makes the rules of all groups of these projects anew; the groups are there, and are those of the intent.
pub(crate) fn again<'a>(cx: &mut Context<'a>, groups: &Catalogue<'a>, projects: &BTreeSet<String>) {
    let intent = cx.intent;
    for at in 0..cx.fabric.security_groups.len() {
        let group = GroupId::from_index(at);
        let row = &cx.fabric.security_groups[group];
        if let Some((owner, project)) = projects.get(&row.project).zip(intent.projects.get(&row.project)) {
            let written = project.security_groups.get(&row.handle);
            cx.fabric.security_groups[group].rules = rules(cx, groups, owner, group, written);
        }
    }
    namings(cx);
}

/// The groups of a fabric by what they are called.
pub(crate) fn names(fabric: &Fabric) -> Vec<(String, String, Uuid)> {
    fabric.security_groups.iter().map(|row| (row.project.clone(), row.handle.clone(), row.id)).collect()
}

/// A catalogue of these groups alone, which are in table order.
pub(crate) fn catalogue(names: &[(String, String, Uuid)]) -> Catalogue<'_> {
    let mut catalogue = Catalogue::default();
    for (at, (owner, handle, id)) in names.iter().enumerate() {
        catalogue.groups.insert((owner, handle), GroupId::from_index(at));
        catalogue.group_ids.insert(*id, GroupId::from_index(at));
    }
    catalogue
}

fn rules<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    owner: &str,
    group: GroupId,
    written: Option<&intent::SecurityGroup>,
) -> Vec<SecurityRule> {
    let any = |direction, ethertype, remote| SecurityRule {
        direction,
        ethertype,
        protocol: None,
        port: None,
        icmp: None,
        remote,
    };
    let mut rules = Vec::new();
    let mut known: BTreeMap<Sameness, Option<Span>> = BTreeMap::new();
    let families = [EtherType::IPv4, EtherType::IPv6];
    if written.and_then(|group| group.default_egress.as_ref()).is_none_or(|egress| egress.value) {
        rules.extend(families.map(|family| any(Direction::Egress, family, Remote::Any)));
    }
    if cx.fabric.security_groups[group].handle == "default" {
        rules.extend(families.map(|family| any(Direction::Ingress, family, Remote::Group(group))));
        known.extend(families.map(|family| ((Direction::Ingress, family, None, Every::Any, None, None, group), None)));
    }
    for rule in written.iter().flat_map(|group| &group.rules) {
        let (protocol, port) = (rule.protocol.map(|protocol| protocol.value), rule.port.map(|port| port.value));
        let icmp = rule.icmp.map(|icmp| icmp.value);
        let remote = match (&rule.remote_ip_prefix, &rule.remote_group) {
            (Some(prefix), _) if prefix.value.length() > 0 => Remote::Prefix(prefix.value),
            (_, Some(reference)) => match catalogue.group(cx, owner, reference) {
                Some(group) => {
                    let same = (rule.direction, rule.ethertype, protocol, rule.every, port, icmp, group);
                    if let Some(first) = known.get(&same) {
                        repeated(cx, rule.span, *first);
                        continue;
                    }
                    known.insert(same, Some(rule.span));
                    Remote::Group(group)
                }
                None => continue,
            },
            (Some(_) | None, None) => Remote::Any,
        };
        rules.push(SecurityRule { direction: rule.direction, ethertype: rule.ethertype, protocol, port, icmp, remote });
    }
    rules
}

fn repeated(cx: &mut Context<'_>, place: Span, first: Option<Span>) {
    cx.report(match first {
        Some(first) => {
            let message = "this rule is equal to another of its group, which Neutron refuses";
            Diagnostic::at(&REPEATED_RULE, place, message).label(first, "the other one").help("keep one")
        }
        None => {
            let message = "this rule is one of the two ingress rules that the `default` group begins with";
            Diagnostic::at(&REPEATED_RULE, place, message).help("delete it")
        }
    });
}

/// Refuses ids whose sets would have one name: ipset holds the first 24 characters.
fn alike(cx: &mut Context<'_>) {
    let mut first: BTreeMap<String, GroupId> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, group) in cx.fabric.security_groups.entries() {
        let id = group.id.to_string();
        let prefix = id.get(..SET_CHARACTERS).unwrap_or(&id).to_owned();
        match first.get(&prefix) {
            None => {
                first.insert(prefix, at);
            }
            Some(other) => {
                let other = &cx.fabric.security_groups[*other];
                if other.id == group.id {
                    continue;
                }
                let message = format!(
                    "the ids of security groups `{}` and `{}` both begin with {prefix}",
                    other.handle, group.handle
                );
                let mut finding = Diagnostic::new(&codes::GROUP_PREFIX, message);
                for (source, text) in [(group.source, ""), (other.source, "the other group")] {
                    if let Some(span) = source {
                        finding = finding.label(span, text);
                    }
                }
                found.push(finding.help("leave one of the ids out, or write another: their sets would have one name"));
            }
        }
    }
    for finding in found {
        cx.report(finding);
    }
}

/// Fills in the members: fixed addresses and pairs of every filtered port that holds the group and has an address at all.
pub(crate) fn members(cx: &mut Context<'_>) {
    let mut members: Vec<Vec<Prefix>> = vec![Vec::new(); cx.fabric.security_groups.len()];
    for port in &cx.fabric.ports {
        // Neutron joins pairs through the addresses: a port without any contributes nothing.
        if !port.port_security || port.fixed_ips.is_empty() || port.owner == PortOwner::Dhcp {
            continue;
        }
        for group in &port.security_groups {
            let list = &mut members[group.index()];
            list.extend(port.fixed_ips.iter().map(|ip| Prefix::host(ip.address)));
            list.extend(port.pairs.iter().map(|pair| pair.prefix));
        }
    }
    let sorted = members.into_iter().map(|mut v4| {
        v4.sort_unstable();
        v4.dedup();
        let v6 = v4.split_off(v4.partition_point(|prefix| prefix.is_ipv4()));
        Members { v4, v6 }
    });
    cx.fabric.members = sorted.collect::<Vec<_>>().into();
}

/// The groups of a port, in listed order; absent is the project's `default`.
pub(crate) fn of_port<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    project: &str,
    port: &intent::Port,
) -> Vec<GroupId> {
    let Some(listed) = &port.security_groups else {
        return catalogue.groups.get(&(project, "default")).copied().into_iter().collect();
    };
    let mut groups: Vec<GroupId> = Vec::new();
    let mut first: Option<(bool, Span)> = None;
    let mut mixed = None;
    for reference in listed {
        let Some(group) = catalogue.group(cx, project, reference) else { continue };
        if groups.contains(&group) {
            continue;
        }
        groups.push(group);
        let stateful = cx.fabric.security_groups[group].stateful;
        match first {
            None => first = Some((stateful, reference.span)),
            Some((other, place)) if other != stateful => mixed = mixed.or(Some((reference, place))),
            Some(_) => {}
        }
    }
    if let Some((reference, place)) = mixed {
        let message = format!("port `{}` holds stateful and stateless security groups", port.handle.value);
        let finding = Diagnostic::at(&codes::MIXED_STATE, reference.span, message).label(place, "of the other sort");
        cx.report(finding.help("hold groups of one sort only"));
    }
    groups
}
