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

impl Content {
    /// The bytes in one piece.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len());
        self.pieces().for_each(|piece| bytes.extend_from_slice(piece.as_bytes()));
        bytes
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
        let (mut left, mut right) = (self.pieces().map(str::as_bytes), other.pieces().map(str::as_bytes));
        let (mut ours, mut theirs): (&[u8], &[u8]) = (&[], &[]);
        self.len() == other.len()
            && loop {
                if ours.is_empty() {
                    match left.next() {
                        Some(piece) => ours = piece,
                        // They are of one length, so the other side has come to its end too.
                        None => break true,
                    }
                }
                if theirs.is_empty() {
                    theirs = right.next().unwrap_or_default();
                }
                let both = ours.len().min(theirs.len());
                if ours[..both] != theirs[..both] {
                    break false;
                }
                (ours, theirs) = (&ours[both..], &theirs[both..]);
            }
    }
}

impl Eq for Content {}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| f.write_str(piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(pieces: &[&'static str]) -> Content {
        let mut content = Content::default();
        pieces.iter().for_each(|piece| content.push(*piece));
        content
    }

    #[test]
    fn contents_are_equal_by_their_bytes_however_they_are_cut() {
        let cuts = [&["abc", "def"][..], &["abcdef"], &["", "a", "bcde", "", "f", ""], &["abcd", "ef"]];
        for (left, right) in cuts.iter().flat_map(|left| cuts.iter().map(move |right| (left, right))) {
            assert_eq!(content(left), content(right));
        }
        for other in [&["abc", "deg"][..], &["abcde"], &["abcdef", "g"], &[], &["", "xbcdef"]] {
            assert_ne!(content(cuts[0]), content(other));
            assert_ne!(content(other), content(cuts[2]));
        }
        assert_eq!(content(&[]), content(&["", ""]));
    }
}
