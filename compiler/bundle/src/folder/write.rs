//! Writing a bundle over what an earlier compile made, whole or not at all.
//!
//! Two steps. [`stage`] writes every file that is new or differs beside its place and touches nothing else; whatever can
//! go wrong mostly goes wrong here, and then everything it wrote is taken away again. [`Staged::commit`] renames them
//! into place, removes what is no longer made, and renames the manifest last.
//!
//! What is intended is noted first in `.manifest.json.next`, so that an interrupted compile leaves no file that nobody
//! knows: the next one cleans up after it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{FolderError, NEXT, io_error, parse};
use crate::assemble::{Bundle, Selection};
use crate::manifest::{self, Manifest, is_plain};

/// What writing did, by path below the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new.
    pub created: Vec<String>,
    /// Files whose content changed.
    pub changed: Vec<String>,
    /// Files that stayed as they were.
    pub unchanged: Vec<String>,
    /// Files that are no longer made.
    pub removed: Vec<String>,
}

/// A bundle that lies beside its place. Dropped without a commit, it leaves the folder as it was.
#[derive(Debug)]
pub struct Staged {
    folder: PathBuf,
    /// Folders that were made, parents first.
    made_folders: Vec<PathBuf>,
    /// Files that were written beside their places: path below the folder.
    beside: Vec<String>,
    manifest_changed: bool,
    /// Our note of intent lies there, and no earlier one did.
    noted: bool,
    written: Written,
    committed: bool,
}

/// What a folder holds of ours.
#[derive(Default)]
struct Known {
    manifest: Option<Manifest>,
    /// Every file that a compile made or was about to make.
    paths: BTreeSet<String>,
    /// A compile was interrupted.
    interrupted: bool,
}

/// Writes a bundle over what an earlier compile made.
/// With a selection, artifacts outside of it stay and keep their entries.
///
/// # Errors
/// As [`stage`] and [`Staged::commit`].
pub fn write(folder: &Path, bundle: &Bundle, selection: &Selection) -> Result<Written, FolderError> {
    stage(folder, bundle, selection)?.commit()
}

/// Writes the new and changed files beside their places.
///
/// # Errors
/// The folder or a file in it is somebody else's, or the file system refuses; the folder is then as it was.
pub fn stage(folder: &Path, bundle: &Bundle, selection: &Selection) -> Result<Staged, FolderError> {
    let known = known(folder)?;
    let manifest = merged(&bundle.manifest, known.manifest.as_ref(), selection);
    let mut staged = Staged {
        folder: folder.to_owned(),
        made_folders: Vec::new(),
        beside: Vec::new(),
        manifest_changed: false,
        noted: false,
        written: Written::default(),
        committed: false,
    };
    staged.check_paths(&manifest, &known)?;
    staged.create_folder(folder)?;
    if known.interrupted {
        for path in known.paths.iter().map(String::as_str).chain([manifest::FILE]) {
            let _ = fs::remove_file(beside(&folder.join(path)));
        }
    }
    staged.note(&manifest, &known)?;
    for (path, artifact) in &bundle.artifacts {
        staged.artifact(path, artifact.content.as_bytes(), known.paths.contains(path))?;
    }
    let rendered = manifest.render();
    if !holds(&folder.join(manifest::FILE), rendered.as_bytes()) {
        staged.put_beside(manifest::FILE, rendered.as_bytes())?;
        staged.manifest_changed = true;
    }
    let wanted: BTreeSet<&str> = manifest.paths().map(|(path, _)| path).collect();
    staged.written.removed = known.paths.into_iter().filter(|path| !wanted.contains(path.as_str())).collect();
    Ok(staged)
}

