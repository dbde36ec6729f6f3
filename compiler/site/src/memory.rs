//! What a run remembers of the one before it, for a program that reads the same site again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aciform_diagnostics::{Diagnostics, FileId, SourceFile, SourceMap, Span};
use aciform_fabric::again::Reach;
use aciform_fabric::lock::Ledger;
use aciform_intent::decode;
use aciform_intent::model::Intent;
use aciform_syntax::yaml::{self, KeyPath, Kind};

/// What was read and may still be what it was. It holds by the texts: what is made of one is made again where a byte differs.
#[derive(Debug, Default)]
pub struct Memory {
    /// By [`FileId`].
    texts: Vec<Arc<SourceFile>>,
    names: BTreeMap<String, FileId>,
    trees: BTreeMap<FileId, Parsed>,
    ledger: Option<(FileId, Arc<SourceFile>, Ledger)>,
    intent: Option<Decoded>,
}

/// A file that was parsed without a finding.
#[derive(Debug)]
pub(crate) struct Parsed {
    text: Arc<SourceFile>,
    pub(crate) tree: yaml::Tree,
    pub(crate) secrets: Vec<Span>,
}

/// An intent that was decoded whole and without a finding, and the files that it stands in.
#[derive(Debug)]
struct Decoded {
    files: Vec<FileId>,
    intent: Intent,
}

/// What became of a file of the intent since the last reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Since<'t> {
    pub(crate) file: FileId,
    pub(crate) tree: &'t yaml::Tree,
    /// Its tree then, where that is another.
    pub(crate) before: Option<&'t yaml::Tree>,
}

/// Keys of this many levels say what an edit reaches: `projects`, its handle, `instances`, its handle, `ports`, its handle,
/// the field.
const DEPTH: usize = 7;

impl Memory {
    /// The text of a file that has this name and these bytes still, and no finding was about its bytes.
    pub(crate) fn text(&self, name: &str, bytes: &[u8]) -> Option<Arc<SourceFile>> {
        let file = *self.names.get(name)?;
        let known = self.texts.get(file.0 as usize).filter(|known| known.text.as_bytes() == bytes)?;
        // Those that were parsed, and the lock, had nothing wrong with their bytes.
        let of_lock = self.ledger.as_ref().is_some_and(|(lock, ..)| *lock == file);
        (of_lock || self.trees.contains_key(&file)).then(|| Arc::clone(known))
    }

    /// Remembers the texts of a run.
    pub(crate) fn keep_texts(&mut self, texts: &[Arc<SourceFile>]) {
        let same = self.texts.len() == texts.len() && self.texts.iter().zip(texts).all(|(a, b)| a.name == b.name);
        if !same {
            self.names = texts.iter().zip(0..).map(|(file, at)| (file.name.clone(), FileId(at))).collect();
        }
        self.texts = texts.to_vec();
    }

    /// Whether all files but these are those of the last reading, and these are the same in number and name.
    pub(crate) fn has_others(&self, texts: &[Arc<SourceFile>], but: &[(FileId, bool)]) -> bool {
        let but: BTreeSet<FileId> = but.iter().map(|(file, _)| *file).collect();
        let same = |((known, now), at): ((&Arc<SourceFile>, &Arc<SourceFile>), u32)| {
            known.name == now.name && (but.contains(&FileId(at)) || is_same(known, now))
        };
        self.texts.len() == texts.len() && self.texts.iter().zip(texts).zip(0..).all(same)
    }

    /// Takes the file of this name and id as it was parsed last. Spans name files, so the id counts.
    pub(crate) fn take_tree(&mut self, file: FileId) -> Option<Parsed> {
        self.trees.remove(&file)
    }

    /// Remembers a file.
    pub(crate) fn keep_tree(&mut self, file: FileId, text: &Arc<SourceFile>, tree: yaml::Tree, secrets: Vec<Span>) {
        self.trees.insert(file, Parsed { text: Arc::clone(text), tree, secrets });
    }

    /// Takes the lock that was read from this text.
    pub(crate) fn take_ledger(&mut self, file: FileId, text: &Arc<SourceFile>) -> Option<Ledger> {
        let same = |(known, read, _): &(FileId, Arc<SourceFile>, Ledger)| *known == file && is_same(read, text);
        self.ledger.take().filter(same).map(|(_, _, ledger)| ledger)
    }

