//! Mending: applies fixes until none is left, in memory.
//!
//! A round may uncover further fixes (a comment taken out of a value leaves a value that can be mended), so rounds go on
//! until nothing changes. A round after which a file no longer parses is taken back.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use aciform_diagnostics::{Applicability, Diagnostic, FileId, Severity, fix};

use crate::reader::{Reader, absolute};

/// More rounds than fixes need that build on each other or stand in each other's way, in a file that people wrote.
pub const MOST_ROUNDS: usize = 50;

/// Texts that fixes made, by the absolute path of their file.
#[derive(Debug, Default)]
pub struct Fixed {
    /// Before and after.
    pub files: BTreeMap<PathBuf, Change>,
    /// How many fixes went in.
    pub applied: usize,
}

/// One file.
#[derive(Debug)]
pub struct Change {
    /// The name that findings carry.
    pub name: String,
    /// The text as it was read.
    pub before: String,
    /// The text with the fixes in it.
    pub after: String,
    /// Where secrets stand in the text before.
    pub hidden_before: Vec<Range<usize>>,
    /// Where secrets stand in the text after.
    pub hidden_after: Vec<Range<usize>>,
}

/// Lints and fixes until nothing changes. `lint` is given the texts so far and returns what it read and found.
pub fn mend(
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
            let hidden_after = hidden(&after, &path, &text);
            let change = fixed.files.entry(path).or_insert_with(|| Change {
                name: source.name.clone(),
                before: source.text.clone(),
                after: String::new(),
                hidden_before: source.hidden().to_vec(),
                hidden_after: Vec::new(),
            });
            (change.after, change.hidden_after) = (text, hidden_after);
        }
        fixed.applied += round.applied;
        (buffers, reader, findings) = (next, after, left);
    }
    (reader, findings, fixed)
}

/// Where secrets stand in a text that a reader was given; what it did not read may hold any.
fn hidden(reader: &Reader, place: &Path, text: &str) -> Vec<Range<usize>> {
    let is_it = |file: &FileId| path(reader, *file).is_some_and(|path| path == place);
    let file = reader.places.keys().find(|file| is_it(file) && reader.sources.file(**file).text == text);
    match file {
        Some(file) => reader.sources.file(*file).hidden().to_vec(),
        None => std::iter::once(0..text.len()).collect(),
    }
}

/// Where a file lies; `None`: it came from standard input and was given another name there.
fn path(reader: &Reader, file: FileId) -> Option<PathBuf> {
    let place = reader.places.get(&file)?;
    absolute(place)
}

/// How many findings keep a file from being read. A comment in a value, of the same family, does not.
fn unreadable(findings: &[Diagnostic]) -> usize {
    let of_syntax = |finding: &&Diagnostic| {
        finding.severity == Severity::Error
            && aciform_syntax::CODES.iter().copied().flatten().any(|code| *code == finding.code)
    };
    findings.iter().filter(of_syntax).count()
}
