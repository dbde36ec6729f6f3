//! The fabric as artifacts: the files of a bundle, made by four targets and written whole or not at all.

pub mod again;
pub mod artifact;
mod assemble;
pub mod codes;
pub mod digest;
pub mod folder;
pub mod frame;
mod json;
pub mod manifest;
pub mod target;

pub use assemble::{Bundle, Held, Selection, Sink, assemble, assemble_into};
pub use codes::CODES;
