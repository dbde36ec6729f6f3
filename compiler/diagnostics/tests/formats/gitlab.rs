//! The code quality report, checked as GitLab's parser does.

use std::collections::BTreeSet;

use aciform_diagnostics::render::gitlab;
use expect_test::expect;
use serde_json::Value;

use crate::fixture::{many, odd, small};

fn entries(text: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(text).unwrap().as_array().unwrap().clone()
}

#[test]
fn a_run_is_an_array_of_findings() {
    let pretty = serde_json::to_string_pretty(&entries(&gitlab(&small().report()))).unwrap();
    expect![[r#"
        [
          {
            "check_name": "ACI307 host-bits",
            "description": "there is no `intent/`",
            "fingerprint": "94d2233252203bd41436a6eadaf24209",
            "location": {
              "lines": {
                "begin": 1
              },
              "path": "."
            },
            "severity": "minor"
          },
          {
            "check_name": "ACI1301 vlan-outside-pool",
            "description": "VLAN 1999 lies outside the pool of `physnet1` (100-199)",
            "fingerprint": "d5ed9d9018ade40ce771e2cc9a90e027",
            "location": {
              "lines": {
                "begin": 3
              },
              "path": "site/a b.ini"
            },
            "severity": "critical"
          }
        ]"#]]
    .assert_eq(&pretty);
}

#[test]
fn every_entry_has_what_gitlab_asks_for_and_a_fingerprint_of_its_own() {
    for run in [odd(), many(30_000)] {
        let entries = entries(&gitlab(&run.report()));
        assert_eq!(entries.len(), run.findings.len());
        let mut fingerprints = BTreeSet::new();
        for entry in &entries {
            assert!(fingerprints.insert(entry["fingerprint"].as_str().unwrap().to_owned()), "{entry}");
            assert!(["info", "minor", "critical"].contains(&entry["severity"].as_str().unwrap()), "{entry}");
            assert!(!entry["description"].as_str().unwrap().is_empty(), "{entry}");
            assert!(!entry["check_name"].as_str().unwrap().is_empty(), "{entry}");
            assert!(entry["location"]["lines"]["begin"].as_u64().unwrap() >= 1, "{entry}");
            let path = entry["location"]["path"].as_str().unwrap();
            assert!(!path.is_empty() && !path.starts_with("./"), "{entry}");
        }
    }
}
