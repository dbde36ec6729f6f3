//! The edits that go with what a finding says to write. A value is written anew only where it stands in the file as it
//! was read: references and comments in it have findings of their own, whose fixes come first.

use std::ops::Range;

use aciform_diagnostics::{Applicability, Diagnostic, Edit, Fix};
use aciform_syntax::ini::{Entry, IniFile, Section};

use super::options::Group;
use super::secret::is_secret;

/// Gives a finding its help, and a fix of that title where there are edits.
pub(super) fn mended(
    finding: Diagnostic,
    help: impl Into<String>,
    applicability: Applicability,
    edits: impl IntoIterator<Item = Edit>,
) -> Diagnostic {
    let (title, edits) = (help.into(), edits.into_iter().collect::<Vec<_>>());
    let finding = finding.help(title.clone());
    if edits.is_empty() { finding } else { finding.fix(Fix { title, applicability, edits }) }
}

/// Writes a value anew; `None` where `text`, which was judged, is not what stands in the file, and where it starts below
/// its key: the line break would stay, and the value be as wrong as it was.
pub(super) fn value(entry: &Entry, text: &str, new: impl Into<String>) -> Option<Edit> {
    let as_written = entry.value.value == text && !text.is_empty() && !text.starts_with('\n');
    as_written.then(|| Edit::replace(entry.value.span, new))
}

/// Writes a part of a value anew, as [`value`] does the whole.
pub(super) fn part(entry: &Entry, text: &str, place: Range<usize>, new: impl Into<String>) -> Option<Edit> {
    let as_written = entry.value.value == text && !place.is_empty();
    as_written.then(|| Edit::replace(entry.part(place), new))
}

/// Whether a fix gives an option this name.
pub(super) fn is_key(finding: &Diagnostic, name: &str) -> bool {
    finding.fix.iter().any(|fix| fix.edits.iter().any(|edit| edit.text == name))
}

/// Gives an option another name.
pub(super) fn key(entry: &Entry, name: &str) -> Edit {
    Edit::replace(entry.key.span, name)
}

/// The line of an option as it can be written elsewhere under a name. `None` for secrets, which no edit repeats, and
/// for values whose quotes or line breaks would have to come along.
pub(super) fn line(entry: &Entry, name: &str) -> Option<String> {
    let value = entry.value.value.as_str();
    let plain = !entry.quoted && !value.contains('\n') && !value.is_empty();
    (plain && !is_secret(&entry.key.value) && !is_secret(name)).then(|| format!("{name} = {value}"))
}

/// Moves an option to a group, under a name: below the last line that the group has in the same file, else into a
/// section of its own at the end. `section`: the last of the group.
pub(super) fn relocation(
    file: &IniFile,
    section: Option<&Section>,
    entry: &Entry,
    group: &Group,
    name: &str,
) -> Option<[Edit; 2]> {
    let line = line(entry, name)?;
    let addition = match section {
        Some(section) => file.insertion(section.end(), &[line]),
        None => file.appended(entry.whole.file, &[format!("[{}]", group.name), line]),
    };
    Some([entry.deletion(), addition])
}
