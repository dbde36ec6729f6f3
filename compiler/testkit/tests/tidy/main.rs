//! What the repository promises about itself and no compiler checks.
//! Every test collects all that is wrong before it fails.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod codes;
mod crates;
mod layout;
mod licences;
mod rendered;
mod repository;
