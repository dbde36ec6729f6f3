//! The second step of writing a bundle: staged files are renamed into place, what is no longer made goes, the manifest comes last.
//!
//! What is intended is noted first in `.manifest.json.next`, so that an interrupted commit leaves no file that nobody
//! knows: the next one cleans up after it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::known::{Known, note};
use super::place::hold;
use super::staging::{Folders, create, has_manifest};
use super::{FolderError, NEXT, State, Written, WrittenFile, io_error};
use crate::artifact::Content;
use crate::manifest::{self, Manifest, is_plain};

/// So many files are moved at once.
const MOST_AT_ONCE: usize = 8;

/// A bundle that lies beside its place. Dropped without a commit, it leaves the folder as it was.
#[derive(Debug)]
pub struct Staged {
    folders: Folders,
    /// Folders of the bundle, by path below it, that staging looked at: whether they were there.
    looked_at: BTreeMap<String, bool>,
    /// In the staging folder lie a manifest and a note.
    anything: bool,
    manifest_changed: bool,
    written: Written,
}

impl Staged {
    pub(super) fn new(
        folders: Folders,
        known: Known,
        manifest: Manifest,
        mut files: Vec<WrittenFile>,
        looked_at: BTreeMap<String, bool>,
    ) -> Result<Self, FolderError> {
        let check = || {
            files.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
            check_paths(&folders.bundle, &manifest, &known, &looked_at)?;
            let removed = known.paths_beside(&manifest).cloned().collect::<Vec<String>>();
            // Before anything is renamed: a folder in the place of a file is not ours to remove.
            let in_the_way = |place: &PathBuf| fs::symlink_metadata(place).is_ok_and(|facts| facts.is_dir());
            match removed.iter().map(|path| folders.bundle.join(path)).find(in_the_way) {
                Some(place) => Err(FolderError::InTheWay(place)),
                None => Ok(removed),
            }
        };
        let (removed, rendered) = rayon::join(check, || Content::from(manifest.render()));
        let removed = removed?;
        let manifest_changed = !has_manifest(&folders.bundle, &rendered);
        let anything = manifest_changed
            || known.interrupted
            || !removed.is_empty()
            || files.iter().any(|file| file.state != State::Unchanged);
        if anything {
            let stage = |name: &str, content: &Content| {
                let place = folders.staging.join(name);
                create(&place, content, content.len()).map_err(|error| io_error("write", &place, error))
            };
            match known.interrupted {
                true => stage(NEXT, &note(&manifest, &known).render().into())?,
                false => stage(NEXT, &rendered)?,
            }
            if manifest_changed {
                stage(manifest::FILE, &rendered)?;
            }
        }
        Ok(Self { folders, looked_at, anything, manifest_changed, written: Written { files, removed } })
    }

    /// Renames the files into place, removes what is no longer made, and ends with the manifest.
    ///
    /// # Errors
    /// The file system refuses. Files that were renamed stay so, the old manifest and the note of intent stay too, and
    /// the next compile into the folder puts it right.
    pub fn commit(mut self) -> Result<Written, FolderError> {
        self.folders.committed = true;
        if !self.anything {
            return Ok(self.written);
        }
        self.move_into_place(NEXT)?;
        let mut moves = Vec::new();
        let mut moved = "";
        for file in self.written.files.iter().filter(|file| file.state != State::Unchanged) {
            if !moved.is_empty() && is_below(&file.path, moved) {
                continue;
            }
            // A folder that is new goes as a whole.
            moved = self.first_new_folder(&file.path).unwrap_or_default();
            moves.push(if moved.is_empty() { file.path.as_str() } else { moved });
        }
        self.move_all(&moves)?;
        let mut removed = Vec::new();
        for path in std::mem::take(&mut self.written.removed) {
            if remove(&self.folders.bundle, &path)? {
                removed.push(path);
            }
        }
        self.written.removed = removed;
        if self.manifest_changed {
            self.move_into_place(manifest::FILE)?;
        }
        let note = self.folders.bundle.join(NEXT);
        match fs::remove_file(&note) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error("remove", &note, error)),
            Ok(()) | Err(_) => Ok(self.written),
        }
    }

    /// To let go of an old file is what takes time, and most of it is waiting: for a disk that is told which of its blocks
    /// are free, or for another machine. So more wait at once than there are cores.
    fn move_all(&self, paths: &[&str]) -> Result<(), FolderError> {
        let move_all = || paths.par_iter().map(|path| self.move_into_place(path)).collect::<Vec<_>>();
        let threads = rayon::ThreadPoolBuilder::new().num_threads(paths.len().clamp(1, MOST_AT_ONCE)).build();
        let moved = threads.map_or_else(|_| move_all(), |threads| threads.install(move_all));
        moved.into_iter().collect()
    }

    fn move_into_place(&self, path: &str) -> Result<(), FolderError> {
        let place = self.folders.bundle.join(path);
        // Files are renamed one after the other, whoever asks. The old one is let go when it is closed, and not before
        // the next may be renamed.
        let _old = hold(&place);
        fs::rename(self.folders.staging.join(path), &place).map_err(|error| io_error("write", &place, error))
    }

    /// The highest folder of a file that was not there when the file was staged.
    fn first_new_folder<'p>(&self, path: &'p str) -> Option<&'p str> {
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.find(|folder| self.looked_at.get(*folder) == Some(&false))
    }
}

/// Refuses paths, also of artifacts outside of the selection and of older compiles, that lead out of the folder.
fn check_paths(
    bundle: &Path,
    manifest: &Manifest,
    known: &Known,
    looked_at: &BTreeMap<String, bool>,
) -> Result<(), FolderError> {
    let mut safe: BTreeSet<&str> = looked_at.keys().map(String::as_str).collect();
    let wanted = manifest.paths().map(|(path, _)| path);
    let mut parent = "";
    for path in wanted.chain(known.paths.iter().map(String::as_str)) {
        if !is_plain(path) {
            return Err(FolderError::Outside(path.to_owned()));
        }
        // The files of one folder follow on each other.
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        if std::mem::replace(&mut parent, above) == above {
            continue;
        }
        for (at, _) in path.match_indices('/') {
            if safe.insert(&path[..at]) {
                let place = bundle.join(&path[..at]);
                if fs::symlink_metadata(&place).is_ok_and(|facts| facts.is_symlink()) {
                    return Err(FolderError::Link(place));
                }
            }
        }
    }
    Ok(())
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Removes a file of ours and the folders that it leaves empty; says whether it was there.
fn remove(folder: &Path, path: &str) -> Result<bool, FolderError> {
    let place = folder.join(path);
    match fs::remove_file(&place) {
        Ok(()) => {}
        // Also where something that is no folder lies in the place of the file's folder.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(false);
        }
        Err(error) => return Err(io_error("remove", &place, error)),
    }
    let mut parent = place.parent();
    while let Some(above) = parent.filter(|above| *above != folder) {
        if fs::remove_dir(above).is_err() {
            break;
        }
        parent = above.parent();
    }
    Ok(true)
}
