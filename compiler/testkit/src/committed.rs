//! Generated files that are committed: the same bytes, or rewritten on request.

use std::path::Path;

use serde_json::Value;

/// Demands that `schema/<name>.schema.json` is a schema, byte for byte; `UPDATE_SCHEMA=1` rewrites the file.
///
/// # Panics
/// When the file is not there or differs.
pub fn assert_schema(name: &str, schema: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../schema/{name}.schema.json"));
    let mut made = serde_json::to_string_pretty(schema).expect("a schema is JSON");
    made.push('\n');
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &made).expect("the schema can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differences = similar::TextDiff::from_lines(&kept, &made);
    let shown = differences.unified_diff().header("committed", "generated").to_string();
    assert!(kept == made, "UPDATE_SCHEMA=1 rewrites schema/{name}.schema.json\n{shown}");
}
