//! What lies in a bundle's folder, read by a thread that has nothing else to do while the site is read and resolved.
//!
//! Of the files of a bundle most are small and most stay as they are, and to open one takes longer than to compare it.
//! What is kept of a file is the digest of its bytes and what the file system said of it then. It counts only for as
//! long as the file system says the same, which a replaced or edited file does not; the manifest names the files and is
//! never asked what is in them. Nothing is written and nothing is locked: the site may still turn out to be wrong.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::known::{Known, known_by};
use super::place::{Facts, Folder, Identity, Kind, split};
use crate::artifact::BLOCK;
use crate::assemble::Selection;
use crate::manifest::{self, Digest};

/// A folder that a bundle will be written into.
#[derive(Debug)]
pub struct Ahead {
    folder: PathBuf,
    selection: Selection,
    early: Option<Early>,
}

/// What was read early.
#[derive(Debug)]
pub(super) struct Early {
    /// The manifest's bytes.
    manifest: Vec<u8>,
    known: Known,
    files: Files,
}

/// What was read of the files, in the order of their numbers among the paths that the manifest knows.
#[derive(Debug, Default)]
pub(super) struct Files(Vec<(usize, Identity, Digest)>);

/// A file that changed so lately may change again in the same tick of its file system's clock, with the same time.
const TICK: Duration = Duration::from_millis(100);

impl Ahead {
    /// Nothing is read yet.
    #[must_use]
    pub fn of(folder: &Path, selection: &Selection) -> Self {
        Self { folder: folder.to_owned(), selection: selection.clone(), early: None }
    }

    /// Reads until all is read or the other work is over, and lets that go first wherever it can be shared.
    pub fn read(&mut self, is_over: &AtomicBool) {
        if !is_over.load(Ordering::Relaxed) {
            self.early = Early::read(&self.folder, &self.selection, is_over);
        }
    }

    /// What was read, if it was this folder.
    pub(super) fn end(self, folder: &Path) -> Option<Early> {
        self.early.filter(|_| self.folder == folder)
    }
}

impl Early {
    fn read(folder: &Path, selection: &Selection, is_over: &AtomicBool) -> Option<Self> {
        let place = folder.join(manifest::FILE);
        let manifest = if place.is_file() { fs::read(&place).ok()? } else { return None };
        let known = known_by(folder, &manifest).ok()?;
        let mut wanted: Vec<usize> = Vec::new();
        for (target, entries) in known.manifest.iter().flat_map(|manifest| &manifest.artifacts) {
            let paths = entries.keys().filter(|path| selection.covers(target, path));
            wanted.extend(paths.filter_map(|path| known.number(path)));
        }
        wanted.sort_unstable();
        let mut files = Vec::with_capacity(wanted.len());
        let mut buffer = vec![0; BLOCK];
        let mut open: Option<(&str, Folder)> = None;
        for number in wanted {
            while rayon::yield_now() == Some(rayon::Yield::Executed) {}
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            // The files of one folder follow on each other.
            let (parent, name) = split(&known.paths[number]);
            let (_, parent) = match &open {
                Some(open) if open.0 == parent => open,
                Some(_) | None => open.insert((parent, Folder::open(folder.join(parent)))),
            };
            let read = read_small(parent, name, &mut buffer, SystemTime::now());
            files.extend(read.map(|(identity, digest)| (number, identity, digest)));
        }
        Some(Self { manifest, known, files: Files(files) })
    }

    /// What the manifest says, and the files, if the manifest is still this one.
    pub(super) fn confirm(self, manifest: &[u8]) -> Option<(Known, Files)> {
        (self.manifest == manifest).then_some((self.known, self.files))
    }
}

impl Files {
    /// The digest of a file, if it is still the one that was read.
    pub(super) fn digest(&self, number: usize, facts: &Facts) -> Option<Digest> {
        let at = self.0.binary_search_by_key(&number, |(number, ..)| *number).ok()?;
        let (_, read, digest) = self.0[at];
        (facts.identity? == read).then_some(digest)
    }
}

impl Identity {
    /// Whether any change from now on shows.
    fn is_settled(&self, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        now.checked_sub(TICK).is_some_and(|then| self.changed < then)
    }
}

/// A regular file that fits into the buffer; large ones are compared when their turn comes.
fn read_small(folder: &Folder, name: &OsStr, buffer: &mut [u8], now: SystemTime) -> Option<(Identity, Digest)> {
    let facts = folder.facts(name).ok().filter(|facts| facts.kind == Kind::File)?;
    let bytes = buffer.get_mut(..usize::try_from(facts.length).ok()?)?;
    let identity = facts.identity.filter(|identity| identity.is_settled(now))?;
    folder.file(name).ok()?.read_exact(bytes).ok()?;
    Some((identity, Digest::of_bytes(bytes)))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn facts(folder: &Path) -> Facts {
        Folder::open(folder.to_owned()).facts(OsStr::new("a")).expect("a file")
    }

    fn changed(folder: &Path) -> Duration {
        facts(folder).identity.expect("its times").changed
    }

    /// Reads a file as long after its last change.
    fn read(folder: &Path, after: Duration) -> Option<(Identity, Digest)> {
        let now = UNIX_EPOCH + changed(folder) + after;
        read_small(&Folder::open(folder.to_owned()), OsStr::new("a"), &mut [0; 100], now)
    }

    #[test]
    fn a_file_counts_for_as_long_as_nobody_touches_it() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (place, other) = (folder.join("a"), folder.join("b"));
        fs::write(&place, "one").unwrap();
        assert_eq!(read(folder, TICK), None, "it may change again in the same tick");
        let (identity, of_bytes) = read(folder, 2 * TICK).unwrap();
        let files = Files(vec![(2, identity, of_bytes)]);
        let digest = |number| files.digest(number, &facts(folder));
        assert_eq!(digest(2), Some(Digest::of_bytes(b"one")));
        assert_eq!((digest(1), digest(3)), (None, None));
        let before = (fs::metadata(&place).unwrap().modified().unwrap(), changed(folder));
        while changed(folder) == before.1 {
            fs::write(&place, "two").unwrap();
        }
        fs::File::options().write(true).open(&place).unwrap().set_modified(before.0).unwrap();
        assert_eq!(digest(2), None, "a time that was set back hides nothing");
        fs::write(&other, "one").unwrap();
        fs::rename(&other, &place).unwrap();
        assert_eq!(digest(2), None);
    }

    #[test]
    fn only_small_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, place) = (folder.path(), folder.path().join("a"));
        for length in [0, 1, 100] {
            fs::write(&place, vec![b'x'; length]).unwrap();
            let digest = read(folder, 2 * TICK).map(|(_, digest)| digest);
            assert_eq!(digest, Some(Digest::of_bytes(&vec![b'x'; length])), "{length}");
        }
        fs::write(&place, [0; 101]).unwrap();
        assert_eq!(read(folder, 2 * TICK), None);
        fs::remove_file(&place).unwrap();
        fs::create_dir(&place).unwrap();
        assert_eq!(read(folder, 2 * TICK), None);
    }
}
