//! What holds for mending any text as a YAML file of a site: the same as for an ini file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, SourceMap};
use aciform_site::{MOST_ROUNDS, Reader, Subject, absolute, lint, shown};
use aciform_syntax::yaml;

use super::rounds::{OPTIONS, kept, mended, no_worse};

/// Trees whose aliases stand for more values take seconds to resolve without optimisation, and show nothing new.
const RESOLVED: u64 = 20_000;

/// Mends the text in the place of a file of an example: of the site file, of the whole intent, or of the file that
/// holds the project.
///
/// # Panics
/// Something does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut sources = SourceMap::new();
    let (_, tree) = yaml::read(&mut sources, "f.yaml", bytes.to_vec(), &mut Diagnostics::new());
    if tree.expanded_size > RESOLVED || names_a_place_outside(text) {
        return;
    }
    let folder = example();
    let line = |key: &str| text.starts_with(key) || text.contains(&format!("\n{key}"));
    let (own, emptied) = match (line("aciform:"), line("hosts:")) {
        (true, _) => ("aciform.yaml", None),
        (false, true) => ("intent/NewWebApps.yaml", Some("intent/fabric.yaml")),
        (false, false) => ("intent/NewWebApps.yaml", None),
    };
    let place = |name: &str| absolute(&folder.join(name)).expect("a path");
    let own_name = shown(&folder.join(own));
    let texts = |text: &str| {
        let mut texts = BTreeMap::from([(place(own), text.to_owned())]);
        texts.extend(emptied.map(|name| (place(name), String::new())));
        texts
    };
    for up_to in [Applicability::Safe, Applicability::Unsafe] {
        let (before, after, rounds) = mended(&own_name, up_to, |buffers| linted(&folder, texts(text), buffers));
        no_worse(&before, &after, up_to);
        kept(&before.text, &after.text);
        if before.text == after.text {
            continue;
        }
        let (again, twice, _) = mended(&own_name, up_to, |buffers| linted(&folder, texts(&after.text), buffers));
        // A file that needs more rounds is mended by the next run.
        assert!(
            rounds > MOST_ROUNDS || again.text == twice.text,
            "not mended at once:\n{:?}\nbecomes\n{:?}",
            again.text,
            twice.text
        );
    }
}

fn linted(
    folder: &Path,
    mut texts: BTreeMap<PathBuf, String>,
    mended: &BTreeMap<PathBuf, String>,
) -> (Reader, Vec<Diagnostic>) {
    texts.extend(mended.clone());
    let mut reader = Reader::over(texts);
    let linted = lint(&mut reader, &Subject::Site(folder.to_owned()), OPTIONS);
    (reader, linted.verdict.kept.into_sorted())
}

/// A site on disk that reads well.
fn example() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut places = crates.map(|folder| folder.join("examples/rdo-lab"));
    places.find(|place| place.is_dir()).expect("the examples lie in the repository")
}

/// Whether a text may name a folder above the site, which would be read.
fn names_a_place_outside(text: &str) -> bool {
    let is_start = |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    text.contains("..") || text.contains('\\') || text.match_indices('/').any(|(at, _)| is_start(at))
}
