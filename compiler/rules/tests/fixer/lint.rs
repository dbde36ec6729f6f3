//! One look at a text with all default rules, and what its fixes make of it.

use aciform_diagnostics::{Applicability, Diagnostic, Severity, SourceMap, fix};
use aciform_rules::{Family, Rule};
use aciform_site::{Options, Reader, Subject};

/// A text and what was found in it.
pub(crate) struct Round {
    pub(crate) text: String,
    pub(crate) sources: SourceMap,
    pub(crate) findings: Vec<Diagnostic>,
}

/// The rule whose fix is about line ends alone.
const LINE_ENDS: &str = "ACI014";

/// Looks with all default rules.
pub(crate) fn lint(text: &str) -> Round {
    lint_with(text, &|rule| rule.on)
}

/// Looks with all but the rule that rewrites every line end.
pub(crate) fn lint_but_line_ends(text: &str) -> Round {
    lint_with(text, &|rule| rule.on && rule.code.id != LINE_ENDS)
}

fn lint_with(text: &str, is_on: &dyn Fn(&Rule) -> bool) -> Round {
    let subject = Subject::Text("ml2_conf_cisco_apic.ini".to_owned(), text.as_bytes().to_vec());
    let mut reader = Reader::default();
    let options = Options { is_on, is_looked_for: &|_| true, known: &|_| None, stage: &|_| {} };
    let linted = aciform_site::lint(&mut reader, &subject, options);
    Round { text: text.to_owned(), sources: reader.sources, findings: linted.verdict.kept.into_sorted() }
}

impl Round {
    /// The text with all fixes applied; `None` where nothing changes.
    pub(crate) fn fixed(&self, up_to: Applicability) -> Option<String> {
        fix::apply(&self.sources, &self.findings, up_to).texts.into_values().next()
    }

    /// How many findings keep the file from being read.
    pub(crate) fn grammar_errors(&self) -> usize {
        let stops = |finding: &&Diagnostic| {
            // Comments in values are of that family too, and are no error of the file, whatever they lead to; nor is a
            // line that is split at its colon, which such a comment hides.
            finding.code.severity == Severity::Error
                && Family::of(finding.code) == Family::Grammar
                && !matches!(finding.code.id, "ACI008" | "ACI009" | "ACI010" | "ACI016")
        };
        self.findings.iter().filter(stops).count()
    }
}
