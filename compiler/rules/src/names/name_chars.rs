//! `name-chars`: names in headers that APIC refuses for a character.
//!
//! Options are looked at where they are read, what the intent names where it is resolved; here is the rest.

use aciform_diagnostics::{Diagnostic, Diagnostics, Spanned};
use aciform_intent::ini::{NAME_CHARS, is_invisible, is_placeholder_name};

use super::named::{domains, external_networks};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &NAME_CHARS, fix: None, on: true, check };

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for section in external_networks(input) {
        // The mapper takes blanks out of the name of an L3Out that the plugin makes itself.
        let mapped = section.exists() != Some(true);
        look(diagnostics, "external network", &section.name, |c| plain(c) || mapped && c == ' ');
    }
    for name in domains(input) {
        look(diagnostics, "domain", name, plain);
    }
}

fn look(diagnostics: &mut Diagnostics, noun: &str, name: &Spanned<String>, fits: impl Fn(char) -> bool) {
    // A placeholder was reported.
    let written = Some(&name.value).filter(|name| !is_placeholder_name(name));
    let Some(odd) = written.and_then(|name| name.chars().find(|c| !fits(*c))) else { return };
    let odd = match odd {
        ' ' => "a blank".to_owned(),
        odd if odd.is_control() || odd.is_whitespace() || is_invisible(odd) => {
            format!("the character U+{:04X}", u32::from(odd))
        }
        odd => format!("`{odd}`"),
    };
    let message = format!("the name of {noun} `{}` holds {odd}, which APIC refuses", name.value);
    let help = "a name on APIC has letters, digits, `_`, `.` and `-` only";
    diagnostics.push(Diagnostic::at(RULE.code, name.span, message).help(help));
}

fn plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}
