#![doc = include_str!("domain_text.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};

use super::domain::{halves, known, text};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI808", name: "domain-text", severity: Severity::Error, page: include_str!("domain_text.md") },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    if input.agents.is_empty() {
        return;
    }
    let known = known(input);
    for domain in input.agents.iter().filter_map(|agent| agent.domain.as_ref()) {
        let Some((first, second)) = halves(&domain.value) else { continue };
        let message = if first != second {
            format!("the domain text names `{first}` and `{second}`; both are the name of the VMM domain")
        } else if known.is_empty() || known.contains(first) {
            continue;
        } else {
            format!("the agent belongs to the domain `{first}`, which this cloud does not have")
        };
        let finding = Diagnostic::at(RULE.code, domain.span, message);
        let only = known.first().filter(|_| known.len() == 1).map(|name| text(name));
        diagnostics.push(match only {
            Some(text) => {
                let fix =
                    Fix::unsafe_("name the cloud's domain", vec![Edit::replace(domain.span, format!("\"{text}\""))]);
                finding.help(format!("write `{text}`")).fix(fix)
            }
            None => finding.help(format!("write `{}` with the name of the VMM domain", text("DOMAIN"))),
        });
    }
}
