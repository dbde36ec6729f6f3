//! The first step of writing a bundle: every file that is new or differs goes into a folder of its own, beside the bundle.
//!
//! Artifacts are taken as they are finished, by many threads at once, and let go; what is held of them is their name.
//! Whatever can go wrong mostly goes wrong here, and then the folder is taken away again and the old bundle was never touched.
//! A process that dies leaves the staging folder, which the next one clears; one that still writes holds a lock in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ahead::{Ahead, Files};
use super::commit::Staged;
use super::known::{Known, known, merged, refuse_foreign};
use super::leftovers::refuse_strangers;
use super::place::{Facts, Folder, Kind, split};
use super::{FolderError, STAGING, State, WrittenFile, io_error};
use crate::artifact::{Artifact, BLOCK, Content};
use crate::assemble::{Selection, Sink};
use crate::digest::{Digest, digests};
use crate::manifest::{self, Manifest, is_plain};

/// The file in the staging folder that a running compile holds locked.
pub(super) const LOCK: &str = "lock";

/// A folder whose lock goes away so often under our hands is busy.
const MOST_TRIES: usize = 20;

thread_local! {
    /// Where what lies on disk is read to be compared.
    static PRESENT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A bundle on its way to the disk. Dropped before its end, it leaves the folder as it was.
#[derive(Debug)]
pub struct Staging {
    /// The folders of the bundle that were looked into last, by path below it, the latest at the end. Dropped first: to
    /// take the staging folder away needs handles too.
    open: Mutex<Vec<(String, Arc<Opened>)>>,
    folders: Folders,
    known: Known,
    /// What was read of the bundle's files beforehand.
    files: Files,
    seen: Mutex<Seen>,
    watch: Watch,
}

/// What lies in a place of the bundle.
#[derive(Debug)]
enum Found {
    Nothing,
    /// A file that was read beforehand, and its digest.
    Read(Digest),
    Something {
        kind: Kind,
        /// A file that holds the bytes that it was compared with so far, and as many.
        same: Option<File>,
    },
}

/// A folder of the bundle.
#[derive(Debug)]
struct Opened {
    folder: Folder,
    /// What was read of its files beforehand counts.
    is_as_read: bool,
}

/// So many folders are held open: a thread goes through the files of one host, which has a handful.
const MOST_OPEN: usize = 12;

/// Who looks on while a bundle is written.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// Whether what is handed over from now on is to be let go: somebody wants the run to end.
    pub stop: fn() -> bool,
    /// One of so many parts was handed over.
    pub part_done: fn(usize),
}

/// The places on disk, taken away where they are not committed.
#[derive(Debug)]
pub(super) struct Folders {
    pub(super) bundle: PathBuf,
    pub(super) staging: PathBuf,
    /// Folders that were made.
    made: Made,
    /// Held, so that no other compile writes here; given back by closing it.
    _lock: File,
    pub(super) committed: bool,
}

/// What all threads have handed over so far.
#[derive(Debug, Default)]
struct Seen {
    files: Vec<WrittenFile>,
    /// Folders of the bundle that were looked at, by path below it: whether they are there.
    looked_at: BTreeMap<String, bool>,
    /// Folders that were made in the staging folder.
    made: BTreeSet<String>,
    /// The first in the order of paths.
    trouble: Option<(String, FolderError)>,
}

impl Staging {
    /// Opens a folder for a new bundle, with what was read of it ahead.
    ///
    /// # Errors
    /// The folder is somebody else's, another compile is writing into it, or the file system refuses.
    pub fn begin(folder: &Path, ahead: Option<Ahead>, watch: Watch) -> Result<Self, FolderError> {
        let early = ahead.and_then(|ahead| ahead.end(folder));
        refuse_foreign(folder)?;
        let folders = Folders::make(folder)?;
        let (known, files) = known(folder, early)?;
        Ok(Self { open: Mutex::default(), folders, known, files, seen: Mutex::default(), watch })
    }

    /// Ends taking artifacts: the manifest and what is no longer made are settled.
    /// With a selection, artifacts outside of it stay and keep their entries.
    ///
    /// # Errors
    /// The first trouble, in the order of paths, that any artifact met.
    pub fn finish(self, manifest: Manifest, selection: &Selection) -> Result<Staged, FolderError> {
        let seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        drop(self.open);
        if let Some((_, trouble)) = seen.trouble {
            return Err(trouble);
        }
        let manifest = merged(manifest, self.known.manifest.as_ref(), selection);
        Staged::new(self.folders, self.known, manifest, seen.files, seen.looked_at)
    }

