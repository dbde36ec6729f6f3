//! `--fix`: writes the files that changed.

use std::fs;
use std::io;
use std::path::Path;

/// Writes a file beside its place and renames it; a link is followed, and the permissions stay.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let target = fs::canonicalize(path)?;
    let permissions = fs::metadata(&target)?.permissions();
    beside(&target, text, Some(permissions))
}

/// Writes a file that may not be there yet, in the same way.
pub(crate) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if path.exists() { write(path, text) } else { beside(path, text, None) }
}

fn beside(target: &Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<()> {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = target.with_file_name(format!(".{name}.aciform"));
    let written = fs::write(&beside, text)
        .and_then(|()| permissions.map_or(Ok(()), |permissions| fs::set_permissions(&beside, permissions)))
        .and_then(|()| fs::rename(&beside, target));
    if written.is_err() {
        // Nobody can be told when the half of a file does not go away either.
        let _: io::Result<()> = fs::remove_file(&beside);
    }
    written
}
