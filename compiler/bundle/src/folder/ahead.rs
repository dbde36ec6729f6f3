//! What lies in a bundle's folder, read by a thread that has nothing else to do while the site is read and resolved.
//!
//! Of the files of a bundle most are small and most stay as they are, and to open one takes longer than to compare it.
//! What is kept of a file is the digest of its bytes and what the file system said of it then. It counts only for as
//! long as the file system says the same, which a replaced or edited file does not; the manifest names the files and is
//! never asked what is in them. Nothing is written and nothing is locked: the site may still turn out to be wrong.

use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::known::{Known, known_by};
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

/// What a file system says of a file, and no longer says once another one takes its place or its bytes are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    length: u64,
    /// Since 1970.
    modified: Duration,
    /// The same of whatever changed about it; nobody can set it.
    changed: Duration,
}

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
        for number in wanted {
            while rayon::yield_now() == Some(rayon::Yield::Executed) {}
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            let read = read_small(&folder.join(&known.paths[number]), &mut buffer, SystemTime::now());
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
    pub(super) fn digest(&self, number: usize, facts: &Metadata) -> Option<Digest> {
        let at = self.0.binary_search_by_key(&number, |(number, ..)| *number).ok()?;
        let (_, read, digest) = self.0[at];
        (Identity::of(facts)? == read).then_some(digest)
    }
}

impl Identity {
    #[cfg(unix)]
    fn of(facts: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;

        let time =
            |seconds: i64, rest: i64| Some(Duration::new(u64::try_from(seconds).ok()?, u32::try_from(rest).ok()?));
        Some(Self {
            device: facts.dev(),
            inode: facts.ino(),
            length: facts.len(),
            modified: time(facts.mtime(), facts.mtime_nsec())?,
            changed: time(facts.ctime(), facts.ctime_nsec())?,
        })
    }

    /// Without a time that nobody can set there is nothing to tell files apart by.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Option<Self> {
        None
    }

    /// Whether any change from now on shows.
    fn is_settled(&self, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        now.checked_sub(TICK).is_some_and(|then| self.changed < then)
    }
}

/// A regular file that fits into the buffer; large ones are compared when their turn comes.
fn read_small(place: &Path, buffer: &mut [u8], now: SystemTime) -> Option<(Identity, Digest)> {
    let facts = fs::symlink_metadata(place).ok().filter(Metadata::is_file)?;
    let bytes = buffer.get_mut(..usize::try_from(facts.len()).ok()?)?;
    let identity = Identity::of(&facts).filter(|identity| identity.is_settled(now))?;
    File::open(place).ok()?.read_exact(bytes).ok()?;
    Some((identity, Digest::of_bytes(bytes)))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn changed(place: &Path) -> Duration {
        Identity::of(&fs::symlink_metadata(place).expect("a file")).expect("its times").changed
    }

    /// Reads a file as long after its last change.
    fn read(place: &Path, after: Duration) -> Option<(Identity, Digest)> {
        read_small(place, &mut [0; 100], UNIX_EPOCH + changed(place) + after)
    }

    #[test]
    fn a_file_counts_for_as_long_as_nobody_touches_it() {
        let folder = tempfile::tempdir().unwrap();
        let (place, other) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&place, "one").unwrap();
        assert_eq!(read(&place, TICK), None, "it may change again in the same tick");
        let (identity, of_bytes) = read(&place, 2 * TICK).unwrap();
        let files = Files(vec![(2, identity, of_bytes)]);
        let digest = |number| files.digest(number, &fs::symlink_metadata(&place).unwrap());
        assert_eq!(digest(2), Some(Digest::of_bytes(b"one")));
        assert_eq!((digest(1), digest(3)), (None, None));
        let before = (fs::metadata(&place).unwrap().modified().unwrap(), changed(&place));
        while changed(&place) == before.1 {
            fs::write(&place, "two").unwrap();
        }
        File::options().write(true).open(&place).unwrap().set_modified(before.0).unwrap();
        assert_eq!(digest(2), None, "a time that was set back hides nothing");
        fs::write(&other, "one").unwrap();
        fs::rename(&other, &place).unwrap();
        assert_eq!(digest(2), None);
    }

    #[test]
    fn only_small_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a");
        let read = |length: usize| {
            fs::write(&place, vec![b'x'; length]).unwrap();
            read(&place, 2 * TICK).map(|(_, digest)| digest)
        };
        assert_eq!(read(100), Some(Digest::of_bytes(&[b'x'; 100])));
        assert_eq!(read(101), None);
        assert_eq!(super::read_small(folder.path(), &mut [0; 100_000], SystemTime::now()), None);
    }
}
