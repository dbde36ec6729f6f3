//! What lies in a bundle's folder, read by a thread that has nothing else to do while the site is read and resolved.
//!
//! Of the files of a bundle most are small and most stay as they are, and to open one takes longer than to compare it.
//! What is kept of a file is the digest of its bytes and what the file system said of it then. It counts only for as
//! long as the file system says the same, which a replaced or edited file does not; the manifest names the files and is
//! never asked what is in them. Nothing is written and nothing is locked: the site may still turn out to be wrong.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::Digest as _;

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
        let mut reading = Reading { folder, is_over, open: None, buffer: vec![0; BLOCK], files: Vec::new() };
        reading.files.reserve_exact(wanted.len());
        // Small ones first: to open one takes longer than to compare it later.
        let mut large = Vec::new();
        for number in wanted {
            if reading.read(&known.paths[number], number, BLOCK as u64, SystemTime::now()) == Read::TooLarge {
                large.push(number);
            }
        }
        for number in large {
            reading.read(&known.paths[number], number, u64::MAX, SystemTime::now());
        }
        let Reading { mut files, .. } = reading;
        files.sort_unstable_by_key(|(number, ..)| *number);
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

/// The files being read.
struct Reading<'a> {
    folder: &'a Path,
    is_over: &'a AtomicBool,
    /// The folder of the last file; the files of one folder follow on each other.
    open: Option<(String, Folder)>,
    buffer: Vec<u8>,
    files: Vec<(usize, Identity, Digest)>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read {
    Done,
    TooLarge,
    /// It is no regular file, was changed just now or cannot be read, or nothing more is wanted.
    PassedOver,
}

impl Reading<'_> {
    /// Reads a file, by its path and its number among all, of up to so many bytes.
    fn read(&mut self, path: &str, number: usize, most: u64, now: SystemTime) -> Read {
        if !self.goes_on() {
            return Read::PassedOver;
        }
        let (parent, name) = split(path);
        if self.open.as_ref().is_none_or(|(open, _)| open != parent) {
            self.open = Some((parent.to_owned(), Folder::open(self.folder.join(parent))));
        }
        let Some((_, folder)) = &self.open else { return Read::PassedOver };
        let Some(facts) = folder.facts(name).ok().filter(|facts| facts.kind == Kind::File) else {
            return Read::PassedOver;
        };
        if facts.length > most {
            return Read::TooLarge;
        }
        let settled = facts.identity.filter(|identity| identity.is_settled(now));
        let Some(identity) = settled else { return Read::PassedOver };
        let Ok(file) = folder.file(name) else { return Read::PassedOver };
        let Some(digest) = self.digest(file, facts.length) else { return Read::PassedOver };
        self.files.push((number, identity, digest));
        Read::Done
    }

    /// The digest of so many bytes, unless there are fewer or nothing more is wanted.
    fn digest(&mut self, mut file: File, length: u64) -> Option<Digest> {
        let mut rest = length;
        let mut whole = true;
        let digest = Digest::of(|sum| {
            while rest > 0 && whole {
                let most = usize::try_from(rest).map_or(self.buffer.len(), |rest| rest.min(self.buffer.len()));
                let block = &mut self.buffer[..most];
                whole = file.read_exact(block).is_ok();
                sum.update(&*block);
                rest -= most as u64;
                whole &= rest == 0 || self.goes_on();
            }
        });
        whole.then_some(digest)
    }

    /// Lets other work go first, and says whether reading still serves.
    fn goes_on(&self) -> bool {
        while rayon::yield_now() == Some(rayon::Yield::Executed) {}
        !self.is_over.load(Ordering::Relaxed)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    fn facts(folder: &Path) -> Facts {
        Folder::open(folder.to_owned()).facts(OsStr::new("a")).unwrap()
    }

    fn changed(folder: &Path) -> Duration {
        facts(folder).identity.unwrap().changed
    }

    fn reading<'a>(folder: &'a Path, is_over: &'a AtomicBool) -> Reading<'a> {
        Reading { folder, is_over, open: None, buffer: vec![0; 100], files: Vec::new() }
    }

    /// Reads a file of up to 1000 bytes as long after its last change.
    fn read(folder: &Path, after: Duration) -> (Read, Option<(Identity, Digest)>) {
        let is_over = AtomicBool::new(false);
        let mut reading = reading(folder, &is_over);
        let read = reading.read("a", 7, 1000, UNIX_EPOCH + changed(folder) + after);
        (read, reading.files.pop().map(|(_, identity, digest)| (identity, digest)))
    }

    #[test]
    fn a_file_counts_for_as_long_as_nobody_touches_it() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (place, other) = (folder.join("a"), folder.join("b"));
        fs::write(&place, "one").unwrap();
        assert_eq!(read(folder, TICK), (Read::PassedOver, None), "it may change again in the same tick");
        let (identity, of_bytes) = read(folder, 2 * TICK).1.unwrap();
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
    fn a_file_is_read_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, place) = (folder.path(), folder.path().join("a"));
        for length in [0, 1, 99, 100, 101, 200, 999, 1000] {
            let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            fs::write(&place, &bytes).unwrap();
            let (read, made) = read(folder, 2 * TICK);
            assert_eq!(
                (read, made.map(|(_, digest)| digest)),
                (Read::Done, Some(Digest::of_bytes(&bytes))),
                "{length}"
            );
        }
        fs::write(&place, [0; 1001]).unwrap();
        assert_eq!(read(folder, 2 * TICK), (Read::TooLarge, None));
        let is_over = AtomicBool::new(true);
        assert_eq!(reading(folder, &is_over).read("a", 0, u64::MAX, SystemTime::now()), Read::PassedOver);
        let is_over = AtomicBool::new(false);
        let mut reading = reading(folder, &is_over);
        assert_eq!(reading.digest(File::open(&place).unwrap(), 1002), None, "it was cut meanwhile");
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(reading.digest(File::open(&place).unwrap(), 1001), None, "nobody waits for the rest");
        fs::remove_file(&place).unwrap();
        fs::create_dir(&place).unwrap();
        assert_eq!(read(folder, 2 * TICK), (Read::PassedOver, None));
    }
}
