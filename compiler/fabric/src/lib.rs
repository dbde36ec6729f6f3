//! The resolved model: every name bound, every default filled in, every address and number allocated, who may talk to whom decided.
//!
//! The fabric is built once and never changes; targets only spell it.
//! It knows no target, no template and no file name on a host.

pub mod lock;
pub mod model;

use aciform_diagnostics::Code;

/// Every code of this crate.
pub static CODES: &[&[&Code]] = &[lock::codes::CODES];
