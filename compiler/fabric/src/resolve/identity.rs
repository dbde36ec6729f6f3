//! Ids written in the intent: each names one object, and no derived one is the same.

use std::collections::HashMap;

use aciform_diagnostics::{Diagnostic, Span, Spanned};
use aciform_intent::model::Intent;
use uuid::Uuid;

use super::context::Context;
use crate::codes;

/// Refuses an id that two objects have, and announces the ids to the lock.
pub(crate) fn check(cx: &mut Context<'_>) {
    let mut seen: HashMap<Uuid, (Span, String)> = HashMap::new();
    let mut repeated = Vec::new();
    let ledger = &mut cx.ledger;
    let mut see = |what: &str, handle: &str, id: &Option<Spanned<Uuid>>| {
        let Some(id) = id else { return };
        ledger.reserve_id(id);
        match seen.get(&id.value) {
            Some((first, other)) => {
                repeated.push((id.value, id.span, *first, format!("{what} `{handle}`"), other.clone()))
            }
            None => {
                seen.insert(id.value, (id.span, format!("{what} `{handle}`")));
            }
        }
    };
    for (handle, external) in &cx.intent.external_networks {
        see("external network", handle, &external.id);
        for (handle, subnet) in &external.subnets {
            see("subnet", handle, &subnet.id);
        }
    }
    for (handle, project) in &cx.intent.projects {
        see("project", handle, &project.id);
        for (handle, network) in &project.networks {
            see("network", handle, &network.id);
            for (handle, subnet) in &network.subnets {
                see("subnet", handle, &subnet.id);
            }
            for (host, port) in network.dhcp_ports.iter().flatten() {
                see("DHCP port on", host, &port.id);
            }
        }
        for (handle, router) in &project.routers {
            see("router", handle, &router.id);
        }
        for (handle, group) in &project.security_groups {
            see("security group", handle, &group.id);
            for rule in &group.rules {
                see("rule of", handle, &rule.id);
            }
        }
        for (handle, instance) in &project.instances {
            see("instance", handle, &instance.id);
            for (port, intent) in &instance.ports {
                if intent.id.is_some() {
                    see("port", &format!("{handle}/{port}"), &intent.id);
                }
            }
        }
        for (handle, port) in &project.ports {
            see("port", handle, &port.id);
        }
        for (handle, floating) in &project.floating_ips {
            see("floating IP", handle, &floating.id);
        }
    }
    for (id, span, first, what, other) in repeated {
        let message = format!("{what} has the id {id} of {other}");
        let finding = Diagnostic::at(&codes::REPEATED_ID, span, message).label(first, "written here first");
        cx.report(finding.help("leave the id out to get one of its own"));
    }
}

/// Whether the intent has a thing, by the plural noun of its kind and its path.
pub(crate) fn exists(intent: &Intent, kind: &str, path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let project = intent.projects.get(parts[0]);
    match (kind, parts.as_slice()) {
        ("hosts", [host]) => intent.hosts.contains_key(*host),
        ("external_networks", [external]) => intent.external_networks.contains_key(*external),
        ("projects", [_]) => project.is_some(),
        ("subnets", [external, subnet]) => {
            intent.external_networks.get(*external).is_some_and(|external| external.subnets.contains_key(*subnet))
        }
        (_, [_, rest @ ..]) => project.is_some_and(|project| match (kind, rest) {
            ("networks", [network]) => project.networks.contains_key(*network),
            ("subnets", [network, subnet]) => {
                project.networks.get(*network).is_some_and(|network| network.subnets.contains_key(*subnet))
            }
            ("routers", [router]) => project.routers.contains_key(*router),
            // Every project has this one, written or not.
            ("security_groups", [group]) => *group == "default" || project.security_groups.contains_key(*group),
            ("instances", [instance]) => project.instances.contains_key(*instance),
            ("ports", [port]) => project.ports.contains_key(*port),
            ("ports", [instance, port]) => {
                project.instances.get(*instance).is_some_and(|instance| instance.ports.contains_key(*port))
            }
            ("floating_ips", [floating]) => project.floating_ips.contains_key(*floating),
            _ => false,
        }),
        _ => false,
    }
}
