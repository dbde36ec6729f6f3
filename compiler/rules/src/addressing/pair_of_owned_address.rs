#![doc = include_str!("pair_of_owned_address.md")]

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_fabric::model::{Fabric, NetworkId, Port, PortOwner};
use aciform_intent::model::{Intent, Port as Written};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1244",
        name: "pair-of-owned-address",
        severity: Severity::Warning,
        page: include_str!("pair_of_owned_address.md"),
    },
    fix: None,
    on: true,
    check,
};

/// Who has an address of a network.
enum Owner<'a> {
    Gateway(Span),
    Port(&'a Port),
}

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let written = written(site.intent);
    if written.is_empty() {
        return;
    }
    let mut said = HashSet::new();
    let owners = owners(site.fabric, input.config.ml2.enable_aci_routing.value);
    for port in site.fabric.ports.iter().filter(|port| port.port_security) {
        let Some(intent) = written.get(&port.source) else { continue };
        for pair in &intent.allowed_address_pairs {
            let prefix = pair.ip.value;
            let owner = owners.get(&(port.network, prefix.network())).filter(|_| prefix.is_host());
            let (whose, place) = match owner {
                Some(Owner::Gateway(place)) => ("is the gateway of the subnet".to_owned(), *place),
                Some(Owner::Port(other)) if other.id != port.id => match &other.owner {
                    PortOwner::Dhcp => ("is the address of the DHCP server".to_owned(), other.source),
                    PortOwner::Instance(_) => {
                        (format!("is the address of port `{}/{}`", other.project, other.path), other.source)
                    }
                    // An address that no instance has is what pairs are for.
                    PortOwner::Unbound => continue,
                },
                Some(Owner::Port(_)) | None => continue,
            };
            // One text may stand for the ports of several instances.
            if !said.insert(pair.ip.span) {
                continue;
            }
            let address = prefix.network();
            let message = format!("port `{}/{}` may answer for {address}, which {whose}", port.project, port.path);
            let finding = Diagnostic::at(RULE.code, pair.ip.span, message).label(place, "whose it is");
            diagnostics.push(finding.help(
                "take the pair out, or give the address that moves between instances to a port of its own, under `ports`",
            ));
        }
    }
}

/// The ports with pairs, by where they are written.
fn written(intent: &Intent) -> HashMap<Span, &Written> {
    let ports = intent.projects.values().flat_map(|project| project.every_port());
    ports.filter(|port| !port.allowed_address_pairs.is_empty()).map(|port| (port.handle.span, port)).collect()
}

/// Who has each address, gateways first.
fn owners(fabric: &Fabric, routing: bool) -> HashMap<(NetworkId, IpAddr), Owner<'_>> {
    let mut owners = HashMap::new();
    for port in fabric.ports.iter() {
        for fixed in &port.fixed_ips {
            owners.insert((port.network, fixed.address), Owner::Port(port));
        }
    }
    for subnet in fabric.subnets.iter().filter(|_| routing) {
        if let Some(gateway) = subnet.gateway {
            owners.insert((subnet.network, gateway), Owner::Gateway(subnet.source));
        }
    }
    owners
}
