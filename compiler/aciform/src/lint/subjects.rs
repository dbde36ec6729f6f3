//! Which deployments the paths on the command line name.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use aciform_site::{Reader, SITE_FILE, Subject, shown};
use aciform_syntax::ini::MAX_BYTES;

use crate::args::Lint;

/// Kinds of files that hold the configuration of a service.
const KINDS: &[&str] = &["ini", "conf"];

/// Kinds behind which such a file is a template.
const TEMPLATE_KINDS: &[&str] = &["j2", "jinja", "jinja2", "erb", "epp", "tmpl", "tpl", "gotmpl"];

/// The subjects of a run: the files together, then each folder. `Err` says what names none.
pub(crate) fn find(args: &Lint) -> Result<Vec<Subject>, String> {
    let mut subjects = Vec::new();
    let mut files = Vec::new();
    let folders_only = args.paths.iter().all(|path| path.is_dir());
    // The default path stands for the folder only where nothing else is named.
    let paths: &[PathBuf] = if is_default(args) && !args.config_dir.is_empty() { &[] } else { &args.paths };
    for path in paths {
        if path.as_os_str() == "-" {
            if args.paths.len() > 1 {
                return Err("standard input is a configuration of its own: name nothing else with `-`".to_owned());
            }
            subjects.push(Subject::Text(args.stdin_path.clone(), standard_input()?));
        } else if path.is_dir() {
            in_folder(path, &mut subjects);
        } else {
            files.push(path.clone());
        }
    }
    distinct(&mut files);
    let mut others = Vec::new();
    for dir in &args.config_dir {
        let (read, not_read) = config_dir(dir)?;
        files.extend(read);
        others.extend(not_read);
    }
    // A file that is named by itself, or by a link that ends in `.conf`, is read all the same.
    let read: BTreeSet<PathBuf> = files.iter().filter_map(|path| path.canonicalize().ok()).collect();
    others.retain(|path| path.canonicalize().is_ok_and(|path| !read.contains(&path)));
    if !files.is_empty() {
        subjects.insert(0, Subject::Inis(files));
    }
    subjects.extend(others.into_iter().map(Subject::NotRead));
    let mut seen = BTreeSet::new();
    subjects.retain(|subject| identity(subject).is_none_or(|place| seen.insert(place)));
    match subjects.is_empty() {
        true if folders_only => Err("there is no site here, and no .ini or .conf of the plugins".to_owned()),
        true => Err("there is nothing to lint".to_owned()),
        false => Ok(subjects),
    }
}

/// Leaves the last of each file: a later one wins over an earlier one, and over itself it changes nothing.
fn distinct(files: &mut Vec<PathBuf>) {
    let mut seen = BTreeSet::new();
    files.reverse();
    files.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    files.reverse();
}

/// What standard input held, if it is linted, and whether there may be more of it.
pub(crate) fn piped(subjects: &[Subject]) -> Option<(&[u8], bool)> {
    subjects.iter().find_map(|subject| match subject {
        Subject::Text(_, bytes) => Some((bytes.as_slice(), bytes.len() > MAX_BYTES)),
        Subject::Inis(_) | Subject::Site(_) | Subject::NotRead(_) | Subject::CannotOpen(..) => None,
    })
}

/// What makes two subjects of folders the same: a folder may be named twice, and once more by one above it.
fn identity(subject: &Subject) -> Option<PathBuf> {
    match subject {
        Subject::Site(place) | Subject::NotRead(place) | Subject::CannotOpen(place, _) => place.canonicalize().ok(),
        Subject::Inis(files) => match files.as_slice() {
            [only] => only.canonicalize().ok(),
            _ => None,
        },
        Subject::Text(..) => None,
    }
}

fn is_default(args: &Lint) -> bool {
    matches!(args.paths.as_slice(), [only] if only.as_os_str() == ".")
}

/// One byte more than a file may have, so that the reader refuses it by its size. The rest is still to be read.
fn standard_input() -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    match io::stdin().lock().take(most).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(format!("standard input cannot be read: {error}")),
    }
}

/// A site, or every configuration and site below a folder, in byte order of their paths.
fn in_folder(folder: &Path, subjects: &mut Vec<Subject>) {
    if folder.join(SITE_FILE).is_file() {
        subjects.push(Subject::Site(folder.to_owned()));
        return;
    }
    let (reader, first) = (Reader::default(), subjects.len());
    let mut agents: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let mut walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let why = error.io_error().map_or(io::ErrorKind::Other, io::Error::kind);
                // What went away since its folder was listed is not missed.
                if why != io::ErrorKind::NotFound {
                    subjects.push(Subject::CannotOpen(error.path().unwrap_or(folder).to_owned(), why));
                }
                continue;
            }
        };
        let hidden = entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().is_dir() {
            if hidden {
                walk.skip_current_dir();
            } else if entry.depth() > 0 && entry.path().join(SITE_FILE).is_file() {
                subjects.push(Subject::Site(entry.path().to_owned()));
                walk.skip_current_dir();
            }
        } else if !hidden && is_configuration(entry.path()) && entry.path().is_file() {
            // Nobody named these files: those of other services are left alone.
            let path = entry.path();
            match path.parent().filter(|_| reader.is_agent_file(path)) {
                Some(parent) if reader.speaks_of_opflex(path) => {
                    agents.entry(parent.to_owned()).or_default().push(path.to_owned());
                }
                None if reader.is_ours(path) => subjects.push(Subject::Inis(vec![path.to_owned()])),
                Some(_) | None => {}
            }
        }
    }
    for (folder, agents) in agents {
        let beside = subjects[first..].iter_mut().filter_map(|subject| match subject {
            Subject::Inis(files) if files[0].parent() == Some(&folder) => Some(files),
            Subject::Inis(_) | Subject::Site(_) | Subject::Text(..) | Subject::NotRead(_) | Subject::CannotOpen(..) => {
                None
            }
        });
        // Which of several configurations an agent belongs to, nobody can tell.
        match <[_; 1]>::try_from(beside.collect::<Vec<_>>()) {
            Ok([only]) => only.extend(agents),
            Err(_) => subjects.push(Subject::Inis(agents)),
        }
    }
}

fn is_configuration(path: &Path) -> bool {
    let kind = |path: &Path| path.extension().map(|kind| kind.to_string_lossy().into_owned()).unwrap_or_default();
    let last = kind(path);
    let inner = if TEMPLATE_KINDS.contains(&last.as_str()) { kind(&path.with_extension("")) } else { last };
    KINDS.contains(&inner.as_str())
}

/// The files that oslo.config reads of a `--config-dir`: `*.conf` at its top, in byte order. Beside them the `*.ini`,
/// which it does not read.
fn config_dir(dir: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), String> {
    let trouble = |error: io::Error| format!("`{}` cannot be opened: {error}", shown(dir));
    let (mut read, mut not_read) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(dir).map_err(trouble)? {
        let path = entry.map_err(trouble)?.path();
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        match kind {
            "conf" if path.is_file() => read.push(path),
            "ini" if path.is_file() => not_read.push(path),
            _ => {}
        }
    }
    read.sort();
    not_read.sort();
    Ok((read, not_read))
}
