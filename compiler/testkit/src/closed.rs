//! Whether a schema is closed: tried by spoiling a real artifact at every level.

use std::collections::BTreeSet;

use aciform_schemas::Schema;
use serde_json::{Value, json};

/// The key that no artifact has.
const UNKNOWN: &str = "aciform-test-unknown-key";

/// Where an artifact is meant to be open. A pattern is a JSON pointer in which `*` stands for one step, a leading `**`
/// for any number of them (`/hosts/*/facts`, `**/annotation`). A pattern that fits nothing is a failure of the test.
#[derive(Clone, Copy, Debug, Default)]
pub struct Openings<'a> {
    /// Objects whose keys are names (of hosts, of files): any key is right there, and none is required.
    pub names: &'a [&'a str],
    /// Keys that may be left out.
    pub optional: &'a [&'a str],
    /// Values of more than one type; any value is right for the test there.
    pub mixed: &'a [&'a str],
}

/// Spoils an artifact in every way of [`spoiled`] and demands that the schema refuses each.
///
/// # Panics
/// When the schema refuses the artifact itself, accepts a spoiled one, or an opening fits nothing; names every such place.
pub fn assert_schema_is_closed(schema: &Value, artifact: &Value, openings: Openings<'_>) {
    let failures = spoiled(schema, artifact, openings);
    assert!(failures.is_empty(), "the schema is not closed:\n  {}", failures.join("\n  "));
}

/// What a schema accepts and should not, of a real artifact that was spoiled at one place at a time: at every object an
/// unknown key added and every key removed, and under every key and in every list a value of each other type.
/// Places of the same kind (same keys on the way and the same keys there, whatever the position in a list) are tried once.
#[must_use]
pub fn spoiled(schema: &Value, artifact: &Value, openings: Openings<'_>) -> Vec<String> {
    let schema = match Schema::new(schema) {
        Ok(schema) => schema,
        Err(refused) => return vec![format!("the schema itself is refused: {refused}")],
    };
    let refusals = schema.check(artifact);
    if !refusals.is_empty() {
        return refusals
            .iter()
            .map(|error| format!("{}: the artifact is refused: {}", error.pointer, error.message))
            .collect();
    }
    let mut trial = Trial {
        schema,
        artifact: artifact.clone(),
        openings,
        seen: BTreeSet::new(),
        used: BTreeSet::new(),
        failures: Vec::new(),
    };
    trial.value("", "");
    let unused: Vec<String> = [("names", openings.names), ("optional", openings.optional), ("mixed", openings.mixed)]
        .into_iter()
        .flat_map(|(kind, patterns)| patterns.iter().map(move |pattern| (kind, *pattern)))
        .filter(|opening| !trial.used.contains(opening))
        .map(|(kind, pattern)| format!("the opening `{pattern}` ({kind}) fits nothing of the artifact"))
        .collect();
    trial.failures.extend(unused);
    trial.failures
}

struct Trial<'a> {
    schema: Schema,
    /// The artifact; spoiled for the moment of a check and then mended.
    artifact: Value,
    openings: Openings<'a>,
    /// The kinds of places tried.
    seen: BTreeSet<String>,
    /// The openings that fitted.
    used: BTreeSet<(&'static str, &'a str)>,
    failures: Vec<String>,
}

