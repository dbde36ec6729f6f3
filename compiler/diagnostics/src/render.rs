//! One module per output format; each turns sorted findings into text.

mod json;
mod short;

pub use json::json;
pub use short::short;
