//! ACI102 for the file of network constraints, whose sections are called by tenants and networks.

use aciform_diagnostics::{Diagnostic, Diagnostics, Edit, Fix};
use aciform_intent::ini::{UNKNOWN_KEY, is_secret, nearest};

use super::bad_scope::is_constraints;
use crate::entries::is_ours;
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &UNKNOWN_KEY, fix: None, on: true, check };

/// What is read of a tenant and of a network, in any case.
const KEYS: &[&str] = &["public", "private", "deny", "default"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let reported = Reported::of(diagnostics);
    for (file, parsed) in &input.ini.files {
        if !is_constraints(&input.sources.file(*file).name, parsed) {
            continue;
        }
        // Options of services may stand there by mistake.
        for section in parsed.sections.iter().filter(|section| !is_ours(section)) {
            let unread = section.entries.iter().filter(|entry| {
                let key = entry.key.value.to_lowercase();
                !KEYS.contains(&key.as_str()) && !is_secret(&key) && !reported.within(entry.whole)
            });
            for entry in unread {
                let (key, set) = (&entry.key.value, |name| section.entries.iter().any(|other| other.key.value == name));
                // Who wrote a word of his own knows that it is none.
                let Some(near) = nearest(key, KEYS.iter().copied()) else { continue };
                let message = format!("nothing reads `{key}` in `[{}]`: the line is ignored", section.name.value);
                let finding = Diagnostic::at(RULE.code, entry.key.span, message);
                let edit = || vec![Edit::replace(entry.key.span, near)];
                let fix = (!set(near)).then(|| Fix::unsafe_(format!("write `{near}`"), edit()));
                diagnostics.push(finding.help(format!("did you mean `{near}`?")).maybe_fix(fix));
            }
        }
    }
}
