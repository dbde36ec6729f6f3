//! Writes a file over one that is there, whole or not at all, and leaves it the mode, owner and attributes it had.

use std::fs::{self, File};
use std::io::{self, Seek as _, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Writes a file that may not be there yet; over one that is there as [`replace`] does.
pub(crate) fn write(place: &Path, text: &str) -> io::Result<()> {
    match fs::symlink_metadata(place) {
        Ok(facts) if facts.is_symlink() && !place.exists() => Err(io::Error::other("it is a link that leads nowhere")),
        Ok(_) => replace(place, text),
        Err(_) => beside(place, text, Readers::AsUsual)?.persist(place).map(drop).map_err(|error| error.error),
    }
}

/// Writes over a file: beside its place, then renamed. A link is followed.
///
/// Where the rename would cut hard links, or change who may read the file, the file itself is written over.
pub(crate) fn replace(place: &Path, text: &str) -> io::Result<()> {
    let target = fs::canonicalize(place)?;
    // In the place of a device or a pipe somebody waits for it.
    if !fs::metadata(&target)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let new = beside(&target, text, Readers::Nobody)?;
    if takes_the_place_of(new.as_file(), &target)? {
        new.persist(&target).map(drop).map_err(|error| error.error)
    } else {
        in_place(&target, text)
    }
}

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readers {
    /// Its owner alone: it may hold what was hidden from others.
    Nobody,
    /// Whom the process lets read its files.
    AsUsual,
}

/// A new file in the same folder, under a name that nobody can have prepared; it goes away unless it is renamed.
fn beside(target: &Path, text: &str, readers: Readers) -> io::Result<NamedTempFile> {
    let above = target.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".aciform-").suffix(".tmp");
    #[cfg(unix)]
    if readers == Readers::AsUsual {
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    // Without the name of the new file, which tells nobody anything.
    let mut file = builder.tempfile_in(above).map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Gives the new file all that the old one is known by; says whether it could.
#[cfg(unix)]
fn takes_the_place_of(new: &File, target: &Path) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    let (facts, own) = (fs::metadata(target)?, new.metadata()?);
    if facts.nlink() > 1 {
        return Ok(false);
    }
    let is_owned = (facts.uid(), facts.gid()) == (own.uid(), own.gid())
        || fchown(new, Some(facts.uid()), Some(facts.gid())).is_ok();
    Ok(is_owned && new.set_permissions(facts.permissions()).is_ok() && has_attributes_of(new, target)?)
}

#[cfg(not(unix))]
fn takes_the_place_of(new: &File, target: &Path) -> io::Result<bool> {
    new.set_permissions(fs::metadata(target)?.permissions())?;
    Ok(true)
}

/// Whether both have the same extended attributes: access lists and security labels decide as well who may read.
#[cfg(target_os = "linux")]
fn has_attributes_of(new: &File, target: &Path) -> io::Result<bool> {
    Ok(attributes(new)? == attributes(&File::open(target)?)?)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn has_attributes_of(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Names and values, in byte order.
#[cfg(target_os = "linux")]
fn attributes(file: &File) -> io::Result<std::collections::BTreeMap<Vec<u8>, Vec<u8>>> {
    use rustix::fs::{fgetxattr, flistxattr};
    use rustix::io::Errno;

    // The most that the kernel gives, for the list as for a value.
    let mut buffer = vec![0u8; 64 * 1024];
    let length = match flistxattr(file, &mut buffer[..]) {
        Ok(length) => length,
        Err(Errno::NOTSUP | Errno::NOSYS) => 0,
        Err(error) => return Err(error.into()),
    };
    let names: Vec<Vec<u8>> = buffer[..length].split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
    let mut found = std::collections::BTreeMap::new();
    for name in names.into_iter().filter(|name| !name.is_empty()) {
        let length = fgetxattr(file, name.as_slice(), &mut buffer[..])?;
        found.insert(name, buffer[..length].to_vec());
    }
    Ok(found)
}

/// Writes over the file itself, and puts back what it held where that fails.
fn in_place(target: &Path, text: &str) -> io::Result<()> {
    let before = fs::read(target)?;
    let mut file = fs::OpenOptions::new().write(true).open(target)?;
    let mut put = |bytes: &[u8]| {
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    };
    put(text.as_bytes()).inspect_err(|_| {
        // Why the first attempt failed is what is to be told.
        let _: io::Result<()> = put(&before);
    })
}
