//! The resolved model: every name bound, every default filled in, every address and number allocated, who may talk to whom decided.
//!
//! The fabric is built once and never changes; targets only spell it.
//! It knows no target, no template and no file name on a host.

mod allocate;
pub mod codes;
mod defaults;
mod dump;
pub mod lock;
mod map;
pub mod model;
mod profile;
mod resolve;

pub use allocate::cidr::{free_like, merge};
pub use allocate::pool::{room, size, smallest};
pub use defaults::{TEP_POOL, reserved as reserved_ranges};
pub use dump::{dump, to_json};
pub use resolve::again;
pub use resolve::resolve;

use aciform_diagnostics::Code;

/// Every code of this crate.
pub static CODES: &[&[&Code]] = &[codes::RESOLVE, lock::codes::CODES];
