//! A disagreement before its texts are taken in: places are a file's path and bytes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, FileId, SourceMap, Span};

/// Bytes of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Place {
    pub(crate) fn new(path: &str, range: Range<usize>) -> Self {
        Self { path: path.to_owned(), start: range.start, end: range.end }
    }

    /// The file as a whole.
    pub(crate) fn file(path: &str) -> Self {
        Self::new(path, 0..0)
    }

    /// A value of a JSON artifact.
    pub(crate) fn value(path: &str, text: &str, steps: &[&str]) -> Self {
        Self::new(path, crate::read::locate::locate(text, steps))
    }
}

/// What one witness says and another does not.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    code: &'static Code,
    message: String,
    labels: Vec<(Place, String)>,
    help: Option<String>,
    /// Artifacts, or folders with a `/` behind, of which an own finding would explain this one.
    follows: Vec<String>,
}

impl Finding {
    pub(crate) fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: Vec::new(), help: None, follows: Vec::new() }
    }

    #[must_use]
    pub(crate) fn at(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push((place, text.into()));
        self
    }

    /// Says nothing where a finding in this artifact, or below this folder, says it already.
    #[must_use]
    pub(crate) fn follows(mut self, path: impl Into<String>) -> Self {
        self.follows.push(path.into());
        self
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Leaves out what follows from what is told elsewhere: a file that is not as others say asks for other flows, too.
pub(crate) fn causes(findings: Vec<Finding>) -> Vec<Finding> {
    let told: BTreeSet<String> = findings
        .iter()
        .filter(|finding| finding.follows.is_empty())
        .filter_map(|finding| Some(finding.labels.first()?.0.path.clone()))
        .collect();
    let explained = |path: &String| {
        let from = told.range(path.clone()..).next();
        from.is_some_and(|other| other == path || path.ends_with('/') && other.starts_with(path.as_str()))
    };
    findings.into_iter().filter(|finding| !finding.follows.iter().any(explained)).collect()
}

/// Takes in the texts that findings point into, and only those.
pub(crate) fn report(findings: Vec<Finding>, texts: &BTreeMap<String, String>, root: &str) -> (SourceMap, Diagnostics) {
    let mut named: Vec<&str> =
        findings.iter().flat_map(|finding| finding.labels.iter().map(|(place, _)| place.path.as_str())).collect();
    named.sort_unstable();
    named.dedup();
    let mut sources = SourceMap::new();
    let ids: BTreeMap<&str, FileId> = named
        .into_iter()
        .map(|path| {
            let text = texts.get(path).cloned().unwrap_or_default();
            (path, sources.add(format!("{root}{path}"), text))
        })
        .collect();
    let diagnostics = findings
        .iter()
        .map(|finding| {
            let mut diagnostic = Diagnostic::new(finding.code, finding.message.clone());
            for (place, text) in &finding.labels {
                let span = Span::new(ids[place.path.as_str()], place.start, place.end);
                diagnostic = diagnostic.label(span, text.clone());
            }
            diagnostic.maybe_help(finding.help.clone())
        })
        .collect();
    (sources, diagnostics)
}
