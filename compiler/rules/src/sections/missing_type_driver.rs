#![doc = include_str!("missing_type_driver.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_intent::ini::options::OptionRow;

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
/// The two options that name it, each with what comes of it where it does not.
const OPTIONS: &[(&str, &str)] = &[
    ("type_drivers", "no network can be of that type"),
    ("project_network_types", "tenant networks are of another type"),
];
const DRIVERS: &[&str] = &["cisco_apic_ml2", "apic_gbp", "apic_aim"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(drivers) = input.ini.option("ml2", "mechanism_drivers") else { return };
    // Beside a driver of another kind, other networks may be what is wanted.
    if drivers.items().is_empty() || !drivers.items().iter().all(|driver| DRIVERS.contains(&driver.as_str())) {
        return;
    }
    let reported = Reported::of(diagnostics);
    let lacking: Vec<_> = OPTIONS
        .iter()
        .filter_map(|(name, effect)| Some((input.ini.option("ml2", name)?, *effect)))
        .filter(|(option, _)| !option.items().iter().any(|item| item == TYPE))
        .collect();
    let unset: Vec<_> = lacking.iter().filter(|(option, _)| option.entry.is_none()).collect();
    let written = lacking.len() - unset.len();
    for (option, effect) in &lacking {
        let Some(entry) = option.entry.filter(|entry| !reported.within(entry.value.span)) else { continue };
        let name = &entry.key.value;
        let message = format!("`{name}` has no `{TYPE}`: {effect}");
        let finding = Diagnostic::at(RULE.code, entry.value.span, message);
        let too = match unset.as_slice() {
            [(other, _), ..] => format!(", and set `{}`, whose default has it not either", other.row.name),
            [] => String::new(),
        };
        let finding = finding.help(format!("write `{name} = {TYPE},…`{too}"));
        let start = entry.value.span.range().start;
        let at = Span::new(entry.value.span.file, start, start);
        let more = if option.items().is_empty() { TYPE.to_owned() } else { format!("{TYPE},") };
        let plain = input.sources.slice(entry.value.span) == entry.value.value || entry.lines.len() > 1;
        let fix = plain.then(|| Fix::unsafe_(format!("add `{TYPE}`"), vec![Edit::replace(at, more)]));
        diagnostics.push(finding.maybe_fix(fix));
    }
    // What is not set is the defaults' doing, unless a file that could not be read says otherwise, or one that is read
    // by itself.
    let Some(header) = input.ini.header("ml2").filter(|_| written == 0 && !input.config.incomplete) else { return };
    if unset.iter().any(|(option, _)| is_set_elsewhere(input, option.row)) {
        return;
    }
    let names: Vec<String> = unset.iter().map(|(option, _)| format!("`{}`", option.row.name)).collect();
    let (message, help) = match (names.as_slice(), unset.as_slice()) {
        ([name], [(_, effect)]) => (
            format!("{name} is not set, and its default has no `{TYPE}`: {effect}"),
            format!("add {name} with `{TYPE}` and the other types that are in use"),
        ),
        ([one, two], [(_, effect), _]) => (
            format!("neither {one} nor {two} is set, and their defaults have no `{TYPE}`: {effect}"),
            format!(
                "add both with `{TYPE}` and the other types that are in use, or lint the file that does with this one"
            ),
        ),
        _ => return,
    };
    diagnostics.push(Diagnostic::at(RULE.code, header, message).help(help));
}

fn is_set_elsewhere(input: &Input<'_>, row: &OptionRow) -> bool {
    let mut names = std::iter::once(&row.name).chain(row.deprecated);
    names.any(|name| input.surroundings.is_set_elsewhere("ml2", name))
}
