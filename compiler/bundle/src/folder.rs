//! A bundle as a folder on disk: reading one, and writing one over an older one.
//!
//! Every file is written beside its place and renamed; the manifest comes last.
//! What a compile intends is noted first in `.manifest.json.next`, so that an interrupted one leaves no file that nobody knows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::assemble::{Bundle, Selection};
use crate::manifest::{self, Manifest, digest};

const NEXT: &str = ".manifest.json.next";

/// What went wrong with a bundle's folder.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder holds files, but no manifest.
    #[error("`{0}` is not empty and holds no bundle")]
    Foreign(PathBuf),
    /// There is no readable manifest.
    #[error("`{0}` is not a bundle: {1}")]
    NotABundle(PathBuf, String),
    /// A file system call did not succeed.
    #[error("cannot {action} `{path}`: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

/// What writing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new.
    pub created: usize,
    /// Files whose content changed.
    pub changed: usize,
    /// Files that stayed as they were.
    pub unchanged: usize,
    /// Files that are no longer made.
    pub removed: usize,
}

/// A bundle's files as they lie on disk: path below the folder to bytes, without the manifest.
/// Hidden files are passed over.
#[derive(Clone, Debug, Default)]
pub struct OnDisk {
    /// The files.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The manifest's own bytes.
    pub manifest: Vec<u8>,
}

/// Reads a bundle's folder whole.
///
/// # Errors
/// The folder is no bundle, or a file cannot be read.
pub fn read(folder: &Path) -> Result<OnDisk, FolderError> {
    let text = match fs::read(folder.join(manifest::FILE)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && folder.is_dir() => {
            return Err(FolderError::NotABundle(folder.to_owned(), format!("it has no `{}`", manifest::FILE)));
        }
        Err(error) => return Err(io_error("read", &folder.join(manifest::FILE), error)),
    };
    let decoded = String::from_utf8_lossy(&text);
    Manifest::parse(&decoded).map_err(|why| FolderError::NotABundle(folder.to_owned(), why))?;
    let mut on_disk = OnDisk { files: BTreeMap::new(), manifest: text };
    for path in files_below(folder)? {
        if path == manifest::FILE || path.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        let place = folder.join(&path);
        let content = fs::read(&place).map_err(|error| io_error("read", &place, error))?;
        on_disk.files.insert(path, content);
    }
    Ok(on_disk)
}

/// Checks that a folder may be written to, without touching it: missing, empty, or a bundle.
///
/// # Errors
/// As [`write`], before anything is changed.
pub fn check(folder: &Path) -> Result<(), FolderError> {
    known(folder).map(|_| ())
}

/// Writes a bundle over what an earlier compile made.
/// With a selection, artifacts outside of it stay and keep their entries.
///
/// # Errors
/// The folder is somebody else's, or the file system refuses; files renamed before that stay renamed, and the old manifest stays.
pub fn write(folder: &Path, bundle: &Bundle, selection: &Selection) -> Result<Written, FolderError> {
    let (old, known) = known(folder)?;
    let kept = old.as_ref().filter(|_| !selection.is_everything());
    let mut manifest = bundle.manifest.clone();
    if let Some(old) = kept {
        if selection.host.is_some() || selection.target.as_deref().is_some_and(|target| target != "apic") {
            manifest.secrets.clone_from(&old.secrets);
        }
        for (target, entries) in &old.artifacts {
            let outside = entries.iter().filter(|(path, _)| !selection.covers(target, path));
            let merged = manifest.artifacts.entry(target.clone()).or_default();
            merged.extend(outside.map(|(path, sum)| (path.clone(), sum.clone())));
        }
    }
    let rendered = manifest.render();
    create_folder(folder)?;
    let next = folder.join(NEXT);
    fs::write(&next, &rendered).map_err(|error| io_error("write", &next, error))?;
    let mut written = Written::default();
    let mut made_folders = BTreeSet::new();
    for (path, artifact) in &bundle.artifacts {
        let place = folder.join(path);
        if let Some(parent) = place.parent().filter(|parent| !made_folders.contains(*parent)) {
            create_folder(parent)?;
            made_folders.insert(parent.to_owned());
        }
        match fs::read(&place) {
            Ok(present) if present == artifact.content.as_bytes() => written.unchanged += 1,
            Ok(_) => {
                replace(&place, artifact.content.as_bytes())?;
                written.changed += 1;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                replace(&place, artifact.content.as_bytes())?;
                written.created += 1;
            }
            Err(error) => return Err(io_error("read", &place, error)),
        }
    }
    let wanted: BTreeSet<&str> = manifest.paths().map(|(path, _)| path).collect();
    for path in known.iter().filter(|path| !wanted.contains(path.as_str())) {
        written.removed += usize::from(remove(folder, path)?);
    }
    let place = folder.join(manifest::FILE);
    if fs::read(&place).ok().as_deref() != Some(rendered.as_bytes()) {
        replace(&place, rendered.as_bytes())?;
    }
    fs::remove_file(&next).map_err(|error| io_error("remove", &next, error))?;
    Ok(written)
}

