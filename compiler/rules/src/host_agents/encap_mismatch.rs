#![doc = include_str!("encap_mismatch.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::EncapMode;

use super::domain::named;
use crate::{Input, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI513",
        name: "encap-host-mismatch",
        severity: Severity::Error,
        page: include_str!("encap_mismatch.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let domains = input.config.vmm();
    for agent in input.agents {
        // One that names another domain belongs to another cloud, or is a finding of its own.
        let domain = match agent.domain.as_ref().and_then(|domain| named(&domain.value)) {
            Some(name) => domains.iter().find(|domain| domain.name.value == name),
            None if domains.len() == 1 => domains.first(),
            None => None,
        };
        // Unset it follows from ranges that may stand in a file that is not here.
        let Some((domain, place)) = domain.and_then(|domain| Some((domain, domain.encap_mode.span?))) else { continue };
        let (wanted, word) = match domain.encap_mode.value {
            EncapMode::Vlan => ("vlan", "VLAN"),
            EncapMode::Vxlan => ("vxlan", "VXLAN"),
        };
        let kinds = || {
            agent.encaps.iter().map(|encap| &encap.kind).filter(|kind| ["vlan", "vxlan"].contains(&kind.value.as_str()))
        };
        if kinds().any(|kind| kind.value == wanted) {
            continue;
        }
        if let Some(kind) = kinds().next() {
            let message = format!(
                "the agent sends {}, and the domain `{}` is {word}",
                kind.value.to_uppercase(),
                domain.name.value
            );
            let finding = Diagnostic::at(RULE.code, kind.span, message).label(place, format!("{word} here"));
            diagnostics
                .push(finding.help(format!("configure `encap` as `{wanted}` on the host, or change `encap_mode`")));
        }
    }
}
