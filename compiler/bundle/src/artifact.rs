//! One file of a bundle.

use std::borrow::Cow;
use std::fmt;

/// A file, by its path inside the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The path below the bundle's folder, with `/`: `hosts/centos-02/br-int.flows`.
    pub path: String,
    /// Its bytes; text ends in a newline.
    pub content: Content,
    /// The name of the target that made it.
    pub target: &'static str,
}

/// A file's text in pieces, as the targets finish them: a host's rules alone may be 50 MB, and nobody has to hold them twice
/// to put a frame around them.
#[derive(Clone, Debug, Default)]
pub struct Content(Vec<Cow<'static, str>>);

impl Content {
    /// Puts a piece behind the others.
    pub fn push(&mut self, piece: impl Into<Cow<'static, str>>) {
        self.0.push(piece.into());
    }

    /// The pieces in their order.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pieces().map(str::len).sum()
    }

    /// Whether there is no byte in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces().all(str::is_empty)
    }

    /// The text in one piece.
    #[must_use]
    pub fn into_string(mut self) -> String {
        if self.0.len() == 1
            && let Some(only) = self.0.pop()
        {
            return only.into_owned();
        }
        self.0.concat()
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self(vec![Cow::Owned(text)])
    }
}

impl PartialEq for Content {
    /// By their bytes, however they are cut.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.pieces().flat_map(str::bytes).eq(other.pieces().flat_map(str::bytes))
    }
}

impl Eq for Content {}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| f.write_str(piece))
    }
}
