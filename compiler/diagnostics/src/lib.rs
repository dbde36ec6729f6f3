//! What a user is told: source texts, places in them, and findings about those places.
//!
//! Nothing here knows ini, YAML or networks.
//! Every stage pushes [`Diagnostic`]s into a [`Diagnostics`] and goes on; one renderer per output format turns them into text.

pub mod baseline;
mod code;
mod diagnostic;
mod fingerprint;
pub mod fix;
mod mask;
mod path;
pub mod render;
mod report;
mod source;
mod span;
mod suppressed;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Diagnostics, Label};
pub use fingerprint::fingerprints;
pub use fix::{Applicability, Edit, Fix};
pub use mask::mask_secrets;
pub use render::Secrets;
pub use report::{Links, Report, Totals};
pub use source::{Position, SourceFile, SourceMap};
pub use span::{FileId, Span, Spanned};
pub use suppressed::{Silencer, Suppressed};

/// Every code of this crate.
pub static CODES: &[&Code] = baseline::CODES;
