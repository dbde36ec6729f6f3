//! The examples on the pages of the YAML codes do what the page says.

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_syntax::yaml;

#[test]
fn bad_examples_fire_their_code_alone_and_good_examples_nothing() {
    let mut tried = 0;
    for code in yaml::CODES {
        let mut good = false;
        let mut blocks = code.page.split("```yaml\n").peekable();
        while let Some(before) = blocks.next() {
            good =
                before.lines().rfind(|line| *line == "Bad:" || *line == "Good:").map_or(good, |line| line == "Good:");
            let Some(text) = blocks.peek().and_then(|block| block.split("```").next()) else { break };
            let mut diagnostics = Diagnostics::new();
            yaml::parse(FileId(0), text, &mut diagnostics);
            let found: Vec<&str> = diagnostics.iter().map(|finding| finding.code.id).collect();
            let expected = if good { vec![] } else { vec![code.id] };
            assert_eq!(found, expected, "{}: {text}", code.id);
            tried += 1;
        }
    }
    // What is about bytes and sizes (ACI1010 to ACI1012) has no bad example that a page could hold.
    assert!(tried >= 2 * (yaml::CODES.len() - 3), "{tried} examples for {} codes", yaml::CODES.len());
}
