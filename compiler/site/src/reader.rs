//! A site's files from disk into a source map: which there are, in a stated order, each read once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, SourceMap, Span, Spanned};
use aciform_fabric::again::Reach;
use aciform_fabric::lock::Ledger;
use aciform_intent::model::{Intent, Site};
use aciform_intent::{decode, ini};
use aciform_syntax::source::{self, MAX_FILE_BYTES};
use aciform_syntax::{ini as ini_syntax, yaml};

use crate::codes::{MISSING_FILE, NO_SITE};
use crate::memory::Memory;

/// The site file's name.
pub const SITE_FILE: &str = "aciform.yaml";
/// The lock's name.
pub const LOCK_FILE: &str = "aciform.lock";

/// Reads files for one run and remembers whether any could not be opened.
#[derive(Debug, Default)]
pub struct Reader {
    /// Every text read.
    pub sources: SourceMap,
    /// Every finding so far.
    pub diagnostics: Diagnostics,
    /// Whether a file could not be opened: the exit code is then 2.
    pub trouble: bool,
    /// Texts that stand in for files on disk: what an editor holds and has not saved, by [`absolute`] path.
    pub buffers: BTreeMap<PathBuf, String>,
    /// Where each file that was read lies.
    pub places: BTreeMap<FileId, PathBuf>,
    /// The bare files that were given for this run, whether or not they are read together.
    pub given: Vec<PathBuf>,
    /// What the run before this one has parsed, and this one parses.
    pub memory: Option<Memory>,
    /// How many files or folders could not be taken in at all.
    unread: usize,
}

/// A site as its files say it.
#[derive(Debug)]
pub struct Loaded {
    /// `aciform.yaml`.
    pub site: Site,
    /// The ini files, in `--config-file` order.
    pub inis: Vec<(FileId, ini_syntax::IniFile)>,
    /// Whether one of them could not be read.
    pub missing_ini: bool,
    /// The intent files.
    pub intent: Intent,
    /// The lock, where there is one.
    pub lock: Option<FileId>,
    /// What stands in it.
    pub ledger: Ledger,
    /// The site's own templates: name to text.
    pub templates: BTreeMap<String, String>,
    /// How far what changed since the reading before this one reaches; `None` where that is not known. Where it is, the
    /// intent has places that are those of the former texts, except in what it reaches.
    pub reach: Option<Reach>,
}

impl Loaded {
    /// What the ini files mean.
    pub fn config(&self, diagnostics: &mut Diagnostics) -> ini::Config {
        self.read(diagnostics).0
    }

    /// What the ini files mean, and what stands in them.
    pub fn read(&self, diagnostics: &mut Diagnostics) -> (ini::Config, ini::Reading<'_>) {
        let files: Vec<(FileId, &ini_syntax::IniFile)> =
            self.inis.iter().map(|(file, parsed)| (*file, parsed)).collect();
        let (mut config, reading) = ini::read(&files, diagnostics);
        config.incomplete |= self.missing_ini;
        (config, reading)
    }
}

impl Reader {
    /// A reader that takes these texts in place of files on disk, by absolute path.
    #[must_use]
    pub fn over(buffers: BTreeMap<PathBuf, String>) -> Self {
        Self { buffers, ..Self::default() }
    }

    /// Reads a whole site. `None`: there is no site to speak of; why was reported.
    pub fn site(&mut self, folder: &Path) -> Option<Loaded> {
        let place = folder.join(SITE_FILE);
        if !place.is_file() {
            self.no_site(folder);
            return None;
        }
        let site = self.site_file(&place)?;
        let inis = self.named_inis(folder, &site);
        let missing_ini = inis.len() < site.ini.len();
        let unread = self.unread;
        let texts = self.intent_texts(folder, &site);
        let all_read = self.unread == unread;
        let lock_place = folder.join(LOCK_FILE);
        let lock = if lock_place.exists() { self.text(&lock_place, None) } else { None };
        let templates = self.templates(&folder.join("templates"));
        let (ledger, mut intent, mut reach) = self.parse(lock, &texts);
        if let Some(memory) = &mut self.memory {
            if reach.is_some() && !(all_read && memory.has_others(self.sources.shared(), &texts)) {
                reach = None;
                intent = memory.intent_anew().unwrap_or(intent);
            }
            memory.keep_texts(self.sources.shared());
        }
        if !all_read {
            intent.incomplete.add_unread_file();
        }
        Some(Loaded { site, inis, missing_ini, intent, lock, ledger, templates, reach })
    }

    /// Reads the ini files that a site names.
    pub fn inis_of_site(&mut self, folder: &Path) -> Vec<(FileId, ini_syntax::IniFile)> {
        let place = folder.join(SITE_FILE);
        if !place.is_file() {
            self.no_site(folder);
            return Vec::new();
        }
        self.site_file(&place).map(|site| self.named_inis(folder, &site)).unwrap_or_default()
    }

    /// Reads the site file itself.
    fn site_file(&mut self, place: &Path) -> Option<Site> {
        let (file, tree) = self.yaml(place, None)?;
        self.hide(decode::secret_spans(file, &self.sources.file(file).text));
        self.hide_read(decode::secrets(&tree));
        decode::site(&tree, Span::start_of(file), &mut self.diagnostics)
    }

