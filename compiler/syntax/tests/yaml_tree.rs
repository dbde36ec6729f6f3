//! What a YAML or JSON text means as a tree, and what is said about one that means nothing.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use aciform_diagnostics::{Diagnostics, SourceMap, render};
use aciform_syntax::yaml::{Kind, MAX_DEPTH, NodeId, Style, Tree, parse, read};
use expect_test::{Expect, expect};

/// Parses a text and writes the documents as one line each, findings below.
fn shown(text: &str) -> String {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let (_, tree) = read(&mut sources, "a.yaml", text.as_bytes().to_vec(), &mut diagnostics);
    let mut out = String::new();
    for document in &tree.documents {
        write_node(&tree, *document, &mut out);
        out.push('\n');
    }
    if tree.incomplete {
        out.push_str("(incomplete)\n");
    }
    for finding in diagnostics.into_sorted() {
        out.push_str(&render::short(&sources, std::slice::from_ref(&finding)));
        for label in &finding.labels {
            out.push_str(&format!(
                "  at {} {:?}: {}\n",
                sources.place(label.span),
                sources.slice(label.span),
                label.text
            ));
        }
        out.push_str(&format!("  help: {}\n", finding.help.unwrap()));
    }
    out
}

fn write_node(tree: &Tree, id: NodeId, out: &mut String) {
    match &tree.resolve(id).kind {
        Kind::Scalar { text, style: Style::Plain } => out.push_str(if text.is_empty() { "∅" } else { text }),
        Kind::Scalar { text, style: Style::Quoted } => out.push_str(&format!("{text:?}")),
        Kind::Sequence(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write_node(tree, *item, out);
            }
            out.push(']');
        }
        Kind::Mapping(pairs) => {
            out.push('{');
            for (at, (key, value)) in pairs.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write_node(tree, *key, out);
                out.push_str(": ");
                write_node(tree, *value, out);
            }
            out.push('}');
        }
        Kind::Alias(_) => unreachable!("resolved"),
    }
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&shown(text));
}

