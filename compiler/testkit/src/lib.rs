//! What the tests of several crates need; never shipped.

pub mod closed;
pub mod generate;
pub mod world;