impl<'a> Trial<'a> {
    /// Tries a value and all below it. `kind` is the pointer with list positions and names as `*`.
    fn value(&mut self, pointer: &str, kind: &str) {
        match self.at(pointer).clone() {
            Value::Object(map) => {
                let keys: Vec<&String> = map.keys().collect();
                let names = self.opens("names", self.openings.names, pointer);
                if self.seen.insert(format!("{kind} {keys:?}")) {
                    self.unknown_key(pointer, names);
                    if !names {
                        keys.iter().for_each(|key| self.missing_key(pointer, key));
                    }
                }
                for key in keys {
                    let step = key.replace('~', "~0").replace('/', "~1");
                    let kind = format!("{kind}/{}", if names { "*" } else { &step });
                    self.below(&format!("{pointer}/{step}"), &kind);
                }
            }
            Value::Array(items) => {
                for at in 0..items.len() {
                    self.below(&format!("{pointer}/{at}"), &format!("{kind}/*"));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn below(&mut self, pointer: &str, kind: &str) {
        let own = type_of(self.at(pointer));
        if self.seen.insert(format!("{kind} is {own}")) {
            self.wrong_type(pointer, own);
        }
        self.value(pointer, kind);
    }

    fn unknown_key(&mut self, pointer: &str, names: bool) {
        // Under an object of names any key is right, but not with any value under it.
        let value = if names { json!({UNKNOWN: [UNKNOWN]}) } else { Value::Null };
        let values = if names { vec![value] } else { vec![value, json!(1), json!("text"), json!([]), json!({})] };
        for value in values {
            let shown = value.to_string();
            self.try_with(pointer, format!("an unknown key with the value {shown} is accepted"), |spoilt| {
                if let Value::Object(map) = spoilt {
                    map.insert(UNKNOWN.into(), value);
                }
            });
        }
    }

    fn missing_key(&mut self, pointer: &str, key: &str) {
        let place = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        if self.opens("optional", self.openings.optional, &place) {
            return;
        }
        self.try_with(pointer, format!("`{key}` may be missing"), |spoilt| {
            if let Value::Object(map) = spoilt {
                map.remove(key);
            }
        });
    }

    fn wrong_type(&mut self, pointer: &str, own: &str) {
        if self.opens("mixed", self.openings.mixed, pointer) {
            return;
        }
        for wrong in
            [json!(null), json!(true), json!(-1.5), json!(UNKNOWN), json!([[UNKNOWN]]), json!({UNKNOWN: [UNKNOWN]})]
        {
            if type_of(&wrong) != own {
                self.try_with(pointer, format!("{wrong} is accepted in place of a value of type {own}"), |spoilt| {
                    *spoilt = wrong
                });
            }
        }
    }

    /// Spoils the value at a pointer, checks, and mends it.
    fn try_with(&mut self, pointer: &str, failure: String, spoil: impl FnOnce(&mut Value)) {
        let value = self.artifact.pointer_mut(pointer).expect("the pointer was made by walking the artifact");
        let whole = value.clone();
        spoil(value);
        if self.schema.accepts(&self.artifact) {
            let shown = if pointer.is_empty() { "(the whole)" } else { pointer };
            self.failures.push(format!("{shown}: {failure}"));
        }
        *self.artifact.pointer_mut(pointer).expect("spoiling a value leaves those around it") = whole;
    }

    fn at(&self, pointer: &str) -> &Value {
        self.artifact.pointer(pointer).expect("the pointer was made by walking the artifact")
    }

    /// Whether one of the patterns of a kind means a pointer; those that do are noted as used.
    fn opens(&mut self, kind: &'static str, patterns: &'a [&'a str], pointer: &str) -> bool {
        let fitting = patterns.iter().filter(|pattern| fits(pattern, pointer));
        let mut any = false;
        for pattern in fitting {
            any = true;
            self.used.insert((kind, pattern));
        }
        any
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether a pointer is one that a pattern means.
fn fits(pattern: &str, pointer: &str) -> bool {
    let (any, pattern) = match pattern.strip_prefix("**") {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let wanted: Vec<&str> = pattern.split('/').skip(1).collect();
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    let Some(spare) = steps.len().checked_sub(wanted.len()) else { return false };
    (any || spare == 0) && wanted.iter().zip(&steps[spare..]).all(|(wanted, step)| *wanted == "*" || wanted == step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact() -> Value {
        json!({"name": "a", "hosts": {"h1": {"mtu": 1500}}, "rules": [{"port": 22, "why": null}]})
    }

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "hosts": {"type": "object", "additionalProperties": {
                    "type": "object", "properties": {"mtu": {"type": "integer"}}, "required": ["mtu"], "additionalProperties": false,
                }},
                "rules": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"port": {"type": "integer"}, "why": {"type": ["string", "null"]}},
                    "required": ["port"], "additionalProperties": false,
                }},
            },
            "required": ["name", "hosts", "rules"],
            "additionalProperties": false,
        })
    }

    const OPENINGS: Openings<'static> =
        Openings { names: &["/hosts"], optional: &["/rules/*/why"], mixed: &["**/why"] };

    #[test]
    fn a_closed_schema_passes() {
        assert_schema_is_closed(&schema(), &artifact(), OPENINGS);
    }

    #[test]
    fn each_way_to_be_open_is_named_with_its_place() {
        let mut open = schema();
        open["properties"]["rules"]["items"]["additionalProperties"] = json!(true);
        open["properties"]["rules"]["items"]["required"] = json!([]);
        open["properties"]["name"] = json!({});
        open["properties"]["hosts"]["additionalProperties"] = json!(true);
        let failures = spoiled(&open, &artifact(), OPENINGS).join("\n");
        for expected in [
            r#"/rules/0: an unknown key with the value null is accepted"#,
            "/rules/0: `port` may be missing",
            "/name: null is accepted in place of a value of type string",
            r#"/hosts: an unknown key with the value {"aciform-test-unknown-key":["aciform-test-unknown-key"]} is accepted"#,
            "/hosts/h1: null is accepted in place of a value of type object",
            "/hosts/h1/mtu: null is accepted in place of a value of type number",
        ] {
            assert!(failures.lines().any(|line| line == expected), "{expected} is not among\n{failures}");
        }
    }

    #[test]
    fn what_is_open_must_be_declared_and_what_is_declared_must_exist() {
        let failures =
            spoiled(&schema(), &artifact(), Openings { names: &["/nothing"], ..Openings::default() }).join("\n");
        for expected in [
            "/rules/0: `why` may be missing",
            r#"/rules/0/why: "aciform-test-unknown-key" is accepted in place of a value of type null"#,
            "/hosts: `h1` may be missing",
            "the opening `/nothing` (names) fits nothing of the artifact",
        ] {
            assert!(failures.lines().any(|line| line == expected), "{expected} is not among\n{failures}");
        }
    }

    #[test]
    fn an_artifact_that_is_refused_as_it_is_fails() {
        let failures = spoiled(&schema(), &json!({"name": 1, "hosts": {}, "rules": []}), Openings::default());
        assert_eq!(failures, ["/name: the artifact is refused: this must be of type string"]);
    }

    #[test]
    fn patterns_mean_whole_steps() {
        assert!(fits("/a/*/b", "/a/0/b") && fits("**/b", "/a/0/b") && fits("**/b", "/b") && fits("**/0/b", "/a/0/b"));
        assert!(!fits("/a/*", "/a/0/b") && !fits("**/b", "/a/xb") && !fits("/b", "/a/b"));
    }
}
