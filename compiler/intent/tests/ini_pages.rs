//! The examples on the pages of the ini codes do what the page says.

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, SourceMap, fix};
use aciform_intent::ini;
use aciform_testkit::pages::{Files, Kind, examples};

#[test]
fn bad_examples_fire_their_code_alone_and_good_examples_nothing() {
    let mut wrong = Vec::new();
    for code in ini::CODES {
        for (kind, files) in examples(code.page) {
            let (_, findings) = findings(&files);
            let mut found: Vec<&str> = findings.iter().map(|finding| finding.code.id).collect();
            found.dedup();
            let expected = if kind == Kind::Bad { vec![code.id] } else { vec![] };
            // What is left to do after a fix may be something else.
            let fits = if kind == Kind::Fixed { !found.contains(&code.id) } else { found == expected };
            if !fits {
                wrong.push(format!("{} gives {found:?} for\n{files:#?}", code.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fix_makes_of_the_bad_example_what_the_page_shows() {
    let mut wrong = Vec::new();
    for code in ini::CODES {
        let known = ini::FIXES.iter().find(|(known, _)| *known == *code).map(|(_, best)| *best);
        let examples = examples(code.page);
        let mut offered = Vec::new();
        for (at, (_, bad)) in examples.iter().enumerate().filter(|(_, (kind, _))| *kind == Kind::Bad) {
            let (sources, findings) = findings(bad);
            let fixes = findings.iter().filter_map(|finding| finding.fix.as_deref());
            offered.extend(fixes.map(|fix| fix.applicability));
            let fixed = fix::apply(&sources, &findings, Applicability::Unsafe).texts.into_values().next();
            let expected = examples.get(at + 1).filter(|(kind, _)| *kind == Kind::Fixed).map(|(_, files)| files);
            let expected = expected.and_then(|files| files.values().next().cloned());
            if fixed != expected {
                let (fixed, shown) = (fixed.unwrap_or_default(), expected.unwrap_or_default());
                wrong.push(format!("{} makes\n{fixed}\nof\n{bad:#?}\nand not\n{shown}", code.id));
            }
        }
        if offered.into_iter().min() != known {
            wrong.push(format!("{}: the table says {known:?}, its page shows another fix", code.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n========\n"));
}

#[test]
fn every_page_is_short_and_says_something() {
    for code in ini::CODES {
        let lines = code.page.lines().count();
        assert!((3..=60).contains(&lines), "{} has {lines} lines", code.id);
    }
}

fn findings(files: &Files) -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let parsed: Vec<_> = files
        .iter()
        .map(|(name, text)| {
            let id = sources.add(name.as_str(), text.as_str());
            (id, aciform_syntax::ini::parse(id, text, &mut diagnostics))
        })
        .collect();
    ini::load(&parsed.iter().map(|(id, file)| (*id, file)).collect::<Vec<_>>(), &mut diagnostics);
    (sources, diagnostics.iter().cloned().collect())
}
