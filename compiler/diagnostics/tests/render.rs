//! What a user sees of a finding, in every output format.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use aciform_diagnostics::render::{Style, human, json, json_version, short};
use aciform_diagnostics::{Code, Diagnostic, FileId, Severity, SourceMap, Span};
use expect_test::{Expect, expect};
use proptest::prelude::*;

static OUTSIDE: Code = Code { id: "ACI9001", name: "vlan-outside-pool", severity: Severity::Error, page: "" };
static HOST_BITS: Code = Code { id: "ACI9002", name: "host-bits", severity: Severity::Warning, page: "" };

const PLAIN: Style = Style { colour: false, width: 100, unicode: true };

const INTENT: &str = "\
networks:
  été:
    subnets:
      - name: \"größe\"
        vlan: 1999
        mtu: 90000
  last: 1
";

/// The span of the `nth` occurrence of a text in a file.
fn of(sources: &SourceMap, file: FileId, what: &str, nth: usize) -> Span {
    let (start, found) = sources.file(file).text.match_indices(what).nth(nth).unwrap();
    Span::new(file, start, start + found.len())
}

fn check(sources: &SourceMap, finding: Diagnostic, style: Style, expected: Expect) {
    expected.assert_eq(&human(sources, &[finding], style));
}

#[test]
fn a_finding_shows_its_line_and_the_lines_around() {
    let mut sources = SourceMap::new();
    let file = sources.add("intent.yaml", INTENT);
    let finding = Diagnostic::new(&OUTSIDE, "VLAN 1999 lies outside the pool of `physnet1` (100-199)")
        .label(of(&sources, file, "1999", 0), "this segment id")
        .help("pick an id in 100-199, or widen `network_vlan_ranges`");
    check(
        &sources,
        finding,
        PLAIN,
        expect![[r#"
        error[ACI9001]: VLAN 1999 lies outside the pool of `physnet1` (100-199)
           ╭─[intent.yaml:5:15]
         4 │       - name: "größe"
         5 │         vlan: 1999
           ·               ──┬─
           ·                 ╰── this segment id
         6 │         mtu: 90000
           ╰────
          help: pick an id in 100-199, or widen `network_vlan_ranges`
    "#]],
    );
}

#[test]
fn the_other_half_in_another_file_has_a_frame_of_its_own() {
    let mut sources = SourceMap::new();
    let file = sources.add("intent.yaml", INTENT);
    let ini = sources.add(
        "apic.conf",
        "[ml2_type_vlan]\n# é provider ranges\nnetwork_vlan_ranges = physnet1:100:199,\n    physnet2:300:399\n",
    );
    let finding = Diagnostic::new(&OUTSIDE, "VLAN 1999 lies outside the pool of `physnet1` (100-199)")
        .label(of(&sources, file, "1999", 0), "this segment id")
        .label(of(&sources, ini, "physnet1:100:199,\n    physnet2:300:399", 0), "100-199 only")
        .help("pick an id in 100-199");
    check(
        &sources,
        finding,
        PLAIN,
        expect![[r#"
            error[ACI9001]: VLAN 1999 lies outside the pool of `physnet1` (100-199)
               ╭─[intent.yaml:5:15]
             4 │       - name: "größe"
             5 │         vlan: 1999
               ·               ──┬─
               ·                 ╰── this segment id
             6 │         mtu: 90000
               ╰────
               ╭─[apic.conf:3:23]
             2 │     # é provider ranges
             3 │ ╭─▶ network_vlan_ranges = physnet1:100:199,
             4 │ ├─▶     physnet2:300:399
               · ╰──── 100-199 only
               ╰────
              help: pick an id in 100-199
        "#]],
    );
}

#[test]
fn secrets_are_stars_on_the_labelled_line_and_beside_it() {
    let mut sources = SourceMap::new();
    let file = sources.add("f.ini", "[apic]\napic_username = ops\napic_password = s€cret$x\nuse_ssl = x\n");
    let secret = of(&sources, file, "s€cret$x", 0);
    sources.hide(secret);
    for what in ["ops", "$x"] {
        let finding = Diagnostic::at(&OUTSIDE, of(&sources, file, what, 0), "a finding");
        let text = human(&sources, &[finding], PLAIN);
        assert!(text.contains("apic_password = ********\n"), "{text}");
        assert!(!text.contains("cret"), "{text}");
    }
}

#[test]
fn letters_outside_ascii_before_a_label_do_not_move_it() {
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", "ключ: {größe: \"日本\", vlan: 1}\n");
    let finding = Diagnostic::at(&HOST_BITS, of(&sources, file, "vlan", 0), "one");
    check(
        &sources,
        finding,
        PLAIN,
        expect![[r#"
            warning[ACI9002]: one
               ╭─[a.yaml:1:21]
             1 │ ключ: {größe: "日本", vlan: 1}
               ·                       ────
               ╰────
        "#]],
    );
}

#[test]
fn labels_far_apart_in_one_file_are_two_frames() {
    let mut sources = SourceMap::new();
    let text: String = (1..=1000).map(|n| format!("key{n}: {n}\n")).collect();
    let file = sources.add("a.yaml", text);
    let finding = Diagnostic::new(&OUTSIDE, "two things with one name")
        .label(of(&sources, file, "key900", 0), "written again here")
        .label(of(&sources, file, "key10:", 0), "first written here");
    check(
        &sources,
        finding,
        PLAIN,
        expect![[r#"
        error[ACI9001]: two things with one name
            ╭─[a.yaml:10:1]
          9 │ key9: 9
         10 │ key10: 10
            · ───┬──
            ·    ╰── first written here
         11 │ key11: 11
            ╰────
             ╭─[a.yaml:900:1]
         899 │ key899: 899
         900 │ key900: 900
             · ───┬──
             ·    ╰── written again here
         901 │ key901: 901
             ╰────
    "#]],
    );
}

#[test]
fn labels_on_neighbouring_lines_share_a_frame() {
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n");
    let finding = Diagnostic::new(&OUTSIDE, "two things with one name")
        .label(of(&sources, file, "d", 0), "again")
        .label(of(&sources, file, "b: 2", 0), "first");
    check(
        &sources,
        finding,
        PLAIN,
        expect![[r#"
        error[ACI9001]: two things with one name
           ╭─[a.yaml:4:1]
         1 │ a: 1
         2 │ b: 2
           · ──┬─
           ·   ╰── first
         3 │ c: 3
         4 │ d: 4
           · ┬
           · ╰── again
         5 │ e: 5
           ╰────
    "#]],
    );
}

#[test]
fn a_finding_without_a_place_has_message_and_help() {
    let finding = Diagnostic::new(&HOST_BITS, "the folder `site` has no aciform.yaml").help("run `aciform init site`");
    check(
        &SourceMap::new(),
        finding,
        PLAIN,
        expect![[r#"
        warning[ACI9002]: the folder `site` has no aciform.yaml
          help: run `aciform init site`
    "#]],
    );
}

#[test]
fn ascii_and_colour_are_chosen_by_the_caller() {
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", "vlan: 1999\n");
    let finding = Diagnostic::new(&OUTSIDE, "message").label(of(&sources, file, "1999", 0), "label").help("help");
    check(
        &sources,
        finding.clone(),
        Style { unicode: false, ..PLAIN },
        expect![[r#"
            error[ACI9001]: message
               ,-[a.yaml:1:7]
             1 | vlan: 1999
               :       ^^|^
               :         `-- label
               `----
              help: help
        "#]],
    );
    let coloured = human(&sources, &[finding], Style { colour: true, ..PLAIN });
    expect![[r#"
        ESC[1;31merror[ACI9001]ESC[0mESC[1m: messageESC[0m
           ╭─[ESC[36;1;4ma.yaml:1:7ESC[0m]
         ESC[2m1ESC[0m │ vlan: 1999
           · ESC[35;1m      ──┬─ESC[0m
           ·         ESC[35;1m╰── ESC[35;1mlabelESC[0mESC[0m
           ╰────
        ESC[36m  help: ESC[0mhelp
    "#]]
    .assert_eq(&coloured.replace('\u{1b}', "ESC"));
}

#[test]
fn long_help_is_wrapped_and_a_message_is_not() {
    let finding = Diagnostic::new(&HOST_BITS, "word ".repeat(30).trim()).help("word ".repeat(30).trim());
    check(
        &SourceMap::new(),
        finding,
        PLAIN,
        expect![[r#"
        warning[ACI9002]: word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word
          help: word word word word word word word word word word word word word word word word word word
                word word word word word word word word word word word word
    "#]],
    );
}

#[test]
fn a_line_of_megabytes_is_cut_around_its_labels() {
    let mut sources = SourceMap::new();
    let filler = "é123456789".repeat(1_000_000);
    let file = sources.add("a.json", format!("{filler}FIRST{filler}SECOND{filler}\n{filler}\n"));
    let finding = Diagnostic::new(&OUTSIDE, "message")
        .label(of(&sources, file, "SECOND", 0), "here")
        .label(of(&sources, file, "FIRST", 0), "and here");
    check(
        &sources,
        finding,
        PLAIN,
        expect![[r#"
        error[ACI9001]: message
           ╭─[a.json:1:20000006]
         1 │ …é123456789é123456789é123456789FIRSTé123456789é123456789é123456789…é123456789é123456789é123456789SECONDé123456789é123456789é123456789…
           ·                                ──┬──                                                             ───┬──
           ·                                  │                                                                  ╰── here
           ·                                  ╰── and here
         2 │ é123456789é123456789é123456789é123456789é123456789é123456789é123456789é123456789é123456789é…
           ╰────
    "#]],
    );
    let all = Diagnostic::at(&OUTSIDE, Span::new(file, 0, 11_000_000), "all of it");
    check(
        &sources,
        all,
        PLAIN,
        expect![[r#"
        error[ACI9001]: all of it
           ╭─[a.json:1:1]
         1 │ é123456789é123456789é123456789é123456789é123456789é123456789é123456789é123456789é123456789é123456789é123456789é123456789é…
           · ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         2 │ é123456789é123456789é123456789é123456789é123456789é123456789é123456789é123456789é123456789é…
           ╰────
    "#]],
    );
}

#[test]
fn a_label_over_many_lines_is_shown_on_its_first() {
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", "key: |\n  text\n".to_owned() + &"  text\n".repeat(50) + "b: 1\n");
    let finding = Diagnostic::at(&OUTSIDE, Span::new(file, 5, 300), "message");
    check(
        &sources,
        finding,
        PLAIN,
        expect![[r#"
        error[ACI9001]: message
           ╭─[a.yaml:1:6]
         1 │ key: |
           ·      ─
         2 │   text
           ╰────
    "#]],
    );
}

#[test]
fn the_end_of_a_text_and_an_empty_text_can_be_labelled() {
    let mut sources = SourceMap::new();
    let ended = sources.add("a.yaml", "a: 1\nb:\n");
    let open = sources.add("b.yaml", "a: 1\nb: \"x");
    let empty = sources.add("c.yaml", "");
    let crlf = sources.add("d.yaml", "a: 1\r\nb: 2\r\n");
    let findings = [
        Diagnostic::at(&OUTSIDE, Span::new(ended, 7, 7), "behind the colon"),
        Diagnostic::at(&OUTSIDE, Span::new(ended, 8, 8), "behind the last line break"),
        Diagnostic::at(&OUTSIDE, Span::new(open, 10, 10), "at the end"),
        Diagnostic::at(&OUTSIDE, Span::new(open, 700, 900), "beyond the end"),
        Diagnostic::at(&OUTSIDE, Span::new(empty, 0, 0), "of nothing"),
        Diagnostic::at(&OUTSIDE, Span::new(crlf, 3, 6), "over the line end"),
    ];
    expect![[r#"
        error[ACI9001]: behind the colon
           ╭─[a.yaml:2:3]
         1 │ a: 1
         2 │ b:
           ·   ▲
           ╰────

        error[ACI9001]: behind the last line break
           ╭─[a.yaml:3:1]
         2 │ b:
         3 │
           · ▲
           ╰────

        error[ACI9001]: at the end
           ╭─[b.yaml:2:6]
         1 │ a: 1
         2 │ b: "x
           ·      ▲
           ╰────

        error[ACI9001]: beyond the end
           ╭─[b.yaml:2:6]
         1 │ a: 1
         2 │ b: "x
           ·      ▲
           ╰────

        error[ACI9001]: of nothing
           ╭─[c.yaml:1:1]
         1 │
           · ▲
           ╰────

        error[ACI9001]: over the line end
           ╭─[d.yaml:1:4]
         1 │ a: 1
           ·    ─
         2 │ b: 2
           ╰────
    "#]]
    .assert_eq(&human(&sources, &findings, PLAIN));
}

#[test]
fn nothing_of_a_file_reaches_the_terminal_as_a_command() {
    let mut sources = SourceMap::new();
    let file = sources.add("a\u{1b}[2J.yaml", "a: \u{1b}[31mred\u{7}\tb\u{202e}c\n");
    let finding = Diagnostic::at(&OUTSIDE, of(&sources, file, "red", 0), "the value `\u{1b}[31m`\nis odd");
    check(
        &sources,
        finding.clone(),
        PLAIN,
        expect![[r#"
            error[ACI9001]: the value `�[31m`�is odd
               ╭─[a�[2J.yaml:1:9]
             1 │ a: �[31mred�    b�c
               ·         ───
               ╰────
        "#]],
    );
    expect![[r#"
        a�[2J.yaml:1:9: error[ACI9001]: the value `�[31m`�is odd
    "#]]
    .assert_eq(&short(&sources, &[finding]));
}

#[test]
fn short_and_json_hold_one_finding_a_line() {
    let mut sources = SourceMap::new();
    let file = sources.add("intent.yaml", INTENT);
    let findings = [
        Diagnostic::new(&OUTSIDE, "VLAN 1999 lies outside \"the\" pool")
            .label(of(&sources, file, "größe", 0), "")
            .label(of(&sources, file, "90000", 0), "and this")
            .help("pick another"),
        Diagnostic::new(&HOST_BITS, "no place"),
    ];
    expect![[r#"
        intent.yaml:4:16: error[ACI9001]: VLAN 1999 lies outside "the" pool
        warning[ACI9002]: no place
    "#]]
    .assert_eq(&short(&sources, &findings));
    expect![[r#"
        {"format":"1.1","tool":"0.1.0","type":"version"}
        {"code":"ACI9001","fix":null,"help":"pick another","labels":[{"place":{"column":16,"end":54,"end_column":21,"end_line":4,"file":"intent.yaml","line":4,"start":47},"text":""},{"place":{"column":14,"end":93,"end_column":19,"end_line":6,"file":"intent.yaml","line":6,"start":88},"text":"and this"}],"message":"VLAN 1999 lies outside \"the\" pool","name":"vlan-outside-pool","severity":"error","type":"diagnostic"}
        {"code":"ACI9002","fix":null,"help":null,"labels":[],"message":"no place","name":"host-bits","severity":"warning","type":"diagnostic"}
    "#]].assert_eq(&(json_version("0.1.0") + &json(&sources, &findings)));
}

#[test]
fn a_thousand_findings_near_the_end_of_a_large_file_are_drawn() {
    let mut sources = SourceMap::new();
    let text: String = (0..400_000).map(|n| format!("key{n:06}: some value here\n")).collect();
    let (width, last) = (text.len() / 400_000, text.len());
    let file = sources.add("a.yaml", text);
    let findings: Vec<Diagnostic> = (1..=1000)
        .map(|n| Diagnostic::at(&OUTSIDE, Span::new(file, last - n * width, last - n * width + 9), "message"))
        .collect();
    // Scanning the file for each would take minutes here.
    let out = human(&sources, &findings, PLAIN);
    assert_eq!(out.matches("error[ACI9001]").count(), 1000);
    assert_eq!(out.matches("some value here").count(), 3000 - 1, "three lines each, two for the last");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_label_on_any_text_is_drawn(
        text in "([a-z \t\r\u{e9}\u{65e5}\u{1F600}\u{301}]|\n|[a-z]{300}){0,30}",
        spans in prop::collection::vec((0usize..400, 0usize..400), 1..4),
        width in 0usize..120,
    ) {
        let mut sources = SourceMap::new();
        let file = sources.add("a", text);
        let mut finding = Diagnostic::new(&OUTSIDE, "message");
        for (start, length) in spans {
            finding = finding.label(Span::new(file, start, start + length), "label");
        }
        let out = human(&sources, &[finding], Style { width, ..PLAIN });
        prop_assert!(out.contains("[a:"), "{out}");
        prop_assert!(!out.contains("Failed"), "{out}");
    }
}
