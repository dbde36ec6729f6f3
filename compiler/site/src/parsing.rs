//! The large files of a site from text to what they mean, on several threads.

use aciform_diagnostics::{Diagnostics, FileId, Span};
use aciform_fabric::lock::Ledger;
use aciform_intent::decode;
use aciform_intent::model::Intent;
use aciform_syntax::yaml;
use rayon::prelude::*;

use crate::memory::Parsed;
use crate::reader::Reader;

impl Reader {
    /// Parses the lock and the intent's files at once: they are most of what a large site's files hold.
    pub(crate) fn parse(&mut self, lock: Option<FileId>, texts: &[(FileId, bool)]) -> (Ledger, Intent) {
        let sources = &self.sources;
        let text = |file: FileId| sources.file(file).text.as_str();
        let memory = &mut self.memory;
        let mut known = |file: FileId| memory.as_mut().and_then(|memory| memory.take_tree(file, text(file)));
        let texts: Vec<_> = texts.iter().map(|(file, readable)| (*file, *readable, known(*file))).collect();
        let ledger = lock.zip(memory.as_mut()).and_then(|(file, memory)| memory.take_ledger(file, text(file)));
        let lock = || {
            let mut findings = Diagnostics::new();
            let read = || lock.map(|file| Ledger::parse(file, text(file), &mut findings)).unwrap_or_default();
            (ledger.unwrap_or_else(read), findings)
        };
        let intent = || {
            let read: Vec<Read> = texts
                .into_par_iter()
                .map(|(file, readable, known)| Read::new(file, text(file), readable, known))
                .collect();
            let mut findings = Diagnostics::new();
            let trees: Vec<&yaml::Tree> = read.iter().map(|file| &file.tree).collect();
            let intent = decode::intent(&trees, &mut findings);
            (read, intent, findings)
        };
        let ((ledger, of_lock), (read, intent, of_intent)) = rayon::join(lock, intent);
        let mut spent = Vec::new();
        for Read { file, tree, secrets, findings } in read {
            let is_clean = findings.is_empty() && !tree.incomplete;
            match self.memory.as_mut().filter(|_| is_clean) {
                Some(memory) => memory.keep_tree(file, &self.sources.file(file).text, tree, secrets.clone()),
                None => spent.push(tree),
            }
            self.hide(secrets);
            self.diagnostics.extend(findings);
        }
        // Giving back so many small pieces of memory takes as long as reading a tenth of the site, and nobody waits for it.
        rayon::spawn(move || drop(spent));
        self.diagnostics.extend(of_intent);
        self.diagnostics.extend(of_lock);
        (ledger, intent)
    }
}

/// A file of the intent.
struct Read {
    file: FileId,
    tree: yaml::Tree,
    secrets: Vec<Span>,
    findings: Diagnostics,
}

impl Read {
    fn new(file: FileId, text: &str, readable: bool, known: Option<Parsed>) -> Self {
        let mut findings = Diagnostics::new();
        if let Some(Parsed { tree, secrets, .. }) = known {
            return Self { file, tree, secrets, findings };
        }
        let tree = match readable {
            true => yaml::parse(file, text, &mut findings),
            false => yaml::Tree { incomplete: true, ..yaml::Tree::default() },
        };
        Self { file, tree, secrets: decode::stray_secret_spans(file, text), findings }
    }
}
