//! What holds for the meaning of ini files over any bytes: reading ends, findings lie in the text, and a password that
//! is written anywhere in it comes out nowhere.

use aciform_diagnostics::{Diagnostics, FileId, SourceMap, render};
use aciform_intent::ini;
use aciform_syntax::ini::{IniFile, parse};

use super::secret::{says_nothing, with_secret};

/// A line that parts the bytes into files, in `--config-file` order.
const NEXT_FILE: &str = "\n#--config-file\n";

/// Reads the bytes as the files of one service.
///
/// # Panics
/// Something does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let text = with_secret(&String::from_utf8_lossy(bytes), bytes.len());
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let mut files: Vec<(FileId, IniFile)> = Vec::new();
    for (number, text) in text.split(NEXT_FILE).enumerate() {
        let file = sources.add(format!("{number}.ini"), text);
        for secret in ini::secret_spans(file, text) {
            assert!(text.get(secret.range()).is_some(), "a secret outside of the text: {secret:?}");
            sources.hide(secret);
        }
        files.push((file, parse(file, text, &mut diagnostics)));
    }
    let files: Vec<(FileId, &IniFile)> = files.iter().map(|(file, read)| (*file, read)).collect();
    let (_, reading) = ini::read(&files, &mut diagnostics);
    assert_eq!(reading.sections().count(), files.iter().map(|(_, file)| file.sections.len()).sum::<usize>());
    let shown = ini::shown(&sources, &files, &mut Diagnostics::new());
    says_nothing("shown for people", &shown.human(&sources));
    says_nothing("shown as JSON", &shown.json(&sources).to_string());
    judge(&sources, diagnostics);
}

fn judge(sources: &SourceMap, diagnostics: Diagnostics) {
    for finding in diagnostics.iter() {
        assert!(finding.primary().is_some(), "a finding has no place: {finding:?}");
        let fixed = finding.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
        for span in finding.labels.iter().map(|label| label.span).chain(fixed) {
            let found = sources.file(span.file).text.get(span.range());
            assert!(found.is_some(), "a place outside of its text: {finding:?}");
        }
    }
    let findings = diagnostics.into_sorted();
    let style = render::Style { colour: false, width: 100, unicode: true };
    says_nothing("findings for people", &render::human(sources, &findings, style));
    says_nothing("findings in short", &render::short(sources, &findings));
    says_nothing("findings as JSON", &render::json(sources, &findings));
}
