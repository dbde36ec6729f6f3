//! The examples on the pages of this crate's ini codes do what the page says.

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, SourceMap, fix};
use aciform_syntax::ini;
use aciform_testkit::pages::{self, Kind};

/// Codes with a fix whose bad example no page can hold.
const WITHOUT_EXAMPLE: &[&str] = &["ACI002"];

#[test]
fn bad_examples_fire_their_code_alone_and_good_examples_nothing() {
    for code in ini::CODES {
        for (kind, text) in examples(code.page) {
            let (_, findings) = findings(&text);
            let found: Vec<&str> = findings.iter().map(|finding| finding.code.id).collect();
            let expected = if kind == Kind::Bad { vec![code.id] } else { vec![] };
            assert_eq!(found, expected, "{}: {text}", code.id);
        }
    }
}

#[test]
fn a_fix_makes_of_the_bad_example_what_the_page_shows() {
    for code in ini::CODES {
        let known = ini::FIXES.iter().find(|(known, _)| *known == *code).map(|(_, best)| *best);
        let examples = examples(code.page);
        let shown = examples.iter().any(|(kind, _)| *kind == Kind::Fixed);
        assert_eq!(shown, known.is_some() && !WITHOUT_EXAMPLE.contains(&code.id), "{} shows a fix", code.id);
        for (at, (_, bad)) in examples.iter().enumerate().filter(|(_, (kind, _))| *kind == Kind::Bad) {
            let (sources, findings) = findings(bad);
            assert_eq!(best(&findings), known, "{}: {bad}", code.id);
            let fixed = fix::apply(&sources, &findings, Applicability::Unsafe).texts.into_values().next();
            let expected = examples.get(at + 1).filter(|(kind, _)| *kind == Kind::Fixed).map(|(_, text)| text.clone());
            assert_eq!(fixed, expected, "{}: {bad}", code.id);
        }
    }
}

#[test]
fn fixes_keep_line_ends_comments_and_everything_that_parsed() {
    let cases = [
        ("\u{feff}[DEFAULT]\r\na = b\r\n", Some("[DEFAULT]\r\na = b\r\n")),
        ("[a]\r\nk = v\r\n[b] ; row 2", Some("[a]\r\nk = v\r\n; row 2\r\n[b]")),
        ("[a]\n\n  # above\n  [b]\n", Some("[a]\n\n# above\n[b]\n")),
        ("[a]\n\n  no separator\n", Some("[a]\n\n  no = separator\n")),
        ("# top\nk = v\n", Some("# top\n[DEFAULT]\nk = v\n")),
        ("[a\nk = v\n", Some("[a]\nk = v\n")),
        ("[a] text\nk = v\n", None),
        ("[] # text\nk = v\n", None),
        ("[a]\nThis is prose\n", None),
        ("[a]\nalone\n", None),
        ("[a]\n= v\n", None),
    ];
    for (text, expected) in cases {
        let (sources, findings) = findings(text);
        assert!(!findings.is_empty(), "{text:?}");
        let fixed = fix::apply(&sources, &findings, Applicability::Unsafe).texts.into_values().next();
        assert_eq!(fixed.as_deref(), expected, "{text:?}");
    }
}

fn findings(text: &str) -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let file = sources.add("page.ini", text);
    ini::parse(file, text, &mut diagnostics);
    (sources, diagnostics.iter().cloned().collect())
}

fn best(findings: &[Diagnostic]) -> Option<Applicability> {
    findings.iter().filter_map(|finding| finding.fix.as_deref()).map(|fix| fix.applicability).min()
}

/// The ini files that a page shows, and what they are shown for.
fn examples(page: &str) -> Vec<(Kind, String)> {
    pages::examples(page)
        .into_iter()
        .flat_map(|(kind, files)| files.into_values().map(move |text| (kind, text)))
        .collect()
}