    /// Keeps secrets out of all that is shown.
    pub(crate) fn hide(&mut self, secrets: Vec<Span>) {
        secrets.into_iter().for_each(|secret| self.sources.hide(secret));
    }

    /// The same for secrets that were read, which may be written otherwise.
    pub(crate) fn hide_read(&mut self, secrets: Vec<Spanned<String>>) {
        for secret in secrets {
            self.sources.hide(secret.span);
            self.sources.hide_word(secret.span.file, secret.value);
        }
    }

    /// Reads bare ini files, in `--config-file` order.
    pub fn inis(&mut self, places: &[PathBuf]) -> Vec<(FileId, ini_syntax::IniFile)> {
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

    /// Reads one ini file. `None`: it cannot be read, which was reported.
    fn ini(&mut self, place: &Path, named: Option<Span>) -> Option<(FileId, ini_syntax::IniFile)> {
        let bytes = self.bytes(place, named, ini_syntax::MAX_BYTES as u64)?;
        let read = self.ini_text(shown(place), bytes)?;
        self.places.insert(read.0, place.to_owned());
        Some(read)
    }

    /// Takes in the bytes of an ini file. `None`: they are no text, which was reported.
    pub fn ini_text(&mut self, name: String, bytes: Vec<u8>) -> Option<(FileId, ini_syntax::IniFile)> {
        let (file, readable) = match String::from_utf8(bytes) {
            Ok(text) => (self.sources.add(name, text), true),
            Err(refused) => {
                let bytes = refused.into_bytes();
                let file = self.sources.add(name, String::from_utf8_lossy(&bytes));
                ini_syntax::check_utf8(file, &bytes, &mut self.diagnostics);
                (file, false)
            }
        };
        self.hide(ini::secret_spans(file, &self.sources.file(file).text));
        // What oslo.config cannot decode it does not read at all; anything more would be guesswork about other bytes.
        let parsed = readable.then(|| ini_syntax::parse(file, &self.sources.file(file).text, &mut self.diagnostics));
        parsed.map(|parsed| (file, parsed))
    }

    /// Takes the intent's files in, in their order: each with whether its text can be parsed.
    fn intent_texts(&mut self, folder: &Path, site: &Site) -> Vec<(FileId, bool)> {
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
        places.iter().filter_map(|(place, named)| self.readable(place, *named)).collect()
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
        let read = yaml::read(&mut self.sources, &shown(place), bytes, &mut self.diagnostics);
        self.places.insert(read.0, place.to_owned());
        Some(read)
    }

    /// Reads a text of another format. `None`: it cannot be read, which was reported.
    pub fn plain(&mut self, place: &Path) -> Option<FileId> {
        self.text(place, None)
    }

    /// Reads a lock on its own.
    pub fn lock(&mut self, place: &Path) -> Option<FileId> {
        self.text(place, None)
    }

    fn text(&mut self, place: &Path, named: Option<Span>) -> Option<FileId> {
        self.readable(place, named).and_then(|(file, readable)| readable.then_some(file))
    }

    /// Takes a file in, with whether its text can be parsed.
    fn readable(&mut self, place: &Path, named: Option<Span>) -> Option<(FileId, bool)> {
        let bytes = self.bytes(place, named, MAX_FILE_BYTES)?;
        if let Some(known) = self.memory.as_ref().and_then(|memory| memory.text(&shown(place), &bytes)) {
            let file = self.sources.share(known);
            self.places.insert(file, place.to_owned());
            return Some((file, true));
        }
        let (file, readable) = source::read_yaml(&mut self.sources, &shown(place), bytes, &mut self.diagnostics);
        self.places.insert(file, place.to_owned());
        Some((file, readable))
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
    pub(crate) fn bytes(&mut self, place: &Path, named: Option<Span>, most: u64) -> Option<Vec<u8>> {
        if let Some(text) = self.buffer(place) {
            if text.len() as u64 > most {
                self.refuse_size(place, text.len() as u64, most);
                return None;
            }
            return Some(text.into_bytes());
        }
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
        // What is no regular file (a pipe, a device) has no size to go by.
        let mut bytes = Vec::with_capacity(usize::try_from(facts.len()).unwrap_or(0) + 1);
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

    /// What an editor holds of a file.
    pub(crate) fn buffer(&self, place: &Path) -> Option<String> {
        if self.buffers.is_empty() {
            return None;
        }
        self.buffers.get(&absolute(place)?).cloned()
    }

    fn refuse_size(&mut self, place: &Path, bytes: u64, most: u64) {
        self.unread += 1;
        source::refuse_size(&mut self.sources, &shown(place), bytes, most, &mut self.diagnostics);
    }

    pub(crate) fn cannot_open(&mut self, place: &Path, error: &io::Error, named: Option<Span>) {
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

/// The absolute path of a file without `.` and `..`, by its text alone: links are left as they are.
#[must_use]
pub fn absolute(place: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in std::path::absolute(place).ok()?.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    Some(out)
}

/// A path as a user would write it: with `/`, and without a leading `./`.
pub fn shown(place: &Path) -> String {
    // Elsewhere a backslash is a character like any other.
    let text = place.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
}
