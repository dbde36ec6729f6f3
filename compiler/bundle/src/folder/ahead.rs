//! What lies in a bundle's folder, read by a thread that has nothing else to do while the site is read and resolved.
//!
//! Of the files of a bundle most are small and most stay as they are, and to open one takes longer than to compare it.
//! What is kept of a file is the digest of its bytes, and of its folder what the file system said of it then. It counts
//! only for as long as the file system says the same, which it does not once anything was put into the folder, taken out
//! of it or replaced, as every compile and checkout does. Whoever writes into a file itself while a compile runs may find
//! it older than the bundle at any moment of the run, also at this one. The manifest names the files and is never asked
//! what is in them. Nothing is written and nothing is locked: the site may still turn out to be wrong.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::Digest as _;

use super::known::{Known, known_by};
use super::place::{Folder, Identity, split};
use crate::artifact::BLOCK;
use crate::assemble::Selection;
use crate::digest::Digest;
use crate::manifest;

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

/// What was read of the files.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// By path below the bundle, from before the first of its files was read.
    folders: BTreeMap<String, Identity>,
    /// In the order of their numbers among the paths that the manifest knows.
    files: Vec<(usize, Digest)>,
}

/// A folder that changed so lately may change again in the same tick of its file system's clock, with the same time.
const TICK: Duration = Duration::from_millis(100);

/// The same where a file system keeps whole seconds, as ext3 does, or every other one.
const LONG_TICK: Duration = Duration::from_millis(2100);

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
        let mut files = Files::default();
        files.read(folder, &known.paths, wanted, is_over);
        Some(Self { manifest, known, files })
    }

    /// What the manifest says, and the files, if the manifest is still this one.
    pub(super) fn confirm(self, manifest: &[u8]) -> Option<(Known, Files)> {
        (self.manifest == manifest).then_some((self.known, self.files))
    }
}

impl Files {
    /// Reads files, in the order of their numbers.
    fn read(&mut self, bundle: &Path, paths: &[String], wanted: Vec<usize>, is_over: &AtomicBool) {
        let mut buffer = vec![0; BLOCK];
        let mut open: Option<(&str, Option<Folder>)> = None;
        for number in wanted {
            while rayon::yield_now() == Some(rayon::Yield::Executed) {}
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            // The files of one folder follow on each other.
            let (parent, name) = split(&paths[number]);
            let (_, place) = match &open {
                Some(open) if open.0 == parent => open,
                Some(_) | None => open.insert((parent, self.folder(bundle, parent, SystemTime::now()))),
            };
            let digest = place.as_ref().and_then(|place| read_small(place, name, &mut buffer));
            self.files.extend(digest.map(|digest| (number, digest)));
        }
    }

    /// Opens a folder of the bundle whose files are read now, if any change of it from now on shows.
    fn folder(&mut self, bundle: &Path, path: &str, now: SystemTime) -> Option<Folder> {
        let folder = Folder::open(bundle.join(path));
        let identity = folder.identity().filter(|identity| identity.is_settled(now))?;
        // What was read of its files at an earlier visit counts only if it was the same then.
        self.folders.entry(path.to_owned()).or_insert(identity);
        Some(folder)
    }

    /// Whether a folder is still the one whose files were read.
    pub(super) fn are_of(&self, path: &str, folder: &Folder) -> bool {
        self.folders.get(path).is_some_and(|read| folder.identity() == Some(*read))
    }

    /// The digest of a file, which counts in such a folder.
    pub(super) fn digest(&self, number: usize) -> Option<Digest> {
        let at = self.files.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        Some(self.files[at].1)
    }
}

impl Identity {
    /// Whether any change from now on shows.
    fn is_settled(&self, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let tick = if self.changed.subsec_nanos() == 0 { LONG_TICK } else { TICK };
        now.checked_sub(tick).is_some_and(|then| self.changed < then)
    }
}

