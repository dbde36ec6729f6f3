//! What the machine says about the files, where it is the machine that they are about.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aciform_diagnostics::FileId;
use aciform_rules::Surroundings;

/// Where services read their configuration from. A copy of a file anywhere else says nothing about paths and modes.
const INSTALLED: &str = "/etc";

/// The machine that this runs on; answers only where the files lie under `/etc`.
pub(crate) struct Machine<'a> {
    pub(crate) places: &'a BTreeMap<FileId, PathBuf>,
}

impl Machine<'_> {
    fn is_installed(place: &Path) -> bool {
        std::path::absolute(place).is_ok_and(|place| place.starts_with(INSTALLED))
    }
}

impl Surroundings for Machine<'_> {
    fn exists(&self, path: &str) -> Option<bool> {
        let here = self.places.values().any(|place| Self::is_installed(place));
        here.then(|| Path::new(path).try_exists().ok()).flatten()
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
