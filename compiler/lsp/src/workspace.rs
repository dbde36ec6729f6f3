//! What the editor holds open, what was found in it, and what has to be looked at again.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use aciform_diagnostics::{Code, FileId};
use aciform_site::{Reader, absolute};
use aciform_syntax::ini::IniFile;
use lsp_types::{Diagnostic, PublishDiagnosticsParams};

use crate::documents::Documents;
use crate::publish;
use crate::subject::{Kind, Scope, folder};
use crate::text::Encoding;
use crate::uri;
use crate::worker::{Job, Looked};
use crate::yaml::Facts;

/// The state between messages.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) documents: Documents,
    pub(crate) encoding: Encoding,
    /// Whether the client takes edits with the version of the text they are about.
    pub(crate) is_versioned: bool,
    pub(crate) codes: &'static [&'static Code],
    /// The last result of each scope with an open file.
    looked: BTreeMap<Scope, Looked>,
    found: BTreeMap<Scope, BTreeMap<PathBuf, Vec<Diagnostic>>>,
    /// When something of a scope changed last; a result is about one such moment.
    stamps: BTreeMap<Scope, u64>,
    clock: u64,
    published: BTreeMap<PathBuf, Told>,
    /// Outlines of files that are not open.
    closed: RefCell<BTreeMap<PathBuf, Rc<Facts>>>,
}

/// What the client was told about a file.
#[derive(Debug, PartialEq)]
struct Told {
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
}

