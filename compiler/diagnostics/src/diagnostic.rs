//! A finding, and the collector every stage pushes into.

use crate::code::{Code, Severity};
use crate::fix::Fix;
use crate::span::{FileId, Span};

/// One place and what it contributes to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Two to five words on what stands there; may be empty.
    pub text: String,
}

/// One finding. The first label is where to edit; a finding about no place (a missing folder) has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of finding.
    pub code: &'static Code,
    /// How much it matters here.
    pub severity: Severity,
    /// One line that states the fact with its values; lower case, no full stop.
    pub message: String,
    /// The places, the one to edit first.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// The edits that take it away, where they can be named.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// Starts a finding with the severity of its code.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity, message: message.into(), labels: Vec::new(), help: None, fix: None }
    }

    /// Starts a finding about one place.
    pub fn at(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, message).label(span, "")
    }

    /// Adds a place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Sets what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets what to write instead, where there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Sets the edits that take the finding away.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(Box::new(fix));
        self
    }

    /// Sets the edits that take the finding away, where there are some.
    #[must_use]
    pub fn maybe_fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix.map(Box::new).or(self.fix);
        self
    }

    /// The place to edit.
    #[must_use]
    pub fn primary(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// Collects the findings of a run.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(findings: I) -> Self {
        Self { items: findings.into_iter().collect() }
    }
}

impl Diagnostics {
    /// An empty collector.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Adds the findings of another collector.
    pub fn extend(&mut self, other: Diagnostics) {
        self.items.extend(other.items);
    }

    /// Whether any finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|item| item.severity == Severity::Error)
    }

    /// Whether there is no finding at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// The findings as they were pushed.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.items.iter()
    }

    /// The findings as they were pushed, for a stage that knows more of one than who reported it.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.items.iter_mut()
    }

    /// The findings in reading order: by file, start and code, without exact repeats.
    /// Findings about no place come first.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        fn key(finding: &Diagnostic) -> (Option<(FileId, u32, u32)>, &str, &str) {
            let place = finding.primary().map(|span| (span.file, span.start, span.end));
            (place, finding.code.id, &finding.message)
        }
        self.items.sort_by(|a, b| key(a).cmp(&key(b)));
        self.items.dedup();
        self.items
    }
}
