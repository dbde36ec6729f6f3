//! What holds for every text: reading never panics, spans can be sliced, JSON means what JSON says.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use aciform_diagnostics::{Diagnostics, FileId, SourceMap};
use aciform_syntax::yaml::{Kind, NodeId, Style, Tree, parse, read};
use proptest::prelude::*;
use serde_json::Value;

/// A tree as the JSON value it was written as; plain scalars are typed by JSON's rules.
fn to_json(tree: &Tree, id: NodeId) -> Value {
    match &tree.resolve(id).kind {
        Kind::Scalar { text, style: Style::Quoted } => Value::String(text.clone()),
        Kind::Scalar { text, style: Style::Plain } => serde_json::from_str(text).unwrap(),
        Kind::Sequence(items) => items.iter().map(|item| to_json(tree, *item)).collect(),
        Kind::Mapping(pairs) => Value::Object(
            pairs
                .iter()
                .map(|(key, value)| {
                    let Value::String(key) = to_json(tree, *key) else { panic!("a key is no text") };
                    (key, to_json(tree, *value))
                })
                .collect(),
        ),
        Kind::Alias(_) => unreachable!("resolved"),
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "\\PC{0,12}",
        "[<&*!|>%@`#:,{}\\[\\]?~ \t\n\r\u{85}\u{2028}\u{feff}\u{1F600}-]{0,8}",
        "[^\u{7f}\u{80}-\u{84}\u{86}-\u{9f}]{0,40}"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_means_the_same_here(value in json_value(), pretty in any::<bool>(), tabs in any::<bool>()) {
        let mut text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        if tabs {
            text = text.replace("\n  ", "\n\t");
        }
        let mut diagnostics = Diagnostics::new();
        let tree = parse(FileId(0), &text, &mut diagnostics);
        prop_assert!(diagnostics.is_empty(), "{text}\n{:?}", diagnostics);
        prop_assert_eq!(tree.documents.len(), 1);
        prop_assert_eq!(to_json(&tree, tree.documents[0]), value);
    }

    #[test]
    fn any_text_is_read_without_panic_and_every_span_can_be_sliced(
        text in "([a-z:#&*!|>'\"%@`\\-?,\\[\\]{}\\\\ \t\r\n\u{e9}\u{feff}\u{1F600}]|: |- |\n  |&a |\\*a|<<: |---\n){0,60}"
    ) {
        let mut diagnostics = Diagnostics::new();
        let mut sources = SourceMap::new();
        let (file, tree) = read(&mut sources, "a", text.into_bytes(), &mut diagnostics);
        let text = &sources.file(file).text;
        for node in &tree.nodes {
            prop_assert!(text.get(node.span.range()).is_some(), "{:?} in {text:?}", node);
        }
        for finding in diagnostics.iter() {
            for label in &finding.labels {
                prop_assert!(text.get(label.span.range()).is_some(), "{:?} in {text:?}", finding);
            }
        }
        for document in &tree.documents {
            walk(&tree, *document, 0);
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let mut diagnostics = Diagnostics::new();
        let mut sources = SourceMap::new();
        read(&mut sources, "a", bytes, &mut diagnostics);
        for finding in diagnostics.iter() {
            prop_assert!(sources.file(finding.labels[0].span.file).text.get(finding.labels[0].span.range()).is_some());
        }
    }

    #[test]
    fn a_plain_key_gives_itself_back(key in "[A-Za-z][A-Za-z0-9._-]{0,20}", indent in 0usize..4) {
        let text = format!("é:\n{}{key}: 1\n", " ".repeat(indent + 1));
        let tree = parse(FileId(0), &text, &mut Diagnostics::new());
        let keys = tree.nodes.iter().filter(|node| text[node.span.range()] == key);
        prop_assert!(keys.count() > 0);
    }
}

/// Follows aliases, as a decoder does; a tree that could not be walked would overflow the stack here.
fn walk(tree: &Tree, id: NodeId, depth: usize) {
    assert!(depth <= 400);
    match &tree.resolve(id).kind {
        Kind::Sequence(items) => items.iter().for_each(|item| walk(tree, *item, depth + 1)),
        Kind::Mapping(pairs) => pairs.iter().for_each(|(_, value)| walk(tree, *value, depth + 1)),
        Kind::Scalar { .. } => {}
        Kind::Alias(_) => unreachable!("resolved"),
    }
}
