//! The findings of reading and writing a site, and the table of every code.

use std::collections::HashMap;
use std::sync::LazyLock;

use aciform_diagnostics::{Code, Severity};

/// A file or folder cannot be written.
pub(crate) static UNWRITABLE: Code = Code {
    id: "ACI1083",
    name: "unwritable-output",
    severity: Severity::Error,
    page: include_str!("codes/ACI1083.md"),
};

static OWN: &[&Code] = &[&UNWRITABLE];

/// Every code of every crate, by id.
pub(crate) fn all() -> Vec<&'static Code> {
    let stages = aciform_syntax::CODES.iter().chain(aciform_intent::CODES).chain(aciform_fabric::CODES).copied();
    let tables = stages.chain([
        aciform_site::CODES,
        aciform_bundle::CODES,
        aciform_verify::CODES,
        aciform_diagnostics::CODES,
        OWN,
    ]);
    let mut codes: Vec<&Code> = tables.flatten().copied().chain(aciform_rules::codes()).collect();
    codes.sort_by_key(|code| (code.id.len(), code.id));
    codes
}

/// A code by its id or its name.
pub(crate) fn find(id: &str) -> Option<&'static Code> {
    static BY_ID: LazyLock<HashMap<&'static str, &'static Code>> =
        LazyLock::new(|| all().into_iter().flat_map(|code| [(code.id, code), (code.name, code)]).collect());
    BY_ID.get(id).copied()
}
