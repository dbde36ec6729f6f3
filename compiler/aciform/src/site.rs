//! A site's files from disk into a source map: which there are, in a stated order, each read once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, SourceMap, Span};
use aciform_intent::model::{Intent, Site};
use aciform_intent::{decode, ini};
use aciform_syntax::source::{self, MAX_FILE_BYTES};
use aciform_syntax::{ini as ini_syntax, yaml};

use crate::codes::{MISSING_FILE, NO_SITE};

/// The site file's name.
pub(crate) const SITE_FILE: &str = "aciform.yaml";
/// The lock's name.
pub(crate) const LOCK_FILE: &str = "aciform.lock";

/// Reads files for one run and remembers whether any could not be opened.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// Every text read.
    pub(crate) sources: SourceMap,
    /// Every finding so far.
    pub(crate) diagnostics: Diagnostics,
    /// Whether a file could not be opened: the exit code is then 2.
    pub(crate) trouble: bool,
    /// How many files or folders could not be taken in at all.
    unread: usize,
}

/// A site as its files say it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// `aciform.yaml`.
    pub(crate) site: Site,
    /// The ini files.
    pub(crate) config: ini::Config,
    /// The intent files.
    pub(crate) intent: Intent,
    /// The lock, where there is one.
    pub(crate) lock: Option<FileId>,
    /// The site's own templates: name to text.
    pub(crate) templates: BTreeMap<String, String>,
}

impl Reader {
    /// Reads a whole site. `None`: there is no site to speak of; why was reported.
    pub(crate) fn site(&mut self, folder: &Path) -> Option<Loaded> {
        let place = folder.join(SITE_FILE);
        if !place.is_file() {
            self.no_site(folder);
            return None;
        }
        let (file, tree) = self.yaml(&place, None)?;
        let site = decode::site(&tree, Span::start_of(file), &mut self.diagnostics)?;
        let config = self.config(folder, &site);
        let intent = self.intent(folder, &site);
        let lock_place = folder.join(LOCK_FILE);
        let lock = if lock_place.exists() { self.text(&lock_place, None) } else { None };
        let templates = self.templates(&folder.join("templates"));
        Some(Loaded { site, config, intent, lock, templates })
    }

    /// Reads the ini files that a site names.
    pub(crate) fn inis_of_site(&mut self, folder: &Path) -> Vec<(FileId, ini_syntax::IniFile)> {
        let place = folder.join(SITE_FILE);
        if !place.is_file() {
            self.no_site(folder);
            return Vec::new();
        }
        let Some((file, tree)) = self.yaml(&place, None) else { return Vec::new() };
        let site = decode::site(&tree, Span::start_of(file), &mut self.diagnostics);
        site.map(|site| self.named_inis(folder, &site)).unwrap_or_default()
    }

    /// Reads bare ini files, in `--config-file` order.
    pub(crate) fn inis(&mut self, places: &[PathBuf]) -> Vec<(FileId, ini_syntax::IniFile)> {
        let mut files = Vec::new();
        for place in places {
            files.extend(self.ini(place, None));
        }
        files
    }

    fn no_site(&mut self, folder: &Path) {
        self.trouble = true;
        let shown = folder.display();
        let (message, help) = if folder.is_dir() {
            (format!("`{shown}` is no site: it has no `{SITE_FILE}`"), format!("`aciform init {shown}` makes one"))
        } else if folder.exists() {
            (format!("`{shown}` is no folder"), format!("name the folder that holds `{SITE_FILE}`"))
        } else {
            (format!("there is no folder `{shown}`"), format!("name the folder that holds `{SITE_FILE}`"))
        };
        self.diagnostics.push(Diagnostic::new(&NO_SITE, message).help(help));
    }

    fn named_inis(&mut self, folder: &Path, site: &Site) -> Vec<(FileId, ini_syntax::IniFile)> {
        let named = site.ini.iter();
        named.filter_map(|name| self.ini(&folder.join(&name.value), Some(name.span))).collect()
    }

    fn config(&mut self, folder: &Path, site: &Site) -> ini::Config {
        let files = self.named_inis(folder, site);
        let missing = files.len() < site.ini.len();
        let files: Vec<(FileId, &ini_syntax::IniFile)> = files.iter().map(|(file, parsed)| (*file, parsed)).collect();
        let mut config = ini::load(&files, &mut self.diagnostics);
        config.incomplete |= missing;
        config
    }

    /// Reads one ini file. `None`: it cannot be read, which was reported.
    fn ini(&mut self, place: &Path, named: Option<Span>) -> Option<(FileId, ini_syntax::IniFile)> {
        let bytes = self.bytes(place, named, ini_syntax::MAX_BYTES as u64)?;
        let name = shown(place);
        let (file, readable) = match String::from_utf8(bytes) {
            Ok(text) => (self.sources.add(name, text), true),
            Err(refused) => {
                let bytes = refused.into_bytes();
                let file = self.sources.add(name, String::from_utf8_lossy(&bytes));
                ini_syntax::check_utf8(file, &bytes, &mut self.diagnostics);
                (file, false)
            }
        };
        for secret in ini::secret_spans(file, &self.sources.file(file).text) {
            self.sources.hide(secret);
        }
        // What oslo.config cannot decode it does not read at all; anything more would be guesswork about other bytes.
        let parsed = readable.then(|| ini_syntax::parse(file, &self.sources.file(file).text, &mut self.diagnostics));
        parsed.map(|parsed| (file, parsed))
    }

