//! The groups of a site: as written, each with what it was resolved to.

use std::collections::BTreeMap;

use aciform_fabric::model::GroupId;
use aciform_intent::model::{Direction, EtherType, Rule, SecurityGroup};
use aciform_intent::scalar::Prefix;

use crate::SiteInput;

/// Every written group that was resolved, by project and handle.
pub(super) fn written<'a>(site: &SiteInput<'a>) -> Vec<(GroupId, &'a str, &'a SecurityGroup)> {
    let groups = site.fabric.security_groups.entries();
    let ids: BTreeMap<(&str, &str), GroupId> =
        groups.map(|(id, group)| ((group.project.as_str(), group.handle.as_str()), id)).collect();
    let projects = site.intent.projects.iter();
    let all =
        projects.flat_map(|(project, own)| own.security_groups.iter().map(move |(handle, g)| (project, handle, g)));
    all.filter_map(|(project, handle, group)| {
        Some((*ids.get(&(project.as_str(), handle.as_str()))?, project.as_str(), group))
    })
    .collect()
}

/// Whether a rule admits everybody: no remote, or one that stands for all addresses or half of them.
pub(super) fn is_for_everybody(rule: &Rule) -> bool {
    let prefix = rule.remote_ip_prefix.as_ref().map(|prefix| prefix.value);
    rule.remote_group.is_none() && prefix.is_none_or(is_world)
}

/// Whether a rule has no remote at all.
pub(super) fn is_for_any(rule: &Rule) -> bool {
    rule.remote_group.is_none() && rule.remote_ip_prefix.as_ref().is_none_or(|prefix| prefix.value.length() == 0)
}

/// Whether a prefix holds all that is routed: everything, half of it, or the whole of IPv6's global unicast.
fn is_world(prefix: Prefix) -> bool {
    prefix.length() <= 1 || !prefix.is_ipv4() && prefix.length() <= 3
}

/// Whether a rule lets something in to an instance.
pub(super) fn is_ingress(rule: &Rule) -> bool {
    rule.direction == Direction::Ingress
}

/// The word of a family.
pub(super) fn family(ethertype: EtherType) -> &'static str {
    match ethertype {
        EtherType::IPv4 => "IPv4",
        EtherType::IPv6 => "IPv6",
    }
}

/// `` `a` ``, `` `a` and 1 more port ``, `` `a` and 7 more ports ``.
pub(super) fn and_more(first: &str, count: usize) -> String {
    match count {
        0 | 1 => format!("`{first}`"),
        2 => format!("`{first}` and 1 more port"),
        _ => format!("`{first}` and {} more ports", count - 1),
    }
}
