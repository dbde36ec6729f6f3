//! YAML and JSON as one tree with a span on every node.
//!
//! Scalars keep their text: what a plain `017` or `no` means is decided by the field it lands in.

use aciform_diagnostics::Span;

/// The index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// The nodes of one file. Aliases name their target, so a bomb stays small.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// All nodes; children may stand anywhere.
    pub nodes: Vec<Node>,
    /// The root of each document, in order.
    pub documents: Vec<NodeId>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the value is written; of a block mapping, from its first key on.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of values.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A scalar, as text.
    Scalar {
        /// The text after unquoting.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In quotes, or as a block.
    Quoted,
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
