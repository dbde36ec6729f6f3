//! Files as they lie in memory, in pieces, and what two of them have in common at both ends, in whole lines.
//!
//! After one edit a file of a host differs from what it was in a few lines of thousands. Nothing looks at the others but
//! the comparison here, at the speed of memory, and nobody copies them.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memrchr};

/// So many bytes are compared at once, then fewer where they differ, and there one by one.
const STRIDES: [usize; 2] = [4096, 64];

/// A file in pieces.
pub(super) struct Text<'a> {
    pieces: &'a [&'a [u8]],
    len: usize,
}

/// How many bytes two files have in common at their ends: whole lines, and no line at both ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) head: usize,
    pub(super) tail: usize,
}

impl<'a> Text<'a> {
    pub(super) fn new(pieces: &'a [&'a [u8]]) -> Self {
        Self { pieces, len: pieces.iter().map(|piece| piece.len()).sum() }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The first piece with a byte in it.
    pub(super) fn beginning(&self) -> &'a [u8] {
        self.pieces.iter().find(|piece| !piece.is_empty()).copied().unwrap_or_default()
    }

    /// A part in one piece; copied only where it lies in several.
    pub(super) fn part(&self, range: Range<usize>) -> Cow<'a, [u8]> {
        let mut parts = self.placed().filter_map(|(at, piece)| {
            let (from, to) = (range.start.max(at), range.end.min(at + piece.len()));
            (from < to).then(|| &piece[from - at..to - at])
        });
        match (parts.next(), parts.next()) {
            (None, _) => Cow::Borrowed(&[]),
            (Some(only), None) => Cow::Borrowed(only),
            (Some(first), Some(second)) => {
                let mut bytes = Vec::with_capacity(range.len());
                [first, second].into_iter().chain(parts).for_each(|part| bytes.extend_from_slice(part));
                Cow::Owned(bytes)
            }
        }
    }

    pub(super) fn whole(&self) -> Cow<'a, [u8]> {
        self.part(0..self.len)
    }

    /// What lies between the ends.
    pub(super) fn between(&self, ends: Ends) -> Cow<'a, [u8]> {
        self.part(ends.head..self.len - ends.tail)
    }

    /// The pieces, each with its place.
    fn placed(&self) -> impl Iterator<Item = (usize, &'a [u8])> {
        self.pieces.iter().scan(0, |at, piece| {
            let place = *at;
            *at += piece.len();
            Some((place, *piece))
        })
    }

    /// Where the line begins that the byte at this place belongs to.
    fn line_start(&self, place: usize) -> usize {
        let mut end = self.len;
        for piece in self.pieces.iter().rev() {
            let at = end - piece.len();
            let before = &piece[..place.saturating_sub(at).min(piece.len())];
            if let Some(found) = memrchr(b'\n', before) {
                return at + found + 1;
            }
            end = at;
        }
        0
    }

    /// Where the first line begins that begins behind the byte at this place.
    fn next_line(&self, place: usize) -> Option<usize> {
        self.placed().find_map(|(at, piece)| {
            let skipped = place.saturating_sub(at).min(piece.len());
            let found = memchr(b'\n', &piece[skipped..])?;
            Some(at + skipped + found + 1)
        })
    }
}

/// How many bytes are the same from the beginning on.
pub(super) fn same_bytes(old: &Text<'_>, new: &Text<'_>) -> usize {
    common(old.pieces.iter(), new.pieces.iter(), usize::MAX, Side::Beginning)
}

/// The ends of two files that have so many bytes in common from the beginning on.
pub(super) fn ends(old: &Text<'_>, new: &Text<'_>, same: usize) -> Ends {
    let is_whole = same == old.len && same == new.len;
    let head = if is_whole { same } else { old.line_start(same) };
    let most = old.len.min(new.len) - head;
    let back = common(old.pieces.iter().rev(), new.pieces.iter().rev(), most, Side::End);
    let starts_line = |text: &Text<'_>| text.line_start(text.len - back) == text.len - back;
    let tail = if starts_line(old) && starts_line(new) {
        back
    } else {
        old.next_line(old.len - back).map_or(0, |start| old.len - start)
    };
    Ends { head, tail }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Beginning,
    End,
}

/// How many bytes of two files are the same from one side on, of at most so many; the pieces come from that side on.
fn common<'p, 'a: 'p>(
    mut old: impl Iterator<Item = &'p &'a [u8]>,
    mut new: impl Iterator<Item = &'p &'a [u8]>,
    most: usize,
    side: Side,
) -> usize {
    let (mut ours, mut theirs): (&[u8], &[u8]) = (&[], &[]);
    let mut count = 0;
    while count < most {
        while ours.is_empty() {
            let Some(piece) = old.next() else { return count };
            ours = piece;
        }
        while theirs.is_empty() {
            let Some(piece) = new.next() else { return count };
            theirs = piece;
        }
        let len = ours.len().min(theirs.len()).min(most - count);
        let found = match side {
            Side::Beginning => from_the_beginning(&ours[..len], &theirs[..len]),
            Side::End => from_the_end(&ours[ours.len() - len..], &theirs[theirs.len() - len..]),
        };
        count += found;
        if found < len {
            return count;
        }
        (ours, theirs) = match side {
            Side::Beginning => (&ours[len..], &theirs[len..]),
            Side::End => (&ours[..ours.len() - len], &theirs[..theirs.len() - len]),
        };
    }
    count
}

/// Of two slices of one length.
fn from_the_beginning(ours: &[u8], theirs: &[u8]) -> usize {
    let mut at = 0;
    for stride in STRIDES {
        let strides = ours[at..].chunks_exact(stride).zip(theirs[at..].chunks_exact(stride));
        at += strides.take_while(|(ours, theirs)| ours == theirs).count() * stride;
    }
    at + ours[at..].iter().zip(&theirs[at..]).take_while(|(ours, theirs)| ours == theirs).count()
}

/// Of two slices of one length.
fn from_the_end(ours: &[u8], theirs: &[u8]) -> usize {
    let mut rest = ours.len();
    for stride in STRIDES {
        let strides = ours[..rest].rchunks_exact(stride).zip(theirs[..rest].rchunks_exact(stride));
        rest -= strides.take_while(|(ours, theirs)| ours == theirs).count() * stride;
    }
    let bytes = ours[..rest].iter().rev().zip(theirs[..rest].iter().rev());
    ours.len() - rest + bytes.take_while(|(ours, theirs)| ours == theirs).count()
}

#[cfg(test)]
#[path = "ends/tests.rs"]
mod tests;
