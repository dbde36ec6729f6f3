//! The pages that `aciform explain` prints: their bad examples fire their own code, their good ones nothing.

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, SourceMap, Span, fix};
use aciform_intent::{codes, decode};
use aciform_syntax::yaml;
use aciform_testkit::pages::{self, Kind};

/// Codes about amounts, of which a page cannot show an example.
const OF_AMOUNT: [&str; 2] = ["ACI1028", "ACI1029"];

/// The first block of a page that shows something.
fn example(page: &str, wanted: Kind) -> Option<String> {
    let found = pages::examples(page).into_iter().find(|(kind, _)| *kind == wanted);
    found.and_then(|(_, files)| files.into_values().next())
}

/// What is found in a text; one that begins with `# aciform.yaml` is a site file.
fn findings(text: &str) -> Vec<Diagnostic> {
    look(text).1
}

fn look(text: &str) -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let file = sources.add("page.yaml", text);
    let mut diagnostics = Diagnostics::new();
    let tree = yaml::parse(file, text, &mut diagnostics);
    if text.starts_with("# aciform.yaml") {
        decode::site(&tree, Span::start_of(file), &mut diagnostics);
    } else {
        let _ = decode::intent(&[&tree], &mut diagnostics);
    }
    (sources, diagnostics.into_sorted())
}

fn check(code: &Code) -> Result<(), String> {
    let title = format!("# {} {}\n", code.id, code.name);
    if !code.page.starts_with(&title) {
        return Err(format!("{} does not begin with its id and name", code.id));
    }
    let (bad, good) = (example(code.page, Kind::Bad), example(code.page, Kind::Good));
    let (Some(bad), Some(good)) = (bad, good) else {
        let of_amount = OF_AMOUNT.contains(&code.id);
        return if of_amount { Ok(()) } else { Err(format!("{} has no two examples", code.id)) };
    };
    let found = findings(&bad);
    if found.is_empty() || found.iter().any(|finding| finding.code != code) {
        return Err(format!("{} finds {found:#?} in its bad example", code.id));
    }
    let found = findings(&good);
    if found.is_empty() { Ok(()) } else { Err(format!("{} finds {found:#?} in its good example", code.id)) }
}

#[test]
fn every_page_shows_its_own_mistake_and_how_to_mend_it() {
    let wrong: Vec<String> = codes::DECODE.iter().filter_map(|code| check(code).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// That a fix makes of each bad example what the page shows, and is as sure as the table says: the surest counts.
fn check_fix(code: &Code) -> Result<(), String> {
    let known = codes::FIXES.iter().find(|(known, _)| *known == code).map(|(_, best)| *best);
    let examples = pages::examples(code.page);
    let mut surest = None;
    for (at, (kind, files)) in examples.iter().enumerate() {
        let Some(bad) = files.values().next().filter(|_| *kind == Kind::Bad) else { continue };
        let (sources, findings) = look(bad);
        let fixes = findings.iter().filter_map(|finding| finding.fix.as_deref());
        surest = fixes.map(|fix| fix.applicability).chain(surest).min();
        let fixed = fix::apply(&sources, &findings, Applicability::Unsafe).texts.into_values().next();
        let shown = examples.get(at + 1).filter(|(kind, _)| *kind == Kind::Fixed);
        let shown = shown.and_then(|(_, files)| files.values().next().cloned());
        if fixed != shown {
            let fixed = fixed.unwrap_or_default();
            return Err(format!("{} makes\n{fixed}\nof\n{bad}\nand not\n{}\n", code.id, shown.unwrap_or_default()));
        }
    }
    if surest == known {
        return Ok(());
    }
    Err(format!("{}: the table says {known:?}, the bad examples have {surest:?}", code.id))
}

#[test]
fn a_fix_makes_of_the_bad_example_what_the_page_shows() {
    let wrong: Vec<String> = codes::DECODE.iter().filter_map(|code| check_fix(code).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n========\n"));
}

#[test]
fn every_message_is_one_lower_case_line_without_a_full_stop() {
    for code in codes::DECODE.iter().filter(|code| !OF_AMOUNT.contains(&code.id)) {
        for finding in example(code.page, Kind::Bad).map(|bad| findings(&bad)).unwrap_or_default() {
            let message = &finding.message;
            assert!(!message.ends_with('.') && !message.starts_with(char::is_uppercase), "{message}");
        }
    }
}