/// The digest of a regular file that fits into the buffer. Of larger ones it would cost more than it saves: they are
/// compared when their turn comes.
fn read_small(folder: &Folder, name: &OsStr, buffer: &mut [u8]) -> Option<Digest> {
    let mut file = folder.file(name).ok()?;
    let facts = file.metadata().ok().filter(fs::Metadata::is_file)?;
    let bytes = buffer.get_mut(..usize::try_from(facts.len()).ok()?)?;
    file.read_exact(bytes).ok()?;
    Some(Digest::of(|sum| sum.update(bytes)))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const PATHS: [&str; 4] = ["a", "below/a", "below/b", "c"];

    /// Reads all files, long after the last change of their folders.
    fn read(bundle: &Path) -> Files {
        std::thread::sleep(2 * TICK);
        let mut files = Files::default();
        files.read(bundle, &PATHS.map(str::to_owned), vec![0, 1, 2, 3], &AtomicBool::new(false));
        files
    }

    fn of(bytes: &[u8]) -> Digest {
        Digest::of(|sum| sum.update(bytes))
    }

    fn counts(files: &Files, folder: &Path) -> bool {
        files.are_of("", &Folder::open(folder.to_owned()))
    }

    #[test]
    fn a_file_counts_for_as_long_as_nobody_touches_its_folder() {
        let above = tempfile::tempdir().unwrap();
        let (folder, other) = (above.path().join("bundle"), above.path().join("other"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("a"), "one").unwrap();
        let mut early = Files::default();
        let changed = UNIX_EPOCH + Folder::open(folder.clone()).identity().unwrap().changed;
        assert!(early.folder(&folder, "", changed + TICK).is_none(), "it may change again in the same tick");
        assert!(!counts(&early, &folder));
        let changes: [&dyn Fn(); 5] = [
            &|| fs::write(folder.join("b"), "two").unwrap(),
            &|| fs::rename(folder.join("b"), folder.join("a")).unwrap(),
            &|| fs::remove_file(folder.join("a")).unwrap(),
            &|| fs::write(folder.join("a"), "one").unwrap(),
            &|| {
                fs::rename(&folder, &other).unwrap();
                fs::create_dir(&folder).unwrap();
            },
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut files = read(&folder);
            let expected = fs::read(folder.join("a")).ok().map(|bytes| of(&bytes));
            assert_eq!((files.digest(0), files.digest(1)), (expected, None), "{at}");
            assert!(counts(&files, &folder) && !files.are_of("below", &Folder::open(folder.clone())), "{at}");
            change();
            assert!(!counts(&files, &folder), "{at}");
            // To look again later does not make what was read before count.
            files.folder(&folder, "", SystemTime::now() + 2 * TICK);
            assert!(!counts(&files, &folder), "{at}");
        }
    }

    #[test]
    fn whole_seconds_are_waited_for() {
        let at = |milliseconds| UNIX_EPOCH + Duration::from_millis(milliseconds);
        let identity = |milliseconds| Identity { device: 1, inode: 1, changed: Duration::from_millis(milliseconds) };
        for (changed, now, is_settled) in
            [(7001, 7101, false), (7001, 7102, true), (7000, 7999, false), (7000, 9100, false), (7000, 9101, true)]
        {
            assert_eq!(identity(changed).is_settled(at(now)), is_settled, "{changed} {now}");
        }
    }

    #[test]
    fn small_files_are_read_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let place = |path: &str| folder.path().join(path);
        let bytes: Vec<u8> = (0..=BLOCK).map(|at| (at % 251) as u8).collect();
        fs::create_dir_all(place("below/b")).unwrap();
        std::os::unix::fs::symlink("a", place("c")).unwrap();
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1] {
            let (first, last) = (&bytes[..length], &bytes[bytes.len() - length..]);
            fs::write(place("a"), first).unwrap();
            fs::write(place("below/a"), last).unwrap();
            let files = read(folder.path());
            let expected = [first, last].map(|bytes| Some(of(bytes)).filter(|_| length <= BLOCK));
            let found = [0, 1, 2, 3].map(|number| files.digest(number));
            assert_eq!(found, [expected[0], expected[1], None, None], "{length}");
        }
        let mut files = Files::default();
        files.read(folder.path(), &PATHS.map(str::to_owned), vec![0, 1], &AtomicBool::new(true));
        assert!(files.files.is_empty(), "it is over before it begins");
    }
}
