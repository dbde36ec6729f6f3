//! What the tests of several crates need; never shipped.

pub mod generate;
pub mod netfilter;
pub mod netns;
pub mod world;
