//! `--fix`: applies fixes until none is left, in memory, and writes the files that changed.
//!
//! A round may uncover further fixes (a comment taken out of a value leaves a value that can be mended), so rounds go on
//! until nothing changes. A round after which a file no longer parses is taken back.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aciform_diagnostics::{Applicability, Diagnostic, FileId, Severity, fix};
use aciform_rules::Family;
use aciform_site::Reader;

/// More rounds than fixes can need that build on each other.
const MOST_ROUNDS: usize = 10;

/// Texts that fixes made, by the absolute path of their file.
#[derive(Debug, Default)]
pub(crate) struct Fixed {
    /// Before and after.
    pub(crate) files: BTreeMap<PathBuf, Change>,
    /// How many fixes went in.
    pub(crate) applied: usize,
}

/// One file.
#[derive(Debug)]
pub(crate) struct Change {
    /// The name that findings carry.
    pub(crate) name: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// Lints and fixes until nothing changes. `lint` is given the texts so far and returns what it read and found.
pub(crate) fn run(
    up_to: Applicability,
    mut lint: impl FnMut(&BTreeMap<PathBuf, String>) -> (Reader, Vec<Diagnostic>),
) -> (Reader, Vec<Diagnostic>, Fixed) {
    let mut buffers: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut fixed = Fixed::default();
    let (mut reader, mut findings) = lint(&buffers);
    for _ in 0..MOST_ROUNDS {
        let round = fix::apply(&reader.sources, &findings, up_to);
        if round.texts.is_empty() {
            break;
        }
        let mut next = buffers.clone();
        for (file, text) in &round.texts {
            if let Some(path) = path(&reader, *file) {
                next.insert(path, text.clone());
            }
        }
        let (after, left) = lint(&next);
        if next == buffers || unreadable(&left) > unreadable(&findings) {
            break;
        }
        for (file, text) in round.texts {
            let Some(path) = path(&reader, file) else { continue };
            let source = reader.sources.file(file);
            let change = fixed.files.entry(path).or_insert_with(|| Change {
                name: source.name.clone(),
                before: source.text.clone(),
                after: String::new(),
            });
            change.after = text;
        }
        fixed.applied += round.applied;
        (buffers, reader, findings) = (next, after, left);
    }
    (reader, findings, fixed)
}

/// Where a file lies; `None`: it came from standard input and was given another name there.
fn path(reader: &Reader, file: FileId) -> Option<PathBuf> {
    let place = reader.places.get(&file)?;
    aciform_site::absolute(place)
}

fn unreadable(findings: &[Diagnostic]) -> usize {
    let of_grammar = |finding: &&Diagnostic| {
        finding.severity == Severity::Error && matches!(Family::of(finding.code), Family::Grammar | Family::Site)
    };
    findings.iter().filter(of_grammar).count()
}

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
