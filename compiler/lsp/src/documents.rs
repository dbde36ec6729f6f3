//! The files that the editor holds open.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use crate::subject::Kind;
use crate::text::{Encoding, Text};
use crate::uri;
use crate::yaml::Facts;

/// One open file.
#[derive(Debug)]
pub(crate) struct Document {
    /// As the client spells it.
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) kind: Kind,
    pub(crate) text: Text,
    facts: OnceCell<Rc<Facts>>,
}

impl Document {
    /// What stands in it, if it is YAML.
    pub(crate) fn facts(&self) -> Rc<Facts> {
        Rc::clone(self.facts.get_or_init(|| Rc::new(Facts::of(self.text.as_str().to_owned()))))
    }
}

/// All open files, by their absolute path.
#[derive(Debug, Default)]
pub(crate) struct Documents(BTreeMap<PathBuf, Document>);

impl Documents {
    /// Takes a file in. `None`: it is of no kind that the server knows, or no file.
    pub(crate) fn open(&mut self, item: TextDocumentItem) -> Option<PathBuf> {
        let path = uri::path(&item.uri)?;
        let kind = Kind::of(&path, &item.language_id)?;
        let text = Text::new(item.text);
        let document = Document { uri: item.uri, version: item.version, kind, text, facts: OnceCell::new() };
        self.0.insert(path.clone(), document);
        Some(path)
    }

    /// Changes a file. `None`: it is not open.
    pub(crate) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> Option<PathBuf> {
        let path = uri::path(uri)?;
        let document = self.0.get_mut(&path)?;
        for change in changes {
            document.text.change(change.range, &change.text, encoding);
        }
        document.version = version;
        document.facts = OnceCell::new();
        Some(path)
    }

    /// Forgets a file. `None`: it was not open.
    pub(crate) fn close(&mut self, uri: &Uri) -> Option<PathBuf> {
        let path = uri::path(uri)?;
        self.0.remove(&path).map(|_| path)
    }

    pub(crate) fn get(&self, path: &Path) -> Option<&Document> {
        self.0.get(path)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.0.iter()
    }

    /// The texts, as the linter takes them.
    pub(crate) fn buffers(&self) -> BTreeMap<PathBuf, String> {
        self.0.iter().map(|(path, document)| (path.clone(), document.text.as_str().to_owned())).collect()
    }
}
