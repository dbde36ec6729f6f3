//! Options that are no secrets and take their value from one: whoever reads the option, reads the secret.

use aciform_diagnostics::Diagnostic;

use super::codes;
use super::effective::Effective;
use super::load::Loader;
use super::options::{GROUPS, OptionRow};
use super::secret::is_swallowed;
use super::substitute::named_references;
use super::value::Value;

/// Whether the value of an option came from a secret by reference. What a value swallowed is a finding of its own.
pub(super) fn is_given_away(row: &OptionRow, found: &Effective<'_>) -> bool {
    let swallowed = || found.entry.is_some_and(|entry| is_swallowed(&entry.value.value));
    found.secret && !row.secret && found.value != Value::Null && !swallowed()
}

/// Reports the lines that refer to a secret; those that refer to such a line have the same cause.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    let plugin = loader.plugin_named();
    let mut found = Vec::new();
    for group in GROUPS {
        for row in group.rows() {
            let entry = loader.given_away(plugin, group, row).and_then(|found| found.entry);
            found.extend(entry.map(|entry| (row, entry)));
        }
    }
    for (row, entry) in &found {
        let references = named_references(&entry.value.value);
        let is_handed_on = references.iter().any(|(_, name)| {
            let option = name.rsplit('.').next().unwrap_or(name);
            found.iter().any(|(other, _)| other.name == option && other.name != row.name)
        });
        if !is_handed_on {
            let message = format!("`{}` takes its value from a secret, and is shown and sent as it stands", row.name);
            let finding = Diagnostic::at(&codes::SECRET_REFERENCE, entry.value.span, message);
            loader.judge.push(finding.help("write the value out, or delete the line for the default"));
        }
    }
}