    /// What lies in the place of an artifact of so many bytes.
    fn look(&self, artifact: &Artifact, length: usize) -> Result<Found, FolderError> {
        let path = artifact.path.as_str();
        if !is_plain(path) {
            return Err(FolderError::Outside(path.to_owned()));
        }
        let (parent, name) = split(path);
        if !self.is_there(parent)? {
            return Ok(Found::Nothing);
        }
        let opened = self.opened(parent);
        let read =
            Some(path).filter(|_| opened.is_as_read).and_then(|path| self.files.digest(self.known.number(path)?));
        read.map_or_else(|| Found::look(&opened.folder, name, Some(length)), |digest| Ok(Found::Read(digest)))
    }

    /// Takes an artifact of so many bytes, with its digest and what lies in its place.
    fn put(
        &self,
        artifact: &Artifact,
        length: usize,
        digest: Digest,
        found: Result<Found, FolderError>,
    ) -> Result<State, FolderError> {
        let path = artifact.path.as_str();
        let (parent, name) = split(path);
        let found = match found? {
            Found::Read(there) if there == digest => return Ok(State::Unchanged),
            Found::Read(_) => Found::look(&self.opened(parent).folder, name, None)?,
            found @ (Found::Nothing | Found::Something { .. }) => found,
        };
        let state = match found {
            Found::Something { same: Some(_), .. } => return Ok(State::Unchanged),
            Found::Something { kind, .. } if kind == Kind::Folder || self.known.number(path).is_none() => {
                return Err(FolderError::InTheWay(self.opened(parent).folder.place(name)));
            }
            Found::Something { .. } => State::Changed,
            Found::Nothing | Found::Read(_) => State::Created,
        };
        let staged = self.folders.staging.join(path);
        self.make(parent)?;
        create(&staged, &artifact.content, length).map_err(|error| io_error("write", &staged, error))?;
        Ok(state)
    }

