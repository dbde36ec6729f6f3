//! What the machine says about the files: of paths and modes where it is the machine that they are about, and what the
//! files beside them hold.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_intent::ini::options::normalised;
use aciform_rules::Surroundings;
use aciform_syntax::ini::{MAX_BYTES, parse};

/// Where services read their configuration from. A copy of a file anywhere else says nothing about paths and modes.
const INSTALLED: &str = "/etc";

/// So many other files are looked into for one question.
const MOST_READ: usize = 32;

/// The machine that this runs on; of paths and modes it answers only where the files lie under `/etc`.
pub(crate) struct Machine<'a> {
    pub(crate) places: &'a BTreeMap<FileId, PathBuf>,
    /// The files that are linted together.
    pub(crate) files: &'a [FileId],
    /// Every file that was given.
    pub(crate) given: &'a [PathBuf],
}

impl Machine<'_> {
    fn is_installed(place: &Path) -> bool {
        std::path::absolute(place).is_ok_and(|place| place.starts_with(INSTALLED))
    }

    /// The other files that were given and may be of one deployment with these: in the same folder, above or below it.
    fn beside(&self) -> impl Iterator<Item = &Path> {
        let own: Vec<&Path> = self.files.iter().filter_map(|file| Some(self.places.get(file)?.as_path())).collect();
        let folders: Vec<&Path> = own.iter().filter_map(|place| place.parent()).collect();
        let near = move |place: &Path| {
            let folder = place.parent();
            folder.is_some_and(|it| folders.iter().any(|own| it.starts_with(own) || own.starts_with(it)))
        };
        self.given.iter().map(PathBuf::as_path).filter(move |place| !own.contains(place) && near(place))
    }
}

impl Surroundings for Machine<'_> {
    fn exists(&self, path: &str) -> Option<bool> {
        let here = self.places.values().any(|place| Self::is_installed(place));
        here.then(|| Path::new(path).try_exists().ok()).flatten()
    }

    fn is_set_elsewhere(&self, group: &str, option: &str) -> bool {
        self.beside().take(MOST_READ).any(|place| sets(place, group, option).unwrap_or(false))
    }

    #[cfg(unix)]
    fn mode(&self, file: FileId) -> Option<u32> {
        use std::os::unix::fs::PermissionsExt as _;

        let place = self.places.get(&file).filter(|place| Self::is_installed(place))?;
        place.metadata().ok().map(|facts| facts.permissions().mode() & 0o7777)
    }

    #[cfg(not(unix))]
    fn mode(&self, _file: FileId) -> Option<u32> {
        None
    }
}

/// Whether a file sets an option; `None`: it cannot be read.
fn sets(place: &Path, group: &str, option: &str) -> Option<bool> {
    let mut text = String::new();
    File::open(place).ok()?.take(MAX_BYTES as u64).read_to_string(&mut text).ok()?;
    let file = parse(FileId(0), &text, &mut Diagnostics::new());
    let mut sections = file.sections.iter().filter(|section| normalised(&section.name.value) == normalised(group));
    Some(sections.any(|section| section.entries.iter().any(|entry| entry.key.value == option)))
}
