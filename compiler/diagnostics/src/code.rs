//! Codes: the stable names of findings.

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Style; nothing breaks.
    Info,
    /// Works, but not as it reads.
    Warning,
    /// Cannot work.
    Error,
}

impl Severity {
    /// The word that stands in every output format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One kind of finding. Each crate declares its own as statics next to the check and lists them in its `CODES`.
/// A code is never reused for another kind.
#[derive(Debug)]
pub struct Code {
    /// `ACI` and three digits (ini catalogue) or four (everything else).
    pub id: &'static str,
    /// The mistake in kebab-case, finishing the sentence "allow …".
    pub name: &'static str,
    /// How much it matters unless the user says otherwise.
    pub severity: Severity,
    /// The page that `aciform explain` prints: Markdown with what, why, a bad and a good example.
    pub page: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}
