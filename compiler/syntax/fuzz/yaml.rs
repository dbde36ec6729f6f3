//! What holds for the YAML reader over any bytes: it ends, its tree can be walked, every place lies in the text, and
//! what it leaves out it says.

use aciform_diagnostics::{Diagnostics, SourceMap};
use aciform_syntax::yaml::{Kind, MAX_VALUES, Node, NodeId, Style, Tree, read};

/// Trees that stand for more values are not walked here: their walk is what the reader's own bound is about.
const WALKED: u64 = 20_000;

/// Reads the bytes as a file.
///
/// # Panics
/// Something does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let (file, tree) = read(&mut sources, "f.yaml", bytes.to_vec(), &mut diagnostics);
    let text = sources.file(file).text.as_str();
    for finding in diagnostics.iter() {
        assert!(finding.primary().is_some(), "a finding has no place: {finding:?}");
        let fixed = finding.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
        for span in finding.labels.iter().map(|label| label.span).chain(fixed) {
            assert!(text.get(span.range()).is_some(), "a place outside of the text: {finding:?}");
        }
    }
    assert!(!tree.incomplete || diagnostics.has_errors(), "something is left out, and nothing is said");
    assert!(tree.expanded_size <= MAX_VALUES || diagnostics.has_errors(), "{} values", tree.expanded_size);
    for node in &tree.nodes {
        place(text, node);
    }
    if tree.expanded_size <= WALKED {
        let walked: u64 = tree.documents.iter().map(|document| walk(&tree, *document, 0)).sum();
        assert!(walked <= WALKED + 1_000, "{walked} values, and {} were counted", tree.expanded_size);
    }
}

/// A scalar without quotes on one line gives itself back.
fn place(text: &str, node: &Node) {
    let found = text.get(node.span.range()).unwrap_or_else(|| panic!("a place outside of the text: {node:?}"));
    if let Kind::Scalar { text, style: Style::Plain } = &node.kind {
        let alone = !found.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}', '"', '\'']);
        assert!(!alone || found == text, "{node:?} has the place of {found:?}");
    }
}

/// Follows aliases, as those who read a tree do, and counts what it meets.
fn walk(tree: &Tree, id: NodeId, depth: usize) -> u64 {
    assert!(depth <= 400, "deeper than the reader lets a tree be");
    match &tree.resolve(id).kind {
        Kind::Sequence(items) => 1 + items.iter().map(|item| walk(tree, *item, depth + 1)).sum::<u64>(),
        Kind::Mapping(pairs) => {
            let of_pair = |(key, value): &(NodeId, NodeId)| walk(tree, *key, depth + 1) + walk(tree, *value, depth + 1);
            1 + pairs.iter().map(of_pair).sum::<u64>()
        }
        Kind::Scalar { .. } => 1,
        Kind::Alias(_) => unreachable!("an alias is resolved"),
    }
}
