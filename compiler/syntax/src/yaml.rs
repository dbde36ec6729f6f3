//! YAML and JSON as one tree with a span on every node.
//!
//! Scalars keep their text: what a plain `017` or `no` means is decided by the field it lands in.

mod build;
mod codes;
mod conflict;
mod difference;
mod merge;
mod refusal;

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Diagnostics, FileId, SourceMap, Span};

pub use codes::*;
pub use difference::{KeyPath, differences};

use crate::source;

/// Collections nested deeper than this are refused, also where the depth comes from aliases.
/// The intent language needs about a dozen levels, and readers of the tree recurse.
pub const MAX_DEPTH: usize = 128;

/// More values than this in one file are refused, counting an alias as all that it stands for.
/// A site of 50,000 ports has about one million; three million fit in 350 MB with the largest text.
pub const MAX_VALUES: u64 = 3_000_000;

/// Findings about one file's YAML beyond this number are left out; who mends a thousand reads the rest in the next run.
const MAX_FINDINGS: usize = 1_000;

/// Reads one text as YAML 1.2 (of which JSON is a part) with the merge keys of YAML 1.1.
///
/// Whatever cannot be read is pushed as a finding and left out of the tree, which then says that it is
/// [incomplete](Tree::incomplete); the documents behind a broken one are still read.
/// Aliases are kept as such; a file whose aliases stand for more than [`MAX_VALUES`] values, or for one another in
/// a circle, is reported, and its tree is safe to walk recursively all the same.
/// `text` must be the text of `file`, without a byte order mark for the columns to be right.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Tree {
    if let Some(finding) = conflict::find(file, text) {
        diagnostics.push(finding);
        return Tree { incomplete: true, ..Tree::default() };
    }
    build::build(file, text, diagnostics)
}

/// Takes the bytes of a file in and parses them; bytes that are no text are reported and give an empty, incomplete tree.
pub fn read(sources: &mut SourceMap, name: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> (FileId, Tree) {
    let (file, readable) = source::read_yaml(sources, name, bytes, diagnostics);
    if !readable {
        return (file, Tree { incomplete: true, ..Tree::default() });
    }
    (file, parse(file, &sources.file(file).text, diagnostics))
}

/// The index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// The nodes of one file. Aliases name their target, so a bomb stays small.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// All nodes; children may stand anywhere.
    pub nodes: Vec<Node>,
    /// The root of each document, in order; a text of nothing but comments has none.
    pub documents: Vec<NodeId>,
    /// Whether something was left out because it could not be read, which was reported:
    /// what is absent here may stand in the text.
    pub incomplete: bool,
    /// How many values the documents hold when every alias counts as all that it stands for.
    pub expanded_size: u64,
    /// Scalars with an anchor: what is written in their place is written in others too.
    pub marked: BTreeSet<NodeId>,
    /// Entries of lists that stand there a second time, letter by letter, by their place, with what to take out so that
    /// one is left. Only those between which nothing else is written, such as a comment.
    pub repeats: BTreeMap<Span, Span>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the value is written. Of a collection its first line, of a block collection from the first key or dash on,
    /// so that a label on it is readable; of a block scalar the content; of an absent value the empty place for it.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of values.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A scalar, as text.
    Scalar {
        /// The text after unquoting; empty for an absent value (`key:`).
        text: String,
        /// How it was written.
        style: Style,
    },
    /// A list.
    Sequence(Vec<NodeId>),
    /// Keys and values in written order; repeats were reported and only the first is kept.
    Mapping(Vec<(NodeId, NodeId)>),
    /// An alias, standing for an earlier node.
    Alias(NodeId),
}

/// How a scalar was written; only plain ones can be a number, a truth value or null.
/// A tag overrules: `!!str 7` counts as quoted, `!!int "7"` as plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In quotes, or as a block.
    Quoted,
}

impl Node {
    /// Whether this is null: nothing, `~` or the word.
    #[must_use]
    pub fn is_null(&self) -> bool {
        match &self.kind {
            Kind::Scalar { text, style: Style::Plain } => {
                matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            Kind::Scalar { style: Style::Quoted, .. } | Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => false,
        }
    }
}

impl Tree {
    /// A node, aliases followed to what they stand for.
    #[must_use]
    pub fn resolve(&self, id: NodeId) -> &Node {
        let mut node = &self.nodes[id.0 as usize];
        while let Kind::Alias(target) = &node.kind {
            node = &self.nodes[target.0 as usize];
        }
        node
    }

    /// A node as it is written.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
}
