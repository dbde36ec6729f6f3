//! Files of another driver that calls its group `[ml2_cisco_apic]` too, with sections and options of its own.

use aciform_diagnostics::Diagnostic;
use aciform_syntax::ini::{IniFile, Section};

use super::codes;
use super::named::PREFIXES;

/// Named sections that only that driver has.
const FOREIGN_PREFIXES: &[&str] =
    &["hostgroup", "hostgroup-mode", "subnetpool", "address-scope", "fixed-binding", "fixed-bindings"];

/// The first section of that driver, where there is none of ours beside it.
pub(super) fn section<'a>(files: &[&'a IniFile]) -> Option<&'a Section> {
    let mut first = None;
    for section in files.iter().flat_map(|file| &file.sections) {
        let prefix = section.name.value.split_once(':').map(|(prefix, _)| prefix);
        match prefix {
            Some(prefix) if PREFIXES.contains(&prefix) => return None,
            Some(prefix) if FOREIGN_PREFIXES.contains(&prefix) => first = first.or(Some(section)),
            Some(_) | None => {}
        }
    }
    first
}

/// The one finding about such files.
pub(super) fn finding(section: &Section) -> Diagnostic {
    let text = &section.name.value;
    let message = format!("`[{text}]` belongs to another driver that reads `[ml2_cisco_apic]` too: nothing is checked");
    Diagnostic::at(&codes::UNKNOWN_SECTION, section.name.span, message)
        .help("lint the files of `cisco_apic_ml2` or `apic_aim`; for these the other driver's documentation counts")
}
