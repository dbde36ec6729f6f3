//! From a place in a value to the place in the text that the value was read from.

use aciform_diagnostics::Span;
use aciform_syntax::yaml::{Kind, NodeId, Tree};

use crate::{Place, SchemaError};

/// Where in a document the subject of an error is written: the key or the value its pointer names, or, where the text
/// has no such node (a missing key), the nearest around it. A label on a key is readable, one on a large value is not.
#[must_use]
pub fn span(tree: &Tree, document: NodeId, error: &SchemaError) -> Span {
    let mut value = document;
    let mut key = None;
    for step in error.pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let next = match &tree.resolve(value).kind {
            Kind::Mapping(pairs) => {
                let named = |key: NodeId| matches!(&tree.resolve(key).kind, Kind::Scalar { text, .. } if *text == step);
                pairs.iter().find(|(key, _)| named(*key)).map(|(key, value)| (Some(*key), *value))
            }
            Kind::Sequence(items) => step.parse().ok().and_then(|at: usize| items.get(at)).map(|item| (None, *item)),
            Kind::Scalar { .. } | Kind::Alias(_) => None,
        };
        let Some(next) = next else { break };
        (key, value) = next;
    }
    let shown = match (error.place, key) {
        (Place::Key, Some(key)) => key,
        (Place::Key, None) | (Place::Value, _) => value,
    };
    tree.node(shown).span
}
