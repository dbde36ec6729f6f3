#![doc = include_str!("encap_inferred.md")]

use std::collections::{HashMap, HashSet};

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_intent::ini::options::normalised;
use aciform_intent::ini::{EncapMode, Generation};
use aciform_syntax::ini::Section;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI511",
        name: "encap-inferred",
        severity: Severity::Warning,
        page: include_str!("encap_inferred.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(ranges) = input.ini.line("ml2_type_vlan", "network_vlan_ranges") else { return };
    let group = input.ini.plugin_group().name;
    // The file of the plugin may not be among these.
    if input.ini.is_unified() || input.config.incomplete || input.ini.header(group).is_none() {
        return;
    }
    let span = ranges.value.span;
    let domains = input.config.vmm();
    // A word that is no mode is a finding of its own.
    if input.ini.line(group, "encap_mode").is_some_and(|line| !line.value.value.is_empty()) {
        return;
    }
    let written = input.ini.named("apic_vmdom").iter().filter(|section| section.get("encap_mode").is_some());
    let written: HashSet<&str> = written.map(|section| section.name.value.as_str()).collect();
    let inferred = domains
        .iter()
        .filter(|domain| domain.encap_mode.value == EncapMode::Vlan && domain.encap_mode.span == Some(span))
        .filter(|domain| input.ini.generation == Generation::Legacy || !written.contains(domain.name.value.as_str()));
    let names: Vec<&str> = inferred.map(|domain| domain.name.value.as_str()).collect();
    let Some(first) = names.first() else { return };
    let others = match names.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("`encap_mode` is not set: these ranges turn the domain `{first}`{others} into VLAN");
    let headers = headers(input, group);
    let edits: Vec<Edit> = match input.ini.generation {
        // An empty one further down would still be the last.
        Generation::Legacy if input.ini.line(group, "encap_mode").is_some() => Vec::new(),
        Generation::Legacy => headers.get("").into_iter().map(|section| below(input, section)).collect(),
        Generation::NewStyle => {
            names.iter().filter_map(|name| headers.get(name)).map(|section| below(input, section)).collect()
        }
    };
    let fix = (!edits.is_empty()).then(|| Fix::unsafe_("write `encap_mode = vxlan`", edits));
    let finding = Diagnostic::at(RULE.code, span, message);
    let help = "write `encap_mode = vxlan` or `encap_mode = vlan`, whichever the hosts use";
    diagnostics.push(finding.help(help).maybe_fix(fix));
}

/// The first header of each domain, and without a name that of the plugin.
fn headers<'a>(input: &Input<'a>, group: &str) -> HashMap<&'a str, &'a Section> {
    let mut found = HashMap::new();
    for section in input.ini.sections() {
        let text = section.name.value.as_str();
        let name = match text.strip_prefix("apic_vmdom:") {
            Some(name) if name.trim().is_empty() => continue,
            Some(name) => name.trim(),
            None if normalised(text) == group => "",
            None => continue,
        };
        found.entry(name).or_insert(section);
    }
    found
}

/// Adds the option below a header.
fn below(input: &Input<'_>, section: &Section) -> Edit {
    let text = &input.sources.file(section.line.file).text[section.line.range()];
    let at = section.line.range().end;
    let line = match text {
        _ if text.ends_with("\r\n") => "encap_mode = vxlan\r\n",
        _ if text.ends_with('\n') => "encap_mode = vxlan\n",
        _ => "\nencap_mode = vxlan\n",
    };
    Edit::replace(Span::new(section.line.file, at, at), line)
}
