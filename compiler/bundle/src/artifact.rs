//! One file of a bundle.

/// A file, by its path inside the bundle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    /// The path below the bundle's folder, with `/`: `hosts/centos-02/br-int.flows`.
    pub path: String,
    /// Its bytes; text ends in a newline.
    pub content: String,
    /// The name of the target that made it.
    pub target: &'static str,
}