    /// A folder of the bundle that is there.
    fn opened(&self, path: &str) -> Arc<Opened> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open.iter().rposition(|(known, _)| known == path).map(|at| open.remove(at));
        let (path, opened) = known.unwrap_or_else(|| {
            let folder = Folder::open(self.folders.bundle.join(path));
            (path.to_owned(), Arc::new(Opened { is_as_read: self.files.are_of(path, &folder), folder }))
        });
        if open.len() == MOST_OPEN {
            open.remove(0);
        }
        open.push((path, Arc::clone(&opened)));
        opened
    }

    /// Whether a folder of the bundle is there; refuses one that is a link, behind which is somebody else's place.
    fn is_there(&self, folder: &str) -> Result<bool, FolderError> {
        if folder.is_empty() {
            return Ok(true);
        }
        if let Some(known) = self.seen().looked_at.get(folder) {
            return Ok(*known);
        }
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let there = self.is_there(above)? && {
            let place = self.folders.bundle.join(folder);
            match fs::symlink_metadata(&place) {
                Ok(facts) if facts.is_symlink() => return Err(FolderError::Link(place)),
                Ok(facts) if facts.is_dir() => true,
                // Only a commit takes a file of ours out of the way.
                Ok(_) => return Err(FolderError::InTheWay(place)),
                Err(_) => false,
            }
        };
        self.seen().looked_at.insert(folder.to_owned(), there);
        Ok(there)
    }

    /// Makes a folder in the staging folder, with those above it.
    fn make(&self, folder: &str) -> Result<(), FolderError> {
        if folder.is_empty() || self.seen().made.contains(folder) {
            return Ok(());
        }
        let place = self.folders.staging.join(folder);
        fs::create_dir_all(&place).map_err(|error| io_error("create the folder", &place, error))?;
        self.seen().made.insert(folder.to_owned());
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Found {
    /// What a file system says, about to be compared with a content of this length, if with any.
    fn look(folder: &Folder, name: &OsStr, length: Option<usize>) -> Result<Self, FolderError> {
        match folder.facts(name) {
            Ok(Facts { kind, length: found }) => {
                // Most files that differ differ in length.
                let may_be_same = kind == Kind::File && length.is_some_and(|length| found == length as u64);
                let same = Some(folder).filter(|_| may_be_same).and_then(|folder| folder.file(name).ok());
                Ok(Self::Something { kind, same })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Nothing),
            Err(error) => Err(io_error("write", &folder.place(name), error)),
        }
    }

    /// Goes on comparing, with the next block of the content.
    fn compare(&mut self, block: &[u8]) {
        if let Self::Something { same, .. } = self {
            same.take_if(|file| !goes_on_with(file, block));
        }
    }
}

impl Sink for Staging {
    fn take(&self, artifacts: Vec<Artifact>) -> Vec<Digest> {
        // What is handed over when it is over is never used.
        if self.is_over() {
            return vec![Digest::default(); artifacts.len()];
        }
        let lengths: Vec<usize> = artifacts.iter().map(|artifact| artifact.content.len()).collect();
        let look = |(artifact, length): (&Artifact, &usize)| self.look(artifact, *length);
        let mut found: Vec<Result<Found, FolderError>> = artifacts.iter().zip(&lengths).map(look).collect();
        let contents: Vec<&Content> = artifacts.iter().map(|artifact| &artifact.content).collect();
        let digests = digests(&contents, |number, block| {
            if let Ok(found) = &mut found[number] {
                found.compare(block);
            }
        });
        for (((artifact, bytes), digest), found) in artifacts.into_iter().zip(lengths).zip(&digests).zip(found) {
            let put = self.put(&artifact, bytes, *digest, found);
            let path = artifact.path;
            let mut seen = self.seen();
            match put {
                Ok(state) => seen.files.push(WrittenFile { path, bytes, state }),
                Err(error) => {
                    if seen.trouble.as_ref().is_none_or(|(first, _)| path < *first) {
                        seen.trouble = Some((path, error));
                    }
                }
            }
        }
        digests
    }

    fn part_done(&self, of: usize) {
        (self.watch.part_done)(of);
    }

    fn is_over(&self) -> bool {
        (self.watch.stop)() || self.seen().trouble.is_some()
    }
}

impl Folders {
    fn make(bundle: &Path) -> Result<Self, FolderError> {
        let staging = bundle.join(STAGING);
        match fs::symlink_metadata(&staging) {
            Ok(facts) if facts.is_symlink() => return Err(FolderError::Link(staging)),
            Ok(facts) if facts.is_dir() => refuse_strangers(&staging)?,
            Ok(_) => return Err(FolderError::InTheWay(staging)),
            Err(_) => {}
        }
        let mut made = Made::default();
        // The compile before takes away what it made when it ends, each time under our hands.
        let mut tries = 1;
        let lock = loop {
            match made.make(&staging).and_then(|()| Self::lock(bundle, &staging)) {
                Ok(Some(lock)) => break lock,
                Ok(None) if tries < MOST_TRIES => {}
                Ok(None) => return Err(FolderError::Busy(bundle.to_owned())),
                Err(FolderError::Io { source, .. })
                    if tries < MOST_TRIES && source.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            tries += 1;
        };
        let folders = Self { bundle: bundle.to_owned(), staging, made, _lock: lock, committed: false };
        folders.clear()?;
        Ok(folders)
    }

    /// Takes the lock of a staging folder. The lock that was opened before its folder was taken away is nobody's any
    /// more: it counts only if it is still the one in its place.
    fn lock(bundle: &Path, staging: &Path) -> Result<Option<File>, FolderError> {
        let place = staging.join(LOCK);
        let refused = |error| io_error("write", &place, error);
        let lock = fs::OpenOptions::new().write(true).create(true).truncate(false).open(&place).map_err(refused)?;
        match lock.try_lock() {
            Ok(()) => Ok(is_in_place(&lock, &place).then_some(lock)),
            Err(fs::TryLockError::WouldBlock) => Err(FolderError::Busy(bundle.to_owned())),
            Err(fs::TryLockError::Error(error)) => Err(refused(error)),
        }
    }

    /// Takes away what a compile that died has left in the staging folder.
    fn clear(&self) -> Result<(), FolderError> {
        let entries = fs::read_dir(&self.staging).map_err(|error| io_error("open the folder", &self.staging, error))?;
        for entry in entries.filter_map(Result::ok).filter(|entry| entry.file_name() != LOCK) {
            let place = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let removed = if is_folder { fs::remove_dir_all(&place) } else { fs::remove_file(&place) };
            removed.map_err(|error| io_error("remove", &place, error))?;
        }
        Ok(())
    }
}

impl Drop for Folders {
    /// Takes away the staging folder, and without a commit what was made for it. Nobody can be told what does not go away.
    /// The lock goes last: whoever finds none may begin at once, and nothing of what it makes is taken away.
    fn drop(&mut self) {
        let _ = self.clear();
        let _ = fs::remove_file(self.staging.join(LOCK));
        let _ = fs::remove_dir(&self.staging);
        if self.committed {
            self.made.0.clear();
        }
    }
}

/// Folders that were made, parents first; taken away where nothing comes of them.
#[derive(Debug, Default)]
struct Made(Vec<PathBuf>);

impl Made {
    /// Makes a folder and those above it that are missing. The folder itself is taken away even if it was there.
    fn make(&mut self, folder: &Path) -> Result<(), FolderError> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.is_dir()).collect();
        for above in missing.into_iter().rev() {
            match fs::create_dir(above) {
                Ok(()) => self.0.push(above.to_owned()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let facts = fs::metadata(above).or_else(|_| fs::symlink_metadata(above));
                    match facts {
                        Ok(facts) if facts.is_dir() => {}
                        Ok(_) => return Err(io_error("create the folder", above, error)),
                        // It was taken away meanwhile.
                        Err(gone) => return Err(io_error("create the folder", above, gone)),
                    }
                }
                Err(error) => return Err(io_error("create the folder", above, error)),
            }
        }
        if self.0.last().is_none_or(|last| last != folder) {
            self.0.push(folder.to_owned());
        }
        Ok(())
    }

    fn take_away(&mut self) {
        for folder in self.0.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        self.take_away();
    }
}

