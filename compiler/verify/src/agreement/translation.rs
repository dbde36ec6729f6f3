//! Translations: of an address of the endpoint, to one that a subnet of the translating group holds, through what exists.

use super::All;
use super::identity::{is_id, is_name_based};
use crate::codes::{ENDPOINTS_DISAGREE, POLICY_MISSING, TRANSLATION_WITHOUT_SUBNET};
use crate::finding::Finding;
use crate::net::is_link_local;
use crate::read::host::Host;

pub(super) fn compare(all: &All<'_>, host: &Host<'_>, findings: &mut Vec<Finding>) {
    let snats = host.snats();
    for file in &host.endpoints {
        let data = &file.data;
        for (at, mapping) in data.ip_address_mapping.iter().enumerate() {
            let at = at.to_string();
            let place = |key: &str| file.place(&["ip-address-mapping", &at, key]);
            let (inside, outside) = (mapping.mapped_ip, mapping.floating_ip);
            let what = format!("the translation of {inside} to {outside}");
            if !data.ip.contains(&inside) && !data.virtual_ip.iter().any(|pair| pair.ip == inside.to_string()) {
                let message = format!("{what} is of no address of endpoint `{}`", data.attributes.vm_name);
                findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(place("mapped-ip"), "not its own"));
            }
            // The id of a floating IP is Neutron's own; SNAT has none there, and its own is made of names.
            let known = if mapping.next_hop_if.is_none() { is_id(&mapping.uuid) } else { is_name_based(&mapping.uuid) };
            if !known {
                let kind = if mapping.next_hop_if.is_none() { "an id of Neutron's" } else { "a name-based id" };
                let message = format!("{what} is known as `{}`, which is not {kind}", mapping.uuid);
                findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(place("uuid"), "its identity"));
            }
            let Some(group) = all.policy.group(&mapping.policy_space_name, &mapping.endpoint_group_name) else {
                let message = format!(
                    "{what} is in group `{}|{}`, which no payload makes",
                    mapping.policy_space_name, mapping.endpoint_group_name
                );
                findings.push(Finding::new(&POLICY_MISSING, message).at(place("endpoint-group-name"), "no such group"));
                continue;
            };
            let own = all.policy.group(&data.policy_space_name, &data.endpoint_group_name);
            let vrf = own.and_then(|group| all.policy.bridge_domains.get(&group.bridge_domain)).map(|it| &it.vrf);
            let leads = all
                .policy
                .externals
                .values()
                .any(|external| Some(&external.vrf) == vrf && external.nat_group.as_ref() == Some(&group.dn));
            if !leads {
                let message =
                    format!("{what} is in `{}`, to which nothing outside of the endpoint's VRF leads", group.dn);
                findings
                    .push(Finding::new(&POLICY_MISSING, message).at(place("endpoint-group-name"), "not of its VRF"));
            }
            let domain = all.policy.bridge_domains.get(&group.bridge_domain);
            match &mapping.next_hop_if {
                None => {
                    let held = domain.is_some_and(|domain| {
                        !domain.routed
                            || domain.gateways.is_empty()
                            || domain.gateways.iter().any(|(_, net)| net.contains(outside))
                    });
                    if !held {
                        let message =
                            format!("{what} gives an address that no subnet of `{}` holds", group.bridge_domain);
                        findings.push(
                            Finding::new(&TRANSLATION_WITHOUT_SUBNET, message).at(place("floating-ip"), "in no subnet"),
                        );
                    }
                }
                Some(interface) => {
                    let through = snats.get(interface.as_str());
                    let same = through.is_some_and(|snat| {
                        snat.data.mac == mapping.next_hop_mac
                            && snat.data.policy_space_name == mapping.policy_space_name
                            && snat.data.endpoint_group_name == mapping.endpoint_group_name
                    });
                    if !same {
                        let message = format!(
                            "{what} goes through `{interface}`, and no SNAT endpoint of `{}` has that interface, MAC and group",
                            host.name
                        );
                        let mut finding =
                            Finding::new(&ENDPOINTS_DISAGREE, message).at(place("next-hop-if"), "its next hop");
                        if let Some(snat) = through {
                            finding = finding.at(snat.place(&["mac"]), "the interface's endpoint");
                        }
                        findings.push(finding);
                    }
                    if !is_link_local(outside) || outside.is_ipv6() {
                        let message = format!(
                            "{what} is internal to `{}`, where such addresses are in 169.254.0.0/16",
                            host.name
                        );
                        findings.push(
                            Finding::new(&TRANSLATION_WITHOUT_SUBNET, message).at(place("floating-ip"), "not internal"),
                        );
                    }
                }
            }
        }
    }
}