#[test]
fn scalars_keep_their_text() {
    check(
        "a: 017\nb: no\nc: '1'\nd: ~\ne:\nf: 0x10\n",
        expect![[r#"
        {a: 017, b: no, c: "1", d: ~, e: ∅, f: 0x10}
    "#]],
    );
}

#[test]
fn tags_of_yaml_say_whether_text_is_meant() {
    check(
        "a: !!str 1\nb: !!int \"1\"\nc: ! 12\nd: !<tag:yaml.org,2002:str> 3\n",
        expect![[r#"
        {a: "1", b: 1, c: "12", d: "3"}
    "#]],
    );
}

#[test]
fn every_document_is_kept() {
    check(
        "a: 1\n---\n- b\n---\n...\n---\nc\n",
        expect![[r#"
        {a: 1}
        [b]
        ∅
        c
    "#]],
    );
}

#[test]
fn a_text_of_comments_has_no_document() {
    let comments = "# a comment\n".repeat(500);
    check(&comments, expect![""]);
    check(
        &format!("{comments}a: 1\n{comments}"),
        expect![[r#"
        {a: 1}
    "#]],
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_key() {
    check(
        "\u{feff}a: 1\n",
        expect![[r#"
        {a: 1}
    "#]],
    );
}

#[test]
fn repeats_are_reported_in_pairs_all_at_once_and_the_first_is_kept() {
    check(
        "a: 1\nb: {c: 1, \"c\": 2}\na: 2\na: 3\n",
        expect![[r#"
        {a: 1, b: {c: 1}}
        a.yaml:2:11: error[ACI1002]: the key `c` is written twice
          at a.yaml:2:11 "\"c\"": written again here
          at a.yaml:2:5 "c": first written here
          help: keep one of the two, or give them different keys
        a.yaml:3:1: error[ACI1002]: the key `a` is written twice
          at a.yaml:3:1 "a": written again here
          at a.yaml:1:1 "a": first written here
          help: keep one of the two, or give them different keys
        a.yaml:4:1: error[ACI1002]: the key `a` is written twice
          at a.yaml:4:1 "a": written again here
          at a.yaml:1:1 "a": first written here
          help: keep one of the two, or give them different keys
    "#]],
    );
}

#[test]
fn a_repeat_in_a_large_mapping_is_found() {
    let mut text: String = (0..1000).map(|n| format!("k{n}: {n}\n")).collect();
    text.push_str("k7: again\n");
    let mut diagnostics = Diagnostics::new();
    let mut sources = SourceMap::new();
    let file = sources.add("a", text.clone());
    parse(file, &text, &mut diagnostics);
    let places: Vec<String> =
        diagnostics.iter().flat_map(|d| d.labels.iter().map(|label| sources.place(label.span))).collect();
    assert_eq!(places, ["a:1001:1", "a:8:1"]);
}

#[test]
fn merged_keys_yield_to_written_ones_and_earlier_sources_win() {
    check(
        "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: *a, y: 3}\nd: {y: 3, <<: [*b, *a]}\ne: {<<: {q: 1}}\n",
        expect![[r#"
        {a: {x: 1, y: 1}, b: {y: 2, z: 2}, c: {y: 3, x: 1}, d: {y: 3, z: 2, x: 1}, e: {q: 1}}
    "#]],
    );
}

#[test]
fn a_quoted_merge_sign_is_a_key() {
    check(
        "\"<<\": 1\n",
        expect![[r#"
        {"<<": 1}
    "#]],
    );
}

#[test]
fn merging_what_has_no_keys_is_reported() {
    check(
        "a: &a [1]\nb:\n  <<: *a\nc:\n  <<: small\n  <<: other\n",
        expect![[r#"
        {a: [1], b: {}, c: {}}
        (incomplete)
        a.yaml:1:8: error[ACI1007]: `<<` merges something that has no keys
          at a.yaml:1:8 "1": not a mapping
          at a.yaml:3:3 "<<": merged here
          help: write an alias of a mapping (`<<: *name`), or quote the key if it is really named `<<`
        a.yaml:5:7: error[ACI1007]: `<<` merges something that has no keys
          at a.yaml:5:7 "small": not a mapping
          at a.yaml:5:3 "<<": merged here
          help: write an alias of a mapping (`<<: *name`), or quote the key if it is really named `<<`
        a.yaml:6:3: error[ACI1002]: the key `<<` is written twice
          at a.yaml:6:3 "<<": written again here
          at a.yaml:5:3 "<<": first written here
          help: keep one of the two, or give them different keys
    "#]],
    );
}

#[test]
fn keys_must_have_a_name() {
    check(
        "host: {{ host }}\n? [a]\n: 1\nb: {: 2, \"\": 3}\n",
        expect![[r#"
        {host: {}, b: {"": 3}}
        (incomplete)
        a.yaml:1:8: error[ACI1008]: a mapping stands where a key belongs
          at a.yaml:1:8 "{ host }": 
          help: a template marker `{{ … }}` must be filled in first
        a.yaml:2:3: error[ACI1008]: a list stands where a key belongs
          at a.yaml:2:3 "[a]": 
          help: write the key as text
        a.yaml:4:6: error[ACI1008]: a value has no key
          at a.yaml:4:6 "": 
          help: write a key before the `:`, or `""` for the empty text
    "#]],
    );
}

#[test]
fn aliases_must_stand_for_something_and_not_for_what_is_around_them() {
    check(
        "a: *no\nb: &b\n  c: *b\n  d: 1\ne: [*no, 2]\n*no : 3\n",
        expect![[r#"
        {b: {d: 1}, e: [2]}
        (incomplete)
        a.yaml:1:4: error[ACI1003]: the alias `*no` stands for nothing above it
          at a.yaml:1:4 "*no": 
          help: mark the value to repeat with `&` and the same name, or quote the text if it is no alias
        a.yaml:3:6: error[ACI1004]: the alias stands inside the value that it repeats
          at a.yaml:3:6 "*b": repeats what is around it
          at a.yaml:3:3 "c:": that value begins here
          help: write the value out, or mark a value that ends before the alias
        a.yaml:5:5: error[ACI1003]: the alias `*no` stands for nothing above it
          at a.yaml:5:5 "*no": 
          help: mark the value to repeat with `&` and the same name, or quote the text if it is no alias
        a.yaml:6:1: error[ACI1003]: the alias `*no` stands for nothing above it
          at a.yaml:6:1 "*no": 
          help: mark the value to repeat with `&` and the same name, or quote the text if it is no alias
    "#]],
    );
}

#[test]
fn tags_of_other_tools_are_reported() {
    check(
        "a: !vault x\nb: !include [y]\n",
        expect![[r#"
        {a: x, b: [y]}
        a.yaml:1:4: error[ACI1009]: the tag `!vault` means nothing here
          at a.yaml:1:4 "!vault": 
          help: remove it, or quote the text if it begins with `!`
        a.yaml:2:4: error[ACI1009]: the tag `!include` means nothing here
          at a.yaml:2:4 "!include": 
          help: remove it, or quote the text if it begins with `!`
    "#]],
    );
}

#[test]
fn what_does_not_parse_is_one_finding_with_its_place_and_the_next_document_is_read() {
    check(
        "a: 1\nb: [1, 2\nc: 3\n---\nd: 4\n",
        expect![[r#"
        {a: 1, b: [1]}
        {d: 4}
        (incomplete)
        a.yaml:3:2: error[ACI1001]: `:` stands where no key can be, inside brackets
          at a.yaml:3:2 ":": 
          at a.yaml:2:4 "[": opened here
          help: close the bracket, or separate entries with `,`
    "#]],
    );
}

#[test]
fn every_refusal_says_what_to_do() {
    let cases = [
        "a: {b: 1\n",
        "a: [1}\n",
        "[1, 2]]",
        "a: @b\n",
        "a:\n - b\n- c\n",
        "a:\n  b: 1\n c: 2\n",
        "a: b: c\n",
        "a:\n\t- b\n",
        "a: \"é\\tx\\q\"\n",
        "a: \"\\u12g\"\n",
        "a: \"b\n",
        "a: 'b' c\n",
        "a: |x\n b\n",
        "{a: 1 b: 2}\n",
        "- a\nb: 1\n",
        "a: - b\n",
        "%FOO\na: 1\n",
        "!x!y a\n",
        "a: &\n",
        "\"x\\ud83d\\ude00 \\ud800\"\n",
        "a: 1\n b: 2\n",
    ];
    let all: String = cases.iter().map(|text| format!("{text:?}\n{}", shown(text))).collect();
    expect![[r#"
        "a: {b: 1\n"
        {a: {b: 1}}
        (incomplete)
        a.yaml:1:4: error[ACI1001]: `{` is never closed
          at a.yaml:1:4 "{": 
          help: close it, or quote the text if it begins with a bracket that belongs to it
        "a: [1}\n"
        {a: []}
        (incomplete)
        a.yaml:1:4: error[ACI1001]: `[` is closed by `}`
          at a.yaml:1:4 "[": 
          help: close each bracket with its own kind
        "[1, 2]]"
        (incomplete)
        a.yaml:1:7: error[ACI1001]: a bracket closes that was never opened
          at a.yaml:1:7 "]": 
          help: remove it, or quote the text it belongs to
        "a: @b\n"
        {}
        (incomplete)
        a.yaml:1:4: error[ACI1001]: text cannot begin with `@`
          at a.yaml:1:4 "@": 
          help: put the text between quotes
        "a:\n - b\n- c\n"
        {a: [b]}
        (incomplete)
        a.yaml:3:1: error[ACI1001]: this does not line up with the keys above
          at a.yaml:3:1 "-": 
          help: indent it exactly as its neighbours, with spaces
        "a:\n  b: 1\n c: 2\n"
        {a: {b: 1}}
        (incomplete)
        a.yaml:3:2: error[ACI1001]: this does not line up with the keys above
          at a.yaml:3:2 "c": 
          help: indent it exactly as its neighbours, with spaces
        "a: b: c\n"
        {a: b}
        (incomplete)
        a.yaml:1:5: error[ACI1001]: no key and value can stand here
          at a.yaml:1:5 ":": 
          help: quote text that holds a `:`; keys of one mapping start in the same column, with a space behind their `:`
        "a:\n\t- b\n"
        {}
        (incomplete)
        a.yaml:2:1: error[ACI1001]: a tab stands where only spaces can
          at a.yaml:2:1 "\t": 
          help: replace the tab with spaces
        "a: \"é\\tx\\q\"\n"
        {}
        (incomplete)
        a.yaml:1:9: error[ACI1001]: text between double quotes holds an escape that does not exist
          at a.yaml:1:9 "\\": 
          help: write a backslash as `\\` between double quotes, or use single quotes, where it has no meaning
        "a: \"\\u12g\"\n"
        {}
        (incomplete)
        a.yaml:1:5: error[ACI1001]: text between double quotes holds an escape that does not exist
          at a.yaml:1:5 "\\": 
          help: write a backslash as `\\` between double quotes, or use single quotes, where it has no meaning
        "a: \"b\n"
        {}
        (incomplete)
        a.yaml:1:4: error[ACI1001]: a quote is never closed
          at a.yaml:1:4 "\"": 
          help: close it, and write `''` for a quote in the text
        "a: 'b' c\n"
        {}
        (incomplete)
        a.yaml:1:8: error[ACI1001]: text follows a closing quote
          at a.yaml:1:8 "c": 
          help: put all of the text between the quotes
        "a: |x\n b\n"
        {}
        (incomplete)
        a.yaml:1:4: error[ACI1001]: a block of text (`|` or `>`) is not written as one
          at a.yaml:1:4 "|": 
          help: begin the text on the next line, indented
        "{a: 1 b: 2}\n"
        {a: 1 b}
        (incomplete)
        a.yaml:1:8: error[ACI1001]: `,` or `}` is missing here
          at a.yaml:1:8 ":": 
          at a.yaml:1:1 "{": opened here
          help: separate the entries with `,`
        "- a\nb: 1\n"
        [a]
        (incomplete)
        a.yaml:2:1: error[ACI1001]: this does not line up with the list above
          at a.yaml:2:1 "b": 
          help: begin it with `- ` in the column of the dashes above
        "a: - b\n"
        {}
        (incomplete)
        a.yaml:1:4: error[ACI1001]: no `-` entry can stand here
          at a.yaml:1:4 "-": 
          help: put each `- ` on a line of its own, or write the list as `[a, b]`
        "%FOO\na: 1\n"
        (incomplete)
        a.yaml:2:1: error[ACI1001]: something stands between two documents
          at a.yaml:2:1 "a": 
          help: begin a document with a line `---`
        "!x!y a\n"
        (incomplete)
        a.yaml:1:1: error[ACI1001]: a word that begins with `!` is not a tag
          at a.yaml:1:1 "!": 
          help: quote the text if it begins with `!`
        "a: &\n"
        {}
        (incomplete)
        a.yaml:1:4: error[ACI1001]: `&` or `*` is not followed by a name
          at a.yaml:1:4 "&": 
          help: quote the text if it begins with `&` or `*`
        "\"x\\ud83d\\ude00 \\ud800\"\n"
        (incomplete)
        a.yaml:1:16: error[ACI1001]: text between double quotes holds half of a surrogate pair
          at a.yaml:1:16 "\\": 
          help: write both halves, or the character
        "a: 1\n b: 2\n"
        {a: 1 b}
        (incomplete)
        a.yaml:2:3: error[ACI1001]: no key and value can stand here
          at a.yaml:2:3 ":": 
          help: quote text that holds a `:`; keys of one mapping start in the same column, with a space behind their `:`
    "#]]
    .assert_eq(&all);
}

#[test]
fn a_merge_conflict_is_one_finding_with_both_sides() {
    check(
        "hosts:\n<<<<<<< HEAD\n  a: 1\n=======\n  a: 2\n>>>>>>> other\n",
        expect![[r#"
        (incomplete)
        a.yaml:2:1: error[ACI1013]: the file holds an unsettled merge conflict
          at a.yaml:2:1 "<<<<<<< HEAD": one side begins here
          at a.yaml:6:1 ">>>>>>> other": the other ends here
          help: keep one of the two sides and remove the lines of `<<<<<<<`, `=======` and `>>>>>>>`
    "#]],
    );
}

#[test]
fn bytes_that_are_no_text_are_reported_at_the_first_of_them() {
    let show = |bytes: &[u8]| {
        let mut sources = SourceMap::new();
        let mut diagnostics = Diagnostics::new();
        let (_, tree) = read(&mut sources, "a.yaml", bytes.to_vec(), &mut diagnostics);
        assert!(tree.documents.is_empty() && tree.incomplete);
        render::short(&sources, &diagnostics.into_sorted())
    };
    let all = [
        show(b"a: 1\nb: \xc3\xa9\xe9t\n"),
        show(b"a: 1\nb: \x00\n"),
        show(b"a: \x1b[0m\xff\n"),
        show(b"\xff\xfea\x00"),
        show(b"a: \xc3"),
    ];
    expect![[r#"
        a.yaml:2:5: error[ACI1010]: the byte 0xe9 is no UTF-8 here
        a.yaml:2:4: error[ACI1011]: the control character U+0000 is no text
        a.yaml:1:4: error[ACI1011]: the control character U+001B is no text
        a.yaml:1:1: error[ACI1010]: `a.yaml` is UTF-16, not UTF-8
        a.yaml:1:4: error[ACI1010]: the byte 0xc3 is no UTF-8 here
    "#]]
    .assert_eq(&all.concat());
}

#[test]
fn an_alias_bomb_is_refused_while_small() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let before = level - 1;
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{before}"); 9].join(", ")));
    }
    let mut diagnostics = Diagnostics::new();
    let mut sources = SourceMap::new();
    let file = sources.add("bomb.yaml", text.clone());
    let tree = parse(file, &text, &mut diagnostics);
    assert!(tree.nodes.len() < 200);
    assert!(tree.documents.is_empty());
    expect![[r#"
        bomb.yaml:7:25: error[ACI1005]: the aliases of this file stand for more than 3000000 values
    "#]]
    .assert_eq(&render::short(&sources, &diagnostics.into_sorted()));
}

#[test]
fn depth_is_bounded_whatever_makes_it() {
    let brackets = "[".repeat(200_000);
    let dashes = "- ".repeat(100_000);
    let mut aliases = String::from("a0: &a0 [x]\n");
    for level in 1..1000 {
        aliases.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    let all: String = [brackets, dashes, aliases].iter().map(|text| shown(text)).collect();
    expect![[r#"
        (incomplete)
        a.yaml:1:129: error[ACI1006]: collections are nested more than 128 levels deep
          at a.yaml:1:129 "[": 
          help: check what made this file; no site needs that
        [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
        (incomplete)
        a.yaml:1:257: error[ACI1006]: collections are nested more than 128 levels deep
          at a.yaml:1:257 "-": 
          help: check what made this file; no site needs that
        (incomplete)
        a.yaml:128:14: error[ACI1006]: the alias nests collections more than 128 levels deep
          at a.yaml:128:14 "*a126": 127 levels more
          at a.yaml:127:13 "[*a125]": which are marked here
          help: write out what is meant; an alias of aliases adds levels
    "#]].assert_eq(&all);
}

#[test]
fn the_allowed_depth_is_read() {
    let text = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert_eq!(shown(&text).trim_end(), text);
}

#[test]
fn findings_about_one_file_are_bounded() {
    let text = "a: 1\n".repeat(100_000);
    let mut diagnostics = Diagnostics::new();
    let file = SourceMap::new().add("a", "");
    parse(file, &text, &mut diagnostics);
    assert_eq!(diagnostics.len(), 1000);
}
