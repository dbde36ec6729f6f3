//! What differs between two bundles, as a reviewer reads it.
//!
//! JSON artifacts are compared object by object (by DN or uuid), text artifacts line by line.
//! Nothing here opens a socket; states come in as maps of files.

pub mod compare;
pub mod patch;
pub mod report;

pub use compare::{Comparison, Files, Sides, compare, compare_sides};
