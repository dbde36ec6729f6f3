//! A folder that is held open, so that each of its files is reached by name alone.
//!
//! A bundle has tens of thousands of small files. To walk down to each of them from the root again takes as long as to
//! read it.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A folder and the way to it.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    #[cfg(unix)]
    handle: Option<std::os::fd::OwnedFd>,
}

/// What a file system says of what lies in a place; a link is itself, not what it leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) kind: Kind,
    /// In bytes.
    pub(super) length: u64,
}

/// What lies in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Other,
}

/// What a file system says of a folder, and no longer says once another one takes its place, or a name in it is given,
/// taken away or given to another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) device: u64,
    pub(super) inode: u64,
    /// When anything about it changed, since 1970; nobody can set it.
    pub(super) changed: Duration,
}

#[cfg(unix)]
impl Folder {
    /// A folder, held open if that is allowed. Behind a link it is somebody else's and is not.
    pub(super) fn open(path: PathBuf) -> Self {
        use rustix::fs::{CWD, Mode, OFlags, openat};

        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = openat(CWD, &path, flags, Mode::empty()).ok();
        Self { path, handle }
    }

    /// What lies here under a name.
    ///
    /// # Errors
    /// The file system's answer, also where nothing lies.
    pub(super) fn facts(&self, name: &OsStr) -> io::Result<Facts> {
        use rustix::fs::{AtFlags, CWD, FileType, statat};

        let found = match &self.handle {
            Some(handle) => statat(handle, name, AtFlags::SYMLINK_NOFOLLOW)?,
            None => statat(CWD, self.path.join(name), AtFlags::SYMLINK_NOFOLLOW)?,
        };
        let kind = FileType::from_raw_mode(found.st_mode);
        let kind = kind_of(kind.is_file(), kind.is_dir());
        Ok(Facts { kind, length: number(found.st_size).unwrap_or_default() })
    }

    /// What tells this folder, as it is now, from others and from itself at other times.
    pub(super) fn identity(&self) -> Option<Identity> {
        let found = rustix::fs::fstat(self.handle.as_ref()?).ok()?;
        let seconds = Duration::from_secs(number(found.st_ctime)?);
        let changed = seconds.checked_add(Duration::from_nanos(number(found.st_ctime_nsec)?))?;
        Some(Identity { device: number(found.st_dev)?, inode: number(found.st_ino)?, changed })
    }

    /// Opens a file to be read, not through a link.
    ///
    /// # Errors
    /// The file system's answer.
    pub(super) fn file(&self, name: &OsStr) -> io::Result<File> {
        match &self.handle {
            Some(handle) => open(handle, Path::new(name)),
            None => open(rustix::fs::CWD, &self.path.join(name)),
        }
    }
}

/// Opens a file to be read, not through a link.
#[cfg(unix)]
fn open(folder: impl std::os::fd::AsFd, path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};

    // Whoever put a named pipe here since is not waited for.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(openat(folder, path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
impl Folder {
    /// A folder.
    pub(super) fn open(path: PathBuf) -> Self {
        Self { path }
    }

    /// What lies here under a name.
    ///
    /// # Errors
    /// The file system's answer, also where nothing lies.
    pub(super) fn facts(&self, name: &OsStr) -> io::Result<Facts> {
        let found = std::fs::symlink_metadata(self.path.join(name))?;
        let kind = kind_of(found.is_file(), found.is_dir());
        Ok(Facts { kind, length: found.len() })
    }

    /// Without a time that nobody can set there is nothing to tell folders apart by.
    pub(super) fn identity(&self) -> Option<Identity> {
        None
    }

    /// Opens a file to be read.
    ///
    /// # Errors
    /// The file system's answer.
    pub(super) fn file(&self, name: &OsStr) -> io::Result<File> {
        File::open(self.path.join(name))
    }
}

impl Folder {
    /// The way to what lies here under a name.
    pub(super) fn place(&self, name: &OsStr) -> PathBuf {
        self.path.join(name)
    }
}

/// Keeps what lies in a place, if anything does, until this is dropped, also where another file takes the place meanwhile.
#[cfg(unix)]
pub(super) fn hold(place: &Path) -> Option<File> {
    open(rustix::fs::CWD, place).ok()
}

/// An open file may not be replaced.
#[cfg(not(unix))]
pub(super) fn hold(_: &Path) -> Option<File> {
    None
}

/// The width of these numbers differs from system to system.
#[cfg(unix)]
fn number(written: impl TryInto<u64>) -> Option<u64> {
    written.try_into().ok()
}

fn kind_of(is_file: bool, is_folder: bool) -> Kind {
    match (is_file, is_folder) {
        (true, _) => Kind::File,
        (_, true) => Kind::Folder,
        (false, false) => Kind::Other,
    }
}

/// A path as its folder and its name there.
pub(super) fn split(path: &str) -> (&str, &OsStr) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder, Path::new(name).as_os_str())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn an_open_folder_says_what_the_path_says() {
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::create_dir(path("folder")).unwrap();
        fs::write(path("folder/file"), "abc").unwrap();
        fs::create_dir(path("folder/below")).unwrap();
        std::os::unix::fs::symlink("file", path("folder/link")).unwrap();
        std::os::unix::fs::symlink("folder", path("link")).unwrap();
        let open = Folder::open(path("folder"));
        let by_path = Folder { path: path("folder"), handle: None };
        // Not through the link: the names are then looked for by their whole path.
        assert!(open.handle.is_some() && Folder::open(path("link")).handle.is_none());
        for folder in [&open, &by_path] {
            let facts = |name: &str| folder.facts(OsStr::new(name)).unwrap();
            assert_eq!((facts("file").kind, facts("file").length), (Kind::File, 3));
            assert_eq!((facts("below").kind, facts("link").kind), (Kind::Folder, Kind::Other));
            assert_eq!(folder.facts(OsStr::new("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
            assert_eq!(io::read_to_string(folder.file(OsStr::new("file")).unwrap()).unwrap(), "abc");
            assert!(folder.file(OsStr::new("link")).is_err());
        }
        let (whole, identity) = (fs::metadata(path("folder")).unwrap(), open.identity().unwrap());
        let changed = (identity.changed.as_secs().cast_signed(), i64::from(identity.changed.subsec_nanos()));
        assert_eq!((identity.device, identity.inode), (whole.dev(), whole.ino()));
        assert_eq!((changed, by_path.identity()), ((whole.ctime(), whole.ctime_nsec()), None));
    }

    #[test]
    fn what_is_held_outlives_its_name() {
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::write(path("old"), "old").unwrap();
        fs::write(path("new"), "new").unwrap();
        std::os::unix::fs::symlink("old", path("link")).unwrap();
        assert!(hold(&path("link")).is_none() && hold(&path("none")).is_none());
        let held = hold(&path("old")).unwrap();
        fs::rename(path("new"), path("old")).unwrap();
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "new");
        assert_eq!(io::read_to_string(held).unwrap(), "old");
    }

    #[test]
    fn a_path_is_a_folder_and_a_name() {
        assert_eq!(split("hosts/a/ipset"), ("hosts/a", OsStr::new("ipset")));
        assert_eq!(split("neutron.json"), ("", OsStr::new("neutron.json")));
    }
}
