//! Where the nodes of a YAML text lie: `^` marks under a line give the span expected of the node named behind them.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_syntax::yaml::{Kind, NodeId, Tree, parse};

/// Parses the lines without marks and checks each marked span.
/// A mark line is `^^^ path`, where a path is made of keys and list positions, `key!` meaning the key itself.
fn check(marked: &str) {
    let mut text = String::new();
    let mut expected = Vec::new();
    let mut line_start = 0;
    for line in marked.lines() {
        if let Some((marks, path)) = line.trim_start().split_once(' ').filter(|(marks, _)| is_mark(marks)) {
            let column = line.chars().take_while(|c| *c == ' ').count();
            let length = if marks == "|" { 0 } else { marks.len() };
            expected.push((line_start, column, length, path.to_owned()));
        } else {
            line_start = text.len();
            text.push_str(line);
            text.push('\n');
        }
    }
    let mut diagnostics = Diagnostics::new();
    let tree = parse(FileId(0), &text, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{:?}", diagnostics.into_sorted());
    assert!(!expected.is_empty(), "no mark in the text");
    for (line_start, column, length, path) in expected {
        let line = text[line_start..].lines().next().unwrap();
        let byte = |at: usize| line.char_indices().nth(at).map_or(line.len(), |(byte, _)| byte);
        let want = line_start + byte(column)..line_start + byte(column + length);
        let span = tree.node(find(&tree, &path)).span.range();
        assert_eq!(span, want, "{path}: {:?} instead of {:?}", &text[span.clone()], &text[want.clone()]);
    }
}

fn is_mark(word: &str) -> bool {
    word == "|" || (!word.is_empty() && word.chars().all(|c| c == '^'))
}

fn find(tree: &Tree, path: &str) -> NodeId {
    let mut at = tree.documents[0];
    for step in path.split('/').filter(|step| !step.is_empty()) {
        at = match &tree.resolve(at).kind {
            Kind::Sequence(items) => items[step.parse::<usize>().unwrap()],
            Kind::Mapping(pairs) => {
                let wanted = step.trim_end_matches('!');
                let named =
                    |key: NodeId| matches!(&tree.resolve(key).kind, Kind::Scalar { text, .. } if text == wanted);
                let (key, value) = pairs.iter().find(|(key, _)| named(*key)).unwrap();
                if step.ends_with('!') { *key } else { *value }
            }
            Kind::Scalar { .. } | Kind::Alias(_) => panic!("{path} goes through a scalar"),
        };
    }
    at
}

#[test]
fn keys_and_plain_values_have_their_own_span() {
    check("hosts: centos-01\n^^^^^ hosts!\n       ^^^^^^^^^ hosts\n");
}

#[test]
fn columns_count_bytes_behind_letters_outside_ascii() {
    check("été: {zoë: 1, b: 2}\n      ^^^ été/zoë!\n           ^ été/zoë\n              ^ été/b!\n");
}

#[test]
fn quotes_belong_to_the_span() {
    check("a: \"x\\ty\"\n   ^^^^^^ a\n'b c': 1\n^^^^^ b c!\n");
}

#[test]
fn a_block_mapping_is_labelled_by_its_first_line() {
    check("hosts:\n  centos-01: {roles: [compute]}\n  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hosts\n  centos-02: {}\n");
}

#[test]
fn a_block_sequence_is_labelled_from_its_dash() {
    check(
        "rules:\n  - protocol: tcp\n  ^^^^^^^^^^^^^^^ rules\n    ^^^^^^^^^^^^^ rules/0\n    port: 22\n          ^^ rules/0/port\n",
    );
}

#[test]
fn a_flow_collection_on_one_line_is_labelled_whole_and_on_more_by_the_first() {
    check("a: [1, {b: 2}]  # c\n   ^^^^^^^^^^^ a\n       ^^^^^^ a/1\nc: [1,\n   ^^^ c\n  2]\n");
}

#[test]
fn an_absent_value_is_placed_behind_the_indicator() {
    check("a:\n  | a\nb:\n  -\n   | b/0\n  - x\n    ^ b/1\n");
}

#[test]
fn a_block_scalar_is_its_content() {
    check("a: |\n  text\n  ^^^^ a\nb: 1\n   ^ b\n");
}

#[test]
fn an_alias_is_placed_where_it_is_used_and_an_anchor_is_no_part_of_the_value() {
    check("a: &x {b: 1}\n      ^^^^^^ a\nc: *x\n   ^^ c\n       \n");
}

#[test]
fn a_merged_key_is_placed_where_it_was_written() {
    check("a: &x {b: 1, c: 2}\n       ^ d/b!\n          ^ d/b\nd:\n  <<: *x\n  c: 3\n     ^ d/c\n");
}

#[test]
fn the_label_of_a_collection_on_a_line_of_megabytes_stays_short() {
    let text = format!("[{}1]", "1,".repeat(100_000));
    let tree = parse(FileId(0), &text, &mut Diagnostics::new());
    let root = tree.node(tree.documents[0]);
    assert_eq!(root.span.range(), 0..4096);
}
