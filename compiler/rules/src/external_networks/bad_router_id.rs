#![doc = include_str!("bad_router_id.md")]

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_intent::ini::is_hidden;

use super::section::sections;
use crate::{Input, Rule};

/// What the ML2 driver gives every border node, whatever is written.
const FIXED: Ipv4Addr = Ipv4Addr::new(1, 0, 0, 1);

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI321",
        name: "bad-router-id",
        severity: Severity::Error,
        page: include_str!("bad_router_id.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    if !is_read(input) {
        return;
    }
    let named = input.ini.named("apic_external_network");
    let own: Vec<_> = sections(input).into_iter().filter(|section| section.exists() == Some(false)).collect();
    let switches: BTreeMap<&str, Option<&str>> = own
        .iter()
        .map(|one| (one.name.value.as_str(), one.switch.as_ref().map(|switch| switch.value.as_str())))
        .collect();
    // The first place of each id on each switch; the fixed one counts for all switches.
    let mut known: BTreeMap<(Option<&str>, Ipv4Addr), Span> = BTreeMap::new();
    for section in named {
        let Some(switch) = switches.get(section.name.value.as_str()) else { continue };
        let Some(entry) = section.get("router_id").filter(|entry| !is_hidden(entry)) else { continue };
        let (text, span) = (entry.value.value.as_str(), entry.value.span);
        let id = match text.parse::<Ipv4Addr>() {
            Ok(id) if !id.is_unspecified() => id,
            _ => {
                let shown = text.replace('\n', "\\n");
                let finding = Diagnostic::at(
                    RULE.code,
                    span,
                    format!("`{shown}` is no router id, which is an IPv4 address other than 0.0.0.0"),
                );
                diagnostics
                    .push(finding.help("write an address that no other router has, as in `router_id = 10.255.0.203`"));
                continue;
            }
        };
        let place = if id == FIXED { None } else { *switch };
        if id != FIXED && place.is_none() {
            continue;
        }
        if let Some(first) = known.get(&(place, id)) {
            let message = match place {
                Some(switch) => format!("the router id {id} is taken on switch {switch} already"),
                None => format!("the router id {id} is taken already"),
            };
            let finding = Diagnostic::at(RULE.code, span, message).label(*first, "the same id");
            diagnostics.push(finding.help("give each external network a router id of its own"));
        } else {
            known.insert((place, id), span);
        }
    }
}

/// Whether anything reads the key: policy mode and the ASR plugin do, the plain ML2 driver does not.
fn is_read(input: &Input<'_>) -> bool {
    let drivers = input.ini.option("ml2", "mechanism_drivers");
    let plain = drivers.is_some_and(|drivers| drivers.items().iter().any(|driver| driver == "cisco_apic_ml2"));
    let asr = input.ini.option("ml2_cisco_apic", "l3_cisco_router_plugin").is_some_and(|option| option.is_true());
    !plain || asr
}
