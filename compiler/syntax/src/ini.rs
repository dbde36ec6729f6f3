//! Ini files as oslo.config reads them, with a span for every section, key and value.

use aciform_diagnostics::{Span, Spanned};

/// A file as it was written: sections in order, repeats kept.
#[derive(Clone, Debug, Default)]
pub struct IniFile {
    /// One entry per header line, in file order.
    pub sections: Vec<Section>,
}

/// A header and what follows it up to the next.
#[derive(Clone, Debug)]
pub struct Section {
    /// The text between the first `[` and the last `]`, not trimmed; its span lies between the brackets.
    pub name: Spanned<String>,
    /// The assignments below, in order, repeats kept.
    pub entries: Vec<Entry>,
}

/// One assignment with its continuation lines.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The trimmed key.
    pub key: Spanned<String>,
    /// The value as oslo.config stores it: trimmed, one layer of quotes removed, continuation lines joined by newlines.
    /// Its span covers the value's text from the first line to the last continuation; an empty value has an empty span behind the separator.
    pub value: Spanned<String>,
    /// The span of each line of the value (the first, then every continuation, left-trimmed).
    pub lines: Vec<Span>,
}
