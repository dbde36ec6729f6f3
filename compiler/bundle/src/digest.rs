//! The SHA-256 of files, which a manifest names them by.

use std::convert::Infallible;
use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::artifact::{BLOCK, Blocks, Content};

/// The SHA-256 of a file's bytes; spelled `sha256:` and lower-case hex.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of bytes that are fed in one after the other.
    pub(crate) fn of(feed: impl FnOnce(&mut Sha256)) -> Self {
        let mut sum = Sha256::new();
        feed(&mut sum);
        Self(sum.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 64];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            (pair[0], pair[1]) = (DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]);
        }
        f.write_str("sha256:")?;
        f.write_str(&String::from_utf8_lossy(&hex))
    }
}

/// The digest of a content.
#[must_use]
pub fn digest(content: &Content) -> Digest {
    alone(content, |_| ())
}

/// The digest of a content, of which `also` gets every block while it is at hand.
fn alone(content: &Content, mut also: impl FnMut(&[u8])) -> Digest {
    Digest::of(|sum| {
        let Ok(()) = content.blocks(|block| {
            also(block);
            sum.update(block);
            Ok::<(), Infallible>(())
        });
    })
}

/// The digests of several contents, in their order. `also` gets every block of them while it is at hand, with the number of
/// its content: those of one content in their order, those of two mixed.
///
/// A processor waits for most steps of a digest before it begins with the next, and can work at another one meanwhile: two
/// by turns take three quarters of the time that they take one after the other.
pub(crate) fn digests(contents: &[&Content], mut also: impl FnMut(usize, &[u8])) -> Vec<Digest> {
    if let [only] = contents {
        return vec![alone(only, |block| also(0, block))];
    }
    let mut digests = vec![Digest::default(); contents.len()];
    let mut waiting: Vec<usize> = (0..contents.len()).collect();
    // The longest are begun first, so that the last two end at about one time.
    waiting.sort_by_cached_key(|at| contents[*at].len());
    let mut lanes = Vec::with_capacity(LANES);
    loop {
        while let Some(number) = waiting.pop_if(|_| lanes.len() < LANES) {
            let blocks = contents[number].in_blocks(Vec::with_capacity(BLOCK));
            lanes.push(Lane { number, blocks, at: 0, sum: Sha256::new(), over: 0 });
        }
        lanes.retain_mut(|lane| {
            let goes_on = lane.goes_on(&mut also);
            if !goes_on {
                digests[lane.number] = Digest(std::mem::take(&mut lane.sum).finalize().into());
            }
            goes_on
        });
        match &mut lanes[..] {
            [left, right] => by_turns(left, right),
            _ if !waiting.is_empty() => {}
            [] => return digests,
            alone => alone.iter_mut().for_each(Lane::feed_rest),
        }
    }
}

/// So many contents are gone through at once.
const LANES: usize = 2;

/// What SHA-256 takes in one step, in bytes.
const STEP: usize = 64;

/// A content on its way to its digest.
struct Lane<'c, I> {
    /// Among the contents.
    number: usize,
    blocks: Blocks<'c, I>,
    /// So many bytes of the block at hand were fed.
    at: usize,
    sum: Sha256,
    /// So many bytes were fed behind the last whole step.
    over: usize,
}

impl<'c, I: Iterator<Item = &'c [u8]>> Lane<'c, I> {
    /// Goes on to the next block if there is nothing left of the one at hand. Says whether there is anything left at all.
    fn goes_on(&mut self, also: &mut impl FnMut(usize, &[u8])) -> bool {
        if self.at < self.blocks.block().len() {
            return true;
        }
        let goes_on = self.blocks.advance();
        self.at = 0;
        if goes_on {
            also(self.number, self.blocks.block());
        }
        goes_on
    }

    /// Feeds so many bytes of the block at hand.
    fn feed(&mut self, bytes: usize) {
        self.sum.update(&self.blocks.block()[self.at..self.at + bytes]);
        self.at += bytes;
        self.over = (self.over + bytes) % STEP;
    }

    fn feed_rest(&mut self) {
        self.feed(self.rest());
    }

    /// So many bytes of the block at hand are left.
    fn rest(&self) -> usize {
        self.blocks.block().len() - self.at
    }

    /// Feeds what is missing of a step that was begun, and says how many bytes of whole steps follow.
    fn fill_step(&mut self) -> usize {
        self.feed(self.rest().min((STEP - self.over) % STEP));
        self.rest() / STEP * STEP
    }
}

/// Feeds two contents step by step for as long as both have whole steps at hand, and what is left of the one that has not.
fn by_turns<'a, 'b>(
    left: &mut Lane<'a, impl Iterator<Item = &'a [u8]>>,
    right: &mut Lane<'b, impl Iterator<Item = &'b [u8]>>,
) {
    let both = left.fill_step().min(right.fill_step());
    let of_left = left.blocks.block()[left.at..][..both].chunks_exact(STEP);
    let of_right = right.blocks.block()[right.at..][..both].chunks_exact(STEP);
    for (of_left, of_right) in of_left.zip(of_right) {
        left.sum.update(of_left);
        right.sum.update(of_right);
    }
    (left.at, right.at) = (left.at + both, right.at + both);
    if left.rest() < STEP {
        left.feed_rest();
    }
    if right.rest() < STEP {
        right.feed_rest();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the library says of all bytes at once, spelled.
    fn whole(bytes: &[u8]) -> String {
        Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
    }

    /// A text of so many bytes in pieces of this length.
    fn content(length: usize, piece: usize) -> Content {
        let text: String = ('a'..='z').cycle().skip(length % 26).take(length).collect();
        let mut content = Content::default();
        for piece in text.as_bytes().chunks(piece) {
            content.push(String::from_utf8_lossy(piece).into_owned());
        }
        content
    }

    #[test]
    fn contents_at_once_have_the_digests_that_each_has_alone() {
        let lengths = [0, 1, 63, 64, 65, 127, 1000, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 77];
        let all: Vec<Content> = lengths
            .iter()
            .flat_map(|length| [1, 7, 64, 1000, 1024, BLOCK, BLOCK + 1].map(|piece| content(*length, piece)))
            .collect();
        let expected: Vec<String> = all.iter().map(|content| whole(&content.to_bytes())).collect();
        assert_eq!(all.iter().map(|content| digest(content).to_string()).collect::<Vec<_>>(), expected);
        let of = |numbers: &[usize]| {
            let contents: Vec<&Content> = numbers.iter().map(|number| &all[*number]).collect();
            let mut seen = vec![Vec::new(); numbers.len()];
            let found = digests(&contents, |number, block| seen[number].extend_from_slice(block));
            for (at, number) in numbers.iter().enumerate() {
                assert!(seen[at] == all[*number].to_bytes(), "{number} among {numbers:?}");
                assert_eq!(found[at].to_string(), expected[*number], "{number} among {numbers:?}");
            }
            assert_eq!(found.len(), numbers.len());
        };
        of(&[]);
        let numbers: Vec<usize> = (0..all.len()).collect();
        of(&numbers);
        for left in &numbers {
            of(&[*left]);
            for right in numbers.iter().step_by(5) {
                of(&[*left, *right]);
                of(&[*right, *left, *right]);
            }
        }
    }
}
