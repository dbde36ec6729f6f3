//! The findings about a baseline itself.

use crate::code::{Code, Severity};

/// Every code of baselines.
pub static CODES: &[&Code] = &[&UNREADABLE, &STALE];

/// The file is no baseline.
pub(super) static UNREADABLE: Code = Code {
    id: "ACI1090",
    name: "unreadable-baseline",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1090.md"),
};

/// An entry matches nothing any more.
pub(super) static STALE: Code = Code {
    id: "ACI1091",
    name: "stale-baseline-entry",
    severity: Severity::Warning,
    page: include_str!("../codes/ACI1091.md"),
};
