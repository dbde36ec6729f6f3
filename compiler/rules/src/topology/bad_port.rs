//! ACI401 for the ports of hosts.

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, Edit, Fix};
use aciform_intent::ini::PORT;

use super::link::switches;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &PORT, fix: Some(Applicability::Unsafe), on: true, check };

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for switch in switches(input) {
        let mut last = None;
        for link in switch.links {
            let port = link.port();
            if port.contains(['/', '=', '\n']) || last == Some(link.entry.whole) {
                continue;
            }
            last = Some(link.entry.whole);
            let shown = if port.is_empty() { "empty".to_owned() } else { format!("`{port}`") };
            let message = format!("the port of `{}` is {shown}; expected `module/port`", link.host);
            let finding = Diagnostic::at(RULE.code, link.entry.value.span, message);
            let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            let better = format!("1/{}", if digits { port } else { "12" });
            let fix = digits.then(|| {
                Fix::unsafe_(format!("write `{better}`"), vec![Edit::replace(link.entry.value.span, better.as_str())])
            });
            diagnostics.push(finding.help(format!("write for example `{better}`")).maybe_fix(fix));
        }
    }
}
