//! One file of a bundle.

mod blocks;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::ops::{Deref, DerefMut, Range};

pub(crate) use self::blocks::Blocks;

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
/// to put a frame around them, or to put them in order.
#[derive(Clone, Debug, Default)]
pub struct Content(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(Cow<'static, str>),
    /// Parts of a text, in another order than they stand in it.
    Parts {
        text: Reused,
        order: Vec<Range<usize>>,
    },
}

/// A text whose memory the thread uses again for its next one: fresh memory is dear, and the files of all hosts are of
/// about one size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reused(String);

/// Larger ones are given back at once.
const MOST_KEPT: usize = 8 * 1024 * 1024;

/// Up to this size a file is handed on in one piece, and so are the parts of a larger one.
pub(crate) const BLOCK: usize = 64 * 1024;

/// Pieces of less are put together to be handed on.
const SMALL: usize = 1024;

thread_local! {
    /// Where small pieces are put together: memory that was just used is there at once, fresh memory is not.
    static GATHERED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };

    /// The memory of the thread's last [`Reused`] text.
    static SPARE: RefCell<String> = const { RefCell::new(String::new()) };
}

impl Reused {
    /// An empty text with this much room.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        let spare = SPARE.take();
        // To grow it would be to copy what is in it.
        Self(if spare.capacity() < bytes { String::with_capacity(bytes) } else { spare })
    }
}

impl Deref for Reused {
    type Target = String;

    fn deref(&self) -> &String {
        &self.0
    }
}

impl DerefMut for Reused {
    fn deref_mut(&mut self) -> &mut String {
        &mut self.0
    }
}

impl Drop for Reused {
    fn drop(&mut self) {
        if self.0.capacity() <= MOST_KEPT {
            let mut text = std::mem::take(&mut self.0);
            text.clear();
            // A thread that ends has no next text.
            let _ = SPARE.try_with(|spare| spare.replace(text));
        }
    }
}

impl Content {
    /// Parts of a text, in this order.
    #[must_use]
    pub(crate) fn of_parts(text: Reused, order: Vec<Range<usize>>) -> Self {
        Self(vec![Piece::Parts { text, order }])
    }

    /// Puts a piece behind the others.
    pub fn push(&mut self, piece: impl Into<Cow<'static, str>>) {
        self.0.push(Piece::Text(piece.into()));
    }

    /// Puts another content behind this one.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// The pieces in their order.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|piece| {
            let (whole, text, order) = match piece {
                Piece::Text(text) => (Some(text.as_ref()), "", &[][..]),
                Piece::Parts { text, order } => (None, text.as_str(), order.as_slice()),
            };
            whole.into_iter().chain(order.iter().map(|part| &text[part.clone()]))
        })
    }

    /// Hands the bytes on in their order, in blocks of up to [`BLOCK`], until one is refused.
    ///
    /// # Errors
    /// What a block was refused with.
    pub(crate) fn blocks<E>(&self, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut blocks = self.in_blocks(GATHERED.take());
        let mut taken = Ok(());
        while taken.is_ok() && blocks.advance() {
            taken = take(blocks.block());
        }
        GATHERED.set(blocks.into_memory());
        taken
    }

    /// A place before the first of the blocks, which are put together in this memory.
    pub(crate) fn in_blocks(&self, memory: Vec<u8>) -> Blocks<'_, impl Iterator<Item = &[u8]>> {
        Blocks::new(self.pieces().map(str::as_bytes), memory)
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
        if let [Piece::Text(only)] = &mut self.0[..] {
            return std::mem::take(only).into_owned();
        }
        let mut text = String::with_capacity(self.len());
        text.extend(self.pieces());
        text
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

/// A content that is written from its beginning to its end. It grows by blocks of one size, which is memory that the next
/// file uses again; a text that is moved to a larger place again and again leaves one of each size behind.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    full: Content,
    open: String,
}

impl Growing {
    /// Where to write on, some lines at a time.
    pub(crate) fn text(&mut self) -> &mut String {
        if self.open.len() >= BLOCK - BLOCK / 8 {
            self.full.push(std::mem::replace(&mut self.open, String::with_capacity(BLOCK)));
        }
        &mut self.open
    }

    /// All that was written.
    pub(crate) fn finish(mut self) -> Content {
        self.full.push(self.open);
        self.full
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self(vec![Piece::Text(Cow::Owned(text))])
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
    #[test]
    fn parts_of_a_text_are_a_content_in_their_order() {
        let parts = Content::of_parts(Reused("ghabcdef".to_owned()), vec![2..4, 4..8, 0..0, 0..2]);
        assert_eq!(parts, content(&["abcdefgh"]));
        assert_eq!((parts.len(), parts.to_string(), parts.to_bytes()), (8, "abcdefgh".into(), b"abcdefgh".to_vec()));
        let mut framed = content(&["<"]);
        framed.append(parts);
        framed.push(">");
        assert_eq!(framed.into_string(), "<abcdefgh>");
    }

    #[test]
    fn the_memory_of_a_text_is_used_again_and_its_letters_are_not() {
        let mut text = Reused::with_capacity(1000);
        text.push_str("abc");
        let (place, copy) = (text.as_ptr(), text.clone());
        drop(text);
        let next = Reused::with_capacity(10);
        assert_eq!((next.as_ptr(), next.len(), copy.as_str()), (place, 0, "abc"));
        let beside = Reused::with_capacity(10);
        assert_ne!(beside.as_ptr(), place);
    }

    #[test]
    fn blocks_are_the_bytes_in_their_order() {
        let letters = |length: usize| "abcdefg".chars().cycle().take(length).collect::<String>();
        let lengths = [0, 1, 2, SMALL - 1, SMALL, BLOCK - SMALL, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 1];
        for (first, second) in lengths.iter().flat_map(|first| lengths.iter().map(move |second| (*first, *second))) {
            let mut content = Content::default();
            [first, second, 3, second, first, 0].into_iter().for_each(|length| content.push(letters(length)));
            (0..100).for_each(|_| content.push(letters(SMALL - 1)));
            let mut blocks: Vec<Vec<u8>> = Vec::new();
            let taken: Result<(), ()> = content.blocks(|block| {
                blocks.push(block.to_vec());
                Ok(())
            });
            assert!((taken, blocks.concat()) == (Ok(()), content.to_bytes()), "{first} {second}");
            assert!(blocks.iter().all(|block| !block.is_empty() && block.len() <= BLOCK), "{first} {second}");
            assert!(blocks.len() < 20, "small pieces are put together");
        }
    }

    #[test]
    fn what_grows_is_all_that_was_written() {
        let (mut growing, mut written) = (Growing::default(), String::new());
        for length in [0, 1, BLOCK - 1, 1, BLOCK / 2, BLOCK / 2, 3 * BLOCK, 5] {
            let line = "x".repeat(length) + "\n";
            growing.text().push_str(&line);
            written.push_str(&line);
        }
        let content = growing.finish();
        assert!(content.pieces().count() > 3);
        assert_eq!(content.into_string(), written);
    }
}
