//! What holds for mending any bytes as an ini file: it ends, it never makes a file worse to read, it leaves alone what it
//! does not mend, no value that was written becomes another one unless it was mended itself, nothing is left to mend
//! behind it, and no password comes out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use aciform_diagnostics::{Applicability, Diagnostic};
use aciform_site::{MOST_ROUNDS, Reader, Subject, lint};

use super::effect::{Touched, shown};
use super::rounds::{OPTIONS, kept, mended, no_worse};
use super::secret::{SECRET, with_secret};

/// The name of the text.
const FILE: &str = "f.ini";

/// Mends the bytes as an ini file, by what is certain and by what is probable.
///
/// # Panics
/// Something does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let bytes = match std::str::from_utf8(bytes) {
        Ok(text) => with_secret(text, bytes.len()).into_bytes(),
        Err(_) => bytes.to_vec(),
    };
    for up_to in [Applicability::Safe, Applicability::Unsafe] {
        let touched: RefCell<Touched> = RefCell::default();
        let (before, after, rounds) = mended(FILE, up_to, |buffers| {
            let (reader, findings) = linted(&bytes, buffers);
            if let Some((_, source)) = reader.sources.files().find(|(_, source)| source.name == FILE) {
                touched.borrow_mut().add(&source.text, &findings);
            }
            (reader, findings)
        });
        if before.text.as_bytes() != bytes {
            assert_eq!(before.text, after.text, "what is no text was changed");
            continue;
        }
        let (again, twice, _) = mended(FILE, up_to, |buffers| linted(after.text.as_bytes(), buffers));
        // A file that needs more rounds is mended by the next run.
        assert!(
            rounds > MOST_ROUNDS || again.text == twice.text,
            "not mended at once:\n{:?}\nbecomes\n{:?}",
            again.text,
            twice.text
        );
        no_worse(&before, &after, up_to);
        kept(&before.text, &after.text);
        if up_to == Applicability::Safe {
            let difference = touched.into_inner().unexplained(&shown(&before.text), &shown(&after.text));
            assert_eq!(difference, None, "\n{:?}\nbecame\n{:?}", before.text, after.text);
        }
        // An overridden line may go with its password; none is written a second time.
        let passwords = |text: &str| text.matches(SECRET).count();
        assert!(
            passwords(&after.text) <= passwords(&before.text),
            "a password was copied:\n{:?}\n{:?}",
            before.text,
            after.text
        );
    }
}

/// Mends a text that holds the password already.
///
/// # Panics
/// It comes out.
pub(crate) fn keeps(bytes: &[u8]) {
    for up_to in [Applicability::Safe, Applicability::Unsafe] {
        mended(FILE, up_to, |buffers| linted(bytes, buffers));
    }
}

fn linted(bytes: &[u8], buffers: &BTreeMap<PathBuf, String>) -> (Reader, Vec<Diagnostic>) {
    let mut reader = Reader::over(buffers.clone());
    let linted = lint(&mut reader, &Subject::Text(FILE.to_owned(), bytes.to_vec()), OPTIONS);
    (reader, linted.verdict.kept.into_sorted())
}
