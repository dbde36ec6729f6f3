#![doc = include_str!("colon_split.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_syntax::ini::Entry;

use crate::entries::prefix;
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI016", name: "colon-split", severity: Severity::Error, page: include_str!("colon_split.md") },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let reported = Reported::of(diagnostics);
    // Elsewhere the names are known, and half of one is a finding of the reader.
    for section in input.ini.sections().filter(|section| prefix(section) == Some("apic_switch")) {
        // The equals sign may stand in a comment, which is the finding then.
        let known = |entry: &&Entry| reported.within(entry.key.span) || reported.within(entry.value.span);
        for entry in section.entries.iter().filter(|entry| !known(entry)) {
            let Some(colons) = colons(input, entry) else { continue };
            let (key, value) = (&entry.key.value, &entry.value.value);
            let message = format!("the line is split at its first colon: the host is `{key}`, its port `{value}`");
            let finding = Diagnostic::at(RULE.code, entry.key.span, message);
            let host = value.split('=').next().unwrap_or_default().trim().replace(':', "\\x3a");
            let edits = colons.into_iter().map(|colon| Edit::replace(colon, "\\x3a")).collect();
            let help = format!("write `\\x3a` for a colon in a name, as in `{key}\\x3a{host}`");
            diagnostics.push(finding.help(help).fix(Fix::safe("write the colon as `\\x3a`", edits)));
        }
    }
}

/// The colons in front of the first equals sign, where the line was split at one of them.
fn colons(input: &Input<'_>, entry: &Entry) -> Option<Vec<Span>> {
    let (key, first) = (entry.key.span, entry.lines.first()?);
    let text = input.sources.slice(Span::new(key.file, key.range().end, first.range().end));
    let text = text.get(..text.find('=')?)?;
    // An equals sign in a comment goes away with it.
    if !text.trim_start().starts_with(':') || text.contains([';', '#']) {
        return None;
    }
    let start = key.range().end;
    Some(text.match_indices(':').map(|(at, _)| Span::new(key.file, start + at, start + at + 1)).collect())
}
