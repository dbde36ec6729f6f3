//! Findings as the protocol's diagnostics, by the file they are shown in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use aciform_diagnostics::{Diagnostic as Finding, Severity, SourceMap, Span};
use lsp_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range};
use serde_json::json;

use crate::text::{Encoding, Text};
use crate::uri;
use crate::worker::Looked;

/// The name of the server beside each finding.
pub(crate) const SOURCE: &str = "aciform";

/// The diagnostics of one result, by file and in reading order. Files of the scope without findings are there, empty.
pub(crate) fn diagnostics(looked: &Looked, encoding: Encoding) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let mut places = Places { looked, encoding, texts: BTreeMap::new() };
    let mut found: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for path in looked.places.values() {
        found.entry(path.clone()).or_default();
    }
    for finding in &looked.findings {
        let (path, range) = finding
            .primary()
            .and_then(|span| places.of(span))
            .unwrap_or_else(|| (looked.scope.main_file(), Range::default()));
        found.entry(path).or_default().push(one(finding, range, &mut places));
    }
    found
}

fn one(finding: &Finding, range: Range, places: &mut Places<'_>) -> Diagnostic {
    let labels = finding.labels.iter().skip(1);
    let related: Vec<DiagnosticRelatedInformation> = labels
        .filter_map(|label| {
            let (path, range) = places.of(label.span)?;
            let message = if label.text.is_empty() { "see here".to_owned() } else { label.text.clone() };
            Some(DiagnosticRelatedInformation { location: Location { uri: uri::of_path(&path)?, range }, message })
        })
        .collect();
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message += &format!("\nhelp: {help}");
    }
    Diagnostic {
        range,
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.code.id.to_owned())),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        data: Some(json!({"name": finding.code.name, "fixable": finding.fix.is_some()})),
        ..Diagnostic::default()
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

/// Turns spans into places of files; the lines of each file are counted once.
pub(crate) struct Places<'a> {
    looked: &'a Looked,
    encoding: Encoding,
    texts: BTreeMap<PathBuf, Text>,
}

impl Places<'_> {
    /// `None`: the file is not one on disk.
    fn of(&mut self, span: Span) -> Option<(PathBuf, Range)> {
        let path = self.looked.places.get(&span.file)?;
        if !self.texts.contains_key(path) {
            self.texts.insert(path.clone(), text(&self.looked.sources, span));
        }
        let range = self.texts[path].range(span.range(), self.encoding);
        Some((path.clone(), range))
    }
}

fn text(sources: &SourceMap, span: Span) -> Text {
    Text::new(sources.file(span.file).text.clone())
}