impl Staged {
    /// Renames the files into place, removes what is no longer made, and ends with the manifest.
    ///
    /// # Errors
    /// The file system refuses. Files that were renamed stay so, the old manifest and the note of intent stay too, and
    /// the next compile into the folder puts it right.
    pub fn commit(mut self) -> Result<Written, FolderError> {
        self.committed = true;
        let into_place = |path: &str| {
            let place = self.folder.join(path);
            fs::rename(beside(&place), &place).map_err(|error| io_error("write", &place, error))
        };
        for path in self.written.created.iter().chain(&self.written.changed) {
            into_place(path)?;
        }
        let mut removed = Vec::new();
        for path in std::mem::take(&mut self.written.removed) {
            if remove(&self.folder, &path)? {
                removed.push(path);
            }
        }
        self.written.removed = removed;
        if self.manifest_changed {
            into_place(manifest::FILE)?;
        }
        let note = self.folder.join(NEXT);
        match fs::remove_file(&note) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error("remove", &note, error)),
            Ok(()) | Err(_) => Ok(std::mem::take(&mut self.written)),
        }
    }

    /// Refuses paths that lead out of the folder, by their spelling or through a link.
    fn check_paths(&self, manifest: &Manifest, known: &Known) -> Result<(), FolderError> {
        let mut safe: BTreeSet<&str> = BTreeSet::new();
        let wanted = manifest.paths().map(|(path, _)| path);
        for path in wanted.chain(known.paths.iter().map(String::as_str)) {
            if !is_plain(path) {
                return Err(FolderError::Outside(path.to_owned()));
            }
            for (at, _) in path.match_indices('/') {
                let parent = &path[..at];
                if safe.insert(parent) {
                    let place = self.folder.join(parent);
                    if fs::symlink_metadata(&place).is_ok_and(|facts| facts.is_symlink()) {
                        return Err(FolderError::Link(place));
                    }
                }
            }
        }
        Ok(())
    }

    /// Notes what is about to be made, and what an interrupted compile may have left.
    fn note(&mut self, manifest: &Manifest, known: &Known) -> Result<(), FolderError> {
        let mut note = manifest.clone();
        if known.interrupted {
            let wanted: BTreeSet<&str> = manifest.paths().map(|(path, _)| path).collect();
            let left = known.paths.iter().filter(|path| !wanted.contains(path.as_str()));
            let left = left.map(|path| (path.clone(), String::new())).collect();
            note.artifacts.insert(".interrupted".to_owned(), left);
        }
        let place = self.folder.join(NEXT);
        let unfinished = beside(&place);
        let rendered = note.render();
        self.noted = !known.interrupted;
        create(&unfinished, rendered.as_bytes()).map_err(|error| io_error("write", &unfinished, error))?;
        fs::rename(&unfinished, &place).map_err(|error| io_error("write", &place, error))
    }

    fn artifact(&mut self, path: &str, content: &[u8], ours: bool) -> Result<(), FolderError> {
        let place = self.folder.join(path);
        let list = match fs::symlink_metadata(&place) {
            Ok(facts) if facts.is_file() && holds(&place, content) => {
                self.written.unchanged.push(path.to_owned());
                return Ok(());
            }
            Ok(facts) if facts.is_dir() || !ours => return Err(FolderError::InTheWay(place)),
            Ok(_) => &mut self.written.changed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => &mut self.written.created,
            Err(error) => return Err(io_error("write", &place, error)),
        };
        list.push(path.to_owned());
        if let Some(parent) = place.parent() {
            self.create_folder(parent)?;
        }
        self.put_beside(path, content)
    }

    fn put_beside(&mut self, path: &str, content: &[u8]) -> Result<(), FolderError> {
        let unfinished = beside(&self.folder.join(path));
        self.beside.push(path.to_owned());
        create(&unfinished, content).map_err(|error| io_error("write", &unfinished, error))
    }

    /// Makes a folder and those above it, and remembers which were made.
    fn create_folder(&mut self, folder: &Path) -> Result<(), FolderError> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.is_dir()).collect();
        for above in missing.into_iter().rev() {
            fs::create_dir(above).map_err(|error| io_error("create the folder", above, error))?;
            self.made_folders.push(above.to_owned());
        }
        Ok(())
    }
}

impl Drop for Staged {
    /// Takes away what was staged and not committed. Nobody can be told what does not go away.
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        for path in &self.beside {
            let _ = fs::remove_file(beside(&self.folder.join(path)));
        }
        if self.noted {
            let note = self.folder.join(NEXT);
            let _ = fs::remove_file(beside(&note));
            let _ = fs::remove_file(note);
        }
        for folder in self.made_folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// What the folder holds of ours; refuses one that is somebody else's.
fn known(folder: &Path) -> Result<Known, FolderError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Known::default()),
        Err(error) => return Err(io_error("open the folder", folder, error)),
    };
    let mut known = Known::default();
    if let Ok(bytes) = fs::read(folder.join(manifest::FILE)) {
        let manifest = parse(folder, &bytes)?;
        known.paths.extend(manifest.paths().map(|(path, _)| path.to_owned()));
        known.manifest = Some(manifest);
    }
    if let Ok(bytes) = fs::read(folder.join(NEXT)) {
        known.interrupted = true;
        // The note is renamed into place whole; one that cannot be read names nothing.
        if let Ok(note) = parse(folder, &bytes) {
            known.paths.extend(note.paths().map(|(path, _)| path.to_owned()));
        }
    }
    let unfinished_note = beside(Path::new(NEXT));
    let others = entries.filter_map(Result::ok).any(|entry| Path::new(&entry.file_name()) != unfinished_note);
    if known.manifest.is_none() && !known.interrupted && others {
        return Err(FolderError::Foreign(folder.to_owned()));
    }
    Ok(known)
}

/// The manifest of this compile, with the entries of artifacts outside of its selection.
fn merged(new: &Manifest, old: Option<&Manifest>, selection: &Selection) -> Manifest {
    let mut manifest = new.clone();
    let Some(old) = old.filter(|_| !selection.is_everything()) else { return manifest };
    if selection.host.is_some() || selection.target.as_deref().is_some_and(|target| target != "apic") {
        manifest.secrets.clone_from(&old.secrets);
    }
    for (target, entries) in &old.artifacts {
        let outside = entries.iter().filter(|(path, _)| !selection.covers(target, path));
        let kept = manifest.artifacts.entry(target.clone()).or_default();
        kept.extend(outside.map(|(path, sum)| (path.clone(), sum.clone())));
    }
    manifest.artifacts.retain(|_, entries| !entries.is_empty());
    manifest
}

fn holds(place: &Path, content: &[u8]) -> bool {
    // Most files that differ differ in length.
    fs::metadata(place).is_ok_and(|facts| facts.len() == content.len() as u64)
        && fs::read(place).is_ok_and(|present| present == content)
}

/// Writes a new file. What lies there, from an interrupted compile or as a link that leads elsewhere, goes first.
fn create(place: &Path, content: &[u8]) -> io::Result<()> {
    let new = || fs::OpenOptions::new().write(true).create_new(true).open(place);
    let opened = match new() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::remove_file(place).and_then(|()| new()),
        opened => opened,
    };
    opened?.write_all(content)
}

/// Where a file lies until it is whole.
fn beside(place: &Path) -> PathBuf {
    let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    place.with_file_name(format!(".{name}.tmp"))
}

/// Removes a file of ours and the folders that it leaves empty; says whether it was there.
fn remove(folder: &Path, path: &str) -> Result<bool, FolderError> {
    let place = folder.join(path);
    match fs::remove_file(&place) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
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
