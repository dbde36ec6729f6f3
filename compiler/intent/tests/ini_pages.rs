//! The examples on the pages of the ini codes do what the page says.

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_intent::ini;

#[test]
fn bad_examples_fire_their_code_alone_and_good_examples_nothing() {
    let mut wrong = Vec::new();
    for code in ini::CODES {
        for (good, text) in examples(code.page) {
            let mut found = findings(&text);
            found.dedup();
            let expected = if good { vec![] } else { vec![code.id] };
            if found != expected {
                wrong.push(format!("{} gives {found:?} for\n{text}", code.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_is_short_and_says_something() {
    for code in ini::CODES {
        let lines = code.page.lines().count();
        assert!((3..=40).contains(&lines), "{} has {lines} lines", code.id);
    }
}

fn findings(text: &str) -> Vec<&'static str> {
    let mut diagnostics = Diagnostics::new();
    let file = aciform_syntax::ini::parse(FileId(0), text, &mut diagnostics);
    ini::load(&[(FileId(0), &file)], &mut diagnostics);
    diagnostics.iter().map(|finding| finding.code.id).collect()
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