    /// Remembers a lock after it was used; it is read again where it cannot go back to what its file says.
    pub fn keep_ledger(&mut self, file: FileId, sources: &SourceMap, mut ledger: Ledger) {
        let text = &sources.shared()[file.0 as usize];
        self.ledger = ledger.rewind().then(|| (file, Arc::clone(text), ledger));
    }

    /// Remembers an intent that nothing is wrong with.
    pub(crate) fn keep_intent(&mut self, files: Vec<FileId>, intent: Option<&Intent>) {
        self.intent = intent.map(|intent| Decoded { files, intent: intent.clone() });
    }

    /// Decodes every file of the last reading anew, for the places of all that it says. It was read without a finding.
    pub(crate) fn intent_anew(&mut self) -> Option<Intent> {
        let known = self.intent.as_mut()?;
        let trees: Option<Vec<&yaml::Tree>> =
            known.files.iter().map(|file| self.trees.get(file).map(|parsed| &parsed.tree)).collect();
        known.intent = decode::intent(&trees?, &mut Diagnostics::new());
        Some(known.intent.clone())
    }

    /// The intent after edits within projects, each of which stands in one file: only the files that changed are decoded.
    /// What stands beside those projects has the places that it had. `None` where the edit reaches further, or anything is
    /// to be said about it.
    pub(crate) fn intent_again(&self, files: &[Since<'_>]) -> Option<(Intent, Reach)> {
        let known = self.intent.as_ref()?;
        if !known.files.iter().eq(files.iter().map(|since| &since.file)) {
            return None;
        }
        let mut intent = known.intent.clone();
        let mut reach = Reach::default();
        for since in files {
            let Some(before) = since.before else { continue };
            let edited = edited(&yaml::differences(before, since.tree, DEPTH), &mut reach)?;
            let elsewhere = files.iter().filter(|other| other.file != since.file);
            if elsewhere.flat_map(|other| projects(other.tree)).any(|other| edited.contains(other)) {
                return None;
            }
            let mut findings = Diagnostics::new();
            let mut part = decode::intent(&[since.tree], &mut findings);
            if !findings.is_empty() || !part.incomplete.is_empty() {
                return None;
            }
            for handle in edited {
                intent.projects.insert(handle.clone(), part.projects.remove(&handle)?);
            }
        }
        Some((intent, reach))
    }
}

impl Parsed {
    /// Whether the file has this text still.
    pub(crate) fn is_of(&self, text: &Arc<SourceFile>) -> bool {
        is_same(&self.text, text)
    }
}

fn is_same(one: &Arc<SourceFile>, other: &Arc<SourceFile>) -> bool {
    Arc::ptr_eq(one, other) || one.text == other.text
}

/// The projects that an edit lies in, and how far it reaches; `None` where that is further than groups and ports.
fn edited(differences: &BTreeSet<KeyPath>, reach: &mut Reach) -> Option<BTreeSet<String>> {
    let mut edited = BTreeSet::new();
    for path in differences {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let ["projects", project, inside @ ..] = path.as_slice() else { return None };
        match inside {
            ["security_groups", _, "rules"] => drop(reach.rules.insert((*project).to_owned())),
            ["instances", instance, "ports", port, field] if is_detail(field) => {
                reach.ports.insert(((*project).to_owned(), format!("{instance}/{port}")));
            }
            ["ports", port, field] if is_detail(field) => {
                reach.ports.insert(((*project).to_owned(), (*port).to_owned()));
            }
            ["security_groups" | "instances" | "ports" | "floating_ips", ..] => reach.further = true,
            _ => return None,
        }
        edited.insert((*project).to_owned());
    }
    Some(edited)
}

/// What of a port concerns nobody but those who look at the port.
fn is_detail(field: &str) -> bool {
    matches!(field, "security_groups" | "allowed_address_pairs" | "fixed_ips" | "port_security_enabled")
}

/// The handles of the projects that a file says something about.
fn projects(tree: &yaml::Tree) -> impl Iterator<Item = &str> {
    let maps = |id| match &tree.resolve(id).kind {
        Kind::Mapping(pairs) => pairs.as_slice(),
        Kind::Scalar { .. } | Kind::Sequence(_) | Kind::Alias(_) => &[],
    };
    let text = |id| match &tree.resolve(id).kind {
        Kind::Scalar { text, .. } => text.as_str(),
        Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => "",
    };
    let top = tree.documents.iter().flat_map(move |root| maps(*root));
    let under = top.filter(move |(key, _)| text(*key) == "projects").flat_map(move |(_, value)| maps(*value));
    under.map(move |(key, _)| text(*key))
}
