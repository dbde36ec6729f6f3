//! The findings of reading a site.

use aciform_diagnostics::{Code, Severity};

/// An ini file in a configuration folder, of which the service reads `*.conf` alone.
pub static NOT_READ: Code =
    Code { id: "ACI017", name: "not-read", severity: Severity::Warning, page: include_str!("codes/ACI017.md") };

/// The folder has no `aciform.yaml`.
pub static NO_SITE: Code = Code {
    id: "ACI1081",
    name: "folder-without-site",
    severity: Severity::Error,
    page: include_str!("codes/ACI1081.md"),
};

/// A file that the site names, or that was given, cannot be opened.
pub static MISSING_FILE: Code =
    Code { id: "ACI1082", name: "unreadable-file", severity: Severity::Error, page: include_str!("codes/ACI1082.md") };

/// An allowance that accepts nothing.
pub static UNUSED_ALLOWANCE: Code = Code {
    id: "ACI1084",
    name: "unused-allowance",
    severity: Severity::Warning,
    page: include_str!("codes/ACI1084.md"),
};

/// The lock would change although it must not.
pub static LOCK_WOULD_CHANGE: Code =
    Code { id: "ACI1520", name: "lock-out-of-date", severity: Severity::Error, page: include_str!("codes/ACI1520.md") };

/// Every code of this crate.
pub static CODES: &[&Code] = &[&NOT_READ, &NO_SITE, &MISSING_FILE, &UNUSED_ALLOWANCE, &LOCK_WOULD_CHANGE];
