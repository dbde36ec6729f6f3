//! The examples on the pages of this crate's ini codes do what the page says.

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_syntax::ini;

#[test]
fn bad_examples_fire_their_code_alone_and_good_examples_nothing() {
    for code in ini::CODES {
        for (good, text) in examples(code.page) {
            let mut diagnostics = Diagnostics::new();
            ini::parse(FileId(0), &text, &mut diagnostics);
            let found: Vec<&str> = diagnostics.iter().map(|finding| finding.code.id).collect();
            let expected = if good { vec![] } else { vec![code.id] };
            assert_eq!(found, expected, "{}: {text}", code.id);
        }
    }
}

/// The ini blocks of a page, and whether they stand under "Allowed:".
fn examples(page: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    let mut good = false;
    let mut block: Option<String> = None;
    for line in page.lines() {
        match (line, &mut block) {
            ("Not allowed:", None) => good = false,
            ("Allowed:", None) => good = true,
            ("```ini", None) => block = Some(String::new()),
            ("```", Some(text)) => {
                found.push((good, std::mem::take(text)));
                block = None;
            }
            (line, Some(text)) => *text += &format!("{line}\n"),
            (_, None) => {}
        }
    }
    found
}
