//! SNAT interfaces: named after their network, in its pool, used by some translation; the namespace routes by its gateway.

use std::collections::BTreeSet;
use std::net::IpAddr;

use md5::{Digest as _, Md5};

use super::{All, identity};
use crate::codes::{ENDPOINTS_DISAGREE, NAMESPACES_DISAGREE, TRANSLATION_WITHOUT_SUBNET};
use crate::finding::Finding;
use crate::net::Net;
use crate::read::host::Host;

pub(super) fn compare(all: &All<'_>, host: &Host<'_>, findings: &mut Vec<Finding>) {
    let used: BTreeSet<&str> = host
        .endpoints
        .iter()
        .flat_map(|file| &file.data.ip_address_mapping)
        .filter_map(|mapping| mapping.next_hop_if.as_deref())
        .collect();
    for file in host.endpoints.iter().filter(|file| file.data.is_snat()) {
        let data = &file.data;
        let network = file.stem();
        let mut say = |key: &[&str], message: String| {
            findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(key), "this"));
        };
        let name = format!("snat|{}|{network}", host.name);
        if data.attributes.vm_name != name {
            say(
                &["attributes", "vm-name"],
                format!("the SNAT endpoint of `{network}` is `{name}`, and not `{}`", data.attributes.vm_name),
            );
        }
        let interface = interface(network);
        if data.interface_name != interface {
            say(
                &["interface-name"],
                format!("the SNAT interface of `{network}` is `{interface}`, and not `{}`", data.interface_name),
            );
        }
        if !data.promiscuous_mode {
            say(&["promiscuous-mode"], format!("a SNAT interface sends for others, `{name}` must not be filtered"));
        }
        if data.interface_name == interface && !used.contains(data.interface_name.as_str()) {
            say(
                &["interface-name"],
                format!("no translation of `{}` goes through `{}`", host.name, data.interface_name),
            );
        }
        if data.ip.is_empty() || data.mac.is_none() {
            say(&["uuid"], format!("SNAT endpoint `{name}` lacks its address or its MAC"));
        }
        let group = all.policy.group(&data.policy_space_name, &data.endpoint_group_name);
        let domain = group.and_then(|group| all.policy.bridge_domains.get(&group.bridge_domain));
        if let Some((system, _)) = data.endpoint_group_name.split_once('|').filter(|_| group.is_some()) {
            let uuid = identity::name_based(&[system, "/snat/", host.name, "/", network]);
            if data.uuid != uuid {
                findings.push(
                    Finding::new(&ENDPOINTS_DISAGREE, format!("SNAT endpoint `{name}` is known as `{uuid}`"))
                        .at(file.place(&["uuid"]), "another identity"),
                );
            }
        }
        // Without routing APIC has no subnets to hold it against.
        let Some(domain) = domain.filter(|domain| domain.routed && !domain.gateways.is_empty()) else { continue };
        for address in &data.ip {
            let around = domain.gateways.iter().find(|(_, net)| net.contains(*address));
            match around {
                None => findings.push(
                    Finding::new(
                        &TRANSLATION_WITHOUT_SUBNET,
                        format!("SNAT endpoint `{name}` has {address}, which no subnet of its network holds"),
                    )
                    .at(file.place(&["ip"]), "its address"),
                ),
                Some((gateway, net)) => route(host, &data.interface_name, *address, *gateway, *net, findings),
            }
        }
    }
}

/// The namespace has the subnet's length and its gateway.
fn route(host: &Host<'_>, interface: &str, address: IpAddr, gateway: IpAddr, net: Net, findings: &mut Vec<Finding>) {
    let Some(file) = host.namespaces.get(interface).and_then(|files| files.description.as_ref()) else { return };
    let mut say = |key: &str, message: String| {
        findings.push(Finding::new(&NAMESPACES_DISAGREE, message).at(file.place(&[key]), "not APIC's"));
    };
    let wanted = format!("{address}/{}", net.length);
    if file.data.addresses != [wanted.clone()] {
        say(
            "addresses",
            format!("namespace `{interface}` has {:?}, its subnet on APIC makes that `{wanted}`", file.data.addresses),
        );
    }
    if file.data.routes.iter().any(|route| route.nexthop != gateway.to_string()) {
        say(
            "routes",
            format!("namespace `{interface}` does not route by {gateway}, the gateway of its subnet on APIC"),
        );
    }
}

/// `of-` and 12 hex digits of the digest of the network's name.
fn interface(network: &str) -> String {
    let digest = Md5::digest(network.as_bytes());
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("of-{hex}")
}
