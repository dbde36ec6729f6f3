//! The codes of findings about YAML as text; what a key means is checked elsewhere.
//!
//! Made in `build.rs` where the tree grows, in `refusal.rs` of what the parser refuses, in `merge.rs` and `conflict.rs`;
//! what is about bytes in `source.rs` of the crate.

use aciform_diagnostics::{Code, Severity};

/// Every code of this module, by id.
pub static CODES: &[&Code] = &[
    &UNREADABLE_YAML,
    &REPEATED_KEY,
    &ALIAS_OF_NOTHING,
    &ALIAS_IN_ITSELF,
    &ALIAS_BOMB,
    &NESTED_TOO_DEEP,
    &MERGE_OF_NO_MAPPING,
    &KEY_WITHOUT_NAME,
    &UNKNOWN_TAG,
    &YAML_NOT_UTF8,
    &CONTROL_CHARACTER,
    &FILE_TOO_LARGE,
    &MERGE_CONFLICT,
];

/// Text that YAML does not allow at this place.
pub static UNREADABLE_YAML: Code = Code {
    id: "ACI1001",
    name: "unreadable-yaml",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1001.md"),
};

/// One key twice in one mapping.
pub static REPEATED_KEY: Code =
    Code { id: "ACI1002", name: "repeated-key", severity: Severity::Error, page: include_str!("../codes/ACI1002.md") };

/// An alias whose anchor does not stand above it.
pub static ALIAS_OF_NOTHING: Code = Code {
    id: "ACI1003",
    name: "alias-of-nothing",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1003.md"),
};

/// An alias inside the value it stands for.
pub static ALIAS_IN_ITSELF: Code = Code {
    id: "ACI1004",
    name: "alias-in-itself",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1004.md"),
};

/// Aliases that together stand for millions of values.
pub static ALIAS_BOMB: Code =
    Code { id: "ACI1005", name: "alias-bomb", severity: Severity::Error, page: include_str!("../codes/ACI1005.md") };

/// Collections inside collections beyond every use.
pub static NESTED_TOO_DEEP: Code = Code {
    id: "ACI1006",
    name: "nested-too-deep",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1006.md"),
};

/// `<<` with something that holds no keys.
pub static MERGE_OF_NO_MAPPING: Code = Code {
    id: "ACI1007",
    name: "merge-of-no-mapping",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1007.md"),
};

/// A key that is a list, a mapping or nothing.
pub static KEY_WITHOUT_NAME: Code = Code {
    id: "ACI1008",
    name: "key-without-name",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1008.md"),
};

/// A tag other than those of YAML itself.
pub static UNKNOWN_TAG: Code =
    Code { id: "ACI1009", name: "unknown-tag", severity: Severity::Error, page: include_str!("../codes/ACI1009.md") };

/// Bytes that are no UTF-8.
pub static YAML_NOT_UTF8: Code =
    Code { id: "ACI1010", name: "yaml-not-utf8", severity: Severity::Error, page: include_str!("../codes/ACI1010.md") };

/// NUL or another character that is no text.
pub static CONTROL_CHARACTER: Code = Code {
    id: "ACI1011",
    name: "control-character",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1011.md"),
};

/// More in one file than is read.
pub static FILE_TOO_LARGE: Code = Code {
    id: "ACI1012",
    name: "file-too-large",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1012.md"),
};

/// The marks of a version control conflict.
pub static MERGE_CONFLICT: Code = Code {
    id: "ACI1013",
    name: "merge-conflict",
    severity: Severity::Error,
    page: include_str!("../codes/ACI1013.md"),
};
