//! The validator's refusals, each about one place.
#![expect(clippy::wildcard_enum_match_arm, reason = "of the validator's forty kinds of refusal few get words of ours")]

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};

/// Whether a refusal is about a value or about its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The value itself is to be changed.
    Value,
    /// The key is unknown, or what is under it lacks something: the key is the readable place.
    Key,
}

/// One thing in a value that is not as its schema says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaError {
    /// JSON pointer of the value; of an unknown key, the pointer of that key.
    pub pointer: String,
    /// What to look at there.
    pub place: Place,
    /// One line on what is expected; lower case, no full stop.
    pub message: String,
}

/// Turns a refusal into one error per key it is about.
pub(crate) fn describe(refused: &ValidationError<'_>) -> Vec<SchemaError> {
    let pointer = refused.instance_path().to_string();
    let unknown = |keys: &[String]| {
        keys.iter()
            .map(|key| SchemaError {
                pointer: format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
                place: Place::Key,
                message: format!("the key `{key}` is not known here"),
            })
            .collect()
    };
    if let Some(context) = branches(refused.kind()) {
        // A choice says only that nothing matched. Where one branch alone accepts the kind of value, it is the one meant.
        let meant: Vec<&Vec<ValidationError<'static>>> =
            context.iter().filter(|branch| !branch.iter().any(|error| is_other_kind(error, &pointer))).collect();
        if let [branch] = meant.as_slice() {
            return branch.iter().flat_map(describe).collect();
        }
    }
    if let ValidationErrorKind::AdditionalProperties { unexpected }
    | ValidationErrorKind::UnevaluatedProperties { unexpected } = refused.kind()
    {
        return unknown(unexpected);
    }
    let (place, message) = match refused.kind() {
        ValidationErrorKind::Required { property } => {
            (Place::Key, format!("`{}` is missing", property.as_str().unwrap_or_default()))
        }
        ValidationErrorKind::Type { kind: TypeKind::Single(kind) } => {
            (Place::Value, format!("this must be of type {kind}"))
        }
        ValidationErrorKind::Constant { expected_value } => (Place::Value, format!("this must be {expected_value}")),
        // The validator's own words, without the value, which may be the whole file.
        _ => (Place::Value, refused.masked().to_string()),
    };
    vec![SchemaError { pointer, place, message }]
}

fn branches(kind: &ValidationErrorKind) -> Option<&Vec<Vec<ValidationError<'static>>>> {
    match kind {
        ValidationErrorKind::AnyOf { context }
        | ValidationErrorKind::OneOfNotValid { context }
        | ValidationErrorKind::OneOfMultipleValid { context } => Some(context),
        _ => None,
    }
}

/// Whether a branch refuses the value at the choice itself for what it is, rather than for something inside it.
/// A constant tells kinds apart where it is the value of a key (`type: diagnostic`).
fn is_other_kind(error: &ValidationError<'_>, choice: &str) -> bool {
    let path = error.instance_path().to_string();
    match error.kind() {
        ValidationErrorKind::Type { .. } | ValidationErrorKind::Enum { .. } => path == choice,
        ValidationErrorKind::Constant { .. } => {
            path == choice || path.rsplit_once('/').is_some_and(|(parent, _)| parent == choice)
        }
        _ => false,
    }
}
