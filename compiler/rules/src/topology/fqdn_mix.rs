#![doc = include_str!("fqdn_mix.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};

use super::link::{by_host, switches};
use super::spelling::Known;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI421", name: "fqdn-mix", severity: Severity::Warning, page: include_str!("fqdn_mix.md") },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let switches = switches(input);
    let known = Known::new(site.intent);
    for (host, links) in by_host(&switches) {
        if site.intent.hosts.contains_key(host) {
            continue;
        }
        let (Some(other), Some(link)) = (known.other_form(host), links.first()) else { continue };
        let message = format!("`{host}` is called `{other}` in the intent, and hosts are compared as they are spelt");
        let finding = Diagnostic::at(RULE.code, link.span, message);
        let finding = match site.intent.hosts.get(other) {
            Some(host) => finding.label(host.handle.span, "the host"),
            None => finding,
        };
        let edits = links.iter().map(|link| Edit::replace(link.span, other)).collect();
        let fix = Fix::unsafe_(format!("write `{other}`"), edits);
        diagnostics
            .push(finding.help("write the name as the agents of the host report it, here and in the intent").fix(fix));
    }
}