/// The manifest of a folder, and every file that a compile made or was about to make there.
fn known(folder: &Path) -> Result<(Option<Manifest>, BTreeSet<String>), FolderError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((None, BTreeSet::new())),
        Err(error) => return Err(io_error("open the folder", folder, error)),
    };
    let mut paths = BTreeSet::new();
    let mut manifest = None;
    let mut interrupted = false;
    for name in [manifest::FILE, NEXT] {
        let Ok(text) = fs::read_to_string(folder.join(name)) else { continue };
        match Manifest::parse(&text) {
            Ok(read) => {
                paths.extend(read.paths().map(|(path, _)| path.to_owned()));
                if name == manifest::FILE {
                    manifest = Some(read);
                } else {
                    interrupted = true;
                }
            }
            // A half-written note of intent means that nothing else had been written yet.
            Err(_) if name == NEXT => interrupted = true,
            Err(why) => return Err(FolderError::NotABundle(folder.to_owned(), why)),
        }
    }
    if manifest.is_none() && !interrupted && entries.count() > 0 {
        return Err(FolderError::Foreign(folder.to_owned()));
    }
    Ok((manifest, paths))
}

fn replace(place: &Path, content: &[u8]) -> Result<(), FolderError> {
    let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = place.with_file_name(format!(".{name}.tmp"));
    let mut file = fs::File::create(&beside).map_err(|error| io_error("write", &beside, error))?;
    file.write_all(content).map_err(|error| io_error("write", &beside, error))?;
    drop(file);
    fs::rename(&beside, place).map_err(|error| io_error("write", place, error))
}

/// Removes a file of ours and the folders that it leaves empty.
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

fn create_folder(folder: &Path) -> Result<(), FolderError> {
    fs::create_dir_all(folder).map_err(|error| io_error("create the folder", folder, error))
}

fn files_below(folder: &Path) -> Result<Vec<String>, FolderError> {
    let mut paths = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(folder).to_owned();
            io_error("read", &place, error.into_io_error().unwrap_or_else(|| io::Error::other("a link leads back")))
        })?;
        if entry.file_type().is_file() {
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let parts: Vec<_> =
                below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            paths.push(parts.join("/"));
        }
    }
    Ok(paths)
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> FolderError {
    FolderError::Io { action, path: path.to_owned(), source }
}

/// Whether a folder's files are the ones its manifest names, with their digests: it is whole.
///
/// # Errors
/// As [`read`].
pub fn is_whole(folder: &Path) -> Result<bool, FolderError> {
    let on_disk = read(folder)?;
    let manifest = Manifest::parse(&String::from_utf8_lossy(&on_disk.manifest))
        .map_err(|why| FolderError::NotABundle(folder.to_owned(), why))?;
    let found: BTreeMap<&str, String> =
        on_disk.files.iter().map(|(path, bytes)| (path.as_str(), digest(&String::from_utf8_lossy(bytes)))).collect();
    let listed: BTreeMap<&str, String> = manifest.paths().map(|(path, sum)| (path, sum.to_owned())).collect();
    Ok(found == listed)
}
