//! What becomes of the hosts of all switches: one row for each host and interface (apicapi's `add_staticlinks`).

use super::link_table::{Row, Table};
use super::switch::{Switch, SwitchLink};
use super::vpc::VpcPairs;
use super::{Stop, StopReason};
use aciform_diagnostics::Span;

/// A row of the driver's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostLink {
    /// The host.
    pub host: String,
    /// The interface: written, `static`, or `static-vpc-SWITCH` on a vPC pair.
    pub interface: String,
    /// The leaf.
    pub switch: String,
    /// The module; on a vPC pair `vpc-MODULE-PORT`.
    pub module: String,
    /// The port; on a vPC pair the name of the bundle, and empty while the host is on one member only.
    pub port: String,
    /// The pod.
    pub pod_id: String,
    /// The path on APIC; `None` without a port.
    pub path: Option<String>,
    /// Where the host is written that the row comes from.
    pub span: Span,
}

/// The rows by host and interface. `provision` is `apic_provision_hostlinks`.
///
/// A host whose interface is there already takes its row, wherever that was: the last one counts.
pub fn host_links(switches: &[Switch], pairs: &VpcPairs, provision: bool) -> Result<Vec<HostLink>, Stop> {
    let mut table = Table::default();
    for switch in switches {
        for link in &switch.links {
            add(&mut table, switch, link, pairs, provision)?;
        }
    }
    let links = table.rows().map(|((host, interface), row)| HostLink {
        host: host.clone(),
        interface: interface.clone(),
        path: (!row.port.is_empty()).then(|| path(row, pairs)),
        switch: row.switch.clone(),
        module: row.module.clone(),
        port: row.port.clone(),
        pod_id: row.pod_id.clone(),
        span: row.span,
    });
    Ok(links.collect())
}

fn add(table: &mut Table, switch: &Switch, link: &SwitchLink, pairs: &VpcPairs, provision: bool) -> Result<(), Stop> {
    let Some((module, port)) = &link.module_and_port else {
        return Err(Stop { span: link.port_text.span, reason: StopReason::NoSlash });
    };
    let (id, host) = (&switch.id.value, &link.host.value);
    let mut row = Row {
        switch: id.clone(),
        module: module.value.clone(),
        port: port.value.clone(),
        pod_id: switch.pod().to_owned(),
        span: link.host.span,
    };
    let Some(partner) = pairs.partner(id) else {
        if !table.has(host, &row) {
            table.put(host, link.interface.as_deref().unwrap_or("static"), row);
        }
        return Ok(());
    };
    let wrong = || Stop { span: link.port_text.span, reason: StopReason::VpcModule };
    let interface = match link.interface.as_deref() {
        None | Some("static") => format!("static-vpc-{id}"),
        Some(interface) => interface.to_owned(),
    };
    let (own_module, own_port) = match vpc_parts(&module.value) {
        None => (module.value.as_str(), port.value.as_str()),
        Some(parts) => match parts[..] {
            [module, port] => (module, port),
            _ => return Err(wrong()),
        },
    };
    if vpc_parts(&module.value).is_none() {
        row.module = format!("vpc-{own_module}-{own_port}");
    }
    // Of the links of this host the first in order of interfaces decides: this very port, or one of the partner.
    let here = table.first_of_module(host, id, &row.module);
    let there = table.first_of_switch(host, partner);
    if here.is_some_and(|here| there.is_none_or(|there| here <= there)) {
        return Ok(());
    }
    let Some(other) = there.and_then(|interface| table.get(host, interface)).cloned() else {
        if provision {
            row.port = String::new();
        }
        table.put(host, &interface, row);
        return Ok(());
    };
    let other_parts: Vec<&str> = other.module.split('-').collect();
    let [_, other_module, other_port] = other_parts[..] else { return Err(wrong()) };
    if provision {
        row.port = bundle([id, own_module, own_port], [&other.switch, other_module, other_port]);
    }
    let name = row.port.clone();
    table.put(host, &interface, row);
    table.set_ports(host, &other.switch, &other.module, &name);
    Ok(())
}

/// The parts of a module behind its first dash, if it begins with `vpc` and has any.
fn vpc_parts(module: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = module.starts_with("vpc").then(|| module.split('-').skip(1).collect())?;
    (!parts.is_empty()).then_some(parts)
}

/// The name of a bundle over two ports: the switches are compared as texts, the modules with a slip of the driver.
fn bundle(own: [&str; 3], other: [&str; 3]) -> String {
    let ([a, b, c], [d, e, f]) =
        if (own[0], own[1], own[2]) < (other[0], own[1], other[2]) { (own, other) } else { (other, own) };
    format!("bundle-{a}-{b}-{c}-and-{d}-{e}-{f}")
}

fn path(row: &Row, pairs: &VpcPairs) -> String {
    let (pod, switch, port) = (&row.pod_id, &row.switch, &row.port);
    match pairs.partner(switch).filter(|_| vpc_parts(&row.module).is_some()) {
        Some(partner) => {
            let (low, high) = (switch.as_str().min(partner), switch.as_str().max(partner));
            format!("topology/pod-{pod}/protpaths-{low}-{high}/pathep-[{port}]")
        }
        None => format!("topology/pod-{pod}/paths-{switch}/pathep-[eth{}/{port}]", row.module),
    }
}
