#![doc = include_str!("missing_type_driver.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};

use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI122",
        name: "missing-type-driver",
        severity: Severity::Warning,
        page: include_str!("missing_type_driver.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

const TYPE: &str = "opflex";
const DRIVERS: &[&str] = &["cisco_apic_ml2", "apic_gbp", "apic_aim"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(drivers) = input.ini.option("ml2", "mechanism_drivers") else { return };
    // Beside a driver of another kind, other networks may be what is wanted.
    if drivers.items().is_empty() || !drivers.items().iter().all(|driver| DRIVERS.contains(&driver.as_str())) {
        return;
    }
    let reported = Reported::of(diagnostics);
    let effects = [
        ("type_drivers", "no network can be of that type"),
        ("project_network_types", "tenant networks are of another type"),
    ];
    for (name, effect) in effects {
        let Some(option) = input.ini.option("ml2", name) else { continue };
        if option.items().iter().any(|item| item == TYPE) {
            continue;
        }
        let Some(entry) = option.entry else {
            // The default has it not either, unless a file that could not be read says otherwise.
            if let Some(header) = input.ini.header("ml2").filter(|_| !input.config.incomplete) {
                let message = format!("`{name}` is not set, and its default has no `{TYPE}`: {effect}");
                let help = format!("add `{name} = {TYPE}`, with the other types that are in use");
                diagnostics.push(Diagnostic::at(RULE.code, header, message).help(help));
            }
            continue;
        };
        if reported.within(entry.value.span) {
            continue;
        }
        let name = &entry.key.value;
        let message = format!("`{name}` has no `{TYPE}`: {effect}");
        let finding = Diagnostic::at(RULE.code, entry.value.span, message);
        let finding = finding.help(format!("write `{name} = {TYPE},…`"));
        let start = entry.value.span.range().start;
        let at = Span::new(entry.value.span.file, start, start);
        let more = if option.items().is_empty() { TYPE.to_owned() } else { format!("{TYPE},") };
        let plain = input.sources.slice(entry.value.span) == entry.value.value || entry.lines.len() > 1;
        let fix = plain.then(|| Fix::unsafe_(format!("add `{TYPE}`"), vec![Edit::replace(at, more)]));
        diagnostics.push(finding.maybe_fix(fix));
    }
}
