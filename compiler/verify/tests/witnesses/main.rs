//! What only one file says, and what `neutron.json` says of all: each changed in a reviewed bundle, and how the finding reads.

mod alone;
mod kit;
mod options;
#[path = "../support/reviewed.rs"]
mod reviewed;
mod written;
