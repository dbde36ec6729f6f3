#![doc = include_str!("segment_gateway.md")]

use std::net::IpAddr;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI809",
        name: "segment-gateway",
        severity: Severity::Error,
        page: include_str!("segment_gateway.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for section in input.ini.sections() {
        let Some(name) = section.name.value.strip_prefix("opflex_external_segment:") else { continue };
        let gateways =
            section.entries.iter().filter(|entry| matches!(entry.key.value.as_str(), "ip_gateway" | "ip6_gateway"));
        for entry in gateways.filter(|entry| !entry.value.value.contains('/')) {
            let (key, text) = (&entry.key.value, entry.value.value.as_str());
            let Ok(address) = text.parse::<IpAddr>() else { continue };
            let message = format!("`{key}` {text} has no length and is ignored");
            let finding = Diagnostic::at(RULE.code, entry.value.span, message);
            let length = pool_length(input, name, address);
            diagnostics.push(match length {
                Some(length) => {
                    let whole = format!("{text}/{length}");
                    let edit = Edit::replace(entry.value.span, whole.clone());
                    let fix = Fix::unsafe_("add the length of the pool", vec![edit]);
                    finding.help(format!("write `{key} = {whole}`")).fix(fix)
                }
                None => finding.help(format!(
                    "write the length of the network behind it, as in `{text}/{}`",
                    if address.is_ipv4() { 24 } else { 64 }
                )),
            });
        }
    }
}

/// The length of the pool of the external network, where the gateway lies in it.
fn pool_length(input: &Input<'_>, name: &str, gateway: IpAddr) -> Option<u8> {
    let section = input.config.external_networks.get(name.trim())?;
    let pool = section.host_pool_cidr.as_ref()?.value.network;
    pool.contains(gateway).then(|| pool.length())
}
