//! What a mapping finally holds: repeats reported, nameless keys left out, merge keys (`<<`) carried out.

use std::collections::HashMap;

use aciform_diagnostics::Diagnostic;

use super::{KEY_WITHOUT_NAME, Kind, MERGE_OF_NO_MAPPING, Node, NodeId, REPEATED_KEY, Style, Tree};

type Pair = (NodeId, NodeId);

/// Mappings up to this size are searched one by one, which is faster than hashing and is nearly every mapping.
const FEW: usize = 12;

/// Turns the pairs as written into those of the mapping, pushing what is wrong with them.
/// Returns also whether a pair had to be left out.
pub(super) fn settle(tree: &Tree, written: Vec<Pair>, report: &mut impl FnMut(Diagnostic)) -> (Vec<Pair>, bool) {
    let mut keys = Keys::new(written.len());
    let mut kept: Vec<Pair> = Vec::with_capacity(written.len());
    let mut merge: Option<Pair> = None;
    let mut dropped = false;
    for (key, value) in written {
        let Some(name) = name(tree, key) else {
            report(nameless(tree.node(key)));
            dropped = true;
            continue;
        };
        let first = match (is_merge(tree.node(key)), merge) {
            (true, Some(first)) => Some(first.0),
            (true, None) => {
                merge = Some((key, value));
                continue;
            }
            (false, _) => keys.insert(name, key),
        };
        match first {
            None => kept.push((key, value)),
            Some(first) => report(
                Diagnostic::new(&REPEATED_KEY, format!("the key `{}` is written twice", shorten(name)))
                    .label(tree.node(key).span, "written again here")
                    .label(tree.node(first).span, "first written here")
                    .help("keep one of the two, or give them different keys"),
            ),
        }
    }
    if let Some((key, value)) = merge {
        dropped |= !merge_into(tree, &mut kept, keys, (key, value), report);
    }
    (kept, dropped)
}

/// Appends the pairs of the merged mappings whose keys are not yet there; says whether all of them could be read.
fn merge_into<'t>(
    tree: &'t Tree,
    kept: &mut Vec<Pair>,
    mut keys: Keys<'t>,
    (key, value): Pair,
    report: &mut impl FnMut(Diagnostic),
) -> bool {
    let one = [value];
    let sources: &[NodeId] = match &tree.resolve(value).kind {
        Kind::Sequence(items) => items,
        Kind::Mapping(_) | Kind::Scalar { .. } | Kind::Alias(_) => &one,
    };
    let mut complete = true;
    for source in sources {
        let Kind::Mapping(pairs) = &tree.resolve(*source).kind else {
            complete = false;
            report(
                Diagnostic::new(&MERGE_OF_NO_MAPPING, "`<<` merges something that has no keys")
                    .label(tree.node(*source).span, "not a mapping")
                    .label(tree.node(key).span, "merged here")
                    .help("write an alias of a mapping (`<<: *name`), or quote the key if it is really named `<<`"),
            );
            continue;
        };
        for (key, value) in pairs {
            if name(tree, *key).is_some_and(|name| keys.insert(name, *key).is_none()) {
                kept.push((*key, *value));
            }
        }
    }
    complete
}

/// The text of a key; none where it is a collection or nothing.
fn name(tree: &Tree, key: NodeId) -> Option<&str> {
    match &tree.resolve(key).kind {
        Kind::Scalar { text, style } => (*style == Style::Quoted || !text.is_empty()).then_some(text.as_str()),
        Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => None,
    }
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.kind, Kind::Scalar { text, style: Style::Plain } if text == "<<")
}

fn nameless(key: &Node) -> Diagnostic {
    let (what, help) = match key.kind {
        Kind::Mapping(_) => {
            ("a mapping stands where a key belongs", "a template marker `{{ … }}` must be filled in first")
        }
        Kind::Sequence(_) => ("a list stands where a key belongs", "write the key as text"),
        Kind::Alias(_) => ("an alias of a collection stands where a key belongs", "write the key as text"),
        Kind::Scalar { .. } => ("a value has no key", "write a key before the `:`, or `\"\"` for the empty text"),
    };
    Diagnostic::at(&KEY_WITHOUT_NAME, key.span, what).help(help)
}

/// A name as a message can carry it.
pub(super) fn shorten(name: &str) -> String {
    const LONGEST: usize = 60;
    let mut characters = name.chars();
    let head: String = characters.by_ref().take(LONGEST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if characters.next().is_some() { format!("{head}…") } else { head }
}

/// The keys seen so far, each with its node.
struct Keys<'t> {
    few: Vec<(&'t str, NodeId)>,
    many: HashMap<&'t str, NodeId>,
}

impl<'t> Keys<'t> {
    fn new(expected: usize) -> Self {
        let few = Vec::with_capacity(expected.min(FEW));
        Self { few, many: if expected > FEW { HashMap::with_capacity(expected) } else { HashMap::new() } }
    }

    /// Takes a key in, unless it is there already; then returns the node of the first.
    fn insert(&mut self, name: &'t str, node: NodeId) -> Option<NodeId> {
        if self.many.is_empty() {
            if let Some((_, first)) = self.few.iter().find(|(known, _)| *known == name) {
                return Some(*first);
            }
            if self.few.len() < FEW {
                self.few.push((name, node));
                return None;
            }
            self.many.extend(self.few.drain(..));
        }
        match self.many.entry(name) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(node);
                None
            }
        }
    }
}
