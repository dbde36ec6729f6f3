//! Where in a JSON text its lists, objects and their members stand.
//!
//! Strict as JSON is. What it does not know (an escape, a number with a fraction) ends the pass: then nobody has learnt
//! anything from it.

use std::ops::Range;

use super::super::json::ID_KEYS;
use super::words::{blanks, is_word, string};

/// Deeper files are left to a reader that says so.
const DEEPEST: usize = 64;

/// A list or an object that is open.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) is_list: bool,
    /// Where the member begins that is being read.
    pub(super) current: usize,
    /// Of an object, the key that was read last, without its quotes.
    pub(super) key: Range<usize>,
    /// Which key of `ID_KEYS` that is.
    rank: Option<usize>,
    /// Of an object, by which of those keys it has its name, and the name where it is a text.
    id: Option<(usize, Option<Range<usize>>)>,
    open: usize,
}

/// A member of a list or a field of an object that was read to its end.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// How many lists and objects stand around the one that it is in.
    pub(super) depth: usize,
    /// A field's key, or what a member of a list is known by.
    pub(super) name: Option<Range<usize>>,
    pub(super) range: Range<usize>,
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

/// A pass over a text.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// What is open, the outermost first.
    pub(super) frames: Vec<Frame>,
    pub(super) expect: Expect,
    /// The members that were read, of those lists and objects that are open or followed.
    pub(super) items: Vec<Item>,
    /// The fewest that were open since the first part.
    pub(super) lowest: usize,
    /// Of each that is followed, where its next comma or its end stands.
    pub(super) stops: Vec<Option<usize>>,
    /// How many of them are still open.
    followed: usize,
}

impl Scan {
    pub(super) fn new() -> Self {
        Self { frames: Vec::new(), expect: Expect::Value, items: Vec::new(), lowest: 0, stops: Vec::new(), followed: 0 }
    }

    /// From here on, keeps the members of those so many that are open and outermost also when they are closed.
    pub(super) fn follow(&mut self, outermost: usize) {
        self.items.clear();
        self.followed = outermost;
        self.stops = vec![None; outermost];
    }

    /// Whether a whole text was read.
    pub(super) fn is_over(&self) -> bool {
        self.frames.is_empty() && self.expect == Expect::Nothing
    }

    /// Reads on. `None`: it is no JSON, or may be none.
    pub(super) fn over(&mut self, text: &str, range: Range<usize>) -> Option<()> {
        self.lowest = self.frames.len();
        let bytes = &text.as_bytes()[..range.end];
        let mut at = range.start;
        while let Some(&byte) = bytes.get(at) {
            let end = match byte {
                b' ' | b'\n' | b'\t' | b'\r' => {
                    at += 1 + blanks(&bytes[at + 1..]);
                    continue;
                }
                b'"' => {
                    let end = at + 1 + string(&bytes[at + 1..])?;
                    self.text(text, at + 1..end)?;
                    end + 1
                }
                b'{' | b'[' => {
                    self.open(byte == b'[', at)?;
                    at + 1
                }
                b'}' | b']' => {
                    self.close(byte == b']', at)?;
                    at + 1
                }
                b':' => {
                    self.take(Expect::Colon, Expect::Value)?;
                    at + 1
                }
                b',' => {
                    self.comma(at)?;
                    at + 1
                }
                _ => {
                    let rest = &bytes[at..];
                    let len = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
                    is_word(&rest[..len]).then_some(())?;
                    self.value(at..at + len, None, None)?;
                    at + len
                }
            };
            // What comes next in a file as it is mostly written, without a look at all that could come.
            at = match &bytes[end..] {
                [b':', b' ', ..] => {
                    self.take(Expect::Colon, Expect::Value)?;
                    end + 2
                }
                [b',', b'\n', rest @ ..] => {
                    self.comma(end)?;
                    end + 2 + blanks(rest)
                }
                [b'\n', rest @ ..] => end + 1 + blanks(rest),
                _ => end,
            };
        }
        Some(())
    }

    fn take(&mut self, expected: Expect, next: Expect) -> Option<()> {
        (self.expect == expected).then(|| self.expect = next)
    }

    fn text(&mut self, text: &str, inner: Range<usize>) -> Option<()> {
        if !matches!(self.expect, Expect::Key | Expect::KeyOrEnd) {
            return self.value(inner.start - 1..inner.end + 1, None, Some(inner));
        }
        let frame = self.frames.last_mut()?;
        frame.rank = ID_KEYS.iter().position(|key| **key == text[inner.clone()]);
        frame.key = inner;
        self.expect = Expect::Colon;
        Some(())
    }

    fn open(&mut self, is_list: bool, at: usize) -> Option<()> {
        let may_open = match self.frames.is_empty() {
            // At the root stands an object.
            true => self.expect == Expect::Value && !is_list,
            false => matches!(self.expect, Expect::Value | Expect::ValueOrEnd) && self.frames.len() < DEEPEST,
        };
        may_open.then(|| {
            self.frames.push(Frame { is_list, current: at + 1, key: 0..0, rank: None, id: None, open: at });
            self.expect = if is_list { Expect::ValueOrEnd } else { Expect::KeyOrEnd };
        })
    }

    fn comma(&mut self, at: usize) -> Option<()> {
        self.stop(at);
        let frame = self.frames.last_mut()?;
        frame.current = at + 1;
        let next = if frame.is_list { Expect::Value } else { Expect::Key };
        self.take(Expect::CommaOrEnd, next)
    }

    fn close(&mut self, is_list: bool, at: usize) -> Option<()> {
        self.stop(at);
        let frame = self.frames.pop().filter(|frame| frame.is_list == is_list)?;
        let empty = if is_list { Expect::ValueOrEnd } else { Expect::KeyOrEnd };
        if self.expect != Expect::CommaOrEnd && self.expect != empty {
            return None;
        }
        let depth = self.frames.len();
        self.lowest = self.lowest.min(depth);
        if depth < self.followed {
            self.followed = depth;
        } else {
            let kept = self.items.iter().rposition(|item| item.depth < depth).map_or(0, |last| last + 1);
            self.items.truncate(kept);
        }
        self.expect = Expect::Value;
        self.value(frame.open..at + 1, frame.id.and_then(|(_, name)| name), None)
    }

    /// Notes where a list or object that is followed goes on.
    fn stop(&mut self, at: usize) {
        let depth = self.frames.len().wrapping_sub(1);
        if depth < self.followed
            && let Some(stop @ None) = self.stops.get_mut(depth)
        {
            *stop = Some(at);
        }
    }

    /// A value that is whole, the name that it has as a member of a list, and what it says where it is a text.
    fn value(&mut self, range: Range<usize>, name: Option<Range<usize>>, text: Option<Range<usize>>) -> Option<()> {
        if !matches!(self.expect, Expect::Value | Expect::ValueOrEnd) {
            return None;
        }
        self.expect = if self.frames.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd };
        let depth = self.frames.len().wrapping_sub(1);
        let Some(frame) = self.frames.last_mut() else { return Some(()) };
        let (name, start) = match frame.is_list {
            true => (name, range.start),
            false => (Some(frame.key.clone()), frame.key.start - 1),
        };
        if let Some(rank) = frame.rank.take()
            && frame.id.as_ref().is_none_or(|(best, _)| rank <= *best)
        {
            frame.id = Some((rank, text));
        }
        self.items.push(Item { depth, name, range: start..range.end });
        Some(())
    }
}
