//! The grammar of oslo.config, case by case, with the places of everything that is read.

use aciform_diagnostics::{Diagnostics, FileId, SourceMap};
use aciform_syntax::ini::{IniFile, check_utf8, parse};
use expect_test::{Expect, expect};
use proptest::prelude::*;

/// Reads a text and shows what came out: `line:column` of sections, keys and value lines, then the findings.
fn check(text: &str, expected: Expect) {
    let mut sources = SourceMap::new();
    let file = sources.add("f", text);
    let mut diagnostics = Diagnostics::new();
    let ini = parse(file, text, &mut diagnostics);
    let place = |span| sources.place(span).trim_start_matches("f:").to_owned();
    let mut out = String::new();
    for section in &ini.sections {
        out += &format!("{} [{}]\n", place(section.name.span), section.name.value);
        for entry in &section.entries {
            let lines: Vec<String> = entry.lines.iter().map(|line| place(*line)).collect();
            let (key, value) = (&entry.key, &entry.value);
            let name = key.value.escape_debug();
            out += &format!("{} {} = {:?} at {}\n", place(key.span), name, value.value, lines.join(" "));
            assert_eq!(sources.slice(key.span), key.value);
        }
    }
    for finding in diagnostics.into_sorted() {
        let span = finding.primary().expect("every finding has a place");
        out += &format!("{} {} {:?}: {}", place(span), finding.code.id, sources.slice(span), finding.message);
        out += &format!(" -> {}\n", finding.help.expect("every finding says what to write"));
    }
    expected.assert_eq(&out);
}

