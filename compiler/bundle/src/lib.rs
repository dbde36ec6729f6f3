//! The fabric as artifacts: the files of a bundle, made by four targets and written whole or not at all.

pub mod artifact;
pub mod frame;
pub mod target;

use aciform_diagnostics::Code;

/// Every code of this crate.
pub static CODES: &[&Code] = &[];
