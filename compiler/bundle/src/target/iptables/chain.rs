//! The lines of one port chain.

use super::name::{PortChain, PortName};

/// The beginning that every rule of a chain shares.
#[derive(Debug)]
pub(super) struct Chain {
    start: String,
}

impl Chain {
    pub(super) fn new(name: &PortName, chain: PortChain) -> Self {
        let mut start = String::with_capacity(32);
        start.push_str("-A ");
        name.push_chain(&mut start, chain);
        start.push(' ');
        Self { start }
    }

    /// Appends the beginning alone; the caller writes the rest and the newline.
    pub(super) fn start(&self, out: &mut String) {
        out.push_str(&self.start);
    }

    /// Appends one rule given in parts.
    pub(super) fn push(&self, out: &mut String, parts: &[&str]) {
        out.push_str(&self.start);
        for part in parts {
            out.push_str(part);
        }
        out.push('\n');
    }

    /// Appends rules that are whole already.
    pub(super) fn push_all<'a>(&self, out: &mut String, rules: impl IntoIterator<Item = &'a str>) {
        for rule in rules {
            self.push(out, &[rule]);
        }
    }
}

/// Appends the declaration of a port chain.
pub(super) fn declare(out: &mut String, name: &PortName, chain: PortChain) {
    out.push(':');
    name.push_chain(out, chain);
    out.push_str(" - [0:0]\n");
}
