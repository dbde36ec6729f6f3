#![doc = include_str!("use_name_risk.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_intent::ini::NameMapping;

use super::named::by_name;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI610",
        name: "use-name-risk",
        severity: Severity::Info,
        page: include_str!("use_name_risk.md"),
    },
    fix: None,
    on: true,
    check,
};

/// How many names are shown.
const SHOWN: usize = 3;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let mapping = &input.config.ml2.name_mapping;
    let Some(place) = mapping.span.filter(|_| mapping.value == NameMapping::UseName) else { return };
    let changed = changed(input);
    let Some((name, mapped, _)) = changed.first() else { return };
    let others = match changed.len() {
        1 => String::new(),
        2 => " and 1 more name is changed".to_owned(),
        count => format!(" and {} more names are changed", count - 1),
    };
    let message = format!("`{name}` becomes `{mapped}`{others}; `use_name` does not look whether two become one");
    let mut finding = Diagnostic::at(RULE.code, place, message);
    for (_, mapped, span) in changed.iter().take(SHOWN) {
        finding = finding.label(*span, format!("becomes `{mapped}`"));
    }
    let help = "keep names under 46 characters, without blanks and double hyphens; a cloud that is not deployed yet can use `use_uuid`";
    diagnostics.push(finding.help(help));
}

/// The names of projects and networks that the mapper changes, with what it makes of them.
fn changed(input: &Input<'_>) -> Vec<(String, String, Span)> {
    let mut found = Vec::new();
    let mut look = |name: &str, span| {
        let mapped = by_name(name);
        if mapped != name && !mapped.is_empty() {
            found.push((name.to_owned(), mapped, span));
        }
    };
    match input.site {
        None => {
            input.config.external_networks.values().for_each(|section| look(&section.name.value, section.name.span))
        }
        Some(site) => {
            for (handle, project) in &site.intent.projects {
                match (&project.name, &project.handle) {
                    (Some(name), _) => look(&name.value, name.span),
                    (None, Some(place)) => look(handle, place.span),
                    (None, None) => {}
                }
                for network in project.networks.values() {
                    let name = network.name.as_ref().unwrap_or(&network.handle);
                    look(&name.value, name.span);
                }
            }
        }
    }
    found
}
