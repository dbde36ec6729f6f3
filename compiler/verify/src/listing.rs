//! What the manifest lists, of which the digests are not looked at.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::codes::MALFORMED_FILE_SET;
use crate::finding::{Finding, Place};
use crate::read::{host::unreadable, unique};

/// The manifest, read. Of one that cannot be, nothing else is to be said.
pub(crate) fn read(texts: &BTreeMap<String, String>, findings: &mut Vec<Finding>) -> Option<Value> {
    let text = texts.get(MANIFEST).map_or("", String::as_str);
    unique::value(text).map_err(|error| findings.push(unreadable(MANIFEST, text, &error))).ok()
}

/// The site's own templates, which may add to what is emitted.
pub(crate) fn templates(manifest: &Value) -> Vec<String> {
    let listed = manifest["templates"].as_array();
    listed.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// The DNs that payloads refer to and that have to be there before them.
pub(crate) fn preexisting(manifest: &Value) -> BTreeSet<String> {
    let listed = manifest["preexisting"].as_array();
    listed.into_iter().flatten().filter_map(|dn| dn.as_str().map(str::to_owned)).collect()
}

/// A value that payloads leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Secret {
    pub(crate) dn: String,
    pub(crate) attribute: String,
    pub(crate) from: String,
}

/// What is left out of payloads, for a push to fill in.
pub(crate) fn secrets(manifest: &Value) -> Vec<Secret> {
    let text = |secret: &Value, key: &str| secret[key].as_str().unwrap_or_default().to_owned();
    let listed = manifest["secrets"].as_array().into_iter().flatten();
    listed
        .map(|secret| Secret {
            dn: text(secret, "dn"),
            attribute: text(secret, "attribute"),
            from: text(secret, "from"),
        })
        .collect()
}

/// The targets of which a bundle has nothing although a compile of the whole site makes something of each: the bundle is
/// what `--host` or `--target` made. Nothing can be said of one whose files are not those that its manifest lists.
pub(crate) fn left_out(manifest: &Value, files: &BTreeMap<String, Vec<u8>>) -> Vec<&'static str> {
    let listed = |target: &str| manifest["artifacts"][target].as_object().into_iter().flatten().map(|(path, _)| path);
    let paths: BTreeSet<&String> = TARGETS.iter().flat_map(|(target, _)| listed(target)).collect();
    if !paths.iter().copied().eq(files.keys()) {
        return Vec::new();
    }
    let hosts = paths.iter().any(|path| path.starts_with("hosts/"));
    let made = TARGETS.iter().filter(|(_, of_hosts)| hosts || !of_hosts);
    made.map(|(target, _)| *target).filter(|target| listed(target).next().is_none()).collect()
}

/// The targets, and whether all that one makes is hosts'.
const TARGETS: [(&str, bool); 4] = [("apic", false), ("endpoint", false), ("iptables", true), ("openflow", true)];

/// Files that are listed and not there, and files that are there and not listed.
pub(crate) fn compare(manifest: &Value, texts: &BTreeMap<String, String>, findings: &mut Vec<Finding>) {
    let targets = manifest["artifacts"].as_object();
    let listed: BTreeSet<&str> = targets
        .into_iter()
        .flat_map(|targets| targets.values())
        .filter_map(Value::as_object)
        .flat_map(|paths| paths.keys().map(String::as_str))
        .collect();
    for path in listed.iter().filter(|path| !texts.contains_key(**path)) {
        let text = texts.get(MANIFEST).map_or("", String::as_str);
        let quoted = format!("\"{path}\"");
        let at = text.find(&quoted).map_or(0..0, |at| at..at + quoted.len());
        findings.push(
            Finding::new(&MALFORMED_FILE_SET, format!("`{path}` is listed and not there"))
                .at(Place::new(MANIFEST, at), "listed here")
                .help("compile the bundle again"),
        );
    }
    if !texts.contains_key("neutron.json") && !listed.contains("neutron.json") {
        let message = "the bundle has no `neutron.json`, which every compile of a whole site makes";
        findings.push(
            Finding::new(&MALFORMED_FILE_SET, message)
                .at(Place::file(MANIFEST), "of this bundle")
                .help("a part that was made with --host or --target is not verified alone; compile the whole site"),
        );
    }
    for path in texts.keys().filter(|path| *path != MANIFEST && !listed.contains(path.as_str())) {
        findings.push(
            Finding::new(&MALFORMED_FILE_SET, format!("`{path}` is there and not listed in the manifest"))
                .at(Place::file(path), "no compile made this")
                .help("remove the file, or compile the bundle again"),
        );
    }
}

/// The manifest among the texts.
pub(crate) const MANIFEST: &str = "manifest.json";
