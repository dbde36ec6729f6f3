//! Whatever stands in a file, reading goes on; what is found says where and what to write; the order of files is nothing.

use std::path::Path;

use aciform_diagnostics::{Diagnostics, SourceMap, Span};
use aciform_intent::decode;
use aciform_syntax::yaml::{self, Kind, NodeId, Style, Tree};

fn case(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(path);
    std::fs::read_to_string(path).expect("a file of a case")
}

/// A small generator of numbers (Numerical Recipes); the same each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// Values that stand in the wrong place nearly everywhere.
fn strange(numbers: &mut Numbers) -> Kind {
    let texts = [
        "",
        "~",
        "*",
        "/",
        "a/b/c",
        "..",
        "-",
        "-1",
        "0",
        "99999999999999999999",
        "0x",
        "0xffffffffffff",
        "+%",
        "+",
        "%",
        "10.0.0.0/8",
        "::/0",
        "::",
        "1-",
        "-1-2",
        "10.0.0.1-",
        "fa:16:3e:10:00:17",
        "é€😀",
        "yes",
        "true",
        "null\u{0}",
        "2001-01-01",
        "icmp",
        "any",
        "::ffff:1.2.3.4/127",
        "=",
        "a b",
    ];
    let style = if numbers.below(2) == 0 { Style::Plain } else { Style::Quoted };
    match numbers.below(8) {
        0 => Kind::Sequence(Vec::new()),
        1 => Kind::Mapping(Vec::new()),
        _ => Kind::Scalar { text: texts[numbers.below(texts.len())].to_owned(), style },
    }
}

/// Changes some nodes of a tree: to a strange value, to an alias of any other node, to a list of itself.
fn spoil(tree: &mut Tree, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(tree.nodes.len());
        let other = NodeId(u32::try_from(numbers.below(tree.nodes.len())).expect("a small tree"));
        let kind = match numbers.below(4) {
            // An alias of an alias could make a ring, which the parser never does.
            0 if !matches!(tree.node(other).kind, Kind::Alias(_)) && other.0 as usize != at => Kind::Alias(other),
            1 => Kind::Sequence(vec![other, other]),
            _ => strange(numbers),
        };
        let target = NodeId(u32::try_from(at).expect("a small tree"));
        if !tree.nodes.iter().any(|node| matches!(node.kind, Kind::Alias(id) if id == target)) {
            tree.nodes[at].kind = kind;
        }
    }
}

#[test]
fn a_spoilt_tree_is_read_to_its_end_and_every_finding_has_a_place_and_a_help() {
    let mut numbers = Numbers(4093);
    let files = [case("language/intent.yaml"), case("rules/intent.yaml"), case("language/aciform.yaml")];
    let mut found = 0;
    for round in 0..6_000 {
        let text = &files[round % files.len()];
        let mut sources = SourceMap::new();
        let file = sources.add("spoilt.yaml", text.as_str());
        let mut tree = yaml::parse(file, text, &mut Diagnostics::new());
        spoil(&mut tree, &mut numbers);
        let mut diagnostics = Diagnostics::new();
        let _ = decode::intent(&[&tree], &mut diagnostics);
        decode::site(&tree, Span::start_of(file), &mut diagnostics);
        for finding in diagnostics.iter() {
            let message = &finding.message;
            assert!(finding.primary().is_some(), "{message} has no place");
            assert!(finding.help.as_ref().is_some_and(|help| !help.is_empty()), "{message} has no help");
            assert!(!message.contains('\n') && !message.contains('\u{0}'), "{message:?} is not one line");
        }
        found += diagnostics.len();
    }
    assert!(found > 10_000, "{found} findings");
}

#[test]
fn the_order_of_the_files_is_nothing() {
    let texts = [case("files-together/a.yaml"), case("files-together/b.yaml"), case("language/intent.yaml")];
    let mut sources = SourceMap::new();
    let mut trees = Vec::new();
    for text in &texts {
        let file = sources.add("x.yaml", text.as_str());
        trees.push(yaml::parse(file, text, &mut Diagnostics::new()));
    }
    let read = |order: [usize; 3]| {
        let mut diagnostics = Diagnostics::new();
        let intent = decode::intent(&order.map(|n| &trees[n]), &mut diagnostics);
        assert!(diagnostics.is_empty());
        format!("{intent:#?}")
    };
    let first = read([0, 1, 2]);
    for order in [[2, 1, 0], [1, 2, 0], [1, 0, 2]] {
        assert!(read(order) == first, "{order:?}");
    }
}

#[test]
fn a_password_is_never_repeated() {
    const SECRET: &str = "hunter2";
    for place in [
        "{password: hunter2}",
        "{password: [hunter2]}",
        "{password: {hunter2}}",
        "{password: {env: $hunter2}}",
        "{password: {env: [hunter2]}}",
        "{password: {command: echo hunter2}}",
        "{password: {value: hunter2}}",
        "{password: {hunter2: x}}",
        "{password: {file: {hunter2: x}}}",
        "{pasword: hunter2}",
        "{password: \"hunter2\"}",
    ] {
        let text = format!("aciform: 1\napic: {place}\n");
        let mut sources = SourceMap::new();
        let file = sources.add("aciform.yaml", text.as_str());
        let mut diagnostics = Diagnostics::new();
        let tree = yaml::parse(file, &text, &mut diagnostics);
        decode::site(&tree, Span::start_of(file), &mut diagnostics);
        assert!(!diagnostics.is_empty(), "{place}");
        for finding in diagnostics.iter() {
            let said = format!("{} {}", finding.message, finding.help.as_deref().unwrap_or_default());
            assert!(!said.contains(SECRET), "{place}: {said}");
        }
    }
}
