//! What completion offers, before it is said in the words of the protocol.

use std::ops::Range;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionTextEdit, Documentation, MarkupContent, MarkupKind,
    TextEdit,
};

use crate::text::{Encoding, Text};

/// More than this is not offered at once; typing on narrows it down.
const MOST: usize = 500;

/// What goes in the place of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposals {
    pub(crate) replace: Range<usize>,
    pub(crate) items: Vec<Proposal>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    /// What is shown and matched against what is typed.
    pub(crate) label: String,
    /// What is written.
    pub(crate) insert: String,
    pub(crate) detail: String,
    pub(crate) doc: String,
    pub(crate) kind: CompletionItemKind,
}

impl Proposal {
    pub(crate) fn new(label: impl Into<String>, kind: CompletionItemKind) -> Self {
        let label = label.into();
        Self { insert: label.clone(), label, detail: String::new(), doc: String::new(), kind }
    }

    pub(crate) fn insert(self, insert: impl Into<String>) -> Self {
        Self { insert: insert.into(), ..self }
    }

    pub(crate) fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    pub(crate) fn doc(self, doc: impl Into<String>) -> Self {
        Self { doc: doc.into(), ..self }
    }
}

impl Proposals {
    /// In the words of the protocol. What does not begin with the word before the cursor is left to the client, unless
    /// there is too much.
    pub(crate) fn list(mut self, text: &Text, offset: usize, encoding: Encoding) -> CompletionList {
        let is_incomplete = self.items.len() > MOST;
        if is_incomplete {
            let typed = text.as_str().get(self.replace.start..offset).unwrap_or_default().to_lowercase();
            self.items.retain(|item| item.label.to_lowercase().starts_with(&typed));
            self.items.truncate(MOST);
        }
        let range = text.range(self.replace, encoding);
        let item = |(number, item): (usize, Proposal)| CompletionItem {
            kind: Some(item.kind),
            detail: (!item.detail.is_empty()).then_some(item.detail),
            documentation: (!item.doc.is_empty())
                .then_some(Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: item.doc })),
            // Ours is the order of the manual, not that of the alphabet.
            sort_text: Some(format!("{number:05}")),
            filter_text: Some(item.label.clone()),
            label: item.label,
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: item.insert })),
            ..CompletionItem::default()
        };
        CompletionList { is_incomplete, items: self.items.into_iter().enumerate().map(item).collect() }
    }
}
