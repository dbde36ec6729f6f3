//! The JSON Schemas of everything that is read and written, and what a value does against one.
//!
//! The files of `schema/` are built in. This crate alone knows the validator, which is large:
//! only the command line and the tests wait for it.

mod place;
mod refusal;

use serde_json::Value;

pub use place::span;
pub use refusal::{Place, SchemaError};

/// Name and text of each file of `schema/`, by name.
const SCHEMAS: &[(&str, &str)] = &[
    ("aciform", include_str!("../../../schema/aciform.schema.json")),
    ("baseline", include_str!("../../../schema/baseline.schema.json")),
    ("diagnostic", include_str!("../../../schema/diagnostic.schema.json")),
    ("diff", include_str!("../../../schema/diff.schema.json")),
    ("endpoint", include_str!("../../../schema/endpoint.schema.json")),
    ("intent", include_str!("../../../schema/intent.schema.json")),
    ("manifest", include_str!("../../../schema/manifest.schema.json")),
    ("netns", include_str!("../../../schema/netns.schema.json")),
    ("neutron", include_str!("../../../schema/neutron.schema.json")),
    ("payload", include_str!("../../../schema/payload.schema.json")),
    ("pools", include_str!("../../../schema/pools.schema.json")),
    ("rdconfig", include_str!("../../../schema/rdconfig.schema.json")),
    ("security-groups", include_str!("../../../schema/security-groups.schema.json")),
    ("service", include_str!("../../../schema/service.schema.json")),
    ("show-ini", include_str!("../../../schema/show-ini.schema.json")),
];

/// The names that [`text`] and [`validate`] know, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    SCHEMAS.iter().map(|(name, _)| *name)
}

/// The schema of a name as it is committed.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    SCHEMAS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// What in a value is not as the schema of a name says, in the order of the schema's checks.
///
/// # Panics
/// When there is no schema of that name: names come from [`names`], not from a user.
#[must_use]
pub fn validate(name: &str, value: &Value) -> Vec<SchemaError> {
    let text = text(name).expect("the caller names a built-in schema");
    let schema = serde_json::from_str(text).expect("a test parses every built-in schema");
    Schema::new(&schema).expect("a test compiles every built-in schema").check(value)
}

/// A schema made ready, for checking many values or one that is not built in.
#[derive(Debug)]
pub struct Schema(jsonschema::Validator);

impl Schema {
    /// Makes a schema ready. References to other documents are refused: nothing is fetched.
    ///
    /// # Errors
    /// What is wrong with the schema itself.
    pub fn new(schema: &Value) -> Result<Self, String> {
        jsonschema::validator_for(schema).map(Self).map_err(|refused| refused.to_string())
    }

    /// What in a value is not as the schema says.
    #[must_use]
    pub fn check(&self, value: &Value) -> Vec<SchemaError> {
        self.0.iter_errors(value).flat_map(|refused| refusal::describe(&refused)).collect()
    }

    /// Whether a value is as the schema says.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        self.0.is_valid(value)
    }
}
