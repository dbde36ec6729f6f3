//! The artifacts as plain structs, each with the file it stands in.
//!
//! What cannot be read at all is a finding, and everything that would have to be said about the file besides is left out.

pub(crate) mod apic;
pub(crate) mod devices;
pub(crate) mod endpoint;
pub(crate) mod host;
pub(crate) mod lines;
pub(crate) mod locate;
pub(crate) mod topology;
pub(crate) mod unique;
