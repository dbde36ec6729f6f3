//! `manifest.json`: what a bundle is made of, written last.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::artifact::BLOCK;

/// The file's name inside a bundle.
pub const FILE: &str = "manifest.json";

/// The format this release writes; it reads every `1.x`.
pub const FORMAT: &str = "1.0";

/// The table of contents of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The manifest's own format: `<major>.<minor>`; a reader refuses a major that it does not know.
    #[schemars(regex(pattern = r"^1\.[0-9]+$"))]
    pub format_version: String,
    /// Whose names and shapes are emitted.
    pub profile: Profile,
    /// Whose output is reproduced where releases differ.
    pub releases: Releases,
    /// Names of the site's own templates, in place of built-in ones.
    pub templates: Vec<String>,
    /// Values that are left out of the artifacts and filled in by a push.
    pub secrets: Vec<Secret>,
    /// DNs that payloads refer to and do not make: these have to be there before a push.
    #[serde(default)]
    pub preexisting: Vec<String>,
    /// Target, then path below the bundle's folder, then `sha256:` and the digest in hex.
    pub artifacts: BTreeMap<String, BTreeMap<String, String>>,
}

/// Generations of the plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The generation of `ml2_conf_cisco_apic.ini`.
    Ml2,
}

/// Releases, as in `aciform.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Releases {
    /// The Neutron agent's generation.
    pub opflex_agent: String,
    /// The OVS agent.
    pub agent_ovs: String,
    /// Neutron's iptables driver.
    pub neutron: String,
    /// APIC.
    pub apic: String,
}

/// A value that no artifact holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// The object it belongs to.
    pub dn: String,
    /// The attribute it fills.
    pub attribute: String,
    /// Where its value is kept: a file with section and option, never the value.
    pub from: String,
}

impl Manifest {
    /// Every artifact's path and digest, over all targets.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.artifacts.values().flatten().map(|(path, digest)| (path.as_str(), digest.as_str()))
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// Why the text is not a manifest of this major version, in words for a message.
    pub fn parse(text: &str) -> Result<Self, String> {
        let manifest: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if manifest.format_version.split('.').next() != FORMAT.split('.').next() {
            return Err(format!("format {} is newer than {FORMAT}", manifest.format_version));
        }
        if let Some((path, _)) = manifest.paths().find(|(path, _)| !is_plain(path)) {
            return Err(format!("`{path}` is not a path below the bundle"));
        }
        Ok(manifest)
    }

    /// The manifest's bytes: sorted, one artifact a line.
    #[must_use]
    pub fn render(&self) -> String {
        // One that grows is copied over and over, into fresh memory.
        let of_artifacts: usize = self.paths().map(|(path, digest)| path.len() + digest.len() + 16).sum();
        let mut bytes = Vec::with_capacity(of_artifacts + BLOCK);
        serde_json::to_writer_pretty(&mut bytes, self).expect("a manifest holds only strings");
        bytes.push(b'\n');
        String::from_utf8(bytes).expect("JSON is UTF-8")
    }
}

/// Whether a path stays below its folder: relative, no `.` or `..`, no empty part, no backslash.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    // A compile asks this of every path several times.
    let bytes = path.as_bytes();
    !bytes.iter().any(|byte| matches!(byte, b'\\' | b'\0'))
        && bytes.split(|byte| *byte == b'/').all(|part| !matches!(part, b"" | b"." | b".."))
}
