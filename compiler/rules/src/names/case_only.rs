#![doc = include_str!("case_only.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span, Spanned};

use super::named::domains;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI609", name: "case-only", severity: Severity::Warning, page: include_str!("case_only.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let sections = input.config.external_networks.values().map(|section| &section.name);
    compare("external network", sections.map(spelled), diagnostics);
    compare("domain", domains(input).map(spelled), diagnostics);
    let Some(site) = input.site else { return };
    let intent = site.intent;
    let name = |name: &'_ Option<Spanned<String>>, handle: &Spanned<String>| {
        let name = name.as_ref().unwrap_or(handle);
        (name.value.clone(), name.span)
    };
    let projects = intent.projects.values();
    let projects = projects.filter_map(|project| Some(name(&project.name, project.handle.as_ref()?)));
    compare("project", projects, diagnostics);
    for project in intent.projects.values() {
        compare("network", project.networks.values().map(|own| name(&own.name, &own.handle)), diagnostics);
        compare("router", project.routers.values().map(|own| name(&own.name, &own.handle)), diagnostics);
    }
}

fn spelled(name: &Spanned<String>) -> (String, Span) {
    (name.value.clone(), name.span)
}

/// Reports names of one kind and place that are the same but for case.
fn compare(noun: &str, names: impl Iterator<Item = (String, Span)>, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<String, (String, Span)> = BTreeMap::new();
    for (name, span) in names {
        let Some((other, place)) = first.get(&name.to_lowercase()) else {
            first.insert(name.to_lowercase(), (name, span));
            continue;
        };
        if *other != name {
            let message = format!("{noun} `{name}` differs from `{other}` only by case");
            let finding = Diagnostic::at(RULE.code, span, message).label(*place, "the other one");
            diagnostics.push(finding.help("give one of them a name that cannot be taken for the other"));
        }
    }
}
