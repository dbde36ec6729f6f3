//! The examples on the pages of the YAML codes do what the page says.

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_syntax::yaml;
use aciform_testkit::pages::{Kind, examples};

/// What is about bytes and sizes has no bad example that a page could hold; `rendered.rs` has one.
const WITHOUT_EXAMPLE: [&str; 3] = ["ACI1010", "ACI1011", "ACI1012"];

#[test]
fn bad_examples_fire_their_code_alone_and_good_examples_nothing() {
    for code in yaml::CODES {
        let examples = examples(code.page);
        let shown = |wanted: Kind| examples.iter().any(|(kind, _)| *kind == wanted);
        assert!(WITHOUT_EXAMPLE.contains(&code.id) || shown(Kind::Bad) && shown(Kind::Good), "{}", code.id);
        for (kind, text) in examples.iter().flat_map(|(kind, files)| files.values().map(move |text| (kind, text))) {
            let mut diagnostics = Diagnostics::new();
            yaml::parse(FileId(0), text, &mut diagnostics);
            let found: Vec<&str> = diagnostics.iter().map(|finding| finding.code.id).collect();
            let expected = if *kind == Kind::Bad { vec![code.id] } else { vec![] };
            assert_eq!(found, expected, "{}: {text}", code.id);
        }
    }
}
