//! The large files of a site from text to what they mean, on several threads.

use std::sync::Arc;

use aciform_diagnostics::{Diagnostics, FileId, SourceFile, Span};
use aciform_fabric::again::Reach;
use aciform_fabric::lock::Ledger;
use aciform_intent::decode::{self, Part};
use aciform_intent::model::Intent;
use aciform_syntax::yaml;
use rayon::prelude::*;

use crate::memory::{Memory, Parsed, Since};
use crate::reader::Reader;

impl Reader {
    /// Parses the lock and the intent's files at once: they are most of what a large site's files hold. Says too how far
    /// the intent differs from that of the last reading, where that is known.
    pub(crate) fn parse(&mut self, lock: Option<FileId>, texts: &[(FileId, bool)]) -> (Ledger, Intent, Option<Reach>) {
        let sources = &self.sources;
        let text = |file: FileId| &sources.shared()[file.0 as usize];
        let mut memory = self.memory.as_mut();
        let mut known = |file: FileId| memory.as_mut().and_then(|memory| memory.take_tree(file));
        let texts: Vec<_> = texts.iter().map(|(file, readable)| (*file, *readable, known(*file))).collect();
        let ledger = lock.zip(memory.as_mut()).and_then(|(file, memory)| memory.take_ledger(file, text(file)));
        let memory = memory.as_deref();
        // Whoever remembers the last reading decodes just what differs.
        let in_parts = memory.is_none();
        let lock = || {
            let mut findings = Diagnostics::new();
            let read = || lock.map(|file| Ledger::parse(file, &text(file).text, &mut findings)).unwrap_or_default();
            (ledger.unwrap_or_else(read), findings)
        };
        let read = || -> Vec<Read> {
            let read = texts.into_par_iter();
            read.map(|(file, readable, known)| Read::new(file, text(file), readable, known, in_parts)).collect()
        };
        let ((ledger, of_lock), mut read) = rayon::join(lock, read);
        let mut of_intent = Diagnostics::new();
        let (intent, reach) = match memory.and_then(|memory| again(memory, &read)) {
            Some((intent, reach)) => (intent, Some(reach)),
            None => {
                let whole = decode::whole(read.iter_mut().map(|file| file.part.take()));
                let in_order = || {
                    let trees: Vec<&yaml::Tree> = read.iter().map(|file| &file.tree).collect();
                    decode::intent(&trees, &mut of_intent)
                };
                (whole.unwrap_or_else(in_order), None)
            }
        };
        let is_clean = of_intent.is_empty() && intent.incomplete.is_empty() && read.iter().all(Read::is_clean);
        if let Some(memory) = &mut self.memory {
            memory.keep_intent(read.iter().map(|file| file.file).collect(), is_clean.then_some(&intent));
        }
        let mut spent = Vec::new();
        for file in read {
            let is_clean = file.is_clean();
            let Read { file, tree, secrets, findings, before, part: _ } = file;
            spent.extend(before);
            self.hide(secrets.clone());
            match self.memory.as_mut().filter(|_| is_clean) {
                Some(memory) => memory.keep_tree(file, &self.sources.shared()[file.0 as usize], tree, secrets),
                None => spent.push(tree),
            }
            self.diagnostics.extend(findings);
        }
        // Giving back so many small pieces of memory takes as long as reading a tenth of the site, and nobody waits for it.
        rayon::spawn(move || drop(spent));
        self.diagnostics.extend(of_intent);
        self.diagnostics.extend(of_lock);
        (ledger, intent, reach)
    }
}

/// The intent, where just a part of it has to be decoded.
fn again(memory: &Memory, read: &[Read]) -> Option<(Intent, Reach)> {
    if !read.iter().all(Read::is_clean) {
        return None;
    }
    let files: Vec<Since<'_>> =
        read.iter().map(|read| Since { file: read.file, tree: &read.tree, before: read.before.as_ref() }).collect();
    memory.intent_again(&files)
}

/// A file of the intent.
struct Read {
    file: FileId,
    tree: yaml::Tree,
    secrets: Vec<Span>,
    findings: Diagnostics,
    /// Its tree at the last reading, where it changed since.
    before: Option<yaml::Tree>,
    /// What it means by itself.
    part: Option<Part>,
}

impl Read {
    fn new(file: FileId, text: &Arc<SourceFile>, readable: bool, known: Option<Parsed>, in_parts: bool) -> Self {
        let mut findings = Diagnostics::new();
        let before = match known {
            Some(parsed) if parsed.is_of(text) => {
                let Parsed { tree, secrets, .. } = parsed;
                return Self { file, tree, secrets, findings, before: None, part: None };
            }
            Some(parsed) => Some(parsed.tree),
            None => None,
        };
        let tree = match readable {
            true => yaml::parse(file, &text.text, &mut findings),
            false => yaml::Tree { incomplete: true, ..yaml::Tree::default() },
        };
        let part = Some(&tree).filter(|_| in_parts && findings.is_empty()).and_then(decode::part);
        Self { file, tree, secrets: decode::stray_secret_spans(file, &text.text), findings, before, part }
    }

    /// Whether it was read whole and without a finding.
    fn is_clean(&self) -> bool {
        self.findings.is_empty() && !self.tree.incomplete
    }
}
