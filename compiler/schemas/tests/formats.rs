//! What is written for other programs is as its schema says: SARIF by the public one, the rest by ours.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[path = "../../diagnostics/tests/formats/fixture.rs"]
mod fixture;

use aciform_diagnostics::{Code, Links, Report, baseline, render};
use aciform_schemas::{Schema, SchemaError, validate};
use fixture::{Run, many, odd, small};
use serde_json::{Value, json};

/// The public schema as it is, and as draft 7: draft 4, of which it is, does not know the format `uri-reference` that it
/// asks for, and GitHub's check does.
struct Public([Schema; 2]);

impl Public {
    fn new() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/vendor/sarif-schema-2.1.0.json");
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut newer = schema.clone();
        newer["$schema"] = json!("http://json-schema.org/draft-07/schema#");
        newer.as_object_mut().unwrap().remove("id");
        Self([Schema::new(&schema).unwrap(), Schema::new(&newer).unwrap()])
    }

    fn check(&self, log: &Value) -> Vec<SchemaError> {
        self.0.iter().flat_map(|schema| schema.check(log)).collect()
    }
}

fn log(report: &Report) -> Value {
    serde_json::from_str(&render::sarif(report)).unwrap()
}

#[test]
fn sarif_is_as_the_public_schema_says() {
    let schema = Public::new();
    let mut troubled = odd();
    troubled.troubles.push("cannot open `a.ini`".to_owned());
    for run in [Run::over(&[]), small(), odd(), troubled] {
        assert_eq!(schema.check(&log(&run.report())), []);
    }
    assert_eq!(schema.0[0].check(&log(&many(30_000).report())), []);
    fn page(code: &Code) -> String {
        format!("https://example.com/rules#{}", code.id)
    }
    let run = small();
    let linked = Report { links: Some(Links { home: "https://example.com", rule: page }), ..run.report() };
    assert_eq!(schema.check(&log(&linked)), []);
}

/// Were the schema not understood, it would accept anything.
#[test]
fn the_public_schema_refuses_what_is_no_sarif() {
    let schema = Public::new();
    let good = log(&small().report());
    let result = "/runs/0/results/0";
    for (pointer, wrong) in [
        ("/version".to_owned(), json!("2.0.0")),
        ("/runs/0/columnKind".to_owned(), json!("bytes")),
        (format!("{result}/level"), json!("info")),
        (format!("{result}/ruleIndex"), json!(-2)),
        (format!("{result}/locations/0/physicalLocation/region/startLine"), json!(0)),
        (format!("{result}/locations/0/physicalLocation/artifactLocation/uri"), json!("a b.ini")),
        (format!("{result}/fixes/0/artifactChanges"), json!([])),
        (format!("{result}/suppressions"), json!([{"kind": "comment"}])),
        (format!("{result}/relatedLocations/0/place"), json!(1)),
    ] {
        let mut bad = good.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        bad.pointer_mut(parent).unwrap()[key] = wrong;
        assert_ne!(schema.check(&bad), [], "{pointer}");
    }
}

#[test]
fn json_lines_are_as_their_schema_says() {
    for run in [Run::over(&[]), small(), odd()] {
        for line in render::json_report(&run.report()).lines() {
            assert_eq!(validate("diagnostic", &serde_json::from_str(line).unwrap()), [], "{line}");
        }
    }
}

#[test]
fn baselines_are_as_their_schema_says() {
    for run in [Run::over(&[]), small(), odd()] {
        let text = baseline::write(&baseline::of(&run.sources, &run.findings, &run.suppressed));
        assert_eq!(validate("baseline", &serde_json::from_str(&text).unwrap()), []);
    }
}
