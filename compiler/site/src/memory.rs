//! What a run remembers of the one before it, for a program that reads the same site again and again.

use std::collections::BTreeMap;

use aciform_diagnostics::{FileId, Span};
use aciform_fabric::lock::Ledger;
use aciform_syntax::yaml;

/// Parsed files that may still be what they were. It holds by their texts: a file is parsed again where a byte differs.
#[derive(Debug, Default)]
pub struct Memory {
    trees: BTreeMap<FileId, Parsed>,
    ledger: Option<(FileId, String, Ledger)>,
}

/// A file that was parsed without a finding.
#[derive(Debug)]
pub(crate) struct Parsed {
    text: String,
    pub(crate) tree: yaml::Tree,
    pub(crate) secrets: Vec<Span>,
}

impl Memory {
    /// Takes the tree of a file that has this name and text still. Spans name files, so the name counts.
    pub(crate) fn take_tree(&mut self, file: FileId, text: &str) -> Option<Parsed> {
        self.trees.remove(&file).filter(|parsed| parsed.text == text)
    }

    /// Remembers a file.
    pub(crate) fn keep_tree(&mut self, file: FileId, text: &str, tree: yaml::Tree, secrets: Vec<Span>) {
        self.trees.insert(file, Parsed { text: text.to_owned(), tree, secrets });
    }

    /// Takes the lock that was read from this text.
    pub(crate) fn take_ledger(&mut self, file: FileId, text: &str) -> Option<Ledger> {
        self.ledger.take().filter(|(known, read, _)| *known == file && read == text).map(|(_, _, ledger)| ledger)
    }

    /// Remembers a lock after it was used; it is read again where it cannot go back to what its file says.
    pub fn keep_ledger(&mut self, file: FileId, text: &str, mut ledger: Ledger) {
        self.ledger = ledger.rewind().then(|| (file, text.to_owned(), ledger));
    }
}
