//! APIC payloads: the worked example, containment by the reference's tables, and the schema.

#[path = "../support/lab.rs"]
mod lab;

mod containment;
mod schema;
mod worked_example;

use std::collections::BTreeMap;

use aciform_bundle::frame::Frames;
use aciform_bundle::target::apic::Apic;
use aciform_bundle::target::{Target as _, gather};
use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::Fabric;

/// The payloads of a fabric by path.
fn files(fabric: &Fabric) -> BTreeMap<String, String> {
    let mut diagnostics = Diagnostics::new();
    let made = gather(|emit| Apic.site(fabric, &Frames::default(), emit, &mut diagnostics));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let paths: Vec<&str> = made.iter().map(|artifact| artifact.path.as_str()).collect();
    assert!(paths.is_sorted(), "the order of names is the order of apply: {paths:?}");
    made.into_iter().map(|artifact| (artifact.path, artifact.content.into_string())).collect()
}
