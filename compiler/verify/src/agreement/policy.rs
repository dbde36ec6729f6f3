//! Endpoints and their group on APIC: it exists, and its bridge domain is in the VRF that the file names.

use super::All;
use crate::codes::{ENDPOINTS_DISAGREE, POLICY_MISSING};
use crate::finding::{Finding, Place};
use crate::policy;
use crate::read::host::Host;

pub(super) fn compare(all: &All<'_>, host: &Host<'_>, findings: &mut Vec<Finding>) {
    for file in &host.endpoints {
        let data = &file.data;
        let name = &data.attributes.vm_name;
        let Some(group) = all.policy.group(&data.policy_space_name, &data.endpoint_group_name) else {
            let key = if all.policy.groups.contains_key(&data.policy_space_name) {
                "endpoint-group-name"
            } else {
                "policy-space-name"
            };
            let message = format!(
                "endpoint `{name}` is in group `{}|{}`, which no payload makes",
                data.policy_space_name, data.endpoint_group_name
            );
            findings.push(Finding::new(&POLICY_MISSING, message).at(file.place(&[key]), "no such group"));
            continue;
        };
        let Some(domain) = all.policy.bridge_domains.get(&group.bridge_domain) else { continue };
        let dhcp = format!("dhcp|{}|{}", data.policy_space_name, data.endpoint_group_name);
        if data.is_dhcp() && *name != dhcp {
            let message = format!("the DHCP endpoint of `{dhcp}` calls itself `{name}`");
            findings.push(
                Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(&["attributes", "vm-name"]), "its name"),
            );
        }
        let (Some(tenant), Some(vrf)) = (&data.domain_policy_space, &data.domain_name) else {
            if !data.is_snat() {
                let message = format!("endpoint `{name}` names no VRF");
                findings.push(Finding::new(&POLICY_MISSING, message).at(Place::file(file.path), "without a VRF"));
            }
            continue;
        };
        if policy::vrf(tenant, vrf) != domain.vrf {
            let key = if domain.vrf.starts_with(&format!("uni/tn-{tenant}/")) {
                "domain-name"
            } else {
                "domain-policy-space"
            };
            let message = format!(
                "endpoint `{name}` is in VRF `{tenant}|{vrf}`, and the bridge domain of its group in `{}`",
                domain.vrf
            );
            findings.push(Finding::new(&POLICY_MISSING, message).at(file.place(&[key]), "another VRF"));
        }
    }
}
