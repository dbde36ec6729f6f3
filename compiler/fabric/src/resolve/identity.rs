//! Ids written in the intent: each names one object, and no derived one is the same.

use std::collections::HashMap;

use aciform_diagnostics::{Diagnostic, Span, Spanned};
use uuid::Uuid;

use super::context::Context;
use crate::codes;

/// Refuses an id that two objects have, and announces the ids to the lock.
pub(crate) fn check(cx: &mut Context<'_>) {
    let mut seen: HashMap<Uuid, (Span, String)> = HashMap::new();
    let mut repeated = Vec::new();
    let ledger = &mut *cx.ledger;
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
                see("port", &format!("{handle}/{port}"), &intent.id);
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