impl Workspace {
    pub(crate) fn new(codes: &'static [&'static Code]) -> Self {
        Self {
            documents: Documents::default(),
            encoding: Encoding::default(),
            is_versioned: false,
            codes,
            looked: BTreeMap::new(),
            found: BTreeMap::new(),
            stamps: BTreeMap::new(),
            clock: 0,
            published: BTreeMap::new(),
            closed: RefCell::default(),
        }
    }

    /// A file changed, here or on disk: all that it is a part of has to be looked at again.
    pub(crate) fn touch(&mut self, path: &Path) {
        self.clock += 1;
        let clock = self.clock;
        let of_result = |looked: &Looked| looked.places.values().any(|place| place == path);
        for (scope, stamp) in &mut self.stamps {
            let is_in = match scope {
                Scope::Site(folder) => path.starts_with(folder),
                Scope::Ini(ini) => ini == path,
            };
            if is_in || self.looked.get(scope).is_some_and(of_result) {
                *stamp = clock;
            }
        }
    }

    /// Works out anew which scopes there are, and forgets those without an open file. Returns what to publish.
    pub(crate) fn settle(&mut self) -> Vec<PublishDiagnosticsParams> {
        let mut wanted: BTreeSet<Scope> = BTreeSet::new();
        for (path, document) in self.documents.iter() {
            wanted.extend(self.scopes(path, document.kind));
        }
        self.stamps.retain(|scope, _| wanted.contains(scope));
        self.looked.retain(|scope, _| wanted.contains(scope));
        self.found.retain(|scope, _| wanted.contains(scope));
        for scope in wanted {
            if !self.stamps.contains_key(&scope) {
                self.clock += 1;
                self.stamps.insert(scope, self.clock);
            }
        }
        self.publish()
    }

    /// What a file is linted as part of: its site, and by itself where it is an ini that the site does not name.
    pub(crate) fn scopes(&self, path: &Path, kind: Kind) -> Vec<Scope> {
        let mut scopes: Vec<Scope> = folder(path).map(Scope::Site).into_iter().collect();
        let is_read = match scopes.first() {
            // Until the site has been read, it is taken to name the file.
            Some(site) => self.looked.get(site).is_none_or(|looked| looked.places.values().any(|place| place == path)),
            None => false,
        };
        if kind == Kind::Ini && !is_read {
            scopes.push(Scope::Ini(path.to_owned()));
        }
        scopes
    }

    /// Whether all that was found about a file is about what stands in it now.
    pub(crate) fn is_current(&self, path: &Path) -> bool {
        let Some(document) = self.documents.get(path) else { return true };
        let scopes = self.scopes(path, document.kind);
        scopes.iter().all(|scope| self.looked.get(scope).is_some_and(|looked| self.is_about_now(looked)))
    }

    fn is_about_now(&self, looked: &Looked) -> bool {
        self.stamps.get(&looked.scope) == Some(&looked.stamp)
    }

    /// The next thing to lint.
    pub(crate) fn job(&self) -> Option<Job> {
        let (scope, stamp) = self
            .stamps
            .iter()
            .find(|(scope, stamp)| self.looked.get(scope).is_none_or(|looked| looked.stamp != **stamp))?;
        Some(Job { scope: scope.clone(), stamp: *stamp, buffers: self.documents.buffers() })
    }

    /// Takes a result in, unless it is about what no longer stands there.
    pub(crate) fn take(&mut self, looked: Looked) {
        if self.is_about_now(&looked) {
            self.found.insert(looked.scope.clone(), publish::diagnostics(&looked, self.encoding));
            self.looked.insert(looked.scope.clone(), looked);
        }
    }

    /// The results that a file has a part in.
    pub(crate) fn results(&self, path: &Path) -> impl Iterator<Item = &Looked> {
        self.looked.values().filter(move |looked| looked.places.values().any(|place| place == path))
    }

    /// What changed against what the client was told. Files about which something is still being looked at wait.
    fn publish(&mut self) -> Vec<PublishDiagnosticsParams> {
        let mut all: BTreeMap<&PathBuf, Vec<&Vec<Diagnostic>>> = BTreeMap::new();
        let mut waiting: BTreeSet<&PathBuf> = BTreeSet::new();
        for (scope, found) in &self.found {
            let is_current = self.looked.get(scope).is_some_and(|looked| self.is_about_now(looked));
            for (path, diagnostics) in found {
                all.entry(path).or_default().push(diagnostics);
                waiting.extend((!is_current).then_some(path));
            }
        }
        for path in self.published.keys() {
            all.entry(path).or_default();
        }
        let mut out: Vec<(PathBuf, Told)> = Vec::new();
        for (path, lists) in all {
            let document = self.documents.get(path);
            if waiting.contains(path) || document.is_some() && !self.is_current(path) {
                continue;
            }
            let told = Told { version: document.map(|document| document.version), diagnostics: joined(&lists) };
            let is_news = match self.published.get(path) {
                Some(before) => *before != told,
                None => document.is_some() || !told.diagnostics.is_empty(),
            };
            if is_news {
                out.push((path.clone(), told));
            }
        }
        let mut messages = Vec::new();
        for (path, told) in out {
            let own = self.documents.get(&path).map(|document| document.uri.clone());
            let Some(uri) = own.or_else(|| uri::of_path(&path)) else { continue };
            let (diagnostics, version) = (told.diagnostics.clone(), told.version);
            messages.push(PublishDiagnosticsParams { uri, diagnostics, version });
            if told.diagnostics.is_empty() && told.version.is_none() {
                self.published.remove(&path);
            } else {
                self.published.insert(path, told);
            }
        }
        messages
    }

    /// The YAML files of the deployment that a file belongs to, with what stands in them now.
    pub(crate) fn yaml_files(&self, path: &Path) -> Vec<(PathBuf, Rc<Facts>)> {
        let mut files: BTreeMap<PathBuf, Rc<Facts>> = BTreeMap::new();
        for looked in self.results(path) {
            for (file, place) in &looked.places {
                let is_yaml = Kind::of(place, "").is_some_and(|kind| kind.is_yaml() && kind != Kind::Site);
                if is_yaml && self.documents.get(place).is_none() {
                    let text = &looked.sources.file(*file).text;
                    files.insert(place.clone(), self.closed_facts(place, text));
                }
            }
        }
        let root = folder(path);
        for (place, document) in self.documents.iter() {
            let is_near = root.is_some() && folder(place) == root;
            if document.kind.is_yaml() && document.kind != Kind::Site && (is_near || place == path) {
                files.insert(place.clone(), document.facts());
            }
        }
        files.into_iter().collect()
    }

    fn closed_facts(&self, path: &Path, text: &str) -> Rc<Facts> {
        let mut closed = self.closed.borrow_mut();
        if let Some(facts) = closed.get(path).filter(|facts| facts.text == text) {
            return Rc::clone(facts);
        }
        let facts = Rc::new(Facts::of(text.to_owned()));
        closed.insert(path.to_owned(), Rc::clone(&facts));
        facts
    }

    /// The ini files that a file is read with, in `--config-file` order: those of its site, or itself.
    pub(crate) fn inis(&self, path: &Path) -> (Reader, Vec<(FileId, IniFile)>) {
        let mut reader = Reader::over(self.documents.buffers());
        let mut files = folder(path).map(|folder| reader.inis_of_site(&folder)).unwrap_or_default();
        let is_ini =
            Kind::of(path, "") == Some(Kind::Ini) || self.documents.get(path).is_some_and(|d| d.kind == Kind::Ini);
        let is_named = |file: &FileId| {
            reader.places.get(file).and_then(|place| absolute(place)).is_some_and(|place| place == path)
        };
        if is_ini && !files.iter().any(|(file, _)| is_named(file)) {
            reader = Reader::over(self.documents.buffers());
            files = reader.inis(&[path.to_owned()]);
        }
        (reader, files)
    }

    /// The text of a file: as the editor holds it, else as it was last read.
    pub(crate) fn text(&self, path: &Path) -> Option<String> {
        if let Some(document) = self.documents.get(path) {
            return Some(document.text.as_str().to_owned());
        }
        self.looked.values().find_map(|looked| {
            let file = looked.file(path)?;
            Some(looked.sources.file(file).text.clone())
        })
    }
}

/// The diagnostics of several scopes about one file: two sites may read one ini, and what both find is said once.
fn joined(lists: &[&Vec<Diagnostic>]) -> Vec<Diagnostic> {
    if let [only] = lists {
        return (*only).clone();
    }
    let mut known = BTreeSet::new();
    let all = lists.iter().copied().flatten();
    all.filter(|diagnostic| known.insert(serde_json::json!(diagnostic).to_string())).cloned().collect()
}
