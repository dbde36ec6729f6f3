#![doc = include_str!("encap_inferred.md")]

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
    let inferred = domains
        .iter()
        .filter(|domain| domain.encap_mode.value == EncapMode::Vlan && domain.encap_mode.span == Some(span));
    let names: Vec<&str> = inferred.map(|domain| domain.name.value.as_str()).collect();
    let Some(first) = names.first() else { return };
    let others = match names.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("`encap_mode` is not set: these ranges turn the domain `{first}`{others} into VLAN");
    let edits: Vec<Edit> = match input.ini.generation {
        Generation::Legacy => {
            header(input, |name| normalised(name) == group).map(|section| below(input, section)).into_iter().collect()
        }
        Generation::NewStyle => names
            .iter()
            .filter_map(|name| {
                header(input, |text| text.strip_prefix("apic_vmdom:").is_some_and(|own| own.trim() == *name))
            })
            .map(|section| below(input, section))
            .collect(),
    };
    let fix = (!edits.is_empty()).then(|| Fix::unsafe_("write `encap_mode = vxlan`", edits));
    let finding = Diagnostic::at(RULE.code, span, message);
    let help = "write `encap_mode = vxlan` or `encap_mode = vlan`, whichever the hosts use";
    diagnostics.push(finding.help(help).maybe_fix(fix));
}

/// The first section that a name fits.
fn header<'a>(input: &Input<'a>, fits: impl Fn(&str) -> bool) -> Option<&'a Section> {
    input.ini.sections().find(|section| fits(&section.name.value))
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
