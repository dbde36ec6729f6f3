//! Which files of a folder are looked at: a folder like `/etc/neutron` holds those of other services too.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_intent::ini::is_ours;
use aciform_syntax::ini::{MAX_BYTES, parse};

use crate::reader::{Reader, shown};

impl Reader {
    /// Whether a file that nobody named is one of the plugins. One that cannot be read may be, which is said when its
    /// turn comes.
    #[must_use]
    pub fn is_ours(&self, place: &Path) -> bool {
        let mut bytes = Vec::new();
        match self.buffer(place) {
            Some(text) => bytes = text.into_bytes(),
            None => {
                let read = fs::File::open(place).and_then(|file| file.take(MAX_BYTES as u64).read_to_end(&mut bytes));
                if read.is_err() {
                    return true;
                }
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        is_ours(&shown(place), &text, &parse(FileId(0), &text, &mut Diagnostics::new()))
    }
}
