//! The ini, as far as it can be read while it is written.

pub(crate) mod complete;
pub(crate) mod hover;
pub(crate) mod lines;
