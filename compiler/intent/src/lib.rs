//! The typed language: what the operator wrote, in Neutron's words and in the ini's options, every value with its place.
//!
//! Decoding checks each object by itself; nothing here looks things up across objects or hands out numbers.

pub mod codes;
pub mod decode;
pub mod ini;
pub mod model;
pub mod scalar;
pub mod schema;

use aciform_diagnostics::Code;

/// Every code of this crate.
pub static CODES: &[&[&Code]] = &[codes::DECODE, ini::CODES];