/// Whether an open file is the one that lies in a place.
#[cfg(unix)]
fn is_in_place(file: &File, place: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let same = |(ours, there): (fs::Metadata, fs::Metadata)| (ours.dev(), ours.ino()) == (there.dev(), there.ino());
    file.metadata().ok().zip(fs::symlink_metadata(place).ok()).is_some_and(same)
}

/// An open file cannot be taken away.
#[cfg(not(unix))]
fn is_in_place(_: &File, _: &Path) -> bool {
    true
}

/// Writes a new file, of so many bytes, into the staging folder.
pub(super) fn create(place: &Path, content: &Content, length: usize) -> io::Result<()> {
    let mut file = File::create_new(place)?;
    // Small files are most of them, and each is written by one call.
    if length <= BLOCK {
        return file.write_all(&content.to_bytes());
    }
    // Nothing is cut off here, but file systems that flush a file before it replaces another one (ext4, XFS) now begin
    // when it is closed: beside the work of other threads, and not one after the other when all are renamed.
    file.set_len(0)?;
    content.blocks(|block| file.write_all(block))
}

fn goes_on_with(file: &mut File, block: &[u8]) -> bool {
    PRESENT.with_borrow_mut(|present| {
        present.resize(present.len().max(block.len()), 0);
        let present = &mut present[..block.len()];
        file.read_exact(present).is_ok() && present == block
    })
}

/// Whether the manifest in the folder is this one.
pub(super) fn has_manifest(folder: &Path, rendered: &Content) -> bool {
    let folder = Folder::open(folder.to_owned());
    // Through a link it would be somebody else's.
    let Ok(mut found) = Found::look(&folder, OsStr::new(manifest::FILE), Some(rendered.len())) else { return false };
    let Ok(()) = rendered.blocks(|block| {
        found.compare(block);
        Ok::<(), Infallible>(())
    });
    matches!(found, Found::Something { same: Some(_), .. })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn one_at_a_time_holds_a_folder_that_goes_away_with_each() {
        const TIMES: u32 = 2000;
        let place = tempfile::tempdir().unwrap();
        let bundle = place.path().join("out");
        let (held, times) = (AtomicBool::new(false), AtomicU32::new(0));
        let take = || {
            while times.load(Ordering::SeqCst) < TIMES {
                match Folders::make(&bundle) {
                    Ok(folders) => {
                        assert!(!held.swap(true, Ordering::SeqCst), "two hold the folder at once");
                        // Something of its own, which only another one that holds the folder too would take away.
                        let own = folders.staging.join(manifest::FILE);
                        fs::write(&own, "").unwrap();
                        thread::yield_now();
                        assert!(own.exists() && folders.staging.join(LOCK).exists());
                        times.fetch_add(1, Ordering::SeqCst);
                        held.store(false, Ordering::SeqCst);
                    }
                    Err(FolderError::Busy(busy)) => assert_eq!(busy, bundle),
                    Err(other) => panic!("{other}"),
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(take);
            }
        });
        assert!(!bundle.join(STAGING).exists(), "what was made for nothing stays");
    }
}
