//! What a bundle's folder holds of ours, before something is written into it.

use std::fs;
use std::io;
use std::path::Path;

use super::ahead::{Early, Files};
use super::{FolderError, NEXT, STAGING, bytes_of, io_error, parse};
use crate::assemble::Selection;
use crate::manifest::{self, Manifest};

/// What a folder holds of ours.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What the last whole compile made.
    pub(super) manifest: Option<Manifest>,
    /// Every file that a compile made or was about to make, sorted.
    pub(super) paths: Vec<String>,
    /// A compile was interrupted while it put its files into place.
    pub(super) interrupted: bool,
}

/// Refuses a folder that holds somebody else's files. One that is not there is nobody's.
pub(super) fn refuse_foreign(folder: &Path) -> Result<(), FolderError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error("open the folder", folder, error)),
    };
    let ours = folder.join(manifest::FILE).exists() || folder.join(NEXT).exists();
    let others = entries.filter_map(Result::ok).any(|entry| entry.file_name() != STAGING);
    if !ours && others { Err(FolderError::Foreign(folder.to_owned())) } else { Ok(()) }
}

impl Known {
    /// The number of a path among all.
    pub(super) fn number(&self, path: &str) -> Option<usize> {
        self.paths.binary_search_by(|known| known.as_str().cmp(path)).ok()
    }

    /// The paths that a manifest does not name, sorted.
    pub(super) fn paths_beside(&self, manifest: &Manifest) -> impl Iterator<Item = &String> {
        let mut named: Vec<&str> = manifest.paths().map(|(path, _)| path).collect();
        // What a manifest lists is sorted but for the targets.
        named.sort();
        let mut named = named.into_iter().peekable();
        self.paths.iter().filter(move |path| {
            while named.next_if(|named| *named < path.as_str()).is_some() {}
            named.peek() != Some(&path.as_str())
        })
    }

    fn add(&mut self, manifest: &Manifest) {
        self.paths.extend(manifest.paths().map(|(path, _)| path.to_owned()));
        self.paths.sort();
        self.paths.dedup();
    }
}

/// Reads what the folder holds of ours; what was read early is taken if it is still the same.
pub(super) fn known(folder: &Path, early: Option<Early>) -> Result<(Known, Files), FolderError> {
    let (mut known, mut files) = (Known::default(), Files::default());
    if let Some(bytes) = bytes_of(&folder.join(manifest::FILE))? {
        (known, files) = match early.and_then(|early| early.confirm(&bytes)) {
            Some(early) => early,
            None => (known_by(folder, &bytes)?, Files::default()),
        };
    }
    if let Some(bytes) = bytes_of(&folder.join(NEXT))? {
        known.interrupted = true;
        // The note is renamed into place whole; one that cannot be read names nothing.
        if let Ok(note) = parse(folder, &bytes) {
            known.add(&note);
            // Their numbers are no longer those of the paths.
            files = Files::default();
        }
    }
    Ok((known, files))
}

/// What a manifest says that a folder holds.
pub(super) fn known_by(folder: &Path, manifest: &[u8]) -> Result<Known, FolderError> {
    let manifest = parse(folder, manifest)?;
    let mut known = Known::default();
    known.add(&manifest);
    known.manifest = Some(manifest);
    Ok(known)
}

/// The manifest of this compile, with the entries of artifacts outside of its selection.
pub(super) fn merged(mut manifest: Manifest, old: Option<&Manifest>, selection: &Selection) -> Manifest {
    let Some(old) = old.filter(|_| !selection.is_everything()) else { return manifest };
    if selection.host.is_some() || selection.target.as_deref().is_some_and(|target| target != "apic") {
        manifest.secrets.clone_from(&old.secrets);
        manifest.preexisting.clone_from(&old.preexisting);
    }
    for (target, entries) in &old.artifacts {
        let outside = entries.iter().filter(|(path, _)| !selection.covers(target, path));
        let kept = manifest.artifacts.entry(target.clone()).or_default();
        kept.extend(outside.map(|(path, sum)| (path.clone(), sum.clone())));
    }
    manifest.artifacts.retain(|_, entries| !entries.is_empty());
    manifest
}

/// What is about to be made, and what an interrupted compile may have left.
pub(super) fn note(manifest: &Manifest, known: &Known) -> Manifest {
    let mut note = manifest.clone();
    let left = known.paths_beside(manifest).map(|path| (path.clone(), String::new())).collect();
    note.artifacts.insert(".interrupted".to_owned(), left);
    note
}
