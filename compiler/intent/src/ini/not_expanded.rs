//! References in named sections, which the plugin reads as they stand.

use aciform_diagnostics::{Applicability, Diagnostic, Edit};
use aciform_syntax::ini::Entry;

use super::codes;
use super::load::Loader;
use super::mend::mended;
use super::named::NamedSection;
use super::placeholder::is_placeholder;
use super::secret::{is_hidden_in_part, is_secret};
use super::substitute::named_references;

/// Reports references in the values of sections.
pub(super) fn check(loader: &mut Loader<'_, '_>, sections: &[NamedSection<'_>]) {
    for entry in sections.iter().flat_map(|section| &section.entries) {
        report(loader, entry);
    }
}

/// Reports a reference in a value, and whether there is one. A dollar in a password is a dollar.
pub(super) fn report(loader: &mut Loader<'_, '_>, entry: &Entry) -> bool {
    let found = if is_secret(&entry.key.value) { None } else { finding(loader, entry) };
    found.map(|finding| loader.judge.push(finding)).is_some()
}

/// The finding about a reference in a value: a `$` is a dollar here. The text that it stands for is written out.
pub(super) fn finding(loader: &mut Loader<'_, '_>, entry: &Entry) -> Option<Diagnostic> {
    // A placeholder is a finding already.
    let references = if is_placeholder(entry) { Vec::new() } else { named_references(&entry.value.value) };
    let (_, first) = references.first()?;
    let key = &entry.key.value;
    // The name of a reference may be a part of the password.
    let first = if is_hidden_in_part(entry) { "a reference".to_owned() } else { format!("`${first}`") };
    let message = format!("{first} is not expanded in `{key}`: named sections are read as they stand");
    let finding = Diagnostic::at(&codes::REFERENCE_NOT_EXPANDED, entry.value.span, message);
    let group = loader.plugin;
    let edits: Option<Vec<Edit>> = references
        .into_iter()
        .map(|(place, name)| {
            let text = loader.expanded(group, &format!("${{{name}}}"))?;
            // More than a name is hardly meant.
            let plain = text.len() <= 200 && !text.contains(['\n', '\r', '$']);
            plain.then(|| Edit::replace(entry.part(place), text))
        })
        .collect();
    Some(mended(finding, "write the text out", Applicability::Unsafe, edits.unwrap_or_default()))
}
