#![doc = include_str!("documentation_prefix.md")]

use std::net::{Ipv4Addr, Ipv6Addr};

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::scalar::Prefix;

use super::section::{interface, pool, sections};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI318",
        name: "documentation-prefix",
        severity: Severity::Info,
        page: include_str!("documentation_prefix.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for section in sections(input) {
        for (key, written) in [("host_pool_cidr", pool(section)), ("cidr_exposed", interface(section))] {
            let Some(written) = written else { continue };
            let Some(range) = ranges().into_iter().find(|range| range.covers(written.value.network.unmapped())) else {
                continue;
            };
            let message = format!("`{key}` lies in {range}, which is for examples in documents and routed nowhere");
            let finding = Diagnostic::at(RULE.code, written.span, message);
            diagnostics.push(finding.help("write the prefix that is yours"));
        }
    }
}

/// RFC 5737 and RFC 3849.
fn ranges() -> [Prefix; 4] {
    let v4 = |a, b, c| Prefix::containing(Ipv4Addr::new(a, b, c, 0).into(), 24);
    let v6 = Prefix::containing(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0).into(), 32);
    [v4(192, 0, 2), v4(198, 51, 100), v4(203, 0, 113), v6]
}
