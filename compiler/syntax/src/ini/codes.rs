//! What stops oslo.config from reading a file at all.
//!
//! Made in `parser.rs`, line by line; what is about bytes in `check_utf8` of the parent.

use aciform_diagnostics::{Applicability, Code, Severity};

macro_rules! code {
    ($constant:ident, $id:literal, $name:literal) => {
        #[doc = concat!("`", $name, "`.")]
        #[allow(unreachable_pub, reason = "one is used where a linter is gentler with it")]
        pub static $constant: Code =
            Code { id: $id, name: $name, severity: Severity::Error, page: include_str!(concat!("codes/", $id, ".md")) };
    };
}

code!(NOT_UTF8, "ACI001", "not-utf8");
code!(BOM, "ACI002", "bom");
code!(NO_SEPARATOR, "ACI003", "no-separator");
code!(EMPTY_KEY, "ACI004", "empty-key");
code!(BAD_HEADER, "ACI005", "bad-header");
code!(ORPHAN_OPTION, "ACI006", "orphan-option");
code!(UNEXPECTED_INDENT, "ACI007", "unexpected-indent");
code!(TEMPLATE_LEFTOVER, "ACI013", "template-leftover");

/// The grammar errors of an ini file.
pub static CODES: &[&Code] =
    &[&NOT_UTF8, &BOM, &NO_SEPARATOR, &EMPTY_KEY, &BAD_HEADER, &ORPHAN_OPTION, &UNEXPECTED_INDENT, &TEMPLATE_LEFTOVER];

/// The best fix that findings of a code can have; what is not listed has none.
pub static FIXES: &[(&Code, Applicability)] = &[
    (&BOM, Applicability::Safe),
    (&NO_SEPARATOR, Applicability::Unsafe),
    (&BAD_HEADER, Applicability::Safe),
    (&ORPHAN_OPTION, Applicability::Unsafe),
    (&UNEXPECTED_INDENT, Applicability::Safe),
];
