//! Where two trees differ in what they say, whatever their places in the text.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, NodeId, Style, Tree};

/// The keys from the top down to a value.
pub type KeyPath = Vec<String>;

/// The paths under which two trees say different things, none longer than `depth` keys. What only one of them has differs
/// by its own path; documents, keys that are no text and another order of keys differ by the path above them.
/// Aliases count as what they stand for.
#[must_use]
pub fn differences(old: &Tree, new: &Tree, depth: usize) -> BTreeSet<KeyPath> {
    let mut walk = Walk { old, new, depth, path: Vec::new(), found: BTreeSet::new() };
    if old.documents.len() != new.documents.len() || old.incomplete != new.incomplete {
        walk.differs();
        return walk.found;
    }
    for (a, b) in old.documents.iter().zip(&new.documents) {
        walk.down(*a, *b);
    }
    walk.found
}

struct Walk<'t> {
    old: &'t Tree,
    new: &'t Tree,
    depth: usize,
    path: KeyPath,
    found: BTreeSet<KeyPath>,
}

impl<'t> Walk<'t> {
    fn differs(&mut self) {
        self.found.insert(self.path.clone());
    }

    fn down(&mut self, old: NodeId, new: NodeId) {
        let pairs = match (&self.old.resolve(old).kind, &self.new.resolve(new).kind) {
            (Kind::Mapping(old), Kind::Mapping(new)) if self.path.len() < self.depth => self.by_key(old, new),
            _ if self.same(old, new) => return,
            _ => None,
        };
        let Some(pairs) = pairs else { return self.differs() };
        for (key, old, new) in pairs {
            self.path.push(key.to_owned());
            match (old, new) {
                (Some(old), Some(new)) => self.down(old, new),
                _ => self.differs(),
            }
            self.path.pop();
        }
    }

    /// The values by key; nothing where a key is no text or keys that both have changed places.
    #[allow(clippy::type_complexity, reason = "a key with the value of either side")]
    fn by_key(
        &self,
        old: &'t [(NodeId, NodeId)],
        new: &'t [(NodeId, NodeId)],
    ) -> Option<Vec<(&'t str, Option<NodeId>, Option<NodeId>)>> {
        let keys = |tree: &'t Tree, pairs: &'t [(NodeId, NodeId)]| -> Option<Vec<(&'t str, NodeId)>> {
            pairs.iter().map(|(key, value)| Some((text(tree, *key)?, *value))).collect()
        };
        let (old, new) = (keys(self.old, old)?, keys(self.new, new)?);
        let (of_old, of_new): (BTreeMap<_, _>, BTreeMap<_, _>) =
            (old.iter().copied().collect(), new.iter().copied().collect());
        let in_both = old.iter().filter(|(key, _)| of_new.contains_key(key)).map(|(key, _)| key);
        if !in_both.eq(new.iter().filter(|(key, _)| of_old.contains_key(key)).map(|(key, _)| key)) {
            return None;
        }
        let gone = old.iter().filter(|(key, _)| !of_new.contains_key(key)).map(|(key, old)| (*key, Some(*old), None));
        let now = new.iter().map(|(key, new)| (*key, of_old.get(key).copied(), Some(*new)));
        Some(gone.chain(now).collect())
    }

    /// Whether two values say the same all the way down.
    fn same(&self, old: NodeId, new: NodeId) -> bool {
        match (&self.old.resolve(old).kind, &self.new.resolve(new).kind) {
            (Kind::Scalar { text: a, style: one }, Kind::Scalar { text: b, style: other }) => a == b && one == other,
            (Kind::Sequence(a), Kind::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(*a, *b))
            }
            (Kind::Mapping(a), Kind::Mapping(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(a.0, b.0) && self.same(a.1, b.1))
            }
            _ => false,
        }
    }
}

/// A key that is a text; how it is quoted makes no other key of it.
fn text(tree: &Tree, key: NodeId) -> Option<&str> {
    match &tree.resolve(key).kind {
        Kind::Scalar { text, style: Style::Plain | Style::Quoted } => Some(text),
        Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use aciform_diagnostics::{Diagnostics, FileId};

    use super::differences;
    use crate::yaml::parse;

    fn paths(old: &str, new: &str) -> Vec<String> {
        let tree = |text| parse(FileId(0), text, &mut Diagnostics::new());
        differences(&tree(old), &tree(new), 2).into_iter().map(|path| path.join("/")).collect()
    }

    #[test]
    fn places_and_comments_do_not_count() {
        assert_eq!(paths("a: {b: [1, 2]}\nc: x", "# why\n\na:\n  b:\n    - 1\n    - 2\nc: x\n"), [""; 0]);
    }

    #[test]
    fn what_differs_is_named_down_to_the_depth() {
        assert_eq!(paths("a: {b: {c: 1}}\nd: 1", "a: {b: {c: 2}}\nd: 1"), ["a/b"]);
        assert_eq!(paths("a: {b: 1}", "a: {b: 1, e: 2}"), ["a/e"]);
        assert_eq!(paths("a: {b: 1, e: 2}", "a: {b: 1}"), ["a/e"]);
        assert_eq!(paths("a: {b: ~}", "a: {b: '~'}"), ["a/b"]);
        assert_eq!(paths("a: [1]", "a: {b: 1}"), ["a"]);
    }

    #[test]
    fn another_order_of_keys_is_a_difference_of_what_holds_them() {
        assert_eq!(paths("a: {b: 1, c: 2}", "a: {c: 2, b: 1}"), ["a"]);
        assert_eq!(paths("a: {b: 1, c: 2}", "a: {b: 1, d: 0, c: 2}"), ["a/d"]);
    }

    #[test]
    fn aliases_count_as_what_they_stand_for() {
        assert_eq!(paths("a: {b: &x [1]}\nc: {d: *x}", "a: {b: [1]}\nc: {d: [1]}"), [""; 0]);
        assert_eq!(paths("a: {b: &x [1]}\nc: {d: *x}", "a: {b: &x [2]}\nc: {d: *x}"), ["a/b", "c/d"]);
    }

    #[test]
    fn documents_that_come_or_go_differ_as_a_whole() {
        assert_eq!(paths("a: 1", "a: 1\n---\nb: 1"), [""]);
        assert_eq!(paths("a: 1\n---\nb: 1", "a: 1\n---\nb: 2"), ["b"]);
    }
}
