//! The findings of reading and writing a site, and the table of every code.

use aciform_diagnostics::{Code, Severity};

/// The folder has no `aciform.yaml`.
pub(crate) static NO_SITE: Code = Code {
    id: "ACI1081",
    name: "folder-without-site",
    severity: Severity::Error,
    page: include_str!("codes/ACI1081.md"),
};

/// A file that the site names, or that was given, cannot be opened.
pub(crate) static MISSING_FILE: Code =
    Code { id: "ACI1082", name: "missing-file", severity: Severity::Error, page: include_str!("codes/ACI1082.md") };

/// A file or folder cannot be written.
pub(crate) static UNWRITABLE: Code = Code {
    id: "ACI1083",
    name: "unwritable-output",
    severity: Severity::Error,
    page: include_str!("codes/ACI1083.md"),
};

/// An allowance that accepts nothing.
pub(crate) static UNUSED_ALLOWANCE: Code = Code {
    id: "ACI1084",
    name: "unused-allowance",
    severity: Severity::Warning,
    page: include_str!("codes/ACI1084.md"),
};

/// The lock would change although it must not.
pub(crate) static LOCK_WOULD_CHANGE: Code =
    Code { id: "ACI1520", name: "lock-out-of-date", severity: Severity::Error, page: include_str!("codes/ACI1520.md") };

static OWN: &[&Code] = &[&NO_SITE, &MISSING_FILE, &UNWRITABLE, &UNUSED_ALLOWANCE, &LOCK_WOULD_CHANGE];

/// Every code of every crate, by id.
pub(crate) fn all() -> Vec<&'static Code> {
    let stages = aciform_syntax::CODES.iter().chain(aciform_intent::CODES).chain(aciform_fabric::CODES).copied();
    let tables = stages.chain([aciform_bundle::CODES, OWN]);
    let mut codes: Vec<&Code> = tables.flatten().copied().collect();
    codes.sort_by_key(|code| (code.id.len(), code.id));
    codes
}