    fn intent(&mut self, folder: &Path, site: &Site) -> Intent {
        let unread = self.unread;
        let mut places: Vec<(PathBuf, Option<Span>)> = Vec::new();
        match &site.intent {
            Some(names) => {
                for name in names {
                    self.intent_files(&folder.join(&name.value), Some(name.span), &mut places);
                }
            }
            None if folder.join("intent").is_dir() => self.intent_files(&folder.join("intent"), None, &mut places),
            None => places.push((folder.join("intent.yaml"), Some(site.span))),
        }
        // A file that a folder brings and that is named too is one file.
        let mut seen = BTreeSet::new();
        places.retain(|(place, _)| seen.insert(fs::canonicalize(place).unwrap_or_else(|_| place.clone())));
        let read: Vec<(FileId, yaml::Tree)> =
            places.iter().filter_map(|(place, named)| self.yaml(place, *named)).collect();
        let trees: Vec<&yaml::Tree> = read.iter().map(|(_, tree)| tree).collect();
        let mut intent = decode::intent(&trees, &mut self.diagnostics);
        if self.unread > unread {
            intent.incomplete.add_unread_file();
        }
        intent
    }

    /// A file, or every `.yaml`, `.yml` and `.json` below a folder in byte order of their paths; hidden ones are left out.
    fn intent_files(&mut self, place: &Path, named: Option<Span>, places: &mut Vec<(PathBuf, Option<Span>)>) {
        if !place.is_dir() {
            places.push((place.to_owned(), named));
            return;
        }
        let hidden =
            |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
        let walk = walkdir::WalkDir::new(place).follow_links(true).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|entry| !hidden(entry)) {
            match entry {
                Ok(entry) => {
                    let kind = entry.path().extension().and_then(|kind| kind.to_str()).unwrap_or_default();
                    if entry.file_type().is_file() && matches!(kind, "yaml" | "yml" | "json") {
                        places.push((entry.path().to_owned(), named));
                    }
                }
                Err(error) => {
                    let path = error.path().unwrap_or(place).to_owned();
                    let cause = error.into_io_error().unwrap_or_else(|| io::Error::other("a link leads back to it"));
                    self.cannot_open(&path, &cause, named);
                }
            }
        }
    }

    fn yaml(&mut self, place: &Path, named: Option<Span>) -> Option<(FileId, yaml::Tree)> {
        let bytes = self.bytes(place, named, MAX_FILE_BYTES)?;
        Some(yaml::read(&mut self.sources, &shown(place), bytes, &mut self.diagnostics))
    }

    /// Reads a lock on its own.
    pub(crate) fn lock(&mut self, place: &Path) -> Option<FileId> {
        self.text(place, None)
    }

    fn text(&mut self, place: &Path, named: Option<Span>) -> Option<FileId> {
        let bytes = self.bytes(place, named, MAX_FILE_BYTES)?;
        let (file, readable) = source::read_yaml(&mut self.sources, &shown(place), bytes, &mut self.diagnostics);
        readable.then_some(file)
    }

    fn templates(&mut self, folder: &Path) -> BTreeMap<String, String> {
        let mut templates = BTreeMap::new();
        if !folder.is_dir() {
            return templates;
        }
        let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
        for entry in entries.filter(|entry| entry.file_type().is_file()) {
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let name = below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            if let Some(file) = self.text(entry.path(), None) {
                templates.insert(name, self.sources.file(file).text.clone());
            }
        }
        templates
    }

    /// A file's bytes; a file that is too large is refused by its size alone.
    fn bytes(&mut self, place: &Path, named: Option<Span>, most: u64) -> Option<Vec<u8>> {
        let opened = fs::File::open(place).and_then(|file| file.metadata().map(|facts| (file, facts)));
        let (file, facts) = match opened {
            Ok((_, facts)) if facts.is_dir() => {
                self.cannot_open(place, &io::Error::other("it is a folder"), named);
                return None;
            }
            Ok(opened) => opened,
            Err(error) => {
                self.cannot_open(place, &error, named);
                return None;
            }
        };
        if facts.len() > most {
            self.refuse_size(place, facts.len(), most);
            return None;
        }
        let mut bytes = Vec::new();
        // What is no regular file (a pipe, a device) has no size to go by.
        match file.take(most + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > most => {
                self.refuse_size(place, bytes.len() as u64, most);
                None
            }
            Ok(_) => Some(bytes),
            Err(error) => {
                self.cannot_open(place, &error, named);
                None
            }
        }
    }

    fn refuse_size(&mut self, place: &Path, bytes: u64, most: u64) {
        self.unread += 1;
        source::refuse_size(&mut self.sources, &shown(place), bytes, most, &mut self.diagnostics);
    }

    fn cannot_open(&mut self, place: &Path, error: &io::Error, named: Option<Span>) {
        self.trouble = true;
        self.unread += 1;
        let name = shown(place);
        let why = if error.kind() == io::ErrorKind::NotFound {
            "there is no such file".to_owned()
        } else if error.kind() == io::ErrorKind::PermissionDenied {
            "permission is denied".to_owned()
        } else {
            error.to_string()
        };
        let mut finding = Diagnostic::new(&MISSING_FILE, format!("`{name}` cannot be opened: {why}"));
        if let Some(span) = named {
            let help = "paths are relative to the folder of `aciform.yaml`";
            finding = finding.label(span, "named here").help(help);
        }
        self.diagnostics.push(finding);
    }
}

/// A path as a user would write it: with `/`, and without a leading `./`.
pub(crate) fn shown(place: &Path) -> String {
    let text = place.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
}