#[test]
fn keys_and_values_are_split_at_the_first_separator_and_trimmed() {
    check(
        "[a]\nk=v\n k2 swallowed\na:b = c\nroute = 2001:db8::1 \n  \nempty =\nodd = # not a comment\n",
        expect![[r##"
            1:2 [a]
            2:1 k = "v\nk2 swallowed" at 2:3 3:2
            4:1 a = "b = c" at 4:3
            5:1 route = "2001:db8::1" at 5:9
            7:1 empty = "" at 7:8
            8:1 odd = "# not a comment" at 8:7
        "##]],
    );
}

#[test]
fn continuations_join_with_newlines_and_end_at_a_comment_a_blank_line_or_a_header() {
    check(
        "[a]\nhosts =\n  one,\n\ttwo\n# end\nk = v\n  [b]\n  ; no comment\n[c]\n",
        expect![[r##"
            1:2 [a]
            2:1 hosts = "\none,\ntwo" at 2:8 3:3 4:2
            6:1 k = "v\n[b]\n; no comment" at 6:5 7:3 8:3
            9:2 [c]
        "##]],
    );
}

#[test]
fn one_layer_of_quotes_around_the_first_line_is_removed() {
    check(
        "[a]\na = \"v\"\nb = \" v \"\nc = '\"x\"'\nd = \"a\",\"b\"\ne = \"a'\nf = \"\ng = 'it''s'\nh = \"v\n  w\"\ni = ''\n",
        expect![[r##"
            1:2 [a]
            2:1 a = "v" at 2:6
            3:1 b = " v " at 3:6
            4:1 c = "\"x\"" at 4:6
            5:1 d = "a\",\"b" at 5:6
            6:1 e = "\"a'" at 6:5
            7:1 f = "" at 7:6
            8:1 g = "it''s" at 8:6
            9:1 h = "\"v\nw\"" at 9:5 10:3
            11:1 i = "" at 11:6
        "##]],
    );
}

#[test]
fn a_header_reaches_to_the_last_bracket_and_is_not_trimmed() {
    check(
        "[ a ]\n[[a]]\n[a]b]\n[\"a\"]\n[apic_switch: 1]  \n",
        expect![[r##"
            1:2 [ a ]
            2:2 [[a]]
            3:2 [a]b]
            4:2 ["a"]
            5:2 [apic_switch: 1]
        "##]],
    );
}

#[test]
fn repeats_are_kept_in_order() {
    check(
        "[a]\nk = 1\nk = 2\n[A]\n[a]\nk = 3",
        expect![[r##"
            1:2 [a]
            2:1 k = "1" at 2:5
            3:1 k = "2" at 3:5
            4:2 [A]
            5:2 [a]
            6:1 k = "3" at 6:5
        "##]],
    );
}

#[test]
fn windows_and_old_mac_line_ends_are_line_ends() {
    check(
        "[a]\r\nk = v\r\n  w\r\n\r\n[b]\rk = ü\u{2028}x\u{c}y\r",
        expect![[r##"
            1:2 [a]
            2:1 k = "v\nw" at 2:5 3:3
            5:2 [b]
            5:5 k = "ü\u{2028}x\u{c}y" at 5:9
        "##]],
    );
}

#[test]
fn only_blank_and_tab_continue_but_every_python_blank_is_trimmed() {
    check(
        "[a]\nk = v\n\u{a0}n = 1\n\u{200b}z = 2\u{1f}\n\u{1c}\n",
        expect![[r#"
            1:2 [a]
            2:1 k = "v" at 2:5
            3:2 n = "1" at 3:6
            4:1 \u{200b}z = "2" at 4:6
        "#]],
    );
}

#[test]
fn a_byte_order_mark_is_reported_and_read_past() {
    check(
        "\u{feff}[DEFAULT]\nk = v\n",
        expect![[r##"
            1:3 [DEFAULT]
            2:1 k = "v" at 2:5
            1:1 ACI002 "\u{feff}": a byte order mark makes the first line unreadable -> save the file as UTF-8 without a byte order mark
        "##]],
    );
}

#[test]
fn lines_without_separator_or_key_are_left_out_with_their_continuations() {
    check(
        "[a]\napic_use_ssl True\n  more\nlonely\n<<<<<<< HEAD of a merge that nobody has finished yet\n= v\n  more\nk = v\n",
        expect![[r#"
            1:2 [a]
            8:1 k = "v" at 8:5
            2:1 ACI003 "apic_use_ssl True": `apic_use_ssl …` is no header, comment or `key = value` -> write `apic_use_ssl = ` in front of its value
            4:1 ACI003 "lonely": `lonely` is no header, comment or `key = value` -> write `lonely = ` and a value, or delete the line
            5:1 ACI003 "<<<<<<< HEAD of a merge that nobody has finished yet": `<<<<<<< …` is no header, comment or `key = value` -> start a comment with `#` in column 1; indent a line that continues the one above
            6:1 ACI004 "=": the name of the option is missing -> name the option in front of the separator, or delete the line
        "#]],
    );
}

#[test]
fn bad_headers_count_as_the_text_up_to_the_first_bracket() {
    check(
        "[a] # text\nk = 1\n[b\nk = 2\n[]\nk = 3\n[x] = 1\n[c]d\n",
        expect![[r##"
            1:2 [a]
            2:1 k = "1" at 2:5
            3:2 [b]
            4:1 k = "2" at 4:5
            5:2 []
            6:1 k = "3" at 6:5
            7:2 [x]
            8:2 [c]
            1:5 ACI005 "# text": text stands behind the section header `[a]`, whose line must end with `]` -> move the comment to a line of its own
            3:1 ACI005 "[b": a section header does not end with `]` -> write `[b]`
            5:1 ACI005 "[]": a section header has no name -> name the section, for example `[DEFAULT]`
            7:5 ACI005 "= 1": text stands behind the section header `[x]`, whose line must end with `]` -> end the line after `[x]`
            8:4 ACI005 "d": text stands behind the section header `[c]`, whose line must end with `]` -> end the line after `[c]`
        "##]],
    );
}

#[test]
fn options_before_any_header_count_as_default_and_are_reported_once() {
    check(
        "# top\nk = 1\nl = 2\n[a]\nm = 3\n",
        expect![[r##"
            2:1 [DEFAULT]
            2:1 k = "1" at 2:5
            3:1 l = "2" at 3:5
            4:2 [a]
            5:1 m = "3" at 5:5
            2:1 ACI006 "k": `k` stands before the first section; the service does not start -> write the header of its section above, for example `[DEFAULT]`
        "##]],
    );
}

#[test]
fn an_unexpected_indentation_is_read_as_if_it_were_not_there() {
    check(
        "  [a]\nk = 1\n\n\tl = 2\n   m = 3\n# x\n  # y\n",
        expect![[r##"
            1:4 [a]
            2:1 k = "1" at 2:5
            4:2 l = "2\nm = 3" at 4:6 5:4
            1:1 ACI007 "  ": a line is indented, but no option is open that it could continue; the service does not start -> remove the indentation
            4:1 ACI007 "\t": a line is indented, but no option is open that it could continue; the service does not start -> remove the indentation
            7:1 ACI007 "  ": a line is indented, but no option is open that it could continue; the service does not start -> start the comment in column 1
        "##]],
    );
}

#[test]
fn the_first_byte_that_is_not_utf8_is_shown_with_its_column() {
    let bytes = b"[a]\nuser = J\xf6rg \xff\n";
    let mut sources = SourceMap::new();
    let file = sources.add("f", String::from_utf8_lossy(bytes));
    let mut diagnostics = Diagnostics::new();
    check_utf8(file, bytes, &mut diagnostics);
    let findings = diagnostics.into_sorted();
    let [finding] = findings.as_slice() else { panic!("one finding, not {findings:?}") };
    assert_eq!(finding.code.id, "ACI001");
    assert_eq!(finding.message, "the file is not UTF-8: byte 0xF6 stands here");
    assert_eq!(sources.place(finding.primary().expect("a place")), "f:2:9");
}

#[test]
fn parts_of_a_value_are_found_across_its_lines() {
    let text = "[a]\nk = \"one\n  two, three\nq = 'x, y'\n";
    let mut sources = SourceMap::new();
    let file = sources.add("f", text);
    let ini = parse(file, text, &mut Diagnostics::new());
    let part = |entry: usize, range| sources.slice(ini.sections[0].entries[entry].part(range)).to_owned();
    assert_eq!(ini.sections[0].entries[0].value.value, "\"one\ntwo, three");
    assert_eq!(part(0, 5..8), "two");
    assert_eq!(part(0, 10..15), "three");
    assert_eq!(part(1, 3..4), "y");
}

/// Every span lies in the text and gives back what it stands for.
fn assert_spans(text: &str, ini: &IniFile) {
    for section in &ini.sections {
        let name = &text[section.name.span.range()];
        assert!(name == section.name.value || (name.is_empty() && section.name.value == "DEFAULT"), "{section:?}");
        for entry in &section.entries {
            assert_eq!(&text[entry.key.span.range()], entry.key.value);
            let lines: Vec<&str> = entry.lines.iter().map(|line| &text[line.range()]).collect();
            assert_eq!(lines.join("\n"), entry.value.value);
            let value = entry.value.span.range();
            assert!(text.get(value.clone()).is_some());
            assert!(entry.lines.iter().all(|line| line.range().end <= value.end));
        }
    }
}

/// Lines that look like ini, with everything that bends the grammar.
fn lines() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "[",
        "]",
        "=",
        ":",
        "\"",
        "'",
        "#",
        ";",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "a",
        "key",
        "ü",
        "\u{a0}",
        "\u{200b}",
        "\u{feff}",
        "\u{1c}",
        "\u{2028}",
        ",",
        "$",
        "\\",
        "\0",
        "[DEFAULT]\n",
        "k = v\n",
        " more\n",
        "\n\n",
    ]);
    prop::collection::vec(words, 0..60).prop_map(|words| words.concat())
}

#[test]
fn text_of_templates_is_one_finding_and_left_out() {
    check(
        "[a]\n{% if x -%}\nk = {{ x }}\n{% endif %}\nl = 1\n[s:<%= name %>]\nm = 2\n[b]\np = a{{b}}c\n",
        expect![[r#"
            1:2 [a]
            5:1 l = "1" at 5:5
            8:2 [b]
            9:1 p = "a{{b}}c" at 9:5
            2:1 ACI013 "{% if x -%}": 4 lines hold text of a template that was not rendered -> render the template first, and name the file that comes out
        "#]],
    );
}

#[test]
fn a_file_of_garbage_gives_a_hundred_findings_and_a_count() {
    let mut diagnostics = Diagnostics::new();
    parse(FileId(0), &"garbage\n".repeat(1000), &mut diagnostics);
    let findings = diagnostics.into_sorted();
    assert_eq!(findings.len(), 100);
    assert!(findings.last().expect("findings").message.ends_with("; 900 more findings are left out"));
}

#[test]
fn a_file_of_megabytes_is_refused() {
    let mut diagnostics = Diagnostics::new();
    let ini = parse(FileId(0), &"k = v\n".repeat(1 << 19), &mut diagnostics);
    assert!(ini.sections.is_empty());
    assert!(diagnostics.has_errors());
}

proptest! {
    #[test]
    fn any_ini_like_text_gives_spans_that_give_back_its_keys(text in lines()) {
        let ini = parse(FileId(0), &text, &mut Diagnostics::new());
        assert_spans(&text, &ini);
    }

    #[test]
    fn any_text_at_all_is_read_without_a_panic(text in any::<String>()) {
        let ini = parse(FileId(0), &text, &mut Diagnostics::new());
        assert_spans(&text, &ini);
    }
}
