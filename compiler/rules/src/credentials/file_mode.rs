#![doc = include_str!("file_mode.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::plain_secret::held;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI705", name: "file-mode", severity: Severity::Warning, page: include_str!("file_mode.md") },
    fix: None,
    on: true,
    check,
};

/// Read or written by those who are neither the owner nor in the group. Which group it is, nobody knows here.
const OTHERS: u32 = 0o006;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for (file, text) in &input.ini.files {
        let Some(mode) = input.surroundings.mode(*file).filter(|mode| mode & OTHERS != 0) else { continue };
        let lines = text.sections.iter().flat_map(|section| section.entries.iter().map(move |entry| (section, entry)));
        let Some((_, entry)) = lines.into_iter().find(|(section, entry)| held(section, entry).is_some()) else {
            continue;
        };
        let name = &input.sources.file(*file).name;
        let message = format!("`{name}` holds a secret and has mode {mode:04o}: every account of the machine reads it");
        let finding = Diagnostic::at(RULE.code, entry.key.span, message);
        diagnostics.push(finding.help(format!("`chmod 0640 {name}`, owned by root and the group of the service")));
    }
}
