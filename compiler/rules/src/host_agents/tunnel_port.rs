#![doc = include_str!("tunnel_port.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI802",
        name: "tunnel-port",
        severity: Severity::Warning,
        page: include_str!("tunnel_port.md"),
    },
    fix: None,
    on: true,
    check,
};

/// Where a leaf takes VXLAN of hosts.
const LEAF: u16 = 8472;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let encaps = input.agents.iter().flat_map(|agent| &agent.encaps).filter(|encap| encap.kind.value == "vxlan");
    for port in encaps.filter_map(|encap| encap.remote_port.as_ref()).filter(|port| port.value != LEAF) {
        let message = format!("the tunnel goes to port {}, and the leaf listens on {LEAF}", port.value);
        diagnostics
            .push(Diagnostic::at(RULE.code, port.span, message).help(format!("write `\"remote-port\": {LEAF}`")));
    }
}
