//! What a user is told: source texts, places in them, and findings about those places.
//!
//! Nothing here knows ini, YAML or networks.
//! Every stage pushes [`Diagnostic`]s into a [`Diagnostics`] and goes on; one renderer per output format turns them into text.

mod code;
mod diagnostic;
pub mod fix;
pub mod render;
mod source;
mod span;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Diagnostics, Label};
pub use fix::{Applicability, Edit, Fix};
pub use source::{Position, SourceFile, SourceMap};
pub use span::{FileId, Span, Spanned};
