//! The findings of this crate.

use aciform_diagnostics::{Code, Severity};

/// Every code of this crate.
pub static CODES: &[&Code] =
    &[&CONTRADICTING_FLOWS, &TEMPLATE_REFUSED, &UNKNOWN_SELECTION, &FOREIGN_FOLDER, &NOT_A_BUNDLE];

/// Two flows of one host differ only in what they do.
pub(crate) static CONTRADICTING_FLOWS: Code = Code {
    id: "ACI1602",
    name: "contradicting-flows",
    severity: Severity::Error,
    page: include_str!("codes/ACI1602.md"),
};

/// A site's own template cannot be rendered.
pub(crate) static TEMPLATE_REFUSED: Code =
    Code { id: "ACI1611", name: "broken-template", severity: Severity::Error, page: include_str!("codes/ACI1611.md") };

/// `--host` or `--target` names nothing.
pub(crate) static UNKNOWN_SELECTION: Code = Code {
    id: "ACI1612",
    name: "selection-of-nothing",
    severity: Severity::Error,
    page: include_str!("codes/ACI1612.md"),
};

/// The output folder holds what no compile made.
pub(crate) static FOREIGN_FOLDER: Code = Code {
    id: "ACI1613",
    name: "foreign-output-folder",
    severity: Severity::Error,
    page: include_str!("codes/ACI1613.md"),
};

/// A folder that was given as a bundle has no readable manifest.
pub(crate) static NOT_A_BUNDLE: Code =
    Code { id: "ACI1614", name: "not-a-bundle", severity: Severity::Error, page: include_str!("codes/ACI1614.md") };
