//! A bundle as a folder on disk: reading one, and writing one over an older one.

mod ahead;
mod commit;
mod known;
mod leftovers;
mod place;
mod staging;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::manifest::{self, Manifest};

pub use ahead::Ahead;
pub use commit::Staged;
pub use staging::{Staging, Watch};

/// The note of intent: what a compile is about to write. Where it lies, a compile was interrupted.
const NEXT: &str = ".manifest.json.next";

/// Where a compile puts files until all of them are finished.
const STAGING: &str = ".aciform-staging";

/// What writing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The bundle's files, or those of the selection, by path.
    pub files: Vec<WrittenFile>,
    /// Paths of files that are no longer made.
    pub removed: Vec<String>,
}

/// A file that was written or found as it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// The path below the folder.
    pub path: String,
    /// Its length.
    pub bytes: usize,
    /// What became of it.
    pub state: State,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is new.
    Created,
    /// Its content changed.
    Changed,
    /// It stayed as it was.
    Unchanged,
}

impl Written {
    /// How many files have this state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.files.iter().filter(|file| file.state == state).count()
    }
}

/// What went wrong with a bundle's folder.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder holds files, but no manifest.
    #[error("`{0}` is not empty and holds no bundle")]
    Foreign(PathBuf),
    /// A file that no compile made lies where an artifact goes.
    #[error("`{0}` is in the way: no compile made it")]
    InTheWay(PathBuf),
    /// A link lies where a folder of the bundle goes; behind it is somebody else's place.
    #[error("`{0}` is a link, and a bundle is not written through links")]
    Link(PathBuf),
    /// A file of the bundle, or a folder of it, is a link; what is behind it is somebody else's.
    #[error("`{0}` is a link, and a bundle holds its files itself")]
    LinkedFile(PathBuf),
    /// Something else lies where a file of the bundle does: a folder, or a named pipe.
    #[error("`{0}` is no regular file")]
    NotAFile(PathBuf),
    /// An artifact's path leads out of the folder.
    #[error("`{0}` is not a path below the bundle")]
    Outside(String),
    /// Another process writes into the folder.
    #[error("another compile is writing into `{0}`")]
    Busy(PathBuf),
    /// There is no readable manifest.
    #[error("`{0}` is not a bundle: {1}")]
    NotABundle(PathBuf, String),
    /// A compile into the folder did not come to its end.
    #[error("the bundle in `{0}` is half-written: a compile into it was interrupted")]
    HalfWritten(PathBuf),
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

/// A bundle's files as they lie on disk: path below the folder to bytes, without the manifest.
/// Hidden files are passed over unless the manifest lists them.
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
/// The folder is no bundle or half of one, or a file cannot be read.
pub fn read(folder: &Path) -> Result<OnDisk, FolderError> {
    let place = folder.join(manifest::FILE);
    if fs::symlink_metadata(&place).is_ok_and(|facts| facts.is_symlink()) {
        return Err(FolderError::LinkedFile(place));
    }
    let text = match bytes_of(&place)? {
        Some(bytes) => bytes,
        None if folder.join(NEXT).exists() => return Err(FolderError::HalfWritten(folder.to_owned())),
        None if folder.is_dir() => {
            return Err(FolderError::NotABundle(folder.to_owned(), format!("it has no `{}`", manifest::FILE)));
        }
        None => {
            let error = fs::metadata(folder).err().unwrap_or_else(|| io::ErrorKind::NotFound.into());
            return Err(io_error("open", folder, error));
        }
    };
    if folder.join(NEXT).exists() {
        return Err(FolderError::HalfWritten(folder.to_owned()));
    }
    let manifest = parse(folder, &text)?;
    let listed: BTreeSet<&str> = manifest.paths().map(|(path, _)| path).collect();
    let mut on_disk = OnDisk { files: BTreeMap::new(), manifest: text };
    for (path, place) in files_below(folder)? {
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        if path == manifest::FILE || (hidden && !listed.contains(path.as_str())) {
            continue;
        }
        let content = fs::read(&place).map_err(|error| io_error("read", &place, error))?;
        on_disk.files.insert(path, content);
    }
    match listed.iter().filter(|path| !on_disk.files.contains_key(**path)).find_map(|path| in_place_of(folder, path)) {
        Some(error) => Err(error),
        None => Ok(on_disk),
    }
}

/// The bytes of a file, where there is one. Of a named pipe they would be waited for without end.
fn bytes_of(place: &Path) -> Result<Option<Vec<u8>>, FolderError> {
    let read = match fs::metadata(place) {
        Ok(facts) if !facts.is_file() => return Err(FolderError::NotAFile(place.to_owned())),
        Ok(_) => fs::read(place),
        Err(error) => Err(error),
    };
    match read {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error("read", place, error)),
    }
}

/// What lies in the place of a listed file that is none: a link on the way to it, or something else by its name.
fn in_place_of(folder: &Path, path: &str) -> Option<FolderError> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    for end in ends {
        let place = folder.join(&path[..end]);
        let facts = fs::symlink_metadata(&place).ok()?;
        if facts.is_symlink() {
            return Some(FolderError::LinkedFile(place));
        }
        if end == path.len() && !facts.is_file() {
            return Some(FolderError::NotAFile(place));
        }
    }
    None
}

fn parse(folder: &Path, manifest: &[u8]) -> Result<Manifest, FolderError> {
    let refused = |why| FolderError::NotABundle(folder.to_owned(), format!("its `{}`: {why}", manifest::FILE));
    let text = str::from_utf8(manifest).map_err(|_| refused("it is not UTF-8".to_owned()))?;
    Manifest::parse(text).map_err(refused)
}

/// Every file by its path below the folder, with its place; what is not UTF-8 in a name that nobody of ours gave is replaced.
fn files_below(folder: &Path) -> Result<Vec<(String, PathBuf)>, FolderError> {
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
            paths.push((parts.join("/"), entry.into_path()));
        }
    }
    Ok(paths)
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> FolderError {
    FolderError::Io { action, path: path.to_owned(), source }
}
