#![doc = include_str!("blank_in_domain_list.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_intent::ini::Generation;
use aciform_intent::ini::options::group;
use aciform_intent::ini::value::Kind;
use aciform_syntax::ini::Entry;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI516",
        name: "blank-in-domain-list",
        severity: Severity::Warning,
        page: include_str!("blank_in_domain_list.md"),
    },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    // The legacy style reads no such section, which is reported.
    if input.ini.generation == Generation::Legacy && !input.ini.is_unified() {
        return;
    }
    let lists: Vec<&str> = group("apic")
        .into_iter()
        .flat_map(|group| group.rows())
        .filter(|row| row.kind == Kind::List)
        .map(|row| row.name)
        .collect();
    for section in ["apic_vmdom", "apic_physdom"].into_iter().flat_map(|prefix| input.ini.named(prefix)) {
        for entry in section.entries.iter().filter(|entry| lists.contains(&entry.key.value.as_str())) {
            let Some(first) = blanks(entry).into_iter().next() else { continue };
            let message =
                format!("an item of `{}` holds a blank: lists are not trimmed in this section", entry.key.value);
            let finding = Diagnostic::at(RULE.code, first, message);
            // What runs over several lines would have to be joined.
            let edits: Vec<Edit> = blanks(entry).into_iter().map(Edit::delete).collect();
            let fix = (entry.lines.len() == 1).then(|| Fix::safe("take the blanks out", edits));
            diagnostics.push(finding.help("write the items without blanks around the commas").maybe_fix(fix));
        }
    }
}

/// The blanks next to commas.
fn blanks(entry: &Entry) -> Vec<Span> {
    let text = entry.value.value.as_str();
    let mut found = Vec::new();
    let mut start = 0;
    for item in text.split(',') {
        let end = start + item.len();
        let (front, back) = (item.len() - item.trim_start().len(), item.len() - item.trim_end().len());
        if front > 0 {
            found.push(entry.part(start..start + front));
        }
        if back > 0 && back < item.len() {
            found.push(entry.part(end - back..end));
        }
        start = end + 1;
    }
    found
}
