#![doc = include_str!("crlf.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI014", name: "crlf", severity: Severity::Info, page: include_str!("crlf.md") },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for (file, _) in &input.ini.files {
        let text = &input.sources.file(*file).text;
        let ends: Vec<usize> = text.match_indices("\r\n").map(|(at, _)| at).collect();
        let Some(first) = ends.first() else { continue };
        let start = text[..*first].rfind('\n').map_or(0, |end| end + 1);
        let all = text.bytes().filter(|byte| *byte == b'\n').count();
        let message = if ends.len() == all {
            "the lines end as on Windows, which is accepted".to_owned()
        } else {
            format!("{} of {all} lines end as on Windows, which is accepted", ends.len())
        };
        let finding = Diagnostic::at(RULE.code, Span::new(*file, start, start), message);
        let edits = ends.iter().map(|at| Edit::delete(Span::new(*file, *at, *at + 1))).collect();
        diagnostics.push(finding.help("save the file with LF line ends").fix(Fix::unsafe_("convert to LF", edits)));
    }
}
