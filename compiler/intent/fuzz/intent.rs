//! What holds for the intent language over any bytes: whatever the YAML says, decoding ends, and each finding is one
//! line about a place in the text that says what to write.

use aciform_diagnostics::{Diagnostics, SourceMap, Span};
use aciform_intent::decode;
use aciform_syntax::yaml;

/// Trees whose aliases stand for more values take seconds to decode without optimisation, and show nothing new.
const DECODED: u64 = 20_000;

/// Reads the bytes as an intent, and as a site file.
///
/// # Panics
/// Something does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let mut sources = SourceMap::new();
    let (file, tree) = yaml::read(&mut sources, "f.yaml", bytes.to_vec(), &mut Diagnostics::new());
    if tree.expanded_size > DECODED {
        return;
    }
    let mut diagnostics = Diagnostics::new();
    let _ = decode::intent(&[&tree], &mut diagnostics);
    let _ = decode::site(&tree, Span::start_of(file), &mut diagnostics);
    for finding in diagnostics.iter() {
        assert!(finding.primary().is_some(), "a finding has no place: {finding:?}");
        for label in &finding.labels {
            let found = sources.file(label.span.file).text.get(label.span.range());
            assert!(found.is_some(), "a place outside of its text: {finding:?}");
        }
        assert!(finding.help.as_ref().is_some_and(|help| !help.is_empty()), "a finding has no help: {finding:?}");
        assert!(!finding.message.contains(['\n', '\0']), "a message is not one line: {finding:?}");
    }
}
