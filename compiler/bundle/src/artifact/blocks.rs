//! The bytes of a content in blocks, for whoever goes through a file from its beginning to its end.

use super::{BLOCK, SMALL};

/// A place in a content. It stands before the first block, and [`Blocks::advance`] takes it to the next.
#[derive(Debug)]
pub(crate) struct Blocks<'c, I> {
    pieces: I,
    /// Where small pieces are put together.
    gathered: Vec<u8>,
    /// What is left of a large piece, from the block that is at hand.
    large: &'c [u8],
    /// A piece that was looked at and is not in a block yet.
    next: Option<&'c [u8]>,
}

impl<'c, I: Iterator<Item = &'c [u8]>> Blocks<'c, I> {
    /// The blocks of what these pieces are in their order, put together in this memory.
    pub(super) fn new(pieces: I, mut memory: Vec<u8>) -> Self {
        memory.clear();
        Self { pieces, gathered: memory, large: &[], next: None }
    }

    /// Gives the memory back.
    pub(super) fn into_memory(self) -> Vec<u8> {
        self.gathered
    }

    /// The block that is at hand, of up to [`BLOCK`] bytes; empty before the first and behind the last.
    pub(crate) fn block(&self) -> &[u8] {
        if self.large.is_empty() { &self.gathered } else { &self.large[..self.large.len().min(BLOCK)] }
    }

    /// Goes on to the next block, if there is one.
    pub(crate) fn advance(&mut self) -> bool {
        self.gathered.clear();
        self.large = self.large.get(BLOCK..).unwrap_or_default();
        if !self.large.is_empty() {
            return true;
        }
        while let Some(piece) = self.next.take().or_else(|| self.pieces.next()) {
            let is_small = piece.len() < SMALL;
            if is_small && self.gathered.len() + piece.len() <= BLOCK {
                self.gathered.extend_from_slice(piece);
            } else if self.gathered.is_empty() {
                self.large = piece;
                return true;
            } else {
                self.next = Some(piece);
                return true;
            }
        }
        !self.gathered.is_empty()
    }
}
