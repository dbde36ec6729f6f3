//! The agent's files: the worked example, the field tables key by key, and the schemas.

#[path = "../support/lab.rs"]
mod lab;

mod schema;
mod worked_example;

use std::collections::BTreeMap;

use aciform_bundle::frame::Frames;
use aciform_bundle::target::Target as _;
use aciform_bundle::target::endpoint::Endpoint;
use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{Fabric, HostId, Id as _};

/// The files of a host by path.
fn files(fabric: &Fabric, host: usize) -> BTreeMap<String, String> {
    let mut diagnostics = Diagnostics::new();
    let made = Endpoint.host(fabric, HostId::from_index(host), &Frames::default(), &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let count = made.len();
    let files: BTreeMap<_, _> = made.into_iter().map(|artifact| (artifact.path, artifact.content)).collect();
    assert_eq!(files.len(), count, "two files of one name");
    files
}
