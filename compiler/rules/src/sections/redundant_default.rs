#![doc = include_str!("redundant_default.md")]

use std::collections::HashMap;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::options::{Group, OptionRow, Reader};
use aciform_syntax::ini::Entry;

use crate::entries::{self, prefix};
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI118",
        name: "redundant-default",
        severity: Severity::Info,
        page: include_str!("redundant_default.md"),
    },
    fix: Some(Applicability::Safe),
    on: false,
    check,
};

/// Keys of named sections that have a default: the words that say the same.
const NAMED: &[(&str, &str, &[&str])] = &[
    ("apic_external_network", "preexisting", &["false", "no", "0"]),
    ("apic_external_network", "enable_nat", &["true", "yes", "1"]),
    ("apic_external_network", "edge_nat", &["false", "no", "0"]),
    ("apic_physical_network", "segment_type", &["vlan"]),
    ("apic_switch", "pod_id", &["1"]),
];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let reported = Reported::of(diagnostics);
    let mut report = |entry: &Entry| {
        if reported.within(entry.key.span) || reported.within(entry.value.span) {
            return;
        }
        let message = format!("`{}` is set to its default", entry.key.value);
        let finding = Diagnostic::at(RULE.code, entry.key.span, message).help("delete the line");
        diagnostics.push(finding.fix(Fix::safe("delete the line", vec![Edit::delete(entry.whole)])));
    };
    let lines = counted(input);
    for line in entries::options(input).filter(|line| is_read(input, line.group, line.row)) {
        // With a second line anywhere the first one may be what it is there to take back.
        if lines[&(line.group.name, line.row.name)] == 1 && is_default(input, line.group, line.row) {
            report(line.entry);
        }
    }
    let named = counted_named(input);
    for section in input.ini.sections() {
        let Some(prefix) = prefix(section) else { continue };
        for entry in &section.entries {
            let (key, value) = (entry.key.value.as_str(), entry.value.value.to_lowercase());
            let default = NAMED.iter().find(|(of, name, _)| (*of, *name) == (prefix, key));
            let says_the_same = default.is_some_and(|(_, _, words)| words.contains(&value.as_str()));
            if says_the_same && named[&(section.name.value.trim(), key)] == 1 {
                report(entry);
            }
        }
    }
}

/// How many lines every option has.
fn counted(input: &Input<'_>) -> HashMap<(&'static str, &'static str), usize> {
    let mut lines = HashMap::new();
    for line in entries::options(input) {
        *lines.entry((line.group.name, line.row.name)).or_default() += 1;
    }
    lines
}

/// How many lines every key of a section has.
fn counted_named<'a>(input: &Input<'a>) -> HashMap<(&'a str, &'a str), usize> {
    let mut lines = HashMap::new();
    for section in input.ini.sections() {
        for entry in &section.entries {
            *lines.entry((section.name.value.trim(), entry.key.value.as_str())).or_default() += 1;
        }
    }
    lines
}

/// Whether a group's options are read, and their defaults are the driver's: those of Neutron change with its releases.
fn is_read(input: &Input<'_>, group: &Group, row: &OptionRow) -> bool {
    match group.reader {
        Reader::Neutron => false,
        Reader::Host | Reader::Unified => true,
        Reader::Legacy | Reader::NewStyle => {
            let plugin = input.ini.plugin_group();
            group.name == plugin.name || plugin.row(row.name).is_none()
        }
    }
}

fn is_default(input: &Input<'_>, group: &Group, row: &OptionRow) -> bool {
    let Some(default) = row.default.filter(|default| !default.is_empty() && !row.secret) else { return false };
    let Some(option) = input.ini.option(group.name, row.name) else { return false };
    let id = input.ini.option("DEFAULT", "apic_system_id").map_or("openstack", |id| id.text);
    let default = default.replace("${apic_system_id}", id);
    !default.contains('$') && row.kind.read(&default).is_ok_and(|default| default == *option.value)
}
