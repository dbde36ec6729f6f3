//! The `openflow` target against the worked example of the reference, value for value, and against its counts on other sites.

#![allow(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

#[path = "openflow/contradiction.rs"]
mod contradiction;
#[path = "openflow/count.rs"]
mod count;
#[path = "openflow/shape.rs"]
mod shape;
#[path = "openflow/site.rs"]
mod site;
#[path = "openflow/whole_host.rs"]
mod whole_host;
#[path = "openflow/worked_example.rs"]
mod worked_example;
