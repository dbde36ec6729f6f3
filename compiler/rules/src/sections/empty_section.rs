#![doc = include_str!("empty_section.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_syntax::ini::{IniFile, Section};

use crate::entries::{is_ours, prefix};
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI119",
        name: "empty-section",
        severity: Severity::Info,
        page: include_str!("empty_section.md"),
    },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let reported = Reported::of(diagnostics);
    for (file, parsed) in &input.ini.files {
        // Of a template lines are left out.
        if parsed.template {
            continue;
        }
        let text = &input.sources.file(*file).text;
        for (section, rest) in with_rest(parsed, text.len()) {
            let body = Span::new(*file, section.line.range().end, rest);
            let blank = || text.get(body.range()).is_some_and(|body| body.trim().is_empty());
            if section.entries.is_empty() && is_optional(section) && blank() && !reported.within(section.line) {
                let message = format!("`[{}]` has no options", section.name.value);
                let finding = Diagnostic::at(RULE.code, section.name.span, message).help("delete the header");
                // An indented line below would continue the option above.
                let closes = text[section.line.range().end..].starts_with([' ', '\t']);
                let fix = (!closes).then(|| Fix::safe("delete the header", vec![Edit::delete(section.line)]));
                diagnostics.push(finding.maybe_fix(fix));
            }
        }
    }
}

/// Sections with the place where the next one starts. What stands between two may be comments, and options in them
/// that somebody means to use need their header.
fn with_rest(parsed: &IniFile, end: usize) -> impl Iterator<Item = (&Section, usize)> {
    let starts = parsed.sections.iter().skip(1).map(|next| next.line.range().start).chain([end]);
    parsed.sections.iter().zip(starts)
}

/// A domain is there by its header alone, and so is an external network.
fn is_optional(section: &Section) -> bool {
    is_ours(section) && !matches!(prefix(section), Some("apic_vmdom" | "apic_physdom" | "apic_external_network"))
}
