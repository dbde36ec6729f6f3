#![doc = include_str!("domain_name.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::Generation;

use super::named::domains;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI607",
        name: "domain-name",
        severity: Severity::Warning,
        page: include_str!("domain_name.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    if input.config.generation != Generation::NewStyle || input.config.incomplete {
        return;
    }
    let Some(option) = input.ini.plugin("apic_domain_name").filter(|option| !option.secret) else { return };
    let Some(span) = option.span() else { return };
    let known: Vec<_> = domains(input).collect();
    let Some(first) = known.first() else { return };
    if known.iter().any(|name| name.value == option.text) {
        return;
    }
    let message = format!("`{}` matches no `[apic_vmdom:]` or `[apic_physdom:]`", option.text);
    let finding = Diagnostic::at(RULE.code, span, message).label(first.span, "a domain that there is");
    let only = (known.len() == 1).then(|| first.value.clone());
    let fix = only.map(|name| Fix::unsafe_(format!("write `{name}`"), vec![Edit::replace(span, name)]));
    diagnostics.push(
        finding.help(format!("write `{}`, or delete the line: sections name the domains", first.value)).maybe_fix(fix),
    );
}
