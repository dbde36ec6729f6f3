//! The findings of this crate.

use aciform_diagnostics::{Code, Severity};

use crate::target::apic::{TWO_OBJECTS_ONE_DN, VALUE_APIC_REFUSES};
use crate::target::iptables::codes::{GROUP_TOO_LARGE, GROUPS_SHARE_A_SET};

/// Every code of this crate.
pub static CODES: &[&Code] = &[
    &GROUP_TOO_LARGE,
    &GROUPS_SHARE_A_SET,
    &TEMPLATE_REFUSED,
    &UNKNOWN_SELECTION,
    &FOREIGN_FOLDER,
    &NOT_A_BUNDLE,
    &FOLDER_IN_USE,
    &VALUE_APIC_REFUSES,
    &TWO_OBJECTS_ONE_DN,
    &CONTRADICTING_FLOWS,
];

/// Two flows of one host differ only in what they do.
pub(crate) static CONTRADICTING_FLOWS: Code = Code {
    id: "ACI1602",
    name: "contradicting-flows",
    severity: Severity::Error,
    page: include_str!("codes/ACI1602.md"),
};

/// A site's own template cannot be rendered.
pub static TEMPLATE_REFUSED: Code =
    Code { id: "ACI1611", name: "broken-template", severity: Severity::Error, page: include_str!("codes/ACI1611.md") };

/// `--host` or `--target` names nothing.
pub static UNKNOWN_SELECTION: Code = Code {
    id: "ACI1612",
    name: "selection-of-nothing",
    severity: Severity::Error,
    page: include_str!("codes/ACI1612.md"),
};

/// The output folder holds what no compile made.
pub static FOREIGN_FOLDER: Code = Code {
    id: "ACI1613",
    name: "foreign-output-folder",
    severity: Severity::Error,
    page: include_str!("codes/ACI1613.md"),
};

/// A folder that was given as a bundle has no readable manifest.
pub static NOT_A_BUNDLE: Code =
    Code { id: "ACI1614", name: "not-a-bundle", severity: Severity::Error, page: include_str!("codes/ACI1614.md") };

/// Another compile writes into the output folder.
pub static FOLDER_IN_USE: Code =
    Code { id: "ACI1615", name: "folder-in-use", severity: Severity::Error, page: include_str!("codes/ACI1615.md") };
